//! What the hot paths know without asking the database: clients, where their
//! owners belong, connections with refresh tokens that stay, what compact tokens stand
//! for, the tree of organizations, revoked tokens, keys.
//!
//! All but the last three are in bounded caches: a miss is one read, joined by all who
//! wait for it. The tree, the revocations and the keys are whole. Everything is
//! kept true by the change log: whoever commits here drops its own copies before it
//! is answered, and [`Directory::follow`] does the same for what others commit. A
//! copy that is being read while its record changes is not kept.

mod clients;
mod connections;
mod known;
mod numbered;
mod revocations;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use arc_swap::{ArcSwap, Guard};
use portreeve_core::client::record::Client;
use portreeve_core::connection::record::{FamilyId, RefreshToken};
use portreeve_core::org::owner::Owner;
use portreeve_core::org::reach::OrganizationTree;
use portreeve_core::secret::{MasterKey, SecretHash};
use portreeve_core::text_id::UserId;
use portreeve_core::time::Timestamp;
use portreeve_core::token::claims::Claims;
use portreeve_core::token::key_ring::KeyRing;
use portreeve_core::token::record::TokenId;
use quick_cache::sync::Cache;
use tokio::sync::Mutex;

use crate::contract::SharedStore;
use crate::contract::change::{Change, Changes};
use crate::contract::commit::{Commit, Committed};
use crate::contract::error::StoreError;
use crate::directory::clients::Clients;
pub use crate::directory::clients::Remembered;
use crate::directory::connections::Connections;
pub use crate::directory::connections::KnownConnection;
pub use crate::directory::known::{KnownClient, Person, Roots};
use crate::directory::numbered::Numbered;
use crate::directory::revocations::Revocations;

/// The view of the store that answers from memory.
pub struct Directory {
    store: SharedStore,
    master: MasterKey,
    clients: Clients,
    people: Cache<UserId, Option<Person>>,
    connections: Connections,
    numbered: Numbered,
    tree: ArcSwap<OrganizationTree>,
    keys: ArcSwap<KeyRing>,
    revocations: Revocations,
    /// Counts how often the keys were read: what was verified with a ring is not
    /// remembered beyond it.
    ring: AtomicU64,
    /// The number of the newest change that every copy has heard of.
    followed: AtomicI64,
    /// One at a time reads the log; never taken on the token or gate path.
    following: Mutex<()>,
}

impl Directory {
    /// Opens the view: reads the tree, the keys and the revocations.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read, or holds keys that `master`
    /// does not open.
    pub async fn open(
        store: SharedStore,
        master: MasterKey,
        clients_in_memory: usize,
        now: Timestamp,
    ) -> Result<Arc<Self>, StoreError> {
        let directory = Self {
            // The number first: what changes while we read is then read again.
            followed: AtomicI64::new(store.newest_change().await?),
            clients: Clients::new(clients_in_memory),
            people: Cache::new(clients_in_memory),
            connections: Connections::new(clients_in_memory),
            numbered: Numbered::new(clients_in_memory),
            tree: ArcSwap::default(),
            keys: ArcSwap::from_pointee(KeyRing::default()),
            revocations: Revocations::default(),
            ring: AtomicU64::new(0),
            following: Mutex::new(()),
            store,
            master,
        };
        directory.read_tree().await?;
        directory.read_keys().await?;
        directory.revocations.extend(directory.store.list_revocations(now).await?);
        Ok(Arc::new(directory))
    }

    /// The client with this id; `None` when there is none. From memory when warm.
    ///
    /// # Errors
    /// [`StoreError`] when it is not in memory and the store cannot be read.
    pub async fn client(&self, id: &str) -> Result<Option<Arc<KnownClient>>, StoreError> {
        self.clients.find(&self.store, id).await
    }

    /// How the memory of clients has done.
    pub fn remembered(&self) -> Remembered {
        self.clients.remembered()
    }

    /// Where an owner belongs; `None` when it is disabled or gone.
    ///
    /// # Errors
    /// [`StoreError`] when it is not in memory and the store cannot be read.
    pub async fn roots(&self, owner: &Owner) -> Result<Option<Roots>, StoreError> {
        let id = match owner {
            Owner::Organization(id) => {
                let known = self.tree.load().contains(id);
                return Ok(known.then(|| Roots::One([id.clone()])));
            }
            Owner::User(id) => id,
        };
        if let Some(known) = self.people.get(id) {
            return Ok(known.map(Roots::Person));
        }
        let found = self.people.get_or_insert_async(id, self.read_person(id)).await?;
        Ok(found.map(Roots::Person))
    }

    /// The refresh token with this hash, of a kind that is used again and again, and its
    /// connection; `None` when there is none. From memory when warm. The caller still
    /// asks whether the token has expired, and [`Directory::is_revoked`] of the family.
    ///
    /// # Errors
    /// [`StoreError`] when it is not in memory and the store cannot be read.
    pub async fn refresh(
        &self,
        hash: &SecretHash,
    ) -> Result<Option<(RefreshToken, Arc<KnownConnection>)>, StoreError> {
        self.connections.refresh(&self.store, hash).await
    }

