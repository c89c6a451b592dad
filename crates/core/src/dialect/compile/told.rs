//! Where in a file a mistake stands, and what its writer is told: the section, the key
//! and the value, and what was expected.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::dialect::compile::DialectError;
use crate::dialect::nearest;

/// The longest value that is repeated.
const LONGEST: usize = 60;

/// A mistake at `span` of the file.
pub(super) fn fault(text: &str, span: Range<usize>, message: &str) -> DialectError {
    let line = 1 + text.bytes().take(span.start).filter(|byte| *byte == b'\n').count();
    let message = plainly(message);
    let place = DeTable::parse(text).ok().and_then(|file| find(file.get_ref(), &span));
    let Some(place) = place else { return DialectError { line, message } };
    let value = text.get(span).filter(|value| value.len() <= LONGEST && !value.contains('\n'));
    let told = match (&place.key, value.filter(|_| !place.is_key)) {
        (Some(key), Some(value)) => format!("{}{key} = {value}: {message}", place.section),
        (Some(key), None) => format!("{}{key}: {message}", place.section),
        (None, _) => format!("{}: {message}", place.section.trim_end()),
    };
    DialectError { line, message: told }
}

/// Where a mistake stands.
struct Place {
    /// `[endpoint.token] `, or nothing at the top of the file.
    section: String,
    /// The key in it; `None` when the section as a whole is meant.
    key: Option<String>,
    /// True when it is the key itself that is wrong.
    is_key: bool,
}

/// The names from the top of the file, and whether the last is a list of tables.
#[derive(Clone, Default)]
struct Way {
    names: Vec<String>,
    is_list: bool,
}

impl Way {
    fn section(&self) -> String {
        let name = self.names.join(".");
        match (name.is_empty(), self.is_list) {
            (true, _) => String::new(),
            (false, false) => format!("[{name}] "),
            (false, true) => format!("[[{name}]] "),
        }
    }

    fn and(&self, name: &str, is_list: bool) -> Self {
        let mut names = self.names.clone();
        names.push(name.to_owned());
        Self { names, is_list }
    }
}

fn find(file: &DeTable<'_>, span: &Range<usize>) -> Option<Place> {
    in_table(file, span, &Way::default())
}

fn in_table(table: &DeTable<'_>, span: &Range<usize>, way: &Way) -> Option<Place> {
    let keyed = |key: &str, is_key| Place { section: way.section(), key: Some(key.into()), is_key };
    for (key, value) in table {
        let name = key.get_ref().as_ref();
        if let Some(place) = in_value(name, value, span, way) {
            return Some(place);
        }
        let is_section = matches!(value.get_ref(), DeValue::Table(_)) && !is_inline(value, key);
        if contains(&key.span(), span) && !is_section {
            return Some(keyed(name, true));
        }
        if contains(&value.span(), span) {
            let whole = Place { section: way.and(name, false).section(), key: None, is_key: false };
            return Some(if is_section { whole } else { keyed(name, false) });
        }
    }
    None
}

/// What stands within a value.
fn in_value(
    name: &str,
    value: &Spanned<DeValue<'_>>,
    span: &Range<usize>,
    way: &Way,
) -> Option<Place> {
    match value.get_ref() {
        DeValue::Table(table) => in_table(table, span, &way.and(name, false)),
        DeValue::Array(elements) => elements.iter().find_map(|element| {
            let way = way.and(name, true);
            let table = element.get_ref().as_table()?;
            let whole = || Place { section: way.section(), key: None, is_key: false };
            let found = in_table(table, span, &way);
            found.or_else(|| contains(&element.span(), span).then(whole))
        }),
        _ => None,
    }
}

/// True for `key = { … }`: its braces stand behind the key.
fn is_inline(value: &Spanned<DeValue<'_>>, key: &Spanned<std::borrow::Cow<'_, str>>) -> bool {
    value.span().start > key.span().end
}

const fn contains(outer: &Range<usize>, inner: &Range<usize>) -> bool {
    outer.start <= inner.start && inner.end <= outer.end && outer.start < outer.end
}

/// What the parser says, in our words.
fn plainly(message: &str) -> String {
    let message = message.trim().replace('\n', "; ");
    let mut quoted = message.split('`').skip(1).step_by(2);
    let (first, rest): (&str, Vec<&str>) = (quoted.next().unwrap_or(""), quoted.collect());
    let there = || rest.join(", ");
    if message.starts_with("unknown field ") {
        return format!(
            "no such key{}; there are {}",
            nearest::hint(first, rest.iter().copied()),
            there()
        );
    }
    if message.starts_with("unknown variant ") {
        let all: Vec<String> = rest.iter().map(|word| format!("\"{word}\"")).collect();
        let hint = nearest::hint(first, rest.iter().copied());
        return format!("expected {}{hint}", all.join(" or "));
    }
    if message.starts_with("missing field ") {
        return format!("{first} is missing");
    }
    message
}
