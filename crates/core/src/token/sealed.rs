//! Sealed access tokens: opaque outside, self-contained inside, no row stored.
//!
//! A token is its service's prefix and then, in the service's alphabet,
//!
//! ```text
//! key id (4 bytes) | nonce (12) | AES-256-GCM-SIV of the record | tag (16)
//! ```
//!
//! What is sealed begins with a version byte (see [`layout`]). The prefix and the
//! alphabet are bound into the seal: a token has one spelling and opens in no
//! other. GCM-SIV (RFC 8452) is chosen because every node draws its nonces at
//! random: a nonce that comes twice costs nothing but the fact that two tokens
//! are equal.

pub mod layout;
pub mod spelling;

use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

use crate::refusal::Reason;
use crate::secret::Entropy;
use crate::token::format::Alphabet;
use crate::token::mint::MintError;
use crate::token::record::AccessToken;

/// The longest sealed token that is made or looked at, in characters, prefix included.
pub const LONGEST: usize = 4096;

/// The length of a sealing key's id, in bytes.
pub const KEY_ID_LEN: usize = 4;

/// The length of a sealing key, in bytes.
pub const SEALING_KEY_LEN: usize = 32;

const TAG_LEN: usize = 16;
const HEAD_LEN: usize = KEY_ID_LEN + NONCE_LEN;

/// A sealing key, ready for use.
#[derive(Debug)]
pub struct SealingKey {
    id: [u8; KEY_ID_LEN],
    key: LessSafeKey,
}

impl SealingKey {
    /// The key with this id (8 lower-case hexadecimal digits) and these 32 bytes;
    /// `None` if either is something else.
    pub fn new(kid: &str, private: &[u8]) -> Option<Self> {
        let id = spelling::decode(Alphabet::Hex, kid)?.try_into().ok()?;
        let key = UnboundKey::new(&AES_256_GCM_SIV, private).ok().map(LessSafeKey::new)?;
        Some(Self { id, key })
    }

    /// The key's id, as it stands in every token.
    pub const fn id(&self) -> [u8; KEY_ID_LEN] {
        self.id
    }

    /// Writes `token` sealed.
    ///
    /// # Errors
    /// [`MintError::TooLong`] when it would be longer than [`LONGEST`] characters,
    /// [`MintError::Crypto`] when the crypto library fails.
    pub fn seal(
        &self,
        token: &AccessToken,
        prefix: &str,
        alphabet: Alphabet,
        entropy: &dyn Entropy,
    ) -> Result<String, MintError> {
        let mut nonce = [0; NONCE_LEN];
        entropy.fill(&mut nonce);
        let mut bytes = Vec::with_capacity(HEAD_LEN + layout::len(token) + TAG_LEN);
        bytes.extend_from_slice(&self.id);
        bytes.extend_from_slice(&nonce);
        layout::write(token, &mut bytes).ok_or(MintError::TooLong)?;
        let nonce = Nonce::assume_unique_for_key(nonce);
        let clear = bytes.get_mut(HEAD_LEN..).ok_or(MintError::Crypto)?;
        let tag = self.key.seal_in_place_separate_tag(nonce, binding(prefix, alphabet), clear);
        bytes.extend_from_slice(tag.map_err(|_| MintError::Crypto)?.as_ref());
        let length = prefix.len() + spelling::encoded_len(alphabet, bytes.len());
        if length > LONGEST {
            return Err(MintError::TooLong);
        }
        let mut text = String::with_capacity(length);
        text.push_str(prefix);
        spelling::encode(alphabet, &bytes, &mut text);
        Ok(text)
    }
}

/// Reads a sealed token. `find` gives the key with an id, if we (still) have one.
/// The expiry is not looked at.
///
/// # Errors
/// [`Reason::TokenMalformed`] for a text that is not of this form,
/// [`Reason::TokenForged`] when we have no such key or the seal does not fit.
pub fn open<'k>(
    text: &str,
    prefix: &str,
    alphabet: Alphabet,
    find: impl FnOnce([u8; KEY_ID_LEN]) -> Option<&'k SealingKey>,
) -> Result<AccessToken, Reason> {
    if text.len() > LONGEST {
        return Err(Reason::TokenMalformed);
    }
    let sealed = text.strip_prefix(prefix).ok_or(Reason::TokenMalformed)?;
    let mut bytes = spelling::decode(alphabet, sealed).ok_or(Reason::TokenMalformed)?;
    let (id, rest) = bytes.split_first_chunk_mut().ok_or(Reason::TokenMalformed)?;
    let (nonce, sealed) = rest.split_first_chunk_mut().ok_or(Reason::TokenMalformed)?;
    if sealed.len() <= TAG_LEN {
        return Err(Reason::TokenMalformed);
    }
    let key = find(*id).ok_or(Reason::TokenForged)?;
    let clear = key
        .key
        .open_in_place(Nonce::assume_unique_for_key(*nonce), binding(prefix, alphabet), sealed)
        .map_err(|_| Reason::TokenForged)?;
    layout::read(clear).ok_or(Reason::TokenMalformed)
}

/// What is authenticated beside the record: the prefix and the alphabet.
fn binding(prefix: &str, alphabet: Alphabet) -> Aad<Vec<u8>> {
    let mut bytes = Vec::with_capacity(1 + prefix.len());
    bytes.push(match alphabet {
        Alphabet::Base64url => 1,
        Alphabet::Alphanumeric => 2,
        Alphabet::Hex => 3,
    });
    bytes.extend_from_slice(prefix.as_bytes());
    Aad::from(bytes)
}

#[cfg(test)]
mod tests;
