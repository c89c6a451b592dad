//! People and where they belong.

use async_trait::async_trait;
use portreeve_core::org::member::{Membership, User};
use portreeve_core::text_id::{OrganizationId, UserId};
use portreeve_core::time::Timestamp;
use rusqlite::{Row, params};

use crate::columns;
use crate::contract::Page;
use crate::contract::error::StoreError;
use crate::contract::search::{PeopleSearch, Person};
use crate::contract::user::People;
use crate::sqlite::SqliteStore;
use crate::sqlite::connections::{Session, json_list};

#[async_trait]
impl People for SqliteStore {
    async fn find_user(&self, id: &UserId) -> Result<Option<User>, StoreError> {
        let id = id.clone();
        self.readers.read(move |session| find(session, &id)).await
    }

    async fn find_users(&self, ids: &[UserId]) -> Result<Vec<User>, StoreError> {
        let ids = ids.to_vec();
        self.readers.read(move |session| find_all(session, &ids)).await
    }

    async fn find_user_by_email(&self, email: &str) -> Result<Option<User>, StoreError> {
        let email = email.to_owned();
        self.readers.read(move |session| find_by_email(session, &email)).await
    }

    async fn list_users(&self, page: &Page) -> Result<Vec<User>, StoreError> {
        let page = page.clone();
        self.readers.read(move |session| list(session, &page)).await
    }

    async fn search_people(&self, search: &PeopleSearch<'_>) -> Result<Vec<Person>, StoreError> {
        let (of, text) = (search.of.cloned(), search.text.to_owned());
        let page = Page { after: search.after.clone(), limit: search.limit };
        self.readers.read(move |session| find_matching(session, of.as_ref(), &text, &page)).await
    }

    async fn list_memberships(&self, user: &UserId) -> Result<Vec<Membership>, StoreError> {
        let user = user.clone();
        self.readers.read(move |session| list_memberships(session, &user)).await
    }

    async fn list_members(
        &self,
        organization: &OrganizationId,
    ) -> Result<Vec<Membership>, StoreError> {
        let organization = organization.clone();
        self.readers.read(move |session| list_members(session, &organization)).await
    }
}

pub(super) fn find(session: &Session, id: &UserId) -> Result<Option<User>, StoreError> {
    session.find("SELECT * FROM person WHERE user_id = ?1", [id.as_str()], read)
}

pub(super) fn find_by_email(session: &Session, email: &str) -> Result<Option<User>, StoreError> {
    session.find("SELECT * FROM person WHERE email = ?1", [email], read)
}

pub(super) fn list(session: &Session, page: &Page) -> Result<Vec<User>, StoreError> {
    session.list(
        "SELECT * FROM person WHERE email > ?1 ORDER BY email LIMIT ?2",
        params![columns::after(page).unwrap_or_default(), page.limit],
        read,
    )
}

pub(super) fn find_all(session: &Session, ids: &[UserId]) -> Result<Vec<User>, StoreError> {
    session.list(
        "SELECT * FROM person WHERE user_id IN (SELECT value FROM json_each(?1)) ORDER BY user_id",
        [json_list(ids.iter().map(UserId::as_str))],
        read,
    )
}

pub(super) fn find_matching(
    session: &Session,
    of: Option<&OrganizationId>,
    text: &str,
    page: &Page,
) -> Result<Vec<Person>, StoreError> {
    let Some(pattern) = columns::pattern(text) else { return Ok(Vec::new()) };
    let whose = match of {
        Some(_) => {
            "m.role FROM membership m CROSS JOIN person p USING (user_id)
             WHERE m.organization_id = ?1"
        }
        None => "NULL AS role FROM person p WHERE ?1 IS NULL",
    };
    session.list(
        &format!(
            "SELECT p.*, {whose} AND p.email > ?2
                 AND (p.name LIKE ?3 ESCAPE '\\' OR p.email LIKE ?3 ESCAPE '\\')
             ORDER BY p.email LIMIT ?4"
        ),
        params![
            of.map(OrganizationId::as_str),
            columns::after(page).unwrap_or_default(),
            pattern,
            page.limit
        ],
        read_person,
    )
}

