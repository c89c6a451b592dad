//! Usage and audit: what is counted and who did what, for those who may see it.

use portreeve_core::org::member::{Membership, Role};
use portreeve_core::text_id::{ClientId, UserId};
use portreeve_core::time::{Timestamp, Ttl};
use portreeve_core::usage::{Counted, RefusedCall, Tally, hour_of};
use portreeve_store::contract::commit::{Commit, Used, Write};

use crate::browser::{Browser, PASSWORD, give_password};
use crate::world::{BOTH, World, organization};

const ADA: &str = "ada@example.com";
const USAGE: &str = "/portal/organizations/org_tankers/usage";
const AUDIT: &str = "/portal/organizations/org_tankers/audit";

/// Ada is an administrator of the tankers from now on.
async fn world_with_admin(on: crate::world::On) -> World {
    let world = World::new(on).await;
    give_password(&world, ADA).await;
    let membership = Membership {
        organization: organization("org_tankers"),
        user: UserId::parse("usr_ada").unwrap(),
        role: Role::Admin,
    };
    world.commit(Write::MembershipSet(membership)).await;
    world
}

/// Ada's notebook called so often in this hour.
async fn count(world: &World, at: Timestamp, passed: u64, refused: u64, tokens: u64) {
    let client_id = ClientId::parse("ada-laptop").unwrap();
    let tally = Tally { passed, refused, tokens };
    let service: Box<str> = "crew".into();
    let counted = Counted {
        client_id: client_id.clone(),
        service: service.clone(),
        hour: hour_of(at),
        tally,
    };
    let call = RefusedCall {
        request_id: format!("{:032x}", at.as_unix()).into(),
        at,
        client_id,
        service,
        reason: "scope_insufficient".into(),
        about: "crew_import".into(),
        call: "POST /api/crew/people".into(),
        peer: None,
    };
    let refused = (refused > 0).then_some((call, refused));
    let used = Used {
        counted: vec![counted],
        secrets: Vec::new(),
        refused: refused.into_iter().collect(),
    };
    let writes = vec![Write::Used(Box::new(used))];
    world.env.directory.commit(Commit { writes, ..Commit::default() }).await.unwrap();
}

#[tokio::test]
async fn calls_are_drawn_and_listed() {
    for on in BOTH {
        let world = world_with_admin(on).await;
        let browser = Browser::new(&world);
        browser.sign_in(ADA, PASSWORD).await;
        let empty = browser.get(USAGE).await;
        assert_eq!(empty.status, 200, "{empty:?}");
        assert!(empty.text.contains("Nothing has been called yet"));

        let now = world.env.now();
        count(&world, now, 60_000, 500, 59_000).await;
        count(&world, now.minus(Ttl::from_hours(48)), 1_203, 0, 1).await;
        count(&world, now.minus(Ttl::from_hours(40 * 24)), 70_000, 0, 1).await;
        let page = browser.get(USAGE).await.text.replace('\u{a0}', " ");
        for told in [
            "61,703",
            "500 refused, drawn × 20",
            "ada-laptop",
            ">A scope is not granted</td>",
            "asks for a token too often: 59,001 tokens for 61,203 requests",
            "role=\"img\"",
            "12 % less",
        ] {
            assert!(page.contains(told), "{told}: {page}");
        }
        assert!(!page.contains("scope_insufficient"), "words, no slugs: {page}");
        assert!(!page.contains("style=") && !page.contains("<script>"), "{page}");
        let day =
            browser.get(&format!("{USAGE}?span=24h&client=ada-laptop&service=crew")).await.text;
        assert!(day.contains("60,500") && !day.contains("61,703"), "{day}");
        let other = browser.get(&format!("{USAGE}?service=ships")).await.text;
        assert!(!other.contains("60,500"), "another service");
        let tankers =
            portreeve_server::flow::organizations::find(&world.env, "org_tankers").await.unwrap();
        let only = Some(vec!["vessel".to_owned()]);
        let by = portreeve_core::audit::Actor::System;
        portreeve_server::flow::organizations::open_services(
            &world.env,
            &tankers.id,
            only,
            None,
            &by,
        )
        .await
        .unwrap();
        let page = browser.get(USAGE).await.text;
        for (service, is_offered) in [("vessel", true), ("clouds", false)] {
            let option = format!("<option value=\"{service}\">");
            assert_eq!(page.contains(&option), is_offered, "{service}: {page}");
        }
        let file = browser.get(&format!("{USAGE}.csv?span=30d")).await;
        assert!(file.header("content-type").starts_with("text/csv"));
        assert!(
            file.text
                .contains("\"ada-laptop\",\"ada-laptop\",61703,500,59001,\"scope_insufficient\""),
            "{file:?}"
        );
    }
}

