use std::sync::Arc;

use portreeve_core::dialect::builtin;
use portreeve_core::dialect::compile::compile;
use portreeve_core::policy::openapi;
use portreeve_core::token::record::Audience;

use super::*;

const ISSUER: &str = "https://id.example.com";
const WORDS: Words<'_> =
    Words { of_clients: "Of clients.", of_people: "Of people.", elsewhere: "Elsewhere." };

fn service(dialect: &str, text: &str) -> Service {
    let (_, file) = builtin::FILES.iter().find(|(name, _)| *name == dialect).unwrap();
    Service {
        name: "vessel".to_owned(),
        title: "Vessel".to_owned(),
        path: "/api/vessel".to_owned(),
        audience: Audience::new("https://api.example.com"),
        dialect: Arc::new(compile(file).unwrap()),
        is_own: false,
        api: openapi::read(text).unwrap(),
    }
}

fn published(dialect: &str, text: &str) -> (Tree, Tree) {
    let done = publish(&service(dialect, text), text, ISSUER, WORDS).unwrap();
    (read(&done.document), read(&done.collection))
}

fn read(file: &File) -> Tree {
    Tree::read(std::str::from_utf8(&file.text).unwrap()).unwrap()
}

const VESSEL: &str = include_str!("../../../../demo/vessel.yaml");
const CREW: &str = include_str!("../../../../demo/crew.yaml");
const ADDRESSES: &str = include_str!("../../../../demo/addresses.yaml");
const CLOUDS: &str = include_str!("../../../../demo/clouds.yaml");

fn at<'t>(tree: &'t Tree, pointer: &str) -> &'t Tree {
    tree.find(pointer).unwrap_or_else(|| panic!("{pointer} is not in {}", tree.to_json()))
}

#[test]
fn the_document_is_the_files_with_our_address_and_scheme() {
    let (document, _) = published("dualog", VESSEL);
    assert_eq!(
        at(&document, "#/servers").to_json(),
        r#"[{"url":"https://id.example.com/api/vessel"}]"#
    );
    let flow = at(
        &document,
        "#/components/securitySchemes/oAuth2ClientCredentials/flows/clientCredentials",
    );
    assert_eq!(
        flow.to_json(),
        r#"{"tokenUrl":"https://id.example.com/auth/connect/token","scopes":{"organization_read":"Read organizations and ships"}}"#
    );
    let file = Tree::read(VESSEL).unwrap();
    for same in ["#/info/description", "#/components/schemas", "#/paths", "#/x-organization"] {
        assert_eq!(at(&document, same), at(&file, same), "{same}");
    }
    assert_eq!(at(&document, "#/info/version"), &Tree::from("1.4"));
}

