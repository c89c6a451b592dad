//! Connections, which are people's standing consents, and their refresh tokens.

use async_trait::async_trait;
use portreeve_core::connection::record::{Connection, FamilyId, RefreshToken};
use portreeve_core::secret::SecretHash;
use portreeve_core::text_id::OrganizationId;
use portreeve_core::time::Timestamp;
use portreeve_core::token::record::Audience;
use tokio_postgres::Row;

use crate::columns;
use crate::contract::consent::Consents;
use crate::contract::error::StoreError;
use crate::contract::{ConnectionsOf, Page};
use crate::postgres::PostgresStore;
use crate::postgres::connections::Session;

#[async_trait]
impl Consents for PostgresStore {
    async fn find_connection(&self, id: &FamilyId) -> Result<Option<Connection>, StoreError> {
        find(&mut self.connections.session().await?, id).await
    }

    async fn list_connections(
        &self,
        of: ConnectionsOf<'_>,
        page: &Page,
    ) -> Result<Vec<Connection>, StoreError> {
        let (whose, id) = whose(of);
        list(&mut self.connections.session().await?, whose, id, page).await
    }

    async fn find_refresh_token(
        &self,
        hash: &SecretHash,
    ) -> Result<Option<(RefreshToken, Connection)>, StoreError> {
        find_refresh(&mut self.connections.session().await?, hash).await
    }
}

pub(super) async fn find(
    session: &mut Session,
    id: &FamilyId,
) -> Result<Option<Connection>, StoreError> {
    session
        .find("SELECT * FROM connection WHERE connection_id = $1", &[&id.0.as_slice()], read)
        .await
}

/// The condition that picks these, and whose id stands in it.
pub(super) fn whose(of: ConnectionsOf<'_>) -> (&'static str, Option<&str>) {
    match of {
        ConnectionsOf::User(id) => ("user_id = $1", Some(id.as_str())),
        ConnectionsOf::Client(id) => ("client_id = $1", Some(id.as_str())),
        ConnectionsOf::Organization(id) => ("organization_id = $1", Some(id.as_str())),
        ConnectionsOf::All => ("$1::text IS NULL", None),
    }
}

pub(super) async fn list(
    session: &mut Session,
    whose: &'static str,
    id: Option<&str>,
    page: &Page,
) -> Result<Vec<Connection>, StoreError> {
    session
        .list(
            &format!(
                "SELECT * FROM connection WHERE {whose} AND connection_id > $2
                 ORDER BY connection_id LIMIT $3"
            ),
            &[&id, &columns::after_family(page), &i64::from(page.limit)],
            read,
        )
        .await
}

pub(super) async fn find_refresh(
    session: &mut Session,
    hash: &SecretHash,
) -> Result<Option<(RefreshToken, Connection)>, StoreError> {
    session
        .find(
            "SELECT c.*, r.hash, r.issued_at, r.expires_at, r.used_at
             FROM refresh_token r JOIN connection c USING (connection_id) WHERE r.hash = $1",
            &[&hash.as_bytes().as_slice()],
            |row| Ok((read_refresh(row)?, read(row)?)),
        )
        .await
}

pub(super) async fn make(session: &mut Session, one: &Connection) -> Result<(), StoreError> {
    session
        .execute(
            "INSERT INTO connection (connection_id, client_id, user_id, organization_id, reach,
                 audience, scopes, created_at, last_used_at, ended_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            &[
                &one.id.0.as_slice(),
                &one.client_id.as_str(),
                &one.user.as_str(),
                &one.organization.as_ref().map(OrganizationId::as_str),
                &one.reach.as_str(),
                &one.audience.as_str(),
                &one.scopes.as_str(),
                &one.created_at.as_unix(),
                &columns::write_time(one.last_used_at),
                &columns::write_time(one.ended_at),
            ],
        )
        .await?;
    Ok(())
}

pub(super) async fn add_refresh(
    session: &mut Session,
    one: &RefreshToken,
) -> Result<(), StoreError> {
    session
        .execute(
            "INSERT INTO refresh_token (hash, connection_id, issued_at, expires_at, used_at)
             VALUES ($1, $2, $3, $4, $5)",
            &[
                &one.hash.as_bytes().as_slice(),
                &one.connection.0.as_slice(),
                &one.issued_at.as_unix(),
                &columns::write_time(one.expires_at),
                &columns::write_time(one.used_at),
            ],
        )
        .await?;
    Ok(())
}

