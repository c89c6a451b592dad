//! Members get other roles, are removed, leave; nobody changes what is not theirs.

use portreeve_core::audit::Actor;
use portreeve_core::org::member::{Role, User};
use portreeve_core::text_id::UserId;
use portreeve_server::flow::people;
use portreeve_store::contract::commit::Write;

use crate::browser::{Browser, field, field_in};
use crate::portal_world::{
    ADA, INVITE, MEMBERS, YUKI, enter, fill, invite, only_invitation, place, role_of, signed_in,
    welcome, world_with_admin,
};
use crate::world::{BOTH, On, organization};

#[tokio::test]
async fn the_last_admin_stays() {
    for on in BOTH {
        let world = world_with_admin(on).await;
        enter(&world, "usr_mara", "Mara", false).await;
        place(&world, "usr_mara", "org_tankers", Role::Admin).await;
        let (ada, mara) =
            (signed_in(&world, ADA).await, signed_in(&world, "usr_mara@example.com").await);
        let (of_ada, of_mara) = (format!("{MEMBERS}/usr_ada"), format!("{MEMBERS}/usr_mara"));
        // Each takes the other's role away at once: one does.
        let member = [("answer", "role"), ("role", "member")];
        let (hers, mine) = (ada.get(&of_mara).await, mara.get(&of_ada).await);
        let tokens = (field(&hers, "form_token"), field(&mine, "form_token"));
        let (first, second) = (
            [("form_token", &*tokens.0), member[0], member[1]],
            [("form_token", &*tokens.1), member[0], member[1]],
        );
        let (one, two) = tokio::join!(ada.post(&of_mara, &first), mara.post(&of_ada, &second));
        let left = [
            role_of(&world, ADA, "org_tankers").await,
            role_of(&world, "usr_mara@example.com", "org_tankers").await,
        ];
        assert!(left.contains(&Some(Role::Admin)), "{one:?} {two:?}");
        place(&world, "usr_ada", "org_tankers", Role::Admin).await;
        place(&world, "usr_mara", "org_tankers", Role::Member).await;
        for fields in [&[("answer", "remove")][..], &member] {
            let answer = fill(&ada, &of_ada, &of_ada, fields).await;
            assert_eq!(answer.status, 409, "{answer:?}");
            assert!(answer.text.contains("You are the only admin"), "{answer:?}");
        }
        // A disabled one is none.
        place(&world, "usr_mara", "org_tankers", Role::Admin).await;
        let user = people::find(&world.env, "usr_mara@example.com").await.unwrap();
        people::set_disabled(&world.env, &user.id, true, &Actor::System).await.unwrap();
        assert_eq!(fill(&ada, &of_ada, &of_ada, &member).await.status, 409);
        // One above is one.
        enter(&world, "usr_group", "Group", false).await;
        place(&world, "usr_group", "org_group", Role::Admin).await;
        assert_eq!(fill(&ada, &of_ada, &of_ada, &member).await.status, 303);
        // The vendor's own staff may.
        enter(&world, "usr_ops", "Ops", true).await;
        people::set_disabled(&world.env, &user.id, false, &Actor::System).await.unwrap();
        let ops = signed_in(&world, "usr_ops@example.com").await;
        let answer = fill(&ops, &of_mara, &of_mara, &[("answer", "remove")]).await;
        assert_eq!(answer.status, 303, "{answer:?}");
    }
}

