//! How a client comes to be and changes. Pure: each function takes a client and
//! gives the next one; the store refuses it if somebody else was faster.

use ipnet::IpNet;

use crate::audit::Actor;
use crate::client::network;
use crate::client::record::{Client, ClientSecret};
use crate::client::recoverable::{self, RecoverableError};
use crate::client::redirect_uri;
use crate::client::secret_format;
use crate::oauth::grant_type::GrantType;
use crate::oauth::scope::ScopeSet;
use crate::org::organization::check_name;
use crate::org::owner::Owner;
use crate::secret::{Entropy, HashKey, MasterKey, Secret, base62};
use crate::text_id::{ClientId, OrganizationId, UserId};
use crate::time::{Timestamp, Ttl};
use crate::token::record::Audience;

/// The most secrets that are live at one time: the one in use, the one that
/// replaces it, and one for a rotation that overtakes another.
pub const MOST_SECRETS: usize = 3;

/// The most APIs that a client may have tokens for, and as many that it may introspect.
pub const MOST_AUDIENCES: usize = 100;

/// The shortest and the longest life of access tokens that a client may have of its own.
/// Where the service's is shorter, that counts.
pub const TOKEN_LIVES: [Ttl; 2] = [Ttl::from_seconds(60), Ttl::from_hours(24)];

/// Why a client cannot be registered or changed.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ClientError {
    /// The name is empty, too long, or has characters that cannot be seen.
    #[error("a name needs 1 to 200 characters, all of which can be seen")]
    Name,
    /// The id looks like one of another kind of record.
    #[error(
        "a client id may not begin with \"org_\" or \"usr_\": those are ids of organizations and users"
    )]
    IdOfAnotherKind,
    /// Too many secrets are live.
    #[error(
        "{MOST_SECRETS} secrets are live already; remove one, or rotate with a shorter overlap"
    )]
    TooManySecrets,
    /// There is no such secret.
    #[error("the client has no secret with that id")]
    NoSuchSecret,
    /// A redirect URI cannot be registered.
    #[error(
        "{0:?} cannot be a redirect URI: write https://…, or http://127.0.0.1:…, in full and without a fragment"
    )]
    RedirectUri(String),
    /// The life of its tokens is none that it may have.
    #[error(
        "a client's tokens may live from 1 minute to 24 hours, and no longer than the service's"
    )]
    TokenLife,
    /// There are too many networks.
    #[error("a client may have {} networks at most", network::MOST)]
    TooManyNetworks,
    /// There are too many redirect URIs.
    #[error("a client may have {} redirect URIs at most", redirect_uri::MOST)]
    TooManyRedirectUris,
    /// There are too many audiences.
    #[error("a client may have {MOST_AUDIENCES} audiences at most, and introspect as many")]
    TooManyAudiences,
    /// The crypto library failed.
    #[error(transparent)]
    Recoverable(#[from] RecoverableError),
}

/// What is asked for a new client.
#[derive(Clone, Debug)]
pub struct NewClient {
    /// The id, where the vendor's customers have one already; generated otherwise.
    pub client_id: Option<ClientId>,
    /// What people will call it.
    pub name: String,
    /// For whom it stands.
    pub owner: Owner,
    /// The APIs that it may have tokens for.
    pub audiences: Vec<Audience>,
    /// The scopes that it may have.
    pub scopes: ScopeSet,
    /// The audiences whose tokens it may introspect.
    pub introspects: Vec<Audience>,
    /// Where its connector may send people back to.
    pub redirect_uris: Vec<String>,
    /// Where it may call from; anywhere when this is empty.
    pub networks: Vec<IpNet>,
    /// The life of its access tokens, where it differs from the service's.
    pub token_ttl: Option<Ttl>,
    /// The end of its life, if it has one.
    pub expires_at: Option<Timestamp>,
    /// The end of its first secret, if it has one.
    pub secret_expires_at: Option<Timestamp>,
}

/// What secrets are made with.
#[derive(Clone, Copy)]
pub struct SecretMaker<'a> {
    /// The source of randomness.
    pub entropy: &'a dyn Entropy,
    /// The installation's hash key.
    pub key: &'a HashKey,
    /// Who makes the secret.
    pub made_by: &'a Actor,
    /// Now.
    pub now: Timestamp,
    /// The master key, for a client whose secret must be recoverable: see
    /// [`crate::client::recoverable`]. None for every other client.
    pub recoverable_under: Option<&'a MasterKey>,
}

