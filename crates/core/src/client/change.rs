//! How a client comes to be and changes. Pure: each function takes a client and
//! gives the next one; the store refuses it if somebody else was faster.

use crate::client::record::{Client, ClientSecret};
use crate::client::secret_format;
use crate::oauth::grant_type::GrantType;
use crate::oauth::scope::ScopeSet;
use crate::org::organization::check_name;
use crate::org::owner::Owner;
use crate::secret::{Entropy, HashKey, Secret, base62};
use crate::text_id::{ClientId, OrganizationId, UserId};
use crate::time::{Timestamp, Ttl};
use crate::token::record::Audience;

/// The most secrets that are live at one time: the one in use, the one that
/// replaces it, and one for a rotation that overtakes another.
pub const MOST_SECRETS: usize = 3;

/// Why a client cannot be registered or changed.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ClientError {
    /// The name is empty, too long, or has control characters.
    #[error("a name needs 1 to 200 characters and no control characters")]
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
    /// The end of its life, if it has one.
    pub expires_at: Option<Timestamp>,
}

/// What secrets are made with.
#[derive(Clone, Copy)]
pub struct SecretMaker<'a> {
    /// The source of randomness.
    pub entropy: &'a dyn Entropy,
    /// The installation's hash key.
    pub key: &'a HashKey,
    /// Now.
    pub now: Timestamp,
}

/// A new client with its first secret, which nobody will see again.
///
/// # Errors
/// [`ClientError`] when the name or the id break their rule.
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
    let (first, secret) = new_secret(maker);
    let client = Client {
        client_id,
        name,
        owner: asked.owner,
        audiences: asked.audiences,
        scopes: asked.scopes,
        grants: vec![GrantType::ClientCredentials],
        introspects: asked.introspects,
        disabled: false,
        expires_at: asked.expires_at,
        // The id may have been another client's, whose tokens are none of this one's.
        not_before: maker.now,
        token_ttl: None,
        secrets: vec![first],
        created_at: maker.now,
        version: 1,
    };
    Ok((client, secret))
}

/// The client with one more secret. The others live on for `overlap` at most, so
/// that running programs can be moved without a gap.
///
/// # Errors
/// [`ClientError::TooManySecrets`] when that would make more than [`MOST_SECRETS`].
pub fn rotate(
    client: &Client,
    overlap: Ttl,
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
    let (added, secret) = new_secret(maker);
    next.secrets.push(added);
    Ok((next, secret))
}

