//! Points in time and lengths of time, in whole seconds. No clock lives here:
//! the server passes "now" in.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A point in time: seconds since 1970-01-01T00:00:00Z, as in a JWT's
/// `NumericDate` (RFC 7519 §2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    /// 1970-01-01T00:00:00Z.
    pub const EPOCH: Self = Self(0);

    /// A timestamp from seconds since 1970.
    pub const fn from_unix(seconds: i64) -> Self {
        Self(seconds)
    }

    /// Seconds since 1970.
    pub const fn as_unix(self) -> i64 {
        self.0
    }

    /// This moment and `ttl` later; stops at the end of time instead of wrapping.
    #[must_use]
    pub const fn plus(self, ttl: Ttl) -> Self {
        Self(self.0.saturating_add(ttl.0 as i64))
    }

    /// This moment and `ttl` earlier.
    #[must_use]
    pub const fn minus(self, ttl: Ttl) -> Self {
        Self(self.0.saturating_sub(ttl.0 as i64))
    }

    /// How long from this moment until `later`; zero when `later` is not later.
    pub fn until(self, later: Self) -> Ttl {
        Ttl(u32::try_from(later.0.saturating_sub(self.0).max(0)).unwrap_or(u32::MAX))
    }
}

/// A length of time in whole seconds. Written `30s`, `5m`, `24h` or `30d`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ttl(u32);

impl Ttl {
    /// No time at all.
    pub const ZERO: Self = Self(0);

    /// A length in seconds.
    pub const fn from_seconds(seconds: u32) -> Self {
        Self(seconds)
    }

    /// A length in hours.
    pub const fn from_hours(hours: u32) -> Self {
        Self(hours.saturating_mul(3600))
    }

    /// The length in seconds.
    pub const fn as_seconds(self) -> u32 {
        self.0
    }
}

/// The text was no duration. The message says what one looks like.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("expected a duration such as \"30s\", \"5m\", \"24h\" or \"30d\", found \"{0}\"")]
pub struct DurationError(String);

impl FromStr for Ttl {
    type Err = DurationError;

    fn from_str(text: &str) -> Result<Self, DurationError> {
        let wrong = || DurationError(text.chars().take(40).collect());
        let (count, unit) = match text.char_indices().last() {
            Some((at, 's')) => (text.get(..at), 1),
            Some((at, 'm')) => (text.get(..at), 60),
            Some((at, 'h')) => (text.get(..at), 3600),
            Some((at, 'd')) => (text.get(..at), 86_400),
            _ => return Err(wrong()),
        };
        let digits = count.filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()));
        let count: u32 = digits.and_then(|digits| digits.parse().ok()).ok_or_else(wrong)?;
        count.checked_mul(unit).map(Self).ok_or_else(wrong)
    }
}

impl fmt::Display for Ttl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            0 => f.write_str("0s"),
            s if s % 86_400 == 0 => write!(f, "{}d", s / 86_400),
            s if s % 3600 == 0 => write!(f, "{}h", s / 3600),
            s if s % 60 == 0 => write!(f, "{}m", s / 60),
            s => write!(f, "{s}s"),
        }
    }
}

impl<'de> Deserialize<'de> for Ttl {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}

impl Serialize for Ttl {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_and_written() {
        for (text, seconds) in
            [("30s", 30), ("5m", 300), ("24h", 86_400), ("30d", 2_592_000), ("0s", 0)]
        {
            assert_eq!(text.parse(), Ok(Ttl(seconds)), "{text}");
        }
        assert_eq!(Ttl(86_400).to_string(), "1d");
        assert_eq!(Ttl(90).to_string(), "90s");
    }

    #[test]
    fn what_is_no_duration_is_refused() {
        for text in ["", "5", "m", "-5m", "+5m", "5 minutes", "1.5h", "99999999d", "5µ", "5é"] {
            assert!(text.parse::<Ttl>().is_err(), "{text}");
        }
    }

    #[test]
    fn time_never_wraps() {
        let end = Timestamp::from_unix(i64::MAX);
        assert_eq!(end.plus(Ttl(1)), end);
        assert_eq!(end.until(Timestamp::EPOCH), Ttl::ZERO);
        assert_eq!(Timestamp::EPOCH.until(end), Ttl(u32::MAX));
    }
}
