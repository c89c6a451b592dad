//! Clients, people and organizations that are looked for.

use portreeve_core::client::record::Client;
use portreeve_core::oauth::scope::ScopeSet;
use portreeve_core::org::member::{Membership, Role, User};
use portreeve_core::org::organization::Organization;
use portreeve_core::org::owner::Owner;
use portreeve_core::sign_in::session::{Seat, Session};
use portreeve_core::token::record::Audience;

use crate::conformance::sample::{
    at, client, client_id, commit, organization, organization_id, secret, user, user_id,
};
use crate::contract::commit::Write;
use crate::contract::search::{
    AbilityCount, ClientSearch, ClientsOf, Counted, PeopleSearch, Person,
};
use crate::contract::{Page, SharedStore};

fn named(id: &str, name: &str, owner: Owner) -> Client {
    Client { name: name.to_owned(), owner, ..client(id) }
}

fn of_organization(id: &str) -> Owner {
    Owner::Organization(organization_id(id))
}

fn member(organization: &str, user: &str, role: Role) -> Write {
    Write::MembershipSet(Membership {
        organization: organization_id(organization),
        user: user_id(user),
        role,
    })
}

/// Two organizations; `usr_1` belongs to both, `usr_2` to one, `usr_3` to none.
fn world() -> Vec<Write> {
    let mut writes: Vec<Write> =
        ["org_1", "org_2"].map(|id| Write::OrganizationEntered(organization(id, None))).into();
    for number in 1..=3 {
        let email = format!("{number}@example.com");
        writes.push(Write::UserEntered(user(&format!("usr_{number}"), &email)));
    }
    writes.push(member("org_1", "usr_1", Role::Admin));
    writes.push(member("org_2", "usr_1", Role::Member));
    writes.push(member("org_1", "usr_2", Role::Member));
    writes
}

fn registered(clients: &[Client]) -> Vec<Write> {
    clients.iter().map(|one| Write::ClientRegistered(Box::new(one.clone()))).collect()
}

async fn found(store: &SharedStore, of: ClientsOf<'_>, text: &str) -> Vec<String> {
    let search = ClientSearch { of, text, after: None, limit: 99 };
    let clients = store.search_clients(&search).await.unwrap();
    clients.iter().map(|one| one.client_id.to_string()).collect()
}

/// Clients are found by whose they are, and by a part of the name, the id or a scope.
///
/// # Panics
/// When the store breaks the contract.
pub async fn clients_are_found(store: SharedStore) {
    let of_user = |id: &str| Owner::User(user_id(id));
    let clients = [
        named("prc_a", "Till", of_organization("org_1")),
        named("prc_b", "apple", of_user("usr_2")),
        named("prc_c", "100% Ærø_x\\y", of_user("usr_1")),
        named("prc_d", "Till", of_organization("org_2")),
        named("prc_e", "Ærø", of_user("usr_3")),
        Client {
            scopes: ScopeSet::parse("fleet_write").unwrap(),
            secrets: Vec::new(),
            ..named("prc_0", "Till", of_organization("org_1"))
        },
    ];
    commit(&store, world()).await.unwrap();
    commit(&store, registered(&clients)).await.unwrap();
    let (one, two) = (organization_id("org_1"), organization_id("org_2"));
    let (first, third, prc) = (user_id("usr_1"), user_id("usr_3"), client_id("prc_b"));
    for (of, expected) in [
        // By name as bytes: upper case first, then by id.
        (ClientsOf::Organization(&one), &["prc_c", "prc_0", "prc_a", "prc_b"][..]),
        (ClientsOf::Organization(&two), &["prc_c", "prc_d"]),
        (ClientsOf::User(&first), &["prc_c"]),
        (ClientsOf::User(&third), &["prc_e"]),
        (ClientsOf::Client(&prc), &["prc_b"]),
        (ClientsOf::All, &["prc_c", "prc_0", "prc_a", "prc_d", "prc_b", "prc_e"]),
    ] {
        assert_eq!(found(&store, of, "").await, expected, "{of:?}");
        let count = store.count_clients(of, at(0), at(1)).await.unwrap();
        assert_eq!(count.all, expected.len() as u64, "{of:?}");
    }
    for (text, expected) in [
        ("TILL", &["prc_0", "prc_a"][..]),
        ("Apple", &["prc_b"]),
        ("RC_B", &["prc_b"]),
        ("FLEET_w", &["prc_0"]),
        ("rew_r", &["prc_c", "prc_a", "prc_b"]),
        ("0% Ærø_x\\Y", &["prc_c"]),
        ("%", &["prc_c"]),
        ("\\", &["prc_c"]),
        ("t_ll", &[]),
        // Only ASCII letters are the same in upper and lower case.
        ("ærø", &[]),
        ("'; --", &[]),
        ("a\0", &[]),
    ] {
        let of = ClientsOf::Organization(&one);
        assert_eq!(found(&store, of, text).await, expected, "{text:?}");
    }
    assert_eq!(found(&store, ClientsOf::All, &"x".repeat(70_000)).await, [""; 0]);
    let whole = ClientSearch { of: ClientsOf::Client(&prc), text: "", after: None, limit: 9 };
    assert_eq!(store.search_clients(&whole).await.unwrap(), clients[1..2]);

    let mut abilities = store.count_abilities(ClientsOf::Organization(&one)).await.unwrap();
    abilities.sort_by_key(|one| one.clients);
    let count = |scopes: &str, clients| AbilityCount {
        audiences: vec![Audience::new("https://ships.example"), Audience::new("urn:crew")],
        scopes: ScopeSet::parse(scopes).unwrap(),
        clients,
    };
    assert_eq!(abilities, [count("fleet_write", 1), count("crew_read organization_read", 3)]);
}

