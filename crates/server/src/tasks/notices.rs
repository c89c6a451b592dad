//! Tells people that a secret or an identity client ends, before it does and when it has.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;

use crate::env::Env;
use crate::flow::notices::{Round, tell_ends};

/// A start is a busy time.
const AFTER_THE_START: Duration = Duration::from_secs(30);
/// How often is looked what is due.
const LOOK: Duration = Duration::from_secs(3600);
/// Until a round goes on that was broken off: mails take a while to leave.
const GO_ON: Duration = Duration::from_secs(60);

/// Sends notices for ever; none at all where mails are not sent, so that nobody is
/// thought to have been told.
pub async fn notices(env: Arc<Env>) {
    if !env.mail.is_open() {
        return;
    }
    let mut told = HashSet::new();
    sleep(AFTER_THE_START).await;
    loop {
        let pause = match tell_ends(&env, &mut told).await {
            Ok(Round::Whole) => LOOK,
            Ok(Round::Broken) => GO_ON,
            Err(error) => {
                tracing::warn!(%error, "the notices of ends were not all sent");
                GO_ON
            }
        };
        sleep(pause).await;
    }
}
