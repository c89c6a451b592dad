//! Signing in: alone, and on the way to a connector's page.

use askama::Template;
use axum::extract::Request;
use axum::response::Response;
use portreeve_core::refusal::{Reason, Refusal};
use portreeve_core::secret::Secret;

use crate::env::Env;
use crate::flow::sign_in::{self as flow, Attempt};
use crate::flow::stop::Stop;
use crate::pages::form::{self, Sent};
use crate::pages::frame::{Frame, browser, go_to, page, remember};
use crate::pages::{refused, times};
use crate::paths::{CONNECTIONS, SIGN_IN};
use crate::sessions::{Form, SessionId};
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignIn<'a> {
    frame: Frame,
    action: &'a str,
    flow: Option<&'a str>,
    application: Option<&'a str>,
    form_token: String,
    email: &'a str,
    failure: Option<String>,
}

/// Where a sign-in form stands: what it says, and where it goes.
#[derive(Clone)]
pub(super) struct Place<'a> {
    /// What is around it.
    pub(super) frame: Frame,
    /// Where the form goes.
    pub(super) action: &'a str,
    /// What it carries on, at a connector.
    pub(super) flow: Option<&'a str>,
    /// Who asks, at a connector.
    pub(super) application: Option<&'a str>,
}

/// The sign-in page; whoever has signed in is shown the connections.
pub async fn show(env: &Env, request: Request) -> Response {
    let visit = Visit::begin(env, &env.observer.doors.pages, &request);
    let known = match env.sessions.read(request.headers()) {
        Some(id) => flow::who(env, &id).await,
        None => Ok(None),
    };
    match known {
        Ok(Some(_)) => visit.end(go_to(CONNECTIONS), Ok(())),
        Ok(None) => {
            let (id, is_new) = browser(env, request.headers());
            let response = form_page(env, alone(env), &id, "", None);
            let response = if is_new { remember(env, response, &id) } else { response };
            visit.end(response, Ok(()))
        }
        Err(stop) => refused::elsewhere(visit, env, &first(stop)),
    }
}

/// Signs in, and shows the connections.
pub async fn submit(env: &Env, request: Request) -> Response {
    let visit = Visit::begin(env, &env.observer.doors.pages, &request);
    let sent = match form::read(env, request, Form::SignIn).await {
        Ok(sent) => sent,
        Err(refusal) => return refused::elsewhere(visit, env, &refusal),
    };
    try_password(env, visit, &sent, alone(env), CONNECTIONS).await
}

/// Signs in with what was sent and goes `onward`; or shows the form again, with what
/// was wrong.
pub(super) async fn try_password(
    env: &Env,
    visit: Visit<'_>,
    sent: &Sent,
    place: Place<'_>,
    onward: &str,
) -> Response {
    let fields = sent.value("email").and_then(|email| Ok((email, sent.value("password")?)));
    let (email, password) = match fields {
        Ok((email, password)) => (email, Secret::new(password)),
        Err(refusal) => return refused::elsewhere(visit, env, &refusal),
    };
    let attempt = Attempt {
        email: &email,
        password,
        peer: visit.peer(),
        agent: &sent.agent,
        before: Some(&sent.browser),
    };
    match flow::sign_in(env, attempt).await {
        Ok(id) => visit.end(remember(env, go_to(onward), &id), Ok(())),
        Err(stop) => {
            let refusal = first(stop);
            let response = form_page(env, place, &sent.browser, &email, Some(&refusal));
            visit.end(refused::waiting(response, &refusal), Err(refusal.reason))
        }
    }
}

/// The form itself.
pub(super) fn form_page(
    env: &Env,
    place: Place<'_>,
    id: &SessionId,
    email: &str,
    refusal: Option<&Refusal>,
) -> Response {
    let status = refusal.map_or(200, |refusal| refusal.reason.row().status);
    let template = SignIn {
        frame: place.frame,
        action: place.action,
        flow: place.flow,
        application: place.application,
        form_token: env.sessions.form_token(id, Form::SignIn),
        email,
        failure: refusal.map(|refusal| sentence(env, refusal)),
    };
    page(status, &template)
}

/// The refusal of a journey that has one.
pub(super) fn first(stop: Stop) -> Refusal {
    stop.into_refusals().into_iter().next().unwrap_or_else(|| Reason::ServerError.into())
}

fn alone(env: &Env) -> Place<'static> {
    Place { frame: Frame::new(env, None), action: SIGN_IN, flow: None, application: None }
}

fn sentence(env: &Env, refusal: &Refusal) -> String {
    let wait = || times::length(refusal.retry_after.unwrap_or(env.strangers.interval()));
    match refusal.reason {
        Reason::PasswordWrong => {
            let wrong = "That e-mail and password do not belong together.";
            match refusal.about.as_deref() {
                Some("0") => format!("{wrong} Wait {} before you try again.", wait()),
                Some("1") => {
                    format!("{wrong} You can try once more, then we ask you to wait {}.", wait())
                }
                left => format!(
                    "{wrong} You can try {} more times, then we ask you to wait {}.",
                    left.unwrap_or("a few"),
                    wait()
                ),
            }
        }
        Reason::TooManyAttempts => {
            format!("Too many attempts from where you are. Wait {}, then try again.", wait())
        }
        Reason::UserDisabled => {
            "This account is switched off. One of your administrators can switch it on.".to_owned()
        }
        Reason::TemporarilyUnavailable => {
            "Many people are signing in at this moment. Try again in a few seconds.".to_owned()
        }
        reason => reason.row().text.to_owned(),
    }
}
