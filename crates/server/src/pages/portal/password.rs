//! A forgotten password.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::Request;
use portreeve_core::refusal::Reason;

use crate::env::Env;
use crate::pages::portal::Shown;

/// Not built yet.
///
/// # Errors
/// Always.
pub async fn ask_forgotten(_env: Arc<Env>, _request: Request, _peer: IpAddr) -> Shown {
    Err(Reason::NotFound.into())
}

/// Not built yet.
///
/// # Errors
/// Always.
pub async fn send_link(_env: Arc<Env>, _request: Request, _peer: IpAddr) -> Shown {
    Err(Reason::NotFound.into())
}

/// Not built yet.
///
/// # Errors
/// Always.
pub async fn ask_new(_env: Arc<Env>, _request: Request, _peer: IpAddr) -> Shown {
    Err(Reason::NotFound.into())
}

/// Not built yet.
///
/// # Errors
/// Always.
pub async fn set_new(_env: Arc<Env>, _request: Request, _peer: IpAddr) -> Shown {
    Err(Reason::NotFound.into())
}