/// Every client of an organization and its members is on exactly one page, in order.
///
/// # Panics
/// When the store breaks the contract.
pub async fn clients_are_found_page_by_page(store: SharedStore) {
    commit(&store, world()).await.unwrap();
    let owners = ["usr_1", "usr_2", "usr_3"].map(|id| Owner::User(user_id(id)));
    let sample = |number: usize| {
        let owner = match number % 5 {
            0 => owners[number % 3].clone(),
            1 => of_organization("org_2"),
            _ => of_organization("org_1"),
        };
        let name = ["alpha", "Beta", "βeta", "alpha 2", "Zeta"][number % 7 % 5];
        let secrets = (0..number % 3).map(|place| secret(&format!("secret{place:02}"))).collect();
        Client { secrets, ..named(&format!("prc_{number:04}"), name, owner) }
    };
    let mut expected: Vec<Client> = (0..600).map(sample).collect();
    commit(&store, registered(&expected)).await.unwrap();
    let key = |one: &Client| (one.name.clone(), one.client_id.to_string());
    expected.sort_by_key(key);
    let one = organization_id("org_1");
    for (of, limit) in [(ClientsOf::All, 53), (ClientsOf::Organization(&one), 7)] {
        let is_of = |one: &Client| match of {
            ClientsOf::All => true,
            _ => one.owner == of_organization("org_1") || owners[..2].contains(&one.owner),
        };
        for text in ["", "A"] {
            let fits = |one: &&Client| text.is_empty() || one.name.to_lowercase().contains('a');
            let all = turn_pages(&store, ClientSearch { of, text, after: None, limit }).await;
            let expected = expected.iter().filter(|one| is_of(one)).filter(fits);
            assert!(all.iter().eq(expected), "{of:?} {text}: {} found", all.len());
        }
    }
}

async fn turn_pages(store: &SharedStore, search: ClientSearch<'_>) -> Vec<Client> {
    let (mut all, mut search) = (Vec::new(), search);
    loop {
        let page = store.search_clients(&search).await.unwrap();
        assert!(page.len() <= search.limit as usize);
        let Some(last) = page.last() else { return all };
        search.after = Some((last.name.clone(), last.client_id.clone()));
        all.extend(page);
    }
}

