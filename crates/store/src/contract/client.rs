//! What is asked about clients.

use async_trait::async_trait;
use portreeve_core::client::record::Client;
use portreeve_core::org::owner::Owner;
use portreeve_core::text_id::ClientId;
use portreeve_core::time::Timestamp;

use crate::contract::Page;
use crate::contract::error::StoreError;
use crate::contract::search::{AbilityCount, ClientCounts, ClientSearch, ClientsOf, WaitingSearch};

/// Clients and their secrets.
///
/// Fails as [`Store`](crate::contract::Store) says.
#[async_trait]
pub trait Clients: Send + Sync {
    /// The client with this id, with its secrets oldest first.
    async fn find_client(&self, id: &ClientId) -> Result<Option<Client>, StoreError>;

    /// Clients by id, of one owner or of all.
    async fn list_clients(
        &self,
        owner: Option<&Owner>,
        page: &Page,
    ) -> Result<Vec<Client>, StoreError>;

    /// Clients that are looked for, with their secrets, by name and id.
    async fn search_clients(&self, search: &ClientSearch<'_>) -> Result<Vec<Client>, StoreError>;

    /// How many there are. `soon` is the moment before which an end counts as near.
    async fn count_clients(
        &self,
        of: ClientsOf<'_>,
        now: Timestamp,
        soon: Timestamp,
    ) -> Result<ClientCounts, StoreError>;

    /// How many clients may ask for what, in no order.
    async fn count_abilities(&self, of: ClientsOf<'_>) -> Result<Vec<AbilityCount>, StoreError>;

    /// Clients, by id, whose own time or one of whose secrets ends from `from` on and
    /// before `until`.
    async fn list_ending(
        &self,
        from: Timestamp,
        until: Timestamp,
        page: &Page,
    ) -> Result<Vec<Client>, StoreError>;

    /// Clients that wait for somebody, with their secrets: the nearest end first, then by
    /// name and id.
    async fn list_waiting(&self, search: &WaitingSearch<'_>) -> Result<Vec<Client>, StoreError>;
}
