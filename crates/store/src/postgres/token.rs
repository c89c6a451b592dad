//! Revoked tokens. Tokens themselves are never stored.

use portreeve_core::text_id::ClientId;
use portreeve_core::time::Timestamp;
use portreeve_core::token::record::TokenId;

use crate::columns;
use crate::contract::error::StoreError;
use crate::postgres::connections::Session;

pub(super) async fn list_revocations(
    session: &mut Session,
    now: Timestamp,
) -> Result<Vec<(TokenId, Timestamp)>, StoreError> {
    session
        .list(
            "SELECT token_id, expires_at FROM revocation WHERE expires_at > $1",
            &[&now.as_unix()],
            |row| {
                let id = columns::read_token_id(row.try_get(0)?)?;
                Ok((id, Timestamp::from_unix(row.try_get(1)?)))
            },
        )
        .await
}

pub(super) async fn revoke(
    session: &mut Session,
    id: &TokenId,
    client_id: &ClientId,
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    session
        .execute(
            "INSERT INTO revocation (token_id, client_id, expires_at) VALUES ($1, $2, $3)
             ON CONFLICT (token_id) DO NOTHING",
            &[&id.0.as_slice(), &client_id.as_str(), &expires_at.as_unix()],
        )
        .await?;
    Ok(())
}

/// Removes expired revocations, `most` at a time; answers how many went.
pub(super) async fn sweep(
    session: &mut Session,
    now: Timestamp,
    most: u32,
) -> Result<u64, StoreError> {
    session
        .execute(
            "DELETE FROM revocation WHERE token_id IN
                 (SELECT token_id FROM revocation WHERE expires_at <= $1 LIMIT $2)",
            &[&now.as_unix(), &i64::from(most)],
        )
        .await
}
