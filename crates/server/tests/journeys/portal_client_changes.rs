//! One identity client in the portal: looked at, changed, rotated, stopped.

use portreeve_core::client::record::Client;
use portreeve_core::org::member::Role;
use portreeve_core::org::owner::Owner;
use portreeve_core::text_id::ClientId;
use portreeve_core::time::Ttl;
use portreeve_core::usage::{Counted, RefusedCall, SecretCounted, Tally, hour_of};
use portreeve_server::flow::clients;
use portreeve_store::contract::commit::{Commit, Used, Write};

use crate::browser::{Browser, PASSWORD};
use crate::portal_clients::{NEW, own, signed_in};
use crate::world::{BOTH, On, World, client, organization};

const PAGE: &str = "/portal/clients/payroll";
const AUDIENCE: &str = "https://vendor.example.com";

/// A client of the tankers with one secret that never ends.
async fn with_client(world: &World) {
    let owner = Owner::Organization(organization("org_tankers"));
    let scopes = "organization_read crew_read";
    let one = client(world, "payroll", owner, AUDIENCE, scopes);
    world.commit(Write::ClientRegistered(Box::new(one))).await;
}

async fn now(world: &World) -> Client {
    clients::show(&world.env, &ClientId::parse("payroll").unwrap()).await.unwrap()
}

/// Sends a form with the fields that its page carries, and these.
async fn send(browser: &Browser<'_>, page: &str, typed: &[(&str, &str)]) -> crate::world::Answer {
    let form = browser.get(page).await;
    assert_eq!(form.status, 200, "{page}: {form:?}");
    let (token, version) = (own(&form, "form_token"), own(&form, "version"));
    let carried = [("form_token", &*token), ("version", &version)];
    browser
        .post(page, &carried.iter().copied().chain(typed.iter().copied()).collect::<Vec<_>>())
        .await
}

const EDIT: [(&str, &str); 4] = [
    ("name", "Payroll, nightly"),
    ("networks", "203.0.113.7"),
    ("token_life", "30"),
    ("ends", "never"),
];

#[tokio::test]
async fn particulars_are_changed_once() {
    for on in BOTH {
        let world = World::new(on).await;
        with_client(&world).await;
        let browser = signed_in(&world, Role::Admin).await;
        let form = browser.get(&format!("{PAGE}/edit")).await;
        let (token, version) = (own(&form, "form_token"), own(&form, "version"));
        let carried = [("form_token", &*token), ("version", &*version)];
        let fields: Vec<_> = carried.into_iter().chain(EDIT).collect();
        let saved = browser.post(&format!("{PAGE}/edit"), &fields).await;
        assert_eq!(
            (saved.status, saved.header("location")),
            (303, "/portal/clients/payroll?done=edited")
        );
        let client = now(&world).await;
        assert_eq!((&*client.name, client.networks.len()), ("Payroll, nightly", 1));
        assert_eq!(client.token_ttl, Some(Ttl::from_seconds(1800)));
        // The same form again, and whoever opened it before: what was typed is kept.
        let stale = browser.post(&format!("{PAGE}/edit"), &fields).await;
        assert_eq!(stale.status, 409, "{stale:?}");
        assert!(
            stale.text.contains("Somebody changed this client")
                && stale.text.contains("203.0.113.7")
        );
        assert_eq!(now(&world).await.version, client.version);
        let unseen: Vec<_> =
            fields.iter().copied().filter(|(name, _)| *name != "version").collect();
        assert_eq!(browser.post(&format!("{PAGE}/edit"), &unseen).await.status, 400);
        let page = browser.get(saved.header("location")).await;
        assert!(
            page.text.contains("Saved. The next call feels it.")
                && page.text.contains("30 minutes")
        );
    }
}

#[tokio::test]
async fn what_is_wrong_in_a_change_is_told() {
    let world = World::new(On::Sqlite).await;
    with_client(&world).await;
    let browser = signed_in(&world, Role::Admin).await;
    for (page, typed, told) in [
        ("edit", &[("name", ""), ("ends", "never")][..], "A name needs 1 to 200"),
        ("edit", &[("name", "a"), ("ends", "date"), ("ends_on", "2026-11-20")], "That day is over"),
        ("edit", &[("name", "a"), ("ends", "never"), ("networks", "10.0.0.1/8")], "10.0.0.0/8"),
        ("scopes", &[("scope", "vessel:nothing")], "is not offered any more"),
        ("rotate", &[("overlap", "year"), ("ends", "year")], "Choose how long the old secret"),
        ("rotate", &[("overlap", "day"), ("ends", "date")], "Choose the last day"),
        ("secrets/first", &[("do", "keep"), ("ends", "date"), ("ends_on", "x")], "That is no day"),
        ("delete", &[("name", "Payroll")], "That is not its name"),
        ("delete", &[("name", "")], "Type the name of the client"),
    ] {
        let answer = send(&browser, &format!("{PAGE}/{page}"), typed).await;
        assert_eq!(answer.status, 422, "{page}: {answer:?}");
        assert!(answer.text.contains(told), "{told}: {answer:?}");
    }
    assert_eq!(now(&world).await.version, 1);
    assert_eq!(browser.get(&format!("{PAGE}/secrets/other")).await.status, 404);
}

