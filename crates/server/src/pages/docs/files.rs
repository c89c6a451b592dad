//! Swagger UI and what is ours around it, as build.rs has pressed them: named after their
//! content, kept by browsers for good.

use std::io::Read;
use std::sync::LazyLock;

use aws_lc_rs::digest::{Context, SHA256};
use axum::body::Body;
use axum::response::Response;
use flate2::read::GzDecoder;
use http::{HeaderMap, HeaderValue, header};

use crate::paths::ASSETS;

/// A file in its two pressed forms. Who takes neither is sent what comes out of the second.
struct File {
    name: &'static str,
    kind: &'static str,
    brotli: &'static [u8],
    gzip: &'static [u8],
}

include!(concat!(env!("OUT_DIR"), "/docs_files.rs"));

/// The folder of all of them: its name changes when one of them does.
static FOLDER: LazyLock<String> = LazyLock::new(|| {
    let mut hash = Context::new(&SHA256);
    for file in FILES {
        hash.update(file.name.as_bytes());
        hash.update(file.gzip);
    }
    let hash = hash.finish();
    let name: String = hash.as_ref().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    format!("{ASSETS}/swagger/{name}")
});

/// Where the file with this name is.
pub(super) fn path(name: &str) -> String {
    format!("{}/{name}", *FOLDER)
}

/// The file at this path, if there is one, in a form that the caller takes.
pub fn file(path: &str, headers: &HeaderMap) -> Option<Response> {
    let name = path.strip_prefix(FOLDER.as_str())?.strip_prefix('/')?;
    let file = FILES.iter().find(|file| file.name == name)?;
    let (body, coding) = if takes(headers, "br") {
        (Body::from(file.brotli), Some("br"))
    } else if takes(headers, "gzip") {
        (Body::from(file.gzip), Some("gzip"))
    } else {
        let mut plain = Vec::new();
        GzDecoder::new(file.gzip).read_to_end(&mut plain).ok()?;
        (Body::from(plain), None)
    };
    let mut response = Response::new(body);
    let out = response.headers_mut();
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static(file.kind));
    out.extend(coding.map(|it| (header::CONTENT_ENCODING, HeaderValue::from_static(it))));
    for (name, value) in [
        (header::VARY, "Accept-Encoding"),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ] {
        out.insert(name, HeaderValue::from_static(value));
    }
    Some(response)
}

/// True when `Accept-Encoding` names this coding and does not refuse it (RFC 9110
/// §12.5.3). `*` is taken for what it usually means: a program that decodes nothing.
pub(super) fn takes(headers: &HeaderMap, coding: &str) -> bool {
    let lines = headers.get_all(header::ACCEPT_ENCODING).into_iter();
    let mut codings = lines.filter_map(|line| line.to_str().ok()).flat_map(|it| it.split(','));
    codings.any(|one| {
        let (name, weight) = one.split_once(';').unwrap_or((one, ""));
        let weight = weight.trim().strip_prefix("q=").unwrap_or("1").trim();
        let is_refused = weight.bytes().all(|b| b == b'0' || b == b'.');
        name.trim().eq_ignore_ascii_case(coding) && !is_refused
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asking(codings: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_str(codings).unwrap());
        headers
    }

    #[test]
    fn a_coding_is_taken_as_it_is_asked_for() {
        for (codings, coding, expected) in [
            ("gzip, deflate, br, zstd", "br", true),
            ("gzip;q=0.5,BR;q=1.0", "br", true),
            ("br;q=0, gzip", "br", false),
            ("br; q=0.000", "br", false),
            ("gzip", "br", false),
            ("*", "gzip", false),
            ("", "gzip", false),
        ] {
            assert_eq!(takes(&asking(codings), coding), expected, "{codings}");
        }
    }

    #[test]
    fn files_come_as_the_caller_takes_them() {
        for (codings, expected) in [("br, gzip", Some("br")), ("gzip", Some("gzip")), ("", None)] {
            for name in ["swagger-ui-bundle.js", "swagger-ui.css", "docs.js", "LICENSE.txt"] {
                let response = file(&path(name), &asking(codings)).unwrap();
                let found = response.headers().get(header::CONTENT_ENCODING);
                assert_eq!(found.map(|it| it.to_str().unwrap()), expected, "{name}");
                let kept = &response.headers()[header::CACHE_CONTROL];
                assert!(kept.to_str().unwrap().contains("immutable"));
            }
        }
        for nothing in ["/assets/swagger/0/docs.js", &path("docs.js.map"), "/assets/swagger/"] {
            assert!(file(nothing, &HeaderMap::new()).is_none(), "{nothing}");
        }
        assert_eq!(
            file(&path("docs.css"), &asking("br")).unwrap().headers()[header::CONTENT_TYPE],
            "text/css; charset=utf-8"
        );
    }
}
