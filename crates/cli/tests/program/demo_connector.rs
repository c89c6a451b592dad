//! Dotypos's connector, walked in a browser without scripts: sign in, choose a cloud,
//! grant or refuse.

use std::fmt::Write;
use std::process::Command;

use aws_lc_rs::hmac;
use serde_json::json;

use crate::browser::{Browser, Page};
use crate::process::{Demo, curl, guarded};

const STATE: &str = "a&b=<i>ü</i>";

fn at<'d>(demo: &'d Demo, name: &str) -> &'d str {
    demo.text(&format!("/dotypos/{name}"))
}

fn v1(demo: &Demo) -> Vec<(&'static str, &str)> {
    vec![
        ("client_id", at(demo, "client_id")),
        ("client_secret", at(demo, "client_secret")),
        ("scope", "*"),
        ("redirect_uri", at(demo, "redirect_uri")),
        ("state", STATE),
    ]
}

/// Seconds since 1970, and some.
fn time(more: i64) -> String {
    let said = Command::new("date").arg("+%s").output().unwrap();
    let now: i64 = String::from_utf8(said.stdout).unwrap().trim().parse().unwrap();
    (now + more).to_string()
}

/// The second version's form, whose time is signed with this secret.
fn v2(demo: &Demo, browser: &Browser, secret: &str, time: &str) -> Page {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let signature =
        hmac::sign(&key, time.as_bytes()).as_ref().iter().fold(String::new(), |mut text, byte| {
            write!(text, "{byte:02x}").unwrap();
            text
        });
    let fields = [
        ("client_id", at(demo, "client_id")),
        ("timestamp", time),
        ("signature", &signature),
        ("scope", "*"),
        ("redirect_uri", at(demo, "redirect_uri")),
        ("state", STATE),
    ];
    browser.post(at(demo, "connect_v2_url"), &fields)
}

/// Signs in where the entry sent the browser; the page that asks.
fn signed_in(demo: &Demo, browser: &Browser, entered: &Page) -> Page {
    let form = browser.open(entered.onward(), &[]);
    assert_eq!(form.status, 200, "{}", form.body);
    let person = [("email", at(demo, "user/email")), ("password", at(demo, "user/password"))];
    let onward = browser.submit(&form, "/connect/sign-in", &person);
    let asking = browser.open(onward.onward(), &[]);
    assert_eq!(asking.status, 200, "{}", asking.body);
    for text in ["Plateline Orders", "Kavárna U Přístavu", "Bistro Na Nábřeží"] {
        assert!(asking.body.contains(text), "{text}: {}", asking.body);
    }
    asking
}

/// What arrives at the application: token, cloud and state.
fn arrived(demo: &Demo, granted: &Page) -> (String, String, String) {
    let query = granted.onward().strip_prefix(at(demo, "redirect_uri")).unwrap();
    let mut pairs = query.strip_prefix('?').unwrap().split('&').map(|pair| pair.split_once('='));
    let mut next = |name: &str| {
        let (found, value) = pairs.next().unwrap().unwrap();
        assert_eq!(found, name);
        value.to_owned()
    };
    let all = (next("token"), next("cloudid"), next("state"));
    assert_eq!(pairs.next(), None);
    all
}

/// The status of the products of a cloud for whoever has this refresh token.
fn products(demo: &Demo, refresh: &str, cloud: &str) -> u16 {
    let user = format!("Authorization: User {refresh}");
    let body = json!({ "_cloudId": cloud }).to_string();
    let json = "Content-Type: application/json";
    let (status, reply) = curl(&["-H", &user, "-H", json, "-d", &body, at(demo, "signin_url")]);
    if status != 201 {
        return status;
    }
    let url = format!("{}/{cloud}/products", at(demo, "clouds_url"));
    guarded(&url, reply["accessToken"].as_str().unwrap()).0
}

