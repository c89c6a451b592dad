//! The introspection endpoint (RFC 7662).

use axum::extract::Request;
use axum::response::Response;
use portreeve_core::oauth::scope::ScopeSet;
use portreeve_core::org::owner::Owner;
use portreeve_core::refusal::Refusal;
use portreeve_core::text_id::{ClientId, OrganizationId, UserId};
use portreeve_core::time::Timestamp;
use portreeve_core::token::record::Audience;
use serde::Serialize;

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
            let reply = match &active {
                Some(active) => about_token::reply(&Told::about(active, &env.endpoints.issuer)),
                None => about_token::reply(&Inactive { active: false }),
            };
            visit.answer(reply, Ok(()))
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

/// The answer about an active token (RFC 7662 §2.2). `sub` stands there for machine
/// tokens as well: resource servers in the wild refuse an answer without it.
#[derive(Serialize)]
struct Told<'a> {
    active: bool,
    client_id: &'a ClientId,
    token_type: &'static str,
    exp: Timestamp,
    iat: Timestamp,
    sub: &'a ClientId,
    aud: &'a Audience,
    iss: &'a str,
    jti: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    organization_id: Option<&'a OrganizationId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<&'a UserId>,
    #[serde(skip_serializing_if = "ScopeSet::is_empty")]
    scope: &'a ScopeSet,
    /// The one organization to which the token is narrowed, as its claim of that name.
    #[serde(skip_serializing_if = "Option::is_none")]
    organization: Option<&'a OrganizationId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    organizations: Option<&'a [String]>,
}

impl<'a> Told<'a> {
    fn about(active: &'a Active, issuer: &'a str) -> Self {
        let token = &*active.token;
        let (organization_id, user_id) = match &token.owner {
            Owner::Organization(id) => (Some(id), None),
            Owner::User(id) => (None, Some(id)),
        };
        Self {
            active: true,
            client_id: &token.client_id,
            token_type: "Bearer",
            exp: token.expires_at,
            iat: token.issued_at,
            sub: &token.client_id,
            aud: &token.audience,
            iss: issuer,
            jti: token.id.to_string(),
            organization_id,
            user_id,
            scope: &active.scope,
            organization: token.organization.as_ref(),
            organizations: active.organizations.as_deref(),
        }
    }
}

/// The whole answer about any other token: why it is not active is nobody's business.
#[derive(Serialize)]
struct Inactive {
    active: bool,
}
