//! What introspection and revocation share: a client that authenticates as at the
//! standard token endpoint, and a form with a `token`.

use axum::extract::Request;
use axum::response::Response;
use http::{HeaderValue, header};
use portreeve_core::client::credential::Credential;
use portreeve_core::dialect::Dialect;
use portreeve_core::http_message::Reply;
use portreeve_core::refusal::{Reason, Refusal};
use portreeve_core::secret::Secret;
use serde::Serialize;

use crate::env::Env;
use crate::raw;
use crate::visit::Visit;

/// A request about a token. The `token_type_hint` is not looked at: whether the
/// token is found never depends on it (RFC 7009 §2.1).
pub(super) struct AboutToken {
    /// Who asks.
    pub(super) credential: Credential,
    /// The token's text.
    pub(super) token: Secret<String>,
}

/// Reads such a request.
pub(super) async fn read(env: &Env, request: Request) -> Result<AboutToken, Vec<Refusal>> {
    let one = |refusal: Refusal| vec![refusal];
    let (parts, body) = raw::read(request).await.map_err(one)?;
    let standard = standard(env).ok_or_else(|| one(Reason::ServerError.into()))?;
    let (credential, form) = standard.token.read_about_token(&raw::plain(&parts, &body))?;
    let token = form.one("token").map_err(one)?.filter(|token| !token.is_empty());
    let missing = || one(Refusal::about(Reason::ParameterMissing, "token"));
    let token = Secret::new(token.ok_or_else(missing)?.to_owned());
    Ok(AboutToken { credential, token })
}

/// A reply in JSON, never to be stored.
pub(super) fn reply(body: &impl Serialize) -> Reply {
    // A struct of texts and numbers can always be written.
    let Ok(body) = serde_json::to_vec(body) else {
        return Reply { status: 500, headers: Vec::new(), body: Vec::new() };
    };
    let headers = vec![
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Reply { status: 200, headers, body }
}

/// A refusal in the standard's shape (RFC 6749 §5.2).
pub(super) fn refuse(env: &Env, visit: Visit<'_>, refusals: Vec<Refusal>) -> Response {
    let Some(standard) = standard(env) else {
        let reply = Reply { status: 500, headers: Vec::new(), body: Vec::new() };
        return visit.answer(reply, Err(Reason::ServerError));
    };
    let refusal = standard.refusals.pick(refusals);
    let reply = standard.refusals.write(&refusal, &visit.around(None, "POST"));
    visit.answer(reply, Err(refusal.reason))
}

/// The standard dialect, which every catalog has.
pub(super) fn standard(env: &Env) -> Option<&Dialect> {
    let found = env.catalog.dialects.iter().find(|entry| entry.dialect.name == "standard");
    found.map(|entry| &*entry.dialect)
}
