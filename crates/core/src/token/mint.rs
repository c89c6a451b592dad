//! Access tokens from values to text, in the form that a service wants.

use crate::secret::Entropy;
use crate::time::Timestamp;
use crate::token::format::{Algorithm, TokenFormat};
use crate::token::key_ring::KeyRing;
use crate::token::record::AccessToken;

/// No token can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MintError {
    /// No key signs with this algorithm at present.
    #[error("there is no active {} signing key", .0.as_str())]
    NoSigningKey(Algorithm),
    /// No key seals at present.
    #[error("there is no active sealing key")]
    NoSealingKey,
    /// The token would end before it begins, or live longer than 2³² seconds.
    #[error("the token's life is no length of time")]
    Life,
    /// The token would be longer than we would read: 8192 bytes as a JWT, 4096
    /// characters when sealed.
    #[error("the token would be too long: it has too many scopes for its format")]
    TooLong,
    /// The crypto library did not sign or seal.
    #[error("the crypto library failed")]
    Crypto,
}

/// Writes `token` in this form with the key that is in use at `now`. `issuer`
/// stands in JWTs; `entropy` gives the nonce of sealed tokens.
///
/// # Errors
/// [`MintError`] says which key is missing, or what about the token is wrong.
pub fn mint(
    token: &AccessToken,
    format: &TokenFormat,
    issuer: &str,
    keys: &KeyRing,
    now: Timestamp,
    entropy: &dyn Entropy,
) -> Result<String, MintError> {
    let life = token.issued_at.until(token.expires_at);
    if token.issued_at >= token.expires_at || token.issued_at.plus(life) != token.expires_at {
        return Err(MintError::Life);
    }
    match format {
        TokenFormat::Jwt(algorithm) => keys
            .signing(*algorithm, now)
            .ok_or(MintError::NoSigningKey(*algorithm))?
            .sign(token, issuer),
        TokenFormat::Sealed { prefix, alphabet } => keys
            .sealing(now)
            .ok_or(MintError::NoSealingKey)?
            .seal(token, prefix, *alphabet, entropy),
    }
}

#[cfg(test)]
mod tests;
