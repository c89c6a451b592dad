//! Refreshes over two nodes, and over a database that goes away.

use std::sync::Arc;
use std::time::Duration;

use portreeve_store::conformance::postgres_cluster::{Cluster, fresh_database, fresh_database_on};
use tokio::task::spawn_blocking;

use crate::refreshing::{Connected, FLEET, Pair, connect, ended, pair, storm, won};
use crate::world::{Answer, SECRET, World};

async fn renew(world: &World, refresh: &str) -> Answer {
    let form = format!("grant_type=refresh_token&refresh_token={refresh}");
    world.post("/oauth2/token", Some("fleet"), &form).await
}

async fn ask(world: &World) -> Pair {
    let query = format!("client_secret={SECRET}&scope=client_address&client_id=12345678");
    pair(&world.get(&format!("/oauth/access_token/?{query}"), None).await)
}

async fn renew_licence(world: &World, of: &Pair) -> Answer {
    let (access, refresh) = (&of.access, &of.refresh);
    let query = format!("access_token={access}&refresh_token={refresh}&scope=refresh_token");
    world.get(&format!("/oauth/access_token/?{query}"), None).await
}

async fn two_nodes() -> [Arc<World>; 2] {
    let database = fresh_database().await;
    let one = World::node(&database, 1).await;
    one.enter_everybody().await;
    [Arc::new(one), Arc::new(World::node(&database, 2).await)]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_nodes_one_answers() {
    let nodes = two_nodes().await;
    for number in 10..20 {
        let refresh = format!("rt_storm-number-{number}");
        connect(&nodes[0], &Connected { number, refresh: &refresh, ..FLEET }).await;
        let stored = |world: Arc<World>| {
            let refresh = refresh.clone();
            async move { renew(&world, &refresh).await }
        };
        let (here, there) =
            tokio::join!(storm(&nodes[0], 25, stored), storm(&nodes[1], 25, stored));
        assert_eq!(won(&here) + won(&there), 1, "connection {number}");

        let first = ask(&nodes[0]).await;
        let sealed = |world: Arc<World>| {
            let first = first.clone();
            async move { renew_licence(&world, &first).await }
        };
        let (here, there) =
            tokio::join!(storm(&nodes[0], 25, sealed), storm(&nodes[1], 25, sealed));
        assert_eq!(won(&here) + won(&there), 1, "round {number}");
    }
}

#[tokio::test]
async fn a_node_that_has_not_heard_of_a_use_notices_the_second() {
    let [here, there] = two_nodes().await;
    let first = ask(&here).await;
    let second = pair(&renew_licence(&here, &first).await);
    assert_eq!(renew_licence(&there, &first).await.status, 400);
    here.env.directory.follow().await.unwrap();
    for node in [&here, &there] {
        let called = node.get("/api/address/CP/", Some(&second.access)).await;
        assert_eq!(called.status, 401, "the line has ended on both");
        assert_eq!(renew_licence(node, &second).await.status, 400);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_is_away_costs_nobody_a_refresh_token() {
    let cluster = spawn_blocking(Cluster::start).await.unwrap();
    let world = World::node(&fresh_database_on(&cluster.url).await, 1).await;
    world.enter_everybody().await;
    connect(&world, &FLEET).await;
    let licence = ask(&world).await;
    let cluster = spawn_blocking(move || (cluster.crash(), cluster).1).await.unwrap();
    for _ in 0..2 {
        assert_eq!(renew(&world, FLEET.refresh).await.status, 503);
        assert_eq!(renew_licence(&world, &licence).await.status, 503);
    }
    let _cluster = spawn_blocking(move || (cluster.start_again(), cluster).1).await.unwrap();
    while world.env.directory.store().ping().await.is_err() {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    pair(&renew(&world, FLEET.refresh).await);
    pair(&renew_licence(&world, &licence).await);
    assert_eq!(ended(&world, FLEET.number).await, None);
}