#[tokio::test]
async fn others_usage_is_nobodys_business() {
    let world = world_with_admin(crate::world::On::Sqlite).await;
    let browser = Browser::new(&world);
    let away = browser.get(USAGE).await;
    assert_eq!(
        (away.status, away.header("location")),
        (303, "/sign-in?next=%2Fportal%2Forganizations%2Forg_tankers%2Fusage")
    );
    browser.sign_in(ADA, PASSWORD).await;
    for path in [
        "/portal/organizations/org_group/usage",
        "/portal/organizations/org_none/usage",
        "/portal/organizations/%22%3E%3Cscript%3E/usage",
        "/portal/organizations/org_group/audit",
        "/portal/organizations/org_group/audit.csv",
        &format!("{USAGE}?client=fleet"),
    ] {
        assert_eq!(browser.get(path).await.status, 404, "{path}");
    }
    // A member looks at usage, not at the register.
    assert_eq!(browser.get("/portal/organizations/org_other/usage").await.status, 200);
    for path in [
        "/portal/organizations/org_other/audit",
        "/portal/operator/audit",
        "/portal/operator/audit.jsonl",
    ] {
        assert_eq!(browser.get(path).await.status, 403, "{path}");
    }
}

#[tokio::test]
async fn the_register_is_filtered_and_taken_away() {
    for on in BOTH {
        let world = world_with_admin(on).await;
        let env = &world.env;
        let ada = portreeve_server::flow::people::find(env, ADA).await.unwrap();
        let by_ada = portreeve_core::audit::Actor::User(ada.id.clone());
        let tankers =
            portreeve_server::flow::organizations::find(env, "org_tankers").await.unwrap();
        let name = "Skarholt <script>alert(1)</script> =1+1";
        portreeve_server::flow::organizations::rename(env, tankers, name, &by_ada).await.unwrap();
        let browser = Browser::new(&world);
        browser.sign_in(ADA, PASSWORD).await;
        let page = browser.get(AUDIT).await;
        assert_eq!(page.status, 200, "{page:?}");
        assert!(page.text.contains("renamed the organization") && page.text.contains("Ada"));
        assert!(!page.text.contains("<script>alert"), "{page:?}");
        let none = browser.get(&format!("{AUDIT}?action=client.")).await.text;
        assert!(none.contains("Nothing like this has happened"), "{none}");
        for (query, found) in [
            ("who=ada@example.com", true),
            ("who=usr_ada", true),
            ("who=nobody@example.com", false),
            ("subject=org_tankers&action=organization.", true),
            ("from=2026-11-21&until=2026-11-21", true),
            ("action=invitation.", false),
            ("action=refresh_token.", false),
            ("from=2026-11-22", false),
            ("from=yesterday&below=x&action=%3Cscript%3E", true),
        ] {
            let page = browser.get(&format!("{AUDIT}?{query}")).await;
            assert_eq!(page.status, 200, "{query}");
            assert_eq!(page.text.contains("renamed the organization"), found, "{query}");
        }
        let csv = browser.get(&format!("{AUDIT}.csv")).await;
        assert!(csv.text.starts_with("\"number\",\"at\",\"actor\""), "{csv:?}");
        assert!(csv.text.contains("\"organization.renamed\",\"org_tankers\""), "{csv:?}");
        let lines = browser.get(&format!("{AUDIT}.jsonl?action=organization.")).await;
        let renamed = lines.text.lines().find(|line| line.contains("renamed")).unwrap();
        let line: serde_json::Value = serde_json::from_str(renamed).unwrap();
        assert_eq!(line["actor"], "user:usr_ada");
        assert_eq!(line["organization"], "org_tankers");
    }
}
