//! The vessel service: organizations and their ships. Described by `demo/vessel.yaml`.

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::routing::get;
use axum::{Json, Router};
use serde::{Deserialize, Serialize};

use crate::demo::sample::answer::{Page, Problem};
use crate::demo::sample::caller::Reach;

const ORGANIZATIONS: &str = include_str!("../../../../../demo/rows/organizations.json");
const SHIPS: &str = include_str!("../../../../../demo/rows/ships.json");

/// The service's routes, without its base path.
pub(crate) fn vessel() -> Router {
    Router::new()
        .route("/v1/organizations", get(organizations))
        .route("/v1/ships", get(ships))
        .route("/v1/ships/{imo}", get(ship))
        .with_state(Arc::new(Rows::read()))
}

struct Rows {
    organizations: Vec<Organization>,
    ships: Vec<Ship>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Organization {
    id: String,
    name: String,
    parent_id: Option<String>,
    country: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Ship {
    imo: String,
    name: String,
    #[serde(rename = "type")]
    kind: String,
    flag: String,
    deadweight_tonnes: u32,
    built: u16,
    organization_id: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Question {
    organization_id: Option<String>,
    name: Option<String>,
    limit: Option<usize>,
    offset: Option<usize>,
}

impl Rows {
    /// The rows are part of the program; a test holds that they can be read.
    fn read() -> Self {
        Self {
            organizations: serde_json::from_str(ORGANIZATIONS).unwrap_or_default(),
            ships: serde_json::from_str(SHIPS).unwrap_or_default(),
        }
    }
}

async fn organizations(
    State(rows): State<Arc<Rows>>,
    headers: HeaderMap,
    question: Result<Query<Question>, QueryRejection>,
) -> Result<Json<Page<Organization>>, Problem> {
    let Query(question) = question?;
    let (reach, wanted) = (Reach::read(&headers), question.organization_id.as_deref());
    let shown = rows.organizations.iter().filter(|row| reach.shows(&row.id, wanted)).cloned();
    Page::of(shown, question.limit, question.offset)
}

async fn ships(
    State(rows): State<Arc<Rows>>,
    headers: HeaderMap,
    question: Result<Query<Question>, QueryRejection>,
) -> Result<Json<Page<Ship>>, Problem> {
    let Query(question) = question?;
    let (reach, wanted) = (Reach::read(&headers), question.organization_id.as_deref());
    let part = question.name.unwrap_or_default().to_lowercase();
    let shown = rows.ships.iter().filter(|row| reach.shows(&row.organization_id, wanted));
    let named = shown.filter(|row| row.name.to_lowercase().contains(&part)).cloned();
    Page::of(named, question.limit, question.offset)
}

async fn ship(
    State(rows): State<Arc<Rows>>,
    headers: HeaderMap,
    Path(imo): Path<String>,
) -> Result<Json<Ship>, Problem> {
    if imo.len() != 7 || !imo.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Problem::bad_request("an IMO number has seven digits"));
    }
    let reach = Reach::read(&headers);
    let found = rows.ships.iter().find(|row| row.imo == imo && reach.has(&row.organization_id));
    found.cloned().map(Json).ok_or_else(|| Problem::not_found("ship"))
}

#[cfg(test)]
#[path = "vessel_tests.rs"]
mod tests;
