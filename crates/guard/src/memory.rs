//! Tokens that were verified before, by their SHA-256: a second look costs a hash
//! and not a signature. Only what never changes is remembered; expiry, audience and
//! scope are asked at every call.

use std::sync::Arc;

use aws_lc_rs::digest;
use quick_cache::sync::Cache;

use crate::caller::Standing;

/// A bounded memory of verified tokens.
pub(crate) struct Memory(Cache<[u8; 32], Remembered>);

#[derive(Clone)]
struct Remembered {
    standing: Arc<Standing>,
    /// The keys that verified it: with others it is verified again.
    generation: u64,
}

/// The key of a token in this memory.
pub(crate) fn hash(text: &str) -> [u8; 32] {
    let mut key = [0; 32];
    key.copy_from_slice(digest::digest(&digest::SHA256, text.as_bytes()).as_ref());
    key
}

impl Memory {
    /// A memory of at most so many tokens.
    pub(crate) fn new(most: usize) -> Self {
        Self(Cache::new(most))
    }

    /// The token with this hash, if keys of this generation verified it.
    pub(crate) fn find(&self, hash: &[u8; 32], generation: u64) -> Option<Arc<Standing>> {
        let found = self.0.get(hash).filter(|found| found.generation == generation)?;
        Some(found.standing)
    }

    /// Remembers a token. A refused one is never remembered.
    pub(crate) fn keep(&self, hash: [u8; 32], standing: Arc<Standing>, generation: u64) {
        self.0.insert(hash, Remembered { standing, generation });
    }
}
