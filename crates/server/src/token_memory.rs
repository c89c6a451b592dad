//! Tokens that were read before, by their SHA-256: a second look costs a hash and
//! not a signature. Only what never changes is remembered; whether the token may
//! still be used is asked anew each time.

use std::sync::Arc;

use aws_lc_rs::digest;
use portreeve_core::token::record::AccessToken;
use quick_cache::sync::Cache;

use crate::observe::metrics::MemoryCounters;

/// A bounded memory of verified tokens.
pub struct TokenMemory {
    known: Cache<Fingerprint, Remembered>,
    counters: MemoryCounters,
}

/// The SHA-256 of a token's text.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint([u8; 32]);

#[derive(Clone)]
struct Remembered {
    token: Arc<AccessToken>,
    /// The key ring that verified it: another ring must look again.
    ring: u64,
}

impl Fingerprint {
    /// Of this text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let mut bytes = [0; 32];
        bytes.copy_from_slice(digest::digest(&digest::SHA256, text.as_bytes()).as_ref());
        Self(bytes)
    }
}

impl TokenMemory {
    /// A memory of at most so many tokens.
    #[must_use]
    pub fn new(most: usize, counters: MemoryCounters) -> Self {
        Self { known: Cache::new(most), counters }
    }

    /// What it has answered so far.
    pub const fn counters(&self) -> &MemoryCounters {
        &self.counters
    }

    /// How many tokens it holds, of how many at most.
    pub fn filled(&self) -> (u64, u64) {
        (self.known.len() as u64, self.known.capacity())
    }

    /// The token with this text, if it was read under this ring.
    pub fn recall(&self, text: &Fingerprint, ring: u64) -> Option<Arc<AccessToken>> {
        let found = self.known.get(text).filter(|found| found.ring == ring);
        let counter = if found.is_some() { &self.counters.hits } else { &self.counters.misses };
        counter.inc();
        found.map(|found| found.token)
    }

    /// Remembers what the token with this text says. A refusal is not remembered.
    pub fn keep(&self, text: Fingerprint, ring: u64, token: AccessToken) -> Arc<AccessToken> {
        let token = Arc::new(token);
        self.known.insert(text, Remembered { token: token.clone(), ring });
        token
    }
}
