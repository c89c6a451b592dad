//! Passwords that people choose: in place of the old one, or of one that is forgotten.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use portreeve_core::audit::{Actor, Fact};
use portreeve_core::org::member::User;
use portreeve_core::refusal::{Reason, Refusal};
use portreeve_core::secret::Secret;
use portreeve_core::sign_in::link::{Link, Purpose, RESET_STANDS, draw};
use portreeve_core::sign_in::password::PasswordError;
use portreeve_core::sign_in::proof::{self, Stopped};
use portreeve_core::sign_in::session::Seat;
use portreeve_store::contract::commit::{Commit, Write};
use portreeve_store::contract::error::StoreError;

use crate::env::Env;
use crate::flow::change::ChangeError;
use crate::flow::sign_in::{SignedIn, begin, follow, prove};
use crate::flow::stop::Stop;
use crate::flow::{links, proving};
use crate::mail;
use crate::passwords::NotHashed;
use crate::sessions::SessionId;
use crate::tries::{Tried, network};

/// How long it takes at least to ask for a way to a new password: longer than whatever is
/// done for somebody who is known, so that nobody can tell by the time who is.
const ALWAYS_TAKES: Duration = Duration::from_millis(300);

/// Why a password was not set.
#[derive(Debug)]
pub enum NotSet {
    /// The code is unknown, used or expired; nobody is told which.
    Dead,
    /// It breaks a rule.
    Rule(PasswordError),
    /// It is the old one.
    TheOldOne,
    /// The old password is wrong, or too many were; or nobody can tell.
    Refused(Refusal),
}

/// Sends a way to a new password to whoever has this address, in the form of
/// [`portreeve_core::org::member::check_email`]. The same answer, as late, whether or not
/// there is such a person.
///
/// # Errors
/// [`Reason::TooManyAttempts`] and how long to wait; what the store says.
pub async fn forgotten(env: &Env, email: &str, peer: IpAddr) -> Result<(), Stop> {
    let (nowhere, network) = (IpAddr::V4(Ipv4Addr::UNSPECIFIED), network(peer));
    let monotonic = env.clock.monotonic();
    env.links.resets.claim(email, nowhere, monotonic)?;
    if let Err(refusal) = env.links.resets_of_all.claim("", network, monotonic) {
        env.links.resets.forgive(email, nowhere, monotonic);
        return Err(refusal.into());
    }
    let (sent, ()) = tokio::join!(send_way(env, email), tokio::time::sleep(ALWAYS_TAKES));
    sent
}

async fn send_way(env: &Env, email: &str) -> Result<(), Stop> {
    let found = env.directory.store().find_user_by_email(email).await?;
    let Some(user) = found.filter(|user| !user.disabled) else { return Ok(()) };
    let now = env.now();
    let (hash, code) = draw(&*env.entropy);
    let link = Link {
        hash,
        purpose: Purpose::PasswordReset { user: user.id.clone() },
        email: user.email.clone(),
        mailed: true,
        made_by: Actor::System.to_string(),
        created_at: now,
        expires_at: now.plus(RESET_STANDS),
    };
    let until = link.expires_at;
    let fact = Fact::new(now, &Actor::System, "user.password_forgotten", &user.id);
    let mut commit = Commit::one(Write::LinkMade(link), fact.with_detail(&user.email));
    // Whoever presses twice gets one mail.
    let key = format!("password-reset:{}:{}", user.id, now.as_unix() / 60);
    commit.writes.push(Write::NoticeTaken { key, at: now });
    match env.directory.commit(commit).await {
        Ok(_) => {}
        Err(StoreError::Conflict(_)) => return Ok(()),
        Err(error) => return Err(error.into()),
    }
    // What cannot be sent, the log knows; the answer is the same.
    let _ = env.mail.send(mail::password_reset(&env.letterhead(), &user, &code, until));
    Ok(())
}

/// Somebody who was sent a way to a new password.
pub struct Reset<'a> {
    /// The code, as it was sent or typed.
    pub code: &'a str,
    /// The new password.
    pub password: Secret<String>,
    /// From where.
    pub peer: IpAddr,
    /// The browser, where nobody is signed in afterwards.
    pub browser: &'a SessionId,
}

/// Conflicts that are met before somebody is asked to come back.
const ATTEMPTS: usize = 3;

