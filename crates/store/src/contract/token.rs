//! What is asked about tokens: what they stand for, which are refused, and the keys.
//! Access tokens themselves are never stored.

use async_trait::async_trait;
use portreeve_core::time::Timestamp;
use portreeve_core::token::claims::Claims;
use portreeve_core::token::key::KeyRecord;
use portreeve_core::token::record::TokenId;

use crate::contract::error::StoreError;

/// What tokens stand for, which are refused, and the keys.
///
/// Fails as [`Store`](crate::contract::Store) says.
#[async_trait]
pub trait Tokens: Send + Sync {
    /// What stands under this number.
    async fn find_claims(&self, number: u64) -> Result<Option<Claims>, StoreError>;

    /// The number under which this stands: the same for ever, at least 1 and below
    /// 2⁴⁸. Enters it, in a transaction of its own, when it has none yet. A number
    /// goes with its client and never comes back.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the client is gone.
    async fn number_claims(&self, claims: &Claims) -> Result<u64, StoreError>;

    /// The revoked tokens and families that have not expired by `now`, or less than
    /// [`REVOCATIONS_OUTLAST`](crate::contract::REVOCATIONS_OUTLAST) ago, and when they do.
    async fn list_revocations(
        &self,
        now: Timestamp,
    ) -> Result<Vec<(TokenId, Timestamp)>, StoreError>;

    /// All keys that have not been swept away, oldest first. Whether one is still
    /// honoured, its record tells.
    async fn list_keys(&self) -> Result<Vec<KeyRecord>, StoreError>;
}
