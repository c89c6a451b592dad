//! The gate as a reverse proxy: decide, tell the API who calls, forward.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::Request;
use axum::response::Response;
use futures_util::FutureExt;
use http::{HeaderMap, HeaderName, HeaderValue, header};
use portreeve_core::dialect::resource::ResourceSide;
use portreeve_core::policy::path::PlainPath;
use portreeve_core::policy::route::Method;
use portreeve_core::policy::verdict::Caller;
use portreeve_core::refusal::{Reason, Refusal};

use crate::catalog::ServiceEntry;
use crate::env::Env;
use crate::flow;
use crate::flow::decide::{Arrived, Lasting};
use crate::gate::origin;
use crate::upstream::hop_by_hop;
use crate::usage::place_of;
use crate::visit::Visit;

/// Which client calls.
pub const CLIENT: HeaderName = HeaderName::from_static("portreeve-client");
/// What it may do, separated by spaces.
pub const SCOPE: HeaderName = HeaderName::from_static("portreeve-scope");
/// Which organizations this call may touch, separated by commas.
pub const ORGANIZATIONS: HeaderName = HeaderName::from_static("portreeve-organizations");
/// For whom the client stands: `organization:…` or `user:…`.
pub const OWNER: HeaderName = HeaderName::from_static("portreeve-owner");
/// The request's id, the same as in our log and in the answer.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("portreeve-request-id");

/// Answers a call to the service with this number.
pub async fn call(
    env: &Arc<Env>,
    number: usize,
    rest: &str,
    mut request: Request,
) -> Option<Response> {
    let entry = env.catalog.services.get(number)?;
    let (door, counters) = env.observer.doors.services.get(number)?;
    let mut visit = Visit::begin(env, door, &request);
    let uri = request.uri().clone();
    let path = match PlainPath::read(if rest.is_empty() { "/" } else { rest }) {
        Ok(path) => path,
        Err(reason) => {
            counters.refused.inc();
            return Some(refuse(entry, visit, &reason.into(), ""));
        }
    };
    let (method, query, headers) = (request.method(), uri.query(), request.headers());
    let arrived = Arrived { method, path: &path, query, headers, peer: visit.peer() };
    let verdict = flow::decide::decide(env, &entry.service, arrived, &mut visit.client).await;
    let allowed = match verdict {
        Ok(passed) => passed.allowed,
        Err(stop) => {
            counters.refused.inc();
            let refusals = stop.into_refusals();
            let allow = allowed_methods(entry, &path, &refusals);
            let refusal = entry.service.dialect.resource.refusals.pick(refusals);
            visit.count_refused(place_of(number), &refusal);
            return Some(refuse(entry, visit, &refusal, &allow));
        }
    };
    counters.allowed.inc();
    visit.count_passed(number);
    let told = told(allowed.caller.as_ref(), &visit);
    let resource = &entry.service.dialect.resource;
    let left = resource.query_to_forward(query);
    let had_token_in_query = left.as_deref() != query;
    let target = target(&path, left.as_deref());
    // Before anything is taken from the request: a tunnel is decided about again as it
    // was at first.
    let refused = hop_by_hop::asked_upgrade(request.version(), request.headers()).map(|_| {
        flow::decide::refused(Arc::clone(env), lasting(number, &path, &request, visit.peer()))
            .boxed()
    });
    take_token(resource, request.headers_mut());
    origin::take_cookies(request.headers_mut());
    match env.upstreams.of(number)?.forward(request, &target, &told, refused).await {
        Ok(mut response) => {
            origin::keep_apart(response.headers_mut());
            // RFC 6750 §2.3: the address of this answer holds a token.
            if had_token_in_query {
                let never = HeaderValue::from_static("no-store");
                response.headers_mut().insert(header::CACHE_CONTROL, never);
            }
            Some(visit.end(response, Ok(())))
        }
        Err(reason) => Some(refuse(entry, visit, &reason.into(), "")),
    }
}

fn lasting(service: usize, path: &PlainPath<'_>, request: &Request, peer: IpAddr) -> Lasting {
    Lasting {
        service,
        method: request.method().clone(),
        path: path.spelling().to_owned(),
        query: request.uri().query().map(str::to_owned),
        headers: request.headers().clone(),
        peer,
    }
}

fn refuse(entry: &ServiceEntry, visit: Visit<'_>, refusal: &Refusal, allow: &str) -> Response {
    let scope = refusal.about.as_deref().filter(|_| refusal.reason == Reason::ScopeInsufficient);
    let reply = entry.service.dialect.resource.refusals.write(refusal, &visit.around(scope, allow));
    visit.answer(reply, Err(refusal.reason))
}

/// What the API is told. Values come from our own records and from checked words, so
/// they fit a header; one that did not would be left out, and the API then sees less.
fn told(caller: Option<&Caller>, visit: &Visit<'_>) -> Vec<(HeaderName, HeaderValue)> {
    let mut told = Vec::with_capacity(5);
    let mut tell = |name, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            told.push((name, value));
        }
    };
    if let Some(caller) = caller {
        tell(CLIENT, caller.client_id.as_str());
        tell(SCOPE, caller.scope.as_str());
        tell(OWNER, &caller.owner.to_string());
        if let Some(organizations) = &caller.organizations {
            tell(ORGANIZATIONS, organizations);
        }
    }
    tell(REQUEST_ID, visit.id.as_str());
    told
}

/// The token was for the gate.
fn take_token(resource: &ResourceSide, headers: &mut HeaderMap) {
    let is_token = |name: &&HeaderName| resource.is_token_header(name);
    let names: Vec<HeaderName> = headers.keys().filter(is_token).cloned().collect();
    for name in names {
        headers.remove(name);
    }
}

/// What was decided about, in the spelling in which it was, and the rest of the query
/// untouched.
fn target(path: &PlainPath<'_>, query: Option<&str>) -> String {
    match query {
        Some(query) => format!("{}?{query}", path.spelling()),
        None => path.spelling().to_owned(),
    }
}

/// The methods of the path, for `Allow` (RFC 9110 §15.5.6): only a 405 tells them.
fn allowed_methods(entry: &ServiceEntry, path: &PlainPath<'_>, refusals: &[Refusal]) -> String {
    if !refusals.iter().any(|refusal| refusal.reason == Reason::OperationMethod) {
        return String::new();
    }
    let methods = entry.service.api.routes.allowed_methods(path);
    methods.into_iter().map(Method::name).collect::<Vec<_>>().join(", ")
}
