//! A guard that verifies and asks nobody.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use portreeve_core::oauth::scope::ScopeSet;
use portreeve_core::org::owner::Owner;
use portreeve_core::text_id::UserId;
use portreeve_core::token::jwt::sign::SigningKey;
use portreeve_core::token::record::Audience;

use super::server::{Server, jwks, key, token};
use super::*;
use crate::builder::BuildError;

const ISSUER: &str = "https://login.example.com";

/// A guard with given keys, its clock, and a token's text.
async fn given(key: &SigningKey) -> (Guard, Arc<Hands>) {
    let clock = Hands::new();
    let built = builder(ISSUER, &clock).keys(&jwks(&[key])).checks_organizations_itself();
    (built.build().await.unwrap(), clock)
}

#[tokio::test]
async fn the_api_learns_who_calls() {
    let key = key();
    let (guard, _) = given(&key).await;
    let mut token = token();
    token.owner = Owner::User(UserId::parse("usr_ada").unwrap());
    let text = key.sign(&token, ISSUER).unwrap();
    let answer = call(&guard, "GET", "/v1/crew?organizationId=4711", Some(&text)).await;
    assert_eq!(answer.status, 200);
    for known in ["prc_crewplanner", "User(usr_ada)", "crew_read", "Unchecked(\"4711\")"] {
        assert!(answer.body.contains(known), "{known}: {}", answer.body);
    }
    let answer = call(&guard, "GET", "/health", None).await;
    assert_eq!((answer.status.as_u16(), &*answer.body), (200, "nobody"));
    // A public operation looks at no token, not even at a broken one.
    assert_eq!(status(&guard, "GET", "/health", "broken").await, 200);
}

