//! Introspection and revocation.

use axum::body::Body;
use portreeve_core::oauth::scope::ScopeSet;
use portreeve_core::text_id::UserId;
use portreeve_core::token::mint::mint;
use portreeve_core::token::record::{AccessToken, Audience, TokenId};
use portreeve_store::contract::commit::Write;
use serde_json::json;

use crate::world::{BOTH, NOON, On, World, organization};

const INTROSPECT: &str = "/oauth2/introspect";
const REVOKE: &str = "/oauth2/revoke";

#[tokio::test]
async fn an_active_token_says_what_it_says() {
    for on in BOTH {
        let world = World::new(on).await;
        for (path, client, scope, audience) in [
            ("/oauth2/token", "fleet", "ships_read", "https://ships.example.com"),
            ("/auth/connect/token", "bridge", "crew_read", "https://vendor.example.com"),
        ] {
            let token = world.token(path, client, scope).await;
            let form = format!("token={token}&token_type_hint=refresh_token");
            let mut told = world.post(INTROSPECT, Some(client), &form).await.json();
            let life = if client == "fleet" { 3600 } else { 86_400 };
            assert!(told["jti"].take().as_str().unwrap().len() == 32);
            let expected = json!({
                "active": true, "client_id": client, "sub": client, "scope": scope,
                "aud": audience, "iss": "http://127.0.0.1:8080", "token_type": "Bearer",
                "iat": NOON, "exp": NOON + life, "jti": null,
                "organization_id": "org_group", "organizations": ["4200", "4210"],
            });
            assert_eq!(told, expected);
        }
    }
}

/// A token of ada's for one organization only, as a dialect would have it made.
async fn narrowed(world: &World, to: &str) -> String {
    let env = &world.env;
    let client = env.directory.client("ada-laptop").await.unwrap().unwrap();
    let audience = client.client().audiences[0].clone();
    let format = &env.catalog.resource(&audience).unwrap().format;
    let token = AccessToken {
        id: TokenId::generate(&*env.entropy),
        client_id: client.client_id.clone(),
        owner: client.client().owner.clone(),
        audience,
        scope: ScopeSet::parse("organization_read").unwrap(),
        organization: Some(organization(to)),
        family: None,
        issued_at: env.now(),
        expires_at: portreeve_core::time::Timestamp::from_unix(NOON + 60),
    };
    let (keys, issuer) = (env.directory.keys(), &env.endpoints.issuer);
    mint(&token, format, issuer, &keys, env.now(), &*env.entropy).unwrap()
}

/// The gate and introspection say the same about what a token reaches.
#[tokio::test]
async fn a_narrowed_token_reaches_one_organization_and_what_is_below() {
    const SHIPS: &str = "/api/vessel/v1/ships";
    for on in BOTH {
        let world = World::new(on).await;
        let ada = UserId::parse("usr_ada").unwrap();
        let role = portreeve_core::org::member::Role::Member;
        let group = portreeve_core::org::member::Membership {
            organization: organization("org_group"),
            user: ada.clone(),
            role,
        };
        world.commit(Write::MembershipSet(group)).await;
        for (to, reached) in [
            ("org_group", &["4200", "4210"][..]),
            ("org_tankers", &["4210"]),
            ("org_other", &["5100"]),
        ] {
            let token = narrowed(&world, to).await;
            let form = format!("token={token}");
            let told = world.post(INTROSPECT, Some("ada-laptop"), &form).await.json();
            assert_eq!(told["active"], true, "{told}");
            assert_eq!(told["user_id"], "usr_ada");
            assert_eq!(told["organization"], to);
            assert_eq!(told["organizations"], json!(reached));
            let heard = world.get(SHIPS, Some(&token)).await.json();
            assert_eq!(heard["headers"]["portreeve-organizations"], reached.join(","));
            let other = if to == "org_other" { "4210" } else { "5100" };
            let other = format!("{SHIPS}?organizationId={other}");
            assert_eq!(world.get(&other, Some(&token)).await.status, 403, "{to}");
        }
        let token = narrowed(&world, "org_other").await;
        let ended = Write::MembershipEnded { organization: organization("org_other"), user: ada };
        world.commit(ended).await;
        let form = format!("token={token}");
        let told = world.post(INTROSPECT, Some("ada-laptop"), &form).await;
        assert_eq!(told.text, "{\"active\":false}");
        assert_eq!(world.get(SHIPS, Some(&token)).await.status, 403);
    }
}

