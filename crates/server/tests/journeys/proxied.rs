//! Behind a proxy that is trusted, everybody is counted by their own address.

use crate::browser::{Browser, PASSWORD, give_password};
use crate::world::{On, World, post};

const ADA: &str = "ada@example.com";
const PROXY: [u8; 4] = [10, 9, 0, 1];
const STRANGER: [u8; 4] = [192, 0, 2, 9];

/// Tries a password on as many accounts as one address may.
async fn try_everybody(browser: &Browser<'_>) {
    let too_long = "x".repeat(201);
    for number in 0..60 {
        let answer = browser.sign_in(&format!("p{number}@example.com"), &too_long).await;
        assert_eq!(answer.status, 401, "{number}: {answer:?}");
    }
}

#[tokio::test]
async fn whoever_guesses_behind_a_proxy_locks_nobody_else_out() {
    let world = World::new(On::Sqlite).await;
    give_password(&world, ADA).await;
    try_everybody(&Browser::behind(&world, PROXY, "203.0.113.1")).await;
    for (forwarded, expected) in [
        ("203.0.113.1", 429),
        ("198.51.100.7, 203.0.113.1", 429),
        ("nonsense, 203.0.113.1, 10.9.0.2", 429),
        ("203.0.113.2", 303),
        ("203.0.113.1, 203.0.113.3", 303),
    ] {
        let answer = Browser::behind(&world, PROXY, forwarded).sign_in(ADA, PASSWORD).await;
        assert_eq!(answer.status, expected, "{forwarded}: {answer:?}");
    }
}

#[tokio::test]
async fn nobody_else_is_believed_and_nonsense_spares_nobody() {
    for (peer, first, second) in
        [(STRANGER, "203.0.113.1", "203.0.113.2"), (PROXY, "unknown", "203.0.113.x")]
    {
        let world = World::new(On::Sqlite).await;
        give_password(&world, ADA).await;
        try_everybody(&Browser::behind(&world, peer, first)).await;
        let answer = Browser::behind(&world, peer, second).sign_in(ADA, PASSWORD).await;
        assert_eq!(answer.status, 429, "{first}: {answer:?}");
    }
}

#[tokio::test]
async fn secrets_are_guessed_and_lines_written_by_the_callers_address() {
    let world = World::new(On::Sqlite).await;
    let guess = async |forwarded: &str| {
        let form = "grant_type=client_credentials&client_id=fleet&client_secret=wrong";
        let mut request = post("/oauth2/token", None, form);
        request.headers_mut().insert("x-forwarded-for", forwarded.parse().unwrap());
        world.send_from(PROXY, request).await.status
    };
    for _ in 0..20 {
        assert_eq!(guess("203.0.113.1").await, 401);
    }
    assert_eq!(guess("203.0.113.1").await, 429);
    assert_eq!(guess("2001:db8::2").await, 401);
    let log = world.log();
    for (peer, lines) in [("203.0.113.1", 21), ("2001:db8::2", 1)] {
        assert_eq!(log.matches(&format!("\"peer\":\"{peer}\"")).count(), lines, "{log}");
    }
}

#[tokio::test]
async fn an_api_is_told_who_connected() {
    let world = World::new(On::Sqlite).await;
    let token = world.token("/oauth2/token", "fleet", "ships_read").await;
    let request = http::Request::get("/api/ships/v1/ships")
        .header("authorization", format!("Bearer {token}"))
        .header("x-forwarded-for", "203.0.113.1")
        .body(axum::body::Body::empty());
    let answer = world.send_from(PROXY, request.unwrap()).await;
    assert_eq!(answer.json()["headers"]["x-forwarded-for"], "10.9.0.1", "{answer:?}");
}
