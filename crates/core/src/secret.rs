//! Secrets that cannot be printed, their keyed hashes, and the source of
//! randomness as a parameter.

pub mod base62;

use std::fmt;

use aws_lc_rs::{constant_time, hkdf, hmac};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// A source of randomness. The server's is the operating system's; a test's is
/// a seed. A closure will do.
pub trait Entropy: Send + Sync {
    /// Fills `bytes` with unpredictable values.
    fn fill(&self, bytes: &mut [u8]);
}

impl<F: Fn(&mut [u8]) + Send + Sync> Entropy for F {
    fn fill(&self, bytes: &mut [u8]) {
        self(bytes);
    }
}

/// A value that may be used but never shown: `Debug` prints `[secret]`, there is
/// no `Display`, and the memory is wiped when it is dropped.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Secret<T: Zeroize>(T);

impl<T: Zeroize> Secret<T> {
    /// Wraps a secret value.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value itself. Every call is a place to look at in a review.
    pub const fn expose(&self) -> &T {
        &self.0
    }
}

impl<T: Zeroize> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

/// A keyed hash (HMAC-SHA256) of a generated secret: what the store keeps.
/// Compared in constant time.
#[derive(Clone, Copy)]
pub struct SecretHash([u8; 32]);

impl SecretHash {
    /// A hash as the store gave it back.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes to store.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl PartialEq for SecretHash {
    fn eq(&self, other: &Self) -> bool {
        constant_time::verify_slices_are_equal(&self.0, &other.0).is_ok()
    }
}

impl Eq for SecretHash {}

impl fmt::Debug for SecretHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret hash]")
    }
}

/// The master key of an installation: 32 random bytes that never leave the node.
/// Every other key is derived from it or sealed under it.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct MasterKey([u8; 32]);

impl MasterKey {
    /// A master key from its 32 bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// A new master key.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        let mut bytes = [0; 32];
        entropy.fill(&mut bytes);
        Self(bytes)
    }

    /// The bytes, for the one file that keeps them.
    pub const fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// A key for one purpose (HKDF-SHA256, RFC 5869). Different purposes give
    /// unrelated keys.
    pub fn derive(&self, purpose: &str) -> [u8; 32] {
        let mut key = [0; 32];
        let extracted = hkdf::Salt::new(hkdf::HKDF_SHA256, b"portreeve/1").extract(&self.0);
        let info = [purpose.as_bytes()];
        // Expanding 32 bytes cannot fail: HKDF-SHA256 allows 255 × 32.
        if let Ok(expanded) = extracted.expand(&info, hkdf::HKDF_SHA256) {
            let _ = expanded.fill(&mut key);
        }
        key
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[master key]")
    }
}

/// The key under which secrets are hashed.
///
/// Generated secrets carry 256 random bits, so nobody can guess one and a slow
/// password hash would only cost us time (see the targets in `docs/`). The key
/// keeps a stolen database from being checked against secrets found elsewhere.
#[derive(Debug)]
pub struct HashKey(hmac::Key);

impl HashKey {
    /// The hash key of an installation.
    pub fn derive(master: &MasterKey) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, &master.derive("secret-hash")))
    }

    /// The keyed hash of a secret.
    pub fn hash(&self, secret: &[u8]) -> SecretHash {
        let tag = hmac::sign(&self.0, secret);
        let mut bytes = [0; 32];
        bytes.copy_from_slice(tag.as_ref());
        SecretHash(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_never_printed() {
        let secret = Secret::new("hunter2".to_owned());
        assert_eq!(format!("{secret:?}"), "[secret]");
        assert_eq!(format!("{:?}", MasterKey::from_bytes([7; 32])), "[master key]");
        assert_eq!(format!("{:?}", SecretHash::from_bytes([7; 32])), "[secret hash]");
    }

    #[test]
    fn hashes_depend_on_key_and_secret() {
        let one = HashKey::derive(&MasterKey::from_bytes([1; 32]));
        let two = HashKey::derive(&MasterKey::from_bytes([2; 32]));
        assert_eq!(one.hash(b"s"), one.hash(b"s"));
        assert_ne!(one.hash(b"s"), one.hash(b"t"));
        assert_ne!(one.hash(b"s"), two.hash(b"s"));
    }

    #[test]
    fn purposes_give_different_keys() {
        let master = MasterKey::from_bytes([9; 32]);
        assert_ne!(master.derive("a"), master.derive("b"));
        assert_ne!(master.derive("a"), [0; 32]);
    }
}
