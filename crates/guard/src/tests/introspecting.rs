//! A guard that asks the server about each token.

use portreeve_core::text_id::OrganizationId;

use super::server::{Server, key, token};
use super::*;
use crate::builder::BuildError;

const ACTIVE: &str = r#"{"active":true,"client_id":"prc_crewplanner","organization_id":"org_nordhav","aud":"https://api.example.com/crew","exp":1790003600,"scope":"crew_read crew_import","organizations":["4711","4712"]}"#;

fn asking(server: &Server, clock: &Arc<Hands>) -> Builder {
    builder(&server.issuer, clock).introspect_with("prc_crewapi", "prs_hidden")
}

#[tokio::test]
async fn a_disabled_client_is_refused_within_ten_seconds() {
    let key = key();
    let server = Server::start(&key).await;
    let clock = Hands::new();
    let guard = asking(&server, &clock).build().await.unwrap();
    let text = server.mint(&key, &token());
    server.says(200, ACTIVE);
    assert_eq!(status(&guard, "GET", "/v1/crew", &text).await, 200);
    let (authorization, body) = server.asked.read().unwrap().clone();
    // base64 of "prc_crewapi:prs_hidden"
    assert_eq!(authorization, "Basic cHJjX2NyZXdhcGk6cHJzX2hpZGRlbg==");
    assert_eq!(body, format!("token={text}"));
    server.says(200, r#"{"active":false}"#);
    clock.advance(10);
    let answer = call(&guard, "GET", "/v1/crew", Some(&text)).await;
    assert_eq!(answer.status, 401);
    assert!(answer.challenge().contains("invalid_token"), "{}", answer.challenge());
    // And lives again when the client is enabled.
    server.says(200, ACTIVE);
    clock.advance(10);
    assert_eq!(status(&guard, "GET", "/v1/crew", &text).await, 200);
}

#[tokio::test]
async fn one_question_serves_many_calls() {
    let key = key();
    let server = Server::start(&key).await;
    let clock = Hands::new();
    let guard = asking(&server, &clock).build().await.unwrap();
    let text = server.mint(&key, &token());
    server.says(200, ACTIVE);
    let before = server.questions();
    let calls = (0..50).map(|_| {
        let (guard, text) = (guard.clone(), text.clone());
        tokio::spawn(async move { status(&guard, "GET", "/v1/crew", &text).await })
    });
    for call in calls.collect::<Vec<_>>() {
        assert_eq!(call.await.unwrap(), 200);
    }
    assert_eq!(server.questions() - before, 1);
    let guard = asking(&server, &clock).introspection_lasts(Duration::ZERO).build().await.unwrap();
    let before = server.questions();
    for _ in 0..3 {
        assert_eq!(status(&guard, "GET", "/v1/crew", &text).await, 200);
    }
    assert_eq!(server.questions() - before, 3);
}

#[tokio::test]
async fn what_is_plainly_no_good_is_not_asked_about() {
    let key = key();
    let server = Server::start(&key).await;
    let clock = Hands::new();
    let guard = asking(&server, &clock).build().await.unwrap();
    server.says(200, ACTIVE);
    let before = server.questions();
    let forged = server.mint(&super::server::key(), &token());
    assert_eq!(status(&guard, "GET", "/v1/crew", &forged).await, 401);
    let text = server.mint(&key, &token());
    assert_eq!(status(&guard, "GET", "/v2/crew", &text).await, 404);
    clock.advance(3600);
    assert_eq!(status(&guard, "GET", "/v1/crew", &text).await, 401);
    assert_eq!(server.questions(), before);
}

#[tokio::test]
async fn rights_are_those_of_the_answer() {
    let key = key();
    let server = Server::start(&key).await;
    let clock = Hands::new();
    let guard = asking(&server, &clock).introspection_lasts(Duration::ZERO).build().await.unwrap();
    let text = server.mint(&key, &token());
    let read = ACTIVE.replace("crew_read crew_import", "crew_read");
    let none = ACTIVE.replace("crew_read crew_import", "");
    let unlisted = ACTIVE.replace(r#","organizations":["4711","4712"]"#, "");
    let elsewhere = ACTIVE.replace("/crew\"", "/vessel\"");
    let over = ACTIVE.replace("1790003600", "1790000000");
    for (says, method, path, expected) in [
        (ACTIVE, "POST", "/v1/crew?organizationId=4711", 200),
        (ACTIVE, "POST", "/v1/crew?organizationId=4713", 403),
        (ACTIVE, "GET", "/v1/crew", 200),
        (&read, "GET", "/v1/crew", 200),
        (&read, "POST", "/v1/crew?organizationId=4711", 403),
        (&none, "GET", "/v1/crew", 403),
        (&unlisted, "GET", "/v1/crew", 400),
        (&unlisted, "GET", "/v1/crew?organizationId=4711", 403),
        (&unlisted, "GET", "/v1/crew/7", 200),
        (&elsewhere, "GET", "/v1/crew", 401),
        (&over, "GET", "/v1/crew", 401),
    ] {
        server.says(200, says);
        assert_eq!(status(&guard, method, path, &text).await, expected, "{method} {path} {says}");
    }
    server.says(200, ACTIVE);
    let answer = call(&guard, "GET", "/v1/crew?organizationId=4712", Some(&text)).await;
    assert!(answer.body.contains("InReach(\"4712\")"), "{}", answer.body);
}

#[tokio::test]
async fn a_narrowed_token_reaches_its_organization_only() {
    let key = key();
    let server = Server::start(&key).await;
    let clock = Hands::new();
    let guard = asking(&server, &clock).build().await.unwrap();
    let says = ACTIVE.replace(r#"["4711","4712"]"#, r#"["4712"],"organization":"org_fjord""#);
    server.says(200, &says);
    let mut narrowed = token();
    narrowed.organization = Some(OrganizationId::parse("org_fjord").unwrap());
    let text = server.mint(&key, &narrowed);
    let answer = call(&guard, "GET", "/v1/crew?organizationId=4712", Some(&text)).await;
    assert_eq!(answer.status, 200);
    assert!(answer.body.contains("narrowed_to: Some(org_fjord)"), "{}", answer.body);
    assert_eq!(status(&guard, "GET", "/v1/crew?organizationId=4711", &text).await, 403);
    // A server that does not narrow lists too much: nobody passes on that.
    server.says(200, ACTIVE);
    clock.advance(10);
    assert_eq!(status(&guard, "GET", "/v1/crew?organizationId=4712", &text).await, 503);
}

#[tokio::test]
async fn a_sealed_token_is_the_servers_to_open() {
    let key = key();
    let server = Server::start(&key).await;
    let clock = Hands::new();
    let guard = asking(&server, &clock).build().await.unwrap();
    assert_eq!(status(&guard, "GET", "/v1/crew", "at_sealed").await, 401);
    server.says(200, ACTIVE);
    assert_eq!(status(&guard, "GET", "/v1/crew", "at_sealed2").await, 200);
}

#[tokio::test]
async fn nobody_passes_while_the_server_gives_no_answer() {
    let key = key();
    let server = Server::start(&key).await;
    let clock = Hands::new();
    let guard = asking(&server, &clock).build().await.unwrap();
    let text = server.mint(&key, &token());
    for (code, body) in [
        (500, ACTIVE),
        (401, ACTIVE),
        (302, ACTIVE),
        (200, "<html>"),
        (200, r#"{"active":"true"}"#),
        (200, r#"{"active":true}"#),
    ] {
        server.says(code, body);
        assert_eq!(status(&guard, "GET", "/v1/crew", &text).await, 503, "{code} {body}");
    }
    // No answer is remembered as one.
    server.says(200, ACTIVE);
    assert_eq!(status(&guard, "GET", "/v1/crew", &text).await, 200);
}

#[tokio::test]
async fn wrong_credentials_are_noticed_at_the_start() {
    let key = key();
    let server = Server::start(&key).await;
    let clock = Hands::new();
    server.says(401, r#"{"error":"invalid_client"}"#);
    let error = asking(&server, &clock).build().await.unwrap_err();
    assert!(matches!(&error, BuildError::Introspection(_)), "{error}");
    assert!(error.to_string().contains("check its id and secret"), "{error}");
    assert!(!format!("{error:?}").contains("prs_hidden"));
}
