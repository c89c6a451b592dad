//! Dotypos's programs: a token for one cloud of a person who let the application in.

use serde_json::{Value, json};

use crate::process::{Demo, curl, guarded};

fn sign_in(demo: &Demo, authorization: &str, body: &str) -> (u16, Value) {
    let authorization = format!("Authorization: {authorization}");
    let json = "Content-Type: application/json; charset=UTF-8";
    curl(&["-H", &authorization, "-H", json, "-d", body, demo.text("/dotypos/signin_url")])
}

fn token(demo: &Demo, body: &str) -> String {
    let user = format!("User {}", demo.text("/dotypos/refresh_token"));
    let (status, reply) = sign_in(demo, &user, body);
    assert_eq!((status, reply.as_object().map_or(0, |reply| reply.len())), (201, 1), "{reply}");
    reply["accessToken"].as_str().unwrap().to_owned()
}

fn for_cloud(cloud: &str) -> String {
    json!({ "_cloudId": cloud }).to_string()
}

/// The reason of a refusal, whose other members must be in order.
fn reason(status: u16, body: &Value) -> &str {
    assert!(body["timestamp"].as_u64().unwrap() > 1_700_000_000_000, "{body}");
    assert_eq!(body["status"], json!(status), "{body}");
    assert!(body["error"].is_string() && body["message"].is_string(), "{body}");
    assert_eq!(body.as_object().unwrap().len(), 5, "{body}");
    body["reason"].as_str().unwrap()
}

fn clouds(demo: &Demo) -> [&str; 2] {
    [demo.text("/dotypos/cloud_ids/0"), demo.text("/dotypos/cloud_ids/1")]
}

#[test]
fn a_token_reaches_the_cloud_that_it_names() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(folder.path(), &[]);
    let list = demo.text("/dotypos/clouds_url");
    let [first, second] = clouds(&demo);
    for (mine, other) in [(first, second), (second, first)] {
        for body in [for_cloud(mine), format!("{{\"_cloudId\": {mine}}}")] {
            let token = token(&demo, &body);
            let (status, products) = guarded(&format!("{list}/{mine}/products"), &token);
            assert_eq!(status, 200, "{products}");
            assert!(products["data"].as_array().unwrap().iter().all(|p| p["_cloudId"] == *mine));
            let (status, cloud) = guarded(&format!("{list}/{mine}"), &token);
            assert_eq!((status, &cloud["id"]), (200, &json!(mine)));
            let (status, body) = guarded(&format!("{list}/{other}/products"), &token);
            assert_eq!((status, reason(403, &body)), (403, "CLOUD_FORBIDDEN"));
        }
    }
    let token = token(&demo, "{}");
    let (status, listed) = guarded(list, &token);
    let ids: Vec<&Value> =
        listed["data"].as_array().unwrap().iter().map(|cloud| &cloud["id"]).collect();
    assert_eq!((status, ids), (200, vec![&json!(first), &json!(second)]));
    for path in [format!("{list}/{first}"), format!("{list}/{first}/products")] {
        let (status, body) = guarded(&path, &token);
        assert_eq!((status, reason(403, &body)), (403, "CLOUD_FORBIDDEN"), "{path}");
    }
    let (status, body) = guarded(&format!("{list}?limit=101"), &token);
    assert_eq!((status, &body["violations"][0]["fieldName"]), (400, &json!("limit")));
}

#[test]
fn signing_in_is_refused_with_a_reason() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(folder.path(), &[]);
    let url = demo.text("/dotypos/signin_url");
    let refresh = demo.text("/dotypos/refresh_token");
    let [cloud, _] = clouds(&demo);
    let (user, one) = (format!("User {refresh}"), for_cloud(cloud));
    let digits = "9".repeat(400);
    for (authorization, body, status, expected) in [
        (&*format!("Bearer {refresh}"), &*one, 401, "INVALID_AUTH_HEADER"),
        (refresh, &one, 401, "INVALID_AUTH_HEADER"),
        ("User", &one, 401, "INVALID_AUTH_HEADER"),
        ("User 0123456789abcdef0123456789abcdef", &one, 401, "INVALID_REFRESH_TOKEN"),
        ("User nonsense", &one, 401, "INVALID_REFRESH_TOKEN"),
        (&user, &for_cloud("240100033"), 403, "CLOUD_FORBIDDEN"),
        (&user, &for_cloud("1"), 403, "CLOUD_FORBIDDEN"),
        (&user, &for_cloud(&digits), 403, "CLOUD_FORBIDDEN"),
        (&user, &format!("{{\"_cloudId\": {digits}}}"), 400, "BAD_REQUEST"),
        (&user, "{\"_cloudId\": true}", 400, "BAD_REQUEST"),
        (&user, "{\"_cloudId\": 1, \"_cloudId\": 2}", 400, "BAD_REQUEST"),
        (&user, "[]", 400, "BAD_REQUEST"),
        (&user, "{", 400, "BAD_REQUEST"),
    ] {
        let (found, reply) = sign_in(&demo, authorization, body);
        let short = body.get(..body.len().min(60));
        assert_eq!(
            (found, reason(status, &reply)),
            (status, expected),
            "{authorization} {short:?}"
        );
    }
    let header = format!("Authorization: {user}");
    let form = curl(&["-H", &header, "-d", &format!("_cloudId={cloud}"), url]);
    assert_eq!((form.0, reason(400, &form.1)), (400, "BAD_REQUEST"));
    let json = "Content-Type: application/json";
    let bare = curl(&["-H", json, "-d", &one, url]);
    assert_eq!((bare.0, reason(401, &bare.1)), (401, "INVALID_AUTH_HEADER"));
    let id = demo.text("/dotypos/client_id");
    demo.done(&["client", "disable", id]);
    let (status, reply) = sign_in(&demo, &user, &one);
    assert_eq!((status, reason(401, &reply)), (401, "BAD_REGISTRATION"));
    demo.done(&["client", "enable", id]);
    assert_eq!(sign_in(&demo, &user, &one).0, 201);
}

