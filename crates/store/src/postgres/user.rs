//! People and where they belong.

use async_trait::async_trait;
use portreeve_core::org::member::{Membership, User};
use portreeve_core::text_id::{OrganizationId, UserId};
use portreeve_core::time::Timestamp;
use tokio_postgres::Row;

use crate::columns::{self, storable};
use crate::contract::Page;
use crate::contract::error::StoreError;
use crate::contract::search::{PeopleSearch, Person};
use crate::contract::user::People;
use crate::postgres::PostgresStore;
use crate::postgres::connections::Session;

#[async_trait]
impl People for PostgresStore {
    async fn find_user(&self, id: &UserId) -> Result<Option<User>, StoreError> {
        find(&mut self.connections.session().await?, id).await
    }

    async fn find_users(&self, ids: &[UserId]) -> Result<Vec<User>, StoreError> {
        find_all(&mut self.connections.session().await?, ids).await
    }

    async fn find_user_by_email(&self, email: &str) -> Result<Option<User>, StoreError> {
        if !storable::is_storable(email) {
            return Ok(None);
        }
        find_by_email(&mut self.connections.session().await?, email).await
    }

    async fn list_users(&self, page: &Page) -> Result<Vec<User>, StoreError> {
        list(&mut self.connections.session().await?, page).await
    }

    async fn search_people(&self, search: &PeopleSearch<'_>) -> Result<Vec<Person>, StoreError> {
        let page = Page { after: search.after.clone(), limit: search.limit };
        find_matching(&mut self.connections.session().await?, search.of, search.text, &page).await
    }

    async fn list_memberships(&self, user: &UserId) -> Result<Vec<Membership>, StoreError> {
        list_memberships(&mut self.connections.session().await?, user).await
    }

    async fn list_members(
        &self,
        organization: &OrganizationId,
    ) -> Result<Vec<Membership>, StoreError> {
        list_members(&mut self.connections.session().await?, organization).await
    }
}

pub(super) async fn find(session: &mut Session, id: &UserId) -> Result<Option<User>, StoreError> {
    session.find("SELECT * FROM person WHERE user_id = $1", &[&id.as_str()], read).await
}

pub(super) async fn find_by_email(
    session: &mut Session,
    email: &str,
) -> Result<Option<User>, StoreError> {
    session.find("SELECT * FROM person WHERE email = $1", &[&email], read).await
}

pub(super) async fn list(session: &mut Session, page: &Page) -> Result<Vec<User>, StoreError> {
    session
        .list(
            "SELECT * FROM person WHERE email > $1 ORDER BY email LIMIT $2",
            &[&columns::after(page).unwrap_or_default(), &i64::from(page.limit)],
            read,
        )
        .await
}

pub(super) async fn find_all(
    session: &mut Session,
    ids: &[UserId],
) -> Result<Vec<User>, StoreError> {
    let ids: Vec<&str> = ids.iter().map(UserId::as_str).collect();
    session
        .list("SELECT * FROM person WHERE user_id = ANY ($1) ORDER BY user_id", &[&ids], read)
        .await
}

pub(super) async fn find_matching(
    session: &mut Session,
    of: Option<&OrganizationId>,
    text: &str,
    page: &Page,
) -> Result<Vec<Person>, StoreError> {
    let Some(pattern) = columns::pattern(text) else { return Ok(Vec::new()) };
    let whose = match of {
        Some(_) => {
            "m.role FROM membership m JOIN person p USING (user_id)
             WHERE m.organization_id = $1"
        }
        None => "NULL AS role FROM person p WHERE $1::text IS NULL",
    };
    session
        .list(
            &format!(
                "SELECT p.*, {whose} AND p.email > $2 AND (p.name ILIKE $3 OR p.email ILIKE $3)
                 ORDER BY p.email LIMIT $4"
            ),
            &[
                &of.map(OrganizationId::as_str),
                &columns::after(page).unwrap_or_default(),
                &pattern,
                &i64::from(page.limit),
            ],
            read_person,
        )
        .await
}

