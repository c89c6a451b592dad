//! The administration API from outside: who is let in, the life of every kind of record,
//! what is refused and how.

use axum::body::Body;
use portreeve_core::org::member::User;
use portreeve_core::org::organization::Organization;
use portreeve_core::org::owner::Owner;
use portreeve_core::text_id::UserId;
use portreeve_store::contract::commit::Write;
use serde_json::{Value, json};

use crate::world::{Answer, BOTH, On, World, client, organization};

pub(crate) const AUDIENCE: &str = "urn:portreeve:admin";
pub(crate) const ALL: &str = "portreeve:read portreeve:admin";

/// A world with an operator, whose client is `ops`, and a client that may look.
pub(crate) async fn administered(on: On) -> World {
    let world = World::new(on).await;
    let vera = UserId::parse("usr_vera").unwrap();
    let user = User::new(vera.clone(), "vera@example.com", "Vera", true, world.env.now()).unwrap();
    world.commit(Write::UserEntered(user)).await;
    let owner = Owner::User(vera);
    for (id, scopes) in [("ops", ALL), ("auditor", "portreeve:read")] {
        let one = client(&world, id, owner.clone(), AUDIENCE, scopes);
        world.commit(Write::ClientRegistered(Box::new(one))).await;
    }
    world
}

pub(crate) async fn token(world: &World, id: &str) -> String {
    world.token("/oauth2/token", id, "").await
}

/// A request to the API.
pub(crate) async fn ask(
    world: &World,
    token: &str,
    (method, path): (&str, &str),
    body: Option<&str>,
) -> Answer {
    asked_if(world, token, (method, path), body, None).await
}

pub(crate) async fn asked_if(
    world: &World,
    token: &str,
    (method, path): (&str, &str),
    body: Option<&str>,
    seen: Option<&str>,
) -> Answer {
    let mut request = http::Request::builder()
        .method(method)
        .uri(format!("/admin/v1{path}"))
        .header("authorization", format!("Bearer {token}"));
    if body.is_some() {
        request = request.header("content-type", "application/json");
    }
    if let Some(seen) = seen {
        request = request.header("if-match", seen);
    }
    let body = body.map_or_else(Body::empty, |body| Body::from(body.to_owned()));
    world.send(request.body(body).unwrap()).await
}

pub(crate) fn slug(answer: &Answer) -> String {
    assert_eq!(answer.header("content-type"), "application/problem+json", "{answer:?}");
    let problem = answer.json();
    assert_eq!(problem["status"], answer.status);
    assert_eq!(problem["request_id"].as_str(), Some(answer.header("x-request-id")), "{answer:?}");
    let kind = problem["type"].as_str().unwrap();
    kind.strip_prefix("http://127.0.0.1:8080/admin/v1/problems/").unwrap().to_owned()
}

