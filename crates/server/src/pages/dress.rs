//! How a page leaves for a browser: as its person wants pages to look, in the language
//! that it asks for, and pressed.
//!
//! Pressing tells an onlooker how often what stands in a page repeats itself. That is of
//! use only to somebody who makes a browser ask for pages of their choosing, many times,
//! and what such a page sends for is marked by browsers (Fetch Metadata, `cross-site`):
//! it is not pressed. What should never be pressed says `Cache-Control: no-transform`
//! (RFC 9111 §5.2.2.6), as a page with a secret or a code on it does.

use std::io::Write as _;

use axum::body::Body;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::{HeaderMap, HeaderName, HeaderValue, header};
use http_body_util::BodyExt as _;

use crate::pages::look::Look;
use crate::texts::Texts;

/// Below this many bytes nothing is won.
const WORTH_IT: usize = 1200;

/// Around every page: a layer of the router.
pub async fn dress(request: Request, next: Next) -> Response {
    let headers = request.headers().clone();
    dressed(&headers, next.run(request)).await
}

/// The same for one answer.
pub async fn dressed(asked: &HeaderMap, answer: impl Future<Output = Response>) -> Response {
    let mut response = Look::read(asked).around(Texts::for_request(asked), answer).await;
    if is_html(response.headers()) {
        // RFC 9110 §12.5.5: another language is another page.
        let language = HeaderValue::from_static("accept-language");
        response.headers_mut().append(header::VARY, language);
    }
    if may_be_pressed(asked) && is_html(response.headers()) && !is_finished(response.headers()) {
        press(response).await
    } else {
        response
    }
}

/// True when the browser unpacks gzip (RFC 9110 §12.5.3).
pub(super) fn takes_gzip(asked: &HeaderMap) -> bool {
    let lines = asked.get_all(header::ACCEPT_ENCODING).into_iter();
    let mut codings = lines.filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(','));
    codings.any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        let is_refused = weight
            .trim()
            .strip_prefix("q=")
            .is_some_and(|q| q.trim().bytes().all(|byte| byte == b'0' || byte == b'.'));
        name.trim().eq_ignore_ascii_case("gzip") && !is_refused
    })
}

fn may_be_pressed(asked: &HeaderMap) -> bool {
    let site = asked.get("sec-fetch-site").and_then(|site| site.to_str().ok());
    takes_gzip(asked) && matches!(site, Some("same-origin" | "none"))
}

fn is_html(headers: &HeaderMap) -> bool {
    says(headers, &header::CONTENT_TYPE, "text/html")
}

fn is_finished(headers: &HeaderMap) -> bool {
    headers.contains_key(header::CONTENT_ENCODING)
        || says(headers, &header::CACHE_CONTROL, "no-transform")
}

fn says(headers: &HeaderMap, name: &HeaderName, word: &str) -> bool {
    headers.get(name).and_then(|it| it.to_str().ok()).is_some_and(|it| it.contains(word))
}

async fn press(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    // A page is whole before it leaves.
    let Ok(page) = body.collect().await else { return Response::from_parts(parts, Body::empty()) };
    let page = page.to_bytes();
    if page.len() < WORTH_IT {
        return Response::from_parts(parts, Body::from(page));
    }
    let mut encoder = GzEncoder::new(Vec::with_capacity(page.len() / 4), Compression::new(5));
    let pressed = encoder.write_all(&page).and_then(|()| encoder.finish());
    let Ok(pressed) = pressed else { return Response::from_parts(parts, Body::from(page)) };
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    parts.headers.append(header::VARY, HeaderValue::from_static("accept-encoding, sec-fetch-site"));
    Response::from_parts(parts, Body::from(pressed))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let pairs = pairs.iter().map(|(name, value)| {
            (http::HeaderName::from_static(name), HeaderValue::from_static(value))
        });
        pairs.collect()
    }

    #[test]
    fn gzip_is_for_whoever_takes_it() {
        for (line, expected) in [
            ("gzip", true),
            ("br, GZIP;q=0.5", true),
            ("gzip;q=0", false),
            ("gzip; q=0.0", false),
            ("br", false),
            ("", false),
            ("xgzip", false),
        ] {
            assert_eq!(takes_gzip(&headers(&[("accept-encoding", line)])), expected, "{line}");
        }
    }

    #[test]
    fn what_another_site_asks_for_is_not_pressed() {
        for (site, expected) in
            [("same-origin", true), ("none", true), ("same-site", false), ("cross-site", false)]
        {
            let asked = headers(&[("accept-encoding", "gzip"), ("sec-fetch-site", site)]);
            assert_eq!(may_be_pressed(&asked), expected, "{site}");
        }
        assert!(!may_be_pressed(&headers(&[("accept-encoding", "gzip")])), "a browser of old");
    }

    #[tokio::test]
    async fn a_page_comes_pressed_and_a_secret_as_it_is() {
        let asked = headers(&[("accept-encoding", "gzip"), ("sec-fetch-site", "same-origin")]);
        let page = |cache: &'static str, body: String| async move {
            let mut response = Response::new(Body::from(body));
            let kind = HeaderValue::from_static("text/html; charset=utf-8");
            response.headers_mut().insert(header::CONTENT_TYPE, kind);
            response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
            response
        };
        for (cache, length, is_pressed) in [
            ("no-store", 5000, true),
            ("no-store", 100, false),
            ("no-store, no-transform", 5000, false),
        ] {
            let response = dressed(&asked, page(cache, "x".repeat(length))).await;
            let coding = response.headers().get(header::CONTENT_ENCODING);
            assert_eq!(coding.is_some(), is_pressed, "{cache} {length}");
            let vary = response.headers().get(header::VARY);
            assert_eq!(vary.unwrap(), "accept-language", "{cache} {length}");
            let size = response.into_body().collect().await.unwrap().to_bytes().len();
            assert_eq!(size < length, is_pressed);
        }
    }
}
