//! Invitations to an organization. The address that opens one is answered once, by the
//! call that makes it.

use portreeve_core::org::member::{UserError, check_email};
use portreeve_core::sign_in::link::Link;
use serde_json::{Value, json};

use crate::admin::answer::Answer;
use crate::admin::asked::Asked;
use crate::admin::json::with;
use crate::admin::memberships::role;
use crate::admin::moment;
use crate::admin::once::taken;
use crate::admin::problem::Problem;
use crate::flow::administration::invitations::made_before;
use crate::flow::invitations::{self, NotInvited, address, role_of};

fn shown(link: &Link) -> Value {
    json!({
        "id": link.id(),
        "email": link.email,
        "role": role_of(link).as_str(),
        "made_by": link.made_by,
        "created_at": moment::written(link.created_at),
        "expires_at": moment::written(link.expires_at),
    })
}

pub(super) async fn list(asked: &mut Asked<'_>) -> Result<Answer, Problem> {
    asked.query.finish()?;
    let organization = asked.organization().await?.id;
    let found = invitations::list(asked.env, &organization).await?;
    Ok(Answer::all(&found.iter().map(shown).collect::<Vec<_>>()))
}

pub(super) async fn invite(asked: &mut Asked<'_>) -> Result<Answer, Problem> {
    asked.query.finish()?;
    let organization = asked.organization().await?;
    let mut fields = asked.fields()?;
    let email = fields.required_text("email");
    if email.as_deref().is_some_and(|email| check_email(email).is_none()) {
        fields.fault("email", UserError::Email.to_string());
    }
    let role = role(&mut fields);
    fields.finish()?;
    let (Some(email), Some(role)) = (email, role) else {
        return Err(Problem::body("expected an address and a role"));
    };
    asked.condition.expect_untagged()?;
    let (once, is_again) = match taken(asked, "invite").await? {
        Some((once, is_again)) => (once.name(), is_again),
        None => (asked.id.to_owned(), false),
    };
    let new = invitations::Asked {
        organization: &organization,
        email: &email,
        role,
        // The answer has the link as well.
        mailed: false,
        once: &once,
    };
    let before = match is_again {
        true => made_before(asked.env, &new, &asked.actor).await?,
        false => None,
    };
    let made = match before {
        Some(made) => made,
        None => invitations::invite(asked.env, new, &asked.actor).await?,
    };
    // Whoever comes again much later is not shown it.
    let code = Some(&made.code).filter(|code| !code.expose().is_empty());
    let url = code.map(|code| address(asked.env, code)).into();
    let more = [("url", url), ("is_mailed", made.is_mailed.into())];
    Ok(Answer::made(with(shown(&made.link), more)))
}

pub(super) async fn withdraw(asked: &mut Asked<'_>) -> Result<Answer, Problem> {
    asked.query.finish()?;
    let organization = asked.organization().await?.id;
    let id = asked.part("invitation_id").to_owned();
    asked.condition.expect_untagged()?;
    invitations::withdraw(asked.env, &organization, &id, &asked.actor).await?;
    Ok(Answer::done())
}

impl From<NotInvited> for Problem {
    fn from(error: NotInvited) -> Self {
        match error {
            NotInvited::Email => Self::field("/email", error.to_string()),
            NotInvited::Member { .. } => Self::taken(error.to_string()),
            NotInvited::TooManyWait => Self::impossible(error.to_string()),
            NotInvited::Wait(wait) => Self::wait(wait),
            NotInvited::Change(error) => error.into(),
        }
    }
}
