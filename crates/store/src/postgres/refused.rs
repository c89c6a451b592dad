//! Calls that were refused: how often and why, and some of them one by one.

use std::collections::BTreeSet;

use portreeve_core::text_id::ClientId;
use portreeve_core::time::Timestamp;
use portreeve_core::usage::{REFUSALS_KEPT, RefusedCall, RefusedSum};
use tokio_postgres::Row;

use crate::columns;
use crate::columns::tallies::{self, Standing};
use crate::contract::commit::Used;
use crate::contract::error::StoreError;
use crate::postgres::connections::Session;
use crate::postgres::search::{Whose, about};

/// By reason: how often, and the newest call of these that is still kept. A request's id
/// may be the caller's choice, so a call counts only with the client and the reason.
pub(super) async fn by_reason(
    session: &mut Session,
    whose: &Whose,
    from: Timestamp,
) -> Result<Vec<RefusedSum>, StoreError> {
    session
        .list(
            &format!(
                "WITH days AS (
                     SELECT u.client_id, u.reason, u.times, u.newest FROM {} AND u.day >= $2
                 ), sums AS (
                     SELECT reason, sum(times)::bigint AS times FROM days GROUP BY reason
                 ), newest AS (
                     SELECT DISTINCT ON (r.reason) r.*
                     FROM days d JOIN refused r ON r.request_id = d.newest
                         AND r.client_id = d.client_id AND r.reason = d.reason
                     ORDER BY r.reason, r.at DESC
                 )
                 SELECT s.reason AS why, s.times, n.*
                 FROM sums s LEFT JOIN newest n ON n.reason = s.reason
                 ORDER BY s.times DESC, s.reason",
                about(whose, "refused_day")
            ),
            &[&whose.id, &from.as_unix()],
            |row| {
                let is_kept = row.try_get::<_, Option<&str>>("request_id")?.is_some();
                Ok(RefusedSum {
                    reason: row.try_get("why")?,
                    times: columns::read_count(row.try_get("times")?)?,
                    newest: is_kept.then(|| read(row)).transpose()?,
                })
            },
        )
        .await
}

pub(super) async fn most(
    session: &mut Session,
    clients: &[ClientId],
    from: Timestamp,
) -> Result<Vec<(ClientId, Box<str>, u64)>, StoreError> {
    let ids: Vec<&str> = clients.iter().map(ClientId::as_str).collect();
    let mut sums = session
        .list(
            "SELECT client_id, reason, sum(times)::bigint AS times FROM refused_day
             WHERE client_id = ANY ($1) AND day >= $2
             GROUP BY client_id, reason ORDER BY client_id, sum(times) DESC, reason",
            &[&ids, &from.as_unix()],
            |row| {
                let client = columns::read_client_id(row.try_get("client_id")?)?;
                let times = columns::read_count(row.try_get("times")?)?;
                Ok((client, row.try_get("reason")?, times))
            },
        )
        .await?;
    sums.dedup_by(|next, first| next.0 == first.0);
    Ok(sums)
}

pub(super) async fn find(
    session: &mut Session,
    request_id: &str,
) -> Result<Option<RefusedCall>, StoreError> {
    session.find("SELECT * FROM refused WHERE request_id = $1", &[&request_id], read).await
}

