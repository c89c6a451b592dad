//! May this call pass, and what may the API be told about who makes it? Pure: what
//! is known goes in, a yes or a refusal comes out. The gate and the guard crate
//! both ask here.

use std::net::IpAddr;

use crate::client::record::Client;
use crate::oauth::scope::ScopeSet;
use crate::org::owner::Owner;
use crate::org::reach::OrganizationTree;
use crate::policy::route::{Operation, Security};
use crate::refusal::{Reason, Refusal};
use crate::text_id::{ClientId, OrganizationId};
use crate::time::Timestamp;
use crate::token::liveness::Holder;
use crate::token::record::{AccessToken, Audience};

/// The most organizations that one call lists for the API. Beyond, the call must
/// name one: a header has an end.
pub const MOST_LISTED: usize = 200;

/// What is called.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// The operation, found by method and path.
    pub operation: &'a Operation,
    /// Its service, as contracts name it.
    pub service: Named<'a>,
    /// The audience of its service.
    pub audience: &'a Audience,
    /// The organization that the call names, if it does.
    pub organization: Option<&'a str>,
    /// True when only a token that is for one organization opens what touches one.
    pub narrowed: bool,
    /// Where it comes from, where that is known: a guard in the API's own process sees
    /// only what stands before it.
    pub peer: Option<IpAddr>,
}

/// A service, as contracts name it.
#[derive(Clone, Copy, Debug)]
pub struct Named<'a> {
    /// Its name.
    pub name: &'a str,
    /// True when it is one of Portreeve's own, which nobody has by default.
    pub is_own: bool,
}

/// A yes: what the API is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowed {
    /// Who calls; absent on a public operation.
    pub caller: Option<Caller>,
}

/// Who calls, and what the caller may touch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The client.
    pub client_id: ClientId,
    /// For whom it acts.
    pub owner: Owner,
    /// What it may do: the token's scope as far as the client still has it.
    pub scope: ScopeSet,
    /// The API's ids of the organizations that this call may touch, separated by
    /// commas: the one that it names, or all in reach. Absent when there are more
    /// than [`MOST_LISTED`] and the operation takes no organization.
    pub organizations: Option<String>,
}

/// Decides about a call.
///
/// # Errors
/// The one reason that comes first: the token's own, then where the call comes from, the
/// contract, the scope, and the organization (RFC 6750 §3.1).
pub fn decide(
    call: Call<'_>,
    token: &AccessToken,
    holder: Holder<'_>,
    tree: &OrganizationTree,
    now: Timestamp,
) -> Result<Allowed, Refusal> {
    if token.audience != *call.audience {
        return Err(Refusal::about(Reason::TokenWrongAudience, token.audience.as_str()));
    }
    let (client, roots) = holder.may_use(token, now).map_err(|reason| match reason {
        Reason::TokenExpired => Refusal::about(reason, token.expires_at.as_unix().to_string()),
        _ => reason.into(),
    })?;
    is_from_its_networks(client, call.peer)?;
    if !is_open(call.service, holder.operator, roots, tree) {
        return Err(Refusal::about(Reason::ServiceClosed, call.service.name));
    }
    let scope = token.scope.intersection(&client.scopes);
    has_scope(call.operation, &scope)?;
    if call.narrowed && call.operation.organization.is_some() && token.organization.is_none() {
        return Err(Reason::OrganizationNotChosen.into());
    }
    let roots = reached(token, roots, tree)?;
    let organizations = organizations(call, roots, tree)?;
    let caller = Caller {
        client_id: client.client_id.clone(),
        owner: token.owner.clone(),
        scope,
        organizations,
    };
    Ok(Allowed { caller: Some(caller) })
}

/// Where the reach of a token begins: `roots`, as its owner has them now, or the one
/// organization to which the token is narrowed. Whoever says what a token reaches, a
/// gate or introspection, must ask here.
///
/// # Errors
/// [`Reason::OrganizationOutOfReach`] when the owner no longer reaches that one.
pub fn reached<'a>(
    token: &'a AccessToken,
    roots: &'a [OrganizationId],
    tree: &OrganizationTree,
) -> Result<&'a [OrganizationId], Refusal> {
    match &token.organization {
        None => Ok(roots),
        Some(only) if tree.is_reached(roots, only) => Ok(std::slice::from_ref(only)),
        Some(only) => Err(Refusal::about(Reason::OrganizationOutOfReach, only.as_str())),
    }
}

/// True when a service is open to one whose reach begins at `roots` and who is, or is
/// not, one of the vendor's own staff. Staff have no contract. Whoever says what a token
/// opens, a gate or introspection, must ask here.
pub fn is_open(
    service: Named<'_>,
    operator: bool,
    roots: &[OrganizationId],
    tree: &OrganizationTree,
) -> bool {
    operator
        || match service.is_own {
            true => tree.is_named(roots, service.name),
            false => tree.is_open(roots, service.name),
        }
}

fn is_from_its_networks(client: &Client, peer: Option<IpAddr>) -> Result<(), Refusal> {
    match peer.filter(|peer| !client.may_call_from(*peer)) {
        Some(peer) => Err(Refusal::about(Reason::NetworkForeign, peer.to_canonical().to_string())),
        None => Ok(()),
    }
}

fn has_scope(operation: &Operation, scope: &ScopeSet) -> Result<(), Refusal> {
    match &operation.security {
        Security::Public => Ok(()),
        Security::AnyOf(choices) if choices.iter().any(|needed| needed.is_within(scope)) => Ok(()),
        Security::AnyOf(choices) => {
            let needed = choices.first().map_or("", ScopeSet::as_str);
            Err(Refusal::about(Reason::ScopeInsufficient, needed))
        }
    }
}

fn organizations(
    call: Call<'_>,
    roots: &[OrganizationId],
    tree: &OrganizationTree,
) -> Result<Option<String>, Refusal> {
    if let Some(name) = call.organization {
        let reached = tree.named(name).filter(|id| tree.is_reached(roots, id));
        let id = reached.ok_or_else(|| Refusal::about(Reason::OrganizationOutOfReach, name))?;
        return Ok(Some(tree.api_id(id).to_owned()));
    }
    match tree.below(roots, MOST_LISTED) {
        Some(ids) => {
            let names: Vec<&str> = ids.into_iter().map(|id| tree.api_id(id)).collect();
            Ok(Some(names.join(",")))
        }
        None if call.operation.organization.is_some() => Err(Reason::OrganizationsTooMany.into()),
        None => Ok(None),
    }
}

#[cfg(test)]
#[path = "verdict_tests.rs"]
mod tests;
