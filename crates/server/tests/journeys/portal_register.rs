//! The register of an organization's identity clients: searched, turned, taken away, and
//! as quick in a large organization as in a small one.

use std::net::SocketAddr;

use axum::body::Body;
use http_body_util::BodyExt;
use portreeve_core::org::member::{Role, User};
use portreeve_core::org::organization::Organization;
use portreeve_core::org::owner::Owner;
use portreeve_core::text_id::UserId;
use portreeve_server::listen::PeerAddress;
use portreeve_store::contract::commit::{Commit, Write};
use tower::ServiceExt;

use crate::browser::Browser;
use crate::portal_organization::{TANKERS, VENDOR, day, names, register};
use crate::portal_world::{ADA, place, signed_in, world_with_admin};
use crate::world::{BOTH, World, client, organization};

/// So many clients of the tankers, and none of the others.
async fn register_many(world: &World, count: usize) {
    let owner = Owner::Organization(organization("org_tankers"));
    for start in (0..count).step_by(500) {
        let writes = (start..count.min(start + 500)).map(|number| {
            let mut one =
                client(world, &format!("prc_{number:05}"), owner.clone(), VENDOR, "crew_read");
            one.name = format!("Port agent bridge of berth {number:05}");
            Write::ClientRegistered(Box::new(one))
        });
        let commit = Commit { writes: writes.collect(), ..Commit::default() };
        world.env.directory.commit(commit).await.unwrap();
    }
}

/// How many bytes the page has for a browser that takes it pressed.
async fn pressed(world: &World, browser: &Browser<'_>) -> usize {
    let request = http::Request::get(TANKERS)
        .header("cookie", browser.cookie().unwrap())
        .header("accept-encoding", "gzip")
        .header("sec-fetch-site", "none")
        .extension(PeerAddress(SocketAddr::from(([127, 0, 0, 1], 50_000))));
    let answer = world.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(answer.headers()["content-encoding"], "gzip");
    answer.into_body().collect().await.unwrap().to_bytes().len()
}

#[tokio::test]
async fn the_register_is_searched_and_turned() {
    for on in BOTH {
        let world = world_with_admin(on).await;
        register_many(&world, 119).await;
        let browser = signed_in(&world, ADA).await;
        let (mut seen, mut next) = (Vec::new(), Some(TANKERS.to_owned()));
        let mut pages = Vec::new();
        while let Some(uri) = next {
            let page = browser.get(&uri).await;
            assert_eq!(page.status, 200, "{page:?}");
            pages.push(names(&page).len());
            seen.extend(names(&page).into_iter().map(str::to_owned));
            next = page
                .text
                .split_once("\" rel=\"next\"")
                .map(|(before, _)| before.rsplit("href=\"").next().unwrap().replace("&#38;", "&"));
            assert!(pages.len() < 9);
        }
        assert_eq!(pages, [50, 50, 20]);
        assert!(seen.is_sorted() && seen.len() == 120, "each once: {seen:?}");

        let found = browser.get(&format!("{TANKERS}?q=BERTH%200004")).await;
        assert_eq!(names(&found).len(), 10, "{found:?}");
        assert!(found.text.contains("10 found") && !found.text.contains("id=\"structure\""));
        let found = browser.get(&format!("{TANKERS}?q=ada-lap")).await;
        assert_eq!(names(&found), ["ada-laptop"], "by id, and of a member");
        let found = browser.get(&format!("{TANKERS}?q=organization_read")).await;
        assert_eq!(names(&found), ["ada-laptop"], "by scope");
        for nothing in ["%25", "_", "nobody", "%3Cscript%3Ealert(1)%3C%2Fscript%3E", "%E5%8C%97"] {
            let found = browser.get(&format!("{TANKERS}?q={nothing}")).await;
            assert_eq!(found.status, 200, "{nothing}");
            let is_there = nothing == "_";
            assert_eq!(found.text.contains("Nothing has"), !is_there, "{nothing}: {found:?}");
            assert!(!found.text.contains("<script>"), "{found:?}");
        }
        let long = browser.get(&format!("{TANKERS}?q={}", "x".repeat(4000))).await;
        assert_eq!(long.status, 200);
        for broken in ["after=AAAA", "after=%25", "after=_w", "after=YQ"] {
            assert_eq!(browser.get(&format!("{TANKERS}?{broken}")).await.status, 400, "{broken}");
        }
    }
}

