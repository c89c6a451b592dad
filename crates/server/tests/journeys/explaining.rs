//! A refusal explained: which rule, how it stands now, and what would make it work.

use portreeve_core::audit::Actor;
use portreeve_core::client::record::ClientState;
use portreeve_core::org::member::Role;
use portreeve_core::refusal::Reason;
use portreeve_core::time::Timestamp;
use portreeve_server::flow::change::ChangeError;
use portreeve_server::flow::explain::{Explained, Why, explain};
use portreeve_server::flow::organizations::open_services;
use portreeve_server::tasks::housekeeping::flush;

use crate::portal_world::{ADA, enter, place, signed_in, world_with_admin};
use crate::world::{Answer, BOTH, NOON, On, World, organization, post};

const VESSEL: &str = "/api/vessel/v1/ships";
const VENDOR: &str = "/auth/connect/token";
const TOKEN: &str = "/oauth2/token";

async fn why(world: &World, answer: &Answer) -> Explained {
    assert!(answer.status >= 400, "{answer:?}");
    flush(&world.env).await;
    let id = answer.header("x-request-id").to_owned();
    explain(&world.env, &id).await.unwrap_or_else(|error| panic!("{error}: {answer:?}"))
}

#[tokio::test]
async fn a_scope_that_the_operation_needs() {
    for on in BOTH {
        let world = World::new(on).await;
        let token = world.token(VENDOR, "bridge", "organization_read").await;
        world
            .change_client("bridge", |c| {
                c.scopes = c.scopes.intersection(&"organization_read".scopes())
            })
            .await;
        let refused = world.get("/api/vessel/v1/crew?page=1", Some(&token)).await;
        let explained = why(&world, &refused).await;
        let call = &explained.call;
        assert_eq!((&*call.service, &*call.call), ("vessel", "GET /api/vessel/v1/crew"));
        assert_eq!(
            (call.at, call.peer.unwrap().to_string()),
            (world.env.now(), "127.0.0.1".into())
        );
        assert_eq!(explained.reason, Some(Reason::ScopeInsufficient));
        let needs = |client_has| Why::Scope {
            operation: Some("listCrew".into()),
            needed: vec!["crew_read".scopes()],
            client_has,
        };
        assert_eq!(explained.why, needs(false));
        world.change_client("bridge", |c| c.scopes = c.scopes.union(&"crew_read".scopes())).await;
        assert_eq!(why(&world, &refused).await.why, needs(true), "by now");

        let form = "grant_type=client_credentials&scope=crew_import";
        let refused = world.post(VENDOR, Some("bridge"), form).await;
        let Why::ScopeAsked { scope, offered_by, client_has } = why(&world, &refused).await.why
        else {
            panic!("{refused:?}")
        };
        assert_eq!((&*scope, offered_by.len(), client_has), ("crew_import", 1, false));
    }
}

#[tokio::test]
async fn an_organization_out_of_reach() {
    for on in BOTH {
        let world = World::new(on).await;
        let token = world.token(VENDOR, "bridge", "organization_read").await;
        let refused = world.get(&format!("{VESSEL}?organizationId=5100"), Some(&token)).await;
        let explained = why(&world, &refused).await;
        let Why::Organization { named, found, roots, reaches } = &explained.why else {
            panic!("{explained:?}")
        };
        let hangs = found.as_ref().unwrap();
        assert_eq!((&**named, &*hangs.one.name, hangs.above.len()), ("5100", "org_other", 0));
        assert_eq!((roots.len(), &*roots[0].name, *reaches), (1, "org_group", false));
        let Why::Organization { found, .. } = explained.for_customers(|_| true).why else {
            panic!()
        };
        assert_eq!(found, None, "what is another customer's is not theirs to know");

        let refused = world.get(&format!("{VESSEL}?organizationId=nowhere"), Some(&token)).await;
        let Why::Organization { found, .. } = why(&world, &refused).await.why else { panic!() };
        assert_eq!(found, None);
    }
}

