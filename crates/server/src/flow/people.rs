//! People: entered, disabled, and where they belong.

use portreeve_core::audit::{Actor, Fact};
use portreeve_core::org::member::{Membership, Role, User, check_email};
use portreeve_core::org::organization::Organization;
use portreeve_core::secret::Secret;
use portreeve_core::sign_in::password::PasswordHash;
use portreeve_core::text_id::{OrganizationId, UserId};
use portreeve_store::contract::Page;
use portreeve_store::contract::commit::{Commit, Write};
use portreeve_store::contract::error::StoreError;

use crate::env::Env;
use crate::flow::administration::own::{may_join, may_make_staff};
use crate::flow::administration::people::UserChange;
use crate::flow::administration::{self, repeated};
use crate::flow::change::ChangeError;
use crate::flow::members::{self, By, NotChanged};
use crate::passwords::NotHashed;

/// Enters a person, enabled and without memberships.
///
/// # Errors
/// [`ChangeError::Wrong`] when name or address break their rule, [`ChangeError::Taken`]
/// for the address, [`ChangeError::NotPermitted`] for an operator whom only staff may make.
pub async fn enter(
    env: &Env,
    email: &str,
    name: &str,
    operator: bool,
    actor: &Actor,
) -> Result<User, ChangeError> {
    enter_as(env, UserId::generate(&*env.entropy), email, name, operator, actor).await
}

/// The same under an id that was drawn before; if it is there already, it is left as it is.
///
/// # Errors
/// As there.
pub async fn enter_as(
    env: &Env,
    id: UserId,
    email: &str,
    name: &str,
    operator: bool,
    actor: &Actor,
) -> Result<User, ChangeError> {
    let now = env.now();
    let user = User::new(id, email, name, operator, now).map_err(ChangeError::wrong)?;
    may_make_staff(env, None, &user, actor).await?;
    let fact = Fact::new(now, actor, "user.entered", &user.id).with_detail(&user.email);
    let commit = Commit::one(Write::UserEntered(user.clone()), fact);
    let taken = || format!("the address {} is another person's already", user.email);
    match env.directory.commit(commit).await {
        Ok(_) => Ok(user),
        Err(error) => match env.directory.store().find_user(&user.id).await? {
            Some(there) => Ok(there),
            None => Err(ChangeError::entering(error, taken)),
        },
    }
}

/// The person with this address, or with this id.
///
/// # Errors
/// [`ChangeError::Missing`].
pub async fn find(env: &Env, email_or_id: &str) -> Result<User, ChangeError> {
    let store = env.directory.store();
    let found = match (check_email(email_or_id), UserId::parse(email_or_id)) {
        (Some(email), _) => store.find_user_by_email(&email).await?,
        (None, Ok(id)) => store.find_user(&id).await?,
        (None, Err(_)) => None,
    };
    found.ok_or_else(|| ChangeError::missing("user", email_or_id))
}

/// Gives a person a password. Whoever was signed in as that person is so no more.
///
/// # Errors
/// [`ChangeError::Wrong`] when the password breaks a rule, which it says; what the store says.
pub async fn set_password(
    env: &Env,
    user: &User,
    password: Secret<String>,
    actor: &Actor,
) -> Result<(), ChangeError> {
    let hash = env.passwords.hash(password, &user.email, &*env.entropy).await;
    let phc = match hash {
        Ok(hash) => hash.as_str().to_owned(),
        Err(NotHashed::Rule(rule)) => return Err(ChangeError::wrong(rule)),
        Err(NotHashed::Busy(_)) => {
            let told = "too many passwords are being hashed, or there is no memory for one";
            return Err(StoreError::Unavailable(told.into()).into());
        }
    };
    let fact = Fact::new(env.now(), actor, "user.password_set", &user.id).with_detail(&user.email);
    let mut commit = Commit::one(Write::PasswordSet { user: user.id.clone(), phc }, fact);
    commit.writes.push(Write::SessionsEnded { user: user.id.clone(), except: None });
    env.directory.commit(commit).await?;
    Ok(())
}

/// True when this is the person's password. For whoever keeps one and wonders whether
/// it still is; nobody is signed in, and nothing is counted.
///
/// # Errors
/// What the store says; a pool that is full says no.
pub async fn is_password(
    env: &Env,
    user: &User,
    password: Secret<String>,
) -> Result<bool, ChangeError> {
    let stored = env.directory.store().find_password(&user.id).await?;
    let hash = stored.as_deref().map(PasswordHash::from_stored);
    Ok(env.passwords.verify(hash, password).await.unwrap_or(false))
}

