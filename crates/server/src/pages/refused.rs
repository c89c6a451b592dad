//! A "no" to a person: what it was, that nothing happened, and what to do next.

use axum::extract::Request;
use axum::response::Response;
use http::{HeaderValue, header};
use portreeve_core::dialect::connector::Connector;
use portreeve_core::refusal::{Reason, Refusal};
use portreeve_core::time::Timestamp;

use crate::env::Env;
use crate::flow::connect::{Application, Refused};
use crate::pages::frame::{Frame, page};
use crate::pages::message::{Message, Onward};
use crate::pages::times;
use crate::visit::Visit;

/// The status of every refusal at a connector, unless waiting or our own failure is
/// what it says.
const REFUSED: u16 = 400;

/// An application is not let in. Never a redirect: the address may be anybody's.
pub(super) fn connector(
    visit: Visit<'_>,
    env: &Env,
    (dialect, connector): (&str, &Connector),
    refused: Refused,
) -> Response {
    let Refused { refusal, application, clock } = refused;
    let row = refusal.reason.row();
    let status = match row.status {
        403 if refusal.reason == Reason::CrossSite => 403,
        429 | 500.. => row.status,
        _ => REFUSED,
    };
    let name = application.as_ref().map_or("the application", |one| &*one.name);
    let mut message = Message {
        kicker: Some("Not connected"),
        is_bad: true,
        ..Message::new(Frame::new(env, Some(dialect)), title(&refusal))
    };
    message.leads.push(told(connector, &refusal).to_owned());
    message.leads.push(circumstances(&refusal, name, clock, env.now()));
    message.steps = steps(&refusal, name);
    message.onward = application.as_ref().and_then(back);
    message.facts = facts(&visit, &refusal, clock, env.now());
    let response = waiting(page(status, &message), &refusal);
    visit.end(response, Err(refusal.reason))
}

/// Anything else that a person may not do, or that went wrong.
pub(super) fn elsewhere(visit: Visit<'_>, env: &Env, refusal: &Refusal) -> Response {
    let row = refusal.reason.row();
    let mut message = Message {
        kicker: Some("Not done"),
        is_bad: true,
        ..Message::new(Frame::new(env, None), title(refusal)).saying(row.text)
    };
    message.facts = facts(&visit, refusal, None, env.now());
    let href = crate::paths::CONNECTIONS.to_owned();
    message.onward = Some(Onward { href, label: "Your connections".to_owned() });
    let response = waiting(page(row.status, &message), refusal);
    visit.end(response, Err(refusal.reason))
}

/// A method that a page does not take.
pub fn wrong_method(env: &Env, request: &Request) -> Response {
    let visit = Visit::begin(env, &env.observer.doors.pages, request);
    elsewhere(visit, env, &Reason::MethodNotAllowed.into())
}

/// With how long to wait, where that helps.
pub(super) fn waiting(mut response: Response, refusal: &Refusal) -> Response {
    let seconds = refusal.retry_after.map(|wait| HeaderValue::from(wait.as_seconds()));
    response.headers_mut().extend(seconds.map(|seconds| (header::RETRY_AFTER, seconds)));
    response
}

fn was_answered(refusal: &Refusal) -> bool {
    refusal.reason == Reason::InteractionExpired && refusal.about.as_deref() == Some("answered")
}

fn title(refusal: &Refusal) -> &'static str {
    if was_answered(refusal) {
        return "This was answered already";
    }
    match refusal.reason {
        Reason::SignatureExpired => "The request is too old",
        Reason::InteractionExpired => "The page was open for too long",
        Reason::RedirectUriUnknown | Reason::RedirectUriMissing => "The way back is not known",
        Reason::OrganizationOutOfReach | Reason::OrganizationUnknown => {
            "That is not yours to grant"
        }
        Reason::ScopeUnknown | Reason::ScopeNotAllowed | Reason::ScopeMalformed => {
            "It asks for more than it may have"
        }
        Reason::CrossSite => "The form came from elsewhere",
        Reason::TooManyAttempts => "Too many attempts",
        Reason::TemporarilyUnavailable | Reason::ServerError => "The server cannot answer",
        Reason::ClientUnknown
        | Reason::ClientDisabled
        | Reason::ClientExpired
        | Reason::OwnerDisabled
        | Reason::SecretWrong
        | Reason::SecretExpired
        | Reason::SignatureWrong => "The application is not let in",
        _ => "The request is not in order",
    }
}

