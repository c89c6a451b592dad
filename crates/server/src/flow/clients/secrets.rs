//! The secrets that a client has already: taken away, or given another end.

use portreeve_core::audit::Actor;
use portreeve_core::client::change::{self, ClientError};
use portreeve_core::client::record::Client;
use portreeve_core::text_id::ClientId;
use portreeve_core::time::Timestamp;

use crate::env::Env;
use crate::flow::change::ChangeError;
use crate::flow::clients::checks::named;
use crate::flow::clients::{as_seen, fact, write};

/// Takes one secret away, at once, and every token that was issued before.
///
/// # Errors
/// [`ChangeError::Wrong`] when the client has no such secret.
pub async fn remove_secret(
    env: &Env,
    id: &ClientId,
    secret: &str,
    actor: &Actor,
) -> Result<Client, ChangeError> {
    remove_secret_as_seen(env, id, secret, None, actor).await
}

/// The same of what the person saw.
///
/// # Errors
/// As there; [`ChangeError::ChangedMeanwhile`] when it is not what the person saw.
pub async fn remove_secret_as_seen(
    env: &Env,
    id: &ClientId,
    secret: &str,
    expected: Option<i64>,
    actor: &Actor,
) -> Result<Client, ChangeError> {
    let client = as_seen(env, id, expected).await?;
    let now = env.now();
    let next = change::remove_secret(&client, secret, now);
    let next = next.map_err(|error| explained(error, &client, secret))?;
    let fact = fact(now, actor, "client.secret_removed", &client).with_detail(secret);
    write(env, &client, next, fact, actor).await
}

/// Lets a secret that is live end at another time, or never. What came of it stays.
///
/// # Errors
/// [`ChangeError::Wrong`] when the client has no such secret that is live;
/// [`ChangeError::NotPermitted`] for what only staff may prolong;
/// [`ChangeError::ChangedMeanwhile`] when it is not what the person saw.
pub async fn set_secret_end(
    env: &Env,
    id: &ClientId,
    secret: &str,
    expires_at: Option<Timestamp>,
    expected: Option<i64>,
    actor: &Actor,
) -> Result<Client, ChangeError> {
    let client = as_seen(env, id, expected).await?;
    let now = env.now();
    let next = change::set_secret_end(&client, secret, expires_at, now);
    let next = next.map_err(|error| explained(error, &client, secret))?;
    let end = expires_at.map_or("never".to_owned(), |at| format!("at {}", at.as_unix()));
    let fact = fact(now, actor, "client.secret_end_set", &client)
        .with_detail(format!("{secret} ends {end}"));
    write(env, &client, next, fact, actor).await
}

fn explained(error: ClientError, client: &Client, asked: &str) -> ChangeError {
    match error {
        ClientError::NoSuchSecret => {
            let ids: Vec<&str> = client.secrets.iter().map(|secret| &*secret.id).collect();
            let has = named(&ids);
            ChangeError::Wrong(format!("the client has no secret {asked:?}; it has {has}"))
        }
        other => ChangeError::wrong(other),
    }
}
