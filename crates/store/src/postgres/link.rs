//! Links that are sent by mail and work once.

use portreeve_core::sign_in::link::Link;
use portreeve_core::text_id::OrganizationId;
use portreeve_core::time::Timestamp;
use tokio_postgres::Row;

use crate::columns;
use crate::contract::error::StoreError;
use crate::postgres::connections::Session;

pub(super) async fn find(
    session: &mut Session,
    hash: &[u8; 32],
) -> Result<Option<Link>, StoreError> {
    session.find("SELECT * FROM link WHERE hash = $1", &[&hash.as_slice()], read).await
}

pub(super) async fn list_invitations(
    session: &mut Session,
    organization: &OrganizationId,
) -> Result<Vec<Link>, StoreError> {
    session
        .list(
            "SELECT * FROM link WHERE organization_id = $1 AND purpose = 'invitation'
             ORDER BY created_at DESC, hash",
            &[&organization.as_str()],
            read,
        )
        .await
}

/// Whoever holds the same organization's waits here, and sees then what came before.
pub(super) async fn hold_invitations(
    session: &mut Session,
    (organization, version): (&OrganizationId, i64),
    hashes: &[[u8; 32]],
) -> Result<(), StoreError> {
    let is_there = "SELECT 1 FROM organization WHERE organization_id = $1 AND version = $2
                    FOR NO KEY UPDATE";
    let found = session.find(is_there, &[&organization.as_str(), &version], |_| Ok(())).await?;
    let now = list_invitations(session, organization).await?;
    match found.is_some() && now.iter().map(|link| &link.hash).eq(hashes) {
        true => Ok(()),
        false => Err(StoreError::Conflict("the invitations were changed in the meantime")),
    }
}

pub(super) async fn make(session: &mut Session, link: &Link) -> Result<(), StoreError> {
    let (purpose, organization, role, user) = columns::write_purpose(&link.purpose);
    session
        .execute(
            "INSERT INTO link (hash, purpose, email, organization_id, role, user_id, made_by,
                 created_at, expires_at, mailed)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            &[
                &link.hash.as_slice(),
                &purpose,
                &link.email,
                &organization,
                &role,
                &user,
                &link.made_by,
                &link.created_at.as_unix(),
                &link.expires_at.as_unix(),
                &link.mailed,
            ],
        )
        .await?;
    Ok(())
}

/// Of two that use the same link, the one that finds it gone is refused.
pub(super) async fn use_up(
    session: &mut Session,
    hash: &[u8; 32],
    at: Timestamp,
) -> Result<(), StoreError> {
    let used = session
        .execute(
            "DELETE FROM link WHERE hash = $1 AND expires_at > $2",
            &[&hash.as_slice(), &at.as_unix()],
        )
        .await?;
    match used {
        0 => Err(StoreError::Conflict("the link was used or withdrawn, or has expired")),
        _ => Ok(()),
    }
}

pub(super) async fn withdraw(session: &mut Session, hash: &[u8; 32]) -> Result<(), StoreError> {
    session.execute("DELETE FROM link WHERE hash = $1", &[&hash.as_slice()]).await?;
    Ok(())
}

/// Removes links that have expired, `most` at a time; answers how many went.
pub(super) async fn sweep(
    session: &mut Session,
    now: Timestamp,
    most: u32,
) -> Result<u64, StoreError> {
    session
        .execute(
            "DELETE FROM link WHERE hash IN
                 (SELECT hash FROM link WHERE expires_at <= $1 LIMIT $2)",
            &[&now.as_unix(), &i64::from(most)],
        )
        .await
}

fn read(row: &Row) -> Result<Link, StoreError> {
    let part = |column: &str| Ok::<Option<&str>, StoreError>(row.try_get(column)?);
    Ok(Link {
        hash: columns::read_session_hash(row.try_get("hash")?)?,
        purpose: columns::read_purpose(
            row.try_get("purpose")?,
            part("organization_id")?,
            part("role")?,
            part("user_id")?,
        )?,
        email: row.try_get("email")?,
        mailed: row.try_get("mailed")?,
        made_by: row.try_get("made_by")?,
        created_at: Timestamp::from_unix(row.try_get("created_at")?),
        expires_at: Timestamp::from_unix(row.try_get("expires_at")?),
    })
}
