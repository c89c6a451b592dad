//! Clients and their secrets.

use portreeve_core::client::record::Client;
use portreeve_core::org::owner::Owner;
use portreeve_core::usage::SecretCounted;

use crate::conformance::sample::{assert_conflict, at, client, client_id, commit, secret, user_id};
use crate::contract::commit::{Used, Write};
use crate::contract::error::StoreError;
use crate::contract::{Page, SharedStore};

/// A client comes back as it was written, and each change counts its version.
///
/// # Panics
/// When the store breaks the contract.
pub async fn are_kept_whole(store: SharedStore) {
    let plain = Client {
        audiences: Vec::new(),
        introspects: Vec::new(),
        redirect_uris: Vec::new(),
        networks: Vec::new(),
        grants: Vec::new(),
        secrets: Vec::new(),
        expires_at: None,
        token_ttl: None,
        owner: Owner::User(user_id("usr_1")),
        ..client("prc_plain")
    };
    assert_eq!(store.find_client(&plain.client_id).await.unwrap(), None);
    for one in [client("prc_1"), plain] {
        commit(&store, vec![Write::ClientRegistered(Box::new(one.clone()))]).await.unwrap();
        assert_eq!(store.find_client(&one.client_id).await.unwrap(), Some(one.clone()));
        assert_conflict(&store, vec![Write::ClientRegistered(Box::new(one))]).await;
    }

    let mut changed = client("prc_1");
    changed.name = "Planner".to_owned();
    changed.disabled = true;
    changed.networks = vec!["198.51.100.7/32".parse().unwrap()];
    changed.expires_at = None;
    changed.secrets = vec![changed.secrets[1].clone(), secret("new00000")];
    commit(&store, vec![Write::ClientChanged(Box::new(changed.clone()))]).await.unwrap();
    let expected = Client { version: 2, ..changed.clone() };
    assert_eq!(store.find_client(&changed.client_id).await.unwrap(), Some(expected.clone()));
    assert_conflict(&store, vec![Write::ClientChanged(Box::new(changed))]).await;

    let id = expected.client_id.clone();
    commit(&store, vec![Write::ClientDeleted(id.clone())]).await.unwrap();
    assert_eq!(store.find_client(&id).await.unwrap(), None);
    assert_conflict(&store, vec![Write::ClientDeleted(id)]).await;
    assert_conflict(&store, vec![Write::ClientChanged(Box::new(expected))]).await;
    // Nothing of the deleted one comes back with its id.
    let again = Client { secrets: Vec::new(), ..client("prc_1") };
    commit(&store, vec![Write::ClientRegistered(Box::new(again.clone()))]).await.unwrap();
    assert_eq!(store.find_client(&again.client_id).await.unwrap(), Some(again));
}

/// The last use of a secret only grows, counts no version and is no change; a
/// change that was decided before it does not undo it.
///
/// # Panics
/// When the store breaks the contract.
pub async fn remember_when_a_secret_was_used(store: SharedStore) {
    let one = client("prc_1");
    let registered = commit(&store, vec![Write::ClientRegistered(Box::new(one.clone()))]).await;
    let newest = registered.unwrap().change;
    let used = |secret: &str, seconds| SecretCounted {
        client_id: client_id("prc_1"),
        secret: secret.into(),
        at: at(seconds),
        from: None,
        tokens: 1,
    };
    let uses = vec![
        used("aaaaaaaa", -50),
        used("00000000", 5),
        used("00000000", 7),
        used("00000000", 6),
        used("gone0000", 1),
        SecretCounted { client_id: client_id("prc_gone"), ..used("00000000", 1) },
    ];
    let write = |secrets| vec![Write::Used(Box::new(Used { secrets, ..Used::default() }))];
    assert_eq!(commit(&store, write(uses)).await.unwrap().change, newest);
    let found = store.find_client(&one.client_id).await.unwrap().unwrap();
    let last_uses: Vec<_> = found.secrets.iter().map(|secret| secret.last_used_at).collect();
    assert_eq!((last_uses, found.version), (vec![Some(at(-1)), Some(at(7))], 1));

    commit(&store, vec![Write::ClientChanged(Box::new(one.clone()))]).await.unwrap();
    let found = store.find_client(&one.client_id).await.unwrap().unwrap();
    assert_eq!(found.secrets[1].last_used_at, Some(at(7)));
}

