//! A contract opens services: to the organization, to those below it, and to people
//! through one of their organizations.

use portreeve_core::audit::Actor;
use portreeve_core::org::organization::Organization;
use portreeve_server::flow::change::ChangeError;
use portreeve_server::flow::organizations::open_services;
use portreeve_store::contract::Page;

use crate::refreshing::leave;
use crate::world::{BOTH, On, World, organization};

const VESSEL: &str = "/api/vessel/v1/ships";

async fn set(world: &World, id: &str, services: Option<&[&str]>) -> Organization {
    let services = services.map(|names| names.iter().map(ToString::to_string).collect());
    let id = organization(id);
    open_services(&world.env, &id, services, None, &Actor::System).await.unwrap()
}

async fn told(world: &World, path: &str, token: &str) -> (u16, String) {
    let answer = world.get(path, Some(token)).await;
    (answer.status, answer.json()["error"].as_str().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn closing_a_service_is_felt_by_the_next_request() {
    for on in BOTH {
        let world = World::new(on).await;
        let bridge = world.token("/auth/connect/token", "bridge", "organization_read").await;
        let ships = world.token("/oauth2/token", "fleet", "ships_read").await;
        let closed = (403, "insufficient_scope".to_owned());
        let open = (200, String::new());
        for (services, expected) in [
            (None, [&open, &open]),
            (Some(&["ships"][..]), [&closed, &open]),
            (Some(&[]), [&closed, &closed]),
            (Some(&["vessel"]), [&open, &closed]),
            (None, [&open, &open]),
        ] {
            set(&world, "org_group", services).await;
            let found = [
                told(&world, VESSEL, &bridge).await,
                told(&world, "/api/ships/v1/ships", &ships).await,
            ];
            assert_eq!(found.each_ref(), expected, "{services:?}");
            let public = world.get("/api/vessel/v1/status", None).await;
            assert_eq!(public.status, 200, "no contract is asked about what is open to all");
        }
        set(&world, "org_other", Some(&[])).await;
        assert_eq!(told(&world, VESSEL, &bridge).await, open, "another's contract");
        let before = world.env.directory.store().statements();
        assert_eq!(told(&world, VESSEL, &bridge).await, open);
        assert_eq!(world.env.directory.store().statements(), before);
    }
}

#[tokio::test]
async fn a_person_goes_through_one_of_two_doors() {
    for on in BOTH {
        let world = World::new(on).await;
        let ada = world.token("/auth/connect/token", "ada-laptop", "organization_read").await;
        let status = async || world.get(VESSEL, Some(&ada)).await.status;
        // Ada belongs to tankers, which is below group, and to other.
        set(&world, "org_group", Some(&["ships"])).await;
        assert_eq!(status().await, 200, "other's contract opens all");
        set(&world, "org_other", Some(&["ships"])).await;
        assert_eq!(status().await, 403, "closed above, and so below");
        set(&world, "org_tankers", Some(&["ships", "vessel"])).await;
        assert_eq!(status().await, 200, "who speaks for itself is heard");
        leave(&world, "org_tankers").await;
        assert_eq!(status().await, 403, "the contract of an organization that she left");
    }
}

#[tokio::test]
async fn a_token_that_opens_nothing_is_not_active() {
    for on in BOTH {
        let world = World::new(on).await;
        let token = world.token("/oauth2/token", "fleet", "ships_read").await;
        let form = format!("token={token}");
        // Two services share the audience.
        for (services, active) in [
            (None, true),
            (Some(&["ships"][..]), true),
            (Some(&["dead"]), true),
            (Some(&["vessel"]), false),
            (Some(&[]), false),
        ] {
            set(&world, "org_group", services).await;
            let answer = world.post("/oauth2/introspect", Some("fleet"), &form).await;
            assert_eq!(answer.json()["active"], active, "{services:?}");
            if !active {
                assert_eq!(answer.text, r#"{"active":false}"#);
            }
        }
    }
}

#[tokio::test]
async fn a_contract_names_services_that_there_are() {
    for on in BOTH {
        let world = World::new(on).await;
        let env = &world.env;
        let id = organization("org_group");
        let open = async |names: &[&str], expected| {
            let names = names.iter().map(ToString::to_string).collect();
            open_services(env, &id, Some(names), expected, &Actor::System).await
        };
        let wrong = open(&["ships", "submarines"], None).await.unwrap_err().to_string();
        assert!(wrong.contains("submarines") && wrong.contains("vessel"), "{wrong}");
        let one = open(&["vessel", "ships", "vessel"], Some(1)).await.unwrap();
        assert_eq!(one.services.as_deref(), Some(&["ships".to_owned(), "vessel".to_owned()][..]));
        let stored = env.directory.store().find_organization(&id).await.unwrap();
        assert_eq!(stored, Some(one.clone()));
        assert!(matches!(open(&[], Some(1)).await, Err(ChangeError::ChangedMeanwhile)));
        let facts =
            env.directory.store().list_facts(&Page { after: None, limit: 1 }).await.unwrap();
        let fact = &facts[0].1;
        assert_eq!(
            (&*fact.action, &fact.organization),
            ("organization.services_set", &Some(id.clone()))
        );
        assert_eq!(fact.detail, "ships vessel; before: as the parent");
        let gone = organization("org_gone");
        let missing = open_services(env, &gone, None, None, &Actor::System).await;
        assert!(matches!(missing, Err(ChangeError::Missing { .. })));
    }
}

/// The other node hears of it as it hears of everything.
#[tokio::test]
async fn another_node_hears_of_it() {
    let database = portreeve_store::conformance::postgres_cluster::fresh_database().await;
    let here = World::node(&database, 1).await;
    here.enter_everybody().await;
    let there = World::node(&database, 2).await;
    let token = here.token("/oauth2/token", "fleet", "ships_read").await;
    assert_eq!(there.get("/api/ships/v1/ships", Some(&token)).await.status, 200);
    set(&here, "org_group", Some(&[])).await;
    there.env.directory.follow().await.unwrap();
    assert_eq!(there.get("/api/ships/v1/ships", Some(&token)).await.status, 403);
}

/// Nobody has one of Portreeve's own services who is not named for it.
#[tokio::test]
async fn staff_needs_no_contract() {
    let world = World::new(On::Sqlite).await;
    let ada = world.token("/auth/connect/token", "ada-laptop", "organization_read").await;
    set(&world, "org_group", Some(&[])).await;
    set(&world, "org_other", Some(&[])).await;
    assert_eq!(world.get(VESSEL, Some(&ada)).await.status, 403);
    let store = world.env.directory.store();
    let mut user = store.find_user_by_email("ada@example.com").await.unwrap().unwrap();
    user.operator = true;
    world.commit(portreeve_store::contract::commit::Write::UserChanged(user)).await;
    assert_eq!(world.get(VESSEL, Some(&ada)).await.status, 200);
}
