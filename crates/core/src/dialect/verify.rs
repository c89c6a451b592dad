//! Verifiers that a dialect file may name. They have parameters and are never
//! scripts.

use aws_lc_rs::{constant_time, hmac};
use base64::Engine;
use base64::prelude::{BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD};
use serde::Deserialize;

use crate::refusal::{Reason, Refusal};
use crate::time::{Timestamp, Ttl};

/// `hmac_timestamp`: a keyed hash of the time, made with the client's secret. Nothing
/// else is signed, so inside the window it can be shown again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HmacTimestamp {
    /// The parameter with the time: decimal Unix seconds.
    pub message: Box<str>,
    /// The parameter with the keyed hash.
    pub signature: Box<str>,
    /// The hash.
    pub hash: Hash,
    /// How the keyed hash is written.
    pub encoding: Encoding,
    /// How far the time may be from ours, before or after.
    pub skew: Ttl,
}

/// A hash function.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Hash {
    /// SHA-256.
    #[default]
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

/// How bytes are written as text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Encoding {
    /// Hexadecimal, in either case.
    #[default]
    Hex,
    /// RFC 4648 §4, padded or not.
    Base64,
    /// RFC 4648 §5, padded or not.
    Base64url,
}

impl HmacTimestamp {
    /// Checks a signature against each of a client's secrets. Takes the same time for
    /// a wrong signature as for a right one.
    ///
    /// # Errors
    /// [`Reason::SignatureWrong`] when no secret makes it or the time is no decimal
    /// number; [`Reason::SignatureExpired`] when it is right, but outside the window.
    pub fn verify<'s>(
        &self,
        secrets: impl IntoIterator<Item = &'s [u8]>,
        timestamp: &str,
        signature: &str,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let time = decimal(timestamp).ok_or(Reason::SignatureWrong)?;
        let shown = self.encoding.decode(signature).ok_or(Reason::SignatureWrong)?;
        let mut is_right = false;
        for secret in secrets {
            let key = hmac::Key::new(self.hash.algorithm(), secret);
            let made = hmac::sign(&key, timestamp.as_bytes());
            is_right |= constant_time::verify_slices_are_equal(made.as_ref(), &shown).is_ok();
        }
        if !is_right {
            return Err(Reason::SignatureWrong.into());
        }
        let apart = time.as_unix().abs_diff(now.as_unix());
        if apart > u64::from(self.skew.as_seconds()) {
            return Err(Reason::SignatureExpired.into());
        }
        Ok(())
    }
}

impl Hash {
    const fn algorithm(self) -> hmac::Algorithm {
        match self {
            Self::Sha256 => hmac::HMAC_SHA256,
            Self::Sha384 => hmac::HMAC_SHA384,
            Self::Sha512 => hmac::HMAC_SHA512,
        }
    }
}

impl Encoding {
    fn decode(self, text: &str) -> Option<Vec<u8>> {
        match self {
            Self::Hex => from_hex(text),
            Self::Base64 => BASE64_STANDARD_NO_PAD.decode(text.trim_end_matches('=')).ok(),
            Self::Base64url => BASE64_URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok(),
        }
    }
}

/// Seconds since 1970: digits and nothing else, no more than a year of 6 digits needs.
fn decimal(text: &str) -> Option<Timestamp> {
    let fits = (1..=15).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|_| fits).map(Timestamp::from_unix)
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|d| u8::try_from(d).ok());
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let byte = |[high, low]: &[u8; 2]| Some(digit(high)? << 4 | digit(low)?);
    if rest.is_empty() { pairs.iter().map(byte).collect() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_700_000_000;
    // printf 1700000000 | openssl dgst -sha256 -hmac secret
    const RIGHT: &str = "4b227f8831b3763d066901751ad4c583ed08832bf1924a4ec50c2e871b1e8586";

    fn verifier() -> HmacTimestamp {
        HmacTimestamp {
            message: "timestamp".into(),
            signature: "signature".into(),
            hash: Hash::Sha256,
            encoding: Encoding::Hex,
            skew: Ttl::from_seconds(60),
        }
    }

    fn check(secrets: &[&str], timestamp: &str, signature: &str, now: i64) -> Option<Reason> {
        let secrets = secrets.iter().map(|secret| secret.as_bytes());
        let now = Timestamp::from_unix(now);
        verifier().verify(secrets, timestamp, signature, now).err().map(|found| found.reason)
    }

    #[test]
    fn a_signature_holds_inside_its_window() {
        for now in [NOW - 60, NOW, NOW + 60] {
            assert_eq!(check(&["old", "secret"], "1700000000", RIGHT, now), None);
        }
        assert_eq!(check(&["secret"], "1700000000", &RIGHT.to_uppercase(), NOW), None);
        for now in [NOW - 61, NOW + 61, 0, i64::MAX] {
            let found = check(&["secret"], "1700000000", RIGHT, now);
            assert_eq!(found, Some(Reason::SignatureExpired), "{now}");
        }
    }

    #[test]
    fn whatever_else_is_wrong() {
        let long = "1".repeat(400);
        for (secret, timestamp, signature) in [
            ("other", "1700000000", RIGHT),
            ("secret", "1700000001", RIGHT),
            ("secret", "01700000000", RIGHT),
            ("secret", "+1700000000", RIGHT),
            ("secret", "1.7e9", RIGHT),
            ("secret", "", RIGHT),
            ("secret", &long, RIGHT),
            ("secret", "1700000000", ""),
            ("secret", "1700000000", &RIGHT[1..]),
            ("secret", "1700000000", &RIGHT[2..]),
            ("secret", "1700000000", "zz"),
        ] {
            let found = check(&[secret], timestamp, signature, NOW);
            assert_eq!(found, Some(Reason::SignatureWrong), "{timestamp} {signature}");
        }
        assert_eq!(check(&[], "1700000000", RIGHT, NOW), Some(Reason::SignatureWrong));
    }
}
