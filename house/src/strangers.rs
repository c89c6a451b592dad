//! What must not stand in the project: paths of somebody's machine, addresses of
//! hosts that a reader cannot know.

use std::fs;

use crate::faults::Faults;
use crate::tree;

/// First folders of paths that exist on one machine only.
const PLACES: &[&str] = &["home", "root", "Users", "tmp", "work", "mnt", "workspace"];

/// Hosts that may be named: whose they are.
const HOSTS: &[(&str, &str)] = &[
    ("www.apache.org", "the licence"),
    ("www.rfc-editor.org", "the standards"),
    ("datatracker.ietf.org", "the standards"),
    ("www.iana.org", "the standards' registers"),
    ("spec.openapis.org", "the OpenAPI standard"),
    ("swagger.io", "Swagger UI"),
    ("keepachangelog.com", "the changelog's form"),
    ("semver.org", "version numbers"),
    ("rustup.rs", "how to get Rust"),
    ("github.com", "the index in Cargo.lock and deny.toml"),
    ("www.w3.org", "XML and accessibility"),
    ("schema.getpostman.com", "the name of the collection format"),
];

#[test]
fn no_path_of_a_machine_stands_in_the_project() {
    let mut faults = Faults::default();
    let here = tree::root().into_os_string().into_string().unwrap();
    for (path, number, line) in lines() {
        // A name that mktemp completes is made anew each time.
        let found = PLACES.iter().find(|place| has_path(&line, place) && !line.contains("mktemp"));
        if let Some(place) = found {
            faults.at(&path, number, &format!("a path below /{place}"));
        }
        if line.contains(&here) {
            faults.at(&path, number, "this checkout's own folder");
        }
    }
    faults.none_or("use a path relative to the project, or a folder made by mktemp or tempfile");
}

#[test]
fn only_known_hosts_are_named() {
    let mut faults = Faults::default();
    for (path, number, line) in lines() {
        for scheme in ["https://", "http://"] {
            for (at, _) in line.match_indices(scheme) {
                let rest = &line[at + scheme.len()..];
                let host = rest.split(|c: char| !c.is_alphanumeric() && !"-._".contains(c)).next();
                let host = host.unwrap_or_default().trim_end_matches('.').to_lowercase();
                if !may_be_named(&host, &path) {
                    faults.at(&path, number, &host);
                }
            }
        }
    }
    faults.none_or(
        "use example.com or a name below it, or say in house/src/strangers.rs whose it is",
    );
}

#[test]
fn dependencies_come_from_the_public_registry() {
    let mut faults = Faults::default();
    for (number, line) in tree::text("Cargo.lock").lines().enumerate() {
        let public = "source = \"registry+https://github.com/rust-lang/crates.io-index\"";
        if line.starts_with("source = ") && line != public {
            faults.at("Cargo.lock", number + 1, line);
        }
    }
    faults.none_or("take the dependency from crates.io");
}

#[test]
fn a_path_is_told_from_a_url() {
    assert!(has_path("cd /place/x", "place"));
    assert!(has_path("\"/place/x\"", "place"));
    assert!(!has_path("https://api.example.com/place/x", "place"));
    assert!(!has_path("a/place/x", "place"));
}

/// Every line of every text file of the project: path, number, line.
fn lines() -> Vec<(String, usize, String)> {
    let mut found = Vec::new();
    for path in tree::files() {
        // What is no UTF-8 is a picture or a font.
        let Ok(text) = fs::read_to_string(tree::root().join(&path)) else { continue };
        let lines = text.lines().enumerate();
        found.extend(lines.map(|(number, line)| (path.clone(), number + 1, line.to_owned())));
    }
    found
}

/// Whether an absolute path below `/place/` begins in this line.
fn has_path(line: &str, place: &str) -> bool {
    line.match_indices(&format!("/{place}/")).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        before.is_none_or(|c| !c.is_alphanumeric() && !"./_-}".contains(c))
    })
}

/// Loopback, documentation's own names (RFC 2606, RFC 6761, RFC 5737), and [`HOSTS`].
fn may_be_named(host: &str, path: &str) -> bool {
    let reserved = ["example", "test", "invalid", "localhost", "internal"];
    let last_is_reserved = host.rsplit('.').next().is_some_and(|last| reserved.contains(&last));
    let nets = ["127.", "0.0.0.0", "192.0.2.", "198.51.100.", "203.0.113."];
    // Tests also try hosts of one word; a real one could not be reached by it.
    let one_word = !host.contains('.') && (path.ends_with(".rs") || path.contains("/tests/"));
    last_is_reserved
        || one_word
        || host.is_empty()
        || host.split('.').any(|label| label == "example")
        || nets.iter().any(|net| host.starts_with(net))
        || HOSTS.iter().any(|(known, _)| *known == host)
}
