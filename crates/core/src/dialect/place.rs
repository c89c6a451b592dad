//! Where in a request a value may stand: a word such as `form`, `query:Licence`,
//! `json:data.token`, `header:X-Client`, `basic` or `bearer`; or a table, where there
//! is more to say: `{ header = "Authorization", as = "User ${value}" }`.

mod shown;

use std::fmt;

use http::HeaderName;
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};

/// A place, as a file has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaceText {
    source: SourceText,
    types: Types,
    separator: Option<char>,
}

/// The part of a request. Without a name of its own, a value has the input's.
#[derive(Clone, Debug, PartialEq, Eq)]
enum SourceText {
    Form(Option<Box<str>>),
    Query(Option<Box<str>>),
    Json(Option<Box<str>>),
    Header(HeaderName, Around),
    Basic,
    Bearer,
}

/// A place, ready to be looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The part of the request, and the name there.
    pub source: Source,
    /// What kinds of JSON values are taken.
    pub types: Types,
    /// What stands between words instead of a space.
    pub separator: Option<char>,
    /// True for a header that other places read in other forms: one that does not have
    /// this form is none of this place's.
    pub is_one_of_several: bool,
}

/// The part of a request where a value stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A parameter of a form.
    Form(Box<str>),
    /// A parameter of the query.
    Query(Box<str>),
    /// A member of a JSON object, or of an object in it.
    Json(Vec<Box<str>>),
    /// A header.
    Header(HeaderName, Around),
    /// `Authorization: Basic`.
    Basic,
    /// `Authorization: Bearer`.
    Bearer,
}

/// What stands before and behind a value in a header.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Around {
    before: Box<str>,
    behind: Box<str>,
}

/// The kinds of JSON values that are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Types {
    /// Strings.
    pub string: bool,
    /// Whole numbers.
    pub number: bool,
}

const EXPECTED: &str = "expected a place: \"form\", \"query\", \"json\", \"basic\" or \"bearer\", with a name as in \"query:Licence\", or \"header:X-Name\"";

impl PlaceText {
    /// The place of the input with this name.
    pub fn named(self, input: &str) -> Place {
        let or_input = |name: Option<Box<str>>| name.unwrap_or_else(|| input.into());
        let source = match self.source {
            SourceText::Form(name) => Source::Form(or_input(name)),
            SourceText::Query(name) => Source::Query(or_input(name)),
            SourceText::Json(name) => {
                Source::Json(or_input(name).split('.').map(Into::into).collect())
            }
            SourceText::Header(name, around) => Source::Header(name, around),
            SourceText::Basic => Source::Basic,
            SourceText::Bearer => Source::Bearer,
        };
        let (types, separator) = (self.types, self.separator);
        Place { source, types, separator, is_one_of_several: false }
    }

    fn of(source: SourceText) -> Self {
        Self { source, types: Types { string: true, number: false }, separator: None }
    }

    fn read(text: &str) -> Option<Self> {
        let (kind, name) = match text.split_once(':') {
            Some((kind, name)) if !name.is_empty() => (kind, Some(name)),
            Some(_) => return None,
            None => (text, None),
        };
        let source = match (kind, name) {
            ("form", name) => SourceText::Form(name.map(Into::into)),
            ("query", name) => SourceText::Query(name.map(Into::into)),
            ("json", name) => SourceText::Json(name.map(Into::into)),
            ("header", Some(name)) => {
                SourceText::Header(HeaderName::try_from(name).ok()?, Around::default())
            }
            ("basic", None) => SourceText::Basic,
            ("bearer", None) => SourceText::Bearer,
            _ => return None,
        };
        Some(Self::of(source))
    }
}

impl Place {
    /// What the value is called in the request: a parameter's or member's name.
    pub fn parameter(&self) -> Option<&str> {
        match &self.source {
            Source::Form(name) | Source::Query(name) => Some(name),
            Source::Json(path) => path.first().map(|name| &**name),
            Source::Header(..) | Source::Basic | Source::Bearer => None,
        }
    }
}

impl Around {
    /// Reads `User ${value}`.
    fn read(text: &str) -> Option<Self> {
        let (before, behind) = text.split_once("${value}")?;
        let fits = !behind.contains("${") && text.bytes().all(|b| (b' '..=b'~').contains(&b));
        fits.then(|| Self { before: before.trim_start().into(), behind: behind.trim_end().into() })
    }

    /// The value within a header, when the header has this form. Letters before and
    /// behind it may be of either case, as those of schemes (RFC 9110 §11.1).
    pub fn value_in<'a>(&self, header: &'a str) -> Option<&'a str> {
        let (before, rest) = header.split_at_checked(self.before.len())?;
        let (value, behind) = rest.split_at_checked(rest.len().checked_sub(self.behind.len())?)?;
        let fits =
            before.eq_ignore_ascii_case(&self.before) && behind.eq_ignore_ascii_case(&self.behind);
        fits.then(|| value.trim_matches(' '))
    }
}

impl<'de> Deserialize<'de> for PlaceText {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(WordOrTable)
    }
}

/// Not serde's `untagged`, which would swallow what is wrong.
struct WordOrTable;

impl<'de> Visitor<'de> for WordOrTable {
    type Value = PlaceText;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a place such as \"form\", or a table such as { json = \"id\" }")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<PlaceText, E> {
        PlaceText::read(text).ok_or_else(|| E::custom(EXPECTED))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<PlaceText, A::Error> {
        let table = Table::deserialize(MapAccessDeserializer::new(map))?;
        table.place().map_err(de::Error::custom)
    }
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    form: Option<String>,
    query: Option<String>,
    json: Option<String>,
    header: Option<String>,
    #[serde(rename = "as")]
    shape: Option<String>,
    #[serde(rename = "type")]
    types: Option<Types>,
    separator: Option<char>,
}

