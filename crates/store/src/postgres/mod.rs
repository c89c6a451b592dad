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
mod organization;
mod schema;
mod settings;
mod sign_in;
mod tls;
mod token;
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
use portreeve_core::sign_in::session::Session;
use portreeve_core::text_id::{ClientId, OrganizationId, UserId};
use portreeve_core::time::Timestamp;
use portreeve_core::token::claims::Claims;
use portreeve_core::token::key::KeyRecord;
use portreeve_core::token::record::TokenId;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::columns;
use crate::contract::change::Changes;
use crate::contract::commit::{Commit, Committed};
use crate::contract::error::StoreError;
use crate::contract::{ConnectionsOf, Page, Store};
use crate::postgres::commit::Queue;
use crate::postgres::connections::Connections;
use crate::postgres::hints::Hints;

/// The most rows that one statement of a sweep removes.
const SWEPT_AT_ONCE: u32 = 5_000;

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
        if !columns::is_storable(external_id) {
            return Ok(None);
        }
        organization::find_by_external_id(&mut self.connections.session().await?, external_id).await
    }

    async fn find_user(&self, id: &UserId) -> Result<Option<User>, StoreError> {
        user::find(&mut self.connections.session().await?, id).await
    }

    async fn find_user_by_email(&self, email: &str) -> Result<Option<User>, StoreError> {
        if !columns::is_storable(email) {
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
        columns::check_claims(claims)?;
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
        columns::check(&commit)?;
        let is_news = !columns::changes(&commit).is_empty();
        let change = self.queue.write(commit).await?;
        if is_news {
            self.hints.heard(change);
        }
        Ok(Committed { change })
    }

    async fn sweep(&self, now: Timestamp, keep_changes_from: Timestamp) -> Result<u64, StoreError> {
        let mut session = self.connections.session().await?.patient();
        let mut gone = key::sweep(&mut session, now).await?;
        gone += change::sweep(&mut session, keep_changes_from).await?;
        loop {
            let mut rows = token::sweep(&mut session, now, SWEPT_AT_ONCE).await?;
            rows += consent::sweep(&mut session, now, SWEPT_AT_ONCE).await?;
            rows += sign_in::sweep(&mut session, now, SWEPT_AT_ONCE).await?;
            gone += rows;
            if rows < u64::from(SWEPT_AT_ONCE) {
                return Ok(gone);
            }
        }
    }

    async fn ping(&self) -> Result<(), StoreError> {
        self.connections.session().await?.execute_all("SELECT 1").await
    }

    fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }
}
