//! What the rest of the house may ask of the store: intentions, never tables.
//!
//! Reading is `find_…` and `list_…`, a trait for each room in a file of its own; each
//! backend answers it in its file of the same name. Writing is one method,
//! [`Store::commit`]: whatever was decided goes in as one [`Commit`], in one transaction
//! with its audit facts and its line in the change log, or not at all.

pub mod audit;
pub mod change;
pub mod client;
pub mod commit;
pub mod consent;
pub mod error;
pub mod notice;
pub mod organization;
pub mod search;
pub mod sign_in;
pub mod token;
pub mod usage;
pub mod user;

use std::sync::Arc;

use async_trait::async_trait;
use portreeve_core::text_id::{ClientId, OrganizationId, UserId};
use portreeve_core::time::{Timestamp, Ttl};

use crate::contract::audit::Audit;
use crate::contract::change::ChangeLog;
use crate::contract::client::Clients;
use crate::contract::commit::{Commit, Committed};
use crate::contract::consent::Consents;
use crate::contract::error::StoreError;
use crate::contract::notice::Notices;
use crate::contract::organization::Organizations;
use crate::contract::search::RecordCounts;
use crate::contract::sign_in::SignIn;
use crate::contract::token::Tokens;
use crate::contract::usage::Usage;
use crate::contract::user::People;

/// A store that is open: SQLite or PostgreSQL, nobody needs to know which.
pub type SharedStore = Arc<dyn Store>;

/// One page of a list: what comes after an id, and how much of it at most.
#[derive(Clone, Debug)]
pub struct Page {
    /// Start behind the record with this id or address; from the beginning otherwise.
    pub after: Option<String>,
    /// At most so many records.
    pub limit: u32,
}

/// Whose connections are listed.
#[derive(Clone, Copy, Debug)]
pub enum ConnectionsOf<'a> {
    /// Those that this person has made.
    User(&'a UserId),
    /// Those through which this client acts.
    Client(&'a ClientId),
    /// Those for which this organization was chosen.
    Organization(&'a OrganizationId),
    /// All.
    All,
}

/// How long a revocation outlasts its token: a clock that is set back, or another
/// node's that is behind, must not make the token good again.
pub const REVOCATIONS_OUTLAST: Ttl = Ttl::from_hours(24);

/// Everything that is kept, behind one contract: what each room answers, and what is
/// done to all of it. Every method answers [`StoreError::Unavailable`] when the database
/// cannot be reached and [`StoreError::Corrupt`] when a row cannot be read.
#[async_trait]
pub trait Store:
    Audit + ChangeLog + Clients + Consents + Notices + Organizations + People + SignIn + Tokens + Usage
{
    /// Writes everything or nothing, durably: when this answers `Ok`, a power cut
    /// loses none of it.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when a record was changed, entered or removed by
    /// somebody else in the meantime; nothing was written then.
    async fn commit(&self, commit: Commit) -> Result<Committed, StoreError>;

    /// Removes what no longer decides anything: revocations whose token expired
    /// [`REVOCATIONS_OUTLAST`] ago, removed keys, sessions that are over, expired refresh
    /// tokens and links, changes older than `keep_changes_from`; after 30 days, used
    /// refresh tokens and ended connections; counts and refusals after as long as
    /// [`portreeve_core::usage`] says, and notices after 400 days. Answers how many rows went; what
    /// goes with a connection is not counted.
    async fn sweep(&self, now: Timestamp, keep_changes_from: Timestamp) -> Result<u64, StoreError>;

    /// How many there are of everything.
    async fn count_records(&self) -> Result<RecordCounts, StoreError>;

    /// Answers when the database does.
    async fn ping(&self) -> Result<(), StoreError>;

    /// What the database is called. For people to look at: nothing may depend on it.
    fn kind(&self) -> &'static str;

    /// How many statements this process has sent so far, for the metrics. Tests hold
    /// it still while warm requests pass.
    fn statements(&self) -> u64;
}
