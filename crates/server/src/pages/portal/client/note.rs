//! What waits for a person at one client: one note at most, the most urgent first.

use portreeve_core::client::record::{Client, ClientState};
use portreeve_core::client::standing::{SOON, ends_at, live_secrets, removable};

use crate::pages::portal::At;
use crate::pages::portal::client::May;
use crate::pages::portal::client::words::{address, segment};

/// A note, and the one thing to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Note {
    /// `accent`, `warn`, `bad`, or nothing.
    pub(super) tone: &'static str,
    /// The mark's file.
    pub(super) mark: &'static str,
    /// What is so.
    pub(super) title: String,
    /// What comes of it.
    pub(super) text: String,
    /// Where to act, and the word on the button: for whoever may.
    pub(super) action: Option<(String, String)>,
}

impl Note {
    /// What waits at this client.
    pub(super) fn of(at: &At, client: &Client, may: May) -> Option<Self> {
        let (mut note, is_allowed) = switched_off(at, client)
            .or_else(|| ended(at, client))
            .or_else(|| ending(at, client))
            .or_else(|| quiet(at, client))?;
        note.action = note.action.filter(|_| is_allowed(may));
        Some(note)
    }
}

/// A note, and who may do what it asks for.
type Waiting = (Note, fn(May) -> bool);

fn switched_off(at: &At, client: &Client) -> Option<Waiting> {
    let t = at.texts();
    if !client.disabled {
        return None;
    }
    let note = Note {
        tone: "",
        mark: "empty",
        title: t.say("client-note-disabled"),
        text: t.say("client-note-disabled-text"),
        action: Some(("#stop".to_owned(), t.say("client-note-disabled-act"))),
    };
    Some((note, |may: May| may.switch))
}

fn ended(at: &At, client: &Client) -> Option<Waiting> {
    let (t, now) = (at.texts(), at.now());
    let is_over = client.state(now) == ClientState::Expired;
    if !is_over && live_secrets(client, now).next().is_some() {
        return None;
    }
    let end = ends_at(client, now).map(|end| at.reader().day(end)).unwrap_or_default();
    let note = |title: &str, text: &str, page: &str, act: &str| Note {
        tone: "bad",
        mark: "crossed",
        title: t.say1(title, "day", &end),
        text: t.say(text),
        action: Some((format!("{}/{page}", address(&client.client_id)), t.say(act))),
    };
    Some(match is_over {
        true => {
            let note = note("client-note-over", "client-note-over-text", "edit", "client-edit");
            (note, |may: May| may.change)
        }
        false => {
            let note = note(
                "client-note-no-secret",
                "client-note-no-secret-text",
                "rotate",
                "client-new-secret",
            );
            (note, |may: May| may.secrets)
        }
    })
}

fn ending(at: &At, client: &Client) -> Option<Waiting> {
    let (t, now) = (at.texts(), at.now());
    let end = ends_at(client, now).filter(|end| *end <= now.plus(SOON))?;
    let when = at.when(end).near;
    let note = |title: &str, text: &str, page: &str, act: &str| Note {
        tone: "warn",
        mark: "half",
        title: t.say1(title, "when", &when),
        text: t.say(text),
        action: Some((format!("{}/{page}", address(&client.client_id)), t.say(act))),
    };
    Some(match client.expires_at == Some(end) {
        true => {
            let note = note("client-note-ends", "client-note-ends-text", "edit", "client-edit");
            (note, |may: May| may.change)
        }
        false => {
            let note = note(
                "client-note-secret-ends",
                "client-note-secret-ends-text",
                "rotate",
                "client-rotate",
            );
            (note, |may: May| may.secrets)
        }
    })
}

fn quiet(at: &At, client: &Client) -> Option<Waiting> {
    let (t, now, reader) = (at.texts(), at.now(), at.reader());
    let (secret, since) = removable(client, now)?;
    let days = u64::from(since.until(now).as_seconds() / 86_400);
    let since = match secret.last_used_at {
        Some(used) => t.say1("client-note-quiet-since", "when", reader.when(used).near),
        None => t.say("client-note-quiet-never"),
    };
    let end = match secret.expires_at {
        Some(end) => t.say1("client-note-quiet-ends", "day", reader.short_day(end)),
        None => t.say("client-note-quiet-stays"),
    };
    let page = format!("{}/secrets/{}#remove", address(&client.client_id), segment(&secret.id));
    let note = Note {
        tone: "accent",
        mark: "quiet",
        title: t.say1("client-note-quiet", "days", days),
        text: format!("{since} {end}"),
        action: Some((page, t.say("client-note-quiet-act"))),
    };
    Some((note, |may: May| may.secrets))
}
