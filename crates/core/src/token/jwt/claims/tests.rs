use serde_json::{Value, json};

use super::{read, write};
use crate::oauth::scope::ScopeSet;
use crate::org::owner::Owner;
use crate::refusal::Reason::{self, TokenForged, TokenMalformed};
use crate::text_id::{OrganizationId, UserId};
use crate::token::family::FamilyId;
use crate::token::record::{AccessToken, Audience};
use crate::token::sample::{ISSUER, NOW, token};

fn written(token: &AccessToken) -> String {
    let mut out = String::new();
    write(token, ISSUER, &mut out);
    out
}

fn claims() -> Value {
    serde_json::from_str(&written(&token())).unwrap()
}

fn read_value(value: &Value) -> Result<AccessToken, Reason> {
    read(value.to_string().as_bytes(), ISSUER, NOW)
}

#[test]
fn claims_are_written_as_documented() {
    assert_eq!(
        written(&token()),
        r#"{"iss":"https://login.example.com","sub":"prc_crewplanner","aud":"https://api.example.com/crew","client_id":"prc_crewplanner","iat":1790000000,"exp":1790003600,"jti":"a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5","scope":"organization_read crew_read","organization_id":"org_nordhav"}"#
    );
    let narrowed = AccessToken {
        owner: Owner::User(UserId::parse("usr_1").unwrap()),
        scope: ScopeSet::EMPTY,
        organization: Some(OrganizationId::parse("org_2").unwrap()),
        family: Some(FamilyId([0x1e; 16])),
        ..token()
    };
    let text = written(&narrowed);
    let family = "1e".repeat(16);
    let end = format!(r#"a5a5","user_id":"usr_1","organization":"org_2","family":"{family}"}}"#);
    assert!(text.ends_with(&end), "{text}");
    assert_eq!(read(text.as_bytes(), ISSUER, NOW), Ok(narrowed));
}

#[test]
fn texts_are_escaped() {
    for audience in ["a\"b", "a\\b", "\n\t\0", "ä🚢", "</script>", "\u{7f}\u{2028}", ""] {
        let token = AccessToken { audience: Audience::new(audience), ..token() };
        let text = written(&token);
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap()["aud"], audience);
        assert_eq!(read(text.as_bytes(), ISSUER, NOW), Ok(token), "{audience:?}");
    }
}

#[test]
fn what_is_signed_is_still_checked() {
    let with = |name: &str, value: Value| {
        let mut claims = claims();
        claims[name] = value;
        claims
    };
    let without = |name: &str| {
        let mut claims = claims();
        claims.as_object_mut().unwrap().remove(name);
        claims
    };
    let cases = [
        (with("iss", json!("https://login.example.com/")), TokenForged),
        (with("iss", json!("https://LOGIN.example.com")), TokenForged),
        (with("iss", json!([ISSUER])), TokenMalformed),
        (with("sub", json!("prc_other")), TokenMalformed),
        (with("client_id", json!("prc_other")), TokenMalformed),
        (with("client_id", json!(7)), TokenMalformed),
        (with("aud", json!(["https://api.example.com/crew"])), TokenMalformed),
        (with("aud", json!(null)), TokenMalformed),
        (with("aud", json!({})), TokenMalformed),
        (with("exp", json!("1790003600")), TokenMalformed),
        (with("exp", json!(1_790_003_600.0)), TokenMalformed),
        (with("exp", json!(1e300)), TokenMalformed),
        (with("exp", json!(u64::MAX)), TokenMalformed),
        (with("exp", json!(null)), TokenMalformed),
        (with("exp", json!(true)), TokenMalformed),
        (with("exp", json!(1_790_000_000)), TokenMalformed),
        (with("exp", json!(-1)), TokenMalformed),
        (with("iat", json!("1790000000")), TokenMalformed),
        (with("nbf", json!(NOW.as_unix() + 1)), TokenMalformed),
        (with("nbf", json!("0")), TokenMalformed),
        (with("jti", json!("x")), TokenMalformed),
        (with("jti", json!("A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5")), TokenMalformed),
        (with("scope", json!(["crew_read"])), TokenMalformed),
        (with("scope", json!("crew\"read")), TokenMalformed),
        (with("scope", json!(null)), TokenMalformed),
        (with("user_id", json!("usr_1")), TokenMalformed),
        (with("organization_id", json!("")), TokenMalformed),
        (with("organization_id", json!("org/1")), TokenMalformed),
        (with("organization", json!("")), TokenMalformed),
        (with("organization", json!(null)), TokenMalformed),
        (with("family", json!("")), TokenMalformed),
        (with("family", json!("1E".repeat(16))), TokenMalformed),
        (with("family", json!(null)), TokenMalformed),
    ];
    for (claims, expected) in cases {
        assert_eq!(read_value(&claims), Err(expected), "{claims}");
    }
    let required = ["iss", "sub", "aud", "client_id", "iat", "exp", "jti", "organization_id"];
    for name in required {
        assert_eq!(read_value(&without(name)), Err(TokenMalformed), "without {name}");
    }
}

#[test]
fn a_claim_stands_once() {
    let text = written(&token());
    let added = |more: &str| text.replacen('{', &format!("{{{more},"), 1);
    for more in [
        r#""exp":9999999999"#,
        r#""scope":"crew_write""#,
        r#""\u0065xp":9999999999"#,
        r#""aud":"https://api.example.com/other""#,
        r#""organization":"org_1","organization":"org_1""#,
        &format!(r#""family":"{0}","family":"{0}""#, "1e".repeat(16)),
        r#""x":1,"x":1"#,
        r#""nbf":0,"nbf":0"#,
    ] {
        assert_eq!(read(added(more).as_bytes(), ISSUER, NOW), Err(TokenMalformed), "{more}");
    }
}

#[test]
fn unknown_claims_are_passed_over_within_reason() {
    let text = written(&token());
    let added = |more: &str| text.replacen('{', &format!("{{{more},"), 1);
    let deep = format!("\"deep\":{}{}", "[".repeat(3000), "]".repeat(3000));
    for more in [r#""cnf":{"a":[1,{"b":null}]},"auth_time":1"#, r#""nbf":1"#, &deep] {
        assert_eq!(read(added(more).as_bytes(), ISSUER, NOW), Ok(token()), "{more:.40}");
    }
    let many: Vec<String> = (0..33).map(|n| format!("\"c{n}\":0")).collect();
    assert!(read(added(&many[..32].join(",")).as_bytes(), ISSUER, NOW).is_ok());
    assert!(read(added(&many.join(",")).as_bytes(), ISSUER, NOW).is_err());
}

#[test]
fn only_one_json_object_is_read() {
    let text = written(&token());
    let list = format!("[{text}]");
    let trailing = format!("{text}{{}}");
    for bad in ["", "{}", "null", "[]", "7", "{", &text[..text.len() - 1], &list, &trailing] {
        assert_eq!(read(bad.as_bytes(), ISSUER, NOW), Err(TokenMalformed), "{bad:.30}");
    }
    assert_eq!(read(b"{\"iss\":\"\xff\"}", ISSUER, NOW), Err(TokenMalformed));
}