#[tokio::test]
async fn scopes_are_changed() {
    let world = World::new(On::Sqlite).await;
    with_client(&world).await;
    let browser = signed_in(&world, Role::Admin).await;
    let page = format!("{PAGE}/scopes");
    let form = browser.get(&page).await;
    let is_ticked = |value: &str| form.text.contains(&format!("value=\"{value}\" checked"));
    assert!(is_ticked("vessel:crew_read") && is_ticked("vessel:organization_read"), "{form:?}");
    assert!(!is_ticked("vessel:crew_import"));
    let saved = send(&browser, &page, &[("scope", "vessel:crew_import")]).await;
    assert_eq!(saved.status, 303, "{saved:?}");
    let client = now(&world).await;
    let mut scopes: Vec<&str> = client.scopes.iter().collect();
    scopes.sort_unstable();
    assert_eq!(scopes, ["crew_import", "organization_read"]);
    assert_eq!(client.audiences.len(), 1);
    // Nothing ticked leaves what always belongs.
    assert_eq!(send(&browser, &page, &[]).await.status, 303);
    assert_eq!(now(&world).await.scopes.iter().collect::<Vec<_>>(), ["organization_read"]);
}

#[tokio::test]
async fn a_secret_is_rotated_and_the_old_one_removed() {
    for on in BOTH {
        let world = World::new(on).await;
        with_client(&world).await;
        let browser = signed_in(&world, Role::Admin).await;
        let page = format!("{PAGE}/rotate");
        let form = browser.get(&page).await;
        let (token, version) = (own(&form, "form_token"), own(&form, "version"));
        let fields =
            [("form_token", &*token), ("version", &version), ("overlap", "week"), ("ends", "year")];
        let shown = browser.post(&page, &fields).await;
        assert_eq!(shown.status, 200, "{shown:?}");
        assert!(shown.text.contains("Store the new secret now"), "{shown:?}");
        assert!(shown.text.contains("The old secret still works"), "{shown:?}");
        let client = now(&world).await;
        assert_eq!(client.secrets.len(), 2);
        assert_eq!(client.secrets[0].expires_at, Some(world.env.now().plus(Ttl::from_hours(168))));
        let again = browser.post(&page, &fields).await;
        assert_eq!(again.status, 409, "{again:?}");
        assert!(again.text.contains("No further secret was made"), "{again:?}");
        assert_eq!(now(&world).await.secrets.len(), 2);
        let seen = browser.get(PAGE).await;
        assert!(seen.text.contains("Rotating") && seen.text.contains("Keep longer"), "{seen:?}");

        let old = format!("{PAGE}/secrets/first");
        let kept = send(&browser, &old, &[("do", "keep"), ("ends", "month")]).await;
        assert_eq!(kept.header("location"), "/portal/clients/payroll?done=kept");
        assert_eq!(
            now(&world).await.secrets[0].expires_at,
            Some(world.env.now().plus(Ttl::from_hours(30 * 24)))
        );
        let form = browser.get(&old).await;
        let (token, version) = (own(&form, "form_token"), own(&form, "version"));
        let fields = [("form_token", &*token), ("version", &*version), ("do", "remove")];
        for _ in 0..2 {
            let removed = browser.post(&old, &fields).await;
            assert_eq!(removed.header("location"), "/portal/clients/payroll?done=removed");
        }
        assert_eq!(now(&world).await.secrets.len(), 1);
    }
}

