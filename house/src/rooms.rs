//! Which room may import which inside a crate, and who may speak to the store.

use std::collections::{BTreeMap, BTreeSet};

use crate::faults::Faults;
use crate::source::{self, Source};
use crate::tree;

/// The server's rooms from the ground up. A room imports from lower floors only:
/// never from its own floor (so the doors never import each other) and never upwards.
const SERVER: &[&[&str]] = &[
    &[
        "config",
        "guessing",
        "openapi",
        "passwords",
        "patience",
        "paths",
        "raw",
        "request_id",
        "sessions",
        "shared_tokens",
        "spending",
        "texts",
        "usage",
    ],
    &["catalog", "changes", "listen", "tries"],
    &["observe", "upstream"],
    &["mail", "token_memory"],
    &["env"],
    &["flow"],
    // One line per request: what every door does first and last.
    &["visit"],
    &["admin", "control", "gate", "oauth", "pages", "portal", "tasks"],
    &["router"],
    &["installation"],
];

/// Crate, room, imported room: arrows that close a circle and are right to.
const CIRCLES: &[(&str, &str, &str)] = &[
    // Reading OAuth's words may refuse; a refusal names OAuth's error codes.
    ("core", "oauth", "refusal"),
    ("core", "refusal", "oauth"),
    // A client has audiences, which tokens carry; a token lives as its client does.
    ("core", "client", "token"),
    ("core", "token", "client"),
    // A source, or a guard, names its builder, and the builder makes it.
    ("client", "builder", "source"),
    ("client", "source", "builder"),
    ("guard", "builder", "guard"),
    ("guard", "guard", "builder"),
];

/// Rooms that may await the store. The router's readiness is the one exception:
/// `ping` asks whether the store is there, and nothing else.
const ASK_THE_STORE: &[&str] = &["flow", "tasks", "installation", "control"];

#[test]
fn the_servers_rooms_import_downwards() {
    let mut faults = Faults::default();
    for source in source::below("crates/server/src") {
        let Some(room) = source.room().filter(|room| *room != "lib") else { continue };
        for (line, other) in imports(source) {
            match (floor(room), floor(&other)) {
                _ if room == other => {}
                (Some(here), Some(there)) if there < here => {}
                (Some(here), Some(there)) if there == here => {
                    faults.at(&source.path, line, &format!("{room} imports {other} beside it"));
                }
                (Some(_), Some(_)) => {
                    faults.at(&source.path, line, &format!("{room} imports {other} above it"));
                }
                _ => faults.at(&source.path, line, &format!("{room} or {other} has no floor")),
            }
        }
    }
    faults.none_or("move what both need to a lower room; the floors are in house/src/rooms.rs");
}

#[test]
fn rooms_stand_in_no_circle() {
    let mut faults = Faults::default();
    // The server's floors, above, leave no room for one.
    for name in tree::entries("crates").into_iter().filter(|name| name != "server") {
        let arrows = arrows(&format!("crates/{name}/src"));
        for (_, room, other) in CIRCLES.iter().filter(|(of, _, _)| *of == name) {
            if arrows.get(*room).is_none_or(|others| !others.contains_key(*other)) {
                faults.about(&name, &format!("{room} imports {other} no longer: shorten CIRCLES"));
            }
        }
        for (room, others) in &arrows {
            for (other, place) in others.iter().filter(|(other, _)| reaches(&arrows, other, room)) {
                if !CIRCLES.contains(&(&name, room, other)) {
                    faults.about(place, &format!("{room} imports {other}, which leads back"));
                }
            }
        }
    }
    faults.none_or("move what both need to a room of its own");
}

#[test]
fn only_the_flow_speaks_to_the_store() {
    let mut faults = Faults::default();
    for source in source::below("crates/server/src") {
        let may = source.room().is_some_and(|room| ASK_THE_STORE.contains(&room));
        for (line, code) in source.shipped_lines().filter(|_| !may) {
            // The directory's words (what is known of a client) are for everybody.
            let names =
                code.contains("portreeve_store::") && !code.contains("portreeve_store::directory");
            if names || (code.contains(".store()") && !code.contains(".store().ping()")) {
                faults.at(&source.path, line, code.trim());
            }
        }
    }
    for source in source::below("crates/cli/src") {
        for (line, code) in source.shipped_lines() {
            // A page of a list is asked for in the contract's words.
            let names = code.contains("portreeve_store")
                && !code.contains("portreeve_store::contract::Page");
            if names || code.contains(".store()") {
                faults.at(&source.path, line, code.trim());
            }
        }
    }
    faults.none_or("a door, a page or a verb asks a flow, and the flow asks the store");
}

