//! How long the portal's lists take: fills a database with 100,000 clients, 5,000 of
//! them in one organization of 500 members, and asks as its pages do.
//!
//! `cargo run --release -p portreeve-store --example search_speed -- URL [ROUNDS]`
//!
//! A database that has clients already is asked as it is.
#![allow(clippy::disallowed_methods, reason = "a measurement reads the clock")]

use std::error::Error;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use portreeve_core::audit::{Actor, Fact};
use portreeve_core::client::record::{Client, ClientSecret};
use portreeve_core::oauth::grant_type::GrantType;
use portreeve_core::oauth::scope::ScopeSet;
use portreeve_core::org::member::{Membership, Role, User};
use portreeve_core::org::organization::Organization;
use portreeve_core::org::owner::Owner;
use portreeve_core::secret::SecretHash;
use portreeve_core::text_id::{ClientId, OrganizationId, UserId};
use portreeve_core::time::Timestamp;
use portreeve_core::token::record::Audience;
use portreeve_core::usage::{Counted, RefusedCall, Tally};
use portreeve_store::contract::commit::{Commit, Used, Write};
use portreeve_store::contract::error::StoreError;
use portreeve_store::contract::search::{
    ClientSearch, ClientsOf, FactSearch, PeopleSearch, Step, UsageSearch, WaitingSearch,
};
use portreeve_store::contract::{Page, SharedStore};
use portreeve_store::open::open;

const CLIENTS: u32 = 100_000;
const OF_ONE_ORGANIZATION: u32 = 5_000;
const MEMBERS: u32 = 500;
const ORGANIZATIONS: u32 = 1_000;
const NOW: Timestamp = Timestamp::from_unix(1_800_000_000);
const DAY: i64 = 86_400;

type Outcome<T> = Result<T, Box<dyn Error>>;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some(url) = arguments.first() else {
        eprintln!("search_speed URL [ROUNDS]");
        return ExitCode::from(2);
    };
    let rounds = arguments.get(1).and_then(|text| text.parse().ok()).unwrap_or(200);
    match run(url, rounds).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(url: &str, rounds: u32) -> Outcome<()> {
    let store = open(url).await?;
    if store.list_clients(None, &Page { after: None, limit: 1 }).await?.is_empty() {
        let begin = Instant::now();
        fill(&store).await?;
        println!("filled in {:.1?}", begin.elapsed());
    }
    let org = organization_id(0)?;
    let (one, all) = (ClientsOf::Organization(&org), ClientsOf::All);
    let search = |of, text| ClientSearch { of, text, after: None, limit: 50 };
    let middle = Some(("Crane 2500".to_owned(), client_id(0)?));
    for (what, asked) in [
        ("organization, first page", search(one, "")),
        ("organization, later page", ClientSearch { after: middle.clone(), ..search(one, "") }),
        ("organization, search", search(one, "ane 42")),
        ("organization, search by scope, none has it", search(one, "harbour_write")),
        ("all, first page", search(all, "")),
        ("all, later page", ClientSearch { after: middle, ..search(all, "") }),
        ("all, search, none has it", search(all, "zeppelin")),
    ] {
        measure(what, rounds, async || Ok(store.search_clients(&asked).await?.len())).await?;
    }
    measure_sums(&store, rounds, one, "organization").await?;
    measure_sums(&store, rounds.div_ceil(20), all, "all").await?;
    measure_others(&store, rounds, &org).await
}

