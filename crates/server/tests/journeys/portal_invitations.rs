//! People are invited and join.

use portreeve_core::org::member::Role;

use crate::browser::{Browser, PASSWORD, field_in};
use crate::portal_world::{
    ADA, INVITE, MEMBERS, WELCOME, YUKI, code_on, enter, facts, fill, fill_old, invite,
    only_invitation, place, role_of, sign_in_again, signed_in, welcome, world_with_admin,
};
use crate::world::{BOTH, On};

#[tokio::test]
async fn somebody_new_is_invited_and_joins() {
    for on in BOTH {
        let world = world_with_admin(on).await;
        let ada = signed_in(&world, ADA).await;
        let (answer, code) = invite(&ada, " Yuki.Brandt@Example.com", "member").await;
        assert_eq!(answer.status, 200, "{answer:?}");
        assert!(answer.text.contains("on its way") && code.len() == 44, "{answer:?}");
        let mails = world.mails_to(YUKI).await;
        assert_eq!((mails.len(), mails[0].code()), (1, code.clone()));
        let list = ada.get(MEMBERS).await;
        assert!(list.text.contains("Invited today") && list.text.contains(YUKI), "{list:?}");
        assert!(!list.text.contains(&code), "shown once");

        let yuki = Browser::new(&world);
        assert!(yuki.get(WELCOME).await.text.contains("data-from-fragment"));
        let page = welcome(&yuki, &format!(" {code}\t"), &[]).await;
        for told in ["org_tankers", "Ada invited", YUKI, "Member", "name=\"password\""] {
            assert!(page.text.contains(told), "{told}: {page:?}");
        }
        let long = "x".repeat(10_000);
        let fields =
            |name, one, two| [("step", "enter"), ("name", name), ("password", one), ("again", two)];
        for (fields, told) in [
            (fields("", PASSWORD, PASSWORD), "A name needs"),
            (fields(&*long, PASSWORD, PASSWORD), "A name needs"),
            (fields("a\nb", PASSWORD, PASSWORD), "A name needs"),
            (fields("Yuki", "short", "short"), "12 characters at least"),
            (fields("Yuki", PASSWORD, "another"), "not the same"),
        ] {
            let answer = welcome(&yuki, &code, &fields).await;
            assert!(answer.status == 422 && answer.text.contains(told), "{told}: {answer:?}");
        }
        let name = "Yuki \u{5e0c} <b>Brandt</b>";
        let answer = welcome(&yuki, &code, &fields(name, PASSWORD, PASSWORD)).await;
        let home = "/portal/organizations/org_tankers?done=joined";
        assert_eq!((answer.status, answer.header("location")), (303, home), "{answer:?}");
        assert_eq!(yuki.get("/portal/settings").await.status, 200, "signed in");
        assert_eq!(role_of(&world, YUKI, "org_tankers").await, Some(Role::Member));
        let list = ada.get(MEMBERS).await;
        assert!(list.text.contains("Yuki \u{5e0c} &#60;b&#62;Brandt"), "{list:?}");
        assert!(!list.text.contains("Invited today"), "{list:?}");
        let mails = world.mails_to(ADA).await;
        assert!(mails.len() == 1 && mails[0].subject.contains("joined"), "{mails:?}");
        assert_eq!(facts(&world, "membership.invited").await[0].0, "user:usr_ada");
        let accepted = facts(&world, "membership.accepted").await;
        assert_eq!(accepted[0].1, format!("{YUKI} as member"));
        assert!(!world.log().contains(&code), "the log knows no code");
    }
}

#[tokio::test]
async fn somebody_known_signs_in_and_joins() {
    for on in BOTH {
        let world = world_with_admin(on).await;
        enter(&world, "usr_tomas", "Tomas", false).await;
        let tomas = "usr_tomas@example.com";
        let ada = signed_in(&world, ADA).await;
        let (_, code) = invite(&ada, tomas, "admin").await;
        let other = welcome(&ada, &code, &[]).await;
        assert!(other.text.contains("You are signed in as ada@example.com"), "{other:?}");
        let forced = welcome(&ada, &code, &[("step", "join")]).await;
        assert!(forced.text.contains("You are signed in as ada@example.com"), "{forced:?}");
        assert_eq!(role_of(&world, tomas, "org_tankers").await, None);

        let browser = Browser::new(&world);
        let page = welcome(&browser, &code, &[]).await;
        assert!(page.text.contains("You are known here already"), "{page:?}");
        let enters =
            [("step", "enter"), ("name", "X"), ("password", PASSWORD), ("again", PASSWORD)];
        let forced = welcome(&browser, &code, &enters).await;
        assert!(forced.text.contains("You are known here already"), "{forced:?}");
        let step = ("step", "sign-in");
        let wrong = welcome(&browser, &code, &[step, ("password", "harbour lamp elm")]).await;
        assert_eq!(wrong.status, 401, "{wrong:?}");
        assert!(wrong.text.contains("That is not your password"), "{wrong:?}");
        let before = browser.cookie();
        let page = welcome(&browser, &code, &[step, ("password", PASSWORD)]).await;
        assert_eq!(page.status, 200, "{page:?}");
        assert!(page.text.contains("value=\"join\""), "{page:?}");
        assert_ne!(browser.cookie(), before, "another id");
        assert_eq!(role_of(&world, tomas, "org_tankers").await, None, "not before the button");
        let answer = welcome(&browser, &code, &[("step", "join")]).await;
        assert_eq!(answer.status, 303, "{answer:?}");
        assert_eq!(role_of(&world, tomas, "org_tankers").await, Some(Role::Admin));
        assert_eq!(welcome(&browser, &code, &[("step", "join")]).await.status, 422, "used up");
    }
}

