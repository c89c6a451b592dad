//! `[issue]`: what a dialect's tokens look like and how long they live, where the
//! service itself says nothing else.

use crate::connection::refresh_format::RefreshFormat as StoredFormat;
use crate::time::Ttl;
use crate::token::compact::Form;
use crate::token::format::TokenFormat;

/// The longest life of a token that says by itself what it is for: access tokens, and
/// sealed refresh tokens. For so long an end of one is kept.
pub const LONGEST_LIFE: Ttl = Ttl::from_hours(30 * 24);

/// `[issue]`, checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Issue {
    /// Access tokens.
    pub access: AccessIssue,
    /// Refresh tokens; none if the dialect knows none.
    pub refresh: Option<RefreshIssue>,
}

/// How access tokens look.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccessIssue {
    /// Their form, unless the service has its own.
    pub format: Option<TokenFormat>,
    /// How long they live, unless the service has its own life for them.
    pub ttl: Option<Ttl>,
    /// True when a client that asks again is given the token that it has, until that
    /// expires.
    pub shared: bool,
}

/// How refresh tokens look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefreshIssue {
    /// Their form.
    pub format: RefreshForm,
    /// How long they live; without an end if there is none.
    pub ttl: Option<Ttl>,
    /// True when every use gives another and ends this one.
    pub rotate: bool,
    /// True when a granted token request is answered with one. (A connector's redirect
    /// always is.)
    pub in_reply: bool,
}

/// The form of a refresh token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RefreshForm {
    /// It says by itself what it is for; no row is stored for it.
    Sealed(Form),
    /// It is random, and its hash is stored.
    Stored(StoredFormat),
}
