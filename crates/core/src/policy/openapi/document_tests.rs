use super::*;

#[test]
fn yaml_and_json_are_one() {
    for text in [
        "a: 1\nb: [x, true]\n",
        "---\n# words\na: '1'\nb:\n- x\n- true\n...\n",
        "{\"a\":1,\"b\":[\"x\",true]}",
        "\t{\n\t\t\"a\" : \"\\u0031\",\n\t\t\"b\"\n:[\"x\",\ntrue]}\n",
    ] {
        let document = Document::read(text).unwrap();
        let root = document.root().unwrap();
        assert_eq!(root.text_of("a"), Some("1"), "{text}");
        let b: Vec<_> = root.member("b").unwrap().items().unwrap().collect();
        assert_eq!((b[0].text(), b[0].is_true(), b[1].is_true()), (Some("x"), false, true));
    }
    let document = Document::read("{\"ship\": \"\\ud83d\\udea2\", \"path\": \"a\\/b\"}").unwrap();
    assert_eq!(document.root().unwrap().text_of("ship"), Some("\u{1f6a2}"));
    assert_eq!(document.root().unwrap().text_of("path"), Some("a/b"));
}

#[test]
fn quoted_words_are_no_truth() {
    let document = Document::read("[true, 'true', \"true\", True, yes]").unwrap();
    let truths = document.root().unwrap().items().unwrap().map(At::is_true).collect::<Vec<_>>();
    assert_eq!(truths, [true, false, false, false, false]);
}

#[test]
fn members_are_found_with_their_lines() {
    let document = Document::read("z: 1\n\na:\n  b: &here [x]\nc: *here\n").unwrap();
    let root = document.root().unwrap();
    let lines: Vec<_> = root.members().unwrap().map(|(name, line, _)| (name, line)).collect();
    assert_eq!(lines, [("z", 1), ("a", 3), ("c", 5)]);
    let (b, c) = (root.member("a").unwrap().member("b").unwrap(), root.member("c").unwrap());
    assert_eq!((b.line(), b.index()), (4, c.index()));
    assert!(root.member("b").is_none());
}

#[test]
fn what_means_two_things_is_a_fault_with_its_line() {
    let nested = |text: &str, times| text.repeat(times);
    for (text, line, word) in [
        ("a: 1\nb: 2\na: 3\n".to_owned(), 3, "twice"),
        ("{\"a\": 1,\n\"\\u0061\": 2}".to_owned(), 2, "twice"),
        ("a: 1\n---\nb: 2\n".to_owned(), 2, "second"),
        ("a: &a\n  b: *a\n".to_owned(), 2, "inside"),
        ("a: *b\n".to_owned(), 1, "neither"),
        ("a: &a x\n*a : y\n".to_owned(), 2, "alias"),
        ("? [a, b]\n: c\n".to_owned(), 1, "name"),
        ("a:\n  - b\n c: d\n".to_owned(), 3, "neither"),
        ("{\n\"a\": [1,\n2}".to_owned(), 2, "neither"),
        ("%TAG ! x:\n---\na: 1\n".to_owned(), 1, "neither"),
        ("\u{feff}a: 1\r\nb: 2\r\na: 3\r\n".to_owned(), 3, "twice"),
        (nested("[", 1_000_000), 1, "limit"),
        (nested("{\"a\":", 100_000), 1, "limit"),
        (nested("- ", 1_000_000), 1, "limit"),
        (format!("[{}]", nested("a,", MOST_NODES)), 1, "values"),
        (nested(" ", MOST_BYTES + 1), 1, "larger"),
    ] {
        let fault = Document::read(&text).unwrap_err();
        assert_eq!(fault.line, line, "{}: {fault}", &text[..text.len().min(40)]);
        assert!(fault.message.contains(word), "{fault}");
    }
}

#[test]
fn aliases_of_aliases_are_counted_not_copied() {
    let bomb = |levels| {
        (1..levels).fold(String::from("a0: &a0 [x, x]\n"), |text, n| {
            format!("{text}a{n}: &a{n} [*a{0}, *a{0}]\n", n - 1)
        })
    };
    assert!(Document::read(&bomb(10)).unwrap().nodes.len() < 100);
    let fault = Document::read(&bomb(60)).unwrap_err();
    assert_eq!(fault.line, 18);
    assert!(fault.message.contains("values"), "{fault}");
}
