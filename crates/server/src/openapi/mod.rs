//! A service's OpenAPI document, made ready for people: the file's own, with the address
//! under which it is reached here and the way in which its tokens are asked for; and a
//! Postman collection of it.
//!
//! What the gate enforces is not read here: see `portreeve_core::policy::openapi`.

mod browsing;
mod file;
mod postman;
mod sample;
mod scheme;
#[cfg(test)]
mod tests;

use portreeve_core::dialect::Dialect;
use portreeve_core::dialect::example::{self, Example, Known};
use portreeve_core::oauth::grant_type::GrantType;
use portreeve_core::oauth::scope::ScopeSet;
use portreeve_core::policy::openapi::Fault;
use portreeve_core::policy::openapi::tree::Tree;
use portreeve_core::service::Service;

pub use file::File;
pub use postman::Needed;
pub use scheme::{BEARER, OAUTH};

/// The words of a document that are ours.
#[derive(Clone, Copy, Debug)]
pub struct Words<'a> {
    /// How a token is got for whoever has a client.
    pub of_clients: &'a str,
    /// How a token is got where a person must let the application in.
    pub of_people: &'a str,
    /// That a schema is not written out once more.
    pub elsewhere: &'a str,
}

/// A document and its collection, as they are sent.
#[derive(Debug)]
pub struct Published {
    /// The document, as JSON.
    pub document: File,
    /// A lighter copy for the page on which operations are tried, as JSON.
    pub browsed: File,
    /// The file itself: YAML, or JSON, which is YAML too.
    pub original: File,
    /// The Postman collection, as JSON.
    pub collection: File,
}

/// Makes a service's document ready. `text` is that of the file, `issuer` has no slash
/// at its end.
///
/// # Errors
/// The [`Fault`] that ended the reading; none for a document that the gate has read.
pub fn publish(
    service: &Service,
    text: &str,
    issuer: &str,
    words: Words<'_>,
) -> Result<Published, Fault> {
    let mut tree = Tree::read(text)?;
    let base = format!("{issuer}{}", service.path);
    settle(&mut tree, service, &base);
    scheme::put(&mut tree, service, issuer, words);
    let asks = asking(&service.dialect, issuer, service.audience.as_str());
    let collection = postman::collection(&tree, service, &base, &asks);
    let browsed = browsing::copy(&tree, words.elsewhere);
    Ok(Published {
        browsed: File::new(browsed.to_json()),
        document: File::new(tree.to_json()),
        original: File::new(text.to_owned()),
        collection: File::new(collection.to_json()),
    })
}

/// What a call of this operation must say beside its token, with the document's examples.
/// `text` is that of the file; of one that cannot be read nothing is known.
pub fn needed(text: &str, method: &str, path: &str) -> Vec<Needed> {
    Tree::read(text).map(|root| postman::needed(&root, method, path)).unwrap_or_default()
}

/// True where whoever has a client can ask for a token by itself.
pub fn has_own_grant(dialect: &Dialect) -> bool {
    dialect.token.grants.iter().any(|row| row.is == GrantType::ClientCredentials)
}

/// The token request of a dialect with [`CLIENT_ID`] and so on where the values go.
pub fn asking(dialect: &Dialect, issuer: &str, audience: &str) -> Example {
    let scopes = ScopeSet::parse(SCOPE).unwrap_or_default();
    let known = Known {
        issuer,
        client_id: CLIENT_ID,
        client_secret: CLIENT_SECRET,
        scopes: &scopes,
        audience: Some(audience),
        organization: Some(ORGANIZATION),
    };
    example::example(dialect, &known)
}

/// Stands where the client's id goes; so do the next ones for theirs.
pub const CLIENT_ID: &str = "{{client_id}}";
/// The client's secret.
pub const CLIENT_SECRET: &str = "{{client_secret}}";
/// The scopes.
pub const SCOPE: &str = "{{scope}}";
/// The organization.
pub const ORGANIZATION: &str = "{{organization}}";

/// The address is ours alone: another one in the file would lead around the gate. (That
/// no path and no operation has its own was seen when the gate read the document.)
fn settle(tree: &mut Tree, service: &Service, base: &str) {
    for name in ["title", "version"] {
        let text = if name == "title" { &service.api.title } else { &service.api.version };
        // Without quotes a version is a number, and 1.10 would be 1.1.
        if let Some(info) = tree.member_mut("info") {
            info.set(name, text.as_str().into());
        }
    }
    tree.set("servers", Tree::List(vec![Tree::object([("url", base.into())])]));
}

/// Does something with every path and every reusable one.
fn each_path(tree: &mut Tree, change: &mut dyn FnMut(&mut Tree)) {
    let mut among = |paths: Option<&mut Tree>| {
        if let Some(Tree::Object(paths)) = paths {
            for (_, item) in paths {
                change(item);
            }
        }
    };
    among(tree.member_mut("paths"));
    among(tree.member_mut("components").and_then(|components| components.member_mut("pathItems")));
}

/// The operations of a path, as they are called in a document (OpenAPI 3.1 §4.8.9).
const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

fn each_operation(item: &mut Tree, change: &mut dyn FnMut(&mut Tree)) {
    for method in METHODS {
        if let Some(operation) = item.member_mut(method) {
            change(operation);
        }
    }
}

/// What a `$ref` leads to, through some others at most.
fn resolve<'t>(root: &'t Tree, at: &'t Tree) -> &'t Tree {
    const MOST_STEPS: usize = 16;
    let mut here = at;
    for _ in 0..MOST_STEPS {
        let Some(next) = here.text_of("$ref").and_then(|reference| root.find(reference)) else {
            break;
        };
        here = next;
    }
    here
}
