//! What the record of a refusal means now: one answer for each kind of reason.

use portreeve_core::client::record::Client;
use portreeve_core::oauth::scope::ScopeSet;
use portreeve_core::policy::path::PlainPath;
use portreeve_core::policy::route::{Operation, Security};
use portreeve_core::policy::verdict::is_open;
use portreeve_core::refusal::Reason;
use portreeve_core::text_id::OrganizationId;
use portreeve_core::time::Timestamp;
use portreeve_core::token::record::Audience;
use portreeve_core::usage::RefusedCall;
use portreeve_store::contract::error::StoreError;
use portreeve_store::directory::Roots;

use crate::catalog::Catalog;
use crate::env::Env;
use crate::flow::explain::{Called, Hangs, Why};

/// What a refusal was about, and how that stands now.
///
/// # Errors
/// What the store says.
pub(super) async fn find(
    env: &Env,
    call: &RefusedCall,
    reason: Option<Reason>,
    client: Option<&Client>,
) -> Result<Why, StoreError> {
    let Some(reason) = reason else { return Ok(Why::Plain) };
    let now = env.now();
    Ok(match (reason, client) {
        (Reason::TokenExpired, _) => Why::TokenExpired { at: read_time(&call.about) },
        (Reason::TokenRevoked, _) => {
            let set = client.map(|client| client.not_before);
            Why::TokenRevoked { all_before: set.filter(|at| *at > Timestamp::EPOCH) }
        }
        (
            Reason::TokenClientDisabled
            | Reason::ClientDisabled
            | Reason::ClientExpired
            | Reason::OwnerDisabled,
            _,
        ) => client_state(env, client).await?,
        (_, None) => Why::Plain,
        (Reason::ScopeInsufficient, Some(client)) => scope(&env.catalog, call, client),
        (Reason::ScopeNotAllowed | Reason::ScopeUnknown, Some(client)) => {
            scope_asked(&env.catalog, call, client)
        }
        (Reason::OrganizationOutOfReach | Reason::OrganizationUnknown, Some(client)) => {
            organization(env, call, client).await?
        }
        (Reason::SecretWrong, Some(client)) => {
            let live = client.secrets.iter().filter(|secret| secret.is_live(now)).count();
            Why::SecretWrong { live }
        }
        (Reason::SecretExpired, Some(client)) => secret_expired(call, client, now),
        (Reason::NetworkForeign | Reason::ClientNetworkForeign, Some(client)) => Why::Network {
            from: call.peer,
            networks: client.networks.clone(),
            is_allowed: call.peer.is_some_and(|peer| client.may_call_from(peer)),
        },
        (Reason::ServiceClosed, Some(client)) => service(env, call, client).await?,
        (
            Reason::AudienceNotAllowed
            | Reason::AudienceUnknown
            | Reason::AudienceMissing
            | Reason::TokenWrongAudience,
            Some(client),
        ) => Why::Audience { asked: call.about.clone(), has: client.audiences.clone() },
        (_, Some(_)) => Why::Plain,
    })
}

fn read_time(seconds: &str) -> Option<Timestamp> {
    seconds.parse().ok().map(Timestamp::from_unix)
}

async fn client_state(env: &Env, client: Option<&Client>) -> Result<Why, StoreError> {
    let owner_stands = match client {
        Some(client) => env.directory.roots(&client.owner).await?.is_some(),
        None => false,
    };
    Ok(Why::ClientState {
        state: client.map(|client| client.state(env.now())),
        ends: client.and_then(|client| client.expires_at),
        owner: client.map(|client| client.owner.clone()),
        owner_stands,
    })
}

/// What the operation needs: as its document says now, or else as it was told then.
fn scope(catalog: &Catalog, call: &RefusedCall, client: &Client) -> Why {
    let operation = operation(catalog, &call.call);
    let needed = match operation.map(|operation| &operation.security) {
        Some(Security::AnyOf(choices)) => choices.clone(),
        Some(Security::Public) => Vec::new(),
        None => ScopeSet::parse(&call.about).into_iter().collect(),
    };
    let client_has = needed.iter().any(|one| one.is_within(&client.scopes)) || needed.is_empty();
    Why::Scope { operation: operation.map(|operation| operation.id.clone()), needed, client_has }
}

