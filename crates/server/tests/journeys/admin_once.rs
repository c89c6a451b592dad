//! Requests that are sent again under a key of their own.

use axum::body::Body;
use serde_json::json;

use crate::admin_api::{administered, ask, slug, token};
use crate::world::{Answer, BOTH, On, World};

async fn post(world: &World, token: &str, path: &str, body: &str, key: &str) -> Answer {
    let request = http::Request::post(format!("/admin/v1{path}"))
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/json")
        .header("idempotency-key", key);
    world.send(request.body(Body::from(body.to_owned())).unwrap()).await
}

#[tokio::test]
async fn the_same_key_makes_it_once() {
    for on in BOTH {
        let world = administered(on).await;
        let ops = token(&world, "ops").await;
        let client = json!({"name": "Crews", "owner": {"organization": "external:4200"},
            "audiences": ["https://ships.example.com"], "scopes": ["ships_read"]});
        for (path, body, id) in [
            ("/organizations", json!({"name": "Skarholt"}), "id"),
            ("/users", json!({"email": "lise@example.com", "name": "Lise"}), "id"),
            ("/clients", client, "client_id"),
            (
                "/organizations/external:4200/invitations",
                json!({"email": "moe@example.com", "role": "member"}),
                "id",
            ),
        ] {
            let body = body.to_string();
            // All at once, and once more.
            let race = (0..5).map(|_| post(&world, &ops, path, &body, "\"one\""));
            let mut answers = futures_util::future::join_all(race).await;
            answers.push(post(&world, &ops, path, &body, "one").await);
            // The key is one operation's: the next path has it for something else.
            if path != "/organizations" {
                assert!(answers.iter().all(|it| slug(it) == "key-reused"), "{path}: {answers:?}");
                let race = (0..5).map(|_| post(&world, &ops, path, &body, path));
                answers = futures_util::future::join_all(race).await;
                answers.push(post(&world, &ops, path, &body, path).await);
            }
            assert!(answers.iter().all(|it| it.status == 201), "{path}: {answers:?}");
            let first = answers[0].json()[id].clone();
            assert!(answers.iter().all(|it| it.json()[id] == first), "{path}: {answers:?}");
            let secrets = answers.iter().filter(|it| it.text.contains("\"client_secret\"")).count();
            assert_eq!(secrets, usize::from(path == "/clients"), "{path}: {answers:?}");
            let key = if path == "/organizations" { "one" } else { path };
            let other = post(&world, &ops, path, &body.replace("Skarholt", "S "), key).await;
            assert_eq!(other.status, if path == "/organizations" { 422 } else { 201 });
        }
        let listed = ask(&world, &ops, ("GET", "/organizations?q=Skarholt"), None).await.json();
        assert_eq!(listed["items"].as_array().unwrap().len(), 1, "{listed}");
        let listed = ask(&world, &ops, ("GET", "/clients?q=Crews"), None).await.json();
        assert_eq!(listed["items"].as_array().unwrap().len(), 1, "{listed}");
    }
}

#[tokio::test]
async fn a_key_is_whose_it_is_and_outlasts_the_record() {
    let world = administered(On::Sqlite).await;
    let ops = token(&world, "ops").await;
    let body = json!({"name": "Crews", "owner": {"organization": "external:4200"},
        "audiences": ["https://ships.example.com"], "scopes": []})
    .to_string();
    let made = post(&world, &ops, "/clients", &body, "k").await.json();
    let path = format!("/clients/{}", made["client_id"].as_str().unwrap());
    assert_eq!(ask(&world, &ops, ("DELETE", &path), None).await.status, 204);
    // What was deleted does not come back.
    assert_eq!(slug(&post(&world, &ops, "/clients", &body, "k").await), "not-found");
    // What a rule stood against may be asked for again.
    let taken = json!({"email": "ada@example.com", "name": "Other"}).to_string();
    for _ in 0..2 {
        assert_eq!(slug(&post(&world, &ops, "/users", &taken, "u").await), "taken");
    }
    let key = "k ".repeat(3);
    assert_eq!(slug(&post(&world, &ops, "/users", &taken, &key).await), "malformed-key");
    // Without one, each makes another.
    let body = "{\"name\": \"Skarholt\"}";
    let path = ("POST", "/organizations");
    let (one, two) = (ask(&world, &ops, path, Some(body)), ask(&world, &ops, path, Some(body)));
    assert_ne!(one.await.json()["id"], two.await.json()["id"]);
}
