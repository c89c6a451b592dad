//! Who calls? The first steps of every journey on which a client authenticates.

use std::net::IpAddr;
use std::sync::Arc;

use portreeve_core::client::authenticate::authenticate;
use portreeve_core::client::credential::Credential;
use portreeve_core::client::record::ClientState;
use portreeve_core::refusal::{Reason, Refusal};
use portreeve_store::directory::KnownClient;

use crate::env::Env;
use crate::flow::stop::Stop;

/// A client that was found, and what is wrong with its being who it says.
pub struct Caller {
    /// The client, if there is one with the id that was claimed.
    pub client: Option<Arc<KnownClient>>,
    /// Every reason to refuse it. Empty: it is who it says.
    pub refusals: Vec<Refusal>,
}

/// Finds the client and compares the secret. A failure counts against this client
/// and address; a success is noted as the secret's last use.
///
/// # Errors
/// [`Reason::TooManyAttempts`] before anything is looked at, and what the store says.
pub async fn identify(env: &Env, credential: &Credential, peer: IpAddr) -> Result<Caller, Stop> {
    env.must_not_guess(&credential.client_id, peer)?;
    let client = env.directory.client(&credential.client_id).await?;
    let owner_stands = match &client {
        Some(client) => env.directory.roots(&client.owner).await?.is_some(),
        None => true,
    };
    let shown = credential.secret.as_ref().map_or(&b""[..], |secret| secret.expose().as_bytes());
    let now = env.now();
    let record = client.as_deref().map(KnownClient::client);
    let found = authenticate(record, shown, &env.hash_key, now);
    let mut refusals: Vec<Refusal> = found.reasons().map(Refusal::from).collect();
    if !owner_stands {
        refusals.push(Reason::OwnerDisabled.into());
    }
    match (&client, found.secret) {
        (Some(client), Some(secret)) => env.directory.note_use(client, &secret.id, now),
        _ => env.guessing.count_failure(&credential.client_id, peer, env.clock.monotonic()),
    }
    Ok(Caller { client, refusals })
}

/// The client that a refresh token belongs to, where the token is all that is shown. It
/// has proved nothing, so that nothing is noted or counted; it must still be one that may
/// ask at all.
///
/// # Errors
/// What the store says.
pub async fn stand_for(env: &Env, client_id: &str) -> Result<Caller, Stop> {
    let client = env.directory.client(client_id).await?;
    let Some(known) = &client else {
        return Ok(Caller { client: None, refusals: vec![Reason::ClientUnknown.into()] });
    };
    let state = match known.state(env.now()) {
        ClientState::Active => None,
        ClientState::Disabled => Some(Reason::ClientDisabled),
        ClientState::Expired => Some(Reason::ClientExpired),
    };
    let owner = env.directory.roots(&known.owner).await?;
    let owner = owner.is_none().then_some(Reason::OwnerDisabled);
    Ok(Caller { refusals: state.into_iter().chain(owner).map(Refusal::from).collect(), client })
}
