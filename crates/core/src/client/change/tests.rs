use std::sync::atomic::{AtomicU8, Ordering};

use super::*;
use crate::secret::{MasterKey, SecretHash};

pub(crate) fn client_with_secrets(secrets: &[(SecretHash, Option<Timestamp>)]) -> Client {
    let key = HashKey::derive(&MasterKey::from_bytes([3; 32]));
    let maker = SecretMaker {
        entropy: &counting(),
        key: &key,
        made_by: &Actor::System,
        now: Timestamp::EPOCH,
        recoverable_under: None,
    };
    let (mut client, _) = register(asked("Bridge"), maker).unwrap();
    client.secrets = secrets
        .iter()
        .zip(1..)
        .map(|((hash, expires_at), number)| ClientSecret {
            id: format!("s{number}").into(),
            hash: *hash,
            created_at: Timestamp::EPOCH,
            expires_at: *expires_at,
            last_used_at: None,
            last_used_from: None,
            made_by: None,
            hint: "".into(),
            recoverable: None,
        })
        .collect();
    client
}

fn counting() -> impl Fn(&mut [u8]) + Send + Sync {
    let count = AtomicU8::new(0);
    move |bytes: &mut [u8]| bytes.fill(count.fetch_add(1, Ordering::Relaxed))
}

fn asked(name: &str) -> NewClient {
    NewClient {
        client_id: None,
        name: name.to_owned(),
        owner: Owner::Organization(OrganizationId::parse("org_1").unwrap()),
        audiences: vec![Audience::new("https://api.example.com")],
        scopes: ScopeSet::parse("organization_read").unwrap(),
        introspects: Vec::new(),
        redirect_uris: Vec::new(),
        networks: Vec::new(),
        token_ttl: None,
        expires_at: None,
        secret_expires_at: None,
    }
}

#[test]
fn rotation_overlaps_and_ends() {
    let key = HashKey::derive(&MasterKey::from_bytes([3; 32]));
    let entropy = counting();
    let at = |now| SecretMaker {
        entropy: &entropy,
        key: &key,
        made_by: &Actor::System,
        now: Timestamp::from_unix(now),
        recoverable_under: None,
    };
    let (first, shown) = register(asked("Bridge"), at(0)).unwrap();
    assert_eq!(first.secrets[0].hash, key.hash(shown.expose().as_bytes()));

    let (second, _) = rotate(&first, Ttl::from_seconds(100), None, at(10)).unwrap();
    let ends: Vec<_> = second.secrets.iter().map(|s| s.expires_at).collect();
    assert_eq!(ends, [Some(Timestamp::from_unix(110)), None]);

    let (third, _) = rotate(&second, Ttl::from_seconds(1000), None, at(20)).unwrap();
    assert_eq!(third.secrets.len(), 3);
    assert_eq!(third.secrets[0].expires_at, Some(Timestamp::from_unix(110)), "never longer");
    assert_eq!(
        rotate(&third, Ttl::from_seconds(1000), None, at(30)).unwrap_err(),
        ClientError::TooManySecrets
    );
    let (fourth, _) = rotate(&third, Ttl::ZERO, None, at(30)).unwrap();
    assert_eq!(fourth.secrets.len(), 1, "no overlap: the others are gone at once");
    assert_eq!(third.not_before, Timestamp::EPOCH, "with one, nobody notices");
    assert_eq!(fourth.not_before, Timestamp::from_unix(31), "what came of them as well");
}

#[test]
fn ids_of_other_kinds_and_empty_names_are_refused() {
    let key = HashKey::derive(&MasterKey::from_bytes([3; 32]));
    let maker = SecretMaker {
        entropy: &counting(),
        key: &key,
        made_by: &Actor::System,
        now: Timestamp::EPOCH,
        recoverable_under: None,
    };
    assert_eq!(register(asked(" "), maker).unwrap_err(), ClientError::Name);
    let mut like_a_user = asked("x");
    like_a_user.client_id = Some(ClientId::parse("usr_1").unwrap());
    assert_eq!(register(like_a_user, maker).unwrap_err(), ClientError::IdOfAnotherKind);
}

