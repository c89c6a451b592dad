//! Somebody is invited; somebody has come.

use portreeve_core::org::member::{Role, User};
use portreeve_core::org::organization::Organization;
use portreeve_core::secret::Secret;
use portreeve_core::time::Timestamp;

use crate::mail::letter::{Action, Letter, write};
use crate::mail::{Letterhead, Mail, dates, names};
use crate::paths;

/// What somebody is invited to.
#[derive(Clone, Copy, Debug)]
pub struct Invitation<'a> {
    /// Who invites: a name.
    pub by: &'a str,
    /// To which organization: its name.
    pub organization: &'a str,
    /// What the person will be there.
    pub role: Role,
    /// The code that opens it.
    pub code: &'a Secret<String>,
    /// Until when it does.
    pub until: Timestamp,
}

/// To somebody who is invited.
pub fn invitation(head: &Letterhead<'_>, to: &str, what: &Invitation<'_>) -> Mail {
    let texts = head.texts;
    let means = match what.role {
        Role::Admin => "mail-invitation-admin",
        Role::Member => "mail-invitation-member",
    };
    let accept = texts.say("mail-invitation-accept");
    let letter = Letter {
        kind: "invitation",
        subject: texts.say2(
            "mail-invitation-subject",
            "by",
            names::in_subject(what.by),
            "organization",
            names::in_subject(what.organization),
        ),
        opening: vec![texts.say1(means, "vendor", head.vendor)],
        facts: Vec::new(),
        action: Action::with_code(head, accept, paths::WELCOME, what.code.expose()),
        closing: vec![
            texts.say1("mail-invitation-until", "until", dates::minute(what.until)),
            texts.say("mail-invitation-leave"),
        ],
        why: texts.say1("mail-invitation-why", "by", names::in_text(what.by)),
    };
    write(head, to, letter)
}

/// Somebody who accepted an invitation.
#[derive(Clone, Copy, Debug)]
pub struct Joined<'a> {
    /// Who.
    pub user: &'a User,
    /// Where.
    pub organization: &'a Organization,
    /// As what.
    pub role: Role,
}

/// To whoever sent the invitation.
pub fn joined(head: &Letterhead<'_>, to: &str, who: &Joined<'_>) -> Mail {
    let texts = head.texts;
    let came = match who.role {
        Role::Admin => "mail-joined-admin",
        Role::Member => "mail-joined-member",
    };
    let members = head.url(&format!("/portal/organizations/{}/members", who.organization.id));
    let letter = Letter {
        kind: "joined",
        subject: texts.say2(
            "mail-joined-subject",
            "name",
            names::in_subject(&who.user.name),
            "organization",
            names::in_subject(&who.organization.name),
        ),
        opening: vec![texts.say1(came, "email", &who.user.email)],
        facts: Vec::new(),
        action: Action::to(texts.say("mail-joined-see"), members),
        closing: Vec::new(),
        why: texts.say("mail-joined-why"),
    };
    write(head, to, letter)
}
