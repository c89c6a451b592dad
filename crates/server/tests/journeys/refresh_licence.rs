//! Renewals without a secret, of tokens that need no row: a licence's program, and a
//! browser that was given both tokens.

use std::sync::Arc;

use futures_util::future::join_all;
use portreeve_core::audit::Actor;
use portreeve_core::client::record::Client;
use portreeve_core::text_id::ClientId;
use portreeve_core::time::Ttl;
use portreeve_server::flow::clients;

use crate::refreshing::{Pair, pair, storm, won};
use crate::world::{Answer, BOTH, On, SECRET, World};

const TOKEN: &str = "/oauth/access_token/";
const API: &str = "/api/address/CP/?Pays=FRA&CodePostal=75001";

async fn ask(world: &World, licence: &str) -> Answer {
    let query = format!("client_secret={SECRET}&scope=client_address&client_id={licence}");
    world.get(&format!("{TOKEN}?{query}"), None).await
}

async fn renew(world: &World, of: &Pair) -> Answer {
    let (access, refresh) = (&of.access, &of.refresh);
    let query = format!("access_token={access}&refresh_token={refresh}&scope=refresh_token");
    world.get(&format!("{TOKEN}?{query}"), None).await
}

async fn calls(world: &World, token: &str) -> u16 {
    world.get(API, Some(token)).await.status
}

fn refusal(answer: &Answer) -> (u16, String) {
    (answer.status, answer.json()["error"].as_str().unwrap_or_default().to_owned())
}

fn invalid(error: &str) -> (u16, String) {
    (400, error.to_owned())
}

#[tokio::test]
async fn a_renewal_gives_another_pair() {
    for on in BOTH {
        let world = World::new(on).await;
        let asked = ask(&world, "12345678").await;
        assert_eq!(asked.json()["expires_in"], "300");
        let first = pair(&asked);
        assert_eq!((first.access.len(), first.refresh.len()), (46, 50), "{first:?}");
        assert!(first.access.starts_with("TK") && first.refresh.starts_with("*TK"));
        world.forward(200);
        let renewed = renew(&world, &first).await;
        assert_eq!(renewed.json()["expires_in"], "300");
        let second = pair(&renewed);
        assert!(second.access != first.access && second.refresh != first.refresh);
        assert_eq!(calls(&world, &first.access).await, 200, "it lives until it expires");
        world.forward(150);
        assert_eq!(calls(&world, &first.access).await, 401);
        assert_eq!(calls(&world, &second.access).await, 200);
        // The access token may have expired, also the new one, and `*` may be encoded.
        world.forward(200);
        let encoded = Pair { refresh: second.refresh.replace('*', "%2A"), ..second };
        pair(&renew(&world, &encoded).await);
    }
}

#[tokio::test]
async fn a_token_in_the_query_goes_no_further() {
    let world = World::new(On::Sqlite).await;
    let first = pair(&ask(&world, "12345678").await);
    let answer = world.get(&format!("{API}&Licence={}&NbMax=3", first.access), None).await;
    assert_eq!(answer.json()["target"], "/CP/?Pays=FRA&CodePostal=75001&NbMax=3", "{answer:?}");
    let twice = world.get(&format!("{API}&Licence={}", first.access), Some(&first.access)).await;
    assert_eq!(twice.status, 401);
    assert!(!world.log().contains(&first.access));
}

#[tokio::test]
async fn who_uses_a_refresh_token_twice_ends_its_whole_line() {
    for on in BOTH {
        let world = World::new(on).await;
        let first = pair(&ask(&world, "12345678").await);
        let bystander = pair(&ask(&world, "12345678").await);
        let second = pair(&renew(&world, &first).await);
        assert_eq!(calls(&world, &second.access).await, 200);
        assert_eq!(refusal(&renew(&world, &first).await), invalid("invalid_grant"));
        for token in [&first.access, &second.access] {
            assert_eq!(calls(&world, token).await, 401, "{on:?}: the whole line ends");
        }
        assert_eq!(refusal(&renew(&world, &second).await), invalid("invalid_grant"));
        assert_eq!(calls(&world, &bystander.access).await, 200, "another line goes on");
        pair(&renew(&world, &bystander).await);
        // Tomorrow's dialect may let tokens live longer; what has ended stays so.
        let kept = world.env.directory.store().list_revocations(world.env.now()).await.unwrap();
        let longest = kept.iter().map(|(_, until)| *until).max();
        assert_eq!(longest, Some(world.env.now().plus(Ttl::from_hours(30 * 24))), "{on:?}");
    }
}

