//! What is held in memory about one client and about one owner.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use portreeve_core::client::record::Client;
use portreeve_core::text_id::OrganizationId;
use portreeve_core::time::{Timestamp, Ttl};

use crate::contract::commit::SecretUse;

/// How old the stored last use of a secret may be: a later one is written only
/// then. People ask whether a secret is still in use, not at which second.
pub const LAST_USE_STANDS: Ttl = Ttl::from_seconds(15 * 60);

/// A client, and when its secrets were last used: gathered here, written in
/// batches and seldom, so that no token costs a row.
#[derive(Debug)]
pub struct KnownClient {
    client: Client,
    /// One per secret.
    uses: Box<[Uses]>,
}

/// The uses of one secret, in seconds.
#[derive(Debug)]
struct Uses {
    /// From when on a use is noted again.
    due: AtomicI64,
    /// The newest that is to be written; 0 when none is.
    noted: AtomicI64,
}

impl Uses {
    fn new(stored: Option<Timestamp>) -> Self {
        let due = stored.map_or(i64::MIN, |at| at.plus(LAST_USE_STANDS).as_unix());
        Self { due: AtomicI64::new(due), noted: AtomicI64::new(0) }
    }

    fn note(&self, now: Timestamp) {
        if self.due.load(Ordering::Relaxed) <= now.as_unix() {
            self.noted.store(now.as_unix(), Ordering::Relaxed);
        }
    }

    fn take(&self) -> Option<Timestamp> {
        // Reading first: most have nothing, and what is only read stays shared.
        if self.noted.load(Ordering::Relaxed) == 0 {
            return None;
        }
        let at = Timestamp::from_unix(self.noted.swap(0, Ordering::Relaxed));
        self.due.store(at.plus(LAST_USE_STANDS).as_unix(), Ordering::Relaxed);
        Some(at)
    }
}

impl KnownClient {
    pub(super) fn new(client: Client) -> Self {
        let uses = client.secrets.iter().map(|secret| Uses::new(secret.last_used_at)).collect();
        Self { client, uses }
    }

    /// The client.
    pub const fn client(&self) -> &Client {
        &self.client
    }

    pub(super) fn note_use(&self, secret: &str, now: Timestamp) {
        let secrets = self.client.secrets.iter().zip(&self.uses);
        for (_, uses) in secrets.filter(|(each, _)| &*each.id == secret) {
            uses.note(now);
        }
    }

    pub(super) fn take_uses(&self) -> Vec<SecretUse> {
        let secrets = self.client.secrets.iter().zip(&self.uses);
        let used = secrets.filter_map(|(secret, uses)| {
            Some(SecretUse {
                client_id: self.client.client_id.clone(),
                secret: secret.id.clone(),
                at: uses.take()?,
            })
        });
        used.collect()
    }
}

/// Where an owner belongs.
#[derive(Clone, Debug)]
pub enum Roots {
    /// An organization belongs to itself.
    One([OrganizationId; 1]),
    /// A person's memberships.
    Many(Arc<[OrganizationId]>),
}

impl Roots {
    /// The organizations at which the owner's reach begins.
    pub fn as_slice(&self) -> &[OrganizationId] {
        match self {
            Self::One(one) => one,
            Self::Many(many) => many,
        }
    }
}
