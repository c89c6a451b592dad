//! What clients did, by the hour and by the day.

use async_trait::async_trait;
use portreeve_core::text_id::ClientId;
use portreeve_core::time::Timestamp;
use portreeve_core::usage::{
    DAYS_KEPT, HOURS_KEPT, RefusedCall, RefusedSum, Tally, day_of, hour_of,
};
use tokio_postgres::Row;

use crate::columns::tallies::{self, Standing, Sums};
use crate::columns::{self, storable};
use crate::contract::commit::Used;
use crate::contract::error::StoreError;
use crate::contract::search::{ClientsOf, Step, UsageSearch};
use crate::contract::usage::Usage;
use crate::postgres::connections::Session;
use crate::postgres::search::{self, Whose, about};
use crate::postgres::{PostgresStore, refused};

#[async_trait]
impl Usage for PostgresStore {
    async fn usage_over_time(
        &self,
        search: &UsageSearch<'_>,
    ) -> Result<Vec<(Timestamp, Tally)>, StoreError> {
        let mut session = self.connections.session().await?.patient();
        over_time(&mut session, &search::whose(search.of), &span(search)).await
    }

    async fn usage_by_client(
        &self,
        search: &UsageSearch<'_>,
        most: u32,
    ) -> Result<Vec<(ClientId, Tally)>, StoreError> {
        let mut session = self.connections.session().await?.patient();
        by_client(&mut session, &search::whose(search.of), &span(search), most).await
    }

    async fn secret_uses(
        &self,
        client: &ClientId,
        from: Timestamp,
    ) -> Result<Vec<(Box<str>, Timestamp, u64)>, StoreError> {
        of_secrets(&mut self.connections.session().await?, client, from).await
    }

    async fn refused_by_reason(
        &self,
        of: ClientsOf<'_>,
        from: Timestamp,
    ) -> Result<Vec<RefusedSum>, StoreError> {
        let mut session = self.connections.session().await?.patient();
        refused::by_reason(&mut session, &search::whose(of), from).await
    }

    async fn refused_most(
        &self,
        clients: &[ClientId],
        from: Timestamp,
    ) -> Result<Vec<(ClientId, Box<str>, u64)>, StoreError> {
        refused::most(&mut self.connections.session().await?, clients, from).await
    }

    async fn find_refused(&self, request_id: &str) -> Result<Option<RefusedCall>, StoreError> {
        if !storable::is_storable(request_id) {
            return Ok(None);
        }
        refused::find(&mut self.connections.session().await?, request_id).await
    }
}

/// What is asked for, but for whose it is.
pub(super) struct Span {
    pub(super) service: Option<String>,
    pub(super) from: Timestamp,
    pub(super) until: Timestamp,
    pub(super) step: Step,
}

/// The most rows that one statement adds to.
const ADDED_AT_ONCE: usize = 5_000;

pub(super) fn span(search: &UsageSearch<'_>) -> Span {
    let service = search.service.map(str::to_owned);
    Span { service, from: search.from, until: search.until, step: search.step }
}

const SUMS: &str = "sum(u.passed)::bigint AS passed, sum(u.refused)::bigint AS refused,
    sum(u.tokens)::bigint AS tokens";

const WITHIN: &str = "u.at >= $2 AND u.at < $3 AND ($4::text IS NULL OR u.service = $4)";

pub(super) async fn over_time(
    session: &mut Session,
    whose: &Whose,
    span: &Span,
) -> Result<Vec<(Timestamp, Tally)>, StoreError> {
    session
        .list(
            &format!(
                "SELECT u.at, {SUMS} FROM {} AND {WITHIN} GROUP BY u.at ORDER BY u.at",
                about(whose, table(span.step))
            ),
            &[&whose.id, &span.from.as_unix(), &span.until.as_unix(), &span.service],
            |row| Ok((Timestamp::from_unix(row.try_get("at")?), read_tally(row)?)),
        )
        .await
}

