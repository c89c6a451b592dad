//! The change log.

use portreeve_core::time::Timestamp;

use crate::columns;
use crate::contract::change::{Change, Changes};
use crate::contract::error::StoreError;
use crate::postgres::connections::Session;

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

/// Appends these lines; answers the newest number. With none it only asks for it.
///
/// The numbers are drawn from rows that exist only once the lock is held. The
/// notification leaves with the commit.
pub(super) async fn append(
    session: &mut Session,
    at: Timestamp,
    changes: &[Change],
) -> Result<i64, StoreError> {
    let (kinds, abouts): (Vec<&str>, Vec<String>) = changes.iter().map(Change::to_parts).unzip();
    if kinds.is_empty() {
        return newest(session).await;
    }
    session.execute("SELECT pg_advisory_xact_lock($1)", &[&LOCK]).await?;
    let newest = session
        .find(
            "WITH added AS (
                 INSERT INTO change (at, kind, about)
                 SELECT $1, kind, about
                 FROM unnest($2::text[], $3::text[]) WITH ORDINALITY AS c (kind, about, position)
                 ORDER BY position RETURNING number
             ), newest AS (SELECT max(number) AS number FROM added)
             SELECT number, pg_notify('portreeve_change', number::text) FROM newest",
            &[&at.as_unix(), &kinds, &abouts],
            |row| Ok(row.try_get(0)?),
        )
        .await?;
    newest.ok_or_else(|| columns::corrupt("number"))
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
