//! Who sends which notice, so that of two nodes one does.

use portreeve_core::time::Timestamp;
use rusqlite::params;

use crate::columns;
use crate::contract::error::StoreError;
use crate::sqlite::connections::Session;

/// Of two that take the same notice, the primary key lets one in.
pub(super) fn take(session: &Session, key: &str, at: Timestamp) -> Result<(), StoreError> {
    session.execute("INSERT INTO notice (key, at) VALUES (?1, ?2)", params![key, at.as_unix()])?;
    Ok(())
}

pub(super) fn give_back(session: &Session, key: &str) -> Result<(), StoreError> {
    session.execute("DELETE FROM notice WHERE key = ?1", [key])?;
    Ok(())
}

/// Removes notices of long ago, `most` at a time; answers how many went.
pub(super) fn sweep(session: &Session, now: Timestamp, most: u32) -> Result<usize, StoreError> {
    session.execute(
        "DELETE FROM notice WHERE key IN (SELECT key FROM notice WHERE at <= ?1 LIMIT ?2)",
        params![now.minus(columns::NOTICES_KEPT).as_unix(), most],
    )
}
