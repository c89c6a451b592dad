//! Signing in to the portal: where one goes then, the password once more, a forgotten
//! one, and what is a person's own.

use std::time::Instant;

use crate::browser::{Browser, PASSWORD, field, give_password};
use crate::portal_world::{ADA, fill, signed_in};
use crate::world::{BOTH, On, World};

const NEW: &str = "another harbour lamp";

#[tokio::test]
async fn whoever_signs_in_goes_on_to_where_they_wanted() {
    let world = World::new(On::Sqlite).await;
    give_password(&world, ADA).await;
    let browser = Browser::new(&world);
    let wanted = "/portal/organizations/org_tankers/members?q=a%26b";
    let sent = browser.get(wanted).await;
    assert_eq!(sent.status, 303);
    let address = sent.header("location").to_owned();
    assert!(address.starts_with("/sign-in?next=%2Fportal%2F"), "{address}");
    let page = browser.get(&address).await;
    let (token, next) = (field(&page, "form_token"), field(&page, "next"));
    assert_eq!(next, wanted.replace('&', "&#38;"));
    let person = [("email", ADA), ("password", "wrong in this case")];
    let wrong = browser
        .post("/sign-in", &[("form_token", &*token), ("next", wanted), person[0], person[1]])
        .await;
    assert_eq!((wrong.status, field(&wrong, "next")), (401, next), "kept");
    let fields =
        [("form_token", &*token), ("next", wanted), ("email", ADA), ("password", PASSWORD)];
    let answer = browser.post("/sign-in", &fields).await;
    assert_eq!((answer.status, answer.header("location")), (303, wanted));
    let again = browser.get(&address).await;
    assert_eq!((again.status, again.header("location")), (303, wanted), "at once");
    assert_eq!(browser.get("/sign-in").await.header("location"), "/portal");
    assert_eq!(
        browser.get("/portal").await.header("location"),
        "/portal/organizations/org_other",
        "the first by name"
    );
    browser.get("/portal/organizations/org_tankers/members").await;
    assert_eq!(
        browser.get("/portal").await.header("location"),
        "/portal/organizations/org_tankers",
        "the last that was looked at"
    );
}

#[tokio::test]
async fn nobody_is_led_elsewhere() {
    let world = World::new(On::Sqlite).await;
    give_password(&world, ADA).await;
    for evil in [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "/portal/../../evil",
        "/portal%0d%0aset-cookie:x",
        "javascript:alert(1)",
        "/oauth2/token",
    ] {
        let browser = Browser::new(&world);
        let escaped = crate::browser::escaped(evil);
        let page = browser.get(&format!("/sign-in?next={escaped}")).await;
        assert!(!page.text.contains("name=\"next\""), "{evil}");
        let token = field(&page, "form_token");
        let fields =
            [("form_token", &*token), ("next", evil), ("email", ADA), ("password", PASSWORD)];
        let answer = browser.post("/sign-in", &fields).await;
        assert_eq!((answer.status, answer.header("location")), (303, "/portal"), "{evil}");
        let again = browser.get(&format!("/sign-in?next={escaped}")).await;
        assert_eq!(again.header("location"), "/portal", "{evil}");
        let to = "/sign-in/again";
        let once_more = fill(&browser, to, to, &[("next", evil), ("password", PASSWORD)]).await;
        assert_eq!(once_more.header("location"), "/portal", "{evil}");
    }
}

#[tokio::test]
async fn the_password_is_asked_once_more_and_only_ones_own_will_do() {
    for on in BOTH {
        let world = World::new(on).await;
        for email in [ADA, "mara@example.com"] {
            enter(&world, email).await;
        }
        let browser = signed_in(&world, ADA).await;
        world.forward(15 * 60);
        let asked = "/portal/organizations/org_tankers/members/usr_ada";
        let sent = browser.get(asked).await;
        let again =
            "/sign-in/again?next=%2Fportal%2Forganizations%2Forg_tankers%2Fmembers%2Fusr_ada";
        assert_eq!((sent.status, sent.header("location")), (303, again));
        let before = browser.cookie();
        let page = browser.get(again).await;
        assert!(page.text.contains(ADA), "{page:?}");
        let token = field(&page, "form_token");
        for (fields, status) in [
            (vec![], 401),
            (vec![("password", "")], 401),
            (vec![("password", "mara's own password")], 401),
            (vec![("email", "mara@example.com"), ("password", "mara's own password")], 401),
            (vec![("password", PASSWORD), ("password", PASSWORD)], 400),
        ] {
            let mut all = vec![("form_token", &*token), ("next", asked)];
            all.extend(fields);
            let answer = browser.post("/sign-in/again", &all).await;
            assert_eq!(answer.status, status, "{all:?} {answer:?}");
            assert!(answer.status == 400 || answer.text.contains("That is not your password"));
            assert_eq!(browser.get(asked).await.status, 303, "{all:?}");
        }
        let fields = [("form_token", &*token), ("next", asked), ("password", PASSWORD)];
        let answer = browser.post("/sign-in/again", &fields).await;
        assert_eq!((answer.status, answer.header("location")), (303, asked), "{answer:?}");
        assert_eq!(browser.get(asked).await.status, 200);
        let old = Browser::new(&world);
        old.set_cookie(before);
        assert_eq!(old.get(asked).await.status, 303, "the id from before opens nothing");
        assert!(old.get(asked).await.header("location").starts_with("/sign-in?next="));
    }
}

