//! What is kept about a connection and its refresh tokens.

use serde::{Deserialize, Serialize};

use crate::oauth::scope::ScopeSet;
use crate::secret::SecretHash;
use crate::text_id::{ClientId, OrganizationId, UserId};
use crate::time::{Timestamp, Ttl};
use crate::token::record::Audience;

pub use crate::token::family::FamilyId;

/// The last use of a connection is noted this often at most.
pub const USE_NOTED_EVERY: Ttl = Ttl::from_seconds(15 * 60);

/// How far a connection reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reach {
    /// The one organization that was chosen on the page, and what is below it.
    Chosen,
    /// Every organization that the person may reach at that moment.
    All,
}

impl Reach {
    /// `chosen` or `all`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Chosen => "chosen",
            Self::All => "all",
        }
    }

    /// The reach that is written exactly so.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Chosen, Self::All].into_iter().find(|reach| reach.as_str() == name)
    }
}

/// A person's standing consent that one client may act for them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    /// Its id: its tokens stand and fall together.
    pub id: FamilyId,
    /// Who may act.
    pub client_id: ClientId,
    /// For whom.
    pub user: UserId,
    /// The organization that was chosen on the page, where the dialect asks for one.
    pub organization: Option<OrganizationId>,
    /// Whether it reaches that one only.
    pub reach: Reach,
    /// The API that it is for.
    pub audience: Audience,
    /// What was granted. What counts is this and what the client has now.
    pub scopes: ScopeSet,
    /// When the person consented.
    pub created_at: Timestamp,
    /// When it last gave a token; up to [`USE_NOTED_EVERY`] behind the truth.
    pub last_used_at: Option<Timestamp>,
    /// From this moment on it gives nothing any more; it does not come back.
    pub ended_at: Option<Timestamp>,
}

impl Connection {
    /// True until somebody ends it.
    pub const fn is_standing(&self) -> bool {
        self.ended_at.is_none()
    }
}

/// One refresh token as the store keeps it (RFC 6749 §1.5). The token itself is
/// nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefreshToken {
    /// What a shown token is compared with: the keyed hash of its whole text.
    pub hash: SecretHash,
    /// The connection that it belongs to.
    pub connection: FamilyId,
    /// When it was made.
    pub issued_at: Timestamp,
    /// From this moment on it is refused; never when there is none.
    pub expires_at: Option<Timestamp>,
    /// When another took its place. Whoever shows it after that has stolen it, or
    /// was stolen from (RFC 9700 §4.14.2).
    pub used_at: Option<Timestamp>,
}

impl RefreshToken {
    /// True from the moment when its time is over.
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|end| now >= end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reaches_are_written_as_words() {
        for reach in [Reach::Chosen, Reach::All] {
            assert_eq!(Reach::from_name(reach.as_str()), Some(reach));
        }
        assert_eq!(Reach::from_name("ALL"), None);
    }

    #[test]
    fn an_end_is_an_end() {
        let at = Timestamp::from_unix;
        let ending = |expires_at| RefreshToken {
            hash: SecretHash::from_bytes([0; 32]),
            connection: FamilyId([1; 16]),
            issued_at: at(0),
            expires_at,
            used_at: None,
        };
        assert!(!ending(None).is_expired(at(i64::MAX)));
        assert!(!ending(Some(at(10))).is_expired(at(9)));
        assert!(ending(Some(at(10))).is_expired(at(10)));
    }
}
