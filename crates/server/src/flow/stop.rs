//! Why a journey ended without what was asked for.

use portreeve_core::refusal::{Reason, Refusal};
use portreeve_store::contract::error::StoreError;

/// The end of a journey that did not arrive.
#[derive(Debug)]
pub enum Stop {
    /// It was refused: every reason that was found. The door's table picks one.
    Refused(Vec<Refusal>),
    /// The store failed.
    Failed(StoreError),
}

impl Stop {
    /// The refusals to choose from. A failure is told to the operator here, once, and
    /// to the caller without its text.
    pub fn into_refusals(self) -> Vec<Refusal> {
        let error = match self {
            Self::Refused(refusals) => return refusals,
            Self::Failed(error) => error,
        };
        let reason = match error {
            StoreError::Conflict(_) => Reason::ChangedMeanwhile,
            StoreError::Unavailable(_) => Reason::TemporarilyUnavailable,
            StoreError::Corrupt(_) => Reason::ServerError,
        };
        tracing::error!(%error, "the store failed");
        vec![reason.into()]
    }
}

impl From<Vec<Refusal>> for Stop {
    fn from(refusals: Vec<Refusal>) -> Self {
        Self::Refused(refusals)
    }
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(vec![refusal])
    }
}

impl From<Reason> for Stop {
    fn from(reason: Reason) -> Self {
        Refusal::from(reason).into()
    }
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Failed(error)
    }
}
