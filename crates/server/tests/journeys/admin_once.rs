//! Requests that are sent again under a key of their own.

use axum::body::Body;
use serde_json::json;

use crate::admin_api::{administered, ask, slug, token};
use crate::browser::{Browser, PASSWORD};
use crate::portal_world::welcome;
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
        for (path, body, id, said) in [
            ("/organizations", json!({"name": "Skarholt"}), "id", "Skarholt"),
            ("/users", json!({"email": "lise@example.com", "name": "Lise"}), "id", "Lise"),
            ("/clients", client, "client_id", "Crews"),
            (
                "/organizations/external:4200/invitations",
                json!({"email": "moe@example.com", "role": "member"}),
                "id",
                "moe@",
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
            let other = post(&world, &ops, path, &body.replace(said, "other@"), key).await;
            assert_eq!((other.status, slug(&other).as_str()), (422, "key-reused"), "{path}");
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

#[tokio::test]
async fn an_invitation_that_waits_no_more_is_gone() {
    for on in BOTH {
        let world = administered(on).await;
        let ops = token(&world, "ops").await;
        let path = "/organizations/external:4200/invitations";
        let invited = |name: &str| {
            json!({"email": format!("{name}@example.com"), "role": "member"}).to_string()
        };
        // Withdrawn, replaced under another key, accepted.
        for name in ["moe", "nils", "yuki"] {
            let body = invited(name);
            let made = post(&world, &ops, path, &body, name).await.json();
            let again = post(&world, &ops, path, &body, name).await;
            assert_eq!((again.status, &again.json()["id"]), (201, &made["id"]), "{again:?}");
            match name {
                "moe" => {
                    let one = format!("{path}/{}", made["id"].as_str().unwrap());
                    assert_eq!(ask(&world, &ops, ("DELETE", &one), None).await.status, 204);
                }
                "nils" => assert_eq!(post(&world, &ops, path, &body, "new").await.status, 201),
                _ => {
                    let code = made["url"].as_str().unwrap().split_once('#').unwrap().1;
                    let step = [("step", "enter"), ("name", "Yuki")];
                    let chosen = [("password", PASSWORD), ("again", PASSWORD)];
                    let fields = [step, chosen].concat();
                    let joined = welcome(&Browser::new(&world), code, &fields).await;
                    assert_eq!(joined.status, 303, "{joined:?}");
                }
            }
            let late = post(&world, &ops, path, &body, name).await;
            assert_eq!(slug(&late), "not-found", "{name}: {late:?}");
        }
        // What a rule stood against was never made.
        for _ in 0..2 {
            let taken = post(&world, &ops, path, &invited("yuki"), "other").await;
            assert_eq!(slug(&taken), "taken", "{taken:?}");
        }
    }
}

#[tokio::test]
async fn a_key_where_it_would_not_count_is_refused() {
    let world = administered(On::Sqlite).await;
    let ops = token(&world, "ops").await;
    for path in ["/clients/fleet/secrets", "/clients/fleet/disable", "/keys"] {
        let answer = post(&world, &ops, path, "{}", "k").await;
        assert_eq!((answer.status, slug(&answer).as_str()), (400, "key-not-taken"), "{path}");
    }
    let fleet = ask(&world, &ops, ("GET", "/clients/fleet"), None).await.json();
    assert_eq!((&fleet["version"], &fleet["disabled"]), (&json!(1), &json!(false)), "{fleet}");
}
