//! A vendor whose clients are given the same token until it expires.

use portreeve_core::audit::Actor;
use portreeve_core::oauth::scope::ScopeSet;
use portreeve_core::org::owner::Owner;
use portreeve_core::time::Ttl;
use portreeve_core::token::key::{KeyPurpose, RotationPlan};
use portreeve_server::flow::keys::rotate;
use portreeve_store::contract::commit::Write;

use crate::world::{Answer, BOTH, On, SECRET, World, client, organization};

const SECOND: Ttl = Ttl::from_seconds(1);
const API: &str = "/api/leads/v1/ships";

async fn world(on: On) -> World {
    let world = World::new(on).await;
    for (id, place) in [("leads", "org_group"), ("others-leads", "org_other")] {
        let owner = Owner::Organization(organization(place));
        let one = client(&world, id, owner, "https://mkto.example.com", "ships_read");
        world.commit(Write::ClientRegistered(Box::new(one))).await;
    }
    world
}

async fn ask(world: &World, id: &str) -> Answer {
    let query = format!("grant_type=client_credentials&client_id={id}&client_secret={SECRET}");
    world.get(&format!("/identity/oauth/token?{query}"), None).await
}

async fn given(world: &World, id: &str) -> (String, i64) {
    let answer = ask(world, id).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let json = answer.json();
    (json["access_token"].as_str().unwrap().to_owned(), json["expires_in"].as_i64().unwrap())
}

#[tokio::test]
async fn the_same_token_until_it_expires() {
    for on in BOTH {
        let world = world(on).await;
        let (first, life) = given(&world, "leads").await;
        assert_eq!(life, 3600);
        assert_eq!(ask(&world, "leads").await.json()["scope"], "org_group", "its owner's name");
        let before = world.env.directory.store().statements();
        world.forward(3000);
        assert_eq!(given(&world, "leads").await, (first.clone(), 600), "what is left");
        assert_eq!(world.env.directory.store().statements(), before, "{on:?}");
        let (other, _) = given(&world, "others-leads").await;
        assert_ne!(other, first);
        assert_eq!(world.get(API, Some(&first)).await.status, 200);
        let in_query = world.get(&format!("{API}?access_token={first}"), None).await;
        assert_eq!(in_query.json()["target"], "/v1/ships", "{in_query:?}");
        world.forward(600);
        let (second, life) = given(&world, "leads").await;
        assert_ne!(second, first);
        assert_eq!(life, 3600);
    }
}

#[tokio::test]
async fn a_token_that_is_good_no_more_is_not_given_again() {
    for on in BOTH {
        let world = world(on).await;
        let (first, _) = given(&world, "leads").await;
        let revoked = world.post("/oauth2/revoke", Some("leads"), &format!("token={first}")).await;
        assert_eq!(revoked.status, 200);
        let (second, _) = given(&world, "leads").await;
        assert_ne!(second, first);
        world.change_client("leads", |client| client.disabled = true).await;
        assert_eq!(ask(&world, "leads").await.status, 401);
        world.change_client("leads", |client| client.disabled = false).await;
        assert_eq!(given(&world, "leads").await.0, second);
        let now = world.env.now();
        world.change_client("leads", |client| client.not_before = now.plus(SECOND)).await;
        let third = given(&world, "leads").await.0;
        assert_ne!(third, second, "all that is older was revoked");
        assert_eq!(given(&world, "leads").await.0, third);
        let more = ScopeSet::parse("ships_read ships_write").unwrap();
        world.change_client("leads", |client| client.scopes = more).await;
        assert_ne!(given(&world, "leads").await.0, third, "it says something else now");
        let short = Ttl::from_seconds(60);
        world.change_client("leads", |client| client.token_ttl = Some(short)).await;
        assert_eq!(given(&world, "leads").await.1, 60);
    }
}

#[tokio::test]
async fn a_token_whose_key_counts_no_more_is_not_given_again() {
    for on in BOTH {
        let world = world(on).await;
        let (first, _) = given(&world, "leads").await;
        let plan = RotationPlan { publish_ahead: Ttl::ZERO, overlap: Ttl::ZERO };
        rotate(&world.env, KeyPurpose::Seal, plan, &Actor::System).await.unwrap();
        world.forward(1);
        let (second, _) = given(&world, "leads").await;
        assert_ne!(second, first);
        let refused = world.get(API, Some(&first)).await;
        assert_eq!(refused.json()["errors"][0]["code"], "601", "{refused:?}");
        let called = world.get(API, Some(&second)).await;
        assert_eq!(called.json()["target"], "/v1/ships", "{called:?}");
    }
}
