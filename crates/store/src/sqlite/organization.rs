//! Organizations.

use async_trait::async_trait;
use portreeve_core::org::organization::Organization;
use portreeve_core::text_id::OrganizationId;
use portreeve_core::time::Timestamp;
use rusqlite::{Row, params};

use crate::columns;
use crate::contract::Page;
use crate::contract::error::StoreError;
use crate::contract::organization::Organizations;
use crate::contract::search::Counted;
use crate::sqlite::SqliteStore;
use crate::sqlite::connections::{Session, json_list};

#[async_trait]
impl Organizations for SqliteStore {
    async fn list_organizations(&self) -> Result<Vec<Organization>, StoreError> {
        self.readers.read(list).await
    }

    async fn find_organization(
        &self,
        id: &OrganizationId,
    ) -> Result<Option<Organization>, StoreError> {
        let id = id.clone();
        self.readers.read(move |session| find(session, &id)).await
    }

    async fn find_organizations(
        &self,
        ids: &[OrganizationId],
    ) -> Result<Vec<Organization>, StoreError> {
        let ids = ids.to_vec();
        self.readers.read(move |session| find_all(session, &ids)).await
    }

    async fn find_organization_by_external_id(
        &self,
        external_id: &str,
    ) -> Result<Option<Organization>, StoreError> {
        let id = external_id.to_owned();
        self.readers.read(move |session| find_by_external_id(session, &id)).await
    }

    async fn search_organizations(
        &self,
        text: &str,
        page: &Page,
    ) -> Result<Vec<Counted>, StoreError> {
        let (text, page) = (text.to_owned(), page.clone());
        self.readers.read(move |session| search(session, &text, &page)).await
    }

    async fn count_in(&self, organizations: &[OrganizationId]) -> Result<Vec<Counted>, StoreError> {
        let organizations = organizations.to_vec();
        self.readers.read(move |session| count_in(session, &organizations)).await
    }
}

/// An organization with how many people and clients belong to it.
const COUNTED: &str = "SELECT o.*,
        (SELECT count(*) FROM membership m
         WHERE m.organization_id = o.organization_id) AS members,
        (SELECT count(*) FROM client c
         WHERE c.owner_kind = 'organization' AND c.owner_id = o.organization_id) AS clients
    FROM organization o";

pub(super) fn list(session: &Session) -> Result<Vec<Organization>, StoreError> {
    session.list("SELECT * FROM organization ORDER BY organization_id", [], read)
}

pub(super) fn find(
    session: &Session,
    id: &OrganizationId,
) -> Result<Option<Organization>, StoreError> {
    session.find("SELECT * FROM organization WHERE organization_id = ?1", [id.as_str()], read)
}

pub(super) fn find_all(
    session: &Session,
    ids: &[OrganizationId],
) -> Result<Vec<Organization>, StoreError> {
    session.list(
        "SELECT * FROM organization WHERE organization_id IN (SELECT value FROM json_each(?1))
         ORDER BY organization_id",
        [json_list(ids.iter().map(OrganizationId::as_str))],
        read,
    )
}

pub(super) fn find_by_external_id(
    session: &Session,
    external_id: &str,
) -> Result<Option<Organization>, StoreError> {
    session.find("SELECT * FROM organization WHERE external_id = ?1", [external_id], read)
}

pub(super) fn search(
    session: &Session,
    text: &str,
    page: &Page,
) -> Result<Vec<Counted>, StoreError> {
    let Some(pattern) = columns::pattern(text) else { return Ok(Vec::new()) };
    session.list(
        &format!(
            "{COUNTED} WHERE o.organization_id > ?1
                 AND (o.name LIKE ?2 ESCAPE '\\' OR o.organization_id LIKE ?2 ESCAPE '\\'
                      OR o.external_id LIKE ?2 ESCAPE '\\')
             ORDER BY o.organization_id LIMIT ?3"
        ),
        params![columns::after(page).unwrap_or_default(), pattern, page.limit],
        read_counted,
    )
}

pub(super) fn count_in(
    session: &Session,
    organizations: &[OrganizationId],
) -> Result<Vec<Counted>, StoreError> {
    let ids = json_list(organizations.iter().map(OrganizationId::as_str));
    session.list(
        &format!(
            "{COUNTED} WHERE o.organization_id IN (SELECT value FROM json_each(?1))
             ORDER BY o.organization_id"
        ),
        [ids],
        read_counted,
    )
}

pub(super) fn enter(session: &Session, one: &Organization) -> Result<(), StoreError> {
    session.execute(
        "INSERT INTO organization
             (organization_id, name, external_id, parent_id, services, created_at, version)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            one.id.as_str(),
            one.name,
            one.external_id,
            one.parent.as_ref().map(OrganizationId::as_str),
            one.services.as_deref().map(columns::write_lines),
            one.created_at.as_unix(),
            one.version,
        ],
    )?;
    Ok(())
}

pub(super) fn change(session: &Session, one: &Organization) -> Result<(), StoreError> {
    let changed = session.execute(
        "UPDATE organization
         SET name = ?3, external_id = ?4, parent_id = ?5, services = ?6, version = version + 1
         WHERE organization_id = ?1 AND version = ?2",
        params![
            one.id.as_str(),
            one.version,
            one.name,
            one.external_id,
            one.parent.as_ref().map(OrganizationId::as_str),
            one.services.as_deref().map(columns::write_lines),
        ],
    )?;
    match changed {
        0 => Err(StoreError::Conflict("the organization was changed in the meantime")),
        _ => Ok(()),
    }
}

fn read(row: &Row<'_>) -> Result<Organization, StoreError> {
    let parent: Option<String> = row.get("parent_id")?;
    let services: Option<String> = row.get("services")?;
    Ok(Organization {
        id: columns::read_organization_id(&row.get::<_, String>("organization_id")?)?,
        name: row.get("name")?,
        external_id: row.get("external_id")?,
        parent: parent.as_deref().map(columns::read_organization_id).transpose()?,
        services: services
            .map(|services| columns::read_lines(&services, "services"))
            .transpose()?,
        created_at: Timestamp::from_unix(row.get("created_at")?),
        version: row.get("version")?,
    })
}

fn read_counted(row: &Row<'_>) -> Result<Counted, StoreError> {
    Ok(Counted {
        organization: read(row)?,
        members: columns::read_count(row.get("members")?)?,
        clients: columns::read_count(row.get("clients")?)?,
    })
}
