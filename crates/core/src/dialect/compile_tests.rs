use super::*;
use crate::refusal::{Reason, Refusal};

const STANDARD: &str = include_str!("../../dialects/standard/dialect.toml");

/// A dialect without `[issue]`.
const PLAIN: &str = include_str!("../../dialects/dualog/dialect.toml");

/// The standard dialect with one line replaced, and what that gives.
fn check(from: &str, to: &str, expected: &str) {
    check_in(STANDARD, from, to, expected);
}

fn check_in(file: &str, from: &str, to: &str, expected: &str) {
    assert!(file.contains(from), "{from}");
    let text = file.replacen(from, to, 1);
    let found = compile(&text).err().map(|error| error.to_string()).unwrap_or_default();
    let line = 1 + file.split(from).next().unwrap_or("").matches('\n').count();
    let expected = expected.replace("LINE", &line.to_string());
    assert!(found.contains(&expected), "{to}\n  gave     {found}\n  expected {expected}");
}

#[test]
fn every_mistake_names_its_line_and_the_remedy() {
    for (from, to, expected) in [
        (
            "basic         = \"decoded\"",
            "basick = \"decoded\"",
            "line LINE: [endpoint.token] basick: no such key; did you mean \"basic\"?; there are path, ",
        ),
        (
            "\"/oauth2/token\"",
            "\"oauth2/token\"",
            "line LINE: [endpoint.token] path = \"oauth2/token\": expected a path such as",
        ),
        (
            "[\"POST\"]",
            "[\"PUT\"]",
            "line LINE: [endpoint.token] methods = \"PUT\": expected \"GET\" or \"POST\"",
        ),
        (
            "[\"POST\"]",
            "[]",
            "line LINE: [endpoint.token] methods = []: expected \"GET\", \"POST\" or both",
        ),
        (
            "[\"form\"]  ",
            "[\"from\"]  ",
            "line LINE: [endpoint.token] accepts = \"from\": expected \"form\" or \"json\" or \"none\"; did you mean \"form\"?",
        ),
        (
            "name  = \"standard\"",
            "name = \"The Standard\"",
            "line LINE: name = \"The Standard\": expected 1 to 40 lower-case",
        ),
    ] {
        check(from, to, expected);
    }
}

#[test]
fn every_wrong_word_is_named() {
    for (from, to, expected) in [
        (
            "\"${expires_in}\"",
            "\"${expires}\"",
            "line LINE: [reply] json: \"${expires}\": no such variable here; did you mean \"expires_in\"?",
        ),
        (
            "\"client_credentials\" }",
            "\"client_credentials\", x = 1 }",
            "line LINE: [endpoint.token.grant.when] x = 1: invalid type: integer",
        ),
        (
            "is   = \"client_credentials\"",
            "is = \"client_credential\"",
            "line LINE: [[endpoint.token.grant]] is = \"client_credential\": expected \"client_credentials\" or \"refresh_token\"; did you mean",
        ),
        (
            "token = [\"bearer\"]  ",
            "token = [\"form\"]  ",
            "line LINE: [resource] token = [\"form\"]: expected places such as",
        ),
        (
            "\"invalid_request\"",
            "\"invalid_requst\"",
            "line LINE: [[refusal]] on = \"invalid_requst\": no such condition; did you mean \"invalid_request\"? (all: portreeve dialect conditions)",
        ),
        (
            "\"invalid_request\"",
            "[\"invalid_client\", \"parameter_missing:scop\"]",
            "line LINE: [[refusal]] on = [\"invalid_client\", \"parameter_missing:scop\"]: \"scop\": no such input; did you mean \"scope\"?",
        ),
        (
            "scope         = [\"form\"]",
            "scope = [\"json\"]",
            "line LINE: [endpoint.token.inputs] scope = [\"json\"]: \"json\" is none of the bodies",
        ),
        (
            "scope         = [\"form\"]",
            "scope = [\"fom\"]",
            "line LINE: [endpoint.token.inputs] scope = \"fom\": expected a place",
        ),
        ("title = \"OAuth 2.0\"", "", "line 1: title is missing"),
        (
            "json = { access_token",
            "jsn = { access_token",
            "line LINE: [reply] jsn: no such key; did you mean \"json\"?",
        ),
        ("name  = \"standard\"", "name  = standard", "line LINE: "),
    ] {
        check(from, to, expected);
    }
}

/// A dialect with some lines of `[issue]`, and what that gives.
fn check_issue(issue: &str, expected: &str) {
    check_in(PLAIN, "[reply]", &format!("[issue]\n{issue}\n[reply]"), expected);
}

