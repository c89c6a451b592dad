//! Asks a sample API as the gate would, in tests.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, header};
use serde_json::Value;
use tower::ServiceExt;

/// An answer.
pub(super) struct Asked {
    pub(super) status: u16,
    pub(super) kind: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Value,
}

/// Sends one request, with the organizations that the gate would list.
pub(super) async fn ask(
    router: Router,
    method: &str,
    target: &str,
    organizations: &str,
    body: &str,
) -> Asked {
    let headers =
        [("Content-Type", "application/json"), ("Portreeve-Organizations", organizations)];
    send(router, method, target, &headers, body).await
}

/// Sends one request with these headers.
pub(super) async fn send(
    router: Router,
    method: &str,
    target: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Asked {
    let mut request = Request::builder().method(method).uri(target);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Body::from(body.to_owned())).unwrap();
    let response = router.oneshot(request).await.unwrap();
    let headers = response.headers().clone();
    let kind = headers.get(header::CONTENT_TYPE);
    let kind = kind.map(|kind| kind.to_str().unwrap().to_owned()).unwrap_or_default();
    let status = response.status().as_u16();
    let bytes = to_bytes(response.into_body(), 1024 * 1024).await.unwrap();
    Asked { status, kind, headers, body: serde_json::from_slice(&bytes).unwrap_or_default() }
}
