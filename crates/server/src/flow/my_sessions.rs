//! A person's own sessions: at which browsers they are signed in, and its end.

use portreeve_core::audit::{Actor, Fact};
use portreeve_core::sign_in::session::Session;
use portreeve_store::contract::commit::{Commit, Write};

use crate::env::Env;
use crate::flow::change::ChangeError;
use crate::flow::sign_in::SignedIn;

/// The person's sessions that stand: this one first, then the one used last.
///
/// # Errors
/// What the store says.
pub async fn list(env: &Env, who: &SignedIn) -> Result<Vec<Session>, ChangeError> {
    let now = env.now();
    let mut found = env.directory.store().list_sessions(&who.user.id).await?;
    found.retain(|session| session.is_live(now));
    found.sort_by_key(|session| {
        (session.hash != who.session.hash, std::cmp::Reverse(session.seen_at))
    });
    Ok(found)
}

/// How a list names a session: its hash in hexadecimal, which opens nothing.
pub fn id_of(session: &Session) -> String {
    session.hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Ends another session of the person's. One that is over already, or is none of theirs,
/// is passed over: nobody learns which.
///
/// # Errors
/// What the store says.
pub async fn end(env: &Env, who: &SignedIn, id: &str) -> Result<(), ChangeError> {
    let all = env.directory.store().list_sessions(&who.user.id).await?;
    let mut others = all.iter().filter(|session| session.hash != who.session.hash);
    let Some(session) = others.find(|session| id_of(session) == id) else { return Ok(()) };
    let write = Write::SessionEnded { hash: session.hash };
    env.directory.commit(Commit::one(write, fact(env, who, "user.session_ended"))).await?;
    Ok(())
}

/// Ends all of the person's sessions but this one.
///
/// # Errors
/// What the store says.
pub async fn end_others(env: &Env, who: &SignedIn) -> Result<(), ChangeError> {
    let except = Some(who.session.hash);
    let write = Write::SessionsEnded { user: who.user.id.clone(), except };
    env.directory.commit(Commit::one(write, fact(env, who, "user.sessions_ended"))).await?;
    Ok(())
}

fn fact(env: &Env, who: &SignedIn, action: &str) -> Fact {
    Fact::new(env.now(), &Actor::User(who.user.id.clone()), action, &who.user.id)
}
