//! A declared state becomes the state that is: what there is about it is read, and each
//! step is taken by the flow that everybody takes for it.

use std::collections::BTreeMap;

use portreeve_core::audit::Actor;
use portreeve_core::client::change::NewClient;
use portreeve_core::oauth::scope::ScopeSet;
use portreeve_core::org::member::{Role, User};
use portreeve_core::org::organization::Organization;
use portreeve_core::org::owner::Owner;
use portreeve_core::secret::Secret;
use portreeve_core::state::declared::{
    Declared, DeclaredClient, DeclaredOwner, DeclaredUser, Fault,
};
use portreeve_core::state::difference::Existing;
use portreeve_core::state::step::{OrganizationStep, Step};
use portreeve_core::text_id::{ClientId, OrganizationId, UserId};
use portreeve_store::contract::Page;

use crate::catalog::Catalog;
use crate::env::Env;
use crate::flow::administration::clients::ClientChange;
use crate::flow::administration::organizations::OrganizationChange;
use crate::flow::administration::people::UserChange;
use crate::flow::administration::{
    clients as several, organizations as whole, people as persons, repeated,
};
use crate::flow::change::ChangeError;
use crate::flow::clients::checks::with_basic;
use crate::flow::members::{self, By, NotChanged};
use crate::flow::organizations::NewOrganization;
use crate::flow::{clients, organizations, people};

/// How many clients are read at a time.
const PAGE: u32 = 200;

/// The same state with the scopes that always belong.
///
/// # Errors
/// Every service, audience and scope that this catalog does not have, by line. It may be
/// one that is still to come: of services that the same file declares.
pub fn settled(catalog: &Catalog, mut declared: Declared) -> Result<Declared, Vec<Fault>> {
    let mut faults = Vec::new();
    let services = || catalog.services.iter().map(|entry| entry.service.name.as_str());
    for one in &declared.organizations {
        for name in one.services.iter().flatten() {
            if !services().any(|known| known == name) {
                let all = services().collect::<Vec<_>>().join(", ");
                let told = format!("there is no service {name:?}; there are {all}");
                faults.push(Fault::at(one.line, format!("organization.services: {told}")));
            }
        }
    }
    for one in &mut declared.clients {
        let known = |audience: &&_| catalog.resource(audience).is_none();
        if let Some(unknown) = one.audiences.iter().find(known) {
            let told = format!("client.audiences: no service has the audience {unknown}");
            faults.push(Fault::at(one.line, told));
            continue;
        }
        let resources = one.audiences.iter().filter_map(|it| catalog.resource(it));
        let offered = resources.fold(ScopeSet::EMPTY, |all, it| all.union(&it.scopes));
        if let Some(unknown) = one.scopes.iter().find(|name| !offered.contains(name)) {
            let told =
                format!("client.scopes: the audiences have no {unknown:?}; they have {offered}");
            faults.push(Fault::at(one.line, told));
        }
        one.scopes = with_basic(catalog, &one.audiences, &one.scopes);
    }
    if faults.is_empty() { Ok(declared) } else { Err(faults) }
}

/// What there is, as far as the state is about it; with everything inside the
/// organizations that it names, if that may have to go.
///
/// # Errors
/// What the store says.
pub async fn existing(
    env: &Env,
    declared: &Declared,
    prune: bool,
) -> Result<Existing, ChangeError> {
    let store = env.directory.store();
    let mut found =
        Existing { organizations: organizations::list(env).await?, ..Existing::default() };
    let mut users = BTreeMap::new();
    let mut clients = BTreeMap::new();
    let owners = declared.clients.iter().filter_map(|client| match &client.owner {
        DeclaredOwner::User(email) => Some(email),
        DeclaredOwner::Organization(_) => None,
    });
    for email in declared.users.iter().map(|user| &user.email).chain(owners) {
        if let Some(user) = store.find_user_by_email(email).await? {
            users.insert(user.id.clone(), user);
        }
    }
    for client in &declared.clients {
        if let Some(there) = store.find_client(&client.client_id).await? {
            clients.insert(there.client_id.clone(), there);
        }
    }
    for user in users.keys() {
        found.memberships.extend(store.list_memberships(user).await?);
    }
    let named = |id: &str| declared.organizations.iter().any(|one| one.external_id == id);
    let within = found.organizations.iter().filter(|_| prune);
    for one in within.filter(|one| one.external_id.as_deref().is_some_and(named)) {
        let members = store.list_members(&one.id).await?;
        let ids: Vec<UserId> = members.iter().map(|member| member.user.clone()).collect();
        for user in store.find_users(&ids).await? {
            users.insert(user.id.clone(), user);
        }
        for member in members {
            if !found.memberships.contains(&member) {
                found.memberships.push(member);
            }
        }
        for client in of_organization(env, &one.id).await? {
            clients.insert(client.client_id.clone(), client);
        }
    }
    found.users = users.into_values().collect();
    found.clients = clients.into_values().collect();
    Ok(found)
}

