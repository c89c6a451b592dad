//! What must not get as far as a connection: told on a page, never by redirect.

use std::time::Duration;

use portreeve_core::audit::Actor;
use portreeve_server::flow::people;
use portreeve_store::contract::commit::Write;

use crate::browser::{Browser, encode, field, field_in};
use crate::connecting::{
    ADA, BACK, Stage, V1, V2, answer, borrowed, enter_v1, enter_v2, signed, with, without,
};
use crate::world::{Answer, BOTH, On, organization};

#[tokio::test]
async fn what_an_application_says_must_be_right() {
    let stage = Stage::new(On::Sqlite).await;
    let browser = Browser::new(&stage.world);
    let (v1, v2) = (|| stage.v1(), || stage.v2());
    let unknown = "Unknown client application or wrong application secret";
    let address = "is not registered for this application";
    let cases = [
        (with(v1(), "client_secret", "wrong"), unknown),
        (with(v1(), "client_id", "nobody"), unknown),
        (with(v1(), "client_id", "<script>"), unknown),
        (with(v1(), "redirect_uri", "https://evil.example.com/back"), address),
        (with(v1(), "redirect_uri", &format!("{BACK}x")), address),
        (with(v1(), "redirect_uri", &BACK.to_uppercase()), address),
        (with(v1(), "scope", "clouds_read"), "scope"),
        (without(v1(), "scope"), "missing"),
        (without(v1(), "client_secret"), "client"),
        (without(v1(), "redirect_uri"), "redirect_uri"),
        (with(v1(), "state", &"x".repeat(5000)), "value"),
        ([v1(), v1()].concat(), "more than once"),
    ];
    for (fields, told) in cases {
        let refused = enter_v1(&browser, &fields).await;
        check_refused(&refused, told);
    }
    let late = stage.world.env.now().as_unix() - 429;
    let late = late.to_string();
    let expired = "The connection has expired. Check the time settings on your device.";
    let cases = [
        (with(v2(), "signature", &signed("other", "1")), unknown),
        (with(v2(), "timestamp", &late), unknown),
        (with(with(v2(), "timestamp", &late), "signature", &signed(&stage.secret, &late)), expired),
        (without(v2(), "signature"), "signed"),
        (without(v2(), "timestamp"), "signed"),
        (with(v2(), "client_id", "nobody"), unknown),
        (with(v2(), "redirect_uri", "https://evil.example.com/"), address),
        (with(v2(), "scope", "all"), "scope"),
    ];
    for (fields, told) in cases {
        let refused = enter_v2(&browser, &fields).await;
        check_refused(&refused, told);
        if told == expired {
            assert!(refused.text.contains("sent you here 7 minutes ago"), "{refused:?}");
            assert!(refused.text.contains("href=\"https://orders.plateline.example\""));
        }
    }
    check_refused(&browser.post(V1, &borrowed(&v1())).await, "method");
    check_refused(&browser.get(&format!("{V2}?{}", encode(&borrowed(&v2())))).await, "method");
    assert_eq!(stage.connections().await, 0);
}

fn check_refused(refused: &Answer, told: &str) {
    assert_eq!(refused.status, 400, "{told}: {refused:?}");
    assert!(refused.headers.get("location").is_none(), "{refused:?}");
    assert!(refused.text.contains(told), "{told}: {refused:?}");
    for needle in ["<script", "evil.example.com", "alert(", "client_unknown", "secret_wrong"] {
        assert!(!refused.text.contains(needle), "{needle}: {refused:?}");
    }
    assert_eq!(refused.header("cache-control"), "no-store");
}

#[tokio::test]
async fn whoever_guesses_signatures_shuts_no_application_out() {
    let stage = Stage::new(On::Sqlite).await;
    let browser = Browser::new(&stage.world);
    for id in ["plateline", "nobody"] {
        let wrong = with(with(stage.v2(), "client_id", id), "signature", &signed("other", "1"));
        for number in 0..25 {
            let began = tokio::time::Instant::now();
            let status = enter_v2(&browser, &wrong).await.status;
            assert_eq!(status, if number < 20 { 400 } else { 429 }, "{id} {number}");
            // Not even how long it takes tells whether there is such an application.
            let took = began.elapsed();
            assert!(took >= Duration::from_millis(5), "{id} {number}: {took:?}");
        }
    }
    assert_eq!(enter_v2(&browser, &stage.v2()).await.status, 303, "the right one is let in");
}

#[tokio::test]
async fn a_signature_holds_for_a_minute_on_both_sides() {
    let stage = Stage::new(On::Sqlite).await;
    let browser = Browser::new(&stage.world);
    let fields = stage.v2();
    let again = enter_v2(&browser, &fields).await;
    assert_eq!(again.status, 303, "it may be shown again");
    stage.world.forward(60);
    assert_eq!(enter_v2(&browser, &fields).await.status, 303);
    stage.world.forward(1);
    assert_eq!(enter_v2(&browser, &fields).await.status, 400);
}

