//! Clients that end, and those that wait for somebody.

use portreeve_core::client::record::{Client, ClientSecret};
use portreeve_core::org::owner::Owner;
use portreeve_core::time::Timestamp;

use crate::conformance::sample::{at, client, commit, organization_id, secret};
use crate::contract::commit::Write;
use crate::contract::search::{ClientCounts, ClientsOf, WaitingSearch};
use crate::contract::{Page, SharedStore};

/// A client whose own time and whose secrets' end so many seconds after `NOW`.
fn ending(id: &str, own: Option<i64>, secrets: &[Option<i64>]) -> Client {
    let secrets = secrets.iter().enumerate().map(|(place, end)| ClientSecret {
        expires_at: end.map(at),
        ..secret(&format!("secret{place:02}"))
    });
    Client {
        owner: Owner::Organization(organization_id("org_1")),
        expires_at: own.map(at),
        secrets: secrets.collect(),
        ..client(id)
    }
}

async fn register(store: &SharedStore, clients: &[Client]) {
    let writes = clients.iter().map(|one| Write::ClientRegistered(Box::new(one.clone())));
    commit(store, writes.collect()).await.unwrap();
}

fn ids(clients: &[Client]) -> Vec<&str> {
    clients.iter().map(|one| one.client_id.as_str()).collect()
}

fn samples() -> Vec<Client> {
    vec![
        ending("prc_1", None, &[]),
        ending("prc_2", None, &[None, Some(-5)]),
        ending("prc_3", Some(0), &[None]),
        ending("prc_4", Some(50), &[Some(0), Some(-9)]),
        ending("prc_5", Some(99), &[Some(200)]),
        ending("prc_6", Some(100), &[Some(98), Some(99)]),
        ending("prc_7", Some(100), &[Some(100), Some(3)]),
        Client { disabled: true, ..ending("prc_8", Some(-1), &[]) },
        Client {
            owner: Owner::Organization(organization_id("org_2")),
            ..ending("prc_9", Some(1), &[])
        },
    ]
}

/// How many are over, and how many soon.
///
/// # Panics
/// When the store breaks the contract.
pub async fn clients_that_end_are_counted(store: SharedStore) {
    register(&store, &samples()).await;
    let (one, none) = (organization_id("org_1"), organization_id("org_none"));
    for (of, expected) in [
        (
            ClientsOf::Organization(&one),
            // 3 and 4 are over, 5 and 6 end before the hundredth second.
            ClientCounts { all: 8, disabled: 1, expired: 2, ends_soon: 2 },
        ),
        (ClientsOf::All, ClientCounts { all: 9, disabled: 1, expired: 2, ends_soon: 3 }),
        (ClientsOf::Organization(&none), ClientCounts::default()),
    ] {
        assert_eq!(store.count_clients(of, at(0), at(100)).await.unwrap(), expected, "{of:?}");
    }
}

/// Clients and secrets that end within a span of time, page by page.
///
/// # Panics
/// When the store breaks the contract.
pub async fn clients_that_end_are_listed(store: SharedStore) {
    let samples = samples();
    register(&store, &samples).await;
    let list = async |from, until, after: Option<&str>, limit| {
        let page = Page { after: after.map(str::to_owned), limit };
        store.list_ending(at(from), at(until), &page).await.unwrap()
    };
    let found = list(0, 100, None, 99).await;
    assert_eq!(ids(&found), ["prc_3", "prc_4", "prc_5", "prc_6", "prc_7", "prc_9"]);
    assert_eq!(found[3], samples[5], "with all of its secrets");
    assert_eq!(ids(&list(0, 100, None, 2).await), ["prc_3", "prc_4"]);
    assert_eq!(ids(&list(0, 100, Some("prc_4"), 2).await), ["prc_5", "prc_6"]);
    assert_eq!(ids(&list(-5, 0, None, 9).await), ["prc_2", "prc_8"]);
    assert_eq!(list(5_000, 9_000, None, 9).await, []);
}

/// Clients near their end come first, then those with a secret that nobody uses any more.
///
/// # Panics
/// When the store breaks the contract.
pub async fn clients_that_wait_are_listed(store: SharedStore) {
    let quiet = |id: &str, secrets: &[(i64, Option<i64>, Option<i64>)]| {
        let secrets = secrets.iter().enumerate().map(|(place, (made, used, end))| ClientSecret {
            created_at: at(*made),
            last_used_at: used.map(at),
            expires_at: end.map(at),
            ..secret(&format!("secret{place:02}"))
        });
        Client { secrets: secrets.collect(), ..ending(id, None, &[]) }
    };
    let clients = [
        ending("prc_a", Some(100), &[]),
        ending("prc_b", Some(101), &[]),
        ending("prc_c", None, &[Some(50), Some(30)]),
        ending("prc_d", Some(0), &[]),
        Client { disabled: true, ..ending("prc_e", Some(9), &[]) },
        quiet("prc_f", &[(-99, None, None), (-99, Some(-1), None)]),
        quiet("prc_g", &[(-99, Some(-40), Some(900)), (-9, None, Some(800))]),
        quiet("prc_h", &[(-99, None, None)]),
        quiet("prc_i", &[(-99, None, Some(-1)), (-99, Some(-1), None)]),
        quiet("prc_j", &[(-9, None, None), (-99, Some(-39), None)]),
        quiet("prc_k", &[(-40, None, None), (-9, None, None)]),
        // All of its secrets are over, and so is it.
        quiet("prc_l", &[(-99, None, Some(-1)), (-99, None, Some(0))]),
        Client { name: "A".to_owned(), ..ending("prc_m", Some(100), &[]) },
    ];
    register(&store, &clients).await;
    let one = organization_id("org_1");
    let search = |limit, quiet: Timestamp| WaitingSearch {
        of: ClientsOf::Organization(&one),
        now: at(0),
        soon: at(100),
        quiet,
        limit,
    };
    let found = store.list_waiting(&search(99, at(-40))).await.unwrap();
    assert_eq!(ids(&found), ["prc_c", "prc_m", "prc_a", "prc_g", "prc_f", "prc_k"]);
    assert_eq!(found[0], clients[2], "with all of its secrets");
    let found = store.list_waiting(&search(2, at(-40))).await.unwrap();
    assert_eq!(ids(&found), ["prc_c", "prc_m"]);
    let all = WaitingSearch { of: ClientsOf::All, ..search(99, at(-1_000)) };
    assert_eq!(ids(&store.list_waiting(&all).await.unwrap()), ["prc_c", "prc_m", "prc_a"]);
}
