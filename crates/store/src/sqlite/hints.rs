//! Notices what another process commits to the same file.

use std::time::Duration;

use tokio::sync::mpsc::WeakSender;
use tokio::time::{MissedTickBehavior, interval};

use crate::sqlite::commit::Job;

/// How often the writer looks. The look costs a few microseconds.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// Lets the writer look for others' commits until the store is gone.
pub(super) async fn look_for_others(queue: WeakSender<Job>) {
    let mut timer = interval(LOOK_EVERY);
    timer.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        timer.tick().await;
        let Some(queue) = queue.upgrade() else { return };
        // A full queue is busy with our own commits; the next look will do.
        let _ = queue.try_send(Job::Look);
    }
}
