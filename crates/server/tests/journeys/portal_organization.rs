//! An organization's page: what stands on it, for whom, and how large it may grow.

use portreeve_core::client::record::Client;
use portreeve_core::org::member::Role;
use portreeve_core::org::owner::Owner;
use portreeve_core::text_id::ClientId;
use portreeve_core::time::{Timestamp, Ttl};
use portreeve_core::usage::{Counted, Tally, hour_of};
use portreeve_store::contract::commit::{Commit, Used, Write};

use crate::portal_world::{ADA, enter, facts, fill, invite, place, signed_in, world_with_admin};
use crate::world::{Answer, BOTH, On, World, client, organization};

pub(crate) const TANKERS: &str = "/portal/organizations/org_tankers";
const RENAME: &str = "/portal/organizations/org_tankers/name";
pub(crate) const VENDOR: &str = "https://vendor.example.com";

pub(crate) fn day(world: &World, days: i64) -> Timestamp {
    Timestamp::from_unix(world.env.now().as_unix() + days * 86_400)
}

/// A client of the tankers, changed before it is registered.
pub(crate) async fn register(world: &World, id: &str, change: impl FnOnce(&mut Client)) {
    let owner = Owner::Organization(organization("org_tankers"));
    let mut one = client(world, id, owner, VENDOR, "organization_read crew_read crew_import");
    change(&mut one);
    world.commit(Write::ClientRegistered(Box::new(one))).await;
}

/// The texts between two marks, in order.
fn between<'a>(page: &'a Answer, from: &str, to: &str) -> Vec<&'a str> {
    page.text.split(from).skip(1).map(|rest| rest.split(to).next().unwrap()).collect()
}

pub(crate) fn names(page: &Answer) -> Vec<&str> {
    let (_, register) = page.text.split_once("id=\"clients\"").unwrap();
    let cells = register.split("scope=\"row\"").skip(1);
    cells.map(|cell| cell.split("<bdi>").nth(1).unwrap().split('<').next().unwrap()).collect()
}

fn at<'a>(page: &'a Answer, mark: &str) -> &'a str {
    let found = page.text.split_once(mark).unwrap_or_else(|| panic!("no {mark}: {page:?}"));
    found.1
}

/// Clients in several states.
async fn register_the_picture(world: &World) {
    register(world, "bridge-old", |one| {
        one.name = "Port agent bridge".to_owned();
        one.secrets[0].expires_at = Some(day(world, 6));
    })
    .await;
    register(world, "payroll", |one| {
        one.name = "Crew import, payroll".to_owned();
        let mut new = one.secrets[0].clone();
        new.id = "second".into();
        new.created_at = day(world, -13);
        new.last_used_at = Some(Timestamp::from_unix(world.env.now().as_unix() - 240));
        new.last_used_from = Some("203.0.113.24".parse().unwrap());
        one.secrets[0].created_at = day(world, -402);
        one.secrets[0].last_used_at = Some(day(world, -6));
        one.secrets.push(new);
    })
    .await;
    register(world, "planner", |one| {
        one.name = "Dry dock planner".to_owned();
        one.expires_at = Some(day(world, -7));
    })
    .await;
    register(world, "erp", |one| {
        one.name = "Legacy ERP".to_owned();
        one.disabled = true;
    })
    .await;
}

#[tokio::test]
async fn everything_stands_on_one_page() {
    for on in BOTH {
        let world = world_with_admin(on).await;
        register_the_picture(&world).await;
        let browser = signed_in(&world, ADA).await;
        let page = browser.get(TANKERS).await;
        assert_eq!(page.status, 200, "{page:?}");
        for told in [
            "<h1><bdi>org_tankers</bdi></h1>",
            "4210",
            "5, see below",
            "Waiting for you",
            "has one secret, and it ends on 27 Nov, in 6 days.",
            ": the old secret has been quiet for 6 days and can be removed.",
            "href=\"/portal/clients/bridge-old/rotate\"",
            "2 secrets<span class=\"second\">13 and 402 days old",
            "203.0.113.24",
            "ended 7 days ago",
            "5 identity clients: 2 active, 1 ends soon, 1 expired, 1 disabled",
            "organization_read crew_read +1",
            "User, you",
            "/clients.csv",
        ] {
            assert!(page.text.contains(told), "{told}: {page:?}");
        }
        assert!(!page.text.contains(">organization-"), "a text is missing: {page:?}");
        assert!(!page.text.contains("style=") && !page.text.contains("<script>"), "{page:?}");
        let shown = names(&page);
        let expected = [
            "Crew import, payroll",
            "Dry dock planner",
            "Legacy ERP",
            "Port agent bridge",
            "ada-laptop",
        ];
        assert_eq!(shown, expected);
        let states: Vec<&str> = between(&page, "<td class=\"state", "</td>");
        let states: Vec<&str> = states.iter().filter_map(|cell| cell.split('>').nth(1)).collect();
        assert_eq!(states, ["Rotating", "Expired", "Disabled", "Ends soon", "Not used yet"]);

        // The order of the picture.
        let places = [
            "id=\"waiting\"",
            "id=\"structure\"",
            "id=\"members\"",
            "id=\"services\"",
            "id=\"register\"",
        ]
        .map(|mark| page.text.find(mark).unwrap());
        assert!(places.is_sorted(), "{places:?}");
    }
}

