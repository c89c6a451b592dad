//! Whoever holds a token of the administration API makes no other way into it: no client,
//! no secret, no member of staff, nobody's way back.

use portreeve_core::client::record::Client;
use portreeve_core::org::member::User;
use portreeve_core::org::organization::Organization;
use portreeve_core::org::owner::Owner;
use portreeve_core::text_id::{ClientId, UserId};
use portreeve_core::time::Timestamp;
use portreeve_store::contract::commit::{Commit, Write};
use serde_json::json;

use crate::admin_api::{ALL, AUDIENCE, administered, ask, set_operator, set_services, slug, token};
use crate::world::{BOTH, On, World, client, organization};

/// Asks for each of these, and is told that only staff may.
async fn refused(world: &World, token: &str, asked: &[(&str, &str, Option<String>)]) {
    for (method, path, body) in asked {
        let answer = ask(world, token, (method, path), body.as_deref()).await;
        assert_eq!(answer.status, 403, "{method} {path} {body:?}: {answer:?}");
        assert_eq!(slug(&answer), "not-permitted", "{method} {path} {body:?}");
    }
}

fn body(value: &serde_json::Value) -> Option<String> {
    Some(value.to_string())
}

#[tokio::test]
async fn no_program_opens_the_administration_to_another() {
    let world = administered(On::Sqlite).await;
    let ops = token(&world, "ops").await;
    let client = body(&json!({"name": "Copy", "owner": {"user": "vera@example.com"},
        "audiences": [AUDIENCE], "scopes": ["portreeve:read"]}));
    let introspects = body(&json!({"name": "Copy", "owner": {"user": "vera@example.com"},
        "audiences": [], "introspects": [AUDIENCE]}));
    let audience = body(&json!({"audiences": [AUDIENCE], "scopes": []}));
    let scopes = body(&json!({"scopes": ["portreeve:read", "portreeve:admin"]}));
    let services = body(&json!({"services": ["portreeve"]}));
    let entered = body(&json!({"name": "Copy", "services": ["portreeve"]}));
    refused(
        &world,
        &ops,
        &[
            ("PUT", "/clients/copy", client.clone()),
            ("POST", "/clients", client),
            ("POST", "/clients", introspects),
            ("PATCH", "/clients/fleet", audience),
            ("PATCH", "/clients/auditor", scopes),
            ("PATCH", "/organizations/external:4200", services),
            ("POST", "/organizations", entered),
        ],
    )
    .await;
    let less = json!({"scopes": ["portreeve:read"]}).to_string();
    assert_eq!(ask(&world, &ops, ("PATCH", "/clients/ops"), Some(&less)).await.status, 200);
}

/// A client of Vera's that may be used from one network, until next year, and is off.
async fn bounded(world: &World) {
    let vera = Owner::User(UserId::parse("usr_vera").unwrap());
    let one = client(world, "bounded", vera, AUDIENCE, "portreeve:read");
    let one = Client {
        networks: vec!["192.0.2.0/24".parse().unwrap()],
        expires_at: Some(Timestamp::from_unix(1_830_000_000)),
        disabled: true,
        ..one
    };
    world.commit(Write::ClientRegistered(Box::new(one))).await;
}

#[tokio::test]
async fn no_program_gets_more_out_of_a_client_that_has_it() {
    for on in BOTH {
        let world = administered(on).await;
        let ops = token(&world, "ops").await;
        bounded(&world).await;
        let own = ask(&world, &ops, ("GET", "/clients/auditor"), None).await;
        let secret = own.json()["secrets"][0]["id"].as_str().unwrap().to_owned();
        let secret = format!("/clients/auditor/secrets/{secret}");
        let end = |at: &str| body(&json!({"expires_at": at}));
        // Sooner is fine; back to never is not.
        let sooner = end("2027-01-01T00:00:00Z");
        let ended = ask(&world, &ops, ("PATCH", &secret), sooner.as_deref()).await;
        assert_eq!(ended.status, 200, "{ended:?}");
        let networks = |of: &[&str]| body(&json!({"networks": of}));
        let redirect = body(&json!({"redirect_uris": ["https://shop.example.com/back"]}));
        let path = "/clients/bounded";
        refused(
            &world,
            &ops,
            &[
                ("POST", "/clients/auditor/secrets", None),
                ("POST", "/clients/ops/secrets", None),
                ("PATCH", &secret, end("2027-01-02T00:00:00Z")),
                ("PATCH", &secret, body(&json!({"expires_at": null}))),
                ("PATCH", path, networks(&[])),
                ("PATCH", path, networks(&["192.0.0.0/16"])),
                ("PATCH", path, networks(&["192.0.2.0/24", "198.51.100.7/32"])),
                ("PATCH", path, end("2099-01-01T00:00:00Z")),
                ("PATCH", path, body(&json!({"expires_at": null}))),
                ("PATCH", path, redirect),
                ("PATCH", path, body(&json!({"disabled": false}))),
                ("POST", "/clients/bounded/enable", None),
            ],
        )
        .await;
        let id = ClientId::parse("auditor").unwrap();
        let kept = world.env.directory.store().find_client(&id).await.unwrap().unwrap();
        assert_eq!(kept.secrets.len(), 1);
        // What takes away, or gives nothing, is free.
        for (method, path, change) in [
            ("PATCH", path, body(&json!({"name": "Bound", "networks": ["192.0.2.7/32"]}))),
            ("PATCH", path, end("2026-12-01T00:00:00Z")),
            ("POST", "/clients/auditor/disable", None),
            ("DELETE", &secret, None),
            ("DELETE", "/clients/auditor", None),
        ] {
            let answer = ask(&world, &ops, (method, path), change.as_deref()).await;
            assert!(answer.status < 300, "{method} {path}: {answer:?}");
        }
    }
}

