//! A page that says one thing and the next step.

use askama::Template;
use axum::extract::Request;
use axum::response::Response;
use portreeve_core::refusal::Reason;

use crate::env::Env;
use crate::pages::form::wants_page;
use crate::pages::frame::{Frame, page};
use crate::visit::Visit;

/// Where a page leads.
#[derive(Clone, Debug)]
pub(super) struct Onward {
    /// The address.
    pub(super) href: String,
    /// What the link says.
    pub(super) label: String,
}

/// One thing to say.
#[derive(Template)]
#[template(path = "message.html")]
pub(super) struct Message {
    /// What is around it.
    pub(super) frame: Frame,
    /// A word or two above the title.
    pub(super) kicker: Option<String>,
    /// True when something was refused.
    pub(super) is_bad: bool,
    /// The title.
    pub(super) title: String,
    /// What follows it, a sentence or two each.
    pub(super) leads: Vec<String>,
    /// What to do, in order.
    pub(super) steps: Vec<String>,
    /// The one link.
    pub(super) onward: Option<Onward>,
    /// What to send to whoever helps.
    pub(super) facts: Vec<(String, String)>,
}

impl Message {
    /// A calm message without steps.
    pub(super) fn new(frame: Frame, title: impl Into<String>) -> Self {
        Self {
            frame,
            kicker: None,
            is_bad: false,
            title: title.into(),
            leads: Vec::new(),
            steps: Vec::new(),
            onward: None,
            facts: Vec::new(),
        }
    }

    /// With one more paragraph.
    pub(super) fn saying(mut self, lead: impl Into<String>) -> Self {
        self.leads.push(lead.into());
        self
    }
}

/// There is nothing at this address: a page for people, `None` for programs.
pub fn nowhere(env: &Env, request: &Request) -> Option<Response> {
    if !wants_page(request.headers()) {
        return None;
    }
    let visit = Visit::begin(env, &env.observer.doors.nowhere, request);
    let frame = Frame::new(env, None);
    let t = frame.t;
    let start = Onward { href: crate::paths::PORTAL.to_owned(), label: t.say("refused-start") };
    let message = Message {
        onward: Some(start),
        ..Message::new(frame, t.say("refused-nowhere")).saying(t.say("refused-nowhere-means"))
    };
    Some(visit.end(page(404, &message), Err(Reason::NotFound)))
}
