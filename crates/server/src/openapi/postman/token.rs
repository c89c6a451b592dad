//! The request that gets a token, as the service's dialect has it.

use portreeve_core::dialect::example::{Content, Example, REFRESH_TOKEN};
use portreeve_core::policy::openapi::tree::Tree;
use portreeve_core::service::Service;

use crate::openapi::postman::{id, request};
use crate::openapi::sample::pretty;
use crate::openapi::{CLIENT_ID, CLIENT_SECRET};

/// The request. Its test keeps the token for the others.
pub(super) fn request(asks: &Example, service: &Service) -> Tree {
    let header = |(name, value): &(String, String)| pair(name, &filled(value));
    let mut members = Tree::object([
        ("method", asks.method.into()),
        ("header", Tree::List(asks.headers.iter().map(header).collect())),
        ("url", url(asks)),
        ("auth", auth(asks)),
    ]);
    match &asks.body {
        Some(Content::Form(pairs)) => {
            let list = pairs.iter().map(|(name, value)| pair(name, &filled(value))).collect();
            let body = [("mode", "urlencoded".into()), ("urlencoded", Tree::List(list))];
            members.set("body", Tree::object(body));
        }
        Some(Content::Json(_)) => {
            let (_, text) = asks.content().unwrap_or_default();
            let text = String::from_utf8(text).unwrap_or_default();
            let tree = Tree::read(&text).unwrap_or(Tree::Null);
            members.set("body", request::raw(&filled(&pretty(&tree)), "json"));
            if let Some(Tree::List(headers)) = members.member_mut("header") {
                headers.push(pair("Content-Type", "application/json"));
            }
        }
        None => {}
    }
    let script = script(asks).into_iter().map(Tree::from).collect();
    let test = Tree::object([
        ("listen", "test".into()),
        (
            "script",
            Tree::object([("type", "text/javascript".into()), ("exec", Tree::List(script))]),
        ),
    ]);
    Tree::object([
        ("id", id(service, "token").into()),
        ("name", "Get a token".into()),
        ("event", Tree::List(vec![test])),
        ("request", members),
    ])
}

/// Id and secret as they are: what is issued has nothing in it that Basic would encode.
fn auth(asks: &Example) -> Tree {
    if asks.basic.is_none() {
        return Tree::object([("type", "noauth".into())]);
    }
    let list = vec![typed("username", CLIENT_ID), typed("password", CLIENT_SECRET)];
    Tree::object([("type", "basic".into()), ("basic", Tree::List(list))])
}

fn url(asks: &Example) -> Tree {
    let path: Vec<Tree> = asks.path.split('/').skip(1).map(Tree::from).collect();
    let query: Vec<Tree> =
        asks.query.iter().map(|(name, value)| pair(name, &filled(value))).collect();
    let pairs: Vec<String> =
        asks.query.iter().map(|(name, value)| format!("{name}={}", filled(value))).collect();
    let mark = if pairs.is_empty() { "" } else { "?" };
    let raw = format!("{{{{issuer}}}}{}{mark}{}", asks.path, pairs.join("&"));
    let mut url = Tree::object([
        ("raw", raw.into()),
        ("host", Tree::List(vec!["{{issuer}}".into()])),
        ("path", Tree::List(path)),
    ]);
    if !query.is_empty() {
        url.set("query", Tree::List(query));
    }
    url
}

fn script(asks: &Example) -> Vec<String> {
    let mut lines = vec!["const reply = pm.response.json();".to_owned()];
    let path = asks.reply.access_token.iter().flatten();
    // `?.`: a refusal is told as one, not as a fault of this script.
    let steps: String =
        path.map(|name| format!("?.[{}]", Tree::from(name.as_str()).to_json())).collect();
    lines.push(format!("const token = reply{steps};"));
    lines.push("pm.test(\"a token came\", () => {".to_owned());
    lines.push(
        "  pm.expect(token, pm.response.text()).to.be.a(\"string\").and.not.empty;".to_owned(),
    );
    lines.push("});".to_owned());
    lines.push("pm.collectionVariables.set(\"access_token\", token ?? \"\");".to_owned());
    lines
}

fn filled(text: &str) -> String {
    text.replace(REFRESH_TOKEN, "{{refresh_token}}")
}

fn pair(key: &str, value: &str) -> Tree {
    Tree::object([("key", key.into()), ("value", value.into())])
}

fn typed(key: &str, value: &str) -> Tree {
    Tree::object([("key", key.into()), ("value", value.into()), ("type", "string".into())])
}
