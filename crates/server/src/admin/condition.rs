//! `If-Match` (RFC 9110 §13.1.1): a change to what was seen, and to nothing else.

use http::{HeaderMap, header};

use crate::admin::problem::Problem;

/// What a change expects to find.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Condition {
    /// Whatever is there, or nothing.
    None,
    /// Whatever is there (`*`).
    Any,
    /// One of these versions. A weak tag never matches (§8.8.3.2), nor does another's.
    OneOf(Vec<i64>),
}

impl Condition {
    /// Reads the header, however often it stands.
    pub(super) fn read(headers: &HeaderMap) -> Self {
        let mut values = headers.get_all(header::IF_MATCH).iter().peekable();
        if values.peek().is_none() {
            return Self::None;
        }
        let texts: Vec<&str> = values.filter_map(|value| value.to_str().ok()).collect();
        let tags = || texts.iter().flat_map(|text| text.split(',')).map(str::trim);
        if tags().any(|tag| tag == "*") {
            return Self::Any;
        }
        Self::OneOf(tags().filter_map(version).collect())
    }

    /// The version to expect of a record that has this one now.
    ///
    /// # Errors
    /// 412 when it is none of those that were seen.
    pub(super) fn expect(&self, now: i64) -> Result<Option<i64>, Problem> {
        match self {
            Self::None | Self::Any => Ok(None),
            Self::OneOf(seen) if seen.contains(&now) => Ok(Some(now)),
            Self::OneOf(_) => Err(Problem::precondition()),
        }
    }

    /// Lets a record be made.
    ///
    /// # Errors
    /// 412 when any was to be there.
    pub(super) fn expect_nothing(&self) -> Result<(), Problem> {
        match self {
            Self::None => Ok(()),
            Self::Any | Self::OneOf(_) => Err(Problem::precondition()),
        }
    }

    /// Lets something be done to what is there and has no version, and so no tag.
    ///
    /// # Errors
    /// 412 when one was seen: it was another's.
    pub(super) fn expect_untagged(&self) -> Result<(), Problem> {
        match self {
            Self::None | Self::Any => Ok(()),
            Self::OneOf(_) => Err(Problem::precondition()),
        }
    }

    /// True when there is one.
    pub(super) const fn is_some(&self) -> bool {
        matches!(self, Self::OneOf(_))
    }
}

fn version(tag: &str) -> Option<i64> {
    let digits = tag.strip_prefix('"')?.strip_suffix('"')?;
    digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse().ok())?
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn what_was_seen_is_compared() {
        // The version now, what is expected of it, and whether one may be made and
        // something without a version be changed.
        for (values, now, expected, is_made, is_untagged) in [
            (&[][..], 3, Some(None), true, true),
            (&["*"], 3, Some(None), false, true),
            (&["\"3\""], 3, Some(Some(3)), false, false),
            (&["\"2\", \"3\""], 3, Some(Some(3)), false, false),
            (&["\"2\"", "\"3\""], 3, Some(Some(3)), false, false),
            (&["\"2\""], 3, None, false, false),
            (&["W/\"3\""], 3, None, false, false),
            (&["3"], 3, None, false, false),
            (&["\"-3\""], -3, None, false, false),
            (&["\"\""], 0, None, false, false),
            (&[""], 3, None, false, false),
            (&["\"99999999999999999999\""], 3, None, false, false),
        ] {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(header::IF_MATCH, HeaderValue::from_str(value).unwrap());
            }
            let read = Condition::read(&headers);
            assert_eq!(read.expect(now).ok(), expected, "{values:?}");
            assert_eq!(read.expect_nothing().is_ok(), is_made, "{values:?}");
            assert_eq!(read.expect_untagged().is_ok(), is_untagged, "{values:?}");
        }
    }
}
