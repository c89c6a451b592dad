//! Several people at several command lines at once.

use std::path::Path;
use std::thread::scope;

use serde_json::Value;

use crate::process::{Said, done, initialised, json, portreeve};

/// Runs all of them at the same time.
fn together(folder: &Path, commands: &[&[&str]]) -> Vec<Said> {
    scope(|threads| {
        let running: Vec<_> = commands
            .iter()
            .map(|arguments| threads.spawn(move || portreeve(folder, arguments)))
            .collect();
        running.into_iter().map(|one| one.join().unwrap()).collect()
    })
}

#[test]
fn two_moves_never_make_a_circle() {
    let folder = initialised();
    let at = folder.path();
    for id in ["1", "2", "3"] {
        done(at, &["organization", "create", "Skerry", "--external-id", id]);
    }
    done(at, &["organization", "move", "3", "--below", "2"]);
    let commands: [&[&str]; 2] = [
        &["organization", "move", "1", "--below", "3"],
        &["organization", "move", "2", "--below", "1"],
    ];
    let mut moved = 0;
    for _ in 0..8 {
        let said = together(at, &commands);
        moved += said.iter().filter(|one| one.code == 0).count();
        for one in said.iter().filter(|one| one.code != 0) {
            assert_eq!(one.code, 1, "{}", one.err);
            let expected = ["cannot be below itself", "changed this in the meantime"];
            assert!(expected.iter().any(|text| one.err.contains(text)), "{}", one.err);
        }
        let tree = json(at, &["organization", "list"]);
        assert_eq!(tree.as_array().unwrap().len(), 3, "whoever is in a circle is in no tree");
        assert!(tree.as_array().unwrap().iter().any(|one| one["parent"] == Value::Null));
        done(at, &["organization", "move", "1"]);
        done(at, &["organization", "move", "2"]);
    }
    assert!(moved >= 8, "one of two succeeds: {moved}");
}

#[test]
fn two_who_disable_a_client_at_once_both_succeed() {
    let folder = initialised();
    let at = folder.path();
    done(at, &["organization", "create", "Skerry", "--external-id", "1"]);
    let create = ["client", "create", "Bridge", "--organization", "1", "--id", "bridge"];
    done(at, &[&create[..], &["--scope", "ships_read"]].concat());
    for _ in 0..4 {
        for (verb, state) in [("disable", "disabled"), ("enable", "active")] {
            let commands: [&[&str]; 2] = [&["client", verb, "bridge"], &["client", verb, "bridge"]];
            for said in together(at, &commands) {
                assert_eq!(said.code, 0, "{}", said.err);
            }
            assert_eq!(json(at, &["client", "show", "bridge"])["state"], state);
        }
    }
}
