//! Access tokens from values to text, in the form that a service wants.

use crate::secret::Entropy;
use crate::time::Timestamp;
use crate::token::compact::{Access, Form, Refresh};
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
    /// The id of a compact token is none that [`crate::token::compact::Access`] makes
    /// of its expiry, or the form is too short.
    #[error("the token does not fit its form")]
    Unfit,
    /// The crypto library did not sign or seal.
    #[error("the crypto library failed")]
    Crypto,
}

/// Writes `token` in this form with the key that is in use at `now`. `issuer`
/// stands in JWTs; `entropy` gives the nonce of sealed tokens. A compact token's id
/// says which claims are its own: they were numbered before.
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
        TokenFormat::Compact(form) => {
            let fits = |held: &Access| held.expires_at == token.expires_at;
            Access::from_id(token.id).filter(fits).ok_or(MintError::Unfit)?;
            let key = keys.compact(now).ok_or(MintError::NoSealingKey)?;
            key.seal_access(token.id, form).ok_or(MintError::Unfit)
        }
    }
}

/// Writes a compact refresh token.
///
/// # Errors
/// [`MintError::NoSealingKey`], or [`MintError::Unfit`] when the form is too short.
pub fn mint_refresh(
    token: Refresh,
    form: &Form,
    keys: &KeyRing,
    now: Timestamp,
) -> Result<String, MintError> {
    let key = keys.compact(now).ok_or(MintError::NoSealingKey)?;
    key.seal_refresh(token, form).ok_or(MintError::Unfit)
}

#[cfg(test)]
mod tests;