impl Table {
    fn place(self) -> Result<PlaceText, &'static str> {
        let source = match (self.form, self.query, self.json, self.header) {
            (Some(name), None, None, None) => SourceText::Form(Some(name.into())),
            (None, Some(name), None, None) => SourceText::Query(Some(name.into())),
            (None, None, Some(name), None) => SourceText::Json(Some(name.into())),
            (None, None, None, Some(name)) => header(&name, self.shape.as_deref())?,
            _ => return Err("expected one of form, query, json or header, with a name"),
        };
        let is_json = matches!(source, SourceText::Json(_));
        if self.shape.is_some() && !matches!(source, SourceText::Header(..)) {
            return Err("\"as\" says how a header looks; it goes with header = \"…\"");
        }
        if self.types.is_some() && !is_json {
            return Err("\"type\" says which JSON values are taken; it goes with json = \"…\"");
        }
        let mut place = PlaceText::of(source);
        place.types = self.types.unwrap_or(place.types);
        place.separator = self.separator;
        Ok(place)
    }
}

fn header(name: &str, shape: Option<&str>) -> Result<SourceText, &'static str> {
    let name = HeaderName::try_from(name).map_err(|_| "header: no header can have this name")?;
    let around = match shape {
        None => Around::default(),
        Some(shape) => Around::read(shape)
            .ok_or("as: expected a text with ${value} in it, such as \"User ${value}\"")?,
    };
    Ok(SourceText::Header(name, around))
}

/// `"number"`, or `["number", "string"]`.
impl<'de> Deserialize<'de> for Types {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(TypeWords)
    }
}

struct TypeWords;

impl<'de> Visitor<'de> for TypeWords {
    type Value = Types;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("\"string\", \"number\", or both in a list")
    }

    fn visit_str<E: de::Error>(self, word: &str) -> Result<Types, E> {
        match word {
            "string" => Ok(Types { string: true, number: false }),
            "number" => Ok(Types { string: false, number: true }),
            _ => Err(E::custom("expected \"string\", \"number\", or both in a list")),
        }
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, mut list: A) -> Result<Types, A::Error> {
        let mut types = Types { string: false, number: false };
        while let Some(word) = list.next_element::<String>()? {
            let one: Types = Self.visit_str(&word)?;
            types.string |= one.string;
            types.number |= one.number;
        }
        if types.string || types.number {
            return Ok(types);
        }
        Err(de::Error::custom("expected \"string\", \"number\", or both in a list"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Place, String> {
        let table: toml::Table = toml::from_str(&format!("place = {text}")).unwrap();
        let place = PlaceText::deserialize(table["place"].clone());
        place.map(|place| place.named("token")).map_err(|error| error.message().to_owned())
    }

    #[test]
    fn places_are_words_or_tables() {
        assert_eq!(read("\"form\"").unwrap().source, Source::Form("token".into()));
        assert_eq!(read("\"query:Licence\"").unwrap().source, Source::Query("Licence".into()));
        let path = Source::Json(vec!["data".into(), "token".into()]);
        assert_eq!(read("\"json:data.token\"").unwrap().source, path);
        assert!(matches!(read("\"header:X-Client\"").unwrap().source, Source::Header(..)));
        let place = read("{ json = \"_cloudId\", type = [\"number\", \"string\"] }").unwrap();
        assert_eq!(place.types, Types { string: true, number: true });
        let place = read("{ query = \"scope\", separator = \",\" }").unwrap();
        assert_eq!((place.parameter(), place.separator), (Some("scope"), Some(',')));
    }

    #[test]
    fn what_is_no_place_is_refused() {
        for (bad, told) in [
            ("\"\"", "expected a place"),
            ("\"form:\"", "expected a place"),
            ("\"header\"", "expected a place"),
            ("\"header:a b\"", "expected a place"),
            ("\"basic:x\"", "expected a place"),
            ("\"cookie\"", "expected a place"),
            ("{ json = \"a\", query = \"a\" }", "expected one of form, query, json or header"),
            ("{ json = \"a\", as = \"x${value}\" }", "\"as\" says how a header looks"),
            ("{ header = \"A\", type = \"number\" }", "\"type\" says which JSON"),
            ("{ header = \"A\", as = \"User\" }", "expected a text with ${value}"),
            ("{ json = \"a\", type = [] }", "expected \"string\""),
            ("{ json = \"a\", kind = \"b\" }", "unknown field `kind`"),
        ] {
            let message = read(bad).unwrap_err();
            assert!(message.contains(told), "{bad} gave {message}");
        }
    }

    #[test]
    fn a_value_is_found_in_its_header() {
        let around = Around::read("User ${value}").unwrap();
        for (header, value) in [
            ("User abc", Some("abc")),
            ("user  abc", Some("abc")),
            ("User ", Some("")),
            ("User", None),
            ("Bearer abc", None),
            ("", None),
        ] {
            assert_eq!(around.value_in(header), value, "{header}");
        }
        let around = Around::read("Token token=\"${value}\"").unwrap();
        assert_eq!(around.value_in("Token token=\"x\""), Some("x"));
        assert_eq!(around.value_in("Token token=\""), None);
        assert_eq!(Around::default().value_in("abc"), Some("abc"));
    }
}
