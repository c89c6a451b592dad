//! The services, as an organization's contract has them.

use std::sync::Arc;

use portreeve_core::org::organization::Organization;
use portreeve_core::service::Service;
use portreeve_store::contract::search::{AbilityCount, ClientsOf};

use crate::env::Env;
use crate::flow::change::ChangeError;

/// A service, as an organization has it.
#[derive(Clone, Debug)]
pub struct Offered {
    /// The service.
    pub service: Arc<Service>,
    /// True when the contract opens it.
    pub is_open: bool,
    /// How many of the organization's clients, and of its members', may call it.
    pub clients: u64,
}

/// Every service that customers may have, in the order of the configuration. One of
/// Portreeve's own is nobody's business unless a contract names it.
///
/// # Errors
/// What the store says.
pub async fn services(env: &Env, organization: &Organization) -> Result<Vec<Offered>, ChangeError> {
    let of = ClientsOf::Organization(&organization.id);
    let counts = env.directory.store().count_abilities(of).await?;
    let tree = env.directory.tree();
    let own = std::slice::from_ref(&organization.id);
    let known = env.catalog.services.iter().map(|entry| &entry.service);
    let shown = known.filter(|service| !service.is_own || tree.is_named(own, &service.name));
    Ok(shown
        .map(|service| Offered {
            is_open: tree.is_open(own, &service.name),
            clients: counts
                .iter()
                .filter(|one| may_call(one, service))
                .map(|one| one.clients)
                .sum(),
            service: Arc::clone(service),
        })
        .collect())
}

/// Services that share an audience are told apart by their scopes.
fn may_call(ability: &AbilityCount, service: &Service) -> bool {
    let mut scopes = service.api.scopes.iter();
    ability.audiences.contains(&service.audience)
        && (service.api.scopes.is_empty() || scopes.any(|(name, _)| ability.scopes.contains(name)))
}
