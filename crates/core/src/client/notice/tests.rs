use super::*;
use crate::client::change::tests::client_with_secrets;
use crate::secret::SecretHash;
use crate::text_id::ClientId;

const DAY: i64 = 86_400;
/// Long after everything in these tables began.
const NOW: i64 = 1000 * DAY;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix(seconds)
}

/// Secrets by creation, end and last use, each in seconds from now.
fn client(secrets: &[(i64, Option<i64>, Option<i64>)]) -> Client {
    let hashes: Vec<_> = secrets
        .iter()
        .map(|(_, end, _)| (SecretHash::from_bytes([0; 32]), end.map(|end| at(NOW + end))))
        .collect();
    let mut client = client_with_secrets(&hashes);
    for (secret, (created, _, used)) in client.secrets.iter_mut().zip(secrets) {
        secret.created_at = at(NOW + created);
        secret.last_used_at = used.map(|used| at(NOW + used));
    }
    client
}

/// What is due now: `own` or the secret's id, and the stage.
fn told(client: &Client) -> String {
    let due = due(client, at(NOW));
    let one = |notice: &Notice<'_>| {
        let mark = if notice.is_replaced { "*" } else { "" };
        format!("{}{mark} {}", notice.secret.map_or("own", |secret| &*secret.id), notice.stage)
    };
    due.iter().map(one).collect::<Vec<_>>().join(", ")
}

#[test]
fn each_stage_begins_at_its_second_and_ends_with_the_next() {
    for (end, expected) in [
        (31 * DAY, ""),
        (30 * DAY + 1, ""),
        (30 * DAY, "s1 30"),
        (7 * DAY + 1, "s1 30"),
        (7 * DAY, "s1 7"),
        (DAY + 1, "s1 7"),
        (DAY, "s1 1"),
        (1, "s1 1"),
        (0, "s1 0"),
        (-1, "s1 0"),
        (1 - 3 * DAY, "s1 0"),
        (-3 * DAY, ""),
        (-300 * DAY, ""),
    ] {
        assert_eq!(told(&client(&[(-900 * DAY, Some(end), None)])), expected, "{end}");
    }
    assert_eq!(told(&client(&[(-900 * DAY, None, None)])), "", "it has no end");
}

#[test]
fn whoever_chose_a_near_end_knows_of_it() {
    for (created, end, expected) in [
        (-60, 29 * DAY, ""),
        (-DAY, 29 * DAY, ""),
        (-DAY - 1, 29 * DAY, "s1 30"),
        (-60, 7 * DAY - 60, ""),
        (-60, 7 * DAY - 61, ""),
        (-DAY, 7 * DAY, "s1 7"),
        (-60, DAY - 60, ""),
        (-DAY, DAY, "s1 1"),
        (-60, 0, "s1 0"),
        (0, 0, ""),
    ] {
        let client = client(&[(created, Some(end), None)]);
        assert_eq!(told(&client), expected, "{created} {end}");
    }
}

#[test]
fn a_replaced_secret_is_told_only_while_it_is_used() {
    let old = -900 * DAY;
    for (secrets, expected) in [
        // Replaced for a lifetime, then for longer.
        (vec![(old, Some(DAY), Some(-60)), (-20 * DAY, None, None)], "s1* 1"),
        (vec![(old, Some(DAY), Some(-60)), (-20 * DAY, Some(40 * DAY), None)], "s1* 1"),
        // Quiet for three days, or never used.
        (vec![(old, Some(DAY), Some(-3 * DAY)), (-20 * DAY, None, None)], ""),
        (vec![(old, Some(DAY), Some(1 - 3 * DAY)), (-20 * DAY, None, None)], "s1* 1"),
        (vec![(old, Some(DAY), None), (-20 * DAY, None, None)], ""),
        // Over: what counts is the time before the end.
        (vec![(old, Some(-2 * DAY), Some(-4 * DAY)), (-20 * DAY, None, None)], "s1* 0"),
        (vec![(old, Some(-2 * DAY), Some(-5 * DAY)), (-20 * DAY, None, None)], ""),
        // Rotated just now with an overlap of a week: whoever did knows.
        (vec![(old, Some(7 * DAY), Some(-60)), (0, None, None)], ""),
        (vec![(old, Some(6 * DAY), Some(-60)), (-DAY, None, None)], ""),
        (vec![(old, Some(DAY), Some(-60)), (-6 * DAY, None, None)], "s1* 1"),
        // The other one lives no longer: both are told.
        (vec![(old, Some(DAY), None), (-20 * DAY, Some(DAY), None)], "s1 1, s2 1"),
        (vec![(old, Some(2 * DAY), None), (-20 * DAY, Some(DAY), None)], "s1 7, s2 1"),
        // An older one that lives longer replaces nothing.
        (vec![(old, None, None), (-20 * DAY, Some(DAY), None)], "s2 1"),
    ] {
        assert_eq!(told(&client(&secrets)), expected, "{secrets:?}");
    }
}

#[test]
fn a_clients_own_end_stands_for_its_secrets() {
    for (own, secret, expected) in [
        (20 * DAY, None, "own 30"),
        (20 * DAY, Some(20 * DAY), "own 30"),
        (20 * DAY, Some(21 * DAY), "own 30"),
        (20 * DAY, Some(5 * DAY), "own 30, s1 7"),
        (90 * DAY, Some(5 * DAY), "s1 7"),
        (90 * DAY, Some(99 * DAY), ""),
        (0, Some(-DAY), "own 0"),
        (-10 * DAY, Some(-DAY), ""),
    ] {
        let mut client = client(&[(-900 * DAY, secret, None)]);
        client.expires_at = Some(at(NOW + own));
        assert_eq!(told(&client), expected, "{own} {secret:?}");
    }
}

#[test]
fn nothing_is_said_of_a_disabled_client() {
    let mut client = client(&[(-900 * DAY, Some(DAY), Some(-60))]);
    client.expires_at = Some(at(NOW + DAY));
    client.disabled = true;
    assert_eq!(told(&client), "");
}

#[test]
fn a_key_names_client_secret_end_and_stage() {
    let mut client = client(&[(-900 * DAY, Some(DAY), None)]);
    client.client_id = ClientId::parse("prc_1").unwrap();
    let key = |client: &Client| due(client, at(NOW)).first().map(Notice::key);
    assert_eq!(key(&client).as_deref(), Some("ends:prc_1:s1:86486400:1"));
    client.secrets[0].expires_at = Some(at(NOW + DAY - 1));
    assert_eq!(key(&client).as_deref(), Some("ends:prc_1:s1:86486399:1"), "put forward");
    client.expires_at = Some(at(NOW));
    assert_eq!(key(&client).as_deref(), Some("ends:prc_1::86400000:0"));
}

#[test]
fn times_at_the_ends_of_time_do_no_harm() {
    for end in [i64::MIN, i64::MIN + 1, -1, 0, i64::MAX] {
        let mut client = client_with_secrets(&[(SecretHash::from_bytes([0; 32]), Some(at(end)))]);
        client.secrets[0].last_used_at = Some(at(i64::MAX));
        for now in [i64::MIN, 0, i64::MAX] {
            let _ = due(&client, at(now));
        }
    }
}
