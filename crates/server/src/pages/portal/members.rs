//! Who belongs to an organization, and who is invited.

use portreeve_core::refusal::Reason;

use crate::pages::portal::{At, Shown};

/// Not built yet.
///
/// # Errors
/// Always.
pub async fn show(_at: At) -> Shown {
    Err(Reason::NotFound.into())
}

/// Not built yet.
///
/// # Errors
/// Always.
pub async fn ask_invite(_at: At) -> Shown {
    Err(Reason::NotFound.into())
}

/// Not built yet.
///
/// # Errors
/// Always.
pub async fn invite(_at: At) -> Shown {
    Err(Reason::NotFound.into())
}

/// Not built yet.
///
/// # Errors
/// Always.
pub async fn ask_change(_at: At) -> Shown {
    Err(Reason::NotFound.into())
}

/// Not built yet.
///
/// # Errors
/// Always.
pub async fn change(_at: At) -> Shown {
    Err(Reason::NotFound.into())
}

/// Not built yet.
///
/// # Errors
/// Always.
pub async fn ask_invitation(_at: At) -> Shown {
    Err(Reason::NotFound.into())
}

/// Not built yet.
///
/// # Errors
/// Always.
pub async fn answer_invitation(_at: At) -> Shown {
    Err(Reason::NotFound.into())
}
