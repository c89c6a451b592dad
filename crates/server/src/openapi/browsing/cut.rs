//! Leaves out what would be written out again and again: a reference between schemas that
//! closes a circle, one to a schema that is large already, and whatever is too much.

use std::collections::{HashMap, HashSet};

use portreeve_core::policy::openapi::tree::Tree;

/// A schema that comes to more values than this, all of it written out, is written out
/// where an operation names it, not inside other schemas.
const LARGE: usize = 400;
/// The most values that are written out inside one schema.
const MOST: usize = 4_000;
const SCHEMAS: &str = "#/components/schemas/";

/// Replaces such references by the schema's title and the words `elsewhere`.
pub(super) fn cut(tree: &mut Tree, elsewhere: &str) {
    let schemas = tree.member_mut("components").and_then(|it| it.member_mut("schemas"));
    let Some(Tree::Object(schemas)) = schemas else { return };
    let cuts = Graph::of(schemas).cuts();
    for (at, (_, schema)) in schemas.iter_mut().enumerate() {
        let mut place = 0;
        each_reference(schema, false, &mut |reference, name| {
            if cuts.contains(&(at, place)) {
                *reference = Tree::object([
                    ("type", "object".into()),
                    ("title", name.into()),
                    ("description", elsewhere.into()),
                ]);
            }
            place += 1;
        });
    }
}

/// Which schema names which, and how many values each has of its own.
struct Graph {
    sizes: Vec<usize>,
    /// In the order of the document; `None` for a name that is no schema's.
    references: Vec<Vec<Option<usize>>>,
}

/// A schema whose references are being followed.
struct Step {
    schema: usize,
    /// The next of its references.
    next: usize,
}

impl Graph {
    fn of(schemas: &mut [(String, Tree)]) -> Self {
        let names = schemas.iter().enumerate().map(|(at, (name, _))| (name.clone(), at));
        let names: HashMap<String, usize> = names.collect();
        let (mut sizes, mut references) = (Vec::new(), Vec::new());
        for (_, schema) in schemas {
            let mut named = Vec::new();
            each_reference(schema, false, &mut |_, name| named.push(names.get(name).copied()));
            sizes.push(size(schema));
            references.push(named);
        }
        Self { sizes, references }
    }

    /// The references that are left out: a schema's number, and which of its references.
    /// Depth first, without recursion: a chain may be as long as the document.
    fn cuts(&self) -> HashSet<(usize, usize)> {
        let mut cuts = HashSet::new();
        let mut open = vec![false; self.sizes.len()];
        // What a schema comes to, written out; `None` until that is known.
        let mut whole: Vec<Option<usize>> = vec![None; self.sizes.len()];
        for first in 0..self.sizes.len() {
            let mut path = vec![Step { schema: first, next: 0 }];
            while let Some(step) = path.last_mut() {
                let (from, place) = (step.schema, step.next);
                if whole.get(from).copied().flatten().is_some() {
                    path.pop();
                    continue;
                }
                mark(&mut open, from, true);
                let Some(to) = self.references.get(from).and_then(|all| all.get(place)) else {
                    let total = self.written_out(from, &whole, &mut cuts);
                    mark(&mut whole, from, Some(total));
                    mark(&mut open, from, false);
                    path.pop();
                    continue;
                };
                step.next += 1;
                let Some(to) = *to else { continue };
                if open.get(to).copied().unwrap_or_default() {
                    cuts.insert((from, place));
                } else {
                    path.push(Step { schema: to, next: 0 });
                }
            }
        }
        cuts
    }

    /// What a schema comes to when those that it names are known. What is too much is cut.
    fn written_out(
        &self,
        from: usize,
        whole: &[Option<usize>],
        cuts: &mut HashSet<(usize, usize)>,
    ) -> usize {
        let own = self.sizes.get(from).copied().unwrap_or_default();
        let mut inside = 0;
        for (place, to) in self.references.get(from).into_iter().flatten().enumerate() {
            let Some(to) = *to else { continue };
            let more = whole.get(to).copied().flatten().unwrap_or_default();
            if cuts.contains(&(from, place)) {
                continue;
            }
            if more > LARGE || inside + more > MOST {
                cuts.insert((from, place));
            } else {
                inside += more;
            }
        }
        own + inside
    }
}

fn mark<T>(all: &mut [T], at: usize, value: T) {
    if let Some(place) = all.get_mut(at) {
        *place = value;
    }
}

