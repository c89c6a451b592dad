//! A database that an older version has made is opened and keeps what it holds.
#![allow(clippy::unwrap_used, reason = "a test panics where a promise is broken")]

use portreeve_core::text_id::{ClientId, OrganizationId};
use portreeve_core::time::Timestamp;
use portreeve_store::conformance::postgres_cluster::fresh_database;
use portreeve_store::conformance::sample::{client, commit, user_id};
use portreeve_store::contract::commit::Write;
use portreeve_store::contract::search::{
    ClientCounts, ClientSearch, ClientsOf, FactSearch, PeopleSearch,
};
use portreeve_store::open::open;
use tokio_postgres::NoTls;

const FIRST_VERSION: &str = "CREATE TABLE schema_version (version BIGINT NOT NULL);
    INSERT INTO schema_version VALUES (1);";

/// Rows of the first version.
const ROWS: &str = "INSERT INTO client VALUES ('prc_1', 'Till', 'organization', 'org_1',
        'urn:clouds', 'clouds_read', 'client_credentials', '', FALSE, NULL, 0, NULL, 7, 1);
    INSERT INTO client_secret VALUES ('prc_1', 'aaaaaaaa', 0, 'HASH', 7, NULL, NULL);";

/// More, of the second.
const MORE_ROWS: &str = "UPDATE schema_version SET version = 2;
    UPDATE client_secret SET last_used_at = 9;
    INSERT INTO client VALUES ('prc_9', 'Old desk', 'organization', 'org_1', '', '', '', '', FALSE,
        900, 0, NULL, 7, 1, '');
    INSERT INTO client_secret VALUES ('prc_9', 'aaaaaaaa', 0, 'HASH', 7, 500, NULL, NULL);
    INSERT INTO client_secret VALUES ('prc_9', 'bbbbbbbb', 1, 'HASH', 7, 800, NULL, NULL);
    INSERT INTO organization VALUES ('org_1', 'Fjordline', NULL, NULL, 7, 1);
    INSERT INTO person VALUES ('usr_1', 'ase@example.com', 'Åse', FALSE, FALSE, 7, 1);
    INSERT INTO membership VALUES ('org_1', 'usr_1', 'admin');
    INSERT INTO session VALUES ('HASH', 'usr_1', 7, 7, 9, 7);
    INSERT INTO fact (at, actor, action, subject, organization_id, detail)
        VALUES (7, 'system', 'client.registered', 'prc_1', 'org_1', '');";

/// More, of the third: an invitation that waits, and a way to a new password.
const LATER_ROWS: &str = "UPDATE schema_version SET version = 3;
    INSERT INTO link VALUES ('HASH', 'invitation', 'bo@example.com', 'org_1', 'member', NULL,
        'user:usr_1', 7, 99);
    INSERT INTO link VALUES ('OTHER', 'password_reset', 'ase@example.com', NULL, NULL, 'usr_1',
        'system', 7, 99);";

async fn assert_links_kept(url: &str) {
    let store = open(url).await.unwrap();
    for (hash, mailed) in [([0; 32], false), ([1; 32], true)] {
        assert_eq!(store.find_link(&hash).await.unwrap().unwrap().mailed, mailed);
    }
    assert_all_kept(url).await;
}

async fn assert_kept(url: &str) {
    let store = open(url).await.unwrap();
    let found = store.find_client(&ClientId::parse("prc_1").unwrap()).await.unwrap().unwrap();
    assert_eq!((found.name.as_str(), found.secrets.len()), ("Till", 1));
    assert!(found.redirect_uris.is_empty() && found.networks.is_empty());
    let secret = found.secrets.first().unwrap();
    assert_eq!((&secret.recoverable, secret.last_used_from), (&None, None));
    assert_eq!((&secret.made_by, &*secret.hint), (&None, ""));
    commit(&store, vec![Write::ClientRegistered(Box::new(client("prc_2")))]).await.unwrap();
}