/// The operation that this line, a method and a path, calls now.
fn operation<'c>(catalog: &'c Catalog, call: &str) -> Option<&'c Operation> {
    let (method, path) = call.split_once(' ')?;
    let (entry, rest) = catalog.service_for(path)?;
    let path = PlainPath::read(rest).ok()?;
    let found = entry.service.api.routes.find(method, &path).ok()?;
    Some(found.operation)
}

fn scope_asked(catalog: &Catalog, call: &RefusedCall, client: &Client) -> Why {
    let offers = |audience: &&Audience| {
        catalog.resource(audience).is_some_and(|resource| resource.scopes.contains(&call.about))
    };
    Why::ScopeAsked {
        scope: call.about.clone(),
        offered_by: client.audiences.iter().filter(offers).cloned().collect(),
        client_has: client.scopes.contains(&call.about),
    }
}

async fn organization(env: &Env, call: &RefusedCall, client: &Client) -> Result<Why, StoreError> {
    let roots = env.directory.roots(&client.owner).await?;
    let roots = roots.as_ref().map_or(&[][..], Roots::as_slice);
    let (reaches, ids) = {
        let tree = env.directory.tree();
        let id = tree.named(&call.about);
        let above = |id| tree.above(id).cloned().collect::<Vec<_>>();
        let reaches = id.is_some_and(|id| tree.is_reached(roots, id));
        (reaches, id.map(|id| (id.clone(), above(id))))
    };
    let found = match ids {
        None => None,
        Some((id, above)) => match called(env, &[id]).await?.pop() {
            Some(one) => Some(Hangs { one, above: called(env, &above).await? }),
            None => None,
        },
    };
    Ok(Why::Organization {
        named: call.about.clone(),
        found,
        roots: called(env, roots).await?,
        reaches,
    })
}

fn secret_expired(call: &RefusedCall, client: &Client, now: Timestamp) -> Why {
    let secret = client.secrets.iter().find(|secret| secret.id == call.about);
    Why::SecretExpired {
        id: call.about.clone(),
        ends: secret.and_then(|secret| secret.expires_at),
        is_there: secret.is_some(),
        is_live: secret.is_some_and(|secret| secret.is_live(now)),
    }
}

async fn service(env: &Env, call: &RefusedCall, client: &Client) -> Result<Why, StoreError> {
    let roots = env.directory.roots(&client.owner).await?;
    let places = roots.as_ref().map_or(&[][..], Roots::as_slice);
    let operator = roots.as_ref().is_some_and(Roots::is_operator);
    let services = env.catalog.services.iter().map(|entry| &entry.service);
    let service = services.into_iter().find(|service| *service.name == *call.service);
    let open = |service| is_open(service, operator, places, &env.directory.tree());
    Ok(Why::Service {
        title: service.map(|service| service.title.clone()),
        said_by: sayers(env, places).await?,
        is_open: service.is_some_and(|service| open(service.named())),
    })
}

/// From each place upwards, the nearest whose contract names services; each once.
async fn sayers(env: &Env, places: &[OrganizationId]) -> Result<Vec<Called>, StoreError> {
    let mut sayers: Vec<Called> = Vec::new();
    for place in places {
        let above: Vec<OrganizationId> = env.directory.tree().above(place).cloned().collect();
        for id in std::iter::once(place).chain(&above) {
            let Some(one) = env.directory.store().find_organization(id).await? else { continue };
            if one.services.is_none() {
                continue;
            }
            let called = Called { id: one.id, name: one.name };
            if !sayers.contains(&called) {
                sayers.push(called);
            }
            break;
        }
    }
    Ok(sayers)
}

/// The names of these; whoever is gone meanwhile is left out.
async fn called(env: &Env, ids: &[OrganizationId]) -> Result<Vec<Called>, StoreError> {
    let mut found = Vec::with_capacity(ids.len());
    for id in ids {
        if let Some(one) = env.directory.store().find_organization(id).await? {
            found.push(Called { id: one.id, name: one.name });
        }
    }
    Ok(found)
}
