//! Tokens that were read before, by their SHA-256: a second look costs a hash and
//! not a signature. Only what never changes is remembered; whether the token may
//! still be used is asked anew each time.

use std::sync::Arc;

use aws_lc_rs::digest;
use portreeve_core::refusal::Reason;
use portreeve_core::token::record::AccessToken;
use quick_cache::sync::Cache;

/// A bounded memory of verified tokens.
pub struct TokenMemory(Cache<[u8; 32], Remembered>);

#[derive(Clone)]
struct Remembered {
    token: Arc<AccessToken>,
    /// The key ring that verified it: another ring must look again.
    ring: u64,
}

impl TokenMemory {
    /// A memory of at most so many tokens.
    #[must_use]
    pub fn new(most: usize) -> Self {
        Self(Cache::new(most))
    }

    /// The token with this text: remembered under this ring, or read now.
    ///
    /// # Errors
    /// What `read` says; a refusal is not remembered.
    pub fn recall(
        &self,
        text: &str,
        ring: u64,
        read: impl FnOnce() -> Result<AccessToken, Reason>,
    ) -> Result<Arc<AccessToken>, Reason> {
        let mut key = [0; 32];
        key.copy_from_slice(digest::digest(&digest::SHA256, text.as_bytes()).as_ref());
        if let Some(found) = self.0.get(&key).filter(|found| found.ring == ring) {
            return Ok(found.token);
        }
        let token = Arc::new(read()?);
        self.0.insert(key, Remembered { token: token.clone(), ring });
        Ok(token)
    }
}
