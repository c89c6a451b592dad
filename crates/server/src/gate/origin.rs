//! The APIs behind the gate share their origin with the pages, where people are signed in.
//! So an API never sees the pages' cookies and cannot set them, and a document of its own
//! gets an origin of its own: whatever script it has, it is not the portal's.

use http::{HeaderMap, HeaderName, HeaderValue, header};

/// What the names of our cookies begin with.
const OURS: [&str; 2] = ["portreeve", "__Host-portreeve"];

/// What a document of an API may do: all but be of our origin.
const APART: &str = "sandbox allow-scripts allow-forms allow-popups allow-downloads allow-modals";

/// Answers with these headers would reach beyond the API's own paths.
const NEVER: [HeaderName; 5] = [
    HeaderName::from_static("alt-svc"),
    HeaderName::from_static("clear-site-data"),
    HeaderName::from_static("nel"),
    HeaderName::from_static("report-to"),
    HeaderName::from_static("service-worker-allowed"),
];

/// Takes our cookies out of a request to an API.
pub(super) fn take_cookies(headers: &mut HeaderMap) {
    if !headers.contains_key(header::COOKIE) {
        return;
    }
    let lines: Vec<HeaderValue> = headers.get_all(header::COOKIE).iter().cloned().collect();
    headers.remove(header::COOKIE);
    for line in lines {
        let left = line.to_str().ok().map(without_ours);
        // What is no text may hide a cookie of ours: it goes.
        let left = left.filter(|left| !left.is_empty());
        if let Some(left) = left.and_then(|left| HeaderValue::from_str(&left).ok()) {
            headers.append(header::COOKIE, left);
        }
    }
}

/// Makes an API's answer harmless to the pages beside it.
pub(super) fn keep_apart(headers: &mut HeaderMap) {
    for name in &NEVER {
        headers.remove(name);
    }
    if headers.contains_key(header::SET_COOKIE) {
        let theirs = |line: &&HeaderValue| line.to_str().is_ok_and(|line| !is_ours(line));
        let kept: Vec<HeaderValue> =
            headers.get_all(header::SET_COOKIE).iter().filter(theirs).cloned().collect();
        headers.remove(header::SET_COOKIE);
        for line in kept {
            headers.append(header::SET_COOKIE, line);
        }
    }
    if may_be_a_document(headers) {
        headers.append(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(APART));
    }
}

fn without_ours(line: &str) -> String {
    let pairs = line.split(';').map(str::trim).filter(|pair| !pair.is_empty() && !is_ours(pair));
    pairs.collect::<Vec<_>>().join("; ")
}

/// True for a cookie, or the line that sets one, with a name of ours.
fn is_ours(pair: &str) -> bool {
    // A cookie without a name is sent as its value alone, which may look like one with.
    let pair = pair.trim_start_matches([' ', '\t', '=']);
    let name = pair.split(['=', ';']).next().unwrap_or_default().trim();
    OURS.iter()
        .any(|prefix| name.get(..prefix.len()).is_some_and(|it| it.eq_ignore_ascii_case(prefix)))
}

/// True for what a browser may show as a page that runs scripts. What names no type may be
/// taken for one.
fn may_be_a_document(headers: &HeaderMap) -> bool {
    let mut kinds = headers.get_all(header::CONTENT_TYPE).iter().peekable();
    let is_one = |kind: &HeaderValue| {
        // What most answers are.
        if matches!(kind.as_bytes(), b"application/json" | b"application/json; charset=utf-8") {
            return false;
        }
        let kind = kind.to_str().unwrap_or("text/html").to_ascii_lowercase();
        // Of several types browsers take the last.
        if kind.contains(',') {
            return true;
        }
        let kind = kind.split(';').next().unwrap_or_default().trim();
        kind.is_empty()
            || kind.contains("html")
            || kind.ends_with("xml")
            || kind.ends_with("xsl")
            || kind.starts_with("multipart/")
            || kind.starts_with("message/")
            || kind == "application/pdf"
            || !kind.contains('/')
            || kind.contains("*/*")
    };
    kinds.peek().is_none() || kinds.any(is_one)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: &HeaderName, lines: &[&str]) -> HeaderMap {
        let line = |line: &&str| (name.clone(), HeaderValue::from_str(line).unwrap());
        lines.iter().map(line).collect()
    }

    #[test]
    fn an_api_sees_its_own_cookies_only() {
        for (lines, left) in [
            (&["__Host-portreeve=secret"][..], &[][..]),
            (&["a=1; portreeve=secret; portreeve-look=dark; b=2"], &["a=1; b=2"]),
            (&[" portreeve =x;a=1", "PORTREEVE=x", "c=3"], &["a=1", "c=3"]),
            (&["=portreeve=x; a=1"], &["a=1"]),
            (&["port=1; xportreeve=2"], &["port=1; xportreeve=2"]),
        ] {
            let mut headers = headers(&header::COOKIE, lines);
            take_cookies(&mut headers);
            let found: Vec<_> = headers.get_all(header::COOKIE).iter().collect();
            assert_eq!(found, left, "{lines:?}");
        }
        let hidden = HeaderValue::from_bytes(b"\xff=1; portreeve=secret").unwrap();
        let mut headers = HeaderMap::from_iter([(header::COOKIE, hidden)]);
        take_cookies(&mut headers);
        assert!(headers.is_empty());
    }

    #[test]
    fn an_api_sets_its_own_cookies_only() {
        let lines = ["a=1; Path=/", "__Host-portreeve=forged; Path=/; Secure", "portreeve=x"];
        let mut headers = headers(&header::SET_COOKIE, &lines);
        headers.insert("clear-site-data", HeaderValue::from_static("\"*\""));
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        keep_apart(&mut headers);
        assert_eq!(headers.get_all(header::SET_COOKIE).iter().collect::<Vec<_>>(), ["a=1; Path=/"]);
        assert!(!headers.contains_key("clear-site-data"));
        assert!(!headers.contains_key(header::CONTENT_SECURITY_POLICY));
    }

    #[test]
    fn a_document_of_an_api_is_none_of_ours() {
        for (kind, is_apart) in [
            ("text/html; charset=utf-8", true),
            ("TEXT/HTML", true),
            ("image/svg+xml", true),
            ("application/xhtml+xml", true),
            ("application/xml", true),
            ("nonsense", true),
            ("application/json", false),
            ("application/problem+json", false),
            ("text/plain", false),
            ("application/json; charset=utf-8", false),
            ("application/json, text/html", true),
            ("application/json+xml", true),
            ("multipart/x-mixed-replace", true),
            ("image/png", false),
        ] {
            let mut headers = headers(&header::CONTENT_TYPE, &[kind]);
            keep_apart(&mut headers);
            assert_eq!(headers.contains_key(header::CONTENT_SECURITY_POLICY), is_apart, "{kind}");
        }
        let mut untyped = HeaderMap::new();
        keep_apart(&mut untyped);
        assert!(untyped.contains_key(header::CONTENT_SECURITY_POLICY));
    }
}
