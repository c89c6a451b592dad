//! DQE's programs: a licence, a table of errors in its order, a renewal without the
//! secret.

use serde_json::{Value, json};

use crate::process::{Demo, curl, guarded};

/// Parameters of a request, by name.
type Asked<'a> = &'a [(&'a str, &'a str)];

/// Asks with everything in the query.
fn by_get(demo: &Demo, asked: Asked<'_>) -> (u16, Value) {
    send(demo.text("/dqe/token_url"), &["-G"], asked)
}

/// Asks with a form.
fn by_post(demo: &Demo, asked: Asked<'_>) -> (u16, Value) {
    send(demo.text("/dqe/token_url"), &[], asked)
}

fn send(url: &str, how: &[&str], asked: Asked<'_>) -> (u16, Value) {
    let pairs: Vec<String> = asked.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let data = pairs.iter().flat_map(|pair| ["--data-urlencode", pair]);
    curl(&how.iter().copied().chain(data).chain([url]).collect::<Vec<_>>())
}

fn licence(demo: &Demo) -> (&str, &str) {
    (demo.text("/dqe/client_id"), demo.text("/dqe/client_secret"))
}

fn reply(demo: &Demo, scope: &str) -> Value {
    let (id, secret) = licence(demo);
    let asked = [("client_id", id), ("client_secret", secret), ("scope", scope)];
    let (status, reply) = by_get(demo, &asked);
    assert_eq!(status, 200, "{reply}");
    reply
}

fn text<'r>(reply: &'r Value, name: &str) -> &'r str {
    reply[name].as_str().unwrap()
}

#[test]
fn queries_and_forms_give_four_texts() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(folder.path(), &[]);
    let (id, secret) = licence(&demo);
    assert!(id.bytes().all(|b| b.is_ascii_digit()), "a number: {id}");
    let asked = [("client_id", id), ("client_secret", secret), ("scope", "client_address")];
    let url = demo.text("/dqe/token_url");
    let capitals = url.replace("access_token", "ACCESS_TOKEN");
    let stock = [&asked[..], &[("grant_type", "client_credentials")]].concat();
    for (status, reply) in [
        by_get(&demo, &asked),
        by_post(&demo, &asked),
        by_post(&demo, &stock),
        send(&capitals, &["-G"], &asked),
        send(url.trim_end_matches('/'), &["-G"], &asked),
    ] {
        assert_eq!(status, 200, "{reply}");
        assert_eq!(reply.as_object().unwrap().len(), 4);
        let (access, refresh) = (text(&reply, "access_token"), text(&reply, "refresh_token"));
        assert!(access.starts_with("TK") && access.len() == 46, "{access}");
        assert!(refresh.starts_with("*TK") && refresh.len() == 50, "{refresh}");
        assert_eq!((&reply["expires_in"], &reply["token_type"]), (&json!("300"), &json!("Bearer")));
    }
}

#[test]
fn the_token_goes_into_the_header_or_where_the_licence_was() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(folder.path(), &[]);
    let token = text(&reply(&demo, "client_address"), "access_token").to_owned();
    let url = format!("{}?Pays=FRA&CodePostal=75001", demo.text("/dqe/address_url"));
    let (status, found) = guarded(&url, &token);
    assert_eq!((status, &found["1"]["Localite"]), (200, &json!("PARIS 01")));
    assert_eq!(curl(&[&format!("{url}&Licence={token}")]), (status, found));
    let (id, _) = licence(&demo);
    let email = text(&reply(&demo, "client_email"), "access_token").to_owned();
    for (url, token, status) in [
        (url.clone(), "", 401),
        (url.clone(), "TKnonsense", 401),
        (format!("{url}&Licence={id}"), "", 401),
        (format!("{url}&Licence=TKnonsense"), "", 401),
        (url.clone(), &*email, 401),
        (demo.text("/dqe/address_url").to_owned(), &*token, 400),
    ] {
        let (found, body) = match token {
            "" => curl(&[&url]),
            token => guarded(&url, token),
        };
        assert_eq!(found, status, "{url}: {body}");
    }
    demo.done(&["client", "disable", id]);
    assert_eq!(guarded(&url, &token).0, 401);
}

