//! An invitation that waits: sent again, or taken back.

use askama::Template;
use axum::response::Response;
use portreeve_core::org::organization::Organization;
use portreeve_core::org::permission::Action;
use portreeve_core::refusal::{Reason, Refusal};
use portreeve_core::sign_in::link::Link;

use crate::flow::access;
use crate::flow::invitations;
use crate::pages::frame::{Frame, Tab, go_to, page};
use crate::pages::portal::members::invite::{done, told};
use crate::pages::portal::members::lines::role;
use crate::pages::portal::members::{address, named};
use crate::pages::portal::{At, Not, Shown};
use crate::pages::refused;
use crate::pages::times::When;
use crate::texts::Texts;

#[derive(Template)]
#[template(path = "portal/members_invitation.html")]
struct Invitation {
    frame: Frame,
    t: &'static Texts,
    form_token: String,
    organization: (String, String),
    id: String,
    email: String,
    role: String,
    by: Option<String>,
    sent: When,
    until: When,
    is_live: bool,
    has_mail: bool,
    wrong: Option<String>,
}

/// Shows one, with what can be done.
///
/// # Errors
/// 404 when there is none with this id in the organization, or it is none of theirs.
pub async fn ask_invitation(at: At) -> Shown {
    let id = at.id("organization");
    let (access, organization) = access::to_organization(&at.env, &at.who, id).await?;
    access.must(Action::Invite)?;
    let link = invitations::find(&at.env, &organization.id, at.id("link")).await?;
    show(&at, &organization, &link, None).await
}

/// Sends it again, or takes it back. Sent twice, the second answer is the first one: the
/// new code comes of the old one's id, and what is taken back already stays so.
///
/// # Errors
/// As [`ask_invitation`].
pub async fn answer_invitation(at: At) -> Shown {
    let id = at.id("organization");
    let (access, organization) = access::to_organization(&at.env, &at.who, id).await?;
    let actor = access.must(Action::Invite)?;
    let link = at.id("link");
    if at.fields.one("answer")? == "withdraw" {
        invitations::withdraw(&at.env, &organization.id, link, &actor).await?;
        return Ok(go_to(&format!("{}?done=withdrawn", address(&organization))));
    }
    match invitations::send_again(&at.env, &organization, link, &actor).await {
        Ok(invited) => done(&at, &organization, &invited).await,
        Err(not) => {
            let (refusal, sentence) = told(&at, not)?;
            let link = invitations::find(&at.env, &organization.id, link).await?;
            let response = show(&at, &organization, &link, Some((&refusal, sentence))).await?;
            Ok(refused::waiting(response, &refusal))
        }
    }
}

async fn show(
    at: &At,
    organization: &Organization,
    link: &Link,
    wrong: Option<(&Refusal, String)>,
) -> Result<Response, Not> {
    let current = (organization.id.as_str(), organization.name.as_str());
    let status = match &wrong {
        Some((refusal, _)) if refusal.reason == Reason::TooManyAttempts => 429,
        Some(_) => 422,
        None => 200,
    };
    let template = Invitation {
        frame: at.frame(Tab::Organization, Some(current)).await?,
        t: at.texts(),
        form_token: at.form_token(),
        organization: named(organization),
        id: link.id(),
        email: link.email.clone(),
        role: role(at, invitations::role_of(link)),
        by: invitations::made_by(&at.env, link).await?,
        sent: at.when(link.created_at),
        until: at.when(link.expires_at),
        is_live: link.is_live(at.now()),
        has_mail: at.env.mail.is_configured(),
        wrong: wrong.map(|(_, sentence)| sentence),
    };
    Ok(page(status, &template))
}
