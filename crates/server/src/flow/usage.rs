//! What clients did, as it is kept: for pages, and for whoever asks why. What happened in
//! the last seconds may still be in the memory of the node where it did.

use portreeve_core::client::record::Client;
use portreeve_core::text_id::ClientId;
use portreeve_core::time::{Timestamp, Ttl};
use portreeve_core::usage::advice::{self, Asked};
use portreeve_core::usage::{DAY, HOUR, HOURS_KEPT, RefusedSum, Tally, day_of, hour_of};
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

/// How many tokens would have done for a client that did this within a span, when it asks
/// for tokens too often; `None` for any other. What counts are the hours in which it did
/// anything. Where those are not kept any more, a day on which it did counts whole.
///
/// # Errors
/// What the store says.
pub async fn enough(
    env: &Env,
    client: &Client,
    tally: Tally,
    search: &UsageSearch<'_>,
) -> Result<Option<u64>, ChangeError> {
    if !advice::may_be_too_often(tally) {
        return Ok(None);
    }
    let kept = hour_of(env.now().minus(HOURS_KEPT)).plus(HOUR);
    let by_hour = search.from >= kept;
    let step = if by_hour { Step::Hour } else { Step::Day };
    let of = ClientsOf::Client(&client.client_id);
    let steps = over_time(env, &UsageSearch { of, step, ..*search }).await?.len() as u64;
    let hours = if by_hour { steps } else { steps * 24 };
    let asked =
        Asked { tokens: tally.tokens, passed: tally.passed, hours, life: life(env, client) };
    Ok(advice::too_often(asked))
}

/// The shortest life of a client's tokens.
fn life(env: &Env, client: &Client) -> Ttl {
    let known = client.audiences.iter().filter_map(|audience| env.catalog.resource(audience));
    let shortest = known.map(|resource| resource.token_ttl).min().unwrap_or(HOUR);
    let own = client.token_ttl.map_or(shortest, |own| own.min(shortest));
    env.ttl_override.unwrap_or(own)
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
