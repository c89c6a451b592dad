//! `demo.json`: everything that a program needs to try the demo.

use portreeve_server::env::Env;
use portreeve_server::paths::{AUTHORIZE, METADATA};
use serde::Serialize;

use crate::demo::config::{BERTHS, BERTHS_AUDIENCE, CREW, VESSEL};
use crate::demo::world::{
    BERTHS_SCOPES, CHILD, ClientKey, DUALOG_SCOPES, FOREIGN, ORGANIZATION, PERSON, World,
};

/// The whole file. Holds secrets: written for its owner alone, and never logged.
#[derive(Serialize)]
pub(crate) struct Report {
    pub(crate) issuer: String,
    pub(crate) standard: Standard,
    pub(crate) dualog: Dualog,
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
}

/// What a program authenticates with.
#[derive(Serialize)]
pub(crate) struct ClientReport {
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
}

impl Report {
    /// What there is to try on this server.
    pub(crate) fn new(env: &Env, world: &World) -> Self {
        let issuer = &env.endpoints.issuer;
        Self {
            issuer: issuer.clone(),
            standard: standard(env, world),
            dualog: Dualog {
                token_url: format!("{issuer}{}", dualog_token_path(env)),
                organization_client: ClientReport::from(&world.organization),
                user_client: ClientReport::from(&world.user),
                user_email: PERSON,
                scopes: DUALOG_SCOPES.split(' ').collect(),
                organization_id: ORGANIZATION,
                child_organization_id: CHILD,
                foreign_organization_id: FOREIGN,
                ships_url: format!("{issuer}{VESSEL}/v1/ships"),
                crew_url: format!("{issuer}{CREW}/v1/crew"),
            },
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

/// The dialect's file says where its tokens are asked for.
fn dualog_token_path(env: &Env) -> &str {
    let entry = env.catalog.dialects.iter().find(|entry| entry.dialect.name == "dualog");
    entry.and_then(|entry| entry.dialect.token.paths.first()).map_or("", String::as_str)
}
