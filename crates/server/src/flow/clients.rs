//! Clients: registered, changed, disabled, deleted. The command line, the portal and
//! the admin API take the same steps: read, decide (pure), one commit with its fact.
//!
//! Who may ask for a change is the door's to know; the `Actor` goes into the register.
//!
//! `expected` is the version that the person saw: a change of what somebody else has
//! changed since is refused. Without one the client is changed as it is found.

pub(in crate::flow) mod checks;
pub(in crate::flow) mod particulars;
mod room;
mod secrets;

use portreeve_core::audit::{Actor, Fact};
use portreeve_core::client::change::{self, NewClient, SecretMaker};
use portreeve_core::client::record::Client;
use portreeve_core::org::owner::Owner;
use portreeve_core::secret::Secret;
use portreeve_core::text_id::ClientId;
use portreeve_core::time::{Timestamp, Ttl};
use portreeve_core::token::record::Audience;
use portreeve_store::contract::Page;
use portreeve_store::contract::commit::{Commit, Write};
use portreeve_store::contract::error::StoreError;

use crate::env::Env;
use crate::flow::administration::own;
use crate::flow::change::ChangeError;
use crate::flow::clients::checks::{check_audiences, check_owner, check_scopes, with_basic};
pub use crate::flow::clients::particulars::{action_of, set_particulars, set_scopes};
use crate::flow::clients::room::check_room;
pub use crate::flow::clients::secrets::{remove_secret, remove_secret_as_seen, set_secret_end};
use crate::flow::notices;

/// Registers a client. Answers it and its first secret, which is shown this once.
///
/// # Errors
/// [`ChangeError::Wrong`] for audiences and scopes that no service has, with the list
/// of those that exist, and for particulars that break a rule; [`ChangeError::Missing`]
/// for the owner; [`ChangeError::Taken`]
/// for the id; [`ChangeError::Full`] when the owner has as many as one may.
pub async fn register(
    env: &Env,
    mut asked: NewClient,
    actor: &Actor,
) -> Result<(Client, Secret<String>), ChangeError> {
    check_audiences(&env.catalog, asked.audiences.iter().chain(&asked.introspects))?;
    check_scopes(&env.catalog, &asked.audiences, &asked.scopes)?;
    asked.scopes = with_basic(&env.catalog, &asked.audiences, &asked.scopes);
    check_owner(env, &asked.owner).await?;
    let gains = asked.audiences.iter().chain(&asked.introspects);
    own::may_give(env, gains, &asked.scopes, actor).await?;
    check_room(env, &asked.owner, actor).await?;
    let now = env.now();
    let audiences = asked.audiences.clone();
    let maker = maker(env, &audiences, actor, now);
    let (client, secret) = change::register(asked, maker).map_err(ChangeError::wrong)?;
    let detail = format!("{}; owner {}; scopes: {}", client.name, client.owner, client.scopes);
    let fact = fact(now, actor, "client.registered", &client).with_detail(detail);
    let commit = Commit::one(Write::ClientRegistered(Box::new(client.clone())), fact);
    let taken =
        || format!("the client id {:?} is taken; choose another", client.client_id.as_str());
    match env.directory.commit(commit).await {
        Ok(_) => Ok((client, secret)),
        Err(error) => Err(ChangeError::entering(error, taken)),
    }
}

/// Adds a secret; the others live on for `overlap` at most. Without one every token
/// ends as well that was issued before. Answers the client and the new secret, which is
/// shown this once.
///
/// # Errors
/// [`ChangeError::Wrong`] when too many secrets are live already;
/// [`ChangeError::NotPermitted`] for a client that only staff may give one.
pub async fn rotate(
    env: &Env,
    id: &ClientId,
    overlap: Ttl,
    actor: &Actor,
) -> Result<(Client, Secret<String>), ChangeError> {
    rotate_until(env, id, Rotation { overlap, expires_at: None, expected: None }, actor).await
}

/// How a client is rotated.
#[derive(Clone, Copy, Debug)]
pub struct Rotation {
    /// How long the older secrets live on at most.
    pub overlap: Ttl,
    /// The end of the new secret, if it has one.
    pub expires_at: Option<Timestamp>,
    /// The version that the person saw.
    pub expected: Option<i64>,
}

/// The same, with all that can be chosen.
///
/// # Errors
/// As [`rotate`]; [`ChangeError::ChangedMeanwhile`] when it is not what the person saw.
pub async fn rotate_until(
    env: &Env,
    id: &ClientId,
    how: Rotation,
    actor: &Actor,
) -> Result<(Client, Secret<String>), ChangeError> {
    let client = as_seen(env, id, how.expected).await?;
    let (now, overlap) = (env.now(), how.overlap);
    let maker = maker(env, &client.audiences, actor, now);
    let (next, secret) =
        change::rotate(&client, overlap, how.expires_at, maker).map_err(ChangeError::wrong)?;
    let fact = fact(now, actor, "client.rotated", &client)
        .with_detail(format!("the older secrets end within {overlap}"));
    Ok((write(env, &client, next, fact, actor).await?, secret))
}

