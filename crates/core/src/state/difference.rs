//! What stands between the state that is and the state that is declared.

use std::collections::{HashMap, HashSet};

use crate::client::record::Client;
use crate::org::member::{Membership, User};
use crate::org::organization::Organization;
use crate::org::owner::Owner;
use crate::state::declared::{
    Declared, DeclaredClient, DeclaredOrganization, DeclaredOwner, DeclaredUser, Fault,
};
use crate::state::pruned::pruned;
use crate::state::step::{Step, exchanged, listed, scopes_exchanged};
use crate::token::record::Audience;

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

/// The steps, in the order in which they can be taken: organizations before what is below
/// them, owners before clients, and at the end, if it is wanted, what goes.
///
/// # Errors
/// Every name in the file that names nothing, and owners that would have to change.
pub fn difference(
    declared: &Declared,
    existing: &Existing,
    prune: bool,
) -> Result<Vec<Step>, Vec<Fault>> {
    let there = There::new(existing);
    let mut faults = Vec::new();
    let mut steps = organizations(declared, &there, &mut faults);
    steps.extend(declared.users.iter().filter_map(|user| person(user, &there)));
    for user in &declared.users {
        memberships(user, declared, &there, &mut steps, &mut faults);
    }
    steps.extend(declared.clients.iter().filter_map(|client| {
        owner_is_known(client, declared, &there, &mut faults);
        program(client, &there, &mut faults)
    }));
    if prune {
        steps.extend(pruned(declared, existing));
    }
    faults.sort();
    if faults.is_empty() { Ok(steps) } else { Err(faults) }
}

/// What is there, by the names that files use.
struct There<'e> {
    organizations: HashMap<&'e str, &'e Organization>,
    /// The vendor's ids by ours.
    external: HashMap<&'e str, &'e str>,
    users: HashMap<&'e str, &'e User>,
    memberships: &'e [Membership],
    clients: HashMap<&'e str, &'e Client>,
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

fn organizations(declared: &Declared, there: &There<'_>, faults: &mut Vec<Fault>) -> Vec<Step> {
    let mut entered = Vec::new();
    let mut changed = Vec::new();
    let mut ready: HashSet<&str> = there.organizations.keys().copied().collect();
    let mut waiting: Vec<&DeclaredOrganization> = Vec::new();
    for one in &declared.organizations {
        match there.organizations.get(one.external_id.as_str()) {
            Some(found) => changed.extend(organization(one, found, there)),
            None => waiting.push(one),
        }
        let parent = one.parent.as_deref();
        let mut others = declared.organizations.iter().map(|other| other.external_id.as_str());
        if let Some(parent) = parent.filter(|parent| !ready.contains(parent))
            && !others.any(|other| other == parent)
        {
            let message = format!("organization.parent: there is no organization {parent}");
            faults.push(Fault::at(one.line, message));
        }
    }
    // Parents first; what is left over waits for itself.
    while let Some(at) = waiting
        .iter()
        .position(|one| one.parent.as_deref().is_none_or(|parent| ready.contains(parent)))
    {
        let one = waiting.remove(at);
        ready.insert(&one.external_id);
        entered.push(Step::EnterOrganization(one.clone()));
    }
    if faults.is_empty() {
        let circle = |one: &DeclaredOrganization| {
            Fault::at(one.line, "organization.parent: it would be below itself")
        };
        faults.extend(waiting.into_iter().map(circle));
    }
    entered.extend(changed);
    entered
}