#[tokio::test]
async fn refusals_are_those_of_rfc_6750() {
    let key = key();
    let (guard, _) = given(&key).await;
    let text = key.sign(&token(), ISSUER).unwrap();
    let answer = call(&guard, "GET", "/v1/crew", None).await;
    assert_eq!((answer.status.as_u16(), answer.challenge()), (401, "Bearer realm=\"portreeve\""));
    let answer = call(&guard, "GET", "/v1/crew/7", Some(&text)).await;
    assert_eq!(answer.status, 403);
    assert!(answer.challenge().contains("error=\"insufficient_scope\""), "{}", answer.challenge());
    assert!(answer.challenge().ends_with("scope=\"crew_import\""), "{}", answer.challenge());
    assert!(answer.body.starts_with(r#"{"error":"insufficient_scope""#), "{}", answer.body);
    assert_eq!(answer.headers["content-type"], "application/json");
    let answer = call(&guard, "DELETE", "/v1/crew", Some(&text)).await;
    assert_eq!(answer.status, 405);
    assert_eq!(answer.headers["allow"], "GET, HEAD, POST");
}

#[tokio::test]
async fn what_the_document_does_not_describe_is_refused() {
    let key = key();
    let (guard, _) = given(&key).await;
    let mut token = token();
    token.scope = ScopeSet::parse("crew_read crew_import").unwrap();
    let text = key.sign(&token, ISSUER).unwrap();
    for (method, path, expected) in [
        ("GET", "/v1/crew", 200),
        ("HEAD", "/v1/crew", 200),
        ("GET", "/v1/crew/a%20b", 200),
        ("GET", "/v1/crew/", 404),
        ("GET", "/v2/crew", 404),
        ("GET", "/", 404),
        ("OPTIONS", "/v1/crew", 405),
        ("GET", "/v1/%63rew", 400),
        ("GET", "/v1//crew", 400),
        ("GET", "/v1/x/../crew", 400),
        ("GET", "/v1/crew/a%2Fb", 400),
        ("GET", "/v1/crew;x=1", 400),
        ("POST", "/v1/crew", 400),
        ("POST", "/v1/crew?organizationId=1&organizationId=2", 400),
        ("POST", "/v1/crew?organizationId=1", 200),
    ] {
        assert_eq!(status(&guard, method, path, &text).await, expected, "{method} {path}");
    }
}

#[tokio::test]
async fn a_prefix_is_taken_off_once() {
    let (key, clock) = (key(), Hands::new());
    let built = builder(ISSUER, &clock).keys(&jwks(&[&key])).checks_organizations_itself();
    let guard = built.below("/api/crew/").build().await.unwrap();
    let text = key.sign(&token(), ISSUER).unwrap();
    for (path, expected) in [
        ("/api/crew/v1/crew", 200),
        ("/v1/crew", 404),
        ("/api/crew", 404),
        ("/api/crewv1/crew", 404),
        ("/api/crew//v1/crew", 400),
        ("/api/%63rew/v1/crew", 404),
    ] {
        assert_eq!(status(&guard, "GET", path, &text).await, expected, "{path}");
    }
}

#[tokio::test]
async fn a_token_counts_for_its_time_and_its_audience() {
    let key = key();
    let (guard, clock) = given(&key).await;
    let text = key.sign(&token(), ISSUER).unwrap();
    let mut elsewhere = token();
    elsewhere.audience = Audience::new("https://api.example.com/vessel");
    let elsewhere = key.sign(&elsewhere, ISSUER).unwrap();
    let answer = call(&guard, "GET", "/v1/crew", Some(&elsewhere)).await;
    assert_eq!(answer.status, 401);
    assert!(answer.challenge().contains("for another service"), "{}", answer.challenge());
    clock.advance(3599);
    assert_eq!(status(&guard, "GET", "/v1/crew", &text).await, 200);
    clock.advance(1);
    // It is remembered by now: that must not keep it alive.
    let answer = call(&guard, "GET", "/v1/crew", Some(&text)).await;
    assert_eq!(answer.status, 401);
    assert!(answer.challenge().contains("has expired"), "{}", answer.challenge());
}

#[tokio::test]
async fn forged_tokens_are_refused() {
    let (key, other) = (key(), key());
    let (guard, _) = given(&key).await;
    let good = key.sign(&token(), ISSUER).unwrap();
    let parts: Vec<&str> = good.split('.').collect();
    let claims = String::from_utf8(BASE64.decode(parts[1]).unwrap()).unwrap();
    let wider = BASE64.encode(claims.replace("crew_read", "crew_import crew_read"));
    let header = |json: &str| format!("{}.{}", BASE64.encode(json), parts[1]);
    let kid = key.kid();
    let forged = [
        other.sign(&token(), ISSUER).unwrap(),
        key.sign(&token(), "https://login.example.org").unwrap(),
        format!("{}.{wider}.{}", parts[0], parts[2]),
        format!("{}.{}.", parts[0], parts[1]),
        format!("{}.{}.{}", parts[0], parts[1], BASE64.encode([0; 64])),
        format!("{}.", header(&format!(r#"{{"typ":"at+jwt","alg":"none","kid":"{kid}"}}"#))),
        format!(
            "{}.{}",
            header(&format!(r#"{{"typ":"JWT","alg":"ES256","kid":"{kid}"}}"#)),
            parts[2]
        ),
        format!("{}.{}", header(r#"{"typ":"at+jwt","alg":"ES256","kid":"../keys"}"#), parts[2]),
        "sealed".to_owned(),
        "a.b.c".to_owned(),
        "x".repeat(9000),
    ];
    assert_eq!(status(&guard, "GET", "/v1/crew", &good).await, 200);
    for (number, text) in forged.iter().enumerate() {
        let answer = call(&guard, "GET", "/v1/crew", Some(text)).await;
        assert_eq!(answer.status, 401, "forgery {number}");
        assert!(answer.challenge().contains("invalid_token"), "forgery {number}");
    }
}

#[tokio::test]
async fn a_new_key_is_fetched_with_its_first_token() {
    let (old, new) = (key(), key());
    let server = Server::start(&old).await;
    let clock = Hands::new();
    let guard = builder(&server.issuer, &clock).checks_organizations_itself();
    let guard = guard.build().await.unwrap();
    let (first, second) = (server.mint(&old, &token()), server.mint(&new, &token()));
    assert_eq!(status(&guard, "GET", "/v1/crew", &first).await, 200);
    server.publish(&[&old, &new]);
    clock.advance(10);
    assert_eq!(status(&guard, "GET", "/v1/crew", &second).await, 200);
    assert_eq!(server.jwks_reads(), 2);
    // The old key is withdrawn: its tokens end when the copy is renewed, also those
    // that were verified before.
    server.publish(&[&new]);
    clock.advance(301);
    while server.jwks_reads() < 3 {
        assert_eq!(status(&guard, "GET", "/v1/crew", &second).await, 200);
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    // The renewal goes on behind the answer.
    for _ in 0..200 {
        if status(&guard, "GET", "/v1/crew", &first).await == 401 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(status(&guard, "GET", "/v1/crew", &first).await, 401);
    assert_eq!(status(&guard, "GET", "/v1/crew", &second).await, 200);
}

#[tokio::test]
async fn unknown_keys_do_not_flood_the_server() {
    let known = key();
    let server = Server::start(&known).await;
    let clock = Hands::new();
    let guard = builder(&server.issuer, &clock).checks_organizations_itself();
    let guard = guard.build().await.unwrap();
    clock.advance(10);
    let calls = (0..20).map(|_| {
        let (guard, text) = (guard.clone(), server.mint(&key(), &token()));
        tokio::spawn(async move { status(&guard, "GET", "/v1/crew", &text).await })
    });
    for call in calls.collect::<Vec<_>>() {
        assert_eq!(call.await.unwrap(), 401);
    }
    assert_eq!(server.jwks_reads(), 2);
    // Nor one after the other.
    let text = server.mint(&key(), &token());
    for (seconds, reads) in [(0, 2), (9, 2), (1, 3), (1, 3)] {
        clock.advance(seconds);
        assert_eq!(status(&guard, "GET", "/v1/crew", &text).await, 401);
        assert_eq!(server.jwks_reads(), reads);
    }
}

#[tokio::test]
async fn old_keys_serve_for_an_hour_without_the_server() {
    let key = key();
    let server = Server::start(&key).await;
    let clock = Hands::new();
    let guard = builder(&server.issuer, &clock).checks_organizations_itself();
    let guard = guard.build().await.unwrap();
    let mut long = token();
    long.expires_at = Timestamp::from_unix(Hands::START + 86_400);
    let text = server.mint(&key, &long);
    *server.jwks.write().unwrap() = (503, String::new());
    clock.advance(300 + 3600);
    assert_eq!(status(&guard, "GET", "/v1/crew", &text).await, 200);
    clock.advance(11);
    assert_eq!(status(&guard, "GET", "/v1/crew", &text).await, 503);
    assert_eq!(status(&guard, "GET", "/health", &text).await, 200);
    server.publish(&[&key]);
    clock.advance(11);
    assert_eq!(status(&guard, "GET", "/v1/crew", &text).await, 200);
}

#[tokio::test]
async fn a_guard_that_could_not_decide_is_not_built() {
    let key = key();
    let server = Server::start(&key).await;
    let clock = Hands::new();
    let plain = || builder(&server.issuer, &clock);
    let unchecked = plain().build().await.unwrap_err();
    assert!(
        matches!(&unchecked, BuildError::OrganizationsUnchecked(named)
        if *named == ["listCrew", "addCrew"]),
        "{unchecked}"
    );
    let ready = || plain().checks_organizations_itself();
    assert!(matches!(ready().below("api").build().await, Err(BuildError::Below(_))));
    assert!(matches!(ready().keys("{}").build().await, Err(BuildError::Jwks(_))));
    assert!(matches!(ready().keys("{\"keys\":[]}").build().await, Err(BuildError::NoKeys)));
    assert!(matches!(ready().dialect("").build().await, Err(BuildError::Dialect(_))));
    let no_document = Guard::builder(ISSUER, AUDIENCE, "").build().await;
    assert!(matches!(no_document, Err(BuildError::OpenApi(_))));
    // RFC 8414 §3.3: a server that calls itself another is not believed.
    let slash = format!("{}/", server.issuer);
    let slash = builder(&slash, &clock).checks_organizations_itself().build().await;
    assert!(matches!(slash, Err(BuildError::Server(_))));
    let metadata =
        format!(r#"{{"issuer":"{}","jwks_uri":"http://keys.example.com/"}}"#, server.issuer);
    *server.metadata.write().unwrap() = (200, metadata);
    assert!(matches!(ready().build().await, Err(BuildError::Server(_))));
    *server.metadata.write().unwrap() = (200, format!(r#"{{"issuer":"{}"}}"#, server.issuer));
    assert!(matches!(ready().build().await, Err(BuildError::NoEndpoint("jwks_uri"))));
}
