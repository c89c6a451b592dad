//! Calls that were refused: how often and why, and some of them one by one.

use std::collections::BTreeSet;

use portreeve_core::text_id::ClientId;
use portreeve_core::time::Timestamp;
use portreeve_core::usage::{REFUSALS_KEPT, RefusedCall, RefusedSum};
use rusqlite::{Row, params};

use crate::columns;
use crate::columns::tallies::{self, Standing};
use crate::contract::commit::Used;
use crate::contract::error::StoreError;
use crate::sqlite::connections::{Session, json_list};
use crate::sqlite::search::{Whose, about};

/// By reason: how often, and the newest call of these that is still kept. A request's id
/// may be the caller's choice, so a call counts only with the client and the reason.
pub(super) fn by_reason(
    session: &Session,
    whose: &Whose,
    from: Timestamp,
) -> Result<Vec<RefusedSum>, StoreError> {
    // Of the rows of a reason, SQLite takes all columns from that with the greatest time.
    session.list(
        &format!(
            "WITH sums AS (
                 SELECT u.client_id, u.reason, u.times, u.newest FROM {} AND u.day >= ?2)
             SELECT s.reason AS why, sum(s.times) AS times, max(r.at) AS newest_at, r.*
             FROM sums s LEFT JOIN refused r ON r.request_id = s.newest
                 AND r.client_id = s.client_id AND r.reason = s.reason
             GROUP BY s.reason ORDER BY sum(s.times) DESC, s.reason",
            about(whose, "refused_day")
        ),
        params![whose.id, from.as_unix()],
        |row| {
            let is_kept = row.get::<_, Option<String>>("request_id")?.is_some();
            Ok(RefusedSum {
                reason: row.get("why")?,
                times: columns::read_count(row.get("times")?)?,
                newest: is_kept.then(|| read(row)).transpose()?,
            })
        },
    )
}

pub(super) fn most(
    session: &Session,
    clients: &[ClientId],
    from: Timestamp,
) -> Result<Vec<(ClientId, Box<str>, u64)>, StoreError> {
    let mut sums = session.list(
        "SELECT client_id, reason, sum(times) AS times FROM refused_day
         WHERE client_id IN (SELECT value FROM json_each(?1)) AND day >= ?2
         GROUP BY client_id, reason ORDER BY client_id, sum(times) DESC, reason",
        params![json_list(clients.iter().map(ClientId::as_str)), from.as_unix()],
        |row| {
            let client = columns::read_client_id(&row.get::<_, String>("client_id")?)?;
            Ok((client, row.get("reason")?, columns::read_count(row.get("times")?)?))
        },
    )?;
    sums.dedup_by(|next, first| next.0 == first.0);
    Ok(sums)
}

pub(super) fn find(session: &Session, request_id: &str) -> Result<Option<RefusedCall>, StoreError> {
    session.find("SELECT * FROM refused WHERE request_id = ?1", [request_id], read)
}

/// Adds to the days, and keeps the calls: a few hundred of each client, the newest.
pub(super) fn add(session: &Session, used: &Used, standing: &Standing) -> Result<(), StoreError> {
    for ((client, day, reason, service), (times, newest)) in tallies::refused_days(used, standing) {
        session.execute(
            "INSERT INTO refused_day (client_id, day, reason, service, times, newest)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT (client_id, day, reason, service) DO UPDATE SET
                 times = times + excluded.times, newest = excluded.newest",
            params![client, day, reason, service, tallies::column(times), newest.request_id],
        )?;
    }
    let calls = tallies::refused_calls(used, standing);
    for call in calls.values() {
        keep(session, call)?;
    }
    trim(session, &calls.values().map(|call| call.client_id.as_str()).collect())
}

/// Removes calls of long ago, `most` at a time; answers how many went.
pub(super) fn sweep(session: &Session, now: Timestamp, most: u32) -> Result<usize, StoreError> {
    session.execute(
        "DELETE FROM refused WHERE request_id IN
             (SELECT request_id FROM refused WHERE at < ?1 LIMIT ?2)",
        params![now.minus(REFUSALS_KEPT).as_unix(), most],
    )
}

/// A call whose request's id is taken is passed over: nobody overwrites another's.
fn keep(session: &Session, call: &RefusedCall) -> Result<(), StoreError> {
    session.execute(
        "INSERT INTO refused (request_id, at, client_id, service, reason, about, call, peer)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (request_id) DO NOTHING",
        params![
            call.request_id,
            call.at.as_unix(),
            call.client_id.as_str(),
            call.service,
            call.reason,
            call.about,
            call.call,
            columns::write_address(call.peer),
        ],
    )?;
    Ok(())
}

/// Removes the oldest calls of these clients, where there are too many.
fn trim(session: &Session, clients: &BTreeSet<&str>) -> Result<(), StoreError> {
    for client in clients {
        session.execute(
            "DELETE FROM refused WHERE request_id IN
                 (SELECT request_id FROM refused WHERE client_id = ?1
                  ORDER BY at DESC, request_id DESC LIMIT -1 OFFSET ?2)",
            params![client, columns::REFUSALS_OF_A_CLIENT],
        )?;
    }
    Ok(())
}

fn read(row: &Row<'_>) -> Result<RefusedCall, StoreError> {
    let peer: Option<String> = row.get("peer")?;
    Ok(RefusedCall {
        request_id: row.get("request_id")?,
        at: Timestamp::from_unix(row.get("at")?),
        client_id: columns::read_client_id(&row.get::<_, String>("client_id")?)?,
        service: row.get("service")?,
        reason: row.get("reason")?,
        about: row.get("about")?,
        call: row.get("call")?,
        peer: columns::read_address(peer.as_deref())?,
    })
}
