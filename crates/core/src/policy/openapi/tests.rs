use proptest::prelude::{ProptestConfig, any, proptest};

use super::*;
use crate::policy::organization::Place;
use crate::policy::path::PlainPath;
use crate::policy::route::Method;
use crate::refusal::Reason;

/// Twelve lines before the paths.
const HEAD: &str = "\
openapi: 3.1.0
info: {title: Harbour, version: '7'}
components:
  securitySchemes:
    machine:
      type: oauth2
      flows:
        clientCredentials: {tokenUrl: /t, scopes: {read: Read all, write: Write all}}
        authorizationCode: {authorizationUrl: /a, tokenUrl: /t, scopes: {sign: Sign all}}
    basic: {type: http, scheme: basic}
    bearer: {type: http, scheme: Bearer}
    login: {type: openIdConnect, openIdConnectUrl: 'https://login.example/'}
";

fn described(rest: &str) -> ApiDescription {
    read(&format!("{HEAD}{rest}")).unwrap_or_else(|faults| panic!("{rest}: {faults:?}"))
}

fn security(rest: &str) -> Security {
    described(rest).routes.operations()[0].security.clone()
}

fn any_of(sets: &[&str]) -> Security {
    let set = |text: &&str| crate::oauth::scope::ScopeSet::parse(text).unwrap();
    Security::AnyOf(sets.iter().map(set).collect())
}

#[test]
fn a_document_is_described() {
    let api = described(
        "paths:
  /ships:
    get: {operationId: ships, security: [{machine: [sign]}]}
    post: {security: [{login: [fleet]}]}
  /health: {get: {security: []}}
",
    );
    assert_eq!((&*api.title, &*api.version), ("Harbour", "7"));
    let scopes: Vec<_> = api.scopes.iter().map(|(name, text)| (&**name, &**text)).collect();
    assert_eq!(
        scopes,
        [("read", "Read all"), ("write", "Write all"), ("fleet", ""), ("sign", "Sign all")]
    );
    let ids: Vec<_> = api.routes.operations().iter().map(|operation| &*operation.id).collect();
    assert_eq!(ids, ["ships", "POST /ships", "GET /health"]);
}

#[test]
fn an_api_says_what_it_is_for() {
    let long = format!("description: {}", "long ".repeat(60));
    for (info, expected) in [
        ("summary: Berths and quays.", "Berths and quays."),
        ("summary: Short, description: Long.", "Short"),
        ("description: \"Where ships  lie.\\nAnd when. Who?\"", "Where ships lie."),
        ("description: \"\\nFirst line\\n\\nsecond\"", "First line"),
        ("x-none: 1", ""),
    ] {
        let head = HEAD.replace("version: '7'", &format!("version: '7', {info}"));
        let api = read(&format!("{head}paths: {{/a: {{get: {{security: []}}}}}}\n"))
            .unwrap_or_else(|faults| panic!("{faults:?}"));
        assert_eq!(api.summary, expected, "{info}");
    }
    let head = HEAD.replace("version: '7'", &format!("version: '7', {long}"));
    let summary =
        read(&format!("{head}paths: {{/a: {{get: {{security: []}}}}}}\n")).unwrap().summary;
    assert!(summary.ends_with("long…") && summary.chars().count() <= LONGEST_SUMMARY + 1);
}

#[test]
fn json_is_read_too() {
    let text = r#"{"openapi": "3.0.3", "info": {"title": "A", "version": "1"},
        "security": [{"m": ["r"]}],
        "paths": {"/a\/b": {"get": {"responses": {"200": {"description": "\ud83d\udea2"}}}}},
        "components": {"securitySchemes": {"m": {"type": "oauth2",
            "flows": {"clientCredentials": {"tokenUrl": "/t", "scopes": {"r": "Read"}}}}}}}"#;
    let api = read(text).unwrap();
    assert_eq!(&*api.routes.operations()[0].id, "GET /a/b");
    assert_eq!(api.scopes, [("r".to_owned(), "Read".to_owned())]);
}

