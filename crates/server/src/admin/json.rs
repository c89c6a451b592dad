//! A body as JSON (RFC 8259), read strictly: no member twice, not too deep, no control
//! characters in texts, nothing behind it.

use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// The deepest nesting.
const DEEPEST: usize = 8;

/// The most members of an object, and items of a list.
const MOST: usize = 1000;

/// Reads a body.
///
/// # Errors
/// What is wrong with it, and where.
pub(super) fn read(bytes: &[u8]) -> Result<Value, String> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = Strict(1).deserialize(&mut reader).map_err(|error| error.to_string())?;
    reader.end().map_err(|error| error.to_string())?;
    Ok(value)
}

/// True for a text that no field takes: our stores, logs and pages hold none.
pub(super) fn has_control(text: &str) -> bool {
    text.chars().any(char::is_control)
}

/// Reads a value at this depth.
struct Strict(usize);

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Value, D::Error> {
        from.deserialize_any(self)
    }
}

impl Strict {
    fn inner<E: de::Error>(&self) -> Result<Self, E> {
        match self.0 {
            depth if depth > DEEPEST => Err(E::custom(format!("more than {DEEPEST} levels"))),
            depth => Ok(Self(depth + 1)),
        }
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Value, E> {
        Ok(Value::Bool(flag))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(Number::from_f64(number).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Value, E> {
        match has_control(text) {
            true => Err(E::custom("a text with control characters")),
            false => Ok(Value::String(text.to_owned())),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element_seed(self.inner()?)? {
            if items.len() == MOST {
                return Err(de::Error::custom(format!("a list of more than {MOST} items")));
            }
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Value, A::Error> {
        let mut members = Map::new();
        while let Some(name) = object.next_key::<String>()? {
            if members.len() == MOST || has_control(&name) {
                return Err(de::Error::custom("too many members, or a strange name of one"));
            }
            let value = object.next_value_seed(self.inner()?)?;
            if members.contains_key(&name) {
                return Err(de::Error::custom("a member stands twice"));
            }
            members.insert(name, value);
        }
        Ok(Value::Object(members))
    }
}

/// An object with these members as well.
pub(super) fn with<const N: usize>(mut body: Value, more: [(&str, Value); N]) -> Value {
    if let Value::Object(members) = &mut body {
        members.extend(more.map(|(name, value)| (name.to_owned(), value)));
    }
    body
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_plain_json_is_refused() {
        let deep = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
        for (text, is_good) in [
            (r#"{"a": [1, 2.5, true, null, "x"], "b": {"c": "ø"}}"#.to_owned(), true),
            (deep(8), true),
            (deep(9), false),
            (deep(50_000), false),
            (r#"{"a": 1, "a": 1}"#.to_owned(), false),
            (r#"{"a": {"b": 1, "b": 1}}"#.to_owned(), false),
            (r#"{"a": "\u0000"}"#.to_owned(), false),
            (r#"{"a": "\ud800"}"#.to_owned(), false),
            (r#"{"a": 1} x"#.to_owned(), false),
            (r#"{"a": 01}"#.to_owned(), false),
            ("{".to_owned(), false),
            (String::new(), false),
            (format!("[{}1]", "1,".repeat(1000)), false),
        ] {
            let read = read(text.as_bytes());
            assert_eq!(read.is_ok(), is_good, "{}: {read:?}", &text[..text.len().min(60)]);
        }
        assert!(read(b"\"\xff\"").is_err());
    }
}
