//! One line's bytes: JSON or text, escaped, bounded, without allocation.

use std::io::Write;
use std::net::{IpAddr, SocketAddr};

use portreeve_core::refusal::Reason;

use crate::listen::Caller;

/// How lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// One JSON object per line.
    Json,
    /// `time method path status outcome micros client door peer id`, `-` for
    /// what is absent, quotation marks around what holds a space.
    Text,
}

/// What is told about one request.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    /// When the request came: milliseconds since 1970-01-01T00:00:00Z.
    pub unix_millis: u64,
    /// The request's id.
    pub id: &'a str,
    /// The HTTP method.
    pub method: &'a str,
    /// The path; whatever follows a `?` or `#` is cut off, and all beyond 256 bytes.
    pub path: &'a str,
    /// The HTTP status of the answer.
    pub status: u16,
    /// The `client_id`, once the client is known.
    pub client: Option<&'a str>,
    /// The dialect or the service.
    pub door: &'a str,
    /// How it ended: `Err` is written as the reason's slug, `Ok` as `ok`.
    pub outcome: Result<(), Reason>,
    /// How long the answer took, in microseconds.
    pub micros: u64,
    /// Who sent it.
    pub caller: Option<Caller>,
}

const PATH_BYTES: usize = 256;
const WORD_BYTES: usize = 128;

impl Line<'_> {
    /// Appends the line and its newline to `out`.
    pub(crate) fn format(&self, format: Format, out: &mut Vec<u8>) {
        match format {
            Format::Json => self.json(out),
            Format::Text => self.text(out),
        }
    }

    fn json(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"{\"time\":\"");
        push_time(out, self.unix_millis);
        push_member(out, "\",\"id\":\"", self.id, WORD_BYTES);
        push_member(out, "\",\"method\":\"", self.method, WORD_BYTES);
        push_member(out, "\",\"path\":\"", self.plain_path(), PATH_BYTES);
        out.extend_from_slice(b"\",\"status\":");
        push_number(out, u64::from(self.status));
        match self.client {
            Some(client) => push_member(out, ",\"client\":\"", client, WORD_BYTES),
            None => out.extend_from_slice(b",\"client\":\"-"),
        }
        push_member(out, "\",\"door\":\"", self.door, WORD_BYTES);
        push_member(out, "\",\"outcome\":\"", self.slug(), WORD_BYTES);
        out.extend_from_slice(b"\",\"micros\":");
        push_number(out, self.micros);
        out.extend_from_slice(b",\"peer\":\"");
        push_caller(out, self.caller);
        out.extend_from_slice(b"\"}\n");
    }

    fn text(&self, out: &mut Vec<u8>) {
        push_time(out, self.unix_millis);
        push_word(out, self.method, WORD_BYTES);
        push_word(out, self.plain_path(), PATH_BYTES);
        out.push(b' ');
        push_number(out, u64::from(self.status));
        push_word(out, self.slug(), WORD_BYTES);
        out.push(b' ');
        push_number(out, self.micros);
        push_word(out, self.client.unwrap_or("-"), WORD_BYTES);
        push_word(out, self.door, WORD_BYTES);
        out.push(b' ');
        push_caller(out, self.caller);
        push_word(out, self.id, WORD_BYTES);
        out.push(b'\n');
    }

    fn slug(&self) -> &'static str {
        self.outcome.map_or_else(Reason::slug, |()| "ok")
    }

    /// A query may hold a secret (and does, in dialects that read one there).
    fn plain_path(&self) -> &str {
        self.path.split(['?', '#']).next().unwrap_or_default()
    }
}

/// Appends the line that says how many lines are missing.
pub(crate) fn format_dropped(format: Format, lines: u64, unix_millis: u64, out: &mut Vec<u8>) {
    let (before, between, after): (&[u8], &[u8], &[u8]) = match format {
        Format::Json => (b"{\"time\":\"", b"\",\"dropped_lines\":", b"}\n"),
        Format::Text => (b"", b" dropped_lines ", b"\n"),
    };
    out.extend_from_slice(before);
    push_time(out, unix_millis);
    out.extend_from_slice(between);
    push_number(out, lines);
    out.extend_from_slice(after);
}

