//! The register of an organization's identity clients, page by page, with what their
//! owners are called and how often those that are over were refused.

use std::collections::HashMap;

use portreeve_core::client::record::Client;
use portreeve_core::client::standing::{ClientStanding, SOON, stand};
use portreeve_core::org::organization::Organization;
use portreeve_core::org::owner::Owner;
use portreeve_core::refusal::Reason;
use portreeve_core::text_id::{ClientId, OrganizationId, UserId};
use portreeve_core::time::{Timestamp, Ttl};
use portreeve_core::usage::day_of;
use portreeve_store::contract::search::{ClientSearch, ClientsOf};

use crate::env::Env;
use crate::flow::change::ChangeError;

/// How many clients are on a page.
pub const PAGE: u32 = 50;
/// The longest text that is looked for, in characters: the longest name.
const LONGEST_TEXT: usize = 200;
/// For how long refusals of what is over are summed.
const REFUSED_WITHIN: Ttl = Ttl::from_hours(30 * 24);

/// Where a page ended: behind the client with this name and id.
pub type Place = (String, ClientId);

/// What is looked for.
#[derive(Clone, Debug)]
pub struct Asked<'a> {
    /// In this organization, and among the clients of those who belong to it.
    pub organization: &'a Organization,
    /// A part of a name, an id or a scope.
    pub text: &'a str,
    /// Behind this one.
    pub after: Option<Place>,
    /// At most so many.
    pub limit: u32,
}

/// One client.
#[derive(Clone, Debug)]
pub struct Line {
    /// The client.
    pub client: Client,
    /// How it is doing.
    pub standing: ClientStanding,
    /// What its owner is called; the id of one that is gone.
    pub owner: String,
    /// How often it was refused lately because it is over.
    pub refused: u64,
}

/// A page of the register.
#[derive(Clone, Debug)]
pub struct Listing {
    /// The clients, by name.
    pub lines: Vec<Line>,
    /// Where the next page begins, if there is one.
    pub next: Option<Place>,
}

/// How many clients stand how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// All of them.
    pub all: u64,
    /// Those that work and do not end soon.
    pub active: u64,
    /// Those that end soon.
    pub ends_soon: u64,
    /// Those that are over.
    pub expired: u64,
    /// Those that somebody switched off.
    pub disabled: u64,
}

/// Reads a page.
///
/// # Errors
/// What the store says.
pub async fn listing(env: &Env, asked: Asked<'_>) -> Result<Listing, ChangeError> {
    let store = env.directory.store();
    let text: String = asked.text.trim().chars().take(LONGEST_TEXT).collect();
    let search = ClientSearch {
        of: ClientsOf::Organization(&asked.organization.id),
        text: &text,
        after: asked.after,
        limit: asked.limit.saturating_add(1),
    };
    let mut clients = store.search_clients(&search).await?;
    let shown = usize::try_from(asked.limit).unwrap_or(usize::MAX);
    let has_more = clients.len() > shown;
    clients.truncate(shown);
    let last = clients.last().filter(|_| has_more);
    let next = last.map(|client| (client.name.clone(), client.client_id.clone()));
    let owners = owners(env, asked.organization, &clients).await?;
    let lines = lines(env, clients, &owners).await?;
    Ok(Listing { lines, next })
}

/// Counts all of an organization's clients, and those of who belongs to it.
///
/// # Errors
/// What the store says.
pub async fn counts(env: &Env, organization: &OrganizationId) -> Result<Counts, ChangeError> {
    let now = env.now();
    // An end in exactly thirty days is soon as well.
    let soon = now.plus(SOON).plus(Ttl::from_seconds(1));
    let of = ClientsOf::Organization(organization);
    let found = env.directory.store().count_clients(of, now, soon).await?;
    let others = found.disabled.saturating_add(found.expired).saturating_add(found.ends_soon);
    Ok(Counts {
        all: found.all,
        active: found.all.saturating_sub(others),
        ends_soon: found.ends_soon,
        expired: found.expired,
        disabled: found.disabled,
    })
}

async fn lines(
    env: &Env,
    clients: Vec<Client>,
    owners: &HashMap<String, String>,
) -> Result<Vec<Line>, ChangeError> {
    let now = env.now();
    let of = |client: &Client| stand(client, now);
    let over = clients.iter().filter(|client| of(client) == ClientStanding::Expired);
    let over: Vec<ClientId> = over.map(|client| client.client_id.clone()).collect();
    let refused = refused(env, &over, now).await?;
    let line = |client: Client| Line {
        standing: of(&client),
        owner: owners.get(client.owner.id()).map_or(client.owner.id(), String::as_str).to_owned(),
        refused: refused.get(&client.client_id).copied().unwrap_or_default(),
        client,
    };
    Ok(clients.into_iter().map(line).collect())
}

/// What owners are called, by id, in one read.
async fn owners(
    env: &Env,
    organization: &Organization,
    clients: &[Client],
) -> Result<HashMap<String, String>, ChangeError> {
    let mut ids: Vec<UserId> = Vec::new();
    for client in clients {
        if let Owner::User(id) = &client.owner {
            ids.push(id.clone());
        }
    }
    ids.sort();
    ids.dedup();
    let mut names = HashMap::from([(organization.id.to_string(), organization.name.clone())]);
    if !ids.is_empty() {
        let people = env.directory.store().find_users(&ids).await?;
        names.extend(people.into_iter().map(|user| (user.id.to_string(), user.name)));
    }
    Ok(names)
}

/// How often clients that are over were refused for that, in one read.
async fn refused(
    env: &Env,
    over: &[ClientId],
    now: Timestamp,
) -> Result<HashMap<ClientId, u64>, ChangeError> {
    if over.is_empty() {
        return Ok(HashMap::new());
    }
    let from = day_of(now.minus(REFUSED_WITHIN));
    let found = env.directory.store().refused_most(over, from).await?;
    let is_over = |slug: &str| {
        [Reason::ClientExpired, Reason::SecretExpired].iter().any(|reason| reason.slug() == slug)
    };
    let of_end = found.into_iter().filter(|(_, reason, _)| is_over(reason));
    Ok(of_end.map(|(client, _, times)| (client, times)).collect())
}
