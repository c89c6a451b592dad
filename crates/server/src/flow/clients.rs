//! Clients: registered, changed, disabled, deleted. The command line, the portal and
//! the admin API take the same steps: read, decide (pure), one commit with its fact.
//!
//! Who may ask for a change is the door's to know; the `Actor` goes into the register.

use portreeve_core::audit::{Actor, Fact};
use portreeve_core::client::change::{self, ClientError, NewClient, SecretMaker};
use portreeve_core::client::record::Client;
use portreeve_core::oauth::scope::ScopeSet;
use portreeve_core::org::owner::Owner;
use portreeve_core::secret::Secret;
use portreeve_core::service::Resource;
use portreeve_core::text_id::ClientId;
use portreeve_core::time::{Timestamp, Ttl};
use portreeve_core::token::record::Audience;
use portreeve_store::contract::Page;
use portreeve_store::contract::commit::{Commit, Write};
use portreeve_store::contract::error::StoreError;

use crate::catalog::Catalog;
use crate::env::Env;
use crate::flow::change::ChangeError;

/// Registers a client. Answers it and its first secret, which is shown this once.
///
/// # Errors
/// [`ChangeError::Wrong`] for audiences and scopes that no service has, with the list
/// of those that exist; [`ChangeError::Missing`] for the owner; [`ChangeError::Taken`]
/// for the id.
pub async fn register(
    env: &Env,
    mut asked: NewClient,
    actor: &Actor,
) -> Result<(Client, Secret<String>), ChangeError> {
    check_audiences(&env.catalog, asked.audiences.iter().chain(&asked.introspects))?;
    check_scopes(&env.catalog, &asked.audiences, &asked.scopes)?;
    asked.scopes = with_basic(&env.catalog, &asked.audiences, &asked.scopes);
    check_owner(env, &asked.owner).await?;
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
/// [`ChangeError::Wrong`] when too many secrets are live already.
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
    Ok((write(env, next, fact).await?, secret))
}

/// Takes one secret away, at once, and every token that was issued before.
///
/// # Errors
/// [`ChangeError::Wrong`] when the client has no such secret.
pub async fn remove_secret(
    env: &Env,
    id: &ClientId,
    secret: &str,
    actor: &Actor,
) -> Result<Client, ChangeError> {
    let client = show(env, id).await?;
    let now = env.now();
    let next = change::remove_secret(&client, secret, now).map_err(|error| match error {
        ClientError::NoSuchSecret => ChangeError::Wrong(secrets_of(&client, secret)),
        other => ChangeError::wrong(other),
    })?;
    let fact = fact(now, actor, "client.secret_removed", &client).with_detail(secret);
    write(env, next, fact).await
}

/// Gives a client other scopes. What it loses is lost for tokens in use as well.
///
/// # Errors
/// [`ChangeError::Wrong`] for scopes that its audiences do not have.
pub async fn set_scopes(
    env: &Env,
    id: &ClientId,
    scopes: ScopeSet,
    actor: &Actor,
) -> Result<Client, ChangeError> {
    let client = show(env, id).await?;
    check_scopes(&env.catalog, &client.audiences, &scopes)?;
    let scopes = with_basic(&env.catalog, &client.audiences, &scopes);
    let detail = format!("scopes: {scopes}; before: {}", client.scopes);
    let fact = fact(env.now(), actor, "client.scopes_set", &client).with_detail(detail);
    write(env, change::set_scopes(&client, scopes), fact).await
}