/// The values in a tree, itself included.
fn size(tree: &Tree) -> usize {
    let below = tree.members().map(|(_, value)| value).chain(tree.items());
    1 + below.map(size).sum::<usize>()
}

/// Does something with every reference to a schema, and its name; `is_map` where members
/// are names that somebody chose and not keywords. As deep as the document.
fn each_reference(at: &mut Tree, is_map: bool, change: &mut dyn FnMut(&mut Tree, &str)) {
    let named = at.text_of("$ref").and_then(|it| it.strip_prefix(SCHEMAS)).map(ToOwned::to_owned);
    if let Some(name) = named.filter(|_| !is_map) {
        change(at, &name);
        return;
    }
    match at {
        Tree::Object(members) => {
            for (name, value) in members.iter_mut().filter(|(name, _)| is_map || !is_data(name)) {
                let has_names = matches!(
                    &**name,
                    "properties" | "patternProperties" | "dependentSchemas" | "$defs"
                );
                each_reference(value, !is_map && has_names, change);
            }
        }
        Tree::List(items) => {
            for item in items {
                each_reference(item, false, change);
            }
        }
        _ => {}
    }
}

/// Keywords of a schema whose value is an example or a vendor's own: it may look like a
/// schema, and is none.
fn is_data(keyword: &str) -> bool {
    matches!(keyword, "example" | "examples" | "default" | "enum" | "const")
        || keyword.starts_with("x-")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut_of(schemas: &str) -> Tree {
        let mut tree = Tree::read(&format!("components:\n  schemas:\n{schemas}")).unwrap();
        cut(&mut tree, "elsewhere");
        tree
    }

    fn is_cut(tree: &Tree, reference: &str) -> bool {
        let found = tree.find(reference).unwrap();
        found.text_of("description") == Some("elsewhere")
    }

    #[test]
    fn a_circle_is_opened_where_it_closes() {
        let tree = cut_of(
            "    A: {properties: {b: {$ref: '#/components/schemas/B'}}}\n\
             \x20   B: {properties: {a: {$ref: '#/components/schemas/A'}, own: {type: array, \
             items: {$ref: '#/components/schemas/B'}}}}\n",
        );
        let of = |path: &str| is_cut(&tree, &format!("#/components/schemas/{path}"));
        assert!(!of("A/properties/b"));
        assert!(of("B/properties/a"));
        assert!(of("B/properties/own/items"));
        let told = tree.find("#/components/schemas/B/properties/a").unwrap();
        assert_eq!(told.to_json(), r#"{"type":"object","title":"A","description":"elsewhere"}"#);
    }

    #[test]
    fn data_and_names_are_no_references() {
        let text = "    A: {example: {$ref: '#/components/schemas/A'}, properties: {$ref: \
                    {type: string}, default: {$ref: '#/components/schemas/A'}}}\n";
        let tree = cut_of(text);
        assert!(!is_cut(&tree, "#/components/schemas/A/example"));
        assert!(is_cut(&tree, "#/components/schemas/A/properties/default"));
        assert!(tree.find("#/components/schemas/A/properties/$ref/type").is_some());
    }

    #[test]
    fn schemas_that_all_have_each_other_stay_small() {
        let mut text = String::new();
        for number in 0..200 {
            text += &format!("    S{number}: {{properties: {{name: {{type: string}}");
            for step in [1, 7, 31] {
                let other = (number + step) % 200;
                text += &format!(", p{step}: {{$ref: '#/components/schemas/S{other}'}}");
            }
            text += "}}\n";
        }
        let tree = cut_of(&text);
        for number in 0..200 {
            let count = written_out(&tree, &format!("#/components/schemas/S{number}"));
            assert!(count <= MOST + 100, "S{number}: {count}");
        }
    }

    fn written_out(tree: &Tree, reference: &str) -> usize {
        let mut schema = tree.find(reference).unwrap().clone();
        let mut named = Vec::new();
        each_reference(&mut schema, false, &mut |_, name| named.push(name.to_owned()));
        let inside = named.iter().map(|name| written_out(tree, &format!("{SCHEMAS}{name}")));
        size(&schema) + inside.sum::<usize>()
    }

    #[test]
    fn a_long_chain_needs_no_stack() {
        let mut text = String::new();
        for number in 0..50_000 {
            let next = number + 1;
            text +=
                &format!("    S{number}: {{items: {{$ref: '#/components/schemas/S{next}'}}}}\n");
        }
        let tree = cut_of(&text);
        assert!(!is_cut(&tree, "#/components/schemas/S49990/items"));
    }
}
