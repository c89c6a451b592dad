//! The schema and its versions.

use std::time::Duration;

use tokio_postgres::{Client, Row};

use crate::contract::error::StoreError;
use crate::postgres::connections::{Connections, connect, within};
use crate::postgres::settings::Settings;

/// Every migration, oldest first. A schema's version is how many it has seen.
const MIGRATIONS: [&str; 4] = [
    include_str!("../../migrations/postgres/0001_begin.sql"),
    include_str!("../../migrations/postgres/0002_connections.sql"),
    include_str!("../../migrations/postgres/0003_portal.sql"),
    include_str!("../../migrations/postgres/0004_proven_address.sql"),
];

/// Any number that no other program uses: "portreev" in ASCII.
const LOCK: i64 = 0x706f_7274_7265_6576;

/// A start may wait a little longer for the server than a request.
const CONNECT_PATIENCE: Duration = Duration::from_secs(5);

/// How long a node waits for another that is migrating, and its own migration.
const MIGRATION_PATIENCE: Duration = Duration::from_secs(600);

/// True when the schema has the version of this program. Asked without the lock and
/// on a connection that serves on: at all starts but the first of a version, there is
/// no more to do. Whatever is the matter otherwise, [`migrate`] finds out.
pub(super) async fn is_current(connections: &Connections) -> bool {
    let Ok(mut session) = connections.session().await else { return false };
    let version = session.find("SELECT version FROM schema_version", &[], read_version).await;
    matches!(version, Ok(Some(version)) if version == MIGRATIONS.len())
}

/// Brings the schema to the version of this program, in one transaction: of
/// several nodes that start at once, the others wait and find it done.
///
/// # Errors
/// [`StoreError::Corrupt`] when the schema is newer than this program.
pub(super) async fn migrate(settings: &Settings) -> Result<(), StoreError> {
    let (client, connection) = connect(settings, CONNECT_PATIENCE).await?;
    let driver = tokio::spawn(connection);
    // Closing the connection rolls back and gives the lock back.
    let outcome = within(MIGRATION_PATIENCE, migrate_locked(&client)).await;
    drop(client);
    driver.abort();
    outcome
}

async fn migrate_locked(client: &Client) -> Result<(), StoreError> {
    client.execute("SELECT pg_advisory_lock($1)", &[&LOCK]).await?;
    client.batch_execute("BEGIN").await?;
    let version = version(client).await?;
    if version > MIGRATIONS.len() {
        return Err(StoreError::Corrupt(format!(
            "the schema has version {version}, this program knows {} at most: it is older than the one that last opened the database",
            MIGRATIONS.len()
        )));
    }
    for migration in MIGRATIONS.iter().skip(version) {
        client.batch_execute(migration).await?;
    }
    if version < MIGRATIONS.len() {
        let newest = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
        client.execute("UPDATE schema_version SET version = $1", &[&newest]).await?;
    }
    client.batch_execute("COMMIT").await?;
    Ok(())
}

async fn version(client: &Client) -> Result<usize, StoreError> {
    let exists = client.query_one("SELECT to_regclass('schema_version') IS NOT NULL", &[]).await?;
    if !exists.try_get::<_, bool>(0)? {
        let create = "CREATE TABLE schema_version (version bigint NOT NULL);
                      INSERT INTO schema_version VALUES (0)";
        client.batch_execute(create).await?;
    }
    let version = client.query_opt("SELECT version FROM schema_version", &[]).await?;
    version.as_ref().map(read_version).transpose()?.ok_or_else(no_version)
}

fn read_version(row: &Row) -> Result<usize, StoreError> {
    usize::try_from(row.try_get::<_, i64>(0)?).map_err(|_| no_version())
}

fn no_version() -> StoreError {
    StoreError::Corrupt("the schema has no version".into())
}
