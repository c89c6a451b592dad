//! The change log and its hints.

use std::time::Duration;

use portreeve_core::org::member::{Membership, Role};
use tokio::sync::watch;
use tokio::time::timeout;

use crate::conformance::sample::{
    NOW, at, client, client_id, commit, organization, organization_id, revocation, token_id, user,
    user_id,
};
use crate::contract::SharedStore;
use crate::contract::change::{Change, Changes};
use crate::contract::commit::{Commit, Write};

/// Every commit's lines are in the log, in order; what was swept shows as a gap.
///
/// # Panics
/// When the store breaks the contract.
pub async fn are_numbered_in_order(store: SharedStore) {
    store.ping().await.unwrap();
    assert_eq!(store.newest_change().await.unwrap(), 0);
    let none = Changes::Known { changes: Vec::new(), newest: 0 };
    assert_eq!(store.changes_after(0).await.unwrap(), none);
    let writes = vec![
        Write::OrganizationEntered(organization("org_1", None)),
        Write::UserEntered(user("usr_1", "a@example.com")),
        Write::MembershipSet(Membership {
            organization: organization_id("org_1"),
            user: user_id("usr_1"),
            role: Role::Admin,
        }),
        Write::ClientRegistered(Box::new(client("prc_1"))),
    ];
    let first = commit(&store, writes).await.unwrap().change;
    let facts_only = commit(&store, Vec::new()).await.unwrap();
    assert_eq!(facts_only.change, first);
    let second = commit(&store, vec![revocation(7, at(9))]).await.unwrap().change;
    let revoked = Change::Revoked { id: token_id(7), expires_at: at(9) };
    let all = vec![
        Change::Organizations,
        Change::User(user_id("usr_1")),
        Change::Client(client_id("prc_1")),
        revoked.clone(),
    ];
    let known = |changes, newest| Changes::Known { changes, newest };
    assert_eq!(store.changes_after(0).await.unwrap(), known(all, second));
    assert_eq!(store.changes_after(first).await.unwrap(), known(vec![revoked], second));
    assert_eq!(store.changes_after(second).await.unwrap(), known(Vec::new(), second));
    assert_eq!(store.newest_change().await.unwrap(), second);
    // Somebody remembers more than there is: the database is an older copy.
    assert_eq!(store.changes_after(second + 1).await.unwrap(), Changes::Gap { newest: second });
}

/// Whoever asks for what was swept away is told of the gap; numbers never return.
///
/// # Panics
/// When the store breaks the contract.
pub async fn that_were_swept_show_as_a_gap(store: SharedStore) {
    let old = commit(&store, vec![revocation(1, at(99))]).await.unwrap().change;
    let late = Commit { writes: vec![revocation(2, at(99))], at: Some(at(5)), ..Commit::default() };
    let new = store.commit(late).await.unwrap().change;
    assert_eq!(store.sweep(NOW, at(5)).await.unwrap(), 1);
    assert_eq!(store.changes_after(old - 1).await.unwrap(), Changes::Gap { newest: new });
    let changes = vec![Change::Revoked { id: token_id(2), expires_at: at(99) }];
    assert_eq!(store.changes_after(old).await.unwrap(), Changes::Known { changes, newest: new });

    assert_eq!(store.sweep(NOW, at(6)).await.unwrap(), 1);
    assert_eq!(store.newest_change().await.unwrap(), new);
    assert_eq!(store.changes_after(old).await.unwrap(), Changes::Gap { newest: new });
    let none = Changes::Known { changes: Vec::new(), newest: new };
    assert_eq!(store.changes_after(new).await.unwrap(), none);
    assert!(commit(&store, vec![revocation(3, at(99))]).await.unwrap().change > new);
}

/// A commit wakes whoever follows this store, and within a second whoever follows
/// another one on the same database; reading wakes nobody.
///
/// # Panics
/// When the store breaks the contract.
pub async fn are_hinted_at(store: SharedStore, other: SharedStore) {
    // Opening may wake, too.
    tokio::time::sleep(Duration::from_millis(500)).await;
    let (mut here, mut there) = (store.change_hints(), other.change_hints());
    for number in 0..5 {
        let change = commit(&store, vec![revocation(number, at(9))]).await.unwrap().change;
        wait_for(&mut here).await;
        wait_for(&mut there).await;
        assert_eq!(other.newest_change().await.unwrap(), change);
    }
    let before = store.statements();
    store.find_client(&client_id("prc_1")).await.unwrap();
    assert!(store.statements() > before);
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert!(!here.has_changed().unwrap());
    let still = store.statements();
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(store.statements(), still, "statements that nobody has asked for are counted");
}

async fn wait_for(hints: &mut watch::Receiver<u64>) {
    timeout(Duration::from_secs(1), hints.changed()).await.expect("a hint in time").unwrap();
}
