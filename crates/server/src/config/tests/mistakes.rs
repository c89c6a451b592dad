//! What is printed for each mistake, exactly.

use std::path::Path;

use crate::config::Config;

const RIGHT: &str = r#"issuer = "https://id.example.com"
listen = "127.0.0.1:8080"
database = "sqlite:portreeve.db"
[master_key]
file = "master.key"
[[service]]
name = "vessel"
title = "Vessels"
openapi = "vessel.yaml"
upstream = "http://127.0.0.1:9001"
path = "/api/vessel"
audience = "https://api.example.com"
"#;

/// Another service, to stand after it.
const SECOND: &str = r#"[[service]]
name = "crew"
title = "Crews"
openapi = "crew.yaml"
upstream = "http://127.0.0.1:9002"
path = "/api/crew"
audience = "https://api.example.com"
"#;

fn printed(text: &str) -> String {
    match Config::from_text(text, Path::new("")) {
        Ok(_) => "no mistake".to_owned(),
        Err(faults) => faults.iter().map(|fault| format!("{fault}\n")).collect(),
    }
}

/// One case of `mistakes.txt`: its `-` lines, its `+` lines, and the rest.
fn parts(case: &str) -> (String, String, String) {
    let lines = |mark: &str| -> String {
        let marked = case.lines().filter_map(|line| line.strip_prefix(mark));
        marked.map(|line| format!("{line}\n")).collect()
    };
    let is_printed = |line: &&str| !line.starts_with("- ") && !line.starts_with("+ ");
    let printed = case.lines().filter(is_printed);
    (lines("- "), lines("+ "), printed.map(|line| format!("{line}\n")).collect())
}

#[test]
fn every_mistake_is_printed_with_its_line_and_remedy() {
    let cases = include_str!("mistakes.txt").split("\n\n").skip(1);
    let mut checked = 0;
    for case in cases {
        let (right, wrong, expected) = parts(case);
        let text = [RIGHT, SECOND].concat();
        let text = if RIGHT.contains(&right) { RIGHT } else { &*text };
        assert_eq!(text.matches(&right).count(), 1, "{right}");
        assert_eq!(printed(&text.replace(&right, &wrong)), expected, "{right}{wrong}");
        checked += 1;
    }
    assert_eq!(checked, 105);
}

#[test]
fn many_mistakes_are_told_at_once() {
    let text = "issuer = 1\nlisten = 2\n[limits]\ndrain = 3\n[[service]]\nname = \"\"\nport = 4\n";
    let printed = printed(text);
    let places: Vec<&str> = printed.lines().filter_map(|line| line.split(' ').nth(1)).collect();
    let expected = "database master_key: issuer: listen: limits.drain: service.audience \
        service.openapi service.path service.title service.upstream service.name: service.port:";
    assert_eq!(places.join(" "), expected);
}
