use http::StatusCode;
use proptest::prelude::{any, proptest};

use super::*;
use crate::http_message::Reply;

const CASE: &str = "### Missing client_id\n\
    # The page: 400 Error\n\
    POST /token?a=b HTTP/1.1\n\
    Host: api.example.com\n\
    Content-Type: application/x-www-form-urlencoded\n\
    \n\
    client_secret=abcd\n\
    \n\
    HTTP/1.1 400\n\
    Content-Type: application/json\n\
    !WWW-Authenticate\n\
    \n\
    {\"error\":\"<*>\"}\n";

fn told(text: &[u8]) -> String {
    Case::read(text).err().map(|error| error.to_string()).unwrap_or_default()
}

#[test]
fn a_case_is_a_request_and_its_reply() {
    let case = Case::read(CASE.as_bytes()).unwrap();
    assert_eq!(case.title.as_deref(), Some("Missing client_id"));
    let request = case.request.plain();
    assert_eq!(
        (request.method, request.path, request.query),
        (&Method::POST, "/token", Some("a=b"))
    );
    assert_eq!(request.body, b"client_secret=abcd");
    assert_eq!(case.request.address("https").uri(&[]), "https://api.example.com/token?a=b");
    let expected = case.expected.unwrap();
    assert_eq!((expected.line, expected.status, expected.body_line), (9, 400, 13));
    assert_eq!(expected.headers[0].value, "application/json");
    assert_eq!(expected.absent, [header::WWW_AUTHENTICATE]);
    assert_eq!(expected.body, "{\"error\":\"<*>\"}");
}

#[test]
fn a_bare_request_is_read_as_it_went_over_the_wire() {
    let text = b"POST /t HTTP/1.1\r\nHost: h\r\nContent-Length: 6\r\n\r\na=b\r\n\n\r\n";
    let case = Case::read(text).unwrap();
    assert_eq!((case.title, case.expected.is_none()), (None, true));
    assert_eq!(case.request.body, b"a=b\r\n\n");
    let crlf = b"POST /t HTTP/1.1\r\nContent-Length: 8\r\n\r\na\r\n\r\nb\r\n\r\n";
    assert_eq!(Case::read(crlf).unwrap().request.body, b"a\r\n\r\nb\r\n");
    let case = Case::read(b"\nGET /t?x=%20 HTTP/1.1\nHost: h").unwrap();
    assert_eq!((case.request.uri.query(), &*case.request.body), (Some("x=%20"), &b""[..]));
    let bytes = Case::read(b"POST http://h:80/t HTTP/1.1\n\n# no comment\n\xff\x00\r\n\n").unwrap();
    assert_eq!(bytes.request.body, b"# no comment\n\xff\x00");
    assert_eq!(bytes.request.address("http").uri(&[]), "http://h:80/t");
}

#[test]
fn what_is_no_request_is_told_by_line_and_never_repeated() {
    let line = "expected a request line";
    for (text, expected) in [
        (&b""[..], "line 1: expected a request line"),
        (b"\n\n", line),
        (b"hello", line),
        (b"GET /a", line),
        (b"GET  /a HTTP/1.1", line),
        (b"GET /a HTTP/2", line),
        (b"GET a HTTP/1.1", line),
        (b"G<T /a HTTP/1.1", line),
        (b"GET /a b HTTP/1.1", line),
        (b"\x7fELF\x02\x01\x01\0\n\0\0", line),
        (b"# only a comment\n", line),
        (b"GET /a HTTP/1.1\nclient_secret=abcd", "line 2: expected a header"),
        (b"GET /a HTTP/1.1\nHost: h\n folded: x", "line 3: expected a header"),
        (b"POST /a HTTP/1.1\nContent-Length: 9\n\nabc", "line 4: Content-Length says 9 bytes, and"),
        (b"POST /a HTTP/1.1\nContent-Length: 1\n\nabc", "and the body has more"),
        (b"POST /a HTTP/1.1\nContent-Length: x\n\nabc", "expected a number of bytes"),
        (b"POST /a HTTP/1.1\nTransfer-Encoding: chunked\n\n0", "send it whole"),
        (b"GET /a HTTP/1.1\n\nHTTP/1.1 fine\n", "line 3: expected a status line"),
        (b"GET /a HTTP/1.1\n\nHTTP/1.1 200\nabcd\n", "line 4: expected a header"),
    ] {
        let told = told(text);
        assert!(told.contains(expected), "{told}\n  expected {expected}");
        assert!(!told.contains("abcd") && !told.contains("hello"), "{told}");
    }
}

#[test]
fn differences_name_their_lines() {
    let expected = Case::read(CASE.as_bytes()).unwrap().expected.unwrap();
    let kind = |text| (header::CONTENT_TYPE, HeaderValue::from_static(text));
    let body = b"{\"error\":\"invalid_request\"}".to_vec();
    let status = StatusCode::BAD_REQUEST.as_u16();
    let right = Reply { status, headers: vec![kind("application/json")], body };
    assert_eq!(expected.differences(&right), []);
    let basic = (header::WWW_AUTHENTICATE, HeaderValue::from_static("Basic"));
    let headers = vec![kind("text/plain"), basic];
    let wrong = Reply { status: 401, headers, body: b"no".to_vec() };
    let found = expected.differences(&wrong);
    let lines: Vec<usize> = found.iter().map(|difference| difference.line).collect();
    assert_eq!(lines, [9, 10, 9, 13], "{found:?}");
    assert_eq!(found[0].message, "the status is 401, expected 400");
    let bare = Reply { status, headers: Vec::new(), body: right.body };
    assert_eq!(
        expected.differences(&bare)[0].message,
        "content-type is missing, expected \"application/json\""
    );
}

#[test]
fn patterns_fit_what_they_say() {
    assert!(fits("{\"a\":\"<*>\",\"b\":1}", "{\"a\":\"xyz\",\"b\":1}"));
    assert!(!fits("{\"a\":\"<*>\",\"b\":1}", "{\"a\":\"x\",\"c\":\"\",\"b\":1}"));
    assert!(!fits("{\"a\":\"<*>\"}", "{\"a\":\"\"}"));
    assert!(!fits("abc", "abcd"));
    assert!(fits("", "") && !fits("", "a"));
    assert!(fits("{\"time\":<*>}", "{\"time\":1767268800}"));
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(text in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = Case::read(&text);
        let _ = Case::read(&[&b"### x\nGET / HTTP/1.1\n"[..], &text].concat());
    }
}
