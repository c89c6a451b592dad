//! A person lets the application in, by the same steps as on the connector's pages.

use portreeve_core::client::record::Client;
use portreeve_core::org::member::User;
use portreeve_core::refusal::Reason;
use portreeve_core::secret::Secret;
use portreeve_core::time::Ttl;
use portreeve_server::env::Env;
use portreeve_server::flow::administration::clients::{ClientChange, change};
use portreeve_server::flow::connect::consent;
use portreeve_server::flow::connect::interaction::Interaction;
use portreeve_server::flow::stop::Stop;
use portreeve_server::flow::{clients, refresh};

use crate::demo::kept::Kept;
use crate::demo::world::ClientKey;
use crate::installed::ACTOR;

/// The refresh token that the person granted to the application: the last one, if its
/// connection stands, or one of a new connection. There is none while the person has
/// no organization left to choose, or the application is disabled.
pub(super) async fn enter_consent(
    env: &Env,
    kept: &Kept,
    application: &ClientKey,
    user: &User,
    back: &str,
) -> anyhow::Result<Option<Secret<String>>> {
    let client = clients::show(env, &application.client_id).await?;
    // The application has another port when the last one was taken.
    if client.redirect_uris != [back] {
        let redirect_uris = Some(vec![back.to_owned()]);
        let to = ClientChange { redirect_uris, ..ClientChange::default() };
        change(env, &client.client_id, &to, None, &ACTOR).await?;
    }
    if let Some(last) = kept.refresh_tokens.get(client.client_id.as_str())
        && let Some(found) = refresh::find(env, last.expose(), None).await?
        && !found.ended
    {
        return Ok(Some(last.clone()));
    }
    match grant(env, &client, user, back).await {
        Ok(address) => Ok(token_in(&address).map(Secret::new)),
        Err(Stop::Refused(_)) => Ok(None),
        Err(Stop::Failed(error)) => Err(error.into()),
    }
}

/// Answers the address to which the person's browser would be sent.
async fn grant(env: &Env, client: &Client, user: &User, back: &str) -> Result<String, Stop> {
    let audience = client.audiences.first().ok_or(Reason::AudienceNotAllowed)?;
    let mut nonce = [0; 16];
    env.entropy.fill(&mut nonce);
    let interaction = Interaction {
        nonce,
        dialect: "dotypos".to_owned(),
        client_id: client.client_id.clone(),
        redirect_uri: back.to_owned(),
        audience: audience.clone(),
        scopes: client.scopes.clone(),
        state: None,
        ends_at: env.now().plus(Ttl::from_seconds(60)),
    };
    let standing = consent::reconsider(env, interaction).await?;
    let choices = consent::choices(env, user).await?;
    consent::grant(env, &standing, user, choices.first().map(|choice| &*choice.id)).await
}

fn token_in(address: &str) -> Option<String> {
    let mut pairs = address.split(['?', '&']);
    pairs.find_map(|pair| pair.strip_prefix("token=")).map(str::to_owned)
}
