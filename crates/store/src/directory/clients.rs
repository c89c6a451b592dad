//! Clients in memory, and ids that are nobody's, apart: whoever asks for one invented id
//! after another must not drive the real ones out.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use portreeve_core::text_id::ClientId;
use quick_cache::sync::Cache;

use crate::contract::SharedStore;
use crate::contract::error::StoreError;
use crate::directory::known::KnownClient;

/// How many ids that are nobody's are remembered: enough for the programs that go on
/// with a client that was deleted. A megabyte at most.
const STRANGERS: usize = 4096;

/// What a memory has answered since the start, and what it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Remembered {
    /// Answered from memory.
    pub hits: u64,
    /// Not in memory.
    pub misses: u64,
    /// How many it holds.
    pub held: u64,
    /// How many it holds at most.
    pub most: u64,
}

/// See the head of this file.
pub(super) struct Clients {
    known: Cache<ClientId, Arc<KnownClient>>,
    strangers: Cache<ClientId, ()>,
    hits: AtomicU64,
    misses: AtomicU64,
}

impl Clients {
    pub(super) fn new(in_memory: usize) -> Self {
        Self {
            known: Cache::new(in_memory),
            strangers: Cache::new(STRANGERS),
            hits: AtomicU64::new(0),
            misses: AtomicU64::new(0),
        }
    }

    /// How it has done. Ids that are nobody's do not count.
    pub(super) fn remembered(&self) -> Remembered {
        Remembered {
            hits: self.hits.load(Ordering::Relaxed),
            misses: self.misses.load(Ordering::Relaxed),
            held: self.known.len() as u64,
            most: self.known.capacity(),
        }
    }

    /// The client with this id, from memory or the store; `None` when there is none.
    pub(super) async fn find(
        &self,
        store: &SharedStore,
        id: &str,
    ) -> Result<Option<Arc<KnownClient>>, StoreError> {
        if let Some(known) = self.known.get(id) {
            self.hits.fetch_add(1, Ordering::Relaxed);
            return Ok(Some(known));
        }
        if self.strangers.get(id).is_some() {
            return Ok(None);
        }
        // What cannot be an id is nobody's, and is not remembered either.
        let Ok(id) = ClientId::parse(id) else { return Ok(None) };
        self.read(store, &id).await
    }

    /// Both places are reserved before the store is read: [`Clients::forget`] takes
    /// the reservation away, and what was read meanwhile is not kept.
    async fn read(
        &self,
        store: &SharedStore,
        id: &ClientId,
    ) -> Result<Option<Arc<KnownClient>>, StoreError> {
        let place = match self.known.get_value_or_guard_async(id).await {
            Ok(known) => return Ok(Some(known)),
            Err(place) => place,
        };
        let stranger = match self.strangers.get_value_or_guard_async(id).await {
            Ok(()) => return Ok(None),
            Err(stranger) => stranger,
        };
        if let Some(client) = store.find_client(id).await? {
            self.misses.fetch_add(1, Ordering::Relaxed);
            let known = Arc::new(KnownClient::new(client));
            let _ = place.insert(Arc::clone(&known));
            return Ok(Some(known));
        }
        let _ = stranger.insert(());
        Ok(None)
    }

    /// Forgets what was known of this id.
    pub(super) fn forget(&self, id: &ClientId) {
        self.strangers.remove(id);
        self.known.remove(id);
    }

    pub(super) fn clear(&self) {
        self.known.clear();
        self.strangers.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conformance::sample::{client, commit};
    use crate::contract::commit::Write;

    #[tokio::test]
    async fn invented_ids_drive_no_client_out() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("portreeve.db");
        let store = crate::open::open(file.to_str().unwrap()).await.unwrap();
        let registered = Write::ClientRegistered(Box::new(client("prc_1")));
        commit(&store, vec![registered]).await.unwrap();
        let clients = Clients::new(100);
        let find = async |id: &str| clients.find(&store, id).await.unwrap().is_some();
        assert!(find("prc_1").await);
        for number in 0..3000 {
            assert!(!find(&format!("prc_invented_{number}")).await);
        }
        let before = store.statements();
        assert!(find("prc_1").await);
        assert!(!find("prc_invented_2999").await);
        assert_eq!(store.statements(), before, "both are remembered");
        let Remembered { hits, misses, held, .. } = clients.remembered();
        assert_eq!((hits, misses, held), (1, 1, 1), "nobody's ids do not count");
    }

    #[tokio::test]
    async fn a_stranger_that_is_registered_is_known() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("portreeve.db");
        let store = crate::open::open(file.to_str().unwrap()).await.unwrap();
        let clients = Clients::new(100);
        assert!(clients.find(&store, "prc_1").await.unwrap().is_none());
        let one = client("prc_1");
        let registered = Write::ClientRegistered(Box::new(one.clone()));
        commit(&store, vec![registered]).await.unwrap();
        assert!(clients.find(&store, "prc_1").await.unwrap().is_none(), "not told yet");
        clients.forget(&one.client_id);
        assert!(clients.find(&store, "prc_1").await.unwrap().is_some());
    }

    #[tokio::test]
    async fn what_changes_while_it_is_read_is_not_kept() {
        let clients = Clients::new(100);
        let one = client("prc_1");
        let id = &one.client_id;
        let Err(place) = clients.known.get_value_or_guard_async(id).await else { panic!() };
        let Err(stranger) = clients.strangers.get_value_or_guard_async(id).await else { panic!() };
        clients.forget(id);
        assert!(place.insert(Arc::new(KnownClient::new(one.clone()))).is_err());
        assert!(stranger.insert(()).is_err());
        assert!(clients.known.get(id).is_none() && clients.strangers.get(id).is_none());
    }
}
