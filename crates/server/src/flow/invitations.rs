//! Invitations: sent, sent again, withdrawn. What becomes of one that is accepted stands
//! in [`crate::flow::joining`].

use std::net::{IpAddr, Ipv4Addr};

use aws_lc_rs::hmac;
use portreeve_core::audit::{Actor, Fact};
use portreeve_core::org::member::{Role, check_email};
use portreeve_core::org::organization::Organization;
use portreeve_core::secret::Secret;
use portreeve_core::sign_in::link::{INVITATION_STANDS, Link, Purpose, draw};
use portreeve_core::text_id::{OrganizationId, UserId};
use portreeve_core::time::{Timestamp, Ttl};
use portreeve_store::contract::commit::{Commit, Write};
use portreeve_store::contract::error::StoreError;

use crate::env::Env;
use crate::flow::administration::own::may_join;
use crate::flow::change::ChangeError;
use crate::mail;

/// How many invitations of one organization may wait to be accepted.
pub const MOST_WAITING: usize = 50;

/// Conflicts that are met before somebody is asked to come back.
const ATTEMPTS: usize = 3;

/// A second press of a button within this time is answered as the first was.
const REPEATABLE: Ttl = Ttl::from_seconds(60);

/// Who is to be invited, and to what.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The organization.
    pub organization: &'a Organization,
    /// The address, as it was typed.
    pub email: &'a str,
    /// What the person will be there.
    pub role: Role,
    /// True when nobody but the mail gets the code: see [`Link::mailed`].
    pub mailed: bool,
    /// What only this form says, so that a form that is sent twice invites once; empty
    /// where there is no form.
    pub once: &'a str,
}

/// An invitation that was made just now.
#[derive(Debug)]
pub struct Invited {
    /// The invitation.
    pub link: Link,
    /// The code that opens it, which is shown this once.
    pub code: Secret<String>,
    /// True when a mail is on its way.
    pub is_mailed: bool,
}

