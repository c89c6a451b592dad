//! The request of one operation.

use portreeve_core::policy::openapi::tree::Tree;

use crate::openapi::postman::{Around, Operation, id};
use crate::openapi::resolve;
use crate::openapi::sample::{of_content, pretty, proposed};

/// A parameter with its references followed.
pub(super) struct Parameter<'t> {
    pub(super) name: &'t str,
    pub(super) place: &'t str,
    tree: &'t Tree,
}

/// The request.
pub(super) fn request(around: &Around<'_>, operation: &Operation<'_>) -> Tree {
    let method = operation.method.to_ascii_uppercase();
    let called = format!("{method} {}", operation.path);
    let told = |name: &str| operation.tree.text_of(name).unwrap_or_default();
    let name =
        [told("summary"), told("operationId"), &called].into_iter().find(|it| !it.is_empty());
    let parameters = parameters(around.root, operation);
    let mut headers = headers(around.root, &parameters);
    let body = body(around.root, operation.tree, &mut headers);
    let mut members = Tree::object([
        ("method", method.as_str().into()),
        ("header", Tree::List(headers)),
        ("url", url(around.root, operation.path, &parameters)),
        ("description", told("description").trim().into()),
    ]);
    if let Some(body) = body {
        members.set("body", body);
    }
    if is_public(around.root, operation.tree) {
        members.set("auth", Tree::object([("type", "noauth".into())]));
    }
    Tree::object([
        ("id", id(around.service, &called).into()),
        ("name", name.unwrap_or(&called).into()),
        ("request", members),
    ])
}

/// A body of text in this language.
pub(super) fn raw(text: &str, language: &str) -> Tree {
    let options = Tree::object([("raw", Tree::object([("language", language.into())]))]);
    Tree::object([("mode", "raw".into()), ("raw", text.into()), ("options", options)])
}

/// Those of the path and those of the operation, which come before (OpenAPI 3.1 §4.8.10).
pub(super) fn parameters<'t>(root: &'t Tree, operation: &Operation<'t>) -> Vec<Parameter<'t>> {
    let lists = [operation.item, operation.tree].map(|at| at.member("parameters"));
    let mut found: Vec<Parameter<'t>> = Vec::new();
    for tree in lists.into_iter().flatten().flat_map(Tree::items) {
        let tree = resolve(root, tree);
        let (Some(name), Some(place)) = (tree.text_of("name"), tree.text_of("in")) else {
            continue;
        };
        found.retain(|known| (known.name, known.place) != (name, place));
        found.push(Parameter { name, place, tree });
    }
    found
}

impl Parameter<'_> {
    pub(super) fn is_required(&self) -> bool {
        self.tree.member("required") == Some(&Tree::Bool(true))
    }

    /// Its examples; several of a list. None when nothing tells.
    pub(super) fn values(&self, root: &Tree) -> Vec<String> {
        let own = of_content(root, &without_schema(self.tree));
        let schema = self.tree.member("schema");
        let value = own.or_else(|| schema.and_then(|schema| proposed(root, schema)));
        match value {
            Some(Tree::List(items)) => items.iter().map(written).collect(),
            Some(value) => vec![written(&value)],
            None => Vec::new(),
        }
    }

    fn pair(&self, key: &str, value: &str) -> Tree {
        let mut pair = Tree::object([("key", key.into()), ("value", value.into())]);
        let told = self.tree.text_of("description").unwrap_or_default().trim();
        if !told.is_empty() {
            pair.set("description", told.into());
        }
        pair
    }
}

/// An example of a parameter is one; a schema's mere type makes none.
fn without_schema(tree: &Tree) -> Tree {
    let mut tree = tree.clone();
    tree.remove("schema");
    tree
}

fn written(value: &Tree) -> String {
    match value {
        Tree::Text(text) => text.clone(),
        Tree::Null => String::new(),
        other => other.to_json(),
    }
}