#[tokio::test]
async fn whoever_guesses_there_waits_as_well() {
    let world = World::new(On::Sqlite).await;
    give_password(&world, ADA).await;
    let browser = signed_in(&world, ADA).await;
    let to = "/sign-in/again";
    for _ in 0..5 {
        let answer = fill(&browser, to, to, &[("password", "harbour lamp elm")]).await;
        assert_eq!(answer.status, 401, "{answer:?}");
    }
    let answer = fill(&browser, to, to, &[("password", PASSWORD)]).await;
    assert_eq!((answer.status, answer.header("retry-after")), (429, "60"), "{answer:?}");
    assert!(answer.text.contains("Wait 1 minute"), "{answer:?}");
    let to = "/portal/settings/password";
    let fields = [("old", PASSWORD), ("password", NEW), ("again", NEW)];
    assert_eq!(fill(&browser, to, to, &fields).await.status, 429, "one limit for all doors");
}

const FORGOTTEN: &str = "/portal/password/forgotten";
const CHOOSE: &str = "/portal/password/new";

#[tokio::test]
async fn a_forgotten_password_is_replaced() {
    for on in BOTH {
        let world = World::new(on).await;
        give_password(&world, ADA).await;
        let elsewhere = signed_in(&world, ADA).await;
        let browser = Browser::new(&world);
        let answer = fill(&browser, FORGOTTEN, FORGOTTEN, &[("email", " Ada@Example.com ")]).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let mails = world.mails_to(ADA).await;
        assert_eq!(mails.len(), 1, "{mails:?}");
        let code = mails[0].code();
        assert!(browser.get(CHOOSE).await.text.contains("data-from-fragment"));

        let fields = |code, one, two| [("code", code), ("password", one), ("again", two)];
        for (fields, told) in [
            (fields(&*code, "short", "short"), "12 characters at least"),
            (fields(&*code, ADA, ADA), "is no password"),
            (fields(&*code, NEW, "another harbour"), "not the same"),
            (fields("unknown", NEW, NEW), "This code opens nothing"),
            (fields("", NEW, NEW), "This code opens nothing"),
        ] {
            let answer = fill(&browser, CHOOSE, CHOOSE, &fields).await;
            assert!(answer.status == 422 && answer.text.contains(told), "{told}: {answer:?}");
        }
        assert_eq!(elsewhere.get("/portal/settings").await.status, 200, "nothing happened yet");
        let typed = format!(" {code} ");
        let answer = fill(&browser, CHOOSE, CHOOSE, &fields(&typed, NEW, NEW)).await;
        assert_eq!((answer.status, answer.header("location")), (303, "/sign-in?done=password"));
        let page = browser.get("/sign-in?done=password").await;
        assert!(page.text.contains("Your password is changed"), "{page:?}");
        assert_eq!(elsewhere.get("/portal/settings").await.status, 303, "signed out everywhere");
        assert_eq!(browser.sign_in(ADA, PASSWORD).await.status, 401);
        assert_eq!(browser.sign_in(ADA, NEW).await.status, 303);
        let mails = world.mails_to(ADA).await;
        assert_eq!(mails.len(), 2, "{mails:?}");
        assert!(mails[1].subject.contains("was changed"), "{mails:?}");
        let answer = fill(&Browser::new(&world), CHOOSE, CHOOSE, &fields(&code, NEW, NEW)).await;
        assert_eq!(answer.status, 422, "used up");
        assert!(!world.log().contains(&code), "the log knows no code");
    }
}

#[tokio::test]
async fn of_two_who_use_one_code_at_once_one_wins() {
    for on in BOTH {
        let world = World::new(on).await;
        give_password(&world, ADA).await;
        let browser = Browser::new(&world);
        fill(&browser, FORGOTTEN, FORGOTTEN, &[("email", ADA)]).await;
        let code = world.mails_to(ADA).await[0].code();
        let token = field(&browser.get(CHOOSE).await, "form_token");
        let try_with = async |password: &str| {
            let fields = [
                ("form_token", &*token),
                ("code", &code),
                ("password", password),
                ("again", password),
            ];
            browser.post(CHOOSE, &fields).await.status
        };
        let (one, two, three) = tokio::join!(
            try_with("the first of three"),
            try_with("the second of three"),
            try_with("the third of three")
        );
        let mut all = [one, two, three];
        all.sort_unstable();
        assert_eq!(all, [303, 422, 422]);
    }
}

