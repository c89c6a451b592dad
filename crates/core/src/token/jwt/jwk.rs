//! The public half of a signing key: JSON Web Keys (RFC 7517, RFC 7518 §6, RFC
//! 8037 §2) and their thumbprints (RFC 7638). Private members are never written,
//! and a key that has one is refused.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256,
    RSA_PSS_2048_8192_SHA256, RsaPublicKeyComponents,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use crate::token::format::Algorithm;

/// A public key with its algorithm and id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Jwk {
    algorithm: Algorithm,
    kid: Box<str>,
    members: Members,
}

/// The members that make the key, in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Members {
    Ec { x: [u8; 32], y: [u8; 32] },
    Okp { x: [u8; 32] },
    Rsa { n: Box<[u8]>, e: Box<[u8]> },
}

/// Why a JSON value is no key that we use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JwkError {
    /// The text is no JSON object with a list `keys` (RFC 7517 §5).
    #[error("the key set is no JSON object with a list \"keys\"")]
    NoSet,
    /// Two keys have one id.
    #[error("two keys have the same \"kid\"")]
    Twice,
    /// No `kid`, or one that cannot stand in our headers.
    #[error("the key has no usable \"kid\"")]
    Kid,
    /// No `alg`, an unknown one, or one that does not go with `kty` and `crv`.
    #[error("the key's \"alg\" is absent, unknown or not of its \"kty\"")]
    Algorithm,
    /// `use` or `key_ops` do not allow verifying.
    #[error("the key is not for verifying signatures")]
    Use,
    /// A private or symmetric member is there (`d`, `k` and the like).
    #[error("the key has private members")]
    Private,
    /// The numbers are absent, misspelt, or make no key of at least 2048 bits
    /// (RSA) or no point of the curve.
    #[error("the key's numbers make no key")]
    Numbers,
}

/// The longest `kid` that is accepted, in bytes.
const LONGEST_KID: usize = 128;

impl Jwk {
    /// The key in the form in which the crypto library gives it: an uncompressed
    /// point (SEC 1 §2.3.3), 32 bytes, or a DER `RSAPublicKey` (RFC 8017 §A.1.1).
    /// Its id is its thumbprint.
    pub(super) fn from_library(algorithm: Algorithm, public: &[u8]) -> Option<Self> {
        let members = match algorithm {
            Algorithm::ES256 => {
                let (x, y) = public.strip_prefix(&[4])?.split_at_checked(32)?;
                Members::Ec { x: x.try_into().ok()?, y: y.try_into().ok()? }
            }
            Algorithm::EdDSA => Members::Okp { x: public.try_into().ok()? },
            Algorithm::RS256 | Algorithm::PS256 => {
                let (sequence, _) = read_der(0x30, public)?;
                let (n, rest) = read_der(0x02, sequence)?;
                let (e, _) = read_der(0x02, rest)?;
                Members::Rsa { n: unsigned(n).into(), e: unsigned(e).into() }
            }
        };
        Some(Self { algorithm, kid: members.thumbprint(), members })
    }