#[expect(clippy::too_many_lines, reason = "one client's whole life, in order")]
#[tokio::test]
async fn a_client_lives_its_whole_life() {
    for on in BOTH {
        let world = administered(on).await;
        let ops = token(&world, "ops").await;
        let asked = json!({
            "name": "Crew import",
            "owner": {"organization": "external:4200"},
            "audiences": ["https://ships.example.com"],
            "scopes": ["ships_read"],
            "networks": ["127.0.0.0/8"],
            "token_ttl_seconds": 300,
        })
        .to_string();
        let put = ("PUT", "/clients/crew-import");
        let made = ask(&world, &ops, put, Some(&asked)).await;
        assert_eq!(made.status, 201, "{made:?}");
        assert_eq!(made.header("cache-control"), "no-store");
        assert_eq!(made.header("location"), "http://127.0.0.1:8080/admin/v1/clients/crew-import");
        let secret = made.json()["client_secret"].as_str().unwrap().to_owned();
        assert_eq!(made.header("etag"), "\"1\"");

        let again = ask(&world, &ops, put, Some(&asked)).await;
        assert_eq!(again.status, 200, "{again:?}");
        assert_eq!(again.json().get("client_secret"), None);
        assert_eq!(again.json()["version"], 1, "nothing was written");
        let other = asked.replace("Crew import", "Crew export");
        let differs = ask(&world, &ops, put, Some(&other)).await;
        assert_eq!((differs.status, slug(&differs).as_str()), (409, "differs"));
        assert_eq!(differs.json()["errors"][0]["pointer"], "/name");

        let form =
            format!("grant_type=client_credentials&client_id=crew-import&client_secret={secret}");
        let own = world.post("/oauth2/token", None, &form).await;
        assert_eq!((own.status, own.json()["expires_in"].as_u64()), (200, Some(300)), "{own:?}");
        let own = own.json()["access_token"].as_str().unwrap().to_owned();
        assert_eq!(world.get("/api/ships/v1/ships", Some(&own)).await.status, 200);

        let disabled = ask(&world, &ops, ("POST", "/clients/crew-import/disable"), None).await;
        assert_eq!(disabled.json()["state"], "disabled", "{disabled:?}");
        assert_eq!(world.get("/api/ships/v1/ships", Some(&own)).await.status, 401);
        let enabled = ask(&world, &ops, ("POST", "/clients/crew-import/enable"), None).await;
        assert_eq!(enabled.json()["state"], "active", "{enabled:?}");
        assert_eq!(world.get("/api/ships/v1/ships", Some(&own)).await.status, 200);

        let change = json!({"name": "Crews", "scopes": ["ships_write"], "networks": [],
            "token_ttl_seconds": null, "expires_at": "2027-01-01T00:00:00Z"});
        let path = "/clients/crew-import";
        let changed = ask(&world, &ops, ("PATCH", path), Some(&change.to_string())).await;
        let body = changed.json();
        assert_eq!(changed.status, 200, "{changed:?}");
        assert_eq!((&body["name"], &body["scopes"]), (&json!("Crews"), &json!(["ships_write"])));
        assert_eq!(body["expires_at"], "2027-01-01T00:00:00Z");
        assert_eq!((&body["token_ttl_seconds"], &body["networks"]), (&Value::Null, &json!([])));
        assert_eq!(world.get("/api/ships/v1/ships", Some(&own)).await.status, 403);

        rotate(&world, &ops).await;

        let gone = ask(&world, &ops, ("DELETE", path), None).await;
        assert_eq!(gone.status, 204, "{gone:?}");
        assert_eq!(slug(&ask(&world, &ops, ("GET", path), None).await), "not-found");
        let facts = ask(&world, &ops, ("GET", "/facts?subject=crew-import"), None).await;
        let facts = facts.json()["items"].as_array().unwrap().clone();
        let actions: Vec<&str> = facts.iter().map(|it| it["action"].as_str().unwrap()).collect();
        assert_eq!(actions.first(), Some(&"client.deleted"), "{actions:?}");
        assert_eq!(actions.last(), Some(&"client.registered"), "{actions:?}");
        assert!(facts.iter().all(|it| it["actor"] == "client:ops"), "{facts:?}");
        assert!(!world.log().contains(&secret));
    }
}

async fn rotate(world: &World, ops: &str) {
    let path = "/clients/crew-import/secrets";
    let rotated = ask(world, ops, ("POST", path), Some("{\"overlap_seconds\": 3600}")).await;
    assert_eq!(rotated.status, 201, "{rotated:?}");
    let body = rotated.json();
    let secrets = body["secrets"].as_array().unwrap();
    assert_eq!((secrets.len(), body["client_secret"].is_string()), (2, true));
    assert_eq!(secrets[0]["expires_at"], "2026-11-21T13:00:00Z");
    let old = format!("{path}/{}", secrets[0]["id"].as_str().unwrap());
    let longer = json!({"expires_at": "2026-11-22T00:00:00Z"}).to_string();
    let changed = ask(world, ops, ("PATCH", &old), Some(&longer)).await;
    assert_eq!(changed.json()["secrets"][0]["expires_at"], "2026-11-22T00:00:00Z", "{changed:?}");
    let removed = ask(world, ops, ("DELETE", &old), None).await;
    assert_eq!(removed.json()["secrets"].as_array().unwrap().len(), 1, "{removed:?}");
    assert_eq!(slug(&ask(world, ops, ("DELETE", &old), None).await), "not-found");
}

