//! What a client is called, from where it may call and for how long, and which scopes it
//! may have.

use ipnet::IpNet;
use portreeve_core::audit::Actor;
use portreeve_core::client::change::{self, Particulars};
use portreeve_core::client::record::Client;
use portreeve_core::client::widening::widens;
use portreeve_core::oauth::scope::ScopeSet;
use portreeve_core::org::permission::Action;
use portreeve_core::text_id::ClientId;
use portreeve_core::token::record::Audience;

use crate::env::Env;
use crate::flow::change::ChangeError;
use crate::flow::clients::checks::{check_scopes, with_basic};
use crate::flow::clients::{as_seen, fact, show, write};

/// Gives a client another name, other networks, lives or an end. The next request feels
/// it; a token that was given lives as long as it was given for.
///
/// # Errors
/// [`ChangeError::Wrong`] when one of them breaks its rule;
/// [`ChangeError::NotPermitted`] for what only staff may give;
/// [`ChangeError::ChangedMeanwhile`] when it is not what the person saw.
pub async fn set_particulars(
    env: &Env,
    id: &ClientId,
    to: Particulars,
    expected: Option<i64>,
    actor: &Actor,
) -> Result<Client, ChangeError> {
    let client = as_seen(env, id, expected).await?;
    let next = change::set_particulars(&client, to).map_err(ChangeError::wrong)?;
    let differences = differences(&client, &next);
    if differences.is_empty() {
        return Ok(client);
    }
    let fact = fact(env.now(), actor, "client.particulars_set", &client)
        .with_detail(differences.join("; "));
    write(env, &client, next, fact, actor).await
}

/// What it is to make a client the next one: whoever lets it do more must have shown a
/// password lately.
pub fn action_of(client: &Client, next: &Client) -> Action {
    if widens(client, next) { Action::WidenClient } else { Action::ChangeClient }
}

/// Gives a client other scopes. What it loses is lost for tokens in use as well.
///
/// # Errors
/// [`ChangeError::Wrong`] for scopes that its audiences do not have;
/// [`ChangeError::NotPermitted`] for what only staff may give.
pub async fn set_scopes(
    env: &Env,
    id: &ClientId,
    scopes: ScopeSet,
    actor: &Actor,
) -> Result<Client, ChangeError> {
    let client = show(env, id).await?;
    check_scopes(&env.catalog, &client.audiences, &scopes)?;
    let scopes = with_basic(&env.catalog, &client.audiences, &scopes);
    let detail = format!("scopes: {scopes}; before: {}", client.scopes);
    let fact = fact(env.now(), actor, "client.scopes_set", &client).with_detail(detail);
    write(env, &client, change::set_scopes(&client, scopes), fact, actor).await
}

/// What is another now, for the register.
pub(in crate::flow) fn differences(before: &Client, next: &Client) -> Vec<String> {
    let was_and_is = told(before).into_iter().zip(told(next));
    was_and_is
        .filter(|((_, was), (_, is))| was != is)
        .map(|((what, was), (_, is))| format!("{what}: {is}; before: {was}"))
        .collect()
}

fn told(client: &Client) -> [(&'static str, String); 4] {
    let networks: Vec<String> = client.networks.iter().map(IpNet::to_string).collect();
    let networks = if networks.is_empty() { "anywhere".to_owned() } else { networks.join(" ") };
    let life = client.token_ttl.map_or("the service's".to_owned(), |life| life.to_string());
    let end = client.expires_at.map_or("none".to_owned(), |at| at.as_unix().to_string());
    let name = client.name.clone();
    [("name", name), ("networks", networks), ("token life", life), ("end", end)]
}

pub(in crate::flow) fn listed(audiences: &[Audience]) -> String {
    audiences.iter().map(Audience::as_str).collect::<Vec<_>>().join(" ")
}
