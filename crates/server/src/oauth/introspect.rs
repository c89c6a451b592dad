//! The introspection endpoint (RFC 7662).

use axum::extract::Request;
use axum::response::Response;
use portreeve_core::org::owner::Owner;
use portreeve_core::refusal::Refusal;
use serde_json::{Value, json};

use crate::env::Env;
use crate::flow;
use crate::flow::introspect::Active;
use crate::oauth::about_token;
use crate::visit::Visit;

/// Answers an introspection request.
pub async fn introspect(env: &Env, request: Request) -> Response {
    let mut visit = Visit::begin(env, &env.observer.doors.introspect, &request);
    match decide(env, &mut visit, request).await {
        Ok(active) => {
            let body = active.map_or_else(|| json!({"active": false}), |active| told(env, &active));
            visit.answer(about_token::reply(&body), Ok(()))
        }
        Err(refusals) => about_token::refuse(env, visit, refusals),
    }
}

async fn decide(
    env: &Env,
    visit: &mut Visit<'_>,
    request: Request,
) -> Result<Option<Active>, Vec<Refusal>> {
    let asked = about_token::read(env, request).await?;
    let peer = visit.peer();
    flow::introspect::introspect(
        env,
        &asked.credential,
        asked.token.expose(),
        peer,
        &mut visit.client,
    )
    .await
    .map_err(flow::stop::Stop::into_refusals)
}

/// RFC 7662 §2.2. `sub` stands there for machine tokens as well: resource servers
/// in the wild refuse an answer without it.
fn told(env: &Env, active: &Active) -> Value {
    let token = &active.token;
    let mut told = json!({
        "active": true,
        "client_id": token.client_id,
        "token_type": "Bearer",
        "exp": token.expires_at,
        "iat": token.issued_at,
        "sub": token.client_id,
        "aud": token.audience,
        "iss": env.endpoints.issuer,
        "jti": token.id.to_string(),
    });
    let owner = match &token.owner {
        Owner::Organization(id) => ("organization_id", json!(id)),
        Owner::User(id) => ("user_id", json!(id)),
    };
    if let Some(members) = told.as_object_mut() {
        members.insert(owner.0.to_owned(), owner.1);
        if !active.scope.is_empty() {
            members.insert("scope".to_owned(), json!(active.scope));
        }
        if let Some(organizations) = &active.organizations {
            members.insert("organizations".to_owned(), json!(organizations));
        }
    }
    told
}
