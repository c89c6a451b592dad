//! Time, randomness, the environment and the kind of database are each known in one
//! place; everything else is told.

use crate::faults::Faults;
use crate::mask;
use crate::source::{self, Source};

/// Calls that look at the world, and the files that may make them.
const SENSES: &[&str] = &[
    "SystemTime::now",
    "Instant::now",
    "Timestamp::now()",
    "Zoned::now",
    "rand::fill",
    "rand::rng",
    "SystemRandom::new",
    "env::var",
    "env::vars",
    "thread_rng",
    "getrandom",
];

/// Where they stand, and why.
const SENSE_FILES: &[(&str, &str)] = &[
    ("crates/server/src/env.rs", "the one place of the server"),
    ("crates/client/src/clock.rs", "a leaf that strangers call: it looks at the clock itself"),
    ("crates/guard/src/clock.rs", "a leaf that strangers call: it looks at the clock itself"),
    // Moves a timer of tokio's own clock forward by a silence that the configuration
    // names; nothing is decided or recorded by it.
    ("crates/server/src/patience.rs", "tokio's timer"),
    ("crates/core/src/token/jwt/sign.rs", "the library asks for a source and uses its own"),
];

/// Where the words for a kind of database may stand in shipped code.
const DATABASE_FILES: &[&str] = &[
    "crates/store/",
    // Reads the URL and says which kinds exist.
    "crates/server/src/config/database.rs",
    // `--database URL` and its help.
    "crates/cli/src/demo/",
    "crates/cli/src/verb/demo.rs",
    "bench/",
    "house/",
];

#[test]
fn the_world_is_looked_at_in_one_place() {
    let mut faults = Faults::default();
    let may = |path: &str| SENSE_FILES.iter().any(|(file, _)| *file == path);
    for source in source::all().iter().filter(|source| !may(&source.path)) {
        for (line, code) in source.shipped_lines() {
            for word in SENSES.iter().filter(|word| names(code, word)) {
                faults.at(&source.path, line, word);
            }
        }
    }
    faults.none_or("take a Timestamp or an Entropy as a parameter, or ask Env");
}

#[test]
fn no_exception_outlives_its_reason() {
    let mut faults = Faults::default();
    for (file, reason) in SENSE_FILES {
        let source = source::all().iter().find(|source| source.path == *file);
        let looks = |source: &Source| {
            source.shipped_lines().any(|(_, code)| SENSES.iter().any(|word| names(code, word)))
        };
        if !source.is_some_and(looks) {
            faults.about(file, &format!("needs no exception any more ({reason})"));
        }
    }
    faults.none_or("delete the line in house/src/senses.rs, or follow the file to its new place");
}

#[test]
fn only_the_store_knows_its_databases() {
    let mut faults = Faults::default();
    let may = |path: &str| DATABASE_FILES.iter().any(|start| path.starts_with(start));
    for source in source::all().iter().filter(|source| !may(&source.path)) {
        let spoken = mask::code_and_strings(&source.text);
        let spoken: Vec<&str> = spoken.lines().collect();
        for (line, _) in source.shipped_lines() {
            let text = spoken.get(line - 1).copied().unwrap_or_default().to_lowercase();
            if text.contains("sqlite") || text.contains("postgres") {
                faults.at(&source.path, line, text.trim());
            }
        }
    }
    faults.none_or("never branch on the database: the store's two backends keep one contract");
}

#[test]
fn a_longer_word_is_another_word() {
    assert!(names("let now = Instant::now();", "Instant::now"));
    assert!(names("std::env::var(name)", "env::var"));
    assert!(!names("env::variable(name)", "env::var"));
    assert!(!names("MyInstant::now()", "Instant::now"));
}

/// Whether `word` stands in `code` and is not part of a longer word.
fn names(code: &str, word: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(word).any(|(at, _)| {
        let longer_before = code[..at].chars().next_back().is_some_and(is_word);
        let longer_after = code[at + word.len()..].chars().next().is_some_and(is_word);
        !longer_before && (!longer_after || !word.ends_with(is_word))
    })
}
