//! What the rest of the house may ask of the store: intentions, never tables.
//!
//! Reading is `find_…` and `list_…`. Writing is one method, [`Store::commit`]:
//! whatever was decided goes in as one [`Commit`], in one transaction with its
//! audit facts and its line in the change log, or not at all.

pub mod change;
pub mod commit;
pub mod error;
pub mod search;

use std::sync::Arc;

use async_trait::async_trait;
use portreeve_core::audit::Fact;
use portreeve_core::client::record::Client;
use portreeve_core::connection::record::{Connection, FamilyId, RefreshToken};
use portreeve_core::org::member::{Membership, User};
use portreeve_core::org::organization::Organization;
use portreeve_core::org::owner::Owner;
use portreeve_core::secret::SecretHash;
use portreeve_core::sign_in::link::Link;
use portreeve_core::sign_in::session::Session;
use portreeve_core::text_id::{ClientId, OrganizationId, UserId};
use portreeve_core::time::{Timestamp, Ttl};
use portreeve_core::token::claims::Claims;
use portreeve_core::token::key::KeyRecord;
use portreeve_core::token::record::TokenId;
use portreeve_core::usage::{RefusedCall, RefusedSum, Tally};
use tokio::sync::watch;

use crate::contract::change::Changes;
use crate::contract::commit::{Commit, Committed};
use crate::contract::error::StoreError;
use crate::contract::search::{
    AbilityCount, ClientCounts, ClientSearch, ClientsOf, Counted, FactSearch, PeopleSearch, Person,
    RecordCounts, UsageSearch, WaitingSearch,
};

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

/// Everything that is kept, behind one contract. Every method answers
/// [`StoreError::Unavailable`] when the database cannot be reached and
/// [`StoreError::Corrupt`] when a row cannot be read.
#[async_trait]
pub trait Store: Send + Sync {
    /// The client with this id, with its secrets oldest first.
    async fn find_client(&self, id: &ClientId) -> Result<Option<Client>, StoreError>;

    /// Clients by id, of one owner or of all.
    async fn list_clients(
        &self,
        owner: Option<&Owner>,
        page: &Page,
    ) -> Result<Vec<Client>, StoreError>;

    /// All organizations, by id: the directory holds the whole tree.
    async fn list_organizations(&self) -> Result<Vec<Organization>, StoreError>;

    /// The organization with this id.
    async fn find_organization(
        &self,
        id: &OrganizationId,
    ) -> Result<Option<Organization>, StoreError>;

    /// The organization to which the vendor gave this id.
    async fn find_organization_by_external_id(
        &self,
        external_id: &str,
    ) -> Result<Option<Organization>, StoreError>;

    /// The person with this id.
    async fn find_user(&self, id: &UserId) -> Result<Option<User>, StoreError>;

    /// The person with this address, in the form of `core::org::member::check_email`.
    async fn find_user_by_email(&self, email: &str) -> Result<Option<User>, StoreError>;

    /// People by address.
    async fn list_users(&self, page: &Page) -> Result<Vec<User>, StoreError>;

    /// The organizations that a person belongs to, by id.
    async fn list_memberships(&self, user: &UserId) -> Result<Vec<Membership>, StoreError>;

    /// The people who belong to an organization, by id.
    async fn list_members(
        &self,
        organization: &OrganizationId,
    ) -> Result<Vec<Membership>, StoreError>;

    /// The password of a person, as a PHC string; `None` when there is none.
    async fn find_password(&self, user: &UserId) -> Result<Option<String>, StoreError>;

    /// The session with this hash. Whether it is still live, its record tells.
    async fn find_session(&self, hash: &[u8; 32]) -> Result<Option<Session>, StoreError>;

    /// A person's sessions, the newest first.
    async fn list_sessions(&self, user: &UserId) -> Result<Vec<Session>, StoreError>;

    /// The connection with this id, ended or not.
    async fn find_connection(&self, id: &FamilyId) -> Result<Option<Connection>, StoreError>;

    /// Connections by id, ended ones as well until they are swept; `page.after` is an
    /// id of 32 hexadecimal digits.
    async fn list_connections(
        &self,
        of: ConnectionsOf<'_>,
        page: &Page,
    ) -> Result<Vec<Connection>, StoreError>;

    /// The stored refresh token with this hash, used or not, and its connection,
    /// ended or not.
    async fn find_refresh_token(
        &self,
        hash: &SecretHash,
    ) -> Result<Option<(RefreshToken, Connection)>, StoreError>;

    /// What stands under this number.
    async fn find_claims(&self, number: u64) -> Result<Option<Claims>, StoreError>;

    /// The number under which this stands: the same for ever, at least 1 and below
    /// 2⁴⁸. Enters it, in a transaction of its own, when it has none yet. A number
    /// goes with its client and never comes back.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the client is gone.
    async fn number_claims(&self, claims: &Claims) -> Result<u64, StoreError>;

    /// The revoked tokens and families that have not expired by `now`, or less than
    /// [`REVOCATIONS_OUTLAST`] ago, and when they do.
    async fn list_revocations(
        &self,
        now: Timestamp,
    ) -> Result<Vec<(TokenId, Timestamp)>, StoreError>;