async fn disabled(world: &World, name: &str, operator: bool) -> UserId {
    let id = UserId::parse(&format!("usr_{name}")).unwrap();
    let email = format!("{name}@example.com");
    let user = User::new(id.clone(), &email, name, operator, world.env.now()).unwrap();
    world.commit(Write::UserEntered(User { disabled: true, ..user })).await;
    id
}

/// Vera is no operator any more, and her client `way-back` has nothing left but its
/// secret; the token is one of an organization's that the service is open to.
async fn without_vera(world: &World) -> String {
    let erp = client(world, "erp", Owner::Organization(organization("org_other")), AUDIENCE, ALL);
    world.commit(Write::ClientRegistered(Box::new(erp))).await;
    let vera = Owner::User(UserId::parse("usr_vera").unwrap());
    let back = client(world, "way-back", vera, AUDIENCE, ALL);
    world.commit(Write::ClientRegistered(Box::new(back))).await;
    set_services(world, Some(vec!["portreeve".into()])).await;
    set_operator(world, false).await;
    token(world, "erp").await
}

#[tokio::test]
async fn no_program_makes_staff_or_leads_back() {
    for on in BOTH {
        let world = administered(on).await;
        let erp = without_vera(&world).await;
        disabled(&world, "moe", true).await;
        let lise = Owner::User(disabled(&world, "lise", false).await);
        let back = client(&world, "lises", lise, AUDIENCE, ALL);
        world.commit(Write::ClientRegistered(Box::new(back))).await;
        disabled(&world, "nils", false).await;
        let new = body(&json!({"email": "mallory@example.com", "name": "M", "operator": true}));
        let named = body(&json!({"name": "M", "operator": true}));
        let operator = body(&json!({"operator": true}));
        let enabled = body(&json!({"disabled": false}));
        let role = body(&json!({"role": "member"}));
        let invited = body(&json!({"email": "vera@example.com", "role": "member"}));
        let below = body(&json!({"parent": "org_other"}));
        refused(
            &world,
            &erp,
            &[
                ("POST", "/users", new),
                ("PUT", "/users/mallory@example.com", named),
                ("PATCH", "/users/ada@example.com", operator.clone()),
                ("PATCH", "/users/vera@example.com", operator),
                ("PATCH", "/users/moe@example.com", enabled.clone()),
                ("PATCH", "/users/lise@example.com", enabled.clone()),
                ("PUT", "/organizations/org_other/memberships/vera@example.com", role.clone()),
                ("POST", "/organizations/org_other/invitations", invited.clone()),
                ("PATCH", "/organizations/external:4200", below),
            ],
        )
        .await;
        // Others come back, belong where they may, and an address that is somebody's opens nothing.
        let nils = ask(&world, &erp, ("PATCH", "/users/nils@example.com"), enabled.as_deref());
        assert_eq!(nils.await.status, 200);
        let ada = "/organizations/org_other/memberships/ada@example.com";
        let joined = ask(&world, &erp, ("PUT", ada), role.as_deref()).await;
        assert_eq!(joined.status, 200, "{joined:?}");
        let elsewhere = "/organizations/external:4210/invitations";
        let made = ask(&world, &erp, ("POST", elsewhere), invited.as_deref()).await;
        assert_eq!(made.status, 201, "{made:?}");
    }
}

#[tokio::test]
async fn an_organization_below_one_that_has_it_gets_it_from_staff_only() {
    let world = administered(On::Sqlite).await;
    let ops = token(&world, "ops").await;
    set_services(&world, Some(vec!["portreeve".into()])).await;
    let id = organization("org_tankers");
    let found = world.env.directory.store().find_organization(&id).await.unwrap().unwrap();
    let alone = Organization { services: Some(vec!["ships".into()]), parent: None, ..found };
    world.commit(Write::OrganizationChanged(alone)).await;
    // With a contract of its own it is moved; to have that of the one above, it is not.
    let below = json!({"parent": "org_other"}).to_string();
    let moved = ask(&world, &ops, ("PATCH", "/organizations/org_tankers"), Some(&below)).await;
    assert_eq!(moved.status, 200, "{moved:?}");
    let silent = body(&json!({"services": null}));
    refused(&world, &ops, &[("PATCH", "/organizations/org_tankers", silent)]).await;
}

#[tokio::test]
async fn what_another_node_entered_just_now_is_seen() {
    let world = administered(On::Sqlite).await;
    let erp = without_vera(&world).await;
    let (id, above) = (organization("org_new"), organization("org_other"));
    let new = Organization::new(id.clone(), "New", None, Some(above), world.env.now()).unwrap();
    let commit = Commit { writes: vec![Write::OrganizationEntered(new)], facts: vec![], at: None };
    // Beside this node's memory.
    world.env.directory.store().commit(commit).await.unwrap();
    assert!(!world.env.directory.tree().contains(&id));
    let role = body(&json!({"role": "member"}));
    let path = "/organizations/org_new/memberships/vera@example.com";
    refused(&world, &erp, &[("PUT", path, role)]).await;
}
