//! What anybody may read, and what nobody finds.

use axum::body::Body;
use portreeve_core::time::Ttl;
use portreeve_core::token::jwt::verify::{PublicKeys, verify};
use portreeve_core::token::key::RotationPlan;

use crate::world::{BOTH, On, World};

#[tokio::test]
async fn metadata_advertises_what_works() {
    let world = World::new(On::Sqlite).await;
    let answer = world.get("/.well-known/oauth-authorization-server", None).await;
    let document = answer.json();
    assert_eq!(document["issuer"], "http://127.0.0.1:8080");
    assert!(answer.header("cache-control").contains("max-age"));
    for (name, status) in [
        ("token_endpoint", 405),
        ("introspection_endpoint", 405),
        ("revocation_endpoint", 405),
        ("jwks_uri", 200),
    ] {
        let url = document[name].as_str().unwrap().strip_prefix("http://127.0.0.1:8080").unwrap();
        assert_eq!(world.get(url, None).await.status, status, "{name}");
    }
    assert_eq!(
        document["grant_types_supported"],
        serde_json::json!(["client_credentials", "refresh_token"])
    );
    assert_eq!(
        document["response_types_supported"],
        serde_json::json!([]),
        "required, though none"
    );
    let scopes = ["ships_read", "ships_write", "organization_read", "crew_read", "crew_import"];
    let supported = document["scopes_supported"].as_array().unwrap();
    for scope in scopes {
        assert_eq!(supported.iter().filter(|found| **found == scope).count(), 1, "{scope}");
    }
    let resource = world.get("/.well-known/oauth-protected-resource/api/ships", None).await.json();
    assert_eq!(resource["resource"], "http://127.0.0.1:8080/api/ships");
    assert_eq!(resource["authorization_servers"][0], "http://127.0.0.1:8080");
    assert_eq!(world.get("/.well-known/oauth-protected-resource/api/none", None).await.status, 404);
    let authorize = world.get("/oauth2/authorize?client_id=fleet&response_type=code&redirect_uri=https://evil.example.com", None).await;
    assert_eq!(authorize.status, 400);
    assert!(authorize.headers.get("location").is_none());
}

#[tokio::test]
async fn keys_are_public_cached_and_rotate_without_a_gap() {
    for on in BOTH {
        let world = World::new(on).await;
        let first = world.get("/oauth2/jwks", None).await;
        assert!(!first.text.contains("\"d\""), "{}", first.text);
        let tag = first.header("etag").to_owned();
        let again = http::Request::get("/oauth2/jwks").header("if-none-match", &tag);
        let again = world.send(again.body(Body::empty()).unwrap()).await;
        assert_eq!((again.status, &*again.text), (304, ""));

        let old = world.token("/auth/connect/token", "bridge", "crew_read").await;
        let plan =
            RotationPlan { publish_ahead: Ttl::from_seconds(600), overlap: Ttl::from_hours(25) };
        let purpose = portreeve_server::flow::keys::purposes(&world.env)[0];
        let actor = portreeve_core::audit::Actor::System;
        let kid =
            portreeve_server::flow::keys::rotate(&world.env, purpose, plan, &actor).await.unwrap();
        let published = world.get("/oauth2/jwks", None).await;
        assert!(published.text.contains(&kid), "published before it signs");
        let keys = PublicKeys::from_jwks(&published.text).unwrap();
        let reads = |token: &str| {
            let find = |kid: &str| keys.verifying(kid);
            verify(token, "http://127.0.0.1:8080", world.env.now(), find).is_ok()
        };
        assert!(reads(&old));
        assert!(!signed_by(&world.token("/auth/connect/token", "bridge", "crew_read").await, &kid));
        world.forward(600);
        let new = world.token("/auth/connect/token", "bridge", "crew_read").await;
        assert!(signed_by(&new, &kid) && reads(&new) && reads(&old));
        assert_eq!(world.get("/api/vessel/v1/crew", Some(&old)).await.status, 200);
    }
}

#[tokio::test]
async fn a_node_that_hears_nothing_stops_answering() {
    let world = World::new(On::Sqlite).await;
    let token = world.token("/oauth2/token", "fleet", "ships_read").await;
    world.clock.forward(16);
    for path in ["/oauth2/token", "/auth/connect/token", "/oauth2/introspect"] {
        let answer = world.post(path, Some("fleet"), "grant_type=client_credentials&token=x").await;
        assert_eq!(answer.status, 503, "{path}: {answer:?}");
    }
    assert_eq!(world.get("/api/ships/v1/ships", Some(&token)).await.status, 503);
    assert_eq!(world.get("/readyz", None).await.status, 503);
    assert_eq!(world.get("/oauth2/jwks", None).await.status, 200);
    world.forward(0);
    assert_eq!(world.get("/api/ships/v1/ships", Some(&token)).await.status, 200);
}

fn signed_by(token: &str, kid: &str) -> bool {
    use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
    let header = BASE64_URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap()).unwrap();
    String::from_utf8(header).unwrap().contains(kid)
}

#[tokio::test]
async fn the_rest_is_nowhere() {
    let world = World::new(On::Sqlite).await;
    for path in [
        "/oauth2",
        "/oauth2/token/",
        "/OAUTH2/token",
        "/api",
        "/api/vesselx/v1/ships",
        "/../etc/passwd",
    ] {
        let answer = world.get(path, None).await;
        assert_eq!(answer.status, 404, "{path}: {answer:?}");
    }
    let start = world.get("/", None).await;
    assert_eq!((start.status, start.header("location")), (303, "/sign-in?next=%2F"));
    assert_eq!(world.get("/healthz", None).await.status, 200);
    assert_eq!(world.get("/readyz", None).await.status, 200);
    world.token("/oauth2/token", "fleet", "ships_read").await;
    let metrics = world.get("/metrics", None).await.text;
    assert!(
        metrics.contains("portreeve_requests_total{door=\"standard\",outcome=\"ok\"} 1"),
        "{metrics}"
    );
}