#[test]
fn a_secret_is_removed_by_its_id() {
    let key = HashKey::derive(&MasterKey::from_bytes([3; 32]));
    let client = client_with_secrets(&[(key.hash(b"a"), None), (key.hash(b"b"), None)]);
    let now = Timestamp::from_unix(50);
    let next = remove_secret(&client, "s1", now).unwrap();
    assert_eq!((next.secrets.len(), next.not_before), (1, Timestamp::from_unix(51)));
    let earlier = remove_secret(&next, "s2", Timestamp::from_unix(40)).unwrap();
    assert_eq!(earlier.not_before, next.not_before, "what has ended stays so");
    assert_eq!(remove_secret(&client, "s3", now).unwrap_err(), ClientError::NoSuchSecret);
}

#[test]
fn redirect_uris_are_checked_and_kept_once() {
    let client = client_with_secrets(&[]);
    let set = |uris: &[&str]| {
        set_redirect_uris(&client, uris.iter().map(|uri| (*uri).to_owned()).collect())
    };
    let (one, two) = ("https://shop.example/cb", "http://127.0.0.1:8080/cb");
    assert_eq!(set(&[one, two, one]).unwrap().redirect_uris, [one, two]);
    let plain = "http://shop.example/cb";
    assert_eq!(set(&[one, plain]), Err(ClientError::RedirectUri(plain.to_owned())));
    let many: Vec<String> = (0..21).map(|n| format!("{one}{n}")).collect();
    assert_eq!(set_redirect_uris(&client, many), Err(ClientError::TooManyRedirectUris));
}

#[test]
fn audiences_are_kept_once_and_bounded() {
    let master = MasterKey::from_bytes([3; 32]);
    let key = HashKey::derive(&master);
    let entropy = counting();
    let maker = SecretMaker {
        entropy: &entropy,
        key: &key,
        made_by: &Actor::System,
        now: Timestamp::EPOCH,
        recoverable_under: None,
    };
    let of = |numbers: &[usize]| -> Vec<Audience> {
        numbers.iter().map(|n| Audience::new(&format!("urn:api:{n}"))).collect()
    };
    let most: Vec<usize> = (0..MOST_AUDIENCES).collect();
    let more: Vec<usize> = (0..=MOST_AUDIENCES).collect();
    let twice = [&most[..], &most[..]].concat();
    let client = client_with_secrets(&[]);
    for (numbers, expected) in [
        (&[][..], Some(0)),
        (&[1, 2, 1], Some(2)),
        (&most, Some(MOST_AUDIENCES)),
        (&twice, Some(MOST_AUDIENCES)),
        (&more, None),
    ] {
        let set = set_audiences(&client, of(numbers), ScopeSet::EMPTY);
        assert_eq!(set.map(|client| client.audiences.len()).ok(), expected);
        let new = NewClient { audiences: of(numbers), ..asked("Till") };
        assert_eq!(register(new, maker).map(|made| made.0.audiences.len()).ok(), expected);
        let new = NewClient { introspects: of(numbers), ..asked("Till") };
        assert_eq!(register(new, maker).map(|made| made.0.introspects.len()).ok(), expected);
    }
}

#[test]
fn a_copy_is_kept_only_when_it_is_asked_for() {
    let master = MasterKey::from_bytes([3; 32]);
    let key = HashKey::derive(&master);
    let entropy = counting();
    let maker = |recoverable_under| SecretMaker {
        entropy: &entropy,
        key: &key,
        made_by: &Actor::System,
        now: Timestamp::EPOCH,
        recoverable_under,
    };
    let (plain, _) = register(asked("Till"), maker(None)).unwrap();
    assert_eq!(plain.secrets[0].recoverable, None);
    let (next, shown) = rotate(&plain, Ttl::ZERO, None, maker(Some(&master))).unwrap();
    let added = next.secrets.last().unwrap();
    let copy = added.recoverable.as_deref().unwrap();
    let opened = recoverable::open(copy, &next.client_id, &added.id, &master);
    assert_eq!(opened, Ok(shown));
}
