//! What the vendor's own staff looks at: everything that there is, page by page, and how
//! this node is doing. What they change is in the flows of the things themselves.

use std::time::Duration;

use portreeve_core::client::record::{Client, ClientState};
use portreeve_core::refusal::Reason;
use portreeve_core::text_id::OrganizationId;
use portreeve_core::time::{Timestamp, Ttl};
use portreeve_core::token::key::{KeyPurpose, KeyRecord};
use portreeve_store::contract::Page;
use portreeve_store::contract::search::PeopleSearch;
use tokio::time::timeout;

use crate::env::Env;
use crate::flow::change::ChangeError;
use crate::flow::keys::{newest, purposes, schedule};
use crate::observe::NamedDoor;

pub use portreeve_store::contract::search::{Counted, Person, RecordCounts};
pub use portreeve_store::directory::Remembered;

/// How many records are on a page.
pub const PAGE: u32 = 50;
/// The longest text that is looked for, in characters.
const LONGEST_TEXT: usize = 200;
/// For how long it is said that a licence has ended, and how far ahead that one will.
const LICENCES_WITHIN: Ttl = Ttl::from_hours(30 * 24);
/// How many of them are looked at.
const MOST_LICENCES: u32 = 200;
/// How long a database may take to say that it is there.
const PATIENCE: Duration = Duration::from_secs(2);

/// A page of something, and behind what the next one begins.
#[derive(Clone, Debug)]
pub struct Part<T> {
    /// What is on it.
    pub lines: Vec<T>,
    /// What the next page is asked for with, if there is one.
    pub next: Option<String>,
}

/// How many organizations, people and clients there are.
///
/// # Errors
/// What the store says.
pub async fn totals(env: &Env) -> Result<RecordCounts, ChangeError> {
    Ok(env.directory.store().count_records().await?)
}

/// An organization in a list, and what the one above it is called.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The organization and its numbers.
    pub counted: Counted,
    /// The name of the one above it.
    pub parent: Option<String>,
}

/// Organizations with this text in their name or ids, by id.
///
/// # Errors
/// What the store says.
pub async fn organizations(
    env: &Env,
    text: &str,
    after: Option<String>,
) -> Result<Part<Listed>, ChangeError> {
    let store = env.directory.store();
    let page = Page { after, limit: PAGE + 1 };
    let found = store.search_organizations(&cut(text), &page).await?;
    let part = part(found, |one| one.organization.id.to_string());
    let mut parents: Vec<OrganizationId> =
        part.lines.iter().filter_map(|one| one.organization.parent.clone()).collect();
    parents.sort();
    parents.dedup();
    let parents = store.count_in(&parents).await?;
    let name = |counted: &Counted| {
        let id = counted.organization.parent.as_ref()?;
        let parent = parents.iter().find(|one| one.organization.id == *id)?;
        Some(parent.organization.name.clone())
    };
    let listed = |counted| Listed { parent: name(&counted), counted };
    Ok(Part { lines: part.lines.into_iter().map(listed).collect(), next: part.next })
}

/// People with this text in their name or address, by address.
///
/// # Errors
/// What the store says.
pub async fn people(
    env: &Env,
    text: &str,
    after: Option<String>,
) -> Result<Part<Person>, ChangeError> {
    let text = cut(text);
    let search = PeopleSearch { of: None, text: &text, after, limit: PAGE + 1 };
    let found = env.directory.store().search_people(&search).await?;
    Ok(part(found, |person| person.user.email.clone()))
}

/// The clients whose own time ended lately, and those whose will soon; the nearest to now
/// first in each.
///
/// # Errors
/// What the store says.
pub async fn licences(env: &Env) -> Result<(Vec<Client>, Vec<Client>), ChangeError> {
    let (store, now) = (env.directory.store(), env.now());
    let (from, until) = (now.minus(LICENCES_WITHIN), now.plus(LICENCES_WITHIN));
    let page = Page { after: None, limit: MOST_LICENCES };
    let ended = store.list_ending(from, now, &page).await?;
    let ending = store.list_ending(now, until, &page).await?;
    let is_own = |client: &Client, state: ClientState| {
        let within = client.expires_at.is_some_and(|end| from <= end && end < until);
        within && client.state(now) == state
    };
    let of = |found: Vec<Client>, state| {
        let mut own: Vec<Client> =
            found.into_iter().filter(|client| is_own(client, state)).collect();
        own.sort_by_key(|client| client.expires_at.map(|end| end.until(now).max(now.until(end))));
        own
    };
    Ok((of(ended, ClientState::Expired), of(ending, ClientState::Active)))
}

/// A key, and when the next takes its place.
#[derive(Clone, Debug)]
pub struct KeyLine {
    /// The key. Its private half is sealed.
    pub key: KeyRecord,
    /// When it will be replaced, for the newest of a purpose that is in use.
    pub next: Option<Timestamp>,
    /// True when it is the newest of a purpose that the installation needs: the one that a
    /// rotation replaces.
    pub is_newest: bool,
}

