//! What the sample APIs answer: pages of rows, and problems (RFC 9457).

use axum::Json;
use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// The most rows of one page.
const MOST: usize = 100;

/// A list as these APIs write it.
#[derive(Debug, Serialize)]
pub(super) struct Page<T> {
    data: Vec<T>,
    total: usize,
}

/// Why a request cannot be answered.
#[derive(Debug, Serialize)]
pub(super) struct Problem {
    title: &'static str,
    status: u16,
    detail: String,
}

impl<T> Page<T> {
    /// At most `limit` rows (50 if not said) after the first `offset`, and how many
    /// there are in all.
    pub(super) fn of(
        rows: impl Iterator<Item = T>,
        limit: Option<usize>,
        offset: Option<usize>,
    ) -> Result<Json<Self>, Problem> {
        let limit = limit.unwrap_or(50);
        if !(1..=MOST).contains(&limit) {
            return Err(Problem::bad_request("limit is a number from 1 to 100"));
        }
        let rows: Vec<T> = rows.collect();
        let total = rows.len();
        let data = rows.into_iter().skip(offset.unwrap_or(0)).take(limit).collect();
        Ok(Json(Self { data, total }))
    }
}

impl Problem {
    /// 400: the request must be mended.
    pub(super) fn bad_request(detail: impl Into<String>) -> Self {
        Self { title: "Bad Request", status: 400, detail: detail.into() }
    }

    /// 403: the organization is not one of the caller's.
    pub(super) fn out_of_reach() -> Self {
        let detail = "organizationId is none of the organizations in reach".into();
        Self { title: "Forbidden", status: 403, detail }
    }

    /// 404: there is nothing of that name in reach.
    pub(super) fn not_found(what: &str) -> Self {
        Self {
            title: "Not Found",
            status: 404,
            detail: format!("there is no such {what} within reach"),
        }
    }

    /// 409: the rows that are there forbid it.
    pub(super) fn conflict(detail: impl Into<String>) -> Self {
        Self { title: "Conflict", status: 409, detail: detail.into() }
    }
}

impl From<QueryRejection> for Problem {
    fn from(rejection: QueryRejection) -> Self {
        Self::bad_request(rejection.body_text())
    }
}

impl From<JsonRejection> for Problem {
    fn from(rejection: JsonRejection) -> Self {
        Self::bad_request(rejection.body_text())
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::BAD_REQUEST);
        let kind: [(HeaderName, &str); 1] = [(header::CONTENT_TYPE, "application/problem+json")];
        (status, kind, Json(self)).into_response()
    }
}
