//! Links that are sent by mail and work once.

use portreeve_core::sign_in::link::Link;
use portreeve_core::text_id::OrganizationId;
use portreeve_core::time::Timestamp;
use rusqlite::{Row, params};

use crate::columns;
use crate::contract::error::StoreError;
use crate::sqlite::connections::Session;

pub(super) fn find(session: &Session, hash: &[u8; 32]) -> Result<Option<Link>, StoreError> {
    session.find("SELECT * FROM link WHERE hash = ?1", [hash], read)
}

pub(super) fn list_invitations(
    session: &Session,
    organization: &OrganizationId,
) -> Result<Vec<Link>, StoreError> {
    session.list(
        "SELECT * FROM link WHERE organization_id = ?1 AND purpose = 'invitation'
         ORDER BY created_at DESC, hash",
        [organization.as_str()],
        read,
    )
}

pub(super) fn hold_invitations(
    session: &Session,
    (organization, version): (&OrganizationId, i64),
    hashes: &[[u8; 32]],
) -> Result<(), StoreError> {
    let is_there = "SELECT 1 FROM organization WHERE organization_id = ?1 AND version = ?2";
    let found = session.find(is_there, params![organization.as_str(), version], |_| Ok(()))?;
    let now = list_invitations(session, organization)?;
    match found.is_some() && now.iter().map(|link| &link.hash).eq(hashes) {
        true => Ok(()),
        false => Err(StoreError::Conflict("the invitations were changed in the meantime")),
    }
}

pub(super) fn make(session: &Session, link: &Link) -> Result<(), StoreError> {
    let (purpose, organization, role, user) = columns::write_purpose(&link.purpose);
    session.execute(
        "INSERT INTO link (hash, purpose, email, organization_id, role, user_id, made_by,
             created_at, expires_at, mailed)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        params![
            link.hash,
            purpose,
            link.email,
            organization,
            role,
            user,
            link.made_by,
            link.created_at.as_unix(),
            link.expires_at.as_unix(),
            link.mailed,
        ],
    )?;
    Ok(())
}

/// Of two that use the same link, the one that finds it gone is refused.
pub(super) fn use_up(session: &Session, hash: &[u8; 32], at: Timestamp) -> Result<(), StoreError> {
    let used = session.execute(
        "DELETE FROM link WHERE hash = ?1 AND expires_at > ?2",
        params![hash, at.as_unix()],
    )?;
    match used {
        0 => Err(StoreError::Conflict("the link was used or withdrawn, or has expired")),
        _ => Ok(()),
    }
}

pub(super) fn withdraw(session: &Session, hash: &[u8; 32]) -> Result<(), StoreError> {
    session.execute("DELETE FROM link WHERE hash = ?1", [hash])?;
    Ok(())
}

/// Removes links that have expired, `most` at a time; answers how many went.
pub(super) fn sweep(session: &Session, now: Timestamp, most: u32) -> Result<usize, StoreError> {
    session.execute(
        "DELETE FROM link WHERE hash IN
             (SELECT hash FROM link WHERE expires_at <= ?1 LIMIT ?2)",
        params![now.as_unix(), most],
    )
}

fn read(row: &Row<'_>) -> Result<Link, StoreError> {
    let purpose: String = row.get("purpose")?;
    let part = |column: &str| Ok::<Option<String>, StoreError>(row.get(column)?);
    let (organization, role, user) = (part("organization_id")?, part("role")?, part("user_id")?);
    Ok(Link {
        hash: columns::read_session_hash(&row.get::<_, Vec<u8>>("hash")?)?,
        purpose: columns::read_purpose(
            &purpose,
            organization.as_deref(),
            role.as_deref(),
            user.as_deref(),
        )?,
        email: row.get("email")?,
        mailed: row.get("mailed")?,
        made_by: row.get("made_by")?,
        created_at: Timestamp::from_unix(row.get("created_at")?),
        expires_at: Timestamp::from_unix(row.get("expires_at")?),
    })
}
