//! `${name|cast}`: how a variable's value is written.

use std::borrow::Cow;
use std::io::Write;

use crate::dialect::calendar::Pattern;

/// A variable's value, on its way into a reply.
#[derive(Clone, Debug)]
pub enum Value<'a> {
    /// Text, to be escaped.
    Text(Cow<'a, str>),
    /// A whole number.
    Number(u64),
    /// A point in time: milliseconds since 1970.
    Time(i64),
    /// Nothing: the member is left out, or the string stays empty.
    Absent,
}

impl<'a> Value<'a> {
    /// Text that is at hand.
    pub const fn text(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

/// What kind of value a variable has: which casts make sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// A whole number.
    Number,
    /// A point in time.
    Time,
}

/// How a value is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cast {
    form: Form,
    /// In quotes, although it might stand without; and empty when there is no value.
    quoted: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Form {
    /// As it is; a time in seconds since 1970.
    Plain,
    /// A text of digits as a number.
    Number,
    /// Seconds as milliseconds.
    Milliseconds,
    /// Words with commas between them.
    Commas,
    /// Words as a JSON array.
    List,
    /// Milliseconds since 1970.
    UnixMilliseconds,
    /// A date.
    Date(Pattern),
}

/// A value that is ready to be written.
#[derive(Debug)]
pub(super) enum Written<'a> {
    /// As a JSON string.
    Text(Cow<'a, str>),
    /// As a JSON number: only digits, and a minus before them.
    Digits(Cow<'a, str>),
    /// As a JSON array of strings.
    List(Cow<'a, str>),
    Absent,
}

impl Cast {
    /// The casts behind a variable's name, such as `unix_ms|string`; none is plain.
    ///
    /// # Errors
    /// A sentence with the casts that this kind of value has.
    pub(super) fn read(text: &str, kind: Kind) -> Result<Self, String> {
        let mut cast = Self { form: Form::Plain, quoted: false };
        let mut is_last = false;
        for word in text.split('|').filter(|word| !word.is_empty()) {
            if word == "string" {
                cast.quoted = true;
                is_last = true;
                continue;
            }
            if is_last {
                return Err(format!("\"|{word}\": one cast, and \"|string\" behind it"));
            }
            cast.form = Form::named(word, kind)?;
            is_last = true;
        }
        Ok(cast)
    }

    pub(super) fn apply<'a>(&self, value: Value<'a>) -> Written<'a> {
        let digits = |number: u64| Written::Digits(Cow::Owned(number.to_string()));
        let written = match (&self.form, value) {
            (_, Value::Absent) if self.quoted => return Written::Text(Cow::Borrowed("")),
            (_, Value::Absent) => return Written::Absent,
            (Form::Number, Value::Text(text)) if is_number(&text) => Written::Digits(text),
            (Form::Commas, Value::Text(text)) => Written::Text(text.replace(' ', ",").into()),
            (Form::List, Value::Text(text)) => Written::List(text),
            (_, Value::Text(text)) => Written::Text(text),
            (Form::Milliseconds, Value::Number(number)) => digits(number.saturating_mul(1000)),
            (_, Value::Number(number)) => digits(number),
            (Form::Date(pattern), Value::Time(time)) => Written::Text(date(pattern, time).into()),
            (Form::UnixMilliseconds, Value::Time(time)) => Written::Digits(time.to_string().into()),
            (_, Value::Time(time)) => Written::Digits(time.div_euclid(1000).to_string().into()),
        };
        match written {
            Written::Digits(digits) if self.quoted => Written::Text(digits),
            written => written,
        }
    }
}

impl Form {
    fn named(word: &str, kind: Kind) -> Result<Self, String> {
        Ok(match (word, kind) {
            ("number", Kind::Text | Kind::Number) => Self::Number,
            ("commas", Kind::Text) => Self::Commas,
            ("list", Kind::Text) => Self::List,
            ("ms", Kind::Number) => Self::Milliseconds,
            ("unix", Kind::Time) => Self::Plain,
            ("unix_ms", Kind::Time) => Self::UnixMilliseconds,
            ("iso8601", Kind::Time) => Self::Date(Pattern::iso8601()),
            (pattern, Kind::Time) if pattern.contains('%') => Self::Date(Pattern::read(pattern)?),
            (_, Kind::Text) => return Err(no_such(word, "string, number, commas, list")),
            (_, Kind::Number) => return Err(no_such(word, "string, number, ms")),
            (_, Kind::Time) => {
                let all = "unix, unix_ms, iso8601, string, or a pattern such as %Y-%m-%dT%H:%M:%S";
                return Err(no_such(word, all));
            }
        })
    }
}

fn no_such(word: &str, all: &str) -> String {
    format!("\"|{word}\": no such cast for this variable; there are {all}")
}

fn date(pattern: &Pattern, time: i64) -> String {
    let mut text = Vec::with_capacity(24);
    pattern.write(time, &mut text);
    String::from_utf8(text).unwrap_or_default()
}

/// A JSON number without fraction: no leading zero, at most 18 digits.
fn is_number(text: &str) -> bool {
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    digits && (1..=18).contains(&text.len()) && (text == "0" || !text.starts_with('0'))
}

/// Writes what is no JSON string into one, or a string's inside.
pub(super) fn write_escaped(text: &str, out: &mut Vec<u8>) {
    // Tokens and scopes need no escaping, so the usual case is one copy.
    if text.bytes().all(|b| b >= 0x20 && b != b'"' && b != b'\\') {
        out.extend_from_slice(text.as_bytes());
        return;
    }
    for byte in text.bytes() {
        // Writing into a Vec cannot fail.
        let _ = match byte {
            b'"' => out.write_all(b"\\\""),
            b'\\' => out.write_all(b"\\\\"),
            control if control < 0x20 => write!(out, "\\u{control:04x}"),
            plain => {
                out.push(plain);
                Ok(())
            }
        };
    }
}