#[test]
fn the_core_never_waits() {
    let mut faults = Faults::default();
    for source in source::below("crates/core/src") {
        for (line, code) in source.shipped_lines() {
            let waits = code.contains("async ") || code.contains(".await");
            if waits || code.contains("std::fs") || code.contains("std::net::Tcp") {
                faults.at(&source.path, line, code.trim());
            }
        }
    }
    faults.none_or("the core decides from what it is given; let the flow await and hand it over");
}

#[test]
fn imports_say_where_from() {
    let mut faults = Faults::default();
    for source in source::all() {
        for (line, code) in source.shipped_lines().filter(|(_, code)| code.contains("super::")) {
            faults.at(&source.path, line, code.trim());
        }
    }
    faults.none_or("import by full path: `use crate::room::thing;`");
}

#[test]
fn every_way_to_name_a_room_is_seen() {
    let seen =
        |code: &str| -> Vec<String> { named(code).into_iter().map(|(_, room)| room).collect() };
    assert_eq!(seen("use crate::gate::door;"), ["gate"]);
    assert_eq!(seen("let x = crate::flow::token::token(env);"), ["flow"]);
    assert_eq!(seen("use crate::{logging, demo::{a, b}, stop};"), ["logging", "demo", "stop"]);
    assert_eq!(seen("pub(crate) fn x() { $crate::y!() }"), [""; 0]);
}

fn floor(room: &str) -> Option<usize> {
    SERVER.iter().position(|rooms| rooms.contains(&room))
}

/// Room, the rooms that it imports, and where it first does.
type Arrows = BTreeMap<String, BTreeMap<String, String>>;

fn arrows(folder: &str) -> Arrows {
    let mut arrows = Arrows::new();
    for source in source::below(folder) {
        let Some(room) = source.room().filter(|room| !["lib", "main"].contains(room)) else {
            continue;
        };
        for (line, other) in imports(source).into_iter().filter(|(_, other)| other != room) {
            let place = format!("{}:{line}", source.path);
            arrows.entry(room.to_owned()).or_default().entry(other).or_insert(place);
        }
    }
    arrows
}

/// Rooms that the shipped code of a file names, with the lines.
fn imports(source: &Source) -> Vec<(usize, String)> {
    let shipped: BTreeSet<usize> = source.shipped_lines().map(|(line, _)| line).collect();
    let line = |at: usize| source.code[..at].matches('\n').count() + 1;
    let found = named(&source.code).into_iter().map(|(at, room)| (line(at), room));
    found.filter(|(line, _)| shipped.contains(line)).collect()
}

/// Rooms in `crate::room` and `crate::{room, room::thing}`, with their places.
fn named(code: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (at, name) in code.match_indices("crate::") {
        // Macros name their own crate as `$crate`.
        if code[..at].ends_with('$') {
            continue;
        }
        let rest = &code[at + name.len()..];
        match rest.strip_prefix('{') {
            Some(group) => found.extend(first_words(group).into_iter().map(|word| (at, word))),
            None => found.push((at, word(rest))),
        }
    }
    found
}

/// The first word of every entry of an import group, up to the brace that closes it.
fn first_words(group: &str) -> Vec<String> {
    let (mut depth, mut starts) = (1, vec![0]);
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 1 => break,
            '}' => depth -= 1,
            ',' if depth == 1 => starts.push(at + 1),
            _ => {}
        }
    }
    let words = starts.into_iter().map(|start| word(group[start..].trim_start()));
    words.filter(|word| !word.is_empty()).collect()
}

fn word(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

fn reaches(arrows: &Arrows, from: &str, to: &str) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = vec![from];
    while let Some(room) = open.pop() {
        if room == to {
            return true;
        }
        if seen.insert(room) {
            open.extend(arrows.get(room).into_iter().flat_map(BTreeMap::keys).map(String::as_str));
        }
    }
    false
}
