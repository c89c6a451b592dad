//! Records to store: plausible, complete, plainly invented.

use portreeve_core::audit::{Actor, Fact};
use portreeve_core::client::record::{Client, ClientSecret};
use portreeve_core::connection::record::{Connection, FamilyId, Reach, RefreshToken};
use portreeve_core::oauth::grant_type::GrantType;
use portreeve_core::oauth::scope::ScopeSet;
use portreeve_core::org::member::{Role, User};
use portreeve_core::org::organization::Organization;
use portreeve_core::org::owner::Owner;
use portreeve_core::secret::SecretHash;
use portreeve_core::sign_in::link::{Link, Purpose};
use portreeve_core::text_id::{ClientId, OrganizationId, UserId};
use portreeve_core::time::{Timestamp, Ttl};
use portreeve_core::token::key::{KeyPurpose, KeyRecord};
use portreeve_core::token::record::{Audience, TokenId};

use crate::contract::SharedStore;
use crate::contract::commit::{Commit, Committed, Write};
use crate::contract::error::StoreError;

/// The moment at which everything in the suite happens, unless it says otherwise.
pub const NOW: Timestamp = Timestamp::from_unix(1_800_000_000);

/// A moment so many seconds after [`NOW`]; before it when negative.
pub const fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix(NOW.as_unix() + seconds)
}

/// A client's id.
pub fn client_id(text: &str) -> ClientId {
    ClientId::parse(text).unwrap()
}

/// An organization's id.
pub fn organization_id(text: &str) -> OrganizationId {
    OrganizationId::parse(text).unwrap()
}

/// A person's id.
pub fn user_id(text: &str) -> UserId {
    UserId::parse(text).unwrap()
}

/// A token's id from a number.
pub fn token_id(number: u64) -> TokenId {
    let mut bytes = [0xfe; 16];
    bytes[..8].copy_from_slice(&number.to_be_bytes());
    TokenId(bytes)
}

/// A client with every field filled and two secrets, one of which has an end and
/// was used.
pub fn client(id: &str) -> Client {
    Client {
        client_id: client_id(id),
        name: "Crew planner – Størstad ⚓".to_owned(),
        owner: Owner::Organization(organization_id("org_fjordline")),
        audiences: vec![Audience::new("https://ships.example"), Audience::new("urn:crew")],
        scopes: ScopeSet::parse("crew_read organization_read").unwrap(),
        grants: vec![GrantType::ClientCredentials],
        introspects: vec![Audience::new("https://ships.example")],
        redirect_uris: vec!["https://planner.example/back?x=1".to_owned()],
        networks: vec!["192.0.2.0/24".parse().unwrap(), "2001:db8::/32".parse().unwrap()],
        disabled: false,
        expires_at: Some(at(86_400)),
        not_before: at(-5),
        token_ttl: Some(Ttl::from_seconds(300)),
        secrets: vec![used_secret("aaaaaaaa"), secret("00000000")],
        created_at: at(-100),
        version: 1,
    }
}

/// A secret that was never used and has no end.
pub fn secret(id: &str) -> ClientSecret {
    ClientSecret {
        id: id.into(),
        hash: SecretHash::from_bytes([0x80; 32]),
        created_at: at(-100),
        expires_at: None,
        last_used_at: None,
        last_used_from: None,
        made_by: None,
        hint: Box::default(),
        recoverable: None,
    }
}

fn used_secret(id: &str) -> ClientSecret {
    ClientSecret {
        hash: SecretHash::from_bytes(std::array::from_fn(|place| u8::try_from(place).unwrap())),
        expires_at: Some(at(60)),
        last_used_at: Some(at(-1)),
        last_used_from: Some("2001:db8::7".parse().unwrap()),
        made_by: Some("user:usr_1".into()),
        hint: "x9Zq".into(),
        recoverable: Some([0, 0xff, 7].into()),
        ..secret(id)
    }
}

