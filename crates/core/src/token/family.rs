//! What tokens stand and fall together with.

use std::fmt;

use crate::secret::Entropy;
use crate::token::record::TokenId;

/// The id of a family of tokens: a connection's, or that of one line of refreshes.
/// Whoever ends the family ends every token of it. Opens nothing by itself.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FamilyId(pub [u8; 16]);

impl FamilyId {
    /// A new id of 128 random bits.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        Self(TokenId::generate(entropy).0)
    }

    /// The id under which the family is revoked: revocations are kept per 16 bytes,
    /// whether these are one token's or a family's.
    pub const fn token_id(self) -> TokenId {
        TokenId(self.0)
    }

    /// The id as 32 lower-case hexadecimal digits, on the stack.
    pub fn to_hex(self) -> [u8; 32] {
        self.token_id().to_hex()
    }

    /// Reads [`FamilyId::to_hex`] back; `None` for anything else.
    pub fn from_hex(text: &str) -> Option<Self> {
        TokenId::from_hex(text).map(|id| Self(id.0))
    }
}

impl fmt::Display for FamilyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.token_id(), f)
    }
}

impl fmt::Debug for FamilyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_are_written_and_revoked_as_tokens_are() {
        let family = FamilyId::generate(&|bytes: &mut [u8]| bytes.fill(0x1e));
        assert_eq!(family.to_string(), "1e".repeat(16));
        assert_eq!(FamilyId::from_hex(&family.to_string()), Some(family));
        assert_eq!(FamilyId::from_hex("1E"), None);
        assert_eq!(family.token_id(), TokenId([0x1e; 16]));
    }
}
