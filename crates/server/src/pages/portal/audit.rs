//! Who did what when.

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
pub async fn export_csv(_at: At) -> Shown {
    Err(Reason::NotFound.into())
}

/// Not built yet.
///
/// # Errors
/// Always.
pub async fn export_lines(_at: At) -> Shown {
    Err(Reason::NotFound.into())
}

/// Not built yet.
///
/// # Errors
/// Always.
pub async fn show_all(_at: At) -> Shown {
    Err(Reason::NotFound.into())
}

/// Not built yet.
///
/// # Errors
/// Always.
pub async fn export_all_csv(_at: At) -> Shown {
    Err(Reason::NotFound.into())
}

/// Not built yet.
///
/// # Errors
/// Always.
pub async fn export_all_lines(_at: At) -> Shown {
    Err(Reason::NotFound.into())
}
