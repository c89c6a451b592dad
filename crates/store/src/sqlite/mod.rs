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
mod organization;
mod schema;
mod sign_in;
mod token;
mod user;
mod write;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

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
use tokio::task::spawn_blocking;

use crate::columns;
use crate::contract::change::Changes;
use crate::contract::commit::{Commit, Committed};
use crate::contract::error::StoreError;
use crate::contract::{ConnectionsOf, Page, Store};
use crate::sqlite::commit::{Queue, SWEPT_AT_ONCE, Work, Writer};
use crate::sqlite::connections::Readers;

/// How often a file that others are opening at the same moment is tried, and how
/// long to wait in between.
const OPEN_ATTEMPTS: u32 = 100;
const OPEN_PAUSE: Duration = Duration::from_millis(50);

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
        let session = open_patiently(path, &statements)?;
        let (hinting, hints) = watch::channel(0);
        let queue = Writer::start(path.to_owned(), session, Arc::clone(&statements), hinting)?;
        Ok(Self { queue, readers: Readers::new(path, &statements), hints, statements })
    }
}

/// While one process turns a new file's write-ahead log on, SQLite answers the
/// others "locked" at once instead of letting them wait.
fn open_patiently(
    path: &Path,
    statements: &Arc<AtomicU64>,
) -> Result<connections::Session, StoreError> {
    let attempt = || {
        let session = connections::Session::open(path, statements)?;
        schema::migrate(&session)?;
        Ok(session)
    };
    for _ in 1..OPEN_ATTEMPTS {
        match attempt() {
            Err(StoreError::Unavailable(text)) if text.contains("locked") => {
                std::thread::sleep(OPEN_PAUSE);
            }
            outcome => return outcome,
        }
    }
    attempt()
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
        columns::check_claims(claims)?;
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
        columns::check(&commit)?;
        let change = self.queue.write(Work::Commit(commit)).await?;
        Ok(Committed { change })
    }

    async fn sweep(&self, now: Timestamp, keep_changes_from: Timestamp) -> Result<u64, StoreError> {
        let mut gone = 0;
        loop {
            let rows = self.queue.write(Work::Sweep { now, keep_changes_from }).await?;
            gone += u64::try_from(rows).unwrap_or(0);
            if rows < i64::from(SWEPT_AT_ONCE) {
                return Ok(gone);
            }
        }
    }

    async fn ping(&self) -> Result<(), StoreError> {
        self.readers.read(|session| session.execute_all("SELECT 1")).await
    }

    fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }
}
