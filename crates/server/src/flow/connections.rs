//! Connections: what a person has granted, and its end.

use portreeve_core::audit::{Actor, Fact};
use portreeve_core::connection::record::{Connection, FamilyId};
use portreeve_core::org::member::User;
use portreeve_core::time::Ttl;
use portreeve_store::contract::commit::{Commit, Write};
use portreeve_store::contract::error::StoreError;
use portreeve_store::contract::{ConnectionsOf, Page};

use crate::env::Env;
use crate::flow::change::ChangeError;

/// How many rows are read at a time.
const PAGE: u32 = 200;

/// Clocks differ: the family of an ended connection stays revoked for longer than its
/// last access token lives.
const LEEWAY: Ttl = Ttl::from_seconds(300);

/// A connection and the names of what it is about.
#[derive(Clone, Debug)]
pub struct Named {
    /// The connection.
    pub connection: Connection,
    /// What people call the application.
    pub application: String,
    /// What people call the organization that was chosen.
    pub organization: Option<String>,
}

/// The connections of a person that stand, newest first.
///
/// # Errors
/// What the store says.
pub async fn of_person(env: &Env, user: &User) -> Result<Vec<Named>, ChangeError> {
    let mut found: Vec<Connection> = Vec::new();
    let mut after = None;
    loop {
        let page = Page { after, limit: PAGE };
        let of = ConnectionsOf::User(&user.id);
        let more = env.directory.store().list_connections(of, &page).await?;
        let Some(last) = more.last() else { break };
        after = Some(last.id.to_string());
        found.extend(more.into_iter().filter(Connection::is_standing));
    }
    found.sort_by_key(|connection| std::cmp::Reverse(connection.created_at));
    let mut named = Vec::with_capacity(found.len());
    for connection in found {
        named.push(name(env, connection).await?);
    }
    Ok(named)
}

/// One connection of a person, whether it stands or has ended.
///
/// # Errors
/// [`ChangeError::Missing`] when there is none, or it is somebody else's.
pub async fn find(env: &Env, user: &User, id: &str) -> Result<Named, ChangeError> {
    let missing = || ChangeError::missing("connection", id);
    let id = FamilyId::from_hex(id).ok_or_else(missing)?;
    let found = env.directory.store().find_connection(&id).await?;
    let own = found.filter(|connection| connection.user == user.id).ok_or_else(missing)?;
    name(env, own).await
}

/// Ends one of a person's own connections, and answers it.
///
/// # Errors
/// As [`find`].
pub async fn end_own(env: &Env, user: &User, id: &str) -> Result<Named, ChangeError> {
    let found = find(env, user, id).await?;
    end(env, &found.connection, &Actor::User(user.id.clone())).await?;
    Ok(found)
}

/// Ends a connection: its refresh token and its access tokens are refused by the next
/// request. Ending it twice changes nothing.
///
/// # Errors
/// What the store says.
pub async fn end(env: &Env, connection: &Connection, actor: &Actor) -> Result<(), ChangeError> {
    if !connection.is_standing() {
        return Ok(());
    }
    let now = env.now();
    let client = env.directory.client(connection.client_id.as_str()).await?;
    let lives = [
        Some(env.catalog.longest_token_ttl()),
        env.ttl_override,
        client.and_then(|client| client.token_ttl),
    ];
    let longest = lives.into_iter().flatten().max().unwrap_or(Ttl::ZERO);
    let mut fact = Fact::new(now, actor, "connection.ended", connection.id)
        .with_detail(format!("client {}", connection.client_id));
    fact.organization.clone_from(&connection.organization);
    let write = Write::ConnectionEnded {
        id: connection.id,
        client_id: connection.client_id.clone(),
        at: now,
        until: now.plus(longest).plus(LEEWAY),
    };
    match env.directory.commit(Commit::one(write, fact)).await {
        Ok(_) | Err(StoreError::Conflict(_)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

async fn name(env: &Env, connection: Connection) -> Result<Named, ChangeError> {
    let client = env.directory.client(connection.client_id.as_str()).await?;
    let application = client
        .map_or_else(|| connection.client_id.to_string(), |client| client.client().name.clone());
    let organization = match &connection.organization {
        Some(id) => env.directory.store().find_organization(id).await?.map(|one| one.name),
        None => None,
    };
    Ok(Named { connection, application, organization })
}
