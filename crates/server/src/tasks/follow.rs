//! Keeps the directory true to what other nodes, and the command line, commit.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{sleep, timeout};

use crate::env::Env;

/// How long until the log is read again when nobody hints at anything. A lost hint
/// delays by this much at most.
const QUIET: Duration = Duration::from_secs(1);

/// Follows the change log for ever.
pub async fn follow(env: Arc<Env>) {
    let mut hints = env.directory.store().change_hints();
    loop {
        match env.directory.follow().await {
            Ok(_) => env.heard.now(env.clock.monotonic()),
            Err(error) => tracing::warn!(%error, "the change log cannot be read"),
        }
        // A hint, or silence; a store that was dropped hints at nothing any more.
        if let Ok(Err(_)) = timeout(QUIET, hints.changed()).await {
            sleep(QUIET).await;
        }
    }
}
