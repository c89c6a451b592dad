//! Somebody accepts an invitation: as who they are already, or as somebody new. One
//! commit uses the code up and makes the member, so that of two who try, one does.

use std::net::IpAddr;

use portreeve_core::audit::{Actor, Fact};
use portreeve_core::org::member::{Membership, Role, User, UserError};
use portreeve_core::org::organization::Organization;
use portreeve_core::org::permission::Action;
use portreeve_core::refusal::Refusal;
use portreeve_core::secret::Secret;
use portreeve_core::sign_in::link::{Link, Purpose};
use portreeve_core::sign_in::password::PasswordError;
use portreeve_core::sign_in::proof::by_joining;
use portreeve_core::sign_in::session::Seat;
use portreeve_core::text_id::UserId;
use portreeve_store::contract::commit::{Commit, Write};
use portreeve_store::contract::error::StoreError;
use portreeve_store::contract::search::ClientsOf;

use crate::env::Env;
use crate::flow::change::ChangeError;
use crate::flow::stop::Stop;
use crate::flow::{access, invitations, links, sign_in};
use crate::mail;
use crate::passwords::NotHashed;
use crate::sessions::SessionId;

/// An invitation that stands.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The invitation.
    pub link: Link,
    /// Where.
    pub organization: Organization,
    /// As what.
    pub role: Role,
    /// Who invites; `None` for the vendor.
    pub by: Option<String>,
    /// The person who has the address, if there is one.
    pub person: Option<User>,
    /// How many clients the person has already: they will reach the organization too.
    pub clients: u64,
}

/// Why nobody joined.
#[derive(Debug)]
pub enum NotJoined {
    /// The code is unknown, used, withdrawn or expired; nobody is told which.
    Dead,
    /// Whoever is signed in has another address, or the address is somebody's by now.
    SomebodyElse,
    /// The name breaks its rule.
    Name,
    /// The password breaks one.
    Password(PasswordError),
    /// Too often, or nobody can tell.
    Refused(Refusal),
}

/// Who joins, when nobody has the address yet.
pub struct NewPerson<'a> {
    /// What the person is called, as it was typed.
    pub name: &'a str,
    /// The password that the person chose.
    pub password: Secret<String>,
    /// From where.
    pub peer: IpAddr,
    /// What the browser calls itself.
    pub agent: &'a str,
    /// The id that the browser has so far: it gets another.
    pub before: &'a SessionId,
}

/// What a code opens.
///
/// # Errors
/// [`NotJoined::Dead`], [`NotJoined::Refused`].
pub async fn open(env: &Env, code: &str, peer: IpAddr) -> Result<Opened, NotJoined> {
    let link = links::live(env, code, peer).await?.ok_or(NotJoined::Dead)?;
    let Purpose::Invitation { organization, role } = &link.purpose else {
        return Err(NotJoined::Dead);
    };
    // Whoever may not invite any more has not invited.
    if !access::still_may(env, &link.made_by, organization, Action::Invite).await? {
        return Err(NotJoined::Dead);
    }
    let store = env.directory.store();
    let found = store.find_organization(organization).await?.ok_or(NotJoined::Dead)?;
    let person = store.find_user_by_email(&link.email).await?;
    let clients = match &person {
        Some(user) => {
            let now = env.now();
            store.count_clients(ClientsOf::User(&user.id), now, now).await?.all
        }
        None => 0,
    };
    let (role, by) = (*role, invitations::made_by(env, &link).await?);
    Ok(Opened { link, organization: found, role, by, person, clients })
}

/// The person who is signed in joins. Whoever is more there already stays it.
///
/// # Errors
/// As [`open`], and [`NotJoined::SomebodyElse`].
pub async fn join(
    env: &Env,
    code: &str,
    who: &sign_in::SignedIn,
    peer: IpAddr,
) -> Result<Organization, NotJoined> {
    let attempt = async || {
        let opened = open(env, code, peer).await?;
        if opened.link.email != who.user.email {
            return Err(NotJoined::SomebodyElse);
        }
        let memberships = env.directory.store().list_memberships(&who.user.id).await?;
        let here = memberships.iter().find(|one| one.organization == opened.organization.id);
        let is_more = here.is_some_and(|one| one.role == Role::Admin || one.role == opened.role);
        let mut commit = accepted(env, &opened, &who.user);
        if !is_more {
            commit.writes.push(Write::MembershipSet(membership(&opened, &who.user)));
        }
        // Written unchanged: of two who change this membership at once, one meets a
        // conflict, and looks again.
        commit.writes.push(Write::OrganizationChanged(opened.organization.clone()));
        let done = env.directory.commit(commit).await;
        Ok((opened, done))
    };
    for _ in 0..ATTEMPTS {
        match attempt().await? {
            (opened, Ok(_)) => {
                tell(env, &opened, &who.user).await;
                return Ok(opened.organization);
            }
            (_, Err(StoreError::Conflict(_))) => {}
            (_, Err(error)) => return Err(error.into()),
        }
    }
    Err(ChangeError::ChangedMeanwhile.into())
}

