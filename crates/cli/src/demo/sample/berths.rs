//! The berth service: where ships may lie. Described by `demo/berths.yaml`.

use std::sync::{Arc, PoisonError, RwLock};

use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{DefaultBodyLimit, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::get;
use axum::{Json, Router};
use serde::{Deserialize, Serialize};

use crate::demo::sample::answer::{Page, Problem};
use crate::demo::sample::caller::Reach;

const BERTHS: &str = include_str!("../../../../../demo/rows/berths.json");
const BOOKINGS: &str = include_str!("../../../../../demo/rows/bookings.json");

/// The most bookings: whoever has the demo's address may make some.
const MOST: usize = 1_000;
/// The largest body, in bytes.
const MOST_BYTES: usize = 16 * 1024;

/// The service's routes, without its base path. Bookings live as long as the router.
pub(crate) fn berths() -> Router {
    // The rows are part of the program; a test holds that they can be read.
    let rows = Rows {
        berths: serde_json::from_str(BERTHS).unwrap_or_default(),
        bookings: RwLock::new(serde_json::from_str(BOOKINGS).unwrap_or_default()),
    };
    Router::new()
        .route("/v1/berths", get(list_berths))
        .route("/v1/bookings", get(list_bookings).post(book))
        .layer(DefaultBodyLimit::max(MOST_BYTES))
        .with_state(Arc::new(rows))
}

struct Rows {
    berths: Vec<Berth>,
    bookings: RwLock<Vec<Booking>>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Berth {
    id: String,
    quay: String,
    length_metres: u16,
    draught_metres: f32,
    shore_power: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Booking {
    id: String,
    #[serde(flatten)]
    entry: Entry,
    organization_id: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    berth_id: String,
    ship_imo: String,
    arrives: String,
    leaves: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Question {
    organization_id: Option<String>,
    draught: Option<f32>,
    limit: Option<usize>,
    offset: Option<usize>,
}

async fn list_berths(
    State(rows): State<Arc<Rows>>,
    question: Result<Query<Question>, QueryRejection>,
) -> Result<Json<Page<Berth>>, Problem> {
    let Query(question) = question?;
    let deep = |row: &&Berth| question.draught.is_none_or(|wanted| row.draught_metres >= wanted);
    Page::of(rows.berths.iter().filter(deep).cloned(), question.limit, question.offset)
}

async fn list_bookings(
    State(rows): State<Arc<Rows>>,
    headers: HeaderMap,
    question: Result<Query<Question>, QueryRejection>,
) -> Result<Json<Page<Booking>>, Problem> {
    let Query(question) = question?;
    let (reach, wanted) = (Reach::read(&headers), question.organization_id.as_deref());
    let bookings = rows.bookings.read().unwrap_or_else(PoisonError::into_inner);
    let shown = bookings.iter().filter(|row| reach.shows(&row.organization_id, wanted));
    Page::of(shown.cloned(), question.limit, question.offset)
}

async fn book(
    State(rows): State<Arc<Rows>>,
    headers: HeaderMap,
    question: Result<Query<Question>, QueryRejection>,
    body: Result<Json<Entry>, JsonRejection>,
) -> Result<(StatusCode, Json<Booking>), Problem> {
    let organization_id = question?.0.organization_id.filter(|id| !id.is_empty());
    let organization_id = organization_id
        .ok_or_else(|| Problem::bad_request("organizationId is missing from the query"))?;
    if !Reach::read(&headers).has(&organization_id) {
        return Err(Problem::out_of_reach());
    }
    let entry = body?.0.checked(&rows.berths)?;
    let mut bookings = rows.bookings.write().unwrap_or_else(PoisonError::into_inner);
    if bookings.iter().any(|other| other.entry.meets(&entry)) {
        return Err(Problem::conflict("the berth is taken on one of these days"));
    }
    if bookings.len() >= MOST {
        return Err(Problem::conflict(
            "the demo's bookings are full; they are emptied when the demo starts again",
        ));
    }
    // No row is ever removed, so the count gives a fresh number.
    let id = format!("B-{}", 501 + bookings.len());
    let booking = Booking { id, entry, organization_id };
    bookings.push(booking.clone());
    Ok((StatusCode::CREATED, Json(booking)))
}

impl Entry {
    /// The entry, if the berth exists and the days are days.
    fn checked(self, berths: &[Berth]) -> Result<Self, Problem> {
        if !berths.iter().any(|berth| berth.id == self.berth_id) {
            return Err(Problem::bad_request("berthId names no berth"));
        }
        if self.ship_imo.len() != 7 || !self.ship_imo.bytes().all(|b| b.is_ascii_digit()) {
            return Err(Problem::bad_request("shipImo is a number of seven digits"));
        }
        let is_day = |text: &str| text.parse::<jiff::civil::Date>().is_ok() && text.len() == 10;
        if !is_day(&self.arrives) || !is_day(&self.leaves) || self.arrives >= self.leaves {
            return Err(Problem::bad_request(
                "arrives and leaves are dates such as 2027-01-11, the later one last",
            ));
        }
        Ok(self)
    }

    /// True when both want the same berth on the same day.
    fn meets(&self, other: &Self) -> bool {
        self.berth_id == other.berth_id
            && self.arrives < other.leaves
            && other.arrives < self.leaves
    }
}

#[cfg(test)]
#[path = "berths_tests.rs"]
mod tests;
