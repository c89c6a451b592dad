//! The whole map, on one page.

mod portal;

use std::collections::HashMap;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::from_fn;
use axum::response::Response;
use axum::routing::{any, get, post};
use http::{HeaderValue, StatusCode, header};
use portreeve_core::refusal::Reason;

use crate::admin;
use crate::catalog::DialectEntry;
use crate::env::Env;
use crate::flow::records;
use crate::gate;
use crate::oauth::{authorize, introspect, metadata, revoke, token};
use crate::observe::metrics;
use crate::pages::{self, docs};
use crate::paths::{
    ASSETS, AUTHORIZE, CONNECT, CONNECT_SIGN_IN, CONNECT_SIGN_OUT, INTROSPECT, JWKS, METADATA,
    RESOURCE_METADATA, REVOKE, SIGN_IN, SIGN_OUT,
};
use crate::visit::Visit;

/// What the router's doors share.
#[derive(Clone)]
struct Map {
    env: Arc<Env>,
    token_paths: Arc<TokenPaths>,
    /// Which path is which entry of which dialect's connector.
    entries: Arc<HashMap<String, (usize, usize)>>,
}

/// Every door of an installation.
pub fn router(env: Arc<Env>) -> Router {
    let token_paths = Arc::new(TokenPaths::new(&env));
    let map = Map { token_paths, entries: Arc::new(entries(&env)), env };
    Router::new()
        .route(
            INTROSPECT,
            any(|State(map): State<Map>, request| async move {
                introspect::introspect(&map.env, request).await
            }),
        )
        .route(
            REVOKE,
            any(|State(map): State<Map>, request| async move {
                revoke::revoke(&map.env, request).await
            }),
        )
        .route(
            JWKS,
            get(|State(map): State<Map>, request: Request| async move {
                metadata::jwks(&map.env, &request)
            }),
        )
        .route(
            METADATA,
            get(|State(map): State<Map>, request: Request| async move {
                metadata::authorization_server(&map.env, &request)
            }),
        )
        .route(
            AUTHORIZE,
            any(|State(map): State<Map>, request: Request| async move {
                authorize::authorize(&map.env, &request)
            }),
        )
        .route("/healthz", get(|| async { plain(StatusCode::OK, "alive\n".to_owned()) }))
        .route("/readyz", get(|State(map): State<Map>| async move { ready(&map.env).await }))
        .route("/metrics", get(|State(map): State<Map>| async move { counters(&map.env) }))
        .merge(people().merge(portal::portal()).layer(from_fn(pages::dress)))
        .fallback(elsewhere)
        .with_state(map)
}

/// What people see.
fn people() -> Router<Map> {
    Router::new()
        .route(
            SIGN_IN,
            get(|State(map): State<Map>, request| async move {
                pages::show_sign_in(&map.env, request).await
            })
            .post(|State(map): State<Map>, request| async move {
                pages::submit_sign_in(&map.env, request).await
            }),
        )
        .route(
            SIGN_OUT,
            get(|State(map): State<Map>, request| async move {
                pages::show_sign_out(&map.env, request).await
            })
            .post(|State(map): State<Map>, request| async move {
                pages::submit_sign_out(&map.env, request).await
            }),
        )
        .route(
            CONNECT,
            get(|State(map): State<Map>, request| async move {
                pages::look(&map.env, request).await
            })
            .post(|State(map): State<Map>, request| async move {
                pages::answer(&map.env, request).await
            }),
        )
        .route(
            CONNECT_SIGN_IN,
            post(|State(map): State<Map>, request| async move {
                pages::connect_sign_in(&map.env, request).await
            }),
        )
        .route(
            CONNECT_SIGN_OUT,
            post(|State(map): State<Map>, request| async move {
                pages::leave(&map.env, request).await
            }),
        )
        .method_not_allowed_fallback(|State(map): State<Map>, request: Request| async move {
            pages::wrong_method(&map.env, &request)
        })
}

