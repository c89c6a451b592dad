//! What clients did, by the hour and by the day.

use async_trait::async_trait;
use portreeve_core::text_id::ClientId;
use portreeve_core::time::Timestamp;
use portreeve_core::usage::{
    DAYS_KEPT, HOURS_KEPT, RefusedCall, RefusedSum, Tally, day_of, hour_of,
};
use rusqlite::{Row, params};

use crate::columns;
use crate::columns::tallies::{self, Standing, Sums};
use crate::contract::commit::Used;
use crate::contract::error::StoreError;
use crate::contract::search::{ClientsOf, Step, UsageSearch};
use crate::contract::usage::Usage;
use crate::sqlite::connections::{Session, json_list};
use crate::sqlite::search::{self, Whose, about};
use crate::sqlite::{SqliteStore, refused};

#[async_trait]
impl Usage for SqliteStore {
    async fn usage_over_time(
        &self,
        search: &UsageSearch<'_>,
    ) -> Result<Vec<(Timestamp, Tally)>, StoreError> {
        let (whose, span) = (search::whose(search.of), span(search));
        self.readers.read(move |session| over_time(session, &whose, &span)).await
    }

    async fn usage_by_client(
        &self,
        search: &UsageSearch<'_>,
        most: u32,
    ) -> Result<Vec<(ClientId, Tally)>, StoreError> {
        let (whose, span) = (search::whose(search.of), span(search));
        self.readers.read(move |session| by_client(session, &whose, &span, most)).await
    }

    async fn secret_uses(
        &self,
        client: &ClientId,
        from: Timestamp,
    ) -> Result<Vec<(Box<str>, Timestamp, u64)>, StoreError> {
        let client = client.clone();
        self.readers.read(move |session| of_secrets(session, &client, from)).await
    }

    async fn refused_by_reason(
        &self,
        of: ClientsOf<'_>,
        from: Timestamp,
    ) -> Result<Vec<RefusedSum>, StoreError> {
        let whose = search::whose(of);
        self.readers.read(move |session| refused::by_reason(session, &whose, from)).await
    }

    async fn refused_most(
        &self,
        clients: &[ClientId],
        from: Timestamp,
    ) -> Result<Vec<(ClientId, Box<str>, u64)>, StoreError> {
        let clients = clients.to_vec();
        self.readers.read(move |session| refused::most(session, &clients, from)).await
    }

    async fn find_refused(&self, request_id: &str) -> Result<Option<RefusedCall>, StoreError> {
        let request_id = request_id.to_owned();
        self.readers.read(move |session| refused::find(session, &request_id)).await
    }
}

/// What is asked for, but for whose it is.
pub(super) struct Span {
    pub(super) service: Option<String>,
    pub(super) from: Timestamp,
    pub(super) until: Timestamp,
    pub(super) step: Step,
}

pub(super) fn span(search: &UsageSearch<'_>) -> Span {
    let service = search.service.map(str::to_owned);
    Span { service, from: search.from, until: search.until, step: search.step }
}

const SUMS: &str = "sum(u.passed) AS passed, sum(u.refused) AS refused, sum(u.tokens) AS tokens";

const WITHIN: &str = "u.at >= ?2 AND u.at < ?3 AND (?4 IS NULL OR u.service = ?4)";

pub(super) fn over_time(
    session: &Session,
    whose: &Whose,
    span: &Span,
) -> Result<Vec<(Timestamp, Tally)>, StoreError> {
    session.list(
        &format!(
            "SELECT u.at, {SUMS} FROM {} AND {WITHIN} GROUP BY u.at ORDER BY u.at",
            about(whose, table(span.step))
        ),
        params![whose.id, span.from.as_unix(), span.until.as_unix(), span.service],
        |row| Ok((Timestamp::from_unix(row.get("at")?), read_tally(row)?)),
    )
}

pub(super) fn by_client(
    session: &Session,
    whose: &Whose,
    span: &Span,
    most: u32,
) -> Result<Vec<(ClientId, Tally)>, StoreError> {
    session.list(
        &format!(
            "SELECT u.client_id, {SUMS} FROM {} AND {WITHIN} GROUP BY u.client_id
             ORDER BY sum(u.passed) + sum(u.refused) DESC, sum(u.tokens) DESC, u.client_id
             LIMIT ?5",
            about(whose, table(span.step))
        ),
        params![whose.id, span.from.as_unix(), span.until.as_unix(), span.service, most],
        |row| Ok((columns::read_client_id(&row.get::<_, String>("client_id")?)?, read_tally(row)?)),
    )
}

