//! Which crate may know which. Downward only: see ARCHITECTURE.md.

use toml::{Table, Value};

use crate::faults::Faults;
use crate::tree;

/// A crate of ours, what it ships on, and what its tests may use beyond that.
struct Floor {
    folder: &'static str,
    name: &'static str,
    knows: &'static [&'static str],
    tests_know: &'static [&'static str],
}

const FLOORS: &[Floor] = &[
    Floor { folder: "crates/core", name: "portreeve-core", knows: &[], tests_know: &[] },
    Floor {
        folder: "crates/store",
        name: "portreeve-store",
        knows: &["portreeve-core"],
        // Itself, with the suite that other crates' tests call.
        tests_know: &["portreeve-store"],
    },
    Floor {
        folder: "crates/client",
        name: "portreeve-client",
        knows: &["portreeve-core"],
        tests_know: &[],
    },
    Floor {
        folder: "crates/guard",
        name: "portreeve-guard",
        knows: &["portreeve-core"],
        tests_know: &[],
    },
    Floor {
        folder: "crates/server",
        name: "portreeve-server",
        knows: &["portreeve-core", "portreeve-store"],
        // The store again, with its suite: journeys run on real PostgreSQL.
        tests_know: &["portreeve-store"],
    },
    Floor {
        folder: "crates/cli",
        name: "portreeve",
        knows: &[
            "portreeve-core",
            "portreeve-store",
            "portreeve-server",
            "portreeve-client",
            "portreeve-guard",
        ],
        tests_know: &["portreeve-store"],
    },
    // Beside the house: they measure and check it, nothing is built on them.
    Floor {
        folder: "bench",
        name: "portreeve-bench",
        knows: &["portreeve-core", "portreeve-server", "portreeve-store", "portreeve-client"],
        tests_know: &[],
    },
    Floor { folder: "house", name: "portreeve-house", knows: &[], tests_know: &[] },
];

/// A heavy dependency has one home; the crates above it never see its types.
const HOMES: &[(&str, &[&str])] = &[
    ("rusqlite", &["portreeve-store"]),
    ("tokio-postgres", &["portreeve-store"]),
    ("deadpool-postgres", &["portreeve-store"]),
    // The demo's sample APIs are small axum servers too.
    ("axum", &["portreeve-server", "portreeve"]),
    ("prometheus-client", &["portreeve-server"]),
    ("anyhow", &["portreeve"]),
    ("clap", &["portreeve"]),
];

/// What would let the core wait, talk or look at a clock.
const NEVER_IN_CORE: &[&str] =
    &["async-trait", "tokio", "futures-util", "hyper", "axum", "tower", "tracing", "jiff"];

#[test]
fn crates_know_only_what_is_below_them() {
    let mut faults = Faults::default();
    for floor in FLOORS {
        let manifest = manifest(floor.folder);
        let shipped = dependencies(&manifest, &["dependencies", "build-dependencies"]);
        let in_tests = dependencies(&manifest, &["dev-dependencies"]);
        let ours =
            |names: Vec<String>| names.into_iter().filter(|name| name.starts_with("portreeve"));
        for name in ours(shipped).filter(|name| !floor.knows.contains(&name.as_str())) {
            faults.about(&manifest_path(floor.folder), &format!("must not depend on {name}"));
        }
        let allowed = |name: &str| floor.knows.contains(&name) || floor.tests_know.contains(&name);
        for name in ours(in_tests).filter(|name| !allowed(name)) {
            faults.about(&manifest_path(floor.folder), &format!("its tests must not use {name}"));
        }
    }
    faults.none_or("move the code down a floor, or write the new direction in house/src/crates.rs");
}

#[test]
fn heavy_dependencies_stay_at_home() {
    let mut faults = Faults::default();
    // What measures the floors is built on the same stones.
    for floor in FLOORS.iter().filter(|floor| floor.name != "portreeve-bench") {
        let names = dependencies(&manifest(floor.folder), &["dependencies", "build-dependencies"]);
        for (heavy, homes) in HOMES {
            if names.iter().any(|name| name == heavy) && !homes.contains(&floor.name) {
                faults.about(&manifest_path(floor.folder), &format!("{heavy} lives in {homes:?}"));
            }
        }
        let in_core = |name: &&String| NEVER_IN_CORE.contains(&name.as_str());
        for name in names.iter().filter(in_core).filter(|_| floor.name == "portreeve-core") {
            faults.about(&manifest_path(floor.folder), &format!("the core never needs {name}"));
        }
    }
    faults.none_or("ask the crate that has the dependency to do it");
}

