//! What time it is. The only file of this crate that reads the system's clock.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use portreeve_core::time::Timestamp;

/// What time it is.
pub(crate) trait Clock: Send + Sync {
    /// Seconds since 1970: what tokens say.
    fn now(&self) -> Timestamp;

    /// Time since the start, never backwards: how old copies are.
    fn monotonic(&self) -> Duration;
}

/// The machine's clock.
pub(crate) struct SystemClock(Instant);

impl SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is where time comes from")]
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }
}

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is where time comes from")]
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_unix(i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
    }

    fn monotonic(&self) -> Duration {
        self.0.elapsed()
    }
}