/// Ten thousand clients, listed by pages: each once, in order.
///
/// # Panics
/// When the store breaks the contract.
pub async fn are_listed_by_pages(store: SharedStore) {
    let mine = Owner::User(user_id("usr_me"));
    let sample = |number: usize| Client {
        // Upper and lower case, so that a database that sorts as people do shows.
        client_id: client_id(&format!(
            "{}_{number:05}",
            if number.is_multiple_of(2) { "a" } else { "B" }
        )),
        owner: if number.is_multiple_of(100) { mine.clone() } else { client("x").owner },
        secrets: (0..number % 4).map(|place| secret(&format!("secret{place:02}"))).collect(),
        ..client("x")
    };
    let mut expected: Vec<Client> = (0..10_000).map(sample).collect();
    for some in expected.chunks(500) {
        let writes = some.iter().map(|one| Write::ClientRegistered(Box::new(one.clone())));
        commit(&store, writes.collect()).await.unwrap();
    }
    expected.sort_by(|a, b| a.client_id.as_str().cmp(b.client_id.as_str()));
    assert!(list_all(&store, None, 999).await == expected, "some are missing or out of order");
    expected.retain(|one| one.owner == mine);
    assert_eq!(list_all(&store, Some(&mine), 7).await, expected);
    let nobody = Owner::User(user_id("usr_nobody"));
    assert_eq!(list_all(&store, Some(&nobody), 7).await, []);
}

/// Texts in every script come back; a NUL, which PostgreSQL cannot keep, is
/// refused in writing and finds nothing in reading.
///
/// # Panics
/// When the store breaks the contract.
pub async fn keep_any_text_but_nul(store: SharedStore) {
    for (number, name) in ["Ærø ⚓ 船 🚢", "'; DROP TABLE client; --", "%_\\", "\u{202e}\u{7f}\n"]
        .into_iter()
        .enumerate()
    {
        let id = format!("prc_{number}");
        let one = Client { name: name.to_owned(), ..client(&id) };
        commit(&store, vec![Write::ClientRegistered(Box::new(one.clone()))]).await.unwrap();
        assert_eq!(store.find_client(&one.client_id).await.unwrap().unwrap().name, name);
    }
    let bad = Client { name: "a\0b".to_owned(), ..client("prc_nul") };
    let outcome = commit(&store, vec![Write::ClientRegistered(Box::new(bad))]).await;
    assert!(matches!(outcome, Err(StoreError::Corrupt(_))), "{outcome:?}");
    assert_eq!(store.find_client(&client_id("prc_nul")).await.unwrap(), None);
    assert_eq!(store.find_user_by_email("a\0b").await.unwrap(), None);
    assert_eq!(store.find_organization_by_external_id("\0").await.unwrap(), None);
    let page = Page { after: Some("prc_1\0".to_owned()), limit: 9 };
    assert_eq!(store.list_clients(None, &page).await.unwrap().len(), 2);
    assert_eq!(store.list_users(&page).await.unwrap(), []);
    assert_eq!(store.list_facts(&page).await.unwrap(), []);
}

async fn list_all(store: &SharedStore, owner: Option<&Owner>, limit: u32) -> Vec<Client> {
    let mut all: Vec<Client> = Vec::new();
    loop {
        let after = all.last().map(|last| last.client_id.to_string());
        let page = store.list_clients(owner, &Page { after, limit }).await.unwrap();
        assert!(page.len() <= limit as usize);
        if page.is_empty() {
            return all;
        }
        all.extend(page);
    }
}
