//! People sign in and out: with a password, in a session, from pages of ours.

use std::time::Instant;

use futures_util::future::{join_all, poll_immediate};
use portreeve_core::secret::Secret;
use portreeve_server::flow::people;
use portreeve_store::contract::commit::Write;

use crate::browser::{Browser, PASSWORD, field, give_password};
use crate::world::{Answer, BOTH, On, World};

const ADA: &str = "ada@example.com";

/// True when the browser is shown what only a person who signed in is.
async fn is_signed_in(browser: &Browser<'_>) -> bool {
    let answer = browser.get("/connections").await;
    match answer.status {
        200 => answer.text.contains(ADA),
        303 => !answer.header("location").starts_with("/sign-in"),
        _ => panic!("{answer:?}"),
    }
}

fn is_guarded(answer: &Answer) -> bool {
    let policy = answer.header("content-security-policy");
    let is_closed = ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"]
        .iter()
        .all(|rule| policy.contains(rule));
    is_closed
        && !policy.contains("unsafe")
        && answer.header("cache-control") == "no-store"
        && answer.header("referrer-policy") == "no-referrer"
        && answer.header("x-content-type-options") == "nosniff"
}

#[tokio::test]
async fn a_person_signs_in_and_out() {
    for on in BOTH {
        let world = World::new(on).await;
        give_password(&world, ADA).await;
        let browser = Browser::new(&world);
        assert!(!is_signed_in(&browser).await);

        let page = browser.get("/sign-in").await;
        assert_eq!(page.status, 200);
        assert!(is_guarded(&page), "{page:?}");
        let before = browser.cookie().unwrap();
        let given = page.header("set-cookie").to_owned();
        assert!(given.ends_with("; Path=/; HttpOnly; SameSite=Lax"), "{given}");

        let answer = browser.sign_in(" Ada@Example.com ", PASSWORD).await;
        assert_eq!((answer.status, answer.header("location")), (303, "/portal"));
        assert!(is_guarded(&answer), "{answer:?}");
        assert!(is_signed_in(&browser).await);
        assert_ne!(browser.cookie().unwrap(), before, "another id");
        let stale = Browser::new(&world);
        stale.set_cookie(Some(before));
        assert!(!is_signed_in(&stale).await, "the id from before opens nothing");

        let signed_in = browser.cookie();
        let page = browser.get("/sign-out").await;
        assert!(page.text.contains("Sign out?"), "{page:?}");
        let token = field(&page, "form_token");
        let answer = browser.post("/sign-out", &[("form_token", &token)]).await;
        assert_eq!((answer.status, answer.header("location")), (303, "/sign-out"));
        assert_eq!(browser.cookie(), None);
        assert!(browser.get("/sign-out").await.text.contains("You are signed out"));
        browser.set_cookie(signed_in);
        assert!(!is_signed_in(&browser).await, "the session itself is over");
    }
}

#[tokio::test]
async fn whoever_is_unknown_is_told_what_a_wrong_password_is() {
    let world = World::new(On::Sqlite).await;
    give_password(&world, ADA).await;
    let mut told = Vec::new();
    for (email, password) in [
        (ADA, "harbour lamp elm"),
        ("nobody@example.com", PASSWORD),
        ("<b>nobody</b>", PASSWORD),
        (ADA, &"x".repeat(5000)),
    ] {
        let answer = Browser::new(&world).sign_in(email, password).await;
        assert_eq!(answer.status, 401, "{answer:?}");
        assert!(!answer.text.contains("<b>nobody"), "{answer:?}");
        assert!(!answer.text.contains(password), "{answer:?}");
        told.push(answer.text.split("id=\"failure\"").nth(1).unwrap().to_owned());
    }
    let sentence = |text: &str| text.split("You can try").next().unwrap().to_owned();
    assert!(told.iter().all(|text| sentence(text) == sentence(&told[0])), "{told:#?}");
    assert!(told[0].contains("do not belong together. You can try 4 more times"), "{}", told[0]);
    assert!(told[3].contains("You can try 3 more times"), "{}", told[3]);
}

