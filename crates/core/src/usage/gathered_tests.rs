use super::*;
use crate::client::change::tests::client_with_secrets;
use crate::secret::SecretHash;
use crate::text_id::ClientId;

const FROM: [&str; 2] = ["203.0.113.7", "::ffff:203.0.113.8"];

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix(1_795_262_400 + seconds)
}

fn sample(number: usize) -> RefusedCall {
    RefusedCall {
        request_id: format!("{number:032x}").into(),
        at: at(0),
        client_id: ClientId::parse("prc_1").unwrap(),
        service: "vessel".into(),
        reason: "scope_insufficient".into(),
        about: "crew_read".into(),
        call: "GET /v1/crew".into(),
        peer: None,
    }
}

fn take(gathered: &mut Gathered) -> Taken {
    let hash = SecretHash::from_bytes([0; 32]);
    let client = client_with_secrets(&[(hash, None), (hash, None)]);
    let mut taken = Taken::default();
    gathered.take(&client, &["vessel".into(), "crew".into()], &mut taken);
    taken
}

#[test]
fn counts_are_by_place_and_hour() {
    let mut gathered = Gathered::default();
    assert!(gathered.is_empty());
    for seconds in [0, 1, 3599, 3600] {
        gathered.pass(1, at(seconds));
    }
    gathered.pass(2, at(0));
    gathered.give(at(0));
    gathered.refuse(1, Reason::ScopeInsufficient, at(1), || sample(1));
    assert!(!gathered.is_empty());
    let taken = take(&mut gathered);
    let found: Vec<_> = taken
        .counted
        .iter()
        .map(|one| {
            let Tally { passed, refused, tokens } = one.tally;
            (&*one.service, one.hour.as_unix() - at(0).as_unix(), [passed, refused, tokens])
        })
        .collect();
    assert_eq!(
        found,
        [
            ("vessel", 0, [3, 1, 0]),
            ("vessel", 3600, [1, 0, 0]),
            ("crew", 0, [1, 0, 0]),
            ("", 0, [0, 0, 1]),
        ]
    );
    assert!(gathered.is_empty(), "taken once");
    assert!(take(&mut gathered).counted.is_empty());
}

#[test]
fn secrets_are_counted_by_day_and_keep_their_last_use() {
    let mut gathered = Gathered::default();
    let from = FROM.map(|text| text.parse().unwrap());
    gathered.use_secret(0, at(10), from[0], 1);
    gathered.use_secret(0, at(12), from[1], 1);
    gathered.use_secret(0, at(11), from[0], 0);
    gathered.use_secret(1, at(5), from[0], 0);
    gathered.use_secret(0, at(86_400), from[0], 1);
    gathered.use_secret(7, at(5), from[0], 1);
    let taken = take(&mut gathered);
    let found: Vec<_> = taken
        .secrets
        .iter()
        .map(|one| {
            let from = one.from.unwrap().to_string();
            (&*one.secret, one.at.as_unix() - at(0).as_unix(), from, one.tokens)
        })
        .collect();
    let client = client_with_secrets(&[
        (SecretHash::from_bytes([0; 32]), None),
        (SecretHash::from_bytes([0; 32]), None),
    ]);
    let ids: Vec<&str> = client.secrets.iter().map(|secret| &*secret.id).collect();
    assert_eq!(
        found,
        [
            (ids[0], 12, "203.0.113.8".to_owned(), 2),
            (ids[1], 5, "203.0.113.7".to_owned(), 0),
            (ids[0], 86_400, "203.0.113.7".to_owned(), 1),
        ],
        "a secret that is none of the client's is passed over"
    );
}

#[test]
fn every_refusal_is_counted_and_some_are_kept_whole() {
    let mut gathered = Gathered::default();
    for number in 0..1000 {
        gathered.refuse(1, Reason::ScopeInsufficient, at(0), || sample(number));
    }
    gathered.refuse(1, Reason::TokenExpired, at(0), || sample(1000));
    gathered.refuse(1, Reason::TokenExpired, at(0), || sample(1001));
    gathered.refuse(2, Reason::TokenExpired, at(0), || sample(1002));
    gathered.refuse(2, Reason::TokenExpired, at(86_400), || sample(1003));
    let taken = take(&mut gathered);
    let kept = |number: usize| {
        let id = format!("{number:032x}");
        taken.refused.iter().find(|(call, _)| *call.request_id == *id).map(|(_, times)| *times)
    };
    assert_eq!(taken.refused.len(), MOST_SAMPLES + 3, "the first of each is always kept");
    assert_eq!((kept(0), kept(1), kept(19), kept(20)), (Some(1000), Some(0), Some(0), None));
    assert_eq!((kept(1000), kept(1001), kept(1002), kept(1003)), (Some(2), None, Some(1), Some(1)));
    assert_eq!(taken.refused.iter().map(|(_, times)| times).sum::<u64>(), 1004);
    assert_eq!(taken.counted.iter().map(|one| one.tally.refused).sum::<u64>(), 1004);
    assert!(gathered.is_empty());
}

#[test]
fn what_waits_has_an_end() {
    let mut gathered = Gathered::default();
    for hour in 0..1000 {
        gathered.pass(1, at(hour * 3600));
        gathered.use_secret(0, at(hour * 86_400), FROM[0].parse().unwrap(), 1);
    }
    let taken = take(&mut gathered);
    assert_eq!((taken.counted.len(), taken.secrets.len()), (MOST_COUNTS, MOST_COUNTS));
    assert_eq!(taken.counted.last().unwrap().hour, at(999 * 3600), "the newest stay");
    assert_eq!(taken.lost, 2 * (1000 - MOST_COUNTS as u64));
}
