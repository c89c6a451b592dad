use proptest::prelude::{prop_assert_eq, proptest};

use super::*;

#[test]
fn plain_paths_are_read() {
    for (raw, segments) in [
        ("/", &[""][..]),
        ("/v1/ships", &["v1", "ships"]),
        ("/v1/ships/", &["v1", "ships", ""]),
        ("/a%20b/caf%C3%A9", &["a b", "café"]),
        ("/%41%5a%7E", &["AZ~"]),
        ("/v1/a.b/...", &["v1", "a.b", "..."]),
        ("/100%25", &["100%"]),
        ("/a%25zz", &["a%zz"]),
        ("/a:b@c,d=e&f+g!$'()*{}", &["a:b@c,d=e&f+g!$'()*{}"]),
        ("/what%3Fnow%23", &["what?now#"]),
    ] {
        let path = PlainPath::read(raw).unwrap();
        assert_eq!(path.segments().collect::<Vec<_>>(), segments, "{raw}");
    }
}

#[test]
fn nothing_is_allocated_for_a_path_without_escapes() {
    let path = PlainPath::read("/v1/ships").unwrap();
    assert!(matches!((path.decoded, path.spelling), (Cow::Borrowed(_), Cow::Borrowed(_))));
}

fn check_refused(paths: &[&str]) {
    for raw in paths {
        assert_eq!(PlainPath::read(raw), Err(Reason::PathAmbiguous), "{raw:?}");
    }
}

#[test]
#[rustfmt::skip]
fn ambiguous_segments_are_refused() {
    check_refused(&[
        "", "v1", "*", "http://host/v1", "//", "//v1", "/v1//ships", "/v1///", "/v1//", "/.",
        "/..", "/./v1", "/v1/../v2", "/v1/..", "/v1/.", "/v1/./", "/%2e", "/%2E%2e/v1",
        "/.%2e", "/v1/%2e%2E", "/a\\b", "/a;b", "/v1;x=y/ships", "/cb/..;/x", "/x;y/token",
        "/v1#", "/v1/ships#/health", "/v1?", "/?/health", "/a b", "/a\tb", "/a\0", "/café",
        "/\u{7f}",
    ]);
}

#[test]
#[rustfmt::skip]
fn ambiguous_escapes_are_refused() {
    check_refused(&[
        "/a%2fb", "/a%2Fb", "/a%5cb", "/a%5Cb", "/a%00", "/a%0ab", "/a%0D", "/%7f", "/%1F",
        "/%C2%85", "/a%", "/a%2", "/a%zz", "/a%2g", "/%u0041", "/%+1", "/%c0%af", "/%ff",
        "/%e0%80%af", "/%C3", "/%ed%a0%80", "/a%252fb", "/%252e%252e/v1", "/%25%32%66",
        "/%2541",
    ]);
}

#[test]
fn the_longest_path_is_8_kib() {
    assert!(PlainPath::read(&format!("/{}", "a".repeat(LONGEST - 1))).is_ok());
    assert!(PlainPath::read(&format!("/{}", "a".repeat(LONGEST))).is_err());
}

#[test]
fn what_is_sent_on_has_one_spelling() {
    for (raw, sent_on) in [
        ("/v1/ships", "/v1/ships"),
        ("/v1/%73hips", "/v1/ships"),
        ("/%41%5a%7E%2d%5F", "/AZ~-_"),
        ("/v1/a%2Ejson", "/v1/a.json"),
        ("/caf%c3%A9/a%20b", "/caf%C3%A9/a%20b"),
        ("/100%25/a%25zz", "/100%25/a%25zz"),
        ("/ships%3asearch", "/ships%3Asearch"),
        ("/ships:search", "/ships:search"),
        ("/what%3fnow%23", "/what%3Fnow%23"),
    ] {
        assert_eq!(PlainPath::read(raw).unwrap().spelling(), sent_on, "{raw}");
        assert_eq!(PlainPath::read_as_sent(raw).unwrap().spelling(), raw);
    }
    assert_eq!(PlainPath::read_as_sent("/a%2fb"), Err(Reason::PathAmbiguous));
}

/// A path, a template that its decoded form fits, whether the gate may send it on and
/// whether the API may see it as it came.
const SPELLINGS: &[(&str, &str, bool, bool)] = &[
    ("/v1/ships", "/v1/ships", true, true),
    ("/v1/%73hips", "/v1/ships", true, false),
    ("/%761/ships", "/v1/ships", true, false),
    ("/v1/ships%3Asearch", "/v1/ships:search", false, false),
    ("/v1/ships%3Asearch", "/v1/{id}", true, true),
    ("/v1/ships:search", "/v1/ships%3Asearch", false, false),
    ("/v1/ships", "/v1/%73hips", true, true),
    ("/v1/a%40b.no", "/v1/{mail}", true, true),
    ("/v1/a%20b.json", "/v1/{report}.json", true, true),
    ("/v1/a%2Ejson", "/v1/{report}.json", true, false),
    ("/v1/7%3Acancel", "/v1/{id}:cancel", false, false),
    ("/v1/a%20b-c.json", "/v1/{a}-{b}.json", true, true),
    ("/v1/x%2Da%20b-c", "/v1/x-{a}-{b}", true, false),
    ("/v1/x-a%2Db", "/v1/x-{a}-{b}", true, false),
    ("/v1/x-a%2Cb", "/v1/x-{a},{b}", false, false),
    ("/caf%C3%A9/%41", "/caf%C3%A9/{id}", true, true),
    ("/caf%c3%a9/a", "/caf%C3%A9/{id}", true, false),
    ("/caf%C3%A9/a", "/caf%c3%a9/{id}", true, true),
];

#[test]
fn literal_parts_have_one_spelling() {
    for (raw, template, gate, guard) in SPELLINGS {
        assert_eq!(PlainPath::read(raw).unwrap().spells(template), *gate, "{raw} {template}");
        let as_sent = PlainPath::read_as_sent(raw).unwrap();
        assert_eq!(as_sent.spells(template), *guard, "{raw} {template} as sent");
    }
}

proptest! {
    /// What is sent on is what was decided about, and reading it again changes nothing.
    #[test]
    fn the_spelling_says_the_same(raw in "(/([a-c.:@,~]|%[2-7][0-9a-fA-F]|%[cC]3%[aA]9){0,6}){1,3}") {
        if let Ok(path) = PlainPath::read(&raw) {
            let again = PlainPath::read(path.spelling()).unwrap();
            prop_assert_eq!(again.as_str(), path.as_str());
            prop_assert_eq!(again.spelling(), path.spelling());
        }
    }
}
