//! What else one sees of others' clients, what asks for the password again, and that a
//! register is whole however large it grew.

use portreeve_core::audit::{Actor, Fact};
use portreeve_core::client::network::read_lines;
use portreeve_core::client::record::Client;
use portreeve_core::org::member::Role;
use portreeve_core::org::organization::Organization;
use portreeve_core::org::owner::Owner;
use portreeve_core::text_id::{ClientId, UserId};
use portreeve_server::flow::administration::clients::{ClientChange, change};
use portreeve_server::flow::clients;
use portreeve_store::contract::commit::{Commit, Write};

use crate::browser::{Browser, field};
use crate::portal_organization::{TANKERS, VENDOR, register};
use crate::portal_world::{
    ADA, enter, facts, fill, place, sign_in_again, signed_in, world_with_admin,
};
use crate::world::{Answer, BOTH, On, World, client, organization};

const PAYROLL: &str = "/portal/clients/payroll";
const MARA: &str = "usr_mara@example.com";
const WAY_BACK: &str = "https://shop.example.com/back";

async fn now(world: &World, id: &str) -> Client {
    clients::show(&world.env, &ClientId::parse(id).unwrap()).await.unwrap()
}

/// Sends a form with the version that its page shows, and these.
async fn send(browser: &Browser<'_>, page: &str, typed: &[(&str, &str)]) -> Answer {
    let form = browser.get(page).await;
    assert_eq!(form.status, 200, "{page}: {form:?}");
    let (token, version) = (field(&form, "form_token"), field(&form, "version"));
    let mut fields = vec![("form_token", &*token), ("version", &*version)];
    fields.extend(typed);
    browser.post(page, &fields).await
}

fn is_asked_again(answer: &Answer) -> bool {
    answer.status == 303 && answer.header("location").starts_with("/sign-in/again?next=")
}

/// Mara's own client: she belongs to the tankers, of which Ada is the admin.
async fn register_maras(world: &World) {
    enter(world, "usr_mara", "Mara", false).await;
    place(world, "usr_mara", "org_tankers", Role::Member).await;
    let owner = Owner::User(UserId::parse("usr_mara").unwrap());
    let mut one = client(world, "maras", owner, VENDOR, "organization_read crew_read");
    one.networks = read_lines("198.51.100.0/24").unwrap();
    one.redirect_uris = vec!["https://mara.example.com/back".to_owned()];
    one.secrets[0].last_used_at = Some(world.env.now());
    one.secrets[0].last_used_from = Some("198.51.100.77".parse().unwrap());
    world.commit(Write::ClientRegistered(Box::new(one))).await;
}

#[tokio::test]
async fn where_a_colleague_was_is_the_colleagues() {
    for on in BOTH {
        let world = world_with_admin(on).await;
        register_maras(&world).await;
        register(&world, "payroll", |one| {
            one.secrets[0].last_used_at = Some(one.created_at);
            one.secrets[0].last_used_from = Some("203.0.113.24".parse().unwrap());
        })
        .await;
        enter(&world, "usr_tomas", "Tomas", false).await;
        place(&world, "usr_tomas", "org_tankers", Role::Member).await;
        enter(&world, "usr_ops", "Ops", true).await;
        let places = [TANKERS, &format!("{TANKERS}/clients.csv"), "/portal/clients/maras"];
        for (email, sees) in [
            (ADA, false),
            ("usr_tomas@example.com", false),
            (MARA, true),
            ("usr_ops@example.com", true),
        ] {
            let browser = signed_in(&world, email).await;
            for path in places {
                let page = browser.get(path).await;
                assert_eq!(page.status, 200, "{email} {path}: {page:?}");
                assert!(page.text.contains("maras"), "{email} {path}: {page:?}");
                let is_told = page.text.contains("198.51.100.77");
                assert_eq!(is_told, sees, "{email} {path}: {page:?}");
                let is_the_organizations = path.starts_with(TANKERS);
                let is_told = page.text.contains("203.0.113.24");
                assert_eq!(is_told, is_the_organizations, "{email} {path}: {page:?}");
            }
            let page = browser.get("/portal/clients/maras").await;
            assert_eq!(page.text.contains("198.51.100.0/24"), sees, "{email}: {page:?}");
            assert!(sees || !page.text.contains("mara.example.com"), "{email}: {page:?}");
            assert_eq!(page.text.contains("Only its owner sees"), !sees, "{email}: {page:?}");
        }
    }
}