    /// The same, always from the store: for tokens that are used once.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub async fn refresh_uncached(
        &self,
        hash: &SecretHash,
    ) -> Result<Option<(RefreshToken, Arc<KnownConnection>)>, StoreError> {
        let found = self.store.find_refresh_token(hash).await?;
        Ok(found.map(|(token, connection)| (token, Arc::new(KnownConnection::new(connection)))))
    }

    /// What stands under this number; `None` when its client is gone. From memory when
    /// warm.
    ///
    /// # Errors
    /// [`StoreError`] when it is not in memory and the store cannot be read.
    pub async fn claims(&self, number: u64) -> Result<Option<Arc<Claims>>, StoreError> {
        self.numbered.find(&self.store, number).await
    }

    /// The number under which this stands, entered when it has none. From memory when
    /// warm.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the client is gone; otherwise when it is not in
    /// memory and the store cannot be asked.
    pub async fn number_for(&self, claims: &Claims) -> Result<u64, StoreError> {
        self.numbered.number(&self.store, claims).await
    }

    /// All organizations and who is below whom.
    pub fn tree(&self) -> Guard<Arc<OrganizationTree>> {
        self.tree.load()
    }

    /// The keys, parsed.
    pub fn keys(&self) -> Guard<Arc<KeyRing>> {
        self.keys.load()
    }

    /// Changes whenever the keys do.
    pub fn ring(&self) -> u64 {
        self.ring.load(Ordering::Acquire)
    }

    /// True when this token was revoked or spent; for a family, see
    /// [`FamilyId::token_id`].
    pub fn is_revoked(&self, id: &TokenId) -> bool {
        self.revocations.contains(id)
    }

    /// The master key, for whoever makes keys.
    pub const fn master(&self) -> &MasterKey {
        &self.master
    }

    /// The store behind this view, for what is not on a hot path.
    pub fn store(&self) -> &SharedStore {
        &self.store
    }

    /// Writes a commit and drops what it makes untrue, before anybody is answered.
    ///
    /// # Errors
    /// As `Store::commit`. When the commit is durable but the log cannot be read
    /// afterwards, it counts as done: the follower catches up.
    pub async fn commit(&self, commit: Commit) -> Result<Committed, StoreError> {
        let changes: Vec<Change> =
            commit.writes.iter().filter_map(crate::contract::commit::Write::change).collect();
        let committed = self.store.commit(commit).await?;
        for change in &changes {
            self.drop_copy(change);
        }
        if let Err(error) = self.follow().await {
            tracing::warn!(%error, "the change log cannot be read; catching up later");
        }
        Ok(committed)
    }

    /// Reads what has changed since the last time and drops what it makes untrue.
    /// Answers the number of the newest change.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read; nothing is skipped then.
    pub async fn follow(&self) -> Result<i64, StoreError> {
        let _one_at_a_time = self.following.lock().await;
        let changes = self.store.changes_after(self.followed.load(Ordering::Acquire)).await?;
        let newest = match changes {
            Changes::Known { changes, newest } => {
                changes.iter().for_each(|change| self.drop_copy(change));
                if changes.contains(&Change::Organizations) {
                    self.read_tree().await?;
                }
                if changes.contains(&Change::Keys) {
                    self.read_keys().await?;
                }
                newest
            }
            Changes::Gap { newest } => {
                self.forget_everything().await?;
                newest
            }
        };
        self.followed.store(newest, Ordering::Release);
        Ok(newest)
    }

    /// The number of the newest change that this view has heard of.
    pub fn followed(&self) -> i64 {
        self.followed.load(Ordering::Acquire)
    }

    /// Forgets revocations of tokens that have expired by themselves, and
    /// [`REVOCATIONS_OUTLAST`] has passed since.
    ///
    /// [`REVOCATIONS_OUTLAST`]: crate::contract::REVOCATIONS_OUTLAST
    pub fn sweep(&self, now: Timestamp) {
        self.revocations.sweep(now);
    }

    fn drop_copy(&self, change: &Change) {
        match change {
            Change::Client(id) => {
                self.clients.forget(id);
                self.connections.forget_client(id);
                self.numbered.forget_client(id);
            }
            Change::User(id) => {
                self.people.remove(id);
            }
            Change::Revoked { id, expires_at } => {
                self.revocations.extend([(*id, *expires_at)]);
                self.connections.forget(FamilyId(id.0));
            }
            Change::Organizations | Change::Keys => {}
        }
    }

    async fn forget_everything(&self) -> Result<(), StoreError> {
        self.clients.clear();
        self.people.clear();
        self.connections.clear();
        self.numbered.clear();
        self.read_tree().await?;
        self.read_keys().await?;
        self.revocations.extend(self.store.list_revocations(Timestamp::EPOCH).await?);
        Ok(())
    }

    async fn read_person(&self, id: &UserId) -> Result<Option<Person>, StoreError> {
        let user = self.store.find_user(id).await?;
        let Some(user) = user.filter(|user| !user.disabled) else { return Ok(None) };
        let memberships = self.store.list_memberships(id).await?;
        let organizations = memberships.into_iter().map(|membership| membership.organization);
        Ok(Some(Person { organizations: organizations.collect(), operator: user.operator }))
    }

    async fn read_tree(&self) -> Result<(), StoreError> {
        let organizations = self.store.list_organizations().await?;
        self.tree.store(Arc::new(OrganizationTree::new(&organizations)));
        Ok(())
    }

    async fn read_keys(&self) -> Result<(), StoreError> {
        let records = self.store.list_keys().await?;
        let ring = KeyRing::open(&records, &self.master);
        let ring = ring.map_err(|error| StoreError::Corrupt(error.to_string()))?;
        self.keys.store(Arc::new(ring));
        self.ring.fetch_add(1, Ordering::Release);
        Ok(())
    }
}

impl std::ops::Deref for KnownClient {
    type Target = Client;

    fn deref(&self) -> &Client {
        self.client()
    }
}