/// Disables a person, whose clients are refused at once, or enables one again. Doing
/// it twice changes nothing.
///
/// # Errors
/// As [`administration::people::change`].
pub async fn set_disabled(
    env: &Env,
    id: &UserId,
    disabled: bool,
    actor: &Actor,
) -> Result<User, ChangeError> {
    let change = UserChange { disabled: Some(disabled), ..UserChange::default() };
    administration::people::change(env, id, &change, None, actor).await
}

/// Makes a person one of the vendor's own staff, or takes that away. Doing it twice
/// changes nothing.
///
/// # Errors
/// As [`set_disabled`].
pub async fn set_operator(
    env: &Env,
    id: &UserId,
    operator: bool,
    actor: &Actor,
) -> Result<User, ChangeError> {
    let change = UserChange { operator: Some(operator), ..UserChange::default() };
    administration::people::change(env, id, &change, None, actor).await
}

/// From now on the person belongs to the organization, with this role.
///
/// # Errors
/// [`ChangeError::Missing`] when the organization is gone by now,
/// [`ChangeError::ChangedMeanwhile`] when the person is;
/// [`ChangeError::NotPermitted`] where only staff may let them belong.
pub async fn set_membership(
    env: &Env,
    organization: &OrganizationId,
    user: &User,
    role: Role,
    actor: &Actor,
) -> Result<Membership, ChangeError> {
    let attempt = async || {
        let found = env.directory.store().find_organization(organization).await?;
        let found = found.ok_or_else(|| ChangeError::missing("organization", organization))?;
        set_membership_as_seen(env, found, user, role, actor).await
    };
    repeated(None, attempt).await
}

/// The same in an organization that was read before anything else was looked at.
///
/// # Errors
/// As there, and [`ChangeError::ChangedMeanwhile`] when its record was written since.
pub(super) async fn set_membership_as_seen(
    env: &Env,
    organization: Organization,
    user: &User,
    role: Role,
    actor: &Actor,
) -> Result<Membership, ChangeError> {
    let id = organization.id.clone();
    may_join(env, &id, &user.id, actor).await?;
    let fact = Fact::new(env.now(), actor, "membership.set", &user.id)
        .within(&id)
        .with_detail(format!("{} is {}", user.email, role.as_str()));
    let membership = Membership { organization: id, user: user.id.clone(), role };
    let mut commit = Commit::one(Write::MembershipSet(membership.clone()), fact);
    // Unchanged: of two who change this membership at once, one meets a conflict.
    commit.writes.push(Write::OrganizationChanged(organization));
    env.directory.commit(commit).await?;
    Ok(membership)
}

/// The person no longer belongs to the organization, as the vendor's own staff ends it:
/// see [`members::remove`].
///
/// # Errors
/// [`ChangeError::Wrong`] when there was no such membership.
pub async fn end_membership(
    env: &Env,
    organization: &OrganizationId,
    user: &User,
    actor: &Actor,
) -> Result<(), ChangeError> {
    let by = By { actor, is_operator: true };
    match members::remove(env, organization, user, by).await {
        Ok(()) => Ok(()),
        Err(NotChanged::Change(ChangeError::Missing { kind: "member", .. })) => {
            Err(ChangeError::Wrong(format!("{} is not a member of this organization", user.email)))
        }
        Err(NotChanged::Change(error)) => Err(error),
        // Not said to staff.
        Err(NotChanged::LastAdmin) => Err(ChangeError::NotPermitted),
    }
}

/// People by address.
///
/// # Errors
/// What the store says.
pub async fn list(env: &Env, page: &Page) -> Result<Vec<User>, ChangeError> {
    Ok(env.directory.store().list_users(page).await?)
}

/// The people of an organization and what they are there.
///
/// # Errors
/// What the store says.
pub async fn members(
    env: &Env,
    organization: &OrganizationId,
) -> Result<Vec<(User, Role)>, ChangeError> {
    let store = env.directory.store();
    let mut found = Vec::new();
    for membership in store.list_members(organization).await? {
        // Somebody who went between the two reads is no member any more.
        if let Some(user) = store.find_user(&membership.user).await? {
            found.push((user, membership.role));
        }
    }
    Ok(found)
}
