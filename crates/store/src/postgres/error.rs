//! PostgreSQL's errors as the contract's three.

use deadpool_postgres::PoolError;
use tokio_postgres::error::{DbError, SqlState};

use crate::contract::error::StoreError;

impl From<tokio_postgres::Error> for StoreError {
    fn from(error: tokio_postgres::Error) -> Self {
        match error.as_db_error() {
            Some(cause) => from_server(cause),
            // A column of another type than we wrote is the only other error that
            // is not about the connection.
            None if error.to_string().contains("deserializing column") => {
                Self::Corrupt(error.to_string())
            }
            None => Self::Unavailable(error.to_string()),
        }
    }
}

impl From<PoolError> for StoreError {
    fn from(error: PoolError) -> Self {
        match error {
            PoolError::Backend(error) => error.into(),
            other => Self::Unavailable(other.to_string()),
        }
    }
}

fn from_server(cause: &DbError) -> StoreError {
    let code = cause.code();
    if *code == SqlState::UNIQUE_VIOLATION {
        return StoreError::Conflict("the record exists already");
    }
    if *code == SqlState::FOREIGN_KEY_VIOLATION {
        return StoreError::Conflict("a record that it refers to is gone");
    }
    if *code == SqlState::T_R_DEADLOCK_DETECTED || *code == SqlState::T_R_SERIALIZATION_FAILURE {
        return StoreError::Conflict("two commits crossed");
    }
    // The message only: the detail may quote a row.
    let text = format!("{} ({})", cause.message(), code.code());
    if is_about_the_server(code) {
        StoreError::Unavailable(text)
    } else {
        StoreError::Corrupt(text)
    }
}

/// Connection, sign-in, missing database, resources, intervention, system: the
/// classes that say nothing about our rows.
fn is_about_the_server(code: &SqlState) -> bool {
    let class = code.code().get(..2).unwrap_or_default();
    matches!(class, "08" | "28" | "3D" | "53" | "55" | "57" | "58")
        || *code == SqlState::READ_ONLY_SQL_TRANSACTION
        || *code == SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT
}
