//! Asking for tokens: who is let in, who waits, and what the log may know.

use axum::body::Body;
use portreeve_core::time::Timestamp;
use portreeve_core::token::record::Audience;

use crate::world::{BOTH, On, SECRET, World, post};

const PATHS: [&str; 2] = ["/oauth2/token", "/auth/connect/token"];

#[tokio::test]
async fn whoever_guesses_waits_and_nobody_else() {
    let world = World::new(On::Sqlite).await;
    for (path, client) in [(PATHS[0], "fleet"), (PATHS[1], "bridge")] {
        let guess = format!("grant_type=client_credentials&client_id={client}&client_secret=wrong");
        for _ in 0..20 {
            let answer = world.post(path, None, &guess).await;
            assert_ne!(answer.status, 429, "{answer:?}");
        }
        let answer = world.post(path, None, &guess).await;
        assert_eq!(answer.status, 429, "{answer:?}");
        assert_eq!(answer.header("retry-after"), "3");
        let right =
            format!("grant_type=client_credentials&client_id={client}&client_secret={SECRET}");
        assert_eq!(world.post(path, None, &right).await.status, 200, "the right one never waits");
        assert_eq!(world.post(path, None, &guess).await.status, 429, "a wrong one still does");
        let elsewhere = world.send_from([127, 0, 0, 9], post(path, None, &right)).await;
        assert_eq!(elsewhere.status, 200, "another address does not: {elsewhere:?}");
    }
    world.forward(4);
    assert_eq!(
        world.post(PATHS[0], Some("fleet"), "grant_type=client_credentials").await.status,
        200
    );
}

#[tokio::test]
async fn what_changes_is_felt_by_the_next_request() {
    for on in BOTH {
        let world = World::new(on).await;
        let ask = || world.post(PATHS[0], Some("fleet"), "grant_type=client_credentials");
        assert_eq!(ask().await.status, 200);
        world.change_client("fleet", |client| client.disabled = true).await;
        assert_eq!(ask().await.status, 401);
        world.change_client("fleet", |client| client.disabled = false).await;
        assert_eq!(ask().await.status, 200);
        let now = world.env.now();
        world.change_client("fleet", |client| client.secrets[0].expires_at = Some(now)).await;
        assert_eq!(ask().await.status, 401);
        world.change_client("fleet", |client| client.secrets[0].expires_at = None).await;
        let soon = Timestamp::from_unix(now.as_unix() + 10);
        world.change_client("fleet", |client| client.expires_at = Some(soon)).await;
        assert_eq!(ask().await.status, 200);
        world.forward(10);
        assert_eq!(ask().await.status, 401, "an end is felt without anybody's doing");
    }
}

#[tokio::test]
async fn a_disabled_person_has_no_programs() {
    let world = World::new(On::Sqlite).await;
    let ask = || world.post(PATHS[1], Some("ada-laptop"), "grant_type=client_credentials");
    assert_eq!(ask().await.status, 200);
    let store = world.env.directory.store();
    let mut ada = store.find_user_by_email("ada@example.com").await.unwrap().unwrap();
    ada.disabled = true;
    world.commit(portreeve_store::contract::commit::Write::UserChanged(ada)).await;
    assert_eq!(ask().await.json()["error"], "invalid_client");
}

#[tokio::test]
async fn several_audiences_need_a_name_or_a_scope() {
    let world = World::new(On::Sqlite).await;
    world
        .change_client("fleet", |client| {
            client.audiences.push(Audience::new("https://rs256.example.com"))
        })
        .await;
    let ask = |form: &'static str| world.post(PATHS[0], Some("fleet"), form);
    assert_eq!(ask("grant_type=client_credentials").await.json()["error"], "invalid_target");
    let named =
        ask("grant_type=client_credentials&audience=https://rs256.example.com&scope=ships_read")
            .await;
    assert!(named.json()["access_token"].as_str().unwrap().starts_with("eyJ"), "{named:?}");
}