#[tokio::test]
async fn whoever_is_unknown_waits_as_long() {
    let world = World::new(On::Sqlite).await;
    give_password(&world, ADA).await;
    let mut times = [Vec::new(), Vec::new()];
    for round in 0..5 {
        for (times, email) in times.iter_mut().zip([ADA, "nobody@example.com"]) {
            let browser = Browser::at(&world, [127, 0, 1, round]);
            browser.get("/sign-in").await;
            #[expect(clippy::disallowed_methods, reason = "this test measures")]
            let began = Instant::now();
            assert_eq!(browser.sign_in(email, "harbour lamp elm").await.status, 401);
            times.push(began.elapsed());
        }
    }
    let [known, unknown] = times.map(|times| times.into_iter().min().unwrap().as_secs_f64());
    assert!((0.5..2.0).contains(&(unknown / known)), "known {known} s, unknown {unknown} s");
}

#[tokio::test]
async fn whoever_guesses_is_told_how_long_to_wait() {
    let world = World::new(On::Sqlite).await;
    give_password(&world, ADA).await;
    let browser = Browser::new(&world);
    for left in ["4 more times", "3 more times", "2 more times", "once more", "Wait 1 minute"] {
        let answer = browser.sign_in(ADA, "harbour lamp elm").await;
        assert!(answer.status == 401 && answer.text.contains(left), "{left}: {answer:?}");
    }
    let answer = browser.sign_in(ADA, PASSWORD).await;
    assert_eq!((answer.status, answer.header("retry-after")), (429, "60"));
    assert!(answer.text.contains("Wait 1 minute, then try again."), "{answer:?}");
    let elsewhere = Browser::at(&world, [127, 0, 0, 9]);
    assert_eq!(elsewhere.sign_in(ADA, PASSWORD).await.status, 303, "her own address is free");
    world.forward(60);
    for _ in 0..6 {
        assert_eq!(browser.sign_in(ADA, PASSWORD).await.status, 303, "who is right is not counted");
        browser.set_cookie(None);
    }
}

#[tokio::test]
async fn whoever_tries_one_password_on_everybody_waits_too() {
    let world = World::new(On::Sqlite).await;
    give_password(&world, ADA).await;
    let browser = Browser::new(&world);
    let too_long = "x".repeat(201);
    for number in 0..60 {
        let answer = browser.sign_in(&format!("p{number}@example.com"), &too_long).await;
        assert_eq!(answer.status, 401, "{number}: {answer:?}");
    }
    let answer = browser.sign_in(ADA, PASSWORD).await;
    assert_eq!((answer.status, answer.header("retry-after")), (429, "5"), "{answer:?}");
    world.forward(5);
    assert_eq!(browser.sign_in(ADA, PASSWORD).await.status, 303);
}

#[tokio::test]
async fn whoever_goes_on_with_one_account_takes_nothing_from_the_others() {
    let world = World::new(On::Sqlite).await;
    let (browser, too_long) = (Browser::new(&world), "x".repeat(201));
    for number in 0..70 {
        let answer = browser.sign_in(ADA, &too_long).await;
        assert_eq!(answer.status, if number < 5 { 401 } else { 429 }, "{number}: {answer:?}");
    }
    let answer = browser.sign_in("ben@example.com", &too_long).await;
    assert_eq!(answer.status, 401, "{answer:?}");
}

#[tokio::test]
async fn whoever_comes_when_nobody_can_tell_has_not_tried() {
    let world = World::new(On::Sqlite).await;
    give_password(&world, ADA).await;
    let browser = Browser::new(&world);
    let waiting = (0..64).map(|_| world.env.passwords.verify(None, Secret::new("x".to_owned())));
    let mut crowd = join_all(waiting);
    assert!(poll_immediate(&mut crowd).await.is_none(), "all places are taken");
    for number in 0..61 {
        let answer = browser.sign_in(ADA, PASSWORD).await;
        assert_eq!(answer.status, 503, "{number}: {answer:?}");
    }
    drop(crowd);
    assert_eq!(browser.sign_in(ADA, PASSWORD).await.status, 303);
}