async fn of_organization(
    env: &Env,
    id: &OrganizationId,
) -> Result<Vec<portreeve_core::client::record::Client>, ChangeError> {
    let owner = Owner::Organization(id.clone());
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let page = Page { after, limit: PAGE };
        let some = clients::list(env, Some(&owner), &page).await?;
        let Some(last) = some.last() else { return Ok(all) };
        after = Some(last.client_id.to_string());
        all.extend(some);
    }
}

/// Takes one step. Answers the secret that came of it, which nobody sees again.
///
/// # Errors
/// What the flow says that takes it.
pub async fn take(
    env: &Env,
    step: &Step,
    actor: &Actor,
) -> Result<Option<(ClientId, Secret<String>)>, ChangeError> {
    match step {
        Step::EnterOrganization(one) => {
            let parent = place(env, one.parent.as_deref()).await?;
            let external_id = Some(one.external_id.as_str());
            let asked = NewOrganization { name: &one.name, external_id, parent: parent.as_ref() };
            whole::enter(env, asked, one.services.clone(), actor).await?;
        }
        Step::ChangeOrganization(one) => change_organization(env, one, actor).await?,
        Step::EnterUser(one) => {
            let operator = one.operator.unwrap_or(false);
            people::enter(env, &one.email, &one.name, operator, actor).await?;
        }
        Step::ChangeUser { is, to, .. } => change_user(env, is, to, actor).await?,
        Step::RegisterClient(one) => return register(env, one, actor).await.map(Some),
        Step::ChangeClient { version, to, .. } => {
            let change = client_change(to);
            several::change(env, &to.client_id, &change, Some(*version), actor).await?;
        }
        Step::DeleteClient { client_id, version, .. } => {
            clients::delete_as_seen(env, client_id, Some(*version), actor).await?;
        }
        Step::SetMembership { .. } | Step::EndMembership { .. } => {
            membership(env, step, actor).await?;
        }
    }
    Ok(None)
}

/// Writes what was shown, onto what was seen. That is compared by what it says: its version
/// counts writes as well that leave it as it is, such as moves below it, this run's too.
async fn change_organization(
    env: &Env,
    one: &OrganizationStep,
    actor: &Actor,
) -> Result<(), ChangeError> {
    let id = &one.is.id;
    let now = env.directory.store().find_organization(id).await?;
    let now = now.ok_or_else(|| ChangeError::missing("organization", one.is.api_id()))?;
    let version = now.version;
    if now != (Organization { version, ..one.is.clone() }) {
        return Err(ChangeError::ChangedMeanwhile);
    }
    let parent = match &one.parent {
        Some(parent) => Some(place(env, parent.as_deref()).await?),
        None => None,
    };
    let (name, services) = (one.name.clone(), one.services.clone());
    let change = OrganizationChange { name, parent, services };
    whole::change(env, id, &change, Some(version), actor).await?;
    Ok(())
}

