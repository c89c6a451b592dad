//! Where the portal begins.

use portreeve_core::refusal::Reason;

use crate::pages::portal::{At, Shown};

/// Not built yet.
///
/// # Errors
/// Always.
pub async fn go(_at: At) -> Shown {
    Err(Reason::NotFound.into())
}

/// Not built yet.
///
/// # Errors
/// Always.
pub async fn organizations(_at: At) -> Shown {
    Err(Reason::NotFound.into())
}
