use super::*;

/// 21 Nov 2026, 09:14:40 UTC: a Saturday, 10:14:40 in Oslo.
const NOW: i64 = 1_795_252_480;
const HOUR: i64 = 3600;
const DAY: i64 = 86_400;

fn now() -> Timestamp {
    Timestamp::from_unix(NOW)
}

fn in_utc(now: Timestamp) -> Reader {
    Reader { zone: Zone::utc(), now, t: Texts::english() }
}

fn in_zone(zone: &str) -> Reader {
    Reader { zone: Zone::named(zone).unwrap(), ..in_utc(now()) }
}

fn near(ahead: i64, zone: &str) -> String {
    in_zone(zone).when(Timestamp::from_unix(NOW + ahead)).near
}

#[test]
fn what_is_past() {
    for (ago, expected) in [
        (0, "just now"),
        (5, "just now"),
        (12, "12 s ago"),
        (59, "59 s ago"),
        (240, "4 min ago"),
        (3599, "59 min ago"),
        (2 * HOUR + 1, "2 h ago"),
        (10 * HOUR, "yesterday, 23:14"),
        (DAY, "yesterday, 09:14"),
        (7 * DAY, "14 Nov, 09:14"),
        (19 * DAY, "2 Nov"),
        (79 * DAY, "3 Sep"),
        (400 * DAY, "17 Oct 2025"),
    ] {
        assert_eq!(near(-ago, "UTC"), expected, "{ago}");
    }
}

#[test]
fn what_is_to_come() {
    for (ahead, expected) in [
        (5, "just now"),
        (40, "in 40 s"),
        (120, "in 2 min"),
        (5 * HOUR, "in 5 h"),
        (DAY, "tomorrow, 09:14"),
        (2 * DAY, "23 Nov, in 2 days"),
        (6 * DAY, "27 Nov, in 6 days"),
        (45 * DAY, "5 Jan 2027, in 45 days"),
        (365 * DAY, "21 Nov 2027"),
    ] {
        assert_eq!(near(ahead, "UTC"), expected, "{ahead}");
    }
}

#[test]
fn a_zone_moves_clock_and_day() {
    assert_eq!(near(-9 * HOUR, "Europe/Oslo"), "9 h ago", "01:14 there");
    assert_eq!(near(-9 * HOUR, "UTC"), "9 h ago", "00:14 there");
    assert_eq!(near(-10 * HOUR, "Europe/Oslo"), "10 h ago", "00:14 there");
    assert_eq!(near(-10 * HOUR, "America/New_York"), "yesterday, 18:14");
    assert_eq!(near(20 * HOUR, "Pacific/Auckland"), "tomorrow, 18:14");
    let oslo = in_zone("Europe/Oslo");
    let when = oslo.when(now());
    assert_eq!(when.exact, "21 Nov 2026, 10:14:40");
    assert_eq!(when.machine, "2026-11-21T09:14:40Z");
    // In summer it is two hours.
    let summer = oslo.when(Timestamp::from_unix(1_782_000_000));
    assert_eq!(
        (&*summer.exact, &*summer.machine),
        ("21 Jun 2026, 02:00:00", "2026-06-21T00:00:00Z")
    );
}

#[test]
fn there_is_an_end_of_the_calendar() {
    for far in [i64::MAX, i64::MIN, 253_402_300_800] {
        let at = Timestamp::from_unix(far);
        let reader = in_utc(at);
        assert_eq!(reader.when(at).exact, far.to_string());
        assert_eq!(reader.day(at), far.to_string());
        assert_eq!(reader.when(now()).near, "21 Nov 2026");
        assert_eq!(reader.clock(at), "");
    }
}

#[test]
fn days_and_clocks() {
    let reader = in_utc(now());
    assert_eq!(reader.day(now()), "21 Nov 2026");
    assert_eq!(reader.short_day(now()), "21 Nov");
    assert_eq!(reader.short_day(Timestamp::from_unix(NOW - 400 * DAY)), "17 Oct 2025");
    assert_eq!(reader.clock(now()), "09:14");
    assert_eq!(reader.day(Timestamp::EPOCH), "1 Jan 1970");
}

#[test]
fn ages() {
    for (days, expected) in [
        (0, "made today"),
        (1, "1 day old"),
        (71, "71 days old"),
        (402, "402 days old"),
        (730, "730 days old"),
        (731, "2 years old"),
        (1200, "3 years old"),
    ] {
        let since = Timestamp::from_unix(NOW - days * DAY - 5);
        assert_eq!(in_utc(now()).age(since), expected);
        assert_eq!(ago_days(since, now()), days.unsigned_abs());
    }
    assert_eq!(ago_days(Timestamp::from_unix(NOW + DAY), now()), 0);
}

#[test]
fn lengths_are_whole() {
    for (seconds, expected) in [
        (1, "1 second"),
        (50, "50 seconds"),
        (60, "1 minute"),
        (110, "2 minutes"),
        (429, "8 minutes"),
        (3600, "1 hour"),
        (90_000, "25 hours"),
        (200_000, "3 days"),
    ] {
        assert_eq!(length(Texts::english(), Ttl::from_seconds(seconds)), expected);
    }
    assert_eq!(past(Texts::english(), Ttl::from_seconds(429)), "7 minutes");
    assert_eq!(length(Texts::english(), Ttl::from_seconds(3541)), "1 hour");
}

#[test]
fn a_time_is_told_in_the_readers_language() {
    let nb = Texts::second(
        "time-months = jan feb mars apr mai juni juli aug sep okt nov des\ntime-yesterday = i går kl. { $clock }\n",
    );
    let reader = Reader { t: nb, ..in_utc(now()) };
    let near = |ahead| reader.when(Timestamp::from_unix(NOW + ahead)).near;
    assert_eq!(near(-DAY), "i går kl. 09:14");
    assert_eq!(near(45 * DAY), "5 jan 2027, in 45 days", "what it has no words for is English");
    assert_eq!(length(nb, Ttl::from_seconds(120)), "2 minutes");
}
