//! The password once more, before something that asks for a recent sign-in.

use askama::Template;
use portreeve_core::refusal::Refusal;

use crate::flow::sign_in::{Attempt, sign_in};
use crate::pages::frame::{Frame, go_to, page, remember};
use crate::pages::portal::settings::secret;
use crate::pages::portal::{At, Shown};
use crate::pages::sign_in::{first, sentence_again};
use crate::pages::{form, onward, refused};
use crate::paths::PORTAL;
use crate::texts::Texts;

#[derive(Template)]
#[template(path = "portal/sign_in_again.html")]
struct Again {
    frame: Frame,
    t: &'static Texts,
    form_token: String,
    email: String,
    next: Option<String>,
    back: String,
    failure: Option<String>,
}

/// Asks for the password of whoever is signed in.
///
/// # Errors
/// What the store says.
pub async fn ask_sign_in_again(at: At) -> Shown {
    let next = onward::asked(at.parts.uri.query());
    Ok(page(200, &filled(&at, next, None)))
}

/// Takes it: only this person's own will do. The browser gets another id, and the one
/// that it had opens nothing.
///
/// # Errors
/// What the store says.
pub async fn sign_in_again(at: At) -> Shown {
    let next = at.fields.one("next")?;
    let next = Some(next).filter(|next| onward::is_ours(next)).map(str::to_owned);
    let attempt = Attempt {
        // Never from the form: nobody becomes somebody else here.
        email: &at.who.user.email,
        password: secret(&at.fields, "password")?,
        peer: at.peer,
        agent: form::agent(&at.parts.headers),
        before: Some(&at.browser),
    };
    match sign_in(&at.env, attempt).await {
        Ok(begun) => {
            let response = go_to(next.as_deref().unwrap_or(PORTAL));
            Ok(remember(&at.env, response, &begun.id))
        }
        Err(stop) => {
            let refusal = first(stop);
            let status = refusal.reason.row().status;
            let response = page(status, &filled(&at, next, Some(&refusal)));
            Ok(refused::waiting(response, &refusal))
        }
    }
}

fn filled(at: &At, next: Option<String>, refusal: Option<&Refusal>) -> Again {
    Again {
        frame: Frame::for_request(&at.env, &at.parts.headers).signed_in(),
        t: at.texts(),
        form_token: at.form_token(),
        email: at.who.user.email.clone(),
        back: PORTAL.to_owned(),
        next,
        failure: refusal.map(|refusal| sentence_again(&at.env, at.texts(), refusal)),
    }
}