#[tokio::test]
async fn a_token_that_expired_or_was_revoked() {
    let world = World::new(On::Sqlite).await;
    let token = world.token(TOKEN, "fleet", "ships_read").await;
    world.forward(3600);
    let refused = world.get("/api/ships/v1/ships", Some(&token)).await;
    let at = Some(Timestamp::from_unix(NOON + 3600));
    assert_eq!(why(&world, &refused).await.why, Why::TokenExpired { at });
    let token = world.token(TOKEN, "fleet", "ships_read").await;
    let end = Timestamp::from_unix(NOON + 3601);
    world.change_client("fleet", |client| client.not_before = end).await;
    let refused = world.get("/api/ships/v1/ships", Some(&token)).await;
    assert_eq!(why(&world, &refused).await.why, Why::TokenRevoked { all_before: Some(end) });
}

#[tokio::test]
async fn a_client_that_is_off_and_a_secret_that_is_gone() {
    let world = World::new(On::Sqlite).await;
    let form = "grant_type=client_credentials";
    let wrong = "grant_type=client_credentials&client_id=fleet&client_secret=prs_wrong";
    let refused = world.post(TOKEN, None, wrong).await;
    assert_eq!(why(&world, &refused).await.why, Why::SecretWrong { live: 1 });
    let now = world.env.now();
    world.change_client("fleet", |client| client.secrets[0].expires_at = Some(now)).await;
    let refused = world.post(TOKEN, Some("fleet"), form).await;
    assert!(!refused.text.contains("first"), "the caller is told nothing: {refused:?}");
    let expired =
        |is_there, ends| Why::SecretExpired { id: "first".into(), ends, is_there, is_live: false };
    assert_eq!(why(&world, &refused).await.why, expired(true, Some(now)));
    world.change_client("fleet", |client| client.secrets.clear()).await;
    assert_eq!(why(&world, &refused).await.why, expired(false, None));

    let token = world.token(VENDOR, "ada-laptop", "organization_read").await;
    world.change_client("ada-laptop", |client| client.disabled = true).await;
    let refused = world.get(VESSEL, Some(&token)).await;
    let Why::ClientState { state, owner_stands, .. } = why(&world, &refused).await.why else {
        panic!()
    };
    assert_eq!((state, owner_stands), (Some(ClientState::Disabled), true));
    let delete = portreeve_server::flow::clients::delete;
    let id = portreeve_core::text_id::ClientId::parse("ada-laptop").unwrap();
    delete(&world.env, &id, &Actor::System).await.unwrap();
    let gone = explain(&world.env, refused.header("x-request-id")).await;
    assert!(matches!(gone, Err(ChangeError::Missing { .. })), "it goes with its client");
}

#[tokio::test]
async fn a_network_and_a_contract() {
    for on in BOTH {
        let world = World::new(on).await;
        let token = world.token(TOKEN, "fleet", "ships_read").await;
        let group = organization("org_group");
        let none = Some(Vec::new());
        open_services(&world.env, &group, none, None, &Actor::System).await.unwrap();
        let closed = world.get("/api/ships/v1/ships", Some(&token)).await;
        let Why::Service { title, said_by, is_open } = why(&world, &closed).await.why else {
            panic!("{closed:?}")
        };
        assert_eq!((title.as_deref(), is_open), (Some("ships"), false));
        assert_eq!(said_by.iter().map(|one| &*one.name).collect::<Vec<_>>(), ["org_group"]);
        open_services(&world.env, &group, None, None, &Actor::System).await.unwrap();
        let Why::Service { said_by, is_open, .. } = why(&world, &closed).await.why else {
            panic!()
        };
        assert_eq!((said_by.len(), is_open), (0, true));

        let office = vec!["203.0.113.0/28".parse().unwrap()];
        world.change_client("fleet", |client| client.networks.clone_from(&office)).await;
        for refused in [
            world.get("/api/ships/v1/ships", Some(&token)).await,
            world.post(TOKEN, Some("fleet"), "grant_type=client_credentials").await,
        ] {
            let from = Some("127.0.0.1".parse().unwrap());
            let networks = office.clone();
            let expected = Why::Network { from, networks, is_allowed: false };
            assert_eq!(why(&world, &refused).await.why, expected);
        }
    }
}

