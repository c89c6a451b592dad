use proptest::prelude::{ProptestConfig, prop_assert, prop_assert_eq, proptest};

use crate::refusal::Reason::{self, TokenForged, TokenMalformed};
use crate::time::Ttl;
use crate::token::format::{Algorithm, Alphabet, TokenFormat};
use crate::token::mint::mint;
use crate::token::record::AccessToken;
use crate::token::sample::{
    ISSUER, NOW, PREFIX, any_token, entropy, formats, inspector, ring, sealed, token,
};

const ES256: TokenFormat = TokenFormat::Jwt(Algorithm::ES256);

fn inspect(text: &str) -> Result<AccessToken, Reason> {
    inspector().inspect(text, ring(), NOW)
}

fn minted(format: &TokenFormat) -> String {
    mint(&token(), format, ISSUER, ring(), NOW, &entropy()).unwrap()
}

#[test]
fn every_changed_bit_is_refused() {
    for text in [minted(&ES256), minted(&sealed(PREFIX, Alphabet::Base64url))] {
        for at in 0..text.len() {
            for bit in 0..7 {
                let mut bytes = text.clone().into_bytes();
                bytes[at] ^= 1 << bit;
                let changed = String::from_utf8(bytes).unwrap();
                assert!(inspect(&changed).is_err(), "character {at}, bit {bit}");
            }
        }
    }
}

#[test]
fn every_truncation_is_refused() {
    for format in formats() {
        let text = minted(&format);
        for length in 0..text.len() {
            assert!(inspect(&text[..length]).is_err(), "{format:?}, {length} characters");
        }
    }
}

#[test]
fn no_text_is_too_strange() {
    let cases = [
        ("empty", String::new(), TokenMalformed),
        ("prefix only", PREFIX.to_owned(), TokenMalformed),
        ("unknown prefix", "sk_live_0123456789".to_owned(), TokenMalformed),
        ("1 MB", "A".repeat(1 << 20), TokenMalformed),
        (
            "a sealed text with our key's id",
            {
                let text = minted(&sealed(PREFIX, Alphabet::Hex));
                let head: String = text.chars().skip(PREFIX.len()).take(8).collect();
                format!("{head}{}", "0".repeat(200))
            },
            TokenForged,
        ),
        (
            "a sealed text in no format we have",
            minted(&sealed("zz_", Alphabet::Hex)),
            TokenMalformed,
        ),
        ("a cookie", "\"at_AAAA\"; Path=/".to_owned(), TokenMalformed),
        ("unicode", "at_🚢.é.ß".to_owned(), TokenMalformed),
    ];
    for (what, text, expected) in cases {
        assert_eq!(inspect(&text), Err(expected), "{what}");
    }
}

#[test]
fn prefixes_may_begin_one_another() {
    let mut inspector = inspector();
    inspector.sealed = vec![
        ("".into(), Alphabet::Base64url),
        ("a".into(), Alphabet::Base64url),
        ("at_".into(), Alphabet::Base64url),
        ("at_".into(), Alphabet::Hex),
    ];
    for (prefix, alphabet) in inspector.sealed.clone() {
        let text = minted(&sealed(&prefix, alphabet));
        assert_eq!(inspector.inspect(&text, ring(), NOW), Ok(token()), "{prefix:?} {alphabet:?}");
    }
    assert_eq!(inspector.inspect(&minted(&ES256), ring(), NOW), Ok(token()));
}

#[test]
fn expiry_and_audience_are_left_to_the_caller() {
    let old = AccessToken {
        issued_at: NOW.minus(Ttl::from_hours(48)),
        expires_at: NOW.minus(Ttl::from_hours(24)),
        ..token()
    };
    for format in formats() {
        let text = mint(&old, &format, ISSUER, ring(), NOW, &entropy()).unwrap();
        assert_eq!(inspect(&text), Ok(old.clone()), "{format:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_token_comes_back_in_every_format(token in any_token()) {
        for format in formats() {
            let text = mint(&token, &format, ISSUER, ring(), NOW, &entropy()).unwrap();
            prop_assert_eq!(inspect(&text), Ok(token.clone()));
        }
    }

    #[test]
    fn no_text_makes_it_panic(text in "(at_|TK|eyJ)?[ -~]{0,99}(\\.[ -~]{0,99}){0,4}") {
        prop_assert!(inspect(&text).is_err());
    }
}
