use std::process::Command;

use super::*;
use crate::client::credential::Method as Shown;
use crate::dialect::builtin;
use crate::dialect::compile::compile;
use crate::dialect::example::literal::{Escapes, in_quotes, quoted, word};
use crate::http_message::Request;

const ISSUER: &str = "https://id.example.com";

/// Those that come along, and those that are files only.
fn dialects() -> Vec<Dialect> {
    let files = [
        include_str!("../../../dialects/lark/dialect.toml"),
        include_str!("../../../dialects/marketo/dialect.toml"),
        include_str!("../../../dialects/vipps/dialect.toml"),
    ];
    let all = builtin::FILES.iter().map(|(_, text)| *text).chain(files);
    all.map(|text| compile(text).unwrap()).collect()
}

fn of(name: &str) -> Dialect {
    dialects().into_iter().find(|dialect| dialect.name == name).unwrap()
}

struct Fill {
    id: &'static str,
    secret: &'static str,
    scopes: &'static str,
    audience: Option<&'static str>,
}

const USUAL: Fill = Fill {
    id: "cl_7QK2mD0ZtR",
    secret: "ps_Kq2mZx9VtB",
    scopes: "crew_read crew_import",
    audience: Some("https://api.example.com"),
};

fn filled(dialect: &Dialect, fill: &Fill) -> Example {
    let scopes = ScopeSet::parse(fill.scopes).unwrap();
    let known = Known {
        issuer: ISSUER,
        client_id: fill.id,
        client_secret: fill.secret,
        scopes: &scopes,
        audience: fill.audience,
        organization: None,
    };
    example(dialect, &known)
}

/// What the dialect reads of its own example: grant, id, secret, method, scope, audience.
fn read(dialect: &Dialect, example: &Example) -> String {
    let (method, headers) = (example.http_method(), example.header_map());
    let query = encoded(&example.query);
    let (_, body) = example.content().unwrap_or_default();
    let request = Request {
        method: &method,
        path: &example.path,
        query: (!query.is_empty()).then_some(&*query),
        headers: &headers,
        body: &body,
    };
    let read = dialect.token.read(&request);
    assert!(read.refusals.is_empty(), "{}: {:?}", dialect.name, read.refusals);
    let mut out = read.grant.map_or("none", |grant| grant.as_str()).to_owned();
    if let Some(credential) = read.credential {
        let shown = match credential.method {
            Shown::Basic => "basic",
            Shown::Post => "body",
            Shown::Query => "query",
            Shown::Header => "header",
        };
        let secret = credential.secret.map(|secret| secret.expose().clone());
        out += &format!(", {}:{} by {shown}", credential.client_id, secret.unwrap_or_default());
    }
    for (name, value) in [
        ("scope", read.scope),
        ("audience", read.audience),
        ("refresh", read.refresh_token),
        ("organization", read.organization),
    ] {
        if let Some(value) = value {
            out += &format!(", {name} {value}");
        }
    }
    out
}

#[test]
fn every_dialect_reads_its_own_example() {
    let own = "client_credentials, cl_7QK2mD0ZtR:ps_Kq2mZx9VtB by";
    let scope = "scope crew_read crew_import";
    let audience = "audience https://api.example.com";
    for (name, expected) in [
        ("standard", format!("{own} basic, {scope}, {audience}")),
        ("dualog", format!("{own} basic, {scope}, {audience}")),
        ("dataloy", format!("{own} basic, {scope}, {audience}")),
        ("dqe", format!("{own} body, {scope}")),
        ("dotypos", "refresh_token, refresh <refresh token>, organization <cloud id>".to_owned()),
        ("lark", format!("{own} body")),
        ("marketo", format!("{own} body")),
        ("vipps", format!("{own} header")),
    ] {
        let dialect = of(name);
        assert_eq!(read(&dialect, &filled(&dialect, &USUAL)), expected, "{name}");
    }
    assert_eq!(dialects().len(), 8, "a dialect has no line here");
}

#[test]
fn nothing_in_an_id_or_a_secret_gets_lost() {
    let odd = Fill { id: "a b&c=d", secret: "p:'\"%+/?$`\\#\u{e9}", scopes: "", audience: None };
    for name in ["standard", "dualog", "dataloy", "dqe", "lark", "marketo"] {
        let dialect = of(name);
        if name == "dqe" {
            continue; // It does not go without a scope.
        }
        let found = read(&dialect, &filled(&dialect, &odd));
        assert!(found.contains("a b&c=d:p:'\"%+/?$`\\#\u{e9} by"), "{name}: {found}");
    }
    // As it is, an id ends at its first colon: so it goes into the form.
    let text = include_str!("../../../dialects/dualog/dialect.toml");
    let raw = compile(&text.replace("basic   = \"decoded\"", "basic   = \"raw\"")).unwrap();
    let found = read(&raw, &filled(&raw, &Fill { id: "a:b", ..USUAL }));
    assert!(found.contains("a:b:ps_Kq2mZx9VtB by body"), "{found}");
    let found = read(&raw, &filled(&raw, &Fill { id: "a%b", ..USUAL }));
    assert!(found.contains("a%b:ps_Kq2mZx9VtB by basic"), "{found}");
}

