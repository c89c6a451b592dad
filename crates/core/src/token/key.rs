//! Signing and sealing keys as the store keeps them, and how they follow one
//! another. The private half is sealed under the master key, so a copy of the
//! database alone signs nothing. The parsed, usable keys are in `key_ring`.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use zeroize::Zeroizing;

use crate::secret::{Entropy, MasterKey, Secret};
use crate::time::{Timestamp, Ttl};
use crate::token::format::{Algorithm, Alphabet};
use crate::token::jwt::sign::{SigningKey, generate_pkcs8};
use crate::token::sealed::{KEY_ID_LEN, SEALING_KEY_LEN, spelling};

/// What a key is for. A key has one purpose only, so a signing key has exactly
/// one algorithm (RFC 8725 §3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyPurpose {
    /// Signs JWTs with this algorithm. Written as the algorithm, `ES256`.
    Sign(Algorithm),
    /// Seals opaque tokens. Written `seal`.
    Seal,
}

impl KeyPurpose {
    /// The purpose as the store writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sign(algorithm) => algorithm.as_str(),
            Self::Seal => "seal",
        }
    }

    /// The purpose that is written exactly so.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "seal" => Some(Self::Seal),
            _ => Algorithm::from_name(name).map(Self::Sign),
        }
    }
}

/// One key as the store keeps it. It is published as soon as it exists, signs or
/// seals from `active_from` until `active_until`, and is honoured until `removed_at`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRecord {
    /// The key's id. For a signing key the RFC 7638 thumbprint of its public half
    /// in base64url, for a sealing key 8 lower-case hexadecimal digits.
    pub kid: Box<str>,
    /// What the key is for.
    pub purpose: KeyPurpose,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it signs or seals.
    pub active_from: Timestamp,
    /// From when on it no longer does.
    pub active_until: Option<Timestamp>,
    /// From when on it is neither published nor honoured.
    pub removed_at: Option<Timestamp>,
    /// Nonce (12 bytes), sealed private half, tag (16 bytes): AES-256-GCM, bound
    /// to `kid` and `purpose`, so that rows cannot be exchanged.
    pub sealed_private: Vec<u8>,
}

/// How keys follow one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RotationPlan {
    /// How long a new key is published before it is used: at least as long as
    /// others keep our JWKS. Zero uses it at once.
    pub publish_ahead: Ttl,
    /// How long an old key is honoured after it was last used: at least as long
    /// as the longest token lives.
    pub overlap: Ttl,
}

/// A key cannot be made or opened.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum KeyError {
    /// The crypto library made no key.
    #[error("no new key could be made for {0}")]
    Generation(&'static str),
    /// The seal of the private half does not fit.
    #[error("key {0} cannot be opened: the master key is another one, or the record was changed")]
    Unsealable(Box<str>),
    /// The private half is no key of its purpose, or has another id.
    #[error("key {0} is not what its record says")]
    Mismatch(Box<str>),
    /// Two records have the same id.
    #[error("key {0} stands twice")]
    Twice(Box<str>),
}

impl KeyRecord {
    /// A new key. Signing keys (RSA has 2048 bits) are drawn from the crypto
    /// library's own random source, which cannot be replaced; `entropy` gives
    /// sealing keys and nonces. A sealing key's id has 32 random bits only: the
    /// store refuses a second key with the same one.
    ///
    /// # Errors
    /// [`KeyError::Generation`] when the crypto library fails.
    pub fn generate(
        purpose: KeyPurpose,
        now: Timestamp,
        active_from: Timestamp,
        master: &MasterKey,
        entropy: &dyn Entropy,
    ) -> Result<Self, KeyError> {
        let failed = || KeyError::Generation(purpose.as_str());
        let (kid, private) = match purpose {
            KeyPurpose::Sign(algorithm) => {
                let private = generate_pkcs8(algorithm).ok_or_else(failed)?;
                let key = SigningKey::from_pkcs8(algorithm, private.expose()).ok_or_else(failed)?;
                (key.kid().into(), private)
            }
            KeyPurpose::Seal => random_sealing_key(entropy),
        };
        let sealed_private =
            seal(&kid, purpose, private.expose(), master, entropy).ok_or_else(failed)?;
        let (active_until, removed_at) = (None, None);
        Ok(Self {
            kid,
            purpose,
            created_at: now,
            active_from,
            active_until,
            removed_at,
            sealed_private,
        })
    }

    /// True while the key signs or seals.
    pub fn is_active(&self, now: Timestamp) -> bool {
        self.active_from <= now && self.active_until.is_none_or(|end| now < end)
    }

    /// True while what the key made is honoured, and a signing key is published:
    /// also before it is used.
    pub fn is_honoured(&self, now: Timestamp) -> bool {
        self.removed_at.is_none_or(|end| now < end)
    }

