//! What stands in a folder stands in its list too, and is proved.

use crate::faults::Faults;
use crate::source;
use crate::tree;

const GRANTS: &str = "crates/core/src/grant";
const DIALECTS: &str = "crates/core/dialects";
const BUILTIN: &str = "crates/core/src/dialect/builtin.rs";

const AUDIT: &str = "crates/core/src/audit.rs";
const FLOWS: &str = "crates/server/src/flow";
const TASKS: &str = "crates/server/src/tasks";

/// Dialects that are files and nothing else: they prove that no line of code is needed,
/// so that no line of code may name them.
const FROM_A_FOLDER: &[&str] = &["lark", "marketo", "vipps"];

#[test]
fn every_grant_stands_in_grants() {
    let mut faults = Faults::default();
    let register = tree::text(&format!("{GRANTS}/mod.rs"));
    let list = register.split("pub const GRANTS").nth(1).and_then(|rest| rest.split(';').next());
    let list = list.expect("crates/core/src/grant/mod.rs: `pub const GRANTS` is gone");
    for source in source::below(GRANTS).filter(|source| source.shipped_lines().next().is_some()) {
        let name = source.path.trim_start_matches(GRANTS).trim_start_matches('/');
        let name = name.split(['/', '.']).next().unwrap_or_default();
        let is_grant = !["mod", "contract"].contains(&name);
        if is_grant && !list.contains(&format!("{name}::")) {
            faults.about(&source.path, "is in no line of GRANTS");
        }
    }
    faults.none_or("a grant is one file and one line in GRANTS (crates/core/src/grant/mod.rs)");
}

#[test]
fn every_dialect_is_built_in_and_proved() {
    let mut faults = Faults::default();
    let builtin = tree::text(BUILTIN);
    for name in tree::entries(DIALECTS) {
        let folder = format!("{DIALECTS}/{name}");
        let listed = format!("(\"{name}\", include_str!(\"../../dialects/{name}/dialect.toml\"))");
        if FROM_A_FOLDER.contains(&name.as_str()) {
            if builtin.contains(&format!("\"{name}\"")) {
                faults.about(&folder, "is no file from a folder any more, it is built in");
            }
        } else if !builtin.contains(&listed) {
            faults.about(&folder, &format!("is in no line of {BUILTIN}: {listed}"));
        }
        let files = tree::files_below(&folder);
        if !files.contains(&format!("{folder}/dialect.toml")) {
            faults.about(&folder, "has no dialect.toml");
        }
        let is_case = |path: &&String| {
            path.starts_with(&format!("{folder}/cases/")) && path.ends_with(".http")
        };
        if files.iter().find(is_case).is_none() {
            faults.about(&folder, "has no cases/*.http, so nothing proves it");
        }
    }
    for name in builtin.split("../../dialects/").skip(1).filter_map(|rest| rest.split('/').next()) {
        if !tree::root().join(DIALECTS).join(name).is_dir() {
            faults.about(BUILTIN, &format!("names {name}, which has no folder"));
        }
    }
    faults.none_or("a dialect is dialect.toml, cases/*.http and one line in builtin.rs");
}

#[test]
fn every_action_of_a_fact_stands_in_actions() {
    let mut faults = Faults::default();
    let register = tree::text(AUDIT);
    let list = register.split("pub const ACTIONS").nth(1).and_then(|rest| rest.split("];").next());
    let list = list.expect("crates/core/src/audit.rs: `pub const ACTIONS` is gone");
    let is_word = |word: &str| {
        !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
    };
    // Only flows and tasks write facts, and no other text of theirs looks like an action.
    for source in source::below(FLOWS).chain(source::below(TASKS)) {
        let mut told = 0;
        for (number, _) in source.shipped_lines() {
            let line = source.text.lines().nth(number - 1).unwrap_or_default();
            for text in line.split('"').skip(1).step_by(2) {
                let is_action =
                    text.split_once('.').is_some_and(|(kind, what)| is_word(kind) && is_word(what));
                told += usize::from(is_action);
                if is_action && !list.contains(&format!("\"{text}\"")) {
                    faults.about(&source.path, &format!("tells {text:?}"));
                }
            }
        }
        if source.path.ends_with("flow/keys.rs") {
            assert!(told > 0, "no action is found any more");
        }
    }
    faults.none_or("an action is one line in ACTIONS (crates/core/src/audit.rs), with its words");
}

#[test]
fn decisions_are_numbered_without_holes() {
    let mut faults = Faults::default();
    for (index, name) in tree::entries("docs/decisions").iter().enumerate() {
        let path = format!("docs/decisions/{name}");
        if !name.starts_with(&format!("{:04}-", index + 1)) || !name.ends_with(".md") {
            faults.about(&path, &format!("should be {:04}-title.md", index + 1));
        }
        for heading in ["## Context", "## Decision", "## Consequences"] {
            if !tree::text(&path).contains(heading) {
                faults.about(&path, &format!("has no `{heading}`"));
            }
        }
    }
    faults.none_or("a decision is one page, superseded by a later one and never edited");
}
