//! The authorization endpoint (RFC 6749 §3.1). No client has the code grant yet, so
//! every request is one of an unknown or unfit client, and those are told so on a
//! page and never redirected (§4.1.2.1).

use axum::extract::Request;
use axum::response::Response;
use portreeve_core::refusal::Reason;

use crate::env::Env;
use crate::oauth::about_token;
use crate::visit::Visit;

/// Refuses.
pub fn authorize(env: &Env, request: &Request) -> Response {
    let visit = Visit::begin(env, &env.observer.doors.public, request);
    about_token::refuse(env, visit, vec![Reason::ResponseTypeUnsupported.into()])
}