#[tokio::test]
async fn more_rights_ask_for_the_password_and_fewer_do_not() {
    for on in BOTH {
        let world = world_with_admin(on).await;
        register(&world, "payroll", |one| one.networks = read_lines("203.0.113.0/24").unwrap())
            .await;
        let ada = signed_in(&world, ADA).await;
        let (edit, state) = (format!("{PAYROLL}/edit"), format!("{PAYROLL}/state"));
        let particulars = |name, networks| {
            [("name", name), ("networks", networks), ("token_life", ""), ("ends", "never")]
        };
        world.forward(16 * 60);
        let form = ada.get(&edit).await;
        assert!(form.text.contains("/sign-in/again?next=%2Fportal%2Fclients%2Fpayroll%2Fedit"));
        let named = send(&ada, &edit, &particulars("Crew", "203.0.113.0/24")).await;
        assert_eq!(named.header("location"), format!("{PAYROLL}?done=edited"), "{named:?}");
        let narrowed = send(&ada, &edit, &particulars("Crew", "203.0.113.7")).await;
        assert_eq!(narrowed.header("location"), format!("{PAYROLL}?done=edited"), "{narrowed:?}");
        for wider in ["", "203.0.113.7\n198.51.100.7"] {
            let asked = send(&ada, &edit, &particulars("Crew", wider)).await;
            assert!(is_asked_again(&asked), "{wider}: {asked:?}");
        }
        assert_eq!(now(&world, "payroll").await.version, 3);
        let scopes = format!("{PAYROLL}/scopes");
        let form = ada.get(&scopes).await;
        assert!(form.text.contains("/sign-in/again?next=%2Fportal%2Fclients%2Fpayroll%2Fscopes"));
        let fewer = send(&ada, &scopes, &[("redirect_uris", "")]).await;
        assert_eq!(fewer.header("location"), format!("{PAYROLL}?done=scopes"), "{fewer:?}");
        let before = now(&world, "payroll").await;
        let more = [("scope", "vessel:crew_import"), ("redirect_uris", "")];
        assert!(is_asked_again(&send(&ada, &scopes, &more).await));
        assert_eq!(now(&world, "payroll").await.version, before.version);
        assert_eq!(before.scopes.as_str(), "organization_read");

        let token = field(&ada.get(&state).await, "form_token");
        let switch =
            async |to: &str| ada.post(&state, &[("form_token", &*token), ("to", to)]).await;
        assert_eq!(switch("disabled").await.header("location"), format!("{PAYROLL}?done=disabled"));
        assert!(is_asked_again(&switch("enabled").await));
        assert!(is_asked_again(&ada.get(&state).await));
        assert!(now(&world, "payroll").await.disabled);

        sign_in_again(&ada).await;
        let enabled = fill(&ada, &state, &state, &[("to", "enabled")]).await;
        assert_eq!(enabled.header("location"), format!("{PAYROLL}?done=enabled"), "{enabled:?}");
        let widened = send(&ada, &edit, &particulars("Crew", "")).await;
        assert_eq!(widened.header("location"), format!("{PAYROLL}?done=edited"), "{widened:?}");
        let form = ada.get(&edit).await;
        assert!(!form.text.contains("/sign-in/again"), "{form:?}");
    }
}

#[tokio::test]
async fn what_a_contract_opens_asks_for_the_password() {
    let world = world_with_admin(On::Sqlite).await;
    enter(&world, "usr_ops", "Ops", true).await;
    let ops = signed_in(&world, "usr_ops@example.com").await;
    world.forward(16 * 60);
    let tankers = "/portal/operator/organizations/org_tankers";
    for typed in [
        [("kind", "own"), ("service", "vessel"), ("version", "1")],
        [("change", "parent"), ("parent", ""), ("version", "1")],
    ] {
        let answer = fill(&ops, tankers, tankers, &typed).await;
        assert!(is_asked_again(&answer), "{answer:?}");
    }
    let new = ops.get("/portal/operator/organizations/new?parent=4200").await;
    assert!(is_asked_again(&new), "{new:?}");
    assert!(facts(&world, "organization.moved").await.is_empty());
    sign_in_again(&ops).await;
    let typed = [("kind", "own"), ("service", "vessel"), ("version", "1")];
    let answer = fill(&ops, tankers, tankers, &typed).await;
    assert_eq!(answer.header("location"), format!("{tankers}?done=contract"), "{answer:?}");
}

