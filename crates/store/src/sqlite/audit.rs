//! The audit register.

use portreeve_core::audit::Fact;
use portreeve_core::text_id::OrganizationId;
use portreeve_core::time::Timestamp;
use rusqlite::{Row, params};

use crate::columns;
use crate::contract::Page;
use crate::contract::error::StoreError;
use crate::sqlite::connections::Session;

pub(super) fn list(session: &Session, page: &Page) -> Result<Vec<(i64, Fact)>, StoreError> {
    session.list(
        "SELECT * FROM fact WHERE number < ?1 ORDER BY number DESC LIMIT ?2",
        params![columns::below(page), page.limit],
        read,
    )
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
