//! Who belongs to an organization: listed, given another role, removed, leaving. There is
//! always somebody left who may do all this, unless the vendor's own staff wills it.

use portreeve_core::audit::{Actor, Fact};
use portreeve_core::org::member::{Membership, Role, User};
use portreeve_core::org::organization::Organization;
use portreeve_core::org::reach::DEEPEST;
use portreeve_core::text_id::{OrganizationId, UserId};
use portreeve_store::contract::commit::{Commit, Write};
use portreeve_store::contract::search::{ClientsOf, PeopleSearch};

use crate::env::Env;
use crate::flow::access::places;
use crate::flow::change::ChangeError;
use crate::flow::invitations::{gone, list as list_invitations, stand};

pub use portreeve_store::contract::search::Person;

/// Conflicts that are met before somebody is asked to come back.
const ATTEMPTS: usize = 3;

/// Members of an organization whose name or address has this text in it, by address.
///
/// # Errors
/// What the store says.
pub async fn list(
    env: &Env,
    organization: &OrganizationId,
    text: &str,
    after: Option<String>,
    limit: u32,
) -> Result<Vec<Person>, ChangeError> {
    let search = PeopleSearch { of: Some(organization), text, after, limit };
    Ok(env.directory.store().search_people(&search).await?)
}

/// How many people belong to an organization.
///
/// # Errors
/// What the store says.
pub async fn count(env: &Env, organization: &OrganizationId) -> Result<u64, ChangeError> {
    let one = std::slice::from_ref(organization);
    let counted = env.directory.store().count_in(one).await?;
    Ok(counted.first().map_or(0, |counted| counted.members))
}

/// An organization to which a person belongs.
#[derive(Clone, Debug)]
pub struct Place {
    /// The organization.
    pub organization: Organization,
    /// What the person is there.
    pub role: Role,
    /// How many people belong to it.
    pub members: u64,
    /// How many clients are its own.
    pub clients: u64,
}

/// The organizations to which a person belongs, by name.
///
/// # Errors
/// What the store says.
pub async fn places_counted(env: &Env, user: &User) -> Result<Vec<Place>, ChangeError> {
    let places = places(env, user).await?;
    let ids: Vec<OrganizationId> = places.iter().map(|(one, _)| one.id.clone()).collect();
    let counted = env.directory.store().count_in(&ids).await?;
    let count = |id: &OrganizationId| counted.iter().find(|one| one.organization.id == *id);
    let place = |(organization, role): (Organization, Role)| {
        let (members, clients) =
            count(&organization.id).map_or((0, 0), |one| (one.members, one.clients));
        Place { organization, role, members, clients }
    };
    Ok(places.into_iter().map(place).collect())
}

/// One member and what they are there.
///
/// # Errors
/// [`ChangeError::Missing`] when nobody with this id belongs to the organization.
pub async fn find(
    env: &Env,
    organization: &OrganizationId,
    id: &str,
) -> Result<(User, Role), ChangeError> {
    let missing = || ChangeError::missing("member", id);
    let id = UserId::parse(id).map_err(|_| missing())?;
    let memberships = env.directory.store().list_memberships(&id).await?;
    let here = memberships.iter().find(|one| one.organization == *organization);
    let role = here.ok_or_else(missing)?.role;
    let user = env.directory.store().find_user(&id).await?.ok_or_else(missing)?;
    Ok((user, role))
}

/// What ends with a membership, and what does not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ends {
    /// The person's own clients.
    pub clients: u64,
    /// The name of another organization through which the person, and so the clients, go
    /// on reaching this one.
    pub still_through: Option<String>,
    /// The person's invitations to this organization that wait.
    pub invitations: usize,
}

/// What would end if this person did not belong to the organization.
///
/// # Errors
/// What the store says.
pub async fn what_ends(
    env: &Env,
    organization: &OrganizationId,
    user: &User,
) -> Result<Ends, ChangeError> {
    let (store, now) = (env.directory.store(), env.now());
    let clients = store.count_clients(ClientsOf::User(&user.id), now, now).await?.all;
    let memberships = store.list_memberships(&user.id).await?;
    let through = memberships.into_iter().map(|one| one.organization).find(|other| {
        let others = std::slice::from_ref(other);
        other != organization && env.directory.tree().is_reached(others, organization)
    });
    let still_through = match through {
        Some(id) => store.find_organization(&id).await?.map(|one| one.name),
        None => None,
    };
    let by = Actor::User(user.id.clone()).to_string();
    let all = list_invitations(env, organization).await?;
    let invitations = all.iter().filter(|link| link.made_by == by && link.is_live(now)).count();
    Ok(Ends { clients, still_through, invitations })
}

