use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};

use super::*;
use crate::time::Ttl;
use crate::token::sample::{NOW, entropy};

fn key() -> CompactKey {
    CompactKey::derive(&[7; 32]).unwrap()
}

fn form(prefix: &str, length: usize) -> Form {
    Form { prefix: prefix.into(), length, alphabet: Alphabet::Alphanumeric }
}

fn access_form() -> Form {
    form("TK", 46)
}

fn refresh_form() -> Form {
    form("*TK", 50)
}

fn access() -> Access {
    Access { claims: 1, expires_at: NOW.plus(Ttl::from_seconds(300)), line: Line([9; 6]) }
}

fn refresh() -> Refresh {
    let Access { claims, expires_at, line } = access();
    Refresh { claims, expires_at, line, serial: 3 }
}

fn sealed_access() -> String {
    key().seal_access(access().id().unwrap(), &access_form()).unwrap()
}

fn sealed_refresh() -> String {
    key().seal_refresh(refresh(), &refresh_form()).unwrap()
}

#[test]
fn tokens_have_the_vendors_length() {
    let (access_text, refresh_text) = (sealed_access(), sealed_refresh());
    assert_eq!((access_text.len(), refresh_text.len()), (46, 50));
    assert!(access_text.starts_with("TK") && refresh_text.starts_with("*TK"));
    assert!(access_text.bytes().all(|b| b.is_ascii_alphanumeric()));
    assert!(refresh_text.bytes().skip(1).all(|b| b.is_ascii_alphanumeric()));
    assert_eq!(key().open_access(&access_text, &access_form()), Some(access()));
    assert_eq!(key().open_refresh(&refresh_text, &refresh_form()), Some(refresh()));
    assert_eq!(sealed_access(), access_text, "the same again");
}

#[test]
fn every_changed_character_is_refused() {
    let is_read = |text: &str| {
        key().open_access(text, &access_form()).is_some()
            || key().open_refresh(text, &refresh_form()).is_some()
    };
    for text in [sealed_access(), sealed_refresh()] {
        assert!(is_read(&text));
        for at in 0..text.len() {
            for other in (b' '..=b'~').filter(|other| *other != text.as_bytes()[at]) {
                let mut changed = text.clone().into_bytes();
                changed[at] = other;
                let changed = String::from_utf8(changed).unwrap();
                assert!(!is_read(&changed), "character {at}, {changed}");
            }
            assert!(!is_read(&text[..at]), "{at} characters");
            assert!(!is_read(&text[at + 1..]), "without the first {at}");
        }
        for more in ["0", "A", " ", "\n", "=", "é"] {
            assert!(!is_read(&format!("{text}{more}")), "{more:?} added");
            assert!(!is_read(&format!("{more}{text}")), "{more:?} before");
        }
    }
}

#[test]
fn another_key_kind_or_form_opens_nothing() {
    let text = sealed_access();
    let other = CompactKey::derive(&[8; 32]).unwrap();
    assert_eq!(other.open_access(&text, &access_form()), None);

    // The same digits after another prefix, or with one more zero before them.
    let moved = text.replacen("TK", "XY", 1);
    assert_eq!(key().open_access(&moved, &form("XY", 46)), None);
    let longer = text.replacen("TK", "TK0", 1);
    assert_eq!(key().open_access(&longer, &form("TK", 47)), None);
    assert_eq!(key().open_access(&text, &form("T", 46)), None);

    // An access token is no refresh token, whatever its form.
    let both = form("", 60);
    let one = key().seal_access(access().id().unwrap(), &both).unwrap();
    let two = key().seal_refresh(refresh(), &both).unwrap();
    assert_eq!(key().open_refresh(&one, &both), None);
    assert_eq!(key().open_access(&two, &both), None);
}

#[test]
fn a_form_has_its_shortest_length() {
    for (alphabet, access_digits, refresh_digits) in
        [(Alphabet::Alphanumeric, 43, 46), (Alphabet::Base64url, 43, 46), (Alphabet::Hex, 64, 68)]
    {
        assert_eq!(Form::shortest_access("TK", alphabet), 2 + access_digits);
        assert_eq!(Form::shortest_refresh("*TK", alphabet), 3 + refresh_digits);
        let fitting = Form { alphabet, ..form("TK", 2 + refresh_digits) };
        assert!(key().seal_refresh(refresh(), &fitting).is_some(), "{alphabet:?}");
    }
    let id = access().id().unwrap();
    for (prefix, length) in [("TK", 20), ("TK", 1), ("", 0)] {
        assert_eq!(key().seal_access(id, &form(prefix, length)), None, "{length}");
    }
}

#[test]
fn a_form_knows_its_like() {
    let form = access_form();
    assert!(form.is_like(&sealed_access()));
    assert!(form.is_like(&format!("TK{}", "z".repeat(44))));
    let unlike =
        [format!("TK{}", "z".repeat(43)), format!("tk{}", "z".repeat(44)), "TK".to_owned()];
    for text in unlike.iter().chain([&format!("TK{}-", "z".repeat(43)), &"é".repeat(23)]) {
        assert!(!form.is_like(text), "{text}");
    }
}

