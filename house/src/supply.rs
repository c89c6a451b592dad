//! What the program is built of. The lists stand in deny.toml, so that cargo-deny
//! (for those who have it) and these tests hold the same rules.

use std::collections::BTreeMap;
use std::process::Command;

use toml::{Table, Value};

use crate::faults::Faults;
use crate::tree;

/// A crate that the workspace is built of, on any platform.
struct Package {
    name: String,
    version: String,
    licence: String,
}

#[test]
fn nothing_banned_is_built_in() {
    let mut faults = Faults::default();
    let rules = rules();
    let banned = entries(&rules["bans"]["deny"]);
    assert!(!banned.is_empty(), "deny.toml: [bans] deny is gone");
    for package in packages() {
        if banned.contains(&package.name) {
            faults.about("Cargo.lock", &format!("{} {}", package.name, package.version));
        }
    }
    faults.none_or(
        "`cargo tree --target all -i NAME` shows who asks for it; switch that feature off",
    );
}

#[test]
fn every_licence_is_allowed() {
    let mut faults = Faults::default();
    let rules = rules();
    let allowed = strings(&rules["licenses"]["allow"]);
    for package in packages() {
        if !is_allowed(&package.licence, &allowed) {
            faults.about(&format!("{} {}", package.name, package.version), &package.licence);
        }
    }
    faults.none_or("do without the crate, or add its licence to deny.toml after reading it");
}

#[test]
fn no_crate_comes_twice_without_a_reason() {
    let mut faults = Faults::default();
    let mut versions: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for package in packages() {
        versions.entry(package.name).or_default().push(package.version);
    }
    let rules = rules();
    let skipped = entries(&rules["bans"]["skip"]);
    for (name, versions) in versions.iter().filter(|(_, versions)| versions.len() > 1) {
        let without_reason =
            versions.iter().filter(|version| !skipped.contains(&format!("{name}@{version}")));
        if without_reason.count() > 1 {
            faults.about("Cargo.lock", &format!("{name} {}", versions.join(" and ")));
        }
    }
    for skip in &skipped {
        let (name, version) = skip.split_once('@').unwrap_or((skip, ""));
        let found = versions.get(name).filter(|versions| versions.len() > 1);
        if !found.is_some_and(|versions| versions.iter().any(|other| other == version)) {
            faults.about("deny.toml", &format!("{skip} comes no longer twice: delete the line"));
        }
    }
    faults.none_or("agree on one version, or name the older one in deny.toml with a reason");
}

#[test]
fn licences_are_read_as_spdx_expressions() {
    let allowed = ["MIT", "ISC", "Apache-2.0 WITH LLVM-exception"].map(str::to_owned);
    for (expression, expected) in [
        ("MIT", true),
        ("GPL-3.0", false),
        ("GPL-3.0 OR MIT", true),
        ("MIT/GPL-3.0", true),
        ("MIT AND GPL-3.0", false),
        ("ISC AND (GPL-3.0 OR MIT)", true),
        ("(GPL-3.0 OR MIT) AND GPL-3.0", false),
        ("MIT AND (GPL-3.0 OR (ISC AND MIT))", true),
        ("Apache-2.0 WITH LLVM-exception", true),
        ("", false),
    ] {
        assert_eq!(is_allowed(expression, &allowed), expected, "{expression}");
    }
}

/// Everything in the dependency tree, for every platform. Not Cargo.lock itself: it
/// also lists optional crates that no feature switches on.
fn packages() -> Vec<Package> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--workspace", "--locked", "--target", "all", "--prefix", "none"])
        .args(["--edges", "normal,build,dev", "--format", "{p}|{l}|"])
        .current_dir(tree::root())
        .output()
        .unwrap();
    assert!(output.status.success(), "cargo tree: {}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let mut found: Vec<(String, String, String)> = text.lines().filter_map(package).collect();
    found.sort();
    found.dedup();
    assert!(found.len() > 50, "cargo tree named {} packages only", found.len());
    found.into_iter().map(|(name, version, licence)| Package { name, version, licence }).collect()
}

/// Reads `name v1.2.3 (…)|licence| (*)`.
fn package(line: &str) -> Option<(String, String, String)> {
    let (package, rest) = line.split_once('|')?;
    let licence = rest.split('|').next()?;
    let mut words = package.split(' ');
    let name = words.next()?.to_owned();
    let version = words.next()?.strip_prefix('v')?.to_owned();
    Some((name, version, licence.to_owned()))
}

/// Whether the licences that we allow satisfy an SPDX expression. AND binds tighter
/// than OR; old manifests write `/` for OR.
fn is_allowed(expression: &str, allowed: &[String]) -> bool {
    let expression = expression.replace('/', " OR ");
    let any = split(expression.trim(), " OR ");
    any.iter().any(|alternative| {
        let all = split(alternative, " AND ");
        all.iter().all(|part| {
            match part.trim().strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
                Some(inner) => is_allowed(inner, allowed),
                None => allowed.iter().any(|licence| licence == part.trim()),
            }
        })
    })
}

/// Splits at a word that stands in no parenthesis.
fn split(expression: &str, word: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    for piece in expression.split_inclusive(word) {
        let last = parts.last_mut().unwrap();
        last.push_str(piece);
        let is_open = last.matches('(').count() > last.matches(')').count();
        if !is_open && last.ends_with(word) {
            last.truncate(last.len() - word.len());
            parts.push(String::new());
        }
    }
    parts
}

fn rules() -> Table {
    toml::from_str(&tree::text("deny.toml")).unwrap_or_else(|error| panic!("deny.toml: {error}"))
}

fn strings(list: &Value) -> Vec<String> {
    list.as_array().unwrap().iter().map(|entry| entry.as_str().unwrap().to_owned()).collect()
}

/// The `crate` of each entry; each has a reason.
fn entries(list: &Value) -> Vec<String> {
    let entries = list.as_array().unwrap().iter();
    let read = |entry: &Value| {
        assert!(entry.get("reason").is_some(), "deny.toml: {entry:?} has no reason");
        entry["crate"].as_str().unwrap().to_owned()
    };
    entries.map(read).collect()
}