fn push_member(out: &mut Vec<u8>, before: &str, value: &str, limit: usize) {
    out.extend_from_slice(before.as_bytes());
    push_escaped(out, value, limit);
}

fn push_word(out: &mut Vec<u8>, word: &str, limit: usize) {
    let quote: &[u8] = if word.is_empty() || word.contains(' ') { b"\"" } else { b"" };
    out.push(b' ');
    out.extend_from_slice(quote);
    push_escaped(out, word, limit);
    out.extend_from_slice(quote);
}

/// A JSON string's inside (RFC 8259 §7). Every control character is escaped, the
/// second set (U+0080 to U+009F) too: a terminal may obey those.
fn push_escaped(out: &mut Vec<u8>, text: &str, limit: usize) {
    let text = text.get(..text.floor_char_boundary(limit)).unwrap_or(text);
    // Without an early end, so that the compiler looks at many bytes at a time.
    let plain = |byte| matches!(byte, 0x20..=0x7e) & (byte != b'"') & (byte != b'\\');
    if text.bytes().fold(true, |all, byte| all & plain(byte)) {
        out.extend_from_slice(text.as_bytes());
        return;
    }
    for character in text.chars() {
        match character {
            '"' => out.extend_from_slice(b"\\\""),
            '\\' => out.extend_from_slice(b"\\\\"),
            _ if character.is_control() || matches!(character, '\u{2028}' | '\u{2029}') => {
                // Writing into a Vec cannot fail.
                let _ = write!(out, "\\u{:04x}", u32::from(character));
            }
            _ => out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
}

/// An address, and the port where it is known: `192.0.2.1:50000`, `[2001:db8::1]:50000`.
fn push_caller(out: &mut Vec<u8>, caller: Option<Caller>) {
    match caller {
        Some(Caller::Peer(SocketAddr::V4(peer))) => {
            push_octets(out, peer.ip().octets());
            out.push(b':');
            push_number(out, peer.port().into());
        }
        Some(Caller::Forwarded(IpAddr::V4(address))) => push_octets(out, address.octets()),
        // Writing into a Vec cannot fail.
        Some(Caller::Peer(peer)) => drop(write!(out, "{peer}")),
        Some(Caller::Forwarded(address)) => drop(write!(out, "{address}")),
        None => out.push(b'-'),
    }
}

/// By hand: the formatting machinery would take a third of a line's time.
fn push_octets(out: &mut Vec<u8>, [first, rest @ ..]: [u8; 4]) {
    push_number(out, first.into());
    for octet in rest {
        out.push(b'.');
        push_number(out, octet.into());
    }
}

fn push_number(out: &mut Vec<u8>, number: u64) {
    let mut digits = [0; 20];
    let (mut rest, mut count) = (number, 0);
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + (rest % 10) as u8;
        rest /= 10;
        count += 1;
        if rest == 0 {
            break;
        }
    }
    out.extend_from_slice(digits.get(20 - count..).unwrap_or_default());
}

/// RFC 3339 in UTC with milliseconds. Days become a date by the proleptic
/// Gregorian calendar, counted in eras of 400 years that start on 1 March.
fn push_time(out: &mut Vec<u8>, unix_millis: u64) {
    let (seconds, millis) = (unix_millis / 1000, unix_millis % 1000);
    let (days, second) = (seconds / 86_400, seconds % 86_400);
    let shifted = days + 719_468;
    let (era, day) = (shifted / 146_097, shifted % 146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let date = day - (153 * month + 2) / 5 + 1;
    let (month, later) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    let parts = [
        (year + era * 400 + later, 4, b'-'),
        (month, 2, b'-'),
        (date, 2, b'T'),
        (second / 3600, 2, b':'),
        (second / 60 % 60, 2, b':'),
        (second % 60, 2, b'.'),
        (millis, 3, b'Z'),
    ];
    for (number, width, after) in parts {
        push_padded(out, number, width);
        out.push(after);
    }
}

/// The last `width` digits, at most four.
fn push_padded(out: &mut Vec<u8>, number: u64, width: usize) {
    let digit = |power: u64| b'0' + (number / power % 10) as u8;
    let digits = [digit(1000), digit(100), digit(10), digit(1)];
    out.extend_from_slice(digits.get(digits.len() - width..).unwrap_or_default());
}
