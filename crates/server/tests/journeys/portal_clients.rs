//! Identity clients in the portal: made, shown once, looked at. What changes them is in
//! `portal_client_changes.rs`.

use portreeve_core::org::member::{Membership, Role};
use portreeve_core::org::organization::Organization;
use portreeve_core::org::owner::Owner;
use portreeve_core::text_id::{ClientId, UserId};
use portreeve_server::flow::clients;
use portreeve_server::flow::organizations::find;
use portreeve_store::contract::commit::Write;

use crate::browser::{Browser, PASSWORD, field_in, give_password};
use crate::world::{Answer, BOTH, On, World, organization};

const ADA: &str = "ada@example.com";
pub(crate) const NEW: &str = "/portal/organizations/org_tankers/clients/new";

/// Ada has this role in the tankers, and has signed in.
pub(crate) async fn signed_in(world: &World, role: Role) -> Browser<'_> {
    give_password(world, ADA).await;
    let user = UserId::parse("usr_ada").unwrap();
    let membership = Membership { organization: organization("org_tankers"), user, role };
    world.commit(Write::MembershipSet(membership)).await;
    let browser = Browser::new(world);
    browser.sign_in(ADA, PASSWORD).await;
    browser
}

/// A field of the page's own form: the bar has one too.
pub(crate) fn own(page: &Answer, name: &str) -> String {
    field_in(page, "<main", name)
}

/// What a browser without a script sends when nothing is touched, and these.
fn filled<'a>(
    page: &'a [(String, String)],
    typed: &[(&'a str, &'a str)],
) -> Vec<(&'a str, &'a str)> {
    let is_typed = |name: &str| typed.iter().any(|(one, _)| *one == name);
    let kept = page.iter().filter(|(name, _)| !is_typed(name));
    kept.map(|(name, value)| (&**name, &**value)).chain(typed.iter().copied()).collect()
}

/// The hidden fields of a form.
fn hidden(page: &Answer) -> Vec<(String, String)> {
    ["form_token", "client_id", "proof"].map(|name| (name.to_owned(), own(page, name))).into()
}

/// Everything that makes a client of the tankers.
const WHOLE: [(&str, &str); 8] = [
    ("owner", "organization"),
    ("name", "Crew import, payroll"),
    ("scope", "vessel:crew_read"),
    ("scope", "vessel:crew_import"),
    ("ends", "year"),
    ("networks", "203.0.113.0/28\r\n198.51.100.7"),
    ("token_life", "60"),
    ("confirmed", "1"),
];

fn secret_of(page: &Answer) -> String {
    let (_, rest) = page.text.split_once("<code id=\"secret\"").unwrap();
    let (_, rest) = rest.split_once('>').unwrap();
    let (code, _) = rest.split_once("</code>").unwrap();
    code.replace("<span>", "").replace("</span>", "")
}

#[tokio::test]
async fn a_client_is_made_and_its_secret_works() {
    for on in BOTH {
        let world = World::new(on).await;
        let browser = signed_in(&world, Role::Admin).await;
        let page = browser.get(NEW).await;
        assert_eq!(page.status, 200, "{page:?}");
        for told in ["org_tankers", "Me, Ada", "organization_read", "basic", "reads", "writes"] {
            assert!(page.text.contains(told), "{told}: {page:?}");
        }
        let hidden = hidden(&page);
        let made = browser.post(NEW, &filled(&hidden, &WHOLE)).await;
        assert_eq!(made.status, 200, "{made:?}");
        assert_eq!(made.header("cache-control"), "no-store, no-transform");
        assert!(made.text.contains("Store the secret now"), "{made:?}");
        let (id, secret) = (own(&page, "client_id"), secret_of(&made));
        assert!(secret.starts_with("prs_") && made.text.matches(&secret).count() == 4, "{made:?}");
        assert!(made.text.contains("/auth/connect/token"), "{made:?}");

        let client = clients::show(&world.env, &ClientId::parse(&id).unwrap()).await.unwrap();
        assert_eq!(client.owner, Owner::Organization(organization("org_tankers")));
        let mut scopes: Vec<&str> = client.scopes.iter().collect();
        scopes.sort_unstable();
        assert_eq!(scopes, ["crew_import", "crew_read", "organization_read"]);
        assert_eq!((client.networks.len(), client.secrets.len()), (2, 1));
        assert_eq!(client.token_ttl.unwrap().as_seconds(), 3600);
        assert_eq!(client.secrets[0].made_by.as_deref(), Some("user:usr_ada"));

        // A second sending, or a reload of the answer, makes nothing and shows nothing.
        let again = browser.post(NEW, &filled(&hidden, &WHOLE)).await;
        assert_eq!(again.status, 303, "{again:?}");
        let place = again.header("location").to_owned();
        assert_eq!(place, format!("/portal/clients/{id}?done=made"));
        let shown = browser.get(&place).await;
        assert!(shown.text.contains("Its secret was shown once") && !shown.text.contains(&secret));
        assert!(shown.text.contains("Not used yet") && shown.text.contains("Crew import, payroll"));
        assert!(!world.log().contains(&secret));
    }
}

