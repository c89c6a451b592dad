//! Answers: a record, a page of a list, or that it is done.

use axum::body::Body;
use axum::response::Response;
use http::{HeaderName, HeaderValue, StatusCode, header};
use serde_json::{Value, json};

/// An answer that is no refusal.
#[derive(Debug)]
pub(super) struct Answer {
    status: StatusCode,
    body: Option<Value>,
    version: Option<i64>,
    location: Option<String>,
    /// The query of the next page.
    next: Option<String>,
}

/// What follows the last record of a page, if anything does.
#[derive(Debug)]
pub(super) struct Next {
    /// What to send as `after`.
    pub(super) cursor: String,
    /// The whole query of the next page, encoded.
    pub(super) query: String,
}

impl Answer {
    const fn of(status: StatusCode, body: Option<Value>) -> Self {
        Self { status, body, version: None, location: None, next: None }
    }

    /// A record.
    pub(super) const fn record(body: Value) -> Self {
        Self::of(StatusCode::OK, Some(body))
    }

    /// A record that was made, at this path below the service's own.
    pub(super) const fn made(body: Value) -> Self {
        Self::of(StatusCode::CREATED, Some(body))
    }

    /// It is done, and there is nothing to tell.
    pub(super) const fn done() -> Self {
        Self::of(StatusCode::NO_CONTENT, None)
    }

    /// The whole of a list.
    pub(super) fn all(items: &[Value]) -> Self {
        Self::record(json!({"items": items, "next": null}))
    }

    /// A page of a list.
    pub(super) fn page(items: &[Value], next: Option<Next>) -> Self {
        let cursor = next.as_ref().map(|next| next.cursor.clone());
        let body = json!({"items": items, "next": cursor});
        Self { next: next.map(|next| next.query), ..Self::record(body) }
    }

    /// The same with the record's version.
    pub(super) fn at_version(self, version: i64) -> Self {
        Self { version: Some(version), ..self }
    }

    /// The same with where the record is: below the service's own path.
    pub(super) fn at(self, path: String) -> Self {
        Self { location: Some(path), ..self }
    }

    /// As bytes. `base` is where the service answers, `path` where this was asked.
    pub(super) fn into_response(self, base: &str, path: &str) -> Response {
        let body = self.body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        let mut response = Response::new(body);
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        if self.status != StatusCode::NO_CONTENT {
            let kind = HeaderValue::from_static("application/json");
            headers.insert(header::CONTENT_TYPE, kind);
        }
        // What is answered is for whoever asked, and may hold a secret.
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        let plain = HeaderName::from_static("x-content-type-options");
        headers.insert(plain, HeaderValue::from_static("nosniff"));
        let told = [
            (header::ETAG, self.version.map(|version| format!("\"{version}\""))),
            (header::LOCATION, self.location.map(|at| format!("{base}{at}"))),
            (header::LINK, self.next.map(|query| format!("<{base}{path}?{query}>; rel=\"next\""))),
        ];
        for (name, value) in told {
            if let Some(Ok(value)) = value.as_deref().map(HeaderValue::from_str) {
                headers.insert(name, value);
            }
        }
        response
    }
}
