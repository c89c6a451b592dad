//! What a person has granted, and its end.

use askama::Template;
use axum::extract::Request;
use axum::response::Response;
use http::request::Parts;
use portreeve_core::audit::Actor;
use portreeve_core::connection::record::Reach;
use portreeve_core::refusal::{Reason, Refusal};
use portreeve_core::time::Timestamp;

use crate::env::Env;
use crate::flow::change::ChangeError;
use crate::flow::connections::{self as flow, Named};
use crate::flow::sign_in::{SignedIn, who};
use crate::pages::form;
use crate::pages::frame::{Frame, go_to, page};
use crate::pages::message::Onward;
use crate::pages::sign_in::first;
use crate::pages::sign_out::Ask;
use crate::pages::times::When;
use crate::pages::{abilities, refused};
use crate::paths::{CONNECTIONS, END_CONNECTION, SIGN_IN};
use crate::sessions::{Form, SessionId};
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "connections.html")]
struct Connections {
    frame: Frame,
    email: String,
    sign_out_token: String,
    ended: Option<String>,
    lines: Vec<Line>,
}

struct Line {
    id: String,
    application: String,
    vendor: Option<String>,
    organization: Option<String>,
    reaches_all: bool,
    may: String,
    made: When,
    used: Option<When>,
    is_used: bool,
}

/// Why there is no page: nobody is signed in, or something is wrong.
enum Not {
    SignedIn,
    Done(Refusal),
}

/// The connections of whoever is signed in.
pub async fn connections(env: &Env, request: Request) -> Response {
    let visit = Visit::begin(env, &env.observer.doors.pages, &request);
    let (parts, _) = request.into_parts();
    finish(env, visit, list(env, &parts).await)
}

/// Asks whether to end one.
pub async fn ask_to_end(env: &Env, request: Request) -> Response {
    let visit = Visit::begin(env, &env.observer.doors.pages, &request);
    let (parts, _) = request.into_parts();
    finish(env, visit, ask(env, &parts).await)
}

/// Ends one.
pub async fn end(env: &Env, request: Request) -> Response {
    let visit = Visit::begin(env, &env.observer.doors.pages, &request);
    finish(env, visit, end_it(env, request).await)
}

async fn list(env: &Env, parts: &Parts) -> Result<Response, Not> {
    let (id, who) = present(env, parts).await?;
    let found = flow::of_person(env, &who.user).await?;
    let ended = match form::parameter(parts.uri.query(), "ended") {
        Some(ended) => flow::find(env, &who.user, &ended).await.ok(),
        None => None,
    };
    let ended = ended.filter(|ended| !ended.connection.is_standing());
    let now = env.now();
    let template = Connections {
        frame: Frame::new(env, None).signed_in(),
        email: who.user.email,
        sign_out_token: env.sessions.form_token(&id, Form::SignOut),
        ended: ended.map(|ended| ended.application),
        lines: found.into_iter().map(|named| line(env, named, now)).collect(),
    };
    Ok(page(200, &template))
}

async fn ask(env: &Env, parts: &Parts) -> Result<Response, Not> {
    let (id, who) = present(env, parts).await?;
    let asked = form::parameter(parts.uri.query(), "connection").unwrap_or_default();
    let found = flow::find(env, &who.user, &asked).await?;
    if !found.connection.is_standing() {
        return Ok(go_to(CONNECTIONS));
    }
    let now = env.now();
    let used = found.connection.last_used_at.map_or_else(
        || "It has not been used yet.".to_owned(),
        |used| format!("It was last used {}.", told(used, now)),
    );
    let template = Ask {
        frame: Frame::new(env, None).signed_in(),
        title: format!("End the connection of {}?", found.application),
        leads: vec![
            used,
            format!(
                "Its next request is refused. To let it in again, you connect {} anew.",
                found.application
            ),
        ],
        action: END_CONNECTION,
        form_token: env.sessions.form_token(&id, Form::End),
        about: Some(("connection", asked)),
        label: "End it for good",
        is_final: true,
        back: Onward { href: CONNECTIONS.to_owned(), label: "Keep it".to_owned() },
    };
    Ok(page(200, &template))
}

async fn end_it(env: &Env, request: Request) -> Result<Response, Not> {
    let sent = form::read(env, request, Form::End).await.map_err(Not::Done)?;
    let known = who(env, &sent.browser).await.map_err(|stop| Not::Done(first(stop)))?;
    let who = known.ok_or(Not::SignedIn)?;
    let id = sent.value("connection").map_err(Not::Done)?;
    let found = flow::find(env, &who.user, &id).await?;
    flow::end(env, &found.connection, &Actor::User(who.user.id)).await?;
    Ok(go_to(&format!("{CONNECTIONS}?ended={}", found.connection.id)))
}

async fn present(env: &Env, parts: &Parts) -> Result<(SessionId, SignedIn), Not> {
    let id = env.sessions.read(&parts.headers).ok_or(Not::SignedIn)?;
    let known = who(env, &id).await.map_err(|stop| Not::Done(first(stop)))?;
    Ok((id, known.ok_or(Not::SignedIn)?))
}

fn finish(env: &Env, visit: Visit<'_>, done: Result<Response, Not>) -> Response {
    match done {
        Ok(response) => visit.end(response, Ok(())),
        Err(Not::SignedIn) => visit.end(go_to(SIGN_IN), Ok(())),
        Err(Not::Done(refusal)) => refused::elsewhere(visit, env, &refusal),
    }
}

fn line(env: &Env, named: Named, now: Timestamp) -> Line {
    let connection = named.connection;
    let mut services = env.catalog.services.iter().map(|entry| &entry.service);
    let vendor = services.find(|service| service.audience == connection.audience);
    Line {
        id: connection.id.to_string(),
        application: named.application,
        vendor: vendor.map(|service| service.title.clone()),
        organization: named.organization,
        reaches_all: connection.reach == Reach::All,
        may: abilities::told(env, &connection.audience, &connection.scopes).join(", "),
        made: When::new(connection.created_at, now),
        used: connection.last_used_at.map(|used| When::new(used, now)),
        is_used: connection.last_used_at.is_some(),
    }
}

fn told(at: Timestamp, now: Timestamp) -> String {
    let when = When::new(at, now);
    if when.near.ends_with("ago") { when.near } else { format!("on {}", when.near) }
}

impl From<ChangeError> for Not {
    fn from(error: ChangeError) -> Self {
        let reason = match error {
            ChangeError::Missing { .. } => Reason::NotFound,
            ChangeError::ChangedMeanwhile => Reason::ChangedMeanwhile,
            other => {
                tracing::error!(error = %other, "the connections cannot be shown");
                Reason::TemporarilyUnavailable
            }
        };
        Self::Done(reason.into())
    }
}
