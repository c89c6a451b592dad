//! Signing keys, and the JWTs they sign.

use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256,
    RSA_PSS_SHA256, RsaSignatureEncoding,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::secret::Secret;
use crate::token::format::Algorithm;
use crate::token::jwt::jwk::Jwk;
use crate::token::jwt::{LONGEST, claims};
use crate::token::mint::MintError;
use crate::token::record::AccessToken;

/// A private key, parsed once, with the JWS header that all its tokens begin with.
#[derive(Debug)]
pub struct SigningKey {
    pair: Pair,
    public: Jwk,
    /// The header in base64url, and the dot after it.
    header: Box<str>,
}

#[derive(Debug)]
enum Pair {
    Ecdsa(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
    Rsa(RsaKeyPair, &'static RsaSignatureEncoding),
}

/// A new private key as PKCS#8 (RFC 5208), drawn from the crypto library's own
/// random source. RSA keys have 2048 bits. `None` when the library fails.
pub fn generate_pkcs8(algorithm: Algorithm) -> Option<Secret<Vec<u8>>> {
    let pkcs8 = match algorithm {
        Algorithm::ES256 => {
            let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).ok()?;
            pair.to_pkcs8v1().ok()?.as_ref().to_vec()
        }
        Algorithm::EdDSA => Ed25519KeyPair::generate().ok()?.to_pkcs8v1().ok()?.as_ref().to_vec(),
        Algorithm::RS256 | Algorithm::PS256 => {
            RsaKeyPair::generate(KeySize::Rsa2048).ok()?.as_der().ok()?.as_ref().to_vec()
        }
    };
    Some(Secret::new(pkcs8))
}

impl SigningKey {
    /// The key in a PKCS#8 document; `None` when it is no key for `algorithm`.
    /// Its id is the thumbprint of its public half (RFC 7638).
    pub fn from_pkcs8(algorithm: Algorithm, pkcs8: &[u8]) -> Option<Self> {
        let pair = match algorithm {
            Algorithm::ES256 => {
                Pair::Ecdsa(EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8).ok()?)
            }
            Algorithm::EdDSA => Pair::Ed25519(Ed25519KeyPair::from_pkcs8(pkcs8).ok()?),
            Algorithm::RS256 => Pair::Rsa(RsaKeyPair::from_pkcs8(pkcs8).ok()?, &RSA_PKCS1_SHA256),
            Algorithm::PS256 => Pair::Rsa(RsaKeyPair::from_pkcs8(pkcs8).ok()?, &RSA_PSS_SHA256),
        };
        let public = Jwk::from_library(algorithm, pair.public_key())?;
        // A thumbprint needs no escaping. RFC 9068 §2.1: typ is at+jwt.
        let (alg, kid) = (algorithm.as_str(), public.kid());
        let json = format!(r#"{{"typ":"at+jwt","alg":"{alg}","kid":"{kid}"}}"#);
        let header = (URL_SAFE_NO_PAD.encode(json) + ".").into();
        Some(Self { pair, public, header })
    }

    /// The key's id.
    pub fn kid(&self) -> &str {
        self.public.kid()
    }

    /// The one algorithm that this key signs with.
    pub const fn algorithm(&self) -> Algorithm {
        self.public.algorithm()
    }

    /// The public half.
    pub const fn public(&self) -> &Jwk {
        &self.public
    }

    /// Writes `token` as a signed JWT (RFC 9068).
    ///
    /// # Errors
    /// [`MintError::TooLong`] when it would be longer than [`LONGEST`] bytes,
    /// [`MintError::Crypto`] when the crypto library fails.
    pub fn sign(&self, token: &AccessToken, issuer: &str) -> Result<String, MintError> {
        let mut json = String::with_capacity(512);
        claims::write(token, issuer, &mut json);
        let signature_len = self.public.signature_len();
        let length = self.header.len() + (json.len() + signature_len) * 4 / 3 + 3;
        let mut text = String::with_capacity(length);
        text.push_str(&self.header);
        URL_SAFE_NO_PAD.encode_string(&json, &mut text);
        self.append_signature(&mut text).ok_or(MintError::Crypto)?;
        if text.len() > LONGEST { Err(MintError::TooLong) } else { Ok(text) }
    }

    /// Signs all of `text` and appends a dot and the signature: for ES256 the two
    /// numbers side by side, 64 bytes (RFC 7518 §3.4).
    pub(in crate::token) fn append_signature(&self, text: &mut String) -> Option<()> {
        // The library asks for a random source and uses its own.
        let random = SystemRandom::new();
        let append = |signature: &[u8], text: &mut String| {
            text.push('.');
            URL_SAFE_NO_PAD.encode_string(signature, text);
        };
        match &self.pair {
            Pair::Ecdsa(pair) => {
                let signature = pair.sign(&random, text.as_bytes()).ok()?;
                append(signature.as_ref(), text);
            }
            Pair::Ed25519(pair) => {
                let signature = pair.try_sign(text.as_bytes()).ok()?;
                append(signature.as_ref(), text);
            }
            Pair::Rsa(pair, encoding) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(*encoding, &random, text.as_bytes(), &mut signature).ok()?;
                append(&signature, text);
            }
        }
        Some(())
    }
}

impl Pair {
    fn public_key(&self) -> &[u8] {
        match self {
            Self::Ecdsa(pair) => pair.public_key().as_ref(),
            Self::Ed25519(pair) => pair.public_key().as_ref(),
            Self::Rsa(pair, _) => pair.public_key().as_ref(),
        }
    }
}