/// Disables a client: its every token and request is refused at once. Doing it twice
/// changes nothing; a change by somebody else in between does not stop it.
///
/// # Errors
/// [`ChangeError::Missing`], or what the store says.
pub async fn disable(env: &Env, id: &ClientId, actor: &Actor) -> Result<Client, ChangeError> {
    set_disabled(env, id, true, actor).await
}

/// Enables a client: tokens that have not expired live again. As calm as [`disable`].
///
/// # Errors
/// As there; [`ChangeError::NotPermitted`] for one that only staff may enable.
pub async fn enable(env: &Env, id: &ClientId, actor: &Actor) -> Result<Client, ChangeError> {
    set_disabled(env, id, false, actor).await
}

/// Deletes a client for good, with its secrets. Its tokens are refused at once.
///
/// # Errors
/// [`ChangeError::Missing`] when it is gone already.
pub async fn delete(env: &Env, id: &ClientId, actor: &Actor) -> Result<(), ChangeError> {
    delete_as_seen(env, id, None, actor).await
}

/// The same of what the person saw.
///
/// # Errors
/// As there; [`ChangeError::ChangedMeanwhile`] when it is not what the person saw.
pub async fn delete_as_seen(
    env: &Env,
    id: &ClientId,
    expected: Option<i64>,
    actor: &Actor,
) -> Result<(), ChangeError> {
    let client = as_seen(env, id, expected).await?;
    let fact = fact(env.now(), actor, "client.deleted", &client).with_detail(&client.name);
    let mut commit = Commit::one(Write::ClientDeleted(id.clone()), fact);
    if expected.is_some() {
        // Conditional on the version, which a deletion is not.
        commit.writes.insert(0, Write::ClientChanged(Box::new(client)));
    }
    match env.directory.commit(commit).await {
        Err(StoreError::Conflict(_)) if expected.is_some() => Err(ChangeError::ChangedMeanwhile),
        Ok(_) => Ok(()),
        Err(StoreError::Conflict(_)) => Err(ChangeError::missing("client", id)),
        Err(error) => Err(error.into()),
    }
}

/// The client as the store has it now.
///
/// # Errors
/// [`ChangeError::Missing`].
pub async fn show(env: &Env, id: &ClientId) -> Result<Client, ChangeError> {
    let found = env.directory.store().find_client(id).await?;
    found.ok_or_else(|| ChangeError::missing("client", id))
}

/// The same, when it is still what the person saw.
///
/// # Errors
/// [`ChangeError::Missing`], [`ChangeError::ChangedMeanwhile`].
pub async fn as_seen(
    env: &Env,
    id: &ClientId,
    expected: Option<i64>,
) -> Result<Client, ChangeError> {
    let client = show(env, id).await?;
    match expected {
        Some(version) if version != client.version => Err(ChangeError::ChangedMeanwhile),
        _ => Ok(client),
    }
}

/// Clients by id, of one owner or of all.
///
/// # Errors
/// What the store says.
pub async fn list(
    env: &Env,
    owner: Option<&Owner>,
    page: &Page,
) -> Result<Vec<Client>, ChangeError> {
    Ok(env.directory.store().list_clients(owner, page).await?)
}

async fn set_disabled(
    env: &Env,
    id: &ClientId,
    disabled: bool,
    actor: &Actor,
) -> Result<Client, ChangeError> {
    let action = if disabled { "client.disabled" } else { "client.enabled" };
    let attempt = async || {
        let client = show(env, id).await?;
        if client.disabled == disabled {
            return Ok(client);
        }
        let fact = fact(env.now(), actor, action, &client);
        let next = change::set_disabled(&client, disabled);
        let changed = write(env, &client, next, fact, actor).await?;
        if disabled {
            notices::client_disabled(env, &changed, actor).await;
        }
        Ok(changed)
    };
    match attempt().await {
        Err(ChangeError::ChangedMeanwhile) => attempt().await,
        done => done,
    }
}

/// Commits the next state, unless it is more than whoever asks may give; answers it as it
/// is stored.
async fn write(
    env: &Env,
    before: &Client,
    next: Client,
    fact: Fact,
    actor: &Actor,
) -> Result<Client, ChangeError> {
    own::may_change(env, before, &next, actor).await?;
    let commit = Commit::one(Write::ClientChanged(Box::new(next.clone())), fact);
    env.directory.commit(commit).await?;
    Ok(Client { version: next.version + 1, ..next })
}

/// What secrets for these audiences are made with. Where one of their dialects lets a
/// client sign with its secret, a sealed copy is kept to check the signature with.
fn maker<'a>(
    env: &'a Env,
    audiences: &[Audience],
    made_by: &'a Actor,
    now: Timestamp,
) -> SecretMaker<'a> {
    let mut resources = audiences.iter().filter_map(|audience| env.catalog.resource(audience));
    let is_needed = resources.any(|resource| resource.dialect.needs_recoverable_secret());
    let recoverable_under = is_needed.then(|| env.directory.master());
    SecretMaker { entropy: &*env.entropy, key: &env.hash_key, made_by, now, recoverable_under }
}

pub(super) fn fact(now: Timestamp, actor: &Actor, action: &str, client: &Client) -> Fact {
    let fact = Fact::new(now, actor, action, &client.client_id);
    match &client.owner {
        Owner::Organization(organization) => fact.within(organization),
        Owner::User(_) => fact,
    }
}
