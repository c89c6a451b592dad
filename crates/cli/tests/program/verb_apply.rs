//! `apply`.

use std::fs;
use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::process::{PROGRAM, Said, initialised, json, portreeve};

const STATE: &str = r#"
[[organization]]
external_id = "7700"
name = "Skarholt Lines"

[[user]]
email = "lise@example.com"
name = "Lise Berg"
memberships = [{ organization = "7700", role = "admin" }]

[[client]]
client_id = "crews"
name = "Crews"
organization = "7700"
audiences = ["https://api.example.com"]
scopes = ["ships_read"]
"#;

fn apply(at: &Path, more: &[&str]) -> Said {
    portreeve(at, &[&["apply", "-f", "state.toml"], more].concat())
}

#[test]
fn a_state_is_applied() {
    let folder = initialised();
    let at = folder.path();
    fs::write(at.join("state.toml"), STATE).unwrap();
    let all = "+ organization 7700 \"Skarholt Lines\"\n\
               + user lise@example.com \"Lise Berg\"\n\
               + membership lise@example.com in 7700 as admin\n\
               + client crews \"Crews\" of organization 7700 \
               audiences: https://api.example.com; scopes: ships_read\n";
    let dry = apply(at, &["--dry-run"]);
    assert_eq!((dry.code, dry.out.as_str(), dry.err.as_str()), (2, all, ""));
    let nowhere = apply(at, &["--yes"]);
    assert_eq!((nowhere.code, nowhere.out.as_str()), (1, all));
    assert!(nowhere.err.contains("--secrets FILE"), "{}", nowhere.err);
    let nobody = apply(at, &[]);
    assert_eq!(nobody.code, 1);
    assert!(nobody.err.contains("nobody can be asked here"), "{}", nobody.err);
    assert_eq!(apply(at, &["--dry-run"]).out, all, "nothing was changed");

    let made = apply(at, &["--yes", "--secrets", "secrets.toml"]);
    assert_eq!(made.code, 0, "{}", made.err);
    assert!(made.out.ends_with("4 changes were made.\n"), "{}", made.out);
    let file = at.join("secrets.toml");
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let secrets = fs::read_to_string(&file).unwrap();
    assert!(secrets.starts_with("\"crews\" = \"prs_"), "{}", secrets.len());
    let secret = secrets.split('"').nth(3).unwrap();
    assert!(!made.out.contains(secret) && !made.err.contains(secret));

    for more in [&["--dry-run"][..], &["--yes"], &["--yes", "--prune"]] {
        let said = apply(at, more);
        assert_eq!((said.code, said.out.as_str()), (0, "Nothing to change.\n"), "{}", said.err);
    }
    let facts = json(at, &["audit", "list"]).to_string();
    assert!(facts.contains("client.registered") && !facts.contains(secret), "{facts}");

    fs::write(at.join("state.toml"), STATE.replace("name = \"Crews\"", "name = \"Crew\"")).unwrap();
    let told = json(at, &["apply", "-f", "state.toml", "--yes"]);
    assert_eq!(told["changes"][0], "~ client crews name: \"Crew\"; before: \"Crews\"");
    assert_eq!(told["made"], 1);
}

