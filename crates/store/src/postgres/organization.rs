//! Organizations.

use async_trait::async_trait;
use portreeve_core::org::organization::Organization;
use portreeve_core::text_id::OrganizationId;
use portreeve_core::time::Timestamp;
use tokio_postgres::Row;

use crate::columns::{self, storable};
use crate::contract::Page;
use crate::contract::error::StoreError;
use crate::contract::organization::Organizations;
use crate::contract::search::Counted;
use crate::postgres::PostgresStore;
use crate::postgres::connections::Session;

#[async_trait]
impl Organizations for PostgresStore {
    async fn list_organizations(&self) -> Result<Vec<Organization>, StoreError> {
        list(&mut self.connections.session().await?.patient()).await
    }

    async fn find_organization(
        &self,
        id: &OrganizationId,
    ) -> Result<Option<Organization>, StoreError> {
        find(&mut self.connections.session().await?, id).await
    }

    async fn find_organizations(
        &self,
        ids: &[OrganizationId],
    ) -> Result<Vec<Organization>, StoreError> {
        find_all(&mut self.connections.session().await?, ids).await
    }

    async fn find_organization_by_external_id(
        &self,
        external_id: &str,
    ) -> Result<Option<Organization>, StoreError> {
        if !storable::is_storable(external_id) {
            return Ok(None);
        }
        find_by_external_id(&mut self.connections.session().await?, external_id).await
    }

    async fn search_organizations(
        &self,
        text: &str,
        page: &Page,
    ) -> Result<Vec<Counted>, StoreError> {
        search(&mut self.connections.session().await?, text, page).await
    }

    async fn count_in(&self, organizations: &[OrganizationId]) -> Result<Vec<Counted>, StoreError> {
        count_in(&mut self.connections.session().await?, organizations).await
    }
}

/// An organization with how many people and clients belong to it.
const COUNTED: &str = "SELECT o.*,
        (SELECT count(*) FROM membership m
         WHERE m.organization_id = o.organization_id) AS members,
        (SELECT count(*) FROM client c
         WHERE c.owner_kind = 'organization' AND c.owner_id = o.organization_id) AS clients
    FROM organization o";

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

pub(super) async fn find_all(
    session: &mut Session,
    ids: &[OrganizationId],
) -> Result<Vec<Organization>, StoreError> {
    let ids: Vec<&str> = ids.iter().map(OrganizationId::as_str).collect();
    session
        .list(
            "SELECT * FROM organization WHERE organization_id = ANY ($1) ORDER BY organization_id",
            &[&ids],
            read,
        )
        .await
}

pub(super) async fn find_by_external_id(
    session: &mut Session,
    external_id: &str,
) -> Result<Option<Organization>, StoreError> {
    session.find("SELECT * FROM organization WHERE external_id = $1", &[&external_id], read).await
}

pub(super) async fn search(
    session: &mut Session,
    text: &str,
    page: &Page,
) -> Result<Vec<Counted>, StoreError> {
    let Some(pattern) = columns::pattern(text) else { return Ok(Vec::new()) };
    session
        .list(
            &format!(
                "{COUNTED} WHERE o.organization_id > $1
                     AND (o.name ILIKE $2 OR o.organization_id ILIKE $2 OR o.external_id ILIKE $2)
                 ORDER BY o.organization_id LIMIT $3"
            ),
            &[&columns::after(page).unwrap_or_default(), &pattern, &i64::from(page.limit)],
            read_counted,
        )
        .await
}

pub(super) async fn count_in(
    session: &mut Session,
    organizations: &[OrganizationId],
) -> Result<Vec<Counted>, StoreError> {
    let ids: Vec<&str> = organizations.iter().map(OrganizationId::as_str).collect();
    session
        .list(
            &format!("{COUNTED} WHERE o.organization_id = ANY ($1) ORDER BY o.organization_id"),
            &[&ids],
            read_counted,
        )
        .await
}

pub(super) async fn enter(session: &mut Session, one: &Organization) -> Result<(), StoreError> {
    session
        .execute(
            "INSERT INTO organization
                 (organization_id, name, external_id, parent_id, services, created_at, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
            &[
                &one.id.as_str(),
                &one.name,
                &one.external_id,
                &one.parent.as_ref().map(OrganizationId::as_str),
                &one.services.as_deref().map(columns::write_lines),
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
             SET name = $3, external_id = $4, parent_id = $5, services = $6,
                 version = version + 1
             WHERE organization_id = $1 AND version = $2",
            &[
                &one.id.as_str(),
                &one.version,
                &one.name,
                &one.external_id,
                &one.parent.as_ref().map(OrganizationId::as_str),
                &one.services.as_deref().map(columns::write_lines),
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
    let services: Option<String> = row.try_get("services")?;
    Ok(Organization {
        id: columns::read_organization_id(row.try_get("organization_id")?)?,
        name: row.try_get("name")?,
        external_id: row.try_get("external_id")?,
        parent: parent.as_deref().map(columns::read_organization_id).transpose()?,
        services: services
            .map(|services| columns::read_lines(&services, "services"))
            .transpose()?,
        created_at: Timestamp::from_unix(row.try_get("created_at")?),
        version: row.try_get("version")?,
    })
}

fn read_counted(row: &Row) -> Result<Counted, StoreError> {
    Ok(Counted {
        organization: read(row)?,
        members: columns::read_count(row.try_get("members")?)?,
        clients: columns::read_count(row.try_get("clients")?)?,
    })
}
