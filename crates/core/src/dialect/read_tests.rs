use http::{HeaderMap, HeaderName, HeaderValue};

use super::*;
use crate::dialect::compile::compile;

/// A dialect with a bit of everything.
const ACME: &str = r#"
name  = "acme"
title = "Acme"
[endpoint.token]
path               = "/token"
aliases            = ["/renew"]
ignore_case        = true
methods            = ["GET", "POST"]
accepts            = ["form", "json"]
unknown_parameters = "refused"
ignores            = ["lang"]
[endpoint.token.inputs]
client_id     = ["basic", "query:app", "form:app", "json:auth.app", "header:X-App"]
client_secret = ["basic", "form:key", "json:auth.key"]
scope         = [{ query = "rights", separator = "," }, "form", "json"]
refresh_token = ["form:again", { header = "Authorization", as = "Renew ${value}" }]
organization  = [{ json = "shop", type = ["string", "number"] }, "form:shop"]
audience      = [{ json = "api", type = "number" }]
[[endpoint.token.grant]]
is       = "refresh_token"
path     = "/renew"
client   = "from_refresh_token"
required = ["refresh_token"]
[[endpoint.token.grant]]
is   = "refresh_token"
when = { again = { present = true } }
[[endpoint.token.grant]]
is       = "client_credentials"
when     = { kind = "app", again = { present = false } }
required = ["client_id", "client_secret"]
[issue]
refresh = { format = "stored", ttl = "1h", rotate = true }
[reply]
json = { t = "${access_token}", r = "${refresh_token?}" }
[[refusal]]
on   = "any"
json = { error = "${error}" }
[resource]
token = ["bearer"]
[[resource.refusal]]
on   = "any"
json = { error = "${error}" }
"#;

struct Sent<'a> {
    method: Method,
    path: &'a str,
    headers: &'a [(&'static str, &'static str)],
    body: &'a str,
}

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
const JSON: (&str, &str) = ("content-type", "application/json");
/// `a:b`.
const BASIC: (&str, &str) = ("authorization", "Basic YTpi");

