//! Writes in batches what was gathered in memory, and removes what has expired.
//! Nothing here decides: expiry is checked when a thing is used.

use std::sync::Arc;
use std::time::Duration;

use portreeve_core::time::Ttl;
use portreeve_store::contract::commit::{Commit, Used, Write};
use portreeve_store::contract::error::StoreError;
use tokio::time::sleep;

use crate::env::Env;
use crate::usage::Row;

/// How often is written what clients did.
const FLUSH: Duration = Duration::from_secs(10);
/// Rows of one commit: a few milliseconds, so that nobody's change waits for long.
const MOST_ROWS: usize = 2000;
/// Every how many flushes is swept.
const SWEEP_EVERY: u32 = 30;
/// How long the change log goes back: a node that was away for longer reads anew.
const CHANGES_KEPT: Ttl = Ttl::from_hours(24);

/// Flushes and sweeps for ever.
pub async fn housekeeping(env: Arc<Env>) {
    let mut round: u32 = 0;
    loop {
        sleep(FLUSH).await;
        // A task of its own, which the end of this one does not interrupt: nobody could
        // tell whether its last commit was made.
        let flushing = Arc::clone(&env);
        let _ = tokio::spawn(async move { flush(&flushing).await }).await;
        round = round.wrapping_add(1);
        if round.is_multiple_of(SWEEP_EVERY) {
            sweep(&env).await;
        }
    }
}

/// Writes what clients did. What cannot be written waits for the next time; of a commit
/// whose end nobody heard it may then count twice. Also called at the end, when whoever
/// is at it is waited for.
pub async fn flush(env: &Env) {
    let _one_at_a_time = env.usage.writing.lock().await;
    env.usage.collect();
    loop {
        let rows = env.usage.next(MOST_ROWS);
        let count = rows.len();
        if count == 0 {
            return;
        }
        let writes = vec![Write::Used(Box::new(used(rows)))];
        match env.directory.store().commit(Commit { writes, ..Commit::default() }).await {
            Ok(_) => env.usage.done(count),
            Err(error @ StoreError::Corrupt(_)) => {
                tracing::error!(%error, count, "what clients did can not be written");
                env.usage.give_up(count);
            }
            Err(error) => {
                tracing::warn!(%error, count, "what clients did was not written yet");
                return;
            }
        }
    }
}

fn used(rows: Vec<Row>) -> Used {
    let mut used = Used::default();
    for row in rows {
        match row {
            Row::Counted(one) => used.counted.push(one),
            Row::Secret(one) => used.secrets.push(one),
            Row::Refused(call, times) => used.refused.push((call, times)),
        }
    }
    used
}

async fn sweep(env: &Env) {
    let now = env.now();
    env.directory.sweep(now);
    match env.directory.store().sweep(now, now.minus(CHANGES_KEPT)).await {
        Ok(rows) => tracing::debug!(rows, "swept"),
        Err(error) => tracing::warn!(%error, "nothing was swept"),
    }
}