    /// The private half: PKCS#8 of a signing key, 32 bytes of a sealing key.
    ///
    /// # Errors
    /// [`KeyError::Unsealable`] under another master key or in a changed record.
    pub fn open_private(&self, master: &MasterKey) -> Result<Secret<Vec<u8>>, KeyError> {
        open(self, master).ok_or_else(|| KeyError::Unsealable(self.kid.clone()))
    }
}

/// Puts a new key in the place of the present one. Returns the new key first,
/// then every old one whose times change: the new one is published at once and
/// used after `publish_ahead`, the old ones stop then and are honoured for
/// `overlap` more. When no key of this purpose is in use, the new one is used at once.
///
/// # Errors
/// [`KeyError::Generation`] when the crypto library fails.
pub fn rotation(
    records: &[KeyRecord],
    purpose: KeyPurpose,
    now: Timestamp,
    plan: &RotationPlan,
    master: &MasterKey,
    entropy: &dyn Entropy,
) -> Result<Vec<KeyRecord>, KeyError> {
    let present = |record: &&KeyRecord| record.purpose == purpose && record.is_honoured(now);
    let in_use = records.iter().filter(present).any(|record| record.is_active(now));
    let change_over = if in_use { now.plus(plan.publish_ahead) } else { now };
    let mut changed = vec![KeyRecord::generate(purpose, now, change_over, master, entropy)?];
    let stopping = records
        .iter()
        .filter(present)
        .filter(|record| record.active_until.is_none_or(|end| end > change_over));
    changed.extend(stopping.map(|record| {
        let removed_at = change_over.plus(plan.overlap);
        KeyRecord {
            active_until: Some(change_over),
            removed_at: Some(record.removed_at.map_or(removed_at, |end| end.min(removed_at))),
            ..record.clone()
        }
    }));
    Ok(changed)
}

/// True when the newest key of this purpose has been in use for `every`, or there
/// is none. A key that is published and not yet in use is the newest: no second
/// one is due beside it.
pub fn is_due(records: &[KeyRecord], purpose: KeyPurpose, now: Timestamp, every: Ttl) -> bool {
    records
        .iter()
        .filter(|record| record.purpose == purpose && record.is_honoured(now))
        .map(|record| record.active_from)
        .max()
        .is_none_or(|newest| newest.plus(every) <= now)
}

fn random_sealing_key(entropy: &dyn Entropy) -> (Box<str>, Secret<Vec<u8>>) {
    let mut id = [0; KEY_ID_LEN];
    let mut key = vec![0; SEALING_KEY_LEN];
    entropy.fill(&mut id);
    entropy.fill(&mut key);
    let mut kid = String::new();
    spelling::encode(Alphabet::Hex, &id, &mut kid);
    (kid.into(), Secret::new(key))
}

fn seal(
    kid: &str,
    purpose: KeyPurpose,
    private: &[u8],
    master: &MasterKey,
    entropy: &dyn Entropy,
) -> Option<Vec<u8>> {
    let mut nonce = [0; NONCE_LEN];
    entropy.fill(&mut nonce);
    // Room for the tag as well, so that the clear text is not left behind in a
    // smaller buffer when the vector grows.
    let mut sealed = Vec::with_capacity(NONCE_LEN + private.len() + AES_256_GCM.tag_len());
    sealed.extend_from_slice(&nonce);
    sealed.extend_from_slice(private);
    let tag = wrapping_key(master)?
        .seal_in_place_separate_tag(
            Nonce::assume_unique_for_key(nonce),
            binding(kid, purpose),
            sealed.get_mut(NONCE_LEN..)?,
        )
        .ok()?;
    sealed.extend_from_slice(tag.as_ref());
    Some(sealed)
}

fn open(record: &KeyRecord, master: &MasterKey) -> Option<Secret<Vec<u8>>> {
    let (nonce, sealed) = record.sealed_private.split_first_chunk::<NONCE_LEN>()?;
    let mut private = Zeroizing::new(sealed.to_vec());
    let clear = wrapping_key(master)?
        .open_in_place(Nonce::from(nonce), binding(&record.kid, record.purpose), &mut private)
        .ok()?;
    Some(Secret::new(clear.to_vec()))
}

fn wrapping_key(master: &MasterKey) -> Option<LessSafeKey> {
    let key = Zeroizing::new(master.derive("signing-keys"));
    UnboundKey::new(&AES_256_GCM, key.as_slice()).ok().map(LessSafeKey::new)
}

fn binding(kid: &str, purpose: KeyPurpose) -> Aad<String> {
    Aad::from(format!("portreeve key 1\n{}\n{kid}", purpose.as_str()))
}

#[cfg(test)]
mod tests;
