//! A client asks and calls from its networks, and from nowhere else.

use std::net::SocketAddr;

use axum::body::Body;
use http::Request;
use http_body_util::BodyExt;
use portreeve_core::audit::Actor;
use portreeve_core::client::change::Particulars;
use portreeve_core::client::network::read_lines;
use portreeve_core::oauth::scope::ScopeSet;
use portreeve_core::text_id::ClientId;
use portreeve_core::token::record::Audience;
use portreeve_server::flow::administration::clients::{ClientChange, change};
use portreeve_server::flow::change::ChangeError;
use portreeve_server::flow::clients;
use portreeve_server::listen::PeerAddress;
use portreeve_store::contract::Page;
use serde_json::Value;
use tower::ServiceExt;

use crate::refreshing::{FLEET, connect, pair};
use crate::tunnels::{carries, open};
use crate::world::{BOTH, On, SECRET, World, post};

const TOKEN: &str = "/oauth2/token";
const SHIPS: &str = "/api/ships/v1/ships";
const GRANT: &str = "grant_type=client_credentials";
const OFFICE: [u8; 4] = [203, 0, 113, 7];
const ELSEWHERE: [u8; 4] = [198, 51, 100, 1];
const PROXY: [u8; 4] = [10, 9, 0, 1];

/// Lets a client call from these networks only.
async fn restrict(world: &World, id: &str, networks: &str) {
    let id = ClientId::parse(id).unwrap();
    let client = clients::show(&world.env, &id).await.unwrap();
    let to = Particulars {
        name: client.name,
        networks: read_lines(networks).unwrap(),
        token_ttl: client.token_ttl,
        expires_at: client.expires_at,
    };
    let version = Some(client.version);
    clients::set_particulars(&world.env, &id, to, version, &Actor::System).await.unwrap();
}

fn call(token: &str) -> Request<Body> {
    let request = Request::get(SHIPS).header("authorization", format!("Bearer {token}"));
    request.body(Body::empty()).unwrap()
}

/// Status, and OAuth's code where there is one.
async fn send(world: &World, from: &str, mut request: Request<Body>) -> (u16, String) {
    let peer = SocketAddr::new(from.parse().unwrap(), 50_000);
    request.extensions_mut().insert(PeerAddress(peer));
    let response = world.router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    let read: Value = serde_json::from_slice(&bytes).unwrap_or_default();
    (parts.status.as_u16(), read["error"].as_str().unwrap_or_default().to_owned())
}

fn refused(status: u16, error: &str) -> (u16, String) {
    (status, error.to_owned())
}

#[tokio::test]
async fn a_client_asks_and_calls_from_its_networks() {
    for on in BOTH {
        let world = World::new(on).await;
        let ok = refused(200, "");
        let token = world.token(TOKEN, "fleet", "ships_read").await;
        restrict(&world, "fleet", "203.0.113.0/28\n2001:db8:7::/48").await;
        for (from, allowed) in [
            ("203.0.113.7", true),
            ("::ffff:203.0.113.7", true),
            ("2001:db8:7::1", true),
            ("203.0.113.16", false),
            ("::ffff:203.0.113.16", false),
            ("2001:db8:8::1", false),
            ("127.0.0.1", false),
        ] {
            let asked = send(&world, from, post(TOKEN, Some("fleet"), GRANT)).await;
            let called = send(&world, from, call(&token)).await;
            let expected = match allowed {
                true => (ok.clone(), ok.clone()),
                false => (refused(400, "unauthorized_client"), refused(403, "insufficient_scope")),
            };
            assert_eq!((asked, called), expected, "{on:?} {from}");
        }
        restrict(&world, "fleet", "").await;
        assert_eq!(send(&world, "198.51.100.1", call(&token)).await, ok, "felt at once");
    }
}

