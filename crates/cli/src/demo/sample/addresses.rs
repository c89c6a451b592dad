//! The address service: localities by postal code or by name. Described by
//! `demo/addresses.yaml`.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde::{Deserialize, Serialize};

const LOCALITIES: &str = include_str!("../../../../../demo/rows/localities.json");

/// The most suggestions of one answer.
const MOST: usize = 100;

/// The service's routes, with its base path, whose capitals are the vendor's.
pub(crate) fn addresses() -> Router {
    // The rows are part of the program; a test holds that they can be read.
    let rows: Vec<Locality> = serde_json::from_str(LOCALITIES).unwrap_or_default();
    Router::new().route("/CP/", get(localities)).with_state(Arc::new(rows))
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Locality {
    #[serde(rename = "IDLocalite")]
    id: String,
    code_postal: String,
    localite: String,
    code_region: String,
    pays: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Question {
    pays: Option<String>,
    code_postal: Option<String>,
    etendue: Option<String>,
    nb_max: Option<usize>,
}

/// Why a question cannot be answered.
#[derive(Debug, Serialize)]
struct Fault {
    error: &'static str,
    message: String,
}

/// Suggestions, numbered from 1 as the vendor numbers them.
async fn localities(
    State(rows): State<Arc<Vec<Locality>>>,
    question: Result<Query<Question>, QueryRejection>,
) -> Result<Json<BTreeMap<usize, Locality>>, Fault> {
    let Query(question) = question.map_err(|wrong| Fault::new(wrong.body_text()))?;
    let country = wanted("Pays", question.pays)?;
    let part = wanted("CodePostal", question.code_postal)?.to_uppercase();
    let most = question.nb_max.unwrap_or(MOST);
    if !(1..=MOST).contains(&most) {
        return Err(Fault::new("NbMax is a number from 1 to 100"));
    }
    let is_wide = question.etendue.is_some_and(|answer| answer == "Y") && part.len() > 1;
    let fits = |row: &&Locality| {
        let code = row.code_postal == part || is_wide && row.code_postal.starts_with(&part);
        row.pays == country && (code || row.localite.starts_with(&part))
    };
    Ok(Json((1..).zip(rows.iter().filter(fits).take(most).cloned()).collect()))
}

fn wanted(name: &str, value: Option<String>) -> Result<String, Fault> {
    let given = value.filter(|value| !value.is_empty());
    given.ok_or_else(|| Fault::new(format!("the parameter {name} is missing or empty")))
}

impl Fault {
    fn new(message: impl Into<String>) -> Self {
        Self { error: "invalid_request", message: message.into() }
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        (StatusCode::BAD_REQUEST, Json(self)).into_response()
    }
}

#[cfg(test)]
#[path = "addresses_tests.rs"]
mod tests;