#[tokio::test]
async fn a_session_ends_when_idle_in_the_end_and_with_its_person() {
    for on in BOTH {
        let world = World::new(on).await;
        give_password(&world, ADA).await;
        let browser = Browser::new(&world);
        browser.sign_in(ADA, PASSWORD).await;
        world.forward(29 * 60);
        assert!(is_signed_in(&browser).await);
        world.forward(29 * 60);
        assert!(is_signed_in(&browser).await, "every use counts");
        world.forward(30 * 60);
        assert!(!is_signed_in(&browser).await, "idle");

        browser.sign_in(ADA, PASSWORD).await;
        for _ in 0..25 {
            world.forward(28 * 60);
            assert!(is_signed_in(&browser).await);
        }
        world.forward(20 * 60);
        assert!(!is_signed_in(&browser).await, "twelve hours");

        browser.sign_in(ADA, PASSWORD).await;
        let store = world.env.directory.store();
        let mut ada = store.find_user_by_email(ADA).await.unwrap().unwrap();
        ada.disabled = true;
        world.commit(Write::UserChanged(ada)).await;
        assert!(!is_signed_in(&browser).await, "disabled");
        let answer = browser.sign_in(ADA, PASSWORD).await;
        assert_eq!(answer.status, 401);
        assert!(answer.text.contains("switched off"), "{answer:?}");
        let answer = browser.sign_in(ADA, "harbour lamp elm").await;
        assert!(!answer.text.contains("switched off"), "only who knows the password is told");
    }
}

#[tokio::test]
async fn a_new_password_ends_the_sessions() {
    for on in BOTH {
        let world = World::new(on).await;
        give_password(&world, ADA).await;
        let browser = Browser::new(&world);
        browser.sign_in(ADA, PASSWORD).await;
        let user = people::find(&world.env, ADA).await.unwrap();
        let actor = portreeve_core::audit::Actor::System;
        let set = |password: &str| {
            let password = Secret::new(password.to_owned());
            let (world, user, actor) = (&world, &user, &actor);
            async move { people::set_password(&world.env, user, password, actor).await }
        };
        assert!(set("short").await.unwrap_err().to_string().contains("12 characters"));
        assert!(is_signed_in(&browser).await);
        set("another harbour lamp").await.unwrap();
        assert!(!is_signed_in(&browser).await);
        assert_eq!(browser.sign_in(ADA, PASSWORD).await.status, 401);
        assert_eq!(browser.sign_in(ADA, "another harbour lamp").await.status, 303);
    }
}

#[tokio::test]
async fn forms_from_elsewhere_are_refused() {
    let world = World::new(On::Sqlite).await;
    give_password(&world, ADA).await;
    let browser = Browser::new(&world);
    let token = field(&browser.get("/sign-in").await, "form_token");
    let form =
        |token: &'static str| [("form_token", token), ("email", ADA), ("password", PASSWORD)];
    let token: &'static str = token.leak();
    for (token, headers) in [
        (token, &[("origin", "https://evil.example.com")][..]),
        (token, &[("sec-fetch-site", "cross-site"), ("origin", "null")]),
        (token, &[("sec-fetch-site", "same-site")]),
        ("", &[]),
        ("AAAA", &[("origin", "http://127.0.0.1:8080")]),
    ] {
        let answer = browser.post_as("/sign-in", &form(token), headers).await;
        assert_eq!(answer.status, 403, "{headers:?}: {answer:?}");
        assert!(answer.text.contains("cross_site"), "{answer:?}");
    }
    let other = Browser::new(&world);
    other.get("/sign-in").await;
    assert_eq!(other.post("/sign-in", &form(token)).await.status, 403, "another browser's");
    other.set_cookie(None);
    assert_eq!(other.post("/sign-in", &form(token)).await.status, 403, "no browser's");
    assert_eq!(browser.post("/sign-out", &form(token)).await.status, 403, "another form's");
    assert_eq!(browser.post_as("/sign-in", &form(token), &[]).await.status, 303, "an old browser");
}