/// Why a member was not changed.
#[derive(Debug, thiserror::Error)]
pub enum NotChanged {
    /// Nobody would be left who may change members and clients.
    #[error("nobody else may administer this organization")]
    LastAdmin,
    /// Anything else.
    #[error(transparent)]
    Change(#[from] ChangeError),
}

/// Who changes a member.
#[derive(Clone, Copy, Debug)]
pub struct By<'a> {
    /// For the register.
    pub actor: &'a Actor,
    /// True for the vendor's own staff, who may take the last admin away.
    pub is_operator: bool,
}

/// Gives a member another role.
///
/// # Errors
/// [`NotChanged::LastAdmin`]; [`ChangeError::Missing`] when they are no member any more.
pub async fn set_role(
    env: &Env,
    organization: &OrganizationId,
    user: &User,
    role: Role,
    by: By<'_>,
) -> Result<(), NotChanged> {
    change(env, organization, user, Some(role), by).await
}

/// Ends a membership: the next request of the person's clients feels it.
///
/// # Errors
/// As [`set_role`].
pub async fn remove(
    env: &Env,
    organization: &OrganizationId,
    user: &User,
    by: By<'_>,
) -> Result<(), NotChanged> {
    change(env, organization, user, None, by).await
}

async fn change(
    env: &Env,
    organization: &OrganizationId,
    user: &User,
    to: Option<Role>,
    by: By<'_>,
) -> Result<(), NotChanged> {
    for _ in 0..ATTEMPTS {
        match attempt(env, organization, user, to, by).await {
            Err(NotChanged::Change(ChangeError::ChangedMeanwhile)) => {}
            done => return done,
        }
    }
    Err(ChangeError::ChangedMeanwhile.into())
}

async fn attempt(
    env: &Env,
    id: &OrganizationId,
    user: &User,
    to: Option<Role>,
    by: By<'_>,
) -> Result<(), NotChanged> {
    let store = env.directory.store();
    // Read before the members: whoever changes them as well writes this record.
    let organization = store.find_organization(id).await.map_err(ChangeError::from)?;
    let organization = organization.ok_or_else(|| ChangeError::missing("organization", id))?;
    let (_, role) = find(env, id, user.id.as_str()).await?;
    if to == Some(role) {
        return Ok(());
    }
    let mut commit = written(env, id, user, to, by.actor);
    if role == Role::Admin {
        if !by.is_operator && !has_other_admin(env, &organization, user).await? {
            return Err(NotChanged::LastAdmin);
        }
        let invited = Actor::User(user.id.clone()).to_string();
        let all = list_invitations(env, id).await?;
        // One that is made at the same moment is taken back as well.
        commit.writes.insert(0, stand(&organization, &all));
        commit.writes.extend(all.iter().filter(|link| link.made_by == invited).map(gone));
    }
    if to.is_none() {
        let all = list_invitations(env, id).await?;
        commit.writes.extend(all.iter().filter(|link| link.email == user.email).map(gone));
    }
    // Unchanged: of two who take each other's role away at once, one meets a conflict.
    commit.writes.push(Write::OrganizationChanged(organization));
    env.directory.commit(commit).await.map_err(ChangeError::from)?;
    Ok(())
}

fn written(env: &Env, id: &OrganizationId, user: &User, to: Option<Role>, actor: &Actor) -> Commit {
    let (organization, person) = (id.clone(), user.id.clone());
    let (write, action, detail) = match to {
        Some(role) => {
            let membership = Membership { organization, user: person, role };
            let detail = format!("{} is {}", user.email, role.as_str());
            (Write::MembershipSet(membership), "membership.set", detail)
        }
        None => {
            let write = Write::MembershipEnded { organization, user: person };
            (write, "membership.ended", user.email.clone())
        }
    };
    let fact = Fact::new(env.now(), actor, action, &user.id).within(id).with_detail(detail);
    Commit::one(write, fact)
}

/// True when somebody else who is not disabled is an admin of the organization, or of
/// one above it.
async fn has_other_admin(
    env: &Env,
    organization: &Organization,
    user: &User,
) -> Result<bool, ChangeError> {
    let store = env.directory.store();
    let mut here = Some(organization.clone());
    for _ in 0..DEEPEST {
        let Some(one) = here else { break };
        let members = store.list_members(&one.id).await?;
        let admins = members.into_iter().filter(|member| member.role == Role::Admin);
        let others: Vec<UserId> =
            admins.map(|admin| admin.user).filter(|id| *id != user.id).collect();
        if store.find_users(&others).await?.iter().any(|user| !user.disabled) {
            return Ok(true);
        }
        here = match &one.parent {
            Some(parent) => store.find_organization(parent).await?,
            None => None,
        };
    }
    Ok(false)
}
