//! The group itself, and a disk that is full.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use tempfile::TempDir;
use tokio::sync::{oneshot, watch};

use crate::conformance::sample::{NOW, at, client, fact, revocation};
use crate::contract::commit::{Commit, Write};
use crate::contract::error::StoreError;
use crate::sqlite::commit::{Answer, Queue, Waiting, Work, Writer, write_group};
use crate::sqlite::connections::{Session, create_file};
use crate::sqlite::{audit, change, schema, token};

fn session() -> (TempDir, PathBuf, Session) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("portreeve.db");
    create_file(&path).unwrap();
    let session = Session::open(&path, &Arc::new(AtomicU64::new(0))).unwrap();
    schema::migrate(&session).unwrap();
    (folder, path, session)
}

fn work(writes: Vec<Write>) -> Work {
    Work::Commit(Commit { writes, facts: vec![fact("x")], at: Some(NOW) })
}

#[test]
fn one_member_of_a_group_conflicts_and_the_others_are_written() {
    let (_folder, _path, session) = session();
    let registered = || Write::ClientRegistered(Box::new(client("prc_1")));
    let group: Vec<Waiting> =
        [vec![registered()], vec![revocation(1, at(9)), registered()], vec![revocation(2, at(9))]]
            .into_iter()
            .map(|writes| (work(writes), oneshot::channel().0))
            .collect();
    let answers = write_group(&session, &group).unwrap();
    assert!(matches!(answers[..], [Ok(1), Err(StoreError::Conflict(_)), Ok(2)]), "{answers:?}");
    assert_eq!(token::list_revocations(&session, NOW).unwrap().len(), 1);
    assert_eq!(change::newest(&session).unwrap(), 2);
    let all = crate::contract::Page { after: None, limit: 9 };
    assert_eq!(audit::list(&session, &all).unwrap().len(), 2);
}

#[tokio::test]
async fn a_full_disk_is_unavailable_until_there_is_room() {
    let (_folder, path, session) = session();
    // As if the disk ended here. The connection that comes after the failure has
    // no such limit: somebody has made room.
    session.list("PRAGMA max_page_count = 1", [], |_| Ok(())).unwrap();
    let statements = Arc::new(AtomicU64::new(0));
    let queue = Writer::start(path, session, statements, watch::Sender::new(0)).unwrap();
    let answer = fill(&queue, 0).await;
    assert!(matches!(answer, Err(StoreError::Unavailable(_))), "{answer:?}");
    assert_eq!(fill(&queue, 1).await.unwrap(), 5_000);
}

#[tokio::test]
async fn what_is_in_the_tables_is_learned() {
    let (_folder, path, session) = session();
    session.learn().unwrap();
    let statistics = || {
        let indexes = "SELECT idx FROM sqlite_stat1 WHERE tbl = 'revocation'";
        session.list(indexes, [], |row| Ok(row.get::<_, String>(0)?)).unwrap_or_default()
    };
    assert!(statistics().is_empty());
    let writer = Session::open(&path, &Arc::new(AtomicU64::new(0))).unwrap();
    let queue =
        Writer::start(path, writer, Arc::new(AtomicU64::new(0)), watch::Sender::new(0)).unwrap();
    fill(&queue, 0).await.unwrap();
    queue.sweep(NOW, NOW).await.unwrap();
    assert!(!statistics().is_empty());
    // Samples would have each statement planned anew for each parameter.
    assert!(
        session.list("SELECT 1 FROM sqlite_stat4", [], |_| Ok(())).unwrap_or_default().is_empty()
    );
}

#[test]
fn whoever_shares_a_group_with_a_sweep_does_not_mind_what_cannot_be_learned() {
    let (_folder, _path, session) = session();
    let writes = (0..5_000).map(|number| revocation(number, at(9))).collect();
    write_group(&session, &[(work(writes), oneshot::channel().0)]).unwrap();
    session.list("PRAGMA max_page_count = 1", [], |_| Ok(())).unwrap();
    assert!(session.learn().is_err(), "there is no room for statistics");
    let sweep = Work::Sweep { now: NOW, keep_changes_from: at(-9) };
    let ended = work(vec![Write::SessionEnded { hash: [1; 32] }]);
    let group = [sweep, ended].map(|work| (work, oneshot::channel().0));
    let answers = write_group(&session, &group).unwrap();
    assert!(matches!(answers[..], [Ok(0), Ok(_)]), "{answers:?}");
}

async fn fill(queue: &Queue, part: u64) -> Answer {
    let writes = (0..5_000).map(|number| revocation(part * 5_000 + number, at(9)));
    queue.write(work(writes.collect())).await
}