    /// All keys that have not been swept away, oldest first. Whether one is still
    /// honoured, its record tells.
    async fn list_keys(&self) -> Result<Vec<KeyRecord>, StoreError>;

    /// The audit register, newest first; `page.after` is the number of a fact.
    async fn list_facts(&self, page: &Page) -> Result<Vec<(i64, Fact)>, StoreError>;

    /// Clients that are looked for, with their secrets, by name and id.
    async fn search_clients(&self, search: &ClientSearch<'_>) -> Result<Vec<Client>, StoreError>;

    /// How many there are. `soon` is the moment before which an end counts as near.
    async fn count_clients(
        &self,
        of: ClientsOf<'_>,
        now: Timestamp,
        soon: Timestamp,
    ) -> Result<ClientCounts, StoreError>;

    /// Clients, by id, whose own time or one of whose secrets ends from `from` on and
    /// before `until`.
    async fn list_ending(
        &self,
        from: Timestamp,
        until: Timestamp,
        page: &Page,
    ) -> Result<Vec<Client>, StoreError>;

    /// Clients that wait for somebody, with their secrets: the nearest end first, then by
    /// name and id.
    async fn list_waiting(&self, search: &WaitingSearch<'_>) -> Result<Vec<Client>, StoreError>;

    /// How many clients may ask for what, in no order.
    async fn count_abilities(&self, of: ClientsOf<'_>) -> Result<Vec<AbilityCount>, StoreError>;

    /// How many there are of everything.
    async fn count_records(&self) -> Result<RecordCounts, StoreError>;

    /// The people with these ids, by id; those that are gone are left out.
    async fn find_users(&self, ids: &[UserId]) -> Result<Vec<User>, StoreError>;

    /// People that are looked for, by address.
    async fn search_people(&self, search: &PeopleSearch<'_>) -> Result<Vec<Person>, StoreError>;

    /// Organizations whose name or id has this text in it (all when it is empty), by id,
    /// with how many belong to each.
    async fn search_organizations(
        &self,
        text: &str,
        page: &Page,
    ) -> Result<Vec<Counted>, StoreError>;

    /// The same of these organizations, by id.
    async fn count_in(&self, organizations: &[OrganizationId]) -> Result<Vec<Counted>, StoreError>;

    /// Facts that are looked for, each with its number, newest first.
    async fn search_facts(&self, search: &FactSearch<'_>) -> Result<Vec<(i64, Fact)>, StoreError>;

    /// The link with this hash, whether or not it has expired.
    async fn find_link(&self, hash: &[u8; 32]) -> Result<Option<Link>, StoreError>;

    /// The invitations to an organization that nobody has used or withdrawn, newest
    /// first.
    async fn list_invitations(
        &self,
        organization: &OrganizationId,
    ) -> Result<Vec<Link>, StoreError>;

    /// Sums per step, oldest first; steps in which nothing happened are left out.
    async fn usage_over_time(
        &self,
        search: &UsageSearch<'_>,
    ) -> Result<Vec<(Timestamp, Tally)>, StoreError>;

    /// Sums per client, the one with the most calls first, `most` of them.
    async fn usage_by_client(
        &self,
        search: &UsageSearch<'_>,
        most: u32,
    ) -> Result<Vec<(ClientId, Tally)>, StoreError>;

    /// How many tokens each secret of a client got on each day from this one on: the
    /// secret's id, when the day began, how many.
    async fn secret_uses(
        &self,
        client: &ClientId,
        from: Timestamp,
    ) -> Result<Vec<(Box<str>, Timestamp, u64)>, StoreError>;

    /// Refusals by reason from this day on, the most frequent first.
    async fn refused_by_reason(
        &self,
        of: ClientsOf<'_>,
        from: Timestamp,
    ) -> Result<Vec<RefusedSum>, StoreError>;

    /// For each of these clients, the reason for which it was refused most often from
    /// this day on, and how often; clients that were not refused are left out.
    async fn refused_most(
        &self,
        clients: &[ClientId],
        from: Timestamp,
    ) -> Result<Vec<(ClientId, Box<str>, u64)>, StoreError>;

    /// The refusal of the request with this id, if it is still kept.
    async fn find_refused(&self, request_id: &str) -> Result<Option<RefusedCall>, StoreError>;

    /// The number of the newest change; 0 when there has been none.
    async fn newest_change(&self) -> Result<i64, StoreError>;

    /// What has changed since the change with this number, in order.
    async fn changes_after(&self, number: i64) -> Result<Changes, StoreError>;

    /// Wakes whenever this process has reason to believe that there are newer
    /// changes: its own commits, and other nodes' notifications. A hint only; the
    /// number read from [`Store::changes_after`] is the truth.
    fn change_hints(&self) -> watch::Receiver<u64>;

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

    /// Answers when the database does.
    async fn ping(&self) -> Result<(), StoreError>;

    /// What the database is called. For people to look at: nothing may depend on it.
    fn kind(&self) -> &'static str;

    /// How many statements this process has sent so far, for the metrics. Tests hold
    /// it still while warm requests pass.
    fn statements(&self) -> u64;
}