#[tokio::test]
async fn a_way_to_a_new_password_ends() {
    let world = World::new(On::Sqlite).await;
    give_password(&world, ADA).await;
    let browser = Browser::new(&world);
    for _ in 0..2 {
        fill(&browser, FORGOTTEN, FORGOTTEN, &[("email", ADA)]).await;
        world.forward(60);
    }
    let mails = world.mails_to(ADA).await;
    let (one, two) = (mails[0].code(), mails[1].code());
    let choose = async |code: &str| {
        let fields = [("code", code), ("password", NEW), ("again", NEW)];
        fill(&browser, CHOOSE, CHOOSE, &fields).await
    };
    assert_eq!(choose(&one).await.status, 303);
    let answer = choose(&two).await;
    assert!(answer.status == 422 && answer.text.contains("opens nothing"), "{answer:?}");
    fill(&browser, FORGOTTEN, FORGOTTEN, &[("email", ADA)]).await;
    let late = world.mails_to(ADA).await.last().unwrap().code();
    world.forward(3600);
    let answer = choose(&late).await;
    assert!(answer.status == 422 && answer.text.contains("opens nothing"), "{answer:?}");
    let welcome = "/portal/welcome";
    assert_eq!(fill(&browser, welcome, welcome, &[("code", &late)]).await.status, 422);
}

#[tokio::test]
async fn nobody_learns_who_is_known() {
    let world = World::new(On::Sqlite).await;
    give_password(&world, ADA).await;
    let (mut told, mut times) = (Vec::new(), Vec::new());
    for (number, email) in [ADA, "nobody@example.com"].into_iter().enumerate() {
        let browser = Browser::at(&world, [127, 0, 2, u8::try_from(number).unwrap()]);
        let token = field(&browser.get(FORGOTTEN).await, "form_token");
        #[expect(clippy::disallowed_methods, reason = "this test measures")]
        let began = Instant::now();
        let answer = browser.post(FORGOTTEN, &[("form_token", &token), ("email", email)]).await;
        times.push(began.elapsed().as_secs_f64());
        assert_eq!(answer.status, 200);
        told.push(answer.text.replace(email, "X"));
    }
    assert_eq!(told[0], told[1]);
    assert!((0.7..1.4).contains(&(times[0] / times[1])), "{times:?}");
    assert_eq!(world.mails().await.len(), 1, "to whoever is known only");
}

#[tokio::test]
async fn mails_are_asked_for_calmly() {
    let world = World::new(On::Sqlite).await;
    give_password(&world, ADA).await;
    let browser = Browser::new(&world);
    for email in [ADA, "nobody@example.com"] {
        for number in 0..3 {
            let answer = fill(&browser, FORGOTTEN, FORGOTTEN, &[("email", email)]).await;
            assert_eq!(answer.status, 200, "{number}: {answer:?}");
        }
        let elsewhere = Browser::at(&world, [127, 0, 0, 9]);
        let answer = fill(&elsewhere, FORGOTTEN, FORGOTTEN, &[("email", email)]).await;
        assert_eq!((answer.status, answer.header("retry-after")), (429, "300"), "{answer:?}");
        assert!(answer.text.contains("Wait 5 minutes"), "{answer:?}");
    }
    assert_eq!(world.mails().await.len(), 1, "pressed again within a minute: one mail");
    for bad in ["", "ada", "ada@", "<b>x</b>@y.z", "a@b.c,d@e.f", &"x".repeat(10_000)] {
        let answer = fill(&browser, FORGOTTEN, FORGOTTEN, &[("email", bad)]).await;
        assert_eq!(answer.status, 422, "{bad}");
        assert!(!answer.text.contains("<b>x"), "{bad}");
    }
}

#[tokio::test]
async fn codes_are_not_guessed() {
    let world = World::new(On::Sqlite).await;
    let browser = Browser::new(&world);
    let welcome = "/portal/welcome";
    for number in 0..20 {
        let code = format!("guess{number}");
        assert_eq!(fill(&browser, welcome, welcome, &[("code", &code)]).await.status, 422);
    }
    for page in [welcome, CHOOSE] {
        let fields = [("code", "x"), ("password", NEW), ("again", NEW)];
        let answer = fill(&browser, page, page, &fields).await;
        assert_eq!((answer.status, answer.header("retry-after")), (429, "15"), "{answer:?}");
    }
}

async fn enter(world: &World, email: &str) {
    use portreeve_core::audit::Actor;
    use portreeve_core::secret::Secret;
    use portreeve_server::flow::people;
    if people::find(&world.env, email).await.is_err() {
        people::enter(&world.env, email, "Mara", false, &Actor::System).await.unwrap();
    }
    let user = people::find(&world.env, email).await.unwrap();
    let password = if email == ADA { PASSWORD } else { "mara's own password" };
    let password = Secret::new(password.to_owned());
    people::set_password(&world.env, &user, password, &Actor::System).await.unwrap();
}
