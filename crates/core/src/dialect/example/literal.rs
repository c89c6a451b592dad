//! Strings in programs: whatever stands in them, they end where they should.

use std::fmt::Write;

/// How a language writes a character that is not printable ASCII.
#[derive(Clone, Copy)]
pub(super) enum Escapes {
    /// `\u1234`, and `\U00012345` beyond.
    Code,
    /// `\u1234`, and two of them beyond: UTF-16.
    Pairs,
}

/// A string in double quotes, as Python, C# and JavaScript read it. Only printable ASCII
/// stands for itself, so that nothing can hide in it or turn its direction.
pub(super) fn quoted(text: &str, escapes: Escapes) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            ' '..='~' => out.push(c),
            c => escape(c, escapes, &mut out),
        }
    }
    out.push('"');
    out
}

fn escape(c: char, escapes: Escapes, out: &mut String) {
    let mut units = [0; 2];
    match escapes {
        Escapes::Code if u32::from(c) > 0xffff => {
            let _ = write!(out, "\\U{:08x}", u32::from(c));
        }
        Escapes::Code | Escapes::Pairs => {
            for unit in c.encode_utf16(&mut units) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        }
    }
}

/// How a language writes an object.
#[derive(Clone, Copy)]
pub(super) struct ObjectStyle {
    /// What stands before each member, once for each level.
    pub(super) indent: &'static str,
    /// How a member's name is written.
    pub(super) key: fn(&str) -> String,
    /// How a text is written.
    pub(super) string: fn(&str) -> String,
}

/// An object, one member on a line. As deep as a dialect's file.
pub(super) fn object(
    out: &mut String,
    members: &serde_json::Map<String, serde_json::Value>,
    style: ObjectStyle,
    depth: usize,
) {
    if members.is_empty() {
        out.push_str("{}");
        return;
    }
    let ObjectStyle { indent, key, string } = style;
    let before = indent.repeat(depth);
    out.push_str("{\n");
    for (name, value) in members {
        let _ = write!(out, "{before}{indent}{}: ", key(name));
        match value {
            serde_json::Value::Object(inner) => object(out, inner, style, depth + 1),
            serde_json::Value::String(text) => out.push_str(&string(text)),
            number => out.push_str(&number.to_string()),
        }
        out.push_str(",\n");
    }
    out.push_str(&before);
    out.push('}');
}

/// A word of a shell's command: as it is where nothing in it means anything to a shell,
/// else in single quotes.
pub(super) fn word(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_./:=,+@%".contains(&b);
    if !text.is_empty() && text.bytes().all(plain) {
        return text.to_owned();
    }
    in_quotes(text)
}

/// In single quotes, in any case.
pub(super) fn in_quotes(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// True for what can stand behind a dot: `access_token`.
pub(super) fn is_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'_')
        && bytes.all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// Appends a query's parameter to a URL, up to and with the `=`.
pub(super) fn with_parameter(url: &str, name: &str) -> String {
    let mark = if url.contains('?') { '&' } else { '?' };
    let mut encoded = Vec::new();
    crate::dialect::phrase::percent_encode(name.as_bytes(), &mut encoded);
    format!("{url}{mark}{}=", String::from_utf8(encoded).unwrap_or_default())
}
