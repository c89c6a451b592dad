//! The connector: an application brings a person, who signs in, looks, and grants or
//! refuses, and who ends it later.

use portreeve_core::audit::Actor;
use portreeve_core::oauth::scope::ScopeSet;
use portreeve_server::flow::{connections, people};

use crate::browser::{Browser, PASSWORD, escaped, field, give_password};
use crate::connecting::{
    ADA, STATE, Stage, V1, V2, answer, came_back, enter_v1, enter_v2, sign_in_with,
};
use crate::world::{BOTH, On};

#[tokio::test]
async fn a_person_lets_an_application_in() {
    for on in BOTH {
        for entry in [V1, V2] {
            let stage = Stage::new(on).await;
            let browser = Browser::new(&stage.world);
            let entered = match entry {
                V1 => enter_v1(&browser, &stage.v1()).await,
                _ => enter_v2(&browser, &stage.v2()).await,
            };
            assert_eq!(entered.status, 303, "{entered:?}");
            assert_eq!(entered.header("referrer-policy"), "no-referrer");
            assert_eq!(entered.header("cache-control"), "no-store");
            let page = entered.header("location").to_owned();
            assert!(page.starts_with("/connect?flow=") && !page.contains(&stage.secret), "{page}");

            let asks = stage.sign_in(&browser, &page).await;
            for needle in
                ["Plateline &#60;Orders&#62;", "Which cloud", "4210", "5100", "look at clouds"]
            {
                assert!(asks.text.contains(needle), "{needle}: {}", asks.text);
            }
            assert!(asks.text.contains("every cloud that you reach"), "{}", asks.text);
            assert!(!asks.text.contains("4200"), "not one of hers: {}", asks.text);
            assert!(!asks.text.contains("script>"), "{}", asks.text);
            let policy = asks.header("content-security-policy");
            assert!(
                policy.contains("form-action 'self' https://orders.plateline.example;"),
                "{policy}"
            );

            let granted = answer(&browser, &asks, "grant", "4210").await;
            let back = came_back(&granted);
            let names: Vec<&str> = back.iter().map(|(name, _)| &**name).collect();
            assert_eq!(names, ["token", "cloudid", "state"]);
            assert_eq!(back[1].1, "4210");
            assert_eq!(back[2].1, escaped(STATE));
            assert!(back[0].1.len() == 32 && back[0].1.bytes().all(|b| b.is_ascii_hexdigit()));
            assert_eq!(stage.connections().await, 1);

            let signed_in = sign_in_with(&stage, &back[0].1, "5100").await;
            assert_eq!(signed_in.status, 201, "{signed_in:?}");
            let log = stage.world.log();
            for needle in [&*stage.secret, &back[0].1, "flow=", PASSWORD, "alert"] {
                assert!(!log.contains(needle), "{needle} in {log}");
            }
        }
    }
}

#[tokio::test]
async fn a_press_twice_grants_once() {
    for on in BOTH {
        let stage = Stage::new(on).await;
        let browser = Browser::new(&stage.world);
        let page = stage.enter(&browser).await;
        let asks = stage.sign_in(&browser, &page).await;
        let (one, two) = tokio::join!(
            answer(&browser, &asks, "grant", "4210"),
            answer(&browser, &asks, "grant", "4210")
        );
        assert_eq!(came_back(&one), came_back(&two));
        assert_eq!(stage.connections().await, 1);
        let other = answer(&browser, &asks, "grant", "5100").await;
        assert_eq!(other.status, 400, "{other:?}");
        assert!(other.text.contains("This was answered already"), "{other:?}");
        stage.world.forward(61);
        assert_eq!(answer(&browser, &asks, "grant", "4210").await.status, 400, "later");
        assert_eq!(stage.connections().await, 1);
    }
}

