//! Lists that only the administration looks at: connections of anybody, and where a person
//! belongs.

use portreeve_core::connection::record::{Connection, FamilyId};
use portreeve_core::org::member::{Membership, User};
use portreeve_store::contract::Page;

pub use portreeve_store::contract::ConnectionsOf;

use crate::env::Env;
use crate::flow::change::ChangeError;

/// Connections by id, ended ones as well until they are swept.
///
/// # Errors
/// What the store says.
pub async fn connections(
    env: &Env,
    of: ConnectionsOf<'_>,
    after: Option<String>,
    limit: u32,
) -> Result<Vec<Connection>, ChangeError> {
    Ok(env.directory.store().list_connections(of, &Page { after, limit }).await?)
}

/// The connection with this id, whether it stands or has ended.
///
/// # Errors
/// [`ChangeError::Missing`].
pub async fn connection(env: &Env, id: &str) -> Result<Connection, ChangeError> {
    let missing = || ChangeError::missing("connection", id);
    let id = FamilyId::from_hex(id).ok_or_else(missing)?;
    env.directory.store().find_connection(&id).await?.ok_or_else(missing)
}

/// The organizations that a person belongs to, by id.
///
/// # Errors
/// What the store says.
pub async fn memberships(env: &Env, user: &User) -> Result<Vec<Membership>, ChangeError> {
    Ok(env.directory.store().list_memberships(&user.id).await?)
}
