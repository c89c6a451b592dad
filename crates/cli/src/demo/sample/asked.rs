//! Asks a sample API as the gate would, in tests.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, header};
use serde_json::Value;
use tower::ServiceExt;

/// An answer.
pub(super) struct Asked {
    pub(super) status: u16,
    pub(super) kind: String,
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
    let request = Request::builder()
        .method(method)
        .uri(target)
        .header(header::CONTENT_TYPE, "application/json")
        .header("Portreeve-Organizations", organizations)
        .body(Body::from(body.to_owned()))
        .unwrap();
    let response = router.oneshot(request).await.unwrap();
    let kind = response.headers().get(header::CONTENT_TYPE);
    let kind = kind.map(|kind| kind.to_str().unwrap().to_owned()).unwrap_or_default();
    let status = response.status().as_u16();
    let bytes = to_bytes(response.into_body(), 1024 * 1024).await.unwrap();
    Asked { status, kind, body: serde_json::from_slice(&bytes).unwrap_or_default() }
}
