//! Who is told that a secret or a client ends, when, and how often.

use std::collections::HashSet;

use portreeve_core::audit::Actor;
use portreeve_core::org::member::{Membership, Role, User};
use portreeve_core::text_id::{ClientId, UserId};
use portreeve_core::time::{Timestamp, Ttl};
use portreeve_server::flow::clients;
use portreeve_server::flow::notices::{Round, tell_ends};
use portreeve_store::conformance::postgres_cluster;
use portreeve_store::contract::commit::Write;

use crate::world::{BOTH, On, World, organization};

const DAY: u32 = 86_400;

/// Enters a person with this role in an organization.
async fn person(world: &World, name: &str, place: Option<(&str, Role)>) {
    let id = UserId::parse(&format!("usr_{name}")).unwrap();
    let email = format!("{name}@example.com");
    let user = User::new(id.clone(), &email, name, false, world.env.now()).unwrap();
    world.commit(Write::UserEntered(user)).await;
    if let Some((place, role)) = place {
        let membership = Membership { organization: organization(place), user: id, role };
        world.commit(Write::MembershipSet(membership)).await;
    }
}

/// A world in which `grace` administers the group, and a long time has passed.
async fn world(on: On) -> World {
    let world = World::new(on).await;
    person(&world, "grace", Some(("org_group", Role::Admin))).await;
    person(&world, "ole", Some(("org_group", Role::Member))).await;
    world.forward(u64::from(90 * DAY));
    world
}

async fn secret_ends(world: &World, client: &str, at: Timestamp) {
    world.change_client(client, |client| client.secrets[0].expires_at = Some(at)).await;
}

/// One round of a node that remembers nothing; to whom what was sent.
async fn round(world: &World) -> Vec<(String, String)> {
    world.forget_mails().await;
    assert_eq!(tell_ends(&world.env, &mut HashSet::new()).await.unwrap(), Round::Whole);
    world.mails().await.into_iter().map(|mail| (mail.to, mail.subject)).collect()
}

fn told(to: &str, subject: &str) -> Vec<(String, String)> {
    vec![(format!("{to}@example.com"), subject.to_owned())]
}

#[tokio::test]
async fn each_stage_is_told_once_and_anew_when_the_end_is_put_off() {
    for on in BOTH {
        let world = world(on).await;
        let end = world.env.now().plus(Ttl::from_seconds(31 * DAY));
        secret_ends(&world, "fleet", end).await;
        assert_eq!(round(&world).await, [], "too early");
        for (days, subject) in [
            (2, "A secret of fleet ends in 29 days"),
            (22, "A secret of fleet ends in 7 days"),
            (6, "A secret of fleet ends within a day"),
            (1, "A secret of fleet has ended"),
        ] {
            world.forward(days * u64::from(DAY));
            assert_eq!(round(&world).await, told("grace", subject));
            assert_eq!(round(&world).await, [], "{subject}");
        }
        world.forward(u64::from(4 * DAY));
        assert_eq!(round(&world).await, [], "long past");
        secret_ends(&world, "fleet", world.env.now().plus(Ttl::from_seconds(7 * DAY))).await;
        assert_eq!(round(&world).await, told("grace", "A secret of fleet ends in 7 days"));
        secret_ends(&world, "fleet", world.env.now().plus(Ttl::from_seconds(6 * DAY))).await;
        assert_eq!(round(&world).await, told("grace", "A secret of fleet ends in 6 days"));
    }
}

#[tokio::test]
async fn after_a_pause_only_the_most_urgent_is_told() {
    for on in BOTH {
        let world = world(on).await;
        let now = world.env.now();
        secret_ends(&world, "fleet", now.plus(Ttl::from_seconds(3600))).await;
        world.change_client("bridge", |client| client.expires_at = Some(now)).await;
        let mut told = round(&world).await;
        told.sort();
        let subjects: Vec<&str> = told.iter().map(|(_, subject)| subject.as_str()).collect();
        assert_eq!(subjects, ["A secret of fleet ends within a day", "bridge has ended"]);
        world.change_client("bridge", |client| client.disabled = true).await;
        world.forward(7200);
        assert_eq!(round(&world).await.len(), 1, "only of the one that is not disabled");
    }
}

#[tokio::test]
async fn many_clients_are_all_told() {
    let world = world(On::Sqlite).await;
    let end = world.env.now().plus(Ttl::from_seconds(5 * DAY));
    let known = world.env.directory.client("fleet").await.unwrap().unwrap();
    for number in 0..450 {
        let mut client = known.client().clone();
        client.client_id = ClientId::parse(&format!("prc_{number}")).unwrap();
        client.secrets[0].expires_at = Some(end);
        world.commit(Write::ClientRegistered(Box::new(client))).await;
    }
    assert_eq!(round(&world).await.len(), 450);
    assert_eq!(round(&world).await, []);
}

