//! What stands between the state that is and the state that is declared.

use std::collections::HashMap;

use crate::client::record::Client;
use crate::org::member::{Membership, User};
use crate::org::organization::Organization;
use crate::state::clients::clients;
use crate::state::declared::{Declared, DeclaredUser, Fault};
use crate::state::organizations::organizations;
use crate::state::pruned::pruned;
use crate::state::step::Step;

/// What is there, as far as the file is about it.
#[derive(Clone, Debug, Default)]
pub struct Existing {
    /// All organizations.
    pub organizations: Vec<Organization>,
    /// The people whom the file names, and the members of the organizations that it names.
    pub users: Vec<User>,
    /// Where these people belong.
    pub memberships: Vec<Membership>,
    /// The clients that the file names, and those of the organizations that it names.
    pub clients: Vec<Client>,
}

/// The steps, in the order in which they can be taken: organizations before what will be
/// below them, new operators before those who are none any more, owners before clients, and
/// at the end, if it is wanted, what goes.
///
/// # Errors
/// Every name in the file that names nothing, organizations that would be below themselves
/// or too deep, and owners that would have to change.
pub fn difference(
    declared: &Declared,
    existing: &Existing,
    prune: bool,
) -> Result<Vec<Step>, Vec<Fault>> {
    let there = There::new(existing);
    let mut faults = Vec::new();
    let mut steps = organizations(declared, existing, &there, &mut faults);
    let people = declared.users.iter().filter_map(|user| person(user, &there));
    // There is always an operator, so the last one cannot go before the next one comes.
    let (last, first): (Vec<Step>, Vec<Step>) = people.partition(Step::takes_operator);
    steps.extend(first.into_iter().chain(last));
    for user in &declared.users {
        memberships(user, declared, &there, &mut steps, &mut faults);
    }
    steps.extend(clients(declared, &there, &mut faults));
    if prune {
        steps.extend(pruned(declared, existing));
    }
    faults.sort();
    if faults.is_empty() { Ok(steps) } else { Err(faults) }
}

/// What is there, by the names that files use.
pub(super) struct There<'e> {
    pub(super) organizations: HashMap<&'e str, &'e Organization>,
    /// The vendor's ids by ours.
    pub(super) external: HashMap<&'e str, &'e str>,
    pub(super) users: HashMap<&'e str, &'e User>,
    memberships: &'e [Membership],
    pub(super) clients: HashMap<&'e str, &'e Client>,
}

impl<'e> There<'e> {
    fn new(existing: &'e Existing) -> Self {
        let named = |one: &'e Organization| Some((one.external_id.as_deref()?, one));
        let ours = |one: &'e Organization| Some((one.id.as_str(), one.external_id.as_deref()?));
        Self {
            organizations: existing.organizations.iter().filter_map(named).collect(),
            external: existing.organizations.iter().filter_map(ours).collect(),
            users: existing.users.iter().map(|user| (user.email.as_str(), user)).collect(),
            memberships: &existing.memberships,
            clients: existing.clients.iter().map(|one| (one.client_id.as_str(), one)).collect(),
        }
    }
}

fn person(to: &DeclaredUser, there: &There<'_>) -> Option<Step> {
    let Some(is) = there.users.get(to.email.as_str()) else {
        return Some(Step::EnterUser(to.clone()));
    };
    let mut told = Vec::new();
    if to.name != is.name {
        told.push(format!("name: {:?}; before: {:?}", to.name, is.name));
    }
    if let Some(operator) = to.operator.filter(|operator| *operator != is.operator) {
        told.push(format!("operator: {operator}"));
    }
    let (is, to) = ((*is).clone(), to.clone());
    (!told.is_empty()).then_some(Step::ChangeUser { is, to, told })
}

fn memberships(
    user: &DeclaredUser,
    declared: &Declared,
    there: &There<'_>,
    steps: &mut Vec<Step>,
    faults: &mut Vec<Fault>,
) {
    let known = there.users.get(user.email.as_str());
    for (organization, role) in &user.memberships {
        if !is_known(organization, declared, there) {
            let message =
                format!("memberships.organization: there is no organization {organization}");
            faults.push(Fault::at(user.line, message));
            continue;
        }
        let found = there.organizations.get(organization.as_str());
        let before = known.zip(found).and_then(|(user, found)| {
            let mut all = there.memberships.iter();
            all.find(|one| one.user == user.id && one.organization == found.id)
        });
        let before = before.map(|one| one.role);
        if before != Some(*role) {
            let (organization, email) = (organization.clone(), user.email.clone());
            steps.push(Step::SetMembership { organization, email, role: *role, before });
        }
    }
}

/// True when there is such an organization, or will be.
pub(super) fn is_known(organization: &str, declared: &Declared, there: &There<'_>) -> bool {
    there.organizations.contains_key(organization)
        || declared.organizations.iter().any(|one| one.external_id == organization)
}