fn url(root: &Tree, path: &str, parameters: &[Parameter<'_>]) -> Tree {
    let (mut steps, mut variables) = (Vec::new(), Vec::new());
    for step in path.split('/').skip(1) {
        let name = step.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
        let Some(name) = name.filter(|name| !name.contains(['{', '}'])) else {
            steps.push(Tree::from(partly(root, step, parameters)));
            continue;
        };
        steps.push(format!(":{name}").into());
        let own = parameters.iter().find(|it| it.place == "path" && it.name == name);
        let value = own.and_then(|own| own.values(root).into_iter().next()).unwrap_or_default();
        variables.push(match own {
            Some(own) => own.pair(name, &value),
            None => Tree::object([("key", name.into()), ("value", value.into())]),
        });
    }
    let query = query(root, parameters);
    let texts: Vec<&str> = steps.iter().filter_map(Tree::text).collect();
    let raw = format!("{{{{base_url}}}}/{}{}", texts.join("/"), shown(&query));
    let mut url = Tree::object([
        ("raw", raw.into()),
        ("host", Tree::List(vec!["{{base_url}}".into()])),
        ("path", Tree::List(steps)),
    ]);
    for (name, list) in [("query", query), ("variable", variables)] {
        if !list.is_empty() {
            url.set(name, Tree::List(list));
        }
    }
    url
}

/// A step with a parameter in only a part of it has the examples in it: Postman knows
/// whole steps only.
fn partly(root: &Tree, step: &str, parameters: &[Parameter<'_>]) -> String {
    let mut out = step.to_owned();
    for parameter in parameters.iter().filter(|it| it.place == "path") {
        if let Some(value) = parameter.values(root).first() {
            out = out.replace(&format!("{{{}}}", parameter.name), value);
        }
    }
    out
}

/// What may be left out is there, switched off.
fn query(root: &Tree, parameters: &[Parameter<'_>]) -> Vec<Tree> {
    let mut list = Vec::new();
    for parameter in parameters.iter().filter(|it| it.place == "query") {
        let mut values = parameter.values(root);
        let is_joined = parameter.tree.member("explode") == Some(&Tree::Bool(false));
        if values.is_empty() || is_joined {
            values = vec![values.join(",")];
        }
        for value in values {
            let mut pair = parameter.pair(parameter.name, &value);
            if !parameter.is_required() {
                pair.set("disabled", Tree::Bool(true));
            }
            list.push(pair);
        }
    }
    list
}

/// The query as it is sent: without what is switched off.
fn shown(query: &[Tree]) -> String {
    let on = query.iter().filter(|pair| pair.member("disabled").is_none());
    let text = |pair: &Tree, name: &str| pair.text_of(name).unwrap_or_default().to_owned();
    let pairs: Vec<String> =
        on.map(|pair| format!("{}={}", text(pair, "key"), text(pair, "value"))).collect();
    if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) }
}

/// Headers of the operation's own (OpenAPI 3.1 §4.8.12: these three are none).
fn headers(root: &Tree, parameters: &[Parameter<'_>]) -> Vec<Tree> {
    let is_own =
        |name: &str| !["accept", "content-type", "authorization"].contains(&&*name.to_lowercase());
    let own = parameters.iter().filter(|it| it.place == "header" && is_own(it.name));
    own.map(|parameter| {
        let value = parameter.values(root).into_iter().next().unwrap_or_default();
        let mut pair = parameter.pair(parameter.name, &value);
        if !parameter.is_required() {
            pair.set("disabled", Tree::Bool(true));
        }
        pair
    })
    .collect()
}

/// The body in the media type that is easiest to write by hand.
fn body(root: &Tree, operation: &Tree, headers: &mut Vec<Tree>) -> Option<Tree> {
    let content = resolve(root, operation.member("requestBody")?).member("content")?;
    let kinds: Vec<(&str, &Tree)> = content.members().collect();
    let essence = |kind: &str| kind.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
    let is_json =
        |kind: &str| essence(kind) == "application/json" || essence(kind).ends_with("+json");
    let found = |is: &dyn Fn(&str) -> bool| kinds.iter().find(|(kind, _)| is(kind)).copied();
    let (kind, media) = found(&is_json)
        .or_else(|| found(&|kind| essence(kind) == "application/x-www-form-urlencoded"))
        .or_else(|| kinds.first().copied())?;
    let value = of_content(root, media).unwrap_or(Tree::Null);
    let pairs = |mode: &'static str| {
        let pair = |(name, value): (&str, &Tree)| {
            Tree::object([("key", name.into()), ("value", written(value).into())])
        };
        let list = Tree::List(value.members().map(pair).collect());
        Tree::object([("mode", mode.into()), (mode, list)])
    };
    match essence(kind).as_str() {
        // Postman writes these types itself, with the boundary that it chose.
        "application/x-www-form-urlencoded" => return Some(pairs("urlencoded")),
        "multipart/form-data" => return Some(pairs("formdata")),
        _ => {}
    }
    headers.push(Tree::object([("key", "Content-Type".into()), ("value", kind.into())]));
    Some(match (is_json(kind), &value) {
        (false, Tree::Text(text)) => raw(text, "text"),
        _ => raw(&pretty(&value), "json"),
    })
}

/// True when nobody asks for a token there: an empty list, or an empty alternative.
fn is_public(root: &Tree, operation: &Tree) -> bool {
    let Some(security) = operation.member("security").or_else(|| root.member("security")) else {
        return false;
    };
    let mut alternatives = security.items().peekable();
    alternatives.peek().is_none() || alternatives.any(|one| one.members().next().is_none())
}
