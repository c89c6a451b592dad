//! Who may give Portreeve's own services away: the vendor's own staff and the command
//! line. No program may, so that whoever holds a token of the administration API cannot
//! make another way into it: no other client, no other secret of one that has it already,
//! its own among them, no member of staff, and nobody's way back.
//!
//! Taking away is free: a program may disable, narrow and delete.

use portreeve_core::audit::Actor;
use portreeve_core::client::record::Client;
use portreeve_core::client::widening::{gains_secret, widens};
use portreeve_core::oauth::scope::ScopeSet;
use portreeve_core::org::member::User;
use portreeve_core::org::organization::Organization;
use portreeve_core::org::owner::Owner;
use portreeve_core::org::permission::{Action, Standing, may};
use portreeve_core::org::reach::OrganizationTree;
use portreeve_core::service::Service;
use portreeve_core::text_id::{OrganizationId, UserId};
use portreeve_core::token::record::Audience;
use portreeve_store::contract::Page;

use crate::env::Env;
use crate::flow::change::ChangeError;

/// How many clients are read at a time.
const PAGE: u32 = 200;

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
    if are_own(env, audiences, scopes) { must_be_staff(env, actor).await } else { Ok(()) }
}

/// Refuses whatever lets a client that has one of our services, or is to have it, do more
/// than it could.
///
/// # Errors
/// As there.
pub(in crate::flow) async fn may_change(
    env: &Env,
    before: &Client,
    next: &Client,
    actor: &Actor,
) -> Result<(), ChangeError> {
    let is_more = widens(before, next) || gains_secret(before, next);
    let is_own = is_own(env, before) || is_own(env, next);
    if is_own && is_more { must_be_staff(env, actor).await } else { Ok(()) }
}

/// Refuses services that an organization is entered with and only staff may open.
///
/// # Errors
/// As there.
pub(in crate::flow) async fn may_name(
    env: &Env,
    services: Option<&[String]>,
    actor: &Actor,
) -> Result<(), ChangeError> {
    let names = services.unwrap_or_default();
    if ours(env).any(|one| names.contains(&one.name)) {
        must_be_staff(env, actor).await?;
    }
    Ok(())
}

/// Refuses to open to an organization what only staff may open: by its own contract, or by
/// one above it that it is to have.
///
/// # Errors
/// As there.
pub(in crate::flow) async fn may_open(
    env: &Env,
    before: &Organization,
    next: &Organization,
    actor: &Actor,
) -> Result<(), ChangeError> {
    if (&before.parent, &before.services) == (&next.parent, &next.services) {
        return Ok(());
    }
    match must_be_staff(env, actor).await {
        Err(ChangeError::NotPermitted) => {}
        other => return other,
    }
    let mut all = env.directory.store().list_organizations().await?;
    let was = OrganizationTree::new(&all);
    all.retain(|one| one.id != next.id);
    all.push(next.clone());
    let is = OrganizationTree::new(&all);
    let here = std::slice::from_ref(&next.id);
    let names =
        |one: &Organization, name: &String| one.services.iter().flatten().any(|it| it == name);
    let is_gained = |name: &String| {
        (is.is_named(here, name) && !was.is_named(here, name))
            || (names(next, name) && !names(before, name))
    };
    match ours(env).any(|one| is_gained(&one.name)) {
        true => Err(ChangeError::NotPermitted),
        false => Ok(()),
    }
}

/// Refuses to let a person belong where one of our services is open, if a client of theirs
/// waits for nothing else.
///
/// # Errors
/// As there.
pub(in crate::flow) async fn may_join(
    env: &Env,
    organization: &OrganizationId,
    user: &UserId,
    actor: &Actor,
) -> Result<(), ChangeError> {
    if !has_own(env, user).await? {
        return Ok(());
    }
    // Not the tree in memory: another node may have entered the organization just now.
    let tree = OrganizationTree::new(&env.directory.store().list_organizations().await?);
    let here = std::slice::from_ref(organization);
    let is_open = ours(env).any(|one| tree.is_named(here, &one.name));
    if is_open { must_be_staff(env, actor).await } else { Ok(()) }
}

/// Refuses to enable a person with whom a client that has one of our services would live
/// again.
///
/// # Errors
/// As there.
pub(in crate::flow) async fn may_enable(
    env: &Env,
    before: &User,
    next: &User,
    actor: &Actor,
) -> Result<(), ChangeError> {
    let is_enabled = before.disabled && !next.disabled;
    if is_enabled && has_own(env, &next.id).await? {
        must_be_staff(env, actor).await
    } else {
        Ok(())
    }
}

/// Refuses to make somebody one of the vendor's own staff, or staff again.
///
/// # Errors
/// As there.
pub(in crate::flow) async fn may_make_staff(
    env: &Env,
    before: Option<&User>,
    next: &User,
    actor: &Actor,
) -> Result<(), ChangeError> {
    let was_named = before.is_some_and(|before| before.operator);
    let was_staff = before.is_some_and(is_staff);
    let is_made = (next.operator && !was_named) || (is_staff(next) && !was_staff);
    if is_made { must_be_staff(env, actor).await } else { Ok(()) }
}

/// True for one of the vendor's own staff who is not disabled.
pub(in crate::flow) const fn is_staff(user: &User) -> bool {
    user.operator && !user.disabled
}

fn ours(env: &Env) -> impl Iterator<Item = &Service> {
    env.catalog.services.iter().map(|entry| &*entry.service).filter(|one| one.is_own)
}

fn is_own(env: &Env, client: &Client) -> bool {
    are_own(env, client.audiences.iter().chain(&client.introspects), &client.scopes)
}

fn are_own<'a>(
    env: &Env,
    audiences: impl Iterator<Item = &'a Audience>,
    scopes: &ScopeSet,
) -> bool {
    let audiences: Vec<&Audience> = audiences.collect();
    ours(env).any(|service| {
        let has_scope = service.api.scopes.iter().any(|(name, _)| scopes.contains(name));
        audiences.contains(&&service.audience) || has_scope
    })
}

async fn has_own(env: &Env, user: &UserId) -> Result<bool, ChangeError> {
    let (owner, mut after) = (Owner::User(user.clone()), None);
    loop {
        let page = Page { after, limit: PAGE };
        let found = env.directory.store().list_clients(Some(&owner), &page).await?;
        let Some(last) = found.last() else { return Ok(false) };
        if found.iter().any(|client| is_own(env, client)) {
            return Ok(true);
        }
        after = Some(last.client_id.to_string());
    }
}

async fn must_be_staff(env: &Env, actor: &Actor) -> Result<(), ChangeError> {
    let id = match actor {
        Actor::CommandLine | Actor::System => return Ok(()),
        Actor::Client(_) => return Err(ChangeError::NotPermitted),
        Actor::User(id) => id,
    };
    let found = env.directory.store().find_user(id).await?;
    let operator = found.as_ref().is_some_and(is_staff);
    match may(Standing { operator, ..Standing::default() }, Action::Operate) {
        true => Ok(()),
        false => Err(ChangeError::NotPermitted),
    }
}
