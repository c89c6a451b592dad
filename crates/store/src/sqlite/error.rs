//! SQLite's errors as the contract's three.

use rusqlite::ErrorCode;
use rusqlite::ffi;

use crate::contract::error::StoreError;

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        let rusqlite::Error::SqliteFailure(cause, _) = &error else {
            return Self::Corrupt(error.to_string());
        };
        match cause.code {
            ErrorCode::ConstraintViolation => conflict(cause.extended_code, &error),
            ErrorCode::DatabaseBusy
            | ErrorCode::DatabaseLocked
            | ErrorCode::DiskFull
            | ErrorCode::SystemIoFailure
            | ErrorCode::ReadOnly
            | ErrorCode::CannotOpen
            | ErrorCode::PermissionDenied
            | ErrorCode::OutOfMemory
            | ErrorCode::FileLockingProtocolFailed
            | ErrorCode::OperationInterrupted
            | ErrorCode::NoLargeFileSupport => Self::Unavailable(error.to_string()),
            _ => Self::Corrupt(error.to_string()),
        }
    }
}

fn conflict(extended_code: i32, error: &rusqlite::Error) -> StoreError {
    match extended_code {
        ffi::SQLITE_CONSTRAINT_PRIMARYKEY
        | ffi::SQLITE_CONSTRAINT_UNIQUE
        | ffi::SQLITE_CONSTRAINT_ROWID => StoreError::Conflict("the record exists already"),
        ffi::SQLITE_CONSTRAINT_FOREIGNKEY => {
            StoreError::Conflict("a record that it refers to is gone")
        }
        _ => StoreError::Corrupt(error.to_string()),
    }
}