#[tokio::test]
async fn oversized_and_odd_requests_are_refused() {
    let world = World::new(On::Sqlite).await;
    for path in PATHS {
        let large = format!("grant_type=client_credentials&scope={}", "x".repeat(70_000));
        let answer = world.post(path, Some("fleet"), &large).await;
        assert!([413, 400].contains(&answer.status), "{answer:?}");
        assert_eq!(answer.json()["error"], "invalid_request");
        for form in [
            "%",
            "=",
            "&&&",
            "grant_type",
            "grant_type=client_credentials&scope=%00",
            "grant_type=client_credentials&scope=%ff",
            "grant_type=%f0%9f%9a%a2",
            "grant_type=client_credentials&client_id=",
            "grant_type[]=client_credentials",
            "client_id=fleet&client_secret=",
        ] {
            let answer = world.post(path, None, form).await;
            assert!((400..500).contains(&answer.status), "{form}: {answer:?}");
            assert!(answer.json()["error"].is_string(), "{form}");
            assert_eq!(answer.header("cache-control"), "no-store");
        }
        for authorization in
            ["Basic", "Basic ", "Basic \u{7f}", "Digest a=b", "Bearer abc", "Basic OmI="]
        {
            let Ok(request) = http::Request::post(path)
                .header("content-type", "application/x-www-form-urlencoded")
                .header("authorization", authorization)
                .body(Body::from("grant_type=client_credentials"))
            else {
                continue;
            };
            let answer = world.send(request).await;
            assert!([400, 401].contains(&answer.status), "{authorization}: {answer:?}");
        }
        let mut twice = post(path, Some("fleet"), "grant_type=client_credentials");
        let again = twice.headers()["authorization"].clone();
        twice.headers_mut().append("authorization", again);
        assert_eq!(world.send(twice).await.json()["error"], "invalid_request");
    }
}

#[tokio::test]
async fn the_log_knows_who_and_never_a_secret() {
    let world = World::new(On::Sqlite).await;
    let token = world.token(PATHS[0], "fleet", "ships_read").await;
    let answer = world.post(&format!("{}?client_secret={SECRET}", PATHS[0]), None, "a=b").await;
    assert_eq!(answer.status, 400);
    world.get("/api/ships/v1/ships?organizationId=4210&secret=abc", Some(&token)).await;
    let log = world.log();
    assert_eq!(log.lines().count(), 3, "{log}");
    for needle in [SECRET, &token, "abc", "organizationId", "?"] {
        assert!(!log.contains(needle), "{needle} in {log}");
    }
    let first: serde_json::Value = serde_json::from_str(log.lines().next().unwrap()).unwrap();
    assert_eq!(first["client"], "fleet");
    assert_eq!(first["outcome"], "ok");
    assert_eq!(first["status"], 200);
}

#[tokio::test]
async fn the_last_use_of_a_secret_is_kept() {
    for on in BOTH {
        let world = World::new(on).await;
        let id = portreeve_core::text_id::ClientId::parse("fleet").unwrap();
        let last = async || {
            portreeve_server::tasks::housekeeping::flush(&world.env).await;
            let kept = world.env.directory.store().find_client(&id).await.unwrap().unwrap();
            assert_eq!(kept.version, 1, "no change that anybody must hear of");
            let secret = &kept.secrets[0];
            (secret.last_used_at, secret.last_used_from.map(|from| from.to_string()))
        };
        let used = |from: &str| (Some(world.env.now()), Some(from.to_owned()));
        assert_eq!(last().await, (None, None));
        world.forward(5);
        world.token(PATHS[0], "fleet", "ships_read").await;
        assert_eq!(last().await, used("127.0.0.1"));
        world.forward(1);
        // Whoever asks about tokens uses it as well: it is not quiet.
        let asked = post("/oauth2/introspect", Some("fleet"), "token=nonsense");
        assert_eq!(world.send_from([203, 0, 113, 7], asked).await.status, 200);
        assert_eq!(last().await, used("203.0.113.7"));
        let wrong = "grant_type=client_credentials&client_id=fleet&client_secret=prs_wrong";
        let before = last().await;
        world.forward(1);
        assert_eq!(world.post(PATHS[0], None, wrong).await.status, 401);
        assert_eq!(last().await, before, "nobody uses a secret by not knowing it");
    }
}

/// Whether an id is anybody's is not told by how long the refusal takes: neither by a
/// read from the database, nor by its being spared, nor by the counting of guesses.
#[tokio::test]
async fn a_failure_takes_as_long_whatever_it_found() {
    for on in BOTH {
        let world = World::new(on).await;
        let took = async |id: &str| {
            let form = format!("grant_type=client_credentials&client_id={id}&client_secret=prs_x");
            let began = tokio::time::Instant::now();
            let status = world.post(PATHS[0], None, &form).await.status;
            (status, began.elapsed())
        };
        let soonest = std::time::Duration::from_millis(5);
        let mut seen = Vec::new();
        for number in 0..25 {
            for id in ["fleet", "nobody", &format!("invented{number}")] {
                let (status, elapsed) = took(id).await;
                assert!(elapsed >= soonest, "{on:?} {id} {status}: {elapsed:?}");
                seen.push(status);
            }
        }
        let count = |status| seen.iter().filter(|seen| **seen == status).count();
        assert_eq!((count(401), count(429)), (20 + 20 + 25, 5 + 5), "{on:?}");
    }
}
