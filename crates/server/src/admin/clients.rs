//! Clients.

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use portreeve_core::client::change::NewClient;
use portreeve_core::client::record::{Client, ClientSecret, ClientState};
use portreeve_core::org::owner::Owner;
use portreeve_core::secret::Secret;
use portreeve_core::text_id::ClientId;
use serde_json::{Value, json};

use crate::admin::answer::Answer;
use crate::admin::asked::{Asked, organization};
use crate::admin::json::{has_control, with};
use crate::admin::moment;
use crate::admin::new_client::{differences, read_change, read_new};
use crate::admin::once::taken;
use crate::admin::problem::Problem;
use crate::env::Env;
use crate::flow::administration::clients::{self as administered, ClientChange};
use crate::flow::change::ChangeError;
use crate::flow::portal_clients::was_made;
use crate::flow::usage::ClientsOf;
use crate::flow::{clients, people};

/// A client, as it is answered.
pub(super) fn shown(env: &Env, client: &Client) -> Value {
    json!({
        "client_id": client.client_id,
        "name": client.name,
        "owner": owner_shown(&client.owner),
        "audiences": client.audiences.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "scopes": client.scopes.iter().collect::<Vec<_>>(),
        "introspects": client.introspects.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "redirect_uris": client.redirect_uris,
        "networks": client.networks.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "token_ttl_seconds": client.token_ttl.map(|life| life.as_seconds()),
        "expires_at": moment::or_null(client.expires_at),
        "disabled": client.disabled,
        "state": state_name(client.state(env.now())),
        "secrets": client.secrets.iter().map(secret_shown).collect::<Vec<_>>(),
        "created_at": moment::written(client.created_at),
        "version": client.version,
    })
}

/// An owner, as it is answered.
pub(super) fn owner_shown(owner: &Owner) -> Value {
    match owner {
        Owner::Organization(id) => json!({"organization": id}),
        Owner::User(id) => json!({"user": id}),
    }
}

/// What a client's state is called.
pub(super) const fn state_name(state: ClientState) -> &'static str {
    match state {
        ClientState::Active => "active",
        ClientState::Disabled => "disabled",
        ClientState::Expired => "expired",
    }
}

fn secret_shown(secret: &ClientSecret) -> Value {
    json!({
        "id": secret.id,
        "hint": secret.hint,
        "created_at": moment::written(secret.created_at),
        "expires_at": moment::or_null(secret.expires_at),
        "last_used_at": moment::or_null(secret.last_used_at),
        "last_used_from": secret.last_used_from.map(|from| from.to_string()),
        "made_by": secret.made_by,
    })
}

/// A client that is there.
pub(super) fn record(env: &Env, client: &Client) -> Answer {
    Answer::record(shown(env, client)).at_version(client.version)
}

/// A client with the secret that was made just now, which is shown this once.
pub(super) fn with_secret(env: &Env, client: &Client, secret: &Secret<String>) -> Answer {
    let secret = secret.expose().as_str().into();
    Answer::made(with(shown(env, client), [("client_secret", secret)]))
        .at_version(client.version)
        .at(format!("/clients/{}", client.client_id))
}

/// The client that the path names.
///
/// # Errors
/// 404 when there is none.
pub(super) async fn named(asked: &Asked<'_>) -> Result<Client, Problem> {
    let id = asked.part("client_id");
    let parsed = ClientId::parse(id).map_err(|_| ChangeError::missing("client", id))?;
    Ok(clients::show(asked.env, &parsed).await?)
}

pub(super) async fn list(asked: &mut Asked<'_>) -> Result<Answer, Problem> {
    let (text, limit) = (asked.query.q(), asked.query.limit());
    let after = asked.query.text("after");
    let after = match after.as_deref().map(cursor) {
        Some(None) => {
            asked.query.fault("after", "expected the `next` of a page");
            None
        }
        other => other.flatten(),
    };
    let of = owner(asked).await?;
    asked.query.finish()?;
    let more = limit.saturating_add(1);
    let of = of.as_ref().map_or(ClientsOf::All, |owner| match owner {
        Owner::Organization(id) => ClientsOf::Organization(id),
        Owner::User(id) => ClientsOf::User(id),
    });
    let mut found = administered::search(asked.env, of, &text, after, more).await?;
    let next = asked.page(&mut found, limit, |client| {
        let place = json!([client.name, client.client_id]).to_string();
        BASE64_URL_SAFE_NO_PAD.encode(place)
    });
    Ok(Answer::page(&found.iter().map(|client| shown(asked.env, client)).collect::<Vec<_>>(), next))
}

fn cursor(text: &str) -> Option<(String, ClientId)> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
    let (name, id): (String, String) = serde_json::from_slice(&bytes).ok()?;
    let id = ClientId::parse(&id).ok()?;
    (!has_control(&name)).then_some((name, id))
}

