//! `portreeve dialect try`: what is read from a request, and what is answered.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::process::{PROGRAM, Said, done, json, portreeve};
use crate::verb_dialects::dialects;

const FORM: &str = "Content-Type: application/x-www-form-urlencoded\n";

/// A request to the standard dialect with this body.
fn standard(body: &str) -> String {
    format!("POST /oauth2/token HTTP/1.1\nHost: id.example.com\n{FORM}\n{body}")
}

/// What is said of a request in a dialect.
fn tried(dialect: &str, request: &str, more: &[&str]) -> Value {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("x.http"), request).unwrap();
    json(folder.path(), &[&["dialect", "try", dialect, "--request", "x.http"], more].concat())
}

fn body(tried: &Value) -> Value {
    let text = tried["reply"]["body"].as_str().unwrap();
    serde_json::from_str(text).unwrap()
}

fn header<'t>(tried: &'t Value, name: &str) -> Option<&'t str> {
    let headers = tried["reply"]["headers"].as_array().unwrap();
    headers.iter().find(|header| header[0] == name)?[1].as_str()
}

/// Gives a verb its standard input.
fn fed(folder: &Path, arguments: &[&str], input: &[u8]) -> Said {
    let mut child = Command::new(PROGRAM)
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // One who reads no further than it must closes the pipe.
    let _ = child.stdin.take().unwrap().write_all(input);
    Said::from(child.wait_with_output().unwrap())
}

#[test]
fn a_good_request_is_answered_with_samples() {
    let request = "GET /oauth/ACCESS_TOKEN/?client_id=12345678&client_secret=very-secret-text&scope=client_address HTTP/1.1\nHost: prod2.example.com\n";
    let tried = tried("dqe", request, &[]);
    assert_eq!((&tried["answered"], &tried["refusals"]), (&json!("granted"), &json!([])));
    assert_eq!(tried["grant"]["is"], "client_credentials");
    assert_eq!(tried["grant"]["row"], 2);
    assert_eq!(
        tried["values"][0],
        json!({ "input": "client_id", "place": "query:client_id", "value": "12345678", "length": 8 })
    );
    assert_eq!(
        tried["values"][1],
        json!({ "input": "client_secret", "place": "query:client_secret", "value": null, "length": 16 })
    );
    let body = body(&tried);
    assert_eq!(body["expires_in"], "300");
    assert_eq!(body["access_token"].as_str().unwrap().len(), 46);
    assert!(body["refresh_token"].as_str().unwrap().starts_with("*TK"));
    assert_eq!(header(&tried, "cache-control"), Some("no-store"));
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("x.http"), request).unwrap();
    let words = done(folder.path(), &["dialect", "try", "dqe", "--request", "x.http"]);
    assert!(words.contains("client_secret  query:client_secret  *** (16 characters)"), "{words}");
    assert!(words.contains("\nHTTP/1.1 200 OK\ncontent-type: application/json\n"), "{words}");
    assert!(!words.contains("very-secret"), "{words}");
}

#[test]
fn every_refusal_names_the_row_that_answers_it() {
    let request =
        "GET /oauth/access_token/?client_scret=abcd&scope=client_address&client_id=1 HTTP/1.1\n";
    let tried = tried("dqe", request, &[]);
    let refusals = tried["refusals"].as_array().unwrap();
    let told = |at: usize| (&refusals[at]["slug"], &refusals[at]["about"], &refusals[at]["row"]);
    assert_eq!(told(0), (&json!("parameter_unknown"), &json!("client_scret"), &json!(3)));
    assert_eq!(told(1), (&json!("parameter_missing"), &json!("client_secret"), &json!(4)));
    let file = fs::read_to_string(dialects()[2].join("dialect.toml")).unwrap();
    for refusal in refusals {
        let line = usize::try_from(refusal["line"].as_u64().unwrap()).unwrap();
        assert!(file.lines().nth(line - 1).unwrap().starts_with("[[refusal]]"), "{refusal}");
    }
    assert_eq!(
        (&tried["answered"], &tried["reply"]["status"]),
        (&refusals[0]["slug"], &json!(500))
    );
    assert_eq!(body(&tried), json!({ "error": "server_error" }));
}

