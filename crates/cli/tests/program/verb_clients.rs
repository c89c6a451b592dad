//! `client` and `audit`, and the shape of what they print as JSON.

use serde_json::{Value, json};

use crate::process::{done, initialised, json, portreeve};

/// The value with ids, secrets and times by their form.
fn shape(mut value: Value) -> Value {
    reshape(&mut value);
    value
}

fn reshape(value: &mut Value) {
    match value {
        Value::Array(all) => all.iter_mut().for_each(reshape),
        Value::Object(members) => {
            for (name, member) in members.iter_mut() {
                let is_id = name == "id" || name == "subject" || name == "client_id";
                match member.as_str() {
                    Some(text) if name.ends_with("_at") || name == "at" => {
                        assert!(text.len() == 20 && text.ends_with('Z'), "{text}");
                        *member = json!("TIME");
                    }
                    Some(text) if name == "client_secret" => {
                        assert!(text.starts_with("prs_") && text.len() == 54);
                        *member = json!("SECRET");
                    }
                    Some(text) if is_id && text.len() == 8 => *member = json!("SECRET_ID"),
                    Some(text) if is_id && text.get(3..4) == Some("_") => {
                        *member = json!(format!("{}…", &text[..4]));
                    }
                    _ => reshape(member),
                }
            }
        }
        _ => {}
    }
}

#[test]
fn a_client_is_registered_changed_and_deleted() {
    let folder = initialised();
    let at = folder.path();
    done(at, &["organization", "create", "Skerry Lines", "--external-id", "77"]);
    let made = json(
        at,
        &[
            "client",
            "create",
            "Bridge",
            "--organization",
            "77",
            "--scope",
            "ships_read",
            "--expires-at",
            "2099-01-01T00:00:00Z",
        ],
    );
    let id = made["client_id"].as_str().unwrap().to_owned();
    let secret = json!({"id": "SECRET_ID", "created_at": "TIME", "expires_at": null, "last_used_at": null, "last_used_from": null});
    let client = json!({
        "client_id": "prc_…",
        "name": "Bridge",
        "owner": {"kind": "organization", "id": "org_…"},
        "audiences": ["https://api.example.com"],
        "scopes": ["ships_read"],
        "introspects": [],
        "redirect_uris": [],
        "networks": [],
        "token_ttl": null,
        "state": "active",
        "expires_at": "TIME",
        "created_at": "TIME",
        "secrets": [secret],
    });
    let mut with_secret = client.clone();
    with_secret["client_secret"] = json!("SECRET");
    assert_eq!(shape(made.clone()), with_secret);
    assert_eq!(shape(json(at, &["client", "show", &id])), client);
    assert_eq!(shape(json(at, &["client", "list"])), json!([client]));
    assert_eq!(json(at, &["client", "list", "--organization", "77"])[0]["client_id"], *id);

    let rotated = json(at, &["client", "rotate", &id, "--overlap", "1h"]);
    assert_ne!(rotated["client_secret"], made["client_secret"]);
    assert_eq!(rotated["secrets"].as_array().unwrap().len(), 2);
    assert!(rotated["secrets"][0]["expires_at"].is_string());
    let old = rotated["secrets"][0]["id"].as_str().unwrap();
    let left = json(at, &["client", "remove-secret", &id, old]);
    assert_eq!(left["secrets"].as_array().unwrap().len(), 1);

    assert_eq!(json(at, &["client", "disable", &id])["state"], "disabled");
    assert_eq!(json(at, &["client", "disable", &id])["state"], "disabled", "twice is fine");
    assert_eq!(json(at, &["client", "enable", &id])["state"], "active");
    let scopes = json(at, &["client", "scopes", &id, "ships_write", "ships_read"]);
    assert_eq!(scopes["scopes"], json!(["ships_write", "ships_read"]));
    assert_eq!(json(at, &["client", "scopes", &id])["scopes"], json!([]));
    assert_eq!(json(at, &["client", "delete", &id]), json!({"client_id": id, "deleted": true}));
    assert_eq!(json(at, &["client", "list"]), json!([]));
    assert_eq!(done(at, &["client", "list"]), "There is no client: portreeve client create.\n");
}