/// A dialect's token endpoint, or a service behind the gate: the longest path wins,
/// and an endpoint is longer than the service that it stands in.
async fn elsewhere(State(map): State<Map>, request: Request) -> Response {
    let env = &map.env;
    let uri = request.uri().clone();
    let path = uri.path();
    if let Some(number) = map.token_paths.find(path)
        && env.catalog.dialects.get(number).is_some()
    {
        return token::token(env, number, request).await.unwrap_or_else(broken);
    }
    if let Some((dialect, entry)) = map.entries.get(path).copied() {
        let asked = request.headers().clone();
        let entered = pages::enter(env, dialect, entry, request);
        return pages::dressed(&asked, async { entered.await.unwrap_or_else(broken) }).await;
    }
    if path.starts_with(ASSETS)
        && let Some(asset) = pages::asset(env, path, request.headers())
            .or_else(|| docs::file(path, request.headers()))
    {
        return asset;
    }
    if let Some(resource) = path.strip_prefix(RESOURCE_METADATA) {
        let found = metadata::protected_resource(env, resource, &request);
        return match found {
            Some(found) => found,
            None => nowhere(env, request).await,
        };
    }
    match env.catalog.service_number_for(path) {
        Some((number, rest)) if is_own(env, number) => {
            admin::door::call(env, number, rest, request).await.unwrap_or_else(broken)
        }
        Some((number, rest)) => {
            gate::door::call(env, number, rest, request).await.unwrap_or_else(broken)
        }
        None => nowhere(env, request).await,
    }
}

/// True for a service of ours, which answers itself.
fn is_own(env: &Env, number: usize) -> bool {
    env.catalog.services.get(number).is_some_and(|entry| entry.service.is_own)
}

async fn nowhere(env: &Env, request: Request) -> Response {
    let asked = request.headers().clone();
    let answer = async move {
        pages::nowhere(env, &request).unwrap_or_else(|| {
            let visit = Visit::begin(env, &env.observer.doors.nowhere, &request);
            let text = format!("{}\n", Reason::NotFound.row().text);
            visit.end(plain(StatusCode::NOT_FOUND, text), Err(Reason::NotFound))
        })
    };
    pages::dressed(&asked, answer).await
}

/// Every number comes from the catalog itself, so this is never seen.
fn broken() -> Response {
    plain(StatusCode::INTERNAL_SERVER_ERROR, String::new())
}

/// Ready: the database answers, and what is in memory is known to be true.
async fn ready(env: &Env) -> Response {
    let current = env.must_be_current().is_ok();
    let stored = env.directory.store().ping().await;
    match stored {
        Ok(()) if current => plain(StatusCode::OK, "ready\n".to_owned()),
        Ok(()) => plain(StatusCode::SERVICE_UNAVAILABLE, "the change log is silent\n".to_owned()),
        Err(_) => plain(StatusCode::SERVICE_UNAVAILABLE, "the database is silent\n".to_owned()),
    }
}

fn counters(env: &Env) -> Response {
    let clients = env.directory.remembered();
    env.observer.metrics.memory("clients").catch_up(clients.hits, clients.misses);
    let text = env.observer.metrics.text(env.now(), records::statements(env));
    let mut response = plain(StatusCode::OK, text);
    let kind = HeaderValue::from_static(metrics::CONTENT_TYPE);
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

fn plain(status: StatusCode, text: String) -> Response {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    let kind = HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// The connectors of dialects that a service speaks.
fn entries(env: &Env) -> HashMap<String, (usize, usize)> {
    let mut paths = HashMap::new();
    for (number, spoken) in env.catalog.dialects.iter().enumerate() {
        let connector = spoken.dialect.connector.as_ref().filter(|_| !spoken.resources.is_empty());
        let entries = connector.map_or(&[][..], |connector| &connector.entries);
        for (at, entry) in entries.iter().enumerate() {
            paths.insert(entry.path.clone(), (number, at));
        }
    }
    paths
}

/// Which path is which dialect's token endpoint, by its number in the catalog.
struct TokenPaths {
    exact: HashMap<String, usize>,
    /// Lower-case paths of dialects that take any case.
    folded: HashMap<String, usize>,
}

impl TokenPaths {
    fn new(env: &Env) -> Self {
        let mut paths = Self { exact: HashMap::new(), folded: HashMap::new() };
        let served = |(_, entry): &(usize, &DialectEntry)| entry.is_served();
        for (number, entry) in env.catalog.dialects.iter().enumerate().filter(served) {
            let endpoint = &entry.dialect.token;
            let into = if endpoint.ignore_case { &mut paths.folded } else { &mut paths.exact };
            into.extend(endpoint.paths.iter().map(|path| (path.clone(), number)));
        }
        paths
    }

    fn find(&self, path: &str) -> Option<usize> {
        let folded = || match self.folded.is_empty() {
            true => None,
            false => self.folded.get(&path.to_ascii_lowercase()).copied(),
        };
        self.exact.get(path).copied().or_else(folded)
    }
}
