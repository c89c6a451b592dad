//! Dataloy's programs: a token for an audience, lists with filters, faults of seven
//! fields.

use serde_json::{Value, json};

use crate::process::{Demo, curl, guarded};

/// What the vendor's page sends.
fn request(demo: &Demo) -> Value {
    let at = |name: &str| demo.text(&format!("/dataloy/{name}"));
    json!({
        "client_id": at("client_id"),
        "client_secret": at("client_secret"),
        "audience": at("audience"),
        "grant_type": "client_credentials",
    })
}

fn ask(demo: &Demo, body: &str) -> (u16, Value) {
    let json = "Content-Type: application/json";
    curl(&["-H", json, "--data-raw", body, demo.text("/dataloy/token_url")])
}

fn token(demo: &Demo) -> String {
    let (status, reply) = ask(demo, &request(demo).to_string());
    assert_eq!(status, 200, "{reply}");
    reply["access_token"].as_str().unwrap().to_owned()
}

/// The seven fields, without the date, which must look like one.
fn fault(mut body: Value) -> Value {
    let date = body["date"].take();
    let shape: String =
        date.as_str().unwrap().chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    assert_eq!(shape, "0000-00-00T00:00:00");
    body.as_object_mut().unwrap().remove("date");
    body
}

#[test]
fn json_and_forms_get_a_token_for_lists() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(folder.path(), &[]);
    let (status, reply) = ask(&demo, &request(&demo).to_string());
    assert_eq!((status, reply.as_object().map_or(0, |reply| reply.len())), (200, 3), "{reply}");
    assert_eq!((&reply["expires_in"], &reply["token_type"]), (&json!(86400), &json!("Bearer")));
    let form: Vec<String> = request(&demo)
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, value)| format!("{name}={}", value.as_str().unwrap()))
        .collect();
    let (status, reply) = curl(&["-d", &form.join("&"), demo.text("/dataloy/token_url")]);
    assert_eq!(status, 200, "{reply}");
    let token = reply["access_token"].as_str().unwrap();
    assert_eq!(token.split('.').count(), 3, "a JWT");

    let cargo = demo.text("/dataloy/cargo_url");
    let (status, all) = guarded(cargo, token);
    assert_eq!((status, all.as_array().unwrap().len()), (200, 27));
    let (status, large) = guarded(&format!("{cargo}?filter=subCargos.freight(GTE)2500000"), token);
    assert_eq!(status, 200, "{large}");
    let large = large.as_array().unwrap();
    assert_eq!(large.len(), 6);
    let is_large = |part: &Value| part["freight"].as_f64().unwrap() >= 2_500_000.0;
    assert!(large.iter().all(|row| row["subCargos"].as_array().unwrap().iter().any(is_large)));
    let currency = demo.text("/dataloy/currency_url");
    let (status, one) = guarded(&format!("{currency}?filter=currencyCode(EQ)USD"), token);
    assert_eq!((status, one.as_array().unwrap().len()), (200, 1));
    assert_eq!(one[0]["currencyCode"], "USD");
}

#[test]
fn token_requests_are_refused_as_documented() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(folder.path(), &[]);
    let changed = |name: &str, value: Value| {
        let mut body = request(&demo);
        body[name] = value;
        body.to_string()
    };
    let strange = |name: &str| {
        let text = format!("Service not enabled within domain: https://{name}.example.com");
        json!({"error": "access_denied", "error_description": text})
    };
    let denied = json!({"error": "access_denied", "error_description": "Unauthorized"});
    for (body, status, expected) in [
        (changed("client_secret", json!("wrong")), 401, denied.clone()),
        (changed("client_id", json!("nobody")), 401, denied),
        (changed("audience", json!("https://unknown.example.com")), 403, strange("unknown")),
        // Another dialect's audience is none of this token service's.
        (changed("audience", json!("https://addresses.example.com")), 403, strange("addresses")),
    ] {
        assert_eq!(ask(&demo, &body), (status, expected), "{body}");
    }
    for (body, status, error) in [
        (changed("client_secret", Value::Null), 401, "access_denied"),
        (changed("client_id", Value::Null), 400, "invalid_request"),
        (changed("client_id", json!(7)), 400, "invalid_request"),
        (changed("grant_type", json!("password")), 403, "unsupported_grant_type"),
        (changed("scope", json!("vms_write")), 403, "invalid_scope"),
        ("{".to_owned(), 400, "invalid_request"),
        ("[]".to_owned(), 400, "invalid_request"),
        (r#"{"client_id":"a","client_id":"b"}"#.to_owned(), 400, "invalid_request"),
    ] {
        let (found, reply) = ask(&demo, &body);
        assert_eq!((found, reply["error"].as_str()), (status, Some(error)), "{body}: {reply}");
    }
    let url = demo.text("/dataloy/token_url");
    let text = curl(&["-H", "Content-Type: text/plain", "-d", &request(&demo).to_string(), url]);
    assert_eq!((text.0, &text.1["error"]), (400, &json!("invalid_request")));
}

#[test]
fn the_api_refuses_in_seven_fields() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(folder.path(), &[]);
    let (good, currency) = (token(&demo), demo.text("/dataloy/currency_url"));
    let issuer = demo.text("/issuer");
    let stranger = demo.token("organization_client", "organization_read");
    let filter = format!("{currency}?filter=currencyCode(EQ)USD");
    let (status, body) = curl(&[&filter]);
    let body = fault(body);
    assert_eq!(
        (status, &body["statusCode"], &body["statusText"], &body["statusFamily"], &body["method"]),
        (401, &json!(401), &json!("Unauthorized"), &json!("CLIENT_ERROR"), &json!("GET"))
    );
    assert_eq!(body["uri"], format!("{issuer}/ws/rest/Currency?filter=currencyCode%28EQ%29USD"));
    assert_eq!(body.as_object().unwrap().len(), 6);
    for (url, token, status) in [
        (currency.to_owned(), "nonsense".to_owned(), 401),
        (currency.to_owned(), stranger, 401),
        (format!("{currency}?filter=much"), good.clone(), 400),
        (format!("{currency}?limit=0"), good.clone(), 400),
        (format!("{currency}/1"), good.clone(), 404),
        (format!("{issuer}/ws/rest/Invoice"), good.clone(), 404),
    ] {
        let (found, body) = guarded(&url, &token);
        assert_eq!(found, status, "{url}: {body}");
        assert_eq!(fault(body)["statusCode"], json!(status), "{url}");
    }
    let id = demo.text("/dataloy/client_id");
    demo.done(&["client", "disable", id]);
    assert_eq!(guarded(currency, &good).0, 401);
    assert_eq!(ask(&demo, &request(&demo).to_string()).0, 401);
    demo.done(&["client", "enable", id]);
    assert_eq!(guarded(currency, &good).0, 200);
    demo.done(&["client", "scopes", id]);
    let (status, body) = guarded(currency, &good);
    assert_eq!((status, &fault(body)["statusText"]), (403, &json!("Forbidden")));
}

#[test]
fn an_expired_token_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(folder.path(), &["--token-ttl", "1"]);
    let (token, cargo) = (token(&demo), demo.text("/dataloy/cargo_url"));
    let (status, body) =
        demo.until_refused(&format!("{cargo}?filter=subCargos.freight(GTE)2500000"), &token);
    let expected = json!({
        "statusCode": 401,
        "statusText": "Unauthorized",
        "message": "Token expired.",
        "statusFamily": "CLIENT_ERROR",
        "method": "GET",
        "uri": format!("{cargo}?filter=subCargos.freight%28GTE%292500000"),
    });
    assert_eq!((status, fault(body)), (401, expected));
}