pub(super) async fn list_memberships(
    session: &mut Session,
    user: &UserId,
) -> Result<Vec<Membership>, StoreError> {
    session
        .list(
            "SELECT * FROM membership WHERE user_id = $1 ORDER BY organization_id",
            &[&user.as_str()],
            read_membership,
        )
        .await
}

pub(super) async fn list_members(
    session: &mut Session,
    organization: &OrganizationId,
) -> Result<Vec<Membership>, StoreError> {
    session
        .list(
            "SELECT * FROM membership WHERE organization_id = $1 ORDER BY user_id",
            &[&organization.as_str()],
            read_membership,
        )
        .await
}

pub(super) async fn enter(session: &mut Session, user: &User) -> Result<(), StoreError> {
    session
        .execute(
            "INSERT INTO person (user_id, email, name, operator, disabled, created_at,
                 address_proven_at, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            &[
                &user.id.as_str(),
                &user.email,
                &user.name,
                &user.operator,
                &user.disabled,
                &user.created_at.as_unix(),
                &columns::write_time(user.address_proven_at),
                &user.version,
            ],
        )
        .await?;
    Ok(())
}

pub(super) async fn change(session: &mut Session, user: &User) -> Result<(), StoreError> {
    let changed = session
        .execute(
            "UPDATE person
             SET email = $3, name = $4, operator = $5, disabled = $6, address_proven_at = $7,
                 version = version + 1
             WHERE user_id = $1 AND version = $2",
            &[
                &user.id.as_str(),
                &user.version,
                &user.email,
                &user.name,
                &user.operator,
                &user.disabled,
                &columns::write_time(user.address_proven_at),
            ],
        )
        .await?;
    match changed {
        0 => Err(StoreError::Conflict("the person was changed in the meantime")),
        _ => Ok(()),
    }
}

pub(super) async fn set_membership(
    session: &mut Session,
    one: &Membership,
) -> Result<(), StoreError> {
    session
        .execute(
            "INSERT INTO membership (organization_id, user_id, role) VALUES ($1, $2, $3)
             ON CONFLICT (organization_id, user_id) DO UPDATE SET role = excluded.role",
            &[&one.organization.as_str(), &one.user.as_str(), &one.role.as_str()],
        )
        .await?;
    Ok(())
}

pub(super) async fn end_membership(
    session: &mut Session,
    organization: &OrganizationId,
    user: &UserId,
) -> Result<(), StoreError> {
    let ended = session
        .execute(
            "DELETE FROM membership WHERE organization_id = $1 AND user_id = $2",
            &[&organization.as_str(), &user.as_str()],
        )
        .await?;
    match ended {
        0 => Err(StoreError::Conflict("there is no such membership")),
        _ => Ok(()),
    }
}

fn read(row: &Row) -> Result<User, StoreError> {
    Ok(User {
        id: columns::read_user_id(row.try_get("user_id")?)?,
        email: row.try_get("email")?,
        name: row.try_get("name")?,
        operator: row.try_get("operator")?,
        disabled: row.try_get("disabled")?,
        created_at: Timestamp::from_unix(row.try_get("created_at")?),
        address_proven_at: columns::read_time(row.try_get("address_proven_at")?),
        version: row.try_get("version")?,
    })
}

fn read_person(row: &Row) -> Result<Person, StoreError> {
    let role: Option<String> = row.try_get("role")?;
    Ok(Person {
        user: read(row)?,
        role: role.as_deref().map(columns::read_role).transpose()?,
        last_signed_in_at: columns::read_time(row.try_get("last_signed_in_at")?),
    })
}

fn read_membership(row: &Row) -> Result<Membership, StoreError> {
    let role: String = row.try_get("role")?;
    Ok(Membership {
        organization: columns::read_organization_id(row.try_get("organization_id")?)?,
        user: columns::read_user_id(row.try_get("user_id")?)?,
        role: columns::read_role(&role)?,
    })
}
