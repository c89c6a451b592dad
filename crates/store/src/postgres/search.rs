//! Clients that are looked for, and whose they are.

use portreeve_core::client::record::Client;
use portreeve_core::time::Timestamp;

use crate::columns;
use crate::contract::Page;
use crate::contract::error::StoreError;
use crate::contract::search::{AbilityCount, ClientCounts, ClientsOf, RecordCounts};
use crate::postgres::client;
use crate::postgres::connections::Session;

/// Whose clients: the tables and conditions that pick them, one after the other since a
/// condition with OR would use no index; and the id that stands in them.
#[derive(Clone)]
pub(super) struct Whose {
    branches: &'static [&'static str],
    pub(super) id: Option<String>,
}

/// Of a client: it is over soon, and not yet.
const NEAR: &str = "c.ends_at > $2 AND c.ends_at <= $3 AND $4::bigint IS NOT NULL";

/// Of a client's secret: it is not over.
const LIVE: &str = "(s.expires_at IS NULL OR s.expires_at > $2)";

/// Of a client's secret: it was neither used for some time nor made.
const QUIET: &str = "s.created_at <= $4 AND (s.last_used_at IS NULL OR s.last_used_at <= $4)";

/// Where a page of a search begins, and how long it is.
pub(super) struct Place {
    pub(super) after: (String, String),
    pub(super) limit: u32,
}

pub(super) fn whose(of: ClientsOf<'_>) -> Whose {
    let (branches, id): (&[&str], _) = match of {
        ClientsOf::Organization(id) => (
            &[
                "client c WHERE c.owner_kind = 'organization' AND c.owner_id = $1",
                "membership m
                 JOIN client c ON c.owner_kind = 'user' AND c.owner_id = m.user_id
                 WHERE m.organization_id = $1",
            ],
            Some(id.to_string()),
        ),
        ClientsOf::User(id) => {
            (&["client c WHERE c.owner_kind = 'user' AND c.owner_id = $1"], Some(id.to_string()))
        }
        ClientsOf::Client(id) => (&["client c WHERE c.client_id = $1"], Some(id.to_string())),
        ClientsOf::All => (&["client c WHERE $1::text IS NULL"], None),
    };
    Whose { branches, id }
}

/// The rows of this table that are about these clients, as `u`; ends with a condition.
pub(super) fn about(whose: &Whose, table: &str) -> String {
    if whose.id.is_none() {
        return format!("{table} u WHERE $1::text IS NULL");
    }
    let ids = union(whose, |branch| format!("SELECT c.client_id FROM {branch}"));
    format!("({ids}) w JOIN {table} u ON u.client_id = w.client_id WHERE TRUE")
}

fn union(whose: &Whose, select: impl Fn(&str) -> String) -> String {
    whose.branches.iter().map(|branch| select(branch)).collect::<Vec<_>>().join(" UNION ALL ")
}

pub(super) async fn clients(
    session: &mut Session,
    whose: &Whose,
    text: &str,
    place: &Place,
) -> Result<Vec<Client>, StoreError> {
    let Some(pattern) = columns::pattern(text) else { return Ok(Vec::new()) };
    // The names and ids come from an index alone where nothing is looked for.
    let fits = match text {
        "" => "$4::text IS NOT NULL",
        _ => "(c.name ILIKE $4 OR c.client_id ILIKE $4 OR c.scopes ILIKE $4)",
    };
    let found = union(whose, |branch| {
        format!(
            "SELECT * FROM (SELECT c.client_id, c.name FROM {branch}
                 AND (c.name, c.client_id) > ($2, $3) AND {fits}
                 ORDER BY c.name, c.client_id LIMIT $5) b"
        )
    });
    let rows = session
        .list(
            &format!(
                "WITH page AS (
                     SELECT c.* FROM (SELECT * FROM ({found}) a ORDER BY name, client_id LIMIT $5) f
                     JOIN client c USING (client_id))
                 {} c.name, c.client_id, s.position",
                client::WITH_SECRETS
            ),
            &[&whose.id, &place.after.0, &place.after.1, &pattern, &i64::from(place.limit)],
            client::read,
        )
        .await?;
    Ok(columns::gather(rows))
}

pub(super) async fn count(
    session: &mut Session,
    whose: &Whose,
    now: Timestamp,
    soon: Timestamp,
) -> Result<ClientCounts, StoreError> {
    let ends = union(whose, |branch| format!("SELECT c.disabled, c.ends_at AS ends FROM {branch}"));
    let counts = session
        .find(
            &format!(
                "SELECT count(*) AS every,
                     count(*) FILTER (WHERE disabled) AS disabled,
                     count(*) FILTER (WHERE NOT disabled AND ends <= $2) AS expired,
                     count(*) FILTER (WHERE NOT disabled AND ends > $2 AND ends < $3)
                         AS ends_soon
                 FROM ({ends}) e"
            ),
            &[&whose.id, &now.as_unix(), &soon.as_unix()],
            |row| {
                Ok(ClientCounts {
                    all: columns::read_count(row.try_get("every")?)?,
                    disabled: columns::read_count(row.try_get("disabled")?)?,
                    expired: columns::read_count(row.try_get("expired")?)?,
                    ends_soon: columns::read_count(row.try_get("ends_soon")?)?,
                })
            },
        )
        .await?;
    Ok(counts.unwrap_or_default())
}

