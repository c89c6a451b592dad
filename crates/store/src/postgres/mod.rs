//! The store in PostgreSQL: one row of tables for any number of nodes.

mod audit;
mod change;
mod claims;
mod client;
mod commit;
mod connections;
mod consent;
mod error;
mod hints;
mod key;
mod link;
mod notice;
mod organization;
mod refused;
mod schema;
mod search;
mod settings;
mod sign_in;
mod tls;
mod token;
mod usage;
mod user;
mod write;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

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
use portreeve_core::time::Timestamp;
use portreeve_core::token::claims::Claims;
use portreeve_core::token::key::KeyRecord;
use portreeve_core::token::record::TokenId;
use portreeve_core::usage::{RefusedCall, RefusedSum, Tally};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::columns::{self, storable};
use crate::contract::change::Changes;
use crate::contract::commit::{Commit, Committed};
use crate::contract::error::StoreError;
use crate::contract::search::{
    AbilityCount, ClientCounts, ClientSearch, ClientsOf, Counted, FactSearch, PeopleSearch, Person,
    RecordCounts, UsageSearch, WaitingSearch,
};
use crate::contract::{ConnectionsOf, Page, Store};
use crate::postgres::commit::Queue;
use crate::postgres::connections::Connections;
use crate::postgres::hints::Hints;

/// A store in a database of a PostgreSQL server.
pub struct PostgresStore {
    connections: Connections,
    queue: Queue,
    hints: Arc<Hints>,
    listening: JoinHandle<()>,
    statements: Arc<AtomicU64>,
}

impl PostgresStore {
    /// Opens the database that a `postgres://` URL names, in the form of libpq, with
    ///
    /// - `sslmode`: `disable`, or `require` and `verify-full`, which both verify the
    ///   server's certificate and name. Without it, the way to another machine is
    ///   encrypted and the way within this one is not.
    /// - `sslrootcert`: a PEM file with the authorities to trust, in place of the
    ///   public ones.
    /// - `max_connections`: how many connections at most, 8 without it, besides one
    ///   that listens for changes.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the URL cannot be read or nobody answers
    /// there; [`StoreError::Corrupt`] when the schema is newer than this program.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        let settings = settings::read(url)?;
        let statements = Arc::new(AtomicU64::new(0));
        let connections = Connections::new(&settings, &statements)?;
        if !schema::is_current(&connections).await {
            schema::migrate(&settings).await?;
        }
        let queue = Queue::start(connections.clone());
        let hints = Arc::new(Hints::new());
        let listening = tokio::spawn(hints::listen(settings, Arc::clone(&hints)));
        Ok(Self { connections, queue, hints, listening, statements })
    }
}

impl Drop for PostgresStore {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

#[async_trait]
impl Store for PostgresStore {
    async fn find_client(&self, id: &ClientId) -> Result<Option<Client>, StoreError> {
        client::find(&mut self.connections.session().await?, id).await
    }

    async fn list_clients(
        &self,
        owner: Option<&Owner>,
        page: &Page,
    ) -> Result<Vec<Client>, StoreError> {
        client::list(&mut self.connections.session().await?, owner, page).await
    }

    async fn list_organizations(&self) -> Result<Vec<Organization>, StoreError> {
        organization::list(&mut self.connections.session().await?.patient()).await
    }

    async fn find_organization(
        &self,
        id: &OrganizationId,
    ) -> Result<Option<Organization>, StoreError> {
        organization::find(&mut self.connections.session().await?, id).await
    }

    async fn find_organization_by_external_id(
        &self,
        external_id: &str,
    ) -> Result<Option<Organization>, StoreError> {
        if !storable::is_storable(external_id) {
            return Ok(None);
        }
        organization::find_by_external_id(&mut self.connections.session().await?, external_id).await
    }

    async fn find_user(&self, id: &UserId) -> Result<Option<User>, StoreError> {
        user::find(&mut self.connections.session().await?, id).await
    }

    async fn find_user_by_email(&self, email: &str) -> Result<Option<User>, StoreError> {
        if !storable::is_storable(email) {
            return Ok(None);
        }
        user::find_by_email(&mut self.connections.session().await?, email).await
    }

    async fn list_users(&self, page: &Page) -> Result<Vec<User>, StoreError> {
        user::list(&mut self.connections.session().await?, page).await
    }