pub(super) fn list_memberships(
    session: &Session,
    user: &UserId,
) -> Result<Vec<Membership>, StoreError> {
    session.list(
        "SELECT * FROM membership WHERE user_id = ?1 ORDER BY organization_id",
        [user.as_str()],
        read_membership,
    )
}

pub(super) fn list_members(
    session: &Session,
    organization: &OrganizationId,
) -> Result<Vec<Membership>, StoreError> {
    session.list(
        "SELECT * FROM membership WHERE organization_id = ?1 ORDER BY user_id",
        [organization.as_str()],
        read_membership,
    )
}

pub(super) fn enter(session: &Session, user: &User) -> Result<(), StoreError> {
    session.execute(
        "INSERT INTO person (user_id, email, name, operator, disabled, created_at,
             address_proven_at, version)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            user.id.as_str(),
            user.email,
            user.name,
            user.operator,
            user.disabled,
            user.created_at.as_unix(),
            columns::write_time(user.address_proven_at),
            user.version,
        ],
    )?;
    Ok(())
}

pub(super) fn change(session: &Session, user: &User) -> Result<(), StoreError> {
    let changed = session.execute(
        "UPDATE person
         SET email = ?3, name = ?4, operator = ?5, disabled = ?6, address_proven_at = ?7,
             version = version + 1
         WHERE user_id = ?1 AND version = ?2",
        params![
            user.id.as_str(),
            user.version,
            user.email,
            user.name,
            user.operator,
            user.disabled,
            columns::write_time(user.address_proven_at),
        ],
    )?;
    match changed {
        0 => Err(StoreError::Conflict("the person was changed in the meantime")),
        _ => Ok(()),
    }
}

pub(super) fn set_membership(session: &Session, one: &Membership) -> Result<(), StoreError> {
    session.execute(
        "INSERT INTO membership (organization_id, user_id, role) VALUES (?1, ?2, ?3)
         ON CONFLICT (organization_id, user_id) DO UPDATE SET role = excluded.role",
        params![one.organization.as_str(), one.user.as_str(), one.role.as_str()],
    )?;
    Ok(())
}

pub(super) fn end_membership(
    session: &Session,
    organization: &OrganizationId,
    user: &UserId,
) -> Result<(), StoreError> {
    let ended = session.execute(
        "DELETE FROM membership WHERE organization_id = ?1 AND user_id = ?2",
        [organization.as_str(), user.as_str()],
    )?;
    match ended {
        0 => Err(StoreError::Conflict("there is no such membership")),
        _ => Ok(()),
    }
}

fn read(row: &Row<'_>) -> Result<User, StoreError> {
    Ok(User {
        id: columns::read_user_id(&row.get::<_, String>("user_id")?)?,
        email: row.get("email")?,
        name: row.get("name")?,
        operator: row.get("operator")?,
        disabled: row.get("disabled")?,
        created_at: Timestamp::from_unix(row.get("created_at")?),
        address_proven_at: columns::read_time(row.get("address_proven_at")?),
        version: row.get("version")?,
    })
}

fn read_person(row: &Row<'_>) -> Result<Person, StoreError> {
    let role: Option<String> = row.get("role")?;
    Ok(Person {
        user: read(row)?,
        role: role.as_deref().map(columns::read_role).transpose()?,
        last_signed_in_at: columns::read_time(row.get("last_signed_in_at")?),
    })
}

fn read_membership(row: &Row<'_>) -> Result<Membership, StoreError> {
    let role: String = row.get("role")?;
    Ok(Membership {
        organization: columns::read_organization_id(&row.get::<_, String>("organization_id")?)?,
        user: columns::read_user_id(&row.get::<_, String>("user_id")?)?,
        role: columns::read_role(&role)?,
    })
}
