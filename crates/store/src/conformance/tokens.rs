//! Revoked tokens, and the audit register.

use portreeve_core::audit::Fact;

use crate::conformance::sample::{NOW, at, commit, fact, revocation, token_id};
use crate::contract::commit::Commit;
use crate::contract::{Page, REVOCATIONS_OUTLAST, SharedStore};

/// Revocations are listed until their token has been expired for a day, and swept then.
///
/// # Panics
/// When the store breaks the contract.
pub async fn stay_revoked_until_they_expire(store: SharedStore) {
    let day_after = |seconds| at(seconds).plus(REVOCATIONS_OUTLAST);
    let writes = vec![revocation(1, at(10)), revocation(2, at(11)), revocation(1, at(10))];
    commit(&store, writes).await.unwrap();
    commit(&store, vec![revocation(2, at(11))]).await.unwrap();
    for now in [NOW, at(11), day_after(9)] {
        let mut listed = store.list_revocations(now).await.unwrap();
        listed.sort();
        assert_eq!(listed, [(token_id(1), at(10)), (token_id(2), at(11))]);
    }
    assert_eq!(store.list_revocations(day_after(10)).await.unwrap(), [(token_id(2), at(11))]);

    // More than one sweep takes at a time.
    let many = (100..12_100).map(|number| revocation(number, at(10))).collect();
    commit(&store, many).await.unwrap();
    assert_eq!(store.sweep(day_after(9), NOW).await.unwrap(), 0);
    assert_eq!(store.sweep(day_after(10), NOW).await.unwrap(), 12_001);
    assert_eq!(store.list_revocations(NOW).await.unwrap(), [(token_id(2), at(11))]);
    assert_eq!(store.sweep(day_after(10), NOW).await.unwrap(), 0);
}

/// Facts are listed newest first, by pages, as they were written.
///
/// # Panics
/// When the store breaks the contract.
pub async fn facts_are_listed_newest_first(store: SharedStore) {
    let plain = Fact { organization: None, detail: String::new(), ..fact("second") };
    let facts = vec![fact("first"), plain, fact("third")];
    store.commit(Commit { facts: facts.clone(), ..Commit::default() }).await.unwrap();
    let page = |after: Option<i64>, limit| Page { after: after.map(|n| n.to_string()), limit };
    let first = store.list_facts(&page(None, 2)).await.unwrap();
    let rest = store.list_facts(&page(Some(first[1].0), 9)).await.unwrap();
    let listed: Vec<Fact> = first.into_iter().chain(rest).map(|(_, fact)| fact).rev().collect();
    assert_eq!(listed, facts);
}
