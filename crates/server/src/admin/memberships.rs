//! Who belongs where.

use portreeve_core::org::member::{Role, User};
use portreeve_core::text_id::OrganizationId;
use serde_json::{Value, json};

use crate::admin::answer::Answer;
use crate::admin::asked::Asked;
use crate::admin::fields::Fields;
use crate::admin::problem::Problem;
use crate::flow::administration::looks;
use crate::flow::members::{self, By, NotChanged};
use crate::flow::people;

fn shown(organization: &OrganizationId, user: &User, role: Option<Role>) -> Value {
    json!({
        "organization": organization,
        "user": user.id,
        "email": user.email,
        "name": user.name,
        "role": role.map(Role::as_str),
    })
}

pub(super) async fn list(asked: &mut Asked<'_>) -> Result<Answer, Problem> {
    let (text, limit) = (asked.query.q(), asked.query.limit());
    let after = asked.query.text("after");
    asked.query.finish()?;
    let id = asked.organization().await?.id;
    let mut found = members::list(asked.env, &id, &text, after, limit.saturating_add(1)).await?;
    let next = asked.page(&mut found, limit, |person| person.user.email.clone());
    let items: Vec<Value> =
        found.iter().map(|person| shown(&id, &person.user, person.role)).collect();
    Ok(Answer::page(&items, next))
}

pub(super) async fn list_of_user(asked: &mut Asked<'_>) -> Result<Answer, Problem> {
    asked.query.finish()?;
    let user = asked.user().await?;
    let found = looks::memberships(asked.env, &user).await?;
    let shown = |one: &portreeve_core::org::member::Membership| {
        shown(&one.organization, &user, Some(one.role))
    };
    Ok(Answer::all(&found.iter().map(shown).collect::<Vec<_>>()))
}

pub(super) async fn set(asked: &mut Asked<'_>) -> Result<Answer, Problem> {
    asked.query.finish()?;
    let organization = asked.organization().await?.id;
    let user = asked.user().await?;
    let mut fields = asked.fields()?;
    let role = role(&mut fields);
    fields.finish()?;
    let role = role.unwrap_or(Role::Member);
    asked.condition.expect_untagged()?;
    let by = By { actor: &asked.actor, is_operator: true };
    match members::find(asked.env, &organization, user.id.as_str()).await {
        Ok(_) => members::set_role(asked.env, &organization, &user, role, by).await?,
        Err(crate::flow::change::ChangeError::Missing { .. }) => {
            asked.condition.expect_nothing()?;
            people::set_membership(asked.env, &organization, &user, role, &asked.actor).await?;
        }
        Err(error) => return Err(error.into()),
    }
    Ok(Answer::record(shown(&organization, &user, Some(role))))
}

pub(super) async fn end(asked: &mut Asked<'_>) -> Result<Answer, Problem> {
    asked.query.finish()?;
    let organization = asked.organization().await?.id;
    let user = asked.user().await?;
    asked.condition.expect_untagged()?;
    let by = By { actor: &asked.actor, is_operator: true };
    members::remove(asked.env, &organization, &user, by).await?;
    Ok(Answer::done())
}

/// The role, which must be there.
pub(super) fn role(fields: &mut Fields) -> Option<Role> {
    let text = fields.required_text("role")?;
    let found = Role::from_name(&text);
    if found.is_none() {
        fields.fault("role", "expected \"admin\" or \"member\"");
    }
    found
}

impl From<NotChanged> for Problem {
    fn from(error: NotChanged) -> Self {
        match error {
            NotChanged::LastAdmin => Self::impossible(error.to_string()),
            NotChanged::Change(error) => error.into(),
        }
    }
}
