//! `apply`, as far as it is about services: files beside the configuration.

use std::fs;
use std::fs::OpenOptions;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::process::{PROGRAM, Said, done, initialised, json, portreeve};

const STATE: &str = r#"
[[service]]
name = "crew"
title = "Crews"
openapi = "api/crew.yaml"
upstream = "http://127.0.0.1:9002"
path = "/api/crew"
audience = "https://crew.example.com"

[[organization]]
external_id = "7700"
name = "Skarholt Lines"
services = ["crew"]

[[client]]
client_id = "crews"
name = "Crews"
organization = "7700"
audiences = ["https://crew.example.com"]
scopes = ["ships_read"]
"#;

/// What is said of it, where the document lies here.
fn added(at: &Path) -> String {
    let document = fs::canonicalize(at).unwrap().join("state/api/crew.yaml");
    format!(
        "+ service crew \"Crews\" at /api/crew openapi: \"{}\"; \
         upstream: \"http://127.0.0.1:9002\"; audience: \"https://crew.example.com\"\n\
         + organization 7700 \"Skarholt Lines\" services: crew\n\
         + client crews \"Crews\" of organization 7700 \
         audiences: https://crew.example.com; scopes: ships_read\n",
        document.display()
    )
}

fn apply(at: &Path, more: &[&str]) -> Said {
    portreeve(at, &[&["apply", "-f", "state/state.toml"], more].concat())
}

/// An installation with a folder of services, and a declared state in another folder.
fn with_folder() -> TempDir {
    let folder = initialised();
    let at = folder.path();
    let config = fs::read_to_string(at.join("portreeve.toml")).unwrap();
    fs::write(at.join("portreeve.toml"), format!("services = \"services\"\n{config}")).unwrap();
    for new in ["services", "state", "state/api"] {
        fs::create_dir(at.join(new)).unwrap();
    }
    fs::copy(at.join("ships.yaml"), at.join("state/api/crew.yaml")).unwrap();
    fs::write(at.join("state/state.toml"), STATE).unwrap();
    folder
}

fn change(at: &Path, what: &str, instead: &str) {
    assert!(STATE.contains(what), "{what}");
    fs::write(at.join("state/state.toml"), STATE.replace(what, instead)).unwrap();
}

#[test]
fn a_service_is_written_and_then_there_is_nothing_to_change() {
    let folder = with_folder();
    let at = folder.path();
    fs::set_permissions(at.join("portreeve.toml"), fs::Permissions::from_mode(0o640)).unwrap();
    let (added, dry) = (added(at), apply(at, &["--dry-run"]));
    assert_eq!((dry.code, dry.out.as_str(), dry.err.as_str()), (2, added.as_str(), ""));
    assert_eq!(fs::read_dir(at.join("services")).unwrap().count(), 0, "nothing was written");

    let made = apply(at, &["--yes", "--secrets", "secrets.toml"]);
    assert_eq!(made.out, format!("{added}3 changes were made.\n"), "{}", made.err);
    assert!(made.err.contains("restart those that run"), "{}", made.err);
    let file = at.join("services/crew.toml");
    let document = fs::canonicalize(at.join("state/api/crew.yaml")).unwrap();
    let expected = format!(
        "# Written by \"portreeve apply\": change the declared state, and apply it.\n\
         name = \"crew\"\ntitle = \"Crews\"\nopenapi = \"{}\"\n\
         upstream = \"http://127.0.0.1:9002\"\npath = \"/api/crew\"\n\
         audience = \"https://crew.example.com\"\n",
        document.display()
    );
    assert_eq!(fs::read_to_string(&file).unwrap(), expected);
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
    assert!(done(at, &["check"]).contains("\ncrew "));
    for more in [&["--dry-run"][..], &["--yes"], &["--yes", "--prune"]] {
        let said = apply(at, more);
        assert_eq!((said.code, said.out.as_str()), (0, "Nothing to change.\n"), "{}", said.err);
    }

    change(at, "9002\"", "9003\"\ntoken_ttl = \"5m\"");
    let told = json(at, &["apply", "-f", "state/state.toml", "--yes"]);
    assert_eq!(
        told["changes"][0],
        "~ service crew upstream: \"http://127.0.0.1:9003\"; before: \"http://127.0.0.1:9002\"; \
         token_ttl: \"5m\"; before: none"
    );
    assert_eq!((&told["made"], &told["restart"]), (&1.into(), &true.into()));
    // What the state does not name stays as it is.
    let (_, others) = STATE.split_once("[[organization]]").unwrap();
    fs::write(at.join("state/state.toml"), format!("[[organization]]{others}")).unwrap();
    assert_eq!(apply(at, &["--yes", "--prune"]).out, "Nothing to change.\n");
    assert!(done(at, &["check"]).contains("\ncrew "));
}

