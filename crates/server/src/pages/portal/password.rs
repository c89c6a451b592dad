//! A forgotten password: a way to a new one is asked for, and used.

use std::net::IpAddr;
use std::sync::Arc;

use askama::Template;
use axum::extract::Request;
use axum::response::Response;
use http::HeaderMap;
use portreeve_core::org::member::check_email;
use portreeve_core::refusal::Refusal;

use crate::env::Env;
use crate::flow::passwords::{self, NotSet, Reset};
use crate::pages::fields::Fields;
use crate::pages::frame::{Frame, browser, go_to, page, page_with_secret, remember};
use crate::pages::look::texts_of_this_browser;
use crate::pages::message::{Message, Onward};
use crate::pages::portal::Shown;
use crate::pages::portal::settings::{Wrong, rule_told, secret};
use crate::pages::refused;
use crate::pages::sign_in::{first, told};
use crate::pages::sign_out::forget;
use crate::paths::SIGN_IN;
use crate::sessions::{Form, SessionId};
use crate::texts::Texts;

#[derive(Template)]
#[template(path = "portal/password_forgotten.html")]
struct Forgotten {
    frame: Frame,
    t: &'static Texts,
    form_token: String,
    email: String,
    wrong: Option<String>,
}

#[derive(Template)]
#[template(path = "portal/password_new.html")]
struct New {
    frame: Frame,
    t: &'static Texts,
    form_token: String,
    code: String,
    code_wrong: Option<String>,
    wrong: Wrong,
}

/// Asks for the address to which a way to a new password is sent.
///
/// # Errors
/// None but what the page itself meets.
pub async fn ask_forgotten(env: Arc<Env>, request: Request, _peer: IpAddr) -> Shown {
    let headers = request.headers();
    if !env.mail.is_configured() {
        return Ok(page(200, &without_mail(&env, headers)));
    }
    let (id, is_new) = browser(&env, headers);
    let response = page(200, &forgotten(&env, headers, &id, String::new(), None));
    Ok(if is_new { remember(&env, response, &id) } else { response })
}

/// Sends one, if somebody has this address: the answer is the same and takes as long
/// when nobody has. Sent twice within a minute, one mail leaves.
///
/// # Errors
/// What the store says; another site's form.
pub async fn send_link(env: Arc<Env>, request: Request, peer: IpAddr) -> Shown {
    let id = env.sessions.read(request.headers());
    let (parts, fields) = Fields::read(&env, request, Form::Link).await?;
    if !env.mail.is_configured() {
        return Ok(page(200, &without_mail(&env, &parts.headers)));
    }
    let t = texts_of_this_browser();
    let typed = fields.one("email")?;
    let again = |wrong: String| {
        let id = id.unwrap_or_else(|| SessionId::generate(&*env.entropy));
        forgotten(&env, &parts.headers, &id, typed.to_owned(), Some(wrong))
    };
    let Some(email) = check_email(typed) else {
        return Ok(page(422, &again(t.say("people-email-wrong"))));
    };
    if let Err(stop) = passwords::forgotten(&env, &email, peer).await {
        let refusal = first(stop);
        let response = page(refusal.reason.row().status, &again(told(&env, t, &refusal)));
        return Ok(refused::waiting(response, &refusal));
    }
    let message = Message {
        onward: Some(sign_in(t)),
        ..Message::new(Frame::for_request(&env, &parts.headers), t.say("people-forgotten-sent"))
            .saying(t.say1("people-forgotten-if", "email", &email))
            .saying(t.say("people-forgotten-look"))
    };
    Ok(page(200, &message))
}

/// Asks for the code and the new password.
///
/// # Errors
/// None but what the page itself meets.
pub async fn ask_new(env: Arc<Env>, request: Request, _peer: IpAddr) -> Shown {
    let (id, is_new) = browser(&env, request.headers());
    let template = new(&env, request.headers(), &id, String::new());
    let response = page(200, &template);
    Ok(if is_new { remember(&env, response, &id) } else { response })
}

/// Sets the new password. Of two who use the same code, or of one who sends the form
/// twice, the first one does; the other is told that the code is used up.
///
/// # Errors
/// Another site's form.
pub async fn set_new(env: Arc<Env>, request: Request, peer: IpAddr) -> Shown {
    let (id, _) = browser(&env, request.headers());
    let (parts, fields) = Fields::read(&env, request, Form::Link).await?;
    let code = fields.one("code")?.to_owned();
    let password = secret(&fields, "password")?;
    let mut again = new(&env, &parts.headers, &id, code.clone());
    let t = again.t;
    if secret(&fields, "again")? != password {
        again.wrong.twice = Some(t.say("people-password-differs"));
        return Ok(page_with_secret(422, &again));
    }
    let reset = Reset { code: &code, password, peer, browser: &id };
    match passwords::reset(&env, reset).await {
        Ok(stopped) => {
            let done = if stopped.is_nothing() { "password" } else { "proven" };
            Ok(forget(&env, go_to(&format!("{SIGN_IN}?done={done}"))))
        }
        Err(NotSet::Rule(rule)) => {
            again.wrong.new = Some(rule_told(t, rule));
            Ok(page_with_secret(422, &again))
        }
        Err(NotSet::Dead | NotSet::TheOldOne) => {
            again.code_wrong = Some(t.say("people-code-dead"));
            Ok(page_with_secret(422, &again))
        }
        Err(NotSet::Refused(refusal)) => Ok(must_wait(&env, again, &refusal)),
    }
}

fn must_wait(env: &Env, mut again: New, refusal: &Refusal) -> Response {
    again.code_wrong = Some(told(env, again.t, refusal));
    refused::waiting(page_with_secret(refusal.reason.row().status, &again), refusal)
}

fn forgotten(
    env: &Env,
    headers: &HeaderMap,
    id: &SessionId,
    email: String,
    wrong: Option<String>,
) -> Forgotten {
    let form_token = env.sessions.form_token(id, Form::Link);
    let frame = Frame::for_request(env, headers);
    Forgotten { t: frame.t, frame, form_token, email, wrong }
}

fn new(env: &Env, headers: &HeaderMap, id: &SessionId, code: String) -> New {
    let frame = Frame::for_request(env, headers);
    New {
        t: frame.t,
        frame,
        form_token: env.sessions.form_token(id, Form::Link),
        code,
        code_wrong: None,
        wrong: Wrong::default(),
    }
}

fn without_mail(env: &Env, headers: &HeaderMap) -> Message {
    let frame = Frame::for_request(env, headers);
    let t = frame.t;
    let vendor = frame.vendor.clone();
    Message {
        onward: Some(sign_in(t)),
        ..Message::new(frame, t.say("people-forgotten")).saying(t.say1(
            "people-forgotten-no-mail",
            "vendor",
            &vendor,
        ))
    }
}

fn sign_in(t: &Texts) -> Onward {
    Onward { href: SIGN_IN.to_owned(), label: t.say("frame-sign-in") }
}