#[test]
fn tokens_that_cannot_be_made_are_refused() {
    for (issue, expected) in [
        (
            "access = { format = \"sealed\", ttl = \"5 minutes\" }",
            "[issue.access] ttl = \"5 minutes\": expected a duration such as \"30s\"",
        ),
        (
            "access = { format = \"jwt\", prefix = \"a\" }",
            "[issue.access] prefix = \"a\": a JWT has none",
        ),
        (
            "access = { prefix = \"a\" }",
            "[issue.access] prefix = \"a\": say format = \"sealed\" as well",
        ),
        (
            "access = { format = \"sealed\", algorithm = \"RS256\" }",
            "[issue.access] algorithm = \"RS256\": a sealed token has none",
        ),
        (
            "access = { format = \"jwt\", algorithm = \"HS256\" }",
            "[issue.access] algorithm = \"HS256\": expected \"ES256\" or \"EdDSA\" or \"RS256\"",
        ),
        (
            "access = { format = \"sealed\", prefix = \"TK\", length = 44, alphabet = \"alphanumeric\" }",
            "[issue.access] length = 44: expected 45 to 255: a seal needs 43 alphanumeric characters, and the prefix has 2",
        ),
        (
            "access = { format = \"sealed\", prefix = \"T K\" }",
            "[issue.access] prefix = \"T K\": expected at most 32",
        ),
        ("access = { ttl = \"31d\" }", "[issue.access] ttl = \"31d\": expected a duration from"),
    ] {
        check_issue(issue, expected);
    }
}

#[test]
fn refresh_tokens_that_cannot_be_made_are_refused() {
    for (issue, expected) in [
        (
            "refresh = { format = \"sealed\", ttl = \"never\", rotate = false }",
            "[issue.refresh] ttl = \"never\": a sealed token holds its end",
        ),
        (
            "refresh = { format = \"sealed\", ttl = \"31d\", rotate = false }",
            "[issue.refresh] ttl = \"31d\": expected a duration from \"1s\" to \"30d\"",
        ),
        (
            "refresh = { format = \"sealed\", ttl = \"0s\", rotate = false }",
            "[issue.refresh] ttl = \"0s\": expected a duration from",
        ),
        (
            "refresh = { format = \"stored\", ttl = \"0s\", rotate = false }",
            "[issue.refresh] ttl = \"0s\": expected a duration of at least",
        ),
        (
            "access = { format = \"sealed\", length = 43 }\nrefresh = { format = \"stored\", ttl = \"1h\", rotate = false }",
            "\"stored\" does not go with a length of access tokens",
        ),
        (
            "refresh = { format = \"stored\", ttl = \"1h\", rotate = true }",
            "[issue.refresh] rotate = true: with rotate every use gives another",
        ),
        (
            "refresh = { format = \"stored\", ttl = \"1h\", rotate = false }",
            "rotate = false }: nobody would be given one",
        ),
        (
            "refresh = { format = \"stored\", length = 31, alphabet = \"hex\", ttl = \"1h\", rotate = false }",
            "[issue.refresh] length = 31: expected 32 to 255 characters: 128 random bits",
        ),
    ] {
        check_issue(issue, expected);
    }
    check_in(PLAIN, "scope = \"${scope?}\"", "r = \"${refresh_token}\"", "this dialect makes none");
}

#[test]
fn a_table_that_leaves_a_reason_unanswered_is_refused() {
    let text = STANDARD.replacen("\"any\"", "\"scope_unknown\"", 1);
    let message = compile(&text).unwrap_err().message;
    assert!(message.contains("end the table with a row on = \"any\""), "{message}");
}

#[test]
fn the_first_row_that_names_a_reason_is_answered() {
    let dialect = compile(STANDARD).unwrap();
    let picked = dialect.refusals.pick(vec![
        Refusal::from(Reason::ScopeUnknown),
        Reason::SecretWrong.into(),
        Reason::ParameterRepeated.into(),
    ]);
    assert_eq!(picked.reason, Reason::ParameterRepeated);
    let picked =
        dialect.refusals.pick(vec![Reason::ScopeUnknown.into(), Reason::SecretWrong.into()]);
    assert_eq!(picked.reason, Reason::SecretWrong);
}

#[test]
fn dialects_compile() {
    for (name, text) in crate::dialect::builtin::FILES {
        let dialect = compile(text).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(dialect.name, *name);
    }
    // Files and nothing else: no line of code knows these.
    for (name, text) in [
        ("vipps", include_str!("../../dialects/vipps/dialect.toml")),
        ("marketo", include_str!("../../dialects/marketo/dialect.toml")),
        ("lark", include_str!("../../dialects/lark/dialect.toml")),
    ] {
        let dialect = compile(text).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(dialect.name, name);
    }
}