/// An organization at the top of the tree.
pub fn organization(id: &str, external_id: Option<&str>) -> Organization {
    Organization::new(organization_id(id), "Fjordline Ærø", external_id, None, NOW).unwrap()
}

/// An invitation from a number, to `org_1`.
pub fn invitation(number: u8) -> Link {
    Link {
        hash: [number; 32],
        purpose: Purpose::Invitation { organization: organization_id("org_1"), role: Role::Admin },
        email: format!("guest{number}@example.com"),
        mailed: false,
        made_by: "user:usr_1".to_owned(),
        created_at: at(i64::from(number)),
        expires_at: at(100),
    }
}

/// A person.
pub fn user(id: &str, email: &str) -> User {
    User::new(user_id(id), email, "Åse Example", false, NOW).unwrap()
}

/// A connection from a number: of the person `usr_1` and the client `prc_1`, made in
/// `org_1`, standing.
pub fn connection(number: u64) -> Connection {
    Connection {
        id: FamilyId(token_id(number).0),
        client_id: client_id("prc_1"),
        user: user_id("usr_1"),
        organization: Some(organization_id("org_1")),
        reach: Reach::All,
        audience: Audience::new("https://clouds.example"),
        scopes: ScopeSet::parse("products_read clouds_read").unwrap(),
        created_at: at(-100),
        last_used_at: None,
        ended_at: None,
    }
}

/// The refresh token with this number, of the connection with that one, unused.
pub fn refresh(number: u8, connection: u64) -> RefreshToken {
    RefreshToken {
        hash: SecretHash::from_bytes([number; 32]),
        connection: FamilyId(token_id(connection).0),
        issued_at: at(-100),
        expires_at: None,
        used_at: None,
    }
}

/// The person, client and organization that [`connection`] refers to.
pub fn surroundings() -> Vec<Write> {
    vec![
        Write::OrganizationEntered(organization("org_1", None)),
        Write::UserEntered(user("usr_1", "ase@example.com")),
        Write::ClientRegistered(Box::new(client("prc_1"))),
    ]
}

/// A key that is in use.
pub fn key(kid: &str, purpose: KeyPurpose) -> KeyRecord {
    KeyRecord {
        kid: kid.into(),
        purpose,
        created_at: NOW,
        active_from: at(10),
        active_until: None,
        removed_at: None,
        sealed_private: vec![0, 0xff, 7, 0],
    }
}

/// A fact about this record.
pub fn fact(subject: &str) -> Fact {
    Fact::new(NOW, &Actor::System, "client.registered", subject)
        .within(&organization_id("org_fjordline"))
        .with_detail("two secrets, «one» of them old")
}

/// The revocation of a token that would have lived until then.
pub fn revocation(number: u64, expires_at: Timestamp) -> Write {
    Write::TokenRevoked { id: token_id(number), client_id: client_id("prc_1"), expires_at }
}

/// Commits these writes at [`NOW`], with one fact.
///
/// # Errors
/// As [`crate::contract::Store::commit`].
pub async fn commit(store: &SharedStore, writes: Vec<Write>) -> Result<Committed, StoreError> {
    store.commit(Commit { writes, facts: vec![fact("sample")], at: Some(NOW) }).await
}

/// Asserts that a commit of these writes conflicts and leaves no trace.
///
/// # Panics
/// When it does not.
pub async fn assert_conflict(store: &SharedStore, writes: Vec<Write>) {
    let before = trace(store).await;
    let text = format!("{writes:?}");
    let outcome = commit(store, writes).await;
    assert!(matches!(outcome, Err(StoreError::Conflict(_))), "{outcome:?} for {text}");
    assert_eq!(trace(store).await, before, "a conflict left a trace: {text}");
}

async fn trace(store: &SharedStore) -> (i64, Option<i64>) {
    let page = crate::contract::Page { after: None, limit: 1 };
    let newest_fact = store.list_facts(&page).await.unwrap().first().map(|(number, _)| *number);
    (store.newest_change().await.unwrap(), newest_fact)
}
