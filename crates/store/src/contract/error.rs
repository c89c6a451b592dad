//! The three ways in which the store fails.

/// Why the store did not do what was asked. The texts are for the log; no caller
/// of the server sees them.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// Somebody else was faster: the record has another version by now, exists
    /// already, or is gone. Nothing was written.
    #[error("conflict: {0}")]
    Conflict(&'static str),
    /// The database cannot be reached, is locked for too long, or its disk is
    /// full. Trying again may help.
    #[error("the database is unavailable: {0}")]
    Unavailable(String),
    /// A row holds what we never wrote, the schema is not ours, or a record was to
    /// be written that no row can hold (a NUL in a text). Nothing was written.
    #[error("the database holds something unexpected: {0}")]
    Corrupt(String),
}
