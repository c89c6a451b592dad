//! When something ends, as people choose it: in a year, on a date, never. A date is the
//! last day on which it works.

use jiff::ToSpan;
use jiff::civil::{Date, time};
use portreeve_core::refusal::Refusal;
use portreeve_core::time::Timestamp;
use portreeve_core::usage::DAY;

use crate::pages::fields::Fields;
use crate::pages::portal::client::faults::Faults;
use crate::pages::times::Reader;

/// How many years ahead an end may lie.
const MOST_YEARS: i32 = 10;

/// What was chosen, as it was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::pages) struct EndTyped {
    /// `year`, `date`, `never`.
    pub(in crate::pages) ends: String,
    /// The date, `2027-11-21`; empty if none was typed.
    pub(in crate::pages) on: String,
}

impl EndTyped {
    /// Nothing is typed yet; this is chosen.
    pub(in crate::pages) fn chosen(ends: &str) -> Self {
        Self { ends: ends.to_owned(), on: String::new() }
    }

    /// An end that stands.
    pub(in crate::pages) fn standing(end: Option<Timestamp>, reader: &Reader) -> Self {
        match end {
            Some(end) => Self { ends: "date".to_owned(), on: machine_day(end, reader) },
            None => Self::chosen("never"),
        }
    }

    /// Reads the fields `ends` and `ends_on`.
    ///
    /// # Errors
    /// When one of them is there twice.
    pub(in crate::pages) fn read(fields: &Fields) -> Result<Self, Refusal> {
        Ok(Self { ends: fields.one("ends")?.to_owned(), on: fields.one("ends_on")?.to_owned() })
    }

    /// True when this is chosen.
    pub(in crate::pages) fn is(&self, ends: &str) -> bool {
        self.ends == ends
    }

    /// The moment that is meant; `None` is never.
    pub(in crate::pages) fn check(
        &self,
        reader: &Reader,
        faults: &mut Faults,
    ) -> Option<Timestamp> {
        match self.ends.as_str() {
            "year" => in_a_year(reader),
            "never" => None,
            "date" => match on(&self.on, reader) {
                Ok(end) => Some(end),
                Err(fault) => {
                    faults.add("ends_on", reader.t.say(fault));
                    None
                }
            },
            _ => {
                faults.add("ends", reader.t.say("client-ends-unchosen"));
                None
            }
        }
    }
}

/// The same time next year.
pub(in crate::pages) fn in_a_year(reader: &Reader) -> Option<Timestamp> {
    let later = reader.zone.at(reader.now)?.checked_add(1.year()).ok()?;
    Some(Timestamp::from_unix(later.timestamp().as_second()))
}

/// `21 Nov 2027`: the day in a year.
pub(in crate::pages) fn day_in_a_year(reader: &Reader) -> String {
    in_a_year(reader).map(|end| reader.day(end)).unwrap_or_default()
}

/// `2027-11-21`, as fields of dates take it.
pub(in crate::pages) fn machine_day(at: Timestamp, reader: &Reader) -> String {
    reader.zone.at(at).map(|at| at.date().to_string()).unwrap_or_default()
}

/// The first day that may be chosen: tomorrow.
pub(in crate::pages) fn first_day(reader: &Reader) -> String {
    machine_day(reader.now.plus(DAY), reader)
}

/// The last second of a day that is to come. The fault is the id of a text.
fn on(text: &str, reader: &Reader) -> Result<Timestamp, &'static str> {
    if text.is_empty() {
        return Err("client-ends-on-missing");
    }
    let unreadable = "client-ends-on-unreadable";
    let day: Date = text.parse().map_err(|_| unreadable)?;
    let now = reader.zone.at(reader.now).ok_or(unreadable)?;
    if day <= now.date() {
        return Err("client-ends-on-past");
    }
    if day > now.date().checked_add(MOST_YEARS.years()).map_err(|_| unreadable)? {
        return Err("client-ends-on-far");
    }
    let end = day.to_datetime(time(23, 59, 59, 0)).to_zoned(now.time_zone().clone());
    Ok(Timestamp::from_unix(end.map_err(|_| unreadable)?.timestamp().as_second()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::zone::Zone;
    use crate::texts::Texts;

    /// 2026-11-21T12:00:00Z.
    const NOW: Timestamp = Timestamp::from_unix(1_795_262_400);

    fn reader(zone: &str) -> Reader {
        Reader { zone: Zone::named(zone).unwrap(), now: NOW, t: Texts::english() }
    }

    fn typed(ends: &str, on: &str) -> EndTyped {
        EndTyped { ends: ends.to_owned(), on: on.to_owned() }
    }

    #[test]
    fn ends_are_read() {
        for (ends, on, expected) in [
            ("year", "", Some("21 Nov 2027, 12:00:00")),
            ("never", "2027-01-01", None),
            ("date", "2026-11-22", Some("22 Nov 2026, 23:59:59")),
            ("date", "2028-02-29", Some("29 Feb 2028, 23:59:59")),
        ] {
            let (mut faults, reader) = (Faults::default(), reader("UTC"));
            let end = typed(ends, on).check(&reader, &mut faults);
            assert!(faults.is_empty(), "{faults:?}");
            assert_eq!(end.map(|end| reader.when(end).exact).as_deref(), expected);
        }
        assert_eq!(machine_day(NOW, &reader("UTC")), "2026-11-21");
        assert_eq!(first_day(&reader("Pacific/Auckland")), "2026-11-23", "it is tomorrow there");
    }

    #[test]
    fn a_day_ends_where_the_person_is() {
        let oslo = reader("Europe/Oslo");
        let end = typed("date", "2026-12-01").check(&oslo, &mut Faults::default()).unwrap();
        assert_eq!(reader("UTC").when(end).exact, "1 Dec 2026, 22:59:59");
        assert_eq!(EndTyped::standing(Some(end), &oslo), typed("date", "2026-12-01"));
        assert!(EndTyped::standing(None, &oslo).is("never"));
    }

    #[test]
    fn what_is_no_day_to_come_is_told() {
        for on in ["", "2026-11-21", "1999-01-01", "2027-02-29", "21.11.2027", "2036-11-22", "x"] {
            let mut faults = Faults::default();
            assert_eq!(typed("date", on).check(&reader("UTC"), &mut faults), None);
            assert!(faults.has("ends_on"), "{on:?}");
        }
        let mut faults = Faults::default();
        EndTyped::chosen("soon").check(&reader("UTC"), &mut faults);
        assert!(faults.has("ends"));
    }
}
