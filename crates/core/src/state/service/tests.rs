use super::*;
use crate::state;

const CREW: &str = r#"[[service]]
path = "/api/crew"
name = "crew"
title = "Crews \"and\" \\ more"
openapi = 'crew.yaml'
upstream = "http://127.0.0.1:9002"
audience = "https://api.example.com"
token_ttl = "5m"
token = { prefix = "at_", format = "sealed" }
"#;

fn declared(text: &str) -> DeclaredService {
    let mut declared = state::read(text).unwrap_or_else(|faults| panic!("{faults:?}"));
    declared.services.remove(0)
}

#[test]
fn a_service_is_written_in_one_way() {
    let rendered = declared(CREW).rendered();
    assert_eq!(
        rendered,
        r#"# Written by "portreeve apply": change the declared state, and apply it.
name = "crew"
title = "Crews \"and\" \\ more"
openapi = "crew.yaml"
upstream = "http://127.0.0.1:9002"
path = "/api/crew"
audience = "https://api.example.com"
token = { format = "sealed", prefix = "at_" }
token_ttl = "5m"
"#
    );
    let parsed = DeclaredService::parse(&rendered).unwrap();
    assert_eq!(parsed.rendered(), rendered);
    assert_eq!(declared(CREW).step_from(Some(parsed)), None);
    // Whatever stands there is read again as it was.
    let odd = "[[service]]\nname = \"a\"\ntitle = \"\\u0000\\u007F\\tø\"\n\"x y\" = [1, 2.5, true, 1979-05-27, {b={}}]\n";
    let rendered = declared(odd).rendered();
    assert!(rendered.contains("title = \"\\u0000\\u007F\\u0009ø\"\n"), "{rendered}");
    let parsed = DeclaredService::parse(&rendered);
    assert_eq!(parsed.map(|parsed| parsed.rendered()), Some(rendered));
}

#[test]
fn a_difference_is_told_by_key() {
    let before = declared(CREW);
    assert_eq!(
        before.step_from(None).unwrap().to_string(),
        "+ service crew \"Crews \\\"and\\\" \\\\ more\" at /api/crew openapi: \"crew.yaml\"; \
         upstream: \"http://127.0.0.1:9002\"; audience: \"https://api.example.com\"; \
         token: { format = \"sealed\", prefix = \"at_\" }; token_ttl: \"5m\""
    );
    for (what, instead, told) in [
        ("9002", "9003", "upstream: \"http://127.0.0.1:9003\"; before: \"http://127.0.0.1:9002\""),
        ("token_ttl = \"5m\"\n", "", "token_ttl: none; before: \"5m\""),
        (
            "token_ttl = \"5m\"",
            "token_ttl = \"5m\"\ndialect = \"dqe\"",
            "dialect: \"dqe\"; before: none",
        ),
        (
            "\"sealed\" }",
            "\"jwt\" }",
            "token: { format = \"jwt\", prefix = \"at_\" }; before: { format = \"sealed\", prefix = \"at_\" }",
        ),
    ] {
        let to = declared(&CREW.replace(what, instead));
        let step = to.step_from(Some(before.clone())).unwrap();
        assert_eq!(step.to_string(), format!("~ service crew {told}"));
    }
}

#[test]
fn a_line_of_the_file_is_one_of_the_state() {
    let crew = declared(CREW);
    let rendered = crew.rendered();
    for (at, line) in rendered.lines().enumerate().skip(1) {
        let name = line.split(' ').next().unwrap();
        let there = crew.line_of_rendered(Some(at + 1));
        let there = CREW.lines().nth(there - 1).unwrap();
        assert!(there.starts_with(&format!("{name} = ")), "{line}: {there}");
    }
    for line in [None, Some(0), Some(1), Some(99)] {
        assert_eq!(crew.line_of_rendered(line), 1);
    }
}

#[test]
fn a_name_is_a_files_name_too() {
    for name in ["", "../crew", "Crew", "a/b", ".", "crew.toml", &"x".repeat(41)] {
        let text = format!("[[service]]\nname = {name:?}\n");
        let faults = state::read(&text).unwrap_err();
        assert_eq!(faults[0].line, 2, "{faults:?}");
        assert!(faults[0].message.starts_with("service.name: expected 1 to 40"), "{faults:?}");
        assert_eq!(DeclaredService::parse(&format!("name = {name:?}\n")), None);
    }
    let faults = state::read(&[CREW, CREW].concat()).unwrap_err();
    assert_eq!(faults, [Fault::at(10, "service crew stands twice")]);
    assert_eq!(DeclaredService::parse("name = "), None);
}
