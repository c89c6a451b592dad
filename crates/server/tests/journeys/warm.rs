//! A warm token or gate request sends the database no statement, and a token costs no
//! row.

use crate::world::{BOTH, World};

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
