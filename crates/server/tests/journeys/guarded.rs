//! Calls through the gate: rights are live, headers cannot be forged, a dead API is
//! not the token's fault.

use axum::body::Body;
use portreeve_store::contract::commit::Write;
use serde_json::Value;

use crate::world::{Answer, BOTH, On, World, organization};

const VESSEL: &str = "/api/vessel/v1/ships";

async fn told(world: &World, path: &str, token: &str) -> Value {
    let answer = world.get(path, Some(token)).await;
    assert_eq!(answer.status, 200, "{path}: {answer:?}");
    answer.json()["headers"].clone()
}

#[tokio::test]
async fn the_api_hears_who_calls() {
    for on in BOTH {
        let world = World::new(on).await;
        let token = world.token("/auth/connect/token", "bridge", "organization_read").await;
        let heard = told(&world, VESSEL, &token).await;
        assert_eq!(heard["portreeve-client"], "bridge");
        assert_eq!(heard["portreeve-scope"], "organization_read");
        assert_eq!(heard["portreeve-owner"], "organization:org_group");
        assert_eq!(heard["portreeve-organizations"], "4200,4210");
        assert_eq!(heard.get("authorization"), None, "the token goes no further");
        let one = told(&world, &format!("{VESSEL}?organizationId=4210"), &token).await;
        assert_eq!(one["portreeve-organizations"], "4210");
        let by_path = told(&world, "/api/vessel/v1/ships/4210/all", &token).await;
        assert_eq!(by_path["portreeve-organizations"], "4210");
    }
}

#[tokio::test]
async fn what_the_caller_says_about_itself_is_dropped() {
    let world = World::new(On::Sqlite).await;
    let token = world.token("/auth/connect/token", "bridge", "organization_read").await;
    let mut request = http::Request::get(VESSEL).header("authorization", format!("Bearer {token}"));
    for name in
        ["Portreeve-Client", "portreeve-organizations", "PORTREEVE_CLIENT", "Portreeve_Owner"]
    {
        request = request.header(name, "5100");
    }
    let heard = world.send(request.body(Body::empty()).unwrap()).await.json()["headers"].clone();
    assert_eq!(heard["portreeve-client"], "bridge");
    assert_eq!(heard["portreeve-organizations"], "4200,4210");
    assert!(!heard.as_object().unwrap().keys().any(|name| name.contains('_')), "{heard}");
}

