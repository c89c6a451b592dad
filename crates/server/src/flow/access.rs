//! What a person may do, asked before every change. Whoever wants to change something
//! needs an [`Actor`], and a door gets one from [`Access::must`] only.

use portreeve_core::audit::Actor;
use portreeve_core::client::record::Client;
use portreeve_core::org::member::{Membership, Role, User};
use portreeve_core::org::organization::Organization;
use portreeve_core::org::owner::Owner;
use portreeve_core::org::permission::{Action, Standing, may, needs_recent_sign_in};
use portreeve_core::text_id::{ClientId, OrganizationId, UserId};

use crate::env::Env;
use crate::flow::change::ChangeError;
use crate::flow::sign_in::SignedIn;

/// What somebody at a browser may do with one record.
#[derive(Clone, Debug)]
pub struct Access {
    user: User,
    standing: Standing,
    is_recent: bool,
}

impl Access {
    /// What the person is there.
    pub const fn standing(&self) -> Standing {
        self.standing
    }

    /// Whose access it is.
    pub const fn user(&self) -> &User {
        &self.user
    }

    /// True when the person may do this, be it after showing the password again.
    pub fn may(&self, action: Action) -> bool {
        may(self.standing, action)
    }

    /// True when the person may do this once the password is shown again.
    pub fn asks_again(&self, action: Action) -> bool {
        self.may(action) && needs_recent_sign_in(action) && !self.is_recent
    }

    /// The same as [`Access::may`] with a client in the register of the organization to which
    /// this is the access: as [`to_client`] would say it, without reading anything again.
    pub fn may_with(&self, client: &Client, action: Action) -> bool {
        let owns = matches!(&client.owner, Owner::User(user) if *user == self.user.id);
        let of_another = matches!(client.owner, Owner::User(_)) && !owns;
        may(Standing { owns, of_another, ..self.standing }, action)
    }

    /// Who does it, for the flow and the register.
    ///
    /// # Errors
    /// [`ChangeError::NotPermitted`]; [`ChangeError::SignInAgain`] when it is allowed but
    /// the password was shown too long ago.
    pub fn must(&self, action: Action) -> Result<Actor, ChangeError> {
        if !self.may(action) {
            return Err(ChangeError::NotPermitted);
        }
        if needs_recent_sign_in(action) && !self.is_recent {
            return Err(ChangeError::SignInAgain);
        }
        Ok(Actor::User(self.user.id.clone()))
    }
}

/// What the person may do in the organization with this id, ours or the vendor's, and the
/// organization.
///
/// # Errors
/// [`ChangeError::Missing`] when there is none, or it is none of theirs.
pub async fn to_organization(
    env: &Env,
    who: &SignedIn,
    id: &str,
) -> Result<(Access, Organization), ChangeError> {
    let organization = crate::flow::organizations::find(env, id).await?;
    let memberships = env.directory.store().list_memberships(&who.user.id).await?;
    let role = role_in(env, &memberships, &organization.id);
    let access = access(env, who, Standing { role, ..Standing::default() });
    match access.may(Action::SeeOrganization) {
        true => Ok((access, organization)),
        false => Err(ChangeError::missing("organization", id)),
    }
}

/// What the person may do with the client with this id, and the client.
///
/// # Errors
/// [`ChangeError::Missing`] when there is none, or it is nothing to them.
pub async fn to_client(
    env: &Env,
    who: &SignedIn,
    id: &str,
) -> Result<(Access, Client), ChangeError> {
    let missing = || ChangeError::missing("client", id);
    let parsed = ClientId::parse(id).map_err(|_| missing())?;
    let client = crate::flow::clients::show(env, &parsed).await?;
    let own = env.directory.store().list_memberships(&who.user.id).await?;
    let standing = match &client.owner {
        Owner::Organization(owner) => {
            Standing { role: role_in(env, &own, owner), ..Standing::default() }
        }
        Owner::User(user) if *user == who.user.id => Standing { owns: true, ..Standing::default() },
        Owner::User(user) => {
            let theirs = env.directory.store().list_memberships(user).await?;
            let roles = theirs.iter().filter_map(|one| role_in(env, &own, &one.organization));
            Standing { role: greatest(roles), of_another: true, ..Standing::default() }
        }
    };
    let access = access(env, who, standing);
    if access.may(Action::SeeClient) { Ok((access, client)) } else { Err(missing()) }
}

/// What the person may do with the installation itself.
pub fn to_installation(env: &Env, who: &SignedIn) -> Access {
    access(env, who, Standing::default())
}

/// True when whoever is written so, as [`Actor`] is, may still do this in the
/// organization: a person who went, was disabled, or is less there by now may not.
///
/// # Errors
/// What the store says.
pub async fn still_may(
    env: &Env,
    actor: &str,
    organization: &OrganizationId,
    action: Action,
) -> Result<bool, ChangeError> {
    // Programs and the command line are the vendor's own.
    let Some(id) = actor.strip_prefix("user:") else { return Ok(true) };
    let Ok(id) = UserId::parse(id) else { return Ok(false) };
    let found = env.directory.store().find_user(&id).await?;
    let Some(user) = found.filter(|user| !user.disabled) else { return Ok(false) };
    let memberships = env.directory.store().list_memberships(&id).await?;
    let role = role_in(env, &memberships, organization);
    Ok(may(Standing { operator: user.operator, role, ..Standing::default() }, action))
}

/// Where a person belongs: the organizations and what they are there, by name.
///
/// # Errors
/// What the store says.
pub async fn places(env: &Env, user: &User) -> Result<Vec<(Organization, Role)>, ChangeError> {
    let store = env.directory.store();
    let memberships = store.list_memberships(&user.id).await?;
    let ids: Vec<_> = memberships.iter().map(|one| one.organization.clone()).collect();
    let mut found = Vec::new();
    for organization in store.find_organizations(&ids).await? {
        let here = memberships.iter().find(|one| one.organization == organization.id);
        found.extend(here.map(|here| (organization, here.role)));
    }
    found.sort_by(|(one, _), (two, _)| one.name.cmp(&two.name));
    Ok(found)
}

/// True when the organization is one of these or below one of them.
pub fn is_reached(env: &Env, roots: &[OrganizationId], id: &OrganizationId) -> bool {
    env.directory.tree().is_reached(roots, id)
}

fn access(env: &Env, who: &SignedIn, standing: Standing) -> Access {
    let standing = Standing { operator: who.user.operator, ..standing };
    let is_recent = who.session.is_recent(env.now());
    Access { user: who.user.clone(), standing, is_recent }
}

/// The greatest role that these memberships give in an organization: whoever is something
/// above it is the same in it.
fn role_in(env: &Env, memberships: &[Membership], id: &OrganizationId) -> Option<Role> {
    let tree = env.directory.tree();
    let above = |one: &&Membership| tree.is_reached(std::slice::from_ref(&one.organization), id);
    greatest(memberships.iter().filter(above).map(|one| one.role))
}

fn greatest(roles: impl Iterator<Item = Role>) -> Option<Role> {
    roles.min_by_key(|role| match role {
        Role::Admin => 0,
        Role::Member => 1,
    })
}
