//! Refresh tokens that are used again and again, and the connections that they belong
//! to. A token's row does not change while it is used so, hence it needs no news; its
//! connection does, and is dropped when it ends.

use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use portreeve_core::connection::record::{Connection, FamilyId, RefreshToken, USE_NOTED_EVERY};
use portreeve_core::secret::SecretHash;
use portreeve_core::text_id::ClientId;
use portreeve_core::time::Timestamp;
use quick_cache::sync::Cache;

use crate::contract::SharedStore;
use crate::contract::error::StoreError;

/// A connection, and when its last use was written down.
#[derive(Debug)]
pub struct KnownConnection {
    connection: Connection,
    /// In seconds since 1970.
    noted: AtomicI64,
}

impl KnownConnection {
    pub(super) const fn new(connection: Connection) -> Self {
        let noted = match connection.last_used_at {
            Some(at) => at.as_unix(),
            None => i64::MIN,
        };
        Self { connection, noted: AtomicI64::new(noted) }
    }

    /// True when a use at `now` is to be written down with `Write::ConnectionUsed`: of
    /// many at once one is told so, and then nobody for [`USE_NOTED_EVERY`].
    pub fn note_use(&self, now: Timestamp) -> bool {
        let is_due = |noted| Timestamp::from_unix(noted).plus(USE_NOTED_EVERY) <= now;
        self.noted
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |noted| {
                is_due(noted).then_some(now.as_unix())
            })
            .is_ok()
    }
}

impl Deref for KnownConnection {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.connection
    }
}

/// What is in memory.
pub(super) struct Connections {
    tokens: Cache<[u8; 32], RefreshToken>,
    known: Cache<FamilyId, Option<Arc<KnownConnection>>>,
    /// Counts what [`Connections::forget_client`] did: a copy that was being read
    /// meanwhile is not kept.
    forgotten: AtomicU64,
}

impl Connections {
    pub(super) fn new(in_memory: usize) -> Self {
        Self {
            tokens: Cache::new(in_memory),
            known: Cache::new(in_memory),
            forgotten: AtomicU64::new(0),
        }
    }

    pub(super) async fn refresh(
        &self,
        store: &SharedStore,
        hash: &SecretHash,
    ) -> Result<Option<(RefreshToken, Arc<KnownConnection>)>, StoreError> {
        let token = match self.tokens.get(hash.as_bytes()) {
            Some(token) => token,
            None => {
                // An unknown token is not remembered: anybody can make them up.
                let Some((token, _)) = store.find_refresh_token(hash).await? else {
                    return Ok(None);
                };
                if token.used_at.is_none() {
                    self.tokens.insert(*hash.as_bytes(), token.clone());
                }
                token
            }
        };
        let connection = self.find(store, token.connection).await?;
        Ok(connection.map(|connection| (token, connection)))
    }

    async fn find(
        &self,
        store: &SharedStore,
        id: FamilyId,
    ) -> Result<Option<Arc<KnownConnection>>, StoreError> {
        if let Some(known) = self.known.get(&id) {
            return Ok(known);
        }
        let before = self.forgotten.load(Ordering::Acquire);
        let found = self.known.get_or_insert_async(&id, read(store, id)).await?;
        if self.forgotten.load(Ordering::Acquire) != before {
            self.known.remove(&id);
        }
        Ok(found)
    }

    /// The family was revoked.
    pub(super) fn forget(&self, id: FamilyId) {
        self.known.remove(&id);
    }

    /// A client that is deleted takes its connections along.
    pub(super) fn forget_client(&self, id: &ClientId) {
        self.forgotten.fetch_add(1, Ordering::AcqRel);
        let is_of = |known: &KnownConnection| known.client_id == *id;
        self.known.retain(|_, known| !known.as_deref().is_some_and(is_of));
    }

    pub(super) fn clear(&self) {
        self.forgotten.fetch_add(1, Ordering::AcqRel);
        self.tokens.clear();
        self.known.clear();
    }
}

async fn read(
    store: &SharedStore,
    id: FamilyId,
) -> Result<Option<Arc<KnownConnection>>, StoreError> {
    let found = store.find_connection(&id).await?;
    Ok(found.map(|connection| Arc::new(KnownConnection::new(connection))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conformance::sample::{at, connection};

    #[test]
    fn one_of_many_uses_is_noted() {
        let fresh = KnownConnection::new(Connection { last_used_at: None, ..connection(1) });
        assert!(fresh.note_use(at(0)));
        assert!(!fresh.note_use(at(0)));
        assert!(!fresh.note_use(at(899)));
        assert!(fresh.note_use(at(900)));
        let used = KnownConnection::new(Connection { last_used_at: Some(at(0)), ..connection(1) });
        assert!(!used.note_use(at(899)));
    }
}
