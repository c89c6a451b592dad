//! Verifying keys, and the strict reading of a signed access token (RFC 9068 §4,
//! RFC 8725). A guard in another process needs nothing but a key set.
//!
//! Order matters: the length first, then the header, then the key, then the
//! signature; no claim is looked at before the signature fits. The header must
//! hold exactly `typ`, `alg` and `kid`: `crit`, `b64`, `jku`, `jwk`, `x5u`,
//! `x5c`, `zip`, `p2c` and any other member is refused, not passed over.

use std::borrow::Cow;

use aws_lc_rs::signature::ParsedPublicKey;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::Value;

use crate::refusal::Reason;
use crate::time::Timestamp;
use crate::token::format::Algorithm;
use crate::token::jwt::jwk::{Jwk, JwkError};
use crate::token::jwt::{LONGEST, claims};
use crate::token::record::AccessToken;

/// The longest header, in bytes of JSON. Ours have about 90.
const LONGEST_HEADER: usize = 512;

/// Room for any signature we verify: RSA with 8192 bits.
const LONGEST_SIGNATURE: usize = 1024;

/// A public key, parsed once.
#[derive(Debug)]
pub struct VerifyingKey {
    jwk: Jwk,
    parsed: ParsedPublicKey,
}

impl VerifyingKey {
    /// The key of a parsed JSON Web Key.
    ///
    /// # Errors
    /// [`JwkError::Numbers`] when its numbers make no key.
    pub fn new(jwk: Jwk) -> Result<Self, JwkError> {
        let parsed = jwk.parse()?;
        Ok(Self { jwk, parsed })
    }

    /// The key in a JSON Web Key (RFC 7517 §4).
    ///
    /// # Errors
    /// [`JwkError`] when it is no public key for one of our algorithms.
    pub fn from_jwk(value: &Value) -> Result<Self, JwkError> {
        Self::new(Jwk::read(value)?)
    }

    /// The key's id.
    pub fn kid(&self) -> &str {
        self.jwk.kid()
    }

    /// The one algorithm that this key verifies.
    pub const fn algorithm(&self) -> Algorithm {
        self.jwk.algorithm()
    }

    /// The key as it is published.
    pub const fn jwk(&self) -> &Jwk {
        &self.jwk
    }

    fn is_signed(&self, message: &[u8], signature: &[u8]) -> bool {
        // The library takes signatures of the algorithm's exact length only: for
        // ES256 two numbers of 32 bytes, neither of them zero (RFC 7518 §3.4).
        self.parsed.verify_sig(message, signature).is_ok()
    }
}

/// The keys of a published key set.
#[derive(Debug, Default)]
pub struct PublicKeys(Vec<VerifyingKey>);

impl PublicKeys {
    /// The keys of a JSON Web Key Set (RFC 7517 §5). Keys of a kind that we do
    /// not use are passed over, as that section asks.
    ///
    /// # Errors
    /// [`JwkError::NoSet`] when the text is no key set, [`JwkError::Twice`] when
    /// two usable keys have one id.
    pub fn from_jwks(text: &str) -> Result<Self, JwkError> {
        let set: Value = serde_json::from_str(text).map_err(|_| JwkError::NoSet)?;
        let listed = set.get("keys").and_then(Value::as_array).ok_or(JwkError::NoSet)?;
        let mut keys: Vec<VerifyingKey> = Vec::with_capacity(listed.len());
        for key in listed.iter().filter_map(|value| VerifyingKey::from_jwk(value).ok()) {
            if keys.iter().any(|other| other.kid() == key.kid()) {
                return Err(JwkError::Twice);
            }
            keys.push(key);
        }
        Ok(Self(keys))
    }

    /// The key with this id.
    pub fn verifying(&self, kid: &str) -> Option<&VerifyingKey> {
        self.0.iter().find(|key| key.kid() == kid)
    }

    /// True when no usable key is in the set.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Reads a signed access token. `find` gives the live key with an id. Neither
/// expiry nor audience are looked at: the caller does that at every use, also of
/// a token that it remembers.
///
/// # Errors
/// [`Reason::TokenMalformed`] when the text is not of the form that this server
/// writes; [`Reason::TokenForged`] when the key is not ours, the algorithm is not
/// the key's (`none` included), the signature does not fit, or the issuer is another.
pub fn verify<'k>(
    text: &str,
    issuer: &str,
    now: Timestamp,
    find: impl FnOnce(&str) -> Option<&'k VerifyingKey>,
) -> Result<AccessToken, Reason> {
    if text.len() > LONGEST {
        return Err(Reason::TokenMalformed);
    }
    let (signed, signature) = text.rsplit_once('.').ok_or(Reason::TokenMalformed)?;
    let (header, payload) = signed.split_once('.').ok_or(Reason::TokenMalformed)?;
    if payload.contains('.') {
        return Err(Reason::TokenMalformed);
    }
    let key = choose_key(header, find)?;
    let mut space = [0; LONGEST_SIGNATURE];
    let signature = decode(signature, &mut space).ok_or(Reason::TokenMalformed)?;
    if !key.is_signed(signed.as_bytes(), signature) {
        return Err(Reason::TokenForged);
    }
    let json = URL_SAFE_NO_PAD.decode(payload).map_err(|_| Reason::TokenMalformed)?;
    claims::read(&json, issuer, now)
}

/// The header (RFC 7515 §4). A member that is unknown, missing, doubled or no
/// string is refused.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Header<'a> {
    #[serde(borrow)]
    typ: Cow<'a, str>,
    #[serde(borrow)]
    alg: Cow<'a, str>,
    #[serde(borrow)]
    kid: Cow<'a, str>,
}

fn choose_key<'k>(
    header: &str,
    find: impl FnOnce(&str) -> Option<&'k VerifyingKey>,
) -> Result<&'k VerifyingKey, Reason> {
    let mut space = [0; LONGEST_HEADER];
    let json = decode(header, &mut space).ok_or(Reason::TokenMalformed)?;
    // serde would also take the members' values as a list.
    if json.first() != Some(&b'{') {
        return Err(Reason::TokenMalformed);
    }
    let header: Header<'_> = serde_json::from_slice(json).map_err(|_| Reason::TokenMalformed)?;
    // RFC 9068 §4; media types know no case (RFC 2045 §5.1).
    let typ = header.typ.as_ref();
    if !typ.eq_ignore_ascii_case("at+jwt") && !typ.eq_ignore_ascii_case("application/at+jwt") {
        return Err(Reason::TokenMalformed);
    }
    let key = find(&header.kid).ok_or(Reason::TokenForged)?;
    // RFC 8725 §3.1: the key says how it is used; the header may only agree.
    if header.alg != key.algorithm().as_str() {
        return Err(Reason::TokenForged);
    }
    Ok(key)
}

/// Reads base64url without padding, in its one spelling, into `space`; `None`
/// when it is none or too long.
fn decode<'a>(text: &str, space: &'a mut [u8]) -> Option<&'a [u8]> {
    let length = URL_SAFE_NO_PAD.decode_slice(text, space).ok()?;
    space.get(..length)
}

#[cfg(test)]
mod tests;
