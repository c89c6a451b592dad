//! The schema and its versions.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use crate::contract::error::StoreError;
use crate::sqlite::connections::Session;

/// How often a file that others are opening at the same moment is tried, and how
/// long to wait in between.
const OPEN_ATTEMPTS: u32 = 100;
const OPEN_PAUSE: Duration = Duration::from_millis(50);

/// Every migration, oldest first. A schema's version is how many it has seen.
const MIGRATIONS: [&str; 4] = [
    include_str!("../../migrations/sqlite/0001_begin.sql"),
    include_str!("../../migrations/sqlite/0002_connections.sql"),
    include_str!("../../migrations/sqlite/0003_portal.sql"),
    include_str!("../../migrations/sqlite/0004_proven_address.sql"),
];

/// A connection to this file, its schema brought up to date.
///
/// While one process turns a new file's write-ahead log on, SQLite answers the
/// others "locked" at once instead of letting them wait.
pub(super) fn open_current(
    path: &Path,
    statements: &Arc<AtomicU64>,
) -> Result<Session, StoreError> {
    let attempt = || {
        let session = Session::open(path, statements)?;
        migrate(&session)?;
        // A file that is locked or full is opened all the same.
        if let Err(error) = session.learn() {
            tracing::debug!(%error, "nothing was learned about the tables");
        }
        Ok(session)
    };
    for _ in 1..OPEN_ATTEMPTS {
        match attempt() {
            Err(StoreError::Unavailable(text)) if text.contains("locked") => {
                std::thread::sleep(OPEN_PAUSE);
            }
            outcome => return outcome,
        }
    }
    attempt()
}

/// Brings the schema to the version of this program, in one transaction: of
/// several processes that start at once, the others wait and find it done.
///
/// # Errors
/// [`StoreError::Corrupt`] when the schema is newer than this program, or the file
/// belongs to another one.
pub(super) fn migrate(session: &Session) -> Result<(), StoreError> {
    session.execute_all("BEGIN IMMEDIATE")?;
    let outcome = migrate_within(session);
    session.execute_all(if outcome.is_ok() { "COMMIT" } else { "ROLLBACK" })?;
    outcome
}

fn migrate_within(session: &Session) -> Result<(), StoreError> {
    let version = version(session)?;
    if version > MIGRATIONS.len() {
        return Err(StoreError::Corrupt(format!(
            "the schema has version {version}, this program knows {} at most: it is older than the one that last opened the database",
            MIGRATIONS.len()
        )));
    }
    for migration in MIGRATIONS.iter().skip(version) {
        session.execute_all(migration)?;
    }
    if version < MIGRATIONS.len() {
        let newest = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
        session.execute("UPDATE schema_version SET version = ?1", [newest])?;
    }
    Ok(())
}

fn version(session: &Session) -> Result<usize, StoreError> {
    let tables = session.list(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
        [],
        |row| Ok(row.get::<_, String>(0)?),
    )?;
    if tables.is_empty() {
        session.execute_all(
            "CREATE TABLE schema_version (version INTEGER NOT NULL) STRICT;
             INSERT INTO schema_version VALUES (0)",
        )?;
    } else if !tables.iter().any(|name| name == "schema_version") {
        return Err(StoreError::Corrupt("the file belongs to another program".into()));
    }
    let version = session
        .find("SELECT version FROM schema_version", [], |row| Ok(row.get::<_, i64>(0)?))?
        .and_then(|version| usize::try_from(version).ok());
    version.ok_or_else(|| StoreError::Corrupt("the schema has no version".into()))
}
