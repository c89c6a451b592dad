//! Clients that were made elsewhere, or earlier: carried over with the times at which
//! they were made and rotated.

use portreeve_core::audit::{Actor, Fact};
use portreeve_core::client::change::{NewClient, SecretMaker, register, rotate};
use portreeve_core::client::record::Client;
use portreeve_core::org::owner::Owner;
use portreeve_core::secret::Secret;
use portreeve_core::time::{Timestamp, Ttl};
use portreeve_core::usage::SecretCounted;
use portreeve_store::contract::commit::{Commit, Write};

pub use portreeve_store::contract::commit::Used;

use crate::env::Env;
use crate::flow::change::ChangeError;

/// When a client was rotated, and how long its first secret lives on from then.
#[derive(Clone, Copy, Debug)]
pub struct Rotated {
    /// When.
    pub at: Timestamp,
    /// For how long.
    pub overlap: Ttl,
}

/// Registers a client that was made at a moment in the past. Answers it and its newest
/// secret, which is shown this once.
///
/// # Errors
/// [`ChangeError::Wrong`] when a rule is broken, [`ChangeError::Taken`] for the id.
pub async fn client(
    env: &Env,
    asked: NewClient,
    made_at: Timestamp,
    rotated: Option<Rotated>,
    actor: &Actor,
) -> Result<(Client, Secret<String>), ChangeError> {
    let maker = |now| SecretMaker {
        entropy: &*env.entropy,
        key: &env.hash_key,
        made_by: actor,
        now,
        recoverable_under: None,
    };
    let (mut client, mut secret) = register(asked, maker(made_at)).map_err(ChangeError::wrong)?;
    if let Some(Rotated { at, overlap }) = rotated {
        let next = rotate(&client, overlap, None, maker(at));
        (client, secret) = next.map_err(ChangeError::wrong)?;
    }
    let facts = [("client.registered", Some(made_at)), ("client.rotated", rotated.map(|it| it.at))];
    let facts = facts.into_iter().filter_map(|(action, at)| Some((action, at?)));
    let facts = facts.map(|(action, at)| {
        let fact = Fact::new(at, actor, action, &client.client_id).with_detail(&client.name);
        match &client.owner {
            Owner::Organization(organization) => fact.within(organization),
            Owner::User(_) => fact,
        }
    });
    let commit = Commit {
        facts: facts.collect(),
        writes: vec![Write::ClientRegistered(Box::new(client.clone()))],
        at: Some(env.now()),
    };
    let taken = || format!("the client id {:?} is taken", client.client_id.as_str());
    match env.directory.commit(commit).await {
        Ok(_) => Ok((client, secret)),
        Err(error) => Err(ChangeError::entering(error, taken)),
    }
}

/// Writes what was counted before.
///
/// # Errors
/// What the store says.
pub async fn usage(env: &Env, used: Used) -> Result<(), ChangeError> {
    let writes = vec![Write::Used(Box::new(used))];
    env.directory.commit(Commit { writes, ..Commit::default() }).await?;
    Ok(())
}

/// What a secret did on the day of a moment.
pub fn secret_day(
    client: &Client,
    secret: usize,
    at: Timestamp,
    tokens: u64,
) -> Option<SecretCounted> {
    let secret = client.secrets.get(secret)?;
    Some(SecretCounted {
        client_id: client.client_id.clone(),
        secret: secret.id.clone(),
        at,
        from: None,
        tokens,
    })
}
