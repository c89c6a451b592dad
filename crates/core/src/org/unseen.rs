//! Characters of a name that cannot be seen. With them two names look alike that are not,
//! or a name is nothing to look at.

/// Joins what is beside it: Persian and the scripts of India write with it, and pictures
/// of several people are made with it.
const JOINERS: [char; 2] = ['\u{200c}', '\u{200d}'];

/// True for marks of direction and width, fillers, blanks that are none to Unicode, and
/// the tags of invisible texts (Unicode, `Default_Ignorable_Code_Point`, and U+2800). What
/// shows beside others is none of these: joiners, and the choice of a character's shape.
pub const fn is_unseen(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e00ff}' | '\u{e01f0}'..='\u{e0fff}')
}

/// True when all of a name can be seen, and there is something to see: no control
/// characters, no ends of lines, nothing that [`is_unseen`]. A joiner stands behind a
/// character of a script that has it, and a chosen shape behind the character whose it is.
pub fn can_be_seen(name: &str) -> bool {
    let mut before = ' ';
    let mut is_seen = false;
    for c in name.chars() {
        let fits = match c {
            _ if JOINERS.contains(&c) => !before.is_ascii() && shows(before),
            _ if chooses_a_shape(c) => shows(before),
            _ => shows(c) || is_blank(c),
        };
        if !fits {
            return false;
        }
        is_seen |= shows(c);
        // Behind a shape stands what may stand behind its character; a joiner joins once.
        if JOINERS.contains(&c) {
            before = ' ';
        } else if !chooses_a_shape(c) {
            before = c;
        }
    }
    is_seen
}

/// True for what shows by itself.
fn shows(c: char) -> bool {
    !c.is_control()
        && !c.is_whitespace()
        && !is_unseen(c)
        && !JOINERS.contains(&c)
        && !chooses_a_shape(c)
}

/// True for a blank that stays on its line.
fn is_blank(c: char) -> bool {
    c.is_whitespace() && !c.is_control() && !matches!(c, '\u{2028}' | '\u{2029}')
}

/// True for what chooses among the shapes of the character before it: of Mongolian
/// letters, of pictures, of the characters in Japanese names.
const fn chooses_a_shape(c: char) -> bool {
    matches!(c,
        '\u{180b}'..='\u{180d}' | '\u{180f}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{e0100}'..='\u{e01ef}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_to_be_seen() {
        for name in [
            "Skarholt Lines",
            "Åse Ærø",
            "Σκάρχολτ 北京 דבורה",
            "مزامنة الأسطول",
            "می\u{200c}خواهم",
            "क\u{94d}\u{200d}ष",
            "ন\u{9cd}\u{200d}",
            "船員名簿 🛳\u{fe0f}",
            "👩\u{200d}💻 crew",
            "❤\u{fe0f}\u{200d}🔥",
            "👩🏽\u{200d}🚀",
            "#\u{fe0f}\u{20e3} 1",
            "葛\u{e0100}城",
            "a\u{a0}b\u{3000}c",
            "p\u{430}ypal",
            "{{ 7*7 }} <b>",
            "e\u{301}",
        ] {
            assert!(can_be_seen(name), "{name:?}");
        }
    }

    #[test]
    fn names_that_cannot_be_seen_are_none() {
        let alone = [
            "",
            " ",
            "\u{a0}",
            "\u{3000}",
            "\u{200b}",
            "\u{3164}",
            "\u{feff}",
            "\u{200e}",
            "\u{2028}",
            "\u{2029}",
            "\u{115f}",
            "\u{1160}",
            "\u{2800}",
            "\u{ffa0}",
            "\u{ad}",
            "\u{200d}",
            "\u{200c}",
            "\u{fe0f}",
            "\u{e0100}",
            "\u{180b}",
            "\u{e0041}",
            "\u{2060}",
            "\u{34f}",
            "\u{61c}",
            "\u{17b4}",
            "\u{1d173}",
            "\u{206f}",
            "\u{fff9}",
            "\0",
            "\u{85}",
        ];
        for name in alone {
            assert!(!can_be_seen(name), "{name:?}");
            let within = format!("a{name}b");
            let is_blank = matches!(name, "" | " " | "\u{a0}" | "\u{3000}");
            let is_shape = matches!(name, "\u{fe0f}" | "\u{e0100}" | "\u{180b}");
            assert_eq!(can_be_seen(&within), is_blank || is_shape, "{within:?}");
        }
        for name in [
            "Fleet\u{200c}",
            "Fle\u{200d}et",
            "\u{200d}क",
            "क\u{200d}\u{200d}ष",
            "क \u{200c}ष",
            "\u{fe0f}a",
            "a \u{fe0f}",
            "\u{202e}abc",
            "a\u{2066}b",
            "a\nb",
        ] {
            assert!(!can_be_seen(name), "{name:?}");
        }
    }
}