#[test]
fn people_are_sent_back_to_registered_addresses_only() {
    let folder = initialised();
    let at = folder.path();
    done(at, &["organization", "create", "Skerry Lines", "--external-id", "77"]);
    let create = ["client", "create", "Till", "--organization", "77", "--id", "till"];
    let with = |uris: &[&'static str]| {
        let pairs = uris.iter().flat_map(|uri| ["--redirect-uri", *uri]);
        create.into_iter().chain(pairs).collect::<Vec<_>>()
    };
    let refused = portreeve(at, &with(&["http://till.example/back"]));
    assert_eq!(refused.code, 1, "{}", refused.err);
    assert!(refused.err.contains(r#""http://till.example/back" cannot be a redirect URI"#));
    let (one, two) = ("https://till.example/back", "http://127.0.0.1:4000/");
    assert_eq!(json(at, &with(&[one, two, one]))["redirect_uris"], json!([one, two]));
    let told = done(at, &["client", "redirect-uris", "till", two]);
    assert!(told.contains("may send people to http://127.0.0.1:4000/"), "{told}");
    assert_eq!(json(at, &["client", "show", "till"])["redirect_uris"], json!([two]));
    assert!(done(at, &["client", "show", "till"]).contains(two));
    assert_eq!(portreeve(at, &["client", "redirect-uris", "till", "/back"]).code, 1);
    assert_eq!(json(at, &["client", "redirect-uris", "till"])["redirect_uris"], json!([]));
    let newest = &json(at, &["audit", "list"])[0];
    assert_eq!(newest["action"], "client.redirect_uris_set");
}

#[test]
fn people_see_whose_a_client_is_by_name() {
    let folder = initialised();
    let at = folder.path();
    done(at, &["organization", "create", "Skerry Lines", "--external-id", "77"]);
    done(at, &["user", "create", "ada@example.com", "Ada Fictional"]);
    for (id, whose) in
        [("bridge", ["--organization", "77"]), ("notebook", ["--user", "ada@example.com"])]
    {
        let create = ["client", "create", id, "--id", id, "--scope", "ships_read"];
        done(at, &[&create[..], &whose].concat());
    }
    assert_eq!(
        done(at, &["client", "list"]),
        "CLIENT    NAME      OWNER            STATE   SCOPES\n\
         bridge    bridge    Skerry Lines     active  ships_read\n\
         notebook  notebook  ada@example.com  active  ships_read\n"
    );
    for (id, owner) in [("bridge", "Skerry Lines"), ("notebook", "ada@example.com")] {
        let shown = done(at, &["client", "show", id]);
        assert!(shown.contains(&format!("owner        {owner}\n")), "{shown}");
    }
}

#[test]
fn every_change_is_in_the_register_and_no_secret_is() {
    let folder = initialised();
    let at = folder.path();
    done(at, &["user", "create", "ada@example.com", "Ada Fictional"]);
    let create = ["client", "create", "Notebook", "--user", "ada@example.com", "--id", "notebook"];
    let made = json(at, &[&create[..], &["--scope", "ships_read"]].concat());
    done(at, &["client", "disable", "notebook"]);
    done(at, &["client", "disable", "notebook"]);
    let facts = json(at, &["audit", "list"]);
    let actions: Vec<&str> =
        facts.as_array().unwrap().iter().map(|fact| fact["action"].as_str().unwrap()).collect();
    assert_eq!(
        actions,
        ["client.disabled", "client.registered", "user.entered", "key.made", "key.made"]
    );
    let newest = json!({
        "number": facts[0]["number"],
        "at": "TIME",
        "actor": "command line",
        "action": "client.disabled",
        "subject": "notebook",
        "organization": null,
        "detail": "",
    });
    // "notebook" happens to have the length of a secret's id.
    let mut first = shape(facts[0].clone());
    first["subject"] = facts[0]["subject"].clone();
    assert_eq!(first, newest);
    let register = done(at, &["audit", "list"]);
    assert!(!register.contains(made["client_secret"].as_str().unwrap()));
    let before = facts[1]["number"].to_string();
    let older = json(at, &["audit", "list", "--before", &before, "--limit", "1"]);
    assert_eq!(older[0]["action"], "user.entered");
    assert_eq!(older.as_array().unwrap().len(), 1);
}

#[test]
fn a_secret_is_shown_once() {
    let folder = initialised();
    let at = folder.path();
    done(at, &["organization", "create", "Skerry Lines", "--external-id", "77"]);
    let words = done(
        at,
        &[
            "client",
            "create",
            "Bridge",
            "--organization",
            "77",
            "--id",
            "bridge",
            "--scope",
            "ships_read",
        ],
    );
    let secret = words.split_whitespace().find(|word| word.starts_with("prs_")).unwrap();
    for arguments in
        [&["client", "show", "bridge"] as &[&str], &["client", "list"], &["audit", "list"]]
    {
        assert!(!done(at, arguments).contains(secret), "{arguments:?}");
        assert!(!json(at, arguments).to_string().contains(secret), "{arguments:?}");
    }
    assert!(
        portreeve(at, &["client", "show", "bridge"])
            .out
            .contains("audiences    https://api.example.com\n")
    );
}