#[test]
fn the_api_refuses_with_a_reason() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(folder.path(), &[]);
    let list = demo.text("/dotypos/clouds_url");
    let [cloud, _] = clouds(&demo);
    let products = format!("{list}/{cloud}/products");
    let (status, body) = curl(&[list]);
    assert_eq!((status, reason(401, &body)), (401, "INVALID_AUTH_HEADER"));
    let (status, body) = guarded(list, "nonsense");
    assert_eq!((status, reason(403, &body)), (403, "INVALID_ACCESS_TOKEN"));
    let stranger = demo.token("organization_client", "organization_read");
    let (status, body) = guarded(list, &stranger);
    assert_eq!((status, reason(403, &body)), (403, "INVALID_ACCESS_TOKEN"));
    let token = token(&demo, &for_cloud(cloud));
    let id = demo.text("/dotypos/client_id");
    demo.done(&["client", "scopes", id, "clouds_read"]);
    let (status, body) = guarded(&products, &token);
    assert_eq!((status, reason(403, &body)), (403, "ACCESS_DENIED"));
    demo.done(&["client", "scopes", id, "clouds_read", "products_read"]);
    assert_eq!(guarded(&products, &token).0, 200);
    // Who leaves the cloud is out of it, and so is the application.
    demo.done(&["organization", "remove-member", cloud, demo.text("/dotypos/user/email")]);
    let (status, body) = guarded(&products, &token);
    assert_eq!((status, reason(403, &body)), (403, "CLOUD_FORBIDDEN"));
    let user = format!("User {}", demo.text("/dotypos/refresh_token"));
    let (status, body) = sign_in(&demo, &user, &for_cloud(cloud));
    assert_eq!((status, reason(403, &body)), (403, "CLOUD_FORBIDDEN"));
}

#[test]
fn a_revoked_refresh_token_is_over_and_the_next_start_has_another() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(folder.path(), &[]);
    let (list, refresh) = (demo.text("/dotypos/clouds_url"), demo.text("/dotypos/refresh_token"));
    let token = token(&demo, "{}");
    let at = |name: &str| demo.text(&format!("/dotypos/{name}"));
    let application = format!("{}:{}", at("client_id"), at("client_secret"));
    let form = format!("token={refresh}");
    let revoke = demo.text("/standard/revocation_endpoint");
    assert_eq!(curl(&["-u", &application, "-d", &form, revoke]).0, 200);
    let (status, body) = sign_in(&demo, &format!("User {refresh}"), "{}");
    assert_eq!((status, reason(401, &body)), (401, "INVALID_REFRESH_TOKEN"));
    let (status, body) = guarded(list, &token);
    assert_eq!((status, reason(403, &body)), (403, "INVALID_ACCESS_TOKEN"));

    let over = refresh.to_owned();
    assert_eq!(demo.stop("-TERM"), 0);
    let demo = Demo::start(folder.path(), &[]);
    assert_ne!(demo.text("/dotypos/refresh_token"), over);
    assert_eq!(guarded(demo.text("/dotypos/clouds_url"), &self::token(&demo, "{}")).0, 200);
}

#[test]
fn an_expired_token_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(folder.path(), &["--token-ttl", "1"]);
    let token = token(&demo, "{}");
    let (status, body) = demo.until_refused(demo.text("/dotypos/clouds_url"), &token);
    assert_eq!((status, reason(403, &body)), (403, "ACCESS_TOKEN_EXPIRED"));
}