#[tokio::test]
async fn who_has_proven_nothing_is_told_nothing() {
    let world = World::new(On::Sqlite).await;
    restrict(&world, "fleet", "203.0.113.0/28").await;
    for (secret, form, expected) in [
        ("prs_wrong", GRANT, refused(401, "invalid_client")),
        (SECRET, GRANT, refused(400, "unauthorized_client")),
        (
            SECRET,
            "grant_type=client_credentials&scope=nothing",
            refused(400, "unauthorized_client"),
        ),
    ] {
        let form = format!("{form}&client_id=fleet&client_secret={secret}");
        assert_eq!(send(&world, "198.51.100.1", post(TOKEN, None, &form)).await, expected);
    }
    world.change_client("fleet", |client| client.disabled = true).await;
    let answer = send(&world, "198.51.100.1", post(TOKEN, Some("fleet"), GRANT)).await;
    assert_eq!(answer, refused(401, "invalid_client"));
}

#[tokio::test]
async fn behind_a_trusted_proxy_the_callers_address_counts() {
    let world = World::new(On::Sqlite).await;
    let token = world.token(TOKEN, "fleet", "ships_read").await;
    restrict(&world, "fleet", "203.0.113.0/28").await;
    for (peer, forwarded, expected) in [
        (PROXY, "203.0.113.7", [200, 200]),
        (PROXY, "::ffff:203.0.113.7", [200, 200]),
        (PROXY, "198.51.100.1", [400, 403]),
        // The first is what the caller says of itself.
        (PROXY, "203.0.113.7, 198.51.100.1", [400, 403]),
        (PROXY, "nonsense", [400, 403]),
        (ELSEWHERE, "203.0.113.7", [400, 403]),
        (OFFICE, "198.51.100.1", [200, 200]),
    ] {
        let mut found = Vec::new();
        for mut request in [post(TOKEN, Some("fleet"), GRANT), call(&token)] {
            request.headers_mut().insert("x-forwarded-for", forwarded.parse().unwrap());
            found.push(world.send_from(peer, request).await.status);
        }
        assert_eq!(found, expected, "{peer:?} {forwarded}");
    }
}

#[tokio::test]
async fn a_refresh_from_elsewhere_is_refused_and_spends_nothing() {
    for on in BOTH {
        let world = World::new(on).await;
        connect(&world, &FLEET).await;
        restrict(&world, "fleet", "203.0.113.0/28").await;
        let form = format!("grant_type=refresh_token&refresh_token={}", FLEET.refresh);
        let renew = || post(TOKEN, Some("fleet"), &form);
        for _ in 0..2 {
            let answer = world.send_from(ELSEWHERE, renew()).await;
            assert_eq!(
                (answer.status, &answer.json()["error"]),
                (400, &"unauthorized_client".into())
            );
        }
        pair(&world.send_from(OFFICE, renew()).await);
    }
}

/// A licence's program renews with nothing but what it was given.
#[tokio::test]
async fn a_refresh_token_alone_is_no_way_around() {
    let world = World::new(On::Sqlite).await;
    let query = format!("client_secret={SECRET}&scope=client_address&client_id=12345678");
    let first = pair(&world.get(&format!("/oauth/access_token/?{query}"), None).await);
    restrict(&world, "12345678", "203.0.113.0/28").await;
    let (access, refresh) = (&first.access, &first.refresh);
    let query = format!("access_token={access}&refresh_token={refresh}&scope=refresh_token");
    let renew = || {
        let request = Request::get(format!("/oauth/access_token/?{query}"));
        request.body(Body::empty()).unwrap()
    };
    assert_eq!(world.send_from(ELSEWHERE, renew()).await.status, 400);
    pair(&world.send_from(OFFICE, renew()).await);
}

#[tokio::test]
async fn a_tunnel_keeps_its_peer() {
    let world = World::new(On::Sqlite).await;
    restrict(&world, "ada-laptop", "127.0.0.0/8").await;
    let mut caller = open(&world).await;
    assert!(carries(&mut caller, 3).await);
    restrict(&world, "ada-laptop", "203.0.113.0/28").await;
    assert!(!carries(&mut caller, 4).await);
}