#[test]
fn every_crate_stands_here_and_takes_the_workspaces_rules() {
    let mut faults = Faults::default();
    let workspace = manifest("");
    let members = workspace["workspace"]["members"].as_array().unwrap().clone();
    let members: Vec<&str> = members.iter().filter_map(|member| member.as_str()).collect();
    for folder in &members {
        if !FLOORS.iter().any(|floor| floor.folder == *folder) {
            faults.about(folder, "is a member that has no floor in house/src/crates.rs");
        }
    }
    for floor in FLOORS {
        let manifest = manifest(floor.folder);
        let path = manifest_path(floor.folder);
        let inherited = |table: &str, key: &str| {
            manifest.get(table).and_then(|table| table.get(key)).is_some_and(is_workspace)
        };
        if !members.contains(&floor.folder)
            || manifest["package"]["name"].as_str() != Some(floor.name)
        {
            faults.about(&path, &format!("is not the member {}", floor.name));
        }
        if manifest.get("lints").and_then(|lints| lints.get("workspace")).is_none() {
            faults.about(&path, "does not take the workspace's lints: `[lints] workspace = true`");
        }
        for key in ["version", "edition", "rust-version", "license", "publish"] {
            if !inherited("package", key) {
                faults.about(&path, &format!("write `{key}.workspace = true`"));
            }
        }
    }
    faults.none_or("a crate's manifest says only what is its own");
}

#[test]
fn versions_stand_in_the_workspace() {
    let mut faults = Faults::default();
    let workspace = manifest("")["workspace"]["dependencies"].clone();
    for floor in FLOORS {
        let manifest = manifest(floor.folder);
        let kinds = ["dependencies", "build-dependencies", "dev-dependencies"];
        let tables = kinds.iter().filter_map(|kind| manifest.get(*kind)?.as_table());
        for (name, value) in tables.flatten() {
            let is_inherited = is_workspace(value) || value.get("path").is_some();
            // A crate may want fewer features than the workspace, never another version.
            if !is_inherited && version(value) != workspace.get(name).and_then(version) {
                faults.about(&manifest_path(floor.folder), &format!("{name} names a version"));
            }
        }
    }
    faults.none_or("versions stand in [workspace.dependencies]; here write `workspace = true`");
}

#[test]
fn unsafe_is_forbidden() {
    let lints = manifest("")["workspace"]["lints"].clone();
    assert_eq!(lints["rust"]["unsafe_code"].as_str(), Some("forbid"), "Cargo.toml: unsafe_code");
    for lint in ["too_many_lines", "too_many_arguments", "disallowed_methods", "unwrap_used"] {
        assert!(lints["clippy"].get(lint).is_some(), "Cargo.toml: clippy::{lint} is gone");
    }
}

fn manifest_path(folder: &str) -> String {
    if folder.is_empty() { "Cargo.toml".to_owned() } else { format!("{folder}/Cargo.toml") }
}

fn manifest(folder: &str) -> Table {
    let path = manifest_path(folder);
    toml::from_str(&tree::text(&path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Names in the tables of these kinds, those for one platform included.
fn dependencies(manifest: &Table, kinds: &[&str]) -> Vec<String> {
    let platforms = manifest.get("target").and_then(Value::as_table);
    let platforms = platforms.into_iter().flat_map(|table| table.values());
    let tables = std::iter::once(manifest).chain(platforms.filter_map(Value::as_table));
    let of_kinds = tables.flat_map(|table| kinds.iter().filter_map(|kind| table.get(*kind)));
    of_kinds.filter_map(Value::as_table).flat_map(|table| table.keys().cloned()).collect()
}

/// The version that a dependency asks for.
fn version(value: &Value) -> Option<&str> {
    value.as_str().or_else(|| value.get("version")?.as_str())
}

fn is_workspace(value: &Value) -> bool {
    value.get("workspace").and_then(Value::as_bool) == Some(true)
}
