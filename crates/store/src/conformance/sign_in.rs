//! Passwords and sessions.

use portreeve_core::org::member::User;
use portreeve_core::sign_in::session::{MOST, Seat, Session};

use crate::conformance::sample::{NOW, assert_conflict, at, commit, surroundings, user, user_id};
use crate::contract::SharedStore;
use crate::contract::change::{Change, Changes};
use crate::contract::commit::Write;

fn session(number: u8, begun: i64) -> Session {
    let address = Some("192.0.2.7".parse().unwrap()).filter(|_| number > 1);
    let seat = Seat { address, agent: if number > 1 { "Lantern 7 (Æ)" } else { "" } };
    let begun = Session::begin(&[number; 32], user_id("usr_1"), seat, at(begun));
    Session { hash: [number; 32], ..begun }
}

/// A person has one password, the newest.
///
/// # Panics
/// When the store breaks the contract.
pub async fn passwords_are_replaced(store: SharedStore) {
    let user = user_id("usr_1");
    let set = |phc: &str| vec![Write::PasswordSet { user: user.clone(), phc: phc.to_owned() }];
    assert_conflict(&store, set("$argon2id$none")).await;
    commit(&store, surroundings()).await.unwrap();
    let before = store.newest_change().await.unwrap();
    assert_eq!(store.find_password(&user).await.unwrap(), None);
    commit(&store, set("$argon2id$one")).await.unwrap();
    let newest = commit(&store, set("$argon2id$two")).await.unwrap().change;
    assert_eq!(store.find_password(&user).await.unwrap().as_deref(), Some("$argon2id$two"));
    assert_eq!(store.find_password(&user_id("usr_2")).await.unwrap(), None);
    let changes = vec![Change::User(user.clone()), Change::User(user)];
    assert_eq!(store.changes_after(before).await.unwrap(), Changes::Known { changes, newest });
}

/// What follows from a password is written while it is the person's, and they are enabled.
///
/// # Panics
/// When the store breaks the contract.
pub async fn passwords_stand_or_nothing_follows(store: SharedStore) {
    let id = user_id("usr_1");
    let stands = |phc: &str| Write::PasswordStands { user: id.clone(), phc: phc.to_owned() };
    let begun = |number| Write::SessionBegun(session(number, 0));
    let set = |phc: &str| Write::PasswordSet { user: id.clone(), phc: phc.to_owned() };
    assert_conflict(&store, vec![stands("$argon2id$one")]).await;
    commit(&store, surroundings()).await.unwrap();
    assert_conflict(&store, vec![stands("$argon2id$one")]).await;
    commit(&store, vec![set("$argon2id$one")]).await.unwrap();
    let newest = store.newest_change().await.unwrap();
    commit(&store, vec![stands("$argon2id$one"), begun(1)]).await.unwrap();
    assert_eq!(store.newest_change().await.unwrap(), newest, "nothing has changed");
    commit(&store, vec![stands("$argon2id$one"), set("$argon2id$two"), begun(2)]).await.unwrap();
    for old in ["$argon2id$one", "$argon2id$TWO", ""] {
        assert_conflict(&store, vec![stands(old), set("$argon2id$three"), begun(3)]).await;
    }
    let found = store.find_user(&id).await.unwrap().unwrap();
    let disabled = User { disabled: true, ..found };
    commit(&store, vec![Write::UserChanged(disabled)]).await.unwrap();
    assert_conflict(&store, vec![stands("$argon2id$two"), begun(3)]).await;
    assert_eq!(store.find_password(&id).await.unwrap().as_deref(), Some("$argon2id$two"));
    assert_eq!(store.list_sessions(&id).await.unwrap().len(), 2);
}

