//! A "no" to a person: what it was, that nothing happened, and what to do next.

use axum::extract::Request;
use axum::response::Response;
use http::{HeaderValue, header};
use portreeve_core::dialect::connector::Connector;
use portreeve_core::refusal::{Reason, Refusal};
use portreeve_core::time::Timestamp;

use crate::changes;
use crate::env::Env;
use crate::flow::connect::{Application, Refused};
use crate::pages::frame::{Frame, page};
use crate::pages::message::{Message, Onward};
use crate::pages::times::{self, Reader};
use crate::paths::PORTAL;
use crate::texts::Texts;
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
    let frame = Frame::new(env, Some(dialect));
    let t = frame.t;
    let reader = frame.reader(env.now());
    let name = application
        .as_ref()
        .map_or_else(|| t.say("refused-the-application"), |one| one.name.clone());
    let mut message = Message {
        kicker: Some(t.say("refused-not-connected")),
        is_bad: true,
        ..Message::new(frame, t.say(title(&refusal)))
    };
    message.leads.push(told(t, connector, &refusal));
    message.leads.push(circumstances(&refusal, &name, clock, &reader));
    message.steps = steps(t, &refusal, &name);
    message.onward = application.as_ref().and_then(|application| back(t, application));
    message.facts = facts(&visit, &refusal, clock, &reader);
    let response = waiting(page(status, &message), &refusal);
    visit.end(response, Err(refusal.reason))
}

/// Anything else that a person may not do, or that went wrong.
pub(super) fn elsewhere(visit: Visit<'_>, env: &Env, refusal: &Refusal) -> Response {
    let row = refusal.reason.row();
    let frame = Frame::new(env, None);
    let t = frame.t;
    let facts = facts(&visit, refusal, None, &frame.reader(env.now()));
    let lead = match refusal.reason {
        Reason::NotFound => t.say("refused-nowhere-yours"),
        Reason::NotPermitted => t.say("refused-not-permitted-means"),
        Reason::ChangedMeanwhile => t.say("refused-changed-means"),
        _ if is_too_fast(refusal) => t.say("refused-too-fast-means"),
        reason => t.refusal(reason),
    };
    let start = Onward { href: PORTAL.to_owned(), label: t.say("refused-start") };
    let mut message = Message {
        kicker: Some(t.say("refused-not-done")),
        is_bad: true,
        onward: Some(start),
        facts,
        ..Message::new(frame, t.say(title(refusal))).saying(lead)
    };
    if is_too_fast(refusal) {
        message.leads.push(t.say1("refused-too-fast-wait", "wait", wait(t, refusal)));
    }
    let response = waiting(page(row.status, &message), refusal);
    visit.end(response, Err(refusal.reason))
}

/// A method that a page does not take.
pub fn wrong_method(env: &Env, request: &Request) -> Response {
    let visit = Visit::begin(env, &env.observer.doors.pages, request);
    elsewhere(visit, env, &Reason::MethodNotAllowed.into())
}

