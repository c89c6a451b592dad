//! A program asks for a token. Everything that happens is on this page.

use std::net::IpAddr;
use std::sync::Arc;

use portreeve_core::grant;
use portreeve_core::grant::contract::{Decision, Known};
use portreeve_core::refusal::{Reason, Refusal};
use portreeve_core::secret::Secret;
use portreeve_core::service::Resource;
use portreeve_core::token::draw::Draw;
use portreeve_core::token::issuance::Issued;
use portreeve_core::token::mint::{MintError, mint};
use portreeve_core::token::request::TokenRequest;
use portreeve_store::directory::KnownClient;

use crate::env::Env;
use crate::flow::caller::identify;
use crate::flow::stop::Stop;

/// Decides about a token request. `seen` is told which client it was, for the log,
/// whatever becomes of the request.
///
/// # Errors
/// [`Stop`] with every reason to refuse.
pub async fn token(
    env: &Env,
    mut request: TokenRequest<'_>,
    resources: &[Resource],
    peer: IpAddr,
    seen: &mut Option<Arc<KnownClient>>,
) -> Result<Issued, Stop> {
    env.must_be_current()?;
    let (Some(credential), Some(grant_type), true) =
        (request.credential.take(), request.grant, request.refusals.is_empty())
    else {
        return Err(request.refusals.into());
    };
    let caller = identify(env, &credential, peer).await?;
    let Some(client) = caller.client.clone() else { return Err(caller.refuse(Vec::new()).await) };
    *seen = Some(client.clone());

    let Some(grant) = grant::named(grant_type) else {
        return Err(caller.refuse(vec![Reason::GrantUnknown.into()]).await);
    };
    let draw = Draw::new(&*env.entropy);
    let known = Known {
        request: &request,
        client: client.client(),
        resources,
        ttl_override: env.ttl_override,
        entropy: &draw,
        now: env.now(),
    };
    match grant.decide(&known) {
        Ok(decision) if caller.is_proven() => issue(env, decision, &draw),
        Ok(_) => Err(caller.refuse(Vec::new()).await),
        Err(reasons) => Err(caller.refuse(reasons).await),
    }
}

fn issue(env: &Env, decision: Decision<'_>, draw: &Draw<'_>) -> Result<Issued, Stop> {
    let Decision { resource, token } = decision;
    let keys = env.directory.keys();
    let issuer = &env.endpoints.issuer;
    let minted = mint(&token, &resource.format, issuer, &keys, token.issued_at, draw);
    match minted {
        Ok(text) => Ok(Issued { access_token: Secret::new(text), token }),
        Err(MintError::TooLong) => {
            Err(Refusal::about(Reason::ScopeNotAllowed, "too many for one token").into())
        }
        Err(error) => {
            tracing::error!(%error, audience = %token.audience, "no token can be made");
            Err(Reason::ServerError.into())
        }
    }
}
