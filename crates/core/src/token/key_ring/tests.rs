use serde_json::Value;

use super::KeyRing;
use crate::refusal::Reason;
use crate::secret::MasterKey;
use crate::time::{Timestamp, Ttl};
use crate::token::compact::{Access, Form, Line};
use crate::token::format::{Algorithm, Alphabet, TokenFormat};
use crate::token::key::{KeyError, KeyPurpose, KeyRecord, RotationPlan, rotation};
use crate::token::mint::mint;
use crate::token::sample::{
    ISSUER, NOW, PREFIX, entropy, inspector, master, record, records, ring, sealed, token,
};

const SIGN: KeyPurpose = KeyPurpose::Sign(Algorithm::ES256);

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix(NOW.as_unix() + seconds)
}

/// The present key and its successor: published at 100, used from 160, the old
/// one removed at 460.
fn rotated(purpose: KeyPurpose) -> KeyRing {
    let plan =
        RotationPlan { publish_ahead: Ttl::from_seconds(60), overlap: Ttl::from_seconds(300) };
    let old = record(purpose).clone();
    let changed = rotation(&[old], purpose, at(100), &plan, &master(), &entropy()).unwrap();
    KeyRing::open(&changed, &master()).unwrap()
}

fn published(ring: &KeyRing, now: Timestamp) -> Vec<String> {
    let set: Value = serde_json::from_str(&ring.jwks(now)).unwrap();
    let kids = set["keys"].as_array().unwrap().iter();
    kids.map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn signing_keys_follow_their_timeline() {
    let ring = rotated(SIGN);
    let old = &*record(SIGN).kid;
    // now, signs with the old key, published keys, the old key verifies
    let timeline = [
        (0, true, 2, true),
        (100, true, 2, true),
        (159, true, 2, true),
        (160, false, 2, true),
        (459, false, 2, true),
        (460, false, 1, false),
        (99_999, false, 1, false),
    ];
    for (now, signs, listed, verifies) in timeline {
        let signing = ring.signing(Algorithm::ES256, at(now)).unwrap();
        assert_eq!(signing.kid() == old, signs, "signing at {now}");
        let kids = published(&ring, at(now));
        assert_eq!(kids.len(), listed, "published at {now}");
        assert!(kids.iter().any(|kid| kid == signing.kid()), "used at {now}, not published");
        assert_eq!(ring.verifying(old, at(now)).is_some(), verifies, "verifying at {now}");
    }
    assert!(ring.signing(Algorithm::ES256, at(-1)).is_none(), "not yet in use");
}

#[test]
fn tokens_live_as_long_as_their_key_is_honoured() {
    let formats = [
        (SIGN, TokenFormat::Jwt(Algorithm::ES256)),
        (KeyPurpose::Seal, sealed(PREFIX, Alphabet::Base64url)),
    ];
    for (purpose, format) in formats {
        let ring = rotated(purpose);
        let made_at = |now| mint(&token(), &format, ISSUER, &ring, at(now), &entropy()).unwrap();
        let (old, new) = (made_at(159), made_at(160));
        let reads = |text: &str, now| inspector().inspect(text, &ring, at(now)).is_ok();
        assert!(reads(&old, 159) && reads(&old, 459), "{format:?}");
        assert!(!reads(&old, 460), "{format:?}: the key is removed");
        assert!(reads(&new, 460), "{format:?}");
        // Another node, whose clock is a little behind, reads it as well.
        assert!(reads(&new, 150), "{format:?}");
    }
}

#[test]
fn compact_tokens_live_as_long_as_their_key_is_honoured() {
    let ring = rotated(KeyPurpose::Seal);
    let form = Form { prefix: "TK".into(), length: 46, alphabet: Alphabet::Alphanumeric };
    let held = Access { claims: 3, expires_at: at(9999), line: Line([1; 6]) };
    let made_at =
        |now| ring.compact(at(now)).unwrap().seal_access(held.id().unwrap(), &form).unwrap();
    let (old, new) = (made_at(159), made_at(160));
    assert_ne!(old, new);
    let reads = |text: &str, now| inspector().open_compact(text, &ring, at(now)) == Some(held);
    assert!(reads(&old, 159) && reads(&old, 459));
    assert!(!reads(&old, 460), "the key is removed");
    assert!(reads(&new, 460) && reads(&new, 150));
    assert_eq!(inspector().inspect(&old, &ring, at(159)), Err(Reason::TokenForged));
}

#[test]
fn the_key_set_has_public_members_only() {
    let set: Value = serde_json::from_str(&ring().jwks(NOW)).unwrap();
    let keys = set["keys"].as_array().unwrap();
    assert_eq!(keys.len(), Algorithm::ALL.len(), "sealing keys are not published");
    let expected = [
        ("ES256", "EC", vec!["alg", "crv", "kid", "kty", "use", "x", "y"]),
        ("EdDSA", "OKP", vec!["alg", "crv", "kid", "kty", "use", "x"]),
        ("RS256", "RSA", vec!["alg", "e", "kid", "kty", "n", "use"]),
        ("PS256", "RSA", vec!["alg", "e", "kid", "kty", "n", "use"]),
    ];
    for (key, (alg, kty, members)) in keys.iter().zip(expected) {
        let mut names: Vec<_> = key.as_object().unwrap().keys().map(String::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, members, "{alg}");
        assert_eq!(
            (&key["alg"], &key["kty"], &key["use"]),
            (&Value::from(alg), &Value::from(kty), &Value::from("sig"))
        );
    }
}

#[test]
fn one_key_serves_one_algorithm() {
    for algorithm in Algorithm::ALL {
        let signing = ring().signing(algorithm, NOW).unwrap();
        let verifying = ring().verifying(signing.kid(), NOW).unwrap();
        assert_eq!((signing.algorithm(), verifying.algorithm()), (algorithm, algorithm));
    }
}

#[test]
fn of_several_active_keys_the_newest_is_used() {
    let older = record(KeyPurpose::Seal);
    let newer =
        KeyRecord::generate(KeyPurpose::Seal, NOW, at(5), &master(), &|b: &mut [u8]| b.fill(3))
            .unwrap();
    let mut records = [older.clone(), newer];
    for _ in 0..2 {
        records.reverse();
        let ring = KeyRing::open(&records, &master()).unwrap();
        assert_eq!(ring.sealing(at(4)).map(|key| key.id() == [3; 4]), Some(false));
        assert_eq!(ring.sealing(at(5)).map(|key| key.id()), Some([3; 4]));
    }
}

#[test]
fn records_that_cannot_be_trusted_are_refused() {
    let open = |records: &[KeyRecord], master: &MasterKey| KeyRing::open(records, master).err();
    let good = record(SIGN).clone();
    let kid = good.kid.clone();
    let twice = [good.clone(), good.clone()];
    assert_eq!(open(&twice, &master()), Some(KeyError::Twice(kid.clone())));
    let other = MasterKey::from_bytes([1; 32]);
    assert_eq!(open(records(), &other), Some(KeyError::Unsealable(kid)));
    let renamed = KeyRecord { kid: "renamed".into(), ..good };
    assert_eq!(open(&[renamed], &master()), Some(KeyError::Unsealable("renamed".into())));
}

#[test]
fn nothing_secret_is_printed() {
    let printed = format!("{:?}", ring());
    for record in records() {
        let private = record.open_private(&master()).unwrap();
        let tail = private.expose().last_chunk::<8>().unwrap();
        let hex: String = tail.iter().map(|byte| format!("{byte:02x}")).collect();
        // A PKCS#8 document may end with the public half, which may be printed.
        if !matches!(record.purpose, KeyPurpose::Sign(Algorithm::ES256)) {
            assert!(!printed.contains(&hex), "{}", record.purpose.as_str());
        }
    }
}