/// A new client with its first secret, which nobody will see again.
///
/// # Errors
/// [`ClientError`] when the name, the id, a redirect URI, the audiences, the networks or the
/// tokens' life break their rule.
pub fn register(
    asked: NewClient,
    maker: SecretMaker<'_>,
) -> Result<(Client, Secret<String>), ClientError> {
    let name = check_name(&asked.name).ok_or(ClientError::Name)?;
    let client_id = asked.client_id.unwrap_or_else(|| ClientId::generate(maker.entropy));
    // RFC 9700 §4.15.1: a client's id must never be taken for a person's.
    let of_another_kind = [OrganizationId::PREFIX, UserId::PREFIX]
        .iter()
        .any(|prefix| client_id.as_str().starts_with(prefix));
    if of_another_kind {
        return Err(ClientError::IdOfAnotherKind);
    }
    check_networks(&asked.networks)?;
    check_life(asked.token_ttl)?;
    let redirect_uris = check_redirect_uris(asked.redirect_uris)?;
    let audiences = check_audiences(asked.audiences)?;
    let introspects = check_audiences(asked.introspects)?;
    let (first, secret) = new_secret(&client_id, asked.secret_expires_at, maker)?;
    let client = Client {
        client_id,
        name,
        owner: asked.owner,
        audiences,
        scopes: asked.scopes,
        grants: vec![GrantType::ClientCredentials],
        introspects,
        redirect_uris,
        networks: asked.networks,
        disabled: false,
        expires_at: asked.expires_at,
        // The id may have been another client's, whose tokens are none of this one's.
        not_before: maker.now,
        token_ttl: asked.token_ttl,
        secrets: vec![first],
        created_at: maker.now,
        version: 1,
    };
    Ok((client, secret))
}

/// The client with one more secret. The others live on for `overlap` at most, so
/// that running programs can be moved without a gap. Without an overlap they end now,
/// and so does every token that was issued before, and every line of refreshes. The new
/// secret ends at `expires_at`, if ever.
///
/// # Errors
/// [`ClientError::TooManySecrets`] when that would make more than [`MOST_SECRETS`].
pub fn rotate(
    client: &Client,
    overlap: Ttl,
    expires_at: Option<Timestamp>,
    maker: SecretMaker<'_>,
) -> Result<(Client, Secret<String>), ClientError> {
    let end = maker.now.plus(overlap);
    let mut next = client.clone();
    for secret in &mut next.secrets {
        secret.expires_at = Some(secret.expires_at.map_or(end, |own| own.min(end)));
    }
    next.secrets.retain(|secret| secret.is_live(maker.now));
    if next.secrets.len() >= MOST_SECRETS {
        return Err(ClientError::TooManySecrets);
    }
    let (added, secret) = new_secret(&client.client_id, expires_at, maker)?;
    next.secrets.push(added);
    if overlap == Ttl::ZERO {
        end_tokens(&mut next, maker.now);
    }
    Ok((next, secret))
}

/// The client without one of its secrets, from `now` on. What came of a secret cannot
/// be told from what came of another: every token that was issued before ends, and every
/// line of refreshes, which would go on without the secret otherwise.
///
/// # Errors
/// [`ClientError::NoSuchSecret`] when it has none with that id.
pub fn remove_secret(client: &Client, id: &str, now: Timestamp) -> Result<Client, ClientError> {
    let mut next = client.clone();
    next.secrets.retain(|secret| &*secret.id != id);
    if next.secrets.len() == client.secrets.len() {
        return Err(ClientError::NoSuchSecret);
    }
    end_tokens(&mut next, now);
    Ok(next)
}

/// The client, disabled or enabled. Disabling refuses its every token and request
/// at once; enabling lets tokens live again that have not expired.
#[must_use]
pub fn set_disabled(client: &Client, disabled: bool) -> Client {
    Client { disabled, ..client.clone() }
}

/// The client with other scopes. What it loses is lost for tokens in use as well.
#[must_use]
pub fn set_scopes(client: &Client, scopes: ScopeSet) -> Client {
    Client { scopes, ..client.clone() }
}

/// The client with one secret that ends at another time: later, sooner or never.
///
/// # Errors
/// [`ClientError::NoSuchSecret`] when it has none with that id that is live.
pub fn set_secret_end(
    client: &Client,
    id: &str,
    expires_at: Option<Timestamp>,
    now: Timestamp,
) -> Result<Client, ClientError> {
    let mut next = client.clone();
    let mut live = next.secrets.iter_mut().filter(|secret| secret.is_live(now));
    let secret = live.find(|secret| &*secret.id == id).ok_or(ClientError::NoSuchSecret)?;
    secret.expires_at = expires_at;
    Ok(next)
}

