//! The two backends are twins: same files, same order, so that one is read beside
//! the other and nothing is in one only.

use std::collections::BTreeSet;

use crate::faults::Faults;
use crate::source::{self, Source};
use crate::tree;

const CONTRACT: &str = "crates/store/src/contract";
const SQLITE: &str = "crates/store/src/sqlite";
const POSTGRES: &str = "crates/store/src/postgres";

/// What only a server over a network needs: where it is, and how to speak to it safely.
const ONLY_POSTGRES: &[&str] = &["settings.rs", "tls.rs"];

/// Files about reaching the database rather than about what is kept. They serve the
/// same calls in ways that have little in common, so only the files' names must match.
const OWN_WAYS: &[&str] = &["commit.rs", "connections.rs", "error.rs", "hints.rs", "schema.rs"];

#[test]
fn migrations_are_twins() {
    let mut faults = Faults::default();
    let names = |kind: &str| tree::entries(&format!("crates/store/migrations/{kind}"));
    let (sqlite, postgres) = (names("sqlite"), names("postgres"));
    compare(&mut faults, "crates/store/migrations", &sqlite, &postgres);
    for (index, name) in sqlite.iter().enumerate().filter(|(_, name)| postgres.contains(name)) {
        let number = format!("{:04}_", index + 1);
        if !name.starts_with(&number) || !name.ends_with(".sql") {
            faults.about(name, &format!("should be {number}name.sql"));
        }
        let tables =
            |kind: &str| tables(&tree::text(&format!("crates/store/migrations/{kind}/{name}")));
        if tables("sqlite") != tables("postgres") {
            faults.about(name, &format!("{:?} and {:?}", tables("sqlite"), tables("postgres")));
        }
    }
    faults.none_or("every migration has a twin of the same name, with the same tables in it");
}

#[test]
fn backends_have_the_same_files() {
    let mut faults = Faults::default();
    let names = |folder: &str| {
        let mut names = tree::entries(folder);
        // Folders hold what a file's own way needs.
        names.retain(|name| name.ends_with(".rs") && !ONLY_POSTGRES.contains(&name.as_str()));
        names
    };
    compare(&mut faults, "crates/store/src", &names(SQLITE), &names(POSTGRES));
    faults.none_or("give the file a twin, or say in house/src/twins.rs why it has none");
}

#[test]
fn backends_have_the_same_functions_in_the_same_order() {
    let mut faults = Faults::default();
    for one in source::below(SQLITE) {
        let name = one.path.rsplit('/').next().unwrap_or_default();
        let twin = format!("{POSTGRES}/{name}");
        let Some(other) = source::all().iter().find(|other| other.path == twin) else { continue };
        if OWN_WAYS.contains(&name) || one.path != format!("{SQLITE}/{name}") {
            continue;
        }
        let (mut here, mut there) = (functions(one), functions(other));
        if name == "mod.rs" {
            // The contract's methods; how a backend is opened is its own way.
            let shared: BTreeSet<String> =
                here.iter().filter(|name| there.contains(name)).cloned().collect();
            here.retain(|name| shared.contains(name));
            there.retain(|name| shared.contains(name));
            assert!(shared.contains("commit"), "crates/store/src/sqlite/mod.rs: no `commit`");
        }
        if here != there {
            faults.about(&one.path, &format!("has {here:?}\n  {}: has {there:?}", other.path));
        }
    }
    faults.none_or("twins have the same functions in the same order");
}

#[test]
fn a_trait_of_the_contract_is_answered_in_the_files_of_its_name() {
    let mut faults = Faults::default();
    for one in source::below(CONTRACT) {
        let Some((_, rest)) = one.code.split_once("pub trait ") else { continue };
        let name: String = rest.chars().take_while(char::is_ascii_alphanumeric).collect();
        let file = one.path.rsplit('/').next().unwrap_or_default();
        for (folder, backend) in [(SQLITE, "SqliteStore"), (POSTGRES, "PostgresStore")] {
            let path = format!("{folder}/{file}");
            let answers = format!("impl {name} for {backend} ");
            let is_there = |other: &Source| other.path == path && other.code.contains(&answers);
            if !source::all().iter().any(is_there) {
                faults.about(&path, &format!("does not `{}`", answers.trim_end()));
            }
        }
    }
    faults.none_or("answer what contract/NAME.rs asks at the head of each backend's NAME.rs");
}

fn compare(faults: &mut Faults, place: &str, sqlite: &[String], postgres: &[String]) {
    for name in sqlite.iter().filter(|name| !postgres.contains(name)) {
        faults.about(place, &format!("postgres has no {name}"));
    }
    for name in postgres.iter().filter(|name| !sqlite.contains(name)) {
        faults.about(place, &format!("sqlite has no {name}"));
    }
}

/// Names of the functions that a file ships, in order.
fn functions(source: &Source) -> Vec<String> {
    let name = |code: &str| {
        let before = code.split_once("fn ")?;
        let starts =
            before.0.split_whitespace().all(|word| word == "async" || word.starts_with("pub"));
        let end = before.1.find(|c: char| !c.is_alphanumeric() && c != '_')?;
        (starts && end > 0).then(|| before.1[..end].to_owned())
    };
    source.shipped_lines().filter_map(|(_, code)| name(code)).collect()
}

/// Names of the tables that a migration makes, in order.
fn tables(sql: &str) -> Vec<String> {
    let after = sql.split("CREATE TABLE ").skip(1);
    after.filter_map(|rest| rest.split([' ', '(', '\n']).next()).map(str::to_owned).collect()
}
