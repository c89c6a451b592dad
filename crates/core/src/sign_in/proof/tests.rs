use super::*;
use crate::client::change::tests::client_with_secrets;
use crate::connection::record::{FamilyId, Reach};
use crate::oauth::scope::ScopeSet;
use crate::org::member::Role;
use crate::text_id::{ClientId, OrganizationId, UserId};
use crate::token::record::Audience;

const NOW: Timestamp = Timestamp::from_unix(1_800_000_000);

fn id(text: &str) -> UserId {
    UserId::parse(text).unwrap()
}

fn unproven() -> User {
    let user = User::new(id("usr_1"), "ada@example.com", "Ada", false, Timestamp::EPOCH).unwrap();
    assert_eq!(user.address_proven_at, Some(Timestamp::EPOCH), "whoever enters vouches");
    User { address_proven_at: None, ..user }
}

fn link(purpose: Purpose, mailed: bool) -> Link {
    Link {
        hash: [7; 32],
        purpose,
        email: "ada@example.com".to_owned(),
        mailed,
        made_by: "user:usr_2".to_owned(),
        created_at: Timestamp::EPOCH,
        expires_at: NOW,
    }
}

fn reset(user: &str) -> Purpose {
    Purpose::PasswordReset { user: id(user) }
}

fn invitation() -> Purpose {
    let organization = OrganizationId::parse("org_1").unwrap();
    Purpose::Invitation { organization, role: Role::Member }
}

fn client(name: &str, owner: &str, disabled: bool) -> Client {
    let owner = match OrganizationId::parse(owner) {
        Ok(organization) if owner.starts_with("org_") => Owner::Organization(organization),
        _ => Owner::User(id(owner)),
    };
    let client_id = ClientId::parse(name).unwrap();
    Client { client_id, owner, disabled, version: 3, ..client_with_secrets(&[]) }
}

fn connection(number: u8, user: &str, ended_at: Option<Timestamp>) -> Connection {
    Connection {
        id: FamilyId([number; 16]),
        client_id: ClientId::parse("prc_1").unwrap(),
        user: id(user),
        organization: None,
        reach: Reach::All,
        audience: Audience::new("https://ships.example"),
        scopes: ScopeSet::parse("ships_read").unwrap(),
        created_at: Timestamp::EPOCH,
        last_used_at: None,
        ended_at,
    }
}

#[test]
fn whoever_joins_by_mail_alone_has_proven_the_address() {
    assert_eq!(by_joining(&link(invitation(), true), NOW), Some(NOW));
    assert_eq!(by_joining(&link(invitation(), false), NOW), None);
}

#[test]
fn an_address_is_proven_once_by_a_code_that_was_mailed_there() {
    let (unproven, other) = (unproven(), link(reset("usr_1"), true));
    let proven = User { address_proven_at: Some(Timestamp::EPOCH), ..unproven.clone() };
    let elsewhere = Link { email: "ada@old.example".to_owned(), ..other };
    for (user, link, is) in [
        (&unproven, link(reset("usr_1"), true), true),
        (&unproven, link(reset("usr_1"), false), false),
        (&unproven, link(reset("usr_2"), true), false),
        (&unproven, link(invitation(), true), false),
        (&unproven, elsewhere, false),
        (&proven, link(reset("usr_1"), true), false),
    ] {
        assert_eq!(is_first(user, &link), is, "{user:?} {link:?}");
    }
}

#[test]
fn what_the_account_let_in_before_stops() {
    let clients = vec![
        client("prc_own", "usr_1", false),
        client("prc_off", "usr_1", true),
        client("prc_other", "usr_2", false),
        client("prc_org", "org_1", false),
    ];
    let connections = vec![
        connection(1, "usr_1", None),
        connection(2, "usr_1", Some(Timestamp::EPOCH)),
        connection(3, "usr_2", None),
    ];
    let proof = first(&unproven(), clients.clone(), connections.clone(), NOW);
    assert_eq!(proof.user, User { address_proven_at: Some(NOW), ..unproven() });
    assert_eq!(proof.disabled, [Client { disabled: true, ..clients[0].clone() }]);
    assert_eq!(proof.ended, connections[..1]);
    assert_eq!(proof.count(), Stopped { clients: 1, connections: 1 });
    assert!(first(&unproven(), Vec::new(), Vec::new(), NOW).count().is_nothing());
}
