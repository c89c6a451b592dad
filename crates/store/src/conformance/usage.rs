//! What is counted about clients.

use std::sync::Arc;

use portreeve_core::client::record::Client;
use portreeve_core::org::member::{Membership, Role};
use portreeve_core::org::owner::Owner;
use portreeve_core::time::Timestamp;
use portreeve_core::usage::{Counted, SecretCounted, Tally};
use tokio::task::JoinSet;

use crate::conformance::sample::{
    NOW, at, client, client_id, commit, organization, organization_id, user, user_id,
};
use crate::contract::SharedStore;
use crate::contract::commit::{Commit, Used, Write};
use crate::contract::search::{ClientsOf, Step, UsageSearch};

/// [`NOW`] is the first second of an hour, and 8 hours after the beginning of a day.
const DAY: i64 = -8 * 3_600;

/// Two clients of `org_1`, one of its member `usr_1`, one of `org_2`.
pub(super) async fn prepare(store: &SharedStore) {
    let mut writes = vec![
        Write::OrganizationEntered(organization("org_1", None)),
        Write::OrganizationEntered(organization("org_2", None)),
        Write::UserEntered(user("usr_1", "ase@example.com")),
        Write::MembershipSet(Membership {
            organization: organization_id("org_1"),
            user: user_id("usr_1"),
            role: Role::Member,
        }),
    ];
    let of = |id| Owner::Organization(organization_id(id));
    for (id, owner) in [
        ("prc_1", of("org_1")),
        ("prc_2", of("org_1")),
        ("prc_3", Owner::User(user_id("usr_1"))),
        ("prc_4", of("org_2")),
    ] {
        writes.push(Write::ClientRegistered(Box::new(Client { owner, ..client(id) })));
    }
    commit(store, writes).await.unwrap();
}

pub(super) async fn add(store: &SharedStore, used: Used) {
    let writes = vec![Write::Used(Box::new(used))];
    store.commit(Commit { writes, at: Some(NOW), ..Commit::default() }).await.unwrap();
}

fn counted(id: &str, service: &str, hours: i64, passed: u64) -> Counted {
    let tally = Tally { passed, refused: 1, tokens: 2 };
    Counted { client_id: client_id(id), service: service.into(), hour: at(hours * 3_600), tally }
}

const fn tally(times: u64, passed: u64) -> Tally {
    Tally { passed, refused: times, tokens: 2 * times }
}

fn asked<'a>(of: ClientsOf<'a>, step: Step) -> UsageSearch<'a> {
    UsageSearch { of, service: None, from: at(DAY), until: at(DAY + 2 * 86_400), step }
}

async fn totals(store: &SharedStore, search: UsageSearch<'_>) -> Vec<(Timestamp, Tally)> {
    store.usage_over_time(&search).await.unwrap()
}

