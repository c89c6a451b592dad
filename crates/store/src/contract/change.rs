//! The change log: what whoever holds a copy must look at again. A line says
//! *what* changed, never how, so that reading a line twice or late does no harm.

use async_trait::async_trait;
use portreeve_core::text_id::{ClientId, UserId};
use portreeve_core::time::Timestamp;
use portreeve_core::token::record::TokenId;
use tokio::sync::watch;

use crate::contract::error::StoreError;

/// What changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// This client: registered, changed or deleted.
    Client(ClientId),
    /// The tree of organizations.
    Organizations,
    /// This person, or where the person belongs.
    User(UserId),
    /// This token was revoked, or spent, or this family of tokens ended.
    Revoked {
        /// The token, or the family.
        id: TokenId,
        /// When it would have expired.
        expires_at: Timestamp,
    },
    /// The keys.
    Keys,
}

impl Change {
    /// The line's two columns: the kind, and what it is about.
    pub fn to_parts(&self) -> (&'static str, String) {
        match self {
            Self::Client(id) => ("client", id.to_string()),
            Self::Organizations => ("organizations", String::new()),
            Self::User(id) => ("user", id.to_string()),
            Self::Revoked { id, expires_at } => {
                ("revoked", format!("{id} {}", expires_at.as_unix()))
            }
            Self::Keys => ("keys", String::new()),
        }
    }

    /// Reads [`Change::to_parts`] back; `None` for a line of a later version.
    pub fn from_parts(kind: &str, about: &str) -> Option<Self> {
        match kind {
            "client" => ClientId::parse(about).ok().map(Self::Client),
            "organizations" => Some(Self::Organizations),
            "user" => UserId::parse(about).ok().map(Self::User),
            "revoked" => {
                let (id, expires_at) = about.split_once(' ')?;
                let expires_at = Timestamp::from_unix(expires_at.parse().ok()?);
                Some(Self::Revoked { id: TokenId::from_hex(id)?, expires_at })
            }
            "keys" => Some(Self::Keys),
            _ => None,
        }
    }
}

/// An answer to "what has changed since?".
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Changes {
    /// These, in order, and the number of the newest.
    Known {
        /// What changed.
        changes: Vec<Change>,
        /// The number to ask with next time.
        newest: i64,
    },
    /// The log no longer goes back that far, or has a line that this version does
    /// not understand: forget every copy and read anew.
    Gap {
        /// The number to ask with next time.
        newest: i64,
    },
}

/// The change log.
///
/// Fails as [`Store`](crate::contract::Store) says.
#[async_trait]
pub trait ChangeLog: Send + Sync {
    /// The number of the newest change; 0 when there has been none.
    async fn newest_change(&self) -> Result<i64, StoreError>;

    /// What has changed since the change with this number, in order.
    async fn changes_after(&self, number: i64) -> Result<Changes, StoreError>;

    /// Wakes whenever this process has reason to believe that there are newer
    /// changes: its own commits, and other nodes' notifications. A hint only; the
    /// number read from [`ChangeLog::changes_after`] is the truth.
    fn change_hints(&self) -> watch::Receiver<u64>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_written_and_read_back() {
        for change in [
            Change::Client(ClientId::parse("prc_1").unwrap()),
            Change::Organizations,
            Change::User(UserId::parse("usr_1").unwrap()),
            Change::Revoked { id: TokenId([7; 16]), expires_at: Timestamp::from_unix(9) },
            Change::Keys,
        ] {
            let (kind, about) = change.to_parts();
            assert_eq!(Change::from_parts(kind, &about), Some(change));
        }
        assert_eq!(Change::from_parts("comet", "x"), None);
        assert_eq!(Change::from_parts("revoked", "x"), None);
    }
}
