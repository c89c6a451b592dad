//! The point-of-sale service: clouds, which are shops, and their products. Described by
//! `demo/clouds.yaml`.

mod page;

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde::{Deserialize, Serialize};

use crate::demo::sample::caller::Reach;
use crate::demo::sample::clouds::page::{Asked, Page, Violations};

const CLOUDS: &str = include_str!("../../../../../demo/rows/clouds.json");
const PRODUCTS: &str = include_str!("../../../../../demo/rows/products.json");

/// The service's routes, without its base path.
pub(crate) fn clouds() -> Router {
    // The rows are part of the program; a test holds that they can be read.
    let rows = Rows {
        clouds: serde_json::from_str(CLOUDS).unwrap_or_default(),
        products: serde_json::from_str(PRODUCTS).unwrap_or_default(),
    };
    Router::new()
        .route("/clouds", get(list_clouds))
        .route("/clouds/{cloudId}", get(read_cloud))
        .route("/clouds/{cloudId}/products", get(list_products))
        .with_state(Arc::new(rows))
}

struct Rows {
    clouds: Vec<Cloud>,
    products: Vec<Product>,
}

/// Numbers are texts in this vendor's JSON.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Cloud {
    id: String,
    #[serde(rename = "1ClickId")]
    one_click_id: Option<String>,
    #[serde(rename = "_companyId")]
    company_id: String,
    name: String,
    country: String,
    segment: String,
    deleted: bool,
    expired: bool,
    restricted: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Product {
    id: String,
    #[serde(rename = "_cloudId")]
    cloud_id: String,
    #[serde(rename = "_categoryId")]
    category_id: String,
    name: String,
    subtitle: Option<String>,
    unit: String,
    price_with_vat: String,
    price_without_vat: String,
    vat: String,
    currency: String,
    display: bool,
    deleted: bool,
}

/// Why a call is not answered.
enum Fault {
    Violations(Violations),
    /// The vendor's 404 has no body.
    NotFound,
}

async fn list_clouds(
    State(rows): State<Arc<Rows>>,
    headers: HeaderMap,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Json<Page<Cloud>>, Fault> {
    let reach = Reach::read(&headers);
    Ok(Page::of(rows.clouds.iter().filter(|row| reach.has(&row.id)), asked)?)
}

async fn read_cloud(
    State(rows): State<Arc<Rows>>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Json<Cloud>, Fault> {
    rows.cloud(&id, &headers).cloned().map(Json)
}

async fn list_products(
    State(rows): State<Arc<Rows>>,
    headers: HeaderMap,
    Path(id): Path<String>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Json<Page<Product>>, Fault> {
    let cloud = rows.cloud(&id, &headers)?;
    Ok(Page::of(rows.products.iter().filter(|row| row.cloud_id == cloud.id), asked)?)
}

impl Rows {
    fn cloud(&self, id: &str, headers: &HeaderMap) -> Result<&Cloud, Fault> {
        let reach = Reach::read(headers);
        let found = self.clouds.iter().find(|row| row.id == id && reach.has(id));
        found.ok_or(Fault::NotFound)
    }
}

impl From<Violations> for Fault {
    fn from(violations: Violations) -> Self {
        Self::Violations(violations)
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        match self {
            Self::Violations(violations) => {
                (StatusCode::BAD_REQUEST, Json(violations)).into_response()
            }
            Self::NotFound => StatusCode::NOT_FOUND.into_response(),
        }
    }
}

#[cfg(test)]
#[path = "clouds/tests.rs"]
mod tests;
