//! A customer's application, as far as the demo needs one: the address to which people
//! return from the connector. A real one would store what arrives there.

use axum::Router;
use axum::extract::RawQuery;
use axum::http::{HeaderName, header};
use axum::response::IntoResponse;
use axum::routing::get;

/// Where people return to.
pub(crate) const BACK: &str = "/back";

/// The application's one page: what arrived, in plain text.
pub(crate) fn application() -> Router {
    Router::new().route(BACK, get(back))
}

async fn back(RawQuery(query): RawQuery) -> impl IntoResponse {
    let arrived = query.unwrap_or_default().replace('&', "\n");
    let text = format!(
        "This is the application's page. It was sent what follows, and would keep the token\n\
         for itself:\n\n{arrived}\n\nYou can close the window.\n"
    );
    let headers: [(HeaderName, &str); 4] = [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    (headers, text)
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use axum::http::Request;
    use tower::ServiceExt;

    use super::*;

    #[tokio::test]
    async fn what_arrives_is_shown_as_plain_text() {
        let uri = "/back?token=0f&cloudid=1&state=%3Cb%3E";
        let request = Request::builder().uri(uri).body(Body::empty()).unwrap();
        let answer = application().oneshot(request).await.unwrap();
        assert_eq!(answer.headers()["content-type"], "text/plain; charset=utf-8");
        assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
        let bytes = to_bytes(answer.into_body(), 10_000).await.unwrap();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        assert!(text.contains("token=0f\ncloudid=1\nstate=%3Cb%3E"), "{text}");
    }
}
