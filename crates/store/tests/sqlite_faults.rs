//! What a SQLite file survives: a process killed in the middle of its commits,
//! several processes at once, and being opened by four at the same moment.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test panics where a promise is broken"
)]

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use portreeve_store::conformance::sample::{NOW, at, commit, revocation, token_id};
use portreeve_store::contract::SharedStore;
use portreeve_store::contract::error::StoreError;
use portreeve_store::open::open;
use tokio::task::JoinSet;
use tokio::time::timeout;

/// The file that tells [`commits_until_it_is_killed`] that it is the child: holds
/// the number to begin with.
const BEGIN: &str = "begin";

async fn open_in(folder: &Path) -> SharedStore {
    open(folder.join("portreeve.db").to_str().unwrap()).await.unwrap()
}

/// The child: commits from sixteen tasks and says which number is acknowledged.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "run by kill_9_loses_no_acknowledged_commit as a process of its own"]
async fn commits_until_it_is_killed() {
    let Ok(begin) = std::fs::read_to_string(BEGIN) else { return };
    let next = Arc::new(AtomicU64::new(begin.parse().unwrap()));
    let store = open_in(Path::new(".")).await;
    let mut committing = JoinSet::new();
    for _ in 0..16 {
        let (store, next) = (Arc::clone(&store), Arc::clone(&next));
        committing.spawn(async move {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                commit(&store, vec![revocation(number, at(9))]).await.unwrap();
                // One write per line: a line is there as a whole or not at all.
                std::io::stdout().write_all(format!("ack {number}\n").as_bytes()).unwrap();
            }
        });
    }
    committing.join_next().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn kill_9_loses_no_acknowledged_commit() {
    let folder = tempfile::tempdir().unwrap();
    // Open throughout, as a server is while a command line dies.
    let store = open_in(folder.path()).await;
    let mut hints = store.change_hints();
    let mut acknowledged = BTreeSet::new();
    for round in 0..5_u64 {
        let child = start_child(folder.path(), round * 1_000_000);
        acknowledged.extend(kill_after(child, 100 + 137 * round as usize));
        timeout(Duration::from_secs(1), hints.changed()).await.unwrap().unwrap();
    }
    assert!(acknowledged.len() > 1_000, "{}", acknowledged.len());
    for store in [store, open_in(folder.path()).await] {
        let listed = store.list_revocations(NOW).await.unwrap();
        let listed: BTreeSet<_> = listed.into_iter().map(|(id, _)| id).collect();
        let lost = acknowledged.iter().filter(|number| !listed.contains(&token_id(**number)));
        assert_eq!(lost.count(), 0);
        commit(&store, vec![revocation(u64::MAX, at(9))]).await.unwrap();
    }
}

fn start_child(folder: &Path, begin: u64) -> Child {
    std::fs::write(folder.join(BEGIN), begin.to_string()).unwrap();
    Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "commits_until_it_is_killed", "--nocapture"])
        .current_dir(folder)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Kills the child after so many acknowledgements; answers all that it has given.
fn kill_after(mut child: Child, least: usize) -> Vec<u64> {
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut numbers = Vec::new();
    let number = |line: &str| line.strip_prefix("ack ").and_then(|text| text.parse::<u64>().ok());
    while numbers.len() < least {
        let line = lines.next().expect("the child ended by itself").unwrap();
        numbers.extend(number(&line));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    numbers.extend(lines.filter_map(|line| number(&line.ok()?)));
    numbers
}

#[tokio::test(flavor = "multi_thread")]
async fn four_that_open_a_new_file_at_once_share_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut opening = JoinSet::new();
    for number in 0..4 {
        let folder = folder.path().to_owned();
        opening.spawn(async move {
            let store = open_in(&folder).await;
            commit(&store, vec![revocation(number, at(9))]).await.unwrap();
            store
        });
    }
    for store in opening.join_all().await {
        assert_eq!(store.list_revocations(NOW).await.unwrap().len(), 4);
    }
}

#[tokio::test]
async fn nobody_else_may_read_the_files() {
    let folder = tempfile::tempdir().unwrap();
    let store = open_in(folder.path()).await;
    commit(&store, vec![revocation(1, at(9))]).await.unwrap();
    let files = std::fs::read_dir(folder.path()).unwrap().map(Result::unwrap);
    let modes: Vec<u32> =
        files.map(|file| file.metadata().unwrap().permissions().mode() & 0o777).collect();
    assert_eq!(modes, [0o600; 3], "the file, its log and the log's index");
}

#[tokio::test]
async fn what_is_no_database_of_ours_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("portreeve.db");
    let refused = async |expected: &str| match open(path.to_str().unwrap()).await.err() {
        Some(StoreError::Corrupt(text)) => assert!(text.contains(expected), "{text}"),
        other => panic!("{other:?}"),
    };
    let text = "Dear diary, ".repeat(1000);
    std::fs::write(&path, &text).unwrap();
    refused("not a database").await;
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);

    for (table, expected) in [
        ("CREATE TABLE recipe (name TEXT)", "another program"),
        ("CREATE TABLE schema_version (version INTEGER)", "no version"),
        ("CREATE TABLE schema_version AS SELECT 99 AS version", "older than"),
    ] {
        std::fs::remove_file(&path).unwrap();
        rusqlite::Connection::open(&path).unwrap().execute_batch(table).unwrap();
        refused(expected).await;
    }
    let nowhere = open("/nonexistent/portreeve.db").await.err();
    assert!(matches!(nowhere, Some(StoreError::Unavailable(_))), "{nowhere:?}");
}
