//! What holds against somebody who tries: a new password against a sign-in under way, and
//! the counts of passwords that are tried.

use std::time::Duration;

use futures_util::future::{join_all, poll_immediate};
use portreeve_core::secret::Secret;
use portreeve_core::sign_in::session::{MOST, Seat, Session};
use portreeve_core::text_id::UserId;
use portreeve_server::tries::Tried;
use portreeve_store::contract::commit::Write;

use crate::browser::{Browser, PASSWORD, field, field_in, give_password};
use crate::portal_world::{ADA, fill, signed_in};
use crate::world::{BOTH, On, World};

const FORGOTTEN: &str = "/portal/password/forgotten";
const CHOOSE: &str = "/portal/password/new";
const CHANGE: &str = "/portal/settings/password";

/// A browser for each of these networks, with its sign-in form open.
async fn doors(world: &World, third: u8, count: u8) -> Vec<(Browser<'_>, String)> {
    let mut all = Vec::new();
    for number in 1..=count {
        let browser = Browser::at(world, [127, 0, third, number]);
        let token = field(&browser.get("/sign-in").await, "form_token");
        all.push((browser, token));
    }
    all
}

async fn sign_in_at((browser, token): &(Browser<'_>, String), password: &str) -> u16 {
    let fields = [("form_token", &**token), ("email", ADA), ("password", password)];
    browser.post("/sign-in", &fields).await.status
}

async fn sessions(world: &World) -> Vec<Session> {
    world.env.directory.store().list_sessions(&UserId::parse("usr_ada").unwrap()).await.unwrap()
}

#[tokio::test]
async fn a_new_password_holds_against_those_who_are_signing_in() {
    for on in BOTH {
        let world = World::new(on).await;
        give_password(&world, ADA).await;
        let new = "another harbour lamp";
        let hashed =
            world.env.passwords.hash(Secret::new(new.to_owned()), ADA, &*world.env.entropy);
        let phc = hashed.await.unwrap().as_str().to_owned();
        let all = doors(&world, 1, 6).await;
        // They wait behind a crowd to compare the old password, which they have read, and
        // meanwhile there is a new one.
        let verified = || world.env.passwords.verify(None, Secret::new("x".to_owned()));
        let mut crowd = join_all((0..64 - all.len()).map(|_| verified()));
        assert!(poll_immediate(&mut crowd).await.is_none());
        let mut signing_in = Box::pin(join_all(all.iter().map(|door| sign_in_at(door, PASSWORD))));
        while poll_immediate(verified()).await.is_none() {
            let soon = tokio::time::timeout(Duration::from_millis(5), &mut signing_in).await;
            assert!(soon.is_err(), "{soon:?}");
        }
        let user = UserId::parse("usr_ada").unwrap();
        world.commit(Write::PasswordSet { user, phc }).await;
        drop(crowd);
        assert_eq!(signing_in.await, [401; 6], "{on:?}");
        assert_eq!(sessions(&world).await, [], "{on:?}");
        for (door, _) in &all {
            assert_eq!(door.get("/portal/settings").await.status, 303);
        }
        assert_eq!(sign_in_at(&doors(&world, 2, 1).await[0], new).await, 303);
    }
}

#[tokio::test]
async fn of_two_who_change_the_same_password_one_does() {
    for on in BOTH {
        let world = World::new(on).await;
        give_password(&world, ADA).await;
        let (one, two) = (signed_in(&world, ADA).await, signed_in(&world, ADA).await);
        let mut tokens = Vec::new();
        for browser in [&one, &two] {
            let mark = format!("action=\"{CHANGE}\"");
            tokens.push(field_in(&browser.get(CHANGE).await, &mark, "form_token"));
        }
        let change = async |browser: &Browser<'_>, token: &str, new: &str| {
            let fields =
                [("form_token", token), ("old", PASSWORD), ("password", new), ("again", new)];
            browser.post(CHANGE, &fields).await.status
        };
        let news = ["the first of the two", "the second of the two"];
        let (first, second) =
            tokio::join!(change(&one, &tokens[0], news[0]), change(&two, &tokens[1], news[1]));
        let mut both = [first, second];
        both.sort_unstable();
        assert_eq!(both, [303, 401], "{on:?}");
        let (winner, loser) = if first == 303 { (0, 1) } else { (1, 0) };
        assert_eq!(sessions(&world).await.len(), 1, "only the winner's goes on");
        let elsewhere = Browser::new(&world);
        assert_eq!(elsewhere.sign_in(ADA, news[loser]).await.status, 401);
        assert_eq!(elsewhere.sign_in(ADA, news[winner]).await.status, 303);
        let mails = world.mails_to(ADA).await;
        assert_eq!(mails.len(), 1, "whoever did not change it is told nothing: {mails:?}");
    }
}