#[test]
fn what_is_found_out_later_is_told_by_as() {
    let request =
        standard("grant_type=client_credentials&client_id=a&client_secret=b&resource=https://x");
    let as_if = |outcome: &str| tried("standard", &request, &["--as", outcome]);
    let wrong = as_if("secret_wrong");
    assert_eq!(
        (&wrong["reply"]["status"], &body(&wrong)["error"]),
        (&json!(401), &json!("invalid_client"))
    );
    assert!(header(&wrong, "www-authenticate").unwrap().starts_with("Basic"));
    assert_eq!(header(&as_if("too_many_attempts"), "retry-after"), Some("30"));
    assert_eq!(as_if("audience_unknown")["refusals"][0]["about"], "https://x");
    assert_eq!(as_if("scope_not_allowed:ships_read")["refusals"][0]["about"], "ships_read");
    assert_eq!(as_if("granted")["answered"], "granted");
    // A server does not get so far when the request itself is refused.
    let early =
        tried("standard", &standard("grant_type=client_credentials"), &["--as", "secret_wrong"]);
    assert_eq!(early["answered"], "credentials_missing");
    assert!(early["notes"].to_string().contains("never found out"), "{early}");
    // A row of a reason about one input.
    let clouds = "POST /v2/signin/token HTTP/1.1\nAuthorization: User abcdefgh\nContent-Type: application/json\n\n{\"_cloudId\":7}";
    let about = tried("dotypos", clouds, &["--as", "parameter_missing:refresh_token"]);
    assert_eq!((&about["refusals"][0]["row"], &about["reply"]["status"]), (&json!(1), &json!(401)));
    assert_eq!(body(&about)["reason"], "INVALID_AUTH_HEADER");
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("x"), &request).unwrap();
    let said = portreeve(
        folder.path(),
        &["dialect", "try", "dqe", "--request", "x", "--as", "secret_wron"],
    );
    assert_eq!(
        (said.code, said.err.as_str()),
        (
            1,
            "portreeve: --as: no such outcome; did you mean \"secret_wrong\"? (\"granted\", or one of portreeve dialect conditions)\n"
        )
    );
}

#[test]
fn a_call_to_the_api_says_where_its_token_was() {
    let call = "GET /api/CP/?Pays=FRA&Licence=TKabcdefghij HTTP/1.1\nHost: h\n";
    let good = tried("dqe", call, &[]);
    assert_eq!(
        (&good["answered"], &good["reply"], &good["grant"]),
        (&Value::Null, &Value::Null, &Value::Null)
    );
    let found =
        json!([{ "input": "access_token", "place": "query:Licence", "value": null, "length": 12 }]);
    assert_eq!(good["values"], found);
    assert!(good["notes"].to_string().contains("sees the query without the token"), "{good}");
    let expired = tried("dqe", call, &["--as", "token_expired"]);
    assert_eq!(
        (&expired["reply"]["status"], body(&expired)),
        (&json!(401), json!({ "error": "invalid_token" }))
    );
    let missing =
        tried("dataloy", "GET /ws/rest/Cargo?token=abcdefgh HTTP/1.1\nHost: h.example.com\n", &[]);
    assert_eq!(missing["refusals"][0]["list"], "resource.refusal");
    let seven = body(&missing);
    assert_eq!(seven["uri"], "https://h.example.com/ws/rest/Cargo?token=***");
    assert_eq!((&seven["statusFamily"], &seven["method"]), (&json!("CLIENT_ERROR"), &json!("GET")));
    let scope = tried(
        "standard",
        "GET /a HTTP/1.1\nAuthorization: Bearer abcdefgh\n",
        &["--as", "scope_insufficient:ships_read"],
    );
    assert!(
        header(&scope, "www-authenticate").unwrap().contains("scope=\"ships_read\""),
        "{scope}"
    );
}

#[test]
fn a_connector_is_read_as_well() {
    let signed = format!(
        "POST /client/connect/v2 HTTP/1.1\n{FORM}\nclient_id=c&scope=*&redirect_uri=https://x.example/back?a=1&state=s1&timestamp=1&signature=0011223344556677"
    );
    let signed = tried("dotypos", &signed, &[]);
    assert!(
        signed["notes"][0].as_str().unwrap().ends_with(
            "https://x.example/back?a=1&token=sample-of-a-refresh-token&cloudid=1&state=s1"
        ),
        "{signed}"
    );
    let hidden = json!({ "input": "signature", "place": "signature", "value": null, "length": 16 });
    assert_eq!(signed["values"].as_array().unwrap().last(), Some(&hidden));
    let v1 = "GET /client/connect?client_id=c&scope=all&client_secret=abcdefgh&redirect_uri=https://x.example HTTP/1.1\n";
    let scope = tried("dotypos", v1, &[]);
    assert_eq!(scope["answered"], "scope_unknown");
    let late = v1.replace("scope=all", "scope=*");
    let late = tried("dotypos", &late, &["--as", "signature_expired"]);
    assert!(late["notes"].to_string().contains("Check the time settings on your device"), "{late}");
}

#[test]
fn requests_come_by_standard_input_too() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = ["dialect", "try", "standard", "--request", "-", "--json"];
    let request = standard("grant_type=client_credentials&client_id=a&client_secret=b");
    let request = request.replace('\n', "\r\n");
    let said = fed(folder.path(), &arguments, request.as_bytes());
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    let tried: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(tried["answered"], "granted");
    // The standard dialect knows no refresh token for a program that asks for itself.
    assert_eq!(body(&tried).get("refresh_token"), None);
    let said = fed(folder.path(), &arguments, &vec![b'a'; 10 << 20]);
    assert_eq!(
        (said.code, said.err.as_str()),
        (
            1,
            "portreeve: standard input is larger than 1 MiB, which neither a dialect nor a request is\n"
        )
    );
}

