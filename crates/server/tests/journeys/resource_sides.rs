//! The guarded side of the vendors' dialects, as far as it needs a token that was given.

use axum::body::Body;
use http::Request;
use portreeve_core::oauth::scope::ScopeSet;
use serde_json::{Value, json};

use crate::refreshing::{TILL, sign_in};
use crate::vendors;
use crate::world::{Answer, BOTH, SECRET, World};

const DAY: u64 = 86_400;

/// Asks for a token; answers the member of the reply that holds it.
async fn token(world: &World, request: Request<Body>, member: &str) -> String {
    let answer = world.send(request).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()[member].as_str().unwrap().to_owned()
}

fn json_request(path: &str, body: &Value) -> Request<Body> {
    let request = Request::post(path).header("content-type", "application/json");
    request.body(Body::from(body.to_string())).unwrap()
}

async fn voyager(world: &World) -> String {
    let asked = json!({
        "client_id": "voyager", "client_secret": SECRET,
        "audience": "https://dataloy.internal", "grant_type": "client_credentials",
    });
    token(world, json_request("/oauth/token", &asked), "access_token").await
}

async fn call(world: &World, method: &str, path: &str, token: &str) -> Answer {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("host", "platform-dev.example.com")
        .header("authorization", format!("Bearer {token}"));
    world.send(request.body(Body::empty()).unwrap()).await
}

fn seven(status: u16, text: &str, message: &str, method: &str, path: &str) -> Value {
    json!({
        "statusCode": status, "statusText": text, "message": message,
        "date": if status == 401 { "2026-11-22T12:00:01" } else { "2026-11-21T12:00:00" },
        "statusFamily": "CLIENT_ERROR", "method": method,
        "uri": format!("http://platform-dev.example.com{path}"),
    })
}

#[tokio::test]
async fn voyages_refuse_in_seven_fields() {
    for on in BOTH {
        let world = World::new(on).await;
        vendors::enter(&world).await;
        let token = voyager(&world).await;
        let cargo = "/ws/rest/Cargo?filter=subCargos.freight(GTE)2500000";
        assert_eq!(call(&world, "GET", cargo, &token).await.status, 200);

        let answer = call(&world, "POST", "/ws/rest/Cargo", &token).await;
        let message = "This operation needs a scope that the access token does not have.";
        assert_eq!(answer.json(), seven(403, "Forbidden", message, "POST", "/ws/rest/Cargo"));
        // Another service of the same vendor.
        assert_eq!(call(&world, "GET", "/dev/ws/rest/Cargo", &token).await.status, 401);

        world.forward(DAY + 1);
        let answer = call(&world, "GET", cargo, &token).await;
        assert_eq!((answer.status, answer.header("content-type")), (401, "application/json"));
        let uri = "/ws/rest/Cargo?filter=subCargos.freight%28GTE%292500000";
        assert_eq!(answer.json(), seven(401, "Unauthorized", "Token expired.", "GET", uri));
    }
}

#[tokio::test]
async fn addresses_take_the_token_where_the_licence_was() {
    for on in BOTH {
        let world = World::new(on).await;
        let asked = format!(
            "/oauth/access_token/?client_secret={SECRET}&scope=client_email&client_id=12345678"
        );
        let token =
            token(&world, Request::get(asked).body(Body::empty()).unwrap(), "access_token").await;
        assert_eq!((token.len(), token.starts_with("TK")), (46, true));
        // The licence has e-mail addresses; this needs addresses.
        let path = format!("/api/address/CP/?Pays=FRA&Licence={token}");
        let answer = world.get(&path, None).await;
        assert_eq!((answer.status, &*answer.text), (401, "{\"error\":\"insufficient_scope\"}"));
        let answer = world.get(&format!("{path}&Licence={token}"), None).await;
        assert_eq!((answer.status, &*answer.text), (401, "{\"error\":\"invalid_request\"}"));

        world.forward(300);
        let answer = world.get(&path, None).await;
        assert_eq!((answer.status, &*answer.text), (401, "{\"error\":\"invalid_token\"}"));
        assert!(!world.log().contains(&token) && !world.log().contains(SECRET));
    }
}

