//! Signing out.

use askama::Template;
use axum::extract::Request;
use axum::response::Response;
use http::header;

use crate::env::Env;
use crate::flow::sign_in as flow;
use crate::pages::form;
use crate::pages::frame::{Frame, go_to, page};
use crate::pages::message::{Message, Onward};
use crate::pages::{refused, sign_in};
use crate::paths::{SIGN_IN, SIGN_OUT};
use crate::sessions::{Form, SessionId};
use crate::visit::Visit;

/// A question with one answer and a way back.
#[derive(Template)]
#[template(path = "ask.html")]
pub(super) struct Ask {
    /// What is around it.
    pub(super) frame: Frame,
    /// The question.
    pub(super) title: String,
    /// What follows it.
    pub(super) leads: Vec<String>,
    /// Where the answer goes.
    pub(super) action: String,
    /// The proof that the answer came from here.
    pub(super) form_token: String,
    /// What it is about: a hidden field.
    pub(super) about: Option<(&'static str, String)>,
    /// The answer.
    pub(super) label: String,
    /// True when it cannot be undone.
    pub(super) is_final: bool,
    /// The way back.
    pub(super) back: Onward,
}

/// Asks whether to sign out; says that nobody is signed in otherwise.
pub async fn show(env: &Env, request: Request) -> Response {
    let visit = Visit::begin(env, &env.observer.doors.pages, &request);
    let id = env.sessions.read(request.headers());
    let frame = Frame::for_request(env, request.headers());
    let known = match &id {
        Some(id) => flow::who(env, id).await,
        None => Ok(None),
    };
    let response = match (known, id) {
        (Err(stop), _) => return refused::elsewhere(visit, env, &sign_in::first(stop)),
        (Ok(Some(who)), Some(id)) => page(200, &ask(env, frame, &id, &who.user.email)),
        _ => page(200, &signed_out(frame)),
    };
    visit.end(response, Ok(()))
}

/// Signs out, and says so.
pub async fn submit(env: &Env, request: Request) -> Response {
    let visit = Visit::begin(env, &env.observer.doors.pages, &request);
    let sent = match form::read(env, request, Form::SignOut).await {
        Ok(sent) => sent,
        Err(refusal) => return refused::elsewhere(visit, env, &refusal),
    };
    match flow::sign_out(env, &sent.browser).await {
        Ok(()) => visit.end(forget(env, go_to(SIGN_OUT)), Ok(())),
        Err(stop) => refused::elsewhere(visit, env, &sign_in::first(stop)),
    }
}

/// Takes the browser's id away.
pub(super) fn forget(env: &Env, mut response: Response) -> Response {
    if let Some(cookie) = env.sessions.no_cookie() {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

fn ask(env: &Env, frame: Frame, id: &SessionId, email: &str) -> Ask {
    let t = frame.t;
    Ask {
        frame: frame.signed_in(),
        title: t.say("people-sign-out"),
        leads: vec![t.say1("people-sign-out-means", "email", email)],
        action: SIGN_OUT.to_owned(),
        form_token: env.sessions.form_token(id, Form::SignOut),
        about: None,
        label: t.say("frame-sign-out"),
        is_final: false,
        // Whoever is signed in goes on from there to what there is for them.
        back: Onward { href: SIGN_IN.to_owned(), label: t.say("people-stay") },
    }
}

fn signed_out(frame: Frame) -> Message {
    let t = frame.t;
    let onward = Onward { href: SIGN_IN.to_owned(), label: t.say("frame-sign-in") };
    Message {
        onward: Some(onward),
        ..Message::new(frame, t.say("people-signed-out")).saying(t.say("people-signed-out-means"))
    }
}