fn told<'a>(connector: &'a Connector, refusal: &Refusal) -> &'a str {
    match refusal.reason {
        _ if was_answered(refusal) => "A page like this one grants once.",
        reason => connector.refusal_text(reason),
    }
}

fn circumstances(
    refusal: &Refusal,
    name: &str,
    clock: Option<Timestamp>,
    now: Timestamp,
) -> String {
    let apart = clock.map(|clock| (clock.until(now), now.until(clock)));
    match (refusal.reason, apart) {
        (Reason::SignatureExpired, Some((ago, ahead))) if ago > ahead => format!(
            "By its clock, {name} sent you here {} ago. Nothing has been granted.",
            times::past(ago)
        ),
        (Reason::SignatureExpired, Some((_, ahead))) => format!(
            "By its clock, {name} sent you here {} from now. Nothing has been granted.",
            times::past(ahead)
        ),
        (Reason::TooManyAttempts, _) => {
            let wait = refusal.retry_after.map_or_else(|| "a while".to_owned(), times::length);
            format!("Wait {wait}, then begin again. Nothing has been granted.")
        }
        _ if was_answered(refusal) => {
            "What was granted then, if anything, stands under Connections.".to_owned()
        }
        _ if steps(refusal, name).is_empty() => {
            "Nothing has been granted. Only the makers of the application can mend this: send \
             them the lines below."
                .to_owned()
        }
        _ => "Nothing has been granted.".to_owned(),
    }
}

fn steps(refusal: &Refusal, name: &str) -> Vec<String> {
    let again = format!("Go back to {name} and begin again.");
    let send = "Still here? Send its makers the lines below.".to_owned();
    match refusal.reason {
        Reason::SignatureExpired => {
            let clock =
                "If this page returns, the clock of that device is wrong: check its time settings.";
            vec![again, clock.to_owned(), send]
        }
        Reason::InteractionExpired
        | Reason::CrossSite
        | Reason::TooManyAttempts
        | Reason::TemporarilyUnavailable
        | Reason::ServerError
        | Reason::OrganizationOutOfReach
        | Reason::OrganizationUnknown => vec![again, send],
        _ => Vec::new(),
    }
}

/// The way back to an application, if it is known.
pub(super) fn back(application: &Application) -> Option<Onward> {
    let href = application.home.clone()?;
    Some(Onward { href, label: format!("Back to {}", application.name) })
}

/// The reason's name, unless it would tell whether there is such an application or
/// organization: those have one public text, and here one name.
const fn told_reason(reason: Reason) -> &'static str {
    match reason {
        Reason::ClientUnknown
        | Reason::ClientDisabled
        | Reason::ClientExpired
        | Reason::OwnerDisabled
        | Reason::SecretWrong
        | Reason::SecretExpired
        | Reason::SignatureWrong => "invalid_client",
        Reason::OrganizationUnknown => Reason::OrganizationOutOfReach.slug(),
        reason => reason.slug(),
    }
}

fn facts(
    visit: &Visit<'_>,
    refusal: &Refusal,
    clock: Option<Timestamp>,
    now: Timestamp,
) -> Vec<(&'static str, String)> {
    let mut facts = vec![
        ("Reason", told_reason(refusal.reason).to_owned()),
        ("Request id", visit.id.to_string()),
    ];
    match clock.filter(|_| refusal.reason == Reason::SignatureExpired) {
        Some(clock) => {
            facts.extend([("Its clock", times::exact(clock)), ("Ours", times::exact(now))]);
        }
        None => facts.push(("Time", times::exact(now))),
    }
    facts
}