fn organization(to: &DeclaredOrganization, is: &Organization, there: &There<'_>) -> Option<Step> {
    let mut told = Vec::new();
    if to.name != is.name {
        told.push(format!("name: {:?}; before: {:?}", to.name, is.name));
    }
    let parent = is.parent.as_ref().map(|id| {
        let external = there.external.get(id.as_str()).copied();
        external.unwrap_or(id.as_str())
    });
    if to.parent.as_deref() != parent {
        let place = |parent: Option<&str>| parent.map_or("the top".to_owned(), str::to_owned);
        let (to, was) = (place(to.parent.as_deref()), place(parent));
        told.push(format!("parent: {to}; before: {was}"));
    }
    let sorted = |names: &Option<Vec<String>>| {
        let mut names = names.clone();
        names.iter_mut().for_each(|names| names.sort());
        names
    };
    if sorted(&to.services) != sorted(&is.services) {
        let shown = |names: &Option<Vec<String>>| {
            names.as_deref().map_or("as the parent".to_owned(), listed)
        };
        told.push(format!("services: {}; before: {}", shown(&to.services), shown(&is.services)));
    }
    let (id, version, to) = (is.id.clone(), is.version, to.clone());
    (!told.is_empty()).then_some(Step::ChangeOrganization { id, version, to, told })
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
    let (id, version, to) = (is.id.clone(), is.version, to.clone());
    (!told.is_empty()).then_some(Step::ChangeUser { id, version, to, told })
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

fn is_known(organization: &str, declared: &Declared, there: &There<'_>) -> bool {
    there.organizations.contains_key(organization)
        || declared.organizations.iter().any(|one| one.external_id == organization)
}

fn owner_is_known(
    client: &DeclaredClient,
    declared: &Declared,
    there: &There<'_>,
    faults: &mut Vec<Fault>,
) {
    let is_there = match &client.owner {
        DeclaredOwner::Organization(id) => is_known(id, declared, there),
        DeclaredOwner::User(email) => {
            there.users.contains_key(email.as_str())
                || declared.users.iter().any(|user| user.email == *email)
        }
    };
    if !is_there {
        faults.push(Fault::at(client.line, format!("client: there is no {}", client.owner)));
    }
}

fn program(to: &DeclaredClient, there: &There<'_>, faults: &mut Vec<Fault>) -> Option<Step> {
    let Some(is) = there.clients.get(to.client_id.as_str()) else {
        return Some(Step::RegisterClient(to.clone()));
    };
    let owns = match &to.owner {
        DeclaredOwner::Organization(id) => {
            let found = there.organizations.get(id.as_str());
            found.is_some_and(|found| is.owner == Owner::Organization(found.id.clone()))
        }
        DeclaredOwner::User(email) => {
            let found = there.users.get(email.as_str());
            found.is_some_and(|found| is.owner == Owner::User(found.id.clone()))
        }
    };
    if !owns {
        let message = format!(
            "client: {} belongs to {} already; a client keeps its owner: delete it first, or \
             choose another client_id",
            to.client_id, is.owner
        );
        faults.push(Fault::at(to.line, message));
        return None;
    }
    let told = told(to, is);
    let (version, to) = (is.version, to.clone());
    (!told.is_empty()).then_some(Step::ChangeClient { version, to, told })
}

fn told(to: &DeclaredClient, is: &Client) -> Vec<String> {
    let mut told = Vec::new();
    if to.name != is.name {
        told.push(format!("name: {:?}; before: {:?}", to.name, is.name));
    }
    let mut lists = |name: &str, was: Vec<String>, now: Vec<String>| {
        let exchanged = exchanged(was.iter().map(String::as_str), now.iter().map(String::as_str));
        if !exchanged.is_empty() {
            told.push(format!("{name}: {exchanged}"));
        }
    };
    let uris = |all: &[Audience]| all.iter().map(ToString::to_string).collect();
    let networks = |all: &[ipnet::IpNet]| all.iter().map(ToString::to_string).collect();
    lists("audiences", uris(&is.audiences), uris(&to.audiences));
    lists("redirect_uris", is.redirect_uris.clone(), to.redirect_uris.clone());
    lists("networks", networks(&is.networks), networks(&to.networks));
    told.extend(scopes_exchanged(&is.scopes, &to.scopes));
    if to.token_ttl != is.token_ttl {
        let life = to.token_ttl.map_or("the service's".to_owned(), |life| life.to_string());
        told.push(format!("token_ttl: {life}"));
    }
    if let Some(disabled) = to.disabled.filter(|disabled| *disabled != is.disabled) {
        told.push(format!("disabled: {disabled}"));
    }
    told
}