async fn measure_sums(
    store: &SharedStore,
    rounds: u32,
    of: ClientsOf<'_>,
    whose: &str,
) -> Outcome<()> {
    let soon = Timestamp::from_unix(NOW.as_unix() + 14 * DAY);
    let quiet = Timestamp::from_unix(NOW.as_unix() - 30 * DAY);
    let from = Timestamp::from_unix(day(29));
    let until = Timestamp::from_unix(day(-1));
    let days = UsageSearch { of, service: None, from, until, step: Step::Day };
    let waiting = WaitingSearch { of, now: NOW, soon, quiet, limit: 10 };
    let named = |what: &str| format!("{whose}, {what}");
    measure(&named("count"), rounds, async || {
        Ok(store.count_clients(of, NOW, soon).await?.all as usize)
    })
    .await?;
    measure(&named("waiting"), rounds, async || Ok(store.list_waiting(&waiting).await?.len()))
        .await?;
    measure(&named("abilities"), rounds, async || Ok(store.count_abilities(of).await?.len()))
        .await?;
    measure(&named("30 days"), rounds, async || Ok(store.usage_over_time(&days).await?.len()))
        .await?;
    measure(&named("30 days by client"), rounds, async || {
        Ok(store.usage_by_client(&days, 10).await?.len())
    })
    .await?;
    measure(&named("refusals"), rounds, async || Ok(store.refused_by_reason(of, from).await?.len()))
        .await
}

async fn measure_others(store: &SharedStore, rounds: u32, org: &OrganizationId) -> Outcome<()> {
    let people = PeopleSearch { of: Some(org), text: "", after: None, limit: 50 };
    measure("members, first page", rounds, async || Ok(store.search_people(&people).await?.len()))
        .await?;
    let page = Page { after: None, limit: 50 };
    measure("organizations, first page", rounds, async || {
        Ok(store.search_organizations("", &page).await?.len())
    })
    .await?;
    let orgs = [org.clone()];
    let facts = FactSearch { organizations: Some(&orgs), limit: 50, ..FactSearch::default() };
    measure("facts of an organization", rounds, async || {
        Ok(store.search_facts(&facts).await?.len())
    })
    .await?;
    let many: Vec<_> = (0..ORGANIZATIONS).map(organization_id).collect::<Result<_, _>>()?;
    let facts = FactSearch { organizations: Some(&many), ..facts };
    measure("facts of 1,000 organizations", rounds, async || {
        Ok(store.search_facts(&facts).await?.len())
    })
    .await?;
    let until = Timestamp::from_unix(NOW.as_unix() + DAY);
    measure("ending within a day", rounds, async || {
        Ok(store.list_ending(NOW, until, &page).await?.len())
    })
    .await
}

async fn measure(
    what: &str,
    rounds: u32,
    ask: impl AsyncFn() -> Result<usize, StoreError>,
) -> Outcome<()> {
    let mut waits = Vec::new();
    let mut found = ask().await?;
    for _ in 0..rounds {
        let begin = Instant::now();
        found = ask().await?;
        waits.push(begin.elapsed());
    }
    waits.sort_unstable();
    let quantile = |part: usize| -> Duration {
        waits.get(waits.len() * part / 100).copied().unwrap_or_default()
    };
    println!(
        "{what:45} {found:6} found, p50 {:7.2} ms, p99 {:7.2} ms",
        quantile(50).as_secs_f64() * 1_000.0,
        quantile(99).as_secs_f64() * 1_000.0
    );
    Ok(())
}

async fn fill(store: &SharedStore) -> Outcome<()> {
    let mut writes = Vec::new();
    for number in 0..ORGANIZATIONS {
        let (id, name) = (organization_id(number)?, format!("Quay {number}"));
        writes.push(Write::OrganizationEntered(Organization::new(id, &name, None, None, NOW)?));
    }
    for number in 0..MEMBERS {
        let (user, email) = (user_id(number)?, format!("person{number}@example.com"));
        writes.push(Write::UserEntered(User::new(user.clone(), &email, "Ada", false, NOW)?));
        let organization = organization_id(0)?;
        writes.push(Write::MembershipSet(Membership { organization, user, role: Role::Member }));
    }
    write(store, writes).await?;
    for begin in (0..CLIENTS).step_by(1_000) {
        let (mut writes, mut used) = (Vec::new(), Used::default());
        let mut facts = Vec::new();
        for number in begin..begin + 1_000 {
            let client = client(number)?;
            count(number, &client, &mut used);
            let fact = Fact::new(NOW, &Actor::System, "client.registered", &client.client_id);
            facts.push(match &client.owner {
                Owner::Organization(id) => fact.within(id),
                Owner::User(_) => fact,
            });
            writes.push(Write::ClientRegistered(Box::new(client)));
        }
        writes.push(Write::Used(Box::new(used)));
        store.commit(Commit { writes, facts, at: Some(NOW) }).await?;
    }
    Ok(())
}

