//! Organizations: entered, renamed, moved within the tree, looked at. Each change is one
//! of those that [`crate::flow::administration`] makes together.

use std::collections::{HashMap, HashSet};

use portreeve_core::audit::Actor;
use portreeve_core::org::organization::Organization;
use portreeve_core::org::reach::OrganizationTree;
use portreeve_core::text_id::OrganizationId;

use crate::env::Env;
use crate::flow::administration::organizations::{self as whole, OrganizationChange};
use crate::flow::change::ChangeError;

/// What is asked for a new organization.
#[derive(Clone, Debug)]
pub struct NewOrganization<'a> {
    /// What people will call it.
    pub name: &'a str,
    /// The vendor's own id for it.
    pub external_id: Option<&'a str>,
    /// The organization that it is to be below.
    pub parent: Option<&'a OrganizationId>,
}

/// Enters an organization.
///
/// # Errors
/// [`ChangeError::Wrong`] when name or external id break their rule, or the tree
/// would become too deep; [`ChangeError::Taken`] for the external id.
pub async fn enter(
    env: &Env,
    asked: NewOrganization<'_>,
    actor: &Actor,
) -> Result<Organization, ChangeError> {
    enter_as(env, &OrganizationId::generate(&*env.entropy), asked, actor).await
}

/// The same under an id that was drawn before: of a form that is sent twice, one enters
/// it, and the other finds it there.
///
/// # Errors
/// As [`enter`].
pub async fn enter_as(
    env: &Env,
    id: &OrganizationId,
    asked: NewOrganization<'_>,
    actor: &Actor,
) -> Result<Organization, ChangeError> {
    whole::enter_as(env, id, asked, None, actor).await
}

/// The organization with this id: the vendor's own, or ours.
///
/// # Errors
/// [`ChangeError::Missing`].
pub async fn find(env: &Env, id: &str) -> Result<Organization, ChangeError> {
    let store = env.directory.store();
    let found = match OrganizationId::parse(id) {
        Ok(ours) if id.starts_with(OrganizationId::PREFIX) => {
            store.find_organization(&ours).await?
        }
        Ok(_) => store.find_organization_by_external_id(id).await?,
        Err(_) => None,
    };
    found.ok_or_else(|| ChangeError::missing("organization", id))
}

/// Gives an organization another name.
///
/// # Errors
/// [`ChangeError::Wrong`] when the name breaks the rule;
/// [`ChangeError::ChangedMeanwhile`] when it is not what the person saw.
pub async fn rename(
    env: &Env,
    organization: Organization,
    name: &str,
    actor: &Actor,
) -> Result<Organization, ChangeError> {
    let change = OrganizationChange { name: Some(name.to_owned()), ..Default::default() };
    whole::change(env, &organization.id, &change, Some(organization.version), actor).await
}

/// Puts an organization below another, or at the top. Who reaches it changes at once.
///
/// # Errors
/// [`ChangeError::Wrong`] when it would stand below itself or too deep;
/// [`ChangeError::ChangedMeanwhile`] when it is not what the person saw.
pub async fn place(
    env: &Env,
    id: &OrganizationId,
    parent: Option<&OrganizationId>,
    expected: Option<i64>,
    actor: &Actor,
) -> Result<Organization, ChangeError> {
    let change = OrganizationChange { parent: Some(parent.cloned()), ..Default::default() };
    whole::change(env, id, &change, expected, actor).await
}

/// Says which services an organization's contract opens, to it and to all below it that
/// say nothing of their own. `None`: as the parent has it, and at the top all. The next
/// request feels it.
///
/// # Errors
/// [`ChangeError::Wrong`] for a name that no service has, with the list of those that
/// exist; [`ChangeError::ChangedMeanwhile`] when it is not what the person saw.
pub async fn open_services(
    env: &Env,
    id: &OrganizationId,
    services: Option<Vec<String>>,
    expected: Option<i64>,
    actor: &Actor,
) -> Result<Organization, ChangeError> {
    let change = OrganizationChange { services: Some(services), ..Default::default() };
    whole::change(env, id, &change, expected, actor).await
}

/// The services of a contract, for the register.
pub(super) fn told(services: Option<&[String]>) -> String {
    match services {
        None => "as the parent".to_owned(),
        Some([]) => "none".to_owned(),
        Some(names) => names.join(" "),
    }
}

/// All organizations, by id.
///
/// # Errors
/// What the store says.
pub async fn list(env: &Env) -> Result<Vec<Organization>, ChangeError> {
    Ok(env.directory.store().list_organizations().await?)
}

/// All organizations as a tree: each with its depth, 0 at the top, followed by those
/// below it, by name.
///
/// # Errors
/// What the store says.
pub async fn tree(env: &Env) -> Result<Vec<(usize, Organization)>, ChangeError> {
    let all = list(env).await?;
    let mut below: HashMap<Option<&OrganizationId>, Vec<&Organization>> = HashMap::new();
    let known: HashSet<&OrganizationId> = all.iter().map(|one| &one.id).collect();
    for one in &all {
        // What hangs below nothing that exists stands at the top.
        let parent = one.parent.as_ref().filter(|parent| known.contains(parent));
        below.entry(parent).or_default().push(one);
    }
    for siblings in below.values_mut() {
        // The last is taken first.
        siblings.sort_by(|one, two| two.name.cmp(&one.name));
    }
    let mut shown = Vec::with_capacity(all.len());
    let top = below.remove(&None).unwrap_or_default();
    let mut waiting: Vec<(usize, &Organization)> = top.into_iter().map(|one| (0, one)).collect();
    while let Some((depth, one)) = waiting.pop() {
        shown.push((depth, one.clone()));
        let children = below.remove(&Some(&one.id)).unwrap_or_default();
        waiting.extend(children.into_iter().map(|child| (depth + 1, child)));
    }
    Ok(shown)
}

pub(super) fn check_place(
    all: &[Organization],
    id: &OrganizationId,
    parent: &OrganizationId,
) -> Result<(), ChangeError> {
    let tree = OrganizationTree::new(all);
    if !tree.contains(parent) {
        return Err(ChangeError::missing("organization", parent));
    }
    if tree.may_be_below(id, parent) {
        return Ok(());
    }
    Err(ChangeError::wrong(
        "an organization cannot be below itself or below one of its own, nor more than 32 deep",
    ))
}

/// The names, each once, in the order of the catalog.
pub(super) fn check_services(env: &Env, names: &[String]) -> Result<Vec<String>, ChangeError> {
    let known = || env.catalog.services.iter().map(|entry| &entry.service.name);
    if let Some(unknown) = names.iter().find(|name| !known().any(|one| one == *name)) {
        let all: Vec<&str> = known().map(String::as_str).collect();
        let there = if all.is_empty() { "none".to_owned() } else { all.join(", ") };
        return Err(ChangeError::Wrong(format!(
            "there is no service {unknown:?}; there are {there}"
        )));
    }
    Ok(known().filter(|one| names.contains(one)).cloned().collect())
}

/// The organization and those above it, nearest first.
pub(super) fn upwards<'a>(
    all: &'a [Organization],
    id: &OrganizationId,
) -> impl Iterator<Item = &'a Organization> {
    let find = |id: &OrganizationId| all.iter().find(|one| one.id == *id);
    std::iter::successors(find(id), move |one| one.parent.as_ref().and_then(find))
        .take(portreeve_core::org::reach::DEEPEST)
}
