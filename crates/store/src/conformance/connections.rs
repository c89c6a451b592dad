//! Connections, their refresh tokens, and claims.

use portreeve_core::connection::record::{Connection, FamilyId, RefreshToken};
use portreeve_core::oauth::scope::ScopeSet;
use portreeve_core::org::owner::Owner;
use portreeve_core::secret::SecretHash;
use portreeve_core::time::Timestamp;
use portreeve_core::token::claims::Claims;
use portreeve_core::token::record::Audience;

use crate::conformance::sample::{
    NOW, assert_conflict, at, client, client_id, commit, connection, organization, organization_id,
    refresh, revocation, surroundings, token_id, user, user_id,
};
use crate::contract::change::{Change, Changes};
use crate::contract::commit::Write;
use crate::contract::error::StoreError;
use crate::contract::{ConnectionsOf, Page, REVOCATIONS_OUTLAST, SharedStore};

const MONTH: i64 = 30 * 86_400;

/// A connection and its first refresh token.
pub(super) fn made(number: u64) -> Write {
    let token = u8::try_from(number).unwrap();
    Write::ConnectionMade { connection: connection(number), refresh: refresh(token, number) }
}

/// The end of a connection; its family is kept revoked for an hour.
pub(super) fn ended(number: u64, when: Timestamp) -> Write {
    Write::ConnectionEnded {
        id: connection(number).id,
        client_id: client_id("prc_1"),
        at: when,
        until: at(3600),
    }
}

/// What a token for `usr_1` may say.
pub(super) fn claims() -> Claims {
    Claims {
        client_id: client_id("prc_1"),
        owner: Owner::User(user_id("usr_1")),
        audience: Audience::new("urn:address"),
        scope: ScopeSet::parse("client_address client_email").unwrap(),
        organization: None,
    }
}

fn rotated(used: u8, next: RefreshToken) -> Write {
    Write::RefreshRotated { used: SecretHash::from_bytes([used; 32]), at: at(1), next }
}

/// A connection comes back as it was written, with its token; its uses only grow; it
/// ends once, with its family.
///
/// # Panics
/// When the store breaks the contract.
pub async fn are_kept_whole_and_end_once(store: SharedStore) {
    assert_conflict(&store, vec![made(1)]).await;
    commit(&store, surroundings()).await.unwrap();
    let lone = Connection { organization: None, last_used_at: Some(at(-5)), ..connection(2) };
    let token = RefreshToken { expires_at: Some(at(60)), ..refresh(2, 2) };
    let second = Write::ConnectionMade { connection: lone.clone(), refresh: token.clone() };
    let newest = store.newest_change().await.unwrap();
    assert_eq!(commit(&store, vec![made(1), second]).await.unwrap().change, newest);
    assert_eq!(store.find_connection(&lone.id).await.unwrap(), Some(lone.clone()));
    assert_eq!(store.find_connection(&FamilyId([0; 16])).await.unwrap(), None);
    assert_eq!(store.find_refresh_token(&token.hash).await.unwrap(), Some((token, lone)));
    let first = Some((refresh(1, 1), connection(1)));
    assert_eq!(store.find_refresh_token(&refresh(1, 1).hash).await.unwrap(), first);
    assert_eq!(store.find_refresh_token(&refresh(9, 1).hash).await.unwrap(), None);
    // The id is taken; so is the token.
    assert_conflict(&store, vec![made(1)]).await;
    let taken = Write::ConnectionMade { connection: connection(3), refresh: refresh(1, 3) };
    assert_conflict(&store, vec![taken]).await;

    let used =
        |number, seconds| Write::ConnectionUsed { id: connection(number).id, at: at(seconds) };
    let uses = vec![used(1, 7), used(1, 5), used(99, 1)];
    assert_eq!(commit(&store, uses).await.unwrap().change, newest);
    let found = store.find_connection(&connection(1).id).await.unwrap().unwrap();
    assert_eq!(found.last_used_at, Some(at(7)));

    let change = commit(&store, vec![ended(1, at(9))]).await.unwrap().change;
    let found = store.find_connection(&connection(1).id).await.unwrap().unwrap();
    assert_eq!(found.ended_at, Some(at(9)));
    assert_eq!(store.list_revocations(NOW).await.unwrap(), [(token_id(1), at(3600))]);
    let changes = vec![Change::Revoked { id: token_id(1), expires_at: at(3600) }];
    let known = Changes::Known { changes, newest: change };
    assert_eq!(store.changes_after(newest).await.unwrap(), known);
    assert_conflict(&store, vec![ended(1, at(10))]).await;
    assert_conflict(&store, vec![ended(99, at(10))]).await;
    assert_eq!(store.list_revocations(NOW).await.unwrap().len(), 1);
}

