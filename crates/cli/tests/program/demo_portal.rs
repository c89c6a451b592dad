//! The demo's portal: who may look at it, what they see, and that a second start adds
//! nothing to the past.

use std::fs;

use crate::browser::{Browser, Page};
use crate::process::Demo;

const PEOPLE: [&str; 3] = ["operator", "admin", "member"];
const FIRST_PAGES: [(&str, &str); 3] =
    [("operator", "/portal/operator"), ("admin", "4200"), ("member", "/portal")];

#[test]
fn everybody_signs_in_and_comes_to_a_page_of_theirs() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(folder.path(), &[]);
    assert_eq!(demo.text("/portal/url"), format!("{}/portal", demo.text("/issuer")));
    for (who, expected) in FIRST_PAGES {
        let (_, first) = signed_in(&demo, who);
        assert_eq!(first.status, 200, "{who}: {}", first.body);
        assert!(first.body.contains(expected), "{who}: {}", first.body);
    }
    for url in demo.report["dualog"]["swagger_urls"].as_array().unwrap() {
        let page = Browser::new(demo.text("/issuer")).open(url.as_str().unwrap(), &[]);
        assert_eq!(page.status, 200, "{url}");
    }
}

#[test]
fn the_past_shows_every_state_and_its_numbers() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(folder.path(), &[]);
    let (browser, first) = signed_in(&demo, "admin");
    for text in [
        "Waiting for you",
        "Port agent bridge",
        "asks for a token too often",
        "the old secret has been quiet",
        "Rotating",
        "Ends soon",
        "Expired",
        "Disabled",
        "Not used yet",
    ] {
        assert!(first.body.contains(text), "{text}: {}", first.body);
    }
    let client = browser.open("/portal/clients/fjordline-crew-import", &[]);
    for text in ["New secret", "Old secret", "quiet 7 days", "The token had expired"] {
        assert!(client.body.contains(text), "{text}: {}", client.body);
    }
}

#[test]
fn mails_are_files_in_its_folder() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(folder.path(), &[]);
    let browser = Browser::new(demo.text("/issuer"));
    let asking = browser.open("/portal/password/forgotten", &[]);
    let email = demo.text("/portal/member/email");
    let path = "/portal/password/forgotten";
    let answer = browser.submit(&asking, path, &[("email", email)]);
    assert!(matches!(answer.status, 200 | 303), "{}", answer.body);
    let mail = (0..100).find_map(|_| {
        std::thread::sleep(std::time::Duration::from_millis(50));
        let mut files = fs::read_dir(folder.path().join("data/mail")).ok()?;
        let path = files.find_map(|file| file.ok().map(|file| file.path()))?;
        fs::read_to_string(path).ok().filter(|text| !text.is_empty())
    });
    assert!(mail.unwrap().contains(&format!("To: {email}\r\n")));
}

#[test]
fn a_second_start_keeps_the_passwords_and_adds_no_past() {
    let folder = tempfile::tempdir().unwrap();
    let first = Demo::start(folder.path(), &[]);
    let report = first.report["portal"].clone();
    let before = past(&first);
    assert_eq!(first.stop("-TERM"), 0);

    let second = Demo::start(folder.path(), &[]);
    for who in PEOPLE {
        assert_eq!(second.report["portal"][who], report[who], "{who}");
    }
    assert_eq!(past(&second), before);
    signed_in(&second, "admin");
}

/// Signs somebody in; answers the browser and the page that they come to.
fn signed_in(demo: &Demo, who: &str) -> (Browser, Page) {
    let at = |name: &str| demo.text(&format!("/portal/{who}/{name}"));
    let browser = Browser::new(demo.text("/issuer"));
    let form = browser.open("/sign-in", &[]);
    let filled = [("email", at("email")), ("password", at("password"))];
    let mut page = browser.submit(&form, "/sign-in", &filled);
    while page.status == 303 {
        page = browser.open(page.onward(), &[]);
    }
    (browser, page)
}

/// What an administrator exports: the counts of thirty days, and how many clients there are.
fn past(demo: &Demo) -> (Vec<String>, usize) {
    let (browser, first) = signed_in(demo, "admin");
    let home = first.body.split("/portal/organizations/").nth(1).unwrap();
    let home = home.split(['"', '/', '?', '#']).next().unwrap();
    let export = |path: &str| {
        let page = browser.open(&format!("/portal/organizations/{home}/{path}"), &[]);
        assert_eq!(page.status, 200, "{path}: {}", page.body);
        page.body
    };
    let counted = export("usage.csv").lines().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(counted.len(), 5, "a head and four clients that called: {counted:?}");
    let names = export("clients.csv").lines().count();
    (counted, names)
}
