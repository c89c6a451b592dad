//! The randomness of one token: its id and its nonce from a single draw.
//!
//! A draw from the system's generator costs the same for 28 bytes as for 12, and
//! about as much as all the rest of sealing.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use aws_lc_rs::aead::NONCE_LEN;

use crate::secret::Entropy;

/// What a sealed token needs: 16 bytes of id and its nonce.
const LENGTH: usize = 16 + NONCE_LEN;

/// Randomness for one token. It draws once, when first asked, and gives each byte
/// out once; whoever asks for more than it has gets it from the source.
pub struct Draw<'a> {
    source: &'a dyn Entropy,
    bytes: OnceLock<[u8; LENGTH]>,
    given: AtomicUsize,
}

impl<'a> Draw<'a> {
    /// A draw from this source, not made yet.
    pub const fn new(source: &'a dyn Entropy) -> Self {
        Self { source, bytes: OnceLock::new(), given: AtomicUsize::new(0) }
    }

    fn drawn(&self) -> &[u8; LENGTH] {
        self.bytes.get_or_init(|| {
            let mut bytes = [0; LENGTH];
            self.source.fill(&mut bytes);
            bytes
        })
    }
}

impl Entropy for Draw<'_> {
    fn fill(&self, bytes: &mut [u8]) {
        let from = self.given.fetch_add(bytes.len(), Ordering::Relaxed);
        match self.drawn().get(from..from.saturating_add(bytes.len())) {
            Some(unused) => bytes.copy_from_slice(unused),
            None => self.source.fill(bytes),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::token::record::TokenId;
    use crate::token::sample::entropy;

    #[test]
    fn id_and_nonce_are_different_bytes_of_one_draw() {
        let (lengths, counted) = (std::sync::Mutex::new(Vec::new()), entropy());
        let source = |bytes: &mut [u8]| {
            lengths.lock().unwrap().push(bytes.len());
            counted.fill(bytes);
        };
        let draw = Draw::new(&source);
        assert!(lengths.lock().unwrap().is_empty(), "who is refused draws nothing");
        let id = TokenId::generate(&draw);
        let mut nonce = [0; NONCE_LEN];
        draw.fill(&mut nonce);
        let mut expected = [0; LENGTH];
        entropy().fill(&mut expected);
        assert_eq!([&id.0[..], &nonce[..]].concat(), expected);
        assert_eq!(*lengths.lock().unwrap(), [LENGTH]);

        let mut more = [0; NONCE_LEN];
        draw.fill(&mut more);
        assert_ne!(more, nonce);
        assert_eq!(*lengths.lock().unwrap(), [LENGTH, NONCE_LEN], "beyond, from the source");
    }
}
