//! Time zones, by their names in the IANA database. The database came with the program:
//! what the machine has is not asked, so that every node tells the same times.

use std::fmt;

use jiff::Timestamp as Moment;
use jiff::Zoned;
use jiff::tz::TimeZone;
use portreeve_core::time::Timestamp;

/// The longest name that is looked up: the longest there is has 32 letters.
const LONGEST_NAME: usize = 40;

/// A time zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone(TimeZone);

impl Zone {
    /// Coordinated universal time.
    pub const fn utc() -> Self {
        Self(TimeZone::UTC)
    }

    /// The zone with this name, in whichever case; `None` when there is none.
    pub fn named(name: &str) -> Option<Self> {
        let is_plain = name.len() <= LONGEST_NAME && name.is_ascii();
        // Names without a slash are countries and abbreviations of old, but for this one.
        let is_place = name.contains('/') || name.eq_ignore_ascii_case("UTC");
        let zone = (is_plain && is_place).then(|| jiff::tz::db().get(name).ok()).flatten()?;
        zone.iana_name().is_some().then_some(Self(zone))
    }

    /// `Europe/Oslo`.
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }

    /// The names that a person may choose from, by the alphabet; UTC first.
    pub fn names() -> Vec<String> {
        let of_places = jiff::tz::db().available().map(|name| name.as_str().to_owned());
        let mut names: Vec<String> =
            of_places.filter(|name| name.contains('/') && !name.starts_with("Etc/")).collect();
        names.sort_unstable();
        names.insert(0, "UTC".to_owned());
        names
    }

    /// What clock and calendar show there; `None` beyond the year 9999, where there is no
    /// calendar.
    pub(super) fn at(&self, at: Timestamp) -> Option<Zoned> {
        Some(Moment::from_second(at.as_unix()).ok()?.to_zoned(self.0.clone()))
    }
}

impl Default for Zone {
    fn default() -> Self {
        Self::utc()
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_have_names() {
        for (asked, name) in [
            ("Europe/Oslo", Some("Europe/Oslo")),
            ("europe/oslo", Some("Europe/Oslo")),
            ("America/Port-au-Prince", Some("America/Port-au-Prince")),
            ("UTC", Some("UTC")),
            ("utc", Some("UTC")),
            ("", None),
            ("CET", None),
            ("Europe/", None),
            ("Europe/Atlantis", None),
            ("../../etc/passwd", None),
            ("Europe/Oslo\0", None),
        ] {
            assert_eq!(Zone::named(asked).as_ref().map(Zone::name), name, "{asked:?}");
        }
        assert!(Zone::named(&"Europe/".repeat(1000)).is_none());
    }

    #[test]
    fn every_name_that_is_offered_is_known() {
        let names = Zone::names();
        assert!(names.len() > 400, "{}", names.len());
        assert_eq!(names.first().map(String::as_str), Some("UTC"));
        for name in &names {
            assert_eq!(Zone::named(name).unwrap().name(), name);
        }
    }
}
