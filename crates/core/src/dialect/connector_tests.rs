use http::{HeaderMap, HeaderValue};

use super::*;
use crate::dialect::compile::compile;

fn connector() -> Connector {
    compile(include_str!("../../dialects/dotypos/dialect.toml")).unwrap().connector.unwrap()
}

/// What is asked for at an entry, in words, or every refusal.
fn read(at: usize, method: &Method, query: Option<&str>, body: &str) -> String {
    let connector = connector();
    let mut headers = HeaderMap::new();
    if *method == Method::POST {
        let kind = HeaderValue::from_static("application/x-www-form-urlencoded");
        headers.insert(header::CONTENT_TYPE, kind);
    }
    let entry = &connector.entries[at];
    let (path, body) = (entry.path.as_str(), body.as_bytes());
    let request = Request { method, path, query, headers: &headers, body };
    match connector.read(entry, &request) {
        Ok(asked) => {
            let proof = match asked.shown {
                Shown::Secret(secret) => secret.expose().clone(),
                Shown::Signature { timestamp, signature } => format!("{timestamp}/{signature}"),
            };
            format!(
                "{} {proof} {} {:?} {:?}",
                asked.client_id, asked.redirect_uri, asked.scope, asked.state
            )
        }
        Err(refusals) => {
            let told: Vec<String> = refusals.iter().map(ToString::to_string).collect();
            told.join(", ")
        }
    }
}

#[test]
fn both_entries_are_read() {
    let first = |query: &str| read(0, &Method::GET, Some(query), "");
    let all = "client_id=a&client_secret=b&scope=*&redirect_uri=https%3A%2F%2Fc&state=%3Cd%3E";
    assert_eq!(first(all), "a b https://c None Some(\"<d>\")");
    assert_eq!(first(&all.replace("&state=%3Cd%3E", "")), "a b https://c None None");
    assert_eq!(first(&all.replace("scope=*", "scope=all")), "scope_unknown");
    assert_eq!(first(&all.replace("scope=*&", "")), "parameter_missing: scope");
    assert_eq!(
        first(&all.replace("client_secret=b", "client_secret=")),
        "credentials_missing: client_secret"
    );
    assert_eq!(
        first(&format!("{all}&client_id=a")),
        "parameter_repeated: client_id, credentials_missing: client_id"
    );
    assert_eq!(first("scope=%"), "body_malformed");
    let nothing = "credentials_missing: client_id, redirect_uri_missing: redirect_uri, credentials_missing: client_secret, parameter_missing: scope";
    assert_eq!(first(""), nothing);

    let second = |form: &str| read(1, &Method::POST, None, form);
    let all = "client_id=a&timestamp=1&signature=f&scope=*&redirect_uri=https%3A%2F%2Fc";
    assert_eq!(second(all), "a 1/f https://c None None");
    assert_eq!(second(&all.replace("timestamp=1&", "")), "signature_missing: timestamp");
    assert_eq!(second(&all.replace("signature=f&", "")), "signature_missing: signature");
    let beside = |query| read(1, &Method::POST, Some(query), all);
    assert_eq!(beside("client_secret=b"), "secret_in_query");
    assert_eq!(beside("client_secret="), "secret_in_query");
    assert_eq!(beside("lang=cs"), second(all));
    assert_eq!(read(1, &Method::GET, Some(all), ""), "method_not_allowed");
    assert_eq!(read(0, &Method::POST, None, all), "method_not_allowed");
}

