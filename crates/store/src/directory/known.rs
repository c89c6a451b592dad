//! What is held in memory about one client and about one owner.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use portreeve_core::client::record::Client;
use portreeve_core::text_id::OrganizationId;
use portreeve_core::time::Timestamp;

use crate::contract::commit::SecretUse;

/// A client, and when its secrets were last used: gathered here, written in
/// batches, so that no token costs a row.
#[derive(Debug)]
pub struct KnownClient {
    client: Client,
    /// One per secret, in seconds; 0 when there is nothing to write.
    uses: Box<[AtomicI64]>,
}

impl KnownClient {
    pub(super) fn new(client: Client) -> Self {
        let uses = client.secrets.iter().map(|_| AtomicI64::new(0)).collect();
        Self { client, uses }
    }

    /// The client.
    pub const fn client(&self) -> &Client {
        &self.client
    }

    pub(super) fn note_use(&self, secret: &str, now: Timestamp) {
        let secrets = self.client.secrets.iter().zip(&self.uses);
        for (_, noted) in secrets.filter(|(each, _)| &*each.id == secret) {
            noted.store(now.as_unix(), Ordering::Relaxed);
        }
    }

    pub(super) fn take_uses(&self) -> Vec<SecretUse> {
        let secrets = self.client.secrets.iter().zip(&self.uses);
        let used = secrets.filter_map(|(secret, noted)| match noted.swap(0, Ordering::Relaxed) {
            0 => None,
            at => Some(SecretUse {
                client_id: self.client.client_id.clone(),
                secret: secret.id.clone(),
                at: Timestamp::from_unix(at),
            }),
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
