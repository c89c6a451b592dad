//! How a service wants its access tokens to look.

use serde::{Deserialize, Serialize};

use crate::token::compact::Form;

/// The signature algorithms (RFC 7518 §3.1, RFC 8037 §3.1). `none` and the
/// symmetric ones do not exist here, so they cannot be chosen by mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Algorithm {
    /// ECDSA on P-256 with SHA-256: the default, small and fast.
    ES256,
    /// Ed25519.
    EdDSA,
    /// RSA PKCS #1 v1.5 with SHA-256, 2048 bits: what older clients expect.
    RS256,
    /// RSA PSS with SHA-256, 2048 bits.
    PS256,
}

impl Algorithm {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::ES256, Self::EdDSA, Self::RS256, Self::PS256];

    /// The registered name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ES256 => "ES256",
            Self::EdDSA => "EdDSA",
            Self::RS256 => "RS256",
            Self::PS256 => "PS256",
        }
    }

    /// The algorithm with exactly this registered name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.as_str() == name)
    }
}

/// The characters that a sealed token is written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Alphabet {
    /// `A-Z a-z 0-9 - _`: the shortest.
    #[default]
    Base64url,
    /// `A-Z a-z 0-9`.
    Alphanumeric,
    /// `0-9 a-f`.
    Hex,
}

/// The form of an access token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenFormat {
    /// A signed JWT (RFC 9068): anybody with the JWKS can check it.
    Jwt(Algorithm),
    /// A sealed opaque token: only Portreeve can read it, and nobody can tell
    /// anything from it. No row is stored for it.
    Sealed {
        /// What every token begins with, such as `at_`; may be empty.
        prefix: Box<str>,
        /// The characters after the prefix.
        alphabet: Alphabet,
    },
    /// An opaque token of an exact length. What it says is kept once for all tokens
    /// that say the same ([`crate::token::claims`]); see [`crate::token::compact`].
    Compact(Form),
}
