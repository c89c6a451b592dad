//! What is asked about what happens once.

use async_trait::async_trait;
use portreeve_core::time::Timestamp;

use crate::contract::error::StoreError;

/// What somebody took upon himself by a [`Write::NoticeTaken`](super::commit::Write).
///
/// Fails as [`Store`](crate::contract::Store) says.
#[async_trait]
pub trait Notices: Send + Sync {
    /// When the notice with this key was taken; `None` when it was not, or was given back.
    async fn find_notice(&self, key: &str) -> Result<Option<Timestamp>, StoreError>;
}
