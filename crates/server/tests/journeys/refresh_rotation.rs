//! Refresh tokens that are stored and used once: a person's connection in the standard
//! dialect.

use std::sync::Arc;

use futures_util::future::join_all;

use crate::refreshing::{Connected, FLEET, connect, ended, leave, pair, storm, won};
use crate::world::{Answer, BOTH, On, World};

const API: &str = "/api/ships/v1/ships";

async fn world(on: On) -> World {
    let world = World::new(on).await;
    connect(&world, &FLEET).await;
    world
}

async fn renew(world: &World, client: &str, refresh: &str, more: &str) -> Answer {
    let form = format!("grant_type=refresh_token&refresh_token={refresh}{more}");
    world.post("/oauth2/token", Some(client), &form).await
}

fn error(answer: &Answer) -> (u16, String) {
    (answer.status, answer.json()["error"].as_str().unwrap_or_default().to_owned())
}

fn refused(status: u16, error: &str) -> (u16, String) {
    (status, error.to_owned())
}

#[tokio::test]
async fn each_use_gives_another() {
    for on in BOTH {
        let world = world(on).await;
        let mut refresh = FLEET.refresh.to_owned();
        for _ in 0..3 {
            let answer = renew(&world, "fleet", &refresh, "").await;
            assert_eq!(answer.json()["scope"], FLEET.scopes);
            let next = pair(&answer);
            assert_ne!(next.refresh, refresh);
            let told = world.get(API, Some(&next.access)).await.json()["headers"].clone();
            assert_eq!(told["portreeve-owner"], "user:usr_ada", "{told}");
            assert_eq!(told["portreeve-organizations"], "4210", "the chosen one");
            refresh = next.refresh;
        }
    }
}

#[tokio::test]
async fn who_uses_one_twice_ends_the_connection() {
    for on in BOTH {
        let world = world(on).await;
        let second = pair(&renew(&world, "fleet", FLEET.refresh, "").await);
        let third = pair(&renew(&world, "fleet", &second.refresh, "").await);
        let again = renew(&world, "fleet", FLEET.refresh, "").await;
        assert_eq!(error(&again), refused(400, "invalid_grant"));
        assert!(ended(&world, FLEET.number).await.is_some(), "{on:?}");
        for access in [&second.access, &third.access] {
            assert_eq!(world.get(API, Some(access)).await.status, 401, "the newest dies too");
            let form = format!("token={access}");
            let told = world.post("/oauth2/introspect", Some("fleet"), &form).await.json();
            assert_eq!(told["active"], false);
        }
        let newest = renew(&world, "fleet", &third.refresh, "").await;
        assert_eq!(error(&newest), refused(400, "invalid_grant"));
    }
}

#[tokio::test]
async fn another_clients_attempt_burns_nothing() {
    for on in BOTH {
        let world = world(on).await;
        let second = pair(&renew(&world, "fleet", FLEET.refresh, "").await);
        // Neither with its own secret, nor under the right name with a wrong one, be the
        // token new or used.
        for refresh in [FLEET.refresh, &second.refresh] {
            let theirs = renew(&world, "bridge", refresh, "").await;
            assert_eq!(error(&theirs), refused(400, "invalid_grant"));
            let form = format!(
                "grant_type=refresh_token&refresh_token={refresh}&client_id=fleet&client_secret=wrong"
            );
            let guessed = world.post("/oauth2/token", None, &form).await;
            assert_eq!(error(&guessed), refused(401, "invalid_client"));
            let nobody = format!("grant_type=refresh_token&refresh_token={refresh}");
            assert_eq!(world.post("/oauth2/token", None, &nobody).await.status, 401);
        }
        assert_eq!(ended(&world, FLEET.number).await, None, "{on:?}");
        pair(&renew(&world, "fleet", &second.refresh, "").await);
    }
}

#[tokio::test]
async fn the_scope_shrinks_for_one_token_and_never_grows() {
    for on in BOTH {
        let world = world(on).await;
        let grow = renew(&world, "fleet", FLEET.refresh, "&scope=ships_read%20crew_read").await;
        assert_eq!(error(&grow), refused(400, "invalid_scope"));
        let narrow = renew(&world, "fleet", FLEET.refresh, "&scope=ships_read").await;
        assert_eq!(narrow.json()["scope"], "ships_read");
        let all = renew(&world, "fleet", &pair(&narrow).refresh, "").await;
        assert_eq!(all.json()["scope"], FLEET.scopes, "what was granted is not lost by it");
        let read = |client: &mut portreeve_core::client::record::Client| {
            client.scopes = portreeve_core::oauth::scope::ScopeSet::parse("ships_read").unwrap();
        };
        world.change_client("fleet", read).await;
        let lost = renew(&world, "fleet", &pair(&all).refresh, "").await;
        assert_eq!(lost.json()["scope"], "ships_read", "what the client lost is lost");
    }
}