#[tokio::test]
async fn another_persons_calls_are_explained_without_what_and_from_where() {
    for on in BOTH {
        let world = world_with_admin(on).await;
        enter(&world, "usr_tomas", "Tomas", false).await;
        place(&world, "usr_tomas", "org_tankers", Role::Admin).await;
        let token = world.token(VENDOR, "ada-laptop", "organization_read").await;
        world.change_client("ada-laptop", |c| c.scopes = "products_read".scopes()).await;
        let elsewhere = format!("{VESSEL}/5100/all");
        let here = format!("{VESSEL}/4210/all");
        let mut refused = Vec::new();
        for path in ["/api/vessel/v1/crew", &elsewhere, &here] {
            refused.push(world.get(path, Some(&token)).await);
        }
        world.change_client("ada-laptop", |c| c.scopes = "organization_read".scopes()).await;
        refused.push(world.get(&format!("{VESSEL}?organizationId=4200"), Some(&token)).await);
        let office = vec!["203.0.113.0/28".parse().unwrap()];
        world.change_client("ada-laptop", |client| client.networks = office).await;
        for path in [VESSEL, &here] {
            refused.push(world.get(path, Some(&token)).await);
        }
        flush(&world.env).await;

        let ada = signed_in(&world, ADA).await;
        let tomas = signed_in(&world, "usr_tomas@example.com").await;
        // The reason, what only some may read, and whether Tomas, an admin of the tankers
        // and of no other, may.
        let expected = [
            ("scope_insufficient", "GET /api/vessel/v1/crew", false),
            ("scope_insufficient", "/5100/all", false),
            ("scope_insufficient", "/4210/all", true),
            ("organization_out_of_reach", "4200", false),
            ("network_foreign", "203.0.113.0/28", false),
            ("network_foreign", "/4210/all", true),
        ];
        for (answer, (reason, told, is_shown)) in refused.iter().zip(expected) {
            let path = format!("/portal/refusals?request={}", answer.header("x-request-id"));
            let (hers, his) = (ada.get(&path).await, tomas.get(&path).await);
            assert!(hers.status == 200 && his.status == 200, "{hers:?} {his:?}");
            assert!(hers.text.contains(told) && hers.text.contains("127.0.0.1"), "{hers:?}");
            assert!(his.text.contains(reason), "the reason stays: {his:?}");
            assert_eq!(his.text.contains(told), is_shown, "{told}: {his:?}");
            for place in ["127.0.0.1", "203.0.113.0/28", "an unknown address"] {
                assert!(!his.text.contains(place), "where she was: {his:?}");
            }
        }
        let never = "0".repeat(32);
        for (id, told) in [(&*never, "wait ten seconds"), ("token-1", "This is no request id.")] {
            let page = ada.get(&format!("/portal/refusals?request={id}")).await;
            assert!(page.status == 404 && page.text.contains(told), "{told}: {page:?}");
        }
        let page = tomas.get("/portal/clients/ada-laptop").await;
        assert!(page.status == 200 && page.text.contains("refusals?request="), "{page:?}");
        for told in ["/api/vessel/", "4200"] {
            assert!(!page.text.contains(told), "{told}: {page:?}");
        }
    }
}

#[tokio::test]
async fn what_is_not_kept_is_not_made_up() {
    let world = World::new(On::Sqlite).await;
    let passed = world.get("/api/ships/v1/status", None).await;
    let stranger = post(TOKEN, Some("nobody"), "grant_type=client_credentials");
    let stranger = world.send(stranger).await;
    flush(&world.env).await;
    let ids =
        [passed.header("x-request-id"), stranger.header("x-request-id"), "", "' OR 1=1", "\0"];
    for id in ids {
        let found = explain(&world.env, id).await;
        assert!(matches!(found, Err(ChangeError::Missing { .. })), "{id}");
    }
}

trait Scopes {
    fn scopes(&self) -> portreeve_core::oauth::scope::ScopeSet;
}

impl Scopes for str {
    fn scopes(&self) -> portreeve_core::oauth::scope::ScopeSet {
        portreeve_core::oauth::scope::ScopeSet::parse(self).unwrap()
    }
}
