//! Access tokens from text back to values, whatever their form.
//!
//! A token that was read once says the same for ever, so the answer may be
//! remembered as long as its key is honoured. What changes is not asked here:
//! expiry, revocation, the client's and the owner's state, and whether the
//! audience is the one that is called.

use crate::refusal::Reason;
use crate::time::Timestamp;
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
}

impl Inspector {
    /// What the token says. Neither its expiry nor its audience are looked at.
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
        Err(refused)
    }
}

#[cfg(test)]
mod forged_tests;
#[cfg(test)]
mod tests;
