//! Why an administrator's change was not made. The command line prints these
//! sentences; the portal and the admin API show them.

use std::fmt;

use portreeve_store::contract::error::StoreError;

/// The end of a change that was not made. Nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// There is no such record.
    #[error("there is no {kind} {id:?}")]
    Missing {
        /// What was looked for: `client`, `organization`, …
        kind: &'static str,
        /// The id or address that was given.
        id: String,
    },
    /// What was asked for breaks a rule; the text says which, and what would be right.
    #[error("{0}")]
    Wrong(String),
    /// The id, external id or address belongs to another record.
    #[error("{0}")]
    Taken(String),
    /// The owner has as many clients as one may.
    #[error(
        "this {kind} has {most} identity clients, and that is as many as one may have: delete \
         one that nobody uses, or ask whoever runs this server for more"
    )]
    Full {
        /// `organization`, `user`.
        kind: &'static str,
        /// How many one may have.
        most: u32,
    },
    /// The person may not do this.
    #[error("you may not do this")]
    NotPermitted,
    /// The person may, but must show the password once more before.
    #[error("sign in again before you do this")]
    SignInAgain,
    /// Somebody else changed the record between reading and writing.
    #[error("somebody changed this in the meantime; look at it again and repeat the change")]
    ChangedMeanwhile,
    /// The store failed. The text is the operator's.
    #[error(transparent)]
    Store(StoreError),
}

impl ChangeError {
    /// There is no record of this kind with this id.
    pub fn missing(kind: &'static str, id: impl fmt::Display) -> Self {
        Self::Missing { kind, id: id.to_string() }
    }

    /// A rule of the core is broken.
    pub fn wrong(rule: impl fmt::Display) -> Self {
        Self::Wrong(rule.to_string())
    }

    /// Entering a record failed: a conflict means that the name for it is taken.
    pub(in crate::flow) fn entering(error: StoreError, taken: impl FnOnce() -> String) -> Self {
        match error {
            StoreError::Conflict(_) => Self::Taken(taken()),
            other => Self::Store(other),
        }
    }
}

impl From<StoreError> for ChangeError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict(_) => Self::ChangedMeanwhile,
            other => Self::Store(other),
        }
    }
}
