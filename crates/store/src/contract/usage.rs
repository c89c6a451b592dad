//! What is asked about what clients did.

use async_trait::async_trait;
use portreeve_core::text_id::ClientId;
use portreeve_core::time::Timestamp;
use portreeve_core::usage::{RefusedCall, RefusedSum, Tally};

use crate::contract::error::StoreError;
use crate::contract::search::{ClientsOf, UsageSearch};

/// Counts of calls, tokens and refusals.
///
/// Fails as [`Store`](crate::contract::Store) says.
#[async_trait]
pub trait Usage: Send + Sync {
    /// Sums per step, oldest first; steps in which nothing happened are left out.
    async fn usage_over_time(
        &self,
        search: &UsageSearch<'_>,
    ) -> Result<Vec<(Timestamp, Tally)>, StoreError>;

    /// Sums per client, the one with the most calls first, `most` of them.
    async fn usage_by_client(
        &self,
        search: &UsageSearch<'_>,
        most: u32,
    ) -> Result<Vec<(ClientId, Tally)>, StoreError>;

    /// How many tokens each secret of a client got on each day from this one on: the
    /// secret's id, when the day began, how many.
    async fn secret_uses(
        &self,
        client: &ClientId,
        from: Timestamp,
    ) -> Result<Vec<(Box<str>, Timestamp, u64)>, StoreError>;

    /// Refusals by reason from this day on, the most frequent first.
    async fn refused_by_reason(
        &self,
        of: ClientsOf<'_>,
        from: Timestamp,
    ) -> Result<Vec<RefusedSum>, StoreError>;

    /// For each of these clients, the reason for which it was refused most often from
    /// this day on, and how often; clients that were not refused are left out.
    async fn refused_most(
        &self,
        clients: &[ClientId],
        from: Timestamp,
    ) -> Result<Vec<(ClientId, Box<str>, u64)>, StoreError>;

    /// The refusal of the request with this id, if it is still kept.
    async fn find_refused(&self, request_id: &str) -> Result<Option<RefusedCall>, StoreError>;
}
