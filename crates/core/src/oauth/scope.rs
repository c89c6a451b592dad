//! Scopes (RFC 6749 §3.3).

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// The most scopes and the longest list that one request or client may carry.
/// Far above any real use; it bounds the work that a hostile request causes.
const MOST: usize = 200;
const LONGEST: usize = 4096;

/// A list of scope names: each once, in the order they were given, one space
/// between them. Cheap to clone; comparing is by content, not by order.
#[derive(Clone, Default)]
pub struct ScopeSet(Option<Arc<str>>);

/// The text was no list of scopes.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error(
    "a scope may hold visible ASCII characters but no quote and no backslash; names are separated by one space"
)]
pub struct ScopeError;

impl ScopeSet {
    /// No scope at all.
    pub const EMPTY: Self = Self(None);

    /// Reads a space-separated list. A name that is given twice counts once; an
    /// empty text is the empty set.
    ///
    /// # Errors
    /// [`ScopeError`] when a character is not allowed or the list is too long.
    pub fn parse(text: &str) -> Result<Self, ScopeError> {
        if text.is_empty() {
            return Ok(Self::EMPTY);
        }
        let allowed = |b: u8| matches!(b, 0x20 | 0x21 | 0x23..=0x5b | 0x5d..=0x7e);
        if text.len() > LONGEST || !text.bytes().all(allowed) {
            return Err(ScopeError);
        }
        let mut names: Vec<&str> = Vec::with_capacity(8);
        let mut tidy = true;
        for name in text.split(' ') {
            if name.is_empty() || names.contains(&name) {
                tidy = false;
                continue;
            }
            names.push(name);
            if names.len() > MOST {
                return Err(ScopeError);
            }
        }
        if names.is_empty() {
            return Ok(Self::EMPTY);
        }
        Ok(Self(Some(if tidy { text.into() } else { names.join(" ").into() })))
    }

    /// The set with these names, each checked as in [`ScopeSet::parse`].
    ///
    /// # Errors
    /// [`ScopeError`] as there.
    pub fn from_names<'a>(names: impl IntoIterator<Item = &'a str>) -> Result<Self, ScopeError> {
        Self::parse(&names.into_iter().collect::<Vec<_>>().join(" "))
    }

    /// The names, in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.as_str().split(' ').filter(|name| !name.is_empty())
    }

    /// The list as the `scope` parameter writes it.
    pub fn as_str(&self) -> &str {
        self.0.as_deref().unwrap_or("")
    }

    /// True when no scope is in the set.
    pub const fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// True when `name` is in the set.
    pub fn contains(&self, name: &str) -> bool {
        self.iter().any(|mine| mine == name)
    }

    /// True when every name of this set is in `other`.
    pub fn is_within(&self, other: &Self) -> bool {
        self.iter().all(|name| other.contains(name))
    }

    /// The names of this set that are also in `other`, in this set's order.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        if self.is_within(other) {
            return self.clone();
        }
        let kept: Vec<&str> = self.iter().filter(|name| other.contains(name)).collect();
        Self(if kept.is_empty() { None } else { Some(kept.join(" ").into()) })
    }

    /// The names of both sets, this one's first.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        if other.is_within(self) {
            return self.clone();
        }
        let mut names: Vec<&str> = self.iter().collect();
        names.extend(other.iter().filter(|name| !self.contains(name)));
        Self(Some(names.join(" ").into()))
    }
}

impl PartialEq for ScopeSet {
    fn eq(&self, other: &Self) -> bool {
        self.is_within(other) && other.is_within(self)
    }
}

impl Eq for ScopeSet {}

impl fmt::Debug for ScopeSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.as_str())
    }
}

impl fmt::Display for ScopeSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for ScopeSet {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for ScopeSet {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(from)?).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(text: &str) -> ScopeSet {
        ScopeSet::parse(text).unwrap()
    }

    #[test]
    fn lists_are_read_as_sets() {
        for (text, expected) in
            [("", ""), ("a", "a"), ("a b", "a b"), ("b a b", "b a"), (" a  b ", "a b"), (" ", "")]
        {
            assert_eq!(set(text).as_str(), expected, "{text:?}");
        }
        assert_eq!(set("a b"), set("b a"));
        assert_ne!(set("a b"), set("a"));
    }

    #[test]
    fn forbidden_characters_are_refused() {
        // RFC 6749 §3.3: %x21 / %x23-5B / %x5D-7E
        for text in ["a\"b", "a\\b", "a\tb", "a\0", "ä", "a\nb", "\u{1f6a2}", "\u{7f}"] {
            assert_eq!(ScopeSet::parse(text), Err(ScopeError), "{text:?}");
        }
        assert!(ScopeSet::parse(&"x".repeat(4097)).is_err());
        assert!(
            ScopeSet::from_names(
                (0..201).map(|n| n.to_string()).collect::<Vec<_>>().iter().map(String::as_str)
            )
            .is_err()
        );
    }

    #[test]
    fn sets_meet_and_join() {
        assert_eq!(set("a b c").intersection(&set("c a")).as_str(), "a c");
        assert!(set("a").intersection(&set("b")).is_empty());
        assert_eq!(set("a b").union(&set("b c")).as_str(), "a b c");
        assert!(ScopeSet::EMPTY.is_within(&set("a")));
        assert!(!set("a").is_within(&ScopeSet::EMPTY));
        assert!(!set("crew_read").contains("crew"));
    }
}
