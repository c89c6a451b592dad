//! Everything that people read, in one place: a second language is one more folder
//! beside `texts/en`, and one more line in `LANGUAGES`. Written in Fluent, which knows
//! plurals.
//!
//! A text that a language does not have is English. One that does not exist is shown as
//! its id; a test finds every id that a page or a template names and no file has.

mod asked;

use std::borrow::Cow;
use std::fmt;
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use http::HeaderMap;
use portreeve_core::refusal::Reason;

/// The languages that there are: the tag (RFC 5646) and the files of each. English comes
/// first: it has every text, and is for whoever asks for none of these.
const LANGUAGES: &[(&str, &[&str])] = &[("en", ENGLISH)];

/// One language.
pub struct Texts {
    tag: &'static str,
    bundle: FluentBundle<FluentResource>,
    /// What is said where this language has no words; `None` for English.
    fallback: Option<&'static Self>,
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

static ENGLISH_TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts::new("en", ENGLISH, None));

static OTHERS: LazyLock<Vec<Texts>> = LazyLock::new(|| {
    let others = LANGUAGES.iter().skip(1);
    others.map(|(tag, files)| Texts::new(tag, files, Some(Texts::english()))).collect()
});

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
    /// English: for tests, and for what is not written for one request ([`Env`]). A page
    /// has the texts of whoever reads it.
    ///
    /// [`Env`]: crate::env::Env
    pub fn english() -> &'static Self {
        &ENGLISH_TEXTS
    }

    /// The language of ours that a browser wants most (RFC 9110 §12.5.4); English when it
    /// wants none of them.
    pub fn for_request(headers: &HeaderMap) -> &'static Self {
        let tag = asked::language(headers, LANGUAGES);
        let other = OTHERS.iter().find(|one| Some(one.tag) == tag);
        other.unwrap_or_else(|| Self::english())
    }

    fn new(tag: &'static str, files: &[&str], fallback: Option<&'static Self>) -> Self {
        let language = tag.parse().unwrap_or_default();
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
        Self { tag, bundle, fallback }
    }

    /// A second language of a few texts, for tests.
    #[cfg(test)]
    pub(crate) fn second(texts: &str) -> &'static Self {
        Box::leak(Box::new(Self::new("nb", &[texts], Some(Self::english()))))
    }

    /// The language's tag (RFC 5646), as a page says it: `en`.
    pub const fn tag(&self) -> &'static str {
        self.tag
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

    /// What is said of a refusal that no page has words of its own for: the text
    /// `refusal-` and the reason's slug, or what programs are told.
    pub fn refusal(&self, reason: Reason) -> String {
        let id = format!("refusal-{}", reason.slug());
        if self.has(&id) { self.say(&id) } else { reason.row().text.to_owned() }
    }

    /// True when there is such a text, be it in English.
    pub fn has(&self, id: &str) -> bool {
        self.bundle.has_message(id) || self.fallback.is_some_and(|other| other.has(id))
    }

    fn format(&self, id: &str, args: Option<&FluentArgs<'_>>) -> String {
        let Some(pattern) = self.bundle.get_message(id).and_then(|message| message.value()) else {
            return self.fallback.map_or_else(|| id.to_owned(), |other| other.format(id, args));
        };
        self.bundle.format_pattern(pattern, args, &mut Vec::new()).into_owned()
    }
}

impl Default for &'static Texts {
    fn default() -> Self {
        Texts::english()
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

    use http::HeaderValue;
    use http::header::ACCEPT_LANGUAGE;

    use super::*;

    #[test]
    fn the_files_are_whole() {
        for (tag, files) in LANGUAGES {
            let mut seen = HashSet::new();
            for file in *files {
                let read = FluentResource::try_new((*file).to_owned());
                assert!(read.is_ok(), "{tag}: {:?}", read.err());
                for id in ids(file) {
                    assert!(seen.insert(id), "{tag}: {id} stands twice");
                    let refusal = id.strip_prefix("refusal-").and_then(Reason::from_slug);
                    let is_asked_for = Texts::english().has(id) || refusal.is_some();
                    assert!(is_asked_for, "{tag}: English has no {id}");
                }
            }
        }
    }

    fn ids(file: &str) -> impl Iterator<Item = &str> {
        let lines = file.lines().filter(|line| line.starts_with(|c: char| c.is_alphabetic()));
        lines.filter_map(|line| line.split(" =").next())
    }

    #[test]
    fn numbers_are_grouped_and_counted() {
        for (count, text) in [(0, "0"), (999, "999"), (1000, "1,000"), (1_203_418, "1,203,418")] {
            assert_eq!(number(count), text);
        }
        let texts = Texts::new(
            "en",
            &["n = { $n ->\n    [one] one\n   *[other] { $n } of { $w }\n }\n"],
            None,
        );
        assert_eq!(texts.say2("n", "n", 1_u64, "w", "x"), "one");
        assert_eq!(texts.say2("n", "n", 1234_u64, "w", "x"), "1,234 of x");
        assert_eq!(texts.say2("n", "n", 2_u64, "w", "ÅL"), "2 of \u{2068}ÅL\u{2069}");
        assert_eq!(texts.say("nothing"), "nothing");
    }

    #[test]
    fn a_second_language_may_have_few_texts() {
        let texts = Texts::second(concat!(
            "frame-skip = Til siden\n",
            "time-days = { $count ->\n    [one] { $count } dag\n   *[other] { $count } dager\n }\n",
            "refusal-server_error = Noe gikk galt her.\n",
        ));
        assert_eq!(texts.tag(), "nb");
        assert_eq!(texts.say("frame-skip"), "Til siden");
        assert_eq!(texts.say1("time-days", "count", 1_u64), "1 dag");
        assert_eq!(texts.say1("time-days", "count", 3_u64), "3 dager");
        // What it does not have is English, with its values, and not an id.
        assert_eq!(texts.say("frame-menu"), "Menu");
        assert_eq!(texts.say1("time-hours", "count", 2_u64), "2 hours");
        assert!(texts.has("frame-skip") && texts.has("frame-menu") && !texts.has("nothing"));
        assert_eq!(texts.say("nothing"), "nothing");
        assert_eq!(texts.refusal(Reason::ServerError), "Noe gikk galt her.");
        assert_eq!(texts.refusal(Reason::CrossSite), Reason::CrossSite.row().text);
    }

    #[test]
    fn english_is_first_and_for_whoever_asks_for_nothing_of_ours() {
        assert_eq!(LANGUAGES.first().map(|(tag, _)| *tag), Some("en"));
        for asked in ["en", "fr", "*", "fr;q=1, en;q=0", "\u{7f}", ""] {
            let value = HeaderValue::from_str(asked);
            let headers = value.map(|value| (ACCEPT_LANGUAGE, value)).into_iter().collect();
            assert_eq!(Texts::for_request(&headers).tag(), "en", "{asked}");
        }
        for (tag, files) in LANGUAGES {
            assert!(tag.parse::<unic_langid::LanguageIdentifier>().is_ok(), "{tag}");
            assert!(!files.is_empty(), "{tag}");
        }
    }
}
