//! The vendor's own pages.

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
pub async fn organizations(_at: At) -> Shown {
    Err(Reason::NotFound.into())
}

/// Not built yet.
///
/// # Errors
/// Always.
pub async fn ask_organization(_at: At) -> Shown {
    Err(Reason::NotFound.into())
}

/// Not built yet.
///
/// # Errors
/// Always.
pub async fn enter_organization(_at: At) -> Shown {
    Err(Reason::NotFound.into())
}

/// Not built yet.
///
/// # Errors
/// Always.
pub async fn ask_contract(_at: At) -> Shown {
    Err(Reason::NotFound.into())
}

/// Not built yet.
///
/// # Errors
/// Always.
pub async fn set_contract(_at: At) -> Shown {
    Err(Reason::NotFound.into())
}

/// Not built yet.
///
/// # Errors
/// Always.
pub async fn people(_at: At) -> Shown {
    Err(Reason::NotFound.into())
}

/// Not built yet.
///
/// # Errors
/// Always.
pub async fn ask_person(_at: At) -> Shown {
    Err(Reason::NotFound.into())
}

/// Not built yet.
///
/// # Errors
/// Always.
pub async fn enter_person(_at: At) -> Shown {
    Err(Reason::NotFound.into())
}

/// Not built yet.
///
/// # Errors
/// Always.
pub async fn ask_user(_at: At) -> Shown {
    Err(Reason::NotFound.into())
}

/// Not built yet.
///
/// # Errors
/// Always.
pub async fn change_user(_at: At) -> Shown {
    Err(Reason::NotFound.into())
}

/// Not built yet.
///
/// # Errors
/// Always.
pub async fn services(_at: At) -> Shown {
    Err(Reason::NotFound.into())
}

/// Not built yet.
///
/// # Errors
/// Always.
pub async fn keys(_at: At) -> Shown {
    Err(Reason::NotFound.into())
}

/// Not built yet.
///
/// # Errors
/// Always.
pub async fn rotate_key(_at: At) -> Shown {
    Err(Reason::NotFound.into())
}

/// Not built yet.
///
/// # Errors
/// Always.
pub async fn dialects(_at: At) -> Shown {
    Err(Reason::NotFound.into())
}

/// Not built yet.
///
/// # Errors
/// Always.
pub async fn node(_at: At) -> Shown {
    Err(Reason::NotFound.into())
}
