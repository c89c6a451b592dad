use super::*;
use crate::dialect::compile::compile;

/// A dialect with these rows, which end with one for whatever is left.
fn table(rows: &str) -> RefusalTable {
    const FILE: &str = include_str!("../../dialects/standard/dialect.toml");
    let (before, rest) = FILE.split_once("[[refusal]]").unwrap();
    let (_, after) = rest.split_once("[resource]").unwrap();
    let last = "[[refusal]]\non = \"any\"\njson = {}\n";
    compile(&format!("{before}{rows}{last}[resource]{after}")).unwrap().refusals
}

fn body(rows: &str, refusal: &Refusal, around: &Around<'_>) -> String {
    String::from_utf8(table(rows).write(refusal, around).body).unwrap()
}

#[test]
fn a_row_may_be_about_one_input() {
    let table = table(
        "[[refusal]]\non = \"parameter_missing:scope\"\nstatus = 402\njson = {}\n[[refusal]]\non = \"parameter_missing\"\nstatus = 403\njson = {}\n[[refusal]]\non = \"parameter_missing:client_id\"\nstatus = 404\njson = {}\n",
    );
    let status = |about: &str| {
        table.write(&Refusal::about(Reason::ParameterMissing, about), &Around::default()).status
    };
    assert_eq!((status("scope"), status("client_secret")), (402, 403));
    // The file's order decides, not how much a row says.
    assert_eq!(status("client_id"), 403);
    let many = vec![
        Refusal::about(Reason::ParameterMissing, "client_id"),
        Refusal::about(Reason::ParameterMissing, "scope"),
        Reason::TooManyAttempts.into(),
    ];
    assert_eq!(table.pick(many).about.as_deref(), Some("scope"));
}

#[test]
fn everything_around_can_be_named() {
    let row = "[[refusal]]\non = \"audience_unknown\"\nstatus = 418\njson = { e = \"${error}\", s = \"${slug}\", a = \"<${about}>\", n = \"${status}\", t = \"${status_text}\", f = \"${status_family}\", w = \"${now|iso8601}\", m = \"${method}\", u = \"${uri}\", i = \"${request_id}\" }\n";
    let address = Address {
        method: "POST",
        scheme: "https",
        authority: "id.example.com",
        path: "/oauth2/token",
        query: Some("client_secret=abc&x=(y)"),
    };
    let around = Around { request_id: "r1", address, unix_ms: 0, ..Around::default() };
    let refusal = Refusal::about(Reason::AudienceUnknown, "\"</script>\n");
    assert_eq!(
        body(row, &refusal, &around),
        r#"{"e":"invalid_target","s":"audience_unknown","a":"<\"</script>\u000a>","n":418,"t":"I'm a teapot","f":"CLIENT_ERROR","w":"1970-01-01T00:00:00Z","m":"POST","u":"https://id.example.com/oauth2/token?client_secret=***&x=%28y%29","i":"r1"}"#
    );
}

#[test]
fn what_is_put_in_never_becomes_markup_or_a_parameter() {
    let refusal = Refusal::about(Reason::AudienceUnknown, "<b>&\"'\r\na=b");
    for (kind, text, expected) in [
        ("text/plain", "no ${about}", "no <b>&\"'a=b"),
        ("text/html", "<p>${about}</p>", "<p>&lt;b&gt;&amp;&quot;&#39;a=b</p>"),
        (
            "application/xml; charset=utf-8",
            "<e>${about}</e>",
            "<e>&lt;b&gt;&amp;&quot;&#39;a=b</e>",
        ),
        ("application/x-www-form-urlencoded", "${about}", "%3Cb%3E%26%22%27%0D%0Aa%3Db"),
    ] {
        let row = format!(
            "[[refusal]]\non = \"audience_unknown\"\ntext = \"{text}\"\ncontent_type = \"{kind}\"\n"
        );
        let reply = table(&row).write(&refusal, &Around::default());
        assert_eq!(String::from_utf8(reply.body).unwrap(), expected);
        let header = |name| reply.headers.iter().find(|(own, _)| own == name).unwrap().1.clone();
        assert_eq!(header(&header::CONTENT_TYPE), kind);
        assert_eq!(header(&header::X_CONTENT_TYPE_OPTIONS), "nosniff");
        assert_eq!(header(&header::CACHE_CONTROL), "no-store");
    }
}