/// Connections are listed of a person, a client, an organization or all, by pages; and
/// go with their client.
///
/// # Panics
/// When the store breaks the contract.
pub async fn are_listed_by_whose_they_are(store: SharedStore) {
    commit(&store, surroundings()).await.unwrap();
    let others = vec![
        Write::OrganizationEntered(organization("org_2", None)),
        Write::UserEntered(user("usr_2", "bo@example.com")),
        Write::ClientRegistered(Box::new(client("prc_2"))),
    ];
    commit(&store, others).await.unwrap();
    let all: Vec<Connection> = [
        connection(1),
        Connection { user: user_id("usr_2"), ..connection(2) },
        Connection { client_id: client_id("prc_2"), ..connection(3) },
        Connection { organization: Some(organization_id("org_2")), ..connection(4) },
        Connection { organization: None, ended_at: Some(at(1)), ..connection(5) },
    ]
    .into();
    let made = all.iter().zip(1..).map(|(one, number)| Write::ConnectionMade {
        connection: one.clone(),
        refresh: RefreshToken { connection: one.id, ..refresh(number, 0) },
    });
    commit(&store, made.collect()).await.unwrap();
    let list = async |of: ConnectionsOf<'_>, after: Option<String>, limit| {
        let page = Page { after, limit };
        let listed = store.list_connections(of, &page).await.unwrap();
        listed.into_iter().map(|one| one.id.0[7]).collect::<Vec<u8>>()
    };
    assert_eq!(list(ConnectionsOf::All, None, 9).await, [1, 2, 3, 4, 5]);
    assert_eq!(list(ConnectionsOf::User(&user_id("usr_1")), None, 9).await, [1, 3, 4, 5]);
    assert_eq!(list(ConnectionsOf::Client(&client_id("prc_2")), None, 9).await, [3]);
    let organization = organization_id("org_1");
    assert_eq!(list(ConnectionsOf::Organization(&organization), None, 9).await, [1, 2, 3]);
    let after = |number| Some(connection(number).id.to_string());
    assert_eq!(list(ConnectionsOf::All, after(2), 2).await, [3, 4]);
    assert_eq!(list(ConnectionsOf::User(&user_id("usr_1")), after(1), 2).await, [3, 4]);
    assert_eq!(list(ConnectionsOf::All, after(5), 9).await, [0; 0]);
    assert_eq!(list(ConnectionsOf::All, Some("no id\0".to_owned()), 9).await, [0; 0]);

    commit(&store, vec![Write::ClientDeleted(client_id("prc_1"))]).await.unwrap();
    assert_eq!(list(ConnectionsOf::All, None, 9).await, [3]);
    assert_eq!(store.find_refresh_token(&refresh(1, 1).hash).await.unwrap(), None);
}

/// A refresh token is used once, while its connection stands, for one of the same
/// connection.
///
/// # Panics
/// When the store breaks the contract.
pub async fn rotate_their_tokens(store: SharedStore) {
    commit(&store, surroundings()).await.unwrap();
    commit(&store, vec![made(1), made(2)]).await.unwrap();
    let newest = store.newest_change().await.unwrap();
    let rotation = commit(&store, vec![rotated(1, refresh(11, 1))]).await.unwrap();
    assert_eq!(rotation.change, newest);
    let find = async |number| {
        let found = store.find_refresh_token(&refresh(number, 1).hash).await.unwrap();
        found.map(|(token, _)| token)
    };
    assert_eq!(find(1).await, Some(RefreshToken { used_at: Some(at(1)), ..refresh(1, 1) }));
    assert_eq!(find(11).await, Some(refresh(11, 1)));
    // Used before; of another connection; not there; in the place of one that is.
    assert_conflict(&store, vec![rotated(1, refresh(12, 1))]).await;
    assert_conflict(&store, vec![rotated(2, refresh(12, 1))]).await;
    assert_conflict(&store, vec![rotated(9, refresh(12, 1))]).await;
    assert_conflict(&store, vec![rotated(11, refresh(2, 1))]).await;
    assert_eq!(find(11).await, Some(refresh(11, 1)));
    commit(&store, vec![ended(1, at(2))]).await.unwrap();
    assert_conflict(&store, vec![rotated(11, refresh(12, 1))]).await;
    assert_eq!(find(12).await, None);
}

