//! Rotation, drawn on the server: a lane for the new secret and one for the old, on one
//! axis of days, so that one sees programs move from one to the other. Widths are per
//! cent and heights are pixels; the table below says the same.

use portreeve_core::client::record::{Client, ClientSecret};
use portreeve_core::client::standing::{live_secrets, quiet_since};
use portreeve_core::time::{Timestamp, Ttl};
use portreeve_core::usage::{DAY, day_of};

use crate::flow::portal_clients::DAYS;
use crate::flow::usage::SecretDay;
use crate::pages::chart::{Bar, Label, percent};
use crate::pages::portal::client::secrets::hint;
use crate::pages::times::Reader;

/// Pixels of the highest bar.
const HIGHEST: f64 = 46.0;
/// Pixels from the top of a lane to its line.
const LINE: u32 = 70;
/// Pixels from lane to lane.
const LANE: u32 = 94;
/// Pixels below the last line: the words of the axis.
const WORDS: u32 = 34;
/// An end that is farther than this is not drawn.
const AHEAD: u32 = 14;
/// Words nearer to each other than this, in per cent, would touch on a phone.
const NEAR: f64 = 26.0;
/// The same, where the first of two ends at its place.
const TOUCHES: f64 = 14.0;

/// One secret's lane.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Lane {
    /// `New secret`, `Old secret`.
    pub(super) name: String,
    /// Its last letters.
    pub(super) hint: String,
    /// Where the name stands.
    pub(super) name_y: u32,
    /// Its line.
    pub(super) base: u32,
    /// True for the older one.
    pub(super) is_old: bool,
    /// Tokens a day.
    pub(super) bars: Vec<Bar>,
}

/// The span in which the old secret was not used.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Bracket {
    /// Where it begins.
    pub(super) from: String,
    /// Where it ends.
    pub(super) until: String,
    /// Where its words stand.
    pub(super) middle: String,
    /// How high it is.
    pub(super) y: u32,
    /// What it says.
    pub(super) text: String,
}

/// The end of the old secret.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct EndLine {
    /// Where.
    pub(super) x: String,
    /// From where down.
    pub(super) from: u32,
    /// Until where.
    pub(super) until: u32,
    /// What it says.
    pub(super) text: String,
}

/// A drawing that is ready.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Lanes {
    /// Pixels in all.
    pub(super) height: u32,
    /// Where the axis' words stand.
    pub(super) words_y: u32,
    /// The lanes, the newest first.
    pub(super) lanes: Vec<Lane>,
    /// Dotted lines: "rotated" and "today".
    pub(super) dotted: Vec<String>,
    /// The words of the axis.
    pub(super) words: Vec<Label>,
    /// How long the old one has been quiet.
    pub(super) bracket: Option<Bracket>,
    /// Where the old one ends.
    pub(super) end: Option<EndLine>,
    /// What is to be seen, for whoever does not see it.
    pub(super) finding: String,
}

/// Days, and where they are.
struct Axis {
    first: Timestamp,
    places: u32,
}

impl Axis {
    /// The place of a moment, in per cent; the axis' own ends at most.
    fn at(&self, at: Timestamp) -> f64 {
        let seconds = at.as_unix().saturating_sub(self.first.as_unix());
        let days = seconds as f64 / f64::from(DAY.as_seconds());
        (days * self.place()).clamp(0.0, 100.0)
    }

    fn place(&self) -> f64 {
        100.0 / f64::from(self.places)
    }
}

impl Lanes {
    /// Draws the live secrets, the newest two at most; `None` when no token was asked for
    /// with them within the time that is drawn.
    pub(super) fn draw(client: &Client, days: &[SecretDay], reader: &Reader) -> Option<Self> {
        let live: Vec<&ClientSecret> = live_secrets(client, reader.now).collect();
        let drawn: Vec<&ClientSecret> = live.iter().rev().take(2).copied().collect();
        let is_drawn = |day: &&SecretDay| drawn.iter().any(|secret| secret.id == day.secret);
        let most = days.iter().filter(is_drawn).map(|day| day.tokens).max()?;
        let old = drawn.get(1).copied();
        let axis = axis(old, reader.now);
        let lane = |(at, secret): (u32, &ClientSecret)| {
            let name = match (old.is_some(), at) {
                (false, _) => "client-the-only",
                (true, 0) => "client-the-new",
                (true, _) => "client-the-old",
            };
            Lane {
                name: reader.t.say(name),
                hint: hint(secret),
                name_y: at * LANE + 14,
                base: at * LANE + LINE,
                is_old: at > 0,
                bars: bars(&axis, secret, days, most, at * LANE + LINE),
            }
        };
        let lanes: Vec<Lane> = (0_u32..).zip(drawn.iter().copied()).map(lane).collect();
        let last = lanes.last().map_or(LINE, |lane| lane.base);
        let rotated = drawn.first().filter(|_| old.is_some()).map(|new| new.created_at);
        let rotated = rotated.filter(|at| *at >= axis.first);
        Some(Self {
            height: last + WORDS,
            words_y: last + 28,
            dotted: dotted(&axis, rotated, reader.now),
            words: words(&axis, rotated, reader),
            bracket: old.and_then(|old| bracket(&axis, client, old, (last, reader))),
            end: old.and_then(|old| end_line(&axis, old, last, reader)),
            finding: finding(&drawn, client, reader),
            lanes,
        })
    }
}

