//! What the pages of one client show beside the client itself: names, reach, and what it
//! did. Reads only; whoever changes a client goes to [`crate::flow::clients`].

use std::sync::Arc;

use portreeve_core::audit::Fact;
use portreeve_core::client::record::Client;
use portreeve_core::org::organization::Organization;
use portreeve_core::org::owner::Owner;
use portreeve_core::policy::verdict::is_open;
use portreeve_core::service::Service;
use portreeve_core::text_id::{ClientId, UserId};
use portreeve_core::time::{Timestamp, Ttl};
use portreeve_core::usage::{DAY, HOUR, RefusedSum, Tally, day_of, hour_of};
use portreeve_store::contract::search::FactSearch;
use portreeve_store::contract::{ConnectionsOf, Page};

use crate::env::Env;
use crate::flow::change::ChangeError;
use crate::flow::usage::{
    ClientsOf, SecretDay, Step, UsageSearch, over_time, refused_by_reason, secret_days,
};

/// How many organizations in reach are called by name.
const MOST_NAMED: usize = 3;
/// How many are counted.
const MOST_COUNTED: usize = 100_000;
/// How many connections are counted.
const MOST_CONNECTIONS: u32 = 1_000;
/// Over how many days a client's page looks back.
pub const DAYS: u32 = 28;
/// Over how many days it tells of refusals.
pub const REFUSAL_DAYS: u32 = 7;

/// The organizations that an owner reaches now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// The names of the first few.
    pub names: Vec<String>,
    /// How many there are in all.
    pub count: usize,
}

/// What an owner reaches at this moment.
///
/// # Errors
/// What the store says.
pub async fn reach(env: &Env, owner: &Owner) -> Result<Reach, ChangeError> {
    let Some(roots) = env.directory.roots(owner).await? else { return Ok(Reach::default()) };
    let (first, count) = {
        let tree = env.directory.tree();
        let found = tree.below(roots.as_slice(), MOST_COUNTED);
        let count = found.as_ref().map_or(MOST_COUNTED, Vec::len);
        let ids = found.unwrap_or_default().into_iter().take(MOST_NAMED).cloned();
        (ids.collect::<Vec<_>>(), count)
    };
    let mut names = Vec::with_capacity(first.len());
    for id in &first {
        // One that went between the two reads is out of reach.
        names.extend(env.directory.store().find_organization(id).await?.map(|one| one.name));
    }
    Ok(Reach { names, count })
}

/// The services that the contracts of these owners open, each once, in the order of the
/// configuration.
///
/// # Errors
/// What the store says.
pub async fn open_services(env: &Env, owners: &[Owner]) -> Result<Vec<Arc<Service>>, ChangeError> {
    let mut roots = Vec::with_capacity(owners.len());
    for owner in owners {
        let is_staff = match owner {
            Owner::User(id) => {
                env.directory.store().find_user(id).await?.is_some_and(|user| user.operator)
            }
            Owner::Organization(_) => false,
        };
        roots.extend(env.directory.roots(owner).await?.map(|roots| (is_staff, roots)));
    }
    let tree = env.directory.tree();
    let opens = |service: &Service| {
        roots
            .iter()
            .any(|(is_staff, roots)| is_open(service.named(), *is_staff, roots.as_slice(), &tree))
    };
    let services = env.catalog.services.iter().map(|entry| &entry.service);
    Ok(services.filter(|service| opens(service)).cloned().collect())
}

/// The owner of a client, by name.
#[derive(Clone, Debug)]
pub struct Owned {
    /// What the owner is called.
    pub name: String,
    /// The organization, where it is one.
    pub organization: Option<Organization>,
}

/// Who owns a client.
///
/// # Errors
/// What the store says.
pub async fn owned(env: &Env, client: &Client) -> Result<Owned, ChangeError> {
    let store = env.directory.store();
    let id = || client.owner.id().to_owned();
    Ok(match &client.owner {
        Owner::Organization(owner) => {
            let organization = store.find_organization(owner).await?;
            let name = organization.as_ref().map_or_else(id, |one| one.name.clone());
            Owned { name, organization }
        }
        Owner::User(owner) => {
            let name = store.find_user(owner).await?.map_or_else(id, |user| user.name);
            Owned { name, organization: None }
        }
    })
}