/// What is read of a request, in words, or every refusal.
fn read(sent: &Sent<'_>) -> String {
    let dialect = compile(ACME).unwrap();
    let (path, query) = sent.path.split_once('?').map_or((sent.path, None), |(p, q)| (p, Some(q)));
    let mut headers = HeaderMap::new();
    for (name, value) in sent.headers {
        headers.append(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    let request = Request {
        method: &sent.method,
        path,
        query,
        headers: &headers,
        body: sent.body.as_bytes(),
    };
    let read = dialect.token.read(&request);
    if !read.refusals.is_empty() {
        let mut told: Vec<String> = read.refusals.iter().map(ToString::to_string).collect();
        told.sort();
        return told.join(", ");
    }
    let client = read.credential.map(|shown| {
        let secret = shown.secret.map_or("none".to_owned(), |secret| secret.expose().clone());
        format!("{}:{secret} by {:?}", shown.client_id, shown.method)
    });
    [
        ("grant", read.grant.map(|grant| grant.as_str().into())),
        ("client", client.map(Into::into)),
        ("scope", read.scope),
        ("audience", read.audience),
        ("refresh", read.refresh_token),
        ("organization", read.organization),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some(format!("{name} {}", value?)))
    .collect::<Vec<_>>()
    .join(", ")
}

fn check(
    method: &str,
    path: &str,
    headers: &[(&'static str, &'static str)],
    body: &str,
    expected: &str,
) {
    let method = method.parse().unwrap();
    let found = read(&Sent { method, path, headers, body });
    assert_eq!(found, expected, "{path} {body}");
}

#[test]
fn inputs_are_found_wherever_they_may_stand() {
    let app = "grant client_credentials, client a:b by";
    check(
        "POST",
        "/token",
        &[FORM],
        "kind=app&app=a&key=b&shop=",
        &format!("{app} Post, organization "),
    );
    check(
        "POST",
        "/TOKEN?app=a&rights=x,y",
        &[FORM],
        "kind=app&key=b&lang=fr",
        &format!("{app} Query, scope x y"),
    );
    check("POST", "/token", &[FORM, ("x-app", "a")], "kind=app&key=b", &format!("{app} Header"));
    check(
        "POST",
        "/token",
        &[JSON],
        r#"{"kind":"app","auth":{"app":"a","key":"b","more":[1]},"shop":null,"api":12345678901234567890,"scope":null}"#,
        &format!("{app} Post, audience 12345678901234567890"),
    );
    check(
        "POST",
        "/token",
        &[FORM, BASIC],
        "kind=app&scope=x",
        "grant client_credentials, client a:b by Basic, scope x",
    );
    check(
        "POST",
        "/token",
        &[JSON],
        r#"{"kind":"app","auth":{"app":"a"}}"#,
        "parameter_missing: client_secret",
    );
    check(
        "POST",
        "/token",
        &[FORM],
        "kind=app&app=&key=b",
        "credentials_missing, parameter_empty: client_id",
    );
}

#[test]
fn the_first_grant_row_that_fits_is_taken() {
    check("POST", "/renew", &[FORM], "again=r", "grant refresh_token, refresh r");
    check(
        "POST",
        "/Renew",
        &[FORM, ("authorization", "renew r")],
        "",
        "grant refresh_token, refresh r",
    );
    check("POST", "/renew", &[FORM], "", "parameter_missing: refresh_token");
    check(
        "POST",
        "/renew",
        &[FORM],
        "again=r&shop=7",
        "grant refresh_token, refresh r, organization 7",
    );
    // A client's own token cannot be narrowed.
    check(
        "POST",
        "/token",
        &[FORM],
        "kind=app&app=a&key=b&shop=7",
        "parameter_unknown: organization",
    );
    check("POST", "/renew", &[FORM], "again=", "parameter_empty: refresh_token");
    check(
        "POST",
        "/token",
        &[FORM],
        "again=r&app=a&key=b&kind=app",
        "grant refresh_token, client a:b by Post, refresh r",
    );
    check("POST", "/token", &[FORM], "app=a&key=b&kind=ape", "parameter_missing: again");
}

#[test]
fn what_is_said_twice_is_refused() {
    check(
        "POST",
        "/token?rights=x",
        &[FORM],
        "kind=app&app=a&key=b&scope=x",
        "parameter_repeated: scope",
    );
    check("POST", "/token?app=a", &[FORM], "kind=app&app=a&key=b", "credentials_twice: client_id");
    check(
        "POST",
        "/token?app=a",
        &[FORM],
        "kind=app&app=&key=b",
        "grant client_credentials, client a:b by Query",
    );
    check("POST", "/token?kind=app", &[FORM], "kind=app&app=a&key=b", "parameter_repeated: kind");
    check(
        "POST",
        "/token",
        &[FORM, ("x-app", "a"), ("x-app", "b")],
        "kind=app&key=b",
        "parameter_repeated: client_id",
    );
    check(
        "POST",
        "/renew",
        &[FORM, ("authorization", "Renew r")],
        "again=r",
        "parameter_repeated: refresh_token",
    );
}

#[test]
fn what_does_not_belong_is_refused() {
    check("POST", "/token?key=b", &[FORM], "kind=app&app=a&key=b", "secret_in_query");
    check(
        "POST",
        "/token?client_secret=b",
        &[FORM],
        "kind=app&app=a&key=b",
        "parameter_unknown: client_secret, secret_in_query",
    );
    check("POST", "/token", &[FORM], "kind=app&app=a&key=b&kye=c", "parameter_unknown: kye");
    // What may be a secret itself is not repeated.
    check("POST", "/token?s3cr3t", &[FORM], "kind=app&app=a&key=b", "parameter_unknown");
    check(
        "POST",
        "/token",
        &[JSON],
        r#"{"kind":"app","auth":{"app":1,"key":"b"}}"#,
        "parameter_malformed: client_id",
    );
    check(
        "POST",
        "/token",
        &[JSON],
        r#"{"kind":"app","auth":{"app":"a","key":"b"},"shop":1.5}"#,
        "parameter_malformed: organization",
    );
    check(
        "POST",
        "/token",
        &[JSON],
        r#"{"kind":"app","auth":{"app":"a","key":"b"},"api":"3"}"#,
        "parameter_malformed: audience",
    );
    check(
        "POST",
        "/token",
        &[("authorization", "Basic Og=="), FORM],
        "kind=app",
        "credentials_malformed",
    );
    check(
        "POST",
        "/renew",
        &[FORM, ("authorization", "Bearer r")],
        "",
        "parameter_missing: refresh_token",
    );
}

#[test]
fn what_cannot_be_read_is_not_searched() {
    check("PUT", "/token", &[FORM], "kind=app", "method_not_allowed");
    check("POST", "/token", &[], "kind=app", "content_type_wrong");
    check("POST", "/token", &[FORM, FORM], "kind=app", "content_type_wrong");
    check("POST", "/token", &[("content-type", "text/xml")], "<a/>", "content_type_wrong");
    check("POST", "/token?a=%", &[JSON], "[]", "body_malformed, body_malformed");
    // An input may stand in the query, so a POST needs no body.
    check("POST", "/token?kind=app&app=a", &[], "", "parameter_missing: client_secret");
    check("GET", "/token?kind=app&app=a", &[FORM], "key=b", "parameter_missing: client_secret");
}