#[tokio::test]
async fn clouds_refuse_with_403_what_they_know() {
    for on in BOTH {
        let world = World::new(on).await;
        vendors::enter(&world).await;
        let signed_in = sign_in(&world, TILL.refresh, "{\"_cloudId\":4210}").await;
        assert_eq!(signed_in.status, 201, "{signed_in:?}");
        let token = signed_in.json()["accessToken"].as_str().unwrap().to_owned();
        let products = "/api/clouds/v2/clouds/4210/products";
        assert_eq!(call(&world, "GET", products, &token).await.status, 200);
        let reason = |answer: &Answer| {
            let json = answer.json();
            let text = |name: &str| json[name].as_str().unwrap().to_owned();
            assert_eq!(json["status"], answer.status);
            (answer.status, text("error"), text("reason"))
        };
        let forbidden = |reason: &str| (403, "Forbidden".to_owned(), reason.to_owned());

        let other = call(&world, "GET", "/api/clouds/v2/clouds/5100/products", &token).await;
        assert_eq!(reason(&other), forbidden("CLOUD_FORBIDDEN"));
        let fewer = ScopeSet::parse("clouds_read").unwrap();
        world.change_client("till", |till| till.scopes = fewer).await;
        let answer = call(&world, "GET", products, &token).await;
        assert_eq!(reason(&answer), forbidden("ACCESS_DENIED"));
        world.forward(3600);
        let answer = call(&world, "GET", products, &token).await;
        assert_eq!(reason(&answer), forbidden("ACCESS_TOKEN_EXPIRED"));
    }
}

#[tokio::test]
async fn dialects_from_files_guard_as_well() {
    for on in BOTH {
        let world = World::new(on).await;
        vendors::enter(&world).await;
        // Marketo: refused with 200 and a code; the token is shared and may stand in the query.
        let asked = format!(
            "/identity/oauth/token?grant_type=client_credentials&client_id=leads&client_secret={SECRET}"
        );
        let ask = || Request::get(asked.as_str()).body(Body::empty()).unwrap();
        let first = token(&world, ask(), "access_token").await;
        world.forward(60);
        let again = world.send(ask()).await.json();
        assert_eq!((&again["access_token"], &again["expires_in"]), (&json!(first), &json!(3540)));
        let path = format!("/api/leads/v1/ships?a=b&access_token={first}");
        let answer = world.get(&path, None).await;
        assert_eq!(answer.json()["target"], "/v1/ships?a=b");
        assert_eq!(answer.header("cache-control"), "no-store");
        let in_header = world.get("/api/leads/v1/ships?a=b", Some(&first)).await;
        assert_eq!(in_header.header("cache-control"), "");
        world.forward(3540);
        let answer = world.get(&path, None).await;
        let errors = json!([{"code": "602", "message": "Access token expired"}]);
        assert_eq!((answer.status, &answer.json()["errors"]), (200, &errors));
        let fresh = token(&world, ask(), "access_token").await;
        assert_ne!(fresh, first);

        let lark = "/open-apis/auth/v3/tenant_access_token/internal";
        let body = json!({"app_id": "cli_slkdjalasdkjasd", "app_secret": SECRET});
        let token = token(&world, json_request(lark, &body), "tenant_access_token").await;
        assert!(token.starts_with("t-"), "{token}");
        assert_eq!(world.get("/api/messages/v1/ships", Some(&token)).await.status, 200);
        world.forward(7200);
        let answer = world.get("/api/messages/v1/ships", Some(&token)).await;
        assert_eq!((answer.status, &answer.json()["code"]), (400, &json!(99_991_663)));
    }
}
