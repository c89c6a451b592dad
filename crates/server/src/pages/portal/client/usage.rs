//! What a client did within four weeks, as sums and as a drawing.

use portreeve_core::time::{Timestamp, Ttl};
use portreeve_core::usage::{DAY, Tally, day_of};

use crate::flow::portal_clients::DAYS;
use crate::pages::chart::{Chart, Slot};
use crate::pages::times::Reader;
use crate::texts::number;

/// Every how many days the axis says which one it is.
const NAMED_EVERY: u32 = 7;

/// What a client did.
pub(super) struct Usage {
    /// Tokens that were given.
    pub(super) tokens: String,
    /// The drawing; none when nothing was called.
    pub(super) chart: Option<Chart>,
}

impl Usage {
    /// Draws these days; those that are absent are empty.
    pub(super) fn draw(days: &[(Timestamp, Tally)], reader: &Reader) -> Self {
        let sum = days.iter().fold(Tally::default(), |sum, (_, one)| sum.plus(*one));
        let is_empty = sum.passed == 0 && sum.refused == 0;
        let values =
            [("passed", number(sum.passed).into()), ("refused", number(sum.refused).into())];
        let finding = reader.t.say_with("client-usage-finding", values);
        Self {
            tokens: number(sum.tokens),
            chart: (!is_empty).then(|| Chart::draw(&slots(days, reader), finding)),
        }
    }
}

fn slots(days: &[(Timestamp, Tally)], reader: &Reader) -> Vec<Slot> {
    let today = day_of(reader.now);
    let slot = |back: u32| {
        let day = today.minus(Ttl::from_seconds(back * DAY.as_seconds()));
        let found = days.iter().find(|(at, _)| *at == day);
        let label = match back {
            0 => reader.t.say("client-lane-today"),
            _ if (DAYS - 1 - back).is_multiple_of(NAMED_EVERY) && back >= NAMED_EVERY / 2 => {
                reader.short_day(day)
            }
            _ => String::new(),
        };
        Slot {
            tally: found.map(|(_, tally)| *tally).unwrap_or_default(),
            label,
            is_unfinished: back == 0,
        }
    };
    (0..DAYS).rev().map(slot).collect()
}
