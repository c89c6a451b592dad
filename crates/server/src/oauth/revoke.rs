//! The revocation endpoint (RFC 7009).

use axum::extract::Request;
use axum::response::Response;
use portreeve_core::refusal::Refusal;
use serde_json::json;

use crate::env::Env;
use crate::flow;
use crate::oauth::about_token;
use crate::visit::Visit;

/// Answers a revocation request.
pub async fn revoke(env: &Env, request: Request) -> Response {
    let mut visit = Visit::begin(env, &env.observer.doors.revoke, &request);
    match decide(env, &mut visit, request).await {
        // §2.2 asks for no body; some client libraries fail on anything but JSON.
        Ok(()) => visit.answer(about_token::reply(&json!({})), Ok(())),
        Err(refusals) => about_token::refuse(env, visit, refusals),
    }
}

async fn decide(env: &Env, visit: &mut Visit<'_>, request: Request) -> Result<(), Vec<Refusal>> {
    let asked = about_token::read(env, request).await?;
    let peer = visit.peer();
    flow::revoke::revoke(env, &asked.credential, asked.token.expose(), peer, &mut visit.client)
        .await
        .map_err(flow::stop::Stop::into_refusals)
}