#[tokio::test]
async fn what_is_broken_is_refused_calmly() {
    let world = World::new(On::Sqlite).await;
    let browser = Browser::new(&world);
    for cookie in ["portreeve=", "portreeve=x; portreeve=y", "portreeve=%00", ";;;=;"] {
        browser.set_cookie(Some(cookie.to_owned()));
        assert!(!is_signed_in(&browser).await, "{cookie}");
        assert_eq!(browser.get("/sign-in").await.status, 200, "{cookie}");
    }
    browser.set_cookie(None);
    let token = field(&browser.get("/sign-in").await, "form_token");
    let twice = [("form_token", &*token), ("email", "a"), ("email", "b"), ("password", "c")];
    assert_eq!(browser.post("/sign-in", &twice).await.status, 400);
    let large = "x".repeat(70_000);
    let answer = browser.post("/sign-in", &[("form_token", &token), ("email", &large)]).await;
    assert_eq!(answer.status, 413);
    for path in ["/connections/end", "/connect", "/connect?flow=", "/connect?flow=AAAA&flow=AAAA"] {
        let answer = browser.get(path).await;
        assert!([400, 303].contains(&answer.status), "{path}: {answer:?}");
    }
}

#[tokio::test]
async fn the_log_knows_no_password_and_no_cookie() {
    let world = World::new(On::Sqlite).await;
    give_password(&world, ADA).await;
    let browser = Browser::new(&world);
    browser.sign_in(ADA, "harbour lamp elm").await;
    browser.sign_in(ADA, PASSWORD).await;
    let log = world.log();
    let cookie = browser.cookie().unwrap();
    for needle in ["harbour", cookie.split('=').nth(1).unwrap(), ADA, "form_token"] {
        assert!(!log.contains(needle), "{needle} in {log}");
    }
    assert!(log.contains("password_wrong"), "{log}");
}

/// Whoever asks, and with whatever form.
#[tokio::test]
async fn an_address_that_is_no_text_is_none() {
    let world = World::new(On::Sqlite).await;
    let browser = Browser::new(&world);
    let mut answers = vec![browser.post("/portal/clients/%FF/state", &[("to", "enabled")]).await];
    for path in ["clients/%FF", "clients/a%80/secrets/%C3", "organizations/%FF%FE", "docs/%FF"] {
        answers.push(browser.get(&format!("/portal/{path}")).await);
    }
    for answer in answers {
        assert_eq!(answer.status, 404, "{answer:?}");
        assert!(answer.text.contains("There is nothing at this address"), "{answer:?}");
        assert!(answer.header("content-type").starts_with("text/html"), "{answer:?}");
        assert!(is_guarded(&answer) && !answer.header("x-request-id").is_empty(), "{answer:?}");
    }
    for path in ["/vessel/%FF", "/auth/connect/%FF", "/%FF"] {
        let answer = world.get(path, None).await;
        assert!([400, 401, 404].contains(&answer.status), "{path}: {answer:?}");
        assert!(!answer.text.contains("Invalid UTF-8"), "{path}: {answer:?}");
    }
}

#[tokio::test]
async fn the_stylesheet_is_kept_and_nothing_else_is_there() {
    let world = World::new(On::Sqlite).await;
    let page = world.get("/sign-in", None).await;
    let at = page.text.find("/assets/").unwrap();
    let path = page.text[at..].split('"').next().unwrap();
    let answer = world.get(path, None).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "text/css; charset=utf-8"));
    assert!(answer.header("cache-control").contains("immutable"));
    assert_eq!(world.get("/assets/none.css", None).await.status, 404);

    let asked = http::Request::get("/nowhere").header("accept", "text/html,*/*");
    let answer = world.send(asked.body(axum::body::Body::empty()).unwrap()).await;
    assert_eq!(answer.status, 404);
    assert!(answer.text.contains("There is nothing at this address") && is_guarded(&answer));
    let asked = http::Request::put("/connect").body(axum::body::Body::empty());
    let answer = world.send(asked.unwrap()).await;
    assert_eq!((answer.status, answer.header("allow")), (405, "GET,HEAD,POST"), "{answer:?}");
    assert!(is_guarded(&answer) && answer.header("x-frame-options") == "DENY", "{answer:?}");
    let scripts = |mark: &str| page.text.matches(mark).count();
    assert_eq!(scripts("<script"), scripts("<script type=\"module\" src=\"/assets/"), "{page:?}");
    assert!(!page.text.contains("style="), "{page:?}");
}
