//! People sign in and out, and who is at a browser.

use std::net::{IpAddr, Ipv6Addr};
use std::time::Duration;

use portreeve_core::audit::{Actor, Fact};
use portreeve_core::org::member::{User, check_email};
use portreeve_core::refusal::{Reason, Refusal};
use portreeve_core::secret::Secret;
use portreeve_core::sign_in::password::PasswordHash;
use portreeve_core::sign_in::session::{Seat, Session};
use portreeve_store::contract::commit::{Commit, Write};

use crate::env::Env;
use crate::flow::stop::Stop;
use crate::sessions::SessionId;

/// Whoever is at a browser.
#[derive(Debug)]
pub struct SignedIn {
    /// The person, who is not disabled.
    pub user: User,
    /// The session, which is live.
    pub session: Session,
}

/// Somebody says who they are.
pub struct Attempt<'a> {
    /// The address, as it was typed.
    pub email: &'a str,
    /// The password.
    pub password: Secret<String>,
    /// From where.
    pub peer: IpAddr,
    /// What the browser calls itself.
    pub agent: &'a str,
    /// The id that the browser has so far: it gets another.
    pub before: Option<&'a SessionId>,
}

/// Who is at this browser; `None` when nobody has signed in, or not lately.
///
/// # Errors
/// What the store says.
pub async fn who(env: &Env, id: &SessionId) -> Result<Option<SignedIn>, Stop> {
    let (store, now) = (env.directory.store(), env.now());
    let Some(session) = store.find_session(&id.hash()).await? else { return Ok(None) };
    if !session.is_live(now) {
        return Ok(None);
    }
    let user = store.find_user(&session.user).await?.filter(|user| !user.disabled);
    let Some(user) = user else { return Ok(None) };
    if session.is_use_worth_noting(now) {
        let write = Write::SessionSeen { hash: session.hash, at: now };
        env.directory.commit(Commit { writes: vec![write], ..Commit::default() }).await?;
    }
    Ok(Some(SignedIn { user, session }))
}

/// A session that has begun.
pub struct Begun {
    /// The browser's new id.
    pub id: SessionId,
    /// Who signed in.
    pub user: User,
}

/// Signs a person in: answers the browser's new id. The old one opens nothing from
/// then on, so that nobody can prepare an id for somebody else.
///
/// # Errors
/// As [`prove`].
pub async fn sign_in(env: &Env, attempt: Attempt<'_>) -> Result<Begun, Stop> {
    let user = prove(env, attempt.email, attempt.password, attempt.peer).await?;
    let id = SessionId::generate(&*env.entropy);
    let seat = Seat { address: Some(attempt.peer), agent: attempt.agent };
    let mut commit = Commit { at: Some(env.now()), ..Commit::default() };
    begin(env, &mut commit, &id, &user, seat);
    commit.writes.extend(attempt.before.map(|id| Write::SessionEnded { hash: id.hash() }));
    env.directory.commit(commit).await?;
    Ok(Begun { id, user })
}

/// Adds a session that begins with this commit.
pub(super) fn begin(env: &Env, commit: &mut Commit, id: &SessionId, user: &User, seat: Seat<'_>) {
    let now = env.now();
    let session = Session::begin(id.as_bytes(), user.id.clone(), seat, now);
    commit.writes.push(Write::SessionBegun(session));
    let actor = Actor::User(user.id.clone());
    commit.facts.push(Fact::new(now, &actor, "user.signed_in", &user.id));
}

/// The person with this address, who is not disabled, if this is the password. Guesses
/// are counted, wherever a password is asked for.
///
/// # Errors
/// [`Reason::PasswordWrong`], with in `about` how many more times one may try, for an
/// unknown person as well and as slowly; [`Reason::TooManyAttempts`] and how long to
/// wait; [`Reason::UserDisabled`] for whoever knows the password;
/// [`Reason::TemporarilyUnavailable`], and what the store says, which count as no try.
pub async fn prove(
    env: &Env,
    email: &str,
    password: Secret<String>,
    peer: IpAddr,
) -> Result<User, Stop> {
    let monotonic = env.clock.monotonic();
    let email = check_email(email).unwrap_or_default();
    let network = network(peer);
    // Counted before it is known whether it is one: see `Guessing::claim`.
    let left = claim(env, &email, network, monotonic)?;
    let found = whose(env, &email, password).await;
    // Whoever was right has not guessed, and where nobody could tell nothing was learnt.
    if !matches!(found, Ok(None)) {
        env.strangers.forgive(&email, network, monotonic);
        env.crowds.forgive("", network, monotonic);
    }
    let Some(user) = found? else {
        return Err(Refusal::about(Reason::PasswordWrong, left.to_string()).into());
    };
    if user.disabled {
        return Err(Refusal::about(Reason::UserDisabled, user.id.to_string()).into());
    }
    Ok(user)
}

/// True when there is something in the portal for this person.
///
/// # Errors
/// What the store says.
pub async fn has_place(env: &Env, user: &User) -> Result<bool, Stop> {
    Ok(user.operator || !env.directory.store().list_memberships(&user.id).await?.is_empty())
}

/// Ends the session of a browser, if it has one.
///
/// # Errors
/// What the store says.
pub async fn sign_out(env: &Env, id: &SessionId) -> Result<(), Stop> {
    let Some(session) = env.directory.store().find_session(&id.hash()).await? else {
        return Ok(());
    };
    let actor = Actor::User(session.user.clone());
    let fact = Fact::new(env.now(), &actor, "user.signed_out", &session.user);
    let write = Write::SessionEnded { hash: session.hash };
    env.directory.commit(Commit::one(write, fact)).await?;
    Ok(())
}

/// Counts a try with one account, then of one address: whoever goes on with an account
/// that must wait takes nothing from the others there.
fn claim(env: &Env, email: &str, network: IpAddr, monotonic: Duration) -> Result<u64, Refusal> {
    let left = env.strangers.claim(email, network, monotonic)?;
    match env.crowds.claim("", network, monotonic) {
        Ok(_) => Ok(left),
        Err(refusal) => {
            env.strangers.forgive(email, network, monotonic);
            Err(refusal)
        }
    }
}

/// The person with this address, if the password is theirs. Takes as long for one who
/// is unknown.
async fn whose(env: &Env, email: &str, password: Secret<String>) -> Result<Option<User>, Stop> {
    let store = env.directory.store();
    let user = store.find_user_by_email(email).await?;
    let stored = match &user {
        Some(user) => store.find_password(&user.id).await?,
        None => None,
    };
    let hash = stored.as_deref().map(PasswordHash::from_stored);
    let is_right = env.passwords.verify(hash, password).await?;
    Ok(user.filter(|_| is_right))
}

/// Whose attempts are counted together: one IPv4 address, or the /64 that one holder
/// of IPv6 addresses has at least.
pub(super) fn network(peer: IpAddr) -> IpAddr {
    match peer.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_in_one_network_are_one() {
        for (peer, expected) in [
            ("192.0.2.7", "192.0.2.7"),
            ("::ffff:192.0.2.7", "192.0.2.7"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ] {
            let found = network(peer.parse().unwrap());
            assert_eq!(found, expected.parse::<IpAddr>().unwrap(), "{peer}");
        }
    }
}
