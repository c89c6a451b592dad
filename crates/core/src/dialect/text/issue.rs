//! `[issue]` as types.

use std::fmt;

use serde::Deserialize;
use serde::de::{self, Deserializer, Visitor};
use toml::Spanned;

use crate::time::Ttl;
use crate::token::format::{Algorithm, Alphabet};

/// `[issue]`: what tokens look like, where the service says nothing else.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IssueText {
    /// Access tokens.
    pub access: Option<Spanned<AccessText>>,
    /// Refresh tokens; without it there are none.
    pub refresh: Option<Spanned<RefreshText>>,
}

/// `access = { … }`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccessText {
    /// `jwt` or `sealed`; the service's own if nothing is said.
    pub format: Option<AccessFormat>,
    /// What every sealed token begins with.
    pub prefix: Option<Spanned<String>>,
    /// How many characters every sealed token has, the prefix included.
    pub length: Option<Spanned<usize>>,
    /// The characters of a sealed token.
    pub alphabet: Option<Spanned<Alphabet>>,
    /// How a JWT is signed.
    pub algorithm: Option<Spanned<Algorithm>>,
    /// How long it lives.
    pub ttl: Option<Spanned<Ttl>>,
    /// True when a client that asks again is given the token that it has.
    #[serde(default)]
    pub shared: bool,
}

/// A form of access tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AccessFormat {
    /// Signed; anybody can read it.
    Jwt,
    /// Opaque, and no row is stored for it.
    Sealed,
}

/// `refresh = { … }`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefreshText {
    /// `sealed` or `stored`.
    pub format: RefreshFormatWord,
    /// What every one begins with.
    #[serde(default)]
    pub prefix: Option<Spanned<String>>,
    /// How many characters every one has, the prefix included.
    pub length: Option<Spanned<usize>>,
    /// The characters behind the prefix.
    #[serde(default)]
    pub alphabet: Alphabet,
    /// How long it lives, or `never` for one that does not end.
    pub ttl: Spanned<LifeText>,
    /// True when every use gives another and ends this one.
    pub rotate: Spanned<bool>,
}

/// A form of refresh tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RefreshFormatWord {
    /// It says by itself what it is for.
    Sealed,
    /// It is random, and its hash is stored.
    Stored,
}

/// A duration, or `never`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LifeText(pub Option<Ttl>);

impl<'de> Deserialize<'de> for LifeText {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_str(DurationOrNever)
    }
}

struct DurationOrNever;

impl Visitor<'_> for DurationOrNever {
    type Value = LifeText;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a duration such as \"10m\", or \"never\" for a token that does not end")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<LifeText, E> {
        match text {
            "never" => Ok(LifeText(None)),
            text => text.parse().map(|ttl| LifeText(Some(ttl))).map_err(E::custom),
        }
    }
}