/// The keys, by purpose, the newest first.
///
/// # Errors
/// What the store says.
pub async fn keys(env: &Env) -> Result<Vec<KeyLine>, ChangeError> {
    let (now, every) = (env.now(), schedule(env).every);
    let records = env.directory.store().list_keys().await?;
    let needed = purposes(env);
    let is_newest = |key: &KeyRecord| {
        needed.contains(&key.purpose) && newest(&records, key.purpose).as_ref() == Some(&key.kid)
    };
    let line = |key: &KeyRecord| KeyLine {
        is_newest: is_newest(key),
        next: (is_newest(key) && key.is_honoured(now)).then(|| key.active_from.plus(every)),
        key: key.clone(),
    };
    let mut lines: Vec<KeyLine> = records.iter().map(line).collect();
    lines.sort_by_key(|line| (line.key.purpose, std::cmp::Reverse(line.key.created_at)));
    Ok(lines)
}

/// The purpose with this name, if the installation needs a key for it.
pub fn purpose(env: &Env, name: &str) -> Option<KeyPurpose> {
    purposes(env).into_iter().find(|purpose| purpose.as_str() == name)
}

/// What one door has answered since the start.
#[derive(Clone, Debug)]
pub struct DoorLine {
    /// Its name, as in the log.
    pub name: String,
    /// Requests that passed.
    pub passed: u64,
    /// Requests that were refused, by reason, the most frequent first.
    pub refused: Vec<(Reason, u64)>,
}

/// How this node is doing.
#[derive(Clone, Debug)]
pub struct Node {
    /// The program's version.
    pub version: String,
    /// When it started.
    pub started: Timestamp,
    /// What the database is called.
    pub database: &'static str,
    /// How long it took to say that it is there; `None` when it did not.
    pub answered: Option<Duration>,
    /// The number of the newest change that this node has heard of.
    pub followed: i64,
    /// How many changes there are that it has not heard of; `None` when nobody knows.
    pub behind: Option<u64>,
    /// How long ago it last looked.
    pub silence: Duration,
    /// How many statements it has sent to the database.
    pub statements: u64,
    /// How many lines the access log has dropped.
    pub dropped: u64,
    /// How many access tokens it has issued, by dialect.
    pub tokens: Vec<(String, u64)>,
    /// The memory of tokens that were read before.
    pub tokens_seen: Remembered,
    /// The memory of clients.
    pub clients_seen: Remembered,
    /// What the doors have answered.
    pub doors: Vec<DoorLine>,
}

impl Node {
    /// True when nothing needs an operator.
    pub fn is_well(&self) -> bool {
        self.answered.is_some() && !self.is_deaf() && self.dropped == 0
    }

    /// True when it has not heard of changes for longer than a lost hint explains.
    pub fn is_deaf(&self) -> bool {
        self.silence > Duration::from_secs(5)
    }
}

/// Looks at this node. A database that is away is told, not an error.
pub async fn node(env: &Env) -> Node {
    let (store, observer) = (env.directory.store(), &env.observer);
    let asked = env.clock.monotonic();
    let is_there = matches!(timeout(PATIENCE, store.ping()).await, Ok(Ok(())));
    let took = env.clock.monotonic().saturating_sub(asked);
    let newest = match is_there {
        true => store.newest_change().await.ok(),
        false => None,
    };
    let followed = env.directory.followed();
    let doors = &observer.doors;
    let dialects = || doors.dialects.iter().zip(&env.catalog.dialects);
    let served = dialects().filter(|(_, entry)| entry.is_served());
    let named =
        served.map(|((door, _), _)| door).chain(doors.services.iter().map(|(door, _)| door));
    let others = [&doors.introspect, &doors.revoke, &doors.public, &doors.pages, &doors.nowhere];
    Node {
        version: observer.metrics.version().to_owned(),
        started: observer.metrics.started(),
        database: store.kind(),
        answered: is_there.then_some(took),
        followed,
        behind: newest.map(|newest| u64::try_from(newest.saturating_sub(followed)).unwrap_or(0)),
        silence: env.heard.silence(env.clock.monotonic()),
        statements: store.statements(),
        dropped: observer.log.dropped(),
        tokens: dialects()
            .filter(|(_, entry)| entry.is_served())
            .map(|((door, issued), _)| (door.name.clone(), issued.get()))
            .collect(),
        tokens_seen: tokens_seen(env),
        clients_seen: env.directory.remembered(),
        doors: named.chain(others).map(door).collect(),
    }
}

fn tokens_seen(env: &Env) -> Remembered {
    let (counters, (held, most)) = (env.tokens.counters(), env.tokens.filled());
    Remembered { hits: counters.hits.get(), misses: counters.misses.get(), held, most }
}

fn door(named: &NamedDoor) -> DoorLine {
    let mut refused: Vec<(Reason, u64)> = named.door.refused().collect();
    refused.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    DoorLine { name: named.name.clone(), passed: named.door.passed(), refused }
}

fn part<T>(mut found: Vec<T>, place: impl Fn(&T) -> String) -> Part<T> {
    let has_more = found.len() > PAGE as usize;
    found.truncate(PAGE as usize);
    let next = found.last().filter(|_| has_more).map(place);
    Part { lines: found, next }
}

fn cut(text: &str) -> String {
    text.trim().chars().take(LONGEST_TEXT).collect()
}
