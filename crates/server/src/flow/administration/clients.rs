//! Several things about a client at once.

use ipnet::IpNet;
use portreeve_core::audit::{Actor, Fact};
use portreeve_core::client::change::{self, Particulars};
use portreeve_core::client::record::Client;
use portreeve_core::oauth::scope::ScopeSet;
use portreeve_core::text_id::ClientId;
use portreeve_core::time::{Timestamp, Ttl};
use portreeve_core::token::record::Audience;
use portreeve_store::contract::commit::{Commit, Write};
use portreeve_store::contract::search::{ClientSearch, ClientsOf};

use crate::env::Env;
use crate::flow::administration::{own, repeated};
use crate::flow::change::ChangeError;
use crate::flow::clients::checks::{check_audiences, check_scopes, with_basic};
use crate::flow::clients::particulars::{differences, listed};
use crate::flow::clients::{as_seen, fact};
use crate::flow::notices;

/// What is to be another; what is `None` stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClientChange {
    /// What people call it.
    pub name: Option<String>,
    /// The APIs that it may have tokens for.
    pub audiences: Option<Vec<Audience>>,
    /// The scopes that it may have, beside those that always belong.
    pub scopes: Option<ScopeSet>,
    /// Where its connector may send people back to.
    pub redirect_uris: Option<Vec<String>>,
    /// Where it may call from; anywhere when there is none.
    pub networks: Option<Vec<IpNet>>,
    /// The life of its access tokens, or the service's.
    pub token_ttl: Option<Option<Ttl>>,
    /// The end of its life, or none.
    pub expires_at: Option<Option<Timestamp>>,
    /// Whether it is switched off.
    pub disabled: Option<bool>,
}

/// Changes a client; what is as it should be is not written.
///
/// # Errors
/// [`ChangeError::Missing`], [`ChangeError::Wrong`] for what breaks a rule,
/// [`ChangeError::NotPermitted`] for what only staff may give,
/// [`ChangeError::ChangedMeanwhile`] when it is not what was seen.
pub async fn change(
    env: &Env,
    id: &ClientId,
    to: &ClientChange,
    expected: Option<i64>,
    actor: &Actor,
) -> Result<Client, ChangeError> {
    repeated(expected, || attempt(env, id, to, expected, actor)).await
}

async fn attempt(
    env: &Env,
    id: &ClientId,
    to: &ClientChange,
    expected: Option<i64>,
    actor: &Actor,
) -> Result<Client, ChangeError> {
    let before = as_seen(env, id, expected).await?;
    let next = next(env, &before, to)?;
    own::may_change(env, &before, &next, actor).await?;
    let facts = facts(env, &before, &next, actor);
    if facts.is_empty() {
        return Ok(before);
    }
    let writes = vec![Write::ClientChanged(Box::new(next.clone()))];
    env.directory.commit(Commit { writes, facts, at: Some(env.now()) }).await?;
    let changed = Client { version: next.version + 1, ..next };
    if changed.disabled && !before.disabled {
        notices::client_disabled(env, &changed, actor).await;
    }
    Ok(changed)
}

fn next(env: &Env, before: &Client, to: &ClientChange) -> Result<Client, ChangeError> {
    let particulars = Particulars {
        name: to.name.clone().unwrap_or_else(|| before.name.clone()),
        networks: to.networks.clone().unwrap_or_else(|| before.networks.clone()),
        token_ttl: to.token_ttl.unwrap_or(before.token_ttl),
        expires_at: to.expires_at.unwrap_or(before.expires_at),
    };
    let mut next = change::set_particulars(before, particulars).map_err(ChangeError::wrong)?;
    if to.audiences.is_some() || to.scopes.is_some() {
        let audiences = to.audiences.clone().unwrap_or_else(|| before.audiences.clone());
        let scopes = to.scopes.as_ref().unwrap_or(&before.scopes);
        check_audiences(&env.catalog, audiences.iter())?;
        check_scopes(&env.catalog, &audiences, scopes)?;
        let scopes = with_basic(&env.catalog, &audiences, scopes);
        next = change::set_audiences(&next, audiences, scopes).map_err(ChangeError::wrong)?;
    }
    if let Some(uris) = &to.redirect_uris {
        next = change::set_redirect_uris(&next, uris.clone()).map_err(ChangeError::wrong)?;
    }
    Ok(change::set_disabled(&next, to.disabled.unwrap_or(before.disabled)))
}

fn facts(env: &Env, before: &Client, next: &Client, actor: &Actor) -> Vec<Fact> {
    let mut facts = Vec::new();
    let mut tell = |action: &str, detail: String| {
        facts.push(fact(env.now(), actor, action, next).with_detail(detail));
    };
    let particulars = differences(before, next);
    if !particulars.is_empty() {
        tell("client.particulars_set", particulars.join("; "));
    }
    if (&next.audiences, &next.scopes) != (&before.audiences, &before.scopes) {
        let (is, was) = (listed(&next.audiences), listed(&before.audiences));
        let detail =
            format!("audiences: {is}; scopes: {}; before: {was}; {}", next.scopes, before.scopes);
        tell("client.access_set", detail);
    }
    if next.redirect_uris != before.redirect_uris {
        let detail = format!("redirect URIs: {}", next.redirect_uris.join(" "));
        tell("client.redirect_uris_set", detail);
    }
    if next.disabled != before.disabled {
        let action = if next.disabled { "client.disabled" } else { "client.enabled" };
        tell(action, String::new());
    }
    facts
}

/// Clients that are looked for, by name and id.
///
/// # Errors
/// What the store says.
pub async fn search(
    env: &Env,
    of: ClientsOf<'_>,
    text: &str,
    after: Option<(String, ClientId)>,
    limit: u32,
) -> Result<Vec<Client>, ChangeError> {
    let search = ClientSearch { of, text, after, limit };
    Ok(env.directory.store().search_clients(&search).await?)
}

/// The scopes that a client has which is to have these, for these audiences: those that
/// always belong come along.
pub fn whole_scopes(env: &Env, audiences: &[Audience], scopes: &ScopeSet) -> ScopeSet {
    with_basic(&env.catalog, audiences, scopes)
}