#[tokio::test]
async fn a_renewal_comes_in_time_or_not_at_all() {
    for on in BOTH {
        let world = World::new(on).await;
        let first = pair(&ask(&world, "12345678").await);
        world.forward(599);
        let second = pair(&renew(&world, &first).await);
        world.forward(600);
        assert_eq!(refusal(&renew(&world, &second).await), invalid("invalid_grant"));
    }
}

#[tokio::test]
async fn what_is_not_ones_own_is_refused_and_burns_nothing() {
    for on in BOTH {
        let world = World::new(on).await;
        let mine = pair(&ask(&world, "12345678").await);
        let theirs = pair(&ask(&world, "87654321").await);
        let again = pair(&ask(&world, "12345678").await);
        let mixed =
            |access: &str| Pair { access: access.to_owned(), refresh: mine.refresh.clone() };
        let wrong = "TK".to_owned() + &"0".repeat(44);
        for access in [&theirs.access, &again.access, &wrong, "nothing"] {
            let answer = renew(&world, &mixed(access)).await;
            assert_eq!(refusal(&answer), invalid("invalid_grant"), "{access}");
        }
        // Neither is the other kind, nor anything that was made up.
        let swapped = Pair { access: mine.refresh.clone(), refresh: mine.access.clone() };
        assert_eq!(refusal(&renew(&world, &swapped).await), invalid("invalid_grant"));
        let made_up = Pair { refresh: "*TK".to_owned() + &"0".repeat(47), ..mine.clone() };
        assert_eq!(refusal(&renew(&world, &made_up).await), invalid("invalid_grant"));
        assert_eq!(calls(&world, &mine.refresh).await, 401, "a refresh token opens nothing");
        pair(&renew(&world, &mine).await);
    }
}

#[tokio::test]
async fn what_is_missing_is_told() {
    let world = World::new(On::Sqlite).await;
    let first = pair(&ask(&world, "12345678").await);
    for query in [
        format!("refresh_token={}&scope=refresh_token", first.refresh),
        format!("access_token=&refresh_token={}&scope=refresh_token", first.refresh),
        format!("access_token={}&scope=refresh_token", first.access),
    ] {
        let answer = world.get(&format!("{TOKEN}?{query}"), None).await;
        assert_eq!(refusal(&answer), invalid("invalid_request"), "{query}");
    }
    pair(&renew(&world, &first).await);
}

