//! Where in a request a value may stand: `form`, `query`, `basic`, `bearer`, or one
//! of them with a name, such as `query:Licence` or `header:X-Client`.

use http::HeaderName;
use serde::Deserialize;

/// A place. Without a name of its own, a value has the name of the input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A parameter of the body.
    Form(Option<Box<str>>),
    /// A parameter of the query.
    Query(Option<Box<str>>),
    /// A header.
    Header(HeaderName),
    /// `Authorization: Basic`.
    Basic,
    /// `Authorization: Bearer`.
    Bearer,
}

impl Place {
    fn read(text: &str) -> Option<Self> {
        let (kind, name) = match text.split_once(':') {
            Some((kind, name)) if !name.is_empty() => (kind, Some(name)),
            Some(_) => return None,
            None => (text, None),
        };
        match (kind, name) {
            ("form", name) => Some(Self::Form(name.map(Into::into))),
            ("query", name) => Some(Self::Query(name.map(Into::into))),
            ("header", Some(name)) => HeaderName::try_from(name).ok().map(Self::Header),
            ("basic", None) => Some(Self::Basic),
            ("bearer", None) => Some(Self::Bearer),
            _ => None,
        }
    }
}

impl<'de> Deserialize<'de> for Place {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        Self::read(&text).ok_or_else(|| {
            serde::de::Error::custom(format!(
                "\"{text}\": expected a place: \"form\", \"query\", \"basic\" or \"bearer\", with a name as in \"query:Licence\", or \"header:X-Name\""
            ))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_words() {
        assert_eq!(Place::read("form"), Some(Place::Form(None)));
        assert_eq!(Place::read("query:Licence"), Some(Place::Query(Some("Licence".into()))));
        assert!(matches!(Place::read("header:X-Client"), Some(Place::Header(_))));
        for bad in ["", "form:", "header", "header:a b", "basic:x", "cookie"] {
            assert_eq!(Place::read(bad), None, "{bad}");
        }
    }
}