#[test]
fn a_person_grants_what_the_application_then_has() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(folder.path(), &[]);
    let (first, second) = (at(&demo, "cloud_ids/0"), at(&demo, "cloud_ids/1"));
    let browser = Browser::new(demo.text("/issuer"));
    let entered = browser.open(at(&demo, "connect_v1_url"), &v1(&demo));
    assert!(!entered.onward().contains(at(&demo, "client_secret")));
    let asking = signed_in(&demo, &browser, &entered);
    let choice = [("organization", second), ("answer", "grant")];
    let granted = browser.submit(&asking, "/connect", &choice);
    let (token, cloud, state) = arrived(&demo, &granted);
    assert_eq!((token.len(), &*cloud, &*state), (32, second, "a%26b%3D%3Ci%3E%C3%BC%3C%2Fi%3E"));
    assert_eq!((products(&demo, &token, second), products(&demo, &token, first)), (200, 200));
    assert_eq!(products(&demo, &token, "240100033"), 403);
    // The application's own page shows what it was sent.
    let back = browser.open(granted.onward(), &[]);
    assert!(back.status == 200 && back.body.contains(&token), "{}", back.body);

    // The second version; the session is there already, and the other cloud is chosen.
    let entered = v2(&demo, &browser, at(&demo, "client_secret"), &time(0));
    let asking = browser.open(entered.onward(), &[]);
    let choice = [("organization", first), ("answer", "grant")];
    let (other, cloud, _) = arrived(&demo, &browser.submit(&asking, "/connect", &choice));
    assert_eq!(cloud, first);
    assert_ne!(other, token);
    assert_eq!((products(&demo, &other, first), products(&demo, &token, first)), (200, 200));
}

#[test]
fn whoever_refuses_grants_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(folder.path(), &[]);
    let browser = Browser::new(demo.text("/issuer"));
    let entered = v2(&demo, &browser, at(&demo, "client_secret"), &time(30));
    let asking = signed_in(&demo, &browser, &entered);
    let cloud = at(&demo, "cloud_ids/0");
    let choice = [("organization", cloud), ("answer", "refuse")];
    let refused = browser.submit(&asking, "/connect", &choice);
    assert_eq!((refused.status, &refused.location), (200, &None));
    assert!(refused.body.contains("Nothing has been granted"), "{}", refused.body);
    // What was granted before still stands.
    assert_eq!(products(&demo, at(&demo, "refresh_token"), cloud), 200);
}

#[test]
fn a_cloud_that_is_not_the_persons_cannot_be_chosen() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(folder.path(), &[]);
    let browser = Browser::new(demo.text("/issuer"));
    let entered = browser.open(at(&demo, "connect_v1_url"), &v1(&demo));
    let asking = signed_in(&demo, &browser, &entered);
    assert!(!asking.body.contains("Pekárna"));
    let lost = at(&demo, "cloud_ids/0");
    demo.done(&["organization", "remove-member", lost, at(&demo, "user/email")]);
    for cloud in ["240100033", "1", lost] {
        let choice = [("organization", cloud), ("answer", "grant")];
        let refused = browser.submit(&asking, "/connect", &choice);
        assert!(refused.status >= 400 && refused.location.is_none(), "{cloud}: {refused:?}");
    }
}

#[test]
fn what_is_wrong_with_a_request_is_said_on_a_page() {
    const EXPIRED: &str = "The connection has expired. Check the time settings on your device.";
    const UNKNOWN: &str = "Unknown client application or wrong application secret";
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(folder.path(), &[]);
    let browser = Browser::new(demo.text("/issuer"));
    let secret = at(&demo, "client_secret");
    let changed = |name: &str, value: Option<&'static str>| {
        let mut fields = v1(&demo);
        fields.retain(|(own, _)| *own != name || value.is_some());
        for field in &mut fields {
            if field.0 == name {
                field.1 = value.unwrap();
            }
        }
        browser.open(at(&demo, "connect_v1_url"), &fields)
    };
    for (page, text) in [
        (changed("client_id", Some("nobody")), UNKNOWN),
        (changed("client_secret", Some("wrong")), UNKNOWN),
        (changed("client_secret", None), ""),
        (changed("scope", None), ""),
        (changed("scope", Some("products_read")), ""),
        (changed("redirect_uri", Some("https://elsewhere.example/back")), ""),
        (changed("redirect_uri", None), ""),
        (v2(&demo, &browser, secret, &time(-90)), EXPIRED),
        (v2(&demo, &browser, secret, &time(90)), EXPIRED),
        (v2(&demo, &browser, "wrong", &time(0)), UNKNOWN),
    ] {
        assert_eq!((page.status, &page.location), (400, &None), "{text} {}", page.body);
        assert!(page.body.contains(text) && !page.body.contains("<i>"), "{}", page.body);
        assert!(!page.body.contains(secret) && !page.body.contains("elsewhere.example/back\""));
    }
}
