use portreeve_core::client::record::ClientSecret;
use portreeve_core::client::standing::{STANDINGS, stand};
use portreeve_core::oauth::scope::ScopeSet;
use portreeve_core::secret::SecretHash;
use portreeve_core::text_id::{ClientId, OrganizationId};

use super::*;
use crate::pages::zone::Zone;

const NOW: Timestamp = Timestamp::from_unix(1_795_262_400);

fn reader() -> Reader {
    Reader { zone: Zone::utc(), now: NOW, t: Texts::english() }
}

fn day(days: i64) -> Timestamp {
    Timestamp::from_unix(NOW.as_unix() + days * 86_400)
}

/// A client whose secrets were made, and end, so many days from now; all are in use.
fn line(secrets: &[(i64, Option<i64>)]) -> Line {
    let secret = |(made, ends): &(i64, Option<i64>)| ClientSecret {
        id: "s".into(),
        hash: SecretHash::from_bytes([0; 32]),
        created_at: day(*made),
        expires_at: ends.map(day),
        last_used_at: Some(NOW),
        last_used_from: None,
        made_by: None,
        hint: Box::default(),
        recoverable: None,
    };
    let client = Client {
        client_id: ClientId::parse("prc_1").unwrap(),
        name: "Bridge".to_owned(),
        owner: Owner::Organization(OrganizationId::parse("org_1").unwrap()),
        audiences: Vec::new(),
        scopes: ScopeSet::EMPTY,
        grants: Vec::new(),
        introspects: Vec::new(),
        redirect_uris: Vec::new(),
        networks: Vec::new(),
        disabled: false,
        expires_at: None,
        not_before: NOW,
        token_ttl: None,
        secrets: secrets.iter().map(secret).collect(),
        created_at: NOW,
        version: 1,
    };
    Line { standing: stand(&client, NOW), client, owner: "Skarholt".to_owned(), refused: 0 }
}

#[test]
fn secrets_are_told_in_two_lines() {
    for (secrets_of, count, second) in [
        (&[(-71, None)][..], "1 secret", "71 days old"),
        (&[(0, None)], "1 secret", "made today"),
        (&[(-1, None)], "1 secret", "1 day old"),
        (&[(-402, Some(9)), (-13, None)], "2 secrets", "13 and 402 days old"),
        (&[(-402, Some(9)), (-13, Some(9)), (-2, None)], "3 secrets", "2, 13 and 402 days old"),
        (&[(0, None), (0, None)], "2 secrets", "made today"),
        (&[(-402, Some(9)), (0, None)], "2 secrets", "made today, and 402 days old"),
        (&[(-5, Some(9)), (-5, None)], "2 secrets", "5 days old"),
        (&[(-1100, None)], "1 secret", "3 years old"),
        (&[(-1100, None), (-4, None)], "2 secrets", "the oldest is 3 years old"),
        (&[(-400, Some(6))], "1 secret", "ends in 6 days"),
        (&[(-400, Some(-7))], "1 secret", "ended 7 days ago"),
        (&[], "no secret", ""),
    ] {
        let told = secrets(&reader(), &line(secrets_of));
        assert_eq!(told, (count.to_owned(), second.to_owned()), "{secrets_of:?}");
    }
}

#[test]
fn days_are_those_of_the_calendar() {
    let at = |hours: i64| Timestamp::from_unix(NOW.as_unix() + hours * 3600);
    assert_eq!(days(&reader(), NOW, at(11)), 0, "until midnight");
    assert_eq!(days(&reader(), NOW, at(13)), 1, "behind midnight");
    assert_eq!(days(&reader(), NOW, at(24 * 6)), 6);
    assert_eq!(days(&reader(), NOW, at(-24)), 0);
}

#[test]
fn every_state_has_a_word() {
    for standing in STANDINGS {
        assert!(!state(Texts::english(), standing).starts_with("organization-"), "{standing:?}");
    }
}
