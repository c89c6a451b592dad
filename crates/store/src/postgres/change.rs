//! The change log.

use async_trait::async_trait;
use portreeve_core::time::Timestamp;
use tokio::sync::watch;

use crate::columns;
use crate::contract::change::{Change, ChangeLog, Changes};
use crate::contract::error::StoreError;
use crate::postgres::PostgresStore;
use crate::postgres::connections::Session;

#[async_trait]
impl ChangeLog for PostgresStore {
    async fn newest_change(&self) -> Result<i64, StoreError> {
        newest(&mut self.connections.session().await?).await
    }

    async fn changes_after(&self, number: i64) -> Result<Changes, StoreError> {
        list_after(&mut self.connections.session().await?, number).await
    }

    fn change_hints(&self) -> watch::Receiver<u64> {
        self.hints.subscribe()
    }
}

const NEWEST: &str =
    "SELECT greatest(swept_through, (SELECT max(number) FROM change)) FROM change_horizon";

/// Held from the moment when a number is drawn until the commit is visible, so
/// that numbers become visible in order: who has read number 7 has seen 6.
/// "changes" in ASCII.
const LOCK: i64 = 0x63_6861_6e67_6573;

pub(super) async fn newest(session: &mut Session) -> Result<i64, StoreError> {
    let newest = session.find(NEWEST, &[], |row| Ok(row.try_get(0)?)).await?;
    newest.ok_or_else(|| columns::corrupt("swept_through"))
}

pub(super) async fn list_after(session: &mut Session, number: i64) -> Result<Changes, StoreError> {
    let lines = session
        .list(
            "SELECT number, kind, about FROM change WHERE number > $1 ORDER BY number",
            &[&number],
            |row| Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?)),
        )
        .await?;
    // Read after the lines: what is swept in between shows as a gap.
    let horizon = session
        .find("SELECT swept_through FROM change_horizon", &[], |row| Ok(row.try_get(0)?))
        .await?
        .ok_or_else(|| columns::corrupt("swept_through"))?;
    Ok(columns::read_changes(number, &lines, horizon, newest(session).await?))
}

/// Appends these lines; answers their numbers, in order.
///
/// The lock comes first, then the numbers. The notification leaves with the commit.
pub(super) async fn append(
    session: &mut Session,
    lines: &[(Timestamp, Change)],
) -> Result<Vec<i64>, StoreError> {
    if lines.is_empty() {
        return Ok(Vec::new());
    }
    let times: Vec<i64> = lines.iter().map(|(at, _)| at.as_unix()).collect();
    let (kinds, abouts): (Vec<&str>, Vec<String>) =
        lines.iter().map(|(_, change)| change.to_parts()).unzip();
    session.execute("SELECT pg_advisory_xact_lock($1)", &[&LOCK]).await?;
    session
        .list(
            "WITH added AS (
                 INSERT INTO change (at, kind, about)
                 SELECT at, kind, about
                 FROM unnest($1::bigint[], $2::text[], $3::text[]) WITH ORDINALITY
                     AS c (at, kind, about, position)
                 ORDER BY position RETURNING number
             ), told AS (
                 SELECT pg_notify('portreeve_change', max(number)::text) FROM added
             )
             SELECT number FROM added, told ORDER BY number",
            &[&times, &kinds, &abouts],
            |row| Ok(row.try_get(0)?),
        )
        .await
}

/// Removes the lines up to the newest one that is older than `keep_from`; answers
/// how many went.
pub(super) async fn sweep(session: &mut Session, keep_from: Timestamp) -> Result<u64, StoreError> {
    session
        .execute(
            "UPDATE change_horizon SET swept_through = swept.newest
             FROM (SELECT max(number) AS newest FROM change WHERE at < $1) swept
             WHERE swept.newest > swept_through",
            &[&keep_from.as_unix()],
        )
        .await?;
    session
        .execute(
            "DELETE FROM change WHERE number <= (SELECT swept_through FROM change_horizon)",
            &[],
        )
        .await
}
