//! A person proves their address for the first time, with a new password that was asked
//! for by mail. What the account had let in before stops in the same commit: it may have
//! been somebody else's until then.

use portreeve_core::audit::{Actor, Fact};
use portreeve_core::client::record::Client;
use portreeve_core::connection::record::Connection;
use portreeve_core::org::member::User;
use portreeve_core::org::owner::Owner;
use portreeve_core::sign_in::proof::{FirstProof, Stopped, first};
use portreeve_store::contract::commit::{Commit, Write};
use portreeve_store::contract::{ConnectionsOf, Page};

use crate::env::Env;
use crate::flow::change::ChangeError;
use crate::flow::{clients, connections};

/// How many rows are read at a time.
const PAGE: u32 = 200;

/// How often is looked for what came in at the same moment.
const LOOKS: usize = 3;

/// What the register says of each client and connection.
const WHY: &str = "the owner's address was proven for the first time";

/// Puts into the commit what a first proof changes; answers how much stops.
///
/// # Errors
/// What the store says.
pub(super) async fn add(
    env: &Env,
    commit: &mut Commit,
    user: &User,
) -> Result<Stopped, ChangeError> {
    let proof = read(env, user).await?;
    let stopped = proof.count();
    commit.writes.push(Write::UserChanged(proof.user.clone()));
    stop(env, commit, proof).await?;
    Ok(stopped)
}

/// Stops what came in between reading and writing, by requests of a session that has ended
/// by now; answers how much. Nobody else can have made it: the new password has not been
/// used yet.
///
/// # Errors
/// What the store says.
pub(super) async fn look_again(env: &Env, user: &User) -> Result<Stopped, ChangeError> {
    let mut stopped = Stopped::default();
    for _ in 0..LOOKS {
        let proof = read(env, user).await?;
        let more = proof.count();
        if more.is_nothing() {
            break;
        }
        let mut commit = Commit { at: Some(env.now()), ..Commit::default() };
        stop(env, &mut commit, proof).await?;
        env.directory.commit(commit).await?;
        stopped = stopped.and(more);
    }
    Ok(stopped)
}

async fn stop(env: &Env, commit: &mut Commit, proof: FirstProof) -> Result<(), ChangeError> {
    let (now, actor) = (env.now(), Actor::User(proof.user.id.clone()));
    for client in proof.disabled {
        let fact = clients::fact(now, &actor, "client.disabled", &client);
        commit.facts.push(fact.with_detail(WHY));
        commit.writes.push(Write::ClientChanged(Box::new(client)));
    }
    for connection in proof.ended {
        let (write, fact) = connections::ending(env, &connection, &actor).await?;
        let detail = format!("{}; {WHY}", fact.detail);
        commit.facts.push(Fact { detail, ..fact });
        commit.writes.push(write);
    }
    Ok(())
}

async fn read(env: &Env, user: &User) -> Result<FirstProof, ChangeError> {
    let (clients, connections) = (clients_of(env, user).await?, connections_of(env, user).await?);
    Ok(first(user, clients, connections, env.now()))
}

async fn clients_of(env: &Env, user: &User) -> Result<Vec<Client>, ChangeError> {
    let owner = Owner::User(user.id.clone());
    let mut found: Vec<Client> = Vec::new();
    loop {
        let after = found.last().map(|last| last.client_id.to_string());
        let page = Page { after, limit: PAGE };
        let more = env.directory.store().list_clients(Some(&owner), &page).await?;
        if more.is_empty() {
            return Ok(found);
        }
        found.extend(more);
    }
}

async fn connections_of(env: &Env, user: &User) -> Result<Vec<Connection>, ChangeError> {
    let of = ConnectionsOf::User(&user.id);
    let mut found: Vec<Connection> = Vec::new();
    loop {
        let after = found.last().map(|last| last.id.to_string());
        let page = Page { after, limit: PAGE };
        let more = env.directory.store().list_connections(of, &page).await?;
        if more.is_empty() {
            return Ok(found);
        }
        found.extend(more);
    }
}