/// The client without one of its secrets, from this moment on.
///
/// # Errors
/// [`ClientError::NoSuchSecret`] when it has none with that id.
pub fn remove_secret(client: &Client, id: &str) -> Result<Client, ClientError> {
    let mut next = client.clone();
    next.secrets.retain(|secret| &*secret.id != id);
    if next.secrets.len() == client.secrets.len() {
        return Err(ClientError::NoSuchSecret);
    }
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

fn new_secret(maker: SecretMaker<'_>) -> (ClientSecret, Secret<String>) {
    let secret = secret_format::generate(maker.entropy);
    let mut random = [0; 6];
    maker.entropy.fill(&mut random);
    let mut id = String::new();
    base62::encode(&random, &mut id);
    id.truncate(8);
    let record = ClientSecret {
        id: id.into(),
        hash: maker.key.hash(secret.expose().as_bytes()),
        created_at: maker.now,
        expires_at: None,
        last_used_at: None,
    };
    (record, secret)
}

#[cfg(test)]
pub(crate) mod tests {
    use std::sync::atomic::{AtomicU8, Ordering};

    use super::*;
    use crate::secret::{MasterKey, SecretHash};

    pub(crate) fn client_with_secrets(secrets: &[(SecretHash, Option<Timestamp>)]) -> Client {
        let key = HashKey::derive(&MasterKey::from_bytes([3; 32]));
        let maker = SecretMaker { entropy: &counting(), key: &key, now: Timestamp::EPOCH };
        let (mut client, _) = register(asked("Bridge"), maker).unwrap();
        client.secrets = secrets
            .iter()
            .zip(1..)
            .map(|((hash, expires_at), number)| ClientSecret {
                id: format!("s{number}").into(),
                hash: *hash,
                created_at: Timestamp::EPOCH,
                expires_at: *expires_at,
                last_used_at: None,
            })
            .collect();
        client
    }

    fn counting() -> impl Fn(&mut [u8]) + Send + Sync {
        let count = AtomicU8::new(0);
        move |bytes: &mut [u8]| bytes.fill(count.fetch_add(1, Ordering::Relaxed))
    }

    fn asked(name: &str) -> NewClient {
        NewClient {
            client_id: None,
            name: name.to_owned(),
            owner: Owner::Organization(OrganizationId::parse("org_1").unwrap()),
            audiences: vec![Audience::new("https://api.example.com")],
            scopes: ScopeSet::parse("organization_read").unwrap(),
            introspects: Vec::new(),
            expires_at: None,
        }
    }

    #[test]
    fn a_new_client_has_no_part_in_older_tokens() {
        let key = HashKey::derive(&MasterKey::from_bytes([3; 32]));
        let now = Timestamp::from_unix(500);
        let maker = SecretMaker { entropy: &counting(), key: &key, now };
        let (client, _) = register(asked("Bridge"), maker).unwrap();
        assert_eq!(client.not_before, now, "its id may have been another client's");
    }

    #[test]
    fn rotation_overlaps_and_ends() {
        let key = HashKey::derive(&MasterKey::from_bytes([3; 32]));
        let entropy = counting();
        let at = |now| SecretMaker { entropy: &entropy, key: &key, now: Timestamp::from_unix(now) };
        let (first, shown) = register(asked("Bridge"), at(0)).unwrap();
        assert_eq!(first.secrets[0].hash, key.hash(shown.expose().as_bytes()));

        let (second, _) = rotate(&first, Ttl::from_seconds(100), at(10)).unwrap();
        let ends: Vec<_> = second.secrets.iter().map(|s| s.expires_at).collect();
        assert_eq!(ends, [Some(Timestamp::from_unix(110)), None]);

        let (third, _) = rotate(&second, Ttl::from_seconds(1000), at(20)).unwrap();
        assert_eq!(third.secrets.len(), 3);
        assert_eq!(third.secrets[0].expires_at, Some(Timestamp::from_unix(110)), "never longer");
        assert_eq!(
            rotate(&third, Ttl::from_seconds(1000), at(30)).unwrap_err(),
            ClientError::TooManySecrets
        );
        let (fourth, _) = rotate(&third, Ttl::ZERO, at(30)).unwrap();
        assert_eq!(fourth.secrets.len(), 1, "no overlap: the others are gone at once");
    }

    #[test]
    fn ids_of_other_kinds_and_empty_names_are_refused() {
        let key = HashKey::derive(&MasterKey::from_bytes([3; 32]));
        let maker = SecretMaker { entropy: &counting(), key: &key, now: Timestamp::EPOCH };
        assert_eq!(register(asked(" "), maker).unwrap_err(), ClientError::Name);
        let mut like_a_user = asked("x");
        like_a_user.client_id = Some(ClientId::parse("usr_1").unwrap());
        assert_eq!(register(like_a_user, maker).unwrap_err(), ClientError::IdOfAnotherKind);
    }

    #[test]
    fn a_secret_is_removed_by_its_id() {
        let key = HashKey::derive(&MasterKey::from_bytes([3; 32]));
        let client = client_with_secrets(&[(key.hash(b"a"), None), (key.hash(b"b"), None)]);
        assert_eq!(remove_secret(&client, "s1").unwrap().secrets.len(), 1);
        assert_eq!(remove_secret(&client, "s3").unwrap_err(), ClientError::NoSuchSecret);
    }
}
