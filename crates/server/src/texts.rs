//! Everything that people read, in one place: a second language is one more folder
//! beside `texts/en`. Written in Fluent, which knows plurals.
//!
//! A text that does not exist is shown as its id; a test finds every id that a page or a
//! template names and no file has.

use std::borrow::Cow;
use std::fmt;
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};

/// One language.
pub struct Texts {
    bundle: FluentBundle<FluentResource>,
}

/// The files of English, a room each.
const ENGLISH: &[&str] = &[
    include_str!("../texts/en/frame.ftl"),
    include_str!("../texts/en/connector.ftl"),
    include_str!("../texts/en/people.ftl"),
    include_str!("../texts/en/organization.ftl"),
    include_str!("../texts/en/client.ftl"),
    include_str!("../texts/en/usage.ftl"),
    include_str!("../texts/en/explain.ftl"),
    include_str!("../texts/en/audit.ftl"),
    include_str!("../texts/en/operator.ftl"),
    include_str!("../texts/en/docs.ftl"),
    include_str!("../texts/en/mail.ftl"),
];

static ENGLISH_TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts::new("en", ENGLISH));

/// A value that stands in a text.
pub enum Value<'a> {
    /// A text of somebody's: a name, an id.
    Text(Cow<'a, str>),
    /// A number, grouped by thousands.
    Count(u64),
}

impl fmt::Debug for Texts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[texts]")
    }
}

impl Texts {
    /// English.
    pub fn english() -> &'static Self {
        &ENGLISH_TEXTS
    }

    fn new(language: &str, files: &[&str]) -> Self {
        let language = language.parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![language]);
        // Names bring their own isolation: see `Value`. What stands alone is in a <bdi>.
        bundle.set_use_isolating(false);
        bundle.set_formatter(Some(grouped));
        for file in files {
            // What is broken in a file is left out, and the tests find it.
            let resource = match FluentResource::try_new((*file).to_owned()) {
                Ok(resource) | Err((resource, _)) => resource,
            };
            bundle.add_resource_overriding(resource);
        }
        Self { bundle }
    }

    /// The text with this id.
    pub fn say(&self, id: &str) -> String {
        self.format(id, None)
    }

    /// The text with this id, and a value in it.
    pub fn say1<'a>(&self, id: &str, name: &str, value: impl Into<Value<'a>>) -> String {
        self.say_with(id, [(name, value.into())])
    }

    /// The text with this id, and two values in it.
    pub fn say2<'a, 'b>(
        &self,
        id: &str,
        name: &str,
        value: impl Into<Value<'a>>,
        other: &str,
        second: impl Into<Value<'b>>,
    ) -> String {
        let (value, second): (Value<'_>, Value<'_>) = (value.into(), second.into());
        let mut args = FluentArgs::new();
        args.set(name, value.into_fluent());
        args.set(other, second.into_fluent());
        self.format(id, Some(&args))
    }

    /// The text with this id, and these values in it.
    pub fn say_with<'a, const N: usize>(&self, id: &str, values: [(&str, Value<'a>); N]) -> String {
        let mut args = FluentArgs::new();
        for (name, value) in values {
            args.set(name, value.into_fluent());
        }
        self.format(id, Some(&args))
    }

    /// True when there is such a text.
    pub fn has(&self, id: &str) -> bool {
        self.bundle.has_message(id)
    }

    fn format(&self, id: &str, args: Option<&FluentArgs<'_>>) -> String {
        let Some(pattern) = self.bundle.get_message(id).and_then(|message| message.value()) else {
            return id.to_owned();
        };
        self.bundle.format_pattern(pattern, args, &mut Vec::new()).into_owned()
    }
}

impl Value<'_> {
    /// A text with letters beyond ASCII may run the other way: it is set apart from the
    /// sentence around it (Unicode TR 9, FSI and PDI).
    fn into_fluent(self) -> FluentValue<'static> {
        match self {
            Self::Text(text) if text.is_ascii() => FluentValue::from(text.into_owned()),
            Self::Text(text) => FluentValue::from(format!("\u{2068}{text}\u{2069}")),
            Self::Count(count) => FluentValue::from(count),
        }
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl<'a> From<&'a Box<str>> for Value<'a> {
    fn from(text: &'a Box<str>) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<u64> for Value<'_> {
    fn from(count: u64) -> Self {
        Self::Count(count)
    }
}

impl From<usize> for Value<'_> {
    fn from(count: usize) -> Self {
        Self::Count(count as u64)
    }
}

impl<'a, 'b: 'a> From<&'a &'b str> for Value<'a> {
    fn from(text: &'a &'b str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl<'a, 'b: 'a> From<&'a &'b String> for Value<'a> {
    fn from(text: &'a &'b String) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<&u64> for Value<'_> {
    fn from(count: &u64) -> Self {
        Self::Count(*count)
    }
}

impl From<&usize> for Value<'_> {
    fn from(count: &usize) -> Self {
        Self::Count(*count as u64)
    }
}

/// A number as people read it: `1,203,418`.
pub fn number(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn grouped<M>(value: &FluentValue<'_>, _: &M) -> Option<String> {
    match value {
        FluentValue::Number(count) if count.value >= 0.0 && count.value.fract() == 0.0 => {
            Some(number(count.value as u64))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn the_files_are_whole() {
        let mut seen = HashSet::new();
        for file in ENGLISH {
            let read = FluentResource::try_new((*file).to_owned());
            assert!(read.is_ok(), "{:?}", read.err());
            for line in file.lines().filter(|line| line.starts_with(|c: char| c.is_alphabetic())) {
                let id = line.split(" =").next().unwrap();
                assert!(seen.insert(id.to_owned()), "{id} stands twice");
                assert!(Texts::english().has(id), "{id}");
            }
        }
    }

    #[test]
    fn numbers_are_grouped_and_counted() {
        for (count, text) in [(0, "0"), (999, "999"), (1000, "1,000"), (1_203_418, "1,203,418")] {
            assert_eq!(number(count), text);
        }
        let texts =
            Texts::new("en", &["n = { $n ->\n    [one] one\n   *[other] { $n } of { $w }\n }\n"]);
        assert_eq!(texts.say2("n", "n", 1_u64, "w", "x"), "one");
        assert_eq!(texts.say2("n", "n", 1234_u64, "w", "x"), "1,234 of x");
        assert_eq!(texts.say2("n", "n", 2_u64, "w", "ÅL"), "2 of \u{2068}ÅL\u{2069}");
        assert_eq!(texts.say("nothing"), "nothing");
    }
}
