//! People and where they belong.

use portreeve_core::org::member::{Membership, Role, User};

use crate::conformance::sample::{
    NOW, assert_conflict, at, commit, organization, organization_id, user, user_id,
};
use crate::contract::commit::Write;
use crate::contract::{Page, SharedStore};

/// People come back as they were written, found by id and by address.
///
/// # Panics
/// When the store breaks the contract.
pub async fn are_kept_whole(store: SharedStore) {
    let ada = User { operator: true, ..user("usr_z", "ada@example.com") };
    let bo = User { address_proven_at: None, ..user("usr_a", "bo@example.com") };
    assert_eq!(ada.address_proven_at, Some(NOW));
    let writes = [&ada, &bo].map(|one| Write::UserEntered(one.clone()));
    commit(&store, writes.to_vec()).await.unwrap();
    assert_eq!(store.find_user(&ada.id).await.unwrap(), Some(ada.clone()));
    assert_eq!(store.find_user(&user_id("usr_x")).await.unwrap(), None);
    assert_eq!(store.find_user_by_email("bo@example.com").await.unwrap(), Some(bo.clone()));
    assert_eq!(store.find_user_by_email("BO@example.com").await.unwrap(), None);
    let page = |after: Option<&str>, limit| Page { after: after.map(str::to_owned), limit };
    assert_eq!(store.list_users(&page(None, 9)).await.unwrap(), [ada.clone(), bo.clone()]);
    assert_eq!(store.list_users(&page(None, 1)).await.unwrap(), std::slice::from_ref(&ada));
    let second = store.list_users(&page(Some("ada@example.com"), 9)).await.unwrap();
    assert_eq!(second, std::slice::from_ref(&bo));

    for bad in [user("usr_a", "new@example.com"), user("usr_new", "bo@example.com")] {
        assert_conflict(&store, vec![Write::UserEntered(bad)]).await;
    }
    let next = User {
        disabled: true,
        email: "bo@b.example".to_owned(),
        address_proven_at: Some(at(9)),
        ..bo.clone()
    };
    commit(&store, vec![Write::UserChanged(next.clone())]).await.unwrap();
    let expected = User { version: 2, ..next.clone() };
    assert_eq!(store.find_user(&bo.id).await.unwrap(), Some(expected.clone()));
    assert_conflict(&store, vec![Write::UserChanged(next)]).await;
    let taken = User { email: ada.email, ..expected };
    assert_conflict(&store, vec![Write::UserChanged(taken)]).await;
}

/// Memberships are set, set again, listed both ways and ended once.
///
/// # Panics
/// When the store breaks the contract.
pub async fn belong_to_organizations(store: SharedStore) {
    let mut writes = Vec::new();
    for id in ["org_1", "org_2"] {
        writes.push(Write::OrganizationEntered(organization(id, None)));
    }
    for (id, email) in [("usr_1", "a@example.com"), ("usr_2", "b@example.com")] {
        writes.push(Write::UserEntered(user(id, email)));
    }
    commit(&store, writes).await.unwrap();
    let membership = |organization: &str, user: &str, role| Membership {
        organization: organization_id(organization),
        user: user_id(user),
        role,
    };
    let set = [
        membership("org_2", "usr_1", Role::Member),
        membership("org_1", "usr_2", Role::Member),
        membership("org_1", "usr_1", Role::Member),
        membership("org_1", "usr_1", Role::Admin),
    ];
    commit(&store, set.iter().cloned().map(Write::MembershipSet).collect()).await.unwrap();
    let [second, other, _, first] = set;
    let of_user = store.list_memberships(&user_id("usr_1")).await.unwrap();
    assert_eq!(of_user, [first.clone(), second]);
    let of_organization = store.list_members(&organization_id("org_1")).await.unwrap();
    assert_eq!(of_organization, [first, other]);

    for bad in [("org_gone", "usr_1"), ("org_1", "usr_gone")] {
        let bad = membership(bad.0, bad.1, Role::Admin);
        assert_conflict(&store, vec![Write::MembershipSet(bad)]).await;
    }
    let end = || Write::MembershipEnded {
        organization: organization_id("org_1"),
        user: user_id("usr_1"),
    };
    commit(&store, vec![end()]).await.unwrap();
    assert_eq!(store.list_members(&organization_id("org_1")).await.unwrap().len(), 1);
    assert_conflict(&store, vec![end()]).await;
}
