//! Claims by number and numbers by claims. Both are for ever, but for a client that is
//! deleted: its numbers go with it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use portreeve_core::text_id::ClientId;
use portreeve_core::token::claims::Claims;
use quick_cache::sync::Cache;

use crate::contract::SharedStore;
use crate::contract::error::StoreError;

/// What is in memory.
pub(super) struct Numbered {
    claims: Cache<u64, Option<Arc<Claims>>>,
    /// By fingerprint: the number, and whose it is.
    numbers: Cache<[u8; 32], (u64, ClientId)>,
    /// Counts what [`Numbered::forget_client`] did: a copy that was being read
    /// meanwhile is not kept.
    forgotten: AtomicU64,
}

impl Numbered {
    pub(super) fn new(in_memory: usize) -> Self {
        Self {
            claims: Cache::new(in_memory),
            numbers: Cache::new(in_memory),
            forgotten: AtomicU64::new(0),
        }
    }

    pub(super) async fn find(
        &self,
        store: &SharedStore,
        number: u64,
    ) -> Result<Option<Arc<Claims>>, StoreError> {
        if let Some(known) = self.claims.get(&number) {
            return Ok(known);
        }
        let before = self.forgotten.load(Ordering::Acquire);
        // That there is none is remembered too: only our own tokens carry numbers.
        let found = self.claims.get_or_insert_async(&number, read(store, number)).await?;
        if self.forgotten.load(Ordering::Acquire) != before {
            self.claims.remove(&number);
        }
        Ok(found)
    }

    pub(super) async fn number(
        &self,
        store: &SharedStore,
        claims: &Claims,
    ) -> Result<u64, StoreError> {
        let fingerprint = claims.fingerprint();
        if let Some((number, _)) = self.numbers.get(&fingerprint) {
            return Ok(number);
        }
        let before = self.forgotten.load(Ordering::Acquire);
        let (number, _) =
            self.numbers.get_or_insert_async(&fingerprint, enter(store, claims)).await?;
        if self.forgotten.load(Ordering::Acquire) != before {
            self.numbers.remove(&fingerprint);
        }
        Ok(number)
    }

    /// A client that is deleted takes its numbers along.
    pub(super) fn forget_client(&self, id: &ClientId) {
        self.forgotten.fetch_add(1, Ordering::AcqRel);
        let is_of = |claims: &Claims| claims.client_id == *id;
        self.claims.retain(|_, claims| !claims.as_deref().is_some_and(is_of));
        self.numbers.retain(|_, (_, whose)| whose != id);
    }

    pub(super) fn clear(&self) {
        self.forgotten.fetch_add(1, Ordering::AcqRel);
        self.claims.clear();
        self.numbers.clear();
    }
}

async fn read(store: &SharedStore, number: u64) -> Result<Option<Arc<Claims>>, StoreError> {
    Ok(store.find_claims(number).await?.map(Arc::new))
}

async fn enter(store: &SharedStore, claims: &Claims) -> Result<(u64, ClientId), StoreError> {
    Ok((store.number_claims(claims).await?, claims.client_id.clone()))
}
