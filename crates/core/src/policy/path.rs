//! A request's path, accepted only if it can be read in one way.
//!
//! A gate that reads a path differently from the API behind it guards the wrong
//! door. What two readers are known to take for two paths is refused. What they may
//! take for one path or for two, the escape of a letter or of a colon, gets the one
//! spelling that the API sees; and an operation is found only where that spelling and
//! the decoded path both lead to it, whichever of the two the API goes by.

use std::borrow::Cow;
use std::fmt::Write as _;

use crate::refusal::Reason;

/// The longest path, in bytes as sent.
const LONGEST: usize = 8 * 1024;

/// A path that every reader understands alike, decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlainPath<'a> {
    // No escape decodes to a slash, so the slashes still part the segments.
    decoded: Cow<'a, str>,
    spelling: Cow<'a, str>,
}

impl<'a> PlainPath<'a> {
    /// Reads a raw request path (RFC 3986 §3.3: percent-encoded, without query) for a
    /// gate that sends [`Self::spelling`] on. Allocates only when there is an escape.
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
        Ok(Self { decoded, spelling: one_spelling(raw) })
    }

    /// Reads a path that the API will see as it was sent: for a guard that stands in
    /// the API's own process and sends nothing on.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn read_as_sent(raw: &'a str) -> Result<Self, Reason> {
        Ok(Self { spelling: Cow::Borrowed(raw), ..Self::read(raw)? })
    }

    /// The path as the API sees it: what must be sent on in place of the path that
    /// came. Unreserved characters are not escaped and the escapes of others have
    /// upper-case digits (RFC 3986 §6.2.2.1 and §6.2.2.2).
    pub fn spelling(&self) -> &str {
        &self.spelling
    }

    /// True when whatever `template` writes literally stands in the spelling just so.
    /// An API that compares a path before it decodes it takes `/v1/ships%3Asearch` for
    /// `/v1/{id}` where one that decodes first takes it for `/v1/ships:search`: two
    /// operations, with two scopes. Values of parameters may be escaped.
    ///
    /// The decoded path must fit the template already.
    pub(crate) fn spells(&self, template: &str) -> bool {
        if !self.spelling.contains('%') && !template.contains('%') {
            return true;
        }
        let template = one_spelling(template);
        self.spelling
            .split('/')
            .zip(template.split('/'))
            .all(|(mine, wanted)| stands_in(wanted, mine))
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

/// RFC 3986 §6.2.2.1 and §6.2.2.2: escapes of unreserved characters decoded, the
/// others in upper case. What is no escape stays.
fn one_spelling(text: &str) -> Cow<'_, str> {
    let mut pieces = text.split('%');
    let mut spelling = pieces.next().unwrap_or_default().to_owned();
    if spelling.len() == text.len() {
        return Cow::Borrowed(text);
    }
    for piece in pieces {
        let escaped = escaped_byte(piece.as_bytes());
        match escaped {
            Some(byte) if is_unreserved(byte) => spelling.push(char::from(byte)),
            // Writing to a String cannot fail.
            Some(byte) => drop(write!(spelling, "%{byte:02X}")),
            None => spelling.push('%'),
        }
        let rest = if escaped.is_some() { piece.get(2..) } else { Some(piece) };
        spelling.push_str(rest.unwrap_or_default());
    }
    Cow::Owned(spelling)
}

/// RFC 3986 §2.3.
const fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

/// True when the literal parts of a template's segment stand in `spelling`, in order.
fn stands_in(mut template: &str, mut spelling: &str) -> bool {
    let mut first = true;
    while let Some((literal, after)) = template.split_once('{') {
        let Some(at) = spelling.find(literal).filter(|at| !first || *at == 0) else {
            return false;
        };
        spelling = spelling.get(at + literal.len()..).unwrap_or_default();
        template = after.split_once('}').map_or("", |(_, after)| after);
        first = false;
    }
    if first { spelling == template } else { spelling.ends_with(template) }
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
mod tests;
