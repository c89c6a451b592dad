//! Several at the same time: changes of what was seen, and the same made by many.

use serde_json::json;

use crate::admin_api::{administered, ask, asked_if, slug, token};
use crate::world::{BOTH, On};

#[tokio::test]
async fn changes_of_what_was_seen_exclude_each_other() {
    for on in BOTH {
        let world = administered(on).await;
        let ops = token(&world, "ops").await;
        for (path, member) in [
            ("/organizations/external:4200", "name"),
            ("/users/ada@example.com", "name"),
            ("/clients/fleet", "name"),
        ] {
            let seen = ask(&world, &ops, ("GET", path), None).await.header("etag").to_owned();
            let bodies: Vec<String> =
                (0..6).map(|n| json!({member: format!("Name {n}")}).to_string()).collect();
            let race = bodies
                .iter()
                .map(|body| asked_if(&world, &ops, ("PATCH", path), Some(body), Some(&seen)));
            let answers = futures_util::future::join_all(race).await;
            let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
            statuses.sort_unstable();
            assert_eq!(statuses, [200, 412, 412, 412, 412, 412], "{path}");
            let free = bodies.iter().map(|body| ask(&world, &ops, ("PATCH", path), Some(body)));
            for answer in futures_util::future::join_all(free).await {
                assert!([200, 409].contains(&answer.status), "{path}: {answer:?}");
            }
            let weak = asked_if(&world, &ops, ("PATCH", path), Some(&bodies[0]), Some("W/\"1\""));
            assert_eq!(slug(&weak.await), "precondition-failed");
        }
        let stale = asked_if(&world, &ops, ("DELETE", "/clients/fleet"), None, Some("\"1\"")).await;
        assert_eq!(stale.status, 412, "{stale:?}");
    }
}

#[tokio::test]
async fn of_many_who_make_the_same_one_makes_it() {
    for on in BOTH {
        let world = administered(on).await;
        let ops = token(&world, "ops").await;
        let client = json!({"name": "Crews", "owner": {"organization": "external:4200"},
            "audiences": ["https://ships.example.com"], "scopes": ["ships_read"]})
        .to_string();
        for (path, body) in [
            ("/organizations/external/7700", "{\"name\": \"Skarholt\"}"),
            ("/users/lise@example.com", "{\"name\": \"Lise\"}"),
            ("/clients/crews", client.as_str()),
        ] {
            let race = (0..6).map(|_| ask(&world, &ops, ("PUT", path), Some(body)));
            let answers = futures_util::future::join_all(race).await;
            let made = answers.iter().filter(|answer| answer.status == 201).count();
            let same = answers.iter().filter(|answer| answer.status == 200).count();
            assert_eq!((made, same), (1, 5), "{path}: {answers:?}");
            let shown = answers.iter().filter(|it| it.text.contains("client_secret\"")).count();
            assert_eq!(shown, usize::from(path.starts_with("/clients")));
        }
    }
}

#[tokio::test]
async fn a_condition_is_asked_wherever_it_stands() {
    let world = administered(On::Sqlite).await;
    let ops = token(&world, "ops").await;
    let client = json!({"name": "Crews", "owner": {"organization": "external:4200"},
        "audiences": ["https://ships.example.com"], "scopes": ["ships_read"]})
    .to_string();
    for (path, body) in [
        ("/organizations/external/7700", "{\"name\": \"Skarholt\"}"),
        ("/users/lise@example.com", "{\"name\": \"Lise\"}"),
        ("/clients/crews", client.as_str()),
    ] {
        for (seen, expected) in [
            // RFC 9110 §13.1.1: nothing is there, so no condition holds.
            (Some("*"), 412),
            (Some("\"1\""), 412),
            (None, 201),
            (Some("\"1\""), 200),
            (Some("*"), 200),
            (Some("\"2\""), 412),
            (Some("W/\"1\""), 412),
        ] {
            let answer = asked_if(&world, &ops, ("PUT", path), Some(body), seen).await;
            assert_eq!(answer.status, expected, "{path} {seen:?}: {answer:?}");
        }
    }
    let member = "/organizations/external:4200/memberships/lise@example.com";
    let role = Some("{\"role\": \"member\"}");
    for (method, seen, expected) in [
        ("PUT", Some("*"), 412),
        ("PUT", None, 200),
        ("PUT", Some("\"1\""), 412),
        ("PUT", Some("*"), 200),
        ("DELETE", Some("\"1\""), 412),
        ("DELETE", Some("*"), 204),
        ("DELETE", Some("*"), 404),
    ] {
        let body = role.filter(|_| method == "PUT");
        let answer = asked_if(&world, &ops, (method, member), body, seen).await;
        assert_eq!(answer.status, expected, "{method} {seen:?}: {answer:?}");
    }
    for (path, body) in [
        ("/users", json!({"email": "mo@example.com", "name": "Mo"})),
        ("/organizations", json!({"name": "Mo"})),
        (
            "/organizations/external:4200/invitations",
            json!({"email": "mo@example.com", "role": "member"}),
        ),
    ] {
        let body = body.to_string();
        let answer = asked_if(&world, &ops, ("POST", path), Some(&body), Some("\"1\"")).await;
        assert_eq!(slug(&answer), "precondition-failed", "{path}");
    }
}

#[tokio::test]
async fn the_same_twice_is_once() {
    let world = administered(On::Sqlite).await;
    let ops = token(&world, "ops").await;
    let ships = "https://ships.example.com";
    let (uri, other) = ("https://shop.example.com/back", "https://shop.example.com/other");
    let client = json!({"name": "Crews", "owner": {"organization": "external:4200"},
        "audiences": [ships, ships], "introspects": [ships, ships], "scopes": [],
        "redirect_uris": [uri, other, uri]})
    .to_string();
    let path = "/clients/crews";
    let made = ask(&world, &ops, ("PUT", path), Some(&client)).await.json();
    assert_eq!(made["audiences"], json!([ships]), "{made:?}");
    assert_eq!(made["introspects"], json!([ships]));
    assert_eq!(ask(&world, &ops, ("PUT", path), Some(&client)).await.status, 200, "still the same");
    let change = json!({"audiences": [ships, ships, ships]}).to_string();
    let changed = ask(&world, &ops, ("PATCH", path), Some(&change)).await.json();
    assert_eq!(changed["audiences"], json!([ships]), "{changed:?}");
}
