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
use crate::paths::{CONNECTIONS, SIGN_IN, SIGN_OUT};
use crate::sessions::{Form, SessionId};
use crate::visit::Visit;

/// A question with one answer and a way back.
#[derive(Template)]
#[template(path = "ask.html")]
pub(super) struct Ask<'a> {
    /// What is around it.
    pub(super) frame: Frame,
    /// The question.
    pub(super) title: String,
    /// What follows it.
    pub(super) leads: Vec<String>,
    /// Where the answer goes.
    pub(super) action: &'a str,
    /// The proof that the answer came from here.
    pub(super) form_token: String,
    /// What it is about: a hidden field.
    pub(super) about: Option<(&'a str, String)>,
    /// The answer.
    pub(super) label: &'a str,
    /// True when it cannot be undone.
    pub(super) is_final: bool,
    /// The way back.
    pub(super) back: Onward,
}

/// Asks whether to sign out; says that nobody is signed in otherwise.
pub async fn show(env: &Env, request: Request) -> Response {
    let visit = Visit::begin(env, &env.observer.doors.pages, &request);
    let id = env.sessions.read(request.headers());
    let known = match &id {
        Some(id) => flow::who(env, id).await,
        None => Ok(None),
    };
    let response = match (known, id) {
        (Err(stop), _) => return refused::elsewhere(visit, env, &sign_in::first(stop)),
        (Ok(Some(who)), Some(id)) => page(200, &ask(env, &id, &who.user.email)),
        _ => page(200, &signed_out(env)),
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

fn ask(env: &Env, id: &SessionId, email: &str) -> Ask<'static> {
    Ask {
        frame: Frame::new(env, None).signed_in(),
        title: "Sign out?".to_owned(),
        leads: vec![format!(
            "You are signed in as {email}. Applications that you let in go on working."
        )],
        action: SIGN_OUT,
        form_token: env.sessions.form_token(id, Form::SignOut),
        about: None,
        label: "Sign out",
        is_final: false,
        back: Onward { href: CONNECTIONS.to_owned(), label: "Stay".to_owned() },
    }
}

fn signed_out(env: &Env) -> Message {
    let onward = Onward { href: SIGN_IN.to_owned(), label: "Sign in".to_owned() };
    Message {
        onward: Some(onward),
        ..Message::new(Frame::new(env, None), "You are signed out")
            .saying("Applications that you let in go on working until you end them.")
    }
}
