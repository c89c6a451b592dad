//! Somebody is invited.

use std::fmt::Write as _;

use askama::Template;
use axum::response::Response;
use portreeve_core::org::member::Role;
use portreeve_core::org::organization::Organization;
use portreeve_core::org::permission::Action;
use portreeve_core::refusal::{Reason, Refusal};

use crate::flow::access;
use crate::flow::invitations::{self, Asked, Invited, MOST_WAITING, NotInvited};
use crate::pages::frame::{Frame, Tab, page, page_with_secret};
use crate::pages::portal::members::lines::role;
use crate::pages::portal::members::named;
use crate::pages::portal::{At, Not, Shown};
use crate::pages::refused;
use crate::pages::times::{self, When};
use crate::texts::Texts;

#[derive(Template)]
#[template(path = "portal/members_invite.html")]
struct Invite {
    frame: Frame,
    t: &'static Texts,
    form_token: String,
    once: String,
    organization: (String, String),
    email: String,
    is_admin: bool,
    has_mail: bool,
    wrong: Option<String>,
}

/// The page that says that it is done, and shows the link this once.
#[derive(Template)]
#[template(path = "portal/members_invited.html")]
struct Done {
    frame: Frame,
    t: &'static Texts,
    organization: (String, String),
    email: String,
    role: String,
    is_mailed: bool,
    is_mail_on: bool,
    until: When,
    /// The link; `None` when it was shown before.
    link: Option<String>,
}

/// Asks whom to invite.
///
/// # Errors
/// 404 when the organization is none of theirs, 403 for members; a recent sign-in.
pub async fn ask_invite(at: At) -> Shown {
    let id = at.id("organization");
    let (access, organization) = access::to_organization(&at.env, &at.who, id).await?;
    access.must(Action::Invite)?;
    form(&at, &organization, None).await
}

/// Invites. A form that is sent twice invites once: it carries what no other form does,
/// and the code comes of that.
///
/// # Errors
/// As [`ask_invite`].
pub async fn invite(at: At) -> Shown {
    let id = at.id("organization");
    let (access, organization) = access::to_organization(&at.env, &at.who, id).await?;
    let actor = access.must(Action::Invite)?;
    let asked = Asked {
        organization: &organization,
        email: at.fields.one("email")?,
        role: Role::from_name(at.fields.one("role")?).unwrap_or(Role::Member),
        mailed: at.env.mail.is_configured(),
        once: at.fields.one("once")?,
    };
    match invitations::invite(&at.env, asked, &actor).await {
        Ok(invited) => done(&at, &organization, &invited).await,
        Err(not) => {
            let (refusal, sentence) = told(&at, not)?;
            let response = form(&at, &organization, Some((&refusal, sentence))).await?;
            Ok(refused::waiting(response, &refusal))
        }
    }
}

/// The page after an invitation was sent, or sent again.
pub(super) async fn done(at: &At, organization: &Organization, invited: &Invited) -> Shown {
    let current = (organization.id.as_str(), organization.name.as_str());
    // Whoever shows the code is taken for the one with the address: where mail proves it,
    // nobody else may see it.
    let is_shown = !invited.link.mailed && !invited.code.expose().is_empty();
    let template = Done {
        frame: at.frame(Tab::Organization, Some(current)).await?,
        t: at.texts(),
        organization: named(organization),
        email: invited.link.email.clone(),
        role: role(at, invitations::role_of(&invited.link)),
        is_mailed: invited.is_mailed,
        is_mail_on: at.env.mail.is_configured(),
        until: at.when(invited.link.expires_at),
        link: is_shown.then(|| invitations::address(&at.env, &invited.code)),
    };
    Ok(page_with_secret(200, &template))
}

/// Why nobody was invited: for the answer, and in a sentence for the person.
pub(super) fn told(at: &At, not: NotInvited) -> Result<(Refusal, String), Not> {
    let t = at.texts();
    let wrong = |sentence: String| Ok((Refusal::from(Reason::ParameterMalformed), sentence));
    match not {
        NotInvited::Email => wrong(t.say("people-email-wrong")),
        NotInvited::Member { name, .. } => wrong(t.say1("people-invite-member", "name", &name)),
        NotInvited::TooManyWait => wrong(t.say1("people-invite-full", "most", MOST_WAITING)),
        NotInvited::Wait(wait) => {
            let sentence = t.say1("people-invite-wait", "wait", times::length(t, wait));
            Ok((Refusal::retry_after(Reason::TooManyAttempts, wait), sentence))
        }
        NotInvited::Change(error) => Err(error.into()),
    }
}

async fn form(
    at: &At,
    organization: &Organization,
    wrong: Option<(&Refusal, String)>,
) -> Result<Response, Not> {
    let current = (organization.id.as_str(), organization.name.as_str());
    let status = match &wrong {
        Some((refusal, _)) if refusal.reason == Reason::TooManyAttempts => 429,
        Some(_) => 422,
        None => 200,
    };
    let template = Invite {
        frame: at.frame(Tab::Organization, Some(current)).await?,
        t: at.texts(),
        form_token: at.form_token(),
        once: once(at),
        organization: named(organization),
        email: at.fields.first("email").trim().to_owned(),
        is_admin: at.fields.first("role") == Role::Admin.as_str(),
        has_mail: at.env.mail.is_configured(),
        wrong: wrong.map(|(_, sentence)| sentence),
    };
    Ok(page(status, &template))
}

/// What no other form carries: 128 random bits.
fn once(at: &At) -> String {
    let mut bytes = [0_u8; 16];
    at.env.entropy.fill(&mut bytes);
    bytes.iter().fold(String::with_capacity(32), |mut text, byte| {
        // Writing to a text cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
