//! Revoked tokens and families, and spent ones. Access tokens themselves are never
//! stored.

use async_trait::async_trait;
use portreeve_core::text_id::ClientId;
use portreeve_core::time::Timestamp;
use portreeve_core::token::claims::Claims;
use portreeve_core::token::key::KeyRecord;
use portreeve_core::token::record::TokenId;

use crate::columns::{self, storable};
use crate::contract::REVOCATIONS_OUTLAST;
use crate::contract::commit::Write;
use crate::contract::error::StoreError;
use crate::contract::token::Tokens;
use crate::postgres::connections::Session;
use crate::postgres::{PostgresStore, claims, key};

#[async_trait]
impl Tokens for PostgresStore {
    async fn find_claims(&self, number: u64) -> Result<Option<Claims>, StoreError> {
        claims::find(&mut self.connections.session().await?, number).await
    }

    async fn number_claims(&self, claims: &Claims) -> Result<u64, StoreError> {
        storable::check_claims(claims)?;
        let mut session = self.connections.session().await?;
        let mut number = claims::find_number(&mut session, claims).await?;
        if number.is_none() {
            number = claims::add(&mut session, claims).await?;
        }
        if number.is_none() {
            // Somebody else was faster.
            number = claims::find_number(&mut session, claims).await?;
        }
        columns::read_number(number.ok_or_else(|| columns::corrupt("number"))?)
    }

    async fn list_revocations(
        &self,
        now: Timestamp,
    ) -> Result<Vec<(TokenId, Timestamp)>, StoreError> {
        list_revocations(&mut self.connections.session().await?.patient(), now).await
    }

    async fn list_keys(&self) -> Result<Vec<KeyRecord>, StoreError> {
        key::list(&mut self.connections.session().await?).await
    }
}

pub(super) async fn list_revocations(
    session: &mut Session,
    now: Timestamp,
) -> Result<Vec<(TokenId, Timestamp)>, StoreError> {
    session
        .list(
            "SELECT token_id, expires_at FROM revocation WHERE expires_at > $1",
            &[&now.minus(REVOCATIONS_OUTLAST).as_unix()],
            |row| {
                let id = columns::read_token_id(row.try_get(0)?)?;
                Ok((id, Timestamp::from_unix(row.try_get(1)?)))
            },
        )
        .await
}

/// Enters every revocation among these writes with one statement.
pub(super) async fn revoke(session: &mut Session, writes: &[&Write]) -> Result<(), StoreError> {
    let (mut ids, mut clients, mut ends) = (Vec::new(), Vec::new(), Vec::new());
    for write in writes {
        let (id, client_id, end) = match write {
            Write::TokenRevoked { id, client_id, expires_at } => (&id.0, client_id, expires_at),
            Write::ConnectionEnded { id, client_id, until, .. } => (&id.0, client_id, until),
            _ => continue,
        };
        ids.push(id.as_slice());
        clients.push(client_id.as_str());
        ends.push(end.as_unix());
    }
    if ids.is_empty() {
        return Ok(());
    }
    // In order, so that two nodes that revoke the same tokens never wait for each
    // other.
    session
        .execute(
            "INSERT INTO revocation (token_id, client_id, expires_at)
             SELECT * FROM unnest($1::bytea[], $2::text[], $3::bigint[]) AS r (token_id)
             ORDER BY r.token_id ON CONFLICT (token_id) DO NOTHING",
            &[&ids, &clients, &ends],
        )
        .await?;
    Ok(())
}

/// The same, once: of two that spend the same token, the primary key lets one in.
pub(super) async fn spend(
    session: &mut Session,
    id: &TokenId,
    client_id: &ClientId,
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    session
        .execute(
            "INSERT INTO revocation (token_id, client_id, expires_at) VALUES ($1, $2, $3)",
            &[&id.0.as_slice(), &client_id.as_str(), &expires_at.as_unix()],
        )
        .await?;
    Ok(())
}

/// Removes revocations of tokens that are long expired, `most` at a time; answers how many went.
pub(super) async fn sweep(
    session: &mut Session,
    now: Timestamp,
    most: u32,
) -> Result<u64, StoreError> {
    session
        .execute(
            "DELETE FROM revocation WHERE token_id IN
                 (SELECT token_id FROM revocation WHERE expires_at <= $1 LIMIT $2)",
            &[&now.minus(REVOCATIONS_OUTLAST).as_unix(), &i64::from(most)],
        )
        .await
}