/// What people may change about a client beside its scopes and secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Particulars {
    /// What people call it.
    pub name: String,
    /// Where it may call from; anywhere when this is empty.
    pub networks: Vec<IpNet>,
    /// The life of its access tokens, where it differs from the service's.
    pub token_ttl: Option<Ttl>,
    /// The end of its life, if it has one.
    pub expires_at: Option<Timestamp>,
}

/// The client with other particulars.
///
/// # Errors
/// [`ClientError::Name`], [`ClientError::TooManyNetworks`], [`ClientError::TokenLife`]. A
/// name or a life that it has already is none of these.
pub fn set_particulars(client: &Client, to: Particulars) -> Result<Client, ClientError> {
    let kept = (to.name == client.name).then(|| to.name.clone());
    let name = kept.or_else(|| check_name(&to.name)).ok_or(ClientError::Name)?;
    check_networks(&to.networks)?;
    check_life(to.token_ttl.filter(|_| to.token_ttl != client.token_ttl))?;
    let Particulars { networks, token_ttl, expires_at, .. } = to;
    Ok(Client { name, networks, token_ttl, expires_at, ..client.clone() })
}

/// The client for other APIs, each once, with other scopes.
///
/// # Errors
/// [`ClientError::TooManyAudiences`].
pub fn set_audiences(
    client: &Client,
    audiences: Vec<Audience>,
    scopes: ScopeSet,
) -> Result<Client, ClientError> {
    Ok(Client { audiences: check_audiences(audiences)?, scopes, ..client.clone() })
}

/// The client with other redirect URIs, each once.
///
/// # Errors
/// [`ClientError::RedirectUri`] names one that cannot be registered;
/// [`ClientError::TooManyRedirectUris`].
pub fn set_redirect_uris(client: &Client, uris: Vec<String>) -> Result<Client, ClientError> {
    Ok(Client { redirect_uris: check_redirect_uris(uris)?, ..client.clone() })
}

/// Times are whole seconds: what was issued in this one ends as well.
fn end_tokens(client: &mut Client, now: Timestamp) {
    client.not_before = client.not_before.max(now.plus(Ttl::from_seconds(1)));
}

fn check_networks(networks: &[IpNet]) -> Result<(), ClientError> {
    if networks.len() > network::MOST {
        return Err(ClientError::TooManyNetworks);
    }
    Ok(())
}

fn check_life(own: Option<Ttl>) -> Result<(), ClientError> {
    let [shortest, longest] = TOKEN_LIVES;
    match own {
        Some(life) if life < shortest || life > longest => Err(ClientError::TokenLife),
        _ => Ok(()),
    }
}

fn check_redirect_uris(uris: Vec<String>) -> Result<Vec<String>, ClientError> {
    if let Some(uri) = uris.iter().find(|uri| !redirect_uri::may_be_registered(uri)) {
        return Err(ClientError::RedirectUri(uri.clone()));
    }
    let kept = each_once(uris);
    if kept.len() > redirect_uri::MOST {
        return Err(ClientError::TooManyRedirectUris);
    }
    Ok(kept)
}

fn check_audiences(audiences: Vec<Audience>) -> Result<Vec<Audience>, ClientError> {
    let kept = each_once(audiences);
    if kept.len() > MOST_AUDIENCES {
        return Err(ClientError::TooManyAudiences);
    }
    Ok(kept)
}

fn each_once<T: PartialEq>(all: Vec<T>) -> Vec<T> {
    let mut kept = Vec::new();
    for one in all {
        if !kept.contains(&one) {
            kept.push(one);
        }
    }
    kept
}

fn new_secret(
    client_id: &ClientId,
    expires_at: Option<Timestamp>,
    maker: SecretMaker<'_>,
) -> Result<(ClientSecret, Secret<String>), RecoverableError> {
    let secret = secret_format::generate(maker.entropy);
    let mut random = [0; 6];
    maker.entropy.fill(&mut random);
    let mut id = String::new();
    base62::encode(&random, &mut id);
    id.truncate(8);
    let recoverable = maker
        .recoverable_under
        .map(|master| recoverable::seal(&secret, client_id, &id, master, maker.entropy))
        .transpose()?;
    let record = ClientSecret {
        id: id.into(),
        hash: maker.key.hash(secret.expose().as_bytes()),
        created_at: maker.now,
        expires_at,
        last_used_at: None,
        last_used_from: None,
        made_by: Some(maker.made_by.to_string().into()),
        hint: secret_format::hint(secret.expose()).into(),
        recoverable,
    };
    Ok((record, secret))
}

#[cfg(test)]
pub(crate) mod tests;