/// Counts are added up by hour and by day; those about clients that are gone are passed
/// over.
///
/// # Panics
/// When the store breaks the contract.
pub async fn is_added_up(store: SharedStore) {
    prepare(&store).await;
    let newest = store.newest_change().await.unwrap();
    let counts = vec![
        counted("prc_1", "ships", 0, 5),
        counted("prc_gone", "ships", 0, 1_000),
        counted("prc_1", "ships", 0, 6),
        counted("prc_1", "", 1, 7),
        counted("prc_2", "crew", 1, 1),
        counted("prc_3", "ships", 16, 8),
        counted("prc_4", "ships", 16, 9),
    ];
    add(&store, Used { counted: counts, ..Used::default() }).await;
    let counts = vec![counted("prc_1", "ships", 0, 100), counted("prc_1", "ships", -9, 50)];
    add(&store, Used { counted: counts, ..Used::default() }).await;
    add(&store, Used::default()).await;
    assert_eq!(store.newest_change().await.unwrap(), newest, "a count is no change");

    let (one, two) = (organization_id("org_1"), organization_id("org_2"));
    let of_one = asked(ClientsOf::Organization(&one), Step::Hour);
    let hours = [(at(0), tally(3, 111)), (at(3_600), tally(2, 8)), (at(16 * 3_600), tally(1, 8))];
    assert_eq!(totals(&store, of_one).await, hours);
    let days = [(at(DAY), tally(5, 119)), (at(DAY + 86_400), tally(1, 8))];
    assert_eq!(totals(&store, UsageSearch { step: Step::Day, ..of_one }).await, days);
    let ships = UsageSearch { service: Some("ships"), ..of_one };
    assert_eq!(totals(&store, ships).await, [hours[0], hours[2]]);
    let tokens = UsageSearch { service: Some(""), ..of_one };
    assert_eq!(totals(&store, tokens).await, [(at(3_600), tally(1, 7))]);
    let narrow = UsageSearch { until: at(3_600), from: at(-86_400), ..of_one };
    assert_eq!(totals(&store, narrow).await, [(at(-9 * 3_600), tally(1, 50)), hours[0]]);
    let (user, client) = (user_id("usr_1"), client_id("prc_2"));
    for (of, expected) in [
        (ClientsOf::User(&user), vec![hours[2]]),
        (ClientsOf::Client(&client), vec![(at(3_600), tally(1, 1))]),
        (ClientsOf::Organization(&two), vec![(at(16 * 3_600), tally(1, 9))]),
        (ClientsOf::All, vec![hours[0], hours[1], (at(16 * 3_600), tally(2, 17))]),
    ] {
        assert_eq!(totals(&store, UsageSearch { of, ..of_one }).await, expected, "{of:?}");
    }
    let most = async |most, of| {
        let search = UsageSearch { of, step: Step::Day, ..of_one };
        store.usage_by_client(&search, most).await.unwrap()
    };
    let expected = [
        (client_id("prc_1"), tally(4, 118)),
        (client_id("prc_3"), tally(1, 8)),
        (client_id("prc_2"), tally(1, 1)),
    ];
    assert_eq!(most(9, ClientsOf::Organization(&one)).await, expected);
    assert_eq!(most(1, ClientsOf::All).await, expected[..1]);
}

/// When and from where a secret was last used only grows; its tokens are counted by day.
///
/// # Panics
/// When the store breaks the contract.
pub async fn of_secrets(store: SharedStore) {
    prepare(&store).await;
    let used = |secret: &str, seconds, place: &str, tokens| SecretCounted {
        client_id: client_id("prc_1"),
        secret: secret.into(),
        at: at(seconds),
        from: place.parse().ok(),
        tokens,
    };
    let secrets = vec![
        used("aaaaaaaa", -50, "192.0.2.1", 1),
        used("00000000", 5, "192.0.2.2", 2),
        used("00000000", 7, "2001:db8::3", 3),
        used("00000000", 6, "192.0.2.4", 4),
        used("gone0000", 1, "192.0.2.5", 5),
        SecretCounted { client_id: client_id("prc_gone"), ..used("00000000", 1, "", 6) },
    ];
    add(&store, Used { secrets, ..Used::default() }).await;
    let last = async || {
        let found = store.find_client(&client_id("prc_1")).await.unwrap().unwrap();
        let uses = found.secrets.iter().map(|secret| {
            (secret.last_used_at, secret.last_used_from.map(|address| address.to_string()))
        });
        (found.version, uses.collect::<Vec<_>>())
    };
    let stored = (Some(at(-1)), Some("2001:db8::7".to_owned()));
    let newest = (Some(at(7)), Some("2001:db8::3".to_owned()));
    assert_eq!(last().await, (1, vec![stored.clone(), newest.clone()]));
    // A change that was decided before it does not undo it.
    let changed = Client { name: "Renamed".to_owned(), ..client("prc_1") };
    commit(&store, vec![Write::ClientChanged(Box::new(changed))]).await.unwrap();
    assert_eq!(last().await, (2, vec![stored.clone(), newest]));

    let secrets = vec![used("00000000", 86_400, "?", 7), used("00000000", 100_000, "?", 0)];
    add(&store, Used { secrets, ..Used::default() }).await;
    assert_eq!(last().await, (2, vec![stored, (Some(at(100_000)), None)]));
    let of = |secret: &str, seconds, tokens| (secret.into(), at(seconds), tokens);
    let days = [of("00000000", DAY, 9), of("00000000", DAY + 86_400, 7), of("aaaaaaaa", DAY, 1)];
    let uses = async |from| store.secret_uses(&client_id("prc_1"), from).await.unwrap();
    assert_eq!(uses(at(DAY)).await, days);
    assert_eq!(uses(at(DAY + 1)).await, days[1..2]);
    // A secret takes its days along.
    let found = store.find_client(&client_id("prc_1")).await.unwrap().unwrap();
    let rest = Client { secrets: found.secrets[..1].to_vec(), ..found };
    commit(&store, vec![Write::ClientChanged(Box::new(rest))]).await.unwrap();
    assert_eq!(uses(at(DAY)).await, days[2..]);
}

