//! What is on record, for people to look at: the register of changes, the keys, and how
//! much the database was asked.

use portreeve_core::audit::Fact;
use portreeve_core::token::key::KeyRecord;
use portreeve_store::contract::Page;
use portreeve_store::contract::error::StoreError;

use crate::env::Env;

/// The register, newest first, each fact with its number; `page.after` is a number.
///
/// # Errors
/// What the store says.
pub async fn facts(env: &Env, page: &Page) -> Result<Vec<(i64, Fact)>, StoreError> {
    env.directory.store().list_facts(page).await
}

/// The keys, oldest first, with those that are no longer honoured but not yet swept.
/// Their private halves are sealed.
///
/// # Errors
/// What the store says.
pub async fn keys(env: &Env) -> Result<Vec<KeyRecord>, StoreError> {
    env.directory.store().list_keys().await
}

/// How many statements this process has sent to the database so far.
pub fn statements(env: &Env) -> u64 {
    env.directory.store().statements()
}
