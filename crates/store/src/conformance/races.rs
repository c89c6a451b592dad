//! Many at once: of those who want the same, exactly one gets it.

use std::collections::BTreeSet;
use std::sync::Arc;

use portreeve_core::client::record::Client;
use portreeve_core::sign_in::session::{Seat, Session};
use portreeve_core::token::format::Algorithm;
use portreeve_core::token::key::KeyPurpose;
use tokio::task::JoinSet;

use crate::conformance::connections::{claims, ended, made};
use crate::conformance::sample::{
    NOW, at, client, client_id, commit, invitation, key, organization_id, refresh, revocation,
    surroundings, token_id, user_id,
};
use crate::contract::change::{Change, Changes};
use crate::contract::commit::Write;
use crate::contract::error::StoreError;
use crate::contract::{Page, SharedStore};

const AT_ONCE: u64 = 20;

/// Twenty changes of one version, twenty registrations of one id, twenty keys in
/// one key's place: one wins, the others are conflicts and leave nothing.
///
/// # Panics
/// When the store breaks the contract.
pub async fn have_one_winner(store: SharedStore, other: SharedStore) {
    let stores = [store, other];
    let named = |number: u64| Client { name: format!("No. {number}"), ..client("prc_1") };
    let registered = run(&stores, |n| Write::ClientRegistered(Box::new(named(n)))).await;
    let changed = run(&stores, |n| Write::ClientChanged(Box::new(named(n)))).await;
    let found = stores[0].find_client(&named(0).client_id).await.unwrap().unwrap();
    assert_eq!((found.version, found.name), (2, format!("No. {changed}")));

    let sealing = |n: u64| key(&format!("key {n}"), KeyPurpose::Seal);
    let first = run(&stores, |n| Write::KeyAdded { key: sealing(n), replaces: None }).await;
    let first = format!("key {first}");
    let next = |n: u64| Write::KeyAdded {
        key: key(&format!("next {n}"), KeyPurpose::Seal),
        replaces: Some(first.as_str().into()),
    };
    let second = run(&stores, next).await;
    let signing = KeyPurpose::Sign(Algorithm::ES256);
    run(&stores, |n| Write::KeyAdded { key: key(&format!("es {n}"), signing), replaces: None })
        .await;
    assert_eq!(stores[0].list_keys().await.unwrap().len(), 3, "{registered} {second}");

    let all = Page { after: None, limit: 1000 };
    assert_eq!(stores[0].list_facts(&all).await.unwrap().len(), 5);
    let changes = stores[0].changes_after(0).await.unwrap();
    let Changes::Known { changes, .. } = changes else { panic!("{changes:?}") };
    assert_eq!(changes.len(), 5);
}