/// Gives a client other addresses that its connector may send people back to.
///
/// # Errors
/// [`ChangeError::Wrong`] names one that cannot be registered.
pub async fn set_redirect_uris(
    env: &Env,
    id: &ClientId,
    uris: Vec<String>,
    actor: &Actor,
) -> Result<Client, ChangeError> {
    let client = show(env, id).await?;
    let next = change::set_redirect_uris(&client, uris).map_err(ChangeError::wrong)?;
    let detail = format!("redirect URIs: {}", next.redirect_uris.join(" "));
    let fact = fact(env.now(), actor, "client.redirect_uris_set", &client).with_detail(detail);
    write(env, next, fact).await
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
/// As there.
pub async fn enable(env: &Env, id: &ClientId, actor: &Actor) -> Result<Client, ChangeError> {
    set_disabled(env, id, false, actor).await
}

/// Deletes a client for good, with its secrets. Its tokens are refused at once.
///
/// # Errors
/// [`ChangeError::Missing`] when it is gone already.
pub async fn delete(env: &Env, id: &ClientId, actor: &Actor) -> Result<(), ChangeError> {
    let client = show(env, id).await?;
    let fact = fact(env.now(), actor, "client.deleted", &client).with_detail(&client.name);
    let commit = Commit::one(Write::ClientDeleted(id.clone()), fact);
    match env.directory.commit(commit).await {
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
        write(env, change::set_disabled(&client, disabled), fact).await
    };
    match attempt().await {
        Err(ChangeError::ChangedMeanwhile) => attempt().await,
        done => done,
    }
}

/// Commits the next state; answers it as it is stored.
async fn write(env: &Env, next: Client, fact: Fact) -> Result<Client, ChangeError> {
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

fn fact(now: Timestamp, actor: &Actor, action: &str, client: &Client) -> Fact {
    let fact = Fact::new(now, actor, action, &client.client_id);
    match &client.owner {
        Owner::Organization(organization) => fact.within(organization),
        Owner::User(_) => fact,
    }
}

fn secrets_of(client: &Client, asked: &str) -> String {
    let ids: Vec<&str> = client.secrets.iter().map(|secret| &*secret.id).collect();
    format!("the client has no secret {asked:?}; it has {}", named(&ids))
}

fn check_audiences<'a>(
    catalog: &Catalog,
    mut audiences: impl Iterator<Item = &'a Audience>,
) -> Result<(), ChangeError> {
    let Some(unknown) = audiences.find(|audience| catalog.resource(audience).is_none()) else {
        return Ok(());
    };
    let resources = catalog.dialects.iter().flat_map(|entry| &entry.resources);
    let known: Vec<&str> = resources.map(|resource| resource.audience.as_str()).collect();
    let text =
        format!("no service has the audience {:?}; there are {}", unknown.as_str(), named(&known));
    Err(ChangeError::Wrong(text))
}

fn check_scopes(
    catalog: &Catalog,
    audiences: &[Audience],
    scopes: &ScopeSet,
) -> Result<(), ChangeError> {
    let resources = audiences.iter().filter_map(|audience| catalog.resource(audience));
    let offered = resources.fold(ScopeSet::EMPTY, |all, resource| all.union(&resource.scopes));
    match scopes.iter().find(|name| !offered.contains(name)) {
        None => Ok(()),
        Some(unknown) => {
            let known: Vec<&str> = offered.iter().collect();
            let text = format!(
                "the client's audiences have no scope {unknown:?}; they have {}",
                named(&known)
            );
            Err(ChangeError::Wrong(text))
        }
    }
}

/// The scopes that were ticked, and those that always belong.
fn with_basic(catalog: &Catalog, audiences: &[Audience], ticked: &ScopeSet) -> ScopeSet {
    let resources = audiences.iter().filter_map(|audience| catalog.resource(audience));
    let basic = |resource: &Resource| resource.dialect.basic_scope.intersection(&resource.scopes);
    resources.fold(ticked.clone(), |all, resource| all.union(&basic(resource)))
}

async fn check_owner(env: &Env, owner: &Owner) -> Result<(), ChangeError> {
    let store = env.directory.store();
    let exists = match owner {
        Owner::Organization(id) => store.find_organization(id).await?.is_some(),
        Owner::User(id) => store.find_user(id).await?.is_some(),
    };
    if exists { Ok(()) } else { Err(ChangeError::missing(owner.kind(), owner.id())) }
}

fn named(names: &[&str]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}
