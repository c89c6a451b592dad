//! Somebody accepts an invitation.

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
pub async fn show(_env: Arc<Env>, _request: Request, _peer: IpAddr) -> Shown {
    Err(Reason::NotFound.into())
}

/// Not built yet.
///
/// # Errors
/// Always.
pub async fn join(_env: Arc<Env>, _request: Request, _peer: IpAddr) -> Shown {
    Err(Reason::NotFound.into())
}
