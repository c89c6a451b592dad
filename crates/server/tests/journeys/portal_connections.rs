//! The connections of a client: whoever may end them sees them, and nobody else does.

use portreeve_core::org::member::Role;

use crate::browser::{Browser, field};
use crate::connecting::{ADA, Stage, answer, came_back, sign_in_with};
use crate::portal_world::{enter, facts, fill, place, signed_in};
use crate::world::{BOTH, On};

const LIST: &str = "/portal/clients/plateline/connections";

/// Ada lets the application in; answers the refresh token.
async fn connect(stage: &Stage) -> String {
    let browser = Browser::new(&stage.world);
    let page = stage.enter(&browser).await;
    let asks = stage.sign_in(&browser, &page).await;
    came_back(&answer(&browser, &asks, "grant", "4210").await)[0].1.clone()
}

#[tokio::test]
async fn an_admin_of_the_owner_sees_who_let_it_in_and_ends_it() {
    for on in BOTH {
        let stage = Stage::new(on).await;
        let token = connect(&stage).await;
        assert_eq!(sign_in_with(&stage, &token, "4210").await.status, 201);
        enter(&stage.world, "usr_mara", "Mara", false).await;
        place(&stage.world, "usr_mara", "org_other", Role::Admin).await;
        let mara = signed_in(&stage.world, "usr_mara@example.com").await;

        let client = mara.get("/portal/clients/plateline").await;
        assert!(client.text.contains(&format!("href=\"{LIST}\"")), "{client:?}");
        let list = mara.get(LIST).await;
        for told in ["<bdi>Ada</bdi>", "org_tankers", "all others that they reach", "just now"] {
            assert!(list.text.contains(told), "{told}: {list:?}");
        }
        assert!(!list.text.contains(ADA), "her address is nobody's business: {list:?}");

        let at = list.text.find(&format!("{LIST}/end?connection=")).unwrap();
        let end = list.text[at..].split('"').next().unwrap();
        let id = end.split('=').nth(1).unwrap();
        let asks = mara.get(end).await;
        assert!(asks.text.contains("End the connection with Ada?"), "{asks:?}");
        assert_eq!(field(&asks, "connection"), id);
        let to = format!("{LIST}/end");
        let ended = fill(&mara, end, &to, &[("connection", id)]).await;
        assert_eq!(ended.status, 303, "{ended:?}");
        let list = mara.get(ended.header("location")).await;
        assert!(list.text.contains("The connection with Ada has ended."), "{list:?}");
        assert!(list.text.contains("Nobody has let it in"), "{list:?}");
        assert_eq!(sign_in_with(&stage, &token, "4210").await.status, 401);
        assert_eq!(mara.get(end).await.header("location"), LIST, "there is nothing to ask");
        let written = facts(&stage.world, "connection.ended").await;
        assert_eq!(written, [("user:usr_mara".to_owned(), "client plateline".to_owned())]);
    }
}

#[tokio::test]
async fn nobody_else_sees_or_ends_them() {
    let stage = Stage::new(On::Sqlite).await;
    connect(&stage).await;
    let world = &stage.world;
    for (id, at, role) in [
        ("usr_member", "org_other", Role::Member),
        ("usr_stranger", "org_tankers", Role::Admin),
        ("usr_admin", "org_other", Role::Admin),
    ] {
        enter(world, id, id, false).await;
        place(world, id, at, role).await;
    }
    let member = signed_in(world, "usr_member@example.com").await;
    let client = member.get("/portal/clients/plateline").await;
    assert!(client.status == 200 && !client.text.contains(LIST), "{client:?}");
    assert_eq!(member.get(LIST).await.status, 403);
    let stranger = signed_in(world, "usr_stranger@example.com").await;
    assert_eq!(stranger.get(LIST).await.status, 404);

    let admin = signed_in(world, "usr_admin@example.com").await;
    let list = admin.get(LIST).await;
    let at = list.text.find(&format!("{LIST}/end?connection=")).unwrap();
    let end = list.text[at..].split('"').next().unwrap();
    let (asks, id) = (admin.get(end).await, end.split('=').nth(1).unwrap());
    assert_eq!(member.get(end).await.status, 403);
    assert_eq!(stranger.get(end).await.status, 404);
    // Another client's page does not reach it, whoever administers that client.
    place(world, "usr_admin", "org_group", Role::Admin).await;
    let other = format!("/portal/clients/till/connections/end?connection={id}");
    assert_eq!(admin.get(&other).await.status, 404);
    let fields = [("form_token", field(&asks, "form_token")), ("connection", id.to_owned())];
    let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
    assert_eq!(admin.post("/portal/clients/till/connections/end", &fields).await.status, 404);
    assert_eq!(stage.connections().await, 1);
    for query in ["?after=x", "?after=../..", "?ended=x", "?ended=00"] {
        assert_eq!(admin.get(&format!("{LIST}{query}")).await.status, 200, "{query}");
    }
}
