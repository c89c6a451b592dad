use portreeve_core::oauth::grant_type::GrantType;
use portreeve_core::oauth::scope::ScopeSet;
use portreeve_core::org::owner::Owner;
use portreeve_core::secret::{HashKey, MasterKey};
use portreeve_core::text_id::ClientId;

use super::*;
use crate::pages::zone::Zone;
use crate::texts::Texts;

/// 2026-11-21T12:00:00Z.
const NOW: Timestamp = Timestamp::from_unix(1_795_262_400);

fn days(count: i64) -> Timestamp {
    Timestamp::from_unix(NOW.as_unix() + count * 86_400)
}

fn reader() -> Reader {
    Reader { zone: Zone::utc(), now: NOW, t: Texts::english() }
}

/// A secret that was made, was last used and ends at these days from now.
fn secret(id: &str, made: i64, used: Option<i64>, ends: Option<i64>) -> ClientSecret {
    let key = HashKey::derive(&MasterKey::from_bytes([7; 32]));
    ClientSecret {
        id: id.into(),
        hash: key.hash(id.as_bytes()),
        created_at: days(made),
        expires_at: ends.map(days),
        last_used_at: used.map(days),
        last_used_from: None,
        made_by: None,
        hint: "f3Qx".into(),
        recoverable: None,
    }
}

fn client(secrets: Vec<ClientSecret>) -> Client {
    Client {
        client_id: ClientId::parse("prc_1").unwrap(),
        name: "Crew import".to_owned(),
        owner: Owner::from_parts("user", "usr_1").unwrap(),
        audiences: Vec::new(),
        scopes: ScopeSet::EMPTY,
        grants: vec![GrantType::ClientCredentials],
        introspects: Vec::new(),
        redirect_uris: Vec::new(),
        networks: Vec::new(),
        disabled: false,
        expires_at: None,
        not_before: Timestamp::EPOCH,
        token_ttl: None,
        secrets,
        created_at: days(-400),
        version: 1,
    }
}

fn used(secret: &str, ago: i64, tokens: u64) -> SecretDay {
    SecretDay { secret: secret.into(), day: day_of(days(-ago)), tokens }
}

#[test]
fn programs_are_seen_to_move() {
    let client =
        client(vec![secret("old", -400, Some(-6), Some(4)), secret("new", -13, Some(0), None)]);
    let uses = [used("old", 20, 100), used("old", 6, 4), used("new", 12, 3), used("new", 0, 50)];
    let drawn = Lanes::draw(&client, &uses, &reader()).unwrap();
    let names: Vec<&str> = drawn.lanes.iter().map(|lane| &*lane.name).collect();
    assert_eq!(names, ["New secret", "Old secret"]);
    assert_eq!(drawn.lanes[0].bars.len(), 2);
    assert_eq!(drawn.lanes[1].bars[0].height, "46", "the highest");
    assert_eq!(drawn.lanes[1].bars[1].height, "1.8");
    assert_eq!((drawn.height, drawn.dotted.len()), (198, 2));
    let bracket = drawn.bracket.unwrap();
    assert_eq!(bracket.text, "quiet 6 days");
    let end = drawn.end.unwrap();
    assert_eq!(end.text, "ends 25 Nov");
    let words: Vec<&str> = drawn.words.iter().map(|word| &*word.text).collect();
    assert_eq!(words, ["25 Oct", "8 Nov, rotated", "today"]);
    assert!(drawn.finding.contains("prs_…f3Qx"), "{}", drawn.finding);
}

#[test]
fn words_do_not_touch() {
    let reader = reader();
    for (made, end, told) in [
        (0, 400, &["25 Oct", "21 Nov, rotated"][..]),
        (0, 4, &["25 Oct", "21 Nov, rotated"]),
        (-2, 4, &["25 Oct", "19 Nov, rotated"]),
        (-5, 4, &["25 Oct", "16 Nov, rotated", "today"]),
    ] {
        let secrets = vec![secret("old", -400, None, Some(end)), secret("new", made, None, None)];
        let drawn = Lanes::draw(&client(secrets), &[used("old", 1, 1)], &reader).unwrap();
        let words: Vec<&str> = drawn.words.iter().map(|word| &*word.text).collect();
        assert_eq!(words, told, "{made} {end}");
    }
}

#[test]
fn one_secret_is_one_lane() {
    let client = client(vec![secret("only", -3, Some(-1), None)]);
    let drawn = Lanes::draw(&client, &[used("only", 1, 7)], &reader()).unwrap();
    assert_eq!((drawn.lanes.len(), drawn.height), (1, 104));
    assert_eq!((drawn.bracket, drawn.end), (None, None));
    assert_eq!(drawn.dotted, ["100.000%"]);
}

#[test]
fn nothing_is_drawn_of_nothing() {
    assert_eq!(Lanes::draw(&client(Vec::new()), &[], &reader()), None);
    let unused = client(vec![secret("only", -3, None, None)]);
    assert_eq!(Lanes::draw(&unused, &[], &reader()), None);
    let gone = client(vec![secret("gone", -30, Some(-2), Some(-1))]);
    assert_eq!(Lanes::draw(&gone, &[used("gone", 2, 9)], &reader()), None);
}

#[test]
fn everything_stays_on_the_paper() {
    for (made, ends) in [(0, 30), (-27, 1), (-28, 14), (-400, 15), (-1, 400)] {
        let client =
            client(vec![secret("old", -401, None, Some(ends)), secret("new", made, Some(0), None)]);
        let uses = [used("new", 0, u64::MAX), used("old", 27, 1), used("old", 200, 1)];
        let drawn = Lanes::draw(&client, &uses, &reader()).unwrap();
        let all = drawn.dotted.iter().chain(drawn.words.iter().map(|word| &word.x));
        for x in all.chain(drawn.end.iter().map(|end| &end.x)) {
            let x: f64 = x.trim_end_matches('%').parse().unwrap();
            assert!((0.0..=100.0).contains(&x), "{made} {ends}: {x}");
        }
        assert_eq!(drawn.lanes[1].bars.len(), 1, "what is too old is left out");
    }
}
