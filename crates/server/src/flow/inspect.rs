//! What does a token say? Remembered, or read now.

use std::sync::Arc;

use portreeve_core::refusal::{Reason, Refusal};
use portreeve_core::time::Ttl;
use portreeve_core::token::compact::Access;
use portreeve_core::token::record::AccessToken;
use portreeve_store::contract::error::StoreError;

use crate::env::Env;
use crate::token_memory::Fingerprint;

/// What a token says. Only a compact token that this node has not seen yet may need the
/// store, for the claims that it stands for.
///
/// The inner result is a refusal: [`Reason::TokenMalformed`], [`Reason::TokenForged`], or
/// [`Reason::TokenClientDisabled`] for a compact token whose client is gone.
///
/// # Errors
/// [`StoreError`] when the store cannot be read.
pub async fn inspect(
    env: &Env,
    text: &str,
) -> Result<Result<Arc<AccessToken>, Refusal>, StoreError> {
    // The ring's number before the ring: at worst a token is read once more.
    let ring = env.directory.ring();
    let fingerprint = Fingerprint::of(text);
    if let Some(known) = env.tokens.recall(&fingerprint, ring) {
        return Ok(Ok(known));
    }
    let now = env.now();
    let compact = env.inspector.open_compact(text, &env.directory.keys(), now);
    let read = match compact {
        Some(held) => look_up(env, held).await?,
        None => env.inspector.inspect(text, &env.directory.keys(), now),
    };
    Ok(read.map(|token| env.tokens.keep(fingerprint, ring, token)).map_err(Refusal::from))
}

/// What a compact token stands for. It has no room for when it was issued: that is taken
/// to be as long before its end as its client's tokens live now. Where a life was made
/// shorter since, that is later than it was, until those have expired that were made
/// before.
async fn look_up(env: &Env, held: Access) -> Result<Result<AccessToken, Reason>, StoreError> {
    let Some(id) = held.id() else { return Ok(Err(Reason::TokenMalformed)) };
    let Some(claims) = env.directory.claims(held.claims).await? else {
        return Ok(Err(Reason::TokenClientDisabled));
    };
    let service = env.catalog.resource(&claims.audience).map(|resource| resource.token_ttl);
    let client = env.directory.client(claims.client_id.as_str()).await?;
    let own = client.and_then(|client| client.client().token_ttl);
    let usual = own.into_iter().chain(service).min();
    let life = env.ttl_override.or(usual).unwrap_or(Ttl::ZERO);
    Ok(Ok(AccessToken {
        id,
        family: Some(held.line.family()),
        client_id: claims.client_id.clone(),
        owner: claims.owner.clone(),
        audience: claims.audience.clone(),
        scope: claims.scope.clone(),
        organization: claims.organization.clone(),
        issued_at: held.expires_at.minus(life),
        expires_at: held.expires_at,
    }))
}