#[tokio::test]
async fn too_many_secrets_are_told() {
    let world = World::new(On::Sqlite).await;
    with_client(&world).await;
    let browser = signed_in(&world, Role::Admin).await;
    let page = format!("{PAGE}/rotate");
    for _ in 0..2 {
        let shown = send(&browser, &page, &[("overlap", "month"), ("ends", "never")]).await;
        assert_eq!(shown.status, 200, "{shown:?}");
    }
    let form = browser.get(&page).await;
    assert!(form.text.contains("3 secrets live already"), "{form:?}");
    let full = send(&browser, &page, &[("overlap", "month"), ("ends", "never")]).await;
    assert_eq!(full.status, 422, "{full:?}");
    let ended = send(&browser, &page, &[("overlap", "none"), ("ends", "never")]).await;
    assert!(ended.text.contains("The older secrets have ended"), "{ended:?}");
    assert_eq!(now(&world).await.secrets.len(), 1);
}

#[tokio::test]
async fn a_client_is_stopped() {
    let world = World::new(On::Sqlite).await;
    with_client(&world).await;
    let browser = signed_in(&world, Role::Admin).await;
    let token = own(&browser.get(&format!("{PAGE}/state")).await, "form_token");
    for (to, is_disabled) in [("disabled", true), ("disabled", true), ("enabled", false)] {
        let done =
            browser.post(&format!("{PAGE}/state"), &[("form_token", &token), ("to", to)]).await;
        assert_eq!(done.header("location"), format!("/portal/clients/payroll?done={to}"));
        assert_eq!(now(&world).await.disabled, is_disabled);
    }
    let odd = [("form_token", &*token), ("to", "gone")];
    assert_eq!(browser.post(&format!("{PAGE}/state"), &odd).await.status, 400);

    let ask = browser.get(&format!("{PAGE}/delete")).await;
    assert!(ask.text.contains("It did nothing in the last 24 hours"), "{ask:?}");
    let version = own(&ask, "version");
    let fields = [("form_token", &*token), ("version", &version), ("name", "payroll")];
    let gone = browser.post(&format!("{PAGE}/delete"), &fields).await;
    let above = "/portal/organizations/org_tankers?done=client-deleted";
    assert_eq!((gone.status, gone.header("location")), (303, above));
    assert_eq!(browser.post(&format!("{PAGE}/delete"), &fields).await.status, 404);
    assert_eq!(browser.get(PAGE).await.status, 404);
}

/// What happened to the client within the last days.
async fn lived(world: &World) {
    let id = || ClientId::parse("payroll").unwrap();
    let now = world.env.now();
    let call = |reason: &str, about: &str| RefusedCall {
        request_id: format!("{reason}-1").into(),
        at: now,
        client_id: id(),
        service: "vessel".into(),
        reason: reason.into(),
        about: about.into(),
        call: "DELETE /crew/v2/people/7".into(),
        peer: None,
    };
    let counted = Counted {
        client_id: id(),
        service: "vessel".into(),
        hour: hour_of(now),
        tally: Tally { passed: 4712, refused: 72, tokens: 12 },
    };
    let used = SecretCounted {
        client_id: id(),
        secret: "first".into(),
        at: now,
        from: Some([203, 0, 113, 24].into()),
        tokens: 12,
    };
    let used = Used {
        counted: vec![counted],
        secrets: vec![used],
        refused: vec![
            (call("token_expired", ""), 71),
            (call("scope_insufficient", "crew_delete"), 1),
            (call("<script>", "<b>"), 1),
        ],
    };
    let writes = vec![Write::Used(Box::new(used))];
    world.env.directory.commit(Commit { writes, ..Commit::default() }).await.unwrap();
}

#[tokio::test]
async fn the_page_tells_what_it_did() {
    for on in BOTH {
        let world = World::new(on).await;
        with_client(&world).await;
        lived(&world).await;
        let browser = signed_in(&world, Role::Admin).await;
        let page = browser.get(PAGE).await;
        for told in [
            "Active",
            "203.0.113.24",
            "just now",
            "4,712 requests",
            "The token had expired",
            "Scope crew_delete is not granted",
            "DELETE /crew/v2/people/7 needs it.",
            "/portal/refusals?request=token_expired-1",
            "Why was my call refused?",
            "class=\"lanes\"",
            "Refused: &#60;script&#62;",
        ] {
            assert!(page.text.contains(told), "{told}: {page:?}");
        }
        assert!(!page.text.contains("style=") && !page.text.contains("<script>"), "{page:?}");
        let delete = browser.get(&format!("{PAGE}/delete")).await;
        assert!(delete.text.contains("It called 4,712 times in the last 24 hours"), "{delete:?}");
    }
}