/// The same of a person: whoever takes an operator's place away writes another operator
/// as well.
async fn change_user(
    env: &Env,
    is: &User,
    to: &DeclaredUser,
    actor: &Actor,
) -> Result<(), ChangeError> {
    let now = env.directory.store().find_user(&is.id).await?;
    let now = now.ok_or_else(|| ChangeError::missing("user", &is.email))?;
    let (version, address_proven_at) = (now.version, now.address_proven_at);
    if now != (User { version, address_proven_at, ..is.clone() }) {
        return Err(ChangeError::ChangedMeanwhile);
    }
    let (name, operator) = (Some(to.name.clone()), to.operator);
    let change = UserChange { name, operator, disabled: None };
    persons::change(env, &is.id, &change, Some(version), actor).await?;
    Ok(())
}

async fn membership(env: &Env, step: &Step, actor: &Actor) -> Result<(), ChangeError> {
    let by = By { actor, is_operator: true };
    let told = |error| match error {
        NotChanged::Change(error) => error,
        NotChanged::LastAdmin => ChangeError::wrong(error),
    };
    match step {
        Step::SetMembership { organization, email, role, before } => {
            let id = organizations::find(env, organization).await?.id;
            let user = people::find(env, email).await?;
            match before {
                None => {
                    let attempt = || join(env, &id, &user, *role, actor);
                    repeated(None, attempt).await?;
                }
                Some(_) => members::set_role(env, &id, &user, *role, by).await.map_err(told)?,
            }
        }
        Step::EndMembership { organization, email } => {
            let id = organizations::find(env, organization).await?.id;
            let user = people::find(env, email).await?;
            members::remove(env, &id, &user, by).await.map_err(told)?;
        }
        _ => {}
    }
    Ok(())
}

/// Lets somebody belong who did not, or does already with this role.
async fn join(
    env: &Env,
    id: &OrganizationId,
    user: &User,
    role: Role,
    actor: &Actor,
) -> Result<(), ChangeError> {
    let store = env.directory.store();
    // Read before the memberships: whoever changes them as well writes this record.
    let organization = store.find_organization(id).await?;
    let organization = organization.ok_or_else(|| ChangeError::missing("organization", id))?;
    let there = store.list_memberships(&user.id).await?;
    if there.iter().any(|one| one.organization == *id && one.role != role) {
        return Err(ChangeError::ChangedMeanwhile);
    }
    people::set_membership_as_seen(env, organization, user, role, actor).await?;
    Ok(())
}

async fn place(env: &Env, parent: Option<&str>) -> Result<Option<OrganizationId>, ChangeError> {
    match parent {
        Some(parent) => Ok(Some(organizations::find(env, parent).await?.id)),
        None => Ok(None),
    }
}

async fn register(
    env: &Env,
    one: &DeclaredClient,
    actor: &Actor,
) -> Result<(ClientId, Secret<String>), ChangeError> {
    let owner = match &one.owner {
        DeclaredOwner::Organization(id) => {
            Owner::Organization(organizations::find(env, id).await?.id)
        }
        DeclaredOwner::User(email) => Owner::User(people::find(env, email).await?.id),
    };
    let new = NewClient {
        client_id: Some(one.client_id.clone()),
        name: one.name.clone(),
        owner,
        audiences: one.audiences.clone(),
        scopes: one.scopes.clone(),
        introspects: Vec::new(),
        redirect_uris: one.redirect_uris.clone(),
        networks: one.networks.clone(),
        token_ttl: one.token_ttl,
        expires_at: None,
        secret_expires_at: None,
    };
    let (client, secret) = clients::register(env, new, actor).await?;
    if one.disabled == Some(true) {
        clients::disable(env, &client.client_id, actor).await?;
    }
    Ok((client.client_id, secret))
}

fn client_change(to: &DeclaredClient) -> ClientChange {
    ClientChange {
        name: Some(to.name.clone()),
        audiences: Some(to.audiences.clone()),
        scopes: Some(to.scopes.clone()),
        redirect_uris: Some(to.redirect_uris.clone()),
        networks: Some(to.networks.clone()),
        token_ttl: Some(to.token_ttl),
        expires_at: None,
        disabled: to.disabled,
    }
}