/// Expired tokens are swept at once, a revocation a day after its end, used tokens (also
/// those that have expired since) and ended connections after a month.
///
/// # Panics
/// When the store breaks the contract.
pub async fn are_swept_when_they_are_over(store: SharedStore) {
    commit(&store, surroundings()).await.unwrap();
    let brief = |number| RefreshToken { expires_at: Some(at(50)), ..refresh(number, 1) };
    let first = Write::ConnectionMade { connection: connection(1), refresh: brief(1) };
    commit(&store, vec![first, made(2)]).await.unwrap();
    commit(&store, vec![rotated(1, brief(11)), ended(2, at(2))]).await.unwrap();
    let sweep = async |seconds| store.sweep(at(seconds), NOW).await.unwrap();
    let is_there =
        async |number| store.find_refresh_token(&refresh(number, 1).hash).await.unwrap().is_some();
    assert_eq!(sweep(49).await, 0);
    assert_eq!(sweep(50).await, 1);
    assert_eq!((is_there(11).await, is_there(1).await), (false, true));
    let outlasted = 3600 + i64::from(REVOCATIONS_OUTLAST.as_seconds());
    assert_eq!(sweep(outlasted - 1).await, 0);
    assert_eq!(sweep(outlasted).await, 1, "the revocation");
    assert_eq!(sweep(MONTH).await, 0);
    assert_eq!(sweep(MONTH + 1).await, 1);
    assert_eq!((is_there(1).await, is_there(2).await), (false, true));
    assert_eq!(sweep(MONTH + 2).await, 1);
    assert!(!is_there(2).await);
    assert_eq!(store.find_connection(&connection(2).id).await.unwrap(), None);
    assert_eq!(store.find_connection(&connection(1).id).await.unwrap(), Some(connection(1)));
}

/// A sealed refresh token is spent once; one that was revoked cannot be spent.
///
/// # Panics
/// When the store breaks the contract.
pub async fn spend_sealed_tokens_once(store: SharedStore) {
    let spent = |number| Write::RefreshSpent {
        id: token_id(number),
        client_id: client_id("prc_1"),
        expires_at: at(60),
    };
    let change = commit(&store, vec![spent(1)]).await.unwrap().change;
    let changes = vec![Change::Revoked { id: token_id(1), expires_at: at(60) }];
    let known = Changes::Known { changes, newest: change };
    assert_eq!(store.changes_after(0).await.unwrap(), known);
    assert_conflict(&store, vec![spent(1)]).await;
    assert_conflict(&store, vec![spent(2), spent(2)]).await;
    commit(&store, vec![revocation(3, at(60))]).await.unwrap();
    assert_conflict(&store, vec![spent(3)]).await;
    let mut listed = store.list_revocations(NOW).await.unwrap();
    listed.sort();
    assert_eq!(listed, [(token_id(1), at(60)), (token_id(3), at(60))]);
}

/// Claims have one number, which goes with their client and never comes back.
///
/// # Panics
/// When the store breaks the contract.
pub async fn number_claims(store: SharedStore) {
    commit(&store, surroundings()).await.unwrap();
    let plain = claims();
    let narrowed = Claims { organization: Some(organization_id("org_1")), ..plain.clone() };
    let newest = store.newest_change().await.unwrap();
    let (first, second) =
        (store.number_claims(&plain).await.unwrap(), store.number_claims(&narrowed).await.unwrap());
    assert!(first >= 1 && second >= 1 && first != second, "{first} {second}");
    assert_eq!(store.newest_change().await.unwrap(), newest, "numbering is no change");
    let turned = ScopeSet::parse("client_email client_address").unwrap();
    let turned = Claims { scope: turned, ..plain.clone() };
    assert_eq!(store.number_claims(&turned).await.unwrap(), first);
    assert_eq!(store.find_claims(first).await.unwrap(), Some(plain));
    assert_eq!(store.find_claims(second).await.unwrap(), Some(narrowed.clone()));
    for nothing in [0, second + 100, u64::MAX] {
        assert_eq!(store.find_claims(nothing).await.unwrap(), None);
    }
    let of_nobody = Claims { client_id: client_id("prc_gone"), ..narrowed.clone() };
    let outcome = store.number_claims(&of_nobody).await;
    assert!(matches!(outcome, Err(StoreError::Conflict(_))), "{outcome:?}");
    let broken = Claims { audience: Audience::new("\0"), ..narrowed.clone() };
    let outcome = store.number_claims(&broken).await;
    assert!(matches!(outcome, Err(StoreError::Corrupt(_))), "{outcome:?}");

    commit(&store, vec![Write::ClientDeleted(client_id("prc_1"))]).await.unwrap();
    assert_eq!(store.find_claims(second).await.unwrap(), None);
    commit(&store, vec![Write::ClientRegistered(Box::new(client("prc_1")))]).await.unwrap();
    assert!(store.number_claims(&narrowed).await.unwrap() > second);
}