#[test]
fn what_is_no_request_is_told_in_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    fs::write(at.join("large"), vec![b'a'; 10 << 20]).unwrap();
    fs::write(at.join("binary"), b"\x7fELF\x02\x01\0\0\xff\xfe").unwrap();
    fs::write(at.join("empty"), "").unwrap();
    fs::write(at.join("text"), "client_secret=abcdefgh\n").unwrap();
    fs::write(at.join("header"), "GET / HTTP/1.1\nclient_secret abcdefgh\n").unwrap();
    fs::write(at.join("broken.toml"), "name = \"x\"\ntitle = \n").unwrap();
    for (dialect, request, expected) in [
        ("standard", "none", "none cannot be read: No such file or directory"),
        ("standard", "large", "large is larger than 1 MiB"),
        ("standard", "binary", "binary:1: expected a request line such as"),
        ("standard", "empty", "empty:1: expected a request line"),
        ("standard", "text", "text:1: expected a request line"),
        ("standard", "header", "header:2: expected a header such as"),
        ("standard", ".", ". cannot be read: Is a directory"),
        ("broken.toml", "text", "broken.toml:2: "),
        ("none.toml", "text", "none.toml cannot be read"),
    ] {
        for more in [&[][..], &["--json"]] {
            let arguments = [&["dialect", "try", dialect, "--request", request], more].concat();
            let Said { code, out, err } = portreeve(at, &arguments);
            assert_eq!((code, out.as_str()), (1, ""), "{err}");
            assert!(err.starts_with(&format!("portreeve: {expected}")), "{err}");
            assert!(err.lines().count() == 1 && !err.contains("abcdefgh"), "{err}");
        }
    }
    assert_eq!(portreeve(at, &["dialect", "try", "standard"]).code, 2);
}

#[test]
fn a_body_that_no_server_reads_is_refused() {
    let large = standard(&format!("grant_type=client_credentials&x={}", "y".repeat(64 * 1024)));
    let tried = tried("standard", &large, &[]);
    assert_eq!(
        (&tried["answered"], &tried["reply"]["status"]),
        (&json!("body_too_large"), &json!(413))
    );
    assert_eq!(tried["values"], json!([]));
}

#[test]
fn a_terminal_is_neither_filled_nor_moved() {
    let folder = tempfile::tempdir().unwrap();
    let scope = format!("%e2%80%ae%c2%9b{}", "z".repeat(500));
    let request = standard(&format!(
        "grant_type=client_credentials&client_id=a&client_secret=b&scope={scope}"
    ));
    fs::write(folder.path().join("x.http"), request).unwrap();
    let words = done(folder.path(), &["dialect", "try", "standard", "--request", "x.http"]);
    assert!(
        words.contains("\u{fffd}\u{fffd}zzzz") && words.contains("… (502 characters)"),
        "{words}"
    );
    assert!(!words.contains(['\u{202e}', '\u{9b}']), "{words}");
}

/// What opens something in a case: behind these words, up to the value's end.
const SECRETS: [&str; 9] = [
    "client_secret=",
    "client_secret\":\"",
    "app_secret\":\"",
    "refresh_token=",
    "access_token=",
    "Licence=",
    "Authorization: User ",
    "Authorization: Bearer ",
    "Authorization: Basic ",
];

#[test]
fn no_secret_of_any_case_is_printed() {
    let folder = tempfile::tempdir().unwrap();
    let mut count = 0;
    for dialect in dialects() {
        let file = dialect.join("dialect.toml");
        for case in fs::read_dir(dialect.join("cases")).unwrap() {
            let case = case.unwrap().path();
            let text = fs::read_to_string(&case).unwrap();
            let request = text.split("\nHTTP/1.1 ").next().unwrap();
            let behind = |word: &&str| -> Vec<String> {
                let values = request.split(word).skip(1);
                let ends = |c: char| "&\"\n ".contains(c);
                values.map(|rest| rest.split(ends).next().unwrap().to_owned()).collect()
            };
            let mut secrets: Vec<String> = SECRETS.iter().flat_map(behind).collect();
            // What Basic headers hold, decoded.
            secrets.push("prs_a-secret-that-tests-know".to_owned());
            let arguments =
                ["dialect", "try", file.to_str().unwrap(), "--request", case.to_str().unwrap()];
            let words = done(folder.path(), &arguments);
            let json = json(folder.path(), &arguments).to_string();
            for secret in secrets.iter().filter(|secret| secret.len() >= 8) {
                count += 1;
                assert!(
                    !words.contains(secret) && !json.contains(secret),
                    "{}: {words}",
                    case.display()
                );
            }
        }
    }
    assert!(count >= 230, "{count}");
}