    async fn list_memberships(&self, user: &UserId) -> Result<Vec<Membership>, StoreError> {
        user::list_memberships(&mut self.connections.session().await?, user).await
    }

    async fn list_members(
        &self,
        organization: &OrganizationId,
    ) -> Result<Vec<Membership>, StoreError> {
        user::list_members(&mut self.connections.session().await?, organization).await
    }

    async fn find_password(&self, user: &UserId) -> Result<Option<String>, StoreError> {
        sign_in::find_password(&mut self.connections.session().await?, user).await
    }

    async fn find_session(&self, hash: &[u8; 32]) -> Result<Option<Session>, StoreError> {
        sign_in::find(&mut self.connections.session().await?, hash).await
    }

    async fn list_sessions(&self, user: &UserId) -> Result<Vec<Session>, StoreError> {
        sign_in::list(&mut self.connections.session().await?, user).await
    }

    async fn find_connection(&self, id: &FamilyId) -> Result<Option<Connection>, StoreError> {
        consent::find(&mut self.connections.session().await?, id).await
    }

    async fn list_connections(
        &self,
        of: ConnectionsOf<'_>,
        page: &Page,
    ) -> Result<Vec<Connection>, StoreError> {
        let (whose, id) = consent::whose(of);
        consent::list(&mut self.connections.session().await?, whose, id, page).await
    }

    async fn find_refresh_token(
        &self,
        hash: &SecretHash,
    ) -> Result<Option<(RefreshToken, Connection)>, StoreError> {
        consent::find_refresh(&mut self.connections.session().await?, hash).await
    }

    async fn find_claims(&self, number: u64) -> Result<Option<Claims>, StoreError> {
        claims::find(&mut self.connections.session().await?, number).await
    }

    async fn number_claims(&self, claims: &Claims) -> Result<u64, StoreError> {
        storable::check_claims(claims)?;
        let mut session = self.connections.session().await?;
        let mut number = claims::find_number(&mut session, claims).await?;
        if number.is_none() {
            number = claims::add(&mut session, claims).await?;
        }
        if number.is_none() {
            // Somebody else was faster.
            number = claims::find_number(&mut session, claims).await?;
        }
        columns::read_number(number.ok_or_else(|| columns::corrupt("number"))?)
    }

    async fn list_revocations(
        &self,
        now: Timestamp,
    ) -> Result<Vec<(TokenId, Timestamp)>, StoreError> {
        token::list_revocations(&mut self.connections.session().await?.patient(), now).await
    }

    async fn list_keys(&self) -> Result<Vec<KeyRecord>, StoreError> {
        key::list(&mut self.connections.session().await?).await
    }

    async fn list_facts(&self, page: &Page) -> Result<Vec<(i64, Fact)>, StoreError> {
        audit::list(&mut self.connections.session().await?, page).await
    }

    async fn search_clients(&self, search: &ClientSearch<'_>) -> Result<Vec<Client>, StoreError> {
        let place = search::Place { after: columns::after_client(search), limit: search.limit };
        let mut session = self.connections.session().await?;
        search::clients(&mut session, &search::whose(search.of), search.text, &place).await
    }

    async fn count_clients(
        &self,
        of: ClientsOf<'_>,
        now: Timestamp,
        soon: Timestamp,
    ) -> Result<ClientCounts, StoreError> {
        let mut session = self.connections.session().await?.patient();
        search::count(&mut session, &search::whose(of), now, soon).await
    }

    async fn list_ending(
        &self,
        from: Timestamp,
        until: Timestamp,
        page: &Page,
    ) -> Result<Vec<Client>, StoreError> {
        search::ending(&mut self.connections.session().await?.patient(), from, until, page).await
    }

    async fn list_waiting(&self, search: &WaitingSearch<'_>) -> Result<Vec<Client>, StoreError> {
        let times = [search.now, search.soon, search.quiet];
        let mut session = self.connections.session().await?.patient();
        search::waiting(&mut session, &search::whose(search.of), times, search.limit).await
    }

    async fn count_abilities(&self, of: ClientsOf<'_>) -> Result<Vec<AbilityCount>, StoreError> {
        let mut session = self.connections.session().await?.patient();
        search::abilities(&mut session, &search::whose(of)).await
    }

    async fn count_records(&self) -> Result<RecordCounts, StoreError> {
        search::records(&mut self.connections.session().await?.patient()).await
    }