pub(super) async fn mark_used(
    session: &mut Session,
    id: &FamilyId,
    at: Timestamp,
) -> Result<(), StoreError> {
    session
        .execute(
            "UPDATE connection SET last_used_at = $2
             WHERE connection_id = $1 AND (last_used_at IS NULL OR last_used_at < $2)",
            &[&id.0.as_slice(), &at.as_unix()],
        )
        .await?;
    Ok(())
}

pub(super) async fn end(
    session: &mut Session,
    id: &FamilyId,
    at: Timestamp,
) -> Result<(), StoreError> {
    let ended = session
        .execute(
            "UPDATE connection SET ended_at = $2 WHERE connection_id = $1 AND ended_at IS NULL",
            &[&id.0.as_slice(), &at.as_unix()],
        )
        .await?;
    match ended {
        0 => Err(StoreError::Conflict("the connection has ended already")),
        _ => Ok(()),
    }
}

/// Of two that use the same token, the condition on `used_at` lets one through. The
/// connection is locked first, so that nobody ends it in the meantime.
pub(super) async fn rotate(
    session: &mut Session,
    used: &SecretHash,
    at: Timestamp,
    next: &RefreshToken,
) -> Result<(), StoreError> {
    let rotated = session
        .execute(
            "WITH standing AS (
                 SELECT connection_id FROM connection
                 WHERE connection_id = $2 AND ended_at IS NULL FOR NO KEY UPDATE
             )
             UPDATE refresh_token r SET used_at = $3 FROM standing
             WHERE r.hash = $1 AND r.connection_id = standing.connection_id
               AND r.used_at IS NULL",
            &[&used.as_bytes().as_slice(), &next.connection.0.as_slice(), &at.as_unix()],
        )
        .await?;
    match rotated {
        0 => {
            Err(StoreError::Conflict("the refresh token was used before, or its connection ended"))
        }
        _ => add_refresh(session, next).await,
    }
}

/// Removes what gives nothing any more, `most` of each kind at a time; answers how
/// many rows went. A token that was used is kept beyond its own end: it tells when it is
/// used again.
pub(super) async fn sweep(
    session: &mut Session,
    now: Timestamp,
    most: u32,
) -> Result<u64, StoreError> {
    let (long_ago, most) = (now.minus(columns::KEPT_FOR_REUSE).as_unix(), i64::from(most));
    let expired = session
        .execute(
            "DELETE FROM refresh_token WHERE hash IN
                 (SELECT hash FROM refresh_token
                  WHERE expires_at <= $1 AND used_at IS NULL OR used_at <= $2 LIMIT $3)",
            &[&now.as_unix(), &long_ago, &most],
        )
        .await?;
    let ended = session
        .execute(
            "DELETE FROM connection WHERE connection_id IN
                 (SELECT connection_id FROM connection WHERE ended_at <= $1 LIMIT $2)",
            &[&long_ago, &most],
        )
        .await?;
    Ok(expired + ended)
}

fn read(row: &Row) -> Result<Connection, StoreError> {
    let text = |column: &str| Ok::<String, StoreError>(row.try_get(column)?);
    let organization: Option<String> = row.try_get("organization_id")?;
    Ok(Connection {
        id: columns::read_family_id(row.try_get("connection_id")?)?,
        client_id: columns::read_client_id(&text("client_id")?)?,
        user: columns::read_user_id(&text("user_id")?)?,
        organization: organization.as_deref().map(columns::read_organization_id).transpose()?,
        reach: columns::read_reach(&text("reach")?)?,
        audience: Audience::new(&text("audience")?),
        scopes: columns::read_scopes(&text("scopes")?)?,
        created_at: Timestamp::from_unix(row.try_get("created_at")?),
        last_used_at: columns::read_time(row.try_get("last_used_at")?),
        ended_at: columns::read_time(row.try_get("ended_at")?),
    })
}

fn read_refresh(row: &Row) -> Result<RefreshToken, StoreError> {
    Ok(RefreshToken {
        hash: columns::read_hash(row.try_get("hash")?)?,
        connection: columns::read_family_id(row.try_get("connection_id")?)?,
        issued_at: Timestamp::from_unix(row.try_get("issued_at")?),
        expires_at: columns::read_time(row.try_get("expires_at")?),
        used_at: columns::read_time(row.try_get("used_at")?),
    })
}
