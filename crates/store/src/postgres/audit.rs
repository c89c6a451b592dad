//! The audit register.

use portreeve_core::audit::Fact;
use portreeve_core::text_id::OrganizationId;
use portreeve_core::time::Timestamp;
use tokio_postgres::Row;

use crate::columns;
use crate::contract::Page;
use crate::contract::error::StoreError;
use crate::postgres::connections::Session;

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
