//! `portreeve client …`: the programs that ask for tokens.

use clap::{Args, Subcommand};
use portreeve_core::client::record::Client;
use portreeve_core::oauth::scope::ScopeSet;
use portreeve_core::org::owner::Owner;
use portreeve_core::secret::Secret;
use portreeve_core::text_id::ClientId;
use portreeve_core::time::{Timestamp, Ttl};
use portreeve_server::env::Env;
use portreeve_server::flow::administration::clients::{ClientChange, change};
use portreeve_server::flow::{clients, organizations, people};
use portreeve_store::contract::Page;
use serde::Serialize;

use crate::installed::{ACTOR, Installed};
use crate::show::{ClientShown, time};
use crate::verb::Context;
use crate::verb::client::described::{described, table};
use crate::verb::client::owners::Owners;

mod create;
mod described;
mod network;
mod owners;

/// How many rows are read at a time.
const PAGE: u32 = 500;

/// What about clients.
#[derive(Subcommand, Debug)]
pub(crate) enum ClientVerb {
    /// Register a client; its secret is shown once
    Create(create::Create),
    /// List clients
    List(Whose),
    /// Show a client with its secrets' dates
    Show {
        /// The client's id
        #[arg(value_parser = ClientId::parse)]
        client_id: ClientId,
    },
    /// Add a secret; it is shown once, and the older ones end after the overlap
    ///
    /// While they overlap nobody notices: tokens live on, and refresh tokens give others.
    /// When a secret is in wrong hands, say --overlap 0s: then the older secrets end now,
    /// and with them every token that the client has, whichever secret it came of, and
    /// every refresh token but those of people's connections. Programs ask anew with the
    /// new secret.
    Rotate {
        /// The client's id
        #[arg(value_parser = ClientId::parse)]
        client_id: ClientId,
        /// How long the older secrets live on: 30s, 5m, 24h, 7d; 0s ends them now, and all
        /// tokens
        #[arg(long, default_value = "24h")]
        overlap: Ttl,
    },
    /// Take a secret away, at once, and with it every token that the client has
    ///
    /// What came of one secret cannot be told from what came of another. So all access
    /// tokens of the client end, and all refresh tokens but those of people's connections;
    /// programs that hold another secret ask anew.
    RemoveSecret {
        /// The client's id
        #[arg(value_parser = ClientId::parse)]
        client_id: ClientId,
        /// The secret's id, as "client show" lists it
        secret_id: String,
    },
    /// Give a client these scopes and no others
    Scopes {
        /// The client's id
        #[arg(value_parser = ClientId::parse)]
        client_id: ClientId,
        /// The scopes; none takes all away
        scopes: Vec<String>,
    },
    /// Let a client's connector send people back to these addresses and no others
    RedirectUris {
        /// The client's id
        #[arg(value_parser = ClientId::parse)]
        client_id: ClientId,
        /// The addresses, in full; none takes all away
        uris: Vec<String>,
    },
    /// Let a client ask for tokens and call from these networks and no others
    Network(network::Network),
    /// Refuse a client's every token and request, at once
    Disable {
        /// The client's id
        #[arg(value_parser = ClientId::parse)]
        client_id: ClientId,
    },
    /// Let a disabled client in again
    Enable {
        /// The client's id
        #[arg(value_parser = ClientId::parse)]
        client_id: ClientId,
    },
    /// Remove a client for good
    Delete {
        /// The client's id
        #[arg(value_parser = ClientId::parse)]
        client_id: ClientId,
    },
}

/// Whose clients.
#[derive(Args, Clone, Debug)]
pub(crate) struct Whose {
    /// Of this organization: your id for it, or ours
    #[arg(long, value_name = "ORGANIZATION_ID", conflicts_with = "user")]
    organization: Option<String>,
    /// Of this person: the address or id
    #[arg(long, value_name = "EMAIL")]
    user: Option<String>,
}

#[derive(Serialize)]
struct Deleted {
    client_id: String,
    deleted: bool,
}