#[tokio::test]
async fn of_many_at_once_one_is_renewed() {
    for on in BOTH {
        let world = World::new(on).await;
        let mut last = pair(&ask(&world, "12345678").await);
        for round in 0..5 {
            // So few that each begins before the first is answered: the runtime interrupts
            // a task that does more at once.
            let answers = join_all((0..4).map(|_| renew(&world, &last))).await;
            assert_eq!(won(&answers), 1, "{on:?}, round {round}");
            let winner = answers.iter().find(|answer| answer.status == 200).unwrap();
            last = pair(winner);
            // They were there together: nobody has stolen anything.
            assert_eq!(calls(&world, &last.access).await, 200, "{on:?}, round {round}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_a_storm_one_is_renewed() {
    for on in BOTH {
        let world = Arc::new(World::new(on).await);
        for round in 0..10 {
            let first = pair(&ask(&world, "12345678").await);
            let send = |world: Arc<World>| {
                let first = first.clone();
                async move { renew(&world, &first).await }
            };
            let answers = storm(&world, 50, send).await;
            assert_eq!(won(&answers), 1, "{on:?}, round {round}");
        }
    }
}

#[tokio::test]
async fn a_licence_that_is_switched_off_renews_nothing() {
    for on in BOTH {
        let world = World::new(on).await;
        let first = pair(&ask(&world, "12345678").await);
        world.change_client("12345678", |client| client.disabled = true).await;
        assert_eq!(refusal(&renew(&world, &first).await), invalid("invalid_client"));
        assert_eq!(calls(&world, &first.access).await, 401);
        world.change_client("12345678", |client| client.disabled = false).await;
        let now = world.env.now();
        world.change_client("12345678", |client| client.expires_at = Some(now)).await;
        assert_eq!(refusal(&renew(&world, &first).await), invalid("invalid_client"));
        world.change_client("12345678", |client| client.expires_at = None).await;
        let second = pair(&renew(&world, &first).await);
        assert_eq!(calls(&world, &second.access).await, 200);
        let lost = |client: &mut Client| {
            client.scopes = portreeve_core::oauth::scope::ScopeSet::EMPTY;
        };
        world.change_client("12345678", lost).await;
        assert_eq!(calls(&world, &second.access).await, 401, "rights are live");
    }
}

#[tokio::test]
async fn what_came_of_a_secret_ends_when_that_is_taken_away() {
    for on in BOTH {
        for at_once in [true, false] {
            let world = World::new(on).await;
            let id = ClientId::parse("12345678").unwrap();
            let made = clients::rotate(&world.env, &id, Ttl::from_hours(24), &Actor::System);
            let (_, kept) = made.await.unwrap();
            let first = pair(&ask(&world, "12345678").await);
            world.forward(200);
            let last = pair(&renew(&world, &first).await);
            let bystander = pair(&ask(&world, "87654321").await);
            // In the very second of the last renewal.
            let secret = match at_once {
                true => {
                    let made = clients::rotate(&world.env, &id, Ttl::ZERO, &Actor::System).await;
                    made.unwrap().1
                }
                false => {
                    let gone = clients::remove_secret(&world.env, &id, "first", &Actor::System);
                    gone.await.unwrap();
                    kept
                }
            };
            assert_eq!(refusal(&renew(&world, &last).await), invalid("invalid_grant"), "{on:?}");
            assert_eq!(calls(&world, &last.access).await, 401, "{on:?}");
            let query = format!("client_secret={}&scope=client_address", secret.expose());
            let answer = world.get(&format!("{TOKEN}?{query}&client_id=12345678"), None).await;
            let anew = pair(&answer);
            assert_eq!(calls(&world, &anew.access).await, 200, "{on:?}: at once");
            world.forward(200);
            assert_eq!(refusal(&renew(&world, &last).await), invalid("invalid_grant"), "{on:?}");
            let next = pair(&renew(&world, &anew).await);
            assert_eq!(calls(&world, &next.access).await, 200, "{on:?}");
            pair(&renew(&world, &bystander).await);
        }
    }
}

#[tokio::test]
async fn a_client_with_a_shorter_life_of_its_own_begins_anew_at_once() {
    for on in BOTH {
        let world = World::new(on).await;
        let now = world.env.now();
        let change = |client: &mut Client| {
            (client.token_ttl, client.not_before) = (Some(Ttl::from_seconds(60)), now);
        };
        world.change_client("12345678", change).await;
        let first = pair(&ask(&world, "12345678").await);
        assert_eq!(calls(&world, &first.access).await, 200, "{on:?}");
        pair(&renew(&world, &first).await);
    }
}

#[tokio::test]
async fn both_kinds_are_revoked_by_their_client_alone() {
    for on in BOTH {
        let world = World::new(on).await;
        let first = pair(&ask(&world, "12345678").await);
        let revoke = async |licence: &str, token: &str| {
            world.post("/oauth2/revoke", Some(licence), &format!("token={token}")).await
        };
        assert_eq!(revoke("87654321", &first.refresh).await.json()["error"], "unauthorized_client");
        assert_eq!(revoke("12345678", &first.access).await.status, 200);
        assert_eq!(calls(&world, &first.access).await, 401);
        let second = pair(&renew(&world, &first).await);
        assert_eq!(revoke("12345678", &second.refresh).await.status, 200);
        assert_eq!(calls(&world, &second.access).await, 401, "its access token ends with it");
        assert_eq!(refusal(&renew(&world, &second).await), invalid("invalid_grant"));
        assert_eq!(revoke("12345678", &second.refresh).await.status, 200, "again is fine");
    }
}

#[tokio::test]
async fn introspection_tells_what_a_short_token_stands_for() {
    let world = World::new(On::Sqlite).await;
    let first = pair(&ask(&world, "12345678").await);
    let ask_about = async |token: &str| {
        let answer =
            world.post("/oauth2/introspect", Some("12345678"), &format!("token={token}")).await;
        answer.json()
    };
    let told = ask_about(&first.access).await;
    assert_eq!(told["active"], true, "{told}");
    assert_eq!(
        (&told["client_id"], &told["scope"]),
        (&"12345678".into(), &"client_address".into())
    );
    let now = world.env.now().as_unix();
    assert_eq!((&told["iat"], &told["exp"]), (&now.into(), &(now + 300).into()));
    assert_eq!(ask_about(&first.refresh).await["active"], false, "no access token");
    world.forward(300);
    assert_eq!(ask_about(&first.access).await["active"], false);
}
