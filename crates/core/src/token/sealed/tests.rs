use proptest::prelude::{any, prop, prop_assert, prop_assert_eq, proptest};

use super::{LONGEST, SealingKey, layout, open};
use crate::oauth::scope::ScopeSet;
use crate::refusal::Reason::{self, TokenForged, TokenMalformed};
use crate::time::Timestamp;
use crate::token::family::FamilyId;
use crate::token::format::Alphabet::{self, Alphanumeric, Base64url, Hex};
use crate::token::mint::MintError;
use crate::token::record::AccessToken;
use crate::token::sample::{NOW, PREFIX, any_token, entropy, token};

fn key() -> SealingKey {
    SealingKey::new("0badcafe", &[9; 32]).unwrap()
}

fn seal(alphabet: Alphabet) -> String {
    key().seal(&token(), PREFIX, alphabet, &entropy()).unwrap()
}

fn read(text: &str, alphabet: Alphabet) -> Result<AccessToken, Reason> {
    let key = key();
    open(text, PREFIX, alphabet, |id| (id == key.id()).then_some(&key))
}

#[test]
fn the_text_is_prefix_key_id_and_nothing_readable() {
    let text = seal(Hex);
    assert!(text.starts_with("at_0badcafe"), "{text}");
    for plain in ["org_nordhav", "prc_crewplanner", "crew_read"] {
        let hex: String = plain.bytes().map(|byte| format!("{byte:02x}")).collect();
        assert!(!text.contains(&hex));
    }
    assert_eq!(read(&text, Hex), Ok(token()));
}

#[test]
fn two_tokens_never_look_alike() {
    let (key, entropy) = (key(), entropy());
    let seal = || key.seal(&token(), PREFIX, Base64url, &entropy).unwrap();
    assert_ne!(seal(), seal());
}

#[test]
fn every_changed_character_is_refused() {
    for alphabet in [Base64url, Alphanumeric, Hex] {
        let text = seal(alphabet);
        for at in 0..text.len() {
            for bit in 0..7 {
                let mut bytes = text.clone().into_bytes();
                bytes[at] ^= 1 << bit;
                let changed = String::from_utf8(bytes).unwrap();
                assert!(read(&changed, alphabet).is_err(), "character {at}, bit {bit}");
            }
        }
    }
}

#[test]
fn every_changed_byte_is_refused() {
    let text = seal(Hex);
    let digits = &text[PREFIX.len()..];
    for at in 0..digits.len() / 2 {
        for bit in 0..8 {
            let byte = u8::from_str_radix(&digits[2 * at..2 * at + 2], 16).unwrap() ^ (1 << bit);
            let changed =
                format!("{PREFIX}{}{byte:02x}{}", &digits[..2 * at], &digits[2 * at + 2..]);
            assert_eq!(read(&changed, Hex), Err(TokenForged), "byte {at}, bit {bit}");
        }
    }
}

#[test]
fn every_truncation_and_addition_is_refused() {
    for alphabet in [Base64url, Alphanumeric, Hex] {
        let text = seal(alphabet);
        for length in 0..text.len() {
            assert!(read(&text[..length], alphabet).is_err(), "{length} characters");
        }
        for more in ["A", "0", "00", "=", "\n", " ", "\0", ".", "AAAA", "0000"] {
            assert!(read(&format!("{text}{more}"), alphabet).is_err(), "{more:?} added");
            assert!(read(&format!("{more}{text}"), alphabet).is_err(), "{more:?} before");
        }
    }
}

#[test]
fn a_token_has_one_spelling() {
    // The same bytes in another alphabet, or after another prefix.
    let key = key();
    let text = seal(Base64url);
    let bytes = super::spelling::decode(Base64url, &text[PREFIX.len()..]).unwrap();
    let mut hex = String::from(PREFIX);
    super::spelling::encode(Hex, &bytes, &mut hex);
    assert_eq!(read(&hex, Hex), Err(TokenForged));
    let other = text.replacen(PREFIX, "xx_", 1);
    assert_eq!(open(&other, "xx_", Base64url, |_| Some(&key)), Err(TokenForged));
    assert_eq!(read(&text.replacen(PREFIX, "AT_", 1), Base64url), Err(TokenMalformed));
}