/// The program on a terminal.
fn terminal(at: &Path, more: &str) -> Child {
    let command = format!("{PROGRAM} apply -f state.toml {more}");
    Command::new("script")
        .args(["-qec", &command, "/dev/null"])
        .current_dir(at)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// What is said on a terminal to somebody who types this.
fn on_a_terminal(at: &Path, more: &str, typed: &str) -> (i32, String) {
    let mut terminal = terminal(at, more);
    terminal.stdin.take().unwrap().write_all(typed.as_bytes()).unwrap();
    let said = Said::from(terminal.wait_with_output().unwrap());
    (said.code, said.out.replace('\r', ""))
}

#[test]
fn somebody_at_a_terminal_is_asked() {
    let folder = initialised();
    let at = folder.path();
    fs::write(at.join("state.toml"), STATE).unwrap();
    for typed in ["n\n", "\n", "yes please\n", ""] {
        let (code, said) = on_a_terminal(at, "--show-secrets", typed);
        assert!(code == 1 && said.contains("Nothing was changed."), "{typed:?}: {said}");
        let (difference, question) = said.split_once("Apply 4 changes? [y/N]").unwrap();
        assert!(difference.contains("+ client crews"), "shown before it is asked: {said}");
        assert!(!question.contains("prs_"), "{said}");
    }
    let (code, said) = on_a_terminal(at, "--json", "n\n");
    let (difference, _) = said.split_once("Apply 4 changes? [y/N]").unwrap();
    assert!(code == 1 && difference.contains("+ client crews"), "{said}");
    assert_eq!(apply(at, &["--dry-run"]).code, 2, "nothing was changed");
    let (code, said) = on_a_terminal(at, "--show-secrets", "y\n");
    assert!(code == 0 && said.contains("4 changes were made."), "{said}");
    assert!(said.contains("\"crews\" = \"prs_"), "{said}");
    let (code, said) = on_a_terminal(at, "", "");
    assert!(code == 0 && said.ends_with("Nothing to change.\n"), "nobody is asked: {said}");
}

#[test]
fn what_changes_while_the_question_waits_is_not_changed_back() {
    let folder = initialised();
    let at = folder.path();
    let state = STATE.replace("Lines\"\n", "Lines\"\nservices = [\"ships\"]\n");
    fs::write(at.join("state.toml"), &state).unwrap();
    assert_eq!(apply(at, &["--yes", "--show-secrets"]).code, 0);
    fs::write(at.join("state.toml"), state.replace("Skarholt Lines", "Lines")).unwrap();

    let mut terminal = terminal(at, "");
    let mut said = String::new();
    let mut out = terminal.stdout.take().unwrap();
    while !said.contains("[y/N]") {
        let mut bytes = [0; 256];
        let count = out.read(&mut bytes).unwrap();
        assert!(count > 0, "no question: {said}");
        said.push_str(&String::from_utf8_lossy(&bytes[..count]));
    }
    assert!(said.contains("~ organization 7700 name: \"Lines\"; before"), "{said}");
    assert!(!said.contains("services"), "{said}");
    assert_eq!(portreeve(at, &["organization", "services", "7700", "--none"]).code, 0);
    terminal.stdin.take().unwrap().write_all(b"y\n").unwrap();
    out.read_to_string(&mut said).unwrap();
    assert_eq!(terminal.wait().unwrap().code(), Some(1), "{said}");
    assert!(said.contains("failed after 0 of 1 changes"), "{said}");
    assert!(said.contains("somebody changed this in the meantime"), "{said}");
    let again = apply(at, &["--dry-run"]).out;
    assert!(again.contains("services: ships; before: none"), "shown now: {again}");
}

#[test]
fn mistakes_are_told_with_their_lines() {
    let folder = initialised();
    let at = folder.path();
    let text = STATE.replace("external_id", "external").replace("ships_read", "a b");
    fs::write(at.join("state.toml"), text).unwrap();
    let said = apply(at, &["--dry-run"]);
    assert_eq!(said.code, 1);
    for told in [
        "state.toml:2: organization.external_id: this key is missing",
        "state.toml:3: external: there is no such key",
        "state.toml:16: client.scopes: expected names",
    ] {
        assert!(said.err.contains(told), "{told}: {}", said.err);
    }
    fs::write(at.join("state.toml"), STATE.replace("ships_read", "none_read")).unwrap();
    let said = apply(at, &["--dry-run"]);
    assert!(
        said.err.contains("state.toml:11: client.scopes: the audiences have no"),
        "{}",
        said.err
    );
    fs::write(at.join("secrets.toml"), "").unwrap();
    fs::set_permissions(at.join("secrets.toml"), fs::Permissions::from_mode(0o644)).unwrap();
    fs::write(at.join("state.toml"), STATE).unwrap();
    let said = apply(at, &["--yes", "--secrets", "secrets.toml"]);
    assert!(said.err.contains("others can read it"), "{}", said.err);
    assert_eq!(apply(at, &["--dry-run"]).code, 2, "nothing was changed");
}
