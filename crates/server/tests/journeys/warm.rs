//! A warm token or gate request sends the database no statement, and a token costs no
//! row.

use crate::refreshing::{TILL, connect, pair, sign_in};
use crate::world::{BOTH, SECRET, World};

/// A compact token stands for claims that are kept by number; who has seen them once asks
/// for them no more, be the token new or known.
#[tokio::test]
async fn warm_tokens_without_a_record_ask_the_database_nothing() {
    for on in BOTH {
        let world = World::new(on).await;
        connect(&world, &TILL).await;
        let query = format!("client_secret={SECRET}&scope=client_address&client_id=12345678");
        let once = async || {
            let asked = world.get(&format!("/oauth/access_token/?{query}"), None).await;
            let access = pair(&asked).access;
            for _ in 0..2 {
                let called = world.get("/api/address/CP/?Pays=FRA", Some(&access)).await;
                assert_eq!(called.status, 200, "{called:?}");
            }
            let form = format!("token={access}");
            let told = world.post("/oauth2/introspect", Some("12345678"), &form).await;
            assert_eq!(told.json()["active"], true);
            for body in ["{}", r#"{"_cloudId": 4210}"#] {
                assert_eq!(sign_in(&world, TILL.refresh, body).await.status, 201);
            }
        };
        once().await;
        let before = world.env.directory.store().statements();
        for _ in 0..10 {
            once().await;
        }
        assert_eq!(world.env.directory.store().statements(), before, "{on:?}");
    }
}

#[tokio::test]
async fn warm_requests_ask_the_database_nothing() {
    for on in BOTH {
        let world = World::new(on).await;
        let once = async || {
            let sealed = world.token("/oauth2/token", "fleet", "ships_read").await;
            let signed =
                world.token("/auth/connect/token", "ada-laptop", "organization_read").await;
            let form = format!("token={sealed}");
            assert_eq!(world.post("/oauth2/introspect", Some("fleet"), &form).await.status, 200);
            assert_eq!(world.get("/api/ships/v1/ships", Some(&sealed)).await.status, 200);
            assert_eq!(
                world.get("/api/vessel/v1/ships?organizationId=5100", Some(&signed)).await.status,
                200
            );
            assert_eq!(
                world.get("/api/vessel/v1/ships?organizationId=4200", Some(&signed)).await.status,
                403
            );
            assert_eq!(
                world
                    .post("/oauth2/token", Some("nobody"), "grant_type=client_credentials")
                    .await
                    .status,
                401
            );
        };
        once().await;
        let before = world.env.directory.store().statements();
        for _ in 0..10 {
            once().await;
        }
        assert_eq!(world.env.directory.store().statements(), before, "{on:?}");
        let metrics = world.get("/metrics", None).await.text;
        let line = format!("portreeve_statements_total {before}\n");
        assert!(metrics.contains(&line), "{line} is not in\n{metrics}");
    }
}
