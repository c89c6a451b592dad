//! The client credentials grant (RFC 6749 §4.4): a program asks for itself. Whom the
//! token reaches is decided anew at each request and is not part of it. A refresh token
//! is given only in a dialect whose vendor has it so (§4.4.3 advises against it), and
//! only one that needs no row: connections are people's.

use crate::client::record::Client;
use crate::dialect::issue::RefreshForm;
use crate::grant::contract::{Decision, Grant, Known, Refreshing};
use crate::oauth::grant_type::GrantType;
use crate::oauth::scope::ScopeSet;
use crate::refusal::{Reason, Refusal};
use crate::service::Resource;
use crate::token::record::{AccessToken, TokenId};

/// The grant.
pub struct ClientCredentials;

impl Grant for ClientCredentials {
    fn grant_type(&self) -> GrantType {
        GrantType::ClientCredentials
    }

    fn decide<'a>(&self, known: &Known<'a>) -> Result<Decision<'a>, Vec<Refusal>> {
        let may_use = may_use_grant(known.client, self.grant_type());
        let asked = asked_scope(known);
        let resource = asked.clone().and_then(|asked| choose_resource(known, &asked));
        match (may_use, asked, resource) {
            (Ok(()), Ok(asked), Ok(resource)) => {
                let scope = grant_scope(known.client, resource, &asked)?;
                Ok(decision(known, resource, scope))
            }
            (may_use, asked, resource) => {
                let mut refusals: Vec<Refusal> = Vec::new();
                refusals.extend(may_use.err());
                // Without a readable scope the choice of a resource says nothing new.
                refusals.extend(asked.err().or(resource.err()));
                Err(refusals)
            }
        }
    }
}

/// RFC 6749 §5.2, `unauthorized_client`.
fn may_use_grant(client: &Client, grant: GrantType) -> Result<(), Refusal> {
    if client.grants.contains(&grant) {
        return Ok(());
    }
    Err(Refusal::about(Reason::GrantNotAllowed, grant.as_str()))
}

fn asked_scope(known: &Known<'_>) -> Result<ScopeSet, Refusal> {
    let text = known.request.scope.as_deref().unwrap_or("");
    ScopeSet::parse(text).map_err(|_| Reason::ScopeMalformed.into())
}

/// Which API the token is for: the one that is named, or the only one that fits.
fn choose_resource<'a>(known: &Known<'a>, asked: &ScopeSet) -> Result<&'a Resource, Refusal> {
    let may_have = |resource: &&Resource| known.client.audiences.contains(&resource.audience);
    if let Some(name) = known.request.audience.as_deref().filter(|name| !name.is_empty()) {
        let found = known.resources.iter().find(|resource| resource.audience.as_str() == name);
        let found = found.ok_or_else(|| Refusal::about(Reason::AudienceUnknown, name))?;
        return Some(found)
            .filter(may_have)
            .ok_or_else(|| Refusal::about(Reason::AudienceNotAllowed, name));
    }
    let mut possible = known.resources.iter().filter(may_have);
    let (first, second) = (possible.next(), possible.next());
    match (first, second) {
        (Some(only), None) => Ok(only),
        (Some(_), Some(_)) => known
            .resources
            .iter()
            .filter(may_have)
            .find(|resource| !asked.is_empty() && asked.is_within(&resource.scopes))
            .ok_or_else(|| Reason::AudienceMissing.into()),
        (None, _) => Err(Reason::AudienceNotAllowed.into()),
    }
}

/// What is granted: what was asked, or everything the client has for this API when
/// nothing was asked (RFC 6749 §3.3). Asking for more is refused, not trimmed: a
/// program that thinks it may write should hear at once that it may not.
fn grant_scope(
    client: &Client,
    resource: &Resource,
    asked: &ScopeSet,
) -> Result<ScopeSet, Vec<Refusal>> {
    if asked.is_empty() {
        return Ok(client.scopes.intersection(&resource.scopes));
    }
    let about = |reason, name: &str| Refusal::about(reason, name);
    let unknown = asked.iter().find(|name| !resource.scopes.contains(name));
    let excess = asked.iter().find(|name| !client.scopes.contains(name));
    let refusals: Vec<Refusal> = unknown
        .map(|name| about(Reason::ScopeUnknown, name))
        .into_iter()
        .chain(excess.map(|name| about(Reason::ScopeNotAllowed, name)))
        .collect();
    if refusals.is_empty() { Ok(asked.clone()) } else { Err(refusals) }
}

fn decision<'a>(known: &Known<'a>, resource: &'a Resource, scope: ScopeSet) -> Decision<'a> {
    let token = AccessToken {
        id: TokenId::generate(known.entropy),
        family: None,
        client_id: known.client.client_id.clone(),
        owner: known.client.owner.clone(),
        audience: resource.audience.clone(),
        scope,
        organization: None,
        issued_at: known.issued_at(),
        expires_at: known.expires_at(resource),
    };
    let refresh = resource.dialect.issue.refresh.as_ref();
    let given = refresh
        .filter(|refresh| refresh.in_reply && matches!(refresh.format, RefreshForm::Sealed(_)));
    let refresh = match given {
        Some(refresh) => {
            Refreshing::First { expires_at: refresh.ttl.map(|ttl| token.issued_at.plus(ttl)) }
        }
        None => Refreshing::Nothing,
    };
    Decision { resource, token, refresh }
}
