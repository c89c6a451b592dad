//! Another password in place of the old one.

use askama::Template;
use axum::response::Response;
use portreeve_core::refusal::{Reason, Refusal};
use portreeve_core::sign_in::password::{LONGEST, PasswordError, SHORTEST};
use portreeve_core::sign_in::session::Seat;

use crate::flow::passwords::{self, Change, NotSet};
use crate::pages::frame::{Frame, go_to, page, remember};
use crate::pages::portal::settings::secret;
use crate::pages::portal::{At, Shown};
use crate::pages::sign_in::sentence_again;
use crate::pages::{form, refused};
use crate::paths::SETTINGS;
use crate::texts::Texts;

#[derive(Template)]
#[template(path = "portal/password_change.html")]
struct Changing {
    frame: Frame,
    t: &'static Texts,
    form_token: String,
    email: String,
    wrong: Wrong,
}

/// What is wrong with the fields of a form in which a password is chosen.
#[derive(Default)]
pub(in crate::pages::portal) struct Wrong {
    /// The old password.
    pub(in crate::pages::portal) old: Option<String>,
    /// The new one.
    pub(in crate::pages::portal) new: Option<String>,
    /// The new one once more.
    pub(in crate::pages::portal) twice: Option<String>,
}

/// Asks for the old password and the new one.
///
/// # Errors
/// None but what the page itself meets.
pub async fn ask_password(at: At) -> Shown {
    Ok(show(&at, 200, Wrong::default()))
}

/// Sets the new one: other sessions end, this one goes on with another id. Sent twice,
/// the second time finds the old password wrong, or the session over.
///
/// # Errors
/// [`Reason::ParameterRepeated`].
pub async fn set_password(at: At) -> Shown {
    let (old, new) = (secret(&at.fields, "old")?, secret(&at.fields, "password")?);
    if secret(&at.fields, "again")? != new {
        let twice = Some(at.texts().say("people-password-differs"));
        return Ok(show(&at, 422, Wrong { twice, ..Wrong::default() }));
    }
    let seat = Seat { address: Some(at.peer), agent: form::agent(&at.parts.headers) };
    let change = Change { old, new, seat, peer: at.peer };
    let refusal = match passwords::change(&at.env, &at.who, change).await {
        Ok(id) => {
            return Ok(remember(&at.env, go_to(&format!("{SETTINGS}?done=password")), &id));
        }
        Err(NotSet::Rule(rule)) => {
            let new = Some(rule_told(at.texts(), rule));
            return Ok(show(&at, 422, Wrong { new, ..Wrong::default() }));
        }
        Err(NotSet::TheOldOne) => {
            let new = Some(at.texts().say("people-password-same"));
            return Ok(show(&at, 422, Wrong { new, ..Wrong::default() }));
        }
        Err(NotSet::Dead) => Refusal::from(Reason::ChangedMeanwhile),
        Err(NotSet::Refused(refusal)) => refusal,
    };
    let old = Some(sentence_again(&at.env, at.texts(), &refusal));
    let response = show(&at, refusal.reason.row().status, Wrong { old, ..Wrong::default() });
    Ok(refused::waiting(response, &refusal))
}

/// Which rule a password breaks, in a sentence.
pub(in crate::pages::portal) fn rule_told(t: &Texts, rule: PasswordError) -> String {
    match rule {
        PasswordError::TooShort => t.say1("people-password-short", "least", SHORTEST),
        PasswordError::TooLong => t.say1("people-password-long", "most", LONGEST),
        PasswordError::Control => t.say("people-password-control"),
        PasswordError::TheAddress => t.say("people-password-address"),
        PasswordError::NoMemory => t.say("people-busy"),
    }
}

fn show(at: &At, status: u16, wrong: Wrong) -> Response {
    let template = Changing {
        frame: Frame::for_request(&at.env, &at.parts.headers).signed_in(),
        t: at.texts(),
        form_token: at.form_token(),
        email: at.who.user.email.clone(),
        wrong,
    };
    page(status, &template)
}
