//! Who sends which notice, so that of two nodes one does.

use async_trait::async_trait;
use portreeve_core::time::Timestamp;
use rusqlite::params;

use crate::columns;
use crate::contract::error::StoreError;
use crate::contract::notice::Notices;
use crate::sqlite::SqliteStore;
use crate::sqlite::connections::Session;

#[async_trait]
impl Notices for SqliteStore {
    async fn find_notice(&self, key: &str) -> Result<Option<Timestamp>, StoreError> {
        let key = key.to_owned();
        self.readers.read(move |session| find(session, &key)).await
    }
}

fn find(session: &Session, key: &str) -> Result<Option<Timestamp>, StoreError> {
    session.find("SELECT at FROM notice WHERE key = ?1", [key], |row| {
        Ok(Timestamp::from_unix(row.get("at")?))
    })
}

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
