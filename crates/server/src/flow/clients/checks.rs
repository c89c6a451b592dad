//! What a client may be given: audiences, scopes and owners that exist.

use portreeve_core::oauth::scope::ScopeSet;
use portreeve_core::org::owner::Owner;
use portreeve_core::service::Resource;
use portreeve_core::token::record::Audience;

use crate::catalog::Catalog;
use crate::env::Env;
use crate::flow::change::ChangeError;

/// Refuses audiences that no service has.
///
/// # Errors
/// [`ChangeError::Wrong`] with the list of those that there are.
pub(in crate::flow) fn check_audiences<'a>(
    catalog: &Catalog,
    mut audiences: impl Iterator<Item = &'a Audience>,
) -> Result<(), ChangeError> {
    let Some(unknown) = audiences.find(|audience| catalog.resource(audience).is_none()) else {
        return Ok(());
    };
    let resources = catalog.dialects.iter().flat_map(|entry| &entry.resources);
    let known: Vec<&str> = resources.map(|resource| resource.audience.as_str()).collect();
    let text =
        format!("no service has the audience {:?}; there are {}", unknown.as_str(), named(&known));
    Err(ChangeError::Wrong(text))
}

/// Refuses scopes that no service of these audiences has.
///
/// # Errors
/// [`ChangeError::Wrong`] with the list of those that there are.
pub(in crate::flow) fn check_scopes(
    catalog: &Catalog,
    audiences: &[Audience],
    scopes: &ScopeSet,
) -> Result<(), ChangeError> {
    let resources = audiences.iter().filter_map(|audience| catalog.resource(audience));
    let offered = resources.fold(ScopeSet::EMPTY, |all, resource| all.union(&resource.scopes));
    match scopes.iter().find(|name| !offered.contains(name)) {
        None => Ok(()),
        Some(unknown) => {
            let known: Vec<&str> = offered.iter().collect();
            let text = format!(
                "the client's audiences have no scope {unknown:?}; they have {}",
                named(&known)
            );
            Err(ChangeError::Wrong(text))
        }
    }
}

/// The scopes that were ticked, and those that always belong.
pub(in crate::flow) fn with_basic(
    catalog: &Catalog,
    audiences: &[Audience],
    ticked: &ScopeSet,
) -> ScopeSet {
    let resources = audiences.iter().filter_map(|audience| catalog.resource(audience));
    let basic = |resource: &Resource| resource.dialect.basic_scope.intersection(&resource.scopes);
    resources.fold(ticked.clone(), |all, resource| all.union(&basic(resource)))
}

/// Refuses an owner that is not there.
///
/// # Errors
/// [`ChangeError::Missing`].
pub(in crate::flow) async fn check_owner(env: &Env, owner: &Owner) -> Result<(), ChangeError> {
    let store = env.directory.store();
    let exists = match owner {
        Owner::Organization(id) => store.find_organization(id).await?.is_some(),
        Owner::User(id) => store.find_user(id).await?.is_some(),
    };
    if exists { Ok(()) } else { Err(ChangeError::missing(owner.kind(), owner.id())) }
}

/// A list for a sentence.
pub(in crate::flow) fn named(names: &[&str]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}
