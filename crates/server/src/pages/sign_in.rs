//! Signing in: alone, and on the way to a connector's page.

use askama::Template;
use axum::extract::Request;
use axum::response::Response;
use http::HeaderMap;
use portreeve_core::org::member::User;
use portreeve_core::refusal::{Reason, Refusal};
use portreeve_core::secret::Secret;

use crate::env::Env;
use crate::flow::sign_in::{self as flow, Attempt};
use crate::flow::stop::Stop;
use crate::pages::form::{self, Sent};
use crate::pages::frame::{Frame, browser, go_to, page, remember};
use crate::pages::{onward, refused, times};
use crate::paths::{CONNECTIONS, PORTAL, SIGN_IN};
use crate::sessions::{Form, SessionId};
use crate::texts::Texts;
use crate::tries::ACCOUNT;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignIn<'a> {
    frame: Frame,
    action: &'a str,
    flow: Option<&'a str>,
    application: Option<&'a str>,
    next: Option<&'a str>,
    done: Option<String>,
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
    /// The page that comes next, elsewhere: one of ours.
    pub(super) next: Option<&'a str>,
}

/// The sign-in page; whoever has signed in goes on at once.
pub async fn show(env: &Env, request: Request) -> Response {
    let visit = Visit::begin(env, &env.observer.doors.pages, &request);
    let known = match env.sessions.read(request.headers()) {
        Some(id) => flow::who(env, &id).await,
        None => Ok(None),
    };
    let next = onward::asked(request.uri().query());
    match known {
        Ok(Some(who)) => go_on(env, visit, &who.user, next.as_deref()).await,
        Ok(None) => {
            let (id, is_new) = browser(env, request.headers());
            let place = alone(env, request.headers(), next.as_deref());
            let t = place.frame.t;
            let done = match form::parameter(request.uri().query(), "done").as_deref() {
                Some("password") => Some(t.say("people-password-is-new")),
                Some("proven") => Some(t.say("people-password-is-proven")),
                _ => None,
            };
            let template = SignIn { done, ..filled(env, place, &id, "", None) };
            let response = page(200, &template);
            let response = if is_new { remember(env, response, &id) } else { response };
            visit.end(response, Ok(()))
        }
        Err(stop) => refused::elsewhere(visit, env, &first(stop)),
    }
}

/// Signs in, and goes on.
pub async fn submit(env: &Env, request: Request) -> Response {
    let visit = Visit::begin(env, &env.observer.doors.pages, &request);
    let sent = match form::read(env, request, Form::SignIn).await {
        Ok(sent) => sent,
        Err(refusal) => return refused::elsewhere(visit, env, &refusal),
    };
    let next = sent.value("next").unwrap_or_default();
    let next = Some(&*next).filter(|next| onward::is_ours(next));
    let place = alone(env, &sent.headers, next);
    try_password(env, visit, &sent, place, None).await
}

/// Where somebody goes who has signed in: where they wanted to, or to what there is for
/// them.
async fn go_on(env: &Env, visit: Visit<'_>, user: &User, next: Option<&str>) -> Response {
    match (next, flow::has_place(env, user).await) {
        (Some(next), _) => visit.end(go_to(next), Ok(())),
        (None, Ok(true)) => visit.end(go_to(PORTAL), Ok(())),
        (None, Ok(false)) => visit.end(go_to(CONNECTIONS), Ok(())),
        (None, Err(stop)) => refused::elsewhere(visit, env, &first(stop)),
    }
}

/// Signs in with what was sent and goes to `onward`, or where a person goes who signed in
/// alone; or shows the form again, with what was wrong.
pub(super) async fn try_password(
    env: &Env,
    visit: Visit<'_>,
    sent: &Sent,
    place: Place<'_>,
    onward: Option<&str>,
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
        Ok(begun) => {
            let response = match onward {
                Some(onward) => visit.end(go_to(onward), Ok(())),
                None => go_on(env, visit, &begun.user, place.next).await,
            };
            remember(env, response, &begun.id)
        }
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
    page(status, &filled(env, place, id, email, refusal))
}

fn filled<'a>(
    env: &Env,
    place: Place<'a>,
    id: &SessionId,
    email: &'a str,
    refusal: Option<&Refusal>,
) -> SignIn<'a> {
    let t = place.frame.t;
    SignIn {
        frame: place.frame,
        action: place.action,
        flow: place.flow,
        application: place.application,
        next: place.next,
        done: None,
        form_token: env.sessions.form_token(id, Form::SignIn),
        email,
        failure: refusal.map(|refusal| sentence(env, t, refusal)),
    }
}

/// The refusal of a journey that has one.
pub(super) fn first(stop: Stop) -> Refusal {
    stop.into_refusals().into_iter().next().unwrap_or_else(|| Reason::ServerError.into())
}

fn alone<'a>(env: &Env, headers: &HeaderMap, next: Option<&'a str>) -> Place<'a> {
    let frame = Frame::for_request(env, headers);
    Place { frame, action: SIGN_IN, flow: None, application: None, next }
}

/// What is said to somebody whose password opens nothing.
fn sentence(env: &Env, t: &Texts, refusal: &Refusal) -> String {
    let left = refusal.about.as_deref().and_then(|left| left.parse::<u64>().ok());
    match (refusal.reason, left) {
        (Reason::PasswordWrong, Some(left)) => {
            t.say2("people-password-wrong", "left", left, "wait", wait(env, t, refusal))
        }
        _ => told(env, t, refusal),
    }
}

/// The same to somebody who is known and shows the password once more.
pub(super) fn sentence_again(env: &Env, t: &Texts, refusal: &Refusal) -> String {
    let left = refusal.about.as_deref().and_then(|left| left.parse::<u64>().ok());
    match (refusal.reason, left) {
        (Reason::PasswordWrong, Some(left)) => {
            t.say2("people-password-not-yours", "left", left, "wait", wait(env, t, refusal))
        }
        _ => told(env, t, refusal),
    }
}

/// What is said wherever somebody tries too often, or nobody can tell.
pub(super) fn told(env: &Env, t: &Texts, refusal: &Refusal) -> String {
    match refusal.reason {
        Reason::TooManyAttempts => {
            let is_everywhere = refusal.about.as_deref() == Some(ACCOUNT);
            let told = match is_everywhere {
                true => "people-too-many-with-account",
                false => "people-too-many-attempts",
            };
            t.say1(told, "wait", wait(env, t, refusal))
        }
        Reason::UserDisabled => t.say("people-switched-off"),
        Reason::TemporarilyUnavailable => t.say("people-busy"),
        reason => t.refusal(reason),
    }
}

fn wait(env: &Env, t: &Texts, refusal: &Refusal) -> String {
    times::length(t, refusal.retry_after.unwrap_or(env.tries.interval()))
}