/// Adds to the days, and keeps the calls: a few hundred of each client, the newest.
pub(super) async fn add(
    session: &mut Session,
    used: &Used,
    standing: &Standing,
) -> Result<(), StoreError> {
    let days = tallies::refused_days(used, standing);
    if days.is_empty() {
        return Ok(());
    }
    let clients: Vec<&str> = days.keys().map(|(client, ..)| *client).collect();
    let times: Vec<i64> = days.keys().map(|(_, day, ..)| *day).collect();
    let reasons: Vec<&str> = days.keys().map(|(.., reason, _)| *reason).collect();
    let services: Vec<&str> = days.keys().map(|(.., service)| *service).collect();
    let counts: Vec<i64> = days.values().map(|(count, _)| tallies::column(*count)).collect();
    let newest: Vec<&str> = days.values().map(|(_, call)| &*call.request_id).collect();
    session
        .execute(
            "INSERT INTO refused_day AS d (client_id, day, reason, service, times, newest)
             SELECT client_id, day, reason, service, times, newest
             FROM unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::bigint[],
                         $6::text[]) WITH ORDINALITY
                 AS n (client_id, day, reason, service, times, newest, position)
             ORDER BY position
             ON CONFLICT (client_id, day, reason, service) DO UPDATE SET
                 times = d.times + excluded.times, newest = excluded.newest",
            &[&clients, &times, &reasons, &services, &counts, &newest],
        )
        .await?;
    let calls: Vec<&RefusedCall> = tallies::refused_calls(used, standing).into_values().collect();
    keep(session, &calls).await?;
    trim(session, &calls.iter().map(|call| call.client_id.as_str()).collect()).await
}

/// Removes calls of long ago, `most` at a time; answers how many went.
pub(super) async fn sweep(
    session: &mut Session,
    now: Timestamp,
    most: u32,
) -> Result<u64, StoreError> {
    session
        .execute(
            "DELETE FROM refused WHERE request_id IN
                 (SELECT request_id FROM refused WHERE at < $1 LIMIT $2)",
            &[&now.minus(REFUSALS_KEPT).as_unix(), &i64::from(most)],
        )
        .await
}

/// A call whose request's id is taken is passed over: nobody overwrites another's.
async fn keep(session: &mut Session, calls: &[&RefusedCall]) -> Result<(), StoreError> {
    let column = |text: fn(&RefusedCall) -> &str| -> Vec<&str> {
        calls.iter().map(|call| text(call)).collect()
    };
    let times: Vec<i64> = calls.iter().map(|call| call.at.as_unix()).collect();
    let peers: Vec<Option<String>> =
        calls.iter().map(|call| columns::write_address(call.peer)).collect();
    session
        .execute(
            "INSERT INTO refused (request_id, at, client_id, service, reason, about, call, peer)
             SELECT request_id, at, client_id, service, reason, about, call, peer
             FROM unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[],
                         $7::text[], $8::text[]) WITH ORDINALITY
                 AS n (request_id, at, client_id, service, reason, about, call, peer, position)
             ORDER BY position
             ON CONFLICT (request_id) DO NOTHING",
            &[
                &column(|call| &call.request_id),
                &times,
                &column(|call| call.client_id.as_str()),
                &column(|call| &call.service),
                &column(|call| &call.reason),
                &column(|call| &call.about),
                &column(|call| &call.call),
                &peers,
            ],
        )
        .await?;
    Ok(())
}

/// Removes the oldest calls of these clients, where there are too many. One that somebody
/// else is removing is left to them.
async fn trim(session: &mut Session, clients: &BTreeSet<&str>) -> Result<(), StoreError> {
    let clients: Vec<&str> = clients.iter().copied().collect();
    session
        .execute(
            "DELETE FROM refused WHERE request_id IN (
                 SELECT request_id FROM refused WHERE request_id IN (
                     SELECT r.request_id FROM unnest($1::text[]) AS n (client_id)
                     CROSS JOIN LATERAL (
                         SELECT request_id FROM refused WHERE client_id = n.client_id
                         ORDER BY at DESC, request_id DESC OFFSET $2) r)
                 FOR UPDATE SKIP LOCKED)",
            &[&clients, &i64::from(columns::REFUSALS_OF_A_CLIENT)],
        )
        .await?;
    Ok(())
}

fn read(row: &Row) -> Result<RefusedCall, StoreError> {
    let peer: Option<&str> = row.try_get("peer")?;
    Ok(RefusedCall {
        request_id: row.try_get("request_id")?,
        at: Timestamp::from_unix(row.try_get("at")?),
        client_id: columns::read_client_id(row.try_get("client_id")?)?,
        service: row.try_get("service")?,
        reason: row.try_get("reason")?,
        about: row.try_get("about")?,
        call: row.try_get("call")?,
        peer: columns::read_address(peer)?,
    })
}