#[tokio::test]
async fn removing_says_what_ends_and_one_may_leave() {
    let world = world_with_admin(On::Sqlite).await;
    enter(&world, "usr_mara", "Mara", false).await;
    place(&world, "usr_mara", "org_tankers", Role::Admin).await;
    let mara = signed_in(&world, "usr_mara@example.com").await;
    let of_ada = format!("{MEMBERS}/usr_ada");
    let page = mara.get(&of_ada).await;
    let told = "1 identity client of Ada no longer reaches this organization";
    assert!(page.text.contains(told), "{page:?}");
    place(&world, "usr_ada", "org_group", Role::Member).await;
    let page = mara.get(&of_ada).await;
    assert!(
        page.text.contains("Ada still reaches this organization through org_group"),
        "{page:?}"
    );
    place(&world, "usr_mara", "org_tankers", Role::Member).await;
    let of_mara = format!("{MEMBERS}/usr_mara");
    let page = mara.get(&of_mara).await;
    assert!(!page.text.contains("name=\"role\""), "a member gives no roles: {page:?}");
    let role = fill(&mara, &of_mara, &of_mara, &[("answer", "role"), ("role", "admin")]).await;
    assert_eq!(role.status, 403, "{role:?}");
    let left = fill(&mara, &of_mara, &of_mara, &[("answer", "remove")]).await;
    assert_eq!((left.status, left.header("location")), (303, "/portal"), "{left:?}");
    assert_eq!(mara.get(MEMBERS).await.status, 404);
    let calm = mara.get("/portal").await;
    assert!(calm.status == 200 && calm.text.contains("You belong to no organization"), "{calm:?}");
    assert!(mara.get("/portal/organizations").await.text.contains("You belong to no organization"));
    assert_eq!(mara.get("/sign-in").await.header("location"), "/connections");
}

#[tokio::test]
async fn nobody_changes_what_is_not_theirs() {
    for on in BOTH {
        let world = world_with_admin(on).await;
        enter(&world, "usr_mara", "Mara", false).await;
        enter(&world, "usr_tomas", "Tomas", false).await;
        place(&world, "usr_mara", "org_other", Role::Admin).await;
        place(&world, "usr_tomas", "org_tankers", Role::Member).await;
        let (ada, mara, tomas) = (
            signed_in(&world, ADA).await,
            signed_in(&world, "usr_mara@example.com").await,
            signed_in(&world, "usr_tomas@example.com").await,
        );
        let (_, code) = invite(&ada, YUKI, "member").await;
        let at = only_invitation(&ada, YUKI).await;
        let elsewhere = at.replace("org_tankers", "org_other");
        let unknown = at.replace("org_tankers", "org_unknown");
        for path in [MEMBERS, INVITE, &*at, &*elsewhere, &*unknown] {
            assert_eq!(mara.get(path).await.status, 404, "{path}");
        }
        for path in [INVITE, &*at, "/portal/organizations/org_tankers/members/usr_ada"] {
            assert_eq!(tomas.get(path).await.status, 403, "{path}");
        }
        for id in ["usr_mara", "usr_nobody", "%22%3E%3Cscript%3E", "..%2fx", &"x".repeat(500)] {
            let path = format!("{MEMBERS}/{id}");
            let shown = ada.get(&path).await;
            assert_eq!(shown.status, 404, "{path}");
            let token = field_in(&ada.get(INVITE).await, INVITE, "form_token");
            let fields = [("form_token", &*token), ("answer", "remove")];
            let answer = ada.post(&path, &fields).await;
            assert_eq!(answer.status, 404, "{path}: {answer:?}");
            assert!(!answer.text.contains("<script>"), "{answer:?}");
        }
        let list = tomas.get(MEMBERS).await;
        assert!(list.status == 200 && !list.text.contains(YUKI), "only admins see who is invited");
        assert!(list.text.contains(">Leave<"), "{list:?}");
        let own = field_in(&ada.get(INVITE).await, INVITE, "form_token");
        let stolen = mara.post(&at, &[("form_token", &own), ("answer", "withdraw")]).await;
        assert_eq!(stolen.status, 403, "another browser's form");
        let cross = [("sec-fetch-site", "cross-site")];
        let crossed =
            ada.post_as(&at, &[("form_token", &own), ("answer", "withdraw")], &cross).await;
        assert_eq!(crossed.status, 403);
        assert_eq!(welcome(&Browser::new(&world), &code, &[]).await.status, 200, "it stands");
        let nobody = Browser::new(&world);
        let lost = nobody.post(INVITE, &[("form_token", &own), ("email", YUKI)]).await;
        assert_eq!(lost.status, 303, "{lost:?}");
        assert!(lost.header("location").starts_with("/sign-in?next="), "{lost:?}");
    }
}

