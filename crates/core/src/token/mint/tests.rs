use super::{MintError, mint, mint_refresh};
use crate::oauth::scope::ScopeSet;
use crate::time::{Timestamp, Ttl};
use crate::token::compact::{Access, Form, Line, Refresh};
use crate::token::format::{Algorithm, Alphabet, TokenFormat};
use crate::token::key_ring::KeyRing;
use crate::token::record::AccessToken;
use crate::token::sample::{ISSUER, NOW, PREFIX, entropy, formats, inspector, ring, sealed, token};

fn refused(token: &AccessToken, format: &TokenFormat, keys: &KeyRing) -> Option<MintError> {
    mint(token, format, ISSUER, keys, NOW, &entropy()).err()
}

#[test]
fn a_missing_key_is_named() {
    let none = KeyRing::default();
    for algorithm in Algorithm::ALL {
        let error = refused(&token(), &TokenFormat::Jwt(algorithm), &none);
        assert_eq!(error, Some(MintError::NoSigningKey(algorithm)));
        assert!(error.unwrap().to_string().contains(algorithm.as_str()));
    }
    let error = refused(&token(), &sealed(PREFIX, Alphabet::Hex), &none);
    assert_eq!(error, Some(MintError::NoSealingKey));
    let early = NOW.minus(Ttl::from_seconds(1));
    let format = TokenFormat::Jwt(Algorithm::ES256);
    let error = mint(&token(), &format, ISSUER, ring(), early, &entropy()).err();
    assert_eq!(error, Some(MintError::NoSigningKey(Algorithm::ES256)), "not yet in use");
}

#[test]
fn a_token_must_have_a_life() {
    for format in formats() {
        let lives = [
            (NOW, NOW),
            (NOW, NOW.minus(Ttl::from_seconds(1))),
            (NOW, Timestamp::from_unix(NOW.as_unix() + (1 << 32))),
            (Timestamp::from_unix(i64::MAX), Timestamp::from_unix(i64::MIN)),
        ];
        for (issued_at, expires_at) in lives {
            let token = AccessToken { issued_at, expires_at, ..token() };
            assert_eq!(refused(&token, &format, ring()), Some(MintError::Life), "{format:?}");
        }
    }
}

#[test]
fn a_compact_token_says_which_claims_are_its_own() {
    let form = Form { prefix: "TK".into(), length: 46, alphabet: Alphabet::Alphanumeric };
    let format = TokenFormat::Compact(form.clone());
    let held = Access { claims: 12, expires_at: token().expires_at, line: Line([5; 6]) };
    let numbered = AccessToken { id: held.id().unwrap(), ..token() };
    let text = mint(&numbered, &format, ISSUER, ring(), NOW, &entropy()).unwrap();
    assert_eq!(text.len(), 46);
    assert_eq!(inspector().open_compact(&text, ring(), NOW), Some(held));

    assert_eq!(refused(&token(), &format, ring()), Some(MintError::Unfit), "a random id");
    let later = AccessToken { expires_at: NOW.plus(Ttl::from_hours(9)), ..numbered.clone() };
    assert_eq!(refused(&later, &format, ring()), Some(MintError::Unfit), "another expiry");
    let short = TokenFormat::Compact(Form { length: 12, ..form });
    assert_eq!(refused(&numbered, &short, ring()), Some(MintError::Unfit));
    let none = KeyRing::default();
    assert_eq!(refused(&numbered, &format, &none), Some(MintError::NoSealingKey));
}

#[test]
fn a_compact_refresh_token_is_read_back() {
    let held = Refresh { claims: 12, expires_at: NOW, line: Line([5; 6]), serial: 0xffff };
    let form = Form { prefix: "*TK".into(), length: 50, alphabet: Alphabet::Alphanumeric };
    let text = mint_refresh(held, &form, ring(), NOW).unwrap();
    assert_eq!(text.len(), 50);
    assert_eq!(inspector().open_refresh(&text, ring(), NOW), Some(held));
    let none = KeyRing::default();
    assert_eq!(mint_refresh(held, &form, &none, NOW), Err(MintError::NoSealingKey));
    let short = Form { length: 40, ..form };
    assert_eq!(mint_refresh(held, &short, ring(), NOW), Err(MintError::Unfit));
}

#[test]
fn a_token_that_would_not_be_read_is_not_made() {
    let names: Vec<String> = (0..200).map(|n| format!("{n}_{}", "x".repeat(16))).collect();
    let scope = ScopeSet::from_names(names.iter().map(String::as_str)).unwrap();
    let long = AccessToken { scope, ..token() };
    let format = sealed(PREFIX, Alphabet::Hex);
    assert_eq!(refused(&long, &format, ring()), Some(MintError::TooLong));
    let format = TokenFormat::Jwt(Algorithm::ES256);
    let issuer = "i".repeat(8192);
    let error = mint(&long, &format, &issuer, ring(), NOW, &entropy()).err();
    assert_eq!(error, Some(MintError::TooLong));
}