#[test]
fn another_key_opens_nothing() {
    let text = seal(Base64url);
    let other = SealingKey::new("0badcafe", &[8; 32]).unwrap();
    assert_eq!(open(&text, PREFIX, Base64url, |_| Some(&other)), Err(TokenForged));
    assert_eq!(open(&text, PREFIX, Base64url, |_| None), Err(TokenForged));
}

#[test]
fn long_tokens_are_neither_made_nor_read() {
    let names: Vec<String> = (0..200).map(|n| format!("scope_with_a_long_name_{n}")).collect();
    let scope = ScopeSet::from_names(names.iter().map(String::as_str).take(140)).unwrap();
    let long = AccessToken { scope, ..token() };
    assert_eq!(key().seal(&long, PREFIX, Base64url, &entropy()), Err(MintError::TooLong));
    let text = format!("{PREFIX}{}", "A".repeat(LONGEST));
    assert_eq!(read(&text, Base64url), Err(TokenMalformed));
}

#[test]
fn only_whole_records_are_read() {
    let mut bytes = Vec::new();
    layout::write(&token(), &mut bytes).unwrap();
    assert_eq!(bytes.len(), layout::len(&token()));
    assert_eq!(layout::read(&bytes), Some(token()));
    for length in 0..bytes.len() {
        assert_eq!(layout::read(&bytes[..length]), None, "{length} bytes");
    }
    let (mut of_family, family) = (Vec::new(), Some(FamilyId([0x1e; 16])));
    let related = AccessToken { family, ..token() };
    layout::write(&related, &mut of_family).unwrap();
    assert_eq!(of_family.len(), layout::len(&related));
    assert_eq!(layout::read(&of_family), Some(related));
    let with = |at: usize, byte: u8| {
        let mut changed = bytes.clone();
        changed[at] = byte;
        layout::read(&changed)
    };
    assert_eq!(layout::read(&[&bytes[..], &[0]].concat()), None, "trailing");
    assert_eq!(with(0, 0), None, "another version");
    assert_eq!(with(0, 2), None, "a family that is not there");
    assert_eq!(with(0, 3), None, "a later version");
    assert_eq!(with(29, 2), None, "no owner of this kind");
    assert_eq!(with(30, 0xff), None, "a length beyond the end");
    assert_eq!(with(31, 0xff), None, "no text");
}

#[test]
fn keys_have_eight_digits_and_32_bytes() {
    for (kid, length) in [("0badcaf", 32), ("0BADCAFE", 32), ("0badcafe0", 32), ("0badcafe", 31)] {
        assert!(SealingKey::new(kid, &vec![1; length]).is_none(), "{kid} {length}");
    }
}

proptest! {
    #[test]
    fn every_token_comes_back(token in any_token()) {
        for alphabet in [Base64url, Alphanumeric, Hex] {
            let text = key().seal(&token, PREFIX, alphabet, &entropy()).unwrap();
            prop_assert_eq!(read(&text, alphabet), Ok(token.clone()));
        }
    }

    #[test]
    fn no_text_makes_it_panic(text in "(at_)?[ -~]{0,200}") {
        for alphabet in [Base64url, Alphanumeric, Hex] {
            prop_assert!(read(&text, alphabet).is_err());
        }
        let _ = layout::read(text.as_bytes());
    }

    #[test]
    fn no_bytes_make_the_record_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = layout::read(&bytes);
        let _ = layout::read(&[&[1; 30][..], &bytes].concat());
    }
}

#[test]
fn the_present_moment_is_not_asked() {
    let past =
        AccessToken { issued_at: Timestamp::EPOCH, expires_at: Timestamp::from_unix(1), ..token() };
    assert!(past.expires_at < NOW);
    let text = key().seal(&past, PREFIX, Base64url, &entropy()).unwrap();
    assert_eq!(read(&text, Base64url), Ok(past));
}
