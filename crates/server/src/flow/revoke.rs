//! A client gives a token back (RFC 7009): an access token ends alone, a refresh token
//! with everything that came of it (§2.1).

use std::net::IpAddr;
use std::sync::Arc;

use portreeve_core::audit::{Actor, Fact};
use portreeve_core::client::credential::Credential;
use portreeve_core::client::record::Client;
use portreeve_core::refusal::{Reason, Refusal};
use portreeve_store::contract::commit::{Commit, Write};
use portreeve_store::directory::KnownClient;

use crate::env::Env;
use crate::flow::caller::identify;
use crate::flow::inspect::inspect;
use crate::flow::refresh::{self, Found};
use crate::flow::stop::Stop;

/// Revokes a token of the caller's for good. A token that is unknown, expired or
/// revoked already is fine (§2.2).
///
/// # Errors
/// [`Stop`] when the caller is not who it says, when the token is another's
/// ([`Reason::TokenOfAnother`], §2.1), or when it could not be written: a caller is
/// never told "revoked" of a token that lives on.
pub async fn revoke(
    env: &Env,
    credential: &Credential,
    token: &str,
    peer: IpAddr,
    seen: &mut Option<Arc<KnownClient>>,
) -> Result<(), Stop> {
    let caller = identify(env, credential, peer).await?;
    *seen = caller.client.clone();
    let (Some(client), true) = (caller.client.clone(), caller.is_proven()) else {
        return Err(caller.refuse(Vec::new()).await);
    };
    if let Some(found) = refresh::find(env, token, None).await? {
        return end(env, &client, &found).await;
    }
    let Ok(token) = inspect(env, token).await? else { return Ok(()) };
    if token.client_id != client.client_id {
        return Err(Refusal::about(Reason::TokenOfAnother, token.id.to_string()).into());
    }
    let now = env.now();
    if now >= token.expires_at || env.directory.is_revoked(&token.id) {
        return Ok(());
    }
    let actor = Actor::Client(client.client_id.clone());
    let write = Write::TokenRevoked {
        id: token.id,
        client_id: client.client_id.clone(),
        expires_at: token.expires_at,
    };
    let fact = Fact::new(now, &actor, "token.revoked", token.id);
    env.directory.commit(Commit::one(write, fact)).await?;
    Ok(())
}

async fn end(env: &Env, client: &Client, found: &Found) -> Result<(), Stop> {
    let held = &found.held;
    if held.client_id != client.client_id {
        return Err(Refusal::about(Reason::TokenOfAnother, held.family.to_string()).into());
    }
    // One that was used before is revoked as well: who shows it may mean its successor.
    if !found.ended {
        refresh::end(env, found, "refresh_token.revoked").await?;
    }
    Ok(())
}