#[tokio::test]
async fn the_page_stays_open_for_a_quarter_of_an_hour() {
    let stage = Stage::new(On::Sqlite).await;
    let browser = Browser::new(&stage.world);
    let page = stage.enter(&browser).await;
    stage.world.forward(14 * 60);
    let asks = stage.sign_in(&browser, &page).await;
    stage.world.forward(60);
    for late in [browser.get(&page).await, answer(&browser, &asks, "grant", "4210").await] {
        assert_eq!(late.status, 400, "{late:?}");
        assert!(late.text.contains("interaction_expired"), "{late:?}");
    }
    let page = stage.enter(&browser).await;
    for at in [15, 40, page.len() - 1] {
        let mut tampered = page.clone().into_bytes();
        tampered[at] = if tampered[at] == b'A' { b'B' } else { b'A' };
        let tampered = browser.get(&String::from_utf8(tampered).unwrap()).await;
        assert_eq!(tampered.status, 400, "{tampered:?}");
    }
    assert_eq!(stage.connections().await, 0);
}

#[tokio::test]
async fn rights_are_looked_at_when_the_button_is_pressed() {
    for on in BOTH {
        let stage = Stage::new(on).await;
        let (world, browser) = (&stage.world, Browser::new(&stage.world));
        let page = stage.enter(&browser).await;
        let asks = stage.sign_in(&browser, &page).await;
        for foreign in ["4200", "org_group", "9999", "<b>", &"4".repeat(400)] {
            let refused = answer(&browser, &asks, "grant", foreign).await;
            assert!(refused.status == 400 && !refused.text.contains("<b>"), "{refused:?}");
        }
        let ada = people::find(&world.env, ADA).await.unwrap();
        let tankers = organization("org_tankers");
        people::end_membership(&world.env, &tankers, &ada, &Actor::System).await.unwrap();
        let refused = answer(&browser, &asks, "grant", "4210").await;
        assert_eq!(refused.status, 400, "{refused:?}");
        assert!(refused.text.contains("organization_out_of_reach"), "{refused:?}");

        world.change_client("plateline", |client| client.redirect_uris.clear()).await;
        assert_eq!(answer(&browser, &asks, "grant", "5100").await.status, 400, "another way back");
        world.change_client("plateline", |client| client.redirect_uris.push(BACK.to_owned())).await;
        world.change_client("plateline", |client| client.disabled = true).await;
        assert_eq!(answer(&browser, &asks, "grant", "5100").await.status, 400, "disabled");
        world.change_client("plateline", |client| client.disabled = false).await;
        let store = world.env.directory.store();
        let mut user = store.find_user(&ada.id).await.unwrap().unwrap();
        user.disabled = true;
        world.commit(Write::UserChanged(user)).await;
        let gone = answer(&browser, &asks, "grant", "5100").await;
        assert_eq!((gone.status, gone.header("location")), (303, &*page), "to sign in anew");
        assert_eq!(stage.connections().await, 0);
    }
}

#[tokio::test]
async fn only_the_persons_own_page_grants() {
    let stage = Stage::new(On::Sqlite).await;
    let browser = Browser::new(&stage.world);
    let page = stage.enter(&browser).await;
    let asks = stage.sign_in(&browser, &page).await;
    let (token, flow) =
        (field_in(&asks, "action=\"/connect\"", "form_token"), field(&asks, "flow"));
    let form = |token| {
        [("form_token", token), ("flow", &*flow), ("organization", "4210"), ("answer", "grant")]
    };
    let evil = [("origin", "https://evil.example.com")];
    assert_eq!(browser.post_as("/connect", &form(&token), &evil).await.status, 403);
    let same_site = [("sec-fetch-site", "same-site"), ("origin", "null")];
    assert_eq!(browser.post_as("/connect", &form(&token), &same_site).await.status, 403);
    let leaving = field_in(&asks, "action=\"/connect/sign-out\"", "form_token");
    for wrong in ["", "AAAA", &leaving] {
        assert_eq!(browser.post("/connect", &form(wrong)).await.status, 403, "{wrong}");
    }
    let stranger = Browser::new(&stage.world);
    stranger.get("/sign-in").await;
    assert_eq!(stranger.post("/connect", &form(&token)).await.status, 403);
    assert_eq!(stage.connections().await, 0);

    let leave = [("form_token", &*leaving), ("flow", &*flow)];
    let left = browser.post("/connect/sign-out", &leave).await;
    assert_eq!((left.status, left.header("location")), (303, &*page));
    assert!(browser.get(&page).await.text.contains("Sign in"));
}
