//! People sign in and out, and who is at a browser.

use std::net::IpAddr;

use portreeve_core::audit::{Actor, Fact};
use portreeve_core::org::member::{User, check_email};
use portreeve_core::refusal::{Reason, Refusal};
use portreeve_core::secret::Secret;
use portreeve_core::sign_in::password::PasswordHash;
use portreeve_core::sign_in::session::{Seat, Session};
use portreeve_core::text_id::UserId;
use portreeve_store::contract::commit::{Commit, Write};
use portreeve_store::contract::error::StoreError;

use crate::env::Env;
use crate::flow::stop::Stop;
use crate::sessions::SessionId;
use crate::tries::{ACCOUNT, Claimed, Tried, network};

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
/// [`Reason::PasswordWrong`], with in `about` how many more times one may try, for an
/// unknown person as well and as slowly; [`Reason::TooManyAttempts`] and how long to
/// wait; [`Reason::UserDisabled`] for whoever knows the password;
/// [`Reason::TemporarilyUnavailable`], and what the store says, which count as no try.
pub async fn sign_in(env: &Env, attempt: Attempt<'_>) -> Result<Begun, Stop> {
    let proved = prove(env, attempt.email, attempt.password, attempt.peer).await?;
    let id = SessionId::generate(&*env.entropy);
    let seat = Seat { address: Some(attempt.peer), agent: attempt.agent };
    let mut commit = Commit { at: Some(env.now()), ..Commit::default() };
    begin(env, &mut commit, &id, &proved.user, seat);
    commit.writes.extend(attempt.before.map(|id| Write::SessionEnded { hash: id.hash() }));
    follow(env, &proved, commit).await?;
    Ok(Begun { id, user: proved.user })
}

/// Adds a session that begins with this commit.
pub(super) fn begin(env: &Env, commit: &mut Commit, id: &SessionId, user: &User, seat: Seat<'_>) {
    let now = env.now();
    let session = Session::begin(id.as_bytes(), user.id.clone(), seat, now);
    commit.writes.push(Write::SessionBegun(session));
    let actor = Actor::User(user.id.clone());
    commit.facts.push(Fact::new(now, &actor, "user.signed_in", &user.id));
}

/// Somebody who has shown the password that they had at that moment. What follows from it
/// goes through [`follow`].
pub(super) struct Proved {
    /// Who.
    pub(super) user: User,
    /// The hash that the password fits.
    phc: String,
    peer: IpAddr,
    /// How many more times they might have tried.
    left: u64,
}

/// The person with this address, who is not disabled, if this is the password. Guesses
/// are counted, wherever a password is asked for.
///
/// # Errors
/// As [`sign_in`].
pub(super) async fn prove(
    env: &Env,
    email: &str,
    password: Secret<String>,
    peer: IpAddr,
) -> Result<Proved, Stop> {
    let email = check_email(email).unwrap_or_default();
    let tried = Tried { email: &email, peer, now: env.clock.monotonic() };
    // Counted before it is known whether it is one: see `Guessing::claim`.
    let claimed = claim(env, &tried).await?;
    let found = whose(env, &email, password).await;
    // Whoever was right has not guessed, and where nobody could tell nothing was learnt.
    if !matches!(found, Ok(None)) {
        env.tries.forgive(&tried, claimed);
    }
    let Some((user, phc)) = found? else { return Err(wrong(claimed.left)) };
    env.tries.claim_right(&tried)?;
    if user.disabled {
        return Err(Refusal::about(Reason::UserDisabled, user.id.to_string()).into());
    }
    Ok(Proved { user, phc, peer, left: claimed.left })
}

/// Writes what follows from a password, if it is the person's still, and they are not
/// disabled: to compare one takes long enough for another to be set.
///
/// # Errors
/// [`Reason::PasswordWrong`], as [`sign_in`]; what the store says.
pub(super) async fn follow(env: &Env, proved: &Proved, mut commit: Commit) -> Result<(), Stop> {
    let (user, phc) = (proved.user.id.clone(), proved.phc.clone());
    commit.writes.insert(0, Write::PasswordStands { user, phc });
    match env.directory.commit(commit).await {
        Ok(_) => {}
        Err(StoreError::Conflict(_)) => return Err(wrong(proved.left)),
        Err(error) => return Err(error.into()),
    }
    let now = env.clock.monotonic();
    env.tries.settle(&Tried { email: &proved.user.email, peer: proved.peer, now });
    Ok(())
}

fn wrong(left: u64) -> Stop {
    Refusal::about(Reason::PasswordWrong, left.to_string()).into()
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

/// Counts a try. Where an account must wait wherever one is, whoever has a session in this
/// network is at home there, though this node may not have seen it begin.
async fn claim(env: &Env, tried: &Tried<'_>) -> Result<Claimed, Stop> {
    match env.tries.claim(tried) {
        Err(refusal)
            if refusal.about.as_deref() == Some(ACCOUNT) && has_session(env, tried).await? =>
        {
            env.tries.settle(tried);
            Ok(env.tries.claim(tried)?)
        }
        claimed => Ok(claimed?),
    }
}

/// True when the person with this address has a session in this network.
async fn has_session(env: &Env, tried: &Tried<'_>) -> Result<bool, Stop> {
    let store = env.directory.store();
    let user = store.find_user_by_email(tried.email).await?;
    // Nobody's are looked up as well: it takes as long.
    let id = user.map_or_else(|| UserId::generate(&*env.entropy), |user| user.id);
    let here = network(tried.peer);
    let sessions = store.list_sessions(&id).await?;
    Ok(sessions.iter().filter_map(|one| one.address).any(|address| network(address) == here))
}

/// The person with this address, and the hash, if the password is theirs. Takes as long
/// for one who is unknown.
async fn whose(
    env: &Env,
    email: &str,
    password: Secret<String>,
) -> Result<Option<(User, String)>, Stop> {
    let store = env.directory.store();
    let user = store.find_user_by_email(email).await?;
    let stored = match &user {
        Some(user) => store.find_password(&user.id).await?,
        None => None,
    };
    let hash = stored.as_deref().map(PasswordHash::from_stored);
    let is_right = env.passwords.verify(hash, password).await?;
    Ok(user.zip(stored).filter(|_| is_right))
}
