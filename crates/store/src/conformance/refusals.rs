//! Calls that were refused.

use portreeve_core::text_id::ClientId;
use portreeve_core::usage::{RefusedCall, RefusedSum};

use crate::conformance::sample::{NOW, at, client_id, commit, organization_id};
use crate::conformance::usage::{add, prepare};
use crate::contract::SharedStore;
use crate::contract::commit::{Used, Write};
use crate::contract::error::StoreError;
use crate::contract::search::ClientsOf;

fn call(request: &str, id: &str, reason: &str, seconds: i64) -> RefusedCall {
    RefusedCall {
        request_id: request.into(),
        at: at(seconds),
        client_id: client_id(id),
        service: "ships".into(),
        reason: reason.into(),
        about: "ships_write".into(),
        call: "GET /v1/ships/Ærø%00".into(),
        peer: Some("192.0.2.9".parse().unwrap()),
    }
}

async fn refuse(store: &SharedStore, refused: Vec<(RefusedCall, u64)>) {
    add(store, Used { refused, ..Used::default() }).await;
}

fn sum(reason: &str, times: u64, newest: Option<RefusedCall>) -> RefusedSum {
    RefusedSum { reason: reason.into(), times, newest }
}

/// Refusals are counted by reason and day; a call of each is kept, the newest shown.
///
/// # Panics
/// When the store breaks the contract.
pub async fn are_counted_and_some_kept(store: SharedStore) {
    prepare(&store).await;
    let elsewhere =
        RefusedCall { service: "".into(), peer: None, ..call("c", "prc_2", "scope", 9) };
    let first = vec![
        (call("a", "prc_1", "scope", 1), 3),
        (call("b", "prc_1", "scope", 2), 1),
        (elsewhere.clone(), 2),
        (call("d", "prc_3", "expired", 5), 7),
        (call("e", "prc_4", "expired", 6), 1),
        (call("f", "prc_gone", "expired", 7), 9),
    ];
    refuse(&store, first).await;
    refuse(&store, vec![(call("g", "prc_1", "scope", 86_400), 10)]).await;
    for kept in [call("a", "prc_1", "scope", 1), elsewhere.clone()] {
        assert_eq!(store.find_refused(&kept.request_id).await.unwrap(), Some(kept));
    }
    for unknown in ["f", "z", "", "a\0"] {
        assert_eq!(store.find_refused(unknown).await.unwrap(), None);
    }
    let (one, prc_1) = (organization_id("org_1"), client_id("prc_1"));
    let by_reason =
        async |of: ClientsOf<'_>, from| store.refused_by_reason(of, at(from)).await.unwrap();
    let day = -8 * 3_600;
    let scope = call("g", "prc_1", "scope", 86_400);
    let expired = call("d", "prc_3", "expired", 5);
    let expected = [sum("scope", 16, Some(scope.clone())), sum("expired", 7, Some(expired))];
    assert_eq!(by_reason(ClientsOf::Organization(&one), day).await, expected);
    let all = by_reason(ClientsOf::All, day).await;
    assert_eq!(all[1], sum("expired", 8, Some(call("e", "prc_4", "expired", 6))));
    let today = by_reason(ClientsOf::Client(&prc_1), day + 86_400).await;
    assert_eq!(today, [sum("scope", 10, Some(scope))]);
    assert_eq!(by_reason(ClientsOf::All, 9 * 86_400).await, []);

    refuse(&store, vec![(call("h", "prc_1", "expired", 86_401), 20)]).await;
    let ids = ["prc_1", "prc_2", "prc_3", "prc_gone"].map(client_id);
    let most = async |ids: &[ClientId], from| store.refused_most(ids, at(from)).await.unwrap();
    let expected = [("prc_1", "expired", 20), ("prc_2", "scope", 2), ("prc_3", "expired", 7)]
        .map(|(id, reason, times)| (client_id(id), reason.into(), times));
    assert_eq!(most(&ids, day).await, expected);
    assert_eq!(most(&ids[1..2], day).await, expected[1..2]);
    assert_eq!(most(&ids[..2], day + 86_400).await, expected[..1]);
    assert_eq!(most(&[], day).await, []);

    assert_eq!(store.sweep(at(30 * 86_400 + 3), NOW).await.unwrap(), 2);
    assert_eq!(store.find_refused("b").await.unwrap(), None);
    assert_eq!(store.find_refused("c").await.unwrap(), Some(elsewhere));
    assert_eq!(store.sweep(at(400 * 86_400 + day + 1), NOW).await.unwrap(), 5 + 4);
    assert_eq!(by_reason(ClientsOf::Client(&prc_1), day).await.len(), 2);
}

/// A request's id that somebody else used names their call still, and theirs is never
/// shown among one's own.
///
/// # Panics
/// When the store breaks the contract.
pub async fn of_others_are_nobodys(store: SharedStore) {
    prepare(&store).await;
    refuse(&store, vec![(call("same", "prc_4", "scope", 1), 1)]).await;
    refuse(&store, vec![(call("same", "prc_1", "scope", 2), 4)]).await;
    let found = store.find_refused("same").await.unwrap();
    assert_eq!(found, Some(call("same", "prc_4", "scope", 1)));
    let one = organization_id("org_1");
    let shown = store.refused_by_reason(ClientsOf::Organization(&one), at(-86_400)).await.unwrap();
    assert_eq!(shown, [sum("scope", 4, None)]);

    let bad = Used { refused: vec![(call("a\0", "prc_1", "scope", 1), 1)], ..Used::default() };
    let outcome = commit(&store, vec![Write::Used(Box::new(bad))]).await;
    assert!(matches!(outcome, Err(StoreError::Corrupt(_))), "{outcome:?}");
}

/// Of one client's calls 500 are kept, the newest; another's are left alone; all go with
/// their client.
///
/// # Panics
/// When the store breaks the contract.
pub async fn are_kept_a_few_hundred_times(store: SharedStore) {
    prepare(&store).await;
    refuse(&store, vec![(call("other", "prc_2", "scope", 0), 1)]).await;
    for round in 0..3 {
        let some = (0..200).map(|number| {
            let place = round * 200 + number;
            (call(&format!("r{place}"), "prc_1", "scope", place), 1)
        });
        refuse(&store, some.collect()).await;
    }
    let is_kept = async |request: &str| store.find_refused(request).await.unwrap().is_some();
    for (request, kept) in
        [("r0", false), ("r99", false), ("r100", true), ("r599", true), ("other", true)]
    {
        assert_eq!(is_kept(request).await, kept, "{request}");
    }
    let prc_1 = client_id("prc_1");
    let sums = store.refused_by_reason(ClientsOf::Client(&prc_1), at(-86_400)).await.unwrap();
    assert_eq!(sums, [sum("scope", 600, Some(call("r599", "prc_1", "scope", 599)))]);
    commit(&store, vec![Write::ClientDeleted(prc_1)]).await.unwrap();
    assert!(!is_kept("r599").await && is_kept("other").await);
    let sums = store.refused_by_reason(ClientsOf::All, at(-86_400)).await.unwrap();
    assert_eq!(sums.len(), 1);
    assert_eq!(sums[0].times, 1);
}
