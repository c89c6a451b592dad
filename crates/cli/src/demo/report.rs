//! `demo.json`: everything that a program needs to try the demo.

use portreeve_core::dialect::Dialect;
use portreeve_core::secret::Secret;
use portreeve_server::env::Env;
use portreeve_server::paths::{AUTHORIZE, DOCS, METADATA, PORTAL};
use serde::Serialize;

use crate::demo::config::{
    ADDRESSES, BERTHS, BERTHS_AUDIENCE, CLOUDS, CREW, DATALOY_AUDIENCE, VESSEL, VOYAGES,
};
use crate::demo::world::{
    self, ADMIN, BERTHS_SCOPES, CASHIER, CHILD, ClientKey, DUALOG_SCOPES, EXPIRED_LICENCE, FOREIGN,
    LICENSED_SCOPES, OPERATOR, ORGANIZATION, PERSON, World,
};

/// The whole file. Holds secrets: written for its owner alone, and never logged.
#[derive(Serialize)]
pub(crate) struct Report {
    pub(crate) issuer: String,
    pub(crate) portal: Portal,
    pub(crate) standard: Standard,
    pub(crate) dualog: Dualog,
    pub(crate) dataloy: Dataloy,
    pub(crate) dqe: Dqe,
    pub(crate) dotypos: Dotypos,
}

/// The portal, and who may look at it.
#[derive(Serialize)]
pub(crate) struct Portal {
    pub(crate) url: String,
    pub(crate) operator: PersonReport,
    pub(crate) admin: PersonReport,
    pub(crate) member: PersonReport,
}

/// The standard dialect, as RFC 8414 names its endpoints.
#[derive(Serialize)]
pub(crate) struct Standard {
    metadata: String,
    token_endpoint: String,
    introspection_endpoint: String,
    revocation_endpoint: String,
    jwks_uri: String,
    authorization_endpoint: String,
    #[serde(flatten)]
    client: ClientReport,
    scopes: Vec<&'static str>,
    audience: &'static str,
    guarded_url: String,
}

/// The Dualog dialect: two services, an organization's client and a person's.
#[derive(Serialize)]
pub(crate) struct Dualog {
    pub(crate) token_url: String,
    pub(crate) organization_client: ClientReport,
    pub(crate) user_client: ClientReport,
    pub(crate) user_email: &'static str,
    scopes: Vec<&'static str>,
    pub(crate) organization_id: &'static str,
    pub(crate) child_organization_id: &'static str,
    pub(crate) foreign_organization_id: &'static str,
    pub(crate) ships_url: String,
    pub(crate) crew_url: String,
    /// The pages on which the two services are tried out.
    swagger_urls: [String; 2],
}

/// The Dataloy dialect: one service, whose audience requests name.
#[derive(Serialize)]
pub(crate) struct Dataloy {
    pub(crate) token_url: String,
    #[serde(flatten)]
    pub(crate) client: ClientReport,
    pub(crate) audience: &'static str,
    pub(crate) cargo_url: String,
    pub(crate) currency_url: String,
}

/// The DQE dialect: a licence, and one that has ended.
#[derive(Serialize)]
pub(crate) struct Dqe {
    pub(crate) token_url: String,
    #[serde(flatten)]
    pub(crate) client: ClientReport,
    expired_client_id: &'static str,
    licensed_scopes: Vec<&'static str>,
    pub(crate) unlicensed_scope: &'static str,
    pub(crate) address_url: String,
}