/// A person has so many sessions and no more: the newest, and the one that begins even
/// when the clock was set back.
///
/// # Panics
/// When the store breaks the contract.
pub async fn sessions_have_an_end_in_number(store: SharedStore) {
    commit(&store, surroundings()).await.unwrap();
    commit(&store, vec![Write::UserEntered(user("usr_2", "bo@example.com"))]).await.unwrap();
    let other = Session { user: user_id("usr_2"), ..session(200, -1) };
    commit(&store, vec![Write::SessionBegun(other.clone())]).await.unwrap();
    let most = u8::try_from(MOST).unwrap();
    let begin = async |number: u8, at| {
        commit(&store, vec![Write::SessionBegun(session(number, at))]).await.unwrap();
        let listed = store.list_sessions(&user_id("usr_1")).await.unwrap();
        listed.iter().map(|one| one.hash[0]).collect::<Vec<_>>()
    };
    for number in 1..=most {
        let count = begin(number, i64::from(number)).await.len();
        assert_eq!(count, usize::from(number));
    }
    let listed = begin(most + 1, 1000).await;
    assert_eq!(listed, (2..=most + 1).rev().collect::<Vec<_>>());
    let listed = begin(most + 2, -1000).await;
    assert_eq!(listed.len(), usize::from(most));
    assert_eq!((listed.last(), listed.contains(&2)), (Some(&(most + 2)), false));
    assert_eq!(store.find_session(&[1; 32]).await.unwrap(), None);
    assert_eq!(store.list_sessions(&user_id("usr_2")).await.unwrap(), [other]);
}

/// Sessions come back as they were written, are seen ever later, and end alone, all at
/// once, or by themselves.
///
/// # Panics
/// When the store breaks the contract.
pub async fn sessions_begin_and_end(store: SharedStore) {
    assert_conflict(&store, vec![Write::SessionBegun(session(1, 0))]).await;
    commit(&store, surroundings()).await.unwrap();
    commit(&store, vec![Write::UserEntered(user("usr_2", "bo@example.com"))]).await.unwrap();
    let newest = store.newest_change().await.unwrap();
    let other = Session { user: user_id("usr_2"), ..session(4, 3) };
    let all = [session(1, 0), session(2, 2), session(3, 1), other.clone()];
    commit(&store, all.map(Write::SessionBegun).into()).await.unwrap();
    assert_conflict(&store, vec![Write::SessionBegun(session(1, 0))]).await;
    assert_eq!(store.find_session(&[2; 32]).await.unwrap(), Some(session(2, 2)));
    assert_eq!(store.find_session(&[9; 32]).await.unwrap(), None);
    let listed = store.list_sessions(&user_id("usr_1")).await.unwrap();
    assert_eq!(listed, [session(2, 2), session(3, 1), session(1, 0)]);

    let seen = |number, seconds| Write::SessionSeen { hash: [number; 32], at: at(seconds) };
    commit(&store, vec![seen(1, 70), seen(1, 65), seen(9, 1)]).await.unwrap();
    let found = store.find_session(&[1; 32]).await.unwrap();
    assert_eq!(found, Some(Session { seen_at: at(70), ..session(1, 0) }));

    let end = |number| Write::SessionEnded { hash: [number; 32] };
    commit(&store, vec![end(2), end(9)]).await.unwrap();
    assert_eq!(store.find_session(&[2; 32]).await.unwrap(), None);
    let end_all = |except| Write::SessionsEnded { user: user_id("usr_1"), except };
    commit(&store, vec![end_all(Some([3; 32]))]).await.unwrap();
    let listed = store.list_sessions(&user_id("usr_1")).await.unwrap();
    assert_eq!(listed, [session(3, 1)]);
    commit(&store, vec![end_all(None)]).await.unwrap();
    assert_eq!(store.list_sessions(&user_id("usr_1")).await.unwrap(), []);
    assert_eq!(store.list_sessions(&user_id("usr_2")).await.unwrap(), [other]);
    assert_eq!(store.newest_change().await.unwrap(), newest, "a session is no change");
}

/// Idle sessions are swept, and busy ones in the end.
///
/// # Panics
/// When the store breaks the contract.
pub async fn sessions_are_swept_when_they_are_over(store: SharedStore) {
    commit(&store, surroundings()).await.unwrap();
    let busy = Session { seen_at: at(43_100), ..session(2, 0) };
    let writes = [session(1, 0), busy.clone()].map(Write::SessionBegun);
    commit(&store, writes.into()).await.unwrap();
    let sweep = async |seconds| store.sweep(at(seconds), NOW).await.unwrap();
    assert_eq!(sweep(1_799).await, 0);
    assert_eq!(sweep(1_800).await, 1);
    assert_eq!(store.find_session(&[1; 32]).await.unwrap(), None);
    assert_eq!(sweep(43_199).await, 0);
    assert_eq!(store.find_session(&[2; 32]).await.unwrap(), Some(busy));
    assert_eq!(sweep(43_200).await, 1);
    assert_eq!(store.list_sessions(&user_id("usr_1")).await.unwrap(), []);
}
