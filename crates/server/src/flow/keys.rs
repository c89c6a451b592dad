//! Keys: the first ones, and how they follow one another.

use portreeve_core::audit::{Actor, Fact};
use portreeve_core::secret::{Entropy, MasterKey};
use portreeve_core::time::{Timestamp, Ttl};
use portreeve_core::token::format::TokenFormat;
use portreeve_core::token::key::{KeyError, KeyPurpose, KeyRecord, RotationPlan, rotation};
use portreeve_core::token::key_ring::KeyRing;
use portreeve_store::contract::SharedStore;
use portreeve_store::contract::commit::{Commit, Write};
use portreeve_store::contract::error::StoreError;

use crate::catalog::Catalog;
use crate::env::Env;

/// How long a key is honoured beyond the life of its last token: clocks differ.
const LEEWAY: Ttl = Ttl::from_seconds(300);

/// When keys are rotated, and how.
#[derive(Clone, Copy, Debug)]
pub struct KeySchedule {
    /// The age at which a key is replaced.
    pub every: Ttl,
    /// How a key follows another.
    pub plan: RotationPlan,
}

/// Why a key was not made.
#[derive(Debug, thiserror::Error)]
pub enum KeyFailure {
    /// The key itself.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The store; a conflict means that another node was faster.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Every purpose for which an installation needs a key.
pub fn purposes(env: &Env) -> Vec<KeyPurpose> {
    needed(&env.catalog)
}

/// When keys are rotated in this installation, and how.
pub fn schedule(env: &Env) -> KeySchedule {
    let configured = env.catalog.longest_token_ttl();
    let life = env.ttl_override.map_or(configured, |own| own.max(configured));
    let overlap = Ttl::from_seconds(life.as_seconds().saturating_add(LEEWAY.as_seconds()));
    let plan = RotationPlan { publish_ahead: env.keys.publish_ahead, overlap };
    KeySchedule { every: env.keys.rotate_every, plan }
}

/// Makes the keys that are missing. Several nodes may start together: of two that
/// make the same first key, one wins.
///
/// # Errors
/// [`KeyFailure`] when a key cannot be made or written, or when the master key does not
/// open those that are there: a key beside them would be one that no other node opens.
pub async fn make_missing(
    store: &SharedStore,
    catalog: &Catalog,
    master: &MasterKey,
    entropy: &dyn Entropy,
    now: Timestamp,
) -> Result<(), KeyFailure> {
    let records = store.list_keys().await?;
    KeyRing::open(&records, master)?;
    for purpose in needed(catalog) {
        if records.iter().any(|record| record.purpose == purpose && record.is_active(now)) {
            continue;
        }
        let key = KeyRecord::generate(purpose, now, now, master, entropy)?;
        let fact = fact(now, &Actor::System, "key.made", &key);
        let replaces = newest(&records, purpose);
        let commit = Commit::one(Write::KeyAdded { key, replaces }, fact);
        match store.commit(commit).await {
            Ok(_) | Err(StoreError::Conflict(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// Replaces the key of a purpose. Answers the new key's id.
///
/// # Errors
/// [`KeyFailure`]; a conflict when somebody else rotated it at the same time.
pub async fn rotate(
    env: &Env,
    purpose: KeyPurpose,
    plan: RotationPlan,
    actor: &Actor,
) -> Result<String, KeyFailure> {
    let records = env.directory.store().list_keys().await?;
    replace(env, &records, (purpose, plan), actor).await
}

/// Replaces the key of a purpose at a person's wish, if the newest is still the one that
/// the person saw: a form that is sent twice rotates once.
///
/// # Errors
/// [`KeyFailure`]; a conflict when there is a newer one by now.
pub async fn rotate_seen(
    env: &Env,
    purpose: KeyPurpose,
    seen: &str,
    actor: &Actor,
) -> Result<String, KeyFailure> {
    let records = env.directory.store().list_keys().await?;
    if newest(&records, purpose).as_deref() != Some(seen) {
        return Err(StoreError::Conflict("there is a newer key by now").into());
    }
    replace(env, &records, (purpose, schedule(env).plan), actor).await
}

async fn replace(
    env: &Env,
    records: &[KeyRecord],
    (purpose, plan): (KeyPurpose, RotationPlan),
    actor: &Actor,
) -> Result<String, KeyFailure> {
    let now = env.now();
    let changed = rotation(records, purpose, now, &plan, env.directory.master(), &*env.entropy)?;
    let replaces = newest(records, purpose);
    let mut commit = Commit { at: Some(now), ..Commit::default() };
    let mut kid = String::new();
    for key in changed {
        if records.iter().any(|record| record.kid == key.kid) {
            commit.writes.push(Write::KeyChanged(key));
        } else {
            kid = key.kid.to_string();
            commit.facts.push(fact(now, actor, "key.rotated", &key));
            commit.writes.push(Write::KeyAdded { key, replaces: replaces.clone() });
        }
    }
    env.directory.commit(commit).await?;
    Ok(kid)
}

fn needed(catalog: &Catalog) -> Vec<KeyPurpose> {
    let mut purposes: Vec<KeyPurpose> =
        catalog.algorithms().into_iter().map(KeyPurpose::Sign).collect();
    let resources = catalog.dialects.iter().flat_map(|entry| &entry.resources);
    let mut formats = resources.map(|resource| &resource.format);
    let seals_access = formats.any(|format| !matches!(format, TokenFormat::Jwt(_)));
    if seals_access || !catalog.refresh_forms().is_empty() {
        purposes.push(KeyPurpose::Seal);
    }
    purposes
}

/// The key that a new one replaces: the newest of its purpose, in use or not.
pub(super) fn newest(records: &[KeyRecord], purpose: KeyPurpose) -> Option<Box<str>> {
    let newest = records.iter().rev().find(|record| record.purpose == purpose);
    newest.map(|record| record.kid.clone())
}

fn fact(now: Timestamp, actor: &Actor, action: &str, key: &KeyRecord) -> Fact {
    Fact::new(now, actor, action, &key.kid).with_detail(key.purpose.as_str())
}
