//! Who sends which notice, so that of two nodes one does.

use async_trait::async_trait;
use portreeve_core::time::Timestamp;

use crate::columns;
use crate::contract::error::StoreError;
use crate::contract::notice::Notices;
use crate::postgres::PostgresStore;
use crate::postgres::connections::Session;

#[async_trait]
impl Notices for PostgresStore {
    async fn find_notice(&self, key: &str) -> Result<Option<Timestamp>, StoreError> {
        find(&mut self.connections.session().await?, key).await
    }
}

async fn find(session: &mut Session, key: &str) -> Result<Option<Timestamp>, StoreError> {
    session
        .find("SELECT at FROM notice WHERE key = $1", &[&key], |row| {
            Ok(Timestamp::from_unix(row.try_get("at")?))
        })
        .await
}

/// Of two that take the same notice, the primary key lets one in.
pub(super) async fn take(
    session: &mut Session,
    key: &str,
    at: Timestamp,
) -> Result<(), StoreError> {
    session.execute("INSERT INTO notice (key, at) VALUES ($1, $2)", &[&key, &at.as_unix()]).await?;
    Ok(())
}

pub(super) async fn give_back(session: &mut Session, key: &str) -> Result<(), StoreError> {
    session.execute("DELETE FROM notice WHERE key = $1", &[&key]).await?;
    Ok(())
}

/// Removes notices of long ago, `most` at a time; answers how many went.
pub(super) async fn sweep(
    session: &mut Session,
    now: Timestamp,
    most: u32,
) -> Result<u64, StoreError> {
    session
        .execute(
            "DELETE FROM notice WHERE key IN (SELECT key FROM notice WHERE at <= $1 LIMIT $2)",
            &[&now.minus(columns::NOTICES_KEPT).as_unix(), &i64::from(most)],
        )
        .await
}
