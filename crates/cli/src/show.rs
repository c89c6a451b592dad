//! How records look outside: stable field names for programs. Secrets are in none of
//! them but the two that show a new one.

use jiff::Timestamp as Moment;
use portreeve_core::client::record::{Client, ClientSecret, ClientState};
use portreeve_core::org::member::User;
use portreeve_core::org::organization::Organization;
use portreeve_core::org::owner::Owner;
use portreeve_core::time::Timestamp;
use portreeve_core::token::record::Audience;
use serde::Serialize;

/// A time as RFC 3339 writes it, in UTC.
pub(crate) fn time(at: Timestamp) -> String {
    // Beyond the year 9999 there is no such form; the seconds say it then.
    let moment = Moment::from_second(at.as_unix());
    moment.map_or_else(|_| at.as_unix().to_string(), |moment| moment.to_string())
}

/// A time, or a dash.
pub(crate) fn time_or_dash(at: Option<Timestamp>) -> String {
    at.map_or_else(|| "-".to_owned(), time)
}

/// A client.
#[derive(Debug, Serialize)]
pub(crate) struct ClientShown {
    client_id: String,
    name: String,
    owner: OwnerShown,
    audiences: Vec<String>,
    scopes: Vec<String>,
    introspects: Vec<String>,
    redirect_uris: Vec<String>,
    networks: Vec<String>,
    token_ttl: Option<String>,
    state: ClientState,
    expires_at: Option<String>,
    created_at: String,
    secrets: Vec<SecretShown>,
}

/// For whom a client stands.
#[derive(Debug, Serialize)]
struct OwnerShown {
    kind: &'static str,
    id: String,
}

/// A secret: everything but the secret.
#[derive(Debug, Serialize)]
struct SecretShown {
    id: String,
    created_at: String,
    expires_at: Option<String>,
    last_used_at: Option<String>,
    last_used_from: Option<String>,
}

/// A client and its new secret.
#[derive(Serialize)]
pub(crate) struct NewSecretShown {
    #[serde(flatten)]
    client: ClientShown,
    client_secret: String,
}

/// An organization.
#[derive(Debug, Serialize)]
pub(crate) struct OrganizationShown {
    pub(crate) id: String,
    pub(crate) external_id: Option<String>,
    pub(crate) name: String,
    pub(crate) parent: Option<String>,
    pub(crate) services: Option<Vec<String>>,
    pub(crate) created_at: String,
}

/// A person.
#[derive(Debug, Serialize)]
pub(crate) struct UserShown {
    id: String,
    email: String,
    name: String,
    operator: bool,
    disabled: bool,
    created_at: String,
}

/// An invitation and its link, which is shown this once.
#[derive(Serialize)]
pub(crate) struct InvitationShown {
    pub(crate) email: String,
    pub(crate) organization: String,
    pub(crate) role: &'static str,
    pub(crate) expires_at: String,
    pub(crate) link: String,
}

impl ClientShown {
    /// The client as it stands at `now`.
    pub(crate) fn new(client: &Client, now: Timestamp) -> Self {
        let texts = |all: &[Audience]| all.iter().map(ToString::to_string).collect();
        Self {
            client_id: client.client_id.to_string(),
            name: client.name.clone(),
            owner: OwnerShown::from(&client.owner),
            audiences: texts(&client.audiences),
            scopes: client.scopes.iter().map(str::to_owned).collect(),
            introspects: texts(&client.introspects),
            redirect_uris: client.redirect_uris.clone(),
            networks: client.networks.iter().map(ToString::to_string).collect(),
            token_ttl: client.token_ttl.map(|life| life.to_string()),
            state: client.state(now),
            expires_at: client.expires_at.map(time),
            created_at: time(client.created_at),
            secrets: client.secrets.iter().map(SecretShown::from).collect(),
        }
    }

    /// The same with its new secret, which is shown this once.
    pub(crate) fn with_secret(self, secret: &str) -> NewSecretShown {
        NewSecretShown { client: self, client_secret: secret.to_owned() }
    }
}

impl From<&Owner> for OwnerShown {
    fn from(owner: &Owner) -> Self {
        Self { kind: owner.kind(), id: owner.id().to_owned() }
    }
}

impl From<&ClientSecret> for SecretShown {
    fn from(secret: &ClientSecret) -> Self {
        Self {
            id: secret.id.to_string(),
            created_at: time(secret.created_at),
            expires_at: secret.expires_at.map(time),
            last_used_at: secret.last_used_at.map(time),
            last_used_from: secret.last_used_from.map(|from| from.to_string()),
        }
    }
}

impl From<&Organization> for OrganizationShown {
    fn from(one: &Organization) -> Self {
        Self {
            id: one.id.to_string(),
            external_id: one.external_id.clone(),
            name: one.name.clone(),
            parent: one.parent.as_ref().map(ToString::to_string),
            services: one.services.clone(),
            created_at: time(one.created_at),
        }
    }
}

impl From<&User> for UserShown {
    fn from(user: &User) -> Self {
        Self {
            id: user.id.to_string(),
            email: user.email.clone(),
            name: user.name.clone(),
            operator: user.operator,
            disabled: user.disabled,
            created_at: time(user.created_at),
        }
    }
}

/// The word for a client's state.
pub(crate) const fn state(state: ClientState) -> &'static str {
    match state {
        ClientState::Active => "active",
        ClientState::Disabled => "disabled",
        ClientState::Expired => "expired",
    }
}