/// An address of the portal that can be none of ours.
pub fn no_such_page(env: &Env, request: &Request) -> Response {
    let visit = Visit::begin(env, &env.observer.doors.pages, request);
    elsewhere(visit, env, &Reason::NotFound.into())
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

/// One person changed more than one may at once: nobody guessed at anything.
fn is_too_fast(refusal: &Refusal) -> bool {
    refusal.reason == Reason::TooManyAttempts && refusal.about.as_deref() == Some(changes::ABOUT)
}

fn wait(t: &Texts, refusal: &Refusal) -> String {
    refusal.retry_after.map_or_else(|| t.say("refused-a-while"), |wait| times::length(t, wait))
}

fn title(refusal: &Refusal) -> &'static str {
    if was_answered(refusal) {
        return "refused-answered";
    }
    if is_too_fast(refusal) {
        return "refused-too-fast";
    }
    match refusal.reason {
        Reason::NotFound => "refused-nowhere",
        Reason::NotPermitted => "refused-not-permitted",
        Reason::ChangedMeanwhile => "refused-changed",
        Reason::SignatureExpired => "refused-too-old",
        Reason::InteractionExpired => "refused-open-too-long",
        Reason::RedirectUriUnknown | Reason::RedirectUriMissing => "refused-way-back",
        Reason::OrganizationOutOfReach | Reason::OrganizationUnknown => {
            "refused-not-yours-to-grant"
        }
        Reason::ScopeUnknown | Reason::ScopeNotAllowed | Reason::ScopeMalformed => {
            "refused-more-than-may"
        }
        Reason::CrossSite => "refused-from-elsewhere",
        Reason::TooManyAttempts => "refused-too-many",
        Reason::TemporarilyUnavailable | Reason::ServerError => "refused-server",
        Reason::ClientUnknown
        | Reason::ClientDisabled
        | Reason::ClientExpired
        | Reason::OwnerDisabled
        | Reason::SecretWrong
        | Reason::SecretExpired
        | Reason::SignatureWrong => "refused-not-let-in",
        _ => "refused-not-in-order",
    }
}

fn told(t: &Texts, connector: &Connector, refusal: &Refusal) -> String {
    match refusal.reason {
        _ if was_answered(refusal) => t.say("refused-answered-means"),
        _ if is_too_fast(refusal) => t.say("refused-too-fast-means"),
        reason => connector.refusal_text(reason).to_owned(),
    }
}

fn circumstances(
    refusal: &Refusal,
    name: &str,
    clock: Option<Timestamp>,
    reader: &Reader,
) -> String {
    let (t, now) = (reader.t, reader.now);
    let apart = clock.map(|clock| (clock.until(now), now.until(clock)));
    let clocks = |id, length| t.say2(id, "application", name, "length", times::past(t, length));
    match (refusal.reason, apart) {
        (Reason::SignatureExpired, Some((ago, ahead))) if ago > ahead => {
            clocks("refused-clock-behind", ago)
        }
        (Reason::SignatureExpired, Some((_, ahead))) => clocks("refused-clock-ahead", ahead),
        (Reason::TooManyAttempts, _) => t.say1("refused-wait", "wait", wait(t, refusal)),
        _ if was_answered(refusal) => t.say("refused-answered-then"),
        _ if steps(t, refusal, name).is_empty() => t.say("refused-makers"),
        _ => t.say("refused-nothing"),
    }
}

fn steps(t: &Texts, refusal: &Refusal, name: &str) -> Vec<String> {
    let again = || t.say1("refused-step-again", "application", name);
    let send = || t.say("refused-step-send");
    match refusal.reason {
        Reason::SignatureExpired => vec![again(), t.say("refused-step-clock"), send()],
        Reason::InteractionExpired
        | Reason::CrossSite
        | Reason::TooManyAttempts
        | Reason::TemporarilyUnavailable
        | Reason::ServerError
        | Reason::OrganizationOutOfReach
        | Reason::OrganizationUnknown => vec![again(), send()],
        _ => Vec::new(),
    }
}

/// The way back to an application, if it is known.
pub(super) fn back(t: &Texts, application: &Application) -> Option<Onward> {
    let href = application.home.clone()?;
    Some(Onward { href, label: t.say1("refused-back", "application", &application.name) })
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
    reader: &Reader,
) -> Vec<(String, String)> {
    let exact = |at| reader.when(at).exact;
    let mut facts = vec![
        ("refused-reason", told_reason(refusal.reason).to_owned()),
        ("refused-request", visit.id.to_string()),
    ];
    match clock.filter(|_| refusal.reason == Reason::SignatureExpired) {
        Some(clock) => facts.extend([
            ("refused-its-clock", exact(clock)),
            ("refused-our-clock", exact(reader.now)),
        ]),
        None => facts.push(("refused-time", exact(reader.now))),
    }
    facts.into_iter().map(|(id, value)| (reader.t.say(id), value)).collect()
}
