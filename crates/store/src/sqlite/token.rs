//! Revoked tokens and families, and spent ones. Access tokens themselves are never
//! stored.

use async_trait::async_trait;
use portreeve_core::text_id::ClientId;
use portreeve_core::time::Timestamp;
use portreeve_core::token::claims::Claims;
use portreeve_core::token::key::KeyRecord;
use portreeve_core::token::record::TokenId;
use rusqlite::params;

use crate::columns::{self, storable};
use crate::contract::REVOCATIONS_OUTLAST;
use crate::contract::error::StoreError;
use crate::contract::token::Tokens;
use crate::sqlite::commit::Work;
use crate::sqlite::connections::Session;
use crate::sqlite::{SqliteStore, claims, key};

#[async_trait]
impl Tokens for SqliteStore {
    async fn find_claims(&self, number: u64) -> Result<Option<Claims>, StoreError> {
        self.readers.read(move |session| claims::find(session, number)).await
    }

    async fn number_claims(&self, claims: &Claims) -> Result<u64, StoreError> {
        storable::check_claims(claims)?;
        let wanted = claims.clone();
        let found = self.readers.read(move |session| claims::find_number(session, &wanted)).await?;
        let number = match found {
            Some(number) => number,
            None => self.queue.write(Work::Number(claims.clone())).await?,
        };
        columns::read_number(number)
    }

    async fn list_revocations(
        &self,
        now: Timestamp,
    ) -> Result<Vec<(TokenId, Timestamp)>, StoreError> {
        self.readers.read(move |session| list_revocations(session, now)).await
    }

    async fn list_keys(&self) -> Result<Vec<KeyRecord>, StoreError> {
        self.readers.read(key::list).await
    }
}

pub(super) fn list_revocations(
    session: &Session,
    now: Timestamp,
) -> Result<Vec<(TokenId, Timestamp)>, StoreError> {
    session.list(
        "SELECT token_id, expires_at FROM revocation WHERE expires_at > ?1",
        [now.minus(REVOCATIONS_OUTLAST).as_unix()],
        |row| {
            let id = columns::read_token_id(&row.get::<_, Vec<u8>>(0)?)?;
            Ok((id, Timestamp::from_unix(row.get(1)?)))
        },
    )
}

pub(super) fn revoke(
    session: &Session,
    id: &TokenId,
    client_id: &ClientId,
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    session.execute(
        "INSERT INTO revocation (token_id, client_id, expires_at) VALUES (?1, ?2, ?3)
         ON CONFLICT (token_id) DO NOTHING",
        params![id.0, client_id.as_str(), expires_at.as_unix()],
    )?;
    Ok(())
}

/// The same, once: of two that spend the same token, the primary key lets one in.
pub(super) fn spend(
    session: &Session,
    id: &TokenId,
    client_id: &ClientId,
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    session.execute(
        "INSERT INTO revocation (token_id, client_id, expires_at) VALUES (?1, ?2, ?3)",
        params![id.0, client_id.as_str(), expires_at.as_unix()],
    )?;
    Ok(())
}

/// Removes revocations of tokens that are long expired, `most` at a time; answers how many went.
pub(super) fn sweep(session: &Session, now: Timestamp, most: u32) -> Result<usize, StoreError> {
    session.execute(
        "DELETE FROM revocation WHERE token_id IN
             (SELECT token_id FROM revocation WHERE expires_at <= ?1 LIMIT ?2)",
        params![now.minus(REVOCATIONS_OUTLAST).as_unix(), most],
    )
}