/// What the person is called who did something, as an actor is written; `None` when it was
/// no person, or one who is gone.
///
/// # Errors
/// What the store says.
pub async fn person(env: &Env, actor: &str) -> Result<Option<String>, ChangeError> {
    let id = actor.strip_prefix("user:").and_then(|id| UserId::parse(id).ok());
    let Some(id) = id else { return Ok(None) };
    Ok(env.directory.store().find_user(&id).await?.map(|user| user.name))
}

/// The newest facts about a client that is there now. What an earlier one of the same id
/// did is none of its.
///
/// # Errors
/// What the store says.
pub async fn facts(env: &Env, client: &Client, limit: u32) -> Result<Vec<Fact>, ChangeError> {
    let search = FactSearch {
        subject: Some(client.client_id.as_str()),
        action: Some("client."),
        from: Some(client.created_at),
        limit,
        ..FactSearch::default()
    };
    let found = env.directory.store().search_facts(&search).await?;
    Ok(found.into_iter().map(|(_, fact)| fact).collect())
}

/// Who registered a client, as an actor is written; `None` when nobody knows any more.
///
/// # Errors
/// What the store says.
pub async fn registered(env: &Env, client: &Client) -> Result<Option<String>, ChangeError> {
    let search = FactSearch {
        subject: Some(client.client_id.as_str()),
        action: Some("client.registered"),
        from: Some(client.created_at),
        limit: 1,
        ..FactSearch::default()
    };
    let found = env.directory.store().search_facts(&search).await?;
    Ok(found.into_iter().next().map(|(_, fact)| fact.actor))
}

/// True when a client had this id at any time.
///
/// # Errors
/// What the store says.
pub async fn was_made(env: &Env, id: &ClientId) -> Result<bool, ChangeError> {
    if env.directory.store().find_client(id).await?.is_some() {
        return Ok(true);
    }
    let search = FactSearch {
        subject: Some(id.as_str()),
        action: Some("client."),
        limit: 1,
        ..FactSearch::default()
    };
    Ok(!env.directory.store().search_facts(&search).await?.is_empty())
}

/// How many connections stand through which a client acts for people, and whether there
/// are more.
///
/// # Errors
/// What the store says.
pub async fn connections(env: &Env, id: &ClientId) -> Result<(usize, bool), ChangeError> {
    let page = Page { after: None, limit: MOST_CONNECTIONS };
    let found = env.directory.store().list_connections(ConnectionsOf::Client(id), &page).await?;
    let is_full = found.len() == MOST_CONNECTIONS as usize;
    Ok((found.into_iter().filter(|one| one.is_standing()).count(), is_full))
}

/// What a client did within the last four weeks.
#[derive(Clone, Debug, Default)]
pub struct Doings {
    /// Sums per day, oldest first; days without any are left out.
    pub days: Vec<(Timestamp, Tally)>,
    /// How many tokens each secret got on each day.
    pub secrets: Vec<SecretDay>,
    /// Refusals of the last seven days by reason, the most frequent first.
    pub refused: Vec<RefusedSum>,
}

/// What a client did lately.
///
/// # Errors
/// What the store says.
pub async fn doings(env: &Env, id: &ClientId) -> Result<Doings, ChangeError> {
    let today = day_of(env.now());
    let of = ClientsOf::Client(id);
    let from = today.minus(Ttl::from_hours((DAYS - 1) * 24));
    let search = UsageSearch { of, service: None, from, until: today.plus(DAY), step: Step::Day };
    Ok(Doings {
        days: over_time(env, &search).await?,
        secrets: secret_days(env, id, DAYS).await?,
        refused: refused_by_reason(env, of, REFUSAL_DAYS).await?,
    })
}

/// What a client did within the last 24 hours, to the hour.
///
/// # Errors
/// What the store says.
pub async fn last_day(env: &Env, id: &ClientId) -> Result<Tally, ChangeError> {
    let until = hour_of(env.now()).plus(HOUR);
    let search = UsageSearch {
        of: ClientsOf::Client(id),
        service: None,
        from: until.minus(DAY),
        until,
        step: Step::Hour,
    };
    let found = over_time(env, &search).await?;
    Ok(found.into_iter().fold(Tally::default(), |sum, (_, one)| sum.plus(one)))
}