#[tokio::test]
async fn organizations_and_people_are_entered_and_changed() {
    for on in BOTH {
        let world = administered(on).await;
        let ops = token(&world, "ops").await;
        let put = ("PUT", "/organizations/external/7700");
        let body = json!({"name": "Skarholt Lines", "parent": "external:4200"}).to_string();
        let made = ask(&world, &ops, put, Some(&body)).await;
        assert_eq!(made.status, 201, "{made:?}");
        let id = made.json()["id"].as_str().unwrap().to_owned();
        let again = ask(&world, &ops, put, Some(&body)).await;
        assert_eq!((again.status, &again.json()["id"]), (200, &json!(id)));
        let other = ask(&world, &ops, put, Some("{\"name\": \"Else\"}")).await;
        assert_eq!((other.status, slug(&other).as_str()), (409, "differs"));

        let path = format!("/organizations/{id}");
        let change = json!({"name": "Skarholt", "parent": null, "services": ["ships"]}).to_string();
        let changed = ask(&world, &ops, ("PATCH", &path), Some(&change)).await;
        assert_eq!(changed.status, 200, "{changed:?}");
        let body = changed.json();
        assert_eq!((&body["parent"], &body["services"]), (&Value::Null, &json!(["ships"])));
        let circle = json!({"parent": id}).to_string();
        let refused = ask(&world, &ops, ("PATCH", &path), Some(&circle)).await;
        assert_eq!((refused.status, slug(&refused).as_str()), (422, "not-possible"));

        let put = ("PUT", "/users/lise@example.com");
        let lise = ask(&world, &ops, put, Some("{\"name\": \"Lise\"}")).await;
        assert_eq!(lise.status, 201, "{lise:?}");
        assert_eq!(ask(&world, &ops, put, Some("{\"name\": \"Lise\"}")).await.status, 200);
        assert_eq!(ask(&world, &ops, put, Some("{\"name\": \"Lisa\"}")).await.status, 409);
        let member = format!("{path}/memberships/lise@example.com");
        for role in ["member", "admin"] {
            let body = json!({"role": role}).to_string();
            let set = ask(&world, &ops, ("PUT", &member), Some(&body)).await;
            assert_eq!((set.status, &set.json()["role"]), (200, &json!(role)), "{set:?}");
        }
        let listed = ask(&world, &ops, ("GET", &format!("{path}/memberships")), None).await;
        assert_eq!(listed.json()["items"][0]["email"], "lise@example.com", "{listed:?}");
        assert_eq!(ask(&world, &ops, ("DELETE", &member), None).await.status, 204);
        assert_eq!(slug(&ask(&world, &ops, ("DELETE", &member), None).await), "not-found");

        let change = json!({"name": "Lise Berg", "disabled": true}).to_string();
        let changed = ask(&world, &ops, ("PATCH", "/users/lise@example.com"), Some(&change)).await;
        let body = changed.json();
        assert_eq!((&body["name"], &body["disabled"]), (&json!("Lise Berg"), &json!(true)));
        invitations(&world, &ops, &path).await;
    }
}

async fn invitations(world: &World, ops: &str, path: &str) {
    let path = format!("{path}/invitations");
    let body = json!({"email": "moe@example.com", "role": "admin"}).to_string();
    let made = ask(world, ops, ("POST", &path), Some(&body)).await;
    assert_eq!(made.status, 201, "{made:?}");
    let url = made.json()["url"].as_str().unwrap().to_owned();
    assert!(url.starts_with("http://127.0.0.1:8080/portal/welcome#"), "{url}");
    let listed = ask(world, ops, ("GET", &path), None).await.json();
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
    assert_eq!(listed["items"][0].get("url"), None, "shown once");
    let one = format!("{path}/{}", listed["items"][0]["id"].as_str().unwrap());
    assert_eq!(ask(world, ops, ("DELETE", &one), None).await.status, 204);
    assert_eq!(slug(&ask(world, ops, ("DELETE", &one), None).await), "not-found");
}

#[tokio::test]
async fn looking_is_answered() {
    for on in BOTH {
        let world = administered(on).await;
        let look = token(&world, "auditor").await;
        for (path, expected) in [
            ("/services", "portreeve"),
            ("/keys", "seal"),
            ("/usage?step=hour&client=ops", "\"steps\""),
            ("/usage?organization=external:4200&service=ships", "\"clients\""),
            ("/facts?limit=1", "\"next\":\""),
            ("/connections?user=ada@example.com", "\"items\":[]"),
            ("/connections", "\"items\":[]"),
            ("/users/ada@example.com/memberships", "org_tankers"),
            ("/users/usr_ada", "ada@example.com"),
            ("/organizations/external:4210", "org_tankers"),
            ("/organizations/org_tankers", "4210"),
            ("/clients?organization=external:4200&q=bri", "bridge"),
            ("/clients?user=ada@example.com", "ada-laptop"),
            ("/clients/fleet", "ships_write"),
        ] {
            let answer = ask(&world, &look, ("GET", path), None).await;
            assert_eq!(answer.status, 200, "{path}: {answer:?}");
            assert!(answer.text.contains(expected), "{path}: {answer:?}");
        }
        let key = ask(&world, &look, ("GET", "/keys"), None).await.json();
        let seal = key["items"].as_array().unwrap().iter().find(|it| it["purpose"] == "seal");
        let ops = token(&world, "ops").await;
        let body = json!({"purpose": "seal", "newest": seal.unwrap()["kid"]}).to_string();
        let rotated = ask(&world, &ops, ("POST", "/keys"), Some(&body)).await;
        assert_eq!(rotated.status, 201, "{rotated:?}");
        let twice = ask(&world, &ops, ("POST", "/keys"), Some(&body)).await;
        assert_eq!((twice.status, slug(&twice).as_str()), (409, "changed-meanwhile"));
    }
}

