//! A JSON object as a request's body (RFC 8259), read strictly: no member twice, at
//! any depth, not too deep, and nothing behind it.

use std::borrow::Cow;
use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::refusal::{Reason, Refusal};

/// The deepest nesting. No client sends two levels.
const DEEPEST: usize = 16;

/// The most members of one object.
const MOST: usize = 64;

/// The members of an object.
#[derive(Clone, Debug, Default)]
pub struct Json<'a>(Vec<(Cow<'a, str>, Value<'a>)>);

/// A value in it.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// `null`.
    Null,
    /// A whole number that 64 bits hold, in decimal.
    Whole(i128),
    /// A string.
    Text(Cow<'a, str>),
    /// An object, if what is in it is wanted.
    Object(Json<'a>),
    /// Anything else.
    Other,
}

impl PartialEq for Json<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<'a> Json<'a> {
    /// Reads a body. What is in nested objects is kept only if it is wanted.
    ///
    /// # Errors
    /// [`Reason::BodyMalformed`] for whatever is no such object.
    pub fn read(bytes: &'a [u8], nested: bool) -> Result<Self, Refusal> {
        let malformed = |_| Refusal::from(Reason::BodyMalformed);
        let mut reader = serde_json::Deserializer::from_slice(bytes);
        let object = Object { depth: 1, nested, keep: true };
        let json = reader.deserialize_map(object).map_err(malformed)?;
        reader.end().map_err(malformed)?;
        Ok(json)
    }

    /// The value at the end of these names, one within the other.
    pub fn at(&self, path: &[Box<str>]) -> Option<&Value<'a>> {
        let (first, rest) = path.split_first()?;
        let value = self.member(first)?;
        match (value, rest) {
            (value, []) => Some(value),
            (Value::Object(inner), rest) => inner.at(rest),
            _ => None,
        }
    }

    /// The member with this name.
    pub fn member(&self, name: &str) -> Option<&Value<'a>> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// The names, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| &**name)
    }
}

/// Reads an object.
struct Object {
    depth: usize,
    nested: bool,
    /// False when only its form is looked at.
    keep: bool,
}

impl<'de> Visitor<'de> for Object {
    type Value = Json<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json<'de>, A::Error> {
        if self.depth > DEEPEST {
            return Err(de::Error::custom("too deep"));
        }
        let mut members: Vec<(Cow<'de, str>, Value<'de>)> = Vec::with_capacity(4);
        while let Some(name) = map.next_key_seed(Name)? {
            if members.len() == MOST || members.iter().any(|(known, _)| *known == name) {
                return Err(de::Error::custom("a member twice, or too many"));
            }
            let keep = self.keep && (self.depth == 1 || self.nested);
            let value =
                map.next_value_seed(Any { depth: self.depth, nested: self.nested, keep })?;
            members.push((name, value));
        }
        Ok(Json(members))
    }
}

/// Reads a member's name without copying it, unless it has escapes.
struct Name;

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Name {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text.to_owned()))
    }
}

/// Reads any value; `depth` is that of the object or list around it.
#[derive(Clone, Copy)]
struct Any {
    depth: usize,
    nested: bool,
    keep: bool,
}

impl<'de> DeserializeSeed<'de> for Any {
    type Value = Value<'de>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Any {
    type Value = Value<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<Self::Value, E> {
        Ok(Value::Other)
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Value::Whole(number.into()))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Value::Whole(number.into()))
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Self::Value, E> {
        Ok(Value::Other)
    }

    fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Value::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Value::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        if self.depth >= DEEPEST {
            return Err(de::Error::custom("too deep"));
        }
        let element = Self { depth: self.depth + 1, keep: false, ..self };
        while list.next_element_seed(element)?.is_some() {}
        Ok(Value::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        let keep = self.keep && self.nested;
        let object = Object { depth: self.depth + 1, nested: self.nested, keep };
        let json = object.visit_map(map)?;
        Ok(if keep { Value::Object(json) } else { Value::Other })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str, path: &[&str]) -> Option<Value<'static>> {
        let path: Vec<Box<str>> = path.iter().map(|name| (*name).into()).collect();
        let json = Json::read(text.as_bytes(), path.len() > 1).unwrap();
        json.at(&path).map(|value| match value {
            Value::Text(text) => Value::Text(text.to_string().into()),
            Value::Whole(number) => Value::Whole(*number),
            Value::Null => Value::Null,
            _ => Value::Other,
        })
    }

    #[test]
    fn members_are_found() {
        let text = r#" {"a":"b","\u0063":"\ud83d\udea2","n":18446744073709551615,"m":-1,"f":1.5,"e":1e3,"x":null,"t":true,"o":{"p":{"q":"r"}},"l":[1,{"a":1}]} "#;
        let said = |text: &'static str| Some(Value::Text(text.into()));
        assert_eq!(at(text, &["a"]), said("b"));
        assert_eq!(at(text, &["c"]), said("\u{1f6a2}"));
        assert_eq!(at(text, &["n"]), Some(Value::Whole(u64::MAX.into())));
        assert_eq!(at(text, &["m"]), Some(Value::Whole(-1)));
        for other in ["f", "e", "t", "o", "l"] {
            assert_eq!(at(text, &[other]), Some(Value::Other), "{other}");
        }
        assert_eq!(at(text, &["x"]), Some(Value::Null));
        assert_eq!(at(text, &["o", "p", "q"]), said("r"));
        assert_eq!(at(text, &["a", "p"]), None);
        assert_eq!(at(text, &["z"]), None);
        assert_eq!(at("{}", &["z"]), None);
    }

    #[test]
    fn what_is_no_plain_object_is_refused() {
        let deep = |open: &str, middle: &str, close: &str, levels: usize| {
            format!("{{\"a\":{}{middle}{}}}", open.repeat(levels), close.repeat(levels))
        };
        let digits = format!("{{\"a\":{}}}", "9".repeat(400));
        let many: Vec<String> = (0..65).map(|n| format!("\"{n}\":1")).collect();
        let many = format!("{{{}}}", many.join(","));
        for bad in [
            "",
            "null",
            "[]",
            "\"a\"",
            "{",
            "{}{}",
            "{} x",
            "{\"a\":1,}",
            "{a:1}",
            "{'a':1}",
            "{\"a\":1,\"a\":1}",
            "{\"a\":1,\"\\u0061\":2}",
            "{\"o\":{\"a\":1,\"a\":1}}",
            "{\"o\":[{\"a\":1,\"a\":1}]}",
            "{\"a\":\"\\ud800\"}",
            "{\"a\":\"\n\"}",
            "{\"a\":01}",
            "{\"a\":NaN}",
            "\u{feff}{}",
            &digits,
            &many,
            &deep("[", "", "]", 16),
            &deep("{\"a\":", "1", "}", 16),
            &"[".repeat(60_000),
        ] {
            let found = Json::read(bad.as_bytes(), true);
            assert_eq!(found, Err(Reason::BodyMalformed.into()), "{bad:.60}");
        }
        assert!(Json::read(b"{\"a\":\"\xff\"}", false).is_err());
        assert!(Json::read(b"{\"o\":[\"\xff\"]}", false).is_err());
        assert!(Json::read(deep("[", "", "]", 15).as_bytes(), false).is_ok());
        assert!(Json::read(deep("{\"a\":", "1", "}", 15).as_bytes(), false).is_ok());
    }
}
