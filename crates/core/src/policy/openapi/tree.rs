//! A document as JSON, for programs and for pages that show it: everything that is in
//! the file, in the file's order. An alias is written out where it stands (how much that
//! may be was counted when the document was read); a `$ref` stays a `$ref`.

use std::fmt::Write;

use crate::policy::openapi::Fault;
use crate::policy::openapi::document::{At, Document};

/// A value of JSON whose members keep their order and whose numbers keep their digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tree {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, as JSON writes it.
    Number(String),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Tree>),
    /// An object: names and values.
    Object(Vec<(String, Tree)>),
}

impl Tree {
    /// Reads a document, YAML or JSON, of at most 8 MiB. What stands without quotes is
    /// what YAML 1.2's core schema says (§10.3).
    ///
    /// # Errors
    /// The [`Fault`] that ended the reading; an empty document is one.
    pub fn read(text: &str) -> Result<Self, Fault> {
        let document = Document::read(text)?;
        let empty = || Fault { line: 1, message: "the document is empty".into() };
        document.root().map(tree).ok_or_else(empty)
    }

    /// The member of an object with this name.
    pub fn member(&self, name: &str) -> Option<&Self> {
        self.members().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    /// The member of an object with this name, to be changed.
    pub fn member_mut(&mut self, name: &str) -> Option<&mut Self> {
        let Self::Object(members) = self else { return None };
        members.iter_mut().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// The members of an object, in order; none of anything else.
    pub fn members(&self) -> impl Iterator<Item = (&str, &Self)> {
        let members = if let Self::Object(members) = self { &members[..] } else { &[] };
        members.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// The values of a list; none of anything else.
    pub fn items(&self) -> impl Iterator<Item = &Self> {
        if let Self::List(items) = self { items.iter() } else { [].iter() }
    }

    /// The text, if it is one.
    pub fn text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// The text of the member with this name.
    pub fn text_of(&self, name: &str) -> Option<&str> {
        self.member(name)?.text()
    }

    /// Gives an object this member: in the place of the one with that name, or as its
    /// last. Anything but an object stays as it is.
    pub fn set(&mut self, name: &str, value: Self) {
        if let Some(place) = self.member_mut(name) {
            *place = value;
        } else if let Self::Object(members) = self {
            members.push((name.to_owned(), value));
        }
    }

    /// Takes a member out of an object.
    pub fn remove(&mut self, name: &str) {
        if let Self::Object(members) = self {
            members.retain(|(known, _)| known != name);
        }
    }

    /// What a reference within this document leads to: `#/components/schemas/Ship`
    /// (RFC 6901 §6).
    pub fn find(&self, reference: &str) -> Option<&Self> {
        let pointer = reference.strip_prefix('#')?;
        pointer.split('/').skip(1).try_fold(self, |at, token| {
            let token = crate::policy::openapi::reference::unescaped(token)?;
            match at {
                Self::List(items) => items.get(token.parse::<usize>().ok()?),
                at => at.member(&token),
            }
        })
    }

    /// An object with these members.
    pub fn object<const N: usize>(members: [(&str, Self); N]) -> Self {
        Self::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }

    /// As JSON, without blanks.
    pub fn to_json(&self) -> String {
        let mut out = String::new();
        self.write(&mut out);
        out
    }

    fn write(&self, out: &mut String) {
        match self {
            Self::Null => out.push_str("null"),
            Self::Bool(truth) => out.push_str(if *truth { "true" } else { "false" }),
            Self::Number(digits) => out.push_str(digits),
            Self::Text(text) => write_text(text, out),
            Self::List(items) => {
                out.push('[');
                for (at, item) in items.iter().enumerate() {
                    if at > 0 {
                        out.push(',');
                    }
                    item.write(out);
                }
                out.push(']');
            }
            Self::Object(members) => {
                out.push('{');
                for (at, (name, value)) in members.iter().enumerate() {
                    if at > 0 {
                        out.push(',');
                    }
                    write_text(name, out);
                    out.push(':');
                    value.write(out);
                }
                out.push('}');
            }
        }
    }
}

impl From<&str> for Tree {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Tree {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

/// As deep as the document, whose depth was bounded when it was read.
fn tree(at: At<'_>) -> Tree {
    if let Some((text, is_plain)) = at.word() {
        return if is_plain { plain(text) } else { Tree::Text(text.to_owned()) };
    }
    if let Some(members) = at.members() {
        return Tree::Object(
            members.map(|(name, _, value)| (name.to_owned(), tree(value))).collect(),
        );
    }
    Tree::List(at.items().into_iter().flatten().map(tree).collect())
}

/// A word without quotes.
fn plain(word: &str) -> Tree {
    match word {
        "" | "~" | "null" | "Null" | "NULL" => Tree::Null,
        "true" | "True" | "TRUE" => Tree::Bool(true),
        "false" | "False" | "FALSE" => Tree::Bool(false),
        _ => match number(word) {
            Some(digits) => Tree::Number(digits),
            None => Tree::Text(word.to_owned()),
        },
    }
}

/// A number as JSON writes it. What JSON has no number for (`.inf`) stays a text.
fn number(word: &str) -> Option<String> {
    for (mark, radix) in [("0o", 8), ("0x", 16)] {
        if let Some(digits) = word.strip_prefix(mark) {
            let fits = digits.bytes().all(|b| b.is_ascii_alphanumeric());
            return u128::from_str_radix(digits, radix)
                .ok()
                .filter(|_| fits)
                .map(|n| n.to_string());
        }
    }
    let (sign, rest) = match word.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", word.strip_prefix('+').unwrap_or(word)),
    };
    let (mantissa, exponent) = match rest.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (rest, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, fraction),
        None => (mantissa, ""),
    };
    let is_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let is_number = is_digits(whole) && is_digits(fraction) && whole.len() + fraction.len() > 0;
    let power = exponent.map(|text| text.strip_prefix(['+', '-']).unwrap_or(text));
    if !is_number || power.is_some_and(|power| power.is_empty() || !is_digits(power)) {
        return None;
    }
    let whole = match whole.trim_start_matches('0') {
        "" => "0",
        whole => whole,
    };
    let mut out = format!("{sign}{whole}");
    if !fraction.is_empty() {
        let _ = write!(out, ".{fraction}");
    }
    if let Some(exponent) = exponent {
        let _ = write!(out, "e{exponent}");
    }
    Some(out)
}

fn write_text(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str) -> String {
        Tree::read(text).unwrap().to_json()
    }

    #[test]
    fn yaml_becomes_json_as_it_is() {
        let yaml = "z: 1\na: [true, 'true', ~, x]\n\"n\": {b: , c: \"\"}\n";
        assert_eq!(json(yaml), r#"{"z":1,"a":[true,"true",null,"x"],"n":{"b":null,"c":""}}"#);
        let text = r#"{"a":"q\"\\\u0001\n/é","b":[1.50,-0,1e3],"c":{}}"#;
        assert_eq!(json(text), r#"{"a":"q\"\\\u0001\n/é","b":[1.50,-0,1e3],"c":{}}"#);
        let again = Tree::read(&json(yaml)).unwrap();
        assert_eq!(again, Tree::read(yaml).unwrap());
    }

    #[test]
    fn words_mean_what_yaml_says() {
        for (word, expected) in [
            ("12", "12"),
            ("+12", "12"),
            ("007", "7"),
            ("-0.50", "-0.50"),
            (".5", "0.5"),
            ("5.", "5"),
            ("1.e+3", "1e+3"),
            ("0o17", "15"),
            ("0x1F", "31"),
            ("0x", "\"0x\""),
            ("0x+1", "\"0x+1\""),
            ("1.1.1", "\"1.1.1\""),
            ("1e", "\"1e\""),
            (".", "\".\""),
            (".inf", "\".inf\""),
            ("1_000", "\"1_000\""),
            ("2026-11-21", "\"2026-11-21\""),
            ("yes", "\"yes\""),
            ("NO", "\"NO\""),
            ("True", "true"),
            ("NULL", "null"),
            ("'12'", "\"12\""),
            ("!!str 12", "\"12\""),
            ("!!int 12", "12"),
            ("!own 12", "\"12\""),
        ] {
            assert_eq!(json(&format!("a: {word}")), format!("{{\"a\":{expected}}}"), "{word}");
        }
    }

    #[test]
    fn aliases_are_written_out_and_references_are_not() {
        assert_eq!(json("a: &x {b: [1]}\nc: *x\n"), r#"{"a":{"b":[1]},"c":{"b":[1]}}"#);
        let circle = "a: {$ref: '#/b'}\nb: {c: {$ref: '#/a'}}\n";
        assert_eq!(json(circle), r##"{"a":{"$ref":"#/b"},"b":{"c":{"$ref":"#/a"}}}"##);
        // Nine levels of ten each would be a thousand million.
        let mut bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n".to_owned();
        for level in 1..10 {
            let row = vec![format!("*a{}", level - 1); 10].join(",");
            bomb += &format!("a{level}: &a{level} [{row}]\n");
        }
        assert!(Tree::read(&bomb).unwrap_err().message.contains("million"));
        // Each level doubles the depth.
        let mut deep = format!("a0: &a0 {}x{}\n", "[".repeat(40), "]".repeat(40));
        for level in 1..3 {
            let before = level - 1;
            deep +=
                &format!("a{level}: &a{level} {}*a{before}{}\n", "[".repeat(40), "]".repeat(40));
        }
        assert!(Tree::read(&deep).unwrap_err().message.contains("too deep"));
    }

    #[test]
    fn a_tree_is_changed_in_its_place() {
        let mut tree = Tree::read("{a: 1, b: [{c: x}], 'd/e': 2}").unwrap();
        assert_eq!(tree.find("#/b/0/c").and_then(Tree::text), Some("x"));
        assert_eq!(tree.find("#/d~1e"), Some(&Tree::Number("2".to_owned())));
        for nothing in ["#/b/1", "#/a/b", "b", "other.yaml#/a"] {
            assert_eq!(tree.find(nothing), None, "{nothing}");
        }
        tree.set("a", "y".into());
        tree.set("z", Tree::Null);
        tree.remove("b");
        assert_eq!(tree.to_json(), r#"{"a":"y","d/e":2,"z":null}"#);
        assert_eq!(Tree::read("").unwrap_err().message, "the document is empty");
    }
}