#[tokio::test]
async fn the_register_leaves_as_a_table() {
    for on in BOTH {
        let world = world_with_admin(on).await;
        register_many(&world, 1203).await;
        register(&world, "formula", |one| one.name = "=HYPERLINK(\"x\"), @a".to_owned()).await;
        let browser = signed_in(&world, ADA).await;
        let file = browser.get(&format!("{TANKERS}/clients.csv")).await;
        assert!(file.header("content-type").starts_with("text/csv"), "{:?}", file.headers);
        assert!(file.header("content-disposition").contains("clients-org_tankers.csv"));
        let lines: Vec<&str> = file.text.split("\r\n").collect();
        assert_eq!(lines.len(), 1 + 1203 + 2 + 1, "head, clients, and nothing behind the last");
        assert!(lines[0].starts_with("\"client_id\",\"name\","), "{}", lines[0]);
        let formula = lines.iter().find(|line| line.contains("HYPERLINK")).unwrap();
        assert!(formula.contains("\"'=HYPERLINK(\"\"x\"\"), @a\""), "{formula}");
        let few = browser.get(&format!("{TANKERS}/clients.csv?q=ada-laptop")).await;
        assert_eq!(few.text.split("\r\n").count(), 3, "{few:?}");
        assert!(few.text.contains("\"user\",\"usr_ada\",\"Ada\""), "{few:?}");
    }
}

#[tokio::test]
async fn a_large_organization_is_read_as_a_small_one() {
    for on in BOTH {
        let world = world_with_admin(on).await;
        let browser = signed_in(&world, ADA).await;
        browser.get(TANKERS).await;
        let count = async || {
            let before = world.env.directory.store().statements();
            let page = browser.get(TANKERS).await;
            assert_eq!(page.status, 200);
            (world.env.directory.store().statements() - before, page)
        };
        let (small, _) = count().await;
        register_many(&world, 700).await;
        for number in 0..60 {
            let id = format!("usr_n{number}");
            let (own, name) = (UserId::parse(&id).unwrap(), format!("Person {number}"));
            let email = format!("p{number}@example.com");
            let now = world.env.now();
            let user = User::new(own.clone(), &email, &name, false, now);
            world.commit(Write::UserEntered(user.unwrap())).await;
            place(&world, &id, "org_tankers", Role::Member).await;
            let mut one =
                client(&world, &format!("A{number}"), Owner::User(own), VENDOR, "crew_read");
            one.expires_at = Some(day(&world, -1));
            world.commit(Write::ClientRegistered(Box::new(one))).await;
            let id = format!("org_b{number}");
            let below = Organization::new(
                organization(&id),
                &format!("Ship {number}"),
                None,
                Some(organization("org_tankers")),
                now,
            );
            world.commit(Write::OrganizationEntered(below.unwrap())).await;
        }
        let (large, page) = count().await;
        // What its owners are called, and how often what is over was refused.
        assert!(large <= small + 2, "{small} statements, {large} statements");
        assert!(page.text.len() < 64_000, "{} bytes, not pressed", page.text.len());
        let small = pressed(&world, &browser).await;
        assert!(small < 16_000, "{small} bytes, pressed");
        let found = browser.get(&format!("{TANKERS}?q=berth")).await;
        assert!(names(&found).len() == 50 && found.text.len() < 50_000, "{}", found.text.len());
        let below = browser.get(&format!("{TANKERS}?view=below")).await;
        assert!(below.text.contains("Ship 3<") && below.text.contains("50 organizations"));
        let rest = browser.get(&format!("{TANKERS}?view=below&after=org_b54")).await;
        assert_eq!(rest.status, 200, "{rest:?}");
        assert_eq!(browser.get(&format!("{TANKERS}?view=below&after=a%20b")).await.status, 400);
        assert_eq!(names(&page).len(), 50);
        assert!(page.text.contains("All 61 members"), "{page:?}");
    }
}