/// Its length would tell of the secret, beside what was typed.
#[tokio::test]
async fn a_page_with_a_secret_is_not_pressed() {
    let world = World::new(On::Sqlite).await;
    let browser = signed_in(&world, Role::Admin).await;
    let hidden = hidden(&browser.get(NEW).await);
    let pressing =
        [("sec-fetch-site", "same-origin"), ("origin", "null"), ("accept-encoding", "gzip, br")];
    let unconfirmed: Vec<_> =
        filled(&hidden, &WHOLE).into_iter().filter(|(name, _)| *name != "confirmed").collect();
    let asked = browser.post_as(NEW, &unconfirmed, &pressing).await;
    assert_eq!(asked.header("content-encoding"), "gzip", "a page without one: {asked:?}");
    assert_eq!(asked.header("cache-control"), "no-store");
    let made = browser.post_as(NEW, &filled(&hidden, &WHOLE), &pressing).await;
    assert_eq!((made.status, made.header("content-encoding")), (200, ""), "{made:?}");
    assert_eq!(made.header("cache-control"), "no-store, no-transform");
    assert!(secret_of(&made).starts_with("prs_"));
    assert!(made.text.len() < 50_000, "{}", made.text.len());
    // As a code is, that was sent by mail.
    let welcome = "/portal/welcome";
    let token = own(&browser.get(welcome).await, "form_token");
    let fields = [("form_token", &*token), ("code", "nobodys"), ("step", "open")];
    let dead = browser.post_as(welcome, &fields, &pressing).await;
    assert_eq!((dead.status, dead.header("content-encoding")), (422, ""), "{dead:?}");
    assert_eq!(dead.header("cache-control"), "no-store, no-transform");
}

#[tokio::test]
async fn a_deleted_client_is_not_made_again_by_a_reload() {
    let world = World::new(On::Sqlite).await;
    let browser = signed_in(&world, Role::Admin).await;
    let page = browser.get(NEW).await;
    let hidden = hidden(&page);
    assert_eq!(browser.post(NEW, &filled(&hidden, &WHOLE)).await.status, 200);
    let id = ClientId::parse(&own(&page, "client_id")).unwrap();
    let actor = portreeve_core::audit::Actor::System;
    clients::delete(&world.env, &id, &actor).await.unwrap();
    assert_eq!(browser.post(NEW, &filled(&hidden, &WHOLE)).await.status, 303);
    assert!(clients::show(&world.env, &id).await.is_err());
}

#[tokio::test]
async fn without_a_script_a_page_asks_first() {
    let world = World::new(On::Sqlite).await;
    let browser = signed_in(&world, Role::Admin).await;
    let page = browser.get(NEW).await;
    let hidden = hidden(&page);
    let typed = filled(&hidden, &[("confirmed", "")]);
    let typed: Vec<_> = typed
        .into_iter()
        .chain(WHOLE.into_iter().filter(|(name, _)| *name != "confirmed"))
        .collect();
    let asks = browser.post(NEW, &typed).await;
    assert_eq!(asks.status, 200, "{asks:?}");
    for told in ["What it will be able to do", "2 networks", "21 Nov 2027", "organizations, crew"] {
        assert!(asks.text.to_lowercase().contains(&told.to_lowercase()), "{told}: {asks:?}");
    }
    assert!(!asks.text.contains("prs_"), "nothing is made yet");
    // What the page carries makes the client, as it stands there.
    let (_, carried) = asks.text.split_once("name=\"confirmed\"").unwrap();
    let carried: Vec<(&str, &str)> = carried
        .split("<input type=\"hidden\" name=\"")
        .skip(1)
        .filter_map(|rest| {
            let (name, rest) = rest.split_once("\" value=\"")?;
            Some((name, rest.split_once('"')?.0))
        })
        .collect();
    let token = ("form_token", &*hidden[0].1);
    let pairs: Vec<_> = carried.into_iter().chain([token, ("confirmed", "1")]).collect();
    let back: Vec<_> = pairs.iter().copied().chain([("again", "1")]).collect();
    let form = browser.post(NEW, &back).await;
    assert!(form.text.contains("Crew import, payroll") && form.text.contains("<textarea"));
    let made = browser.post(NEW, &pairs).await;
    assert!(made.text.contains("Store the secret now"), "{made:?}");
}

