//! What compact tokens stand for, by number.

use portreeve_core::text_id::OrganizationId;
use portreeve_core::token::claims::Claims;
use portreeve_core::token::record::Audience;
use rusqlite::{Row, params};

use crate::columns;
use crate::contract::error::StoreError;
use crate::sqlite::connections::Session;

pub(super) fn find(session: &Session, number: u64) -> Result<Option<Claims>, StoreError> {
    let number = i64::try_from(number).unwrap_or(i64::MAX);
    session.find("SELECT * FROM claims WHERE number = ?1", [number], read)
}

pub(super) fn find_number(session: &Session, claims: &Claims) -> Result<Option<i64>, StoreError> {
    session.find(
        "SELECT number FROM claims WHERE fingerprint = ?1",
        [claims.fingerprint()],
        |row| Ok(row.get(0)?),
    )
}

/// Enters them; `None` when somebody else just did.
pub(super) fn add(session: &Session, claims: &Claims) -> Result<Option<i64>, StoreError> {
    session.find(
        "INSERT INTO claims (fingerprint, client_id, owner_kind, owner_id, audience, scopes,
             organization_id)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT (fingerprint) DO NOTHING RETURNING number",
        params![
            claims.fingerprint(),
            claims.client_id.as_str(),
            claims.owner.kind(),
            claims.owner.id(),
            claims.audience.as_str(),
            claims.scope.as_str(),
            claims.organization.as_ref().map(OrganizationId::as_str),
        ],
        |row| Ok(row.get(0)?),
    )
}

fn read(row: &Row<'_>) -> Result<Claims, StoreError> {
    let text = |column: &str| Ok::<String, StoreError>(row.get(column)?);
    let organization: Option<String> = row.get("organization_id")?;
    Ok(Claims {
        client_id: columns::read_client_id(&text("client_id")?)?,
        owner: columns::read_owner(&text("owner_kind")?, &text("owner_id")?)?,
        audience: Audience::new(&text("audience")?),
        scope: columns::read_scopes(&text("scopes")?)?,
        organization: organization.as_deref().map(columns::read_organization_id).transpose()?,
    })
}
