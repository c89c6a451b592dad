//! Signing in with a person's refresh token that stays, for one cloud or for none.

use portreeve_store::contract::commit::Write;

use crate::refreshing::{Connected, TILL, connect, ended, leave, sign_in};
use crate::world::{Answer, BOTH, On, World};

const CLOUDS: &str = "/api/clouds/v2/clouds";
const PRODUCTS: &str = "/api/clouds/v2/clouds/4210/products";

fn token(answer: &Answer) -> String {
    assert_eq!(answer.status, 201, "{answer:?}");
    answer.json()["accessToken"].as_str().unwrap().to_owned()
}

fn reason(answer: &Answer) -> (u16, String) {
    (answer.status, answer.json()["reason"].as_str().unwrap_or_default().to_owned())
}

fn refused(status: u16, reason: &str) -> (u16, String) {
    (status, reason.to_owned())
}

async fn world(on: On) -> World {
    let world = World::new(on).await;
    connect(&world, &TILL).await;
    world
}

#[tokio::test]
async fn with_a_cloud_or_without() {
    for on in BOTH {
        let world = world(on).await;
        let heard = async |path: &str, token: &str| {
            let answer = world.get(path, Some(token)).await;
            assert_eq!(answer.status, 200, "{path}: {answer:?}");
            answer.json()["headers"].clone()
        };
        let cloudless = token(&sign_in(&world, TILL.refresh, "{}").await);
        let told = heard(CLOUDS, &cloudless).await;
        assert_eq!(told["portreeve-owner"], "user:usr_ada", "it acts for the person");
        assert_eq!(told["portreeve-client"], "till");
        assert_eq!(told["portreeve-organizations"], "5100,4210");
        let answer = world.get(PRODUCTS, Some(&cloudless)).await;
        assert_eq!(reason(&answer), refused(403, "CLOUD_FORBIDDEN"));

        for body in [r#"{"_cloudId": 4210}"#, r#"{"_cloudId": "4210"}"#] {
            let narrowed = token(&sign_in(&world, TILL.refresh, body).await);
            assert_eq!(heard(PRODUCTS, &narrowed).await["portreeve-organizations"], "4210");
            assert_eq!(heard(CLOUDS, &narrowed).await["portreeve-organizations"], "4210");
            let other = PRODUCTS.replace("4210", "5100");
            let answer = world.get(&other, Some(&narrowed)).await;
            assert_eq!(reason(&answer), refused(403, "CLOUD_FORBIDDEN"));
        }
        // The one that was not chosen is the person's all the same.
        let other = token(&sign_in(&world, TILL.refresh, r#"{"_cloudId": 5100}"#).await);
        assert_eq!(world.get(PRODUCTS, Some(&other)).await.status, 403);
    }
}

#[tokio::test]
async fn introspection_tells_whom_a_connections_token_is_for() {
    for on in BOTH {
        let world = world(on).await;
        for (body, organization) in [("{}", None), (r#"{"_cloudId": 4210}"#, Some("org_tankers"))] {
            let token = token(&sign_in(&world, TILL.refresh, body).await);
            let answer =
                world.post("/oauth2/introspect", Some("till"), &format!("token={token}")).await;
            let told = answer.json();
            assert_eq!((&told["active"], &told["user_id"]), (&true.into(), &"usr_ada".into()));
            assert_eq!(told["organization"].as_str(), organization, "{on:?}: {told}");
        }
    }
}

#[tokio::test]
async fn the_refresh_token_stays() {
    let world = world(On::Sqlite).await;
    let mut tokens: Vec<String> = Vec::new();
    for _ in 0..3 {
        let answer = sign_in(&world, TILL.refresh, "{}").await;
        assert_eq!(answer.json().as_object().unwrap().len(), 1, "an access token alone");
        tokens.push(token(&answer));
        world.forward(365 * 86_400);
    }
    tokens.dedup();
    assert_eq!(tokens.len(), 3);
    let store = world.env.directory.store();
    let kept = store.find_connection(&crate::refreshing::family(1)).await.unwrap().unwrap();
    assert!(kept.last_used_at.is_some(), "its use is written down");
}

#[tokio::test]
async fn a_cloud_that_is_none_of_the_persons_is_forbidden() {
    for on in BOTH {
        let world = world(on).await;
        let signing_in = async |id: &str| {
            sign_in(&world, TILL.refresh, &format!(r#"{{"_cloudId": {id}}}"#)).await
        };
        for id in ["4200", "4299", "0", "-1", r#""usr_ada""#, r#""till""#, r#""""#] {
            let answer = signing_in(id).await;
            assert_eq!(reason(&answer), refused(403, "CLOUD_FORBIDDEN"), "{id}");
        }
        let digits = "9".repeat(400);
        for id in [digits.clone(), format!("\"{digits}\"")] {
            let answer = signing_in(&id).await;
            assert!([400, 403].contains(&answer.status), "{answer:?}");
            assert!(!answer.text.contains(&digits), "nothing is given back");
        }
        let narrowed = token(&sign_in(&world, TILL.refresh, r#"{"_cloudId": 4210}"#).await);
        assert_eq!(world.get(PRODUCTS, Some(&narrowed)).await.status, 200);
        leave(&world, "org_tankers").await;
        let answer = world.get(PRODUCTS, Some(&narrowed)).await;
        assert_eq!(reason(&answer), refused(403, "CLOUD_FORBIDDEN"), "felt by the next call");
        let answer = sign_in(&world, TILL.refresh, r#"{"_cloudId": 4210}"#).await;
        assert_eq!(reason(&answer), refused(403, "CLOUD_FORBIDDEN"));
        token(&sign_in(&world, TILL.refresh, r#"{"_cloudId": 5100}"#).await);
    }
}

#[tokio::test]
async fn who_is_switched_off_signs_in_no_more() {
    for on in BOTH {
        let world = world(on).await;
        let before = token(&sign_in(&world, TILL.refresh, "{}").await);
        world.change_client("till", |client| client.disabled = true).await;
        let answer = sign_in(&world, TILL.refresh, "{}").await;
        assert_eq!(reason(&answer), refused(401, "BAD_REGISTRATION"));
        let answer = world.get(CLOUDS, Some(&before)).await;
        assert_eq!(reason(&answer), refused(403, "INVALID_ACCESS_TOKEN"));
        world.change_client("till", |client| client.disabled = false).await;
        assert_eq!(world.get(CLOUDS, Some(&before)).await.status, 200, "enabled again");

        let store = world.env.directory.store();
        let mut ada = store.find_user_by_email("ada@example.com").await.unwrap().unwrap();
        ada.disabled = true;
        world.commit(Write::UserChanged(ada)).await;
        assert_eq!(sign_in(&world, TILL.refresh, "{}").await.status, 401);
        assert_eq!(world.get(CLOUDS, Some(&before)).await.status, 403, "the person is gone");
    }
}

#[tokio::test]
async fn a_connection_that_has_ended_stays_so() {
    for on in BOTH {
        let world = world(on).await;
        let before = token(&sign_in(&world, TILL.refresh, "{}").await);
        let form = format!("token={}", TILL.refresh);
        let foreign = world.post("/oauth2/revoke", Some("fleet"), &form).await;
        assert_eq!(foreign.json()["error"], "unauthorized_client");
        assert_eq!(ended(&world, TILL.number).await, None);
        assert_eq!(world.post("/oauth2/revoke", Some("till"), &form).await.status, 200);
        assert!(ended(&world, TILL.number).await.is_some());
        let answer = sign_in(&world, TILL.refresh, "{}").await;
        assert_eq!(reason(&answer), refused(401, "INVALID_REFRESH_TOKEN"));
        let answer = world.get(CLOUDS, Some(&before)).await;
        assert_eq!(reason(&answer), refused(403, "INVALID_ACCESS_TOKEN"));
        world.forward(100 * 86_400);
        assert_eq!(sign_in(&world, TILL.refresh, "{}").await.status, 401);
        assert_eq!(world.post("/oauth2/revoke", Some("till"), &form).await.status, 200, "again");
    }
}

#[tokio::test]
async fn no_other_text_signs_in() {
    let world = world(On::Sqlite).await;
    let access = token(&sign_in(&world, TILL.refresh, "{}").await);
    let upper = TILL.refresh.to_uppercase();
    let unlike = [&upper[..], &TILL.refresh[1..], &access, &"0".repeat(4000)];
    for text in unlike {
        let answer = sign_in(&world, text, "{}").await;
        assert_eq!(answer.status, 401, "{text}: {answer:?}");
    }
    // One of another dialect's, at this one's door.
    let other =
        Connected { refresh: "0123456789abcdef0123456789abcdee", ..crate::refreshing::FLEET };
    connect(&world, &other).await;
    let answer = sign_in(&world, other.refresh, "{}").await;
    assert_eq!(reason(&answer), refused(401, "INVALID_REFRESH_TOKEN"));
    assert_eq!(ended(&world, other.number).await, None);
}
