//! The audit register.

use async_trait::async_trait;
use portreeve_core::audit::Fact;
use portreeve_core::text_id::OrganizationId;
use portreeve_core::time::Timestamp;
use rusqlite::types::Value;
use rusqlite::{Row, params, params_from_iter};

use crate::columns;
use crate::contract::Page;
use crate::contract::audit::Audit;
use crate::contract::error::StoreError;
use crate::contract::search::FactSearch;
use crate::sqlite::SqliteStore;
use crate::sqlite::connections::{Session, json_list};

#[async_trait]
impl Audit for SqliteStore {
    async fn list_facts(&self, page: &Page) -> Result<Vec<(i64, Fact)>, StoreError> {
        let page = page.clone();
        self.readers.read(move |session| list(session, &page)).await
    }

    async fn search_facts(&self, search: &FactSearch<'_>) -> Result<Vec<(i64, Fact)>, StoreError> {
        if !columns::may_be_found(search) {
            return Ok(Vec::new());
        }
        let question = question(search);
        self.readers.read(move |session| find_matching(session, &question)).await
    }
}

pub(super) fn list(session: &Session, page: &Page) -> Result<Vec<(i64, Fact)>, StoreError> {
    session.list(
        "SELECT * FROM fact WHERE number < ?1 ORDER BY number DESC LIMIT ?2",
        params![columns::below(page), page.limit],
        read,
    )
}

/// The question for facts that are looked for, and its parameters.
pub(super) fn question(search: &FactSearch<'_>) -> (String, Vec<Value>) {
    let text = |text: &str| Value::from(text.to_owned());
    let time = |at: Timestamp| Value::from(at.as_unix());
    // A record has few facts: those are found by it, not by who did it or where.
    let (filed, by) = match search.subject {
        Some(_) => ("+organization_id", "+actor = ?"),
        None => ("organization_id", "actor = ?"),
    };
    let conditions = [
        ("number < ?", Some(Value::from(search.below.unwrap_or(i64::MAX)))),
        (by, search.actor.map(text)),
        ("instr(action, ?) = 1", search.action.map(text)),
        ("subject = ?", search.subject.map(text)),
        ("at >= ?", search.from.map(time)),
        ("at < ?", search.until.map(time)),
    ];
    let (conditions, mut values): (Vec<&str>, Vec<Value>) =
        conditions.into_iter().filter_map(|(sql, value)| Some((sql, value?))).unzip();
    let conditions = conditions.join(" AND ");
    let limit = Value::from(search.limit);
    let Some(organizations) = search.organizations else {
        values.push(limit);
        let sql = format!("SELECT * FROM fact WHERE {conditions} ORDER BY number DESC LIMIT ?");
        return (sql, values);
    };
    // Each organization's newest, of which the newest are taken: however many others
    // there are, nobody else's facts are read.
    values.insert(0, json_list(organizations.iter().map(OrganizationId::as_str)).into());
    values.extend([limit.clone(), limit]);
    let sql = format!(
        "SELECT f.* FROM (SELECT DISTINCT value AS id FROM json_each(?)) o
         CROSS JOIN fact f ON f.number IN (
             SELECT number FROM fact WHERE {filed} = o.id AND {conditions}
             ORDER BY number DESC LIMIT ?)
         ORDER BY f.number DESC LIMIT ?"
    );
    (sql, values)
}

pub(super) fn find_matching(
    session: &Session,
    (sql, values): &(String, Vec<Value>),
) -> Result<Vec<(i64, Fact)>, StoreError> {
    session.list(sql, params_from_iter(values), read)
}

pub(super) fn append(session: &Session, facts: &[Fact]) -> Result<(), StoreError> {
    for fact in facts {
        session.execute(
            "INSERT INTO fact (at, actor, action, subject, organization_id, detail)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![
                fact.at.as_unix(),
                fact.actor,
                fact.action,
                fact.subject,
                fact.organization.as_ref().map(OrganizationId::as_str),
                fact.detail,
            ],
        )?;
    }
    Ok(())
}

fn read(row: &Row<'_>) -> Result<(i64, Fact), StoreError> {
    let organization: Option<String> = row.get("organization_id")?;
    let fact = Fact {
        at: Timestamp::from_unix(row.get("at")?),
        actor: row.get("actor")?,
        action: row.get("action")?,
        subject: row.get("subject")?,
        organization: organization.as_deref().map(columns::read_organization_id).transpose()?,
        detail: row.get("detail")?,
    };
    Ok((row.get("number")?, fact))
}
