//! May this call pass the gate? No database is read when everything is warm.

use std::borrow::Cow;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, Method};
use portreeve_core::policy::organization::Place;
use portreeve_core::policy::path::PlainPath;
use portreeve_core::policy::route::{Operation, Security};
use portreeve_core::policy::verdict::{Allowed, Call, decide as verdict};
use portreeve_core::refusal::Reason;
use portreeve_core::service::Service;
use portreeve_core::time::Timestamp;
use portreeve_core::token::liveness::Holder;
use portreeve_core::token::record::AccessToken;
use portreeve_store::contract::error::StoreError;
use portreeve_store::directory::{KnownClient, Roots};

use crate::env::Env;
use crate::flow::inspect::inspect;
use crate::flow::stop::Stop;
use crate::upstream::hop_by_hop;

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
    /// Where it comes from.
    pub peer: IpAddr,
}

/// A call that may pass.
pub struct Passed {
    /// What the API may be told.
    pub allowed: Allowed,
    /// When its token expires; none on a public operation.
    pub expires_at: Option<Timestamp>,
}

/// A call that goes on after its answer (a tunnel), kept so that it can be decided
/// about again.
pub struct Lasting {
    /// The number of its service in the catalog.
    pub service: usize,
    /// The method.
    pub method: Method,
    /// The path below the service's own.
    pub path: String,
    /// The query, still encoded.
    pub query: Option<String>,
    /// The headers, as they came.
    pub headers: HeaderMap,
    /// Where it came from.
    pub peer: IpAddr,
}

/// How often a call that goes on is decided about again.
const ASK_AGAIN: Duration = Duration::from_secs(15);

/// Waits until a call that passed would no longer pass, for whatever reason there is
/// to refuse one. Its token's expiry is noticed when it comes, all else within 15
/// seconds.
pub async fn refused(env: Arc<Env>, call: Lasting) {
    while let Some(passed) = decide_again(&env, &call).await {
        let left = passed.expires_at.map(|end| env.now().until(end));
        let left = left.map_or(ASK_AGAIN, |left| Duration::from_secs(left.as_seconds().into()));
        tokio::time::sleep(left.min(ASK_AGAIN)).await;
    }
}

async fn decide_again(env: &Env, call: &Lasting) -> Option<Passed> {
    let entry = env.catalog.services.get(call.service)?;
    let path = PlainPath::read(&call.path).ok()?;
    let (query, headers) = (call.query.as_deref(), &call.headers);
    let arrived = Arrived { method: &call.method, path: &path, query, headers, peer: call.peer };
    decide(env, &entry.service, arrived, &mut None).await.ok()
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
) -> Result<Passed, Stop> {
    let found = service.api.routes.find(call.method.as_str(), call.path)?;
    if matches!(found.operation.security, Security::Public) {
        return Ok(Passed { allowed: Allowed { caller: None }, expires_at: None });
    }
    env.must_be_current()?;
    let text = service.dialect.resource.token(call.headers, call.query)?;
    let token = inspect(env, &text).await??;
    let standing = stand(env, &token).await?;
    seen.clone_from(&standing.client);
    must_name_one_organization(found.operation, call.headers)?;
    let values =
        |name: &str| call.headers.get_all(name).iter().map(http::HeaderValue::as_bytes).collect();
    let organization: Option<Cow<'_, str>> =
        found.organization_named(call.query, |name: &str| -> Vec<&[u8]> { values(name) })?;
    let call = Call {
        operation: found.operation,
        service: service.named(),
        audience: &service.audience,
        organization: organization.as_deref(),
        narrowed: service.dialect.resource.narrowed,
        peer: Some(call.peer),
    };
    let allowed = verdict(call, &token, standing.holder(), &env.directory.tree(), env.now())?;
    Ok(Passed { allowed, expires_at: Some(token.expires_at) })
}

/// A header that names the organization must be what the API sees: neither dropped on
/// the way nor joined by another spelling of it.
fn must_name_one_organization(operation: &Operation, headers: &HeaderMap) -> Result<(), Reason> {
    let parameter = operation.organization.as_ref().filter(|named| named.place == Place::Header);
    match parameter {
        Some(named) if !hop_by_hop::passes_as_it_is(headers, &named.name) => {
            Err(Reason::ParameterMalformed)
        }
        _ => Ok(()),
    }
}

/// How the client of a token and the one for whom it acts stand at this moment.
pub struct Standing {
    /// The client, if it is still there.
    pub client: Option<Arc<KnownClient>>,
    /// True when the client's own owner is neither disabled nor gone.
    owner_stands: bool,
    /// True when a client of one of the vendor's own staff acts for that person.
    operator: bool,
    roots: Option<Roots>,
    revoked: bool,
}

impl Standing {
    /// As the core wants it.
    pub fn holder(&self) -> Holder<'_> {
        Holder {
            client: self.client.as_deref().map(KnownClient::client).filter(|_| self.owner_stands),
            roots: self.roots.as_ref().map(Roots::as_slice),
            operator: self.operator,
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
    // The usual case: a client that acts for its owner.
    let is_own = client.as_deref().is_some_and(|client| client.owner == token.owner);
    let operator = is_own && roots.as_ref().is_some_and(Roots::is_operator);
    let owner_stands = match &client {
        Some(_) if is_own => roots.is_some(),
        Some(client) => env.directory.roots(&client.owner).await?.is_some(),
        None => false,
    };
    let is_revoked = |id| env.directory.is_revoked(&id);
    let revoked = is_revoked(token.id) || token.family.is_some_and(|it| is_revoked(it.token_id()));
    Ok(Standing { client, owner_stands, operator, roots, revoked })
}
