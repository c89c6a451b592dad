//! What one person, or one customer, may not have or do without end.

use futures_util::future::join_all;
use portreeve_core::audit::{Actor, Fact};
use portreeve_core::org::member::Role;
use portreeve_core::org::owner::Owner;
use portreeve_core::text_id::{ClientId, UserId};
use portreeve_server::changes::AT_ONCE;
use portreeve_server::flow::invitations::{self, Asked, MOST_WAITING, NotInvited};
use portreeve_server::flow::organizations;
use portreeve_store::contract::commit::{Commit, Write};
use serde_json::json;

use crate::admin_api::{administered, ask, slug, token};
use crate::browser::{Browser, PASSWORD, field_in, give_password};
use crate::portal_clients::NEW;
use crate::portal_world::{ADA, enter, place, signed_in, world_with_admin};
use crate::world::{Answer, BOTH, On, World, client, organization};

const LOOK: &str = "/portal/settings/look";

async fn token_of(browser: &Browser<'_>) -> String {
    let page = browser.get("/portal/settings").await;
    field_in(&page, &format!("action=\"{LOOK}\""), "form_token")
}

async fn send(browser: &Browser<'_>, token: &str) -> Answer {
    browser.post(LOOK, &[("form_token", token), ("theme", "dark"), ("zone", "UTC")]).await
}

#[tokio::test]
async fn whoever_changes_too_much_at_once_waits() {
    let world = world_with_admin(On::Sqlite).await;
    enter(&world, "usr_mara", "Mara", false).await;
    let (ada, elsewhere) = (signed_in(&world, ADA).await, signed_in(&world, ADA).await);
    let mara = signed_in(&world, "usr_mara@example.com").await;
    let (first, second) = (token_of(&ada).await, token_of(&elsewhere).await);
    // What another site sends is refused for what it is, and takes nothing from her.
    for _ in 0..2 * AT_ONCE {
        let foreign = [("sec-fetch-site", "cross-site"), ("origin", "https://example.net")];
        let answer = ada.post_as(LOOK, &[("form_token", &first)], &foreign).await;
        assert_eq!(answer.status, 403, "{answer:?}");
    }
    for number in 0..AT_ONCE {
        // From two places: it is one person.
        let (browser, token) = if number % 2 == 0 { (&ada, &first) } else { (&elsewhere, &second) };
        let answer = send(browser, token).await;
        assert_eq!(answer.status, 303, "{number}: {answer:?}");
    }
    let answer = send(&ada, &first).await;
    assert_eq!((answer.status, answer.header("retry-after")), (429, "1"), "{answer:?}");
    for told in ["That was too much at once", "Wait 1 second, go back", "too_many_attempts"] {
        assert!(answer.text.contains(told), "{told}: {answer:?}");
    }
    assert_eq!(send(&elsewhere, &second).await.status, 429);
    assert_eq!(ada.get("/portal/settings").await.status, 200, "looking is free");
    assert_eq!(send(&mara, &token_of(&mara).await).await.status, 303, "somebody else");
    world.forward(1);
    let after = [send(&ada, &first).await.status, send(&ada, &first).await.status];
    assert_eq!(after, [303, 429], "one more each second");
}

/// Commits so many clients of this owner at once.
async fn fill(world: &World, owner: &Owner, count: u32) {
    let (audience, scopes) = ("https://ships.example.com", "ships_read");
    let one = client(world, "one-of-many", owner.clone(), audience, scopes);
    let number = |number| {
        let client_id = ClientId::parse(&format!("{}-{number}", owner.kind())).unwrap();
        let (mut client, mut secret) = (one.clone(), one.secrets[0].clone());
        secret.id = format!("s{number}").into();
        (client.client_id, client.secrets) = (client_id, vec![secret]);
        Write::ClientRegistered(Box::new(client))
    };
    let fact = Fact::new(world.env.now(), &Actor::System, "test.filled", "test");
    let writes = (0..count).map(number).collect();
    let commit = Commit { writes, facts: vec![fact], at: None };
    world.env.directory.commit(commit).await.unwrap();
}