#[test]
fn security_is_read_as_openapi_means_it() {
    for (document, operation, expected) in [
        ("[{machine: [read]}]", "", any_of(&["read"])),
        ("[{machine: [read]}]", "security: [{machine: [write]}]", any_of(&["write"])),
        ("[{machine: [read]}]", "security: []", Security::Public),
        ("[{machine: [read]}]", "security: [{machine: [read]}, {}]", Security::Public),
        ("[]", "", Security::Public),
        ("[]", "security: [{machine: []}]", any_of(&[""])),
        ("[]", "security: [{machine: [read, write]}]", any_of(&["read write"])),
        ("[]", "security: [{machine: [read]}, {login: [w]}]", any_of(&["read", "w"])),
        ("[]", "security: [{machine: [read], login: [w]}]", any_of(&["read w"])),
        ("[]", "security: [{bearer: []}]", any_of(&[""])),
    ] {
        let rest = format!("security: {document}\npaths:\n  /a:\n    get: {{{operation}}}\n");
        assert_eq!(security(&rest), expected, "{rest}");
    }
}

const ORGANIZATIONS: &str = "\
security: []
x-organization: {in: query, name: org}
paths:
  /a:
    parameters: [{$ref: '#/components/parameters/Org'}]
    get: {operationId: inherits}
    put: {operationId: requires, parameters: [{name: org, in: query, required: true}]}
    post: {operationId: own, x-organization: {in: header, name: x-org},
      parameters: [{name: X-Org, in: header, required: 'true'}]}
  /b/{org}:
    x-organization: {in: path, name: org}
    get: {operationId: path}
  /c: {get: {operationId: none, parameters: [{name: Org, in: query}]}}
  /d: {$ref: '#/paths/~1c'}
";

#[test]
fn organizations_are_inherited_by_who_declares_them() {
    let text = format!("{HEAD}  parameters: {{Org: {{name: org, in: query}}}}\n{ORGANIZATIONS}");
    let text = text.replace("operationId: none, ", "");
    let api = read(&text).unwrap();
    for (id, expected) in [
        ("inherits", Some((Place::Query, "org", false))),
        ("requires", Some((Place::Query, "org", true))),
        ("own", Some((Place::Header, "x-org", false))),
        ("path", Some((Place::Path, "org", true))),
        ("GET /c", None),
        ("GET /d", None),
    ] {
        let operation = api.routes.operations().iter().find(|operation| &*operation.id == id);
        let found = operation.unwrap().organization.as_ref();
        assert_eq!(
            found.map(|found| (found.place, &*found.name, found.required)),
            expected,
            "{id}"
        );
    }
    let path = PlainPath::read("/b/4200").unwrap();
    let found = api.routes.find("GET", &path).unwrap();
    assert_eq!(found.organization_named(None, |_| []).unwrap().as_deref(), Some("4200"));
    let path = PlainPath::read("/a").unwrap();
    let found = api.routes.find("PUT", &path).unwrap();
    assert_eq!(found.organization_named(None, |_| []), Err(Reason::OrganizationMissing));
}

