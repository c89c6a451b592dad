//! Sizes and names. Lengths of functions, arguments and nesting are clippy's.

use crate::faults::Faults;
use crate::source;
use crate::tree;

/// Lines of a file, tests included.
const LONGEST_FILE: usize = 400;

/// Rooms that say nothing about what is in them.
const EMPTY_NAMES: &[&str] = &["utils", "util", "helpers", "helper", "common", "misc", "shared"];

/// Beginnings that say nothing about what a function does.
const EMPTY_VERBS: &[&str] = &["get_", "handle_", "process_", "do_"];

/// Endings that say nothing about what a type is.
const EMPTY_TYPES: &[&str] = &["Manager", "Helper", "Utils", "Util", "Handler", "Processor"];

#[test]
fn files_are_short() {
    let mut faults = Faults::default();
    let programs = |path: &str| {
        [".rs", ".sh", ".py", ".js", ".css", ".html"].iter().any(|ending| path.ends_with(ending))
    };
    for path in tree::files().into_iter().filter(|path| programs(path)) {
        let lines = tree::text(&path).lines().count();
        if lines > LONGEST_FILE {
            faults.at(&path, lines, &format!("{lines} lines, {LONGEST_FILE} are allowed"));
        }
    }
    faults.none_or("split the file along a seam; long tests go to a sibling `foo/tests.rs`");
}

#[test]
fn every_file_says_what_it_is_for() {
    let mut faults = Faults::default();
    // A sibling of tests is explained by the file that it tests.
    let is_tests = |path: &str| path.ends_with("tests.rs") || path.contains("/tests/");
    for source in source::all().iter().filter(|source| !is_tests(&source.path)) {
        if !source.text.starts_with("//!") {
            faults.at(&source.path, 1, "begins without a `//!` line");
        }
    }
    faults.none_or("say in the first lines what the room is for and what is not in it");
}

#[test]
fn nothing_is_imported_wholesale() {
    let mut faults = Faults::default();
    for source in source::all() {
        for (line, code) in source.lines() {
            let code = code.trim();
            let is_import = code.starts_with("use ") || code.starts_with("pub use ");
            // A `mod tests` inside the file may take that file's own names.
            if is_import && code.contains('*') && code != "use super::*;" {
                faults.at(&source.path, line, code);
            }
        }
        for (line, code) in source.shipped_lines().filter(|(_, code)| code.contains("super::*")) {
            faults.at(&source.path, line, code.trim());
        }
    }
    faults.none_or("name what is imported");
}

#[test]
fn rooms_have_names_that_say_something() {
    let mut faults = Faults::default();
    for path in tree::files() {
        let mut parts = path.split('/').map(|part| part.split('.').next().unwrap_or(part));
        if parts.any(|part| EMPTY_NAMES.contains(&part)) {
            faults.about(&path, "this name says nothing");
        }
    }
    faults.none_or("name the room after what it knows");
}

#[test]
fn functions_and_types_have_names_that_say_something() {
    let mut faults = Faults::default();
    for source in source::all() {
        for (line, code) in source.lines() {
            let words: Vec<&str> = code.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
            for pair in words.windows(2) {
                let [kind, name] = pair else { continue };
                let empty = match *kind {
                    "fn" => EMPTY_VERBS.iter().any(|verb| name.starts_with(verb)),
                    "struct" | "enum" | "trait" | "type" => {
                        EMPTY_TYPES.iter().any(|ending| name.ends_with(ending))
                    }
                    _ => false,
                };
                if empty {
                    faults.at(&source.path, line, &format!("{kind} {name}"));
                }
            }
        }
    }
    faults.none_or(
        "read/write, ask/decide, find/commit, mint/inspect, may_/is_: see CONTRIBUTING.md",
    );
}

#[test]
fn nothing_is_unfinished() {
    // Put together, so that this file does not name itself.
    let marks = [["TO", "DO"], ["FIX", "ME"], ["XX", "X"], ["to", "do"], ["unimple", "mented"]];
    let [for_later @ .., todo, unimplemented] = marks.map(|halves| halves.concat());
    let mut faults = Faults::default();
    for source in source::all() {
        for (number, text) in source.text.lines().enumerate() {
            let mut words = text.split(|c: char| !c.is_alphanumeric());
            if words.any(|word| for_later.iter().any(|mark| mark == word)) {
                faults.at(&source.path, number + 1, text.trim());
            }
        }
        for (line, code) in source.lines() {
            if [&todo, &unimplemented].iter().any(|name| code.contains(&format!("{name}!("))) {
                faults.at(&source.path, line, code.trim());
            }
        }
    }
    faults.none_or("finish it, or take it out; what is left open belongs in an issue");
}

#[test]
fn no_test_is_switched_off() {
    let mut faults = Faults::default();
    for source in source::all() {
        let text: Vec<&str> = source.text.lines().collect();
        for (line, _) in source.lines().filter(|(_, code)| code.contains("#[ignore")) {
            let reason = text
                .get(line - 1)
                .and_then(|text| text.split_once("= \"run by "))
                .map(|(_, by)| by);
            let by = reason.and_then(|by| by.split([' ', '"']).next()).unwrap_or_default();
            if by.is_empty() || !source.code.contains(&format!("fn {by}(")) {
                faults.at(&source.path, line, "this test does not run");
            }
        }
    }
    faults.none_or("only a test that another one starts may be ignored: `run by NAME …`");
}
