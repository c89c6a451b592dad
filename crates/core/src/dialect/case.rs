//! `.http` files: a raw HTTP/1.1 request and, where the file is a case, the reply that
//! it must get.
//!
//! A case begins with `### ` and its title; lines that begin with `# ` are comments. In
//! the reply a line `!Name` says that there is no such header, and `<*>` stands for any
//! text without a quote.

mod expected;

use std::ops::Range;

use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri, header};

use crate::dialect::address::Address;
use crate::http_message::Request;

pub use crate::dialect::case::expected::{Difference, Expected, fits};

/// A file, read.
#[derive(Debug)]
pub struct Case {
    /// What stands behind `### `, if the file begins so.
    pub title: Option<String>,
    /// The request.
    pub request: RawRequest,
    /// The reply that it must get, if the file has one.
    pub expected: Option<Expected>,
}

/// A request as it goes over the wire.
#[derive(Clone, Debug)]
pub struct RawRequest {
    /// The method.
    pub method: Method,
    /// The target: a path with its query, or a whole URI.
    pub uri: Uri,
    /// The headers. May hold secrets.
    pub headers: HeaderMap,
    /// The body. May hold secrets.
    pub body: Vec<u8>,
}

/// The text is no request. The message never repeats what stands in the file: it may
/// be a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {message}")]
pub struct CaseError {
    /// The line, from 1.
    pub line: usize,
    /// What was expected there.
    pub message: String,
}

/// A line with its number, from 1. Its text ends before the line feed.
#[derive(Clone, Copy)]
struct Line<'t> {
    number: usize,
    text: &'t [u8],
}

const REPLY: &[u8] = b"HTTP/1.1 ";

impl Case {
    /// Reads a file.
    ///
    /// # Errors
    /// The first line that is not as HTTP/1.1 has it (RFC 9112 §3, §5).
    pub fn read(text: &[u8]) -> Result<Self, CaseError> {
        let all = lines(text);
        let title = all.first().and_then(|line| line.text.strip_prefix(b"### "));
        let title = title.map(|title| String::from_utf8_lossy(title).trim().to_owned());
        let is_case = text.starts_with(b"#");
        let is_told = |line: &&Line<'_>| {
            !(is_case && (line.text.starts_with(b"# ") || line.text.starts_with(b"###")))
        };
        let told: Vec<Line<'_>> = all.iter().filter(is_told).copied().collect();
        let begin = told.iter().position(|line| !line.plain().is_empty()).unwrap_or(told.len());
        let reply = reply_begins(&told).filter(|at| *at > begin).unwrap_or(told.len());
        let (request, reply) = (part(&told, begin..reply), part(&told, reply..told.len()));
        let expected = match reply {
            [] => None,
            [status, rest @ ..] => Some(Expected::read(*status, rest)?),
        };
        Ok(Self { title, request: RawRequest::read(request)?, expected })
    }
}

impl RawRequest {
    /// The request as the core wants it.
    pub fn plain(&self) -> Request<'_> {
        Request {
            method: &self.method,
            path: self.uri.path(),
            query: self.uri.query(),
            headers: &self.headers,
            body: &self.body,
        }
    }

    /// How it was addressed, on a server of this scheme.
    pub fn address<'a>(&'a self, scheme: &'a str) -> Address<'a> {
        let host = self.headers.get(header::HOST).and_then(|host| host.to_str().ok());
        let authority = self.uri.authority().map(http::uri::Authority::as_str).or(host);
        Address {
            method: self.method.as_str(),
            scheme,
            authority: authority.unwrap_or("localhost"),
            path: self.uri.path(),
            query: self.uri.query(),
        }
    }

    fn read(lines: &[Line<'_>]) -> Result<Self, CaseError> {
        let Some((first, rest)) = lines.split_first() else {
            return Err(CaseError { line: 1, message: REQUEST_LINE.to_owned() });
        };
        let (method, uri) = request_line(first.plain()).ok_or_else(|| first.error(REQUEST_LINE))?;
        let end = rest.iter().position(|line| line.plain().is_empty()).unwrap_or(rest.len());
        let mut headers = HeaderMap::new();
        for line in part(rest, 0..end) {
            let (name, value) = header_line(line.plain()).ok_or_else(|| line.error(HEADER_LINE))?;
            headers.try_append(name, value).map_err(|_| line.error("too many headers"))?;
        }
        let behind = part(rest, end.saturating_add(1)..rest.len());
        let line = behind.first().or(rest.last()).unwrap_or(first);
        let body = body(behind, &headers).map_err(|message| line.error(&message))?;
        Ok(Self { method, uri, headers, body })
    }
}

