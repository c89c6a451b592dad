use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::{LONGEST_SIGNATURE, PublicKeys, VerifyingKey, decode, verify};
use crate::refusal::Reason;
use crate::token::format::{Algorithm, TokenFormat};
use crate::token::mint::mint;
use crate::token::sample::{ISSUER, NOW, entropy, ring, token};

/// Is the JWS signed by the key? The claims of the standards' examples are not ours.
fn is_signed(jwk: &Value, jws: &str) -> bool {
    let (message, signature) = jws.rsplit_once('.').unwrap();
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    VerifyingKey::from_jwk(jwk).unwrap().is_signed(message.as_bytes(), &signature)
}

fn check_example(jwk: &Value, jws: &str) {
    assert!(is_signed(jwk, jws), "{jwk}");
    assert!(!is_signed(jwk, &jws.replacen("eyJ", "eyK", 1)), "{jwk}");
}

#[test]
fn the_examples_of_the_standards_verify() {
    // RFC 7515 §A.3.
    let es256 = json!({
        "kty": "EC", "crv": "P-256", "alg": "ES256", "kid": "k",
        "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    });
    check_example(
        &es256,
        "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q",
    );
    // RFC 8037 §A.4.
    let eddsa = json!({
        "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "kid": "k",
        "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
    });
    check_example(
        &eddsa,
        "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg",
    );
    // RFC 7515 §A.2.
    let rs256 = json!({
        "kty": "RSA", "alg": "RS256", "kid": "k", "e": "AQAB",
        "n": "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ",
    });
    check_example(
        &rs256,
        "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw",
    );
}

#[test]
fn a_guard_needs_the_key_set_only() {
    let keys = PublicKeys::from_jwks(&ring().jwks(NOW)).unwrap();
    for algorithm in Algorithm::ALL {
        let format = TokenFormat::Jwt(algorithm);
        let text = mint(&token(), &format, ISSUER, ring(), NOW, &entropy()).unwrap();
        assert_eq!(verify(&text, ISSUER, NOW, |kid| keys.verifying(kid)), Ok(token()));
        let other = verify(&text, "https://login.example.org", NOW, |kid| keys.verifying(kid));
        assert_eq!(other, Err(Reason::TokenForged));
        let none = PublicKeys::default();
        let unknown = verify(&text, ISSUER, NOW, |kid| none.verifying(kid));
        assert_eq!(unknown, Err(Reason::TokenForged));
    }
}

#[test]
fn signatures_have_their_fixed_length() {
    for (algorithm, length) in Algorithm::ALL.into_iter().zip([64, 64, 256, 256]) {
        let text = ring().signing(algorithm, NOW).unwrap().sign(&token(), ISSUER).unwrap();
        let (_, signature) = text.rsplit_once('.').unwrap();
        assert_eq!(URL_SAFE_NO_PAD.decode(signature).unwrap().len(), length);
    }
}

#[test]
fn the_longest_signature_has_room() {
    let text = URL_SAFE_NO_PAD.encode([7; LONGEST_SIGNATURE]);
    let mut space = [0; LONGEST_SIGNATURE];
    assert_eq!(decode(&text, &mut space), Some(&[7; LONGEST_SIGNATURE][..]));
    let text = URL_SAFE_NO_PAD.encode([7; LONGEST_SIGNATURE + 1]);
    assert_eq!(decode(&text, &mut space), None);
}