#[test]
fn another_name_of_the_scheme_is_replaced_everywhere() {
    let (document, _) = published("dqe", ADDRESSES);
    let schemes = at(&document, "#/components/securitySchemes");
    assert_eq!(schemes.members().map(|(name, _)| name).collect::<Vec<_>>(), [OAUTH]);
    let security = at(&document, "#/paths/~1/get/security");
    assert_eq!(security.to_json(), r#"[{"oAuth2ClientCredentials":["client_address"]}]"#);
    let url = at(schemes, "#/oAuth2ClientCredentials/flows/clientCredentials/tokenUrl");
    assert_eq!(url, &Tree::from("https://id.example.com/oauth/access_token/"));
}

#[test]
fn tokens_of_a_persons_connection_have_a_scheme_of_their_own() {
    let (document, collection) = published("dotypos", CLOUDS);
    let scheme = at(&document, "#/components/securitySchemes/accessToken");
    assert_eq!(scheme.text_of("scheme"), Some("bearer"));
    let told = scheme.text_of("description").unwrap();
    assert!(told.starts_with("Of people.\n\n- `clouds_read`: "), "{told}");
    assert_eq!(
        at(&document, "#/paths/~1clouds/get/security").to_json(),
        r#"[{"accessToken":["clouds_read"]}]"#
    );
    let names: Vec<_> =
        at(&collection, "#/variable").items().filter_map(|it| it.text_of("key")).collect();
    assert_eq!(names, ["base_url", "issuer", "refresh_token", "organization", "access_token"]);
    let header = at(&collection, "#/item/0/request/header/0/value");
    assert_eq!(header, &Tree::from("User {{refresh_token}}"));
    let body = at(&collection, "#/item/0/request/body/raw");
    assert_eq!(body, &Tree::from("{\n  \"_cloudId\": \"{{organization}}\"\n}"));
}

const MIXED: &str = r##"
openapi: 3.0.3
info: {title: Mixed, version: 1.10, description: "<b>One</b> *thing*. Second"}
servers: [{url: "https://elsewhere.example.com"}]
security: [{a: [x], b: [y, x]}, {key: []}]
paths:
  /files/{name}.{kind}/{id}:
    parameters:
      - {name: name, in: path, required: true, schema: {type: string}, example: plan}
      - {name: kind, in: path, required: true, schema: {type: string, enum: [pdf, txt]}}
      - {name: id, in: path, required: true, schema: {type: integer, default: 7}}
    put:
      security: [{b: [y]}, {c: [x]}]
      tags: [Files]
      parameters:
        - {name: list, in: query, required: true, schema: {type: array}, example: [1, two]}
        - {name: off, in: query, schema: {type: string}}
        - {name: X-Trace, in: header, required: true, schema: {type: string}, example: t}
        - {name: Accept, in: header, schema: {type: string}}
      requestBody:
        content:
          text/plain: {example: words}
          application/json: {schema: {$ref: "#/components/schemas/Node"}}
      responses: {"200": {description: Done}}
    get:
      security: []
      responses: {"200": {description: Done}}
components:
  securitySchemes:
    a: {type: oauth2, flows: {clientCredentials: {tokenUrl: /t, scopes: {x: Ex, y: Why}}}}
    b: {$ref: "#/components/securitySchemes/a"}
    c:
      type: oauth2
      flows: {authorizationCode: {authorizationUrl: /a, tokenUrl: /t, scopes: {x: Ex}}}
  schemas:
    Node:
      type: object
      properties:
        id: {type: integer, readOnly: true}
        when: {type: string, format: date}
        next: {$ref: "#/components/schemas/Node"}
        any: {oneOf: [{type: boolean}]}
        all: {allOf: [{properties: {p: {const: 1}}}, {properties: {q: {type: [string, "null"]}}}]}
        list: {items: {enum: [e]}}
"##;

#[test]
fn what_leads_around_the_gate_is_taken_out() {
    let text = MIXED.replace(", {key: []}", "");
    let (document, _) = published("standard", &text);
    assert!(!document.to_json().contains("elsewhere"));
    assert_eq!(document.find("#/info/version"), Some(&Tree::from("1.10")));
    assert_eq!(at(&document, "#/security").to_json(), r#"[{"oAuth2ClientCredentials":["x","y"]}]"#);
    let put = document.member("paths").unwrap().members().next().unwrap().1.member("put").unwrap();
    assert_eq!(
        at(put, "#/security").to_json(),
        r#"[{"oAuth2ClientCredentials":["y"]},{"c":["x"]}]"#
    );
    let schemes = at(&document, "#/components/securitySchemes");
    assert_eq!(schemes.members().map(|(name, _)| name).collect::<Vec<_>>(), [OAUTH, "c"]);
    let circle = at(&document, "#/components/schemas/Node/properties/next");
    assert_eq!(circle.to_json(), r##"{"$ref":"#/components/schemas/Node"}"##);
}

#[test]
fn an_operation_becomes_a_request() {
    let text = MIXED.replace(", {key: []}", "");
    let (_, collection) = published("standard", &text);
    let put = at(&collection, "#/item/1/item/0/request");
    let url = put.member("url").unwrap();
    assert_eq!(url.text_of("raw"), Some("{{base_url}}/files/plan.pdf/:id?list=1&list=two"));
    assert_eq!(at(url, "#/variable").to_json(), r#"[{"key":"id","value":"7"}]"#);
    assert_eq!(
        at(url, "#/query").to_json(),
        r#"[{"key":"list","value":"1"},{"key":"list","value":"two"},{"key":"off","value":"","disabled":true}]"#
    );
    assert_eq!(
        at(put, "#/header").to_json(),
        r#"[{"key":"X-Trace","value":"t"},{"key":"Content-Type","value":"application/json"}]"#
    );
    let body = Tree::read(at(put, "#/body/raw").text().unwrap()).unwrap();
    assert_eq!(body.text_of("when"), Some("2026-11-21"));
    assert_eq!(at(&body, "#/next/next/any"), &Tree::Bool(true));
    assert_eq!(at(&body, "#/all").to_json(), r#"{"p":1,"q":"string"}"#);
    assert_eq!(at(&body, "#/list").to_json(), r#"["e"]"#);
    assert!(body.member("id").is_none());
    let get = at(&collection, "#/item/2/request/auth");
    assert_eq!(get.to_json(), r#"{"type":"noauth"}"#);
}

#[test]
fn a_collection_gets_its_token_first_and_is_always_the_same() {
    let (_, collection) = published("dualog", CREW);
    let token = at(&collection, "#/item/0/request");
    assert_eq!(at(token, "#/url/raw"), &Tree::from("{{issuer}}/auth/connect/token"));
    assert_eq!(at(token, "#/auth/basic/1/value"), &Tree::from("{{client_secret}}"));
    assert_eq!(
        at(token, "#/body/urlencoded").to_json(),
        r#"[{"key":"grant_type","value":"client_credentials"},{"key":"scope","value":"{{scope}}"},{"key":"audience","value":"https://api.example.com"}]"#
    );
    let script = at(&collection, "#/item/0/event/0/script/exec/1");
    assert_eq!(script, &Tree::from("const token = reply?.[\"access_token\"];"));
    assert_eq!(published("dualog", CREW).1, collection);
    let ids = collection.to_json();
    let mut ids: Vec<&str> = ids.split("\"id\":\"").skip(1).map(|rest| &rest[..36]).collect();
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count);
}

#[test]
fn two_thousand_operations_are_the_most() {
    let mut text = "openapi: 3.1.0\ninfo: {title: Many, version: '1'}\nsecurity: [{a: []}]\n\
                    components: {securitySchemes: {a: {type: http, scheme: bearer}}}\npaths:\n"
        .to_owned();
    for number in 0..2_003 {
        text += &format!("  /p{number}: {{get: {{responses: {{'200': {{description: x}}}}}}}}\n");
    }
    let service = service("standard", &text);
    let done = publish(&service, &text, ISSUER, WORDS).unwrap();
    let collection = read(&done.collection);
    assert_eq!(collection.member("item").unwrap().items().count(), 2_001);
    let told = at(&collection, "#/info/description").text().unwrap();
    assert!(told.contains("The first 2000 of 2003 operations are here."));
    let document = read(&done.document);
    assert_eq!(at(&document, "#/security").to_json(), r#"[{"oAuth2ClientCredentials":[]}]"#);
    assert_eq!(document.text_of("openapi"), Some("3.1.0"));
    assert_eq!(read(&done.browsed).text_of("openapi"), Some("3.0.3"));
}
