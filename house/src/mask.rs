//! Rust text with what is not code blanked out, line for line, so that a rule about
//! code is not broken by a comment that explains it.

/// Blanks comments, and the insides of strings and characters too.
pub(crate) fn code(text: &str) -> String {
    Mask { text, out: String::with_capacity(text.len()), keep_strings: false }.run()
}

/// Blanks comments only.
pub(crate) fn code_and_strings(text: &str) -> String {
    Mask { text, out: String::with_capacity(text.len()), keep_strings: true }.run()
}

struct Mask<'a> {
    text: &'a str,
    out: String,
    keep_strings: bool,
}

impl Mask<'_> {
    fn run(mut self) -> String {
        let mut at = 0;
        while at < self.text.len() {
            let rest = &self.text[at..];
            let after_word = self.out.ends_with(|last: char| last.is_alphanumeric() || last == '_');
            at += if rest.starts_with("//") {
                self.blank(rest, rest.find('\n').unwrap_or(rest.len()))
            } else if rest.starts_with("/*") {
                self.blank(rest, block_comment(rest))
            } else if let Some(length) = raw_string(rest).filter(|_| !after_word) {
                self.string(rest, length)
            } else if rest.starts_with('"') {
                self.string(rest, quoted(rest, '"'))
            } else if is_character(rest) {
                self.string(rest, quoted(rest, '\''))
            } else {
                self.keep(rest, rest.chars().next().map_or(1, char::len_utf8))
            };
        }
        self.out
    }

    fn keep(&mut self, rest: &str, length: usize) -> usize {
        self.out.push_str(&rest[..length]);
        length
    }

    fn blank(&mut self, rest: &str, length: usize) -> usize {
        self.out.extend(rest[..length].chars().map(|c| if c == '\n' { c } else { ' ' }));
        length
    }

    fn string(&mut self, rest: &str, length: usize) -> usize {
        if self.keep_strings { self.keep(rest, length) } else { self.blank(rest, length) }
    }
}

/// Block comments nest.
fn block_comment(rest: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < rest.len() {
        let here = &rest.as_bytes()[at..];
        if here.starts_with(b"/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if here.starts_with(b"*/") {
            (depth, at) = (depth - 1, at + 2);
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    rest.len()
}

/// The length of `r"…"`, `r#"…"#`, `br…` and `cr…`, when one begins here.
fn raw_string(rest: &str) -> Option<usize> {
    let unprefixed = rest.strip_prefix(['b', 'c']).unwrap_or(rest);
    let after = unprefixed.strip_prefix('r')?;
    let hashes = after.len() - after.trim_start_matches('#').len();
    let inside = after[hashes..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    let start = rest.len() - inside.len();
    Some(inside.find(&end).map_or(rest.len(), |found| start + found + end.len()))
}

/// From one quote to the next that no backslash stands before.
fn quoted(rest: &str, quote: char) -> usize {
    let mut escaped = true; // the opening quote itself
    for (at, c) in rest.char_indices() {
        if c == quote && !escaped {
            return at + 1;
        }
        escaped = c == '\\' && !escaped;
    }
    rest.len()
}

/// `'a'` and `'\n'` are characters, `'a` is a lifetime.
fn is_character(rest: &str) -> bool {
    let mut chars = rest.chars();
    chars.next() == Some('\'')
        && match chars.next() {
            Some('\\') => true,
            Some(_) => chars.next() == Some('\''),
            None => false,
        }
}

#[test]
fn only_code_is_left() {
    let cases = [
        ("a // b\nc", "a     \nc"),
        ("a /* b /* c */ d */ e", "a                   e"),
        (r#"let a = "x // \" y"; b"#, "let a =            ; b"),
        (r##"r#"x " y"# z"##, "           z"),
        ("br\"x\" + r#type", "      + r#type"),
        ("'\"' + 'a + '\\'' + b'x'", "    + 'a +      + b   "),
        ("bar\"x\"", "bar   "),
        ("é \"é\" /", "é     /"),
    ];
    for (text, expected) in cases {
        assert_eq!(code(text), expected, "{text}");
    }
}

#[test]
fn strings_are_kept_when_asked() {
    assert_eq!(code_and_strings("a(\"//b\") // c"), "a(\"//b\")     ");
}
