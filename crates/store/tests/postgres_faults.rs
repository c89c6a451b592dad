//! What a store in PostgreSQL survives: four nodes that start at once, a server
//! that crashes and comes back, a network that swallows everything.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test panics where a promise is broken"
)]

use std::future::Future;
use std::time::Duration;

use portreeve_store::conformance::postgres_cluster::{Cluster, fresh_database, fresh_database_on};
use portreeve_store::conformance::sample::{NOW, at, client_id, commit, revocation, token_id};
use portreeve_store::contract::SharedStore;
use portreeve_store::contract::change::{Change, Changes};
use portreeve_store::contract::error::StoreError;
use portreeve_store::open::open;
use tokio::net::TcpListener;
use tokio::task::{JoinSet, spawn_blocking};
use tokio::time::{sleep, timeout};
use tokio_postgres::NoTls;

/// How soon a caller must know that the database is gone.
const SOON: Duration = Duration::from_millis(2_500);

#[tokio::test(flavor = "multi_thread")]
async fn four_nodes_that_start_at_once_share_the_schema() {
    let url = fresh_database().await;
    let mut opening = JoinSet::new();
    for number in 0..4 {
        let url = url.clone();
        opening.spawn(async move {
            let store = open(&url).await.unwrap();
            commit(&store, vec![revocation(number, at(9))]).await.unwrap();
            store
        });
    }
    for store in opening.join_all().await {
        assert_eq!(store.list_revocations(NOW).await.unwrap().len(), 4);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_later_start_does_not_wait_for_the_lock() {
    let url = fresh_database().await;
    drop(open(&url).await.unwrap());
    let (client, connection) = tokio_postgres::connect(&url, NoTls).await.unwrap();
    tokio::spawn(connection);
    let lock = i64::from_be_bytes(*b"portreev");
    client.execute("SELECT pg_advisory_lock($1)", &[&lock]).await.unwrap();
    timeout(Duration::from_secs(5), open(&url)).await.unwrap().unwrap();
    // It is the lock that a migration takes.
    client.execute("UPDATE schema_version SET version = 0", &[]).await.unwrap();
    assert!(timeout(Duration::from_secs(1), open(&url)).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_schema_is_refused() {
    let url = fresh_database().await;
    drop(open(&url).await.unwrap());
    let (client, connection) = tokio_postgres::connect(&url, NoTls).await.unwrap();
    tokio::spawn(connection);
    client.execute("UPDATE schema_version SET version = 99", &[]).await.unwrap();
    match open(&url).await.err() {
        Some(StoreError::Corrupt(text)) => assert!(text.contains("older than"), "{text}"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crashed_server_is_unavailable_and_then_all_is_well_again() {
    let cluster = spawn_blocking(Cluster::start).await.unwrap();
    let url = fresh_database_on(&cluster.url).await;
    let (store, other) = (open(&url).await.unwrap(), open(&url).await.unwrap());
    let before = commit(&store, vec![revocation(1, at(9))]).await.unwrap().change;
    let mut hints = other.change_hints();

    let cluster = spawn_blocking(move || (cluster.crash(), cluster).1).await.unwrap();
    for _ in 0..3 {
        assert_unavailable(store.find_client(&client_id("prc_1"))).await;
        assert_unavailable(commit(&store, vec![revocation(2, at(9))])).await;
        assert_unavailable(store.ping()).await;
    }
    let _cluster = spawn_blocking(move || (cluster.start_again(), cluster).1).await.unwrap();
    wait_until_well(&store).await;
    let listed = store.list_revocations(NOW).await.unwrap();
    assert_eq!(listed, [(token_id(1), at(9))]);

    // The other node hears again, and its number tells what it has missed.
    hints.mark_unchanged();
    let after = commit(&store, vec![revocation(3, at(9))]).await.unwrap().change;
    timeout(Duration::from_secs(8), hints.changed()).await.unwrap().unwrap();
    let changes = vec![Change::Revoked { id: token_id(3), expires_at: at(9) }];
    let known = Changes::Known { changes, newest: after };
    assert_eq!(other.changes_after(before).await.unwrap(), known);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_never_answers_is_unavailable() {
    // Accepts and says nothing.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = silent.local_addr().unwrap().port();
    let url = format!("postgres://p:hunter2@127.0.0.1:{port}/d");
    match timeout(Duration::from_secs(8), open(&url)).await.unwrap().err() {
        Some(StoreError::Unavailable(text)) => assert!(!text.contains("hunter2"), "{text}"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_falls_silent_is_given_up() {
    let url = fresh_database().await;
    let (server, database) = url.rsplit_once('/').unwrap();
    let (_, address) = server.split_once('@').unwrap();
    let (proxy, pause) = start_proxy(address.to_owned()).await;
    let store = open(&format!("postgres://postgres@{proxy}/{database}")).await.unwrap();
    commit(&store, vec![revocation(1, at(9))]).await.unwrap();
    pause.send_replace(true);
    assert_unavailable(commit(&store, vec![revocation(2, at(9))])).await;
    assert_unavailable(store.find_client(&client_id("prc_1"))).await;
    pause.send_replace(false);
    wait_until_well(&store).await;
    commit(&store, vec![revocation(3, at(9))]).await.unwrap();
}

async fn assert_unavailable<T: std::fmt::Debug>(
    asking: impl Future<Output = Result<T, StoreError>>,
) {
    let answer = timeout(SOON, asking).await.expect("an answer in time");
    assert!(matches!(answer, Err(StoreError::Unavailable(_))), "{answer:?}");
}

async fn wait_until_well(store: &SharedStore) {
    for _ in 0..50 {
        if store.ping().await.is_ok() {
            return;
        }
        sleep(Duration::from_millis(100)).await;
    }
    panic!("the store did not recover");
}

/// A way to the server on which nothing moves while it is paused.
async fn start_proxy(server: String) -> (String, tokio::sync::watch::Sender<bool>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let pause = tokio::sync::watch::Sender::new(false);
    let paused = pause.subscribe();
    tokio::spawn(async move {
        while let Ok((near, _)) = listener.accept().await {
            let (server, paused) = (server.clone(), paused.clone());
            tokio::spawn(async move {
                let far = tokio::net::TcpStream::connect(server).await.unwrap();
                let ((near_in, near_out), (far_in, far_out)) =
                    (near.into_split(), far.into_split());
                tokio::spawn(carry(near_in, far_out, paused.clone()));
                carry(far_in, near_out, paused).await;
            });
        }
    });
    (address, pause)
}

async fn carry(
    from: tokio::net::tcp::OwnedReadHalf,
    to: tokio::net::tcp::OwnedWriteHalf,
    mut paused: tokio::sync::watch::Receiver<bool>,
) {
    let mut buffer = [0; 8192];
    loop {
        let _ = paused.wait_for(|paused| !paused).await;
        if from.readable().await.is_err() || *paused.borrow() {
            continue;
        }
        match from.try_read(&mut buffer) {
            Ok(0) => return,
            Ok(length) => {
                let mut rest = buffer.get(..length).unwrap();
                while !rest.is_empty() && to.writable().await.is_ok() {
                    match to.try_write(rest) {
                        Ok(written) => rest = rest.get(written..).unwrap(),
                        Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
                        Err(_) => return,
                    }
                }
            }
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
            Err(_) => return,
        }
    }
}
