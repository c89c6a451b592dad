//! What clients do is counted, and written a moment later.

use std::time::Duration;

use portreeve_core::text_id::ClientId;
use portreeve_core::time::Timestamp;
use portreeve_core::usage::{Tally, hour_of};
use portreeve_server::flow::usage::{
    ClientsOf, Step, UsageSearch, by_client, over_time, refused_by_reason, secret_days,
};
use portreeve_server::tasks::housekeeping::flush;
use portreeve_store::conformance::postgres_cluster::{Cluster, fresh_database, fresh_database_on};
use portreeve_store::contract::commit::Write;
use tokio::task::spawn_blocking;

use crate::world::{BOTH, NOON, On, World};

const TOKEN: &str = "/oauth2/token";
const SHIPS: &str = "/api/ships/v1/ships";

fn fleet() -> ClientId {
    ClientId::parse("fleet").unwrap()
}

const fn tally(passed: u64, refused: u64, tokens: u64) -> Tally {
    Tally { passed, refused, tokens }
}

/// The client's sums by hour, at one service or at all.
async fn hours(world: &World, client: &str, service: Option<&str>) -> Vec<(i64, Tally)> {
    let id = ClientId::parse(client).unwrap();
    let now = world.env.now();
    let search = UsageSearch {
        of: ClientsOf::Client(&id),
        service,
        from: Timestamp::from_unix(NOON - 3600),
        until: Timestamp::from_unix(hour_of(now).as_unix() + 3600),
        step: Step::Hour,
    };
    let found = over_time(&world.env, &search).await.unwrap();
    found.into_iter().map(|(at, tally)| ((at.as_unix() - NOON) / 3600, tally)).collect()
}

#[tokio::test]
async fn calls_tokens_and_refusals_add_up() {
    for on in BOTH {
        let world = World::new(on).await;
        let token = world.token(TOKEN, "fleet", "ships_read").await;
        for _ in 0..3 {
            assert_eq!(world.get(SHIPS, Some(&token)).await.status, 200);
        }
        assert_eq!(world.get("/api/ships/v1/crew", Some(&token)).await.status, 403);
        // Decided, though nobody answers behind the gate.
        assert_eq!(world.get("/api/dead/v1/ships", Some(&token)).await.status, 502);
        assert_eq!(world.get("/api/ships/v1/status", Some(&token)).await.status, 200, "public");
        let form = "grant_type=client_credentials&scope=nothing";
        assert_eq!(world.post(TOKEN, Some("fleet"), form).await.status, 400);
        let wrong = "grant_type=client_credentials&client_id=fleet&client_secret=prs_wrong";
        assert_eq!(world.post(TOKEN, None, wrong).await.status, 401);
        let stranger = "grant_type=client_credentials&client_id=nobody&client_secret=prs_wrong";
        assert_eq!(world.post(TOKEN, None, stranger).await.status, 401);
        assert_eq!(hours(&world, "fleet", None).await, [], "still in memory");
        world.forward(3600);
        world.token(TOKEN, "fleet", "ships_read").await;
        world.token("/auth/connect/token", "bridge", "organization_read").await;
        flush(&world.env).await;
        flush(&world.env).await;
        for (service, expected) in [
            (None, vec![(0, tally(4, 3, 1)), (1, tally(0, 0, 1))]),
            (Some("ships"), vec![(0, tally(3, 1, 0))]),
            (Some("dead"), vec![(0, tally(1, 0, 0))]),
            (Some(""), vec![(0, tally(0, 2, 1)), (1, tally(0, 0, 1))]),
            (Some("vessel"), vec![]),
        ] {
            assert_eq!(hours(&world, "fleet", service).await, expected, "{on:?} {service:?}");
        }
        let search = UsageSearch {
            of: ClientsOf::All,
            service: None,
            from: Timestamp::from_unix(NOON - NOON % 86_400),
            until: Timestamp::from_unix(NOON + 86_400),
            step: Step::Day,
        };
        let bridge = ClientId::parse("bridge").unwrap();
        let expected = [(fleet(), tally(4, 3, 2)), (bridge, tally(0, 0, 1))];
        assert_eq!(by_client(&world.env, &search, 10).await.unwrap(), expected);
        let days = secret_days(&world.env, &fleet(), 2).await.unwrap();
        assert_eq!(days.len(), 1);
        assert_eq!((&*days[0].secret, days[0].tokens), ("first", 2));
        let id = fleet();
        let refused = refused_by_reason(&world.env, ClientsOf::Client(&id), 1).await.unwrap();
        let mut reasons: Vec<_> = refused.iter().map(|sum| (&*sum.reason, sum.times)).collect();
        reasons.sort_unstable();
        assert_eq!(reasons, [("scope_insufficient", 1), ("scope_unknown", 1), ("secret_wrong", 1)]);
    }
}

#[tokio::test]
async fn two_nodes_add_up() {
    let database = fresh_database().await;
    let here = World::node(&database, 1).await;
    here.enter_everybody().await;
    let there = World::node(&database, 2).await;
    let token = here.token(TOKEN, "fleet", "ships_read").await;
    for _ in 0..5 {
        for world in [&here, &there] {
            assert_eq!(world.get(SHIPS, Some(&token)).await.status, 200);
            assert_eq!(world.get("/api/ships/v1/crew", Some(&token)).await.status, 403);
        }
        tokio::join!(flush(&here.env), flush(&there.env));
    }
    assert_eq!(hours(&here, "fleet", None).await, [(0, tally(10, 10, 1))]);
    let id = fleet();
    let refused = refused_by_reason(&there.env, ClientsOf::Client(&id), 1).await.unwrap();
    assert_eq!(refused.iter().map(|sum| sum.times).sum::<u64>(), 10);
}