/// The header that names the organization must be the one that the API sees: not one
/// that is dropped on the way, nor one of two that the API takes for the same.
#[tokio::test]
async fn the_api_sees_the_organization_that_was_decided() {
    let world = World::new(On::Sqlite).await;
    let token = world.token("/auth/connect/token", "bridge", "organization_read").await;
    for (headers, expected) in [
        (&[("X-Organization", "4210")][..], (200, "4210")),
        (&[("X-Organization", "4210"), ("Connection", "close")], (200, "4210")),
        (&[("X-Organization", "5100")], (403, "")),
        (&[("X-Organization", "4210"), ("X_Organization", "5100")], (400, "")),
        (&[("X_Organization", "5100")], (400, "")),
        (&[("X-Organization", "4210"), ("Connection", "close, X-Organization")], (400, "")),
    ] {
        let mut request = http::Request::get("/api/vessel/v1/berths")
            .header("authorization", format!("Bearer {token}"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = world.send(request.body(Body::empty()).unwrap()).await;
        let heard =
            if answer.status == 200 { answer.json()["headers"].clone() } else { Value::Null };
        let seen = heard["x-organization"].as_str().unwrap_or_default();
        assert_eq!((answer.status, seen), expected, "{headers:?}: {answer:?}");
        assert_eq!(heard["portreeve-organizations"].as_str().unwrap_or_default(), expected.1);
    }
}

/// Wherever a dialect lets it stand.
#[tokio::test]
async fn the_token_goes_no_further() {
    let world = World::new(On::Sqlite).await;
    let token = world.token("/licensed/token", "licensee", "ships_read").await;
    let path = "/api/licensed/v1/ships";
    let by_query = |query: &str| http::Request::get(format!("{path}?{query}"));
    for (request, target) in [
        (by_query(&format!("a=%2f&Licence={token}&b")), "/v1/ships?a=%2f&b"),
        (by_query(&format!("Licence={token}")), "/v1/ships"),
        (by_query("x=1").header("X-Token", &token), "/v1/ships?x=1"),
        (by_query("x=1").header("Authorization", format!("Bearer {token}")), "/v1/ships?x=1"),
    ] {
        let answer = world.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_eq!(answer.json()["target"], target);
        assert!(!answer.text.contains(&token), "{answer:?}");
    }
}

/// What the API compares or decodes for itself is what the gate decided about.
#[tokio::test]
async fn the_api_sees_the_path_that_was_decided() {
    let world = World::new(On::Sqlite).await;
    let token = world.token("/auth/connect/token", "bridge", "organization_read").await;
    for (sent, seen) in [
        ("/v1/%73hips", "/v1/ships"),
        (
            "/%761/sh%69ps?organizationId=%34210&x=%2f%7e",
            "/v1/ships?organizationId=%34210&x=%2f%7e",
        ),
        ("/v1/ships/%342%310/%61ll", "/v1/ships/4210/all"),
        ("/v1/notes/caf%c3%a9%2Ca%7E", "/v1/notes/caf%C3%A9%2Ca~"),
        ("/v1/notes/a,b", "/v1/notes/a,b"),
        ("/v1/notes:late", "/v1/notes:late"),
        ("/v1/%6Eotes:l%61te?", "/v1/notes:late?"),
    ] {
        let answer = world.get(&format!("/api/vessel{sent}"), Some(&token)).await;
        assert_eq!(answer.status, 200, "{sent}: {answer:?}");
        assert_eq!(answer.json()["target"], seen, "{sent}");
    }
    for path in [
        "/v1/notes%3Alate",
        "/v1/ships%2f4210%2fall",
        "/v1/ships%5Call",
        "/v1/%2e%2e/v1/ships",
        "/v1/ships%00",
        "/v1/%2573hips",
    ] {
        let (status, error, answer) =
            refused(&world, &format!("/api/vessel{path}"), Some(&token)).await;
        assert_eq!((status, &*error), (400, "invalid_request"), "{path}: {answer:?}");
        assert_eq!(answer.header("allow"), "", "{path}");
    }
}

async fn refused(world: &World, path: &str, token: Option<&str>) -> (u16, String, Answer) {
    let answer = world.get(path, token).await;
    let error = answer.json()["error"].as_str().unwrap_or_default().to_owned();
    (answer.status, error, answer)
}

#[tokio::test]
async fn what_is_not_allowed_is_refused() {
    let world = World::new(On::Sqlite).await;
    let token = world.token("/auth/connect/token", "bridge", "organization_read").await;
    let other = world.token("/oauth2/token", "fleet", "ships_read").await;
    let cases = [
        (VESSEL, None, 401, "invalid_token"),
        (VESSEL, Some("nonsense"), 401, "invalid_token"),
        (VESSEL, Some(&*other), 401, "invalid_token"),
        ("/api/vessel/v1/crew", Some(&*token), 403, "insufficient_scope"),
        ("/api/vessel/v1/ships?organizationId=5100", Some(&*token), 403, "insufficient_scope"),
        ("/api/vessel/v1/ships?organizationId=nowhere", Some(&*token), 403, "insufficient_scope"),
        (
            "/api/vessel/v1/ships?organizationId=4210&organization%49d=5100",
            Some(&*token),
            400,
            "invalid_request",
        ),
        ("/api/vessel/v1/ships/5100/all", Some(&*token), 403, "insufficient_scope"),
        ("/api/vessel/v1/submarines", Some(&*token), 404, "invalid_request"),
        ("/api/vessel/v1/../v1/ships", Some(&*token), 400, "invalid_request"),
        ("/api/vessel/v1//ships", Some(&*token), 400, "invalid_request"),
        ("/api/vessel/v1/ships;x", Some(&*token), 400, "invalid_request"),
        ("/api/vessel/v1%2fships", Some(&*token), 400, "invalid_request"),
    ];
    for (path, token, status, error) in cases {
        let (found, said, answer) = refused(&world, path, token).await;
        assert_eq!((found, &*said), (status, error), "{path}: {answer:?}");
        let challenged = !answer.header("www-authenticate").is_empty();
        assert_eq!(challenged, status == 401 || status == 403, "{path}");
        assert!(!answer.header("x-request-id").is_empty());
    }
    let bare = world.get(VESSEL, None).await;
    assert_eq!(bare.header("www-authenticate"), "Bearer realm=\"portreeve\"", "RFC 6750 §3.1");
    let scope = world.get("/api/vessel/v1/crew", Some(&token)).await;
    assert!(scope.header("www-authenticate").contains("scope=\"crew_read\""));
    assert_eq!(scope.header("allow"), "", "only a 405 tells the methods");
    let put = http::Request::put(VESSEL).body(Body::empty()).unwrap();
    let answer = world.send(put).await;
    assert_eq!((answer.status, answer.header("allow")), (405, "GET, HEAD, POST"));
}

#[tokio::test]
async fn rights_are_live() {
    for on in BOTH {
        let world = World::new(on).await;
        let token = world.token("/auth/connect/token", "ada-laptop", "organization_read").await;
        assert_eq!(told(&world, VESSEL, &token).await["portreeve-organizations"], "5100,4210");
        let other = "/api/vessel/v1/ships?organizationId=5100";
        assert_eq!(world.get(other, Some(&token)).await.status, 200);
        let ada = portreeve_core::text_id::UserId::parse("usr_ada").unwrap();
        let ended = Write::MembershipEnded { organization: organization("org_other"), user: ada };
        world.commit(ended).await;
        assert_eq!(world.get(other, Some(&token)).await.status, 403);
        assert_eq!(told(&world, VESSEL, &token).await["portreeve-organizations"], "4210");

        world.change_client("ada-laptop", |c| c.scopes = "crew_read".parse_scopes()).await;
        assert_eq!(world.get(VESSEL, Some(&token)).await.status, 403);
        world.change_client("ada-laptop", |c| c.scopes = "organization_read".parse_scopes()).await;
        world.change_client("ada-laptop", |c| c.disabled = true).await;
        assert_eq!(world.get(VESSEL, Some(&token)).await.status, 401);
        world.change_client("ada-laptop", |c| c.disabled = false).await;
        assert_eq!(
            world.get(VESSEL, Some(&token)).await.status,
            200,
            "enable lets tokens live again"
        );
        world.forward(86_400);
        let (status, error, answer) = refused(&world, VESSEL, Some(&token)).await;
        assert_eq!((status, &*error), (401, "invalid_token"), "{answer:?}");
        assert!(answer.text.contains("expired"));
    }
}

trait Scopes {
    fn parse_scopes(&self) -> portreeve_core::oauth::scope::ScopeSet;
}

impl Scopes for str {
    fn parse_scopes(&self) -> portreeve_core::oauth::scope::ScopeSet {
        portreeve_core::oauth::scope::ScopeSet::parse(self).unwrap()
    }
}

#[tokio::test]
async fn a_public_operation_needs_no_token_and_tells_nothing() {
    let world = World::new(On::Sqlite).await;
    let answer = world.get("/api/vessel/v1/status", Some("nonsense")).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.json()["headers"].get("portreeve-client"), None);
}

#[tokio::test]
async fn a_dead_or_slow_api_leaves_the_token_valid() {
    let world = World::new(On::Sqlite).await;
    let token = world.token("/oauth2/token", "fleet", "ships_read").await;
    let dead = world.get("/api/dead/v1/ships", Some(&token)).await;
    assert_eq!(dead.status, 502, "{dead:?}");
    assert_eq!(dead.json()["request_id"], dead.header("x-request-id"));
    let slow = world.get("/api/ships/v1/slow", Some(&token)).await;
    assert_eq!(slow.status, 504, "{slow:?}");
    assert_eq!(world.get("/api/ships/v1/ships", Some(&token)).await.status, 200);
}

#[tokio::test]
async fn an_api_sees_none_of_the_pages_cookies() {
    let world = World::new(On::Sqlite).await;
    let token = world.token("/oauth2/token", "fleet", "ships_read").await;
    let request = http::Request::get("/api/ships/v1/ships")
        .header("authorization", format!("Bearer {token}"))
        .header("cookie", "a=1; portreeve=session; portreeve-look=dark; b=2")
        .body(axum::body::Body::empty())
        .unwrap();
    let answer = world.send(request).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.json()["headers"]["cookie"], "a=1; b=2");
    // It names no media type, so a browser might take it for a page.
    assert!(answer.header("content-security-policy").starts_with("sandbox "), "{answer:?}");
}