#[tokio::test]
async fn what_is_not_active_says_nothing_else() {
    let world = World::new(On::Sqlite).await;
    let token = world.token("/oauth2/token", "fleet", "ships_read").await;
    let ask = |client: &'static str, token: String| {
        let world = &world;
        async move {
            let answer = world.post(INTROSPECT, Some(client), &format!("token={token}")).await;
            assert_eq!(answer.status, 200);
            answer.text
        }
    };
    let inactive = "{\"active\":false}";
    assert_eq!(ask("bridge", token.clone()).await, inactive, "another client's token");
    assert_eq!(ask("fleet", "nonsense".into()).await, inactive);
    assert_eq!(ask("fleet", token[..token.len() - 1].to_owned()).await, inactive);
    world
        .change_client("bridge", |c| {
            c.introspects = vec![Audience::new("https://ships.example.com")]
        })
        .await;
    assert!(ask("bridge", token.clone()).await.contains("\"active\":true"), "its resource server");
    world.change_client("fleet", |c| c.disabled = true).await;
    assert_eq!(ask("bridge", token.clone()).await, inactive, "a disabled client's token");
    world.change_client("fleet", |c| c.disabled = false).await;
    world
        .change_client("fleet", |c| {
            c.not_before = portreeve_core::time::Timestamp::from_unix(NOON + 1)
        })
        .await;
    assert_eq!(ask("bridge", token.clone()).await, inactive, "revoked with all of its client's");
    world.change_client("fleet", |c| c.not_before = portreeve_core::time::Timestamp::EPOCH).await;
    world.forward(3600);
    assert_eq!(ask("bridge", token).await, inactive, "expired");
}

#[tokio::test]
async fn callers_must_say_who_they_are() {
    let world = World::new(On::Sqlite).await;
    for path in [INTROSPECT, REVOKE] {
        assert_eq!(world.post(path, None, "token=x").await.status, 401);
        assert_eq!(world.post(path, Some("nobody"), "token=x").await.status, 401);
        assert_eq!(world.post(path, Some("fleet"), "").await.json()["error"], "invalid_request");
        assert_eq!(world.post(path, Some("fleet"), "token=a&token=a").await.status, 400);
        assert_eq!(world.get(&format!("{path}?token=x"), None).await.status, 405);
        let json = http::Request::post(path)
            .header("content-type", "application/json")
            .body(Body::from("{\"token\":\"x\"}"));
        assert_eq!(world.send(json.unwrap()).await.status, 400);
    }
}

#[tokio::test]
async fn a_revoked_token_is_refused_everywhere() {
    for on in BOTH {
        let world = World::new(on).await;
        for (path, client, scope, ships) in [
            ("/oauth2/token", "fleet", "ships_read", "/api/ships/v1/ships"),
            ("/auth/connect/token", "bridge", "organization_read", "/api/vessel/v1/ships"),
        ] {
            let token = world.token(path, client, scope).await;
            let form = format!("token={token}");
            let thief = if client == "fleet" { "bridge" } else { "fleet" };
            assert_eq!(
                world.post(REVOKE, Some(thief), &form).await.json()["error"],
                "unauthorized_client"
            );
            assert_eq!(
                world.get(ships, Some(&token)).await.status,
                200,
                "another's attempt does nothing"
            );
            for _ in 0..2 {
                let answer = world.post(REVOKE, Some(client), &form).await;
                assert_eq!((answer.status, &*answer.text), (200, "{}"));
            }
            let refused = world.get(ships, Some(&token)).await;
            assert_eq!(refused.status, 401);
            assert!(refused.text.contains("revoked"));
            assert_eq!(
                world.post(INTROSPECT, Some(client), &form).await.text,
                "{\"active\":false}"
            );
        }
        assert_eq!(world.post(REVOKE, Some("fleet"), "token=unknown").await.status, 200);
    }
}
