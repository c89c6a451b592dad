//! A Postman collection (format 2.1) of a document: a request that gets a token and keeps
//! it, and a request for each operation, in folders by tag. The same document gives the
//! same collection, ids included.

mod needed;
mod request;
mod token;

pub use needed::Needed;
pub(super) use needed::needed;

use aws_lc_rs::digest::{SHA256, digest};
use portreeve_core::dialect::example::{Carrier, Example};
use portreeve_core::policy::openapi::tree::Tree;
use portreeve_core::service::Service;

use crate::openapi::{METHODS, ORGANIZATION, has_own_grant, resolve};

/// The most operations in a collection: more is no list that anybody looks through.
const MOST: usize = 2000;

/// An operation of a document.
#[derive(Clone, Copy)]
struct Operation<'t> {
    /// `GET`.
    method: &'t str,
    /// `/v1/ships/{imo}`.
    path: &'t str,
    item: &'t Tree,
    tree: &'t Tree,
}

/// What every request of a collection shares.
struct Around<'t> {
    root: &'t Tree,
    service: &'t Service,
}

/// The collection.
pub(super) fn collection(tree: &Tree, service: &Service, base: &str, asks: &Example) -> Tree {
    let operations = operations(tree);
    let around = Around { root: tree, service };
    let shown = operations.iter().take(MOST).copied();
    let mut items = vec![token::request(asks, service)];
    items.extend(folders(&around, shown));
    let info = tree.member("info");
    let told = |name: &str| info.and_then(|info| info.text_of(name)).unwrap_or_default();
    Tree::object([
        (
            "info",
            Tree::object([
                ("_postman_id", id(service, "").into()),
                ("name", format!("{} {}", told("title"), told("version")).trim().into()),
                ("description", description(told("description"), operations.len()).into()),
                (
                    "schema",
                    "https://schema.getpostman.com/json/collection/v2.1.0/collection.json".into(),
                ),
            ]),
        ),
        ("item", Tree::List(items)),
        ("auth", auth(&asks.carrier)),
        ("variable", variables(service, base, asks)),
    ])
}

fn description(text: &str, operations: usize) -> String {
    let how = "Fill in the variables of this collection, send **Get a token**, and then any other \
               request: it carries the token that came.";
    let most = match operations > MOST {
        true => format!("\n\nThe first {MOST} of {operations} operations are here."),
        false => String::new(),
    };
    format!("{how}{most}\n\n{}", text.trim()).trim().to_owned()
}

fn operations(root: &Tree) -> Vec<Operation<'_>> {
    let paths = root.member("paths").into_iter().flat_map(Tree::members);
    let of_path = |(path, item)| {
        let item = resolve(root, item);
        let known = METHODS.iter().filter_map(move |method| Some((*method, item.member(method)?)));
        known.map(move |(method, tree)| Operation { method, path, item, tree })
    };
    paths.flat_map(of_path).collect()
}

/// A folder for each tag: the document's own in its order, then others as they come.
/// What has no tag stands behind them.
fn folders<'t>(around: &Around<'t>, operations: impl Iterator<Item = Operation<'t>>) -> Vec<Tree> {
    let mut folders: Vec<(&str, &str, Vec<Tree>)> = Vec::new();
    for tag in around.root.member("tags").into_iter().flat_map(Tree::items) {
        if let Some(name) = tag.text_of("name") {
            folders.push((name, tag.text_of("description").unwrap_or_default(), Vec::new()));
        }
    }
    let mut loose = Vec::new();
    for operation in operations {
        let request = request::request(around, &operation);
        let tags = operation.tree.member("tags").into_iter().flat_map(Tree::items);
        let Some(tag) = tags.filter_map(Tree::text).next() else {
            loose.push(request);
            continue;
        };
        match folders.iter_mut().find(|(name, ..)| *name == tag) {
            Some((_, _, requests)) => requests.push(request),
            None => folders.push((tag, "", vec![request])),
        }
    }
    let full = folders.into_iter().filter(|(_, _, requests)| !requests.is_empty());
    let folder = |(name, description, requests): (&str, &str, Vec<Tree>)| {
        Tree::object([
            ("id", id(around.service, &format!("folder {name}")).into()),
            ("name", name.into()),
            ("description", description.into()),
            ("item", Tree::List(requests)),
        ])
    };
    full.map(folder).chain(loose).collect()
}

/// How every request carries the token.
fn auth(carrier: &Carrier) -> Tree {
    let pair = |key: &str, value: String| {
        Tree::object([("key", key.into()), ("value", value.into()), ("type", "string".into())])
    };
    let own = |place: &str, name: &str, value: String| {
        let list =
            vec![pair("key", name.to_owned()), pair("value", value), pair("in", place.to_owned())];
        Tree::object([("type", "apikey".into()), ("apikey", Tree::List(list))])
    };
    const TOKEN: &str = "{{access_token}}";
    match carrier {
        Carrier::Header { name, before, behind }
            if name.eq_ignore_ascii_case("authorization")
                && before == "Bearer "
                && behind.is_empty() =>
        {
            let list = Tree::List(vec![pair("token", TOKEN.to_owned())]);
            Tree::object([("type", "bearer".into()), ("bearer", list)])
        }
        Carrier::Header { name, before, behind } => {
            own("header", name, format!("{before}{TOKEN}{behind}"))
        }
        Carrier::Query(name) => own("query", name, TOKEN.to_owned()),
    }
}

fn variables(service: &Service, base: &str, asks: &Example) -> Tree {
    let variable = |key: &str, value: &str| {
        Tree::object([("key", key.into()), ("value", value.into()), ("type", "string".into())])
    };
    let scopes: Vec<&str> = service.api.scopes.iter().map(|(name, _)| name.as_str()).collect();
    let separator = asks.separator.unwrap_or(' ').to_string();
    let mut list = vec![variable("base_url", base), variable("issuer", &asks.issuer)];
    if has_own_grant(&service.dialect) {
        list.push(variable("client_id", ""));
        list.push(variable("client_secret", ""));
        list.push(variable("scope", &scopes.join(&separator)));
    } else {
        list.push(variable("refresh_token", ""));
        if asks.content().is_some_and(|(_, body)| has_organization(&body)) {
            list.push(variable("organization", ""));
        }
    }
    list.push(variable("access_token", ""));
    Tree::List(list)
}

fn has_organization(body: &[u8]) -> bool {
    std::str::from_utf8(body).is_ok_and(|text| text.contains(ORGANIZATION))
}

/// An id in the form of a UUID of version 8 (RFC 9562 §5.8), made of what it is for.
fn id(service: &Service, what: &str) -> String {
    let hash = digest(&SHA256, format!("{}\n{what}", service.name).as_bytes());
    let hex: String = hash.as_ref().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    format!("{}-{}-8{}-8{}-{}", part(0, 8), part(8, 12), part(13, 16), part(17, 20), part(20, 32))
}
