//! May this call pass the gate? No database is read when everything is warm.

use std::borrow::Cow;
use std::sync::Arc;

use http::{HeaderMap, Method};
use portreeve_core::policy::path::PlainPath;
use portreeve_core::policy::route::Security;
use portreeve_core::policy::verdict::{Allowed, Call, decide as verdict};
use portreeve_core::refusal::{Reason, Refusal};
use portreeve_core::service::Service;
use portreeve_core::token::liveness::Holder;
use portreeve_core::token::record::AccessToken;
use portreeve_store::directory::{KnownClient, Roots};

use crate::env::Env;
use crate::flow::stop::Stop;

/// A call as it arrived at a service's gate.
#[derive(Clone, Copy)]
pub struct Arrived<'a> {
    /// The method.
    pub method: &'a Method,
    /// The path below the service's own, read. What is sent on is its spelling.
    pub path: &'a PlainPath<'a>,
    /// The query, still encoded.
    pub query: Option<&'a str>,
    /// The headers.
    pub headers: &'a HeaderMap,
}

/// Decides about a call. `seen` is told which client made it, for the log.
///
/// # Errors
/// [`Stop`] with the reason. A scope that is missing is named in `Refusal::about`.
pub async fn decide(
    env: &Env,
    service: &Service,
    call: Arrived<'_>,
    seen: &mut Option<Arc<KnownClient>>,
) -> Result<Allowed, Stop> {
    let found = service.api.routes.find(call.method.as_str(), call.path)?;
    if matches!(found.operation.security, Security::Public) {
        return Ok(Allowed { caller: None });
    }
    env.must_be_current()?;
    let text = service.dialect.resource.token(call.headers, call.query)?;
    let token = inspect(env, &text)?;
    let values =
        |name: &str| call.headers.get_all(name).iter().map(http::HeaderValue::as_bytes).collect();
    let organization: Option<Cow<'_, str>> =
        found.organization_named(call.query, |name: &str| -> Vec<&[u8]> { values(name) })?;

    let client = env.directory.client(token.client_id.as_str()).await?;
    let roots = match &client {
        Some(client) => env.directory.roots(&client.owner).await?,
        None => None,
    };
    seen.clone_from(&client);
    let holder = Holder {
        client: client.as_deref().map(KnownClient::client),
        roots: roots.as_ref().map(Roots::as_slice),
        revoked: env.directory.is_revoked(&token.id),
    };
    let call = Call {
        operation: found.operation,
        audience: &service.audience,
        organization: organization.as_deref(),
    };
    verdict(call, &token, holder, &env.directory.tree(), env.now()).map_err(Stop::from)
}

/// What a token says, remembered or read.
///
/// # Errors
/// [`Reason::TokenMalformed`] or [`Reason::TokenForged`].
pub fn inspect(env: &Env, text: &str) -> Result<Arc<AccessToken>, Refusal> {
    // The ring's number before the ring: at worst a token is read once more.
    let ring = env.directory.ring();
    let (keys, now) = (env.directory.keys(), env.now());
    let read = || env.inspector.inspect(text, &keys, now);
    env.tokens.recall(text, ring, read).map_err(|reason: Reason| reason.into())
}
