//! What a stored refresh token looks like. All of it is random: what it stands for is
//! in the store, under its keyed hash.

use crate::secret::{Entropy, HashKey, Secret, SecretHash};
use crate::token::format::Alphabet;

/// The fewest random bits that a refresh token may carry (RFC 6749 §10.10).
pub const LEAST_BITS: usize = 128;

/// The form of a stored refresh token, as a dialect has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefreshFormat {
    /// What every token begins with; may be empty.
    pub prefix: Box<str>,
    /// How many random characters follow the prefix.
    pub length: usize,
    /// The characters that are drawn.
    pub alphabet: Alphabet,
}

impl RefreshFormat {
    /// True when a token of this form carries at least [`LEAST_BITS`] random bits.
    pub const fn is_strong(&self) -> bool {
        // Six bits, 5.95 and four.
        let hundredths = match self.alphabet {
            Alphabet::Base64url => 600,
            Alphabet::Alphanumeric => 595,
            Alphabet::Hex => 400,
        };
        self.length.saturating_mul(hundredths) >= LEAST_BITS * 100
    }

    /// A new token. To be shown once and hashed.
    pub fn generate(&self, entropy: &dyn Entropy) -> Secret<String> {
        let characters = characters(self.alphabet);
        let mut text = String::with_capacity(self.prefix.len() + self.length);
        text.push_str(&self.prefix);
        for _ in 0..self.length {
            // Of 2³² numbers no character gets more than one too many per 2²⁶.
            let mut random = [0; 4];
            entropy.fill(&mut random);
            let drawn = usize::try_from(u32::from_be_bytes(random)).unwrap_or(0) % characters.len();
            text.push(characters.get(drawn).copied().map_or('0', char::from));
        }
        Secret::new(text)
    }
}

/// What the store keeps of a refresh token, and finds it by: the same keyed hash as
/// of client secrets.
pub fn hash(token: &str, key: &HashKey) -> SecretHash {
    key.hash(token.as_bytes())
}

const fn characters(alphabet: Alphabet) -> &'static [u8] {
    const ALL: &[u8; 64] = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_";
    let count = match alphabet {
        Alphabet::Base64url => 64,
        Alphabet::Alphanumeric => 62,
        Alphabet::Hex => 16,
    };
    ALL.split_at(count).0
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    fn format(length: usize, alphabet: Alphabet) -> RefreshFormat {
        RefreshFormat { prefix: "rt_".into(), length, alphabet }
    }

    #[test]
    fn every_character_of_the_alphabet_is_drawn_and_no_other() {
        let count = AtomicU32::new(0);
        let counting = |bytes: &mut [u8]| {
            bytes.copy_from_slice(&count.fetch_add(1, Ordering::Relaxed).to_be_bytes());
        };
        for (alphabet, size) in
            [(Alphabet::Base64url, 64), (Alphabet::Alphanumeric, 62), (Alphabet::Hex, 16)]
        {
            let text = format(640, alphabet).generate(&counting);
            let drawn = text.expose().strip_prefix("rt_").unwrap();
            assert_eq!(drawn.len(), 640);
            let allowed = |c: char| match alphabet {
                Alphabet::Base64url => c.is_ascii_alphanumeric() || c == '-' || c == '_',
                Alphabet::Alphanumeric => c.is_ascii_alphanumeric(),
                Alphabet::Hex => c.is_ascii_digit() || ('a'..='f').contains(&c),
            };
            assert!(drawn.chars().all(allowed), "{drawn}");
            assert_eq!(drawn.chars().collect::<BTreeSet<_>>().len(), size);
        }
    }

    #[test]
    fn short_tokens_are_weak() {
        for (length, alphabet, strong) in [
            (31, Alphabet::Hex, false),
            (32, Alphabet::Hex, true),
            (21, Alphabet::Alphanumeric, false),
            (22, Alphabet::Alphanumeric, true),
            (21, Alphabet::Base64url, false),
            (22, Alphabet::Base64url, true),
            (0, Alphabet::Hex, false),
            (usize::MAX, Alphabet::Hex, true),
        ] {
            assert_eq!(format(length, alphabet).is_strong(), strong, "{length} {alphabet:?}");
        }
    }
}
