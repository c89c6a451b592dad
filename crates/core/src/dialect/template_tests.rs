use super::*;
use crate::dialect::cast::Kind;

#[derive(Clone, Copy)]
enum Word {
    Token,
    Life,
    Nothing,
    Now,
    Scope,
    Digits,
}

impl Variable for Word {
    const ALL: &'static [(&'static str, Self, Kind)] = &[
        ("token", Self::Token, Kind::Text),
        ("life", Self::Life, Kind::Number),
        ("nothing", Self::Nothing, Kind::Text),
        ("now", Self::Now, Kind::Time),
        ("scope", Self::Scope, Kind::Text),
        ("digits", Self::Digits, Kind::Text),
    ];
}

fn value(word: Word) -> Value<'static> {
    match word {
        Word::Token => Value::text("a\"b\\c\u{1}\u{f6}"),
        Word::Life => Value::Number(300),
        Word::Nothing => Value::Absent,
        Word::Now => Value::Time(1_573_626_361_042),
        Word::Scope => Value::text("crew_read crew_write"),
        Word::Digits => Value::text("12"),
    }
}

fn check(template: &str, expected: Result<&str, &str>) {
    let table: toml::Table = toml::from_str(&format!("json = {template}")).unwrap();
    let written = Template::<Word>::compile(&table["json"]).map(|template| {
        let mut out = Vec::new();
        template.write(&value, &mut out);
        serde_json::from_slice::<serde_json::Value>(&out).unwrap();
        String::from_utf8(out).unwrap()
    });
    assert_eq!(written.as_deref().map_err(String::as_str), expected);
}

#[test]
fn holes_are_filled() {
    let token = "\"a\\\"b\\\\c\\u0001\u{f6}\"";
    check(r#"{ t = "${token}", n = "${life}" }"#, Ok(&format!("{{\"t\":{token},\"n\":300}}")));
    check(r#"{ n = "in ${life} s" }"#, Ok(r#"{"n":"in 300 s"}"#));
    check(r#"{ n = "${life}${life}" }"#, Ok(r#"{"n":"300300"}"#));
    check(
        r#"{ a = "${nothing?}", b = "${nothing}", c = "x${nothing}", d = "x${nothing?}" }"#,
        Ok(r#"{"b":null,"c":"x"}"#),
    );
    check(
        r#"{ "a\"" = [1, true, "x", { b = "${life?}" }] }"#,
        Ok(r#"{"a\"":[1,true,"x",{"b":300}]}"#),
    );
    check(r#"["${nothing?}", 1.5]"#, Ok("[1.5]"));
}

#[test]
fn values_are_cast() {
    for (hole, expected) in [
        ("life", "300"),
        ("life|string", "\"300\""),
        ("life|number", "300"),
        ("life|ms", "300000"),
        ("life|ms|string", "\"300000\""),
        ("now", "1573626361"),
        ("now|unix", "1573626361"),
        ("now|unix_ms", "1573626361042"),
        ("now|unix_ms|string", "\"1573626361042\""),
        ("now|string", "\"1573626361\""),
        ("now|iso8601", "\"2019-11-13T06:26:01Z\""),
        ("now|%Y-%m-%dT%H:%M:%S", "\"2019-11-13T06:26:01\""),
        ("scope|commas", "\"crew_read,crew_write\""),
        ("scope|list", "[\"crew_read\",\"crew_write\"]"),
        ("digits|number", "12"),
        ("scope|number", "\"crew_read crew_write\""),
        ("nothing|string", "\"\""),
        ("nothing|string?", ""),
        ("nothing|list?", ""),
    ] {
        let member = if expected.is_empty() { String::new() } else { format!("\"v\":{expected}") };
        check(&format!("{{ v = \"${{{hole}}}\" }}"), Ok(&format!("{{{member}}}")));
    }
    check(r#"{ v = "${now|%H}:${life|ms}" }"#, Ok(r#"{"v":"06:300000"}"#));
}

#[test]
fn what_cannot_be_filled_is_named() {
    for (template, told) in [
        (
            r#"{ t = "${tokn}" }"#,
            "\"${tokn}\": no such variable here; did you mean \"token\"?; there are token, life, nothing, now, scope, digits",
        ),
        (r#"{ t = "x ${token" }"#, "\"x ${token\": a ${ without its }"),
        ("{ t = 1979-05-27 }", "JSON has no dates and no infinite numbers: write a string"),
        (
            r#"{ t = "${token|unix}" }"#,
            "\"|unix\": no such cast for this variable; there are string, number, commas, list",
        ),
        (
            r#"{ t = "${life|iso8601}" }"#,
            "\"|iso8601\": no such cast for this variable; there are string, number, ms",
        ),
        (
            r#"{ t = "${now|%Q}" }"#,
            "\"%Q\" means nothing here; there are %Y %m %d %H %M %S %L %a %b",
        ),
        (r#"{ t = "${now|unix|iso8601}" }"#, "\"|iso8601\": one cast, and \"|string\" behind it"),
    ] {
        check(template, Err(told));
    }
}
