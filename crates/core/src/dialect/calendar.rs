//! Points in time as text: UTC, in the patterns that dialect files name.

use std::io::Write;

/// A checked pattern: `%Y-%m-%dT%H:%M:%S`, always in UTC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern(Vec<Piece>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Literal(Box<str>),
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
    Millisecond,
    /// `Wed`.
    DayName,
    /// `Nov`.
    MonthName,
}

const LETTERS: &str = "%Y %m %d %H %M %S %L %a %b";

/// 1970-01-01 was a Thursday.
const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

impl Pattern {
    /// ISO 8601 with a `Z`: `2019-11-13T06:26:01Z`.
    pub fn iso8601() -> Self {
        Self::read("%Y-%m-%dT%H:%M:%SZ").unwrap_or_else(|_| Self(Vec::new()))
    }

    /// Reads a pattern.
    ///
    /// # Errors
    /// A sentence that names the letter that means nothing, and those that do.
    pub fn read(text: &str) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut literal = String::new();
        let mut rest = text.chars();
        while let Some(c) = rest.next() {
            if c != '%' {
                literal.push(c);
                continue;
            }
            let piece = match rest.next() {
                Some('%') => {
                    literal.push('%');
                    continue;
                }
                Some('Y') => Piece::Year,
                Some('m') => Piece::Month,
                Some('d') => Piece::Day,
                Some('H') => Piece::Hour,
                Some('M') => Piece::Minute,
                Some('S') => Piece::Second,
                Some('L') => Piece::Millisecond,
                Some('a') => Piece::DayName,
                Some('b') => Piece::MonthName,
                other => {
                    let found = other.map_or_else(String::new, String::from);
                    return Err(format!("\"%{found}\" means nothing here; there are {LETTERS}"));
                }
            };
            if !literal.is_empty() {
                pieces.push(Piece::Literal(std::mem::take(&mut literal).into()));
            }
            pieces.push(piece);
        }
        if !literal.is_empty() {
            pieces.push(Piece::Literal(literal.into()));
        }
        Ok(Self(pieces))
    }

    /// Appends a moment, in milliseconds since 1970, to `out`.
    pub fn write(&self, unix_ms: i64, out: &mut Vec<u8>) {
        let day = unix_ms.div_euclid(86_400_000);
        let in_day = unix_ms.rem_euclid(86_400_000);
        let (year, month, date) = civil(day);
        for piece in &self.0 {
            // Writing into a Vec cannot fail.
            let _ = match piece {
                Piece::Literal(text) => out.write_all(text.as_bytes()),
                Piece::Year => write!(out, "{year:04}"),
                Piece::Month => write!(out, "{month:02}"),
                Piece::Day => write!(out, "{date:02}"),
                Piece::Hour => write!(out, "{:02}", in_day / 3_600_000),
                Piece::Minute => write!(out, "{:02}", in_day / 60_000 % 60),
                Piece::Second => write!(out, "{:02}", in_day / 1000 % 60),
                Piece::Millisecond => write!(out, "{:03}", in_day % 1000),
                Piece::DayName => out.write_all(name(&DAYS, day.rem_euclid(7)).as_bytes()),
                Piece::MonthName => out.write_all(name(&MONTHS, month - 1).as_bytes()),
            };
        }
    }
}

fn name(names: &[&'static str], number: i64) -> &'static str {
    usize::try_from(number).ok().and_then(|at| names.get(at)).copied().unwrap_or_default()
}

/// Year, month and day of a day counted from 1970-01-01, in the Gregorian calendar.
/// Years are counted from March, so that the leap day is a year's last.
const fn civil(day: i64) -> (i64, i64, i64) {
    let since = day + 719_468; // from 0000-03-01
    let era = since.div_euclid(146_097); // 400 years
    let of_era = since.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let from_march = (5 * of_year + 2) / 153;
    let date = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    let year = year + era * 400 + if month <= 2 { 1 } else { 0 };
    (year, month, date)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, unix_ms: i64, expected: &str) {
        let mut out = Vec::new();
        Pattern::read(pattern).unwrap().write(unix_ms, &mut out);
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    #[test]
    fn moments_are_written() {
        check("%Y-%m-%dT%H:%M:%S", 1_573_626_361_000, "2019-11-13T06:26:01");
        check("%Y-%m-%dT%H:%M:%S.%LZ", 951_825_599_007, "2000-02-29T11:59:59.007Z");
        check("%d.%m.%Y %%", 0, "01.01.1970 %");
        check("%Y-%m-%d %H:%M:%S.%L", -1, "1969-12-31 23:59:59.999");
        check("%Y-%m-%d", 4_107_542_400_000, "2100-03-01");
        check("%Y-%m-%d", -62_167_219_200_000, "0000-01-01");
        check("%a, %d %b %Y %H:%M:%S GMT", 1_573_626_361_000, "Wed, 13 Nov 2019 06:26:01 GMT");
        check("%a", -86_400_000, "Wed");
        check("noon", 0, "noon");
    }

    #[test]
    fn a_letter_that_means_nothing_is_named() {
        for (pattern, letter) in [("%Q", "\"%Q\""), ("10%", "\"%\"")] {
            let message = Pattern::read(pattern).unwrap_err();
            assert!(message.starts_with(letter), "{message}");
        }
    }
}