#[tokio::test]
async fn no_more_is_granted_than_the_page_has_shown() {
    for on in BOTH {
        let stage = Stage::new(on).await;
        let narrow = ScopeSet::parse("clouds_read").unwrap();
        let wide = ScopeSet::parse("clouds_read products_read").unwrap();
        let give = async |scopes: &ScopeSet| {
            let scopes = scopes.clone();
            stage.world.change_client("plateline", |client| client.scopes = scopes).await;
        };
        give(&narrow).await;
        let browser = Browser::new(&stage.world);
        let page = stage.enter(&browser).await;
        let asks = stage.sign_in(&browser, &page).await;
        assert!(!asks.text.contains("look at products"), "{}", asks.text);
        give(&wide).await;
        came_back(&answer(&browser, &asks, "grant", "4210").await);
        assert_eq!(stage.granted().await, std::slice::from_ref(&narrow), "{on:?}");

        let asks = browser.get(&stage.enter(&browser).await).await;
        assert!(asks.text.contains("look at products"), "{}", asks.text);
        give(&narrow).await;
        came_back(&answer(&browser, &asks, "grant", "4210").await);
        assert_eq!(stage.granted().await, [narrow.clone(), narrow], "lost since: {on:?}");
    }
}

#[tokio::test]
async fn whoever_refuses_grants_nothing() {
    let stage = Stage::new(On::Sqlite).await;
    let browser = Browser::new(&stage.world);
    let page = stage.enter(&browser).await;
    let asks = stage.sign_in(&browser, &page).await;
    let refused = answer(&browser, &asks, "refuse", "4210").await;
    assert_eq!(refused.status, 200, "{refused:?}");
    assert!(refused.text.contains("Nothing has been granted"), "{refused:?}");
    assert!(refused.headers.get("location").is_none());
    assert_eq!(stage.connections().await, 0);
    let unchosen = answer(&browser, &asks, "grant", "").await;
    assert!(
        unchosen.status == 400 && unchosen.text.contains("Choose one of them."),
        "{unchosen:?}"
    );
}

#[tokio::test]
async fn whoever_granted_sees_it_and_ends_it() {
    for on in BOTH {
        let stage = Stage::new(on).await;
        let browser = Browser::new(&stage.world);
        let page = stage.enter(&browser).await;
        let asks = stage.sign_in(&browser, &page).await;
        let back = came_back(&answer(&browser, &asks, "grant", "4210").await);
        let list = browser.get("/connections").await;
        for needle in [
            "Plateline &#60;Orders&#62;",
            "org_tankers",
            "and all others that you reach",
            "not yet",
        ] {
            assert!(list.text.contains(needle), "{needle}: {}", list.text);
        }
        let at = list.text.find("/connections/end?connection=").unwrap();
        let end = list.text[at..].split('"').next().unwrap();
        let asks = browser.get(end).await;
        assert!(
            asks.text.contains("End the connection of Plateline &#60;Orders&#62;?"),
            "{asks:?}"
        );
        let fields = [
            ("form_token", &*field(&asks, "form_token")),
            ("connection", &*field(&asks, "connection")),
        ];
        let ended = browser.post("/connections/end", &fields).await;
        assert_eq!(ended.status, 303, "{ended:?}");
        let list = browser.get(ended.header("location")).await;
        assert!(
            list.text.contains("has ended") && list.text.contains("No application"),
            "{list:?}"
        );
        assert_eq!(sign_in_with(&stage, &back[0].1, "4210").await.status, 401);
        assert_eq!(browser.post("/connections/end", &fields).await.status, 303, "twice is calm");

        let ada = people::find(&stage.world.env, ADA).await.unwrap();
        assert!(connections::of_person(&stage.world.env, &ada).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn nobody_ends_what_is_not_theirs() {
    let stage = Stage::new(On::Sqlite).await;
    let (world, browser) = (&stage.world, Browser::new(&stage.world));
    let page = stage.enter(&browser).await;
    let asks = stage.sign_in(&browser, &page).await;
    came_back(&answer(&browser, &asks, "grant", "4210").await);
    let ada = people::find(&world.env, ADA).await.unwrap();
    let id = connections::of_person(&world.env, &ada).await.unwrap()[0].connection.id.to_string();

    people::enter(&world.env, "ben@example.com", "Ben", false, &Actor::System).await.unwrap();
    give_password(world, "ben@example.com").await;
    let ben = Browser::new(world);
    ben.sign_in("ben@example.com", PASSWORD).await;
    assert_eq!(ben.get(&format!("/connections/end?connection={id}")).await.status, 404);
    let asks = ben.get("/sign-out").await;
    let foreign = [("form_token", &*field(&asks, "form_token")), ("connection", &*id)];
    assert_eq!(ben.post("/connections/end", &foreign).await.status, 403);
    assert_eq!(connections::of_person(&world.env, &ada).await.unwrap().len(), 1);
}