#[tokio::test]
async fn what_else_waits_is_told() {
    for on in BOTH {
        let world = world_with_admin(on).await;
        register(&world, "eager", |one| one.name = "Port agent bridge".to_owned()).await;
        let now = world.env.now();
        for (client, tokens) in [("eager", 9_000), ("ada-laptop", 9)] {
            let tally = Tally { passed: 9_100, refused: 0, tokens };
            let client_id = ClientId::parse(client).unwrap();
            let counted =
                Counted { client_id, service: "vessel".into(), hour: hour_of(now), tally };
            let used = Used { counted: vec![counted], ..Used::default() };
            let writes = vec![Write::Used(Box::new(used))];
            let commit = Commit { writes, ..Commit::default() };
            world.env.directory.commit(commit).await.unwrap();
        }
        let browser = signed_in(&world, ADA).await;
        assert_eq!(invite(&browser, "yuki.brandt@example.com", "member").await.0.status, 200);
        let page = browser.get(TANKERS).await;
        let waiting = at(&page, "id=\"waiting\"").split("</section>").next().unwrap();
        let told = "asks for a token too often: 9,000 tokens for 9,100 calls in 7 days. Kept, it \
                    would need about 1.";
        assert!(waiting.contains(told), "{waiting}");
        assert!(waiting.contains("/usage?span=7d&#38;client=eager\""), "{waiting}");
        assert!(!waiting.contains("ada-laptop") && !waiting.contains("yuki.brandt"), "{waiting}");
        world.forward(Ttl::from_hours(15 * 24).as_seconds().into());
        let browser = signed_in(&world, ADA).await;
        let page = browser.get(TANKERS).await;
        let waiting = at(&page, "id=\"waiting\"").split("</section>").next().unwrap();
        assert!(waiting.contains("yuki.brandt@example.com</bdi></a>: the invitation has expired."));
        assert!(waiting.contains("Send again"), "{waiting}");
    }
}

#[tokio::test]
async fn each_sees_what_is_theirs() {
    for on in BOTH {
        let world = world_with_admin(on).await;
        enter(&world, "usr_mem", "Member", false).await;
        place(&world, "usr_mem", "org_tankers", Role::Member).await;
        enter(&world, "usr_top", "Top", false).await;
        place(&world, "usr_top", "org_group", Role::Admin).await;
        enter(&world, "usr_ops", "Ops", true).await;
        register(&world, "bridge-old", |one| one.expires_at = Some(day(&world, 6))).await;

        let ada = signed_in(&world, ADA).await;
        let elsewhere = ada.get("/portal/organizations/org_group").await;
        let nowhere = ada.get("/portal/organizations/org_none").await;
        assert_eq!((elsewhere.status, nowhere.status), (404, 404));
        assert_eq!(ada.get("/portal/organizations/org_group/clients.csv").await.status, 404);
        assert_eq!(ada.get("/portal/organizations/org_group/name").await.status, 404);
        let page = ada.get(TANKERS).await;
        let tree = at(&page, "id=\"structure\"");
        let tree = tree.split("</section>").next().unwrap();
        assert!(tree.contains("<bdi>org_group</bdi>") && !tree.contains("org_group\""), "{tree}");
        assert!(!tree.contains("4200"), "what one does not reach is a name: {tree}");

        let member = signed_in(&world, "usr_mem@example.com").await;
        let page = member.get(TANKERS).await;
        assert!(!page.text.contains("Waiting for you"), "others see to it: {page:?}");
        assert!(
            page.text.contains("New identity client") && !page.text.contains("/members/invite")
        );
        assert!(!page.text.contains(RENAME), "{page:?}");
        assert_eq!(member.get(RENAME).await.status, 403);

        for (email, role) in [("usr_top@example.com", "Admin"), ("usr_ops@example.com", "Operator")]
        {
            let above = signed_in(&world, email).await;
            let page = above.get(TANKERS).await;
            assert!(page.text.contains("Waiting for you"), "{email}: {page:?}");
            assert!(page.text.contains(&format!("<dd>{role}</dd>")), "{email}: {page:?}");
            let crumbs = at(&page, "class=\"crumbs\"").split("</nav>").next().unwrap();
            assert!(crumbs.contains("/portal/organizations/org_group\""), "{email}: {crumbs}");
            let group = above.get("/portal/organizations/org_group").await;
            assert!(group.text.contains("href=\"/portal/organizations/org_tankers\""), "{group:?}");
        }
    }
}
#[tokio::test]
async fn names_are_shown_as_they_are_and_do_nothing() {
    for on in BOTH {
        let world = world_with_admin(on).await;
        let evil = [
            "<script>alert(1)</script>",
            "\"><img src=x onerror=alert(1)>",
            "Σκάρχολτ 北京 דבורה",
            "p\u{430}ypal\u{200b}",
            "{{ 7*7 }} ${7*7}",
        ];
        for (number, name) in evil.iter().enumerate() {
            register(&world, &format!("evil{number}"), |one| one.name = (*name).to_owned()).await;
        }
        register(&world, "a?b#c&d=", |one| one.name = "Odd id".to_owned()).await;
        let browser = signed_in(&world, ADA).await;
        let page = browser.get(TANKERS).await;
        assert!(!page.text.contains("<script>") && !page.text.contains("<img"), "{page:?}");
        assert!(page.text.contains("p\u{430}ypal\u{200b}") && page.text.contains("Σκάρχολτ"));
        assert!(page.text.contains("/portal/clients/a%3Fb%23c%26d%3D\""), "{page:?}");
        let found = browser.get(&format!("{TANKERS}?q=%CE%A3%CE%BA")).await;
        assert_eq!(names(&found).len(), 1, "{found:?}");
    }
}

