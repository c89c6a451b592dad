//! What an access token says, whatever it looks like from outside.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::oauth::scope::ScopeSet;
use crate::org::owner::Owner;
use crate::secret::Entropy;
use crate::text_id::{ClientId, OrganizationId};
use crate::time::Timestamp;
use crate::token::family::FamilyId;

/// The API that a token is for (RFC 8707 §2, RFC 9068 §3): an absolute URI, the
/// same for all services that share it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Audience(Arc<str>);

impl Audience {
    /// An audience as it is configured.
    pub fn new(text: &str) -> Self {
        Self(text.into())
    }

    /// The audience as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Audience {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The id of one access token (`jti`, RFC 7519 §4.1.7): 128 random bits. A
/// revocation names it, so it is written in logs but opens nothing.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TokenId(pub [u8; 16]);

impl TokenId {
    /// A new id.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        let mut bytes = [0; 16];
        entropy.fill(&mut bytes);
        Self(bytes)
    }

    /// The id as 32 lower-case hexadecimal digits, on the stack.
    pub fn to_hex(self) -> [u8; 32] {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut out = [0; 32];
        for (pair, byte) in out.chunks_exact_mut(2).zip(self.0) {
            if let [high, low] = pair {
                *high = DIGITS.get(usize::from(byte >> 4)).copied().unwrap_or(b'0');
                *low = DIGITS.get(usize::from(byte & 15)).copied().unwrap_or(b'0');
            }
        }
        out
    }

    /// Reads [`TokenId::to_hex`] back; `None` for anything else.
    pub fn from_hex(text: &str) -> Option<Self> {
        let mut bytes = [0; 16];
        let text = text.as_bytes();
        if text.len() != 32 {
            return None;
        }
        for (byte, pair) in bytes.iter_mut().zip(text.chunks_exact(2)) {
            let [high, low] = pair else { return None };
            *byte = nibble(*high)? << 4 | nibble(*low)?;
        }
        Some(Self(bytes))
    }
}

const fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

impl fmt::Display for TokenId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(std::str::from_utf8(&self.to_hex()).unwrap_or_default())
    }
}

impl fmt::Debug for TokenId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// What an access token says. The rights are not in it: whom the owner reaches
/// and whether the client is enabled are looked up when the token is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessToken {
    /// `jti`.
    pub id: TokenId,
    /// What it stands and falls together with: the connection, or the line of
    /// refreshes, that it comes from.
    pub family: Option<FamilyId>,
    /// `client_id`, and `sub` as well (RFC 9068 §2.2).
    pub client_id: ClientId,
    /// For whom it acts: the client's owner, or the person whose connection it is.
    pub owner: Owner,
    /// `aud`.
    pub audience: Audience,
    /// `scope`: what was granted. What counts is this and what the client has now.
    pub scope: ScopeSet,
    /// The one organization that the token is for, where a dialect narrows it.
    pub organization: Option<OrganizationId>,
    /// `iat`.
    pub issued_at: Timestamp,
    /// `exp`: from this moment on the token is refused.
    pub expires_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_written_as_hex_and_read_back() {
        let id = TokenId([0, 1, 0x7f, 0xab, 0xff, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);
        assert_eq!(id.to_string(), "00017fabff05060708090a0b0c0d0e0f");
        assert_eq!(TokenId::from_hex(&id.to_string()), Some(id));
        for bad in
            ["", "0", "00017fabff05060708090a0b0c0d0e0", "00017FABff05060708090a0b0c0d0e0f", "é"]
        {
            assert_eq!(TokenId::from_hex(bad), None, "{bad}");
        }
    }
}
