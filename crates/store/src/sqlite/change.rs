//! The change log.

use async_trait::async_trait;
use portreeve_core::time::Timestamp;
use rusqlite::params;
use tokio::sync::watch;

use crate::columns;
use crate::contract::change::{Change, ChangeLog, Changes};
use crate::contract::error::StoreError;
use crate::sqlite::SqliteStore;
use crate::sqlite::connections::Session;

#[async_trait]
impl ChangeLog for SqliteStore {
    async fn newest_change(&self) -> Result<i64, StoreError> {
        self.readers.read(newest).await
    }

    async fn changes_after(&self, number: i64) -> Result<Changes, StoreError> {
        self.readers.read(move |session| list_after(session, number)).await
    }

    fn change_hints(&self) -> watch::Receiver<u64> {
        self.hints.clone()
    }
}

const NEWEST: &str =
    "SELECT max(swept_through, coalesce((SELECT max(number) FROM change), 0)) FROM change_horizon";

pub(super) fn newest(session: &Session) -> Result<i64, StoreError> {
    let newest = session.find(NEWEST, [], |row| Ok(row.get(0)?))?;
    newest.ok_or_else(|| columns::corrupt("swept_through"))
}

pub(super) fn list_after(session: &Session, number: i64) -> Result<Changes, StoreError> {
    let lines = session.list(
        "SELECT number, kind, about FROM change WHERE number > ?1 ORDER BY number",
        [number],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )?;
    // Read after the lines: what is swept in between shows as a gap.
    let horizon = session
        .find("SELECT swept_through FROM change_horizon", [], |row| Ok(row.get(0)?))?
        .ok_or_else(|| columns::corrupt("swept_through"))?;
    Ok(columns::read_changes(number, &lines, horizon, newest(session)?))
}

/// Appends these lines; answers the newest number. With none it only asks for it.
pub(super) fn append(
    session: &Session,
    at: Timestamp,
    changes: &[Change],
) -> Result<i64, StoreError> {
    let mut newest_line = None;
    for change in changes {
        let (kind, about) = change.to_parts();
        newest_line = session.find(
            "INSERT INTO change (at, kind, about) VALUES (?1, ?2, ?3) RETURNING number",
            params![at.as_unix(), kind, about],
            |row| Ok(row.get(0)?),
        )?;
    }
    newest_line.map_or_else(|| newest(session), Ok)
}

/// Removes the lines up to the newest one that is older than `keep_from`; answers
/// how many went.
pub(super) fn sweep(session: &Session, keep_from: Timestamp) -> Result<usize, StoreError> {
    session.execute(
        "UPDATE change_horizon SET swept_through = max(swept_through,
             coalesce((SELECT max(number) FROM change WHERE at < ?1), 0))",
        [keep_from.as_unix()],
    )?;
    session.execute(
        "DELETE FROM change WHERE number <= (SELECT swept_through FROM change_horizon)",
        [],
    )
}