#[test]
fn the_way_back_carries_what_was_granted() {
    let connector = connector();
    let back = |base: &str, state| {
        let (refresh_token, organization) = ("0a&b", Some("42 10"));
        connector.redirect_uri(
            base,
            &RedirectValues { refresh_token, organization, state, client_id: "c" },
        )
    };
    let granted = "token=0a%26b&cloudid=42%2010";
    assert_eq!(back("https://a.example/b", None), format!("https://a.example/b?{granted}"));
    assert_eq!(back("https://a.example/b?", None), format!("https://a.example/b?{granted}"));
    assert_eq!(back("https://a.example/b?c=d", None), format!("https://a.example/b?c=d&{granted}"));
    assert_eq!(back("https://a.example/b?c&", None), format!("https://a.example/b?c&{granted}"));
    let state = "\"><script>&x=\u{fc}#";
    let expected =
        format!("https://a.example/b?{granted}&state=%22%3E%3Cscript%3E%26x%3D%C3%BC%23");
    assert_eq!(back("https://a.example/b", Some(state)), expected);
    assert_eq!(
        back("https://a.example/b", Some("")),
        format!("https://a.example/b?{granted}&state=")
    );
}

#[test]
fn refusals_are_told_in_the_vendors_words() {
    let connector = connector();
    let told = |reason| connector.refusal_text(reason);
    assert!(told(Reason::SignatureExpired).starts_with("The connection has expired."));
    let unknown = "Unknown client application or wrong application secret";
    assert_eq!(told(Reason::SignatureWrong), unknown);
    assert_eq!(told(Reason::ClientUnknown), unknown);
    assert_eq!(told(Reason::RedirectUriUnknown), Reason::RedirectUriUnknown.row().text);
    let many = vec![Reason::RedirectUriUnknown.into(), Reason::SecretWrong.into()];
    assert_eq!(connector.pick(many).reason, Reason::SecretWrong);
}

#[test]
fn mistakes_in_a_connector_are_named() {
    const FILE: &str = include_str!("../../dialects/dotypos/dialect.toml");
    for (from, to, expected) in [
        (
            "format = \"stored\", length = 32, alphabet = \"hex\", ttl = \"never\"",
            "format = \"sealed\", ttl = \"1h\"",
            "[connector]: a connection owns a refresh token",
        ),
        (
            "\"15m\"",
            "\"2h\"",
            "[connector] finish_within = \"2h\": expected a duration from \"1s\" to \"1h\"",
        ),
        (
            "proof   = \"client_secret\"",
            "proof = \"secret\"",
            "[[connector.entry]] proof = \"secret\": expected \"client_secret\", or a verifier",
        ),
        (
            "client_secret = \"client_secret\", scope",
            "scope",
            "expected client_secret = \"…\", since it is the proof",
        ),
        (
            "hash = \"sha256\"",
            "hash = \"md5\"",
            "hash = \"md5\": expected \"sha256\" or \"sha384\" or \"sha512\"",
        ),
        ("hmac_timestamp =", "hmac_timestmp =", "no such key; did you mean \"hmac_timestamp\"?"),
        (
            "\"/client/connect/v2\"",
            "\"/client/connect\"",
            "[[connector.entry]] path = \"/client/connect\": another entry has this path",
        ),
        (
            "\"/client/connect/v2\"",
            "\"/v2/signin/token\"",
            "[[connector.entry]] path = \"/v2/signin/token\": the token endpoint has this path",
        ),
        ("token = \"${refresh_token}\", ", "", "expected a parameter for ${refresh_token}"),
        (
            "${state?}",
            "${stat?}",
            "state: \"${stat}\": no such variable here; did you mean \"state\"?",
        ),
        (
            "on   = \"signature_expired\"",
            "on = \"signature_late\"",
            "[[connector.refusal]] on = \"signature_late\": no such condition",
        ),
    ] {
        assert!(FILE.contains(from), "{from}");
        let error = compile(&FILE.replacen(from, to, 1)).unwrap_err().to_string();
        assert!(error.contains(expected), "{to}\n  gave     {error}\n  expected {expected}");
    }
    let nobody_chooses =
        FILE.replace("choose         = \"organization\"", "").replace("\"all\"", "\"chosen\"");
    let error = compile(&nobody_chooses).unwrap_err().message;
    assert!(error.contains("\"chosen\" goes with choose = \"organization\""), "{error}");
}
