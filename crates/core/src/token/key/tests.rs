use super::{KeyError, KeyPurpose, KeyRecord, RotationPlan, is_due, rotation};
use crate::secret::MasterKey;
use crate::time::{Timestamp, Ttl};
use crate::token::format::Algorithm;
use crate::token::sample::{NOW, entropy, master, record, records};

const SIGN: KeyPurpose = KeyPurpose::Sign(Algorithm::ES256);

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix(NOW.as_unix() + seconds)
}

fn plan(publish_ahead: u32, overlap: u32) -> RotationPlan {
    RotationPlan {
        publish_ahead: Ttl::from_seconds(publish_ahead),
        overlap: Ttl::from_seconds(overlap),
    }
}

/// Rotates and puts what changed in its place, as the store does.
fn rotate(records: &mut Vec<KeyRecord>, purpose: KeyPurpose, now: i64, plan: &RotationPlan) {
    let changed = rotation(records, purpose, at(now), plan, &master(), &entropy()).unwrap();
    for record in changed {
        records.retain(|old| old.kid != record.kid);
        records.push(record);
    }
    records.sort_by_key(|record| (record.created_at, record.active_from));
}

/// Each record's times after [`NOW`]: active from, until, removed.
fn times(records: &[KeyRecord]) -> Vec<(i64, Option<i64>, Option<i64>)> {
    let since = |time: Timestamp| time.as_unix() - NOW.as_unix();
    let all =
        |r: &KeyRecord| (since(r.active_from), r.active_until.map(since), r.removed_at.map(since));
    records.iter().map(all).collect()
}

#[test]
fn purposes_are_written_and_read() {
    for (purpose, name) in [(SIGN, "ES256"), (KeyPurpose::Seal, "seal")] {
        assert_eq!(purpose.as_str(), name);
        assert_eq!(KeyPurpose::from_name(name), Some(purpose));
    }
    for name in ["", "Seal", "es256", "HS256", "none", "seal "] {
        assert_eq!(KeyPurpose::from_name(name), None, "{name}");
    }
}

#[test]
fn ids_are_thumbprints_or_eight_digits() {
    for record in records() {
        let length = if record.purpose == KeyPurpose::Seal { 8 } else { 43 };
        assert_eq!(record.kid.len(), length, "{}", record.kid);
    }
}

#[test]
fn a_private_half_opens_only_in_its_own_row_under_its_own_master_key() {
    let opens = |record: &KeyRecord| record.open_private(&master()).is_ok();
    let good = record(SIGN);
    assert!(opens(good));
    assert_eq!(
        good.open_private(&MasterKey::from_bytes([8; 32])).unwrap_err(),
        KeyError::Unsealable(good.kid.clone())
    );
    assert!(!opens(&KeyRecord { kid: "another".into(), ..good.clone() }));
    assert!(!opens(&KeyRecord { purpose: KeyPurpose::Seal, ..good.clone() }));
    let other = record(KeyPurpose::Sign(Algorithm::EdDSA)).sealed_private.clone();
    assert!(!opens(&KeyRecord { sealed_private: other, ..good.clone() }));
    for at in 0..good.sealed_private.len() {
        let mut sealed_private = good.sealed_private.clone();
        sealed_private[at] ^= 1;
        assert!(!opens(&KeyRecord { sealed_private, ..good.clone() }), "byte {at}");
        let sealed_private = good.sealed_private[..at].to_vec();
        assert!(!opens(&KeyRecord { sealed_private, ..good.clone() }), "{at} bytes");
    }
}

#[test]
fn what_is_stored_does_not_hold_the_private_half() {
    for record in records() {
        let private = record.open_private(&master()).unwrap();
        let needle = private.expose().last_chunk::<16>().unwrap();
        assert!(!record.sealed_private.windows(16).any(|window| window == needle));
    }
}

#[test]
fn keys_follow_one_another() {
    let mut keys = Vec::new();
    rotate(&mut keys, SIGN, 0, &plan(60, 300));
    assert_eq!(times(&keys), [(0, None, None)], "the first key is used at once");
    rotate(&mut keys, SIGN, 1000, &plan(60, 300));
    assert_eq!(times(&keys), [(0, Some(1060), Some(1360)), (1060, None, None)]);
    rotate(&mut keys, SIGN, 2000, &plan(0, 300));
    let third = [(0, Some(1060), Some(1360)), (1060, Some(2000), Some(2300)), (2000, None, None)];
    assert_eq!(times(&keys), third, "a stopped key keeps its times; no publishing ahead");
}

#[test]
fn a_rotation_in_haste_overtakes_one_under_way() {
    let mut keys = Vec::new();
    rotate(&mut keys, SIGN, 0, &plan(60, 300));
    rotate(&mut keys, SIGN, 1000, &plan(60, 300));
    rotate(&mut keys, SIGN, 1010, &plan(0, 300));
    assert_eq!(
        times(&keys),
        [(0, Some(1010), Some(1310)), (1060, Some(1010), Some(1310)), (1010, None, None)],
    );
    for second in 0..1400 {
        let active = keys.iter().filter(|key| key.is_active(at(second))).count();
        assert_eq!(active, 1, "second {second}");
    }
}

#[test]
fn a_rotation_touches_its_own_purpose_only() {
    let changed =
        rotation(records(), KeyPurpose::Seal, at(9), &plan(1, 1), &master(), &entropy()).unwrap();
    assert_eq!(changed.len(), 2);
    assert!(changed.iter().all(|record| record.purpose == KeyPurpose::Seal));
    assert_ne!(changed[0].kid, changed[1].kid);
    assert_eq!(changed[1].kid, record(KeyPurpose::Seal).kid);
}

#[test]
fn rotation_is_due_when_the_newest_key_is_old() {
    let every = Ttl::from_seconds(1000);
    let mut keys = Vec::new();
    assert!(is_due(&keys, SIGN, NOW, every), "there is none");
    rotate(&mut keys, SIGN, 0, &plan(60, 300));
    for (now, due) in [(-500, false), (0, false), (999, false), (1000, true), (9000, true)] {
        assert_eq!(is_due(&keys, SIGN, at(now), every), due, "at {now}");
    }
    assert!(is_due(&keys, KeyPurpose::Seal, NOW, every), "there is none of that purpose");
    rotate(&mut keys, SIGN, 1000, &plan(60, 300));
    for (now, due) in [(1000, false), (1060, false), (2059, false), (2060, true)] {
        assert_eq!(is_due(&keys, SIGN, at(now), every), due, "after a rotation, at {now}");
    }
}
