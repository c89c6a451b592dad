//! A client asks what a token says (RFC 7662).

use std::net::IpAddr;
use std::sync::Arc;

use portreeve_core::client::credential::Credential;
use portreeve_core::client::record::Client;
use portreeve_core::oauth::scope::ScopeSet;
use portreeve_core::org::reach::OrganizationTree;
use portreeve_core::policy::verdict::{MOST_LISTED, is_open, reached};
use portreeve_core::text_id::OrganizationId;
use portreeve_core::token::liveness::Holder;
use portreeve_core::token::record::AccessToken;
use portreeve_store::directory::KnownClient;

use crate::env::Env;
use crate::flow::caller::identify;
use crate::flow::decide::stand;
use crate::flow::inspect::inspect;
use crate::flow::stop::Stop;

/// What may be told about a token that is active.
pub struct Active {
    /// The token.
    pub token: Arc<AccessToken>,
    /// Its scope, as far as its client still has it.
    pub scope: ScopeSet,
    /// The API's ids of the organizations that it reaches at this moment, with those
    /// below them; none when there are too many to list. A token that is narrowed to
    /// one organization reaches no other.
    pub organizations: Option<Vec<String>>,
}

/// Says what a token says now; `None` for one that is not active, or that this
/// caller may not ask about.
///
/// # Errors
/// [`Stop`] when the caller is not who it says.
pub async fn introspect(
    env: &Env,
    credential: &Credential,
    token: &str,
    peer: IpAddr,
    seen: &mut Option<Arc<KnownClient>>,
) -> Result<Option<Active>, Stop> {
    env.must_be_current()?;
    let caller = identify(env, credential, peer).await?;
    *seen = caller.client.clone();
    let (Some(asker), true) = (caller.client.clone(), caller.is_proven()) else {
        return Err(caller.refuse(Vec::new()).await);
    };
    let Ok(token) = inspect(env, token).await? else { return Ok(None) };
    if !may_ask(&asker, &token) {
        return Ok(None);
    }
    let standing = stand(env, &token).await?;
    let holder = standing.holder();
    let Ok((client, roots)) = holder.may_use(&token, env.now()) else { return Ok(None) };
    let tree = env.directory.tree();
    if !opens_anything(env, &token, &holder, roots, &tree) {
        return Ok(None);
    }
    let Ok(roots) = reached(&token, roots, &tree) else { return Ok(None) };
    let below = tree.below(roots, MOST_LISTED);
    let names = |ids: Vec<_>| ids.into_iter().map(|id| tree.api_id(id).to_owned()).collect();
    let (scope, organizations) = (token.scope.intersection(&client.scopes), below.map(names));
    Ok(Some(Active { scope, organizations, token }))
}

/// True when a service of the token's audience, at least, is open to whom it acts for.
fn opens_anything(
    env: &Env,
    token: &AccessToken,
    holder: &Holder<'_>,
    roots: &[OrganizationId],
    tree: &OrganizationTree,
) -> bool {
    let mut services = env.catalog.services.iter().map(|entry| &entry.service);
    services.any(|service| {
        service.audience == token.audience && is_open(service.named(), holder.operator, roots, tree)
    })
}

/// RFC 7662 §2.1: a client's own tokens, and those of the audiences whose resource
/// server it is. Nobody scans the tokens of others.
fn may_ask(asker: &Client, token: &AccessToken) -> bool {
    asker.client_id == token.client_id || asker.introspects.contains(&token.audience)
}
