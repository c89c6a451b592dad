//! Names that strangers chose, in mails that carry our vendor's name: they stay on their
//! line, have a bounded length, and no mail program makes a link of them.

use portreeve_core::org::unseen::is_unseen;

/// The most characters of a name in a mail's text.
const LONGEST: usize = 120;
/// The same in a subject.
const LONGEST_IN_SUBJECT: usize = 60;

/// Joins what is beside it and is not seen; behind it no mail program looks for an address.
const WORD_JOINER: char = '\u{2060}';

/// A name as it may stand in a mail's text.
pub(super) fn in_text(name: &str) -> String {
    unlinked(&on_a_line(name, LONGEST))
}

/// A text of which no mail program makes a link.
pub(super) fn unlinked(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(one) = characters.next() {
        out.push(one);
        let goes_on = characters.peek().is_some_and(|next| !next.is_whitespace());
        if goes_on && matches!(one, '.' | '/' | ':' | '@' | '。' | '．') {
            out.push(WORD_JOINER);
        }
    }
    out
}

/// A name as it may stand in a subject.
pub(super) fn in_subject(name: &str) -> String {
    on_a_line(name, LONGEST_IN_SUBJECT)
}

/// A whole subject. The marks that set names apart are left out where nothing runs from
/// right to left: some lists of mails show them as boxes.
pub(super) fn subject(text: &str) -> String {
    if text.chars().any(runs_to_the_left) {
        return text.to_owned();
    }
    text.chars().filter(|c| !matches!(c, '\u{2066}'..='\u{2069}')).collect()
}

/// The name without what breaks lines, turns directions around or cannot be seen.
fn on_a_line(name: &str, longest: usize) -> String {
    let mut out = String::new();
    let mut count = 0;
    for one in name.chars().filter(|c| !is_unseen(*c)) {
        let is_space = one.is_whitespace() || one.is_control();
        if is_space && (out.is_empty() || out.ends_with(' ')) {
            continue;
        }
        if count == longest {
            out.truncate(out.trim_end().len());
            out.push('…');
            break;
        }
        out.push(if is_space { ' ' } else { one });
        count += 1;
    }
    out.truncate(out.trim_end().len());
    out
}

/// Letters of the scripts that are written from right to left (Unicode, Bidi_Class R and
/// AL, by their blocks).
const fn runs_to_the_left(c: char) -> bool {
    matches!(c,
        '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}'
        | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_on_their_line() {
        for (name, expected) in [
            ("Crew import, payroll", "Crew import, payroll"),
            ("a\r\nBcc: b", "a Bcc: b"),
            ("a\u{2028}b\u{85}c\0d", "a b c d"),
            ("  a \t b  ", "a b"),
            ("a\u{202e}b\u{2066}c\u{200b}d\u{feff}", "abcd"),
            ("می\u{200c}خواهم", "می\u{200c}خواهم"),
            ("", ""),
            ("\r\n\u{200b}", ""),
        ] {
            assert_eq!(on_a_line(name, LONGEST), expected, "{name:?}");
        }
    }

    #[test]
    fn names_have_a_bounded_length() {
        assert_eq!(in_text(&"å".repeat(10_000)).chars().count(), LONGEST + 1);
        assert_eq!(in_subject(&"a ".repeat(10_000)).chars().count(), LONGEST_IN_SUBJECT);
        assert_eq!(in_text(&"x".repeat(LONGEST)), "x".repeat(LONGEST));
    }

    #[test]
    fn no_name_becomes_a_link() {
        for (name, expected) in [
            ("https://evil.example/x", "https:~/~/~evil.~example/~x"),
            ("www.evil.example.", "www.~evil.~example."),
            ("help@evil.example", "help@~evil.~example"),
            ("Fjordline A. S.", "Fjordline A. S."),
        ] {
            assert_eq!(in_text(name).replace(WORD_JOINER, "~"), expected);
        }
    }

    #[test]
    fn marks_stay_where_something_runs_to_the_left() {
        assert_eq!(subject("\u{2068}Løn\u{2069} is here"), "Løn is here");
        let hebrew = "\u{2068}שלום\u{2069} is here";
        assert_eq!(subject(hebrew), hebrew);
    }
}