#[tokio::test]
async fn what_is_wrong_is_told_beside_its_field_and_kept() {
    let world = World::new(On::Sqlite).await;
    let browser = signed_in(&world, Role::Admin).await;
    let hidden = hidden(&browser.get(NEW).await);
    let long = "ж".repeat(10_000);
    for (typed, told) in [
        (("name", ""), "A name needs 1 to 200 characters"),
        (("name", &*long), "A name needs 1 to 200 characters"),
        (("name", "a\u{202e}b"), "A name needs 1 to 200 characters"),
        (("name", "zero\u{200b}width"), "every one must be seen"),
        (("name", "\u{3164}"), "every one must be seen"),
        (("owner", "everybody"), "Choose for whom the client stands"),
        (("ends", "soon"), "Choose when it ends"),
        (
            ("networks", "203.0.113.0/28\n198.51.100.7/33"),
            "Line 2: after the slash, 32 is the most",
        ),
        (("token_life", "1441"), "Write whole minutes, from 1 to 1,440"),
        (("token_life", "<script>"), "Write whole minutes"),
        (("scope", "vessel:gone"), "is not offered any more"),
        (("scope", "<script>alert(1)</script>"), "is not offered any more"),
        (("redirect_uris", "https://shop.example/"), "Tick a scope of this service"),
    ] {
        let answer = browser.post(NEW, &filled(&hidden, &changed(typed))).await;
        assert_eq!(answer.status, 422, "{typed:?}: {answer:?}");
        assert!(answer.text.contains(told), "{told}: {answer:?}");
        assert!(answer.text.contains("203.0.113.0/28"), "what was typed stays: {answer:?}");
        assert!(
            !answer.text.contains("<script>alert") && answer.text.contains("aria-invalid=\"true\"")
                || typed.0 == "scope"
                || typed.0 == "owner"
                || typed.0 == "ends",
            "{answer:?}"
        );
    }
    // Nobody chooses an id, or brings another browser's.
    for (name, value) in [("client_id", "prc_mine"), ("proof", ""), ("proof", "AAAA")] {
        let answer = browser.post(NEW, &filled(&hidden, &changed((name, value)))).await;
        assert_eq!(answer.status, 400, "{name}={value}: {answer:?}");
    }
    let twice = [WHOLE.to_vec(), vec![("name", "b")]].concat();
    assert_eq!(browser.post(NEW, &filled(&hidden, &twice)).await.status, 400);
}

/// The whole form with one field changed.
fn changed<'a>((name, value): (&'a str, &'a str)) -> Vec<(&'a str, &'a str)> {
    let others = WHOLE.into_iter().filter(|(one, _)| *one != name);
    others.chain([(name, value)]).collect()
}

#[tokio::test]
async fn names_are_shown_as_they_are() {
    let world = World::new(On::Sqlite).await;
    let browser = signed_in(&world, Role::Admin).await;
    for (name, shown) in [
        ("<script>alert(1)</script>", "&#60;script&#62;alert(1)&#60;/script&#62;"),
        ("\"><img src=x onerror=alert(1)>", "&#34;&#62;&#60;img src=x onerror=alert(1)&#62;"),
        ("аррle.com", "<bdi>аррle.com</bdi>"),
        ("می\u{200c}خواهم", "<bdi>می\u{200c}خواهم</bdi>"),
        ("مزامنة الأسطول", "<bdi>مزامنة الأسطول</bdi>"),
        ("船員名簿 🛳", "船員名簿 🛳"),
    ] {
        let page = browser.get(NEW).await;
        let hidden = hidden(&page);
        let made = browser.post(NEW, &filled(&hidden, &changed(("name", name)))).await;
        assert!(made.text.contains("Store the secret now"), "{name}: {made:?}");
        let id = own(&page, "client_id");
        for path in ["", "/edit", "/scopes", "/rotate", "/delete", "/state"] {
            let page = browser.get(&format!("/portal/clients/{id}{path}")).await;
            assert_eq!(page.status, 200, "{path}: {page:?}");
            assert!(page.text.contains(shown), "{path}: {shown}: {page:?}");
            assert!(!page.text.contains("<script>alert") && !page.text.contains("<img src=x"));
        }
    }
}

