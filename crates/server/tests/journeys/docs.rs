//! The documentation's pages and files: for everybody, and true of what the gate does.

use axum::body::Body;
use portreeve_core::audit::Actor;
use portreeve_server::flow::organizations::open_services;
use portreeve_store::contract::commit::Write;

use crate::browser::{Browser, PASSWORD, give_password};
use crate::world::{Answer, On, World, organization};

async fn signed_in(world: &World) -> Browser<'_> {
    give_password(world, "ada@example.com").await;
    let browser = Browser::new(world);
    browser.sign_in("ada@example.com", PASSWORD).await;
    browser
}

/// The part of a page between a section's heading and the next section.
fn section<'p>(page: &'p Answer, heading: &str) -> &'p str {
    let from = page.text.find(&format!(">{heading}</h2>"));
    let rest = from.map_or("", |at| &page.text[at..]);
    rest.split("<section").next().unwrap_or_default()
}

#[tokio::test]
async fn everybody_may_read_what_there_is() {
    let world = World::new(On::Sqlite).await;
    let page = Browser::new(&world).get("/portal/docs").await;
    assert_eq!(page.status, 200, "{}", page.text);
    let services = section(&page, "Services");
    assert!(services.contains("To call, a program needs an identity client."));
    for href in ["/portal/docs/vessel", "/portal/docs/ships/openapi.json", "/portal/docs/clouds"] {
        assert!(services.contains(&format!("href=\"{href}\"")), "{href}");
    }
    assert!(page.text.contains(">http://127.0.0.1:8080/auth/connect/token</span>"));
    assert!(section(&page, "When a call is refused").contains("organization_out_of_reach"));
    assert_eq!(section(&page, "Not in your contract"), "");
    for nothing in ["/portal/docs/none", "/portal/docs/vessel/none", "/portal/docs/vessel/x/y"] {
        assert_eq!(world.get(nothing, None).await.status, 404, "{nothing}");
    }
}

#[tokio::test]
async fn whoever_has_signed_in_is_told_what_the_contract_opens() {
    let world = World::new(On::Sqlite).await;
    let names = Some(vec!["vessel".to_owned()]);
    for id in ["org_group", "org_other"] {
        open_services(&world.env, &organization(id), names.clone(), None, &Actor::System)
            .await
            .unwrap();
    }
    let browser = signed_in(&world).await;
    let page = browser.get("/portal/docs").await;
    let open = section(&page, "Services");
    assert!(open.contains("In your contract.") && open.contains("/portal/docs/vessel"), "{open}");
    assert!(!open.contains("/portal/docs/ships"), "{open}");
    assert!(section(&page, "Not in your contract").contains("/portal/docs/ships"));
    let ships = browser.get("/portal/docs/ships").await;
    assert!(ships.text.contains("its calls are refused"), "{}", ships.text);
    assert!(!browser.get("/portal/docs/vessel").await.text.contains("its calls are refused"));
}

#[tokio::test]
async fn the_page_runs_our_own_scripts_and_nothing_else() {
    let world = World::new(On::Sqlite).await;
    let page = world.get("/portal/docs/vessel", None).await;
    assert_eq!(
        page.header("content-security-policy"),
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; font-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
    );
    // No other page has that.
    for other in ["/portal/docs", "/sign-in"] {
        let policy = world.get(other, None).await;
        assert!(!policy.header("content-security-policy").contains("unsafe"), "{other}");
    }
    let sources = page.text.split("src=\"").skip(1).map(|rest| rest.split('"').next().unwrap());
    let sources: Vec<&str> = sources.collect();
    let own = sources.iter().filter(|source| source.starts_with("/assets/swagger/")).count();
    assert_eq!(own, 2, "{sources:?}");
    for source in sources {
        assert!(source.starts_with("/assets/"), "{source}");
        let script = world.get(source, None).await;
        assert_eq!(script.header("content-type"), "text/javascript; charset=utf-8");
        assert_eq!(script.header("cache-control"), "public, max-age=31536000, immutable");
    }
    assert!(!page.text.contains(" style=") && !page.text.contains("<script>"));
}

#[tokio::test]
async fn the_document_says_how_it_is_called_here() {
    let world = World::new(On::Sqlite).await;
    for (name, url, grant) in [
        ("vessel", "/auth/connect/token", true),
        ("ships", "/oauth2/token", true),
        ("address", "/oauth/access_token/", true),
        ("voyages", "/oauth/token", true),
        ("clouds", "", false),
    ] {
        let answer = world.get(&format!("/portal/docs/{name}/openapi.json"), None).await;
        assert_eq!(answer.header("content-type"), "application/json", "{name}");
        let document = answer.json();
        let server = document["servers"][0]["url"].as_str().unwrap();
        assert!(server.starts_with("http://127.0.0.1:8080/"), "{name}: {server}");
        let schemes = &document["components"]["securitySchemes"];
        let own = &schemes["oAuth2ClientCredentials"]["flows"]["clientCredentials"]["tokenUrl"];
        let expected = format!("http://127.0.0.1:8080{url}");
        assert_eq!(own.as_str(), grant.then_some(&*expected), "{name}");
        assert_eq!(schemes["accessToken"]["scheme"] == "bearer", !grant, "{name}");
        let collection = world.get(&format!("/portal/docs/{name}/postman.json"), None).await;
        assert!(collection.header("content-disposition").contains("postman_collection.json"));
        assert_eq!(collection.json()["item"][0]["name"], "Get a token");
    }
}

#[tokio::test]
async fn the_file_is_given_as_it_is_and_once() {
    let world = World::new(On::Sqlite).await;
    let answer = world.get("/portal/docs/ships/openapi.yaml", None).await;
    assert_eq!(answer.text, include_str!("ships.json"));
    assert_eq!(answer.header("content-type"), "application/yaml");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    let again = http::Request::get("/portal/docs/ships/openapi.yaml")
        .header("if-none-match", answer.header("etag"));
    let again = world.send(again.body(Body::empty()).unwrap()).await;
    assert_eq!((again.status, &*again.text), (304, ""));
}

#[tokio::test]
async fn the_administrations_files_are_for_whoever_sees_its_page() {
    let world = World::new(On::Sqlite).await;
    let nobody = Browser::new(&world);
    let ada = signed_in(&world).await;
    let own = "/portal/docs/portreeve";
    let all = ["", "/openapi.json", "/openapi.yaml", "/postman.json"];
    for file in all {
        let path = format!("{own}{file}");
        assert_eq!(nobody.get(&path).await.status, 404, "{path}");
        assert_eq!(ada.get(&path).await.status, 404, "{path}");
    }
    let store = world.env.directory.store();
    let mut user = store.find_user_by_email("ada@example.com").await.unwrap().unwrap();
    user.operator = true;
    world.commit(Write::UserChanged(user)).await;
    for file in all {
        let path = format!("{own}{file}");
        let shown = ada.get(&path).await;
        assert_eq!(shown.status, 200, "{path}");
        assert_eq!(nobody.get(&path).await.status, 404, "{path}");
        if !file.is_empty() {
            assert_eq!(shown.header("cache-control"), "private, no-cache");
            assert_eq!(shown.header("access-control-allow-origin"), "");
            assert!(shown.header("vary").to_ascii_lowercase().contains("cookie"), "{shown:?}");
        }
    }
    assert_eq!(ada.get(&format!("{own}/none")).await.status, 404);
    let ships = nobody.get("/portal/docs/ships/openapi.json").await;
    assert_eq!((ships.status, ships.header("access-control-allow-origin")), (200, "*"));
}
