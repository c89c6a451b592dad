//! What the vendor's own systems look at, as its staff does in the portal: why calls were
//! refused, who is signed in, how the installation is doing.

use portreeve_server::tasks::housekeeping::flush;
use serde_json::{Value, json};

use crate::admin_api::{administered, ask, slug, token};
use crate::browser::{Browser, PASSWORD, give_password};
use crate::world::{BOTH, On};

#[tokio::test]
async fn a_refusal_is_explained_and_counted() {
    for on in BOTH {
        let world = administered(on).await;
        let look = token(&world, "auditor").await;
        let own = world.token("/auth/connect/token", "bridge", "organization_read").await;
        let refused = world.get("/api/vessel/v1/crew?page=1", Some(&own)).await;
        assert_eq!(refused.status, 403, "{refused:?}");
        flush(&world.env).await;
        let id = refused.header("x-request-id").to_owned();
        let told = ask(&world, &look, ("GET", &format!("/refusals/{id}")), None).await;
        assert_eq!(told.status, 200, "{told:?}");
        let told = told.json();
        assert_eq!(told["call"], "GET /api/vessel/v1/crew", "{told}");
        assert_eq!((&told["service"], &told["from"]), (&json!("vessel"), &json!("127.0.0.1")));
        assert_eq!(told["client"]["client_id"], "bridge");
        let now = json!({"kind": "scope", "operation": "listCrew", "needed": [["crew_read"]],
            "client_has": true});
        assert_eq!(told["now"], now);
        for path in ["/usage/refusals", "/usage/refusals?client=bridge&days=1"] {
            let sums = ask(&world, &look, ("GET", path), None).await.json();
            assert_eq!(sums["items"][0]["reason"], "scope_insufficient", "{sums}");
            assert_eq!(sums["items"][0]["newest"]["request_id"], id);
        }
        let none = ask(&world, &look, ("GET", "/usage/refusals?client=fleet"), None).await.json();
        assert_eq!(none["items"], json!([]));
        for path in ["/refusals/nothing", "/refusals/0123456789abcdef0123456789abcdef"] {
            assert_eq!(slug(&ask(&world, &look, ("GET", path), None).await), "not-found");
        }
        let days = ask(&world, &look, ("GET", "/usage/refusals?days=31"), None).await;
        assert_eq!(slug(&days), "invalid-fields");
    }
}

#[tokio::test]
async fn sessions_are_seen_and_ended() {
    for on in BOTH {
        let world = administered(on).await;
        let (ops, look) = (token(&world, "ops").await, token(&world, "auditor").await);
        give_password(&world, "ada@example.com").await;
        let browsers = [Browser::new(&world), Browser::new(&world), Browser::new(&world)];
        for browser in &browsers {
            browser.sign_in("ada@example.com", PASSWORD).await;
        }
        let path = "/users/ada@example.com/sessions";
        let listed = ask(&world, &look, ("GET", path), None).await.json();
        let all = listed["items"].as_array().unwrap().clone();
        assert_eq!((all.len(), &all[0]["from"]), (3, &json!("127.0.0.1")), "{listed}");
        let one = format!("{path}/{}", all[0]["id"].as_str().unwrap());
        assert_eq!(slug(&ask(&world, &look, ("DELETE", &one), None).await), "scope-insufficient");
        assert_eq!(ask(&world, &ops, ("DELETE", &one), None).await.status, 204);
        assert_eq!(slug(&ask(&world, &ops, ("DELETE", &one), None).await), "not-found");
        assert_eq!(ask(&world, &ops, ("DELETE", path), None).await.status, 204);
        for browser in &browsers {
            assert_eq!(browser.get("/portal/settings").await.status, 303);
        }
        let left = ask(&world, &look, ("GET", path), None).await.json();
        assert_eq!(left["items"], json!([]));
        let facts = ask(&world, &look, ("GET", "/facts?actor=client:ops"), None).await.json();
        assert_eq!(facts["items"][0]["action"], "user.sessions_ended", "{facts}");
    }
}

#[tokio::test]
async fn the_installation_is_looked_at() {
    let world = administered(On::Sqlite).await;
    let look = token(&world, "auditor").await;
    let get = async |path: &str| -> Value {
        let answer = ask(&world, &look, ("GET", path), None).await;
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
        answer.json()
    };
    let totals = get("/totals").await;
    assert!(totals["clients"].as_u64().unwrap() > 2, "{totals}");
    let node = get("/node").await;
    assert_eq!((&node["is_well"], &node["changes_behind"]), (&json!(true), &json!(0)), "{node}");
    assert!(node["tokens"]["standard"].as_u64().unwrap() > 0, "{node}");
    let dialects = get("/dialects").await;
    assert!(dialects["items"].as_array().unwrap().iter().any(|it| it["name"] == "standard"));
    assert!(get("/dialects/standard").await["text"].as_str().unwrap().len() > 100);
    assert_eq!(get("/licences").await, json!({"ended": [], "ending": []}));
    let keys = get("/keys").await;
    assert_eq!(keys["items"][0]["is_newest"], true, "{keys}");
    assert!(keys["items"][0]["next_at"].is_string());
    let services = get("/services").await;
    assert!(services["items"][0]["operations"].is_u64(), "{services}");
    let organizations = get("/organizations?q=org_tankers").await;
    assert!(organizations["items"][0]["members"].as_u64().unwrap() > 0, "{organizations}");
    assert_eq!(get("/users?q=ada@").await["items"][0]["last_signed_in_at"], Value::Null);
    assert_eq!(get("/clients/fleet/secret-days").await["items"], json!([]));
    let none = ask(&world, &look, ("GET", "/dialects/none"), None).await;
    assert_eq!(slug(&none), "not-found");
}