pub(super) async fn by_client(
    session: &mut Session,
    whose: &Whose,
    span: &Span,
    most: u32,
) -> Result<Vec<(ClientId, Tally)>, StoreError> {
    session
        .list(
            &format!(
                "SELECT u.client_id, {SUMS} FROM {} AND {WITHIN} GROUP BY u.client_id
                 ORDER BY sum(u.passed) + sum(u.refused) DESC, sum(u.tokens) DESC, u.client_id
                 LIMIT $5",
                about(whose, table(span.step))
            ),
            &[
                &whose.id,
                &span.from.as_unix(),
                &span.until.as_unix(),
                &span.service,
                &i64::from(most),
            ],
            |row| Ok((columns::read_client_id(row.try_get("client_id")?)?, read_tally(row)?)),
        )
        .await
}

pub(super) async fn of_secrets(
    session: &mut Session,
    client: &ClientId,
    from: Timestamp,
) -> Result<Vec<(Box<str>, Timestamp, u64)>, StoreError> {
    session
        .list(
            "SELECT secret_id, day, tokens FROM secret_day WHERE client_id = $1 AND day >= $2
             ORDER BY secret_id, day",
            &[&client.as_str(), &from.as_unix()],
            |row| {
                let tokens = columns::read_count(row.try_get("tokens")?)?;
                Ok((row.try_get("secret_id")?, Timestamp::from_unix(row.try_get("day")?), tokens))
            },
        )
        .await
}

/// Adds what was counted, but for what is about clients and secrets that are gone.
pub(super) async fn add(session: &mut Session, used: &Used) -> Result<(), StoreError> {
    let standing = standing(session, used).await?;
    add_sums(session, Step::Hour, &tallies::sums(&used.counted, &standing, hour_of)).await?;
    add_sums(session, Step::Day, &tallies::sums(&used.counted, &standing, day_of)).await?;
    mark_secrets(session, used, &standing).await?;
    add_secrets(session, used, &standing).await?;
    refused::add(session, used, &standing).await
}

