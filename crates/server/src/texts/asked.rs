//! Which of our languages a browser asks for: `Accept-Language`, as RFC 9110 §12.5.4
//! weighs it and RFC 4647 §3.4 looks it up. The texts themselves are one room up.

use http::{HeaderMap, header};

/// How many ranges are read: browsers send a handful, and the rest is nobody's wish.
const MOST_RANGES: usize = 32;
/// The longest range that is read, in bytes (RFC 5646 §4.4.1 asks for room for 35).
const LONGEST_RANGE: usize = 35;
/// The weight of what is wanted without reserve, in thousandths.
const FULL: u16 = 1000;

/// The tag of the language that is wanted most among these, tags first; of two that are
/// wanted alike, the one that is named first. `None` when none of them is wanted.
pub(super) fn language<'l, T>(headers: &HeaderMap, ours: &[(&'l str, T)]) -> Option<&'l str> {
    let lines = headers.get_all(header::ACCEPT_LANGUAGE).into_iter();
    let ranges = lines.filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(','));
    let ranges = ranges.take(MOST_RANGES).filter_map(read);
    let found: Vec<(&str, Option<&'l str>, u16)> =
        ranges.map(|(range, weight)| (range, look_up(range, ours), weight)).collect();
    let is_named = |tag: &str| found.iter().any(|(_, known, _)| *known == Some(tag));
    // What no other range speaks of.
    let rest = ours.iter().map(|(tag, _)| *tag).find(|tag| !is_named(tag));
    let mut best: Option<(u16, &'l str)> = None;
    for (range, known, weight) in &found {
        let Some(tag) = (if *range == "*" { rest } else { *known }) else { continue };
        if *weight > best.map_or(0, |(most, _)| most) {
            best = Some((*weight, tag));
        }
    }
    best.map(|(_, tag)| tag)
}

/// The tag that is the range, or the nearest one that it is a part of: `nb-NO` finds `nb`.
/// Without any, a language that the range is too wide for: `pt` finds `pt-BR`.
fn look_up<'l, T>(range: &str, ours: &[(&'l str, T)]) -> Option<&'l str> {
    let tags = || ours.iter().map(|(tag, _)| *tag);
    let mut rest = Some(range);
    while let Some(part) = rest {
        if let Some(tag) = tags().find(|tag| tag.eq_ignore_ascii_case(part)) {
            return Some(tag);
        }
        rest = part.rsplit_once('-').map(|(wider, _)| wider);
    }
    tags().find(|tag| {
        let begins = tag.get(..range.len()).is_some_and(|it| it.eq_ignore_ascii_case(range));
        begins && tag.get(range.len()..).is_some_and(|rest| rest.starts_with('-'))
    })
}

/// A range, and how much it is wanted, in thousandths: 0 refuses it. `None` for what is
/// written as none.
fn read(text: &str) -> Option<(&str, u16)> {
    let (name, weight) = match text.split_once(';') {
        Some((name, weight)) => (name, weight_of(weight)?),
        None => (text, FULL),
    };
    let name = name.trim_matches([' ', '\t']);
    let is_part = |part: &str| {
        (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    let is_range = name.len() <= LONGEST_RANGE && name.split('-').all(is_part);
    (name == "*" || is_range).then_some((name, weight))
}

/// `q=0.8` in thousandths (RFC 9110 §12.4.2).
fn weight_of(text: &str) -> Option<u16> {
    let text = text.trim_matches([' ', '\t']);
    let text = text.strip_prefix("q=").or_else(|| text.strip_prefix("Q="))?;
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    if part.len() > 3 || !part.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let part: u16 = format!("{part:0<3}").parse().ok()?;
    match whole {
        "0" => Some(part),
        "1" if part == 0 => Some(FULL),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    const OURS: &[(&str, ())] = &[("en", ()), ("nb", ()), ("pt-BR", ()), ("de", ()), ("de-AT", ())];

    fn asked(lines: &[&str]) -> Option<&'static str> {
        let mut headers = HeaderMap::new();
        for line in lines {
            let line = HeaderValue::from_bytes(line.as_bytes()).unwrap();
            headers.append(header::ACCEPT_LANGUAGE, line);
        }
        language(&headers, OURS)
    }

    #[test]
    fn the_language_wanted_most_is_found() {
        for (line, expected) in [
            ("nb", Some("nb")),
            ("nb-NO,nb;q=0.9,en;q=0.8", Some("nb")),
            ("fr, en;q=0.2, nb;q=0.3", Some("nb")),
            ("en-GB;q=0.7, NB ; Q=0.701", Some("nb")),
            ("en,nb", Some("en")),
            ("nb,en", Some("nb")),
            ("nb;q=0.5,nb-NO;q=0.9,en;q=0.8", Some("nb")),
            // The nearest, and what is too wide for one of ours.
            ("de-AT-1996", Some("de-AT")),
            ("de-CH", Some("de")),
            ("de", Some("de")),
            ("pt", Some("pt-BR")),
            ("pt-PT", None),
            ("p", None),
            ("zh-Hant-TW, fr", None),
            // Refusals, and the rest.
            ("nb;q=0", None),
            ("nb;q=0.000, de;q=0.001", Some("de")),
            ("*", Some("en")),
            ("*;q=0", None),
            ("en;q=0.5, *", Some("nb")),
            ("en;q=0, *;q=0.1", Some("nb")),
            ("nb;q=0.5, *;q=0.1", Some("nb")),
            // What is written wrongly is passed over.
            ("nb;q=2, de;q=0.1", Some("de")),
            ("nb;q=1.001, nb;q=0.1234, nb;q=-1, nb;q=, nb;x=1, nb;q=0.5;q=1", None),
            ("n_b, <script>, nb-, -nb, nb--NO, en.gb, *-NO", None),
            (", ,;q=1,;,", None),
            ("", None),
        ] {
            assert_eq!(asked(&[line]), expected, "{line}");
        }
        assert_eq!(asked(&[]), None);
        assert_eq!(asked(&["fr", "en;q=0.4", "nb;q=0.5"]), Some("nb"), "several lines are one");
        assert_eq!(asked(&["n\u{e6}", "nb"]), Some("nb"), "a line that is no text");
    }

    #[test]
    fn a_hostile_header_is_read_to_a_bound() {
        let many = "fr;q=0.1,".repeat(MOST_RANGES);
        assert_eq!(asked(&[&format!("{many}nb")]), None);
        assert_eq!(asked(&[&many[18..], "nb"]), Some("nb"));
        assert_eq!(asked(&[&format!("{},nb", "a-".repeat(30_000))]), Some("nb"));
        assert_eq!(asked(&[&format!("nb;q=0.{}", "9".repeat(60_000))]), None);
    }
}
