//! Over what time usage is shown, and in which steps.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use portreeve_core::time::{Timestamp, Ttl};
use portreeve_core::usage::{Tally, day_of, hour_of};

use crate::pages::chart::Slot;
use crate::texts::Texts;

/// Over what time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Span {
    /// The last 24 hours, by hour.
    Day,
    /// The last 7 days, by day.
    Week,
    /// The last 30 days, by day.
    Month,
    /// The last 12 months, by month.
    Year,
}

/// Every span, in the order in which it is offered.
pub(super) const SPANS: [Span; 4] = [Span::Day, Span::Week, Span::Month, Span::Year];

const A_DAY: Ttl = Ttl::from_hours(24);
const AN_HOUR: Ttl = Ttl::from_hours(1);

impl Span {
    /// How the address names it.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Day => "24h",
            Self::Week => "7d",
            Self::Month => "30d",
            Self::Year => "12m",
        }
    }

    /// The span with this name; 30 days otherwise.
    pub(super) fn from_name(name: &str) -> Self {
        SPANS.into_iter().find(|span| span.name() == name).unwrap_or(Self::Month)
    }

    /// The id of the text that names it.
    pub(super) const fn text(self) -> &'static str {
        match self {
            Self::Day => "usage-span-day",
            Self::Week => "usage-span-week",
            Self::Month => "usage-span-month",
            Self::Year => "usage-span-year",
        }
    }

    /// True when it is counted by the hour.
    pub(super) const fn is_by_hour(self) -> bool {
        matches!(self, Self::Day)
    }

    /// Where the steps begin, oldest first, and behind them where the last one ends. All
    /// in UTC.
    pub(super) fn steps(self, now: Timestamp) -> Vec<Timestamp> {
        let back = |end: Timestamp, step: Ttl, count: u32| {
            let ago = |n: u32| end.minus(Ttl::from_seconds(step.as_seconds().saturating_mul(n)));
            (0..=count).rev().map(ago).collect()
        };
        match self {
            Self::Day => back(hour_of(now).plus(AN_HOUR), AN_HOUR, 24),
            Self::Week => back(day_of(now).plus(A_DAY), A_DAY, 7),
            Self::Month => back(day_of(now).plus(A_DAY), A_DAY, 30),
            Self::Year => months(now),
        }
    }

    /// The slots of a chart: what was counted, step by step.
    pub(super) fn slots(
        self,
        counted: &[(Timestamp, Tally)],
        now: Timestamp,
        t: &Texts,
    ) -> Vec<Slot> {
        let steps = self.steps(now);
        let count = steps.len().saturating_sub(1);
        let pairs = steps.iter().zip(steps.iter().skip(1)).enumerate();
        pairs
            .map(|(at, (from, until))| {
                let within = |(time, _): &&(Timestamp, Tally)| time >= from && time < until;
                let tallies = counted.iter().filter(within).map(|(_, tally)| *tally);
                Slot {
                    tally: tallies.fold(Tally::default(), Tally::plus),
                    label: self.label(at, count, *from, t),
                    is_unfinished: *until > now,
                }
            })
            .collect()
    }

    /// What the axis says under a step: the first, the last, and one now and then.
    fn label(self, at: usize, count: usize, from: Timestamp, t: &Texts) -> String {
        let every = match self {
            Self::Day => 6,
            Self::Week | Self::Year => 1,
            Self::Month => 7,
        };
        match count - at.min(count) {
            1 if matches!(self, Self::Week | Self::Month) => t.say("usage-today"),
            1 => self.told_short(from),
            // Too near to the last one.
            2..=3 if every > 1 => String::new(),
            _ if at.is_multiple_of(every) => self.told_short(from),
            _ => String::new(),
        }
    }

    /// As on an axis, which says the year where it begins: `Dec`, `Jan 2027`, `Feb`.
    fn told_short(self, from: Timestamp) -> String {
        match (self, moment(from)) {
            (Self::Year, Some(at)) if at.month() != 1 => at.strftime("%b").to_string(),
            _ => self.told(from),
        }
    }

    /// A step in words: `14:00`, `23 Oct`, `Nov 2026`.
    pub(super) fn told(self, from: Timestamp) -> String {
        let pattern = match self {
            Self::Day => "%H:%M",
            Self::Week | Self::Month => "%-d %b",
            Self::Year => "%b %Y",
        };
        moment(from).map_or_else(String::new, |at| at.strftime(pattern).to_string())
    }
}

/// The first of each of the last 12 months, and of the next.
fn months(now: Timestamp) -> Vec<Timestamp> {
    let Some(today) = moment(now).map(|at| at.date()) else { return Vec::new() };
    let first = |back: i64| -> Option<Timestamp> {
        let month = i64::from(today.year()) * 12 + i64::from(today.month()) - 1 - back;
        let (year, month) = (month.div_euclid(12), month.rem_euclid(12) + 1);
        let date = Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, 1).ok()?;
        let zoned = date.to_zoned(TimeZone::UTC).ok()?;
        Some(Timestamp::from_unix(zoned.timestamp().as_second()))
    };
    (-1..12).rev().filter_map(first).collect()
}

fn moment(at: Timestamp) -> Option<jiff::Zoned> {
    let moment = jiff::Timestamp::from_second(at.as_unix()).ok()?;
    Some(moment.to_zoned(TimeZone::UTC))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-21T12:34:56Z.
    const NOW: Timestamp = Timestamp::from_unix(1_795_264_496);

    #[test]
    fn steps_end_behind_now() {
        for (span, count, first) in
            [(Span::Day, 24, "13:00"), (Span::Week, 7, "15 Nov"), (Span::Month, 30, "23 Oct")]
        {
            let steps = span.steps(NOW);
            assert_eq!(steps.len(), count + 1, "{span:?}");
            assert!(*steps.last().unwrap() > NOW && steps[count - 1] <= NOW, "{span:?}");
            assert_eq!(span.told(steps[0]), first);
        }
        let months = Span::Year.steps(NOW);
        assert_eq!(months.len(), 13);
        assert_eq!(Span::Year.told(months[0]), "Dec 2025");
        assert_eq!(Span::Year.told(months[12]), "Dec 2026");
        assert_eq!(Span::from_name("7d"), Span::Week);
        assert_eq!(Span::from_name("<script>"), Span::Month);
    }

    #[test]
    fn counts_fall_into_their_steps() {
        let one = |passed| Tally { passed, refused: 0, tokens: 0 };
        let at =
            |text: &str| Timestamp::from_unix(text.parse::<jiff::Timestamp>().unwrap().as_second());
        let counted = [
            (at("2026-11-20T00:00:00Z"), one(3)),
            (at("2026-11-21T00:00:00Z"), one(4)),
            (at("2026-10-22T00:00:00Z"), one(9)),
        ];
        let slots = Span::Month.slots(&counted, NOW, Texts::english());
        let passed: Vec<u64> = slots.iter().map(|slot| slot.tally.passed).collect();
        assert_eq!((passed.len(), passed[28], passed[29]), (30, 3, 4));
        assert_eq!(passed.iter().sum::<u64>(), 7, "what is older is left out");
        assert_eq!((slots[28].label.as_str(), slots[29].label.as_str()), ("", "today"));
        assert!(slots[29].is_unfinished && !slots[28].is_unfinished);
        let year = Span::Year.slots(&counted, NOW, Texts::english());
        assert_eq!((year[10].tally.passed, year[11].tally.passed), (9, 7));
        let labels: Vec<&str> = year.iter().map(|slot| slot.label.as_str()).take(3).collect();
        assert_eq!(labels, ["Dec", "Jan 2026", "Feb"]);
    }
}
