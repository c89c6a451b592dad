//! Facts worth keeping: who changed what, when. Written in the same transaction
//! as the change itself.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::text_id::{ClientId, OrganizationId, UserId};
use crate::time::Timestamp;

/// Every action that a fact tells, kind by kind, in the order in which people choose among
/// them.
pub const ACTIONS: [&str; 39] = [
    "client.registered",
    "client.rotated",
    "client.secret_removed",
    "client.secret_end_set",
    "client.scopes_set",
    "client.access_set",
    "client.particulars_set",
    "client.redirect_uris_set",
    "client.disabled",
    "client.enabled",
    "client.deleted",
    "membership.set",
    "membership.ended",
    "membership.invited",
    "membership.accepted",
    "invitation.withdrawn",
    "organization.entered",
    "organization.renamed",
    "organization.moved",
    "organization.services_set",
    "connection.made",
    "connection.ended",
    "user.entered",
    "user.renamed",
    "user.operator_set",
    "user.operator_unset",
    "user.disabled",
    "user.enabled",
    "user.password_set",
    "user.password_forgotten",
    "user.session_ended",
    "user.sessions_ended",
    "user.signed_in",
    "user.signed_out",
    "key.made",
    "key.rotated",
    "token.revoked",
    "refresh_token.reused",
    "refresh_token.revoked",
];

/// The kinds of actions: what stands before the dot in [`ACTIONS`], each once.
pub fn kinds() -> Vec<&'static str> {
    let mut kinds: Vec<&str> = Vec::new();
    for (kind, _) in ACTIONS.iter().filter_map(|action| action.split_once('.')) {
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    kinds
}

/// Who made a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Actor {
    /// Somebody at the command line of the installation.
    CommandLine,
    /// Portreeve itself: a schedule, a consequence.
    System,
    /// A person in the portal.
    User(UserId),
    /// A program.
    Client(ClientId),
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CommandLine => f.write_str("command line"),
            Self::System => f.write_str("system"),
            Self::User(id) => write!(f, "user:{id}"),
            Self::Client(id) => write!(f, "client:{id}"),
        }
    }
}

/// One change, as the audit register keeps it. Never holds a secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: String,
    /// What was done: a dotted word such as `client.rotated`.
    pub action: String,
    /// To which record: its id.
    pub subject: String,
    /// In which organization, where there is one.
    pub organization: Option<OrganizationId>,
    /// What else is worth knowing, for people.
    pub detail: String,
}

impl Fact {
    /// A fact without further detail.
    pub fn new(at: Timestamp, actor: &Actor, action: &str, subject: impl fmt::Display) -> Self {
        Self {
            at,
            actor: actor.to_string(),
            action: action.to_owned(),
            subject: subject.to_string(),
            organization: None,
            detail: String::new(),
        }
    }

    /// The same fact with a sentence for people.
    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = detail.into();
        self
    }

    /// The same fact, filed under an organization.
    #[must_use]
    pub fn within(mut self, organization: &OrganizationId) -> Self {
        self.organization = Some(organization.clone());
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_come_of_the_actions() {
        assert_eq!(
            kinds(),
            [
                "client",
                "membership",
                "invitation",
                "organization",
                "connection",
                "user",
                "key",
                "token",
                "refresh_token"
            ]
        );
        for (number, action) in ACTIONS.iter().enumerate() {
            assert!(!ACTIONS[..number].contains(action), "{action} stands there twice");
            assert!(action.split('.').all(|word| !word.is_empty()), "{action}");
        }
    }
}
