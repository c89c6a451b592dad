//! A secret or a client that ends or has ended, and a client that was disabled.

use portreeve_core::client::notice::{Notice, Stage};
use portreeve_core::client::record::Client;
use portreeve_core::org::owner::Owner;

use crate::mail::letter::{Action, Fact, Letter, write};
use crate::mail::{Letterhead, Mail, dates, names};

/// What ends, and whose it is.
#[derive(Clone, Copy, Debug)]
pub struct Ending<'a> {
    /// Which end, and how near it is.
    pub notice: Notice<'a>,
    /// The name of the client's owner.
    pub owner: &'a str,
}

/// The texts of one kind of end.
struct Words {
    kind: &'static str,
    subject: &'static str,
    said: &'static str,
    remedy: &'static str,
    when: &'static str,
}

/// To somebody who can do something about an end that is near, or past.
pub fn ending(head: &Letterhead<'_>, to: &str, what: &Ending<'_>) -> Mail {
    let (texts, notice) = (head.texts, &what.notice);
    let (words, client) = (words(notice), notice.client);
    let days = dates::days(head.now, notice.ends_at);
    let ends_at = dates::minute(notice.ends_at);
    let said = texts.say1(words.said, "at", &ends_at);
    let short = names::in_subject(&client.name);
    let mut facts = facts(head, client, what.owner);
    if let Some(secret) = notice.secret {
        let made = dates::day(secret.created_at);
        let named = match &*secret.hint {
            "" => texts.say1("mail-secret-of", "day", made),
            hint => texts.say2("mail-secret-hint", "hint", hint, "day", made),
        };
        facts.push(fact(head, "mail-fact-secret", named));
        let used = secret.last_used_at.map(dates::minute);
        let used = used.unwrap_or_else(|| texts.say("mail-never-used"));
        facts.push(fact(head, "mail-fact-used", used));
    }
    facts.push(fact(head, words.when, ends_at));
    let letter = Letter {
        kind: words.kind,
        subject: texts.say2(words.subject, "client", &short, "days", days),
        opening: vec![said, texts.say(words.remedy)],
        facts,
        action: open(head, client),
        closing: Vec::new(),
        why: why(head, client, what.owner),
    };
    write(head, to, letter)
}

/// To somebody whose identity client was disabled just now; `by` is a name.
pub fn client_disabled(
    head: &Letterhead<'_>,
    to: &str,
    client: &Client,
    owner: &str,
    by: &str,
) -> Mail {
    let texts = head.texts;
    let at = dates::minute(head.now);
    let said = texts.say2("mail-disabled", "by", names::in_text(by), "at", at);
    let short = names::in_subject(&client.name);
    let letter = Letter {
        kind: "client_disabled",
        subject: texts.say1("mail-disabled-subject", "client", &short),
        opening: vec![said, texts.say("mail-disabled-again")],
        facts: facts(head, client, owner),
        action: open(head, client),
        closing: Vec::new(),
        why: why(head, client, owner),
    };
    write(head, to, letter)
}

fn words(notice: &Notice<'_>) -> Words {
    let is_over = notice.stage == Stage::Ended;
    let (kind, subject, said, remedy) = match (notice.secret.is_some(), is_over) {
        (true, false) if notice.is_replaced => {
            ("secret_ends", "mail-ends-subject", "mail-ends", "mail-ends-replaced")
        }
        (true, false) => ("secret_ends", "mail-ends-subject", "mail-ends", "mail-ends-rotate"),
        (true, true) if notice.is_replaced => {
            ("secret_ended", "mail-ended-subject", "mail-ended", "mail-ended-replaced")
        }
        (true, true) => ("secret_ended", "mail-ended-subject", "mail-ended", "mail-ended-rotate"),
        (false, false) => (
            "client_ends",
            "mail-client-ends-subject",
            "mail-client-ends",
            "mail-client-ends-later",
        ),
        (false, true) => (
            "client_ended",
            "mail-client-ended-subject",
            "mail-client-ended",
            "mail-client-ended-later",
        ),
    };
    let when = if is_over { "mail-fact-ended" } else { "mail-fact-ends" };
    Words { kind, subject, said, remedy, when }
}

fn facts(head: &Letterhead<'_>, client: &Client, owner: &str) -> Vec<Fact> {
    let id = fact(head, "mail-fact-id", client.client_id.to_string());
    vec![
        fact(head, "mail-fact-client", names::in_text(&client.name)),
        Fact { is_id: true, ..id },
        fact(head, "mail-fact-owner", names::in_text(owner)),
    ]
}

fn fact(head: &Letterhead<'_>, label: &str, value: String) -> Fact {
    Fact { label: head.texts.say(label), value, is_id: false }
}

fn open(head: &Letterhead<'_>, client: &Client) -> Action {
    let id: String =
        form_urlencoded::byte_serialize(client.client_id.as_str().as_bytes()).collect();
    Action::to(head.texts.say("mail-open-client"), head.url(&format!("/portal/clients/{id}")))
}

fn why(head: &Letterhead<'_>, client: &Client, owner: &str) -> String {
    match client.owner {
        Owner::Organization(_) => {
            head.texts.say1("mail-why-admins", "organization", names::in_text(owner))
        }
        Owner::User(_) => head.texts.say("mail-why-owner"),
    }
}