async fn assert_all_kept(url: &str) {
    assert_kept(url).await;
    let store = open(url).await.unwrap();
    let org = OrganizationId::parse("org_1").unwrap();
    assert_eq!(store.find_organization(&org).await.unwrap().unwrap().services, None);
    let session = store.find_session(&[0; 32]).await.unwrap().unwrap();
    assert_eq!((session.address, session.agent.as_str()), (None, ""));
    let of = ClientsOf::Organization(&org);
    let search = ClientSearch { of, text: "TILL", after: None, limit: 9 };
    let found = store.search_clients(&search).await.unwrap();
    let last_uses: Vec<_> = found.iter().flat_map(|one| &one.secrets).collect();
    assert_eq!(last_uses.first().unwrap().last_used_at, Some(Timestamp::from_unix(9)));
    for (now, expired, ends_soon) in [(799, 0, 1), (800, 1, 0)] {
        let (now, soon) = (Timestamp::from_unix(now), Timestamp::from_unix(801));
        let counts = store.count_clients(of, now, soon).await.unwrap();
        assert_eq!(counts, ClientCounts { all: 2, disabled: 0, expired, ends_soon });
    }
    let search = PeopleSearch { of: Some(&org), text: "", after: None, limit: 9 };
    let people = store.search_people(&search).await.unwrap();
    let person = people.first().unwrap();
    assert_eq!((&person.user.id, person.last_signed_in_at), (&user_id("usr_1"), None));
    assert_eq!(person.user.address_proven_at, Some(Timestamp::from_unix(7)), "is believed");
    let of = std::slice::from_ref(&org);
    let search = FactSearch { organizations: Some(of), limit: 9, ..FactSearch::default() };
    assert_eq!(store.search_facts(&search).await.unwrap().len(), 1);
}

fn make_file(statements: &[&str]) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("portreeve.db");
    let file = rusqlite::Connection::open(&path).unwrap();
    for statement in statements {
        let other = format!("x'{}'", "01".repeat(32));
        let statement = statement.replace("'HASH'", "zeroblob(32)").replace("'OTHER'", &other);
        file.execute_batch(&statement).unwrap();
    }
    (folder, format!("sqlite:{}", path.display()))
}

async fn make_database(statements: &[&str]) -> String {
    let url = fresh_database().await;
    let (client, connection) = tokio_postgres::connect(&url, NoTls).await.unwrap();
    tokio::spawn(connection);
    let hash = |byte: &str| format!("'\\x{}'", byte.repeat(32));
    for statement in statements {
        let statement = statement.replace("'HASH'", &hash("00")).replace("'OTHER'", &hash("01"));
        client.batch_execute(&statement).await.unwrap();
    }
    url
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_the_first_version_is_kept() {
    let first = include_str!("../migrations/sqlite/0001_begin.sql");
    let (_folder, url) = make_file(&[FIRST_VERSION, first, ROWS]);
    assert_kept(&url).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_of_the_first_version_is_kept() {
    let first = include_str!("../migrations/postgres/0001_begin.sql");
    assert_kept(&make_database(&[FIRST_VERSION, first, ROWS]).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_the_second_version_is_kept() {
    let first = include_str!("../migrations/sqlite/0001_begin.sql");
    let second = include_str!("../migrations/sqlite/0002_connections.sql");
    let (_folder, url) = make_file(&[FIRST_VERSION, first, ROWS, second, MORE_ROWS]);
    assert_all_kept(&url).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_of_the_second_version_is_kept() {
    let first = include_str!("../migrations/postgres/0001_begin.sql");
    let second = include_str!("../migrations/postgres/0002_connections.sql");
    assert_all_kept(&make_database(&[FIRST_VERSION, first, ROWS, second, MORE_ROWS]).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_the_third_version_is_kept() {
    let first = include_str!("../migrations/sqlite/0001_begin.sql");
    let second = include_str!("../migrations/sqlite/0002_connections.sql");
    let third = include_str!("../migrations/sqlite/0003_portal.sql");
    let statements = [FIRST_VERSION, first, ROWS, second, MORE_ROWS, third, LATER_ROWS];
    let (_folder, url) = make_file(&statements);
    assert_links_kept(&url).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_of_the_third_version_is_kept() {
    let first = include_str!("../migrations/postgres/0001_begin.sql");
    let second = include_str!("../migrations/postgres/0002_connections.sql");
    let third = include_str!("../migrations/postgres/0003_portal.sql");
    let statements = [FIRST_VERSION, first, ROWS, second, MORE_ROWS, third, LATER_ROWS];
    assert_links_kept(&make_database(&statements).await).await;
}
