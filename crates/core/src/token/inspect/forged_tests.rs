//! Tokens that somebody else made, or made something else of.

use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use crate::refusal::Reason::{self, TokenForged, TokenMalformed};
use crate::token::format::{Algorithm, Alphabet, TokenFormat};
use crate::token::jwt::claims;
use crate::token::key::{KeyPurpose, KeyRecord};
use crate::token::key_ring::KeyRing;
use crate::token::mint::mint;
use crate::token::record::AccessToken;
use crate::token::sample::{ISSUER, NOW, PREFIX, entropy, inspector, master, ring, sealed, token};

fn inspect(text: &str) -> Result<AccessToken, Reason> {
    inspector().inspect(text, ring(), NOW)
}

fn minted(format: &TokenFormat) -> String {
    mint(&token(), format, ISSUER, ring(), NOW, &entropy()).unwrap()
}

fn es256() -> String {
    minted(&TokenFormat::Jwt(Algorithm::ES256))
}

fn kid(algorithm: Algorithm) -> String {
    ring().signing(algorithm, NOW).unwrap().kid().to_owned()
}

fn good_claims() -> String {
    let mut json = String::new();
    claims::write(&token(), ISSUER, &mut json);
    json
}

fn good_header() -> String {
    format!(r#"{{"typ":"at+jwt","alg":"ES256","kid":"{}"}}"#, kid(Algorithm::ES256))
}

fn b64(text: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(text)
}

/// Any header and claims under our own good ES256 signature.
fn signed(header: &str, claims: &str) -> String {
    let mut text = format!("{}.{}", b64(header), b64(claims));
    ring().signing(Algorithm::ES256, NOW).unwrap().append_signature(&mut text).unwrap();
    text
}

/// Any header under our own good signature, around good claims.
fn headed(members: &str) -> String {
    signed(&format!("{{{members}}}"), &good_claims())
}

/// A good header with members added.
fn extended(members: &str) -> String {
    signed(&good_header().replacen('{', &format!("{{{members},"), 1), &good_claims())
}

/// A token "signed" with a public key as the HMAC key.
fn hmac_signed(alg: &str, kid: &str, key: &[u8]) -> String {
    let header = format!(r#"{{"typ":"at+jwt","alg":"{alg}","kid":"{kid}"}}"#);
    let text = format!("{}.{}", b64(header), b64(good_claims()));
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), text.as_bytes());
    format!("{text}.{}", b64(tag))
}

