//! Connections, which are people's standing consents, and their refresh tokens.

use async_trait::async_trait;
use portreeve_core::connection::record::{Connection, FamilyId, RefreshToken};
use portreeve_core::secret::SecretHash;
use portreeve_core::text_id::OrganizationId;
use portreeve_core::time::Timestamp;
use portreeve_core::token::record::Audience;
use rusqlite::{Row, params};

use crate::columns;
use crate::contract::consent::Consents;
use crate::contract::error::StoreError;
use crate::contract::{ConnectionsOf, Page};
use crate::sqlite::SqliteStore;
use crate::sqlite::connections::Session;

#[async_trait]
impl Consents for SqliteStore {
    async fn find_connection(&self, id: &FamilyId) -> Result<Option<Connection>, StoreError> {
        let id = *id;
        self.readers.read(move |session| find(session, &id)).await
    }

    async fn list_connections(
        &self,
        of: ConnectionsOf<'_>,
        page: &Page,
    ) -> Result<Vec<Connection>, StoreError> {
        let (whose, id) = whose(of);
        let (id, page) = (id.map(str::to_owned), page.clone());
        self.readers.read(move |session| list(session, whose, id.as_deref(), &page)).await
    }

    async fn find_refresh_token(
        &self,
        hash: &SecretHash,
    ) -> Result<Option<(RefreshToken, Connection)>, StoreError> {
        let hash = *hash;
        self.readers.read(move |session| find_refresh(session, &hash)).await
    }
}

pub(super) fn find(session: &Session, id: &FamilyId) -> Result<Option<Connection>, StoreError> {
    session.find("SELECT * FROM connection WHERE connection_id = ?1", [id.0], read)
}

/// The condition that picks these, and whose id stands in it.
pub(super) fn whose(of: ConnectionsOf<'_>) -> (&'static str, Option<&str>) {
    match of {
        ConnectionsOf::User(id) => ("user_id = ?1", Some(id.as_str())),
        ConnectionsOf::Client(id) => ("client_id = ?1", Some(id.as_str())),
        ConnectionsOf::Organization(id) => ("organization_id = ?1", Some(id.as_str())),
        ConnectionsOf::All => ("?1 IS NULL", None),
    }
}

pub(super) fn list(
    session: &Session,
    whose: &'static str,
    id: Option<&str>,
    page: &Page,
) -> Result<Vec<Connection>, StoreError> {
    session.list(
        &format!(
            "SELECT * FROM connection WHERE {whose} AND connection_id > ?2
             ORDER BY connection_id LIMIT ?3"
        ),
        params![id, columns::after_family(page), page.limit],
        read,
    )
}

pub(super) fn find_refresh(
    session: &Session,
    hash: &SecretHash,
) -> Result<Option<(RefreshToken, Connection)>, StoreError> {
    session.find(
        "SELECT c.*, r.hash, r.issued_at, r.expires_at, r.used_at
         FROM refresh_token r JOIN connection c USING (connection_id) WHERE r.hash = ?1",
        [hash.as_bytes()],
        |row| Ok((read_refresh(row)?, read(row)?)),
    )
}

pub(super) fn make(session: &Session, one: &Connection) -> Result<(), StoreError> {
    session.execute(
        "INSERT INTO connection (connection_id, client_id, user_id, organization_id, reach,
             audience, scopes, created_at, last_used_at, ended_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        params![
            one.id.0,
            one.client_id.as_str(),
            one.user.as_str(),
            one.organization.as_ref().map(OrganizationId::as_str),
            one.reach.as_str(),
            one.audience.as_str(),
            one.scopes.as_str(),
            one.created_at.as_unix(),
            columns::write_time(one.last_used_at),
            columns::write_time(one.ended_at),
        ],
    )?;
    Ok(())
}

pub(super) fn add_refresh(session: &Session, one: &RefreshToken) -> Result<(), StoreError> {
    session.execute(
        "INSERT INTO refresh_token (hash, connection_id, issued_at, expires_at, used_at)
         VALUES (?1, ?2, ?3, ?4, ?5)",
        params![
            one.hash.as_bytes(),
            one.connection.0,
            one.issued_at.as_unix(),
            columns::write_time(one.expires_at),
            columns::write_time(one.used_at),
        ],
    )?;
    Ok(())
}

