//! Points and lengths of time, as people read them. Everything is UTC, and says so.

use jiff::Timestamp as Moment;
use portreeve_core::time::{Timestamp, Ttl};

/// A point in time: for people, exactly, and for machines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct When {
    /// `4 min ago`, or a day.
    pub(super) near: String,
    /// `21 Nov 2026, 09:14:40`.
    pub(super) exact: String,
    /// RFC 3339.
    pub(super) machine: String,
}

impl When {
    /// A moment, as it is told at `now`.
    pub(super) fn new(at: Timestamp, now: Timestamp) -> Self {
        let ago = at.until(now).as_seconds();
        let near = match ago {
            0..60 => "just now".to_owned(),
            60..3600 => format!("{} min ago", ago / 60),
            3600..86_400 => format!("{} h ago", ago / 3600),
            _ => day(at),
        };
        Self { near, exact: exact(at), machine: written(at, "%Y-%m-%dT%H:%M:%SZ") }
    }
}

/// `4 May 2025`.
pub(super) fn day(at: Timestamp) -> String {
    written(at, "%-d %b %Y")
}

/// `21 Nov 2026, 09:14:40`.
pub(super) fn exact(at: Timestamp) -> String {
    written(at, "%-d %b %Y, %H:%M:%S")
}

/// A length that is still to come, rounded up: `50 seconds`, `8 minutes`, `3 days`.
pub(super) fn length(ttl: Ttl) -> String {
    counted(ttl, u32::div_ceil)
}

/// A length that is past, rounded down.
pub(super) fn past(ttl: Ttl) -> String {
    counted(ttl, |seconds, unit| seconds / unit)
}

fn counted(ttl: Ttl, whole: fn(u32, u32) -> u32) -> String {
    let seconds = ttl.as_seconds();
    let (count, unit) = match seconds {
        0..60 => (seconds, "second"),
        60..3600 => (whole(seconds, 60), "minute"),
        3600..172_800 => (whole(seconds, 3600), "hour"),
        _ => (whole(seconds, 86_400), "day"),
    };
    match (count, unit) {
        (60, "minute") => "1 hour".to_owned(),
        (1, unit) => format!("1 {unit}"),
        (count, unit) => format!("{count} {unit}s"),
    }
}

fn written(at: Timestamp, pattern: &str) -> String {
    match Moment::from_second(at.as_unix()) {
        Ok(moment) => moment.strftime(pattern).to_string(),
        // Beyond the year 9999 there is no calendar to write it in.
        Err(_) => at.as_unix().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_times_and_far_ones() {
        let now = Timestamp::from_unix(1_795_252_480);
        for (ago, near) in [
            (0, "just now"),
            (-5, "just now"),
            (59, "just now"),
            (240, "4 min ago"),
            (7200, "2 h ago"),
            (86_400, "20 Nov 2026"),
        ] {
            let when = When::new(Timestamp::from_unix(now.as_unix() - ago), now);
            assert_eq!(when.near, near, "{ago}");
        }
        let when = When::new(now, now);
        assert_eq!(when.exact, "21 Nov 2026, 09:14:40");
        assert_eq!(when.machine, "2026-11-21T09:14:40Z");
        assert_eq!(exact(Timestamp::from_unix(i64::MAX)), "9223372036854775807");
    }

    #[test]
    fn lengths_are_whole() {
        for (seconds, expected) in [
            (1, "1 second"),
            (50, "50 seconds"),
            (60, "1 minute"),
            (110, "2 minutes"),
            (429, "8 minutes"),
            (3600, "1 hour"),
            (90_000, "25 hours"),
            (200_000, "3 days"),
        ] {
            assert_eq!(length(Ttl::from_seconds(seconds)), expected);
        }
        assert_eq!(past(Ttl::from_seconds(429)), "7 minutes");
        assert_eq!(length(Ttl::from_seconds(3541)), "1 hour");
    }
}
