//! Who may give Portreeve's own services away: the vendor's own staff and the command
//! line. No program may, so that whoever holds a token of the administration API cannot
//! make another way into it.

use portreeve_core::audit::Actor;
use portreeve_core::client::record::Client;
use portreeve_core::oauth::scope::ScopeSet;
use portreeve_core::org::permission::{Action, Standing, may};
use portreeve_core::token::record::Audience;

use crate::env::Env;
use crate::flow::change::ChangeError;

/// Refuses audiences, or scopes with them, that only staff may give.
///
/// # Errors
/// [`ChangeError::NotPermitted`].
pub(in crate::flow) async fn may_give(
    env: &Env,
    audiences: impl Iterator<Item = &Audience>,
    scopes: &ScopeSet,
    actor: &Actor,
) -> Result<(), ChangeError> {
    let audiences: Vec<&Audience> = audiences.collect();
    let own = env.catalog.services.iter().map(|entry| &entry.service).filter(|one| one.is_own);
    let is_own = own.into_iter().any(|service| {
        let has_scope = service.api.scopes.iter().any(|(name, _)| scopes.contains(name));
        audiences.contains(&&service.audience) || has_scope
    });
    if is_own { must_be_staff(env, actor).await } else { Ok(()) }
}

/// The same of what a client would have more than it has.
///
/// # Errors
/// As there.
pub(in crate::flow) async fn may_add(
    env: &Env,
    client: &Client,
    audiences: &[Audience],
    scopes: &ScopeSet,
    actor: &Actor,
) -> Result<(), ChangeError> {
    let gained = audiences.iter().filter(|audience| !client.audiences.contains(audience));
    let names = scopes.iter().filter(|name| !client.scopes.contains(name));
    // A part of a list of scopes is one.
    let names = ScopeSet::from_names(names).map_err(ChangeError::wrong)?;
    may_give(env, gained, &names, actor).await
}

/// Refuses to open to an organization what only staff may open.
///
/// # Errors
/// As there.
pub(in crate::flow) async fn may_open(
    env: &Env,
    before: &[String],
    services: Option<&[String]>,
    actor: &Actor,
) -> Result<(), ChangeError> {
    let own = env.catalog.services.iter().map(|entry| &entry.service).filter(|one| one.is_own);
    let gained =
        |name: &String| services.unwrap_or_default().contains(name) && !before.contains(name);
    let is_gained = own.into_iter().any(|service| gained(&service.name));
    if is_gained { must_be_staff(env, actor).await } else { Ok(()) }
}

async fn must_be_staff(env: &Env, actor: &Actor) -> Result<(), ChangeError> {
    let id = match actor {
        Actor::CommandLine | Actor::System => return Ok(()),
        Actor::Client(_) => return Err(ChangeError::NotPermitted),
        Actor::User(id) => id,
    };
    let found = env.directory.store().find_user(id).await?;
    let operator = found.is_some_and(|user| user.operator && !user.disabled);
    match may(Standing { operator, ..Standing::default() }, Action::Operate) {
        true => Ok(()),
        false => Err(ChangeError::NotPermitted),
    }
}
