//! The audit register.

use async_trait::async_trait;
use portreeve_core::audit::Fact;
use portreeve_core::text_id::OrganizationId;
use portreeve_core::time::Timestamp;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use crate::columns;
use crate::contract::Page;
use crate::contract::audit::Audit;
use crate::contract::error::StoreError;
use crate::contract::search::FactSearch;
use crate::postgres::PostgresStore;
use crate::postgres::connections::Session;

#[async_trait]
impl Audit for PostgresStore {
    async fn list_facts(&self, page: &Page) -> Result<Vec<(i64, Fact)>, StoreError> {
        list(&mut self.connections.session().await?, page).await
    }

    async fn search_facts(&self, search: &FactSearch<'_>) -> Result<Vec<(i64, Fact)>, StoreError> {
        if !columns::may_be_found(search) {
            return Ok(Vec::new());
        }
        let mut session = self.connections.session().await?.patient();
        find_matching(&mut session, &question(search)).await
    }
}

/// A parameter of a question whose conditions vary.
pub(super) type Value = Box<dyn ToSql + Sync + Send>;

pub(super) async fn list(
    session: &mut Session,
    page: &Page,
) -> Result<Vec<(i64, Fact)>, StoreError> {
    session
        .list(
            "SELECT * FROM fact WHERE number < $1 ORDER BY number DESC LIMIT $2",
            &[&columns::below(page), &i64::from(page.limit)],
            read,
        )
        .await
}

/// The question for facts that are looked for, and its parameters.
pub(super) fn question(search: &FactSearch<'_>) -> (String, Vec<Value>) {
    let text = |text: &str| -> Value { Box::new(text.to_owned()) };
    let time = |at: Timestamp| -> Value { Box::new(at.as_unix()) };
    let below: Value = Box::new(search.below.unwrap_or(i64::MAX));
    let conditions = [
        ("number < $", Some(below)),
        ("actor = $", search.actor.map(text)),
        ("starts_with(action, $", search.action.map(text)),
        ("subject = $", search.subject.map(text)),
        ("at >= $", search.from.map(time)),
        ("at < $", search.until.map(time)),
    ];
    let mut values: Vec<Value> = vec![Box::new(i64::from(search.limit))];
    let mut written = Vec::new();
    for (sql, value) in conditions {
        let Some(value) = value else { continue };
        values.push(value);
        let end = if sql.contains('(') { ")" } else { "" };
        written.push(format!("{sql}{}{end}", values.len()));
    }
    let conditions = written.join(" AND ");
    let Some(organizations) = search.organizations else {
        let sql = format!("SELECT * FROM fact WHERE {conditions} ORDER BY number DESC LIMIT $1");
        return (sql, values);
    };
    // Each organization's newest, of which the newest are taken: however many others
    // there are, nobody else's facts are read.
    let ids: Vec<String> = organizations.iter().map(OrganizationId::to_string).collect();
    values.push(Box::new(ids));
    let sql = format!(
        "SELECT f.* FROM (SELECT DISTINCT unnest(${}::text[]) AS id) o CROSS JOIN LATERAL (
             SELECT * FROM fact WHERE organization_id = o.id AND {conditions}
             ORDER BY number DESC LIMIT $1) f
         ORDER BY f.number DESC LIMIT $1",
        values.len()
    );
    (sql, values)
}

pub(super) async fn find_matching(
    session: &mut Session,
    (sql, values): &(String, Vec<Value>),
) -> Result<Vec<(i64, Fact)>, StoreError> {
    let params: Vec<&(dyn ToSql + Sync)> =
        values.iter().map(|value| &**value as &(dyn ToSql + Sync)).collect();
    session.list(sql, &params, read).await
}

pub(super) async fn append(session: &mut Session, facts: &[&Fact]) -> Result<(), StoreError> {
    if facts.is_empty() {
        return Ok(());
    }
    let times: Vec<i64> = facts.iter().map(|fact| fact.at.as_unix()).collect();
    let actors: Vec<&str> = facts.iter().map(|fact| fact.actor.as_str()).collect();
    let actions: Vec<&str> = facts.iter().map(|fact| fact.action.as_str()).collect();
    let subjects: Vec<&str> = facts.iter().map(|fact| fact.subject.as_str()).collect();
    let organizations: Vec<Option<&str>> =
        facts.iter().map(|fact| fact.organization.as_ref().map(OrganizationId::as_str)).collect();
    let details: Vec<&str> = facts.iter().map(|fact| fact.detail.as_str()).collect();
    session
        .execute(
            "INSERT INTO fact (at, actor, action, subject, organization_id, detail)
             SELECT at, actor, action, subject, organization_id, detail
             FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
                 WITH ORDINALITY
                 AS f (at, actor, action, subject, organization_id, detail, position)
             ORDER BY position",
            &[&times, &actors, &actions, &subjects, &organizations, &details],
        )
        .await?;
    Ok(())
}

fn read(row: &Row) -> Result<(i64, Fact), StoreError> {
    let organization: Option<String> = row.try_get("organization_id")?;
    let fact = Fact {
        at: Timestamp::from_unix(row.try_get("at")?),
        actor: row.try_get("actor")?,
        action: row.try_get("action")?,
        subject: row.try_get("subject")?,
        organization: organization.as_deref().map(columns::read_organization_id).transpose()?,
        detail: row.try_get("detail")?,
    };
    Ok((row.try_get("number")?, fact))
}
