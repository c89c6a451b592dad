//! How the installation and the node that answers are doing: numbers, health, licences,
//! dialects.

use std::time::Duration;

use portreeve_core::client::record::Client;
use serde_json::{Map, Value, json};

use crate::admin::answer::Answer;
use crate::admin::asked::Asked;
use crate::admin::clients::shown;
use crate::admin::json::with;
use crate::admin::moment;
use crate::admin::problem::Problem;
use crate::catalog::DialectEntry;
use crate::flow::operate::{self, DoorLine, Remembered};

pub(super) async fn totals(asked: &mut Asked<'_>) -> Result<Answer, Problem> {
    asked.query.finish()?;
    let found = operate::totals(asked.env).await?;
    Ok(Answer::record(json!({
        "organizations": found.organizations,
        "users": found.people,
        "clients": found.clients,
    })))
}

pub(super) async fn node(asked: &mut Asked<'_>) -> Result<Answer, Problem> {
    asked.query.finish()?;
    let node = operate::node(asked.env).await;
    let tokens: Map<String, Value> =
        node.tokens.iter().map(|(dialect, count)| (dialect.clone(), (*count).into())).collect();
    Ok(Answer::record(json!({
        "is_well": node.is_well(),
        "version": node.version,
        "started_at": moment::written(node.started),
        "database": node.database,
        "database_answered_millis": node.answered.map(millis),
        "changes_followed": node.followed,
        "changes_behind": node.behind,
        "silent_seconds": node.silence.as_secs(),
        "statements": node.statements,
        "log_lines_dropped": node.dropped,
        "tokens": tokens,
        "memories": {"tokens": memory(node.tokens_seen), "clients": memory(node.clients_seen)},
        "doors": node.doors.iter().map(door).collect::<Vec<_>>(),
    })))
}

fn millis(took: Duration) -> u64 {
    u64::try_from(took.as_millis()).unwrap_or(u64::MAX)
}

fn memory(one: Remembered) -> Value {
    json!({"hits": one.hits, "misses": one.misses, "held": one.held, "most": one.most})
}

fn door(one: &DoorLine) -> Value {
    let refused: Map<String, Value> =
        one.refused.iter().map(|(reason, count)| (reason.slug().into(), (*count).into())).collect();
    json!({"name": one.name, "passed": one.passed, "refused": refused})
}

pub(super) async fn licences(asked: &mut Asked<'_>) -> Result<Answer, Problem> {
    asked.query.finish()?;
    let (ended, ending) = operate::licences(asked.env).await?;
    let all = |found: &[Client]| -> Vec<Value> {
        found.iter().map(|client| shown(asked.env, client)).collect()
    };
    Ok(Answer::record(json!({"ended": all(&ended), "ending": all(&ending)})))
}

pub(super) async fn dialects(asked: &mut Asked<'_>) -> Result<Answer, Problem> {
    asked.query.finish()?;
    let known = &asked.env.catalog.dialects;
    Ok(Answer::all(&known.iter().map(|entry| dialect(asked, entry)).collect::<Vec<_>>()))
}

pub(super) async fn find_dialect(asked: &mut Asked<'_>) -> Result<Answer, Problem> {
    asked.query.finish()?;
    let name = asked.part("dialect");
    let known = &asked.env.catalog.dialects;
    let entry = known.iter().find(|entry| entry.dialect.name == name);
    let entry = entry.ok_or_else(|| Problem::missing("there is no dialect with this name"))?;
    let text = entry.origin.text.as_ref().into();
    Ok(Answer::record(with(dialect(asked, entry), [("text", text)])))
}

fn dialect(asked: &Asked<'_>, entry: &DialectEntry) -> Value {
    let dialect = &entry.dialect;
    let services = asked.env.catalog.services.iter().map(|one| &one.service);
    let speak = services.filter(|one| one.dialect.name == dialect.name);
    json!({
        "name": dialect.name,
        "title": dialect.title,
        "file": entry.origin.file.as_ref().map(|file| file.display().to_string()),
        "is_served": entry.is_served(),
        "services": speak.map(|one| one.name.clone()).collect::<Vec<_>>(),
        "token_paths": dialect.token.paths,
    })
}