#[test]
fn what_is_not_known_has_its_mark() {
    let dqe = of("dqe");
    let asked = filled(&dqe, &Fill { scopes: "", ..USUAL });
    assert!(
        matches!(asked.body, Some(Content::Form(pairs)) if pairs.contains(&("scope".into(), "<scope>".into())))
    );
    let dotypos = of("dotypos");
    let scopes = ScopeSet::EMPTY;
    let known = Known {
        issuer: ISSUER,
        client_id: "",
        client_secret: "",
        scopes: &scopes,
        audience: None,
        organization: Some("394011782"),
    };
    let asked = example(&dotypos, &known);
    assert_eq!(asked.content().unwrap().1, br#"{"_cloudId":394011782}"#);
    assert_eq!(asked.headers, [("Authorization".to_owned(), "User <refresh token>".to_owned())]);
}

#[test]
fn the_token_is_found_in_the_reply_and_carried_to_the_call() {
    for (name, token, seconds) in [
        ("standard", "access_token", Some("expires_in")),
        ("dotypos", "accessToken", None),
        ("lark", "tenant_access_token", Some("expire")),
        ("dqe", "access_token", Some("expires_in")),
    ] {
        let asked = filled(&of(name), &USUAL);
        let path = |name: &str| vec![name.to_owned()];
        assert_eq!(asked.reply.access_token, Some(path(token)), "{name}");
        assert_eq!(asked.reply.expires_in, seconds.map(path), "{name}");
        let bearer = Carrier::Header {
            name: "Authorization".to_owned(),
            before: "Bearer ".to_owned(),
            behind: String::new(),
        };
        assert_eq!(asked.carrier, bearer, "{name}");
    }
}

#[test]
fn a_snippet_is_a_token_and_a_call() {
    let call =
        Call { url: "https://api.example.com/crew/v2/people?organizationId=7", method: "GET" };
    let asked = filled(&of("dualog"), &Fill { audience: None, ..USUAL });
    let all = snippets(&asked, &call);
    let expected = include_str!("tests/dualog.txt");
    let shown: String =
        all.iter().map(|it| format!("--- {}\n{}\n", it.language, it.text)).collect();
    assert_eq!(shown, expected);
    let asked = filled(&of("dotypos"), &USUAL);
    let all = snippets(&asked, &call);
    let expected = include_str!("tests/dotypos.txt");
    let shown: String =
        all.iter().map(|it| format!("--- {}\n{}\n", it.language, it.text)).collect();
    assert_eq!(shown, expected);
}

#[test]
fn every_dialect_has_its_snippets() {
    let call = Call { url: "https://api.example.com/x?a=[1]&b='", method: "PATCH" };
    for dialect in dialects() {
        let all = snippets(&filled(&dialect, &USUAL), &call);
        let languages: Vec<&str> = all.iter().map(|it| it.language).collect();
        assert_eq!(languages, ["curl", "Python", "C#", "JavaScript"]);
        for snippet in all {
            assert!(snippet.text.contains("1. a token"), "{}", snippet.text);
            assert!(
                snippet.text.contains("\n\n# 2. a call")
                    || snippet.text.contains("\n\n// 2. a call")
            );
        }
    }
}

const ODD: &str =
    "it's $HOME `id` \"x\" \\n !! ${y} \u{e9}\u{1f6a2}\u{2028}\u{202e}\n*?[a]~#;&|<>()";

#[test]
fn a_shell_reads_a_word_as_it_was() {
    for text in ["", "plain-1.2", "a b", "~x", "=x", ODD] {
        for quoted in [word(text), in_quotes(text)] {
            let script = format!("printf '%s|' {quoted}");
            let told = Command::new("sh").args(["-c", &script]).output().unwrap();
            assert_eq!(String::from_utf8(told.stdout).unwrap(), format!("{text}|"), "{quoted}");
        }
    }
    // The whole of curl's line: every part arrives as one word.
    let odd = Fill { id: "i'd", secret: ODD, scopes: "a$b `c`", audience: Some("x'y\"$z") };
    let asked = filled(&of("dataloy"), &odd);
    let call = Call { url: "https://api.example.com/a?b='$c'", method: "GET" };
    let text = &snippets(&asked, &call)[0].text;
    let script = format!("curl() {{ printf '%s\\n' \"$@\" >&2; }}; jq() {{ cat; }}; {text}");
    let told = Command::new("sh").args(["-c", &script]).output().unwrap();
    let words = String::from_utf8(told.stderr).unwrap();
    for part in ["scope=a$b `c`", "audience=x'y\"$z", "https://api.example.com/a?b='$c'"] {
        assert!(words.lines().any(|line| line == part), "{part} is not in\n{words}\n{text}");
    }
}

#[test]
fn a_string_ends_where_it_should() {
    let pairs = quoted(ODD, Escapes::Pairs);
    // JSON's strings are JavaScript's and, as far as these escapes go, those of C#.
    assert_eq!(serde_json::from_str::<String>(&pairs).unwrap(), ODD);
    assert!(pairs.is_ascii() && !pairs.contains('\n'));
    assert!(pairs.contains("\\ud83d\\udea2"));
    assert!(quoted(ODD, Escapes::Code).contains("\\U0001f6a2"));
}