#[tokio::test]
async fn an_organization_gets_another_name() {
    for on in BOTH {
        let world = world_with_admin(on).await;
        let browser = signed_in(&world, ADA).await;
        let renamed = [("version", "1"), ("name", " Skarholt <Tankers> ")];
        let long = ["x".repeat(201), "ß".repeat(10_000)];
        let unseen = ["a\u{202e}b", "\u{200b}", "\u{3164}", "\u{feff}", "a\u{200b}b", "a\u{2028}b"];
        for wrong in ["", "  ", &long[0], &long[1]].into_iter().chain(unseen) {
            let answer = fill(&browser, RENAME, RENAME, &[("version", "1"), ("name", wrong)]).await;
            assert_eq!(answer.status, 422, "{wrong:?}: {answer:?}");
            assert!(answer.text.contains("aria-invalid=\"true\""), "{answer:?}");
            assert!(answer.text.contains("every one must be seen"), "{answer:?}");
        }
        for _ in 0..2 {
            let answer = fill(&browser, RENAME, RENAME, &renamed).await;
            assert_eq!(answer.status, 303, "the second time as well: {answer:?}");
            assert_eq!(answer.header("location"), format!("{TANKERS}?done=renamed"));
        }
        assert_eq!(facts(&world, "organization.renamed").await.len(), 1);
        let page = browser.get(&format!("{TANKERS}?done=renamed")).await;
        assert!(page.text.contains("role=\"status\"") && page.text.contains("&#60;Tankers&#62;"));
        let page = browser.get(&format!("{TANKERS}?done=nothing%3Cb%3E")).await;
        assert!(!page.text.contains("role=\"status\""), "{page:?}");

        let stale = [("version", "1"), ("name", "Mine")];
        let answer = fill(&browser, RENAME, RENAME, &stale).await;
        assert_eq!(answer.status, 409, "{answer:?}");
        assert!(answer.text.contains("value=\"Mine\"") && answer.text.contains("value=\"2\""));
        let answer = browser.post(RENAME, &[("name", "x"), ("version", "2")]).await;
        assert_eq!(answer.status, 403, "no form of ours: {answer:?}");
    }
}

#[tokio::test]
async fn the_first_client_is_asked_for() {
    let world = world_with_admin(On::Sqlite).await;
    world.commit(Write::ClientDeleted(ClientId::parse("ada-laptop").unwrap())).await;
    let browser = signed_in(&world, ADA).await;
    let page = browser.get(TANKERS).await;
    for told in ["No program has access yet", "See the API documentation", "Only you, so far."] {
        assert!(page.text.contains(told), "{told}: {page:?}");
    }
    assert!(!page.text.contains("role=\"search\"") && !page.text.contains("see below"));
    assert!(page.text.find("id=\"register\"") < page.text.find("id=\"members\""), "{page:?}");

    enter(&world, "usr_top", "Top", false).await;
    place(&world, "usr_top", "org_group", Role::Admin).await;
    let above = signed_in(&world, "usr_top@example.com").await;
    let page = above.get(TANKERS).await;
    assert!(page.text.contains("Does a program of org_group already do the work?"), "{page:?}");
    world.forward(Ttl::from_hours(13).as_seconds().into());
    let answer = browser.get(TANKERS).await;
    assert_eq!(
        (answer.status, answer.header("location").starts_with("/sign-in?next=")),
        (303, true)
    );
}
