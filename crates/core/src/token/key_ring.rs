//! All keys of an installation, opened and parsed once. A new ring is made when
//! the store's keys change; finding a key in it allocates nothing.

use crate::secret::MasterKey;
use crate::time::Timestamp;
use crate::token::compact::CompactKey;
use crate::token::format::Algorithm;
use crate::token::jwt::sign::SigningKey;
use crate::token::jwt::verify::VerifyingKey;
use crate::token::key::{KeyError, KeyPurpose, KeyRecord};
use crate::token::sealed::{KEY_ID_LEN, SealingKey};

/// The keys, ready for use. An installation has a handful, so they are looked
/// through one by one.
#[derive(Debug, Default)]
pub struct KeyRing {
    signing: Vec<Dated<SignatureKeys>>,
    sealing: Vec<Dated<SealingKeys>>,
}

#[derive(Debug)]
struct SignatureKeys {
    signing: SigningKey,
    verifying: VerifyingKey,
}

#[derive(Debug)]
struct SealingKeys {
    sealing: SealingKey,
    compact: CompactKey,
}

/// A key and the times of its record.
#[derive(Debug)]
struct Dated<K> {
    key: K,
    active_from: Timestamp,
    active_until: Option<Timestamp>,
    removed_at: Option<Timestamp>,
}

impl KeyRing {
    /// Opens every record under the master key and parses it.
    ///
    /// # Errors
    /// [`KeyError`] names the first record that cannot be opened, is no key of its
    /// purpose, or has an id that stood before.
    pub fn open(records: &[KeyRecord], master: &MasterKey) -> Result<Self, KeyError> {
        let mut ring = Self::default();
        for (at, record) in records.iter().enumerate() {
            if records.iter().take(at).any(|earlier| earlier.kid == record.kid) {
                return Err(KeyError::Twice(record.kid.clone()));
            }
            ring.add(record, master)?;
        }
        Ok(ring)
    }

    /// The key that signs with this algorithm now: of several the newest.
    pub fn signing(&self, algorithm: Algorithm, now: Timestamp) -> Option<&SigningKey> {
        let of_algorithm =
            |dated: &&Dated<SignatureKeys>| dated.key.signing.algorithm() == algorithm;
        newest(self.signing.iter().filter(of_algorithm), now).map(|keys| &keys.signing)
    }

    /// The key with this id, unless it has been removed.
    pub fn verifying(&self, kid: &str, now: Timestamp) -> Option<&VerifyingKey> {
        self.signing
            .iter()
            .find(|dated| dated.key.verifying.kid() == kid)
            .filter(|dated| dated.is_honoured(now))
            .map(|dated| &dated.key.verifying)
    }

    /// The key that seals now: of several the newest.
    pub fn sealing(&self, now: Timestamp) -> Option<&SealingKey> {
        newest(self.sealing.iter(), now).map(|keys| &keys.sealing)
    }

    /// The key of compact tokens that seals now: it belongs to [`KeyRing::sealing`].
    pub fn compact(&self, now: Timestamp) -> Option<&CompactKey> {
        newest(self.sealing.iter(), now).map(|keys| &keys.compact)
    }

    /// Every key of compact tokens that has not been removed, newest first: a compact
    /// token does not say which one it was made with.
    pub fn compacts(&self, now: Timestamp) -> impl Iterator<Item = &CompactKey> {
        let honoured = self.sealing.iter().rev().filter(move |dated| dated.is_honoured(now));
        honoured.map(|dated| &dated.key.compact)
    }

    /// The sealing key with this id, unless it has been removed.
    pub fn opening(&self, id: [u8; KEY_ID_LEN], now: Timestamp) -> Option<&SealingKey> {
        self.sealing
            .iter()
            .find(|dated| dated.key.sealing.id() == id)
            .filter(|dated| dated.is_honoured(now))
            .map(|dated| &dated.key.sealing)
    }

    /// The key set to publish (RFC 7517 §5): the public halves of all signing keys
    /// that are not removed, those not yet in use included.
    pub fn jwks(&self, now: Timestamp) -> String {
        let mut out = String::from("{\"keys\":[");
        for (at, dated) in self.signing.iter().filter(|dated| dated.is_honoured(now)).enumerate() {
            if at > 0 {
                out.push(',');
            }
            dated.key.verifying.jwk().write(&mut out);
        }
        out.push_str("]}");
        out
    }

    fn add(&mut self, record: &KeyRecord, master: &MasterKey) -> Result<(), KeyError> {
        let mismatch = || KeyError::Mismatch(record.kid.clone());
        let private = record.open_private(master)?;
        match record.purpose {
            KeyPurpose::Sign(algorithm) => {
                let signing = SigningKey::from_pkcs8(algorithm, private.expose())
                    .filter(|key| key.kid() == &*record.kid)
                    .ok_or_else(mismatch)?;
                let verifying =
                    VerifyingKey::new(signing.public().clone()).map_err(|_| mismatch())?;
                self.signing.push(Dated::new(SignatureKeys { signing, verifying }, record));
            }
            KeyPurpose::Seal => {
                let sealing =
                    SealingKey::new(&record.kid, private.expose()).ok_or_else(mismatch)?;
                let compact = CompactKey::derive(private.expose()).ok_or_else(mismatch)?;
                self.sealing.push(Dated::new(SealingKeys { sealing, compact }, record));
            }
        }
        Ok(())
    }
}

impl<K> Dated<K> {
    const fn new(key: K, record: &KeyRecord) -> Self {
        Self {
            key,
            active_from: record.active_from,
            active_until: record.active_until,
            removed_at: record.removed_at,
        }
    }

    fn is_active(&self, now: Timestamp) -> bool {
        self.active_from <= now && self.active_until.is_none_or(|end| now < end)
    }

    fn is_honoured(&self, now: Timestamp) -> bool {
        self.removed_at.is_none_or(|end| now < end)
    }
}

fn newest<'a, K>(keys: impl Iterator<Item = &'a Dated<K>>, now: Timestamp) -> Option<&'a K> {
    keys.filter(|dated| dated.is_active(now) && dated.is_honoured(now))
        .max_by_key(|dated| dated.active_from)
        .map(|dated| &dated.key)
}

#[cfg(test)]
mod tests;
