//! Several things about an organization at once.

use portreeve_core::audit::{Actor, Fact};
use portreeve_core::org::organization::{Organization, OrganizationError, check_name};
use portreeve_core::text_id::OrganizationId;
use portreeve_store::contract::Page;
use portreeve_store::contract::commit::{Commit, Write};
use portreeve_store::contract::search::Counted;

use crate::env::Env;
use crate::flow::administration::{own, repeated};
use crate::flow::change::ChangeError;
use crate::flow::organizations::{
    NewOrganization, check_place, check_services, list, told, upwards,
};

/// Enters an organization with the services that its contract opens, at once.
///
/// # Errors
/// [`ChangeError::Wrong`] for what breaks a rule, [`ChangeError::NotPermitted`] for
/// services that only staff may open, [`ChangeError::Taken`] for the external id.
pub async fn enter(
    env: &Env,
    asked: NewOrganization<'_>,
    services: Option<Vec<String>>,
    actor: &Actor,
) -> Result<Organization, ChangeError> {
    enter_as(env, &OrganizationId::generate(&*env.entropy), asked, services, actor).await
}

/// The same under an id that was drawn before; if it is there already, it is left as it
/// is.
///
/// # Errors
/// As there.
pub async fn enter_as(
    env: &Env,
    id: &OrganizationId,
    asked: NewOrganization<'_>,
    services: Option<Vec<String>>,
    actor: &Actor,
) -> Result<Organization, ChangeError> {
    let services = services.map(|names| check_services(env, &names)).transpose()?;
    own::may_name(env, services.as_deref(), actor).await?;
    let (id, now) = (id.clone(), env.now());
    if let Some(parent) = asked.parent {
        check_place(&list(env).await?, &id, parent)?;
    }
    let entered = Organization::new(id, asked.name, asked.external_id, asked.parent.cloned(), now)
        .map_err(ChangeError::wrong)?;
    let entered = Organization { services, ..entered };
    let detail = match &entered.services {
        None => entered.name.clone(),
        some => format!("{}; services: {}", entered.name, told(some.as_deref())),
    };
    let fact = Fact::new(now, actor, "organization.entered", &entered.id)
        .within(&entered.id)
        .with_detail(detail);
    let commit = Commit::one(Write::OrganizationEntered(entered.clone()), fact);
    let taken = || match asked.external_id {
        Some(id) => format!("the external id {id:?} is taken, or the parent is gone"),
        None => "the parent is gone".to_owned(),
    };
    match env.directory.commit(commit).await {
        Ok(_) => Ok(entered),
        Err(error) => match env.directory.store().find_organization(&entered.id).await? {
            Some(there) => Ok(there),
            None => Err(ChangeError::entering(error, taken)),
        },
    }
}

/// What is to be another; what is `None` stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrganizationChange {
    /// What people call it.
    pub name: Option<String>,
    /// The organization that it is below, or the top.
    pub parent: Option<Option<OrganizationId>>,
    /// What its contract opens, or as its parent has it.
    pub services: Option<Option<Vec<String>>>,
}

/// Changes an organization; what is as it should be is not written.
///
/// # Errors
/// [`ChangeError::Missing`], [`ChangeError::Wrong`] for what breaks a rule,
/// [`ChangeError::NotPermitted`] for what only staff may open,
/// [`ChangeError::ChangedMeanwhile`] when it is not what was seen.
pub async fn change(
    env: &Env,
    id: &OrganizationId,
    to: &OrganizationChange,
    expected: Option<i64>,
    actor: &Actor,
) -> Result<Organization, ChangeError> {
    repeated(expected, || attempt(env, id, to, expected, actor)).await
}

async fn attempt(
    env: &Env,
    id: &OrganizationId,
    to: &OrganizationChange,
    expected: Option<i64>,
    actor: &Actor,
) -> Result<Organization, ChangeError> {
    let found = env.directory.store().find_organization(id).await?;
    let before = found.ok_or_else(|| ChangeError::missing("organization", id))?;
    if expected.is_some_and(|version| version != before.version) {
        return Err(ChangeError::ChangedMeanwhile);
    }
    let next = next(env, &before, to)?;
    own::may_open(env, &before, &next, actor).await?;
    let facts = facts(env, &before, &next, actor);
    if facts.is_empty() {
        return Ok(before);
    }
    let mut changed = vec![next.clone()];
    if let Some(parent) = next.parent.as_ref().filter(|_| next.parent != before.parent) {
        let all = list(env).await?;
        check_place(&all, id, parent)?;
        // Everything above is written as well, unchanged: of two moves that would make
        // a circle together, one meets a conflict.
        changed.extend(upwards(&all, parent).cloned());
    }
    // In one order always, so that two commits cannot wait for each other.
    changed.sort_by(|one, two| one.id.cmp(&two.id));
    let writes = changed.into_iter().map(Write::OrganizationChanged).collect();
    env.directory.commit(Commit { writes, facts, at: Some(env.now()) }).await?;
    Ok(Organization { version: next.version + 1, ..next })
}

fn next(
    env: &Env,
    before: &Organization,
    to: &OrganizationChange,
) -> Result<Organization, ChangeError> {
    let mut next = before.clone();
    if let Some(name) = &to.name {
        next.name = check_name(name).ok_or_else(|| ChangeError::wrong(OrganizationError::Name))?;
    }
    if let Some(parent) = &to.parent {
        next.parent.clone_from(parent);
    }
    if let Some(services) = &to.services {
        next.services = services.as_deref().map(|names| check_services(env, names)).transpose()?;
    }
    Ok(next)
}

fn facts(env: &Env, before: &Organization, next: &Organization, actor: &Actor) -> Vec<Fact> {
    let mut facts = Vec::new();
    let mut tell = |action: &str, detail: String| {
        let fact = Fact::new(env.now(), actor, action, &next.id);
        facts.push(fact.within(&next.id).with_detail(detail));
    };
    if next.name != before.name {
        tell("organization.renamed", format!("{}; before: {}", next.name, before.name));
    }
    if next.parent != before.parent {
        let parent = next.parent.as_ref();
        let place = parent.map_or("to the top".to_owned(), |parent| format!("below {parent}"));
        tell("organization.moved", place);
    }
    if next.services != before.services {
        let (is, was) = (told(next.services.as_deref()), told(before.services.as_deref()));
        tell("organization.services_set", format!("{is}; before: {was}"));
    }
    facts
}

/// Organizations whose name or id has this text in it, by id.
///
/// # Errors
/// What the store says.
pub async fn search(
    env: &Env,
    text: &str,
    after: Option<String>,
    limit: u32,
) -> Result<Vec<Counted>, ChangeError> {
    let page = Page { after, limit };
    Ok(env.directory.store().search_organizations(text, &page).await?)
}