pub(super) fn mark_used(session: &Session, id: &FamilyId, at: Timestamp) -> Result<(), StoreError> {
    session.execute(
        "UPDATE connection SET last_used_at = ?2
         WHERE connection_id = ?1 AND (last_used_at IS NULL OR last_used_at < ?2)",
        params![id.0, at.as_unix()],
    )?;
    Ok(())
}

pub(super) fn end(session: &Session, id: &FamilyId, at: Timestamp) -> Result<(), StoreError> {
    let ended = session.execute(
        "UPDATE connection SET ended_at = ?2 WHERE connection_id = ?1 AND ended_at IS NULL",
        params![id.0, at.as_unix()],
    )?;
    match ended {
        0 => Err(StoreError::Conflict("the connection has ended already")),
        _ => Ok(()),
    }
}

/// Of two that use the same token, the condition on `used_at` lets one through.
pub(super) fn rotate(
    session: &Session,
    used: &SecretHash,
    at: Timestamp,
    next: &RefreshToken,
) -> Result<(), StoreError> {
    let rotated = session.execute(
        "UPDATE refresh_token SET used_at = ?3
         WHERE hash = ?1 AND connection_id = ?2 AND used_at IS NULL
           AND EXISTS (SELECT 1 FROM connection WHERE connection_id = ?2 AND ended_at IS NULL)",
        params![used.as_bytes(), next.connection.0, at.as_unix()],
    )?;
    match rotated {
        0 => {
            Err(StoreError::Conflict("the refresh token was used before, or its connection ended"))
        }
        _ => add_refresh(session, next),
    }
}

/// Removes what gives nothing any more, `most` of each kind at a time; answers how
/// many rows went. A token that was used is kept beyond its own end: it tells when it is
/// used again.
pub(super) fn sweep(session: &Session, now: Timestamp, most: u32) -> Result<usize, StoreError> {
    let long_ago = now.minus(columns::KEPT_FOR_REUSE).as_unix();
    let expired = session.execute(
        "DELETE FROM refresh_token WHERE hash IN
             (SELECT hash FROM refresh_token
              WHERE expires_at <= ?1 AND used_at IS NULL OR used_at <= ?2 LIMIT ?3)",
        params![now.as_unix(), long_ago, most],
    )?;
    let ended = session.execute(
        "DELETE FROM connection WHERE connection_id IN
             (SELECT connection_id FROM connection WHERE ended_at <= ?1 LIMIT ?2)",
        params![long_ago, most],
    )?;
    Ok(expired + ended)
}

fn read(row: &Row<'_>) -> Result<Connection, StoreError> {
    let text = |column: &str| Ok::<String, StoreError>(row.get(column)?);
    let organization: Option<String> = row.get("organization_id")?;
    Ok(Connection {
        id: columns::read_family_id(&row.get::<_, Vec<u8>>("connection_id")?)?,
        client_id: columns::read_client_id(&text("client_id")?)?,
        user: columns::read_user_id(&text("user_id")?)?,
        organization: organization.as_deref().map(columns::read_organization_id).transpose()?,
        reach: columns::read_reach(&text("reach")?)?,
        audience: Audience::new(&text("audience")?),
        scopes: columns::read_scopes(&text("scopes")?)?,
        created_at: Timestamp::from_unix(row.get("created_at")?),
        last_used_at: columns::read_time(row.get("last_used_at")?),
        ended_at: columns::read_time(row.get("ended_at")?),
    })
}

fn read_refresh(row: &Row<'_>) -> Result<RefreshToken, StoreError> {
    Ok(RefreshToken {
        hash: columns::read_hash(&row.get::<_, Vec<u8>>("hash")?)?,
        connection: columns::read_family_id(&row.get::<_, Vec<u8>>("connection_id")?)?,
        issued_at: Timestamp::from_unix(row.get("issued_at")?),
        expires_at: columns::read_time(row.get("expires_at")?),
        used_at: columns::read_time(row.get("used_at")?),
    })
}