/// As somebody at the command line ends it.
#[tokio::test]
async fn with_a_membership_goes_what_was_sent_to_the_address() {
    for on in BOTH {
        let world = world_with_admin(on).await;
        enter(&world, "usr_mara", "Mara", false).await;
        enter(&world, "usr_tomas", "Tomas", false).await;
        let ada = signed_in(&world, ADA).await;
        let (_, of_mara) = invite(&ada, "usr_mara@example.com", "admin").await;
        let (_, of_tomas) = invite(&ada, "usr_tomas@example.com", "member").await;
        // Somebody of the vendor's enters her before she looks into her mails.
        place(&world, "usr_mara", "org_tankers", Role::Member).await;
        let mara = people::find(&world.env, "usr_mara@example.com").await.unwrap();
        let tankers = organization("org_tankers");
        let end =
            async || people::end_membership(&world.env, &tankers, &mara, &Actor::CommandLine).await;
        end().await.unwrap();
        let again = end().await.unwrap_err().to_string();
        assert_eq!(again, "usr_mara@example.com is not a member of this organization");
        assert_eq!(role_of(&world, "usr_mara@example.com", "org_tankers").await, None);
        let back = welcome(&Browser::new(&world), &of_mara, &[]).await;
        assert_eq!(back.status, 422, "no way back: {back:?}");
        let other = welcome(&Browser::new(&world), &of_tomas, &[]).await;
        assert_eq!(other.status, 200, "another's stands: {other:?}");
        // The last admin goes as well, and takes along what she sent.
        let ada = people::find(&world.env, ADA).await.unwrap();
        people::end_membership(&world.env, &tankers, &ada, &Actor::CommandLine).await.unwrap();
        assert_eq!(welcome(&Browser::new(&world), &of_tomas, &[]).await.status, 422);
    }
}

#[tokio::test]
async fn members_are_searched_page_by_page() {
    for on in BOTH {
        let world = world_with_admin(on).await;
        for number in 0..120 {
            let id = format!("usr_p{number:03}");
            let (id, email) = (UserId::parse(&id).unwrap(), format!("{id}@example.com"));
            let mut user =
                User::new(id.clone(), &email, id.as_str(), false, world.env.now()).unwrap();
            if number == 77 {
                // As one could be called under an older rule.
                user.name = "\u{200f}Zo\u{eb} <i>\u{200b}".to_owned();
            }
            world.commit(Write::UserEntered(user)).await;
            place(&world, id.as_str(), "org_tankers", Role::Member).await;
        }
        let ada = signed_in(&world, ADA).await;
        let (mut address, mut pages, mut seen) = (MEMBERS.to_owned(), 0, 0);
        loop {
            let page = ada.get(&address).await;
            assert_eq!(page.status, 200, "{page:?}");
            assert!(page.text.contains("121 members"), "{page:?}");
            pages += 1;
            seen += page.text.matches("scope=\"row\"").count();
            let Some((before, _)) = page.text.split_once("\" rel=\"next\"") else { break };
            address = before.rsplit('"').next().unwrap().replace("&#38;", "&");
        }
        assert_eq!((pages, seen), (3, 121));
        let found = ada.get(&format!("{MEMBERS}?q=P077")).await;
        assert!(found.text.contains("Zo\u{eb} &#60;i&#62;"), "{found:?}");
        assert_eq!(found.text.matches("scope=\"row\"").count(), 1);
        for q in ["%25", "_", "%27%20OR%201%3D1--", "%3Cscript%3E", &"x".repeat(5_000)] {
            let none = ada.get(&format!("{MEMBERS}?q={q}")).await;
            assert_eq!(none.status, 200, "{q}");
            assert!(!none.text.contains("<script>"), "{none:?}");
        }
    }
}