/// Each with the line of its fault, counted after [`HEAD`], and words of the message.
#[rustfmt::skip]
const FAULTS: &[(&str, usize, &str)] = &[
    ("paths:\n  /a:\n    get:\n      summary: x\n", 3, "GET /a does not say who may call it"),
    ("paths:\n  /a:\n    get:\n      security: [{door: []}]\n", 4, "\"door\" is not declared"),
    ("security:\n- door: []\npaths: {/a: {get: {}}}\n", 2, "\"door\" is not declared"),
    ("security: []\npaths:\n  /a:\n    get:\n      security:\n      - basic: []\n", 6, "cannot enforce the security scheme \"basic\""),
    ("security: []\npaths:\n  /a:\n    get:\n      security:\n      - machine:\n        - read\n        - reed\n", 8, "declares the scope \"reed\""),
    ("security: [{login: ['a b']}]\npaths: {/a: {get: {}}}\n", 1, "is no scope"),
    ("security: [{login: [\"a\\\"b\"]}]\npaths: {/a: {get: {}}}\n", 1, "is no scope"),
    ("security: [{login: ['']}]\npaths: {/a: {get: {}}}\n", 1, "is no scope"),
    ("    odd: {type: oauth2, flows: {clientCredentials: {\n      scopes: {'ä': x}}}}\nsecurity: []\npaths: {/a: {get: {}}}\n", 2, "is no scope"),
    ("security: {machine: [read]}\npaths: {/a: {get: {}}}\n", 1, "security is a list"),
    ("security: [machine]\npaths: {/a: {get: {}}}\n", 1, "security is a list"),
    ("security: [{machine: read}]\npaths: {/a: {get: {}}}\n", 1, "a list of scopes"),
    ("security: []\nx-organization: {in: body, name: org}\npaths: {/a: {get: {}}}\n", 2, "x-organization is written"),
    ("security: []\nx-organization: org\npaths: {/a: {get: {}}}\n", 2, "x-organization is written"),
    ("security: []\nx-organization: {in: query}\npaths: {/a: {get: {}}}\n", 2, "x-organization is written"),
    ("security: []\nx-organization:\n  in: query\n  name: org\n  required: true\npaths: {/a: {get: {}}}\n", 5, "not \"required\""),
    ("security: []\nx-organization: {in: query, name: org}\npaths: {/a: {get: {}}}\n", 2, "no operation of this document has the parameter \"org\""),
    ("security: []\npaths:\n  /a:\n    x-organization: {in: query, name: org}\n    get: {}\n", 4, "no operation of this path has the parameter"),
    ("security: []\npaths:\n  /{org}:\n    get:\n      x-organization: {in: path, name: id}\n", 5, "write it in the path"),
    ("security: []\npaths:\n  /{org}-{id}:\n    get:\n      x-organization: {in: path, name: org}\n", 5, "a segment of its own"),
    ("security: []\npaths:\n  /a:\n    get:\n      x-organization: {in: query, name: org}\n      parameters: [{name: Org, in: query}]\n", 5, "among the query parameters"),
    ("security: []\npaths:\n  /a:\n    get:\n      x-organization: {in: header, name: org}\n      parameters: [{name: org, in: query}]\n", 5, "among the header parameters"),
    ("security: []\npaths:\n  /a/{x}: {get: {}}\n  /a/{y}: {put: {}}\n", 4, "/a/{x} and /a/{y} are the same path"),
    ("security: []\npaths:\n  /a/b.{x}: {get: {}}\n  /a/%62.{y}: {get: {}}\n", 4, "are the same path"),
    ("security: []\npaths:\n  a: {get: {}}\n", 3, "a path starts with"),
    ("security: []\npaths:\n  /a/{b: {get: {}}\n", 3, "both braces"),
    ("security: []\npaths:\n  /a?b=c: {get: {}}\n", 3, "no request can have this path"),
    ("security: []\npaths:\n  /a: {get: {}}\n  /a: {put: {}}\n", 4, "stands twice"),
    ("security: []\npaths:\n  /a:\n    gett: {}\n", 4, "\"gett\" is no method"),
    ("security: []\npaths:\n  /a:\n    GET: {}\n", 4, "\"GET\" is no method"),
    ("security: []\npaths:\n  /a:\n    get: yes\n", 4, "is not an object"),
    ("security: []\npaths:\n  /a: get\n", 3, "a path is an object"),
    ("security: []\npaths:\n  /a: {get: {operationId: x}}\n  /b:\n    get: {operationId: x}\n", 5, "\"x\" stands twice"),
    ("security: []\npaths:\n  /a: {$ref: '#/paths/~1b'}\n  /b: {$ref: '#/paths/~1a'}\n", 3, "circle"),
    ("security: []\npaths:\n  /a: {$ref: '#/paths/~1a'}\n", 3, "circle"),
    ("security: []\npaths:\n  /a: {$ref: 'paths.yaml#/a'}\n", 3, "another file"),
    ("security: []\npaths:\n  /a: {$ref: 'https://api.example/a'}\n", 3, "another file"),
    ("security: []\npaths:\n  /a: {$ref: '#/paths/~1c'}\n", 3, "not in this document"),
    ("security: []\npaths:\n  /a: {$ref: '#paths'}\n", 3, "not in this document"),
    ("security: []\npaths:\n  /a: {$ref: '#/paths/~1b', get: {}}\n  /b: {get: {}}\n", 3, "stands beside a $ref"),
    ("security: []\npaths:\n  /a:\n    get:\n      parameters:\n      - $ref: '#/components/parameters/P'\n", 6, "not in this document"),
    ("security: []\npaths:\n  /a:\n    get:\n      parameters:\n      - {name: x, in: body}\n", 6, "a parameter has a name"),
    ("security: []\npaths:\n  /a:\n    get:\n      parameters:\n      - {name: x, in: query}\n      - {name: x, in: query}\n", 7, "stands twice"),
    ("security: []\npaths:\n  /a:\n    get:\n      parameters: {}\n", 5, "parameters is a list"),
    ("security: []\npaths:\n  /a:\n    get:\n      servers: [{url: /b}]\n", 5, "its own servers"),
    ("security: []\npaths: {}\n", 2, "no operation"),
    ("security: []\npaths: []\n", 2, "paths is an object"),
    ("security: []\n", 0, "paths is an object"),
];

