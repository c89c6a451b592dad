//! Facts that are looked for.

use portreeve_core::audit::Fact;
use portreeve_core::text_id::OrganizationId;

use crate::conformance::sample::{at, fact, organization_id};
use crate::contract::SharedStore;
use crate::contract::commit::Commit;
use crate::contract::search::FactSearch;

/// Facts by organization, actor, action, subject and time, one condition or all, newest
/// first and page by page.
///
/// # Panics
/// When the store breaks the contract.
pub async fn are_found(store: SharedStore) {
    let one = |number: i64| Fact {
        at: at(number),
        actor: if number % 3 == 0 { "system" } else { "user:usr_1" }.to_owned(),
        action: if number % 2 == 0 { "client.rotated" } else { "connection.ended" }.to_owned(),
        organization: (number != 5).then(|| organization_id(&format!("org_{}", number % 4))),
        ..fact(&format!("prc_{}", number % 5))
    };
    let facts = (0..20).map(one).collect();
    store.commit(Commit { facts, ..Commit::default() }).await.unwrap();
    let found = async |search: FactSearch<'_>| -> Vec<i64> {
        let found = store.search_facts(&search).await.unwrap();
        let times = found.iter().map(|(_, fact)| fact.at.as_unix() - at(0).as_unix());
        times.collect()
    };
    let all = FactSearch { limit: 99, ..FactSearch::default() };
    let newest_first: Vec<i64> = (0..20).rev().collect();
    assert_eq!(found(all.clone()).await, newest_first);
    let whole = store.search_facts(&FactSearch { limit: 1, ..all.clone() }).await.unwrap();
    assert_eq!(whole[0].1, one(19));

    let ids = |list: &[&str]| -> Vec<OrganizationId> {
        list.iter().map(|id| organization_id(id)).collect()
    };
    let (some, none, twice) =
        (ids(&["org_1", "org_3", "org_gone"]), ids(&[]), ids(&["org_1", "org_1"]));
    let within = FactSearch { organizations: Some(&some), ..all.clone() };
    assert_eq!(found(within.clone()).await, [19, 17, 15, 13, 11, 9, 7, 3, 1]);
    assert_eq!(found(FactSearch { limit: 3, ..within.clone() }).await, [19, 17, 15]);
    assert_eq!(found(FactSearch { organizations: Some(&none), ..all.clone() }).await, [0; 0]);
    let one_org = FactSearch { organizations: Some(&twice), ..all.clone() };
    assert_eq!(found(one_org).await, [17, 13, 9, 1]);

    let subject = FactSearch { subject: Some("prc_2"), ..within.clone() };
    assert_eq!(found(subject.clone()).await, [17, 7]);
    let subject = FactSearch { organizations: None, ..subject };
    assert_eq!(found(subject.clone()).await, [17, 12, 7, 2]);
    let actor = FactSearch { actor: Some("system"), ..subject };
    assert_eq!(found(actor).await, [12]);
    let action = |action, limit| FactSearch { action: Some(action), limit, ..all.clone() };
    assert_eq!(found(action("client.", 2)).await, [18, 16]);
    assert_eq!(found(action("connection.ended", 2)).await, [19, 17]);
    assert_eq!(found(action("lient.", 2)).await, [0; 0]);
    assert_eq!(found(action("client%", 2)).await, [0; 0]);
    let days = FactSearch { from: Some(at(3)), until: Some(at(6)), ..all.clone() };
    assert_eq!(found(days.clone()).await, [5, 4, 3]);
    let (below, _) = whole[0];
    let everything = FactSearch {
        actor: Some("user:usr_1"),
        action: Some("connection."),
        subject: Some("prc_2"),
        from: Some(at(7)),
        until: Some(at(18)),
        below: Some(below - 1),
        ..within
    };
    assert_eq!(found(everything.clone()).await, [17, 7]);
    assert_eq!(found(FactSearch { below: Some(below - 2), ..everything }).await, [7]);
    assert_eq!(found(FactSearch { actor: Some("a\0"), ..all }).await, [0; 0]);
}
