//! A request's path, accepted only if it can be read in one way.
//!
//! A gate that reads a path differently from the API behind it guards the wrong
//! door. Every spelling on which two readers are known to differ is refused here
//! instead of being tidied up.

use std::borrow::Cow;

use crate::refusal::Reason;

/// The longest path, in bytes as sent.
const LONGEST: usize = 8 * 1024;

/// A path that every reader understands alike, decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlainPath<'a> {
    // No escape decodes to a slash, so the slashes still part the segments.
    decoded: Cow<'a, str>,
}

impl<'a> PlainPath<'a> {
    /// Reads a raw request path (RFC 3986 §3.3: percent-encoded, without query).
    /// Allocates only when an escape must be decoded.
    ///
    /// # Errors
    /// [`Reason::PathAmbiguous`] for a path that does not start with `/`, is longer
    /// than 8 KiB, or has an empty segment before its end, a `.` or `..` segment,
    /// a backslash, `;`, `#` or `?`, a byte outside visible ASCII, an escape that is
    /// broken, encodes a slash, a backslash or a control character, is not UTF-8 or
    /// gives another escape when decoded.
    pub fn read(raw: &'a str) -> Result<Self, Reason> {
        let plain = |b: u8| matches!(b, 0x21..=0x7e) && !matches!(b, b'\\' | b';' | b'#' | b'?');
        if !raw.starts_with('/') || raw.len() > LONGEST || !raw.bytes().all(plain) {
            return Err(Reason::PathAmbiguous);
        }
        let decoded = decode(raw).ok_or(Reason::PathAmbiguous)?;
        let mut segments = decoded.split('/').skip(1).peekable();
        while let Some(segment) = segments.next() {
            let empty_inside = segment.is_empty() && segments.peek().is_some();
            if empty_inside || matches!(segment, "." | "..") {
                return Err(Reason::PathAmbiguous);
            }
        }
        Ok(Self { decoded })
    }

    /// The decoded path, with its leading slash.
    pub fn as_str(&self) -> &str {
        &self.decoded
    }

    /// The decoded segments. A trailing slash gives a last, empty one.
    pub fn segments(&self) -> impl Iterator<Item = &str> {
        self.as_str().split('/').skip(1)
    }
}

/// Decodes a path's escapes, or says that one of them is ambiguous.
fn decode(raw: &str) -> Option<Cow<'_, str>> {
    if !raw.contains('%') {
        return Some(Cow::Borrowed(raw));
    }
    let bytes = percent_decoded(raw)?;
    let decoded = String::from_utf8(bytes).ok()?;
    let hidden = raw.matches('/').count() != decoded.matches('/').count();
    if hidden || decoded.contains(|c: char| c == '\\' || c.is_control()) {
        return None;
    }
    // "%252f" is "%2f" to who decodes once, "/" to who decodes twice.
    let twice = decoded.split('%').skip(1).any(|after| escaped_byte(after.as_bytes()).is_some());
    (!twice).then_some(Cow::Owned(decoded))
}

/// Decodes percent escapes (RFC 3986 §2.1); `None` when one is not two hex digits.
pub(crate) fn percent_decoded(text: &str) -> Option<Vec<u8>> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut pieces = text.split('%');
    decoded.extend_from_slice(pieces.next().unwrap_or_default().as_bytes());
    for piece in pieces {
        let piece = piece.as_bytes();
        decoded.push(escaped_byte(piece)?);
        decoded.extend_from_slice(piece.get(2..).unwrap_or_default());
    }
    Some(decoded)
}

/// The byte that the first two characters, as hex digits, stand for.
fn escaped_byte(digits: &[u8]) -> Option<u8> {
    let digit = |b: &u8| char::from(*b).to_digit(16);
    match digits {
        [high, low, ..] => u8::try_from(digit(high)? << 4 | digit(low)?).ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_paths_are_read() {
        for (raw, segments) in [
            ("/", &[""][..]),
            ("/v1/ships", &["v1", "ships"]),
            ("/v1/ships/", &["v1", "ships", ""]),
            ("/a%20b/caf%C3%A9", &["a b", "café"]),
            ("/%41%5a%7E", &["AZ~"]),
            ("/v1/a.b/...", &["v1", "a.b", "..."]),
            ("/100%25", &["100%"]),
            ("/a%25zz", &["a%zz"]),
            ("/a:b@c,d=e&f+g!$'()*{}", &["a:b@c,d=e&f+g!$'()*{}"]),
            ("/what%3Fnow%23", &["what?now#"]),
        ] {
            let path = PlainPath::read(raw).unwrap();
            assert_eq!(path.segments().collect::<Vec<_>>(), segments, "{raw}");
        }
    }

    #[test]
    fn nothing_is_allocated_for_a_path_without_escapes() {
        assert!(matches!(PlainPath::read("/v1/ships").unwrap().decoded, Cow::Borrowed(_)));
    }

    fn check_refused(paths: &[&str]) {
        for raw in paths {
            assert_eq!(PlainPath::read(raw), Err(Reason::PathAmbiguous), "{raw:?}");
        }
    }

    #[test]
    #[rustfmt::skip]
    fn ambiguous_segments_are_refused() {
        check_refused(&[
            "", "v1", "*", "http://host/v1", "//", "//v1", "/v1//ships", "/v1///", "/v1//", "/.",
            "/..", "/./v1", "/v1/../v2", "/v1/..", "/v1/.", "/v1/./", "/%2e", "/%2E%2e/v1",
            "/.%2e", "/v1/%2e%2E", "/a\\b", "/a;b", "/v1;x=y/ships", "/cb/..;/x", "/x;y/token",
            "/v1#", "/v1/ships#/health", "/v1?", "/?/health", "/a b", "/a\tb", "/a\0", "/café",
            "/\u{7f}",
        ]);
    }

    #[test]
    #[rustfmt::skip]
    fn ambiguous_escapes_are_refused() {
        check_refused(&[
            "/a%2fb", "/a%2Fb", "/a%5cb", "/a%5Cb", "/a%00", "/a%0ab", "/a%0D", "/%7f", "/%1F",
            "/%C2%85", "/a%", "/a%2", "/a%zz", "/a%2g", "/%u0041", "/%+1", "/%c0%af", "/%ff",
            "/%e0%80%af", "/%C3", "/%ed%a0%80", "/a%252fb", "/%252e%252e/v1", "/%25%32%66",
            "/%2541",
        ]);
    }

    #[test]
    fn the_longest_path_is_8_kib() {
        assert!(PlainPath::read(&format!("/{}", "a".repeat(LONGEST - 1))).is_ok());
        assert!(PlainPath::read(&format!("/{}", "a".repeat(LONGEST))).is_err());
    }
}
