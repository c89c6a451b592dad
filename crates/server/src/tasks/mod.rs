//! What goes on beside the requests. Each task is one file with one loop; all end
//! with the process and none is needed for a decision to be right.

pub mod follow;
pub mod housekeeping;
pub mod keys;
pub mod notices;

use std::sync::Arc;

use tokio::task::JoinSet;

use crate::env::Env;
use crate::flow::keys::KeySchedule;

/// Starts them all. Dropping the set ends them.
pub fn start(env: &Arc<Env>, schedule: KeySchedule) -> JoinSet<()> {
    let mut tasks = JoinSet::new();
    tasks.spawn(follow::follow(Arc::clone(env)));
    tasks.spawn(housekeeping::housekeeping(Arc::clone(env)));
    tasks.spawn(keys::rotate_on_schedule(Arc::clone(env), schedule));
    tasks.spawn(notices::notices(Arc::clone(env)));
    tasks
}
