//! The body of a reply: JSON with holes, or another text with holes.

use http::HeaderValue;

use crate::dialect::cast::Value;
use crate::dialect::phrase::{Escape, Hole, Phrase, Variable};
use crate::dialect::template::Template;

/// A checked body and its media type.
#[derive(Clone, Debug)]
pub struct Body<V> {
    kind: HeaderValue,
    content: Content<V>,
}

#[derive(Clone, Debug)]
enum Content<V> {
    Json(Template<V>),
    Text(Phrase<V>),
}

impl<V: Variable> Body<V> {
    /// A body of JSON, as `application/json` unless the file has another type.
    ///
    /// # Errors
    /// What is wrong with the template, or with the media type.
    pub(super) fn json(value: &toml::Value, kind: Option<&str>) -> Result<Self, String> {
        let content = Content::Json(Template::compile(value)?);
        Ok(Self { kind: media_type(kind.unwrap_or("application/json"))?, content })
    }

    /// A body of text, as `text/plain` unless the file has another type. What is put
    /// into markup or into a form is escaped for it.
    ///
    /// # Errors
    /// What is wrong with the text, or with the media type.
    pub(super) fn text(text: &str, kind: Option<&str>) -> Result<Self, String> {
        let kind = kind.unwrap_or("text/plain; charset=utf-8");
        let essence = kind.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
        let escape = match essence.as_str() {
            "application/x-www-form-urlencoded" => Escape::Percent,
            "text/plain" => Escape::Plain,
            json if json.ends_with("json") => Escape::Json,
            // Whatever else there is: nothing that is put in may become markup.
            _ => Escape::Markup,
        };
        let content = Content::Text(Phrase::compile(text, escape)?);
        Ok(Self { kind: media_type(kind)?, content })
    }

    /// `Content-Type`.
    pub fn kind(&self) -> HeaderValue {
        self.kind.clone()
    }

    /// Appends the body, with what `look_up` says for each variable.
    pub fn write<'a>(&self, look_up: &dyn Fn(V) -> Value<'a>, out: &mut Vec<u8>) {
        match &self.content {
            Content::Json(template) => template.write(look_up, out),
            Content::Text(phrase) => phrase.write(look_up, out),
        }
    }

    /// Every hole, in order.
    pub fn holes(&self) -> Vec<&Hole<V>> {
        match &self.content {
            Content::Json(template) => template.holes(),
            Content::Text(phrase) => phrase.holes().collect(),
        }
    }
}

fn media_type(text: &str) -> Result<HeaderValue, String> {
    let fits = |half: &str| {
        let token = |b: u8| b.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&b);
        !half.is_empty() && half.bytes().all(token)
    };
    let essence = text.split(';').next().unwrap_or("").trim();
    let is_type = essence.split_once('/').is_some_and(|(kind, sub)| fits(kind) && fits(sub));
    let value = HeaderValue::from_str(text).ok().filter(|_| is_type);
    value.ok_or_else(|| "expected a media type such as \"application/json\"".to_owned())
}