/// Whose clients, or usage, the query names: an organization's, a person's, or none's.
///
/// # Errors
/// What the store says.
pub(super) async fn owner(asked: &mut Asked<'_>) -> Result<Option<Owner>, Problem> {
    let (of, by) = (asked.query.text("organization"), asked.query.text("user"));
    let (found, name) = match (of, by) {
        (Some(_), Some(_)) => {
            asked.query.fault("user", "name an organization or a user, not both");
            return Ok(None);
        }
        (Some(of), None) => {
            let found = organization(asked.env, &of).await;
            (found.map(|found| Owner::Organization(found.id)), "organization")
        }
        (None, Some(by)) => {
            (people::find(asked.env, &by).await.map(|found| Owner::User(found.id)), "user")
        }
        (None, None) => return Ok(None),
    };
    match found {
        Ok(owner) => Ok(Some(owner)),
        Err(ChangeError::Missing { kind, .. }) => {
            asked.query.fault(name, format!("there is no such {kind}"));
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}

pub(super) async fn find(asked: &mut Asked<'_>) -> Result<Answer, Problem> {
    asked.query.finish()?;
    Ok(record(asked.env, &named(asked).await?))
}

pub(super) async fn create(asked: &mut Asked<'_>) -> Result<Answer, Problem> {
    asked.query.finish()?;
    let new = read_new(asked.env, asked.fields()?, None).await?;
    asked.condition.expect_untagged()?;
    let Some((once, is_again)) = taken(asked, "createClient").await? else {
        let (client, secret) = clients::register(asked.env, new, &asked.actor).await?;
        return Ok(with_secret(asked.env, &client, &secret));
    };
    let id = ClientId::generate(&once.entropy());
    if is_again && was_made(asked.env, &id).await? {
        return again(asked, &id).await;
    }
    let new = NewClient { client_id: Some(id.clone()), ..new };
    match clients::register(asked.env, new, &asked.actor).await {
        Ok((client, secret)) => Ok(with_secret(asked.env, &client, &secret)),
        // The same at the same time: the secret is theirs.
        Err(ChangeError::Taken(_)) => again(asked, &id).await,
        Err(error) => Err(error.into()),
    }
}

/// What was made under a key before, if it is still there. Its secret was shown.
async fn again(asked: &Asked<'_>, id: &ClientId) -> Result<Answer, Problem> {
    let there = clients::show(asked.env, id).await?;
    let body = Answer::made(shown(asked.env, &there)).at_version(there.version);
    Ok(body.at(format!("/clients/{id}")))
}

pub(super) async fn ensure(asked: &mut Asked<'_>) -> Result<Answer, Problem> {
    asked.query.finish()?;
    let id = ClientId::parse(asked.part("client_id"));
    let id = id.map_err(|error| Problem::impossible(error.to_string()))?;
    let new = read_new(asked.env, asked.fields()?, Some(id.clone())).await?;
    let same = |there: &Client| {
        asked.condition.expect(there.version)?;
        match differences(asked.env, there, &new) {
            faults if faults.is_empty() => Ok(record(asked.env, there)),
            faults => Err(Problem::differs(faults)),
        }
    };
    match clients::show(asked.env, &id).await {
        Ok(there) => return same(&there),
        Err(ChangeError::Missing { .. }) => {}
        Err(error) => return Err(error.into()),
    }
    asked.condition.expect_nothing()?;
    match clients::register(asked.env, new.clone(), &asked.actor).await {
        Ok((client, secret)) => Ok(with_secret(asked.env, &client, &secret)),
        // Somebody was faster, perhaps with the same: the secret is theirs.
        Err(ChangeError::Taken(_)) => same(&clients::show(asked.env, &id).await?),
        Err(error) => Err(error.into()),
    }
}

pub(super) async fn change(asked: &mut Asked<'_>) -> Result<Answer, Problem> {
    asked.query.finish()?;
    let found = named(asked).await?;
    let change = read_change(asked.env, asked.changes()?)?;
    write(asked, &found, change).await
}

pub(super) async fn delete(asked: &mut Asked<'_>) -> Result<Answer, Problem> {
    asked.query.finish()?;
    let found = named(asked).await?;
    let expected = asked.condition.expect(found.version)?;
    clients::delete_as_seen(asked.env, &found.client_id, expected, &asked.actor).await?;
    Ok(Answer::done())
}

pub(super) async fn disable(asked: &mut Asked<'_>) -> Result<Answer, Problem> {
    set_disabled(asked, true).await
}

pub(super) async fn enable(asked: &mut Asked<'_>) -> Result<Answer, Problem> {
    set_disabled(asked, false).await
}

async fn set_disabled(asked: &mut Asked<'_>, disabled: bool) -> Result<Answer, Problem> {
    asked.query.finish()?;
    let found = named(asked).await?;
    let change = ClientChange { disabled: Some(disabled), ..ClientChange::default() };
    write(asked, &found, change).await
}

async fn write(asked: &Asked<'_>, found: &Client, to: ClientChange) -> Result<Answer, Problem> {
    let expected = asked.condition.expect(found.version)?;
    let id = &found.client_id;
    let changed = administered::change(asked.env, id, &to, expected, &asked.actor).await?;
    Ok(record(asked.env, &changed))
}
