//! What compact tokens stand for, by number.

use portreeve_core::text_id::OrganizationId;
use portreeve_core::token::claims::Claims;
use portreeve_core::token::record::Audience;
use tokio_postgres::Row;

use crate::columns;
use crate::contract::error::StoreError;
use crate::postgres::connections::Session;

pub(super) async fn find(session: &mut Session, number: u64) -> Result<Option<Claims>, StoreError> {
    let number = i64::try_from(number).unwrap_or(i64::MAX);
    session.find("SELECT * FROM claims WHERE number = $1", &[&number], read).await
}

pub(super) async fn find_number(
    session: &mut Session,
    claims: &Claims,
) -> Result<Option<i64>, StoreError> {
    session
        .find(
            "SELECT number FROM claims WHERE fingerprint = $1",
            &[&claims.fingerprint().as_slice()],
            |row| Ok(row.try_get(0)?),
        )
        .await
}

/// Enters them; `None` when somebody else just did.
pub(super) async fn add(session: &mut Session, claims: &Claims) -> Result<Option<i64>, StoreError> {
    session
        .find(
            "INSERT INTO claims (fingerprint, client_id, owner_kind, owner_id, audience, scopes,
                 organization_id)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (fingerprint) DO NOTHING RETURNING number",
            &[
                &claims.fingerprint().as_slice(),
                &claims.client_id.as_str(),
                &claims.owner.kind(),
                &claims.owner.id(),
                &claims.audience.as_str(),
                &claims.scope.as_str(),
                &claims.organization.as_ref().map(OrganizationId::as_str),
            ],
            |row| Ok(row.try_get(0)?),
        )
        .await
}

fn read(row: &Row) -> Result<Claims, StoreError> {
    let text = |column: &str| Ok::<String, StoreError>(row.try_get(column)?);
    let organization: Option<String> = row.try_get("organization_id")?;
    Ok(Claims {
        client_id: columns::read_client_id(&text("client_id")?)?,
        owner: columns::read_owner(&text("owner_kind")?, &text("owner_id")?)?,
        audience: Audience::new(&text("audience")?),
        scope: columns::read_scopes(&text("scopes")?)?,
        organization: organization.as_deref().map(columns::read_organization_id).transpose()?,
    })
}
