//! How a service's tokens are asked for, in the forms that pages need: words, a command,
//! and data for the script that stands between Swagger UI and the token endpoint.

use portreeve_core::dialect::example::{self, Carrier, Content, Example, Known};
use portreeve_core::oauth::scope::ScopeSet;
use portreeve_core::service::Service;
use serde_json::{Value, json};

use crate::catalog::ServiceEntry;
use crate::env::Env;
use crate::openapi;
use crate::texts::Texts;

/// The most scopes in an example: it shows how, not everything.
const MOST_SCOPES: usize = 3;

/// The token request of a service as a command, with plain words where one's own go.
pub(super) fn command(env: &Env, service: &Service, audience: Option<&str>) -> (String, Example) {
    let names = service.api.scopes.iter().map(|(name, _)| name.as_str());
    let scopes = ScopeSet::from_names(names.take(MOST_SCOPES)).unwrap_or_default();
    let known = Known {
        issuer: &env.endpoints.issuer,
        client_id: "client_id",
        client_secret: "client_secret",
        scopes: &scopes,
        audience,
        organization: None,
    };
    let asks = example::example(&service.dialect, &known);
    (example::token_in_curl(&asks), asks)
}

/// How a token is got where a person must let the application in, in Markdown.
pub(super) fn of_people(env: &Env, entry: &ServiceEntry, t: &Texts) -> String {
    let service = &entry.service;
    let (command, asks) = command(env, service, None);
    let member = asks.reply.access_token.as_ref().and_then(|path| path.last());
    let member = member.map_or("access_token", String::as_str);
    let connector = service.dialect.connector.as_ref();
    let entry = connector.and_then(|connector| connector.entries.last());
    let connect = entry.map(|entry| format!("{}{}", env.endpoints.issuer, entry.path));
    let first = match &connect {
        Some(connect) => t.say1("docs-scheme-connector", "url", connect),
        None => t.say("docs-scheme-refresh"),
    };
    let then = t.say1("docs-scheme-paste", "member", member);
    format!("{first}\n\n```\n{command}\n```\n\n{then}")
}

/// What the page's script needs, as JSON.
pub(super) fn data(env: &Env, service: &Service) -> String {
    let issuer = &env.endpoints.issuer;
    let path = service.dialect.token.paths.first().map_or("", String::as_str);
    let asks = openapi::asking(&service.dialect, issuer, service.audience.as_str());
    let token = openapi::has_own_grant(&service.dialect).then(|| request(&service.dialect, &asks));
    json!({
        "issuer": issuer,
        "tokenUrl": format!("{issuer}{path}"),
        "token": token,
        "carrier": carrier(&asks.carrier),
    })
    .to_string()
}

fn request(dialect: &portreeve_core::dialect::Dialect, asks: &Example) -> Value {
    let (form, object) = match &asks.body {
        Some(Content::Form(pairs)) => (json!(pairs), Value::Null),
        Some(Content::Json(members)) => (Value::Null, json!(members)),
        None => (Value::Null, Value::Null),
    };
    let encoding = match dialect.token.basic {
        portreeve_core::oauth::basic::BasicEncoding::Decoded => "decoded",
        portreeve_core::oauth::basic::BasicEncoding::Raw => "raw",
    };
    json!({
        "method": asks.method,
        "url": format!("{}{}", asks.issuer, asks.path),
        "query": asks.query,
        "basic": asks.basic.as_ref().map(|_| encoding),
        "headers": asks.headers,
        "form": form,
        "json": object,
        "separator": asks.separator,
        "accessToken": asks.reply.access_token,
        "expiresIn": asks.reply.expires_in,
    })
}

fn carrier(carrier: &Carrier) -> Value {
    match carrier {
        Carrier::Header { name, before, behind } => {
            json!({ "header": name, "before": before, "behind": behind })
        }
        Carrier::Query(name) => json!({ "query": name }),
    }
}
