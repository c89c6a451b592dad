//! What clients did, as it is kept: for pages, and for whoever asks why. What happened in
//! the last seconds may still be in the memory of the node where it did.

use portreeve_core::text_id::ClientId;
use portreeve_core::time::{Timestamp, Ttl};
use portreeve_core::usage::{DAY, RefusedSum, Tally, day_of};
pub use portreeve_store::contract::search::{ClientsOf, Step, UsageSearch};

use crate::env::Env;
use crate::flow::change::ChangeError;

/// What a secret did on one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretDay {
    /// The secret's id.
    pub secret: Box<str>,
    /// When the day began, in UTC.
    pub day: Timestamp,
    /// The tokens that it got.
    pub tokens: u64,
}

/// Sums per step, oldest first; steps in which nothing happened are left out.
///
/// # Errors
/// What the store says.
pub async fn over_time(
    env: &Env,
    search: &UsageSearch<'_>,
) -> Result<Vec<(Timestamp, Tally)>, ChangeError> {
    Ok(env.directory.store().usage_over_time(search).await?)
}

/// Sums per client, the one with the most calls first, `most` of them.
///
/// # Errors
/// What the store says.
pub async fn by_client(
    env: &Env,
    search: &UsageSearch<'_>,
    most: u32,
) -> Result<Vec<(ClientId, Tally)>, ChangeError> {
    Ok(env.directory.store().usage_by_client(search, most).await?)
}

/// Refusals by reason within the last days, today included, the most frequent first.
///
/// # Errors
/// What the store says.
pub async fn refused_by_reason(
    env: &Env,
    of: ClientsOf<'_>,
    days: u32,
) -> Result<Vec<RefusedSum>, ChangeError> {
    Ok(env.directory.store().refused_by_reason(of, first_of(env, days)).await?)
}

/// What each secret of a client did on each of the last days, today included; days on
/// which it got no token are left out.
///
/// # Errors
/// What the store says.
pub async fn secret_days(
    env: &Env,
    client: &ClientId,
    days: u32,
) -> Result<Vec<SecretDay>, ChangeError> {
    let found = env.directory.store().secret_uses(client, first_of(env, days)).await?;
    let read = found.into_iter().map(|(secret, day, tokens)| SecretDay { secret, day, tokens });
    Ok(read.filter(|one| one.tokens > 0).collect())
}

/// When the first of so many days began, of which the last is today.
fn first_of(env: &Env, days: u32) -> Timestamp {
    let before = days.saturating_sub(1).saturating_mul(DAY.as_seconds());
    day_of(env.now()).minus(Ttl::from_seconds(before))
}