#[tokio::test]
async fn whoever_is_more_already_stays_it() {
    let world = world_with_admin(On::Sqlite).await;
    enter(&world, "usr_tomas", "Tomas", false).await;
    let ada = signed_in(&world, ADA).await;
    let (_, code) = invite(&ada, "usr_tomas@example.com", "member").await;
    place(&world, "usr_tomas", "org_tankers", Role::Admin).await;
    let tomas = signed_in(&world, "usr_tomas@example.com").await;
    assert_eq!(welcome(&tomas, &code, &[("step", "join")]).await.status, 303);
    let role = role_of(&world, "usr_tomas@example.com", "org_tankers").await;
    assert_eq!(role, Some(Role::Admin));
    let (again, _) = invite(&ada, "usr_tomas@example.com", "member").await;
    assert!(again.status == 422 && again.text.contains("Tomas belongs here already"), "{again:?}");
}

#[tokio::test]
async fn codes_that_open_nothing_are_told_in_the_same_words() {
    for on in BOTH {
        let world = world_with_admin(on).await;
        enter(&world, "usr_mara", "Mara", false).await;
        place(&world, "usr_mara", "org_tankers", Role::Admin).await;
        let (ada, mara) =
            (signed_in(&world, ADA).await, signed_in(&world, "usr_mara@example.com").await);
        let (_, used) = invite(&ada, "used@example.com", "member").await;
        let fields =
            [("step", "enter"), ("name", "U"), ("password", PASSWORD), ("again", PASSWORD)];
        assert_eq!(welcome(&Browser::new(&world), &used, &fields).await.status, 303);
        let (_, replaced) = invite(&ada, YUKI, "member").await;
        let again = only_invitation(&ada, YUKI).await;
        let sent = fill(&ada, &again, &again, &[("answer", "again")]).await;
        assert!(code_on(&sent).is_empty(), "the mail alone has it: {sent:?}");
        let withdrawn = ada.code_for(YUKI).await;
        assert_ne!(withdrawn, replaced);
        assert_eq!(world.mails_to(YUKI).await.len(), 2);
        let pressed_twice = fill_old(&ada, &again, "again").await;
        assert_eq!(pressed_twice.status, 200, "pressed twice: the same");
        assert_eq!(world.mails_to(YUKI).await.len(), 2);
        let now = only_invitation(&ada, YUKI).await;
        for _ in 0..2 {
            let answer = fill_old(&ada, &now, "withdraw").await;
            assert!([303, 404].contains(&answer.status), "{answer:?}");
        }
        assert_eq!(facts(&world, "invitation.withdrawn").await.len(), 1);
        let (_, of_mara) = invite(&mara, "third@example.com", "admin").await;
        place(&world, "usr_mara", "org_tankers", Role::Member).await;
        let (_, expired) = invite(&ada, "fourth@example.com", "member").await;
        world.forward(14 * 24 * 3600);
        let browser = Browser::new(&world);
        let mut told = Vec::new();
        for code in ["unknown", &used, &replaced, &withdrawn, &of_mara, &expired] {
            let answer = welcome(&browser, code, &[]).await;
            assert_eq!(answer.status, 422, "{answer:?}");
            told.push(answer.text.replace(code, "X"));
        }
        assert!(told.iter().all(|text| *text == told[0]), "{told:#?}");
        assert!(told[0].contains("This code opens nothing"), "{}", told[0]);
    }
}

#[tokio::test]
async fn an_invitation_falls_with_whoever_made_it() {
    let world = world_with_admin(On::Sqlite).await;
    enter(&world, "usr_mara", "Mara", false).await;
    place(&world, "usr_mara", "org_tankers", Role::Admin).await;
    let mara = signed_in(&world, "usr_mara@example.com").await;
    let (_, code) = invite(&mara, YUKI, "admin").await;
    let ada = signed_in(&world, ADA).await;
    let page = ada.get(&format!("{MEMBERS}/usr_mara")).await;
    assert!(page.text.contains("1 invitation that waits is taken back"), "{page:?}");
    let to = format!("{MEMBERS}/usr_mara");
    assert_eq!(fill(&ada, &to, &to, &[("answer", "remove")]).await.status, 303);
    assert_eq!(welcome(&Browser::new(&world), &code, &[]).await.status, 422);
    assert!(!ada.get(MEMBERS).await.text.contains(YUKI));
}