#[tokio::test]
async fn of_two_nodes_one_tells() {
    let database = postgres_cluster::fresh_database().await;
    let one = World::node(&database, 1).await;
    one.enter_everybody().await;
    person(&one, "grace", Some(("org_group", Role::Admin))).await;
    let two = World::node(&database, 2).await;
    for node in [&one, &two] {
        node.forward(u64::from(90 * DAY));
    }
    for client in ["fleet", "bridge", "licensee", "12345678"] {
        secret_ends(&one, client, one.env.now().plus(Ttl::from_seconds(DAY))).await;
    }
    let (mut told, mut told_too) = (HashSet::new(), HashSet::new());
    let (first, second) =
        tokio::join!(tell_ends(&one.env, &mut told), tell_ends(&two.env, &mut told_too));
    assert_eq!((first.unwrap(), second.unwrap()), (Round::Whole, Round::Whole));
    let all = one.mails().await.len() + two.mails().await.len();
    assert_eq!((all, told.len(), told_too.len()), (4, 4, 4));
}

#[tokio::test]
async fn the_nearest_admins_are_told_or_the_person_whose_it_is() {
    for on in BOTH {
        let world = world(on).await;
        let end = world.env.now().plus(Ttl::from_seconds(DAY));
        let group = world.env.directory.client("fleet").await.unwrap().unwrap().client().clone();
        for (id, place) in [("tanker", "org_tankers"), ("stray", "org_other")] {
            let mut client = group.clone();
            client.client_id = ClientId::parse(id).unwrap();
            id.clone_into(&mut client.name);
            client.owner = portreeve_core::org::owner::Owner::Organization(organization(place));
            client.secrets[0].expires_at = Some(end);
            world.commit(Write::ClientRegistered(Box::new(client))).await;
        }
        secret_ends(&world, "ada-laptop", end).await;
        let mut told = round(&world).await;
        told.sort();
        let of = |name: &str| format!("A secret of {name} ends within a day");
        let expected = [("ada", of("ada-laptop")), ("grace", of("tanker"))];
        assert_eq!(told, expected.map(|(to, subject)| (format!("{to}@example.com"), subject)));
        let text = &world.mails_to("grace@example.com").await[0].text;
        assert!(text.contains("Owner: org_tankers\n"), "{text}");
        assert!(text.contains("\nhttp://127.0.0.1:8080/portal/clients/tanker\n"), "{text}");

        // Its own admin stands before the one above; who is switched off hears nothing.
        let heidi = UserId::parse("usr_heidi").unwrap();
        person(&world, "heidi", Some(("org_tankers", Role::Admin))).await;
        secret_ends(&world, "tanker", end.plus(Ttl::from_seconds(1))).await;
        world.forward(3600);
        assert_eq!(round(&world).await[0].0, "heidi@example.com");
        let mut user = world.env.directory.store().find_user(&heidi).await.unwrap().unwrap();
        user.disabled = true;
        world.commit(Write::UserChanged(user)).await;
        secret_ends(&world, "tanker", end.plus(Ttl::from_seconds(2))).await;
        assert_eq!(round(&world).await[0].0, "grace@example.com");
    }
}

#[tokio::test]
async fn what_cannot_be_sent_is_not_taken() {
    for on in BOTH {
        let world = world(on).await;
        let end = world.env.now().plus(Ttl::from_seconds(DAY));
        secret_ends(&world, "fleet", end).await;
        // As full as a post can be: it takes nothing any more.
        world.env.mail.drain(std::time::Duration::ZERO).await;
        let mut told = HashSet::new();
        assert_eq!(tell_ends(&world.env, &mut told).await.unwrap(), Round::Broken);
        assert!(told.is_empty());
        let key = format!("ends:fleet:first:{}:1", end.as_unix());
        world.commit(Write::NoticeTaken { key, at: world.env.now() }).await;
    }
}

#[tokio::test]
async fn whoever_administers_a_client_hears_that_it_was_disabled() {
    for on in BOTH {
        let world = world(on).await;
        let (fleet, actor) = (ClientId::parse("fleet").unwrap(), UserId::parse("usr_ole"));
        let actor = Actor::User(actor.unwrap());
        for _ in 0..2 {
            clients::disable(&world.env, &fleet, &actor).await.unwrap();
        }
        clients::enable(&world.env, &fleet, &actor).await.unwrap();
        let mails = world.mails().await;
        assert_eq!(mails.len(), 1, "{mails:?}");
        let mail = &mails[0];
        assert_eq!((&*mail.to, &*mail.subject), ("grace@example.com", "fleet was disabled"));
        assert!(mail.text.contains("\nole disabled the identity client on "), "{}", mail.text);
        assert!(mail.raw.contains("\r\nAuto-Submitted: auto-generated\r\n"), "{}", mail.raw);
    }
}

#[tokio::test]
async fn whoever_switches_a_client_off_and_on_fills_no_mailbox() {
    for on in BOTH {
        let world = world(on).await;
        let actor = Actor::User(UserId::parse("usr_ole").unwrap());
        let toggled = async |id: &str| {
            let id = ClientId::parse(id).unwrap();
            let client = clients::disable(&world.env, &id, &actor).await.unwrap();
            assert!(client.disabled, "whatever becomes of the mail");
            clients::enable(&world.env, &id, &actor).await.unwrap();
        };
        for _ in 0..3 {
            toggled("fleet").await;
        }
        assert_eq!(world.mails().await.len(), 1);
        toggled("bridge").await;
        assert_eq!(world.mails().await.len(), 2, "another client");
        world.forward(3600);
        toggled("fleet").await;
        toggled("fleet").await;
        assert_eq!(world.mails().await.len(), 3, "another hour");
    }
}
