//! The services, as they are configured.

use askama::Template;
use portreeve_core::token::format::TokenFormat;

use crate::catalog::ServiceEntry;
use crate::pages::frame::{Frame, Tab, page};
use crate::pages::portal::operator::{Part, parts, staff};
use crate::pages::portal::{At, Shown};
use crate::pages::times::length;
use crate::texts::Texts;

#[derive(Template)]
#[template(path = "portal/operator_services.html")]
struct Services {
    frame: Frame,
    t: &'static Texts,
    parts: Vec<Part>,
    lines: Vec<Line>,
}

struct Line {
    name: String,
    title: String,
    summary: String,
    version: String,
    is_own: bool,
    path: String,
    audience: String,
    dialect: (String, String),
    tokens: String,
    operations: usize,
    scopes: usize,
    upstream: String,
    document: String,
}

/// The list.
///
/// # Errors
/// 403 for others.
pub async fn services(at: At) -> Shown {
    staff(&at)?;
    let template = Services {
        frame: at.frame(Tab::Operator, None).await?,
        t: at.texts(),
        parts: parts(&at),
        lines: at.env.catalog.services.iter().map(|entry| line(&at, entry)).collect(),
    };
    Ok(page(200, &template))
}

fn line(at: &At, entry: &ServiceEntry) -> Line {
    let service = &entry.service;
    let resource = at.env.catalog.resource(&service.audience);
    let tokens = resource.map(|resource| {
        let life = length(at.texts(), resource.token_ttl);
        at.texts().say2(
            "operator-tokens-live",
            "format",
            format(at.texts(), &resource.format),
            "life",
            life,
        )
    });
    Line {
        name: service.name.clone(),
        title: service.title.clone(),
        summary: service.api.summary.clone(),
        version: service.api.version.clone(),
        is_own: service.is_own,
        path: service.path.clone(),
        audience: service.audience.as_str().to_owned(),
        dialect: (service.dialect.name.clone(), service.dialect.title.clone()),
        tokens: tokens.unwrap_or_default(),
        operations: service.api.routes.operations().len(),
        scopes: service.api.scopes.len(),
        upstream: entry.upstream.clone(),
        document: entry.openapi_path.display().to_string(),
    }
}

fn format(t: &Texts, format: &TokenFormat) -> String {
    match format {
        TokenFormat::Jwt(algorithm) => {
            t.say1("operator-token-jwt", "algorithm", algorithm.as_str())
        }
        TokenFormat::Sealed { prefix, .. } if prefix.is_empty() => t.say("operator-token-sealed"),
        TokenFormat::Sealed { prefix, .. } => {
            t.say1("operator-token-sealed-prefix", "prefix", prefix.to_string())
        }
        TokenFormat::Compact(_) => t.say("operator-token-compact"),
    }
}
