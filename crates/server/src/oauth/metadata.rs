//! What anybody may read: the server's metadata (RFC 8414), its public keys
//! (RFC 7517) and its services' metadata (RFC 9728).

use aws_lc_rs::digest;
use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use portreeve_core::oauth::metadata;
use portreeve_core::oauth::scope::ScopeSet;

use crate::config::keys::JWKS_KEPT;
use crate::env::Env;
use crate::visit::Visit;

/// How long a copy may be kept, in seconds. A new key is published for longer than
/// this before it signs.
pub const COPY_SECONDS: u32 = JWKS_KEPT.as_seconds();

/// `/.well-known/oauth-authorization-server`.
pub fn authorization_server(env: &Env, request: &Request) -> Response {
    let document =
        metadata::authorization_server(&env.endpoints, &env.catalog.all_scopes()).to_string();
    public(env, request, document)
}

/// The public keys.
pub fn jwks(env: &Env, request: &Request) -> Response {
    public(env, request, env.directory.keys().jwks(env.now()))
}

/// `/.well-known/oauth-protected-resource/<path of a service>`; `None` when there is
/// no service at that path.
pub fn protected_resource(env: &Env, path: &str, request: &Request) -> Option<Response> {
    let (entry, rest) = env.catalog.service_for(path)?;
    let service = &entry.service;
    if rest != "/" || path.ends_with('/') {
        return None;
    }
    let names = service.api.scopes.iter().map(|(name, _)| name.as_str());
    let scopes = ScopeSet::from_names(names).unwrap_or_default();
    let resource = format!("{}{}", env.endpoints.issuer, service.path);
    let document =
        metadata::protected_resource(&resource, &service.title, &env.endpoints.issuer, &scopes);
    Some(public(env, request, document.to_string()))
}

/// JSON that may be kept for a while, with an entity tag (RFC 9110 §8.8.3).
fn public(env: &Env, request: &Request, document: String) -> Response {
    let visit = Visit::begin(env, &env.observer.doors.public, request);
    let hash = digest::digest(&digest::SHA256, document.as_bytes());
    let tag = hash.as_ref().iter().take(12).map(|byte| format!("{byte:02x}")).collect::<String>();
    let tag = format!("\"{tag}\"");
    let mut response = Response::new(Body::empty());
    if is_known(request.headers(), &tag) {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    } else {
        *response.body_mut() = Body::from(document);
    }
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let life = format!("public, max-age={COPY_SECONDS}");
    for (name, value) in [(header::ETAG, tag), (header::CACHE_CONTROL, life)] {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(name, value);
        }
    }
    // A page of another origin may check tokens itself: there is nothing secret here.
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    visit.end(response, Ok(()))
}

fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    known.is_some_and(|known| {
        known
            .split(',')
            .map(|one| one.trim().trim_start_matches("W/"))
            .any(|one| one == tag || one == "*")
    })
}
