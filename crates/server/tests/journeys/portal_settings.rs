//! What is a person's own: how pages look, sessions, the password.

use crate::browser::{Browser, PASSWORD, field_in, give_password};
use crate::portal_world::{ADA, fill, signed_in};
use crate::world::{BOTH, On, World};

const NEW: &str = "another harbour lamp";
const SETTINGS: &str = "/portal/settings";

#[tokio::test]
async fn pages_look_as_the_person_wants() {
    let world = World::new(On::Sqlite).await;
    give_password(&world, ADA).await;
    let browser = signed_in(&world, ADA).await;
    let to = "/portal/settings/look";
    let answer = fill(&browser, SETTINGS, to, &[("theme", "dark"), ("zone", "europe/oslo")]).await;
    assert_eq!((answer.status, answer.header("location")), (303, "/portal/settings?done=look"));
    let page = browser.get("/portal/settings?done=look").await;
    assert!(page.text.contains("data-theme=\"dark\""), "{page:?}");
    assert!(page.text.contains("value=\"Europe/Oslo\""), "{page:?}");
    assert!(page.text.contains("role=\"status\""), "{page:?}");
    for zone in ["", "Europe/Atlantis", "<script>alert(1)</script>", &"x".repeat(10_000)] {
        let answer = fill(&browser, SETTINGS, to, &[("theme", "light"), ("zone", zone)]).await;
        assert_eq!(answer.status, 422, "{zone}");
        assert!(answer.text.contains("No time zone has this name"), "{answer:?}");
        assert!(!answer.text.contains("<script>alert"), "{answer:?}");
    }
    let answer = fill(&browser, SETTINGS, to, &[("theme", "pink"), ("zone", "UTC")]).await;
    assert_eq!(answer.status, 303, "an unknown one is the device's");
    assert!(browser.get(SETTINGS).await.text.contains("data-theme=\"device\""));
}

#[tokio::test]
async fn sessions_are_listed_and_ended() {
    for on in BOTH {
        let world = World::new(on).await;
        give_password(&world, ADA).await;
        let (here, there, third) = (
            signed_in(&world, ADA).await,
            signed_in(&world, ADA).await,
            signed_in(&world, ADA).await,
        );
        let page = here.get(SETTINGS).await;
        assert!(page.text.contains("3 sessions"), "{page:?}");
        assert_eq!(page.text.matches("this one").count(), 1, "{page:?}");
        assert!(page.text.contains("127.0.0.1"), "{page:?}");

        let to = "/portal/settings/sessions";
        let other = field_in(&page, "name=\"session\"", "form_token");
        assert!(!other.is_empty());
        let id = page.text.split("name=\"session\" value=\"").nth(1).unwrap();
        let id = id.split('"').next().unwrap().to_owned();
        for nothing in ["", "zz", &"0".repeat(64), &id.to_uppercase()] {
            assert_eq!(fill(&here, SETTINGS, to, &[("session", nothing)]).await.status, 303);
        }
        assert!(here.get(SETTINGS).await.text.contains("3 sessions"));
        for _ in 0..2 {
            let answer = fill(&here, SETTINGS, to, &[("session", &id)]).await;
            assert_eq!(answer.header("location"), "/portal/settings?done=session#sessions");
        }
        let states = [there.get(SETTINGS).await.status, third.get(SETTINGS).await.status];
        assert!(states == [200, 303] || states == [303, 200], "{states:?}");
        let fourth = signed_in(&world, ADA).await;
        assert_eq!(fill(&here, SETTINGS, to, &[("others", "1")]).await.status, 303);
        for gone in [&there, &third, &fourth] {
            assert_eq!(gone.get(SETTINGS).await.status, 303);
        }
        assert!(here.get(SETTINGS).await.text.contains("1 session"));
    }
}

#[tokio::test]
async fn nobody_ends_another_persons_session() {
    let world = World::new(On::Sqlite).await;
    give_password(&world, ADA).await;
    let ada = signed_in(&world, ADA).await;
    let user = portreeve_server::flow::people::enter(
        &world.env,
        "mara@example.com",
        "Mara",
        true,
        &portreeve_core::audit::Actor::System,
    )
    .await
    .unwrap();
    give_password(&world, "mara@example.com").await;
    let mara = Browser::new(&world);
    assert_eq!(mara.sign_in("mara@example.com", PASSWORD).await.status, 303);
    let sessions = world.env.directory.store().list_sessions(&user.id).await.unwrap();
    let id: String = sessions[0].hash.iter().map(|byte| format!("{byte:02x}")).collect();
    let token = field_in(&ada.get(SETTINGS).await, "/portal/settings/look", "form_token");
    for end in [("session", &*id), ("others", "1")] {
        let fields = [("form_token", &*token), end];
        assert_eq!(ada.post("/portal/settings/sessions", &fields).await.status, 303);
    }
    assert_eq!(mara.get(SETTINGS).await.status, 200);
}

#[tokio::test]
async fn a_password_is_changed_by_whoever_knows_it() {
    for on in BOTH {
        let world = World::new(on).await;
        give_password(&world, ADA).await;
        let (here, there) = (signed_in(&world, ADA).await, signed_in(&world, ADA).await);
        let to = "/portal/settings/password";
        let fields = |old, one, two| [("old", old), ("password", one), ("again", two)];
        for (fields, status, told) in [
            (fields("harbour lamp elm", NEW, NEW), 401, "That is not your password"),
            (fields("", NEW, NEW), 401, "That is not your password"),
            (fields(PASSWORD, "short", "short"), 422, "12 characters at least"),
            (fields(PASSWORD, "twelve\tchars", "twelve\tchars"), 422, "without tabs"),
            (fields(PASSWORD, NEW, PASSWORD), 422, "not the same"),
            (fields(PASSWORD, PASSWORD, PASSWORD), 422, "the password until now"),
            (fields(PASSWORD, ADA, ADA), 422, "is no password"),
        ] {
            let answer = fill(&here, to, to, &fields).await;
            assert!(answer.status == status && answer.text.contains(told), "{told}: {answer:?}");
        }
        let before = here.cookie();
        let answer = fill(&here, to, to, &fields(PASSWORD, NEW, NEW)).await;
        assert_eq!(answer.header("location"), "/portal/settings?done=password", "{answer:?}");
        assert_eq!(here.get(SETTINGS).await.status, 200, "goes on");
        assert_ne!(here.cookie(), before, "with another id");
        assert_eq!(there.get(SETTINGS).await.status, 303, "others end");
        there.set_cookie(before);
        assert_eq!(there.get(SETTINGS).await.status, 303, "so does the id from before");
        let mails = world.mails_to(ADA).await;
        assert!(mails.len() == 1 && mails[0].subject.contains("was changed"), "{mails:?}");
    }
}
