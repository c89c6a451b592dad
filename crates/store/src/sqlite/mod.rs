//! The store in one SQLite file: write-ahead log, every commit synced. Several
//! processes may have the file open, such as a server and the command line.

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
mod sign_in;
mod token;
mod usage;
mod user;
mod write;

use std::path::Path;
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
use tokio::task::spawn_blocking;

use crate::columns::{self, storable};
use crate::contract::change::Changes;
use crate::contract::commit::{Commit, Committed};
use crate::contract::error::StoreError;
use crate::contract::search::{
    AbilityCount, ClientCounts, ClientSearch, ClientsOf, Counted, FactSearch, PeopleSearch, Person,
    RecordCounts, UsageSearch, WaitingSearch,
};
use crate::contract::{ConnectionsOf, Page, Store};
use crate::sqlite::commit::{Queue, Work, Writer};
use crate::sqlite::connections::Readers;

/// A store in one file.
pub struct SqliteStore {
    queue: Queue,
    readers: Arc<Readers>,
    hints: watch::Receiver<u64>,
    statements: Arc<AtomicU64>,
}

impl SqliteStore {
    /// Opens the file; makes it, with mode 0600, when its folder has none.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the folder does not exist or the file
    /// cannot be opened for writing; [`StoreError::Corrupt`] when it is no
    /// database of ours, or one of a newer version.
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        let path = path.to_owned();
        let opening = spawn_blocking(move || Self::open_now(&path));
        let store = opening
            .await
            .unwrap_or_else(|_| Err(StoreError::Unavailable("opening broke off".into())))?;
        tokio::spawn(hints::look_for_others(store.queue.downgrade()));
        Ok(store)
    }

    fn open_now(path: &Path) -> Result<Self, StoreError> {
        let statements = Arc::new(AtomicU64::new(0));
        connections::create_file(path)?;
        let session = schema::open_current(path, &statements)?;
        let (hinting, hints) = watch::channel(0);
        let queue = Writer::start(path.to_owned(), session, Arc::clone(&statements), hinting)?;
        Ok(Self { queue, readers: Readers::new(path, &statements), hints, statements })
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn find_client(&self, id: &ClientId) -> Result<Option<Client>, StoreError> {
        let id = id.clone();
        self.readers.read(move |session| client::find(session, &id)).await
    }

    async fn list_clients(
        &self,
        owner: Option<&Owner>,
        page: &Page,
    ) -> Result<Vec<Client>, StoreError> {
        let (owner, page) = (owner.cloned(), page.clone());
        self.readers.read(move |session| client::list(session, owner.as_ref(), &page)).await
    }

    async fn list_organizations(&self) -> Result<Vec<Organization>, StoreError> {
        self.readers.read(organization::list).await
    }

    async fn find_organization(
        &self,
        id: &OrganizationId,
    ) -> Result<Option<Organization>, StoreError> {
        let id = id.clone();
        self.readers.read(move |session| organization::find(session, &id)).await
    }

    async fn find_organization_by_external_id(
        &self,
        external_id: &str,
    ) -> Result<Option<Organization>, StoreError> {
        let id = external_id.to_owned();
        self.readers.read(move |session| organization::find_by_external_id(session, &id)).await
    }

    async fn find_user(&self, id: &UserId) -> Result<Option<User>, StoreError> {
        let id = id.clone();
        self.readers.read(move |session| user::find(session, &id)).await
    }

    async fn find_user_by_email(&self, email: &str) -> Result<Option<User>, StoreError> {
        let email = email.to_owned();
        self.readers.read(move |session| user::find_by_email(session, &email)).await
    }

    async fn list_users(&self, page: &Page) -> Result<Vec<User>, StoreError> {
        let page = page.clone();
        self.readers.read(move |session| user::list(session, &page)).await
    }

    async fn list_memberships(&self, user: &UserId) -> Result<Vec<Membership>, StoreError> {
        let user = user.clone();
        self.readers.read(move |session| user::list_memberships(session, &user)).await
    }

    async fn list_members(
        &self,
        organization: &OrganizationId,
    ) -> Result<Vec<Membership>, StoreError> {
        let organization = organization.clone();
        self.readers.read(move |session| user::list_members(session, &organization)).await
    }

    async fn find_password(&self, user: &UserId) -> Result<Option<String>, StoreError> {
        let user = user.clone();
        self.readers.read(move |session| sign_in::find_password(session, &user)).await
    }

    async fn find_session(&self, hash: &[u8; 32]) -> Result<Option<Session>, StoreError> {
        let hash = *hash;
        self.readers.read(move |session| sign_in::find(session, &hash)).await
    }

    async fn list_sessions(&self, user: &UserId) -> Result<Vec<Session>, StoreError> {
        let user = user.clone();
        self.readers.read(move |session| sign_in::list(session, &user)).await
    }

    async fn find_connection(&self, id: &FamilyId) -> Result<Option<Connection>, StoreError> {
        let id = *id;
        self.readers.read(move |session| consent::find(session, &id)).await
    }

    async fn list_connections(
        &self,
        of: ConnectionsOf<'_>,
        page: &Page,
    ) -> Result<Vec<Connection>, StoreError> {
        let (whose, id) = consent::whose(of);
        let (id, page) = (id.map(str::to_owned), page.clone());
        self.readers.read(move |session| consent::list(session, whose, id.as_deref(), &page)).await
    }

    async fn find_refresh_token(
        &self,
        hash: &SecretHash,
    ) -> Result<Option<(RefreshToken, Connection)>, StoreError> {
        let hash = *hash;
        self.readers.read(move |session| consent::find_refresh(session, &hash)).await
    }

    async fn find_claims(&self, number: u64) -> Result<Option<Claims>, StoreError> {
        self.readers.read(move |session| claims::find(session, number)).await
    }

    async fn number_claims(&self, claims: &Claims) -> Result<u64, StoreError> {
        storable::check_claims(claims)?;
        let wanted = claims.clone();
        let found = self.readers.read(move |session| claims::find_number(session, &wanted)).await?;
        let number = match found {
            Some(number) => number,
            None => self.queue.write(Work::Number(claims.clone())).await?,
        };
        columns::read_number(number)
    }

    async fn list_revocations(
        &self,
        now: Timestamp,
    ) -> Result<Vec<(TokenId, Timestamp)>, StoreError> {
        self.readers.read(move |session| token::list_revocations(session, now)).await
    }

    async fn list_keys(&self) -> Result<Vec<KeyRecord>, StoreError> {
        self.readers.read(key::list).await
    }

    async fn list_facts(&self, page: &Page) -> Result<Vec<(i64, Fact)>, StoreError> {
        let page = page.clone();
        self.readers.read(move |session| audit::list(session, &page)).await
    }

    async fn search_clients(&self, search: &ClientSearch<'_>) -> Result<Vec<Client>, StoreError> {
        let (whose, text) = (search::whose(search.of), search.text.to_owned());
        let place = search::Place { after: columns::after_client(search), limit: search.limit };
        self.readers.read(move |session| search::clients(session, &whose, &text, &place)).await
    }

    async fn count_clients(
        &self,
        of: ClientsOf<'_>,
        now: Timestamp,
        soon: Timestamp,
    ) -> Result<ClientCounts, StoreError> {
        let whose = search::whose(of);
        self.readers.read(move |session| search::count(session, &whose, now, soon)).await
    }

    async fn list_ending(
        &self,
        from: Timestamp,
        until: Timestamp,
        page: &Page,
    ) -> Result<Vec<Client>, StoreError> {
        let page = page.clone();
        self.readers.read(move |session| search::ending(session, from, until, &page)).await
    }

    async fn list_waiting(&self, search: &WaitingSearch<'_>) -> Result<Vec<Client>, StoreError> {
        let (whose, limit) = (search::whose(search.of), search.limit);
        let times = [search.now, search.soon, search.quiet];
        self.readers.read(move |session| search::waiting(session, &whose, times, limit)).await
    }

    async fn count_abilities(&self, of: ClientsOf<'_>) -> Result<Vec<AbilityCount>, StoreError> {
        let whose = search::whose(of);
        self.readers.read(move |session| search::abilities(session, &whose)).await
    }

    async fn count_records(&self) -> Result<RecordCounts, StoreError> {
        self.readers.read(search::records).await
    }

    async fn find_users(&self, ids: &[UserId]) -> Result<Vec<User>, StoreError> {
        let ids = ids.to_vec();
        self.readers.read(move |session| user::find_all(session, &ids)).await
    }

    async fn search_people(&self, search: &PeopleSearch<'_>) -> Result<Vec<Person>, StoreError> {
        let (of, text) = (search.of.cloned(), search.text.to_owned());
        let page = Page { after: search.after.clone(), limit: search.limit };
        self.readers.read(move |session| user::search(session, of.as_ref(), &text, &page)).await
    }

    async fn search_organizations(
        &self,
        text: &str,
        page: &Page,
    ) -> Result<Vec<Counted>, StoreError> {
        let (text, page) = (text.to_owned(), page.clone());
        self.readers.read(move |session| organization::search(session, &text, &page)).await
    }

    async fn count_in(&self, organizations: &[OrganizationId]) -> Result<Vec<Counted>, StoreError> {
        let organizations = organizations.to_vec();
        self.readers.read(move |session| organization::count_in(session, &organizations)).await
    }

    async fn search_facts(&self, search: &FactSearch<'_>) -> Result<Vec<(i64, Fact)>, StoreError> {
        if !columns::may_be_found(search) {
            return Ok(Vec::new());
        }
        let question = audit::question(search);
        self.readers.read(move |session| audit::search(session, &question)).await
    }

    async fn find_link(&self, hash: &[u8; 32]) -> Result<Option<Link>, StoreError> {
        let hash = *hash;
        self.readers.read(move |session| link::find(session, &hash)).await
    }

    async fn list_invitations(
        &self,
        organization: &OrganizationId,
    ) -> Result<Vec<Link>, StoreError> {
        let organization = organization.clone();
        self.readers.read(move |session| link::list_invitations(session, &organization)).await
    }

    async fn usage_over_time(
        &self,
        search: &UsageSearch<'_>,
    ) -> Result<Vec<(Timestamp, Tally)>, StoreError> {
        let (whose, span) = (search::whose(search.of), usage::span(search));
        self.readers.read(move |session| usage::over_time(session, &whose, &span)).await
    }

    async fn usage_by_client(
        &self,
        search: &UsageSearch<'_>,
        most: u32,
    ) -> Result<Vec<(ClientId, Tally)>, StoreError> {
        let (whose, span) = (search::whose(search.of), usage::span(search));
        self.readers.read(move |session| usage::by_client(session, &whose, &span, most)).await
    }

    async fn secret_uses(
        &self,
        client: &ClientId,
        from: Timestamp,
    ) -> Result<Vec<(Box<str>, Timestamp, u64)>, StoreError> {
        let client = client.clone();
        self.readers.read(move |session| usage::of_secrets(session, &client, from)).await
    }

    async fn refused_by_reason(
        &self,
        of: ClientsOf<'_>,
        from: Timestamp,
    ) -> Result<Vec<RefusedSum>, StoreError> {
        let whose = search::whose(of);
        self.readers.read(move |session| refused::by_reason(session, &whose, from)).await
    }

    async fn refused_most(
        &self,
        clients: &[ClientId],
        from: Timestamp,
    ) -> Result<Vec<(ClientId, Box<str>, u64)>, StoreError> {
        let clients = clients.to_vec();
        self.readers.read(move |session| refused::most(session, &clients, from)).await
    }

    async fn find_refused(&self, request_id: &str) -> Result<Option<RefusedCall>, StoreError> {
        let request_id = request_id.to_owned();
        self.readers.read(move |session| refused::find(session, &request_id)).await
    }

    async fn newest_change(&self) -> Result<i64, StoreError> {
        self.readers.read(change::newest).await
    }

    async fn changes_after(&self, number: i64) -> Result<Changes, StoreError> {
        self.readers.read(move |session| change::list_after(session, number)).await
    }

    fn change_hints(&self) -> watch::Receiver<u64> {
        self.hints.clone()
    }

    async fn commit(&self, commit: Commit) -> Result<Committed, StoreError> {
        storable::check(&commit)?;
        let change = self.queue.write(Work::Commit(commit)).await?;
        Ok(Committed { change })
    }

    async fn sweep(&self, now: Timestamp, keep_changes_from: Timestamp) -> Result<u64, StoreError> {
        self.queue.sweep(now, keep_changes_from).await
    }

    async fn ping(&self) -> Result<(), StoreError> {
        self.readers.read(|session| session.execute_all("SELECT 1")).await
    }

    fn kind(&self) -> &'static str {
        "SQLite"
    }

    fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }
}
