//! Somebody whose address was used by whoever invited them comes and takes the account
//! over: what it had let in before stops.

use portreeve_core::audit::Actor;
use portreeve_core::connection::record::{Connection, FamilyId, Reach, RefreshToken};
use portreeve_core::oauth::scope::ScopeSet;
use portreeve_core::org::member::{Role, User};
use portreeve_core::org::owner::Owner;
use portreeve_core::text_id::{ClientId, UserId};
use portreeve_core::token::record::Audience;
use portreeve_server::flow::invitations::{Asked, invite as invite_at};
use portreeve_server::flow::people::find;
use portreeve_server::flow::{clients, organizations};
use portreeve_store::contract::commit::Write;

use crate::browser::{Browser, PASSWORD};
use crate::portal_world::{ADA, YUKI, facts, fill, invite, signed_in, welcome, world_with_admin};
use crate::world::{Answer, BOTH, World, client, organization};

const FORGOTTEN: &str = "/portal/password/forgotten";
const CHOOSE: &str = "/portal/password/new";
const TOKEN: &str = "/auth/connect/token";
const FORM: &str = "grant_type=client_credentials&scope=organization_read";
const NEW: [&str; 2] = ["another harbour lamp", "a third lamp at the quay"];

/// Opens the account of this code.
async fn join<'w>(world: &'w World, code: &str) -> (Browser<'w>, User) {
    let browser = Browser::new(world);
    let fields = [("step", "enter"), ("name", "Yuki"), ("password", PASSWORD), ("again", PASSWORD)];
    let answer = welcome(&browser, code, &fields).await;
    assert_eq!(answer.status, 303, "{answer:?}");
    (browser, find(&world.env, YUKI).await.unwrap())
}

/// A client of the person's own, and an application that the person lets in.
async fn let_in(world: &World, user: &UserId) {
    let (vendor, now) = ("https://vendor.example.com", world.env.now());
    let owner = Owner::User(user.clone());
    let own = client(world, "yuki-script", owner, vendor, "organization_read");
    world.commit(Write::ClientRegistered(Box::new(own))).await;
    let connection = Connection {
        id: FamilyId([9; 16]),
        client_id: ClientId::parse("till").unwrap(),
        user: user.clone(),
        organization: Some(organization("org_tankers")),
        reach: Reach::All,
        audience: Audience::new("urn:clouds"),
        scopes: ScopeSet::parse("clouds_read").unwrap(),
        created_at: now,
        last_used_at: None,
        ended_at: None,
    };
    let hash = world.env.hash_key.hash(b"refresh");
    let (issued_at, connection_id) = (now, connection.id);
    let refresh = RefreshToken {
        hash,
        connection: connection_id,
        issued_at,
        expires_at: None,
        used_at: None,
    };
    world.commit(Write::ConnectionMade { connection, refresh }).await;
}

/// Whoever reads the mail chooses a new password.
async fn choose(world: &World, new: &str) -> Answer {
    let browser = Browser::new(world);
    assert_eq!(fill(&browser, FORGOTTEN, FORGOTTEN, &[("email", YUKI)]).await.status, 200);
    let code = browser.code_for(YUKI).await;
    let fields = [("code", &*code), ("password", new), ("again", new)];
    let answer = fill(&browser, CHOOSE, CHOOSE, &fields).await;
    assert_eq!(answer.status, 303, "{answer:?}");
    answer
}

async fn may_have_tokens(world: &World, id: &str) -> bool {
    world.post(TOKEN, Some(id), FORM).await.status == 200
}

async fn connection_stands(world: &World) -> bool {
    let found = world.env.directory.store().find_connection(&FamilyId([9; 16])).await.unwrap();
    found.unwrap().is_standing()
}

#[tokio::test]
async fn an_account_that_another_opened_is_taken_over() {
    for on in BOTH {
        let world = world_with_admin(on).await;
        let tankers = organizations::find(&world.env, "org_tankers").await.unwrap();
        let (role, ada) = (Role::Member, Actor::User(UserId::parse("usr_ada").unwrap()));
        let asked = Asked { organization: &tankers, email: YUKI, role, mailed: false, once: "" };
        let shown = invite_at(&world.env, asked, &ada).await.unwrap();
        let (impostor, yuki) = join(&world, shown.code.expose()).await;
        assert_eq!(yuki.address_proven_at, None, "whoever was shown the code may have joined");
        let_in(&world, &yuki.id).await;
        assert!(may_have_tokens(&world, "yuki-script").await, "nothing is restricted");

        let answer = choose(&world, NEW[0]).await;
        assert_eq!(answer.header("location"), "/sign-in?done=proven");
        let page = Browser::new(&world).get("/sign-in?done=proven").await;
        assert!(page.text.contains("for the first time it is shown"), "{page:?}");
        assert_eq!(impostor.get("/portal/settings").await.status, 303, "signed out");
        assert!(!may_have_tokens(&world, "yuki-script").await);
        assert!(!connection_stands(&world).await);
        for id in ["ada-laptop", "bridge"] {
            assert!(may_have_tokens(&world, id).await, "{id} is another's");
        }
        let by = format!("user:{}", yuki.id);
        let why = "the owner's address was proven for the first time";
        assert_eq!(facts(&world, "client.disabled").await, [(by.clone(), why.to_owned())]);
        let ended = facts(&world, "connection.ended").await;
        assert_eq!(ended, [(by, format!("client till; {why}"))]);
        let told = world.mails_to(YUKI).await.pop().unwrap();
        for sentence in
            ["for the first time", "1 identity client of your own", "1 connection ended"]
        {
            assert!(told.text.contains(sentence), "{sentence}: {told:?}");
        }
        let proven = find(&world.env, YUKI).await.unwrap().address_proven_at;
        assert_eq!(proven, Some(world.env.now()));

        let own = ClientId::parse("yuki-script").unwrap();
        clients::enable(&world.env, &own, &Actor::User(yuki.id)).await.unwrap();
        world.forward(3_600);
        let answer = choose(&world, NEW[1]).await;
        assert_eq!(answer.header("location"), "/sign-in?done=password");
        assert!(may_have_tokens(&world, "yuki-script").await, "once only");
        assert!(!world.mails_to(YUKI).await.pop().unwrap().text.contains("for the first time"));
    }
}

#[tokio::test]
async fn whoever_joined_by_mail_keeps_everything() {
    for on in BOTH {
        let world = world_with_admin(on).await;
        let (answer, code) = invite(&signed_in(&world, ADA).await, YUKI, "member").await;
        assert!(!answer.text.contains(&code), "nobody but the mail has it: {answer:?}");
        let (_, yuki) = join(&world, &code).await;
        assert_eq!(yuki.address_proven_at, Some(world.env.now()));
        let_in(&world, &yuki.id).await;
        let answer = choose(&world, NEW[0]).await;
        assert_eq!(answer.header("location"), "/sign-in?done=password");
        assert!(may_have_tokens(&world, "yuki-script").await);
        assert!(connection_stands(&world).await);
    }
}
