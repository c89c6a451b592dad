//! What people read stands in texts/, and nowhere else is it looked for: every text that
//! is asked for is there, and every text that is there is asked for. A page has the texts
//! of whoever reads it.

use std::collections::BTreeMap;

use crate::faults::Faults;
use crate::source;
use crate::tree;

/// How a text is asked for, in Rust and in templates.
const ASKS: &[&str] = &["say(", "say1(", "say2(", "say_with("];

const SERVER: &str = "crates/server/src";
const LANGUAGES: &str = "crates/server/texts";

/// Who says which language: the texts for a request, the environment for what no request
/// asks for.
const CHOOSE: &[&str] = &["crates/server/src/texts.rs", "crates/server/src/env.rs"];

#[test]
fn every_text_that_is_asked_for_is_there() {
    let mut faults = Faults::default();
    let texts = texts();
    for (path, code) in askers() {
        for (line, id) in asked(&code) {
            if !texts.contains_key(id) {
                faults.at(&path, line, &format!("there is no text {id}"));
            }
        }
    }
    faults.none_or("write it into the file of its area in crates/server/texts/en");
}

#[test]
fn every_text_is_asked_for() {
    let mut faults = Faults::default();
    let code: Vec<String> = askers().into_iter().map(|(_, code)| code).collect();
    let beginnings: Vec<&str> = code.iter().flat_map(|code| beginnings(code)).collect();
    for (id, (path, line)) in texts() {
        let named = format!("\"{id}\"");
        let is_named = code.iter().any(|code| code.contains(&named));
        if !is_named && !beginnings.iter().any(|beginning| id.starts_with(beginning)) {
            faults.at(&path, line, &format!("nobody asks for {id}"));
        }
    }
    faults.none_or("take it out, or ask for it");
}

#[test]
fn nobody_else_says_which_language() {
    let mut faults = Faults::default();
    for source in source::below(SERVER).filter(|one| !CHOOSE.contains(&one.path.as_str())) {
        for (line, code) in source.shipped_lines() {
            if code.contains("Texts::english") {
                faults.at(&source.path, line, "Texts::english");
            }
        }
    }
    faults.none_or("take `t` from the frame, from `At`, or from `Env` for what no request asks");
}

#[test]
fn every_language_stands_in_languages() {
    let mut faults = Faults::default();
    let register = tree::text(&format!("{SERVER}/texts.rs"));
    for tag in tree::entries(LANGUAGES) {
        if !register.contains(&format!("(\"{tag}\", ")) {
            faults.about(&format!("{LANGUAGES}/{tag}"), "is in no line of LANGUAGES");
        }
        for path in tree::files_below(&format!("{LANGUAGES}/{tag}")) {
            let path = path.trim_start_matches("crates/server/");
            if !register.contains(&format!("include_str!(\"../{path}\")")) {
                faults.about(path, "is read by nobody");
            }
        }
    }
    faults.none_or("a language is a folder, its files, and one line in crates/server/src/texts.rs");
}

/// Every text by its id, and where it stands.
fn texts() -> BTreeMap<String, (String, usize)> {
    let mut found = BTreeMap::new();
    for path in tree::files_below("crates/server/texts/en") {
        for (number, line) in tree::text(&path).lines().enumerate() {
            let Some((id, _)) = line.split_once(" =") else { continue };
            if id.starts_with(|c: char| c.is_ascii_alphabetic()) {
                found.insert(id.to_owned(), (path.clone(), number + 1));
            }
        }
    }
    found
}

/// The files that ask for texts.
fn askers() -> Vec<(String, String)> {
    let asks =
        |path: &String| path.ends_with(".html") || path.ends_with(".txt") || path.ends_with(".rs");
    let folders = ["crates/server/src", "crates/server/templates"];
    let paths = folders.into_iter().flat_map(tree::files_below).filter(asks);
    // Tests have texts of their own.
    let shipped = paths.filter(|path| !path.ends_with("tests.rs") && !path.ends_with("/texts.rs"));
    shipped.map(|path| (path.clone(), tree::text(&path))).collect()
}

/// The ids that are asked for as they stand, and in which lines.
fn asked(code: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    for ask in ASKS {
        for (at, _) in code.match_indices(ask) {
            let is_word = !code[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
            let rest = code[at + ask.len()..].trim_start();
            let id = rest.strip_prefix('"').and_then(|rest| rest.split('"').next());
            if let Some(id) = id.filter(|_| is_word) {
                found.push((code[..at].lines().count().max(1), id));
            }
        }
    }
    found
}

/// The beginnings of ids that are put together: `"audit-action-{…}"`.
fn beginnings(code: &str) -> Vec<&str> {
    let texts = code.match_indices('"').filter_map(|(at, _)| code.get(at + 1..));
    texts
        .filter_map(|rest| {
            let end =
                rest.find(|c: char| !(c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'))?;
            let is_put_together = rest[end..].starts_with('{') && rest[..end].ends_with('-');
            is_put_together.then_some(&rest[..end])
        })
        .collect()
}