/// The last four weeks, and the days to the old secret's end where that is near.
fn axis(old: Option<&ClientSecret>, now: Timestamp) -> Axis {
    let today = day_of(now);
    let first = today.minus(Ttl::from_seconds((DAYS - 1) * DAY.as_seconds()));
    let end = old.and_then(|old| old.expires_at).filter(|end| *end > now);
    let ahead = end.map(|end| today.plus(DAY).until(end).as_seconds().div_ceil(DAY.as_seconds()));
    Axis { first, places: DAYS + ahead.filter(|days| *days <= AHEAD).unwrap_or(0) }
}

fn bars(axis: &Axis, secret: &ClientSecret, days: &[SecretDay], most: u64, base: u32) -> Vec<Bar> {
    let own = days.iter().filter(|one| one.secret == secret.id && one.day >= axis.first);
    own.map(|one| {
        let height = (one.tokens as f64 * HIGHEST / most.max(1) as f64).max(1.0);
        let place = (axis.at(one.day), axis.place());
        Bar::within(place, f64::from(base) - height, height)
    })
    .collect()
}

/// The end of today: where what has happened ends.
fn tonight(now: Timestamp) -> Timestamp {
    day_of(now).plus(DAY)
}

fn dotted(axis: &Axis, rotated: Option<Timestamp>, now: Timestamp) -> Vec<String> {
    let moments = rotated.map(day_of).into_iter().chain([tonight(now)]);
    moments.map(|at| percent(axis.at(at))).collect()
}

fn words(axis: &Axis, rotated: Option<Timestamp>, reader: &Reader) -> Vec<Label> {
    let today = axis.at(tonight(reader.now));
    let rotated = rotated.map(|at| (axis.at(day_of(at)), at));
    let first = Label {
        x: percent(0.0),
        anchor: "start",
        is_second: true,
        text: reader.short_day(axis.first),
    };
    let middle = rotated.map(|(x, at)| Label {
        x: percent(x),
        // Between two words there is room on one side at least.
        anchor: if today - x < NEAR { "end" } else { "middle" },
        is_second: false,
        text: reader.t.say1("client-lane-rotated", "day", reader.short_day(at)),
    });
    let middle = middle.filter(|_| rotated.is_none_or(|(x, _)| x > NEAR / 4.0));
    let has_first = rotated.is_none_or(|(x, _)| x > NEAR);
    let last = Label {
        x: percent(today),
        anchor: if today > 95.0 { "end" } else { "middle" },
        is_second: false,
        text: reader.t.say("client-lane-today"),
    };
    let last = Some(last).filter(|_| rotated.is_none_or(|(x, _)| today - x > TOUCHES));
    has_first.then_some(first).into_iter().chain(middle).chain(last).collect()
}

fn bracket(
    axis: &Axis,
    client: &Client,
    old: &ClientSecret,
    (base, reader): (u32, &Reader),
) -> Option<Bracket> {
    let since = quiet_since(client, old, reader.now)?;
    let (from, until) = (axis.at(day_of(since).plus(DAY)), axis.at(tonight(reader.now)));
    let days = u64::from(since.until(reader.now).as_seconds() / DAY.as_seconds());
    Some(Bracket {
        from: percent(from),
        until: percent(until - axis.place() / 8.0),
        middle: percent(f64::midpoint(from, until)),
        y: base - 14,
        text: reader.t.say1("client-lane-quiet", "days", days),
    })
}

fn end_line(axis: &Axis, old: &ClientSecret, base: u32, reader: &Reader) -> Option<EndLine> {
    let end = old.expires_at.filter(|end| *end > reader.now)?;
    // Beyond the axis there is nothing to point at.
    (axis.places > DAYS).then(|| EndLine {
        x: percent(axis.at(end)),
        from: base - LINE + 2,
        until: base + 12,
        text: reader.t.say1("client-lane-ends", "day", reader.short_day(end)),
    })
}

fn finding(drawn: &[&ClientSecret], client: &Client, reader: &Reader) -> String {
    let when = |secret: &ClientSecret| match secret.last_used_at {
        Some(used) => reader.t.say1("client-lane-used", "when", reader.when(used).near),
        None => reader.t.say("client-lane-unused"),
    };
    match drawn {
        [new, old, ..] => {
            let values = [
                ("new", hint(new).into()),
                ("used", when(new).into()),
                ("old", hint(old).into()),
                ("old_used", when(old).into()),
            ];
            reader.t.say_with("client-lane-finding", values)
        }
        [only] => reader.t.say2("client-lane-finding-one", "hint", hint(only), "used", when(only)),
        [] => client.name.clone(),
    }
}

#[cfg(test)]
mod tests;