    async fn find_users(&self, ids: &[UserId]) -> Result<Vec<User>, StoreError> {
        user::find_all(&mut self.connections.session().await?, ids).await
    }

    async fn search_people(&self, search: &PeopleSearch<'_>) -> Result<Vec<Person>, StoreError> {
        let page = Page { after: search.after.clone(), limit: search.limit };
        user::search(&mut self.connections.session().await?, search.of, search.text, &page).await
    }

    async fn search_organizations(
        &self,
        text: &str,
        page: &Page,
    ) -> Result<Vec<Counted>, StoreError> {
        organization::search(&mut self.connections.session().await?, text, page).await
    }

    async fn count_in(&self, organizations: &[OrganizationId]) -> Result<Vec<Counted>, StoreError> {
        organization::count_in(&mut self.connections.session().await?, organizations).await
    }

    async fn search_facts(&self, search: &FactSearch<'_>) -> Result<Vec<(i64, Fact)>, StoreError> {
        if !columns::may_be_found(search) {
            return Ok(Vec::new());
        }
        let mut session = self.connections.session().await?.patient();
        audit::search(&mut session, &audit::question(search)).await
    }

    async fn find_link(&self, hash: &[u8; 32]) -> Result<Option<Link>, StoreError> {
        link::find(&mut self.connections.session().await?, hash).await
    }

    async fn list_invitations(
        &self,
        organization: &OrganizationId,
    ) -> Result<Vec<Link>, StoreError> {
        link::list_invitations(&mut self.connections.session().await?, organization).await
    }

    async fn usage_over_time(
        &self,
        search: &UsageSearch<'_>,
    ) -> Result<Vec<(Timestamp, Tally)>, StoreError> {
        let mut session = self.connections.session().await?.patient();
        usage::over_time(&mut session, &search::whose(search.of), &usage::span(search)).await
    }

    async fn usage_by_client(
        &self,
        search: &UsageSearch<'_>,
        most: u32,
    ) -> Result<Vec<(ClientId, Tally)>, StoreError> {
        let mut session = self.connections.session().await?.patient();
        usage::by_client(&mut session, &search::whose(search.of), &usage::span(search), most).await
    }

    async fn secret_uses(
        &self,
        client: &ClientId,
        from: Timestamp,
    ) -> Result<Vec<(Box<str>, Timestamp, u64)>, StoreError> {
        usage::of_secrets(&mut self.connections.session().await?, client, from).await
    }

    async fn refused_by_reason(
        &self,
        of: ClientsOf<'_>,
        from: Timestamp,
    ) -> Result<Vec<RefusedSum>, StoreError> {
        let mut session = self.connections.session().await?.patient();
        refused::by_reason(&mut session, &search::whose(of), from).await
    }

    async fn refused_most(
        &self,
        clients: &[ClientId],
        from: Timestamp,
    ) -> Result<Vec<(ClientId, Box<str>, u64)>, StoreError> {
        refused::most(&mut self.connections.session().await?, clients, from).await
    }

    async fn find_refused(&self, request_id: &str) -> Result<Option<RefusedCall>, StoreError> {
        if !storable::is_storable(request_id) {
            return Ok(None);
        }
        refused::find(&mut self.connections.session().await?, request_id).await
    }

    async fn newest_change(&self) -> Result<i64, StoreError> {
        change::newest(&mut self.connections.session().await?).await
    }

    async fn changes_after(&self, number: i64) -> Result<Changes, StoreError> {
        change::list_after(&mut self.connections.session().await?, number).await
    }

    fn change_hints(&self) -> watch::Receiver<u64> {
        self.hints.subscribe()
    }

    async fn commit(&self, commit: Commit) -> Result<Committed, StoreError> {
        storable::check(&commit)?;
        let is_news = !columns::changes(&commit).is_empty();
        let change = self.queue.write(commit).await?;
        if is_news {
            self.hints.heard(change);
        }
        Ok(Committed { change })
    }

    async fn sweep(&self, now: Timestamp, keep_changes_from: Timestamp) -> Result<u64, StoreError> {
        commit::sweep(&mut self.connections.session().await?.patient(), now, keep_changes_from)
            .await
    }

    async fn ping(&self) -> Result<(), StoreError> {
        self.connections.session().await?.execute_all("SELECT 1").await
    }

    fn kind(&self) -> &'static str {
        "PostgreSQL"
    }

    fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }
}