#[tokio::test]
async fn nobody_has_clients_without_end() {
    for on in BOTH {
        let world = administered(on).await;
        give_password(&world, ADA).await;
        place(&world, "usr_ada", "org_tankers", Role::Admin).await;
        let ops = token(&world, "ops").await;
        let limits = world.env.client_limits;
        let put = async |owner: &str, id: &str| {
            let body = json!({
                "name": id, "owner": {owner: if owner == "user" { "usr_ada" } else { "org_tankers" }},
                "audiences": ["https://ships.example.com"], "scopes": ["ships_read"],
            });
            let path = format!("/clients/{id}");
            ask(&world, &ops, ("PUT", &path), Some(&body.to_string())).await
        };
        // She has one already; and what she has takes no room from her organization.
        let ada = Owner::User(UserId::parse("usr_ada").unwrap());
        fill(&world, &ada, limits.per_person - 2).await;
        let tankers = Owner::Organization(organization("org_tankers"));
        fill(&world, &tankers, limits.per_organization - 1).await;
        for (owner, most) in [("user", "100"), ("organization", "10000")] {
            let (last, beyond) = (format!("last-{owner}"), format!("beyond-{owner}"));
            assert_eq!(put(owner, &last).await.status, 201, "{owner}");
            assert_eq!(put(owner, &last).await.status, 200, "there already");
            let refused = put(owner, &beyond).await;
            assert_eq!((refused.status, &*slug(&refused)), (422, "not-possible"), "{refused:?}");
            let told = format!("this {owner} has {most} identity clients");
            assert!(refused.text.contains(&told), "{refused:?}");
        }
        in_the_portal(&world).await;
        let gone = ask(&world, &ops, ("DELETE", "/clients/last-user"), None).await;
        assert_eq!(gone.status, 204, "{gone:?}");
        assert_eq!(put("user", "beyond-user").await.status, 201, "there is room again");
    }
}

async fn in_the_portal(world: &World) {
    let browser = Browser::new(world);
    browser.sign_in(ADA, PASSWORD).await;
    for (owner, told) in [
        ("me", "You have 100 identity clients of your own"),
        ("organization", "This organization has 10,000 identity clients"),
    ] {
        let page = browser.get(NEW).await;
        let hidden =
            ["form_token", "client_id", "proof"].map(|name| (name, field_in(&page, "<main", name)));
        let mut fields: Vec<(&str, &str)> =
            hidden.iter().map(|(name, value)| (*name, &**value)).collect();
        fields.extend([
            ("owner", owner),
            ("name", "One more"),
            ("scope", "vessel:crew_read"),
            ("ends", "never"),
            ("confirmed", "1"),
        ]);
        let answer = browser.post(NEW, &fields).await;
        assert_eq!(answer.status, 422, "{answer:?}");
        assert!(answer.text.contains(told), "{told}: {answer:?}");
    }
}

#[tokio::test]
async fn of_many_invitations_at_once_no_more_wait_than_may() {
    for on in BOTH {
        let world = world_with_admin(on).await;
        let invite = async |by: usize, number: usize| {
            let id = organization("org_tankers");
            let place = organizations::find(&world.env, id.as_str()).await.unwrap();
            let email = format!("p{number}@example.com");
            let (organization, role) = (&place, Role::Member);
            let asked = Asked { organization, email: &email, role, mailed: true, once: "" };
            // Nobody may send so many alone: these are several.
            let actor = Actor::User(UserId::parse(&format!("usr_{by}")).unwrap());
            invitations::invite(&world.env, asked, &actor).await
        };
        for number in 0..MOST_WAITING - 2 {
            invite(number / 20, number).await.unwrap();
        }
        let all = join_all((0..10).map(|number| invite(9, 100 + number))).await;
        let made = all.iter().filter(|made| made.is_ok()).count();
        assert!((1..=2).contains(&made), "{all:?}");
        let id = organization("org_tankers");
        let waiting = invitations::list(&world.env, &id).await.unwrap().len();
        assert_eq!(waiting, MOST_WAITING - 2 + made);
        while invitations::list(&world.env, &id).await.unwrap().len() < MOST_WAITING {
            invite(8, 200).await.unwrap();
        }
        let refused = invite(8, 300).await;
        assert!(matches!(refused, Err(NotInvited::TooManyWait)), "{refused:?}");
    }
}
