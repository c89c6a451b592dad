//! Keys, their private halves sealed.

use portreeve_core::time::Timestamp;
use portreeve_core::token::key::{KeyPurpose, KeyRecord};
use tokio_postgres::Row;

use crate::columns;
use crate::contract::error::StoreError;
use crate::postgres::connections::Session;

pub(super) async fn list(session: &mut Session) -> Result<Vec<KeyRecord>, StoreError> {
    session.list("SELECT * FROM crypto_key ORDER BY created_at, active_from, kid", &[], read).await
}

/// Of two that replace the same key, the unique index on `replaces` lets one in.
pub(super) async fn add(
    session: &mut Session,
    key: &KeyRecord,
    replaces: Option<&str>,
) -> Result<(), StoreError> {
    let added = session
        .execute(
            "INSERT INTO crypto_key (kid, purpose, replaces, created_at, active_from, active_until,
                                     removed_at, sealed_private)
             SELECT $1, $2, $3, $4, $5, $6, $7, $8
             WHERE CASE WHEN $3::text IS NULL
                 THEN NOT EXISTS (SELECT 1 FROM crypto_key WHERE purpose = $2)
                 ELSE EXISTS (SELECT 1 FROM crypto_key WHERE purpose = $2 AND kid = $3) END",
            &[
                &key.kid,
                &key.purpose.as_str(),
                &replaces,
                &key.created_at.as_unix(),
                &key.active_from.as_unix(),
                &columns::write_time(key.active_until),
                &columns::write_time(key.removed_at),
                &key.sealed_private,
            ],
        )
        .await?;
    match added {
        0 => Err(StoreError::Conflict("the key that was to be replaced is not the present one")),
        _ => Ok(()),
    }
}

pub(super) async fn change(session: &mut Session, key: &KeyRecord) -> Result<(), StoreError> {
    let changed = session
        .execute(
            "UPDATE crypto_key SET active_until = $2, removed_at = $3 WHERE kid = $1",
            &[
                &key.kid,
                &columns::write_time(key.active_until),
                &columns::write_time(key.removed_at),
            ],
        )
        .await?;
    match changed {
        0 => Err(StoreError::Conflict("the key is gone")),
        _ => Ok(()),
    }
}

/// Removes keys whose time is over; answers how many went.
pub(super) async fn sweep(session: &mut Session, now: Timestamp) -> Result<u64, StoreError> {
    session.execute("DELETE FROM crypto_key WHERE removed_at <= $1", &[&now.as_unix()]).await
}

fn read(row: &Row) -> Result<KeyRecord, StoreError> {
    let purpose: String = row.try_get("purpose")?;
    Ok(KeyRecord {
        kid: row.try_get("kid")?,
        purpose: KeyPurpose::from_name(&purpose).ok_or_else(|| columns::corrupt("purpose"))?,
        created_at: Timestamp::from_unix(row.try_get("created_at")?),
        active_from: Timestamp::from_unix(row.try_get("active_from")?),
        active_until: columns::read_time(row.try_get("active_until")?),
        removed_at: columns::read_time(row.try_get("removed_at")?),
        sealed_private: row.try_get("sealed_private")?,
    })
}