#[tokio::test]
async fn of_many_at_once_one_is_answered() {
    for on in BOTH {
        let world = world(on).await;
        let mut refresh = FLEET.refresh.to_owned();
        for round in 0..3 {
            // So few that each begins before the first is answered: the runtime interrupts
            // a task that does more at once.
            let answers = join_all((0..4).map(|_| renew(&world, "fleet", &refresh, ""))).await;
            assert_eq!(won(&answers), 1, "{on:?}, round {round}");
            let next = pair(answers.iter().find(|answer| answer.status == 200).unwrap());
            // They were there together: nobody has stolen anything.
            assert_eq!(ended(&world, FLEET.number).await, None, "{on:?}, round {round}");
            assert_eq!(world.get(API, Some(&next.access)).await.status, 200);
            refresh = next.refresh;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_a_storm_one_is_answered() {
    for on in BOTH {
        let world = Arc::new(World::new(on).await);
        for number in 10..20 {
            let refresh = format!("rt_storm-number-{number}");
            connect(&world, &Connected { number, refresh: &refresh, ..FLEET }).await;
            let send = |world: Arc<World>| {
                let refresh = refresh.clone();
                async move { renew(&world, "fleet", &refresh, "").await }
            };
            let answers = storm(&world, 50, send).await;
            assert_eq!(won(&answers), 1, "{on:?}, connection {number}");
        }
    }
}

#[tokio::test]
async fn who_has_left_is_refused_at_once() {
    for on in BOTH {
        let world = world(on).await;
        let second = pair(&renew(&world, "fleet", FLEET.refresh, "").await);
        leave(&world, "org_tankers").await;
        assert_eq!(world.get(API, Some(&second.access)).await.status, 403);
        let form = format!("token={}", second.access);
        let told = world.post("/oauth2/introspect", Some("fleet"), &form).await.json();
        assert_eq!(told["active"], false);
        let answer = renew(&world, "fleet", &second.refresh, "").await;
        assert_eq!(error(&answer), refused(403, "insufficient_scope"));
    }
}

#[tokio::test]
async fn what_is_not_used_expires() {
    for on in BOTH {
        let world = world(on).await;
        let short = Connected { life: Some(portreeve_core::time::Ttl::from_seconds(60)), ..FLEET };
        let short = Connected { number: 9, refresh: "rt_short", ..short };
        connect(&world, &short).await;
        world.forward(60);
        let late = renew(&world, "fleet", "rt_short", "").await;
        assert_eq!(error(&late), refused(400, "invalid_grant"));
        assert_eq!(ended(&world, 9).await, None, "late is not stolen");
        pair(&renew(&world, "fleet", FLEET.refresh, "").await);
    }
}

#[tokio::test]
async fn a_client_that_is_switched_off_renews_nothing() {
    for on in BOTH {
        let world = world(on).await;
        let second = pair(&renew(&world, "fleet", FLEET.refresh, "").await);
        world.change_client("fleet", |client| client.disabled = true).await;
        let answer = renew(&world, "fleet", &second.refresh, "").await;
        assert_eq!(error(&answer), refused(401, "invalid_client"));
        let used = renew(&world, "fleet", FLEET.refresh, "").await;
        assert_eq!(error(&used), refused(401, "invalid_client"));
        assert_eq!(ended(&world, FLEET.number).await, None, "nothing ends by it");
        world.change_client("fleet", |client| client.disabled = false).await;
        pair(&renew(&world, "fleet", &second.refresh, "").await);
    }
}

#[tokio::test]
async fn tokens_never_reach_the_log() {
    let world = world(On::Sqlite).await;
    let second = pair(&renew(&world, "fleet", FLEET.refresh, "").await);
    renew(&world, "fleet", FLEET.refresh, "").await;
    let log = world.log();
    for secret in [FLEET.refresh, &second.refresh, &second.access] {
        assert!(!log.contains(secret), "{log}");
    }
}
