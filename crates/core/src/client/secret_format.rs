//! What a generated client secret looks like:
//! `prs_` + 44 letters and digits (256 random bits) + 6 of checksum.
//!
//! The prefix lets secret scanners find one that leaked into a repository, and
//! the checksum lets them (and us) tell a secret from a look-alike without asking
//! anybody. Only letters, digits and `_`: the same whether or not a client
//! library form-encodes it before base64 (RFC 6749 §2.3.1).

use aws_lc_rs::digest;

use crate::secret::{Entropy, Secret, base62};

/// What every generated client secret begins with.
pub const PREFIX: &str = "prs_";
const RANDOM_CHARACTERS: usize = 44;
const CHECKSUM_CHARACTERS: usize = 6;

/// A new secret of 256 random bits. To be shown once and hashed.
pub fn generate(entropy: &dyn Entropy) -> Secret<String> {
    let mut bytes = [0; 32];
    entropy.fill(&mut bytes);
    let mut text = String::with_capacity(PREFIX.len() + RANDOM_CHARACTERS + CHECKSUM_CHARACTERS);
    text.push_str(PREFIX);
    base62::encode(&bytes, &mut text);
    let sum = checksum(&text);
    text.push_str(&sum);
    Secret::new(text)
}

/// True when the text has the form of a generated secret and its checksum fits.
/// Says nothing about whether a client has it.
pub fn is_well_formed(text: &str) -> bool {
    let Some(at) = text.len().checked_sub(CHECKSUM_CHARACTERS) else { return false };
    let (Some(body), Some(sum)) = (text.get(..at), text.get(at..)) else { return false };
    let random = body.strip_prefix(PREFIX);
    random.is_some_and(|random| {
        random.len() == RANDOM_CHARACTERS && base62::decode(random.as_bytes()).is_some()
    }) && checksum(body) == sum
}

/// The last four characters of a secret: what is kept to tell two apart.
pub fn hint(text: &str) -> &str {
    text.len().checked_sub(4).and_then(|at| text.get(at..)).unwrap_or_default()
}

/// Four bytes of SHA-256 over prefix and random part, in base62.
fn checksum(body: &str) -> String {
    let hash = digest::digest(&digest::SHA256, body.as_bytes());
    let mut text = String::with_capacity(CHECKSUM_CHARACTERS);
    base62::encode(hash.as_ref().get(..4).unwrap_or_default(), &mut text);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_can_be_told_from_a_look_alike() {
        let secret = generate(&|bytes: &mut [u8]| bytes.fill(0x5a));
        let text = secret.expose();
        assert_eq!(text.len(), 54);
        assert!(is_well_formed(text));
        assert!(text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'));
        for at in PREFIX.len()..text.len() {
            let mut wrong = text.clone().into_bytes();
            wrong[at] = if wrong[at] == b'0' { b'1' } else { b'0' };
            assert!(!is_well_formed(&String::from_utf8(wrong).unwrap()), "{at}");
        }
        for wrong in ["", "prs_", "ä", "prs_ääääää", &text[1..], &text[..53]] {
            assert!(!is_well_formed(wrong), "{wrong}");
        }
    }
}
