use super::*;
use crate::client::change::tests::client_with_secrets;
use crate::secret::SecretHash;

const NOW: Timestamp = Timestamp::from_unix(1_000 * DAY);
const DAY: i64 = 86_400;

/// So many days from now.
fn day(days: i64) -> Timestamp {
    Timestamp::from_unix(NOW.as_unix() + days * DAY)
}

/// A client whose secrets were made, last used and end so many days from now.
fn client(secrets: &[(i64, Option<i64>, Option<i64>)]) -> Client {
    let ends: Vec<_> =
        secrets.iter().map(|one| (SecretHash::from_bytes([1; 32]), one.2.map(day))).collect();
    let mut client = client_with_secrets(&ends);
    for (kept, (made, used, _)) in client.secrets.iter_mut().zip(secrets) {
        kept.created_at = day(*made);
        kept.last_used_at = used.map(day);
    }
    client
}

#[test]
fn the_first_that_holds_is_shown() {
    use ClientStanding as Is;
    let used = (-90, Some(0), None);
    let cases: [(&str, &[_], Is, Option<i64>); 13] = [
        ("used today", &[used], Is::Active, None),
        ("used 4 days ago", &[(-90, Some(-4), None)], Is::Active, None),
        ("used 5 days ago", &[(-90, Some(-5), None)], Is::Quiet, None),
        ("never used", &[(-2, None, None)], Is::NotUsedYet, None),
        ("ends in 31 days", &[(-90, Some(0), Some(31))], Is::Active, Some(31)),
        ("ends in 30 days", &[(-90, Some(0), Some(30))], Is::EndsSoon, Some(30)),
        ("never used, ends", &[(-2, None, Some(6))], Is::EndsSoon, Some(6)),
        ("two, one goes on", &[(-90, Some(0), Some(1)), (-1, None, None)], Is::Rotating, None),
        ("two, both end", &[(-90, None, Some(1)), (-1, None, Some(9))], Is::EndsSoon, Some(9)),
        ("two, both late", &[(-90, None, Some(1)), (-1, None, Some(60))], Is::Rotating, Some(60)),
        ("one over, one live", &[(-90, Some(0), Some(0)), used], Is::Active, None),
        ("all over", &[(-90, Some(-8), Some(-7)), (-9, None, Some(-8))], Is::Expired, Some(-7)),
        ("none", &[], Is::Expired, None),
    ];
    for (about, secrets, expected, ends) in cases {
        let mut it = client(secrets);
        assert_eq!(stand(&it, NOW), expected, "{about}");
        assert_eq!(ends_at(&it, NOW), ends.map(day), "{about}");
        it.disabled = true;
        assert_eq!(stand(&it, NOW), Is::Disabled, "{about}");
    }
}

#[test]
fn its_own_end_counts_as_well() {
    let of = |end| Client { expires_at: Some(day(end)), ..client(&[(-90, Some(0), Some(20))]) };
    assert_eq!(stand(&of(0), NOW), ClientStanding::Expired);
    assert_eq!(ends_at(&of(-3), NOW), Some(day(-3)));
    assert_eq!(ends_at(&of(6), NOW), Some(day(6)));
    assert_eq!(ends_at(&of(40), NOW), Some(day(20)));
}

#[test]
fn an_old_secret_goes_when_it_is_quiet_and_the_new_one_is_used() {
    let since = |secrets: &[_]| removable(&client(secrets), NOW).map(|(_, since)| since);
    assert_eq!(since(&[(-90, Some(-6), None), (-13, Some(0), None)]), Some(day(-6)));
    assert_eq!(since(&[(-90, None, Some(9)), (-13, Some(0), None)]), Some(day(-90)));
    assert_eq!(since(&[(-90, Some(-4), None), (-13, Some(0), None)]), None, "in use");
    assert_eq!(since(&[(-90, Some(-6), None), (-13, None, None)]), None, "nothing follows");
    assert_eq!(since(&[(-90, Some(-6), Some(-1)), (-13, Some(0), None)]), None, "over already");
    assert_eq!(since(&[(-90, Some(-6), None)]), None, "the only one");
    let mut held = client(&[(-90, Some(-6), None), (-13, Some(0), None)]);
    held.token_ttl = Some(Ttl::from_hours(24 * 10));
    assert_eq!(removable(&held, NOW), None, "a token of it may live on");
}

#[test]
fn the_last_use_is_that_of_any_secret() {
    let it = client(&[(-90, Some(-6), None), (-13, Some(-1), None), (-2, None, None)]);
    assert_eq!(last_used(&it).and_then(|secret| secret.last_used_at), Some(day(-1)));
    assert_eq!(last_used(&client(&[(-2, None, None)])), None);
}

#[test]
fn words_are_those_that_are_written() {
    for standing in STANDINGS {
        let written = serde_json::to_string(&standing).unwrap();
        assert_eq!(written, format!("\"{}\"", standing.as_str()));
    }
}
