use super::*;
use crate::refusal::{Reason, Refusal};

const STANDARD: &str = include_str!("../../dialects/standard/dialect.toml");

/// The standard dialect with one line replaced, and what that gives.
fn check(from: &str, to: &str, expected: &str) {
    assert!(STANDARD.contains(from), "{from}");
    let text = STANDARD.replacen(from, to, 1);
    let found = compile(&text).err().map(|error| error.to_string()).unwrap_or_default();
    let line = 1 + text.split(to).next().unwrap_or("").matches('\n').count();
    let expected = expected.replace("LINE", &line.to_string());
    assert!(found.contains(&expected), "{to}\n  gave     {found}\n  expected {expected}");
}

#[test]
fn every_mistake_names_its_line_and_the_remedy() {
    check(
        "basic         = \"decoded\"",
        "basick = \"decoded\"",
        "line LINE: unknown field `basick`",
    );
    check("\"/oauth2/token\"", "\"oauth2/token\"", "line LINE: path: expected a path such as");
    check("[\"POST\"]", "[\"PUT\"]", "line LINE: unknown variant `PUT`");
    check("[\"POST\"]", "[]", "line LINE: methods: expected");
    check("[\"form\"]", "[\"xml\"]", "line LINE: unknown variant `xml`");
    check("name  = \"standard\"", "name = \"The Standard\"", "line LINE: name: expected 1 to 40");
    check("${expires_in}", "${expires}", "line LINE: \"${expires}\": no such variable here");
    check("\"client_credentials\" }", "\"client_credentials\", x = 1 }", "line LINE:");
    check("token = [\"bearer\"]", "token = [\"form\"]", "line LINE: token: expected places");
    check("\"invalid_request\"", "\"invalid_requst\"", "did you mean");
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
fn built_in_dialects_compile() {
    for (name, text) in crate::dialect::builtin::FILES {
        let dialect = compile(text).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(dialect.name, *name);
    }
}
