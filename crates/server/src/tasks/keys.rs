//! Keys come and go by schedule: a new one is published before it signs, an old one
//! stays for as long as its tokens live.

use std::sync::Arc;
use std::time::Duration;

use portreeve_core::token::key::{KeyPurpose, is_due};
use tokio::time::sleep;

use crate::env::Env;
use crate::flow::keys::{KeySchedule, purposes, rotate};

/// How often is looked whether a key is due.
const LOOK: Duration = Duration::from_secs(3600);

/// Rotates what is due, for ever. Of several nodes that find the same key due, one
/// wins and the others meet a conflict, which is as good.
pub async fn rotate_on_schedule(env: Arc<Env>, schedule: KeySchedule) {
    loop {
        for purpose in purposes(&env) {
            rotate_if_due(&env, purpose, schedule).await;
        }
        sleep(LOOK).await;
    }
}

async fn rotate_if_due(env: &Env, purpose: KeyPurpose, schedule: KeySchedule) {
    let records = match env.directory.store().list_keys().await {
        Ok(records) => records,
        Err(error) => return tracing::warn!(%error, "the keys cannot be read"),
    };
    if !is_due(&records, purpose, env.now(), schedule.every) {
        return;
    }
    match rotate(env, purpose, schedule.plan, &portreeve_core::audit::Actor::System).await {
        Ok(kid) => tracing::info!(purpose = purpose.as_str(), %kid, "a key was rotated"),
        Err(error) => tracing::warn!(?error, purpose = purpose.as_str(), "a key was not rotated"),
    }
}