pub(super) fn of_secrets(
    session: &Session,
    client: &ClientId,
    from: Timestamp,
) -> Result<Vec<(Box<str>, Timestamp, u64)>, StoreError> {
    session.list(
        "SELECT secret_id, day, tokens FROM secret_day WHERE client_id = ?1 AND day >= ?2
         ORDER BY secret_id, day",
        params![client.as_str(), from.as_unix()],
        |row| {
            let tokens = columns::read_count(row.get("tokens")?)?;
            Ok((row.get("secret_id")?, Timestamp::from_unix(row.get("day")?), tokens))
        },
    )
}

/// Adds what was counted, but for what is about clients and secrets that are gone.
pub(super) fn add(session: &Session, used: &Used) -> Result<(), StoreError> {
    let standing = standing(session, used)?;
    add_sums(session, Step::Hour, &tallies::sums(&used.counted, &standing, hour_of))?;
    add_sums(session, Step::Day, &tallies::sums(&used.counted, &standing, day_of))?;
    mark_secrets(session, used, &standing)?;
    add_secrets(session, used, &standing)?;
    refused::add(session, used, &standing)
}

/// Removes counts of long ago, `most` of each kind at a time; answers how many went.
pub(super) fn sweep(session: &Session, now: Timestamp, most: u32) -> Result<usize, StoreError> {
    let days = now.minus(DAYS_KEPT).as_unix();
    let mut gone = 0;
    for (table, key, time, before) in [
        ("usage_hour", "client_id, at, service", "at", now.minus(HOURS_KEPT).as_unix()),
        ("usage_day", "client_id, at, service", "at", days),
        ("secret_day", "client_id, secret_id, day", "day", days),
        ("refused_day", "client_id, day, reason, service", "day", days),
    ] {
        gone += session.execute(
            &format!(
                "DELETE FROM {table} WHERE ({key}) IN
                     (SELECT {key} FROM {table} WHERE {time} < ?1 LIMIT ?2)"
            ),
            params![before, most],
        )?;
    }
    Ok(gone)
}

const fn table(step: Step) -> &'static str {
    match step {
        Step::Hour => "usage_hour",
        Step::Day => "usage_day",
    }
}

/// The clients of these that are there, and stay so until the transaction ends.
fn standing(session: &Session, used: &Used) -> Result<Standing, StoreError> {
    let found = session.list(
        "SELECT client_id FROM client WHERE client_id IN (SELECT value FROM json_each(?1))",
        [json_list(tallies::clients(used))],
        |row| Ok(row.get(0)?),
    )?;
    Ok(found.into_iter().collect())
}

fn add_sums(session: &Session, step: Step, sums: &Sums<'_>) -> Result<(), StoreError> {
    let sql = format!(
        "INSERT INTO {} (client_id, at, service, passed, refused, tokens)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (client_id, at, service) DO UPDATE SET passed = passed + excluded.passed,
             refused = refused + excluded.refused, tokens = tokens + excluded.tokens",
        table(step)
    );
    for ((client, at, service), tally) in sums {
        let [passed, refused, tokens] =
            [tally.passed, tally.refused, tally.tokens].map(tallies::column);
        session.execute(&sql, params![client, at, service, passed, refused, tokens])?;
    }
    Ok(())
}

fn mark_secrets(session: &Session, used: &Used, standing: &Standing) -> Result<(), StoreError> {
    for ((client, secret), (at, from)) in tallies::last_uses(used, standing) {
        session.execute(
            "UPDATE client_secret SET last_used_at = ?3, last_used_from = ?4
             WHERE client_id = ?1 AND secret_id = ?2
               AND (last_used_at IS NULL OR last_used_at < ?3)",
            params![client, secret, at, columns::write_address(from)],
        )?;
    }
    Ok(())
}

fn add_secrets(session: &Session, used: &Used, standing: &Standing) -> Result<(), StoreError> {
    for ((client, secret, day), tokens) in tallies::secret_days(used, standing) {
        session.execute(
            "INSERT INTO secret_day (client_id, secret_id, day, tokens)
             SELECT client_id, secret_id, ?3, ?4 FROM client_secret
             WHERE client_id = ?1 AND secret_id = ?2
             ON CONFLICT (client_id, secret_id, day) DO UPDATE
                 SET tokens = tokens + excluded.tokens",
            params![client, secret, day, tallies::column(tokens)],
        )?;
    }
    Ok(())
}

fn read_tally(row: &Row<'_>) -> Result<Tally, StoreError> {
    Ok(Tally {
        passed: columns::read_count(row.get("passed")?)?,
        refused: columns::read_count(row.get("refused")?)?,
        tokens: columns::read_count(row.get("tokens")?)?,
    })
}
