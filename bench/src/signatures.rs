//! The floor of tokens: bare signatures on one core, by the library that Portreeve
//! uses, without a word of JSON around them.

use std::hint::black_box;

use aws_lc_rs::error::{KeyRejected, Unspecified};
use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair,
    KeyPair, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaEncoding, RsaKeyPair,
    UnparsedPublicKey, VerificationAlgorithm,
};

use crate::clock::now;
use crate::fault::Fault;

/// Rounds of which the fastest counts: what else runs on the machine counts little.
const ROUNDS: u32 = 40;
/// About as long as the header and the claims of a token.
const MESSAGE: [u8; 400] = [b'm'; 400];

/// One operation and what it costs, in microseconds.
pub(crate) struct Floor {
    /// What is done.
    pub(crate) name: &'static str,
    /// Microseconds of one core.
    pub(crate) micros: f64,
}

/// Signs and verifies with every algorithm.
///
/// # Errors
/// When the library makes no key.
pub(crate) fn measure() -> Result<Vec<Floor>, Fault> {
    let rsa = RsaKeyPair::generate(KeySize::Rsa2048).map_err(unspecified)?;
    let p256 = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(unspecified)?;
    let ed25519 = Ed25519KeyPair::generate().map_err(unspecified)?;
    let key = hmac::Key::new(hmac::HMAC_SHA256, &[7; 32]);
    let random = SystemRandom::new();
    let of_p256 = p256.sign(&random, &MESSAGE).map_err(unspecified)?;
    let of_rsa = rsa_sign(&rsa, &RSA_PKCS1_SHA256).ok_or("RSA does not sign")?;
    Ok(vec![
        fastest("bare hash: HMAC-SHA256 of a secret", || {
            hmac::sign(&key, black_box(&[b's'; 43])).as_ref().len() == 32
        }),
        fastest("bare signature: EdDSA", || ed25519.sign(black_box(&MESSAGE)).as_ref().len() == 64),
        fastest("bare signature: ES256", || p256.sign(&random, black_box(&MESSAGE)).is_ok()),
        fastest("bare signature: PS256", || rsa_sign(&rsa, &RSA_PSS_SHA256).is_some()),
        fastest("bare signature: RS256", || rsa_sign(&rsa, &RSA_PKCS1_SHA256).is_some()),
        fastest("bare verification: ES256", || {
            is_signed(&ECDSA_P256_SHA256_FIXED, p256.public_key().as_ref(), of_p256.as_ref())
        }),
        fastest("bare verification: RS256", || {
            is_signed(&RSA_PKCS1_2048_8192_SHA256, rsa.public_key().as_ref(), &of_rsa)
        }),
    ])
}

fn rsa_sign(key: &RsaKeyPair, encoding: &'static dyn RsaEncoding) -> Option<Vec<u8>> {
    let mut signature = vec![0; key.public_modulus_len()];
    key.sign(encoding, &SystemRandom::new(), black_box(&MESSAGE), &mut signature).ok()?;
    Some(signature)
}

fn is_signed(algorithm: &'static dyn VerificationAlgorithm, key: &[u8], signature: &[u8]) -> bool {
    UnparsedPublicKey::new(algorithm, key).verify(black_box(&MESSAGE), signature).is_ok()
}

/// The fastest of rounds of about 5 ms each.
fn fastest(name: &'static str, mut work: impl FnMut() -> bool) -> Floor {
    let mut timed = |count: u32| {
        let began = now();
        let done = (0..count).filter(|_| work()).count();
        let micros = began.elapsed().as_secs_f64() * 1e6;
        // What failed took no honest time: it shows as infinitely slow.
        if done == count as usize { micros / f64::from(count) } else { f64::INFINITY }
    };
    let count = (5_000.0 / timed(10)).clamp(4.0, 1e6) as u32;
    let micros = (0..ROUNDS).map(|_| timed(count)).fold(f64::INFINITY, f64::min);
    Floor { name, micros }
}

fn unspecified(error: impl Into<Rejected>) -> Fault {
    let Rejected(text) = error.into();
    format!("a key cannot be made or used: {text}").into()
}

struct Rejected(String);

impl From<Unspecified> for Rejected {
    fn from(error: Unspecified) -> Self {
        Self(error.to_string())
    }
}

impl From<KeyRejected> for Rejected {
    fn from(error: KeyRejected) -> Self {
        Self(error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_that_is_not_made_costs_infinitely_much() {
        assert!(fastest("never", || false).micros.is_infinite());
        assert!(fastest("at once", || true).micros < 1.0);
    }
}
