use super::{MintError, mint};
use crate::oauth::scope::ScopeSet;
use crate::time::{Timestamp, Ttl};
use crate::token::format::{Algorithm, Alphabet, TokenFormat};
use crate::token::key_ring::KeyRing;
use crate::token::record::AccessToken;
use crate::token::sample::{ISSUER, NOW, PREFIX, entropy, formats, ring, sealed, token};

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