pub(super) async fn ending(
    session: &mut Session,
    from: Timestamp,
    until: Timestamp,
    page: &Page,
) -> Result<Vec<Client>, StoreError> {
    let rows = session
        .list(
            &format!(
                "WITH page AS (
                     SELECT c.* FROM (
                         SELECT client_id FROM client
                         WHERE expires_at >= $1 AND expires_at < $2 AND client_id > $3
                         UNION
                         SELECT client_id FROM client_secret
                         WHERE expires_at >= $1 AND expires_at < $2 AND client_id > $3
                         ORDER BY client_id LIMIT $4) f
                     JOIN client c USING (client_id))
                 {} c.client_id, s.position",
                client::WITH_SECRETS
            ),
            &[
                &from.as_unix(),
                &until.as_unix(),
                &columns::after(page).unwrap_or_default(),
                &i64::from(page.limit),
            ],
            client::read,
        )
        .await?;
    Ok(columns::gather(rows))
}

/// Clients that wait for somebody: see [`WaitingSearch`](crate::contract::search::WaitingSearch).
pub(super) async fn waiting(
    session: &mut Session,
    whose: &Whose,
    [now, soon, quiet]: [Timestamp; 3],
    limit: u32,
) -> Result<Vec<Client>, StoreError> {
    let times = [now, soon.max(now), quiet].map(Timestamp::as_unix);
    let mut found = in_order_of_end(session, whose, NEAR, times, limit).await?;
    // All others that wait come behind these, and cost a look at their secrets.
    let rest = limit.saturating_sub(u32::try_from(found.len()).unwrap_or(limit));
    if rest > 0 {
        let several = format!(
            "(c.ends_at IS NULL OR c.ends_at > $3) AND c.secret_count > 1 AND (
                 SELECT count(*) > 1 AND count(*) FILTER (WHERE {QUIET}) > 0
                 FROM client_secret s WHERE s.client_id = c.client_id AND {LIVE})"
        );
        found.extend(in_order_of_end(session, whose, &several, times, rest).await?);
    }
    Ok(found)
}

async fn in_order_of_end(
    session: &mut Session,
    whose: &Whose,
    condition: &str,
    [now, soon, quiet]: [i64; 3],
    limit: u32,
) -> Result<Vec<Client>, StoreError> {
    // An index has this order only where it needs not be asked what has no end.
    let order = if condition == NEAR { "" } else { "c.ends_at IS NULL, " };
    let all = union(whose, |branch| {
        format!(
            "SELECT * FROM (SELECT c.client_id, c.name, c.ends_at FROM {branch}
                 AND NOT c.disabled AND {condition}
                 ORDER BY {order}c.ends_at, c.name, c.client_id LIMIT $5) b"
        )
    });
    let rows = session
        .list(
            &format!(
                "WITH page AS (
                     SELECT c.* FROM (
                         SELECT client_id FROM ({all}) a
                         ORDER BY ends_at IS NULL, ends_at, name, client_id LIMIT $5) f
                     JOIN client c USING (client_id))
                 {} c.ends_at IS NULL, c.ends_at, c.name, c.client_id, s.position",
                client::WITH_SECRETS
            ),
            &[&whose.id, &now, &soon, &quiet, &i64::from(limit)],
            client::read,
        )
        .await?;
    Ok(columns::gather(rows))
}

/// How many clients may ask for what.
pub(super) async fn abilities(
    session: &mut Session,
    whose: &Whose,
) -> Result<Vec<AbilityCount>, StoreError> {
    let all = union(whose, |branch| format!("SELECT c.audiences, c.scopes FROM {branch}"));
    session
        .list(
            &format!(
                "SELECT audiences, scopes, count(*) AS clients FROM ({all}) a
                 GROUP BY audiences, scopes"
            ),
            &[&whose.id],
            |row| {
                Ok(AbilityCount {
                    audiences: columns::read_audiences(row.try_get("audiences")?),
                    scopes: columns::read_scopes(row.try_get("scopes")?)?,
                    clients: columns::read_count(row.try_get("clients")?)?,
                })
            },
        )
        .await
}

/// How many there are of everything.
pub(super) async fn records(session: &mut Session) -> Result<RecordCounts, StoreError> {
    let counts = session
        .find(
            "SELECT (SELECT count(*) FROM organization) AS organizations,
                 (SELECT count(*) FROM person) AS people,
                 (SELECT count(*) FROM client) AS clients",
            &[],
            |row| {
                Ok(RecordCounts {
                    organizations: columns::read_count(row.try_get("organizations")?)?,
                    people: columns::read_count(row.try_get("people")?)?,
                    clients: columns::read_count(row.try_get("clients")?)?,
                })
            },
        )
        .await?;
    Ok(counts.unwrap_or_default())
}