/// The Dotypos dialect: an application that a person has let in, and can again.
#[derive(Serialize)]
pub(crate) struct Dotypos {
    pub(crate) connect_v1_url: String,
    connect_v2_url: String,
    pub(crate) signin_url: String,
    pub(crate) clouds_url: String,
    pub(crate) cloud_ids: [&'static str; 2],
    #[serde(flatten)]
    pub(crate) client: ClientReport,
    pub(crate) redirect_uri: String,
    pub(crate) user: PersonReport,
    /// Absent when the person cannot grant one any more.
    pub(crate) refresh_token: Option<String>,
}

/// What a program authenticates with.
#[derive(Serialize)]
pub(crate) struct ClientReport {
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
}

/// What a person signs in with.
#[derive(Serialize)]
pub(crate) struct PersonReport {
    pub(crate) email: &'static str,
    pub(crate) password: String,
}

impl Report {
    /// What there is to try on this server.
    pub(crate) fn new(env: &Env, world: &World) -> Self {
        Self {
            issuer: env.endpoints.issuer.clone(),
            portal: portal(env, world),
            standard: standard(env, world),
            dualog: dualog(env, world),
            dataloy: dataloy(env, world),
            dqe: dqe(env, world),
            dotypos: dotypos(env, world),
        }
    }
}

impl From<&ClientKey> for ClientReport {
    fn from(key: &ClientKey) -> Self {
        Self {
            client_id: key.client_id.to_string(),
            client_secret: key.client_secret.expose().clone(),
        }
    }
}

fn portal(env: &Env, world: &World) -> Portal {
    let [operator, admin, member] = &world.portal;
    let person = |email, password: &Secret<String>| PersonReport {
        email,
        password: password.expose().clone(),
    };
    Portal {
        url: format!("{}{PORTAL}", env.endpoints.issuer),
        operator: person(OPERATOR, operator),
        admin: person(ADMIN, admin),
        member: person(PERSON, member),
    }
}

fn standard(env: &Env, world: &World) -> Standard {
    let endpoints = &env.endpoints;
    let issuer = &endpoints.issuer;
    Standard {
        metadata: format!("{issuer}{METADATA}"),
        token_endpoint: endpoints.token.clone(),
        introspection_endpoint: endpoints.introspection.clone(),
        revocation_endpoint: endpoints.revocation.clone(),
        jwks_uri: endpoints.jwks.clone(),
        authorization_endpoint: format!("{issuer}{AUTHORIZE}"),
        client: ClientReport::from(&world.berths),
        scopes: BERTHS_SCOPES.split(' ').collect(),
        audience: BERTHS_AUDIENCE,
        guarded_url: format!("{issuer}{BERTHS}/v1/berths"),
    }
}

fn dualog(env: &Env, world: &World) -> Dualog {
    let issuer = &env.endpoints.issuer;
    Dualog {
        token_url: token_url(env, "dualog"),
        organization_client: ClientReport::from(&world.organization),
        user_client: ClientReport::from(&world.user),
        user_email: PERSON,
        scopes: DUALOG_SCOPES.split(' ').collect(),
        organization_id: ORGANIZATION,
        child_organization_id: CHILD,
        foreign_organization_id: FOREIGN,
        ships_url: format!("{issuer}{VESSEL}/v1/ships"),
        crew_url: format!("{issuer}{CREW}/v1/crew"),
        swagger_urls: ["vessel", "crew"].map(|name| format!("{issuer}{DOCS}/{name}")),
    }
}

fn dataloy(env: &Env, world: &World) -> Dataloy {
    let issuer = &env.endpoints.issuer;
    Dataloy {
        token_url: token_url(env, "dataloy"),
        client: ClientReport::from(&world.voyages),
        audience: DATALOY_AUDIENCE,
        cargo_url: format!("{issuer}{VOYAGES}/Cargo"),
        currency_url: format!("{issuer}{VOYAGES}/Currency"),
    }
}

fn dqe(env: &Env, world: &World) -> Dqe {
    Dqe {
        token_url: token_url(env, "dqe"),
        client: ClientReport::from(&world.licence),
        expired_client_id: EXPIRED_LICENCE,
        licensed_scopes: LICENSED_SCOPES.split(' ').collect(),
        unlicensed_scope: "client_phone",
        address_url: format!("{}{ADDRESSES}/", env.endpoints.issuer),
    }
}

fn dotypos(env: &Env, world: &World) -> Dotypos {
    let issuer = &env.endpoints.issuer;
    let connector = dialect(env, "dotypos").and_then(|dialect| dialect.connector.as_ref());
    let mut entries = connector.map(|connector| connector.entries.iter()).unwrap_or_default();
    let mut entry =
        || format!("{issuer}{}", entries.next().map_or("", |entry| entry.path.as_str()));
    Dotypos {
        connect_v1_url: entry(),
        connect_v2_url: entry(),
        signin_url: token_url(env, "dotypos"),
        clouds_url: format!("{issuer}{CLOUDS}/clouds"),
        cloud_ids: world::CLOUDS,
        client: ClientReport::from(&world.application),
        redirect_uri: world.back.clone(),
        user: PersonReport { email: CASHIER, password: world.password.expose().clone() },
        refresh_token: world.refresh_token.as_ref().map(|token| token.expose().clone()),
    }
}

/// The dialect's file says where its tokens are asked for.
fn token_url(env: &Env, name: &str) -> String {
    let path = dialect(env, name).and_then(|dialect| dialect.token.paths.first());
    format!("{}{}", env.endpoints.issuer, path.map_or("", String::as_str))
}

fn dialect<'e>(env: &'e Env, name: &str) -> Option<&'e Dialect> {
    let entry = env.catalog.dialects.iter().find(|entry| entry.dialect.name == name)?;
    Some(&entry.dialect)
}
