//! JSON with holes: `{ error = "${error}" }`. A string that is nothing but one
//! variable keeps the variable's type; a variable within a longer string becomes
//! text; `${name?}` leaves its member out when there is no value.

/// What a template's variables stand for.
pub trait Variable: Copy + Sized {
    /// The variable with this name.
    fn named(name: &str) -> Option<Self>;
    /// All names, for the message to whoever wrote a wrong one.
    const NAMES: &'static [&'static str];
}

/// A variable's value, on its way into JSON.
#[derive(Clone, Copy, Debug)]
pub enum Value<'a> {
    /// Text, to be escaped.
    Text(&'a str),
    /// A whole number.
    Number(u64),
    /// Nothing: the member is left out, or the string stays empty.
    Absent,
}

/// A checked template.
#[derive(Clone, Debug)]
pub struct Template<V>(Node<V>);

#[derive(Clone, Debug)]
enum Node<V> {
    /// JSON that is the same in every reply.
    Literal(Box<str>),
    /// A variable with its own type.
    Bare { variable: V, optional: bool },
    /// A string of literals and variables.
    Text(Vec<Piece<V>>),
    /// Members: the key with its quotes and colon, and the value.
    Object(Vec<(Box<str>, Node<V>)>),
    /// Elements.
    Array(Vec<Node<V>>),
}

#[derive(Clone, Debug)]
enum Piece<V> {
    /// Escaped already.
    Literal(Box<str>),
    Variable(V),
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
        write_node(&self.0, look_up, out);
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
    if let Some(name) = bare.filter(|name| !name.contains("${")) {
        let (name, optional) = name.strip_suffix('?').map_or((name, false), |name| (name, true));
        return Ok(Node::Bare { variable: variable(name)?, optional });
    }
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let (name, behind) =
            after.split_once('}').ok_or_else(|| format!("\"{text}\": a ${{ without its }}"))?;
        pieces.push(Piece::Literal(escaped(before).into()));
        pieces.push(Piece::Variable(variable(name)?));
        rest = behind;
    }
    if pieces.is_empty() {
        return Ok(Node::Literal(quoted(text).into()));
    }
    pieces.push(Piece::Literal(escaped(rest).into()));
    Ok(Node::Text(pieces))
}

fn variable<V: Variable>(name: &str) -> Result<V, String> {
    V::named(name).ok_or_else(|| {
        format!("\"${{{name}}}\": no such variable here; there are {}", V::NAMES.join(", "))
    })
}

fn write_node<'a, V: Variable>(
    node: &Node<V>,
    look_up: &dyn Fn(V) -> Value<'a>,
    out: &mut Vec<u8>,
) {
    match node {
        Node::Literal(json) => out.extend_from_slice(json.as_bytes()),
        Node::Bare { variable, .. } => write_value(look_up(*variable), out),
        Node::Text(pieces) => {
            out.push(b'"');
            for piece in pieces {
                match piece {
                    Piece::Literal(text) => out.extend_from_slice(text.as_bytes()),
                    Piece::Variable(variable) => write_piece(look_up(*variable), out),
                }
            }
            out.push(b'"');
        }
        Node::Array(elements) => {
            write_list(b"[]", elements.iter().map(|element| (None, element)), look_up, out);
        }
        Node::Object(members) => {
            let members = members.iter().map(|(key, value)| (Some(&**key), value));
            write_list(b"{}", members, look_up, out);
        }
    }
}

fn write_list<'n, 'a, V: Variable + 'n>(
    [open, close]: &[u8; 2],
    items: impl Iterator<Item = (Option<&'n str>, &'n Node<V>)>,
    look_up: &dyn Fn(V) -> Value<'a>,
    out: &mut Vec<u8>,
) {
    out.push(*open);
    let mut first = true;
    for (key, node) in items {
        if is_left_out(node, look_up) {
            continue;
        }
        if !first {
            out.push(b',');
        }
        first = false;
        out.extend_from_slice(key.unwrap_or("").as_bytes());
        write_node(node, look_up, out);
    }
    out.push(*close);
}