#[test]
fn a_broken_service_is_never_written() {
    let folder = with_folder();
    let at = folder.path();
    for (what, instead, told) in [
        ("https://crew", "//crew", "state/state.toml:8: service.audience: expected an absolute"),
        ("title = \"Crews\"\n", "", "state/state.toml:2: service.title is missing"),
        ("/api/crew\"", "/api/ships\"", "state/state.toml:7: service.path: the service \"ships\""),
        ("title", "titel", "state/state.toml:4: service.titel: there is no such key"),
        ("api/crew.yaml", "crew.yaml", "state/state.toml:5: service.openapi: "),
        ("api/crew.yaml", "state.toml", "state/state.toml:"),
        ("\"crew\"\ntitle", "\"../crew\"\ntitle", "state/state.toml:3: service.name: expected 1"),
        ("\"crew\"\ntitle", "\"ships\"\ntitle", "state/state.toml:2: service: ships stands in "),
        ("/api/crew\"", "/api/crew\"\ndialect = \"none\"", "state/state.toml:8: service.dialect: "),
    ] {
        change(at, what, instead);
        let said = apply(at, &["--yes", "--show-secrets"]);
        assert_eq!((said.code, said.out.as_str()), (1, ""), "{instead}: {}", said.err);
        assert!(said.err.contains(told), "{told}: {}", said.err);
        assert_eq!(fs::read_dir(at.join("services")).unwrap().count(), 0, "{instead}");
    }
    let plain = fs::read_to_string(at.join("portreeve.toml")).unwrap();
    fs::write(at.join("portreeve.toml"), plain.replace("services = \"services\"\n", "")).unwrap();
    let said = apply(at, &["--dry-run"]);
    assert!(
        said.err.contains("state.toml:2: service: there is nowhere to write it"),
        "{}",
        said.err
    );
}

#[test]
fn what_somebody_wrote_by_hand_is_not_overwritten() {
    let folder = with_folder();
    let at = folder.path();
    let file = at.join("services/crew.toml");
    let by_hand = "# Ours.\nname = \"crew\"\npath = \"/api/crew\"\ntitle = \"Crews\"\n\
                   openapi = \"../state/api/crew.yaml\"\nupstream = \"http://127.0.0.1:9002\"\n\
                   audience = \"https://crew.example.com\"\n";
    fs::write(&file, by_hand).unwrap();
    let dry = apply(at, &["--dry-run"]);
    assert!(dry.out.starts_with("+ organization 7700"), "it says the same: {}{}", dry.out, dry.err);
    change(at, "9002", "9003");
    let said = apply(at, &["--yes", "--show-secrets"]);
    let told = "services/crew.toml is written by hand and says otherwise (upstream: \
                \"http://127.0.0.1:9003\"; before: \"http://127.0.0.1:9002\")";
    assert!(said.code == 1 && said.err.contains(told), "{}", said.err);
    assert_eq!(fs::read_to_string(&file).unwrap(), by_hand);
    fs::rename(&file, at.join("elsewhere")).unwrap();
    std::os::unix::fs::symlink(at.join("elsewhere"), &file).unwrap();
    let said = apply(at, &["--yes", "--show-secrets"]);
    assert!(said.err.contains("a link or a folder is there"), "{}", said.err);
    fs::remove_file(&file).unwrap();
    assert_eq!(apply(at, &["--yes", "--show-secrets"]).code, 0);
    assert!(fs::read_to_string(&file).unwrap().contains(":9003"));
}

#[test]
fn what_was_written_before_a_failure_is_told() {
    let folder = with_folder();
    let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
    let done = Command::new(PROGRAM)
        .args(["apply", "-f", "state/state.toml", "--yes", "--json", "--show-secrets"])
        .current_dir(folder.path())
        .stdout(full)
        .output()
        .unwrap();
    assert_eq!(done.status.code(), Some(1));
    let err = String::from_utf8(done.stderr).unwrap();
    for told in [
        "it failed after 3 of 3 changes were made, 1 of them a service's file",
        "restart those that run",
    ] {
        assert!(err.contains(told), "{told}: {err}");
    }
}
