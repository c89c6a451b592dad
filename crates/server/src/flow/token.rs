//! A program asks for a token. Everything that happens is on this page; how tokens are
//! made is on the next, [`crate::flow::issue`].

use std::net::IpAddr;
use std::sync::Arc;

use portreeve_core::client::credential::Credential;
use portreeve_core::client::record::Client;
use portreeve_core::grant;
use portreeve_core::grant::contract::{Decision, Known, Refreshing};
use portreeve_core::oauth::grant_type::GrantType;
use portreeve_core::refusal::{Reason, Refusal};
use portreeve_core::service::Resource;
use portreeve_core::token::draw::Draw;
use portreeve_core::token::issuance::Issued;
use portreeve_core::token::record::AccessToken;
use portreeve_core::token::request::TokenRequest;
use portreeve_store::contract::error::StoreError;
use portreeve_store::directory::KnownClient;

use crate::env::Env;
use crate::flow::caller::{Caller, identify, stand_for};
use crate::flow::inspect::inspect;
use crate::flow::issue::issue;
use crate::flow::refresh::{self, Presented};
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
    let (Some(grant_type), true) = (request.grant, request.refusals.is_empty()) else {
        return Err(request.refusals.into());
    };
    let credential = request.credential.take();
    let presented = match grant_type {
        GrantType::RefreshToken => refresh::present(env, &request, resources).await?,
        GrantType::ClientCredentials => None,
    };
    let by_token = request.client_from_refresh_token;
    let caller = who_asks(env, credential.as_ref(), by_token, presented.as_ref(), peer).await?;
    let Some(client) = caller.client.clone() else { return Err(caller.refuse(Vec::new()).await) };
    *seen = Some(client.clone());

    let Some(grant) = grant::named(grant_type) else {
        return Err(caller.refuse(vec![Reason::GrantUnknown.into()]).await);
    };
    let draw = Draw::new(&*env.entropy);
    let shown = presented.as_ref().map(Presented::shown);
    let decided = grant.decide(&Known {
        request: &request,
        client: client.client(),
        resources,
        shown: shown.as_ref(),
        ttl_override: env.ttl_override,
        entropy: &draw,
        now: env.now(),
    });
    // Told only to one that has proven itself, be it by its refresh token.
    let is_foreign = caller.is_proven() && !client.may_call_from(peer);
    match decided {
        Ok(_) if is_foreign => Err(caller.refuse(vec![foreign(peer)]).await),
        Ok(decision) if caller.is_proven() => {
            let issued = give(env, client.client(), decision, presented.as_ref(), &draw).await?;
            env.usage.gave(&client, caller.secret, issued.now, peer);
            Ok(issued)
        }
        Ok(_) => Err(caller.refuse(Vec::new()).await),
        Err(mut found) => {
            found.extend(Some(foreign(peer)).filter(|_| is_foreign && !by_token));
            Err(refuse(env, found, caller, presented.as_ref()).await)
        }
    }
}

fn foreign(peer: IpAddr) -> Refusal {
    Refusal::about(Reason::ClientNetworkForeign, peer.to_canonical().to_string())
}

/// The client that asks: the one that authenticates or, where a dialect's vendor has it
/// so, the one whose refresh token is shown.
async fn who_asks(
    env: &Env,
    credential: Option<&Credential>,
    from_refresh_token: bool,
    presented: Option<&Presented<'_>>,
    peer: IpAddr,
) -> Result<Caller, Stop> {
    match (credential, presented) {
        (_, Some(shown)) if from_refresh_token => {
            stand_for(env, shown.found.held.client_id.as_str()).await
        }
        (_, None) if from_refresh_token => Err(Reason::RefreshTokenUnknown.into()),
        (Some(credential), _) => identify(env, credential, peer).await,
        (None, _) => Err(Reason::CredentialsMissing.into()),
    }
}

async fn give(
    env: &Env,
    client: &Client,
    decision: Decision<'_>,
    presented: Option<&Presented<'_>>,
    draw: &Draw<'_>,
) -> Result<Issued, Stop> {
    let shares =
        decision.resource.dialect.issue.access.shared && decision.refresh == Refreshing::Nothing;
    if shares && let Some(same) = given_before(env, client, &decision.token).await? {
        return Ok(same);
    }
    let issued = issue(env, decision, presented, draw).await?;
    if shares {
        env.shared.keep(&issued);
    }
    Ok(issued)
}

/// The token that the client was given before and that says the same, while it is as good
/// as a new one: neither revoked nor made with a key that counts no more.
async fn given_before(
    env: &Env,
    client: &Client,
    token: &AccessToken,
) -> Result<Option<Issued>, StoreError> {
    let is_over = |given: &AccessToken| {
        given.issued_at < client.not_before || env.directory.is_revoked(&given.id)
    };
    let Some(same) = env.shared.find(token, is_over) else { return Ok(None) };
    let is_read = inspect(env, same.access_token.expose()).await?.is_ok();
    Ok(is_read.then_some(same))
}

/// Refuses. What was used twice by who may use it at all is suspect; a stranger who shows
/// it ends nothing.
async fn refuse(
    env: &Env,
    found: Vec<Refusal>,
    caller: Caller,
    presented: Option<&Presented<'_>>,
) -> Stop {
    let is_reuse = found.iter().any(|refusal| refusal.reason == Reason::RefreshTokenReused);
    if let Some(presented) = presented.filter(|_| is_reuse && caller.is_proven())
        && let Err(stop) = refresh::suspect(env, presented).await
    {
        return stop.into();
    }
    caller.refuse(found).await
}
