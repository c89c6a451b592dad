//! Times, as RFC 3339 writes them, in UTC and whole seconds.

use portreeve_core::time::Timestamp;
use serde_json::Value;

/// A time as a text.
pub(super) fn written(at: Timestamp) -> String {
    // Beyond the year 9999 there is no such form; the seconds say it then.
    let moment = jiff::Timestamp::from_second(at.as_unix());
    moment.map_or_else(|_| at.as_unix().to_string(), |moment| moment.to_string())
}

/// A time, or null.
pub(super) fn or_null(at: Option<Timestamp>) -> Value {
    at.map_or(Value::Null, |at| Value::from(written(at)))
}

/// Reads a time.
pub(super) fn read(text: &str) -> Option<Timestamp> {
    let moment: jiff::Timestamp = text.parse().ok()?;
    Some(Timestamp::from_unix(moment.as_second()))
}

/// What is said to whoever writes no time.
pub(super) const EXPECTED: &str = "expected a time such as \"2027-01-01T00:00:00Z\"";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_and_written() {
        for (text, expected) in [
            ("2026-11-21T12:00:00Z", Some("2026-11-21T12:00:00Z")),
            ("2026-11-21T12:00:00.9Z", Some("2026-11-21T12:00:00Z")),
            ("2026-11-21T13:00:00+01:00", Some("2026-11-21T12:00:00Z")),
            ("2026-11-21", None),
            ("2026-11-21T12:00:00", None),
            ("yesterday", None),
            ("", None),
            ("99999-01-01T00:00:00Z", None),
        ] {
            assert_eq!(read(text).map(written).as_deref(), expected, "{text}");
        }
    }
}
