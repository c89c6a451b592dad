//! What a dialect makes of a request as far as that needs no server.

use axum::http::uri::Scheme;
use axum::http::{HeaderName, HeaderValue};
use portreeve_core::dialect::Dialect;
use portreeve_core::dialect::case::RawRequest;
use portreeve_core::dialect::connector::{Connector, Entry};
use portreeve_core::dialect::refusals::{Around, RefusalTable};
use portreeve_core::http_message::Reply;
use portreeve_core::refusal::{Reason, Refusal};
use portreeve_server::{raw, request_id};

use crate::verb::dialect::sample::{NOW_MS, REQUEST_ID};

/// What stands at a path.
pub(super) enum Door<'d> {
    /// The dialect's token endpoint.
    Token,
    /// A way to the page where a person lets an application in.
    Entry(&'d Connector, &'d Entry),
    /// Perhaps an API behind the gate.
    Call,
}

impl<'d> Door<'d> {
    /// The door of a dialect at a request's path.
    pub(super) fn at(dialect: &'d Dialect, request: &RawRequest) -> Self {
        let path = request.uri.path();
        if dialect.token.is_at(path) {
            return Self::Token;
        }
        let entries = dialect
            .connector
            .iter()
            .flat_map(|connector| connector.entries.iter().map(move |entry| (connector, entry)));
        let mut at_path = entries.filter(|(_, entry)| entry.path == path);
        at_path.next().map_or(Self::Call, |(connector, entry)| Self::Entry(connector, entry))
    }
}

/// True when no server reads so large a body.
pub(super) fn is_too_large(request: &RawRequest) -> bool {
    request.body.len() > raw::LARGEST
}

/// Every reason to refuse a token request that can be told from the request alone. When
/// there is one, a server looks no further.
pub(super) fn token_refusals(dialect: &Dialect, request: &RawRequest) -> Vec<Refusal> {
    if is_too_large(request) {
        return vec![Reason::BodyTooLarge.into()];
    }
    dialect.token.read(&request.plain()).refusals
}

/// The reply to a request that is refused.
pub(super) fn refused(
    table: &RefusalTable,
    refusal: &Refusal,
    request: &RawRequest,
    allow: &str,
) -> Reply {
    let scope = refusal.about.as_deref().filter(|_| refusal.reason == Reason::ScopeInsufficient);
    let address = request.address(scheme(request));
    let around = Around { request_id: REQUEST_ID, address, unix_ms: NOW_MS, scope, allow };
    with_request_id(table.write(refusal, &around))
}

/// The reply as it leaves a server, which puts the request's id on it.
pub(super) fn with_request_id(mut reply: Reply) -> Reply {
    let value = HeaderValue::from_static(REQUEST_ID);
    reply.headers.push((HeaderName::from_static(request_id::HEADER), value));
    reply
}

/// What a server on this machine speaks, and one elsewhere.
fn scheme(request: &RawRequest) -> &'static str {
    let host = request.address("").authority;
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let is_here = matches!(name, "localhost" | "127.0.0.1" | "[::1]");
    let is_plain = request.uri.scheme().is_some_and(|scheme| *scheme == Scheme::HTTP);
    if is_here || is_plain { "http" } else { "https" }
}