/// Removes counts of long ago, `most` of each kind at a time; answers how many went.
pub(super) async fn sweep(
    session: &mut Session,
    now: Timestamp,
    most: u32,
) -> Result<u64, StoreError> {
    let days = now.minus(DAYS_KEPT).as_unix();
    let mut gone = 0;
    for (table, key, time, before) in [
        ("usage_hour", "client_id, at, service", "at", now.minus(HOURS_KEPT).as_unix()),
        ("usage_day", "client_id, at, service", "at", days),
        ("secret_day", "client_id, secret_id, day", "day", days),
        ("refused_day", "client_id, day, reason, service", "day", days),
    ] {
        let sql = format!(
            "DELETE FROM {table} WHERE ({key}) IN
                 (SELECT {key} FROM {table} WHERE {time} < $1 LIMIT $2)"
        );
        gone += session.execute(&sql, &[&before, &i64::from(most)]).await?;
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
async fn standing(session: &mut Session, used: &Used) -> Result<Standing, StoreError> {
    let ids: Vec<&str> = tallies::clients(used).into_iter().collect();
    let found = session
        .list(
            "SELECT client_id FROM client WHERE client_id = ANY ($1)
             ORDER BY client_id FOR KEY SHARE",
            &[&ids],
            |row| Ok(row.try_get(0)?),
        )
        .await?;
    Ok(found.into_iter().collect())
}

async fn add_sums(session: &mut Session, step: Step, sums: &Sums<'_>) -> Result<(), StoreError> {
    let sql = format!(
        "INSERT INTO {} AS u (client_id, at, service, passed, refused, tokens)
         SELECT client_id, at, service, passed, refused, tokens
         FROM unnest($1::text[], $2::bigint[], $3::text[], $4::bigint[], $5::bigint[],
                     $6::bigint[]) WITH ORDINALITY
             AS n (client_id, at, service, passed, refused, tokens, position)
         ORDER BY position
         ON CONFLICT (client_id, at, service) DO UPDATE SET passed = u.passed + excluded.passed,
             refused = u.refused + excluded.refused, tokens = u.tokens + excluded.tokens",
        table(step)
    );
    let rows: Vec<_> = sums.iter().collect();
    for some in rows.chunks(ADDED_AT_ONCE) {
        let clients: Vec<&str> = some.iter().map(|((client, ..), _)| *client).collect();
        let times: Vec<i64> = some.iter().map(|((_, at, _), _)| *at).collect();
        let services: Vec<&str> = some.iter().map(|((.., service), _)| *service).collect();
        let column = |count: fn(&Tally) -> u64| -> Vec<i64> {
            some.iter().map(|(_, tally)| tallies::column(count(tally))).collect()
        };
        let (passed, refused) = (column(|tally| tally.passed), column(|tally| tally.refused));
        let tokens = column(|tally| tally.tokens);
        session.execute(&sql, &[&clients, &times, &services, &passed, &refused, &tokens]).await?;
    }
    Ok(())
}

async fn mark_secrets(
    session: &mut Session,
    used: &Used,
    standing: &Standing,
) -> Result<(), StoreError> {
    let uses: Vec<_> = tallies::last_uses(used, standing).into_iter().collect();
    for some in uses.chunks(ADDED_AT_ONCE) {
        let (clients, secrets): (Vec<&str>, Vec<&str>) = some.iter().map(|(key, _)| *key).unzip();
        let (times, places): (Vec<i64>, Vec<Option<String>>) =
            some.iter().map(|(_, (at, from))| (*at, columns::write_address(*from))).unzip();
        // Locked in order first: two nodes that note the same secrets must not wait for
        // each other.
        session
            .execute(
                "WITH locked AS (
                     SELECT s.client_id, s.secret_id, n.at, n.place
                     FROM client_secret s
                     JOIN unnest($1::text[], $2::text[], $3::bigint[], $4::text[])
                         AS n (client_id, secret_id, at, place) USING (client_id, secret_id)
                     ORDER BY s.client_id, s.secret_id FOR NO KEY UPDATE OF s
                 )
                 UPDATE client_secret s SET last_used_at = l.at, last_used_from = l.place
                 FROM locked l
                 WHERE s.client_id = l.client_id AND s.secret_id = l.secret_id
                   AND (s.last_used_at IS NULL OR s.last_used_at < l.at)",
                &[&clients, &secrets, &times, &places],
            )
            .await?;
    }
    Ok(())
}

async fn add_secrets(
    session: &mut Session,
    used: &Used,
    standing: &Standing,
) -> Result<(), StoreError> {
    let days: Vec<_> = tallies::secret_days(used, standing).into_iter().collect();
    for some in days.chunks(ADDED_AT_ONCE) {
        let clients: Vec<&str> = some.iter().map(|((client, ..), _)| *client).collect();
        let secrets: Vec<&str> = some.iter().map(|((_, secret, _), _)| *secret).collect();
        let days: Vec<i64> = some.iter().map(|((.., day), _)| *day).collect();
        let tokens: Vec<i64> = some.iter().map(|(_, count)| tallies::column(*count)).collect();
        session
            .execute(
                "INSERT INTO secret_day AS d (client_id, secret_id, day, tokens)
                 SELECT n.client_id, n.secret_id, n.day, n.tokens
                 FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[]) WITH ORDINALITY
                     AS n (client_id, secret_id, day, tokens, position)
                 JOIN client_secret s USING (client_id, secret_id)
                 ORDER BY n.position
                 ON CONFLICT (client_id, secret_id, day) DO UPDATE
                     SET tokens = d.tokens + excluded.tokens",
                &[&clients, &secrets, &days, &tokens],
            )
            .await?;
    }
    Ok(())
}

fn read_tally(row: &Row) -> Result<Tally, StoreError> {
    Ok(Tally {
        passed: columns::read_count(row.try_get("passed")?)?,
        refused: columns::read_count(row.try_get("refused")?)?,
        tokens: columns::read_count(row.try_get("tokens")?)?,
    })
}