    /// Reads a key from a key set. `alg` and `kid` must be there: what may be
    /// done with a key is said by the key, never by a token (RFC 8725 §3.1).
    ///
    /// # Errors
    /// [`JwkError`] says what is missing or wrong.
    pub fn read(value: &Value) -> Result<Self, JwkError> {
        let private = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];
        if private.iter().any(|name| value.get(name).is_some()) {
            return Err(JwkError::Private);
        }
        if !may_verify(value) {
            return Err(JwkError::Use);
        }
        let text = |name: &str| value.get(name).and_then(Value::as_str);
        let kid = text("kid").filter(|kid| !kid.is_empty() && kid.len() <= LONGEST_KID);
        let kid = kid.ok_or(JwkError::Kid)?;
        let algorithm = text("alg").and_then(Algorithm::from_name).ok_or(JwkError::Algorithm)?;
        let members = match (algorithm, text("kty"), text("crv")) {
            (Algorithm::ES256, Some("EC"), Some("P-256")) => {
                Members::Ec { x: read_coordinate(value, "x")?, y: read_coordinate(value, "y")? }
            }
            (Algorithm::EdDSA, Some("OKP"), Some("Ed25519")) => {
                Members::Okp { x: read_coordinate(value, "x")? }
            }
            (Algorithm::RS256 | Algorithm::PS256, Some("RSA"), None) => Members::Rsa {
                n: read_number(value, "n")?.into(),
                e: read_number(value, "e")?.into(),
            },
            _ => return Err(JwkError::Algorithm),
        };
        Ok(Self { algorithm, kid: kid.into(), members })
    }

    /// The one algorithm of this key.
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The key's id.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// Appends the key as a JSON object: public members only.
    pub fn write(&self, out: &mut String) {
        let [kty, rest] = match &self.members {
            Members::Ec { x, y } => {
                ["EC", &format!(r#""crv":"P-256","x":"{}","y":"{}""#, text(x), text(y))]
            }
            Members::Okp { x } => ["OKP", &format!(r#""crv":"Ed25519","x":"{}""#, text(x))],
            Members::Rsa { n, e } => ["RSA", &format!(r#""n":"{}","e":"{}""#, text(n), text(e))],
        };
        let (alg, kid) = (self.algorithm.as_str(), Value::from(&*self.kid));
        out.push_str(&format!(r#"{{"kty":"{kty}","use":"sig","alg":"{alg}","kid":{kid},{rest}}}"#));
    }

    /// The length of this key's signatures, in bytes (RFC 7518 §3.3–3.5, RFC 8037 §3.1).
    pub(super) fn signature_len(&self) -> usize {
        match &self.members {
            Members::Ec { .. } | Members::Okp { .. } => 64,
            Members::Rsa { n, .. } => n.len(),
        }
    }

    /// The key as the crypto library verifies with it; checks that it is one.
    pub(in crate::token) fn parse(&self) -> Result<ParsedPublicKey, JwkError> {
        let parsed = match (&self.members, self.algorithm) {
            (Members::Ec { x, y }, _) => {
                ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, [&[4], x.as_slice(), y].concat())
            }
            (Members::Okp { x }, _) => ParsedPublicKey::new(&ED25519, x),
            (Members::Rsa { n, e }, algorithm) => {
                // 2048 bits: 256 bytes whose first bit is set.
                if n.len() < 256 || (n.len() == 256 && n.first().is_none_or(|first| *first < 128)) {
                    return Err(JwkError::Numbers);
                }
                let padding = match algorithm {
                    Algorithm::PS256 => &RSA_PSS_2048_8192_SHA256,
                    _ => &RSA_PKCS1_2048_8192_SHA256,
                };
                RsaPublicKeyComponents { n, e }.to_parsed_public_key(padding)
            }
        };
        parsed.map_err(|_| JwkError::Numbers)
    }
}

impl Members {
    /// The thumbprint (RFC 7638 §3): SHA-256 of the required members in the order
    /// of their names, as 43 characters of base64url.
    fn thumbprint(&self) -> Box<str> {
        let json = match self {
            Self::Ec { x, y } => {
                format!(r#"{{"crv":"P-256","kty":"EC","x":"{}","y":"{}"}}"#, text(x), text(y))
            }
            Self::Okp { x } => format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#, text(x)),
            Self::Rsa { n, e } => {
                format!(r#"{{"e":"{}","kty":"RSA","n":"{}"}}"#, text(e), text(n))
            }
        };
        text(digest(&SHA256, json.as_bytes()).as_ref()).into()
    }
}

fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn may_verify(value: &Value) -> bool {
    let usage = value.get("use").is_none_or(|usage| usage == "sig");
    let operations = value.get("key_ops").is_none_or(|operations| {
        operations.as_array().is_some_and(|list| list.iter().any(|one| one == "verify"))
    });
    usage && operations
}

fn read_bytes(value: &Value, name: &str) -> Result<Vec<u8>, JwkError> {
    let text = value.get(name).and_then(Value::as_str).ok_or(JwkError::Numbers)?;
    URL_SAFE_NO_PAD.decode(text).map_err(|_| JwkError::Numbers)
}

fn read_coordinate(value: &Value, name: &str) -> Result<[u8; 32], JwkError> {
    // RFC 7518 §6.2.1.2: the full size of a coordinate, leading zeros included.
    read_bytes(value, name)?.try_into().map_err(|_| JwkError::Numbers)
}

fn read_number(value: &Value, name: &str) -> Result<Vec<u8>, JwkError> {
    // RFC 7518 §2, Base64urlUInt: the fewest bytes, so no leading zero; 8192 bits at most.
    let number = read_bytes(value, name)?;
    let fits = number.first().is_some_and(|first| *first != 0) && number.len() <= 1024;
    if fits { Ok(number) } else { Err(JwkError::Numbers) }
}

/// The content of the DER element with this tag at the start of `bytes`, and
/// what follows. Lengths up to 65,535.
fn read_der(tag: u8, bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = match bytes {
        [first, 0x82, high, low, rest @ ..] if *first == tag => {
            (usize::from(u16::from_be_bytes([*high, *low])), rest)
        }
        [first, 0x81, length, rest @ ..] if *first == tag => (usize::from(*length), rest),
        [first, length @ 0..=0x7f, rest @ ..] if *first == tag => (usize::from(*length), rest),
        _ => return None,
    };
    rest.split_at_checked(length)
}

/// A DER integer without the zero byte that says "not negative".
fn unsigned(integer: &[u8]) -> &[u8] {
    integer.strip_prefix(&[0]).unwrap_or(integer)
}

#[cfg(test)]
mod tests;
