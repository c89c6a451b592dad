//! Keys, their private halves sealed.

use portreeve_core::time::Timestamp;
use portreeve_core::token::key::{KeyPurpose, KeyRecord};
use rusqlite::{Row, params};

use crate::columns;
use crate::contract::error::StoreError;
use crate::sqlite::connections::Session;

pub(super) fn list(session: &Session) -> Result<Vec<KeyRecord>, StoreError> {
    session.list("SELECT * FROM crypto_key ORDER BY created_at, active_from, kid", [], read)
}

/// Of two that replace the same key, the unique index on `replaces` lets one in.
pub(super) fn add(
    session: &Session,
    key: &KeyRecord,
    replaces: Option<&str>,
) -> Result<(), StoreError> {
    let added = session.execute(
        "INSERT INTO crypto_key (kid, purpose, replaces, created_at, active_from, active_until,
                                 removed_at, sealed_private)
         SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8
         WHERE CASE WHEN ?3 IS NULL
             THEN NOT EXISTS (SELECT 1 FROM crypto_key WHERE purpose = ?2)
             ELSE EXISTS (SELECT 1 FROM crypto_key WHERE purpose = ?2 AND kid = ?3) END",
        params![
            key.kid,
            key.purpose.as_str(),
            replaces,
            key.created_at.as_unix(),
            key.active_from.as_unix(),
            columns::write_time(key.active_until),
            columns::write_time(key.removed_at),
            key.sealed_private,
        ],
    )?;
    match added {
        0 => Err(StoreError::Conflict("the key that was to be replaced is not the present one")),
        _ => Ok(()),
    }
}

pub(super) fn change(session: &Session, key: &KeyRecord) -> Result<(), StoreError> {
    let changed = session.execute(
        "UPDATE crypto_key SET active_until = ?2, removed_at = ?3 WHERE kid = ?1",
        params![
            key.kid,
            columns::write_time(key.active_until),
            columns::write_time(key.removed_at)
        ],
    )?;
    match changed {
        0 => Err(StoreError::Conflict("the key is gone")),
        _ => Ok(()),
    }
}

/// Removes keys whose time is over; answers how many went.
pub(super) fn sweep(session: &Session, now: Timestamp) -> Result<usize, StoreError> {
    session.execute("DELETE FROM crypto_key WHERE removed_at <= ?1", [now.as_unix()])
}

fn read(row: &Row<'_>) -> Result<KeyRecord, StoreError> {
    let purpose: String = row.get("purpose")?;
    Ok(KeyRecord {
        kid: row.get("kid")?,
        purpose: KeyPurpose::from_name(&purpose).ok_or_else(|| columns::corrupt("purpose"))?,
        created_at: Timestamp::from_unix(row.get("created_at")?),
        active_from: Timestamp::from_unix(row.get("active_from")?),
        active_until: columns::read_time(row.get("active_until")?),
        removed_at: columns::read_time(row.get("removed_at")?),
        sealed_private: row.get("sealed_private")?,
    })
}