#[tokio::test]
async fn scopes_and_ways_back_are_one_change_of_what_was_seen() {
    for on in BOTH {
        let world = world_with_admin(on).await;
        let owner = Owner::Organization(organization("org_tankers"));
        let mut one = client(&world, "payroll", owner, "urn:clouds", "clouds_read");
        one.redirect_uris = vec![WAY_BACK.to_owned()];
        world.commit(Write::ClientRegistered(Box::new(one))).await;
        let ada = signed_in(&world, ADA).await;
        let page = format!("{PAYROLL}/scopes");
        let old = ada.get(&page).await;
        let (token, version) = (field(&old, "form_token"), field(&old, "version"));
        let both = [
            ("scope", "clouds:clouds_read"),
            ("scope", "clouds:products_read"),
            ("redirect_uris", "https://shop.example.com/other"),
        ];
        assert_eq!(send(&ada, &page, &both).await.status, 303);
        let changed = now(&world, "payroll").await;
        assert_eq!((changed.version, changed.redirect_uris.len()), (2, 1), "one commit");
        assert!(changed.scopes.contains("products_read"), "{changed:?}");
        for action in ["client.access_set", "client.redirect_uris_set"] {
            assert_eq!(facts(&world, action).await.len(), 1, "{action}");
        }
        // Somebody else takes the way back away; whoever saw it before gives none again.
        let to = ClientChange { redirect_uris: Some(Vec::new()), ..ClientChange::default() };
        let id = ClientId::parse("payroll").unwrap();
        change(&world.env, &id, &to, Some(2), &Actor::CommandLine).await.unwrap();
        let only_back = [
            ("form_token", &*token),
            ("version", &*version),
            ("scope", "clouds:clouds_read"),
            ("scope", "clouds:products_read"),
            ("redirect_uris", "https://evil.example.com/"),
        ];
        for version in [&*version, "2"] {
            let mut fields = only_back;
            fields[1].1 = version;
            let stale = ada.post(&page, &fields).await;
            assert_eq!(stale.status, 409, "{stale:?}");
        }
        assert!(now(&world, "payroll").await.redirect_uris.is_empty());
    }
}

/// Entered under an older rule.
#[tokio::test]
async fn what_has_a_name_that_cannot_be_seen_is_shown_and_renamed() {
    for on in BOTH {
        let world = world_with_admin(on).await;
        register(&world, "payroll", |one| one.name = "\u{3164}".to_owned()).await;
        let store = world.env.directory.store();
        let mut tankers =
            store.find_organization(&organization("org_tankers")).await.unwrap().unwrap();
        tankers.name = "Tank\u{200b}ers".to_owned();
        world.commit(Write::OrganizationChanged(tankers)).await;
        let ada = signed_in(&world, ADA).await;
        let page = ada.get(TANKERS).await;
        assert!(page.text.contains("Tank\u{200b}ers") && page.text.contains(PAYROLL), "{page:?}");
        let edit = format!("{PAYROLL}/edit");
        let typed = |name| {
            [("name", name), ("networks", "203.0.113.7"), ("token_life", ""), ("ends", "never")]
        };
        let kept = send(&ada, &edit, &typed("\u{3164}")).await;
        assert_eq!(kept.status, 303, "the name that it has: {kept:?}");
        let other = send(&ada, &edit, &typed("\u{115f}")).await;
        assert_eq!(other.status, 422, "{other:?}");
        assert_eq!(send(&ada, &edit, &typed("Payroll")).await.status, 303);
        let rename = format!("{TANKERS}/name");
        let renamed = fill(&ada, &rename, &rename, &[("version", "2"), ("name", "Tankers")]).await;
        assert_eq!(renamed.status, 303, "{renamed:?}");
    }
}

#[tokio::test]
async fn the_register_of_a_large_tree_is_whole() {
    let world = world_with_admin(On::Sqlite).await;
    let (now, parent) = (world.env.now(), || Some(organization("org_tankers")));
    let count = 2_100;
    let (mut writes, mut told) = (Vec::new(), Vec::new());
    for number in 0..count {
        let id = organization(&format!("org_s{number:04}"));
        let ship = Organization::new(id.clone(), &format!("Ship {number}"), None, parent(), now);
        writes.push(Write::OrganizationEntered(ship.unwrap()));
        let fact = Fact::new(now, &Actor::System, "organization.entered", &id);
        told.push(fact.within(&id).with_detail(format!("ship {number:04}")));
    }
    // The order of the register is not the tree's.
    told.reverse();
    let commit = Commit { writes, facts: told, at: Some(now) };
    world.env.directory.commit(commit).await.unwrap();
    let ada = signed_in(&world, ADA).await;
    let audit = format!("{TANKERS}/audit");
    let (mut next, mut pages) = (Some(audit.clone()), Vec::new());
    while let Some(uri) = next.filter(|_| pages.len() < 3) {
        let page = ada.get(&uri).await;
        assert_eq!(page.status, 200, "{page:?}");
        next = page
            .text
            .split_once("below=")
            .map(|(_, rest)| format!("{audit}?below={}", rest.split('"').next().unwrap()));
        pages.push(page.text);
    }
    for number in 0..150 {
        let shown = &pages[number / 50];
        assert!(shown.contains(&format!("ship {number:04}")), "{number}");
    }
    let file = ada.get(&format!("{audit}.jsonl")).await;
    let ships = file.text.lines().filter(|line| line.contains("\"ship ")).count();
    assert_eq!(ships, count);
    let newest = file.text.lines().find(|line| line.contains("\"ship ")).unwrap();
    assert!(newest.contains("ship 0000"), "{newest}");
}
