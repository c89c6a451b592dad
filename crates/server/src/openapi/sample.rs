//! A value that a schema allows, as far as its examples and types tell; and JSON with
//! line breaks. Both are bounded: a schema may hold itself.

use portreeve_core::policy::openapi::tree::Tree;

use crate::openapi::resolve;

/// The deepest nesting of a value.
const DEEPEST: usize = 8;
/// The most schemas that are looked at for one value.
const MOST: usize = 400;

/// An example for what has `example`, `examples` or a `schema`: a parameter, or a body in
/// one media type. `None` when nothing tells.
pub(super) fn of_content(root: &Tree, content: &Tree) -> Option<Tree> {
    if let Some(example) = content.member("example") {
        return Some(example.clone());
    }
    let first = content.member("examples").and_then(|examples| examples.members().next());
    if let Some(value) = first.and_then(|(_, example)| resolve(root, example).member("value")) {
        return Some(value.clone());
    }
    content.member("schema").map(|schema| of_schema(root, schema))
}

/// What a schema itself proposes: an example, a default, or the only words there are.
pub(super) fn proposed(root: &Tree, schema: &Tree) -> Option<Tree> {
    let schema = resolve(root, schema);
    let first = |name: &str| schema.member(name).and_then(|list| list.items().next());
    let member = |name: &str| schema.member(name);
    member("example")
        .or_else(|| first("examples"))
        .or_else(|| member("default"))
        .or_else(|| member("const"))
        .or_else(|| first("enum"))
        .cloned()
}

/// A value for a schema.
fn of_schema(root: &Tree, schema: &Tree) -> Tree {
    Sampler { root, left: MOST }.value(schema, 0)
}

struct Sampler<'t> {
    root: &'t Tree,
    left: usize,
}

impl<'t> Sampler<'t> {
    fn value(&mut self, schema: &'t Tree, depth: usize) -> Tree {
        if depth > DEEPEST || self.left == 0 {
            return Tree::Null;
        }
        self.left -= 1;
        if let Some(value) = proposed(self.root, schema) {
            return value;
        }
        let schema = resolve(self.root, schema);
        for choice in ["oneOf", "anyOf"] {
            if let Some(first) = schema.member(choice).and_then(|list| list.items().next()) {
                return self.value(first, depth + 1);
            }
        }
        match kind(schema) {
            "object" => self.object(schema, depth),
            "array" => match schema.member("items") {
                Some(items) => Tree::List(vec![self.value(items, depth + 1)]),
                None => Tree::List(Vec::new()),
            },
            "integer" | "number" => {
                schema.member("minimum").cloned().unwrap_or_else(|| Tree::Number("0".to_owned()))
            }
            "boolean" => Tree::Bool(true),
            "null" => Tree::Null,
            _ => text(schema),
        }
    }

    /// What one may send: not what only the server writes.
    fn object(&mut self, schema: &'t Tree, depth: usize) -> Tree {
        let mut object = Tree::object([]);
        for part in schema.member("allOf").into_iter().flat_map(Tree::items) {
            if let Tree::Object(members) = self.value(part, depth + 1) {
                for (name, value) in members {
                    object.set(&name, value);
                }
            }
        }
        for (name, property) in schema.member("properties").into_iter().flat_map(Tree::members) {
            let is_read_only =
                resolve(self.root, property).member("readOnly") == Some(&Tree::Bool(true));
            if !is_read_only {
                let value = self.value(property, depth + 1);
                object.set(name, value);
            }
        }
        object
    }
}

/// The schema's type; the first that is not `null` where there are several.
fn kind(schema: &Tree) -> &str {
    let said = schema.member("type");
    let several = said.into_iter().flat_map(Tree::items).filter_map(Tree::text);
    let one = said.and_then(Tree::text);
    let looks_like = || match schema {
        it if it.member("properties").is_some() || it.member("allOf").is_some() => "object",
        it if it.member("items").is_some() => "array",
        _ => "string",
    };
    one.or_else(|| several.into_iter().find(|kind| *kind != "null")).unwrap_or_else(looks_like)
}

fn text(schema: &Tree) -> Tree {
    let sample = match schema.text_of("format") {
        Some("date-time") => "2026-11-21T08:00:00Z",
        Some("date") => "2026-11-21",
        Some("time") => "08:00:00Z",
        Some("uuid") => "7b0d2c4e-5f1a-4c3b-9d8e-6a1f0e2d3c4b",
        Some("email") => "person@example.com",
        Some("uri" | "url") => "https://www.example.com/",
        Some("ipv4") => "192.0.2.1",
        Some("ipv6") => "2001:db8::1",
        _ => "string",
    };
    sample.into()
}

/// JSON with line breaks, two blanks for each level.
pub(super) fn pretty(value: &Tree) -> String {
    let mut out = String::new();
    write(value, 0, &mut out);
    out
}

/// As deep as the value: a document's depth is bounded.
fn write(value: &Tree, depth: usize, out: &mut String) {
    let line = |depth: usize, out: &mut String| {
        out.push('\n');
        out.extend(std::iter::repeat_n("  ", depth));
    };
    match value {
        Tree::List(items) if !items.is_empty() => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                out.push_str(if at > 0 { "," } else { "" });
                line(depth + 1, out);
                write(item, depth + 1, out);
            }
            line(depth, out);
            out.push(']');
        }
        Tree::Object(members) if !members.is_empty() => {
            out.push('{');
            for (at, (name, value)) in members.iter().enumerate() {
                out.push_str(if at > 0 { "," } else { "" });
                line(depth + 1, out);
                out.push_str(&Tree::from(name.as_str()).to_json());
                out.push_str(": ");
                write(value, depth + 1, out);
            }
            line(depth, out);
            out.push('}');
        }
        other => out.push_str(&other.to_json()),
    }
}
