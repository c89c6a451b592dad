//! Organizations and clients, entered as the command line does it, but many in one
//! transaction and in one process: ten thousand processes would take minutes.

use portreeve_core::client::change::{NewClient, SecretMaker, register};
use portreeve_core::oauth::scope::ScopeSet;
use portreeve_core::org::organization::Organization;
use portreeve_core::org::owner::Owner;
use portreeve_core::text_id::OrganizationId;
use portreeve_core::token::record::Audience;
use portreeve_server::env::Env;
use portreeve_store::contract::commit::{Commit, Write as Change};

use crate::fault::Fault;
use crate::installation::audience;
use crate::request::Credential;

/// Organizations that own the clients in turn.
const ORGANIZATIONS: usize = 100;
/// Records that are written in one transaction.
const BATCH: usize = 1000;

/// The organizations that own clients in turn, not entered yet. The APIs know them by
/// numbers: [`cloud`].
///
/// # Errors
/// None that is to be expected.
pub(crate) fn organizations(env: &Env) -> Result<(Vec<OrganizationId>, Vec<Change>), Fault> {
    let (mut ids, mut writes) = (Vec::new(), Vec::new());
    for number in 0..ORGANIZATIONS {
        let id = OrganizationId::generate(&*env.entropy);
        let name = format!("Organization {number}");
        let cloud = cloud(number);
        let entered = Organization::new(id.clone(), &name, Some(&cloud), None, env.now())?;
        ids.push(id);
        writes.push(Change::OrganizationEntered(entered));
    }
    Ok((ids, writes))
}

/// The number by which the APIs know the organization of the client or person with
/// this one.
pub(crate) fn cloud(number: usize) -> String {
    (24_010_000 + number % ORGANIZATIONS).to_string()
}

/// A client that may have tokens for these services, not entered yet.
///
/// # Errors
/// None that is to be expected.
pub(crate) fn new_client(
    env: &Env,
    number: usize,
    owner: Owner,
    services: &[&str],
) -> Result<(Credential, Change), Fault> {
    let audiences: Vec<_> =
        services.iter().map(|name| Audience::new(audience(name).as_str())).collect();
    let asked = NewClient {
        client_id: None,
        name: format!("Client {number}"),
        owner,
        introspects: audiences.clone(),
        audiences,
        scopes: ScopeSet::parse("cargo_read")?,
        redirect_uris: Vec::new(),
        networks: Vec::new(),
        token_ttl: None,
        secret_expires_at: None,
        expires_at: None,
    };
    let maker = SecretMaker {
        entropy: &*env.entropy,
        made_by: &portreeve_core::audit::Actor::System,
        key: &env.hash_key,
        now: env.now(),
        recoverable_under: None,
    };
    let (client, secret) = register(asked, maker)?;
    let id = client.client_id.as_str().to_owned();
    let credential = Credential { id, secret: secret.expose().clone() };
    Ok((credential, Change::ClientRegistered(Box::new(client))))
}

/// Enters all of it, in transactions that are not too long.
///
/// # Errors
/// What the store says.
pub(crate) async fn commit(env: &Env, writes: Vec<Change>) -> Result<(), Fault> {
    let mut writes = writes.into_iter();
    loop {
        let batch: Vec<Change> = writes.by_ref().take(BATCH).collect();
        if batch.is_empty() {
            return Ok(());
        }
        let commit = Commit { writes: batch, facts: Vec::new(), at: Some(env.now()) };
        env.directory.commit(commit).await?;
    }
}