impl<'t> Line<'t> {
    /// The text without the carriage return of a head's lines.
    fn plain(self) -> &'t [u8] {
        self.text.strip_suffix(b"\r").unwrap_or(self.text)
    }

    fn error(&self, message: &str) -> CaseError {
        CaseError { line: self.number, message: message.to_owned() }
    }
}

const REQUEST_LINE: &str = "expected a request line such as \"POST /oauth2/token HTTP/1.1\"";
const HEADER_LINE: &str =
    "expected a header such as \"Host: api.example.com\", or an empty line before the body";

fn lines(text: &[u8]) -> Vec<Line<'_>> {
    let lines = text.split(|byte| *byte == b'\n').zip(1..);
    lines.map(|(text, number)| Line { number, text }).collect()
}

/// Where the reply begins: a status line behind an empty one.
fn reply_begins(lines: &[Line<'_>]) -> Option<usize> {
    let pairs = lines.iter().zip(lines.iter().skip(1));
    let found =
        pairs.map(|(before, line)| before.plain().is_empty() && line.text.starts_with(REPLY));
    found.enumerate().find(|(_, is_reply)| *is_reply).map(|(at, _)| at + 1)
}

fn part<'l, 't>(lines: &'l [Line<'t>], range: Range<usize>) -> &'l [Line<'t>] {
    lines.get(range).unwrap_or_default()
}

fn request_line(text: &[u8]) -> Option<(Method, Uri)> {
    let mut words = text.split(|byte| *byte == b' ');
    let (method, target, version) = (words.next()?, words.next()?, words.next()?);
    let is_target = target.starts_with(b"/") || target.starts_with(b"http");
    if version != b"HTTP/1.1" || words.next().is_some() || !is_target {
        return None;
    }
    Some((Method::from_bytes(method).ok()?, Uri::try_from(target).ok()?))
}

fn header_line(text: &[u8]) -> Option<(HeaderName, HeaderValue)> {
    let colon = text.iter().position(|byte| *byte == b':')?;
    let (name, value) = text.split_at_checked(colon)?;
    let value = value.strip_prefix(b":")?.trim_ascii();
    Some((HeaderName::from_bytes(name).ok()?, HeaderValue::from_bytes(value).ok()?))
}

/// The body: as many bytes as the request says or, where it does not say, everything but
/// the line ends behind it, which an editor puts there.
fn body(lines: &[Line<'_>], headers: &HeaderMap) -> Result<Vec<u8>, String> {
    if headers.contains_key(header::TRANSFER_ENCODING) {
        return Err("a body with Transfer-Encoding is not read; send it whole".to_owned());
    }
    let texts: Vec<&[u8]> = lines.iter().map(|line| line.text).collect();
    let mut body = texts.join(&b'\n');
    let Some(announced) = headers.get(header::CONTENT_LENGTH) else {
        body.truncate(body.trim_ascii_end().len());
        return Ok(body);
    };
    let length = announced.to_str().ok().and_then(|text| text.parse::<usize>().ok());
    let length = length.ok_or("Content-Length: expected a number of bytes")?;
    let rest = body.get(length..).ok_or_else(|| {
        format!("Content-Length says {length} bytes, and the body has {}", body.len())
    })?;
    if !rest.trim_ascii().is_empty() {
        return Err(format!("Content-Length says {length} bytes, and the body has more"));
    }
    body.truncate(length);
    Ok(body)
}

#[cfg(test)]
mod tests;
