//! May this call pass the gate? No database is read when everything is warm.

use std::borrow::Cow;
use std::sync::Arc;

use http::{HeaderMap, Method};
use portreeve_core::policy::path::PlainPath;
use portreeve_core::policy::route::Security;
use portreeve_core::policy::verdict::{Allowed, Call, decide as verdict};
use portreeve_core::service::Service;
use portreeve_core::token::liveness::Holder;
use portreeve_core::token::record::AccessToken;
use portreeve_store::contract::error::StoreError;
use portreeve_store::directory::{KnownClient, Roots};

use crate::env::Env;
use crate::flow::inspect::inspect;
use crate::flow::stop::Stop;

/// A call as it arrived at a service's gate.
#[derive(Clone, Copy)]
pub struct Arrived<'a> {
    /// The method.
    pub method: &'a Method,
    /// The path below the service's own, still encoded.
    pub path: &'a str,
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
    let path = PlainPath::read(call.path)?;
    let found = service.api.routes.find(call.method.as_str(), &path)?;
    if matches!(found.operation.security, Security::Public) {
        return Ok(Allowed { caller: None });
    }
    env.must_be_current()?;
    let text = service.dialect.resource.token(call.headers, call.query)?;
    let token = inspect(env, &text).await??;
    let values =
        |name: &str| call.headers.get_all(name).iter().map(http::HeaderValue::as_bytes).collect();
    let organization: Option<Cow<'_, str>> =
        found.organization_named(call.query, |name: &str| -> Vec<&[u8]> { values(name) })?;

    let standing = stand(env, &token).await?;
    seen.clone_from(&standing.client);
    let call = Call {
        operation: found.operation,
        audience: &service.audience,
        organization: organization.as_deref(),
        narrowed: service.dialect.resource.narrowed,
    };
    verdict(call, &token, standing.holder(), &env.directory.tree(), env.now()).map_err(Stop::from)
}

/// How the client of a token and the one for whom it acts stand at this moment.
pub struct Standing {
    /// The client, if it is still there.
    pub client: Option<Arc<KnownClient>>,
    /// True when the client's own owner is neither disabled nor gone.
    owner_stands: bool,
    roots: Option<Roots>,
    revoked: bool,
}

impl Standing {
    /// As the core wants it.
    pub fn holder(&self) -> Holder<'_> {
        Holder {
            client: self.client.as_deref().map(KnownClient::client).filter(|_| self.owner_stands),
            roots: self.roots.as_ref().map(Roots::as_slice),
            revoked: self.revoked,
        }
    }
}

/// Looks up how a token stands. From memory when warm.
///
/// # Errors
/// [`StoreError`] when the store cannot be read.
pub async fn stand(env: &Env, token: &AccessToken) -> Result<Standing, StoreError> {
    let client = env.directory.client(token.client_id.as_str()).await?;
    let roots = env.directory.roots(&token.owner).await?;
    let owner_stands = match &client {
        // The usual case: a client that acts for its owner.
        Some(client) if client.owner == token.owner => roots.is_some(),
        Some(client) => env.directory.roots(&client.owner).await?.is_some(),
        None => false,
    };
    let is_revoked = |id| env.directory.is_revoked(&id);
    let revoked = is_revoked(token.id) || token.family.is_some_and(|it| is_revoked(it.token_id()));
    Ok(Standing { client, owner_stands, roots, revoked })
}
