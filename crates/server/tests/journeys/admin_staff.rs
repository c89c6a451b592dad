//! Who looks after the installation, changed by the vendor's own systems: there is always
//! somebody left, and nobody stays signed in as what they are no more.

use portreeve_core::org::member::User;
use portreeve_core::text_id::UserId;
use portreeve_store::contract::commit::Write;
use serde_json::json;

use crate::admin_api::{administered, ask, slug, token};
use crate::browser::{Browser, PASSWORD, give_password};
use crate::world::{BOTH, World};

async fn enter_operator(world: &World, id: &str) -> UserId {
    let id = UserId::parse(id).unwrap();
    let email = format!("{}@example.com", id.as_str().trim_start_matches("usr_"));
    let user = User::new(id.clone(), &email, "Moe", true, world.env.now()).unwrap();
    world.commit(Write::UserEntered(user)).await;
    id
}

#[tokio::test]
async fn somebody_always_stays() {
    for on in BOTH {
        let world = administered(on).await;
        let ops = token(&world, "ops").await;
        for change in [json!({"disabled": true}), json!({"operator": false})] {
            let change = change.to_string();
            let last = ask(&world, &ops, ("PATCH", "/users/usr_vera"), Some(&change)).await;
            assert_eq!((last.status, slug(&last).as_str()), (422, "not-possible"), "{last:?}");
        }
        enter_operator(&world, "usr_moe").await;
        // Two at once: one of them stays.
        let off = json!({"disabled": true}).to_string();
        let race = ["/users/usr_vera", "/users/usr_moe"]
            .map(|path| ask(&world, &ops, ("PATCH", path), Some(&off)));
        let answers = futures_util::future::join_all(race).await;
        let done = answers.iter().filter(|answer| answer.status == 200).count();
        assert_eq!(done, 1, "{answers:?}");
        let users = ["usr_vera", "usr_moe"].map(|id| UserId::parse(id).unwrap());
        let found = world.env.directory.store().find_users(&users).await.unwrap();
        assert_eq!(found.iter().filter(|user| user.operator && !user.disabled).count(), 1);
    }
}

#[tokio::test]
async fn whoever_was_off_signs_in_again() {
    for on in BOTH {
        let world = administered(on).await;
        let ops = token(&world, "ops").await;
        give_password(&world, "ada@example.com").await;
        let browser = Browser::new(&world);
        browser.sign_in("ada@example.com", PASSWORD).await;
        assert_eq!(browser.get("/portal/settings").await.status, 200);
        for disabled in [true, false] {
            let change = json!({"disabled": disabled}).to_string();
            let path = ("PATCH", "/users/ada@example.com");
            assert_eq!(ask(&world, &ops, path, Some(&change)).await.status, 200);
        }
        assert_eq!(browser.get("/portal/settings").await.status, 303, "it is over");
        let facts = ask(&world, &ops, ("GET", "/facts?subject=usr_ada&limit=2"), None).await;
        let facts = facts.json();
        let action = |at: usize| facts["items"][at]["action"].as_str().unwrap().to_owned();
        assert_eq!([action(1), action(0)], ["user.disabled", "user.enabled"]);
    }
}
