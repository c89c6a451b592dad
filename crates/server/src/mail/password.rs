//! A forgotten password; a password that was changed.

use portreeve_core::org::member::User;
use portreeve_core::secret::Secret;
use portreeve_core::sign_in::proof::Stopped;
use portreeve_core::time::Timestamp;

use crate::mail::letter::{Action, Letter, write};
use crate::mail::{Letterhead, Mail, dates};
use crate::paths;
use crate::texts::Texts;

/// To somebody for whom a new password was asked: the code opens the page where one is
/// chosen, until then.
pub fn password_reset(
    head: &Letterhead<'_>,
    to: &User,
    code: &Secret<String>,
    until: Timestamp,
) -> Mail {
    let texts = head.texts;
    let choose = texts.say("mail-reset-choose");
    let letter = Letter {
        kind: "password_reset",
        subject: texts.say1("mail-reset-subject", "vendor", head.vendor),
        opening: vec![texts.say1("mail-reset", "email", &to.email)],
        facts: Vec::new(),
        action: Action::with_code(head, choose, paths::NEW_PASSWORD, code.expose()),
        closing: vec![
            texts.say1("mail-reset-until", "until", dates::minute(until)),
            texts.say("mail-reset-leave"),
        ],
        why: texts.say("mail-reset-why"),
    };
    write(head, &to.email, letter)
}

/// To somebody whose password was changed just now, by whomsoever; with a word about what
/// stopped because it was the first proof of the address.
pub fn password_changed(head: &Letterhead<'_>, to: &User, stopped: Stopped) -> Mail {
    let texts = head.texts;
    let at = dates::minute(head.now);
    let changed = texts.say2("mail-changed", "email", &to.email, "at", at);
    let mut opening = vec![changed, texts.say("mail-changed-not-you")];
    opening.extend(told(texts, to, stopped));
    let forgotten = head.url(paths::FORGOTTEN_PASSWORD);
    let letter = Letter {
        kind: "password_changed",
        subject: texts.say1("mail-changed-subject", "vendor", head.vendor),
        opening,
        facts: Vec::new(),
        action: Action::to(texts.say("mail-changed-choose"), forgotten),
        closing: Vec::new(),
        why: texts.say("mail-changed-why"),
    };
    write(head, &to.email, letter)
}

fn told(texts: &Texts, to: &User, stopped: Stopped) -> Vec<String> {
    if stopped.is_nothing() {
        return Vec::new();
    }
    let mut told = vec![texts.say1("mail-proven", "email", &to.email)];
    if stopped.clients > 0 {
        told.push(texts.say1("mail-proven-clients", "count", stopped.clients));
    }
    if stopped.connections > 0 {
        told.push(texts.say1("mail-proven-connections", "count", stopped.connections));
    }
    told
}