#[tokio::test]
async fn a_copy_that_is_replaced_keeps_its_counts() {
    for on in BOTH {
        let world = World::new(on).await;
        let token = world.token(TOKEN, "fleet", "ships_read").await;
        for number in 0..5 {
            assert_eq!(world.get(SHIPS, Some(&token)).await.status, 200);
            world.change_client("fleet", |client| client.name = format!("Fleet {number}")).await;
        }
        flush(&world.env).await;
        assert_eq!(hours(&world, "fleet", None).await, [(0, tally(5, 0, 1))]);
        let last = world.env.directory.store().find_client(&fleet()).await.unwrap().unwrap();
        assert_eq!(last.secrets[0].last_used_at, Some(world.env.now()));
    }
}

#[tokio::test]
async fn who_is_deleted_meanwhile_takes_nobody_along() {
    for on in BOTH {
        let world = World::new(on).await;
        for (path, client) in [(TOKEN, "fleet"), ("/auth/connect/token", "bridge")] {
            let form = "grant_type=client_credentials";
            assert_eq!(world.post(path, Some(client), form).await.status, 200);
            assert_eq!(world.post(path, Some(client), "grant_type=x").await.status, 400);
        }
        world.commit(Write::ClientDeleted(fleet())).await;
        flush(&world.env).await;
        assert_eq!(hours(&world, "fleet", None).await, []);
        let bridge = hours(&world, "bridge", None).await;
        assert_eq!(bridge.iter().map(|(_, sum)| sum.tokens).sum::<u64>(), 1);
    }
}

#[tokio::test]
async fn however_many_refusals_there_are_some_are_kept_and_all_counted() {
    for on in BOTH {
        let world = World::new(on).await;
        let token = world.token(TOKEN, "fleet", "ships_read").await;
        let mut ids = Vec::new();
        for _ in 0..100 {
            let answer = world.get("/api/ships/v1/crew", Some(&token)).await;
            ids.push(answer.header("x-request-id").to_owned());
        }
        flush(&world.env).await;
        assert_eq!(hours(&world, "fleet", Some("ships")).await, [(0, tally(0, 100, 0))]);
        let mut kept = 0;
        for id in &ids {
            kept +=
                usize::from(world.env.directory.store().find_refused(id).await.unwrap().is_some());
        }
        assert_eq!(kept, 20);
        let id = fleet();
        let refused = refused_by_reason(&world.env, ClientsOf::Client(&id), 1).await.unwrap();
        assert_eq!(refused.iter().map(|sum| sum.times).collect::<Vec<_>>(), [100]);
    }
}

/// What could not be written is written later, once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_is_away_costs_no_count() {
    let cluster = spawn_blocking(Cluster::start).await.unwrap();
    let world = World::node(&fresh_database_on(&cluster.url).await, 1).await;
    world.enter_everybody().await;
    let token = world.token(TOKEN, "fleet", "ships_read").await;
    assert_eq!(world.get(SHIPS, Some(&token)).await.status, 200);
    let cluster = spawn_blocking(move || (cluster.crash(), cluster).1).await.unwrap();
    for _ in 0..3 {
        flush(&world.env).await;
        assert_eq!(world.get(SHIPS, Some(&token)).await.status, 200, "warm");
    }
    let _cluster = spawn_blocking(move || (cluster.start_again(), cluster).1).await.unwrap();
    while world.env.directory.store().ping().await.is_err() {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    flush(&world.env).await;
    flush(&world.env).await;
    assert_eq!(hours(&world, "fleet", None).await, [(0, tally(4, 0, 1))]);
    let last = world.env.directory.store().find_client(&fleet()).await.unwrap().unwrap();
    assert_eq!(last.secrets[0].last_used_at, Some(world.env.now()));
}

/// What a caller made up must not keep the others' counts from being written.
#[tokio::test]
async fn nonsense_in_a_call_spoils_no_batch() {
    for on in BOTH {
        let world = World::new(on).await;
        let token = world.token("/auth/connect/token", "bridge", "organization_read").await;
        for named in ["a%00b", "%0a%1b%5b31m", &"x".repeat(5_000), "%f0%9f%9a%a2", "'%3b--"] {
            let path = format!("/api/vessel/v1/ships?organizationId={named}");
            let status = world.get(&path, Some(&token)).await.status;
            assert!((400..500).contains(&status), "{named}: {status}");
        }
        flush(&world.env).await;
        let found = hours(&world, "bridge", Some("vessel")).await;
        assert_eq!(found, [(0, tally(0, 5, 0))], "{on:?}");
    }
}

/// A warm call is counted without a statement, and so is the next of a client that was
/// written down already.
#[tokio::test]
async fn counting_asks_the_database_nothing() {
    let world = World::new(On::Sqlite).await;
    let token = world.token(TOKEN, "fleet", "ships_read").await;
    for _ in 0..2 {
        let before = world.env.directory.store().statements();
        for _ in 0..50 {
            assert_eq!(world.get(SHIPS, Some(&token)).await.status, 200);
            assert_eq!(world.get("/api/ships/v1/crew", Some(&token)).await.status, 403);
        }
        assert_eq!(world.env.directory.store().statements(), before);
        flush(&world.env).await;
    }
    assert_eq!(hours(&world, "fleet", Some("ships")).await, [(0, tally(100, 100, 0))]);
    let metrics = world.get("/metrics", None).await.text;
    assert!(metrics.contains("portreeve_usage_rows_dropped_total 0\n"), "{metrics}");
}