pub(super) async fn run(asked: ClientVerb, context: &Context) -> anyhow::Result<()> {
    let installed = context.place.open().await?;
    let env = &installed.env;
    match asked {
        ClientVerb::Create(asked) => create::run(&installed, asked, context).await,
        ClientVerb::List(whose) => list(env, &whose, context).await,
        ClientVerb::Show { client_id } => {
            let client = clients::show(env, &client_id).await?;
            let shown = ClientShown::new(&client, env.now());
            let owners = Owners::read(env, [&client]).await?;
            context.voice.show(&shown, || described(&client, &owners, env.now()))
        }
        ClientVerb::Rotate { client_id, overlap } => {
            let rotating = clients::rotate(env, &client_id, overlap, &ACTOR);
            let made = installed.change(rotating).await?;
            show_secret(&made, "has a new secret", env, context)
        }
        ClientVerb::RemoveSecret { client_id, secret_id } => {
            let removing = clients::remove_secret(env, &client_id, &secret_id, &ACTOR);
            let what = "has lost that secret, and every token that it had";
            say(&installed.change(removing).await?, what, env, context)
        }
        ClientVerb::Scopes { client_id, scopes } => {
            let scopes = ScopeSet::from_names(scopes.iter().map(String::as_str))?;
            let setting = clients::set_scopes(env, &client_id, scopes, &ACTOR);
            let client = installed.change(setting).await?;
            let what = match client.scopes.is_empty() {
                true => "has no scope".to_owned(),
                false => format!("has the scopes {}", client.scopes),
            };
            say(&client, &what, env, context)
        }
        ClientVerb::RedirectUris { client_id, uris } => {
            let to = ClientChange { redirect_uris: Some(uris), ..ClientChange::default() };
            let client = installed.change(change(env, &client_id, &to, None, &ACTOR)).await?;
            let what = match client.redirect_uris.is_empty() {
                true => "sends nobody anywhere".to_owned(),
                false => format!("may send people to {}", client.redirect_uris.join(" ")),
            };
            say(&client, &what, env, context)
        }
        ClientVerb::Network(asked) => network::run(&installed, asked, context).await,
        ClientVerb::Disable { client_id } => {
            let client = installed.change(clients::disable(env, &client_id, &ACTOR)).await?;
            say(&client, "is disabled: its every token and request is refused", env, context)
        }
        ClientVerb::Enable { client_id } => {
            let client = installed.change(clients::enable(env, &client_id, &ACTOR)).await?;
            say(&client, "is enabled: tokens that have not expired live again", env, context)
        }
        ClientVerb::Delete { client_id } => delete(&installed, &client_id, context).await,
    }
}

async fn delete(
    installed: &Installed,
    client_id: &ClientId,
    context: &Context,
) -> anyhow::Result<()> {
    installed.change(clients::delete(&installed.env, client_id, &ACTOR)).await?;
    let deleted = Deleted { client_id: client_id.to_string(), deleted: true };
    context.voice.show(&deleted, || format!("{client_id} is deleted."))
}

async fn list(env: &Env, whose: &Whose, context: &Context) -> anyhow::Result<()> {
    let owner = owner(env, whose).await?;
    let mut found: Vec<Client> = Vec::new();
    loop {
        let after = found.last().map(|client| client.client_id.to_string());
        let more = clients::list(env, owner.as_ref(), &Page { after, limit: PAGE }).await?;
        if more.is_empty() {
            break;
        }
        found.extend(more);
    }
    let now = env.now();
    let shown: Vec<ClientShown> =
        found.iter().map(|client| ClientShown::new(client, now)).collect();
    // Names are for people.
    let named = if context.voice.json { &[] } else { found.as_slice() };
    let owners = Owners::read(env, named).await?;
    context.voice.show(&shown, || table(&found, &owners, now))
}

/// The owner that was named, if one was.
async fn owner(env: &Env, whose: &Whose) -> anyhow::Result<Option<Owner>> {
    Ok(match (&whose.organization, &whose.user) {
        (Some(id), _) => Some(Owner::Organization(organizations::find(env, id).await?.id)),
        (None, Some(user)) => Some(Owner::User(people::find(env, user).await?.id)),
        (None, None) => None,
    })
}

fn say(client: &Client, what: &str, env: &Env, context: &Context) -> anyhow::Result<()> {
    let shown = ClientShown::new(client, env.now());
    context.voice.show(&shown, || format!("{} ({}) {what}.", client.client_id, client.name))
}

fn show_secret(
    (client, secret): &(Client, Secret<String>),
    what: &str,
    env: &Env,
    context: &Context,
) -> anyhow::Result<()> {
    let shown = ClientShown::new(client, env.now()).with_secret(secret.expose());
    context.voice.show(&shown, || {
        format!(
            "{} {what}. The secret is shown this once:\n\n  client_id      {}\n  client_secret  {}{}",
            client.name,
            client.client_id,
            secret.expose(),
            older_end(client, env.now())
        )
    })
}

/// Until when the secrets before the newest count, if one still does.
fn older_end(client: &Client, now: Timestamp) -> String {
    let older = client.secrets.iter().rev().skip(1);
    let last = older.filter_map(|secret| secret.expires_at).filter(|end| *end > now).max();
    last.map_or_else(String::new, |end| format!("\n\nOlder secrets end at {}.", time(end)))
}
