//! The directory: what it answers from memory, and what it forgets when another node
//! has changed it.

use std::sync::Arc;

use portreeve_core::secret::MasterKey;

use crate::conformance::connections::{claims, ended, made};
use crate::conformance::sample::{
    NOW, at, client, client_id, commit, connection, refresh, surroundings,
};
use crate::contract::SharedStore;
use crate::contract::commit::{Commit, Write};
use crate::contract::error::StoreError;
use crate::directory::Directory;

async fn open(store: &SharedStore) -> Arc<Directory> {
    let master = MasterKey::from_bytes([7; 32]);
    Directory::open(Arc::clone(store), master, 100, NOW).await.unwrap()
}

/// A refresh token that stays costs no statement when warm; its connection's end is
/// heard of, here and on another node.
///
/// # Panics
/// When the directory breaks its promise.
pub async fn knows_connections(store: SharedStore, other: SharedStore) {
    commit(&store, surroundings()).await.unwrap();
    let (here, there) = (open(&store).await, open(&other).await);
    let hash = refresh(1, 1).hash;
    assert!(here.refresh(&hash).await.unwrap().is_none());
    // What was unknown a moment ago may be made now.
    commit(&store, vec![made(1), made(2)]).await.unwrap();
    for directory in [&here, &there] {
        let (token, known) = directory.refresh(&hash).await.unwrap().unwrap();
        assert_eq!((token, (**known).clone()), (refresh(1, 1), connection(1)));
        assert!(known.note_use(NOW));
    }
    let before = (store.statements(), other.statements());
    for directory in [&here, &there] {
        let (_, known) = directory.refresh(&hash).await.unwrap().unwrap();
        assert!(!known.note_use(at(1)), "the same copy, which was used just now");
    }
    assert_eq!((store.statements(), other.statements()), before);
    let (token, _) = here.refresh_uncached(&hash).await.unwrap().unwrap();
    assert_eq!(token, refresh(1, 1));
    assert!(store.statements() > before.0);

    let end = Commit { writes: vec![ended(1, at(5))], ..Commit::default() };
    here.commit(end).await.unwrap();
    there.follow().await.unwrap();
    for directory in [&here, &there] {
        assert!(directory.is_revoked(&connection(1).id.token_id()));
        let (_, known) = directory.refresh(&hash).await.unwrap().unwrap();
        assert_eq!(known.ended_at, Some(at(5)));
        let (_, other) = directory.refresh(&refresh(2, 2).hash).await.unwrap().unwrap();
        assert!(other.is_standing());
    }
    let delete = vec![Write::ClientDeleted(client_id("prc_1"))];
    here.commit(Commit { writes: delete, ..Commit::default() }).await.unwrap();
    there.follow().await.unwrap();
    for directory in [&here, &there] {
        assert!(directory.refresh(&refresh(2, 2).hash).await.unwrap().is_none());
    }
}

/// Claims and their numbers cost no statement when warm, and go with their client.
///
/// # Panics
/// When the directory breaks its promise.
pub async fn knows_claims(store: SharedStore, other: SharedStore) {
    commit(&store, surroundings()).await.unwrap();
    let (here, there) = (open(&store).await, open(&other).await);
    let number = here.number_for(&claims()).await.unwrap();
    assert_eq!(there.number_for(&claims()).await.unwrap(), number);
    for directory in [&here, &there] {
        assert_eq!(directory.claims(number).await.unwrap().as_deref(), Some(&claims()));
        assert_eq!(directory.claims(number + 7).await.unwrap(), None);
    }
    let before = (store.statements(), other.statements());
    for directory in [&here, &there] {
        assert_eq!(directory.number_for(&claims()).await.unwrap(), number);
        assert_eq!(directory.claims(number).await.unwrap().as_deref(), Some(&claims()));
    }
    assert_eq!((store.statements(), other.statements()), before);

    let delete = vec![Write::ClientDeleted(client_id("prc_1"))];
    here.commit(Commit { writes: delete, ..Commit::default() }).await.unwrap();
    there.follow().await.unwrap();
    for directory in [&here, &there] {
        assert_eq!(directory.claims(number).await.unwrap(), None);
        let outcome = directory.number_for(&claims()).await;
        assert!(matches!(outcome, Err(StoreError::Conflict(_))), "{outcome:?}");
    }
    commit(&store, vec![Write::ClientRegistered(Box::new(client("prc_1")))]).await.unwrap();
    assert!(there.number_for(&claims()).await.unwrap() > number);
}
