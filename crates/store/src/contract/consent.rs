//! What is asked about people's standing consents.

use async_trait::async_trait;
use portreeve_core::connection::record::{Connection, FamilyId, RefreshToken};
use portreeve_core::secret::SecretHash;

use crate::contract::error::StoreError;
use crate::contract::{ConnectionsOf, Page};

/// Connections, which are people's standing consents, and their refresh tokens.
///
/// Fails as [`Store`](crate::contract::Store) says.
#[async_trait]
pub trait Consents: Send + Sync {
    /// The connection with this id, ended or not.
    async fn find_connection(&self, id: &FamilyId) -> Result<Option<Connection>, StoreError>;

    /// Connections by id, ended ones as well until they are swept; `page.after` is an
    /// id of 32 hexadecimal digits.
    async fn list_connections(
        &self,
        of: ConnectionsOf<'_>,
        page: &Page,
    ) -> Result<Vec<Connection>, StoreError>;

    /// The stored refresh token with this hash, used or not, and its connection,
    /// ended or not.
    async fn find_refresh_token(
        &self,
        hash: &SecretHash,
    ) -> Result<Option<(RefreshToken, Connection)>, StoreError>;
}