/// People are found by name and address, in an organization with what they are there,
/// and with when they last signed in.
///
/// # Panics
/// When the store breaks the contract.
pub async fn people_are_found(store: SharedStore) {
    commit(&store, world()).await.unwrap();
    let ada = User { name: "Ada 100%".to_owned(), ..user("usr_4", "ada@b.example") };
    commit(&store, vec![Write::UserEntered(ada.clone())]).await.unwrap();
    for (number, begun) in [(1, 70), (2, 60)] {
        let begun = Session::begin(&[number; 32], user_id("usr_1"), Seat::default(), at(begun));
        commit(&store, vec![Write::SessionBegun(begun)]).await.unwrap();
    }
    let person = |id: &str, email: &str, role, seconds: Option<i64>| Person {
        user: user(id, email),
        role,
        last_signed_in_at: seconds.map(at),
    };
    let one = organization_id("org_1");
    let search = |of, text| PeopleSearch { of, text, after: None, limit: 9 };
    let members = store.search_people(&search(Some(&one), "")).await.unwrap();
    let expected = [
        person("usr_1", "1@example.com", Some(Role::Admin), Some(70)),
        person("usr_2", "2@example.com", Some(Role::Member), None),
    ];
    assert_eq!(members, expected);
    let next = PeopleSearch { after: Some("1@example.com".to_owned()), ..search(Some(&one), "") };
    assert_eq!(store.search_people(&next).await.unwrap(), expected[1..]);
    let everybody = store.search_people(&search(None, "EXAMPLE.com")).await.unwrap();
    assert_eq!(everybody.len(), 3);
    assert_eq!(everybody[0], Person { role: None, ..expected[0].clone() });
    for (text, count) in [("ada 100%", 1), ("B.example", 1), ("%", 1), ("sE EX", 3), ("a\0", 0)] {
        let found = store.search_people(&search(None, text)).await.unwrap();
        assert_eq!(found.len(), count, "{text}");
    }
    assert_eq!(store.search_people(&search(Some(&one), "Ada")).await.unwrap(), []);
    let two = PeopleSearch { limit: 2, after: Some("2".to_owned()), ..search(None, "") };
    let found = store.search_people(&two).await.unwrap();
    assert_eq!(
        found.iter().map(|one| one.user.id.as_str()).collect::<Vec<_>>(),
        ["usr_2", "usr_3"]
    );

    let ids = ["usr_4", "usr_gone", "usr_1", "usr_4"].map(user_id);
    let users = store.find_users(&ids).await.unwrap();
    assert_eq!(users, [user("usr_1", "1@example.com"), ada]);
    assert_eq!(store.find_users(&[]).await.unwrap(), []);
}

/// Organizations are found by name and by either id, with how many belong to each.
///
/// # Panics
/// When the store breaks the contract.
pub async fn organizations_are_found(store: SharedStore) {
    commit(&store, world()).await.unwrap();
    let third = Organization { name: "50% Off".to_owned(), ..organization("org_3", Some("Ext-7")) };
    let mut writes = vec![Write::OrganizationEntered(third.clone())];
    writes.extend(registered(&[
        named("prc_1", "Till", of_organization("org_1")),
        named("prc_2", "Till", of_organization("org_1")),
        named("prc_3", "Till", Owner::User(user_id("usr_1"))),
    ]));
    commit(&store, writes).await.unwrap();
    let counted = |organization, members, clients| Counted { organization, members, clients };
    let all = [
        counted(organization("org_1", None), 2, 2),
        counted(organization("org_2", None), 1, 0),
        counted(third, 0, 0),
    ];
    let page = |after: Option<&str>, limit| Page { after: after.map(str::to_owned), limit };
    let found = async |text: &str| store.search_organizations(text, &page(None, 9)).await.unwrap();
    assert_eq!(found("").await, all);
    for text in ["0% o", "EXT-", "ORG_3", "%"] {
        assert_eq!(found(text).await, all[2..], "{text}");
    }
    assert_eq!(found("fjordline").await, all[..2]);
    assert_eq!(found("a\0").await, []);
    let second = store.search_organizations("", &page(Some("org_1"), 1)).await.unwrap();
    assert_eq!(second, all[1..2]);
    let ids = ["org_3", "org_gone", "org_1"].map(organization_id);
    assert_eq!(store.count_in(&ids).await.unwrap(), [all[0].clone(), all[2].clone()]);
    assert_eq!(store.count_in(&[]).await.unwrap(), []);
}
