//! What is asked of the audit register.

use async_trait::async_trait;
use portreeve_core::audit::Fact;

use crate::contract::Page;
use crate::contract::error::StoreError;
use crate::contract::search::FactSearch;

/// The audit register.
///
/// Fails as [`Store`](crate::contract::Store) says.
#[async_trait]
pub trait Audit: Send + Sync {
    /// The audit register, newest first; `page.after` is the number of a fact.
    async fn list_facts(&self, page: &Page) -> Result<Vec<(i64, Fact)>, StoreError>;

    /// Facts that are looked for, each with its number, newest first.
    async fn search_facts(&self, search: &FactSearch<'_>) -> Result<Vec<(i64, Fact)>, StoreError>;
}