fn is_left_out<'a, V: Variable>(node: &Node<V>, look_up: &dyn Fn(V) -> Value<'a>) -> bool {
    match node {
        Node::Bare { variable, optional: true } => matches!(look_up(*variable), Value::Absent),
        _ => false,
    }
}

fn write_value(value: Value<'_>, out: &mut Vec<u8>) {
    match value {
        Value::Text(text) => {
            out.push(b'"');
            write_escaped(text, out);
            out.push(b'"');
        }
        Value::Number(number) => out.extend_from_slice(number.to_string().as_bytes()),
        Value::Absent => out.extend_from_slice(b"null"),
    }
}

fn write_piece(value: Value<'_>, out: &mut Vec<u8>) {
    match value {
        Value::Text(text) => write_escaped(text, out),
        Value::Number(number) => out.extend_from_slice(number.to_string().as_bytes()),
        Value::Absent => {}
    }
}

/// Tokens and scopes need no escaping, so the usual case is one copy.
fn write_escaped(text: &str, out: &mut Vec<u8>) {
    let plain = |b: u8| b >= 0x20 && b != b'"' && b != b'\\';
    if text.bytes().all(plain) {
        out.extend_from_slice(text.as_bytes());
    } else {
        out.extend_from_slice(escaped(text).as_bytes());
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn escaped(text: &str) -> String {
    let quoted = quoted(text);
    quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Copy)]
    enum Word {
        Token,
        Life,
        Nothing,
    }

    impl Variable for Word {
        const NAMES: &'static [&'static str] = &["token", "life", "nothing"];
        fn named(name: &str) -> Option<Self> {
            match name {
                "token" => Some(Self::Token),
                "life" => Some(Self::Life),
                "nothing" => Some(Self::Nothing),
                _ => None,
            }
        }
    }

    fn check(template: &str, expected: Result<&str, &str>) {
        let table: toml::Table = toml::from_str(&format!("json = {template}")).unwrap();
        let written = Template::<Word>::compile(&table["json"]).map(|template| {
            let mut out = Vec::new();
            let look_up = |word| match word {
                Word::Token => Value::Text("a\"b"),
                Word::Life => Value::Number(300),
                Word::Nothing => Value::Absent,
            };
            template.write(&look_up, &mut out);
            String::from_utf8(out).unwrap()
        });
        assert_eq!(written.as_deref().map_err(String::as_str), expected);
    }

    #[test]
    fn holes_are_filled() {
        check(r#"{ t = "${token}", n = "${life}" }"#, Ok(r#"{"t":"a\"b","n":300}"#));
        check(r#"{ n = "in ${life} s" }"#, Ok(r#"{"n":"in 300 s"}"#));
        check(r#"{ n = "${life}${life}" }"#, Ok(r#"{"n":"300300"}"#));
        check(
            r#"{ a = "${nothing?}", b = "${nothing}", c = "x${nothing}" }"#,
            Ok(r#"{"b":null,"c":"x"}"#),
        );
        check(
            r#"{ "a\"" = [1, true, "x", { b = "${life?}" }] }"#,
            Ok(r#"{"a\"":[1,true,"x",{"b":300}]}"#),
        );
        check(r#"["${nothing?}", 1]"#, Ok("[1]"));
    }

    #[test]
    fn what_cannot_be_filled_is_named() {
        check(
            r#"{ t = "${tokn}" }"#,
            Err("\"${tokn}\": no such variable here; there are token, life, nothing"),
        );
        check(r#"{ t = "x ${token" }"#, Err("\"x ${token\": a ${ without its }"));
        check(
            "{ t = 1979-05-27 }",
            Err("JSON has no dates and no infinite numbers: write a string"),
        );
    }
}