#[test]
fn what_no_token_can_hold_is_not_made() {
    let id = |claims, expires_at| Access { claims, expires_at, ..access() }.id();
    let at = Timestamp::from_unix;
    assert_eq!(id(0, NOW), None);
    assert_eq!(id(NUMBERS, NOW), None);
    assert_eq!(id(u64::MAX, NOW), None);
    assert!(id(NUMBERS - 1, NOW).is_some());
    assert_eq!(id(1, at(FIRST_SECOND - 1)), None);
    assert_eq!(id(1, at(FIRST_SECOND + (1 << 32))), None);
    assert_eq!(id(1, at(i64::MIN)), None);
    assert!(id(1, at(FIRST_SECOND + (1 << 32) - 1)).is_some());
    assert_eq!(key().seal_refresh(Refresh { claims: 0, ..refresh() }, &refresh_form()), None);
}

#[test]
fn ids_and_families_tell_tokens_apart() {
    let later = NOW.plus(Ttl::from_seconds(301));
    let refreshes = [
        refresh(),
        Refresh { serial: 4, ..refresh() },
        Refresh { expires_at: later, ..refresh() },
        Refresh { line: Line([8; 6]), ..refresh() },
    ];
    let ids = refreshes.map(|token| token.id().unwrap());
    for (at, id) in ids.iter().enumerate() {
        assert!(!ids[..at].contains(id), "{at}");
        // Were it an access token's, its claims would be beyond all that are numbered.
        assert!(Access::from_id(*id).is_some_and(|access| access.claims > NUMBERS / 4));
    }
    assert_eq!(Access::from_id(access().id().unwrap()), Some(access()));
    assert_eq!(Access::from_id(TokenId([0; 16])), None);
    assert_eq!(Line::of(access().line.family()), Some(Line([9; 6])));
    assert_eq!(Line::of(FamilyId([0; 16])), None);
    assert_ne!(Line([9; 6]).family(), Line([8; 6]).family());
    assert_ne!(Line::generate(&entropy()), Line([0; 6]));
}

/// RFC 5297 appendix A has keys of 32 bytes; the same construction has ours.
#[test]
fn the_seal_is_rfc_5297s() {
    fn bytes(hex: &str) -> Vec<u8> {
        let pair = |at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
        (0..hex.len()).step_by(2).map(pair).collect()
    }
    // A.1
    let key = bytes("fffefdfcfbfaf9f8f7f6f5f4f3f2f1f0f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff");
    let beside = bytes("101112131415161718191a1b1c1d1e1f2021222324252627");
    let mut text = bytes("112233445566778899aabbccddee");
    let mut siv = aes_siv::siv::Aes128Siv::new(key.as_slice().try_into().unwrap());
    let tag = siv.encrypt_inout_detached([&beside], text.as_mut_slice().into()).unwrap();
    assert_eq!(tag.to_vec(), bytes("85632d07c6e8f37f950acd320a2ecc93"));
    assert_eq!(text, bytes("40c02b9690c4dc04daef7f6afe5c"));
    // A.2: several strings, as ours has.
    let key = bytes("7f7e7d7c7b7a79787776757473727170404142434445464748494a4b4c4d4e4f");
    let beside = [
        bytes("00112233445566778899aabbccddeeffdeaddadadeaddadaffeeddccbbaa99887766554433221100"),
        bytes("102030405060708090a0"),
        bytes("09f911029d74e35bd84156c5635688c0"),
    ];
    let mut text = b"this is some plaintext to encrypt using SIV-AES".to_vec();
    let mut siv = aes_siv::siv::Aes128Siv::new(key.as_slice().try_into().unwrap());
    let tag = siv.encrypt_inout_detached(beside, text.as_mut_slice().into()).unwrap();
    assert_eq!(tag.to_vec(), bytes("7bdb6e3b432667eb06f4d14bff2fbd0f"));
    assert!(text.starts_with(&bytes("cb900f2fddbe404326601965c889bf17")));
}

#[test]
fn keys_are_never_printed() {
    assert_eq!(format!("{:?}", key()), "[compact key]");
}

proptest! {
    #[test]
    fn every_token_comes_back(
        claims in 1..NUMBERS, since in any::<u32>(), line in any::<[u8; 6]>(), serial in any::<u16>()
    ) {
        let expires_at = Timestamp::from_unix(FIRST_SECOND + i64::from(since));
        let access = Access { claims, expires_at, line: Line(line) };
        let text = key().seal_access(access.id().unwrap(), &access_form()).unwrap();
        prop_assert_eq!(text.len(), 46);
        prop_assert_eq!(key().open_access(&text, &access_form()), Some(access));
        let refresh = Refresh { claims, expires_at, line: Line(line), serial };
        let text = key().seal_refresh(refresh, &refresh_form()).unwrap();
        prop_assert_eq!(text.len(), 50);
        prop_assert_eq!(key().open_refresh(&text, &refresh_form()), Some(refresh));
    }

    #[test]
    fn no_text_makes_it_panic(text in "(TK|\\*TK)?[ -~]{0,60}") {
        prop_assert!(key().open_access(&text, &access_form()).is_none());
        prop_assert!(key().open_refresh(&text, &refresh_form()).is_none());
    }
}