#[tokio::test]
async fn a_form_that_is_sent_twice_invites_once() {
    for on in BOTH {
        let world = world_with_admin(on).await;
        let ada = signed_in(&world, ADA).await;
        let store = world.env.directory.store();
        let newest = store.newest_change().await.unwrap();
        let page = ada.get(INVITE).await;
        let mark = format!("action=\"{INVITE}\"");
        let (token, once) = (field_in(&page, &mark, "form_token"), field_in(&page, &mark, "once"));
        let fields =
            [("form_token", &*token), ("once", &once), ("email", YUKI), ("role", "member")];
        let (one, two) = tokio::join!(ada.post(INVITE, &fields), ada.post(INVITE, &fields));
        assert_eq!((one.status, two.status), (200, 200), "{one:?} {two:?}");
        assert!(code_on(&one).is_empty() && code_on(&two).is_empty());
        assert_eq!(world.mails_to(YUKI).await.len(), 1);
        assert_eq!(facts(&world, "membership.invited").await.len(), 1);
        assert_eq!(store.newest_change().await.unwrap(), newest, "nobody reads the tree anew");
        world.forward(61);
        let late = ada.post(INVITE, &fields).await;
        assert!(late.status == 200 && code_on(&late).is_empty(), "not shown again: {late:?}");
        // Taken back, the same form does not bring the same code to life.
        let at = only_invitation(&ada, YUKI).await;
        fill_old(&ada, &at, "withdraw").await;
        assert_eq!(ada.post(INVITE, &fields).await.status, 409);
    }
}

#[tokio::test]
async fn of_two_who_use_one_invitation_one_joins() {
    for on in BOTH {
        let world = world_with_admin(on).await;
        let ada = signed_in(&world, ADA).await;
        let (_, code) = invite(&ada, YUKI, "member").await;
        let (here, there) = (Browser::new(&world), Browser::new(&world));
        let fields =
            [("step", "enter"), ("name", "Y"), ("password", PASSWORD), ("again", PASSWORD)];
        let (one, two) =
            tokio::join!(welcome(&here, &code, &fields), welcome(&there, &code, &fields));
        let mut all = [one.status, two.status];
        all.sort_unstable();
        assert!(all == [303, 422] || all == [200, 303], "{all:?}");
        assert_eq!(facts(&world, "membership.accepted").await.len(), 1);
    }
}

#[tokio::test]
async fn invitations_have_limits() {
    let world = world_with_admin(On::Sqlite).await;
    let ada = signed_in(&world, ADA).await;
    for number in 0..20 {
        let (answer, _) = invite(&ada, &format!("p{number}@example.com"), "member").await;
        assert_eq!(answer.status, 200, "{number}: {answer:?}");
    }
    let (answer, _) = invite(&ada, YUKI, "member").await;
    assert_eq!((answer.status, answer.header("retry-after")), (429, "180"), "{answer:?}");
    assert!(answer.text.contains("Wait 3 minutes"), "{answer:?}");
    let at = only_invitation(&ada, "p7@example.com").await;
    let again = fill(&ada, &at, &at, &[("answer", "again")]).await;
    assert_eq!(again.status, 429, "sending again counts as well");
    for number in 20..50 {
        world.forward(180);
        sign_in_again(&ada).await;
        let (answer, _) = invite(&ada, &format!("p{number}@example.com"), "member").await;
        assert_eq!(answer.status, 200, "{number}: {answer:?}");
    }
    world.forward(180);
    sign_in_again(&ada).await;
    let (answer, _) = invite(&ada, YUKI, "member").await;
    assert!(answer.status == 422 && answer.text.contains("50 invitations wait"), "{answer:?}");
    let (answer, _) = invite(&ada, "p7@example.com", "admin").await;
    assert_eq!(answer.status, 200, "in place of the one that waits: {answer:?}");
}

#[tokio::test]
async fn addresses_that_are_none_are_told() {
    let world = world_with_admin(On::Sqlite).await;
    let ada = signed_in(&world, ADA).await;
    for email in ["", "yuki", "<script>@x.y", "\u{e4}@example.com", &"x".repeat(10_000), "a@b\tc.d"]
    {
        let (answer, _) = invite(&ada, email, "member").await;
        assert_eq!(answer.status, 422, "{email}: {answer:?}");
        assert!(!answer.text.contains("<script>@"), "{answer:?}");
        assert!(answer.text.contains("aria-invalid=\"true\""), "{answer:?}");
    }
    let (answer, _) = invite(&ada, YUKI, "owner").await;
    assert!(answer.text.contains("Member"), "an unknown role is the smaller one: {answer:?}");
}