#[test]
fn every_row_of_the_error_table_is_answered() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(folder.path(), &[]);
    let (id, secret) = licence(&demo);
    let expired = demo.text("/dqe/expired_client_id");
    let phone = demo.text("/dqe/unlicensed_scope");
    let (address, abcd) = (("scope", "client_address"), ("client_secret", "abcd"));
    let (licence, secret) = (("client_id", id), ("client_secret", secret));
    let rows: [(Asked<'_>, u16, &str); 16] = [
        (&[abcd, address], 400, "invalid_request"),
        (&[abcd, address, ("client_id", "")], 400, "invalid_request"),
        (&[abcd, address, ("client_id", "999")], 400, "invalid_client"),
        (&[abcd, address, ("client_id", expired)], 400, "invalid_client"),
        (&[secret, ("scope", phone), licence], 400, "unauthorized_client"),
        (&[abcd, ("scope", "client"), licence], 400, "unsupported_grant_type"),
        (&[address, licence], 400, "invalid_request"),
        (&[("client_secret", ""), address, licence], 400, "invalid_request"),
        (&[abcd, licence], 400, "invalid_request"),
        (&[abcd, ("scope", ""), licence], 400, "invalid_request"),
        (&[("client_scret", "abcd"), address, licence], 500, "server_error"),
        // Where the page is silent.
        (&[abcd, address, licence], 400, "invalid_client"),
        (&[abcd, ("scope", "client"), ("client_id", "999")], 400, "invalid_client"),
        (&[abcd, ("scope", phone), licence], 400, "invalid_client"),
        (&[secret, address, licence, licence], 400, "invalid_request"),
        (&[("typo", "")], 500, "server_error"),
    ];
    for (asked, status, error) in rows {
        let expected = (status, json!({ "error": error }));
        assert_eq!(by_get(&demo, asked), expected, "GET {asked:?}");
        assert_eq!(by_post(&demo, asked), expected, "POST {asked:?}");
    }
    let client = demo.text("/dqe/client_id");
    demo.done(&["client", "disable", client]);
    let expected = (400, json!({"error": "invalid_client"}));
    assert_eq!(by_get(&demo, &[secret, address, licence]), expected);
}

#[test]
fn a_token_is_renewed_once_and_without_the_secret() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(folder.path(), &[]);
    let url = format!("{}?Pays=FRA&CodePostal=75001", demo.text("/dqe/address_url"));
    let first = reply(&demo, "client_address");
    let other = reply(&demo, "client_address");
    let renew = |access: &Value, refresh: &Value, by: fn(&Demo, Asked<'_>) -> (u16, Value)| {
        let asked = [
            ("access_token", text(access, "access_token")),
            ("refresh_token", text(refresh, "refresh_token")),
            ("scope", "refresh_token"),
        ];
        by(&demo, &asked)
    };
    // Another's refresh token is refused, and neither is the worse for it.
    assert_eq!(renew(&other, &first, by_get).0, 400);
    let (status, second) = renew(&first, &first, by_get);
    assert_eq!((status, second.as_object().map_or(0, |reply| reply.len())), (200, 4), "{second}");
    let (status, third) = renew(&second, &second, by_post);
    assert_eq!(status, 200, "{third}");
    assert_eq!(guarded(&url, text(&third, "access_token")).0, 200);
    assert_eq!(renew(&other, &other, by_post).0, 200);
    // Whoever shows a used one ends the whole line.
    assert_eq!(renew(&first, &first, by_get).0, 400);
    assert_eq!(guarded(&url, text(&third, "access_token")).0, 401);
    assert_eq!(renew(&third, &third, by_get).0, 400);
    for asked in [
        &[("refresh_token", "*TKnonsense"), ("scope", "refresh_token")][..],
        &[("access_token", "TKnonsense"), ("scope", "refresh_token")],
        &[("scope", "refresh_token")],
    ] {
        assert_eq!(by_get(&demo, asked), (400, json!({"error": "invalid_request"})), "{asked:?}");
    }
}

#[test]
fn an_expired_token_is_refused_and_can_be_renewed() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(folder.path(), &["--token-ttl", "1"]);
    let first = reply(&demo, "client_address");
    assert_eq!(first["expires_in"], "1");
    let url = format!("{}?Pays=FRA&CodePostal=75001", demo.text("/dqe/address_url"));
    let (status, body) = demo.until_refused(&url, text(&first, "access_token"));
    assert_eq!((status, body), (401, json!({"error": "invalid_token"})));
    let asked = [
        ("access_token", text(&first, "access_token")),
        ("refresh_token", text(&first, "refresh_token")),
        ("scope", "refresh_token"),
    ];
    assert_eq!(by_get(&demo, &asked).0, 200);
}