#[tokio::test]
async fn an_old_secret_goes_quiet() {
    for on in BOTH {
        let world = World::new(on).await;
        with_client(&world).await;
        lived(&world).await;
        world.forward(600);
        let browser = signed_in(&world, Role::Admin).await;
        let page = format!("{PAGE}/rotate");
        let shown = send(&browser, &page, &[("overlap", "month"), ("ends", "year")]).await;
        assert_eq!(shown.status, 200, "{shown:?}");
        world.forward(6 * 86_400);
        let young = now(&world).await.secrets[1].id.clone();
        let at = world.env.now();
        let client_id = ClientId::parse("payroll").unwrap();
        let used = SecretCounted { client_id, secret: young, at, from: None, tokens: 3 };
        let used = Used { secrets: vec![used], ..Used::default() };
        let writes = vec![Write::Used(Box::new(used))];
        world.env.directory.commit(Commit { writes, ..Commit::default() }).await.unwrap();

        browser.sign_in("ada@example.com", PASSWORD).await;
        let page = browser.get(PAGE).await;
        for told in [
            "The old secret has been quiet for 6 days.",
            "Nothing has used it since 21 Nov, 12:00.",
            "You can remove it before it ends by itself on 21 Dec.",
            "/secrets/first#remove",
            "quiet 6 days",
            "21 Nov, rotated",
        ] {
            assert!(page.text.contains(told), "{told}: {page:?}");
        }
    }
}

#[tokio::test]
async fn whoever_may_only_look_sees_no_buttons() {
    let world = World::new(On::Sqlite).await;
    with_client(&world).await;
    let browser = signed_in(&world, Role::Member).await;
    let page = browser.get(PAGE).await;
    assert_eq!(page.status, 200, "{page:?}");
    for absent in ["/rotate", "/edit", "/delete", "Keep longer", "#remove", "Stop this client"] {
        assert!(!page.text.contains(absent), "{absent}: {page:?}");
    }
    let token = own(&browser.get(NEW).await, "form_token");
    for path in ["edit", "scopes", "rotate", "secrets/first", "state", "delete"] {
        let path = format!("{PAGE}/{path}");
        assert_eq!(browser.get(&path).await.status, 403, "{path}");
        let fields = [("form_token", &*token), ("version", "1"), ("to", "disabled")];
        assert_eq!(browser.post(&path, &fields).await.status, 403, "{path}");
    }
    assert_eq!(now(&world).await.version, 1);
}

#[tokio::test]
async fn someone_elses_client_is_as_one_that_is_not_there() {
    let world = World::new(On::Sqlite).await;
    let browser = signed_in(&world, Role::Admin).await;
    let token = own(&browser.get("/portal/clients/ada-laptop/state").await, "form_token");
    for path in ["", "/edit", "/scopes", "/rotate", "/secrets/first", "/state", "/delete"] {
        let told = |answer: crate::world::Answer| answer.status;
        let foreign = browser.get(&format!("/portal/clients/bridge{path}")).await;
        let absent = browser.get(&format!("/portal/clients/absent{path}")).await;
        assert_eq!((told(foreign), told(absent)), (404, 404), "{path}");
        if path.is_empty() {
            continue;
        }
        let fields = [("form_token", &*token), ("version", "1"), ("to", "disabled")];
        let foreign = browser.post(&format!("/portal/clients/bridge{path}"), &fields).await;
        assert_eq!(foreign.status, 404, "{path}");
    }
    let bridge = clients::show(&world.env, &ClientId::parse("bridge").unwrap()).await.unwrap();
    assert_eq!((bridge.version, bridge.disabled), (1, false));
    for odd in ["%00", "%2e%2e", "a%2fb", "%F0%9F%9A%A2", &"x".repeat(300), "%3Cscript%3E"] {
        let answer = browser.get(&format!("/portal/clients/{odd}")).await;
        assert!((400..500).contains(&answer.status), "{odd}: {answer:?}");
    }
}

#[tokio::test]
async fn forms_of_others_are_refused() {
    let world = World::new(On::Sqlite).await;
    with_client(&world).await;
    let browser = signed_in(&world, Role::Admin).await;
    let token = own(&browser.get(&format!("{PAGE}/state")).await, "form_token");
    let path = format!("{PAGE}/state");
    let foreign = [("origin", "https://evil.example.com")];
    let fields = [("form_token", &*token), ("to", "disabled")];
    assert_eq!(browser.post_as(&path, &fields, &foreign).await.status, 403);
    for token in ["", "AAAA"] {
        let fields = [("form_token", token), ("to", "disabled")];
        assert_eq!(browser.post(&path, &fields).await.status, 403, "{token}");
    }
    let stranger = Browser::new(&world);
    let sent = stranger.post(&path, &fields).await;
    assert_eq!(sent.status, 303, "nobody is signed in there: {sent:?}");
    assert!(!now(&world).await.disabled);
}
