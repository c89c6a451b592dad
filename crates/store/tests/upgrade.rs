//! A database that an older version has made is opened and keeps what it holds.
#![allow(clippy::unwrap_used, reason = "a test panics where a promise is broken")]

use portreeve_core::text_id::ClientId;
use portreeve_store::conformance::postgres_cluster::fresh_database;
use portreeve_store::conformance::sample::{client, commit};
use portreeve_store::contract::commit::Write;
use portreeve_store::open::open;
use tokio_postgres::NoTls;

const FIRST_VERSION: &str = "CREATE TABLE schema_version (version BIGINT NOT NULL);
    INSERT INTO schema_version VALUES (1);";

const ROWS: &str = "INSERT INTO client VALUES ('prc_1', 'Till', 'organization', 'org_1',
        'urn:clouds', 'clouds_read', 'client_credentials', '', FALSE, NULL, 0, NULL, 7, 1);
    INSERT INTO client_secret VALUES ('prc_1', 'aaaaaaaa', 0, 'HASH', 7, NULL, NULL);";

async fn assert_kept(url: &str) {
    let store = open(url).await.unwrap();
    let found = store.find_client(&ClientId::parse("prc_1").unwrap()).await.unwrap().unwrap();
    assert_eq!((found.name.as_str(), found.secrets.len()), ("Till", 1));
    assert!(found.redirect_uris.is_empty());
    assert_eq!(found.secrets.first().unwrap().recoverable, None);
    commit(&store, vec![Write::ClientRegistered(Box::new(client("prc_2")))]).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_the_first_version_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("portreeve.db");
    let file = rusqlite::Connection::open(&path).unwrap();
    file.execute_batch(FIRST_VERSION).unwrap();
    file.execute_batch(include_str!("../migrations/sqlite/0001_begin.sql")).unwrap();
    file.execute_batch(&ROWS.replace("'HASH'", "zeroblob(32)")).unwrap();
    drop(file);
    assert_kept(&format!("sqlite:{}", path.display())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_of_the_first_version_is_kept() {
    let url = fresh_database().await;
    let (client, connection) = tokio_postgres::connect(&url, NoTls).await.unwrap();
    tokio::spawn(connection);
    client.batch_execute(FIRST_VERSION).await.unwrap();
    let schema = include_str!("../migrations/postgres/0001_begin.sql");
    client.batch_execute(schema).await.unwrap();
    let hash = format!("'\\x{}'", "00".repeat(32));
    client.batch_execute(&ROWS.replace("'HASH'", &hash)).await.unwrap();
    assert_kept(&url).await;
}
