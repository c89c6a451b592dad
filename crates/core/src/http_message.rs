//! A request and a reply as the core sees them: the `http` crate's plain types,
//! the whole body in memory, no framework. Bodies here are token requests of a
//! few hundred bytes; what passes the gate is never held.

use http::{HeaderMap, HeaderName, HeaderValue, Method};

/// A request whose body has been read.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The method.
    pub method: &'a Method,
    /// The path, still percent-encoded.
    pub path: &'a str,
    /// What stands behind the `?`, still encoded. May hold secrets: never logged.
    pub query: Option<&'a str>,
    /// The headers. May hold secrets: never logged.
    pub headers: &'a HeaderMap,
    /// The body. May hold secrets: never logged.
    pub body: &'a [u8],
}

/// A reply, whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The headers, `Content-Length` excepted.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// The body.
    pub body: Vec<u8>,
}
