//! Where a person is signed in, as the vendor's own systems see and end it. What people do
//! about their own stands in [`crate::flow::my_sessions`].

use portreeve_core::audit::{Actor, Fact};
use portreeve_core::org::member::User;
use portreeve_core::sign_in::session::Session;
use portreeve_store::contract::commit::{Commit, Write};

use crate::env::Env;
use crate::flow::change::ChangeError;
use crate::flow::my_sessions::id_of;

/// The sessions that stand, the one used last first.
///
/// # Errors
/// What the store says.
pub async fn list(env: &Env, user: &User) -> Result<Vec<Session>, ChangeError> {
    let now = env.now();
    let mut found = env.directory.store().list_sessions(&user.id).await?;
    found.retain(|session| session.is_live(now));
    found.sort_by_key(|session| std::cmp::Reverse(session.seen_at));
    Ok(found)
}

/// Ends one of them.
///
/// # Errors
/// [`ChangeError::Missing`] when the person has none with this id.
pub async fn end(env: &Env, user: &User, id: &str, actor: &Actor) -> Result<(), ChangeError> {
    let all = list(env, user).await?;
    let session = all.iter().find(|session| id_of(session) == id);
    let session = session.ok_or_else(|| ChangeError::missing("session", "with this id"))?;
    let write = Write::SessionEnded { hash: session.hash };
    write_down(env, user, (write, "user.session_ended"), actor).await
}

/// Ends all of them: the person signs in again, everywhere.
///
/// # Errors
/// What the store says.
pub async fn end_all(env: &Env, user: &User, actor: &Actor) -> Result<(), ChangeError> {
    let write = Write::SessionsEnded { user: user.id.clone(), except: None };
    write_down(env, user, (write, "user.sessions_ended"), actor).await
}

async fn write_down(
    env: &Env,
    user: &User,
    (write, action): (Write, &str),
    actor: &Actor,
) -> Result<(), ChangeError> {
    let fact = Fact::new(env.now(), actor, action, &user.id).with_detail(&user.email);
    env.directory.commit(Commit::one(write, fact)).await?;
    Ok(())
}