fn unsigned(alg: &str) -> String {
    let kid = kid(Algorithm::ES256);
    let header = format!(r#"{{"typ":"at+jwt","alg":"{alg}","kid":"{kid}"}}"#);
    format!("{}.{}.", b64(header), b64(good_claims()))
}

fn check(cases: &[(&str, String, Reason)]) {
    for (what, text, expected) in cases {
        assert_eq!(inspect(text), Err(*expected), "{what}");
    }
}

#[test]
fn the_forger_starts_from_something_good() {
    assert_eq!(inspect(&es256()), Ok(token()));
    assert_eq!(inspect(&signed(&good_header(), &good_claims())), Ok(token()));
    for typ in ["AT+JWT", "application/at+jwt", "Application/At+Jwt", "at\\u002bjwt"] {
        assert_eq!(
            inspect(&signed(&good_header().replace("at+jwt", typ), &good_claims())),
            Ok(token()),
            "{typ}"
        );
    }
}

#[test]
fn algorithms_are_not_the_tokens_to_choose() {
    let (es, rs) = (kid(Algorithm::ES256), kid(Algorithm::RS256));
    for alg in ["none", "None", "NONE", "nOnE", " none", "none ", "", "HS256", "es256", "ES384"] {
        assert_eq!(inspect(&unsigned(alg)), Err(TokenForged), "{alg:?} without signature");
        let replaced = good_header().replace("ES256", alg);
        let text = signed(&replaced, &good_claims());
        assert_eq!(inspect(&text), Err(TokenForged), "{alg:?} with a good signature");
    }
    let other = |algorithm: Algorithm| good_header().replace(&es, &kid(algorithm));
    let claims = good_claims();
    check(&[
        ("another key's id", signed(&other(Algorithm::EdDSA), &claims), TokenForged),
        ("RS256's id", signed(&other(Algorithm::RS256), &claims), TokenForged),
        (
            "RS256 and its id",
            signed(&other(Algorithm::RS256).replace("ES256", "RS256"), &claims),
            TokenForged,
        ),
        (
            "RS256 with the ES256 key",
            signed(&good_header().replace("ES256", "RS256"), &claims),
            TokenForged,
        ),
        (
            "PS256 for the RS256 key",
            {
                let text = minted(&TokenFormat::Jwt(Algorithm::PS256));
                let (_, rest) = text.split_once('.').unwrap();
                format!(
                    "{}.{rest}",
                    b64(format!(r#"{{"typ":"at+jwt","alg":"PS256","kid":"{rs}"}}"#))
                )
            },
            TokenForged,
        ),
    ]);
}

#[test]
fn a_public_key_is_no_hmac_key() {
    let jwks = ring().jwks(NOW);
    for algorithm in Algorithm::ALL {
        let key = ring().verifying(&kid(algorithm), NOW).unwrap();
        let mut jwk = String::new();
        key.jwk().write(&mut jwk);
        let der = key.jwk().parse().unwrap();
        let der = der.as_der().unwrap();
        let pem = format!(
            "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n",
            STANDARD.encode(der.as_ref())
        );
        let keys = [
            jwk.as_bytes(),
            jwks.as_bytes(),
            der.as_ref(),
            pem.as_bytes(),
            key.kid().as_bytes(),
            b"",
        ];
        for secret in keys {
            for alg in ["HS256", algorithm.as_str()] {
                let text = hmac_signed(alg, key.kid(), secret);
                assert_eq!(inspect(&text), Err(TokenForged), "{alg} {}", algorithm.as_str());
            }
        }
    }
}

#[test]
fn the_header_has_three_members_and_no_more() {
    let jwk = ring().jwks(NOW);
    check(&[
        ("crit", extended(r#""crit":["exp"]"#), TokenMalformed),
        ("empty crit", extended(r#""crit":[]"#), TokenMalformed),
        ("b64", extended(r#""b64":false"#), TokenMalformed),
        ("b64 and crit", extended(r#""b64":false,"crit":["b64"]"#), TokenMalformed),
        ("jku", extended(r#""jku":"https://evil.example/jwks""#), TokenMalformed),
        ("jwk", extended(&format!(r#""jwk":{jwk}"#)), TokenMalformed),
        ("x5u", extended(r#""x5u":"https://evil.example/cert""#), TokenMalformed),
        ("x5c", extended(r#""x5c":["MII"]"#), TokenMalformed),
        ("zip", extended(r#""zip":"DEF""#), TokenMalformed),
        ("p2c", extended(r#""p2c":2147483647"#), TokenMalformed),
        ("alg twice", extended(r#""alg":"none""#), TokenMalformed),
        ("kid twice", extended(r#""kid":"x""#), TokenMalformed),
        ("kid twice, escaped", extended(r#""\u006bid":"x""#), TokenMalformed),
    ]);
}

#[test]
fn the_headers_members_are_texts_that_we_know() {
    let kid = kid(Algorithm::ES256);
    let (typ, alg) = (r#""typ":"at+jwt""#, r#""alg":"ES256""#);
    check(&[
        ("no kid", headed(&format!("{typ},{alg}")), TokenMalformed),
        ("kid null", headed(&format!(r#"{typ},{alg},"kid":null"#)), TokenMalformed),
        ("kid list", headed(&format!(r#"{typ},{alg},"kid":["{kid}"]"#)), TokenMalformed),
        ("kid number", headed(&format!(r#"{typ},{alg},"kid":7"#)), TokenMalformed),
        ("kid empty", headed(&format!(r#"{typ},{alg},"kid":"""#)), TokenForged),
        ("kid foreign", headed(&format!(r#"{typ},{alg},"kid":"{}""#, "A".repeat(43))), TokenForged),
        ("kid path", headed(&format!(r#"{typ},{alg},"kid":"../../dev/null""#)), TokenForged),
        ("kid SQL", headed(&format!(r#"{typ},{alg},"kid":"' OR 1=1 --""#)), TokenForged),
        (
            "kid 3 kB",
            headed(&format!(r#"{typ},{alg},"kid":"{}""#, "k".repeat(3000))),
            TokenMalformed,
        ),
        (
            "kid of the sealing key",
            {
                let id = ring().sealing(NOW).unwrap().id();
                let id: String = id.iter().map(|byte| format!("{byte:02x}")).collect();
                headed(&format!(r#"{typ},{alg},"kid":"{id}""#))
            },
            TokenForged,
        ),
        ("no typ", headed(&format!(r#"{alg},"kid":"{kid}""#)), TokenMalformed),
        ("typ JWT", headed(&format!(r#""typ":"JWT",{alg},"kid":"{kid}""#)), TokenMalformed),
        (
            "typ of an assertion",
            headed(&format!(r#""typ":"client-authentication+jwt",{alg},"kid":"{kid}""#)),
            TokenMalformed,
        ),
        ("no alg", headed(&format!(r#"{typ},"kid":"{kid}""#)), TokenMalformed),
        ("alg null", headed(&format!(r#"{typ},"alg":null,"kid":"{kid}""#)), TokenMalformed),
    ]);
}

#[test]
fn the_header_is_one_flat_object() {
    let kid = kid(Algorithm::ES256);
    check(&[
        (
            "a list",
            signed(&format!(r#"["at+jwt","ES256","{kid}"]"#), &good_claims()),
            TokenMalformed,
        ),
        ("a text", signed("\"at+jwt\"", &good_claims()), TokenMalformed),
        ("null", signed("null", &good_claims()), TokenMalformed),
        ("nothing", signed("", &good_claims()), TokenMalformed),
        ("deep", signed(&"[".repeat(500), &good_claims()), TokenMalformed),
        ("deep member", extended(&format!("\"a\":{}", "[".repeat(400))), TokenMalformed),
        ("two objects", signed(&format!("{}{{}}", good_header()), &good_claims()), TokenMalformed),
        (
            "no UTF-8",
            {
                let text = es256();
                let (_, rest) = text.split_once('.').unwrap();
                format!("{}.{rest}", b64([0xff, 0xfe]))
            },
            TokenMalformed,
        ),
    ]);
}

#[test]
fn the_spelling_is_exact() {
    let good = es256();
    let (message, signature) = good.rsplit_once('.').unwrap();
    let (header, payload) = message.split_once('.').unwrap();
    let tag = URL_SAFE_NO_PAD.decode(signature).unwrap();
    let with = |signature: &[u8]| format!("{message}.{}", b64(signature));
    let mut spare = signature.to_owned();
    // 64 bytes leave four spare bits in the last character; they must be zero.
    let last = match spare.pop().unwrap() {
        'A' => 'B',
        'Q' => 'R',
        'g' => 'h',
        _ => 'x',
    };
    spare.push(last);
    check(&[
        ("empty", String::new(), TokenMalformed),
        ("dots", "..".to_owned(), TokenMalformed),
        ("two parts", message.to_owned(), TokenMalformed),
        ("four parts", format!("{good}.{signature}"), TokenMalformed),
        (
            "five parts (JWE)",
            format!("{header}.{payload}.{signature}.{payload}.{signature}"),
            TokenMalformed,
        ),
        ("80 characters", good.chars().take(80).collect(), TokenMalformed),
        ("leading space", format!(" {good}"), TokenMalformed),
        ("trailing space", format!("{good} "), TokenMalformed),
        ("trailing newline", format!("{good}\n"), TokenMalformed),
        ("trailing NUL", format!("{good}\0"), TokenMalformed),
        ("trailing dot", format!("{good}."), TokenMalformed),
        ("padding", format!("{good}=="), TokenMalformed),
        ("padded header", format!("{header}=.{payload}.{signature}"), TokenMalformed),
        ("padded payload", format!("{header}.{payload}=.{signature}"), TokenForged),
        ("spare bits", format!("{message}.{spare}"), TokenMalformed),
        ("plain base64", format!("{message}.{}+/", &signature[..84]), TokenMalformed),
        ("Bearer", format!("Bearer {good}"), TokenMalformed),
        ("20 kB", format!("{header}.{}.{signature}", "A".repeat(20_000)), TokenMalformed),
        ("20 kB signature", format!("{message}.{}", "A".repeat(20_000)), TokenMalformed),
        ("4 kB signature", format!("{message}.{}", "A".repeat(4000)), TokenMalformed),
        ("no signature", format!("{message}."), TokenForged),
        ("zero signature", with(&[0; 64]), TokenForged),
        ("r = 0", with(&[&[0; 32], &tag[32..]].concat()), TokenForged),
        ("s = 0", with(&[&tag[..32], &[0; 32]].concat()), TokenForged),
        ("63 bytes", with(&tag[..63]), TokenForged),
        ("65 bytes", with(&[&tag[..], &[0]].concat()), TokenForged),
        ("all ones", with(&[0xff; 64]), TokenForged),
        ("ASN.1 signature", with(&der_signature(&tag)), TokenForged),
        ("empty payload", format!("{header}..{signature}"), TokenForged),
        ("another's payload", format!("{header}.{}.{signature}", b64("{}")), TokenForged),
        ("8 kB of dots", ".".repeat(8192), TokenMalformed),
    ]);
}

/// The two numbers as DER writes them (RFC 3279 §2.2.3): valid elsewhere, not in a JWS.
fn der_signature(fixed: &[u8]) -> Vec<u8> {
    let integer = |number: &[u8]| [&[0x02, 33, 0][..], number].concat();
    let both = [integer(&fixed[..32]), integer(&fixed[32..])].concat();
    [&[0x30, 70][..], &both].concat()
}

#[test]
fn signed_claims_are_checked_all_the_same() {
    let with = |from: &str, to: &str| {
        let changed = good_claims().replace(from, to);
        assert_ne!(changed, good_claims());
        signed(&good_header(), &changed)
    };
    check(&[
        ("no exp", with("\"exp\":1790003600,", ""), TokenMalformed),
        ("exp a text", with("1790003600", "\"1790003600\""), TokenMalformed),
        ("exp null", with("1790003600", "null"), TokenMalformed),
        ("exp too large", with("1790003600", "99999999999999999999"), TokenMalformed),
        ("no iat", with("\"iat\":1790000000,", ""), TokenMalformed),
        ("other issuer", with("login.example.com", "login.example.org"), TokenForged),
        (
            "issuer's prefix",
            with("login.example.com", "login.example.com.evil.example"),
            TokenForged,
        ),
        ("exp twice", with("\"exp\":", "\"exp\":9999999999,\"exp\":"), TokenMalformed),
        ("sub of somebody else", with("\"sub\":\"prc_", "\"sub\":\"usr_"), TokenMalformed),
        (
            "aud a list",
            with("\"https://api.example.com/crew\"", "[\"https://api.example.com/crew\"]"),
            TokenMalformed,
        ),
        ("not yet", with("{", "{\"nbf\":1790000001,"), TokenMalformed),
        ("no claims", signed(&good_header(), "{}"), TokenMalformed),
        ("a list", signed(&good_header(), "[]"), TokenMalformed),
        ("deep", signed(&good_header(), &"[".repeat(5000)), TokenMalformed),
        ("deep objects", signed(&good_header(), &"{\"a\":".repeat(1000)), TokenMalformed),
    ]);
}

#[test]
fn keys_of_others_are_not_ours() {
    let foreign: Vec<KeyRecord> = [KeyPurpose::Sign(Algorithm::ES256), KeyPurpose::Seal]
        .into_iter()
        .map(|purpose| {
            let random = |bytes: &mut [u8]| bytes.fill(0x5a);
            KeyRecord::generate(purpose, NOW, NOW, &master(), &random).unwrap()
        })
        .collect();
    let theirs = KeyRing::open(&foreign, &master()).unwrap();
    for format in [TokenFormat::Jwt(Algorithm::ES256), sealed(PREFIX, Alphabet::Base64url)] {
        let text = mint(&token(), &format, ISSUER, &theirs, NOW, &entropy()).unwrap();
        assert_eq!(inspect(&text), Err(TokenForged), "{format:?}");
    }
    // Their key under our key's id.
    let text =
        mint(&token(), &TokenFormat::Jwt(Algorithm::ES256), ISSUER, &theirs, NOW, &entropy())
            .unwrap();
    let (_, rest) = text.split_once('.').unwrap();
    let renamed = format!("{}.{rest}", b64(good_header()));
    assert_eq!(inspect(&renamed), Err(TokenForged));
}