#[tokio::test]
async fn nobody_signs_in_without_end() {
    let world = World::new(On::Sqlite).await;
    give_password(&world, ADA).await;
    let user = UserId::parse("usr_ada").unwrap();
    for number in 1..=u8::try_from(MOST).unwrap() {
        let one = Session::begin(&[number; 32], user.clone(), Seat::default(), world.env.now());
        world.commit(Write::SessionBegun(one)).await;
    }
    world.forward(1);
    let browser = signed_in(&world, ADA).await;
    assert_eq!(sessions(&world).await.len(), MOST as usize);
    assert_eq!(browser.get("/portal/settings").await.status, 200, "the newest stays");

    let tried = Tried { email: ADA, peer: [127, 0, 0, 1].into(), now: world.env.clock.monotonic() };
    while world.env.tries.claim_right(&tried).is_ok() {}
    for address in [[127, 0, 0, 1], [127, 0, 0, 2]] {
        let answer = Browser::at(&world, address).sign_in(ADA, PASSWORD).await;
        assert_eq!((answer.status, answer.header("retry-after")), (429, "5"), "{answer:?}");
        assert!(answer.text.contains("Too many attempts with this e-mail address"), "{answer:?}");
    }
    assert_eq!(browser.get("/portal/settings").await.status, 200);
    assert_eq!(Browser::new(&world).sign_in("ole@example.com", PASSWORD).await.status, 401);
    world.forward(5);
    assert_eq!(Browser::new(&world).sign_in(ADA, PASSWORD).await.status, 303);
}

#[tokio::test]
async fn one_account_is_not_guessed_from_everywhere_and_its_person_comes_in() {
    let world = World::new(On::Sqlite).await;
    give_password(&world, ADA).await;
    let too_long = "x".repeat(201);
    signed_in(&world, ADA).await;
    for (email, third) in [(ADA, 1), ("nobody@example.com", 2)] {
        for number in 0..100 {
            let browser = Browser::at(&world, [127, 0, third, number / 5]);
            assert_eq!(browser.sign_in(email, &too_long).await.status, 401, "{number}");
        }
        let answer = Browser::at(&world, [127, 0, third, 200]).sign_in(email, PASSWORD).await;
        assert_eq!((answer.status, answer.header("retry-after")), (429, "36"), "{answer:?}");
        assert!(answer.text.contains("this e-mail address. Wait 36 seconds"), "{answer:?}");
    }
    let home = Browser::new(&world);
    assert_eq!(home.sign_in(ADA, PASSWORD).await.status, 303, "where she was before");
    // A session that began at another node.
    let user = UserId::parse("usr_ada").unwrap();
    let seat = Seat { address: Some([127, 0, 3, 1].into()), agent: "" };
    let elsewhere = Session::begin(&[9; 32], user, seat, world.env.now());
    world.commit(Write::SessionBegun(elsewhere)).await;
    let other = Browser::at(&world, [127, 0, 3, 1]);
    assert_eq!(other.sign_in(ADA, &too_long).await.status, 401, "a wrong one is a wrong one");
    assert_eq!(other.sign_in(ADA, PASSWORD).await.status, 303);
    let away = Browser::at(&world, [127, 0, 3, 2]);
    assert_eq!(away.sign_in(ADA, PASSWORD).await.status, 429);
    world.forward(36);
    assert_eq!(away.sign_in(ADA, PASSWORD).await.status, 303, "one in 36 seconds");
}

#[tokio::test]
async fn whoever_is_kept_out_comes_in_with_a_new_password() {
    let world = World::new(On::Sqlite).await;
    give_password(&world, ADA).await;
    for number in 0..100 {
        let browser = Browser::at(&world, [127, 0, 1, number / 5]);
        assert_eq!(browser.sign_in(ADA, &"x".repeat(201)).await.status, 401, "{number}");
    }
    let ada = Browser::new(&world);
    assert_eq!(ada.sign_in(ADA, PASSWORD).await.status, 429);
    fill(&ada, FORGOTTEN, FORGOTTEN, &[("email", ADA)]).await;
    let code = world.mails_to(ADA).await[0].code();
    let new = "another harbour lamp";
    let fields = [("code", &*code), ("password", new), ("again", new)];
    assert_eq!(fill(&ada, CHOOSE, CHOOSE, &fields).await.status, 303);
    for browser in [ada, Browser::at(&world, [127, 0, 3, 1])] {
        assert_eq!(browser.sign_in(ADA, new).await.status, 303);
    }
}

#[tokio::test]
async fn a_new_password_waits_its_turn_as_well() {
    let world = World::new(On::Sqlite).await;
    give_password(&world, ADA).await;
    let browser = Browser::new(&world);
    fill(&browser, FORGOTTEN, FORGOTTEN, &[("email", ADA)]).await;
    let code = world.mails_to(ADA).await[0].code();
    let new = [("code", &*code), ("password", PASSWORD), ("again", PASSWORD)];
    let waiting = (0..64).map(|_| world.env.passwords.verify(None, Secret::new("x".to_owned())));
    let mut crowd = join_all(waiting);
    assert!(poll_immediate(&mut crowd).await.is_none(), "all places are taken");
    let answer = fill(&browser, CHOOSE, CHOOSE, &new).await;
    assert_eq!(answer.status, 503, "{answer:?}");
    assert!(answer.text.contains("Try again in a few seconds"), "{answer:?}");
    drop(crowd);
    assert_eq!(fill(&browser, CHOOSE, CHOOSE, &new).await.status, 303, "the code is as it was");
}
