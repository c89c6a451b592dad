//! Points and lengths of time, as people read them.

use jiff::Zoned;
use jiff::civil::Date;
use portreeve_core::time::{Timestamp, Ttl};

use crate::pages::zone::Zone;
use crate::texts::{Texts, Value};

const DAY: u64 = 86_400;
/// For how many days the clock is told beside a day that is past.
const DAYS_WITH_CLOCK: i32 = 14;
/// For how many days it is told how far a day ahead is.
const DAYS_COUNTED: i32 = 60;
/// From how many days on an age is told in years.
const DAYS_OF_YEARS: u64 = 731;
/// Clocks of two machines may be so many seconds apart.
const APART: u64 = 5;

/// A point in time: for people, exactly, and for machines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct When {
    /// `4 min ago`, `yesterday, 23:05`, `27 Nov, in 6 days`.
    pub(super) near: String,
    /// `21 Nov 2026, 09:14:40`.
    pub(super) exact: String,
    /// RFC 3339, in UTC.
    pub(super) machine: String,
}

/// Whoever reads a page: where, when, and in which language.
#[derive(Clone, Debug)]
pub(super) struct Reader {
    /// Where the person's clock hangs.
    pub(super) zone: Zone,
    /// Now.
    pub(super) now: Timestamp,
    /// The texts of the person's language.
    pub(super) t: &'static Texts,
}

impl Reader {
    /// A moment.
    pub(super) fn when(&self, at: Timestamp) -> When {
        let machine = machine(at);
        let Some(moment) = self.zone.at(at) else {
            return When { near: machine.clone(), exact: machine.clone(), machine };
        };
        When {
            near: self.near(&moment, at),
            exact: format!("{}, {}", self.with_year(moment.date()), moment.strftime("%H:%M:%S")),
            machine,
        }
    }

    /// `14 Mar 2022`.
    pub(super) fn day(&self, at: Timestamp) -> String {
        let moment = self.zone.at(at);
        moment.map_or_else(|| at.as_unix().to_string(), |moment| self.with_year(moment.date()))
    }

    /// `27 Nov`, and the year when it is another one.
    pub(super) fn short_day(&self, at: Timestamp) -> String {
        let (Some(moment), Some(now)) = (self.zone.at(at), self.zone.at(self.now)) else {
            return at.as_unix().to_string();
        };
        self.of_this_year(moment.date(), now.date())
    }

    /// `23:05`.
    pub(super) fn clock(&self, at: Timestamp) -> String {
        self.zone.at(at).map_or_else(String::new, |moment| clock(&moment))
    }

    /// How old what was made then is: `71 days old`, `3 years old`.
    pub(super) fn age(&self, since: Timestamp) -> String {
        match ago_days(since, self.now) {
            0 => self.t.say("time-age-today"),
            days @ 1..DAYS_OF_YEARS => self.t.say1("time-age-days", "count", days),
            days => self.t.say1("time-age-years", "count", days * 4 / 1461),
        }
    }

    fn near(&self, moment: &Zoned, at: Timestamp) -> String {
        let Some(now) = self.zone.at(self.now) else { return self.day(at) };
        let (date, today) = (moment.date(), now.date());
        let ahead = at.as_unix() - self.now.as_unix();
        let days = (date - today).get_days();
        let counted = |id, unit: u64| self.t.say1(id, "count", ahead.unsigned_abs() / unit);
        if ahead.unsigned_abs() <= APART {
            return self.t.say("time-now");
        }
        match (ahead, days) {
            (-59..0, _) => counted("time-seconds-ago", 1),
            (-3599..0, _) => counted("time-minutes-ago", 60),
            (..0, 0) => counted("time-hours-ago", 3600),
            (..0, -1) => self.t.say1("time-yesterday", "clock", clock(moment)),
            (..0, _) if days >= -DAYS_WITH_CLOCK => {
                let day = self.of_this_year(date, today);
                self.t.say2("time-day-clock", "day", day, "clock", clock(moment))
            }
            (..0, _) => self.of_this_year(date, today),
            (0..60, _) => counted("time-in-seconds", 1),
            (0..3600, _) => counted("time-in-minutes", 60),
            (_, 0) => counted("time-in-hours", 3600),
            (_, 1) => self.t.say1("time-tomorrow", "clock", clock(moment)),
            (_, ..=DAYS_COUNTED) => {
                let day = self.of_this_year(date, today);
                let count = u64::from(days.unsigned_abs());
                self.t.say2("time-day-ahead", "day", day, "count", count)
            }
            _ => self.of_this_year(date, today),
        }
    }

    fn of_this_year(&self, date: Date, today: Date) -> String {
        if date.year() != today.year() {
            return self.with_year(date);
        }
        self.t.say2("time-day", "day", date.day().to_string(), "month", self.month(date))
    }

    fn with_year(&self, date: Date) -> String {
        let values = [
            ("day", Value::from(date.day().to_string())),
            ("month", Value::from(self.month(date))),
            ("year", Value::from(date.year().to_string())),
        ];
        self.t.say_with("time-day-year", values)
    }

    fn month(&self, date: Date) -> String {
        let months = self.t.say("time-months");
        let number = usize::try_from(date.month()).unwrap_or(1);
        months.split_whitespace().nth(number.saturating_sub(1)).unwrap_or_default().to_owned()
    }
}

/// How many whole days ago that was; 0 when it is still to come.
pub(super) fn ago_days(at: Timestamp, now: Timestamp) -> u64 {
    u64::try_from(now.as_unix().saturating_sub(at.as_unix())).unwrap_or(0) / DAY
}

/// A moment for machines: RFC 3339, in UTC. Beyond the year 9999 there is no calendar to
/// write it in, and it is told in seconds.
pub(super) fn machine(at: Timestamp) -> String {
    let moment = Zone::utc().at(at);
    moment.map_or_else(
        || at.as_unix().to_string(),
        |moment| moment.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
    )
}

/// A length that is still to come, rounded up: `50 seconds`, `8 minutes`, `3 days`.
pub(super) fn length(t: &Texts, ttl: Ttl) -> String {
    counted(t, ttl, u32::div_ceil)
}

/// A length that is past, rounded down.
pub(super) fn past(t: &Texts, ttl: Ttl) -> String {
    counted(t, ttl, |seconds, unit| seconds / unit)
}

fn clock(moment: &Zoned) -> String {
    moment.strftime("%H:%M").to_string()
}

fn counted(t: &Texts, ttl: Ttl, whole: fn(u32, u32) -> u32) -> String {
    let seconds = ttl.as_seconds();
    let (count, id) = match seconds {
        0..60 => (seconds, "time-seconds"),
        60..3600 => (whole(seconds, 60), "time-minutes"),
        3600..172_800 => (whole(seconds, 3600), "time-hours"),
        _ => (whole(seconds, 86_400), "time-days"),
    };
    // An hour that is not quite over.
    let (count, id) =
        if (count, id) == (60, "time-minutes") { (1, "time-hours") } else { (count, id) };
    t.say1(id, "count", u64::from(count))
}

#[cfg(test)]
mod tests;