/// Sets a new password and signs the person out everywhere. One commit: of two who use
/// the same code at once, one wins. Whoever proves the address with it for the first time
/// stops what the account had let in before; answers how much that is.
///
/// # Errors
/// [`NotSet::Dead`], [`NotSet::Rule`], [`NotSet::Refused`].
pub async fn reset(env: &Env, reset: Reset<'_>) -> Result<Stopped, NotSet> {
    let Reset { code, password, peer, browser } = reset;
    let (_, user) = opened(env, code, peer).await?;
    let phc = hashed(env, &user, password).await?;
    for _ in 0..ATTEMPTS {
        // Again: of two who used the code at once, the second finds it dead here.
        let (link, user) = opened(env, code, peer).await?;
        let mut commit = set(env, &user, phc.clone());
        // First: a new password takes the person's other links away.
        commit.writes.insert(0, Write::LinkUsed { hash: link.hash, at: env.now() });
        commit.writes.extend([
            Write::SessionsEnded { user: user.id.clone(), except: None },
            Write::SessionEnded { hash: browser.hash() },
        ]);
        let is_first = proof::is_first(&user, &link);
        let stopped = match is_first {
            true => proving::add(env, &mut commit, &user).await?,
            false => Stopped::default(),
        };
        match env.directory.commit(commit).await {
            Ok(_) => {
                let now = env.clock.monotonic();
                env.tries.begin_anew(&Tried { email: &user.email, peer, now });
                return Ok(done(env, &user, is_first, stopped).await);
            }
            Err(StoreError::Conflict(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(Stop::from(Reason::ChangedMeanwhile).into())
}

/// The way to a new password that this code opens, and whose it is.
async fn opened(env: &Env, code: &str, peer: IpAddr) -> Result<(Link, User), NotSet> {
    let link = links::live(env, code, peer).await?.ok_or(NotSet::Dead)?;
    let Purpose::PasswordReset { user } = &link.purpose else { return Err(NotSet::Dead) };
    let found = env.directory.store().find_user(user).await?;
    let user = found.filter(|user| !user.disabled).ok_or(NotSet::Dead)?;
    Ok((link, user))
}

/// After the new password: what came in at the same moment stops as well, and the person
/// is told.
async fn done(env: &Env, user: &User, is_first: bool, stopped: Stopped) -> Stopped {
    let mut all = stopped;
    if is_first {
        match proving::look_again(env, user).await {
            Ok(more) => all = all.and(more),
            Err(error) => {
                tracing::error!(%error, user = %user.id, "an account was not looked at again");
            }
        }
    }
    tell(env, user, all);
    all
}

/// Somebody who is signed in and chooses another password.
pub struct Change<'a> {
    /// The old one.
    pub old: Secret<String>,
    /// The new one.
    pub new: Secret<String>,
    /// Where the person sits, with an address.
    pub seat: Seat<'a>,
    /// From where.
    pub peer: IpAddr,
}

/// Sets a new password in place of the old one. The person's other sessions end, and this
/// one gets another id.
///
/// # Errors
/// [`NotSet::Rule`], [`NotSet::TheOldOne`], [`NotSet::Refused`].
pub async fn change(env: &Env, who: &SignedIn, change: Change<'_>) -> Result<SessionId, NotSet> {
    let is_same = change.old == change.new;
    // First, so that a new one that breaks a rule costs no try, and tells nothing.
    portreeve_core::sign_in::password::check(change.new.expose(), &who.user.email)
        .map_err(NotSet::Rule)?;
    let proved = prove(env, &who.user.email, change.old, change.peer).await?;
    let user = &proved.user;
    if is_same {
        return Err(NotSet::TheOldOne);
    }
    let phc = hashed(env, user, change.new).await?;
    let id = SessionId::generate(&*env.entropy);
    let mut commit = set(env, user, phc);
    begin(env, &mut commit, &id, user, change.seat);
    let except = Some(id.hash());
    commit.writes.push(Write::SessionsEnded { user: user.id.clone(), except });
    follow(env, &proved, commit).await?;
    tell(env, user, Stopped::default());
    Ok(id)
}

async fn hashed(env: &Env, user: &User, password: Secret<String>) -> Result<String, NotSet> {
    let hash = env.passwords.hash(password, &user.email, &*env.entropy).await;
    match hash {
        Ok(hash) => Ok(hash.as_str().to_owned()),
        Err(NotHashed::Rule(rule)) => Err(NotSet::Rule(rule)),
        Err(NotHashed::Busy(refusal)) => Err(NotSet::Refused(refusal)),
    }
}

fn set(env: &Env, user: &User, phc: String) -> Commit {
    let actor = Actor::User(user.id.clone());
    let fact = Fact::new(env.now(), &actor, "user.password_set", &user.id);
    let write = Write::PasswordSet { user: user.id.clone(), phc };
    Commit::one(write, fact.with_detail(&user.email))
}

fn tell(env: &Env, user: &User, stopped: Stopped) {
    let _ = env.mail.send(mail::password_changed(&env.letterhead(), user, stopped));
}

impl From<Stop> for NotSet {
    fn from(stop: Stop) -> Self {
        let first = stop.into_refusals().into_iter().next();
        Self::Refused(first.unwrap_or_else(|| Reason::ServerError.into()))
    }
}

impl From<ChangeError> for NotSet {
    fn from(error: ChangeError) -> Self {
        match error {
            ChangeError::Store(error) => error.into(),
            _ => Stop::from(Reason::ChangedMeanwhile).into(),
        }
    }
}

impl From<StoreError> for NotSet {
    fn from(error: StoreError) -> Self {
        Stop::from(error).into()
    }
}