/// A client that is deleted takes its counts along.
///
/// # Panics
/// When the store breaks the contract.
pub async fn goes_with_its_client(store: SharedStore) {
    prepare(&store).await;
    let counts = vec![counted("prc_1", "ships", 0, 5), counted("prc_2", "ships", 0, 6)];
    add(&store, Used { counted: counts.clone(), ..Used::default() }).await;
    commit(&store, vec![Write::ClientDeleted(client_id("prc_1"))]).await.unwrap();
    for step in [Step::Hour, Step::Day] {
        let left = totals(&store, asked(ClientsOf::All, step)).await;
        assert_eq!(left.into_iter().map(|(_, tally)| tally.passed).collect::<Vec<_>>(), [6]);
    }
    add(&store, Used { counted: counts, ..Used::default() }).await;
    let left = totals(&store, asked(ClientsOf::All, Step::Hour)).await;
    assert_eq!(left, [(at(0), tally(2, 12))]);
}

/// Hours go after 8 days, days after 400.
///
/// # Panics
/// When the store breaks the contract.
pub async fn is_swept(store: SharedStore) {
    prepare(&store).await;
    let many = (0..5_500).map(|number| counted("prc_1", &format!("s{number}"), 0, 1));
    let counts = many.chain([counted("prc_1", "ships", 1, 7)]).collect();
    add(&store, Used { counted: counts, ..Used::default() }).await;
    let sweep = async |days: i64, seconds: i64| {
        store.sweep(at(days * 86_400 + seconds), NOW).await.unwrap()
    };
    assert_eq!(sweep(8, 0).await, 0);
    assert_eq!(sweep(8, 1).await, 5_500, "more than one sweep takes at a time");
    let left = totals(&store, asked(ClientsOf::All, Step::Hour)).await;
    assert_eq!(left, [(at(3_600), tally(1, 7))]);
    assert_eq!(sweep(400, DAY).await, 1);
    assert_eq!(totals(&store, asked(ClientsOf::All, Step::Day)).await.len(), 1);
    assert_eq!(sweep(400, DAY + 1).await, 5_501);
    assert_eq!(totals(&store, asked(ClientsOf::All, Step::Day)).await, []);
}

/// Nothing is lost when two nodes write the same counts at the same time, while a client
/// is deleted.
///
/// # Panics
/// When the store breaks the contract.
pub async fn of_two_nodes_is_added_up(store: SharedStore, other: SharedStore) {
    prepare(&store).await;
    let mut adding = JoinSet::new();
    for round in 0..8_u64 {
        let store = Arc::clone(if round % 2 == 0 { &store } else { &other });
        let mut ids = ["prc_4", "prc_1", "prc_2", "prc_3"];
        ids.rotate_left((round % 4) as usize);
        let counted = ids.map(|id| counted(id, "ships", 0, 1)).to_vec();
        let secrets = ids.map(|id| SecretCounted {
            client_id: client_id(id),
            secret: "00000000".into(),
            at: at(9),
            from: None,
            tokens: 1,
        });
        let used = Used { counted, secrets: secrets.to_vec(), ..Used::default() };
        adding.spawn(async move {
            if round == 3 {
                commit(&store, vec![Write::ClientDeleted(client_id("prc_4"))]).await.unwrap();
            }
            add(&store, used).await;
        });
    }
    adding.join_all().await;
    let sums = totals(&store, asked(ClientsOf::All, Step::Day)).await;
    assert_eq!(sums, [(at(DAY), tally(24, 24))]);
    let uses = store.secret_uses(&client_id("prc_1"), at(DAY)).await.unwrap();
    assert_eq!(uses, [("00000000".into(), at(DAY), 8)]);
}