#[test]
fn every_fault_has_its_line_and_a_remedy() {
    let head = HEAD.lines().count();
    for (rest, line, words) in FAULTS {
        let faults = read(&format!("{HEAD}{rest}")).expect_err(rest);
        let line = if *line == 0 { 1 } else { head + line };
        let found = faults.iter().any(|fault| fault.line == line && fault.message.contains(words));
        assert!(found, "{rest}\nexpected line {line} \"{words}\", found {faults:?}");
    }
}

#[test]
fn other_documents_are_refused_at_their_line() {
    for (text, line, words) in [
        ("", 1, "empty"),
        ("# words only\n", 1, "empty"),
        ("ships: 3\n", 1, "no OpenAPI document"),
        ("info: {}\nswagger: '2.0'\n", 2, "Swagger 2"),
        ("openapi: 2.0.0\n", 1, "only OpenAPI 3.0 and 3.1"),
        ("openapi: 3.10.0\n", 1, "only OpenAPI 3.0 and 3.1"),
        ("openapi: [3.1]\n", 1, "only OpenAPI 3.0 and 3.1"),
        ("openapi: 3.0.0\npaths: {/a: {get: {security: []}}}\n", 1, "info.title is missing"),
        (
            "openapi: 3.0.0\ninfo: {title: A}\npaths: {/a: {get: {security: []}}}\n",
            2,
            "info.version",
        ),
    ] {
        let faults = read(text).expect_err(text);
        assert!(faults[0].line == line && faults[0].message.contains(words), "{text}: {faults:?}");
    }
    assert!(
        read("openapi: 3.1\ninfo: {title: A, version: 1}\npaths: {/a: {get: {security: []}}}")
            .is_ok()
    );
}

#[test]
fn all_faults_are_told_at_once_in_order() {
    let faults = read(&format!(
        "{HEAD}paths:\n  a: {{}}\n  /b: {{get: {{}}}}\n  /c: {{get: {{security: [{{door: []}}]}}}}\n"
    ))
    .unwrap_err();
    assert_eq!(faults.iter().map(|fault| fault.line).collect::<Vec<_>>(), [14, 15, 16]);
    let many: String = (0..500).map(|n| format!("  /a{n}: {{get: {{}}}}\n")).collect();
    assert_eq!(read(&format!("{HEAD}paths:\n{many}")).unwrap_err().len(), MOST_FAULTS);
}