/// Conflicts that are met before somebody is asked to come back.
const ATTEMPTS: usize = 3;

/// Somebody new joins, and is signed in.
///
/// # Errors
/// As [`open`], [`NotJoined::Name`], [`NotJoined::Password`], and
/// [`NotJoined::SomebodyElse`] when the address is a person's by now.
pub async fn enter(
    env: &Env,
    code: &str,
    new: NewPerson<'_>,
) -> Result<(SessionId, Organization), NotJoined> {
    let opened = open(env, code, new.peer).await?;
    if opened.person.is_some() {
        return Err(NotJoined::SomebodyElse);
    }
    let now = env.now();
    let id = UserId::generate(&*env.entropy);
    let user = User::new(id, &opened.link.email, new.name, false, now)?;
    let user = User { address_proven_at: by_joining(&opened.link, now), ..user };
    let hash = env.passwords.hash(new.password, &user.email, &*env.entropy).await;
    let phc = hash?.as_str().to_owned();
    let mut commit = accepted(env, &opened, &user);
    let actor = Actor::User(user.id.clone());
    let fact = Fact::new(now, &actor, "user.entered", &user.id).with_detail(&user.email);
    commit.facts.insert(0, fact);
    commit.writes.extend([
        Write::UserEntered(user.clone()),
        Write::PasswordSet { user: user.id.clone(), phc },
        Write::MembershipSet(membership(&opened, &user)),
        Write::SessionEnded { hash: new.before.hash() },
    ]);
    let session = SessionId::generate(&*env.entropy);
    let seat = Seat { address: Some(new.peer), agent: new.agent };
    sign_in::begin(env, &mut commit, &session, &user, seat);
    match env.directory.commit(commit).await {
        Ok(_) => {}
        // The code was used in the meantime, or somebody has the address: looked at again,
        // the page says which.
        Err(StoreError::Conflict(_)) => return Err(NotJoined::SomebodyElse),
        Err(error) => return Err(error.into()),
    }
    tell(env, &opened, &user).await;
    Ok((session, opened.organization))
}

/// The commit that uses the code up.
fn accepted(env: &Env, opened: &Opened, user: &User) -> Commit {
    let now = env.now();
    let actor = Actor::User(user.id.clone());
    let fact = Fact::new(now, &actor, "membership.accepted", &user.id)
        .within(&opened.organization.id)
        .with_detail(format!("{} as {}", user.email, opened.role.as_str()));
    Commit::one(Write::LinkUsed { hash: opened.link.hash, at: now }, fact)
}

fn membership(opened: &Opened, user: &User) -> Membership {
    let organization = opened.organization.id.clone();
    Membership { organization, user: user.id.clone(), role: opened.role }
}

/// Tells whoever invited by mail. What cannot be told is in the register all the same.
async fn tell(env: &Env, opened: &Opened, user: &User) {
    let Some(id) = opened.link.made_by.strip_prefix("user:") else { return };
    let Ok(id) = UserId::parse(id) else { return };
    if let Ok(Some(inviter)) = env.directory.store().find_user(&id).await {
        let joined = mail::Joined { user, organization: &opened.organization, role: opened.role };
        let _ = env.mail.send(mail::joined(&env.letterhead(), &inviter.email, &joined));
    }
}

impl From<UserError> for NotJoined {
    fn from(error: UserError) -> Self {
        match error {
            UserError::Name => Self::Name,
            // Addresses are checked when somebody is invited.
            UserError::Email => Self::Dead,
        }
    }
}

impl From<NotHashed> for NotJoined {
    fn from(not: NotHashed) -> Self {
        match not {
            NotHashed::Rule(rule) => Self::Password(rule),
            NotHashed::Busy(refusal) => Self::Refused(refusal),
        }
    }
}

impl From<Stop> for NotJoined {
    fn from(stop: Stop) -> Self {
        let first = stop.into_refusals().into_iter().next();
        Self::Refused(first.unwrap_or_else(|| portreeve_core::refusal::Reason::ServerError.into()))
    }
}

impl From<StoreError> for NotJoined {
    fn from(error: StoreError) -> Self {
        Stop::from(error).into()
    }
}

impl From<ChangeError> for NotJoined {
    fn from(error: ChangeError) -> Self {
        match error {
            ChangeError::Store(error) => error.into(),
            _ => Stop::from(portreeve_core::refusal::Reason::ChangedMeanwhile).into(),
        }
    }
}
