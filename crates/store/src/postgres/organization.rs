//! Organizations.

use portreeve_core::org::organization::Organization;
use portreeve_core::text_id::OrganizationId;
use portreeve_core::time::Timestamp;
use tokio_postgres::Row;

use crate::columns;
use crate::contract::error::StoreError;
use crate::postgres::connections::Session;

pub(super) async fn list(session: &mut Session) -> Result<Vec<Organization>, StoreError> {
    session.list("SELECT * FROM organization ORDER BY organization_id", &[], read).await
}

pub(super) async fn find(
    session: &mut Session,
    id: &OrganizationId,
) -> Result<Option<Organization>, StoreError> {
    session
        .find("SELECT * FROM organization WHERE organization_id = $1", &[&id.as_str()], read)
        .await
}

pub(super) async fn find_by_external_id(
    session: &mut Session,
    external_id: &str,
) -> Result<Option<Organization>, StoreError> {
    session.find("SELECT * FROM organization WHERE external_id = $1", &[&external_id], read).await
}

pub(super) async fn enter(session: &mut Session, one: &Organization) -> Result<(), StoreError> {
    session
        .execute(
            "INSERT INTO organization
                 (organization_id, name, external_id, parent_id, created_at, version)
             VALUES ($1, $2, $3, $4, $5, $6)",
            &[
                &one.id.as_str(),
                &one.name,
                &one.external_id,
                &one.parent.as_ref().map(OrganizationId::as_str),
                &one.created_at.as_unix(),
                &one.version,
            ],
        )
        .await?;
    Ok(())
}

pub(super) async fn change(session: &mut Session, one: &Organization) -> Result<(), StoreError> {
    let changed = session
        .execute(
            "UPDATE organization
             SET name = $3, external_id = $4, parent_id = $5, version = version + 1
             WHERE organization_id = $1 AND version = $2",
            &[
                &one.id.as_str(),
                &one.version,
                &one.name,
                &one.external_id,
                &one.parent.as_ref().map(OrganizationId::as_str),
            ],
        )
        .await?;
    match changed {
        0 => Err(StoreError::Conflict("the organization was changed in the meantime")),
        _ => Ok(()),
    }
}

fn read(row: &Row) -> Result<Organization, StoreError> {
    let parent: Option<String> = row.try_get("parent_id")?;
    Ok(Organization {
        id: columns::read_organization_id(row.try_get("organization_id")?)?,
        name: row.try_get("name")?,
        external_id: row.try_get("external_id")?,
        parent: parent.as_deref().map(columns::read_organization_id).transpose()?,
        services: None,
        created_at: Timestamp::from_unix(row.try_get("created_at")?),
        version: row.try_get("version")?,
    })
}
