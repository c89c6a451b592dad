//! What is asked about organizations.

use async_trait::async_trait;
use portreeve_core::org::organization::Organization;
use portreeve_core::text_id::OrganizationId;

use crate::contract::Page;
use crate::contract::error::StoreError;
use crate::contract::search::Counted;

/// The tree of organizations.
///
/// Fails as [`Store`](crate::contract::Store) says.
#[async_trait]
pub trait Organizations: Send + Sync {
    /// All organizations, by id: the directory holds the whole tree.
    async fn list_organizations(&self) -> Result<Vec<Organization>, StoreError>;

    /// The organization with this id.
    async fn find_organization(
        &self,
        id: &OrganizationId,
    ) -> Result<Option<Organization>, StoreError>;

    /// The organizations with these ids, by id; those that are gone are left out.
    async fn find_organizations(
        &self,
        ids: &[OrganizationId],
    ) -> Result<Vec<Organization>, StoreError>;

    /// The organization to which the vendor gave this id.
    async fn find_organization_by_external_id(
        &self,
        external_id: &str,
    ) -> Result<Option<Organization>, StoreError>;

    /// Organizations whose name or id has this text in it (all when it is empty), by id,
    /// with how many belong to each.
    async fn search_organizations(
        &self,
        text: &str,
        page: &Page,
    ) -> Result<Vec<Counted>, StoreError>;

    /// The same of these organizations, by id.
    async fn count_in(&self, organizations: &[OrganizationId]) -> Result<Vec<Counted>, StoreError>;
}