/// Someone who follows the log while many commit sees every line, each once and
/// none behind a newer one.
///
/// # Panics
/// When the store breaks the contract.
pub async fn are_followed_without_loss(store: SharedStore, other: SharedStore) {
    const COMMITS: u64 = 600;
    let mut committing = JoinSet::new();
    for worker in 0..AT_ONCE {
        let store = Arc::clone(if worker % 2 == 0 { &store } else { &other });
        committing.spawn(async move {
            for number in (worker..COMMITS).step_by(AT_ONCE as usize) {
                commit(&store, vec![revocation(number, at(9))]).await.unwrap();
            }
        });
    }
    let (mut seen, mut after) = (Vec::new(), 0);
    while seen.len() < COMMITS as usize {
        let answer = store.changes_after(after).await.unwrap();
        let Changes::Known { changes, newest } = answer else { panic!("{answer:?}") };
        assert_eq!(changes.is_empty(), newest == after);
        after = newest;
        seen.extend(changes);
        assert!(!committing.is_empty() || seen.len() == COMMITS as usize, "lines were lost");
        while let Some(done) = committing.try_join_next() {
            done.unwrap();
        }
    }
    let unique: BTreeSet<_> = seen
        .iter()
        .map(|change| match change {
            Change::Revoked { id, .. } => *id,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(unique, (0..COMMITS).map(token_id).collect());
}

/// A commit of several writes of which one conflicts writes none of them, while
/// its neighbours are written.
///
/// # Panics
/// When the store breaks the contract.
pub async fn leave_their_neighbours_alone(store: SharedStore) {
    commit(&store, vec![Write::ClientRegistered(Box::new(client("prc_1")))]).await.unwrap();
    let mut committing = JoinSet::new();
    for number in 0..60 {
        let store = Arc::clone(&store);
        let mut writes = vec![revocation(number, at(9))];
        if number % 3 == 0 {
            writes.push(Write::ClientRegistered(Box::new(client("prc_1"))));
        }
        committing.spawn(async move { (number, commit(&store, writes).await.is_ok()) });
    }
    for (number, is_written) in committing.join_all().await {
        assert_eq!(is_written, number % 3 != 0, "{number}");
    }
    let mut listed = store.list_revocations(at(0)).await.unwrap();
    listed.sort();
    let expected: Vec<_> =
        (0..60).filter(|n| n % 3 != 0).map(|number| (token_id(number), at(9))).collect();
    assert_eq!(listed, expected);
}

/// Twenty who use one refresh token, stored or sealed, and twenty who end one
/// connection: one wins. Twenty who number the same claims get the same number. Of a
/// connection that ends while its token is used, no unused token is left that works.
///
/// # Panics
/// When the store breaks the contract.
pub async fn use_a_refresh_token_once(store: SharedStore, other: SharedStore) {
    let stores = [store, other];
    commit(&stores[0], surroundings()).await.unwrap();
    commit(&stores[0], vec![made(1), made(2)]).await.unwrap();
    let next = |n: u64| refresh(100 + u8::try_from(n).unwrap(), 1);
    let used = refresh(1, 1).hash;
    let rotated = |n| Write::RefreshRotated { used, at: at(1), next: next(n) };
    let winner = run(&stores, rotated).await;
    for number in 0..AT_ONCE {
        let found = stores[0].find_refresh_token(&next(number).hash).await.unwrap();
        assert_eq!(found.is_some(), number == winner);
    }
    let spent = |_| Write::RefreshSpent {
        id: token_id(77),
        client_id: client_id("prc_1"),
        expires_at: at(60),
    };
    run(&stores, spent).await;
    run(&stores, |n| ended(2, at(i64::try_from(n).unwrap()))).await;

    let mut numbering = JoinSet::new();
    for number in 0..AT_ONCE {
        let store = Arc::clone(&stores[usize::from(number % 2 == 0)]);
        numbering.spawn(async move { store.number_claims(&claims()).await.unwrap() });
    }
    let numbers: BTreeSet<u64> = numbering.join_all().await.into_iter().collect();
    assert_eq!(numbers.len(), 1, "{numbers:?}");
}

/// A connection that ends while its token is used: either the use came first, or it is
/// refused; and the connection has ended in any case.
///
/// # Panics
/// When the store breaks the contract.
pub async fn end_a_connection_for_good(store: SharedStore, other: SharedStore) {
    commit(&store, surroundings()).await.unwrap();
    for number in 1..=AT_ONCE {
        commit(&store, vec![made(number)]).await.unwrap();
        let next = refresh(100 + u8::try_from(number).unwrap(), number);
        let used = refresh(u8::try_from(number).unwrap(), number).hash;
        let rotated = Write::RefreshRotated { used, at: at(1), next: next.clone() };
        let writes = (vec![rotated], vec![ended(number, at(1))]);
        let (use_it, end_it) = tokio::join!(commit(&store, writes.0), commit(&other, writes.1));
        end_it.unwrap();
        let found = store.find_refresh_token(&next.hash).await.unwrap();
        match use_it {
            Ok(_) => assert!(!found.unwrap().1.is_standing()),
            Err(StoreError::Conflict(_)) => assert_eq!(found, None),
            Err(error) => panic!("{error}"),
        }
    }
}

/// Somebody signs in while another password is set: either the sign-in is refused, or it
/// ends with the other sessions. Of two who replace the same password, one wins.
///
/// # Panics
/// When the store breaks the contract.
pub async fn leave_no_session_of_an_old_password(store: SharedStore, other: SharedStore) {
    let stores = [store, other];
    commit(&stores[0], surroundings()).await.unwrap();
    let user = user_id("usr_1");
    let set = |phc: String| Write::PasswordSet { user: user.clone(), phc };
    let stands = |phc: String| Write::PasswordStands { user: user.clone(), phc };
    let ended = || Write::SessionsEnded { user: user.clone(), except: None };
    commit(&stores[0], vec![set("$0".to_owned())]).await.unwrap();
    for number in 0..AT_ONCE {
        let (old, new) = (format!("${number}"), format!("${}", number + 1));
        let hash = [u8::try_from(number).unwrap(); 32];
        let begun = Session { hash, ..Session::begin(&hash, user.clone(), Seat::default(), NOW) };
        let sign_in = vec![stands(old), Write::SessionBegun(begun)];
        let (signed_in, replaced) =
            tokio::join!(commit(&stores[0], sign_in), commit(&stores[1], vec![set(new), ended()]));
        replaced.unwrap();
        assert!(matches!(signed_in, Ok(_) | Err(StoreError::Conflict(_))), "{signed_in:?}");
        assert_eq!(stores[0].list_sessions(&user).await.unwrap(), []);
    }
    let old = format!("${AT_ONCE}");
    let changed = |by: &str| vec![stands(old.clone()), set(format!("$by {by}")), ended()];
    let (one, two) =
        tokio::join!(commit(&stores[0], changed("one")), commit(&stores[1], changed("two")));
    let winner = if one.is_ok() { "$by one" } else { "$by two" };
    assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
    assert_eq!(stores[0].find_password(&user).await.unwrap().as_deref(), Some(winner));
}

/// Twenty who invite in view of the same invitations, twenty who use one link, and twenty who take one notice: one wins.
///
/// # Panics
/// When the store breaks the contract.
pub async fn use_a_link_once(store: SharedStore, other: SharedStore) {
    let stores = [store, other];
    let mut writes = surroundings();
    writes.push(Write::LinkMade(invitation(1)));
    commit(&stores[0], writes).await.unwrap();
    let mut inviting = JoinSet::new();
    for number in 0..AT_ONCE {
        let store = Arc::clone(&stores[usize::from(number % 2 == 0)]);
        let organization = organization_id("org_1");
        let stand = Write::InvitationsStand { organization, version: 1, hashes: vec![[1; 32]] };
        let made = Write::LinkMade(invitation(100 + u8::try_from(number).unwrap()));
        inviting.spawn(async move { commit(&store, vec![stand, made]).await.is_ok() });
    }
    let all = inviting.join_all().await;
    assert_eq!(all.iter().filter(|is_written| **is_written).count(), 1);
    run(&stores, |_| Write::LinkUsed { hash: [1; 32], at: at(2) }).await;
    assert_eq!(stores[1].find_link(&[1; 32]).await.unwrap(), None);
    let taken = |_| Write::NoticeTaken { key: "ends prc_1".to_owned(), at: at(2) };
    run(&stores, taken).await;
    commit(&stores[0], vec![Write::NoticeGivenBack { key: "ends prc_1".to_owned() }])
        .await
        .unwrap();
    run(&stores, taken).await;
}

/// Commits the same wish twenty times at once through both stores; answers which
/// of them won.
async fn run(stores: &[SharedStore; 2], wish: impl Fn(u64) -> Write) -> u64 {
    let mut committing = JoinSet::new();
    for number in 0..AT_ONCE {
        let store = Arc::clone(&stores[usize::from(number % 2 == 0)]);
        let write = wish(number);
        committing.spawn(async move { (number, commit(&store, vec![write]).await) });
    }
    let mut winners = Vec::new();
    for (number, outcome) in committing.join_all().await {
        match outcome {
            Ok(_) => winners.push(number),
            Err(StoreError::Conflict(_)) => {}
            Err(error) => panic!("{error}"),
        }
    }
    assert_eq!(winners.len(), 1, "{winners:?}");
    winners[0]
}