async fn write(store: &SharedStore, writes: Vec<Write>) -> Outcome<()> {
    store.commit(Commit { writes, facts: Vec::new(), at: Some(NOW) }).await?;
    Ok(())
}

/// A fifth of the one organization's clients are its members'; the others' owners are
/// spread. Every tenth of all was in use on each of 30 days, and a hundredth was refused.
fn client(number: u32) -> Outcome<Client> {
    let owner = match number {
        0..OF_ONE_ORGANIZATION if number.is_multiple_of(5) => {
            Owner::User(user_id(number / 5 % MEMBERS)?)
        }
        0..OF_ONE_ORGANIZATION => Owner::Organization(organization_id(0)?),
        _ => Owner::Organization(organization_id(1 + number % (ORGANIZATIONS - 1))?),
    };
    let secret = |place: u32| ClientSecret {
        id: format!("secret{place:02}").into(),
        hash: SecretHash::from_bytes([7; 32]),
        created_at: NOW,
        expires_at: Some(Timestamp::from_unix(NOW.as_unix() + i64::from(number % 700) * DAY)),
        last_used_at: None,
        last_used_from: None,
        made_by: Some("system".into()),
        hint: "x9Zq".into(),
        recoverable: None,
    };
    Ok(Client {
        client_id: client_id(number)?,
        name: format!("Crane {}", number.wrapping_mul(7_919) % CLIENTS),
        owner,
        audiences: vec![Audience::new("https://ships.example")],
        scopes: ScopeSet::parse("crew_read ships_read ships_write organization_read")?,
        grants: vec![GrantType::ClientCredentials],
        introspects: Vec::new(),
        redirect_uris: Vec::new(),
        networks: Vec::new(),
        disabled: number.is_multiple_of(50),
        expires_at: None,
        not_before: NOW,
        token_ttl: None,
        secrets: (0..1 + number % 2).map(secret).collect(),
        created_at: NOW,
        version: 1,
    })
}

fn count(number: u32, client: &Client, used: &mut Used) {
    if !number.is_multiple_of(10) {
        return;
    }
    for back in 0..30 {
        used.counted.push(Counted {
            client_id: client.client_id.clone(),
            service: "ships".into(),
            hour: Timestamp::from_unix(day(back)),
            tally: Tally { passed: u64::from(number), refused: 1, tokens: 9 },
        });
    }
    if number.is_multiple_of(100) {
        let call = RefusedCall {
            request_id: format!("req-{number}").into(),
            at: NOW,
            client_id: client.client_id.clone(),
            service: "ships".into(),
            reason: "scope".into(),
            about: "ships_write".into(),
            call: "GET /v1/ships".into(),
            peer: None,
        };
        used.refused.push((call, 7));
    }
}

/// When the day began that is so many days ago.
const fn day(back: i64) -> i64 {
    NOW.as_unix() - NOW.as_unix() % DAY - back * DAY
}

fn client_id(number: u32) -> Outcome<ClientId> {
    // Spread, as random ids are.
    Ok(ClientId::parse(&format!("prc_{:010}", number.wrapping_mul(2_654_435_761)))?)
}

fn organization_id(number: u32) -> Outcome<OrganizationId> {
    Ok(OrganizationId::parse(&format!("org_{number}"))?)
}

fn user_id(number: u32) -> Outcome<UserId> {
    Ok(UserId::parse(&format!("usr_{number}"))?)
}
