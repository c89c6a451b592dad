//! What is asked when somebody signs in or follows a link.

use async_trait::async_trait;
use portreeve_core::sign_in::link::Link;
use portreeve_core::sign_in::session::Session;
use portreeve_core::text_id::{OrganizationId, UserId};

use crate::contract::error::StoreError;

/// Passwords, sessions, and links that work once.
///
/// Fails as [`Store`](crate::contract::Store) says.
#[async_trait]
pub trait SignIn: Send + Sync {
    /// The password of a person, as a PHC string; `None` when there is none.
    async fn find_password(&self, user: &UserId) -> Result<Option<String>, StoreError>;

    /// The session with this hash. Whether it is still live, its record tells.
    async fn find_session(&self, hash: &[u8; 32]) -> Result<Option<Session>, StoreError>;

    /// A person's sessions, the newest first, and no more than the
    /// [`MOST`](portreeve_core::sign_in::session::MOST) that one may have.
    async fn list_sessions(&self, user: &UserId) -> Result<Vec<Session>, StoreError>;

    /// The link with this hash, whether or not it has expired.
    async fn find_link(&self, hash: &[u8; 32]) -> Result<Option<Link>, StoreError>;

    /// The invitations to an organization that nobody has used or withdrawn, newest
    /// first.
    async fn list_invitations(
        &self,
        organization: &OrganizationId,
    ) -> Result<Vec<Link>, StoreError>;
}
