//! `organization` and `user`.

use serde_json::json;

use crate::process::{done, initialised, json, portreeve};

#[test]
fn organizations_stand_in_a_tree() {
    let folder = initialised();
    let at = folder.path();
    let create = |name: &str, id: &str, parent: &[&str]| {
        let head = ["organization", "create", name, "--external-id", id];
        json(at, &[&head[..], parent].concat())
    };
    let top = create("Skerry Lines", "1", &[]);
    let middle = create("Skerry Ferries", "2", &["--parent", "1"]);
    create("Skerry Fjord Ferries", "3", &["--parent", middle["id"].as_str().unwrap()]);
    assert_eq!(middle["parent"], top["id"]);
    let tree = |at: &std::path::Path| -> Vec<String> {
        let list = done(at, &["organization", "list"]);
        list.lines().skip(1).map(ToOwned::to_owned).collect()
    };
    assert_eq!(
        tree(at),
        [
            "Skerry Lines              1",
            "  Skerry Ferries          2",
            "    Skerry Fjord Ferries  3"
        ]
    );
    for (below, expected) in [
        (
            "3",
            "an organization cannot be below itself or below one of its own, nor more than 32 deep",
        ),
        (
            "1",
            "an organization cannot be below itself or below one of its own, nor more than 32 deep",
        ),
        ("9", "there is no organization \"9\""),
    ] {
        let said = portreeve(at, &["organization", "move", "1", "--below", below]);
        assert_eq!((said.code, said.err), (1, format!("portreeve: {expected}\n")));
    }
    done(at, &["organization", "move", "3", "--below", "1"]);
    done(at, &["organization", "move", "2"]);
    done(at, &["organization", "rename", "2", "Ferries of Skerry"]);
    assert_eq!(
        tree(at),
        ["Ferries of Skerry       2", "Skerry Lines            1", "  Skerry Fjord Ferries  3"]
    );
    let said = portreeve(at, &["organization", "create", "Again", "--external-id", "2"]);
    let expected = "portreeve: the external id \"2\" is taken, or the parent is gone\n";
    assert_eq!((said.code, said.err.as_str()), (1, expected));
}

#[test]
fn people_belong_and_no_longer_belong() {
    let folder = initialised();
    let at = folder.path();
    let organization = json(at, &["organization", "create", "Skerry Lines", "--external-id", "77"]);
    let ada = json(at, &["user", "create", "Ada@Example.com", "Ada Fictional"]);
    assert_eq!(
        ada,
        json!({
            "id": ada["id"],
            "email": "ada@example.com",
            "name": "Ada Fictional",
            "operator": false,
            "disabled": false,
            "created_at": ada["created_at"],
        })
    );
    let add = ["organization", "add-member", "77", "ada@example.com", "--role", "admin"];
    assert_eq!(done(at, &add), "ada@example.com is admin of Skerry Lines.\n");
    let shown = json(at, &["organization", "show", organization["id"].as_str().unwrap()]);
    assert_eq!(
        shown["members"],
        json!([{"user": ada["id"], "email": "ada@example.com", "name": "Ada Fictional", "role": "admin"}])
    );
    let remove = ["organization", "remove-member", "77", "ada@example.com"];
    assert_eq!(
        json(at, &remove),
        json!({"organization": organization["id"], "email": "ada@example.com", "member": false})
    );
    let said = portreeve(at, &remove);
    let expected = "portreeve: ada@example.com is not a member of this organization\n";
    assert_eq!((said.code, said.err.as_str()), (1, expected));
    assert_eq!(json(at, &["user", "disable", "ada@example.com"])["disabled"], true);
    assert_eq!(json(at, &["user", "list"])[0]["disabled"], true);
    assert_eq!(
        done(at, &["user", "list"]),
        "ADDRESS          NAME           STATE     STAFF\nada@example.com  Ada Fictional  disabled\n"
    );
    assert_eq!(json(at, &["user", "enable", ada["id"].as_str().unwrap()])["disabled"], false);
}
