//! The one security scheme that opens a service here, put in for those of the file that
//! stand for it.

use portreeve_core::policy::openapi::tree::Tree;
use portreeve_core::service::Service;

use crate::openapi::{Words, each_operation, each_path, has_own_grant, resolve};

/// The name of the scheme of whoever has a client.
pub const OAUTH: &str = "oAuth2ClientCredentials";
/// The name of the scheme where a person must let the application in.
pub const BEARER: &str = "accessToken";

/// Puts the scheme in, and lets every operation refer to it.
pub(super) fn put(tree: &mut Tree, service: &Service, issuer: &str, words: Words<'_>) {
    let replaced = replaced(tree);
    let is_own = has_own_grant(&service.dialect);
    let own = if is_own { OAUTH } else { BEARER };
    let told = told(tree, replaced.first());
    let scheme = match is_own {
        true => oauth(service, issuer, told.as_deref().unwrap_or(words.of_clients)),
        false => bearer(service, words.of_people),
    };
    declare(tree, own, scheme, &replaced);
    let rename = |security: &mut Tree| refer(security, own, &replaced);
    if let Some(security) = tree.member_mut("security") {
        rename(security);
    }
    each_path(tree, &mut |item| {
        each_operation(item, &mut |operation| {
            if let Some(security) = operation.member_mut("security") {
                rename(security);
            }
        });
    });
}

/// The names of the schemes that stand for ours: those with client credentials; where
/// there are none, all that a token of ours satisfies.
fn replaced(tree: &Tree) -> Vec<String> {
    let schemes = tree.member("components").and_then(|at| at.member("securitySchemes"));
    let schemes: Vec<(&str, &Tree)> =
        schemes.into_iter().flat_map(Tree::members).map(|(n, at)| (n, resolve(tree, at))).collect();
    let named = |is: &dyn Fn(&Tree) -> bool| -> Vec<String> {
        let fitting = schemes.iter().filter(|(_, scheme)| is(scheme));
        fitting.map(|(name, _)| (*name).to_owned()).collect()
    };
    let of_clients = named(&|scheme| {
        let flows = scheme.member("flows");
        scheme.text_of("type") == Some("oauth2")
            && flows.is_some_and(|flows| flows.member("clientCredentials").is_some())
    });
    if !of_clients.is_empty() {
        return of_clients;
    }
    named(&|scheme| {
        let is_bearer =
            || scheme.text_of("scheme").is_some_and(|it| it.eq_ignore_ascii_case("bearer"));
        match scheme.text_of("type") {
            Some("oauth2" | "openIdConnect") => true,
            Some("http") => is_bearer(),
            _ => false,
        }
    })
}

/// What the file says of the scheme.
fn told(tree: &Tree, name: Option<&String>) -> Option<String> {
    let schemes = tree.member("components")?.member("securitySchemes")?;
    let text = resolve(tree, schemes.member(name?)?).text_of("description")?;
    Some(text.to_owned())
}

fn oauth(service: &Service, issuer: &str, description: &str) -> Tree {
    let path = service.dialect.token.paths.first().map_or("", String::as_str);
    let scopes = service.api.scopes.iter();
    let scopes = scopes.map(|(name, text)| (name.clone(), text.as_str().into())).collect();
    let flow = Tree::object([
        ("tokenUrl", format!("{issuer}{path}").into()),
        ("scopes", Tree::Object(scopes)),
    ]);
    Tree::object([
        ("type", "oauth2".into()),
        ("description", description.into()),
        ("flows", Tree::object([("clientCredentials", flow)])),
    ])
}

/// The scopes cannot be declared here, so they stand in the words.
fn bearer(service: &Service, description: &str) -> Tree {
    let scopes = service.api.scopes.iter();
    let lines: String =
        scopes.map(|(name, text)| format!("\n- `{name}`: {}", text.trim())).collect();
    let description = match lines.is_empty() {
        true => description.to_owned(),
        false => format!("{description}\n{lines}"),
    };
    Tree::object([
        ("type", "http".into()),
        ("scheme", "bearer".into()),
        ("description", description.into()),
    ])
}

/// Where the first of those replaced stood, else as the last.
fn declare(tree: &mut Tree, own: &str, scheme: Tree, replaced: &[String]) {
    if tree.member("components").is_none() {
        tree.set("components", Tree::object([]));
    }
    let Some(components) = tree.member_mut("components") else { return };
    if components.member("securitySchemes").is_none() {
        components.set("securitySchemes", Tree::object([]));
    }
    let Some(Tree::Object(schemes)) = components.member_mut("securitySchemes") else { return };
    let is_gone = |name: &str| name == own || replaced.iter().any(|other| other == name);
    let at = schemes.iter().position(|(name, _)| is_gone(name)).unwrap_or(schemes.len());
    schemes.retain(|(name, _)| !is_gone(name));
    schemes.insert(at.min(schemes.len()), (own.to_owned(), scheme));
}

/// Lets every alternative refer to our scheme, the scopes of several put together.
fn refer(security: &mut Tree, own: &str, replaced: &[String]) {
    let Tree::List(alternatives) = security else { return };
    for alternative in alternatives {
        let Tree::Object(members) = alternative else { continue };
        let mut scopes: Option<Vec<Tree>> = None;
        let mut at = 0;
        let mut kept = Vec::with_capacity(members.len());
        for (name, asked) in std::mem::take(members) {
            if name != own && !replaced.contains(&name) {
                kept.push((name, asked));
                continue;
            }
            if scopes.is_none() {
                at = kept.len();
            }
            let all = scopes.get_or_insert_default();
            for scope in
                asked.items().filter(|scope| !all.contains(scope)).cloned().collect::<Vec<_>>()
            {
                all.push(scope);
            }
        }
        if let Some(scopes) = scopes {
            kept.insert(at, (own.to_owned(), Tree::List(scopes)));
        }
        *members = kept;
    }
}
