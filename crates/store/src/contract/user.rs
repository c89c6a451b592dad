//! What is asked about people and where they belong.

use async_trait::async_trait;
use portreeve_core::org::member::{Membership, User};
use portreeve_core::text_id::{OrganizationId, UserId};

use crate::contract::Page;
use crate::contract::error::StoreError;
use crate::contract::search::{PeopleSearch, Person};

/// People and where they belong.
///
/// Fails as [`Store`](crate::contract::Store) says.
#[async_trait]
pub trait People: Send + Sync {
    /// The person with this id.
    async fn find_user(&self, id: &UserId) -> Result<Option<User>, StoreError>;

    /// The people with these ids, by id; those that are gone are left out.
    async fn find_users(&self, ids: &[UserId]) -> Result<Vec<User>, StoreError>;

    /// The person with this address, in the form of `core::org::member::check_email`.
    async fn find_user_by_email(&self, email: &str) -> Result<Option<User>, StoreError>;

    /// People by address.
    async fn list_users(&self, page: &Page) -> Result<Vec<User>, StoreError>;

    /// People that are looked for, by address.
    async fn search_people(&self, search: &PeopleSearch<'_>) -> Result<Vec<Person>, StoreError>;

    /// The organizations that a person belongs to, by id.
    async fn list_memberships(&self, user: &UserId) -> Result<Vec<Membership>, StoreError>;

    /// The people who belong to an organization, by id.
    async fn list_members(
        &self,
        organization: &OrganizationId,
    ) -> Result<Vec<Membership>, StoreError>;
}
