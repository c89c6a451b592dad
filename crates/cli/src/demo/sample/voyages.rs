//! The voyage service: cargoes and currencies, as lists that can be filtered. Described
//! by `demo/voyages.yaml`.

mod fault;
mod filter;
mod selection;

use std::sync::Arc;

use axum::extract::{Path, Query, Request, State};
use axum::http::HeaderName;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use portreeve_server::env::Clock;
use serde::Deserialize;
use serde_json::Value;

use crate::demo::sample::caller::Reach;
use crate::demo::sample::voyages::fault::Fault;
use crate::demo::sample::voyages::filter::Filter;
use crate::demo::sample::voyages::selection::Selection;

const CARGOES: &str = include_str!("../../../../../demo/rows/cargoes.json");
const CURRENCIES: &str = include_str!("../../../../../demo/rows/currencies.json");

/// The most objects of one page.
const MOST: usize = 2_000;
/// How many objects there are on all pages together.
const TOTAL: HeaderName = HeaderName::from_static("totalobjectsnumber");

/// The service's routes, with its base path: refusals name the address that was called.
pub(crate) fn voyages(clock: Arc<dyn Clock>) -> Router {
    // The rows are part of the program; a test holds that they can be read.
    let read = |text| serde_json::from_str(text).unwrap_or_default();
    let desk = Desk { cargoes: read(CARGOES), currencies: read(CURRENCIES), clock };
    Router::new()
        .route("/ws/rest/Cargo", get(list_cargoes))
        .route("/ws/rest/Cargo/{key}", get(read_cargo))
        .route("/ws/rest/Currency", get(list_currencies))
        .route("/ws/rest/Currency/{key}", get(read_currency))
        .with_state(Arc::new(desk))
}

struct Desk {
    cargoes: Vec<Value>,
    currencies: Vec<Value>,
    clock: Arc<dyn Clock>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Question {
    filter: Option<String>,
    page_number: Option<usize>,
    limit: Option<usize>,
}

async fn list_cargoes(State(desk): State<Arc<Desk>>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let reach = Reach::read(&parts.headers);
    desk.answer(list(&desk.cargoes, |row| is_in_reach(row, &reach), &parts), &parts)
}

async fn read_cargo(
    State(desk): State<Arc<Desk>>,
    Path(key): Path<String>,
    request: Request,
) -> Response {
    let (parts, _) = request.into_parts();
    let reach = Reach::read(&parts.headers);
    desk.answer(read(&desk.cargoes, |row| is_in_reach(row, &reach), &key, &parts), &parts)
}

async fn list_currencies(State(desk): State<Arc<Desk>>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    desk.answer(list(&desk.currencies, |_| true, &parts), &parts)
}

async fn read_currency(
    State(desk): State<Arc<Desk>>,
    Path(key): Path<String>,
    request: Request,
) -> Response {
    let (parts, _) = request.into_parts();
    desk.answer(read(&desk.currencies, |_| true, &key, &parts), &parts)
}

impl Desk {
    fn answer(&self, found: Result<Response, Fault>, parts: &Parts) -> Response {
        found.unwrap_or_else(|fault| fault.into_response(parts, self.clock.now()))
    }
}

/// One page of the rows that may be shown and pass the filter.
fn list(rows: &[Value], shown: impl Fn(&Value) -> bool, parts: &Parts) -> Result<Response, Fault> {
    let question = Query::<Question>::try_from_uri(&parts.uri);
    let Query(question) = question.map_err(|wrong| Fault::bad_request(wrong.body_text()))?;
    let page = question.page_number.unwrap_or(1);
    let limit = question.limit.unwrap_or(MOST);
    if page == 0 || !(1..=MOST).contains(&limit) {
        return Err(Fault::bad_request("pageNumber starts at 1, and limit is from 1 to 2000"));
    }
    let filter = question.filter.map(|text| Filter::read(&text, rows)).transpose()?;
    let selection = Selection::read(&parts.headers)?;
    let passes = |row: &&Value| shown(row) && filter.as_ref().is_none_or(|f| f.passes(row));
    let found: Vec<&Value> = rows.iter().filter(passes).collect();
    let before = (page - 1).saturating_mul(limit);
    let listed: Vec<Value> =
        found.iter().skip(before).take(limit).map(|row| selection.of(row)).collect();
    Ok(([(TOTAL, found.len().to_string())], Json(listed)).into_response())
}

/// The row with this key.
fn read(
    rows: &[Value],
    shown: impl Fn(&Value) -> bool,
    key: &str,
    parts: &Parts,
) -> Result<Response, Fault> {
    let number: u64 = key.parse().map_err(|_| Fault::not_found())?;
    let own = |row: &Value| row.get("key").and_then(Value::as_u64);
    let is_asked = |row: &&Value| own(row) == Some(number) && shown(row);
    let row = rows.iter().find(is_asked).ok_or_else(Fault::not_found)?;
    Ok(Json(Selection::read(&parts.headers)?.of(row)).into_response())
}

/// A cargo belongs to the organization whose desk fixed it.
fn is_in_reach(cargo: &Value, reach: &Reach<'_>) -> bool {
    let code = cargo.pointer("/businessUnit/code").and_then(Value::as_str);
    code.is_some_and(|code| reach.has(code))
}

#[cfg(test)]
#[path = "voyages/tests.rs"]
mod tests;
