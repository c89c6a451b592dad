use serde_json::{Value, json};

use super::{Jwk, JwkError};
use crate::token::format::Algorithm;
use crate::token::jwt::verify::{PublicKeys, VerifyingKey};
use crate::token::sample::{NOW, ring};

/// RFC 7638 §3.1.
const RSA_N: &str = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";

fn ec() -> Value {
    // RFC 7515 §A.3.1.
    json!({
        "kty": "EC", "crv": "P-256", "alg": "ES256", "kid": "k",
        "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    })
}

fn rsa() -> Value {
    json!({ "kty": "RSA", "alg": "RS256", "kid": "2011-04-29", "n": RSA_N, "e": "AQAB" })
}

fn with(mut value: Value, name: &str, member: Value) -> Value {
    value[name] = member;
    value
}

fn without(mut value: Value, name: &str) -> Value {
    value.as_object_mut().unwrap().remove(name);
    value
}

#[test]
fn thumbprints_are_those_of_the_standards() {
    let thumbprint = |value: &Value| Jwk::read(value).unwrap().members.thumbprint();
    assert_eq!(&*thumbprint(&rsa()), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    // RFC 8037 §A.3.
    let okp = json!({
        "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "kid": "k",
        "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
    });
    assert_eq!(&*thumbprint(&okp), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
}

#[test]
fn written_keys_are_read_back() {
    for algorithm in Algorithm::ALL {
        let key = ring().signing(algorithm, NOW).unwrap().public();
        let mut text = String::new();
        key.write(&mut text);
        let value: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(Jwk::read(&value).as_ref(), Ok(key));
        assert_eq!(&*key.members.thumbprint(), key.kid());
    }
}

#[test]
fn keys_that_are_not_ours_to_use_are_refused() {
    let refused = [
        (json!(null), JwkError::Kid),
        (json!([]), JwkError::Kid),
        (without(ec(), "kid"), JwkError::Kid),
        (with(ec(), "kid", json!("")), JwkError::Kid),
        (with(ec(), "kid", json!(7)), JwkError::Kid),
        (with(ec(), "kid", json!("k".repeat(129))), JwkError::Kid),
        (without(ec(), "alg"), JwkError::Algorithm),
        (with(ec(), "alg", json!("none")), JwkError::Algorithm),
        (with(ec(), "alg", json!("HS256")), JwkError::Algorithm),
        (with(ec(), "alg", json!("RS256")), JwkError::Algorithm),
        (with(rsa(), "alg", json!("ES256")), JwkError::Algorithm),
        (with(ec(), "crv", json!("P-384")), JwkError::Algorithm),
        (without(ec(), "kty"), JwkError::Algorithm),
        (with(ec(), "use", json!("enc")), JwkError::Use),
        (with(ec(), "key_ops", json!(["encrypt"])), JwkError::Use),
        (with(ec(), "key_ops", json!("verify")), JwkError::Use),
        (with(ec(), "d", json!("AA")), JwkError::Private),
        (with(rsa(), "p", json!("AA")), JwkError::Private),
        (json!({ "kty": "oct", "alg": "HS256", "kid": "k", "k": "AA" }), JwkError::Private),
        (without(ec(), "x"), JwkError::Numbers),
        (with(ec(), "y", json!("AAAA")), JwkError::Numbers),
        (with(ec(), "x", json!("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEV")), JwkError::Numbers),
        (with(ec(), "x", ec()["y"].clone()), JwkError::Numbers), // not on the curve
        (with(rsa(), "n", json!("AQAB")), JwkError::Numbers),
        (with(rsa(), "n", json!(&RSA_N[..340])), JwkError::Numbers), // 2040 bits
        (with(rsa(), "n", json!(format!("AAAA{RSA_N}"))), JwkError::Numbers),
        (with(rsa(), "e", json!("")), JwkError::Numbers),
        (with(rsa(), "e", json!("AQAB=")), JwkError::Numbers),
    ];
    for (value, expected) in refused {
        assert_eq!(VerifyingKey::from_jwk(&value).err(), Some(expected), "{value}");
    }
    assert!(VerifyingKey::from_jwk(&with(ec(), "use", json!("sig"))).is_ok());
    assert!(VerifyingKey::from_jwk(&with(rsa(), "key_ops", json!(["verify"]))).is_ok());
}

#[test]
fn key_sets_pass_over_what_they_do_not_know() {
    let foreign = json!({ "kty": "oct", "kid": "k", "alg": "HS256", "k": "AA" });
    let set = json!({ "keys": [foreign, ec(), rsa(), 7, null] }).to_string();
    let keys = PublicKeys::from_jwks(&set).unwrap();
    assert_eq!(keys.verifying("k").unwrap().algorithm(), Algorithm::ES256);
    assert_eq!(keys.verifying("2011-04-29").unwrap().algorithm(), Algorithm::RS256);
    assert!(keys.verifying("").is_none());
    assert!(PublicKeys::from_jwks("{\"keys\":[]}").unwrap().is_empty());
    for bad in ["", "null", "[]", "{}", "{\"keys\":{}}", "{\"keys\":[]}x"] {
        assert_eq!(PublicKeys::from_jwks(bad).err(), Some(JwkError::NoSet), "{bad}");
    }
    let twice = json!({ "keys": [ec(), with(rsa(), "kid", json!("k"))] }).to_string();
    assert_eq!(PublicKeys::from_jwks(&twice).err(), Some(JwkError::Twice));
}
