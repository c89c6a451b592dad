//! Connections: what a person has granted, and its end.

use portreeve_core::audit::{Actor, Fact};
use portreeve_core::client::record::Client;
use portreeve_core::connection::record::{Connection, FamilyId};
use portreeve_core::org::member::User;
use portreeve_core::org::permission::Action;
use portreeve_core::text_id::UserId;
use portreeve_core::time::Ttl;
use portreeve_store::contract::commit::{Commit, Write};
use portreeve_store::contract::error::StoreError;
use portreeve_store::contract::{ConnectionsOf, Page};

use crate::env::Env;
use crate::flow::access::Access;
use crate::flow::change::ChangeError;

/// How many rows are read at a time.
const PAGE: u32 = 200;
/// How many connections of a client are on a page.
const LISTED: usize = 50;

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
    /// What whoever granted it is called; none when they are gone, and where they look
    /// themselves.
    pub person: Option<String>,
}

/// Some of a client's connections, and behind which the next ones begin.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Those that stand.
    pub lines: Vec<Named>,
    /// What more are asked for with, if there are any.
    pub next: Option<FamilyId>,
}

/// The connections of a person that stand, newest first.
///
/// # Errors
/// What the store says.
pub async fn of_person(env: &Env, user: &User) -> Result<Vec<Named>, ChangeError> {
    let of = ConnectionsOf::User(&user.id);
    newest_first(env, standing(env, of, None, usize::MAX).await?).await
}

/// Connections of people through which a client acts, those after one of them; the newest
/// of these first.
///
/// # Errors
/// [`ChangeError::NotPermitted`] for whoever may end none: who has granted what is nothing
/// to them.
pub async fn of_client(
    env: &Env,
    access: &Access,
    client: &Client,
    after: Option<FamilyId>,
) -> Result<Listed, ChangeError> {
    access.must(Action::EndConnection)?;
    let of = ConnectionsOf::Client(&client.client_id);
    let mut found = standing(env, of, after, LISTED + 1).await?;
    let has_more = found.len() > LISTED;
    found.truncate(LISTED);
    let next = found.last().filter(|_| has_more).map(|last| last.id);
    let users: Vec<UserId> = found.iter().map(|connection| connection.user.clone()).collect();
    let users = env.directory.store().find_users(&users).await?;
    let mut lines = newest_first(env, found).await?;
    for line in &mut lines {
        let user = users.iter().find(|user| user.id == line.connection.user);
        line.person = user.map(|user| user.name.clone());
    }
    Ok(Listed { lines, next })
}

/// One connection through which a client acts, whether it stands or has ended.
///
/// # Errors
/// As [`of_client`]; [`ChangeError::Missing`] when there is none, or it is another
/// client's.
pub async fn find_of_client(
    env: &Env,
    access: &Access,
    client: &Client,
    id: &str,
) -> Result<Named, ChangeError> {
    access.must(Action::EndConnection)?;
    let its = read(env, id, |connection| connection.client_id == client.client_id).await?;
    let user = env.directory.store().find_user(&its.user).await?;
    Ok(Named { person: user.map(|user| user.name), ..name(env, its).await? })
}

/// Ends a connection through which a client acts for somebody else, and answers it.
///
/// # Errors
/// As [`find_of_client`].
pub async fn end_of_client(
    env: &Env,
    access: &Access,
    client: &Client,
    id: &str,
) -> Result<Named, ChangeError> {
    let actor = access.must(Action::EndConnection)?;
    let found = find_of_client(env, access, client, id).await?;
    end(env, &found.connection, &actor).await?;
    Ok(found)
}

/// One connection of a person, whether it stands or has ended.
///
/// # Errors
/// [`ChangeError::Missing`] when there is none, or it is somebody else's.
pub async fn find(env: &Env, user: &User, id: &str) -> Result<Named, ChangeError> {
    name(env, read(env, id, |connection| connection.user == user.id).await?).await
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
    let (write, fact) = ending(env, connection, actor).await?;
    match env.directory.commit(Commit::one(write, fact)).await {
        Ok(_) | Err(StoreError::Conflict(_)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// What ends a connection, and what the register keeps of it.
///
/// # Errors
/// What the store says.
pub(super) async fn ending(
    env: &Env,
    connection: &Connection,
    actor: &Actor,
) -> Result<(Write, Fact), ChangeError> {
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
    Ok((write, fact))
}

async fn read(
    env: &Env,
    id: &str,
    is_meant: impl Fn(&Connection) -> bool,
) -> Result<Connection, ChangeError> {
    let missing = || ChangeError::missing("connection", id);
    let id = FamilyId::from_hex(id).ok_or_else(missing)?;
    let found = env.directory.store().find_connection(&id).await?;
    found.filter(is_meant).ok_or_else(missing)
}

/// Those that stand, by id, so many at most.
async fn standing(
    env: &Env,
    of: ConnectionsOf<'_>,
    after: Option<FamilyId>,
    most: usize,
) -> Result<Vec<Connection>, ChangeError> {
    let mut found: Vec<Connection> = Vec::new();
    let mut after = after.map(|id| id.to_string());
    while found.len() < most {
        let page = Page { after, limit: PAGE };
        let more = env.directory.store().list_connections(of, &page).await?;
        let Some(last) = more.last() else { break };
        after = Some(last.id.to_string());
        found.extend(more.into_iter().filter(Connection::is_standing));
    }
    found.truncate(most);
    Ok(found)
}

async fn newest_first(env: &Env, mut found: Vec<Connection>) -> Result<Vec<Named>, ChangeError> {
    found.sort_by_key(|connection| std::cmp::Reverse(connection.created_at));
    let mut named = Vec::with_capacity(found.len());
    for connection in found {
        named.push(name(env, connection).await?);
    }
    Ok(named)
}

async fn name(env: &Env, connection: Connection) -> Result<Named, ChangeError> {
    let client = env.directory.client(connection.client_id.as_str()).await?;
    let application = client
        .map_or_else(|| connection.client_id.to_string(), |client| client.client().name.clone());
    let organization = match &connection.organization {
        Some(id) => env.directory.store().find_organization(id).await?.map(|one| one.name),
        None => None,
    };
    Ok(Named { connection, application, organization, person: None })
}
