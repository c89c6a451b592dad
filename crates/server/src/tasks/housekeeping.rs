//! Writes in batches what was gathered in memory, and removes what has expired.
//! Nothing here decides: expiry is checked when a thing is used.

use std::sync::Arc;
use std::time::Duration;

use portreeve_core::time::Ttl;
use portreeve_store::contract::commit::{Commit, Write};
use tokio::time::sleep;

use crate::env::Env;

/// How often uses of secrets are written.
const FLUSH: Duration = Duration::from_secs(10);
/// Every how many flushes is swept.
const SWEEP_EVERY: u32 = 30;
/// How long the change log goes back: a node that was away for longer reads anew.
const CHANGES_KEPT: Ttl = Ttl::from_hours(24);

/// Flushes and sweeps for ever.
pub async fn housekeeping(env: Arc<Env>) {
    let mut round: u32 = 0;
    loop {
        sleep(FLUSH).await;
        flush(&env).await;
        round = round.wrapping_add(1);
        if round.is_multiple_of(SWEEP_EVERY) {
            sweep(&env).await;
        }
    }
}

/// Writes when secrets were last used. What cannot be written is lost: it is for
/// people to look at, and a use a quarter of an hour later tells them as much.
pub async fn flush(env: &Env) {
    let uses = env.directory.take_uses();
    if uses.is_empty() {
        return;
    }
    let commit = Commit { writes: vec![Write::SecretsUsed(uses)], ..Commit::default() };
    if let Err(error) = env.directory.store().commit(commit).await {
        tracing::warn!(%error, "the last uses of secrets were not written");
    }
}

async fn sweep(env: &Env) {
    let now = env.now();
    env.directory.sweep(now);
    match env.directory.store().sweep(now, now.minus(CHANGES_KEPT)).await {
        Ok(rows) => tracing::debug!(rows, "swept"),
        Err(error) => tracing::warn!(%error, "nothing was swept"),
    }
}
