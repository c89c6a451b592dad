//! The crew service: who serves on board. Described by `demo/crew.yaml`.

use std::sync::{Arc, PoisonError, RwLock};

use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::get;
use axum::{Json, Router};
use serde::{Deserialize, Serialize};

use crate::demo::sample::answer::{Page, Problem};
use crate::demo::sample::caller::Reach;

const CREW: &str = include_str!("../../../../../demo/rows/crew.json");

/// The most rows: whoever has the demo's address may add some.
const MOST: usize = 1_000;
/// The largest body, in bytes.
const MOST_BYTES: usize = 16 * 1024;

/// The service's routes, without its base path. Changes live as long as the router.
pub(crate) fn crew() -> Router {
    // The rows are part of the program; a test holds that they can be read.
    let rows: Vec<CrewMember> = serde_json::from_str(CREW).unwrap_or_default();
    Router::new()
        .route("/v1/crew", get(list).post(add))
        .route("/v1/crew/{id}", get(read).put(replace))
        .layer(DefaultBodyLimit::max(MOST_BYTES))
        .with_state(Arc::new(RwLock::new(rows)))
}

type Rows = Arc<RwLock<Vec<CrewMember>>>;

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct CrewMember {
    id: String,
    #[serde(flatten)]
    entry: Entry,
    organization_id: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    given_name: String,
    family_name: String,
    rank: String,
    nationality: Option<String>,
    ship_imo: Option<String>,
    signed_on: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Question {
    organization_id: Option<String>,
    ship_imo: Option<String>,
    limit: Option<usize>,
    offset: Option<usize>,
}

async fn list(
    State(rows): State<Rows>,
    headers: HeaderMap,
    question: Result<Query<Question>, QueryRejection>,
) -> Result<Json<Page<CrewMember>>, Problem> {
    let Query(question) = question?;
    let (reach, wanted) = (Reach::read(&headers), question.organization_id.as_deref());
    let ship = question.ship_imo.as_deref();
    let rows = rows.read().unwrap_or_else(PoisonError::into_inner);
    let shown = rows.iter().filter(|row| reach.shows(&row.organization_id, wanted));
    let aboard = shown.filter(|row| ship.is_none() || row.entry.ship_imo.as_deref() == ship);
    Page::of(aboard.cloned(), question.limit, question.offset)
}

async fn read(
    State(rows): State<Rows>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Json<CrewMember>, Problem> {
    let reach = Reach::read(&headers);
    let rows = rows.read().unwrap_or_else(PoisonError::into_inner);
    let found = rows.iter().find(|row| row.id == id && reach.has(&row.organization_id));
    found.cloned().map(Json).ok_or_else(|| Problem::not_found("crew member"))
}

async fn add(
    State(rows): State<Rows>,
    headers: HeaderMap,
    question: Result<Query<Question>, QueryRejection>,
    body: Result<Json<Entry>, JsonRejection>,
) -> Result<(StatusCode, Json<CrewMember>), Problem> {
    let organization_id = written(&headers, question?.0)?;
    let entry = body?.0.checked()?;
    let mut rows = rows.write().unwrap_or_else(PoisonError::into_inner);
    if rows.len() >= MOST {
        return Err(Problem::conflict(
            "the demo's crew list is full; it is emptied when the demo starts again",
        ));
    }
    // No row is ever removed, so the count gives a fresh number.
    let id = format!("C-{}", 1001 + rows.len());
    let member = CrewMember { id, entry, organization_id };
    rows.push(member.clone());
    Ok((StatusCode::CREATED, Json(member)))
}

async fn replace(
    State(rows): State<Rows>,
    headers: HeaderMap,
    Path(id): Path<String>,
    question: Result<Query<Question>, QueryRejection>,
    body: Result<Json<Entry>, JsonRejection>,
) -> Result<Json<CrewMember>, Problem> {
    let organization_id = written(&headers, question?.0)?;
    let entry = body?.0.checked()?;
    let mut rows = rows.write().unwrap_or_else(PoisonError::into_inner);
    let found = rows.iter_mut().find(|row| row.id == id && row.organization_id == organization_id);
    let member = found.ok_or_else(|| Problem::not_found("crew member"))?;
    member.entry = entry;
    Ok(Json(member.clone()))
}

/// The organization that is written to.
fn written(headers: &HeaderMap, question: Question) -> Result<String, Problem> {
    let named = question.organization_id.filter(|id| !id.is_empty());
    let id =
        named.ok_or_else(|| Problem::bad_request("organizationId is missing from the query"))?;
    if Reach::read(headers).has(&id) { Ok(id) } else { Err(Problem::out_of_reach()) }
}

impl Entry {
    /// The entry, if it is one that the crew list can hold.
    fn checked(self) -> Result<Self, Problem> {
        let names = [
            ("givenName", &self.given_name),
            ("familyName", &self.family_name),
            ("rank", &self.rank),
        ];
        for (name, text) in names {
            if text.trim().is_empty() || text.chars().count() > 80 {
                return Err(Problem::bad_request(format!(
                    "{name} is a text of 1 to 80 characters"
                )));
            }
        }
        let fits = |text: &Option<String>, shape: &str| {
            text.as_deref().is_none_or(|text| has_shape(text, shape))
        };
        if !fits(&self.nationality, "AA") {
            return Err(Problem::bad_request(
                "nationality is a country code of two capital letters",
            ));
        }
        if !fits(&self.ship_imo, "0000000") {
            return Err(Problem::bad_request("shipImo is a number of seven digits"));
        }
        if !fits(&self.signed_on, "0000-00-00") {
            return Err(Problem::bad_request("signedOn is a date such as 2026-11-02"));
        }
        Ok(self)
    }
}

/// True when the text has a capital letter for each `A`, a digit for each `0`, and
/// is like the shape elsewhere.
fn has_shape(text: &str, shape: &str) -> bool {
    text.len() == shape.len()
        && text.bytes().zip(shape.bytes()).all(|(byte, wanted)| match wanted {
            b'A' => byte.is_ascii_uppercase(),
            b'0' => byte.is_ascii_digit(),
            other => byte == other,
        })
}

#[cfg(test)]
#[path = "crew_tests.rs"]
mod tests;
