//! Access tokens from text back to values, whatever their form.
//!
//! A token that was read once says the same for ever, so the answer may be
//! remembered as long as its key is honoured. What changes is not asked here:
//! expiry, revocation, the client's and the owner's state, and whether the
//! audience is the one that is called.

use crate::refusal::Reason;
use crate::time::Timestamp;
use crate::token::compact::{Access, Form, Refresh};
use crate::token::format::Alphabet;
use crate::token::jwt::verify::verify;
use crate::token::key_ring::KeyRing;
use crate::token::record::AccessToken;
use crate::token::sealed;

/// The forms of token that an installation knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inspector {
    /// The issuer that must stand in a JWT, compared exactly (RFC 9068 §4).
    pub issuer: Box<str>,
    /// The prefix and the alphabet of every sealed form. A prefix may be empty
    /// and may begin another one: the seal decides.
    pub sealed: Vec<(Box<str>, Alphabet)>,
    /// Every compact form of access tokens.
    pub compact: Vec<Form>,
    /// Every compact form of refresh tokens.
    pub refresh: Vec<Form>,
}

impl Inspector {
    /// What a signed or sealed token says. Neither its expiry nor its audience are
    /// looked at.
    ///
    /// # Errors
    /// [`Reason::TokenMalformed`] when the text is no token that this server could
    /// have made, [`Reason::TokenForged`] when it looks like one and its key,
    /// signature, seal or issuer is not ours.
    pub fn inspect(
        &self,
        text: &str,
        keys: &KeyRing,
        now: Timestamp,
    ) -> Result<AccessToken, Reason> {
        // No alphabet has a dot, and every JWT has two.
        let mut refused = Reason::TokenMalformed;
        for (prefix, alphabet) in &self.sealed {
            if text.strip_prefix(&**prefix).is_none_or(|rest| rest.contains('.')) {
                continue;
            }
            match sealed::open(text, prefix, *alphabet, |id| keys.opening(id, now)) {
                Ok(token) => return Ok(token),
                Err(Reason::TokenMalformed) => {}
                Err(reason) => refused = reason,
            }
        }
        if text.contains('.') {
            return verify(text, &self.issuer, now, |kid| keys.verifying(kid, now));
        }
        if self.compact.iter().any(|form| form.is_like(text)) {
            refused = Reason::TokenForged;
        }
        Err(refused)
    }

    /// What a compact token holds, whose claims are still to be found by their number;
    /// `None` for a token of another form. Its expiry is not looked at.
    pub fn open_compact(&self, text: &str, keys: &KeyRing, now: Timestamp) -> Option<Access> {
        let forms = self.compact.iter().filter(|form| form.is_like(text));
        let mut tries = forms.flat_map(|form| keys.compacts(now).map(move |key| (key, form)));
        tries.find_map(|(key, form)| key.open_access(text, form))
    }

    /// What a compact refresh token holds; `None` for another text.
    pub fn open_refresh(&self, text: &str, keys: &KeyRing, now: Timestamp) -> Option<Refresh> {
        let forms = self.refresh.iter().filter(|form| form.is_like(text));
        let mut tries = forms.flat_map(|form| keys.compacts(now).map(move |key| (key, form)));
        tries.find_map(|(key, form)| key.open_refresh(text, form))
    }
}

#[cfg(test)]
mod forged_tests;
#[cfg(test)]
mod tests;