#[tokio::test]
async fn two_who_change_the_same_do_not_undo_each_other() {
    for on in BOTH {
        let world = World::new(on).await;
        let env = &world.env;
        let id = ClientId::parse("fleet").unwrap();
        let seen = clients::show(env, &id).await.unwrap();
        let to = |name: &str| Particulars {
            name: name.to_owned(),
            networks: read_lines("203.0.113.0/28").unwrap(),
            token_ttl: None,
            expires_at: None,
        };
        let version = Some(seen.version);
        clients::set_particulars(env, &id, to("Fleet"), version, &Actor::System).await.unwrap();
        let set = clients::set_particulars(env, &id, to("Other"), version, &Actor::System);
        assert!(matches!(set.await, Err(ChangeError::ChangedMeanwhile)));
        let remove = clients::remove_secret_as_seen(env, &id, "first", version, &Actor::System);
        assert!(matches!(remove.await, Err(ChangeError::ChangedMeanwhile)));
        let delete = clients::delete_as_seen(env, &id, version, &Actor::System);
        assert!(matches!(delete.await, Err(ChangeError::ChangedMeanwhile)));
        let now = Some(env.now());
        let end = clients::set_secret_end(env, &id, "first", now, version, &Actor::System);
        assert!(matches!(end.await, Err(ChangeError::ChangedMeanwhile)));

        let version = Some(seen.version + 1);
        let end = clients::set_secret_end(env, &id, "first", now, version, &Actor::System);
        assert_eq!(end.await.unwrap().secrets[0].expires_at, now);
        assert_eq!(world.post(TOKEN, Some("fleet"), GRANT).await.status, 401);
        let store = env.directory.store();
        let facts = store.list_facts(&Page { after: None, limit: 2 }).await.unwrap();
        let told: Vec<&str> = facts.iter().map(|(_, fact)| &*fact.action).collect();
        assert_eq!(told, ["client.secret_end_set", "client.particulars_set"]);
        assert!(facts[1].1.detail.contains("networks: 203.0.113.0/28; before: anywhere"));
        let version = Some(seen.version + 2);
        clients::delete_as_seen(env, &id, version, &Actor::System).await.unwrap();
        assert!(matches!(clients::show(env, &id).await, Err(ChangeError::Missing { .. })));
    }
}

#[tokio::test]
async fn what_a_client_may_ask_for_is_changed_as_one() {
    let world = World::new(On::Sqlite).await;
    let env = &world.env;
    let id = ClientId::parse("fleet").unwrap();
    let set = async |audience: &str, scopes: &str| {
        let to = ClientChange {
            audiences: Some(vec![Audience::new(audience)]),
            scopes: Some(ScopeSet::parse(scopes).unwrap()),
            ..ClientChange::default()
        };
        change(env, &id, &to, None, &Actor::System).await
    };
    let told = |result: Result<_, ChangeError>| result.map(|_| ()).unwrap_err().to_string();
    let unknown = told(set("urn:nothing", "ships_read").await);
    assert!(unknown.contains("urn:nothing") && unknown.contains("urn:clouds"), "{unknown}");
    let unknown = told(set("https://vendor.example.com", "nothing").await);
    assert!(unknown.contains("nothing") && unknown.contains("crew_read"), "{unknown}");
    let client = set("https://vendor.example.com", "crew_read").await.unwrap();
    assert!(client.scopes.contains("crew_read"));
    let basic = env.catalog.resource(&client.audiences[0]).unwrap().dialect.basic_scope.clone();
    assert!(basic.is_within(&client.scopes), "{basic} is not in {}", client.scopes);
    let asked = world.post("/auth/connect/token", Some("fleet"), GRANT).await;
    assert_eq!(asked.status, 200, "{asked:?}");
}
