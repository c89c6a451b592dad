//! Rights are live: what the command line changes is felt by the very next request.

use crate::process::{Demo, ask_token, guarded, json};

#[test]
fn a_disabled_client_is_refused_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(folder.path(), &[]);
    let client = "/dualog/organization_client";
    let (id, secret) =
        (demo.text(&format!("{client}/client_id")), demo.text(&format!("{client}/client_secret")));
    let url = demo.text("/dualog/token_url");
    let token = demo.token("organization_client", "organization_read");
    for _ in 0..3 {
        assert_eq!(demo.ships(&token, "4210"), 200);
        demo.done(&["client", "disable", id]);
        assert_eq!(demo.ships(&token, "4210"), 401);
        let (status, said) = ask_token(url, id, secret, "organization_read");
        assert_eq!((status, said["error"].as_str()), (400, Some("invalid_client")));
        demo.done(&["client", "enable", id]);
    }
    demo.done(&["client", "rotate", id]);
    assert_eq!(demo.ships(&token, "4210"), 200, "nobody notices");
    let rotate = ["client", "rotate", id, "--overlap", "0s", "--data", "data"];
    let made = json(folder.path(), &rotate);
    assert_eq!(demo.ships(&token, "4210"), 401, "what came of the old secrets ends with them");
    assert_eq!(ask_token(url, id, secret, "organization_read").0, 400);
    let secret = made["client_secret"].as_str().unwrap();
    let (_, said) = ask_token(url, id, secret, "organization_read");
    let token = said["access_token"].as_str().unwrap();
    assert_eq!(demo.ships(token, "4210"), 200, "the new one serves at once");
    demo.done(&["client", "delete", id]);
    assert_eq!(demo.ships(token, "4210"), 401);
}

#[test]
fn a_scope_that_goes_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(folder.path(), &[]);
    let id = demo.text("/dualog/organization_client/client_id");
    let token = demo.token("organization_client", "organization_read crew_read");
    let crew = demo.text("/dualog/crew_url");
    assert_eq!(guarded(crew, &token).0, 200);
    demo.done(&["client", "scopes", id, "organization_read"]);
    assert_eq!(guarded(crew, &token).0, 403);
    assert_eq!(demo.ships(&token, "4200"), 200);
    demo.done(&["client", "scopes", id, "organization_read", "crew_read"]);
    assert_eq!(guarded(crew, &token).0, 200);
}

#[test]
fn reach_follows_members_and_the_tree() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(folder.path(), &[]);
    let email = demo.text("/dualog/user_email");
    let person = demo.token("user_client", "organization_read");
    let fleet = demo.token("organization_client", "organization_read");
    for (change, token, organization, status) in [
        (&["organization", "list"] as &[&str], &person, "5100", 200),
        (&["organization", "remove-member", "5100", email], &person, "5100", 403),
        (&["organization", "list"], &person, "4210", 200),
        (&["organization", "add-member", "6100", email, "--role", "admin"], &person, "6100", 200),
        (&["user", "disable", email], &person, "4200", 401),
        (&["user", "enable", email], &person, "4200", 200),
        (&["organization", "list"], &fleet, "5100", 403),
        (&["organization", "move", "5100", "--below", "4221"], &fleet, "5100", 200),
        (&["organization", "move", "4220"], &fleet, "5100", 403),
        (&["organization", "list"], &fleet, "4221", 403),
        (
            &[
                "organization",
                "create",
                "Skerry Pilots",
                "--external-id",
                "4230",
                "--parent",
                "4210",
            ],
            &fleet,
            "4230",
            200,
        ),
    ] {
        demo.done(change);
        assert_eq!(demo.ships(token, organization), status, "{organization} after {change:?}");
    }
}

#[test]
fn a_key_that_is_rotated_signs_at_once_and_the_old_one_still_verifies() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(folder.path(), &[]);
    let before = demo.token("organization_client", "organization_read");
    demo.done(&["key", "rotate", "--now"]);
    let after = demo.token("organization_client", "organization_read");
    let head = |token: &str| token.split('.').next().unwrap().to_owned();
    assert_ne!(head(&before), head(&after), "the kid is another");
    assert_eq!((demo.ships(&before, "4200"), demo.ships(&after, "4200")), (200, 200));
}
