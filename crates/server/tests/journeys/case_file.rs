//! `.http` files: a request and the exact reply, as text.
//!
//! A line `!Name` says that the reply has no such header; `<*>` in the body stands
//! for any text without a quote.

use axum::body::Body;

/// One case.
pub(crate) struct Case {
    pub(crate) title: String,
    pub(crate) request: http::Request<Body>,
    pub(crate) expected: Expected,
}

pub(crate) struct Expected {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) absent: Vec<String>,
    pub(crate) body: String,
}

impl Case {
    pub(crate) fn read(text: &str) -> Self {
        let (title, rest) = text.strip_prefix("### ").unwrap().split_once('\n').unwrap();
        let rest: String = rest
            .lines()
            .filter(|line| !line.starts_with("# "))
            .map(|line| format!("{line}\n"))
            .collect();
        let at = rest.find("\nHTTP/1.1 ").expect("a reply that begins with HTTP/1.1");
        let (request, reply) = rest.split_at(at);
        Self {
            title: title.to_owned(),
            request: read_request(request.trim()),
            expected: read_reply(reply.trim()),
        }
    }
}

fn read_request(text: &str) -> http::Request<Body> {
    let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
    let mut lines = head.lines();
    let mut first = lines.next().unwrap().split(' ');
    let (method, target) = (first.next().unwrap(), first.next().unwrap());
    let mut request = http::Request::builder().method(method).uri(target);
    for line in lines {
        let (name, value) = line.split_once(':').unwrap();
        request = request.header(name, value.trim());
    }
    request.body(Body::from(body.to_owned())).unwrap()
}

fn read_reply(text: &str) -> Expected {
    let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
    let mut lines = head.lines();
    let status = lines.next().unwrap().strip_prefix("HTTP/1.1 ").unwrap().trim().parse().unwrap();
    let mut expected =
        Expected { status, headers: Vec::new(), absent: Vec::new(), body: body.to_owned() };
    for line in lines {
        match line.strip_prefix('!') {
            Some(name) => expected.absent.push(name.to_owned()),
            None => {
                let (name, value) = line.split_once(':').unwrap();
                expected.headers.push((name.to_owned(), value.trim().to_owned()));
            }
        }
    }
    expected
}

/// True when `found` is `pattern` with each `<*>` filled by text without a quote.
pub(crate) fn fits(pattern: &str, found: &str) -> bool {
    let mut rest = found;
    let mut pieces = pattern.split("<*>");
    let Some(after) = rest.strip_prefix(pieces.next().unwrap_or("")) else { return false };
    rest = after;
    for piece in pieces {
        let end = rest.find('"').unwrap_or(rest.len());
        let at = if piece.is_empty() { Some(end) } else { rest.find(piece) };
        let Some(at) = at.filter(|at| *at <= end && *at > 0) else { return false };
        rest = &rest[at + piece.len()..];
    }
    rest.is_empty()
}

#[test]
fn patterns_fit_what_they_say() {
    assert!(fits("{\"a\":\"<*>\",\"b\":1}", "{\"a\":\"xyz\",\"b\":1}"));
    assert!(!fits("{\"a\":\"<*>\",\"b\":1}", "{\"a\":\"x\",\"c\":\"\",\"b\":1}"));
    assert!(!fits("{\"a\":\"<*>\"}", "{\"a\":\"\"}"));
    assert!(!fits("abc", "abcd"));
}
