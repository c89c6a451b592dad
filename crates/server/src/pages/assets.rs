//! The stylesheet and the vendor's flag: compiled in, named after their content, kept
//! by browsers for good.

use std::sync::LazyLock;

use aws_lc_rs::digest::{SHA256, digest};
use axum::body::Body;
use axum::response::Response;
use http::{HeaderValue, header};

use crate::paths::ASSETS;

/// A register's cards are written once, and hold on phones and for wide tables on
/// narrow screens.
const STYLESHEET: &str = concat!(
    include_str!("../../assets/sheet.css"),
    include_str!("../../assets/bar.css"),
    include_str!("../../assets/section.css"),
    include_str!("../../assets/controls.css"),
    include_str!("../../assets/notes.css"),
    include_str!("../../assets/form.css"),
    include_str!("../../assets/choices.css"),
    include_str!("../../assets/code.css"),
    include_str!("../../assets/connect.css"),
    include_str!("../../assets/chart.css"),
    include_str!("../../assets/register.css"),
    "@media (max-width: 760px) { .register {\n",
    include_str!("../../assets/cards.css"),
    "} }\n@media (761px <= width <= 900px) { .register:has(thead th:nth-child(5)) {\n",
    include_str!("../../assets/cards.css"),
    "} }\n",
    // Styles of one area only stand last.
    include_str!("../../assets/organization.css"),
);
const FLAG: &str = include_str!("../../assets/flag.svg");

static STYLESHEET_PATH: LazyLock<String> = LazyLock::new(|| path(STYLESHEET, "css"));
static FLAG_PATH: LazyLock<String> = LazyLock::new(|| path(FLAG, "svg"));

/// Where the stylesheet is.
pub(super) fn stylesheet() -> &'static str {
    &STYLESHEET_PATH
}

/// Where the flag is.
pub(super) fn flag() -> &'static str {
    &FLAG_PATH
}

/// The file at this path, if there is one.
pub fn asset(path: &str) -> Option<Response> {
    let (kind, text) = match path {
        _ if path == stylesheet() => ("text/css; charset=utf-8", STYLESHEET),
        _ if path == flag() => ("image/svg+xml", FLAG),
        _ => return None,
    };
    let mut response = Response::new(Body::from(text));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    let forever = HeaderValue::from_static("public, max-age=31536000, immutable");
    headers.insert(header::CACHE_CONTROL, forever);
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    Some(response)
}

fn path(text: &str, ending: &str) -> String {
    let hash = digest(&SHA256, text.as_bytes());
    let name: String = hash.as_ref().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    format!("{ASSETS}/{name}.{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_found_by_their_content() {
        for (path, kind) in [(stylesheet(), "text/css; charset=utf-8"), (flag(), "image/svg+xml")] {
            let response = asset(path).unwrap();
            assert_eq!(response.headers()[header::CONTENT_TYPE], kind);
        }
        assert!(asset("/assets/portreeve.css").is_none());
        assert!(asset("/assets/../Cargo.toml").is_none());
    }

    #[test]
    fn nothing_comes_from_elsewhere() {
        let plain = FLAG.replace("http://www.w3.org/2000/svg", "");
        for text in [STYLESHEET, &plain] {
            assert!(!text.contains("//") && !text.contains("url(") && !text.contains("@import"));
        }
    }
}
