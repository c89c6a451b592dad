//! Organizations.

use portreeve_core::org::organization::Organization;

use crate::conformance::sample::{
    assert_conflict, client, commit, organization, organization_id, user,
};
use crate::contract::SharedStore;
use crate::contract::commit::Write;
use crate::contract::search::RecordCounts;

/// Organizations come back as they were written; ids are unique, parents exist.
///
/// # Panics
/// When the store breaks the contract.
pub async fn are_kept_whole(store: SharedStore) {
    let top = organization("org_b", Some("4711"));
    let below = Organization {
        parent: Some(top.id.clone()),
        services: Some(Vec::new()),
        ..organization("org_a", None)
    };
    let writes = [&top, &below].map(|one| Write::OrganizationEntered(one.clone()));
    commit(&store, writes.to_vec()).await.unwrap();
    assert_eq!(store.list_organizations().await.unwrap(), [below.clone(), top.clone()]);
    assert_eq!(store.find_organization(&below.id).await.unwrap(), Some(below.clone()));
    assert_eq!(store.find_organization(&organization_id("org_x")).await.unwrap(), None);
    let ids = ["org_b", "org_x", "org_a", "org_b"].map(organization_id);
    let found = store.find_organizations(&ids).await.unwrap();
    assert_eq!(found, [below.clone(), top.clone()]);
    assert_eq!(store.find_organizations(&ids[1..2]).await.unwrap(), []);
    assert_eq!(store.find_organizations(&[]).await.unwrap(), []);
    let found = store.find_organization_by_external_id("4711").await.unwrap();
    assert_eq!(found, Some(top.clone()));
    assert_eq!(store.find_organization_by_external_id("org_b").await.unwrap(), None);

    let orphan = Organization {
        parent: Some(organization_id("org_gone")),
        ..organization("org_orphan", None)
    };
    for bad in [top.clone(), organization("org_c", Some("4711")), orphan] {
        assert_conflict(&store, vec![Write::OrganizationEntered(bad)]).await;
    }
    assert_eq!(store.list_organizations().await.unwrap().len(), 2);
}

/// A change counts the version, and one that comes too late is a conflict.
///
/// # Panics
/// When the store breaks the contract.
pub async fn are_changed_once(store: SharedStore) {
    let (one, other) = (organization("org_1", Some("1")), organization("org_2", Some("2")));
    let writes = [&one, &other].map(|one| Write::OrganizationEntered(one.clone()));
    commit(&store, writes.to_vec()).await.unwrap();
    let next = Organization {
        name: "Renamed".to_owned(),
        external_id: None,
        parent: Some(other.id.clone()),
        services: Some(vec!["ships".to_owned(), "crew planning".to_owned()]),
        ..one.clone()
    };
    commit(&store, vec![Write::OrganizationChanged(next.clone())]).await.unwrap();
    let expected = Organization { version: 2, ..next.clone() };
    assert_eq!(store.find_organization(&one.id).await.unwrap(), Some(expected.clone()));
    assert_conflict(&store, vec![Write::OrganizationChanged(next)]).await;
    let taken = Organization { external_id: Some("2".to_owned()), ..expected.clone() };
    assert_conflict(&store, vec![Write::OrganizationChanged(taken)]).await;
    let open = Organization { services: None, ..expected.clone() };
    commit(&store, vec![Write::OrganizationChanged(open.clone())]).await.unwrap();
    let found = store.find_organization(&one.id).await.unwrap();
    assert_eq!(found, Some(Organization { version: 3, ..open }));
    let gone = organization("org_gone", None);
    assert_conflict(&store, vec![Write::OrganizationChanged(gone)]).await;
}

/// Everything is counted, and the database has a name for people.
///
/// # Panics
/// When the store breaks the contract.
pub async fn are_counted_with_everything(store: SharedStore) {
    assert_eq!(store.count_records().await.unwrap(), RecordCounts::default());
    let writes = ["org_1", "org_2"].map(|id| Write::OrganizationEntered(organization(id, None)));
    commit(&store, writes.to_vec()).await.unwrap();
    let people = ["ada", "ben", "cy"]
        .map(|id| Write::UserEntered(user(&format!("usr_{id}"), &format!("{id}@example.com"))));
    commit(&store, people.to_vec()).await.unwrap();
    commit(&store, vec![Write::ClientRegistered(Box::new(client("prc_1")))]).await.unwrap();
    let expected = RecordCounts { organizations: 2, people: 3, clients: 1 };
    assert_eq!(store.count_records().await.unwrap(), expected);
    assert!(!store.kind().is_empty());
}
