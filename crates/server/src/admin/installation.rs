//! The services and the keys of the installation.

use portreeve_core::time::Timestamp;
use portreeve_core::token::format::TokenFormat;
use portreeve_core::token::key::KeyPurpose;
use serde_json::{Value, json};

use crate::admin::answer::Answer;
use crate::admin::asked::Asked;
use crate::admin::moment;
use crate::admin::problem::Problem;
use crate::catalog::ServiceEntry;
use crate::env::Env;
use crate::flow::change::ChangeError;
use crate::flow::keys::{self, KeyFailure};
use crate::flow::operate::{self, KeyLine};

fn service(env: &Env, entry: &ServiceEntry) -> Value {
    let service = &entry.service;
    let resource = env.catalog.resource(&service.audience);
    let scope = |(name, told): &(String, String)| json!({"name": name, "description": told});
    json!({
        "name": service.name,
        "title": service.title,
        "summary": service.api.summary,
        "version": service.api.version,
        "path": service.path,
        "audience": service.audience.to_string(),
        "dialect": service.dialect.name,
        "tokens": resource.map(|one| json!({
            "format": format(&one.format),
            "ttl_seconds": one.token_ttl.as_seconds(),
        })),
        "operations": service.api.routes.operations().len(),
        "upstream": Some(&entry.upstream).filter(|to| !to.is_empty()),
        "document": entry.openapi_path.display().to_string(),
        "scopes": service.api.scopes.iter().map(scope).collect::<Vec<_>>(),
        "is_own": service.is_own,
    })
}

const fn format(format: &TokenFormat) -> &'static str {
    match format {
        TokenFormat::Jwt(_) => "jwt",
        TokenFormat::Sealed { .. } => "sealed",
        TokenFormat::Compact(_) => "compact",
    }
}

pub(super) async fn services(asked: &mut Asked<'_>) -> Result<Answer, Problem> {
    asked.query.finish()?;
    let shown = |entry: &ServiceEntry| service(asked.env, entry);
    Ok(Answer::all(&asked.env.catalog.services.iter().map(shown).collect::<Vec<_>>()))
}

fn key(line: &KeyLine, now: Timestamp) -> Value {
    let one = &line.key;
    json!({
        "kid": one.kid,
        "purpose": one.purpose.as_str(),
        "created_at": moment::written(one.created_at),
        "active_from": moment::written(one.active_from),
        "active_until": moment::or_null(one.active_until),
        "removed_at": moment::or_null(one.removed_at),
        "is_active": one.is_active(now),
        "is_newest": line.is_newest,
        "next_at": moment::or_null(line.next),
    })
}

pub(super) async fn list_keys(asked: &mut Asked<'_>) -> Result<Answer, Problem> {
    asked.query.finish()?;
    let (mut found, now) = (operate::keys(asked.env).await?, asked.env.now());
    found.sort_by_key(|line| line.key.created_at);
    Ok(Answer::all(&found.iter().map(|one| key(one, now)).collect::<Vec<_>>()))
}

pub(super) async fn rotate_key(asked: &mut Asked<'_>) -> Result<Answer, Problem> {
    asked.query.finish()?;
    let mut fields = asked.fields()?;
    let (purpose, newest) = (fields.required_text("purpose"), fields.required_text("newest"));
    let used = keys::purposes(asked.env);
    let known = purpose.as_deref().and_then(KeyPurpose::from_name);
    let known = known.filter(|purpose| used.contains(purpose));
    if purpose.is_some() && known.is_none() {
        let names: Vec<&str> = used.iter().map(|purpose| purpose.as_str()).collect();
        fields.fault("purpose", format!("expected one of {}", names.join(", ")));
    }
    fields.finish()?;
    let (Some(purpose), Some(newest)) = (known, newest) else {
        return Err(Problem::body("expected a purpose and the newest key"));
    };
    asked.condition.expect_untagged()?;
    let kid = match keys::rotate_seen(asked.env, purpose, &newest, &asked.actor).await {
        Ok(kid) => kid,
        Err(KeyFailure::Store(error)) => return Err(ChangeError::from(error).into()),
        Err(KeyFailure::Key(error)) => return Err(Problem::impossible(error.to_string())),
    };
    let (found, now) = (operate::keys(asked.env).await?, asked.env.now());
    let made = found.iter().find(|line| *line.key.kid == *kid);
    Ok(Answer::made(made.map_or_else(|| json!({"kid": kid}), |one| key(one, now))))
}
