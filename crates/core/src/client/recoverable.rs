//! A copy of a client's secret that can be read again.
//!
//! Secrets are kept as hashes. The one exception: where a dialect's connector lets a
//! client prove itself by signing with its secret (`hmac_timestamp`), the server must
//! have the secret to check the signature. Then, and only then, a copy is kept beside
//! the hash, sealed under the master key: a copy of the database alone tells nothing.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use zeroize::Zeroizing;

use crate::secret::{Entropy, MasterKey, Secret};
use crate::text_id::ClientId;

/// A copy cannot be made or read: the crypto library failed, the master key is another
/// one, or the copy belongs to another secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the sealed copy of the client's secret cannot be made or opened")]
pub struct RecoverableError;

/// Seals a secret: nonce (12 bytes), sealed text, tag (16 bytes), AES-256-GCM, bound to
/// the client and to the secret's id, so that rows cannot be exchanged.
///
/// # Errors
/// [`RecoverableError`] when the crypto library fails.
pub fn seal(
    secret: &Secret<String>,
    client_id: &ClientId,
    secret_id: &str,
    master: &MasterKey,
    entropy: &dyn Entropy,
) -> Result<Box<[u8]>, RecoverableError> {
    let mut nonce = [0; NONCE_LEN];
    entropy.fill(&mut nonce);
    let text = secret.expose().as_bytes();
    // Room for the tag as well, so that no clear text is left behind in a smaller buffer.
    let mut sealed = Vec::with_capacity(NONCE_LEN + text.len() + AES_256_GCM.tag_len());
    sealed.extend_from_slice(&nonce);
    sealed.extend_from_slice(text);
    let tag = key(master)?
        .seal_in_place_separate_tag(
            Nonce::assume_unique_for_key(nonce),
            binding(client_id, secret_id),
            sealed.get_mut(NONCE_LEN..).ok_or(RecoverableError)?,
        )
        .map_err(|_| RecoverableError)?;
    sealed.extend_from_slice(tag.as_ref());
    Ok(sealed.into())
}

/// Opens what [`seal`] made.
///
/// # Errors
/// [`RecoverableError`] when it was not made for this client, secret and master key.
pub fn open(
    sealed: &[u8],
    client_id: &ClientId,
    secret_id: &str,
    master: &MasterKey,
) -> Result<Secret<String>, RecoverableError> {
    let (nonce, sealed) = sealed.split_first_chunk::<NONCE_LEN>().ok_or(RecoverableError)?;
    let mut text = Zeroizing::new(sealed.to_vec());
    let clear = key(master)?
        .open_in_place(Nonce::from(nonce), binding(client_id, secret_id), &mut text)
        .map_err(|_| RecoverableError)?;
    let clear = std::str::from_utf8(clear).map_err(|_| RecoverableError)?;
    Ok(Secret::new(clear.to_owned()))
}

fn key(master: &MasterKey) -> Result<LessSafeKey, RecoverableError> {
    let key = Zeroizing::new(master.derive("recoverable-secrets"));
    UnboundKey::new(&AES_256_GCM, key.as_slice())
        .map(LessSafeKey::new)
        .map_err(|_| RecoverableError)
}

fn binding(client_id: &ClientId, secret_id: &str) -> Aad<String> {
    Aad::from(format!("portreeve secret 1\n{client_id}\n{secret_id}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_opens_for_its_own_client_and_secret_only() {
        let master = MasterKey::from_bytes([5; 32]);
        let (mine, other) = (ClientId::parse("prc_1").unwrap(), ClientId::parse("prc_2").unwrap());
        let secret = Secret::new("prs_abc".to_owned());
        let fill = |bytes: &mut [u8]| bytes.fill(3);
        let sealed = seal(&secret, &mine, "s1", &master, &fill).unwrap();
        assert!(!sealed.windows(3).any(|window| window == b"abc"));
        assert_eq!(open(&sealed, &mine, "s1", &master), Ok(secret));

        let wrong = MasterKey::from_bytes([6; 32]);
        for answer in [
            open(&sealed, &other, "s1", &master),
            open(&sealed, &mine, "s2", &master),
            open(&sealed, &mine, "s1", &wrong),
            open(&sealed[..sealed.len() - 1], &mine, "s1", &master),
            open(&[], &mine, "s1", &master),
        ] {
            assert_eq!(answer, Err(RecoverableError));
        }
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(open(&changed, &mine, "s1", &master).is_err(), "byte {at}");
        }
    }
}