#[tokio::test]
async fn people_come_back_to_addresses_that_are_registered() {
    let world = World::new(On::Sqlite).await;
    let browser = signed_in(&world, Role::Admin).await;
    let page = browser.get(NEW).await;
    assert!(page.text.contains("Where people come back to"), "{page:?}");
    let hidden = hidden(&page);
    let with = |uris: &'static str| {
        let scopes = [("scope", "clouds:clouds_read"), ("redirect_uris", uris)];
        WHOLE.into_iter().filter(|(name, _)| *name != "scope").chain(scopes).collect::<Vec<_>>()
    };
    for (uris, told) in [
        ("", "Write at least one address"),
        ("http://shop.example/", "Line 1:"),
        ("https://shop.example/\njavascript:alert(1)", "Line 2:"),
    ] {
        let answer = browser.post(NEW, &filled(&hidden, &with(uris))).await;
        assert_eq!(answer.status, 422, "{answer:?}");
        assert!(answer.text.contains(told), "{told}: {answer:?}");
    }
    let made = browser.post(NEW, &filled(&hidden, &with("https://shop.example/back"))).await;
    assert!(made.text.contains("Tokens for this service come from people"), "{made:?}");
    assert!(made.text.contains("We keep a sealed copy"), "{made:?}");
    assert!(made.text.contains("/v2/signin/token") && made.text.contains("refresh token"));
    let id = ClientId::parse(&own(&page, "client_id")).unwrap();
    let client = clients::show(&world.env, &id).await.unwrap();
    assert_eq!(client.redirect_uris, ["https://shop.example/back"]);
    let shown = browser.get(&format!("/portal/clients/{id}")).await;
    assert!(shown.text.contains("Nobody has let it in yet"), "{shown:?}");
}

#[tokio::test]
async fn members_make_only_their_own() {
    let world = World::new(On::Sqlite).await;
    let browser = signed_in(&world, Role::Member).await;
    let page = browser.get(NEW).await;
    assert!(!page.text.contains("value=\"organization\""), "{page:?}");
    assert!(page.text.contains("An administrator of this organization"), "{page:?}");
    let hidden = hidden(&page);
    let refused = browser.post(NEW, &filled(&hidden, &WHOLE)).await;
    assert_eq!(refused.status, 403, "{refused:?}");
    let made = browser.post(NEW, &filled(&hidden, &changed(("owner", "me")))).await;
    assert!(made.text.contains("Store the secret now"), "{made:?}");
    let id = ClientId::parse(&own(&page, "client_id")).unwrap();
    let client = clients::show(&world.env, &id).await.unwrap();
    assert_eq!(client.owner, Owner::User(UserId::parse("usr_ada").unwrap()));
    // Someone else's organization is as one that is not there.
    let foreign = browser.get("/portal/organizations/org_group/clients/new").await;
    let absent = browser.get("/portal/organizations/org_absent/clients/new").await;
    assert_eq!((foreign.status, absent.status), (404, 404));
}

#[tokio::test]
async fn what_a_contract_closes_is_not_given() {
    let world = World::new(On::Sqlite).await;
    let tankers = find(&world.env, "org_tankers").await.unwrap();
    let services = Some(vec!["ships".to_owned()]);
    world.commit(Write::OrganizationChanged(Organization { services, ..tankers })).await;
    let browser = signed_in(&world, Role::Admin).await;
    let hidden = hidden(&browser.get(NEW).await);
    let closed = browser.post(NEW, &filled(&hidden, &WHOLE)).await;
    assert_eq!(closed.status, 422, "{closed:?}");
    assert!(closed.text.contains("The contract of this owner does not open vessel"), "{closed:?}");
    let ships = browser.post(NEW, &filled(&hidden, &changed(("scope", "ships:ships_read")))).await;
    assert!(ships.text.contains("Store the secret now"), "{ships:?}");
    assert!(ships.text.contains("Open the ships page") && !ships.text.contains("vessel"));
}

#[tokio::test]
async fn the_password_is_asked_for_again() {
    let world = World::new(On::Sqlite).await;
    let browser = signed_in(&world, Role::Admin).await;
    let hidden = hidden(&browser.get(NEW).await);
    world.forward(16 * 60);
    for answer in [browser.get(NEW).await, browser.post(NEW, &filled(&hidden, &WHOLE)).await] {
        assert_eq!(answer.status, 303, "{answer:?}");
        assert!(answer.header("location").starts_with("/sign-in/again?next="), "{answer:?}");
    }
    world.forward(13 * 3600);
    let late = browser.post(NEW, &filled(&hidden, &WHOLE)).await;
    assert_eq!(late.status, 303, "the session is over");
    assert!(late.header("location").starts_with("/sign-in?next="), "{late:?}");
}
