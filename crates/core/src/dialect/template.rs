//! JSON with holes: `{ error = "${error}" }`. A string that is nothing but one
//! variable keeps the variable's type; a variable within a longer string becomes
//! text; `${name?}` leaves its member out when there is no value.

use crate::dialect::cast::{Value, Written, write_escaped};
use crate::dialect::phrase::{Escape, Hole, Phrase, Variable};

/// A checked template.
#[derive(Clone, Debug)]
pub struct Template<V>(Node<V>);

#[derive(Clone, Debug)]
enum Node<V> {
    /// JSON that is the same in every reply.
    Literal(Box<str>),
    /// A variable with its own type.
    Bare(Hole<V>),
    /// A string of literals and variables.
    Text(Phrase<V>),
    /// Members: the key with its quotes and colon, and the value.
    Object(Vec<(Box<str>, Node<V>)>),
    /// Elements.
    Array(Vec<Node<V>>),
}

impl<V: Variable> Template<V> {
    /// Checks a TOML value as a template.
    ///
    /// # Errors
    /// A sentence that says which variable does not exist, or what JSON has no word for.
    pub fn compile(value: &toml::Value) -> Result<Self, String> {
        node(value).map(Self)
    }

    /// Writes the template as JSON, with what `look_up` says for each variable.
    pub fn write<'a>(&self, look_up: &dyn Fn(V) -> Value<'a>, out: &mut Vec<u8>) {
        self.0.write(look_up, out);
    }

    /// Every hole, in order.
    pub fn holes(&self) -> Vec<&Hole<V>> {
        let mut holes = Vec::new();
        self.0.gather(&mut holes);
        holes
    }
}

fn node<V: Variable>(value: &toml::Value) -> Result<Node<V>, String> {
    match value {
        toml::Value::String(text) => text_node(text),
        toml::Value::Integer(number) => Ok(Node::Literal(number.to_string().into())),
        toml::Value::Float(number) if number.is_finite() => {
            Ok(Node::Literal(number.to_string().into()))
        }
        toml::Value::Boolean(truth) => Ok(Node::Literal(truth.to_string().into())),
        toml::Value::Array(elements) => {
            elements.iter().map(node).collect::<Result<_, _>>().map(Node::Array)
        }
        toml::Value::Table(members) => {
            let member = |(key, value)| {
                let key: &String = key;
                Ok((format!("{}:", quoted(key)).into(), node(value)?))
            };
            members.iter().map(member).collect::<Result<_, String>>().map(Node::Object)
        }
        _ => Err("JSON has no dates and no infinite numbers: write a string".to_owned()),
    }
}

fn text_node<V: Variable>(text: &str) -> Result<Node<V>, String> {
    let bare = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
    if let Some(hole) = bare.filter(|hole| !hole.contains("${")) {
        return Hole::read(hole).map(Node::Bare);
    }
    if text.contains("${") {
        return Phrase::compile(text, Escape::Json).map(Node::Text);
    }
    Ok(Node::Literal(quoted(text).into()))
}

impl<V: Variable> Node<V> {
    fn write<'a>(&self, look_up: &dyn Fn(V) -> Value<'a>, out: &mut Vec<u8>) {
        match self {
            Self::Literal(json) => out.extend_from_slice(json.as_bytes()),
            Self::Bare(hole) => write_value(&hole.cast.apply(look_up(hole.variable)), out),
            Self::Text(phrase) => {
                out.push(b'"');
                phrase.write(look_up, out);
                out.push(b'"');
            }
            Self::Array(elements) => {
                write_list(b"[]", elements.iter().map(|element| ("", element)), look_up, out);
            }
            Self::Object(members) => {
                let members = members.iter().map(|(key, value)| (&**key, value));
                write_list(b"{}", members, look_up, out);
            }
        }
    }

    fn is_left_out<'a>(&self, look_up: &dyn Fn(V) -> Value<'a>) -> bool {
        match self {
            Self::Bare(hole) => hole.is_left_out(look_up),
            Self::Text(phrase) => phrase.is_left_out(look_up),
            Self::Literal(_) | Self::Array(_) | Self::Object(_) => false,
        }
    }

    fn gather<'n>(&'n self, holes: &mut Vec<&'n Hole<V>>) {
        match self {
            Self::Literal(_) => {}
            Self::Bare(hole) => holes.push(hole),
            Self::Text(phrase) => holes.extend(phrase.holes()),
            Self::Array(elements) => elements.iter().for_each(|element| element.gather(holes)),
            Self::Object(members) => members.iter().for_each(|(_, value)| value.gather(holes)),
        }
    }
}

fn write_list<'n, 'a, V: Variable>(
    [open, close]: &[u8; 2],
    items: impl Iterator<Item = (&'n str, &'n Node<V>)>,
    look_up: &dyn Fn(V) -> Value<'a>,
    out: &mut Vec<u8>,
) {
    out.push(*open);
    let mut first = true;
    for (key, node) in items {
        if node.is_left_out(look_up) {
            continue;
        }
        if !first {
            out.push(b',');
        }
        first = false;
        out.extend_from_slice(key.as_bytes());
        node.write(look_up, out);
    }
    out.push(*close);
}

fn write_value(value: &Written<'_>, out: &mut Vec<u8>) {
    match value {
        Written::Text(text) => write_string(text, out),
        Written::Digits(digits) => out.extend_from_slice(digits.as_bytes()),
        Written::List(words) => {
            out.push(b'[');
            for (at, word) in words.split(' ').filter(|word| !word.is_empty()).enumerate() {
                if at > 0 {
                    out.push(b',');
                }
                write_string(word, out);
            }
            out.push(b']');
        }
        Written::Absent => out.extend_from_slice(b"null"),
    }
}

fn write_string(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    write_escaped(text, out);
    out.push(b'"');
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
#[path = "template_tests.rs"]
mod tests;
