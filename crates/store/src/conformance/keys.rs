//! Keys.

use portreeve_core::token::format::Algorithm;
use portreeve_core::token::key::{KeyPurpose, KeyRecord};

use crate::conformance::sample::{NOW, assert_conflict, at, commit, key};
use crate::contract::SharedStore;
use crate::contract::commit::Write;

/// A key is added once in the place of another, its times change, and it is swept
/// when they are over.
///
/// # Panics
/// When the store breaks the contract.
pub async fn follow_one_another(store: SharedStore) {
    let add = |key: &KeyRecord, replaces: Option<&str>| {
        vec![Write::KeyAdded { key: key.clone(), replaces: replaces.map(Into::into) }]
    };
    let signing = KeyPurpose::Sign(Algorithm::ES256);
    let (first, seal) = (key("first", signing), key("0a0b0c0d", KeyPurpose::Seal));
    commit(&store, add(&first, None)).await.unwrap();
    commit(&store, add(&seal, None)).await.unwrap();
    let second = KeyRecord { created_at: at(5), ..key("second", signing) };
    // Not the first of its purpose; nothing there to replace; of another purpose.
    for replaces in [None, Some("gone"), Some("0a0b0c0d")] {
        assert_conflict(&store, add(&second, replaces)).await;
    }
    let ended = KeyRecord { active_until: Some(at(20)), removed_at: Some(at(30)), ..first.clone() };
    let mut rotation = add(&second, Some("first"));
    rotation.push(Write::KeyChanged(ended.clone()));
    commit(&store, rotation).await.unwrap();
    assert_conflict(&store, add(&key("third", signing), Some("first"))).await;
    assert_conflict(&store, add(&key("first", signing), Some("second"))).await;
    assert_conflict(&store, vec![Write::KeyChanged(key("gone", signing))]).await;
    let mut listed = store.list_keys().await.unwrap();
    assert_eq!(listed.pop(), Some(second.clone()));
    listed.sort_by(|a, b| a.kid.cmp(&b.kid));
    assert_eq!(listed, [seal.clone(), ended]);

    assert_eq!(store.sweep(at(29), NOW).await.unwrap(), 0);
    assert_eq!(store.sweep(at(30), NOW).await.unwrap(), 1);
    assert_eq!(store.list_keys().await.unwrap(), [seal, second]);
}