#[tokio::test]
async fn who_may_not_is_told_why() {
    let world = administered(On::Sqlite).await;
    let (ops, look) = (token(&world, "ops").await, token(&world, "auditor").await);
    let none = world.get("/admin/v1/organizations", None).await;
    assert_eq!((none.status, slug(&none).as_str()), (401, "token-missing"));
    assert!(none.header("www-authenticate").starts_with("Bearer"), "{none:?}");
    let foreign = world.token("/oauth2/token", "fleet", "").await;
    let wrong = ask(&world, &foreign, ("GET", "/organizations"), None).await;
    assert_eq!((wrong.status, slug(&wrong).as_str()), (401, "token-wrong-audience"));
    assert_eq!(ask(&world, &look, ("GET", "/organizations"), None).await.status, 200);
    let body = Some("{\"name\": \"Skarholt\"}");
    let scope = ask(&world, &look, ("POST", "/organizations"), body).await;
    assert_eq!((scope.status, slug(&scope).as_str()), (403, "scope-insufficient"));
    assert!(scope.text.contains("portreeve:admin"), "{scope:?}");
    let method = ask(&world, &ops, ("PUT", "/organizations"), body).await;
    assert_eq!((method.status, method.header("allow")), (405, "GET, HEAD, POST"));
    assert_eq!(ask(&world, &ops, ("GET", "/ships"), None).await.status, 404);
    assert_eq!(ask(&world, &ops, ("GET", ""), None).await.status, 404);
    assert_eq!(ask(&world, &ops, ("GET", "//keys"), None).await.status, 400);
    assert_eq!(world.get("/oauth2/token", None).await.status, 405, "others are as they were");
}

#[tokio::test]
async fn whoever_lost_it_is_refused_by_the_next_request() {
    for on in BOTH {
        let world = administered(on).await;
        let ops = token(&world, "ops").await;
        let list = ("GET", "/organizations");
        assert_eq!(ask(&world, &ops, list, None).await.status, 200);
        set_operator(&world, false).await;
        let refused = ask(&world, &ops, list, None).await;
        assert_eq!((refused.status, slug(&refused).as_str()), (403, "service-closed"));
        set_operator(&world, true).await;
        assert_eq!(ask(&world, &ops, list, None).await.status, 200);

        let owner = Owner::Organization(organization("org_other"));
        let system = client(&world, "erp", owner, AUDIENCE, ALL);
        world.commit(Write::ClientRegistered(Box::new(system))).await;
        let erp = token(&world, "erp").await;
        assert_eq!(ask(&world, &erp, list, None).await.status, 403, "nobody has it by default");
        set_services(&world, Some(vec!["ships".into(), "portreeve".into()])).await;
        assert_eq!(ask(&world, &erp, list, None).await.status, 200);
        set_services(&world, Some(vec!["ships".into()])).await;
        assert_eq!(slug(&ask(&world, &erp, list, None).await), "service-closed");
    }
}

pub(crate) async fn set_operator(world: &World, operator: bool) {
    let found = world.env.directory.store().find_user(&UserId::parse("usr_vera").unwrap()).await;
    let user = User { operator, ..found.unwrap().unwrap() };
    world.commit(Write::UserChanged(user)).await;
}

pub(crate) async fn set_services(world: &World, services: Option<Vec<String>>) {
    let id = organization("org_other");
    let found = world.env.directory.store().find_organization(&id).await.unwrap().unwrap();
    world.commit(Write::OrganizationChanged(Organization { services, ..found })).await;
}
