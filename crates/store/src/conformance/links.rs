//! Links that are sent by mail, and notices that are sent once.

use portreeve_core::sign_in::link::{Link, Purpose};

use crate::conformance::sample::{
    NOW, assert_conflict, at, commit, invitation, organization, organization_id, surroundings,
    user_id,
};
use crate::contract::SharedStore;
use crate::contract::commit::Write;
use crate::contract::error::StoreError;

fn reset(number: u8) -> Link {
    let purpose = Purpose::PasswordReset { user: user_id("usr_1") };
    Link { purpose, mailed: true, ..invitation(number) }
}

/// Links come back as they were written, are used once and withdrawn at will.
///
/// # Panics
/// When the store breaks the contract.
pub async fn work_once(store: SharedStore) {
    for orphan in [invitation(1), reset(1)] {
        assert_conflict(&store, vec![Write::LinkMade(orphan)]).await;
    }
    let mut writes = surroundings();
    writes.push(Write::OrganizationEntered(organization("org_2", None)));
    commit(&store, writes).await.unwrap();
    let newest = store.newest_change().await.unwrap();
    let made = [invitation(1), invitation(3), invitation(2), reset(4)].map(Write::LinkMade);
    commit(&store, made.into()).await.unwrap();
    for link in [invitation(1), reset(4)] {
        assert_eq!(store.find_link(&link.hash).await.unwrap(), Some(link));
    }
    assert_eq!(store.find_link(&[9; 32]).await.unwrap(), None);
    let list = async |id| store.list_invitations(&organization_id(id)).await.unwrap();
    assert_eq!(list("org_1").await, [invitation(3), invitation(2), invitation(1)]);
    assert_eq!(list("org_2").await, []);

    let used = |number, seconds| vec![Write::LinkUsed { hash: [number; 32], at: at(seconds) }];
    commit(&store, used(1, 99)).await.unwrap();
    assert_conflict(&store, used(1, 99)).await;
    assert_conflict(&store, used(2, 100)).await;
    let withdrawn = |number| Write::LinkWithdrawn { hash: [number; 32] };
    commit(&store, vec![withdrawn(2), withdrawn(2), withdrawn(9)]).await.unwrap();
    assert_conflict(&store, used(2, 1)).await;
    assert_eq!(list("org_1").await, [invitation(3)]);
    assert_eq!(store.newest_change().await.unwrap(), newest, "a link is no change");
    let set = Write::PasswordSet { user: user_id("usr_1"), phc: "$phc".to_owned() };
    commit(&store, vec![set]).await.unwrap();
    assert_eq!(
        store.find_link(&[4; 32]).await.unwrap(),
        None,
        "a new password ends the ways to one"
    );
    assert_eq!(list("org_1").await, [invitation(3)]);

    let bad = Link { email: "a\0b".to_owned(), ..invitation(7) };
    let outcome = commit(&store, vec![Write::LinkMade(bad)]).await;
    assert!(matches!(outcome, Err(StoreError::Corrupt(_))), "{outcome:?}");
}

/// Whoever decides in view of the invitations that wait meets a conflict when there are
/// others by now, and nothing is said of the organization.
///
/// # Panics
/// When the store breaks the contract.
pub async fn stand_as_they_were_read(store: SharedStore) {
    let stand = |numbers: &[u8]| Write::InvitationsStand {
        organization: organization_id("org_1"),
        version: 1,
        hashes: numbers.iter().map(|number| [*number; 32]).collect(),
    };
    assert_conflict(&store, vec![stand(&[])]).await;
    commit(&store, surroundings()).await.unwrap();
    let newest = store.newest_change().await.unwrap();
    let made = |number| Write::LinkMade(invitation(number));
    commit(&store, vec![stand(&[]), made(1), Write::LinkMade(reset(4))]).await.unwrap();
    assert_conflict(&store, vec![stand(&[]), made(2)]).await;
    commit(&store, vec![stand(&[1]), made(2)]).await.unwrap();
    for others in [&[1, 2][..], &[2], &[1], &[2, 1, 4]] {
        assert_conflict(&store, vec![stand(others)]).await;
    }
    let used = Write::LinkUsed { hash: [1; 32], at: at(1) };
    commit(&store, vec![stand(&[2, 1]), used]).await.unwrap();
    commit(&store, vec![stand(&[2])]).await.unwrap();
    let found = store.find_organization(&organization_id("org_1")).await.unwrap();
    assert_eq!(found, Some(organization("org_1", None)), "its version is as it was");
    assert_eq!(store.newest_change().await.unwrap(), newest);
    let changed = Write::OrganizationChanged(organization("org_1", None));
    commit(&store, vec![stand(&[2]), changed]).await.unwrap();
    assert_conflict(&store, vec![stand(&[2])]).await;
}

/// Expired links go, and notices after more than a year.
///
/// # Panics
/// When the store breaks the contract.
pub async fn are_swept(store: SharedStore) {
    commit(&store, surroundings()).await.unwrap();
    let long = Link { expires_at: at(200), ..reset(2) };
    let notice = |key: &str, seconds| Write::NoticeTaken { key: key.to_owned(), at: at(seconds) };
    let mut writes = vec![notice("one", 0), notice("two", 1)];
    writes.extend([invitation(1), long.clone()].map(Write::LinkMade));
    commit(&store, writes).await.unwrap();
    assert_conflict(&store, vec![notice("one", 7)]).await;
    assert_eq!(store.find_notice("one").await.unwrap(), Some(at(0)));
    assert_eq!(store.find_notice("on").await.unwrap(), None);
    assert_eq!(store.sweep(at(99), NOW).await.unwrap(), 0);
    assert_eq!(store.sweep(at(100), NOW).await.unwrap(), 1);
    assert_eq!(store.find_link(&[1; 32]).await.unwrap(), None);
    assert_eq!(store.find_link(&[2; 32]).await.unwrap(), Some(long));
    assert_eq!(store.sweep(at(400 * 86_400), NOW).await.unwrap(), 2, "a link and a notice");
    assert_eq!(store.find_notice("one").await.unwrap(), None);
    commit(&store, vec![notice("one", 7)]).await.unwrap();
    assert_conflict(&store, vec![notice("two", 7)]).await;
}