#[test]
fn large_documents_end_in_a_fault_not_in_a_wait() {
    let parameters: String = (0..30).map(|n| format!("{{name: p{n}, in: query}},")).collect();
    let paths: String = (0..9_000).map(|n| format!("  /b{n}: {{$ref: '#/paths/~1a'}}\n")).collect();
    let methods: String = Method::ALL
        .iter()
        .map(|(_, name)| format!("    {}: {{parameters: [{parameters}]}}\n", name.to_lowercase()))
        .collect();
    let text = format!("{HEAD}security: []\npaths:\n  /a:\n{methods}{paths}");
    let faults = read(&text).unwrap_err();
    assert!(faults.iter().any(|fault| fault.message.contains("operations: split")), "{faults:?}");

    let alternatives = "{machine: [read]},".repeat(51);
    let text = format!("{HEAD}security: [{alternatives}]\npaths: {{/a: {{get: {{}}}}}}\n");
    assert!(read(&text).unwrap_err()[0].message.contains("at most 50"));
    let scopes = "read,".repeat(51);
    let text = format!("{HEAD}security: [{{machine: [{scopes}]}}]\npaths: {{/a: {{get: {{}}}}}}\n");
    assert!(read(&text).unwrap_err()[0].message.contains("at most 50"));
}

/// The demo's documents, as the gate understands them.
#[test]
fn the_demo_documents_are_policy() {
    let vessel = read(include_str!("../../../../../demo/vessel.yaml")).unwrap();
    let crew = read(include_str!("../../../../../demo/crew.yaml")).unwrap();
    let rows = |api: &ApiDescription| -> Vec<String> {
        let row = |operation: &Operation| {
            let Security::AnyOf(sets) = &operation.security else { return "public".to_owned() };
            let organization =
                operation.organization.as_ref().map(|o| (o.place, &*o.name, o.required));
            let organization = match organization {
                Some((Place::Query, "organizationId", true)) => "required",
                Some((Place::Query, "organizationId", false)) => "optional",
                None => "none",
                other => panic!("{other:?}"),
            };
            format!("{} {} {sets:?} {organization}", operation.method, operation.template.as_str())
        };
        api.routes.operations().iter().map(row).collect()
    };
    assert_eq!(
        rows(&vessel),
        [
            "GET /v1/organizations [\"organization_read\"] optional",
            "GET /v1/ships [\"organization_read\"] optional",
            "GET /v1/ships/{imo} [\"organization_read\"] none",
        ]
    );
    assert_eq!(
        rows(&crew),
        [
            "GET /v1/crew [\"crew_read\"] optional",
            "POST /v1/crew [\"crew_import\"] required",
            "GET /v1/crew/{id} [\"crew_read\"] none",
            "PUT /v1/crew/{id} [\"crew_import\"] required",
        ]
    );
    let scopes: Vec<_> =
        vessel.scopes.iter().chain(&crew.scopes).map(|(name, _)| &**name).collect();
    assert_eq!(scopes, ["organization_read", "crew_read", "crew_import"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Whatever happens to a document, it is read or refused with a line of it.
    #[test]
    fn broken_documents_never_panic(at in 0usize..1500, cut in 0usize..40, byte in any::<char>()) {
        let whole = format!("{HEAD}  parameters: {{Org: {{name: org, in: query}}}}\n{ORGANIZATIONS}");
        let mut text: String = whole.chars().take(at).collect();
        text.push(byte);
        text.extend(whole.chars().skip(at + cut));
        if let Err(faults) = read(&text) {
            assert!(!faults.is_empty());
            assert!(faults.iter().all(|fault| (1..=text.lines().count() + 2).contains(&fault.line)));
        }
    }
}
