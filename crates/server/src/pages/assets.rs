//! The stylesheet, the script and what a vendor adds: named after their content, kept by
//! browsers for good.

use std::sync::LazyLock;

use axum::body::Body;
use axum::response::Response;
use http::{HeaderMap, HeaderValue, header};

use crate::catalog::branding::file::{AssetFile, Kind};
use crate::env::Env;
use crate::pages::dress::takes_gzip;

/// A register's cards are written once, and hold on phones and for wide tables on
/// narrow screens.
const STYLESHEET: &str = concat!(
    include_str!("../../assets/sheet.css"),
    include_str!("../../assets/bar.css"),
    include_str!("../../assets/head.css"),
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
    include_str!("../../assets/operator.css"),
    include_str!("../../assets/client.css"),
    include_str!("../../assets/services.css"),
    include_str!("../../assets/people.css"),
);
const SCRIPT: &str = include_str!("../../assets/portal.js");

static STYLESHEET_FILE: LazyLock<AssetFile> =
    LazyLock::new(|| AssetFile::new(Kind::Css, STYLESHEET.as_bytes()));
static SCRIPT_FILE: LazyLock<AssetFile> =
    LazyLock::new(|| AssetFile::new(Kind::Js, SCRIPT.as_bytes()));

/// Where the stylesheet is.
pub(super) fn stylesheet() -> &'static str {
    STYLESHEET_FILE.path()
}

/// Where the script is.
pub(super) fn script() -> &'static str {
    SCRIPT_FILE.path()
}

/// The file at this path, if there is one.
pub fn asset(env: &Env, path: &str, headers: &HeaderMap) -> Option<Response> {
    let own = [&*STYLESHEET_FILE, &*SCRIPT_FILE].into_iter().find(|file| file.path() == path);
    let file = own.or_else(|| env.catalog.branding.file(path))?;
    Some(answer(file, headers))
}

fn answer(file: &AssetFile, asked: &HeaderMap) -> Response {
    let gzip = file.gzip().filter(|_| takes_gzip(asked));
    let is_pressed = gzip.is_some();
    let mut response = Response::new(Body::from(gzip.unwrap_or_else(|| file.plain())));
    let headers = response.headers_mut();
    if is_pressed {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    for (name, value) in [
        (header::CONTENT_TYPE, file.kind().media_type()),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (header::VARY, "accept-encoding"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CONTENT_SECURITY_POLICY, file.kind().policy()),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_pressed_for_whoever_takes_it() {
        let mut headers = HeaderMap::new();
        for (file, most) in [(&*STYLESHEET_FILE, 16_000), (&*SCRIPT_FILE, 3_000)] {
            let response = answer(file, &headers);
            assert_eq!(response.headers()[header::CONTENT_TYPE], file.kind().media_type());
            assert!(response.headers().get(header::CONTENT_ENCODING).is_none());
            let size = file.gzip().unwrap().len();
            assert!(size < most, "{} has {size} bytes", file.path());
        }
        headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("gzip, br"));
        let response = answer(&STYLESHEET_FILE, &headers);
        assert_eq!(response.headers()[header::CONTENT_ENCODING], "gzip");
    }

    #[test]
    fn nothing_comes_from_elsewhere() {
        for text in [STYLESHEET, SCRIPT] {
            assert!(!text.contains("://") && !text.contains("url(") && !text.contains("@import"));
        }
    }
}