/// Why nobody was invited.
#[derive(Debug, thiserror::Error)]
pub enum NotInvited {
    /// The address is none.
    #[error("an e-mail address looks like name@example.com, with ASCII characters and no spaces")]
    Email,
    /// The person belongs to the organization already, as this.
    #[error("{name} is a member already")]
    Member {
        /// Who.
        user: UserId,
        /// What the person is called.
        name: String,
    },
    /// [`MOST_WAITING`] wait.
    #[error("{MOST_WAITING} invitations wait already; withdraw some of them first")]
    TooManyWait,
    /// The person has sent as many as may be sent in an hour.
    #[error("too many invitations were sent in the last hour")]
    Wait(Ttl),
    /// Anything else.
    #[error(transparent)]
    Change(#[from] ChangeError),
}

/// The address at which whoever has the code may join. What stands behind the `#` is
/// sent to nobody.
pub fn address(env: &Env, code: &Secret<String>) -> String {
    format!("{}{}#{}", env.endpoints.issuer, crate::paths::WELCOME, code.expose())
}

/// Invites somebody. An invitation that waits for the same address opens nothing from
/// then on.
///
/// # Errors
/// [`NotInvited`].
pub async fn invite(env: &Env, asked: Asked<'_>, actor: &Actor) -> Result<Invited, NotInvited> {
    let email = check_email(asked.email).ok_or(NotInvited::Email)?;
    let drawn = drawn_for(env, &asked, &email, actor);
    let new = |all: &[Link]| {
        let before = all.iter().find(|link| link.email == email).cloned();
        Ok(New { email: email.clone(), role: asked.role, before, mailed: asked.mailed })
    };
    settle(env, asked.organization, drawn, new, actor).await
}

pub(super) fn drawn_for(env: &Env, asked: &Asked<'_>, email: &str, actor: &Actor) -> Drawn {
    let (by, role, id) = (actor.to_string(), asked.role.as_str(), &asked.organization.id);
    match asked.once {
        "" => draw(&*env.entropy),
        once => drawn(env, &["invite", &by, id.as_str(), role, email, once]),
    }
}

/// What is noted when an invitation is made, and stays when it is gone.
pub(super) fn notice(id: &str) -> String {
    format!("invitation:{id}")
}

/// Sends an invitation once more: with a new code, and the old one opens nothing. Where
/// mails leave, nobody but the mail gets it.
///
/// # Errors
/// [`ChangeError::Missing`] when there is none with this id in the organization.
pub async fn send_again(
    env: &Env,
    organization: &Organization,
    id: &str,
    actor: &Actor,
) -> Result<Invited, NotInvited> {
    let drawn = drawn(env, &["again", &actor.to_string(), organization.id.as_str(), "", "", id]);
    let new = |all: &[Link]| {
        let before = all.iter().find(|link| link.id() == id).cloned();
        let before = before.ok_or_else(|| ChangeError::missing("invitation", "with this id"))?;
        let (email, role) = (before.email.clone(), role_of(&before));
        Ok(New { email, role, before: Some(before), mailed: env.mail.is_configured() })
    };
    settle(env, organization, drawn, new, actor).await
}

/// Takes an invitation back. Doing it twice changes nothing.
///
/// # Errors
/// [`ChangeError::Missing`] when there is none with this id in the organization.
pub async fn withdraw(
    env: &Env,
    organization: &OrganizationId,
    id: &str,
    actor: &Actor,
) -> Result<(), ChangeError> {
    let link = find(env, organization, id).await?;
    let fact = Fact::new(env.now(), actor, "invitation.withdrawn", &link.email)
        .within(organization)
        .with_detail(format!("as {}", role_of(&link).as_str()));
    match env.directory.commit(Commit::one(gone(&link), fact)).await {
        // Somebody was faster: it opens nothing any more, or has opened.
        Ok(_) | Err(StoreError::Conflict(_)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// The invitations to an organization that nobody has used or withdrawn, newest first;
/// whether they still stand, [`Link::is_live`] tells.
///
/// # Errors
/// What the store says.
pub async fn list(env: &Env, organization: &OrganizationId) -> Result<Vec<Link>, ChangeError> {
    Ok(env.directory.store().list_invitations(organization).await?)
}

/// The invitation with this id, if it is one to this organization.
///
/// # Errors
/// [`ChangeError::Missing`].
pub async fn find(env: &Env, organization: &OrganizationId, id: &str) -> Result<Link, ChangeError> {
    let found = list(env, organization).await?.into_iter().find(|link| link.id() == id);
    found.ok_or_else(|| ChangeError::missing("invitation", "with this id"))
}

/// What whoever accepts will be.
pub const fn role_of(link: &Link) -> Role {
    match &link.purpose {
        Purpose::Invitation { role, .. } => *role,
        Purpose::PasswordReset { .. } => Role::Member,
    }
}

/// What people call whoever made a link; `None` for programs and the command line.
///
/// # Errors
/// What the store says.
pub async fn made_by(env: &Env, link: &Link) -> Result<Option<String>, ChangeError> {
    let Some(id) = link.made_by.strip_prefix("user:") else { return Ok(None) };
    let Ok(id) = UserId::parse(id) else { return Ok(None) };
    Ok(env.directory.store().find_user(&id).await?.map(|user| user.name))
}

/// The link opens nothing any more. A conflict when somebody was faster, even if its
/// time was over: so one of two wins.
pub(super) fn gone(link: &Link) -> Write {
    Write::LinkUsed { hash: link.hash, at: link.created_at }
}

/// The organization and its invitations are as they were read, or what follows is not written.
pub(super) fn stand(organization: &Organization, all: &[Link]) -> Write {
    let hashes = all.iter().map(|link| link.hash).collect();
    let (organization, version) = (organization.id.clone(), organization.version);
    Write::InvitationsStand { organization, version, hashes }
}

/// An invitation that is to be made.
struct New {
    email: String,
    role: Role,
    /// The one that it takes the place of.
    before: Option<Link>,
    mailed: bool,
}

/// A code's hash, and the code.
pub(super) type Drawn = ([u8; 32], Secret<String>);

/// Makes the invitation that `new` chooses in view of those that there are. What was
/// counted still holds when it is written: whoever read other invitations than there are by
/// then looks again, and so does whoever read before somebody changed what somebody known
/// is there, which writes the organization's record. Somebody new joins with the link
/// alone, which is replaced or used, not both.
async fn settle(
    env: &Env,
    organization: &Organization,
    drawn: Drawn,
    new: impl Fn(&[Link]) -> Result<New, ChangeError>,
    actor: &Actor,
) -> Result<Invited, NotInvited> {
    let mut organization = organization.clone();
    for _ in 0..ATTEMPTS {
        let all = list(env, &organization.id).await?;
        // Pressed twice: the old one may be gone, and this is what came of it.
        if let Some(link) = all.iter().find(|link| link.hash == drawn.0) {
            return Ok(again_the_same(env, link.clone(), drawn.1));
        }
        let new = new(&all)?;
        must_be_able_to_join(env, &organization.id, &new.email, actor).await?;
        if is_full(&all, new.before.as_ref(), env.now()) {
            return Err(NotInvited::TooManyWait);
        }
        let stand = stand(&organization, &all);
        match send(env, &organization, (new, stand), &drawn, actor).await {
            Err(NotInvited::Change(ChangeError::ChangedMeanwhile)) => {}
            done => return done,
        }
        let found = env.directory.store().find_organization(&organization.id).await;
        let missing = || ChangeError::missing("organization", &organization.id);
        organization = found.map_err(ChangeError::from)?.ok_or_else(missing)?;
    }
    Err(ChangeError::ChangedMeanwhile.into())
}

/// True when as many wait as may, beside the one that is taken the place of. One that has
/// expired waits no more, and would again.
fn is_full(all: &[Link], before: Option<&Link>, now: Timestamp) -> bool {
    let others = all.iter().filter(|link| before.is_none_or(|before| before.hash != link.hash));
    others.filter(|link| link.is_live(now)).count() >= MOST_WAITING
}

async fn send(
    env: &Env,
    organization: &Organization,
    (new, stand): (New, Write),
    drawn: &Drawn,
    actor: &Actor,
) -> Result<Invited, NotInvited> {
    let (now, by, (hash, code)) = (env.now(), actor.to_string(), drawn.clone());
    let link = Link {
        hash,
        purpose: Purpose::Invitation { organization: organization.id.clone(), role: new.role },
        email: new.email,
        mailed: new.mailed,
        made_by: by.clone(),
        created_at: now,
        expires_at: now.plus(INVITATION_STANDS),
    };
    let (nowhere, monotonic) = (IpAddr::V4(Ipv4Addr::UNSPECIFIED), env.clock.monotonic());
    if let Err(refusal) = env.links.invitations.claim(&by, nowhere, monotonic) {
        let wait = refusal.retry_after.unwrap_or(env.links.invitations.interval());
        return Err(NotInvited::Wait(wait));
    }
    let fact = Fact::new(now, actor, "membership.invited", &link.email)
        .within(&organization.id)
        .with_detail(format!("as {}", new.role.as_str()));
    let mut commit = Commit::one(Write::LinkMade(link.clone()), fact);
    // The same code is never good twice, whatever became of the first.
    let key = notice(&link.id());
    // First: of several who invite at once, one after the other is counted.
    commit.writes.insert(0, stand);
    commit.writes.extend(new.before.as_ref().map(gone));
    commit.writes.push(Write::NoticeTaken { key, at: now });
    match env.directory.commit(commit).await {
        Ok(_) => {}
        Err(error) => {
            env.links.invitations.forgive(&by, nowhere, monotonic);
            return match (error, env.directory.store().find_link(&hash).await) {
                (StoreError::Conflict(_), Ok(Some(made))) => Ok(again_the_same(env, made, code)),
                (error, _) => Err(NotInvited::Change(error.into())),
            };
        }
    }
    let is_mailed = write_to(env, organization, &link, &code).await?;
    Ok(Invited { link, code, is_mailed })
}

/// True when a mail is on its way.
async fn write_to(
    env: &Env,
    organization: &Organization,
    link: &Link,
    code: &Secret<String>,
) -> Result<bool, ChangeError> {
    let head = env.letterhead();
    let by = made_by(env, link).await?;
    let what = mail::Invitation {
        by: by.as_deref().unwrap_or(head.vendor),
        organization: &organization.name,
        role: role_of(link),
        code,
        until: link.expires_at,
    };
    Ok(env.mail.send(mail::invitation(&head, &link.email, &what)).is_ok())
}

/// The answer to whoever pressed a button twice. Later the code is not shown again: it is
/// the old one's, and the page says where to get a new one.
pub(super) fn again_the_same(env: &Env, link: Link, code: Secret<String>) -> Invited {
    let is_late = link.created_at.until(env.now()) > REPEATABLE;
    let code = if is_late { Secret::new(String::new()) } else { code };
    Invited { link, code, is_mailed: env.mail.is_configured() }
}

async fn must_be_able_to_join(
    env: &Env,
    organization: &OrganizationId,
    email: &str,
    actor: &Actor,
) -> Result<(), NotInvited> {
    let store = env.directory.store();
    let known = store.find_user_by_email(email).await.map_err(ChangeError::from)?;
    let Some(user) = known else { return Ok(()) };
    let memberships = store.list_memberships(&user.id).await.map_err(ChangeError::from)?;
    if memberships.iter().any(|one| one.organization == *organization) {
        return Err(NotInvited::Member { user: user.id, name: user.name });
    }
    Ok(may_join(env, organization, &user.id, actor).await?)
}

/// A code and its hash: the same ones whenever the same person sends the same form, and
/// nobody else's. HMAC-SHA256 under a key of this installation.
fn drawn(env: &Env, about: &[&str]) -> Drawn {
    let key = env.directory.master().derive("invitation-codes");
    let key = hmac::Key::new(hmac::HMAC_SHA256, &key);
    let tag = hmac::sign(&key, about.join("\n").as_bytes());
    draw(&|bytes: &mut [u8]| {
        bytes.iter_mut().zip(tag.as_ref()).for_each(|(byte, drawn)| *byte = *drawn);
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_that_wait_are_counted_beside_the_one_that_is_replaced() {
        let now = Timestamp::from_unix(1_795_262_400);
        let link = |number: u8, is_live: bool| Link {
            hash: [number; 32],
            purpose: Purpose::Invitation {
                organization: OrganizationId::parse("org_tankers").unwrap(),
                role: Role::Member,
            },
            email: format!("p{number}@example.com"),
            mailed: true,
            made_by: "user:usr_ada".to_owned(),
            created_at: now,
            expires_at: if is_live { now.plus(INVITATION_STANDS) } else { now },
        };
        let most = u8::try_from(MOST_WAITING).unwrap();
        // How many are live; which of all is replaced; the last three have expired.
        for (live, replaced, is_full_then) in [
            (most - 1, None, false),
            (most, None, true),
            (most, Some(0), false),
            (most, Some(most), true),
            (most - 1, Some(most), false),
            (most + 1, Some(0), true),
            (0, None, false),
        ] {
            let all: Vec<Link> = (0..live + 3).map(|number| link(number, number < live)).collect();
            let before = replaced.map(|number| &all[usize::from(number)]);
            assert_eq!(is_full(&all, before, now), is_full_then, "{live} {replaced:?}");
        }
    }
}
