//! `init`, `check`, `key`, `dialect` and `completions`.

use std::fs;

use serde_json::json;

use crate::process::{done, initialised, json, portreeve};

#[test]
fn what_init_writes_is_right() {
    let folder = initialised();
    assert_eq!(
        done(folder.path(), &["check"]),
        "\
portreeve.toml is right.

SERVICE    PATH        DIALECT   OPERATIONS  SCOPES  AUDIENCE
ships      /api/ships  standard  2           2       https://api.example.com
portreeve  /admin/v1   standard  46          2       urn:portreeve:admin

Scopes:   ships_read, ships_write
Dialects: standard, dualog, dataloy, dqe, dotypos
"
    );
    let checked = json(folder.path(), &["check"]);
    assert_eq!(
        checked,
        json!({
            "ok": true,
            "dialects": ["standard", "dualog", "dataloy", "dqe", "dotypos"],
            "services": [{
                "name": "ships",
                "path": "/api/ships",
                "dialect": "standard",
                "audience": "https://api.example.com",
                "operations": 2,
                "scopes": 2,
            }, {
                "name": "portreeve",
                "path": "/admin/v1",
                "dialect": "standard",
                "audience": "urn:portreeve:admin",
                "operations": 46,
                "scopes": 2,
            }],
            "scopes": ["ships_read", "ships_write"],
            "faults": [],
        })
    );
    let again = portreeve(folder.path(), &["init", "."]);
    assert_eq!(again.code, 1);
    assert_eq!(
        again.err,
        "portreeve: ./portreeve.toml is there already; choose another folder, or move it away\n"
    );
}

#[test]
fn check_lists_every_mistake() {
    let folder = initialised();
    let file = folder.path().join("portreeve.toml");
    let text = fs::read_to_string(&file).unwrap();
    let broken =
        text.replace("\"/api/ships\"", "\"api/ships/\"").replace("name     =", "nmae     =");
    assert_ne!(broken, text);
    fs::write(&file, broken).unwrap();
    let said = portreeve(folder.path(), &["check"]);
    assert_eq!((said.code, said.out.as_str()), (1, ""));
    let faults: Vec<&str> =
        said.err.lines().filter(|line| line.starts_with("portreeve.toml")).collect();
    assert!(faults.len() >= 2, "{}", said.err);

    let said = portreeve(folder.path(), &["check", "--json"]);
    let checked: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!((said.code, said.err.as_str()), (1, ""));
    assert_eq!(checked["ok"], false);
    assert_eq!(checked["faults"].as_array().unwrap().len(), faults.len());
    assert_eq!(checked["faults"][0]["file"], "portreeve.toml");

    // A verb that needs the installation says the same.
    let said = portreeve(folder.path(), &["client", "list"]);
    assert_eq!(said.code, 1);
    assert!(faults.iter().all(|fault| said.err.contains(fault)), "{}", said.err);
}

#[test]
fn keys_are_listed_and_rotated() {
    let folder = initialised();
    // One signs, one seals the tokens of the administration API.
    let signing = || {
        let keys = json(folder.path(), &["key", "list"]);
        let mut keys = keys.as_array().unwrap().clone();
        keys.retain(|key| key["purpose"] == "ES256");
        keys
    };
    assert_eq!(json(folder.path(), &["key", "list"]).as_array().unwrap().len(), 2);
    assert_eq!(signing()[0]["state"], "in use");
    let rotated = json(folder.path(), &["key", "rotate", "ES256"]);
    let keys = signing();
    let states: Vec<_> = keys.iter().map(|key| &key["state"]).collect();
    assert_eq!(states, ["in use", "published"]);
    assert_eq!(keys[1]["kid"], rotated[0]["kid"]);
    let said = portreeve(folder.path(), &["key", "rotate", "RS256"]);
    assert_eq!(
        (said.code, said.err.as_str()),
        (1, "portreeve: no service uses a key for \"RS256\"; there are keys for ES256, seal\n")
    );
}

#[test]
fn the_refusal_table_is_printed() {
    let folder = tempfile::tempdir().unwrap();
    let rows = json(folder.path(), &["dialect", "conditions"]);
    let secret = rows.as_array().unwrap().iter().find(|row| row["slug"] == "secret_wrong");
    assert_eq!(
        secret.unwrap(),
        &json!({
            "slug": "secret_wrong",
            "error": "invalid_client",
            "status": 401,
            "text": "The client is unknown, disabled, or its secret is wrong or has expired.",
        })
    );
    let words = done(folder.path(), &["dialect", "conditions"]);
    assert_eq!(words.lines().count(), rows.as_array().unwrap().len() + 3);
}

#[test]
fn there_are_completions_for_every_shell() {
    let folder = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        assert!(done(folder.path(), &["completions", shell]).contains("remove-member"), "{shell}");
    }
}
