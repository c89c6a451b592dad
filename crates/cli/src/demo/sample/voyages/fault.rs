//! Why a call cannot be answered, in the seven fields that the vendor's API uses for
//! every error.

use axum::Json;
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp as Moment;
use portreeve_core::time::Timestamp;
use serde_json::json;

/// A fault of the caller's.
#[derive(Debug)]
pub(super) struct Fault {
    status: StatusCode,
    message: String,
}

impl Fault {
    /// 400: the request must be mended.
    pub(super) fn bad_request(message: impl Into<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, message: message.into() }
    }

    /// 404: there is no such object, or none that this call may see.
    pub(super) fn not_found() -> Self {
        let message = "There is no object with this key.".to_owned();
        Self { status: StatusCode::NOT_FOUND, message }
    }

    /// The answer to the call with this head. The date is UTC, without a zone, as the
    /// vendor writes it.
    pub(super) fn into_response(self, parts: &Parts, now: Timestamp) -> Response {
        let date = Moment::from_second(now.as_unix()).unwrap_or_default();
        let body = json!({
            "statusCode": self.status.as_u16(),
            "statusText": self.status.canonical_reason().unwrap_or_default(),
            "message": self.message,
            "date": date.strftime("%Y-%m-%dT%H:%M:%S").to_string(),
            "statusFamily": "CLIENT_ERROR",
            "method": parts.method.as_str(),
            "uri": called(parts),
        });
        (self.status, Json(body)).into_response()
    }
}

/// The address as the caller wrote it, which the gate hands on in two headers; brackets
/// are percent-encoded, as the vendor has them.
fn called(parts: &Parts) -> String {
    let text = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
    let scheme = text("x-forwarded-proto").unwrap_or("http");
    let host = text("x-forwarded-host").or_else(|| text(header::HOST.as_str()));
    let target = parts.uri.path_and_query().map_or("/", |target| target.as_str());
    let target = target.replace('(', "%28").replace(')', "%29");
    format!("{scheme}://{}{target}", host.unwrap_or("localhost"))
}
