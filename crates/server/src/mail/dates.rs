//! Times as mails say them. Whoever reads a mail reads it later: nothing is "ago".

use jiff::Timestamp as Moment;
use portreeve_core::time::Timestamp;

const DAY: u32 = 86_400;

/// `4 May 2025`.
pub(super) fn day(at: Timestamp) -> String {
    written(at, "%-d %b %Y")
}

/// `21 Nov 2026, 09:14 UTC`.
pub(super) fn minute(at: Timestamp) -> String {
    written(at, "%-d %b %Y, %H:%M UTC")
}

/// How many days there are until then, a part of one counted as one.
pub(super) fn days(now: Timestamp, until: Timestamp) -> u64 {
    now.until(until).as_seconds().div_ceil(DAY).into()
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
    fn times_are_exact_and_days_are_rounded_up() {
        let now = Timestamp::from_unix(1_795_252_480);
        assert_eq!((&*minute(now), &*day(now)), ("21 Nov 2026, 09:14 UTC", "21 Nov 2026"));
        assert_eq!(minute(Timestamp::from_unix(i64::MAX)), "9223372036854775807");
        for (seconds, expected) in [(-1, 0), (0, 0), (1, 1), (86_400, 1), (86_401, 2)] {
            assert_eq!(days(now, Timestamp::from_unix(now.as_unix() + seconds)), expected);
        }
    }
}
