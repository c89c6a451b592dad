//! What time it is. The only file of this crate that reads the system's clock.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

/// Gives the seconds since 1970. The wall clock and not a monotonic one: a token
/// also grows old while the machine sleeps, and between two runs of a program.
pub(crate) type Clock = Arc<dyn Fn() -> u64 + Send + Sync>;

/// The machine's clock.
pub(crate) fn system() -> Clock {
    Arc::new(unix_seconds)
}

#[expect(clippy::disallowed_methods, reason = "this is where time comes from")]
fn unix_seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}
