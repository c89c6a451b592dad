//! Bars, drawn on the server: what passed above the line, what was refused below it in a
//! scale of its own. Widths are per cent and heights are pixels, so that the drawing fits
//! its place and its words are never scaled. The table behind it says the same.

use portreeve_core::usage::Tally;

use crate::texts::{Texts, number};

/// Pixels above the line.
const ABOVE: f64 = 152.0;
/// Pixels below the line, at most.
const BELOW: f64 = 72.0;
/// Pixels over the highest line of the grid.
const TOP: f64 = 8.0;
/// How much of its place a bar takes.
const FILLED: f64 = 0.6;

/// One place on the axis.
#[derive(Clone, Debug)]
pub(super) struct Slot {
    /// What happened then.
    pub(super) tally: Tally,
    /// What the axis says here; empty for most.
    pub(super) label: String,
    /// True when its time is not over.
    pub(super) is_unfinished: bool,
}

/// A rectangle: per cent across, pixels down.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Bar {
    /// Where it begins, in per cent.
    pub(super) x: String,
    /// How wide it is, in per cent.
    pub(super) width: String,
    /// Its upper edge in pixels.
    pub(super) y: String,
    /// Its height in pixels.
    pub(super) height: String,
    /// True when its time is not over.
    pub(super) is_unfinished: bool,
}

/// A word on the axis.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Label {
    /// Where, in per cent.
    pub(super) x: String,
    /// `start`, `middle` or `end`.
    pub(super) anchor: &'static str,
    /// True for every second one and the one beside the last, which a phone leaves out.
    pub(super) is_second: bool,
    /// The word.
    pub(super) text: String,
}

/// A drawing that is ready.
#[derive(Clone, Debug)]
pub(super) struct Chart {
    /// Pixels in all.
    pub(super) height: u32,
    /// Where the line is, in pixels.
    pub(super) base: u32,
    /// Where the axis' words stand, in pixels.
    pub(super) words: u32,
    /// Lines across: where, and what they stand for.
    pub(super) grid: Vec<(String, String)>,
    /// What passed.
    pub(super) above: Vec<Bar>,
    /// What was refused.
    pub(super) below: Vec<Bar>,
    /// The words under it.
    pub(super) labels: Vec<Label>,
    /// How many times taller refusals are drawn than calls.
    pub(super) factor: u64,
    /// Calls that passed, in all.
    pub(super) passed: String,
    /// Calls that were refused, in all.
    pub(super) refused: String,
    /// What it shows, for whoever does not see it.
    pub(super) finding: String,
}

impl Chart {
    /// Draws these. `finding` says in a sentence what is to be seen.
    pub(super) fn draw(slots: &[Slot], finding: String) -> Self {
        let most = |of: fn(&Tally) -> u64| slots.iter().map(|slot| of(&slot.tally)).max();
        let (passed, refused) = (most(|tally| tally.passed), most(|tally| tally.refused));
        let (passed, refused) = (passed.unwrap_or(0), refused.unwrap_or(0));
        let scale = Scale::for_most(passed, refused);
        let base = TOP + ABOVE;
        let depth = if refused == 0 { 0.0 } else { scale.below(refused) };
        let sum = slots.iter().fold(Tally::default(), |sum, slot| sum.plus(slot.tally));
        let drawn = |of: &dyn Fn(&Tally) -> Option<(f64, f64)>| {
            slots
                .iter()
                .enumerate()
                .filter_map(|(at, slot)| bar(at, slots.len(), slot, of))
                .collect()
        };
        let words = base + depth + 24.0;
        Self {
            height: whole(words + 8.0),
            base: whole(base),
            words: whole(words),
            grid: scale.grid(base),
            above: drawn(&|tally| {
                let height = scale.above(tally.passed);
                (tally.passed > 0).then_some((base - height, height))
            }),
            below: drawn(&|tally| {
                (tally.refused > 0).then(|| (base + 1.0, scale.below(tally.refused)))
            }),
            labels: labels(slots),
            factor: scale.factor,
            passed: number(sum.passed),
            refused: number(sum.refused),
            finding,
        }
    }

    /// How the legend tells of refusals.
    pub(super) fn refusals(&self, t: &Texts) -> String {
        match self.factor {
            _ if self.below.is_empty() => t.say1("usage-legend-refusals", "refused", &self.refused),
            1 => t.say1("usage-legend-refusals", "refused", &self.refused),
            factor => {
                t.say2("usage-legend-refusals-drawn", "refused", &self.refused, "factor", factor)
            }
        }
    }
}

/// How many pixels a call is.
struct Scale {
    top: u64,
    factor: u64,
}

impl Scale {
    /// The top is a round number that nothing rises above; refusals are drawn as tall as
    /// there is room for, by a round factor that the legend can say.
    fn for_most(passed: u64, refused: u64) -> Self {
        // Where refusals are most of it, the scale is theirs.
        let room = (refused as f64 * ABOVE / BELOW).ceil();
        let top = round_up(passed.max(whole_count(room.min(refused as f64 * 2.2))).max(4));
        let drawn = |factor: u64| refused as f64 * factor as f64 * ABOVE / top as f64;
        let factors = [20, 10, 5, 2, 1];
        // One refusal among many calls must be seen, and not be made a mountain of.
        let fits =
            |factor: &u64| drawn(*factor) <= BELOW && refused * factor <= passed.max(refused);
        Self { top, factor: factors.into_iter().find(fits).unwrap_or(1) }
    }

    fn above(&self, count: u64) -> f64 {
        (count as f64 * ABOVE / self.top as f64).max(1.0)
    }

    fn below(&self, count: u64) -> f64 {
        (count as f64 * self.factor as f64 * ABOVE / self.top as f64).clamp(1.0, BELOW)
    }

    fn grid(&self, base: f64) -> Vec<(String, String)> {
        let parts: u32 = if self.top.is_multiple_of(3) { 3 } else { 2 };
        (0..=parts)
            .map(|part| {
                let y = base - ABOVE * f64::from(part) / f64::from(parts);
                (pixels(y), short(self.top / u64::from(parts) * u64::from(part)))
            })
            .collect()
    }
}

fn bar(
    at: usize,
    count: usize,
    slot: &Slot,
    of: &dyn Fn(&Tally) -> Option<(f64, f64)>,
) -> Option<Bar> {
    let (y, height) = of(&slot.tally)?;
    let place = 100.0 / count as f64;
    let bar = Bar::within((place * at as f64, place), y, height);
    Some(Bar { is_unfinished: slot.is_unfinished, ..bar })
}

impl Bar {
    /// A bar in a place that begins here and is so wide, in per cent.
    pub(super) fn within((begin, place): (f64, f64), y: f64, height: f64) -> Self {
        Self {
            x: percent(begin + place * (1.0 - FILLED) / 2.0),
            width: percent(place * FILLED),
            y: pixels(y),
            height: pixels(height),
            is_unfinished: false,
        }
    }
}

fn labels(slots: &[Slot]) -> Vec<Label> {
    let place = 100.0 / slots.len().max(1) as f64;
    let told = slots.iter().enumerate().filter(|(_, slot)| !slot.label.is_empty());
    told.enumerate()
        .map(|(number, (at, slot))| {
            let is_last = at + 1 == slots.len();
            let (x, anchor) = match at {
                0 => (place * (1.0 - FILLED) / 2.0, "start"),
                _ if is_last => (100.0 - place * (1.0 - FILLED) / 2.0, "end"),
                _ => (place * (at as f64 + 0.5), "middle"),
            };
            let is_second = !is_last && (number % 2 == 1 || at + 2 == slots.len());
            Label { x: percent(x), anchor, is_second, text: slot.label.clone() }
        })
        .collect()
}

/// The smallest of 4, 5, 6, 8, 10, 15, 20, 30, 40, 50, 60, 80, 100… that is not below it.
fn round_up(count: u64) -> u64 {
    let mut unit: u64 = 1;
    loop {
        let steps = [2, 3, 4, 5, 6, 8, 10].into_iter().map(|step| unit.saturating_mul(step));
        if let Some(found) = steps.into_iter().find(|step| *step >= count && *step >= 4) {
            return found;
        }
        unit = unit.saturating_mul(10);
    }
}

/// `60k`, `2.5k`, `1.2M`.
pub(super) fn short(count: u64) -> String {
    let scaled = |unit: u64, letter: &str| {
        let tenths = count / (unit / 10);
        match tenths % 10 {
            0 => format!("{}{letter}", tenths / 10),
            rest => format!("{}.{rest}{letter}", tenths / 10),
        }
    };
    match count {
        0..1_000 => count.to_string(),
        1_000..1_000_000 => scaled(1_000, "k"),
        1_000_000..1_000_000_000 => scaled(1_000_000, "M"),
        _ => scaled(1_000_000_000, "G"),
    }
}

/// A length across.
pub(super) fn percent(value: f64) -> String {
    format!("{value:.3}%")
}

/// A length down.
fn pixels(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few hundred pixels")]
fn whole(value: f64) -> u32 {
    value.round().clamp(0.0, 10_000.0) as u32
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "`as` saturates")]
fn whole_count(value: f64) -> u64 {
    value as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slot(passed: u64, refused: u64) -> Slot {
        let tally = Tally { passed, refused, tokens: 0 };
        Slot { tally, label: String::new(), is_unfinished: false }
    }

    fn draw(counts: &[(u64, u64)]) -> Chart {
        let slots: Vec<Slot> =
            counts.iter().map(|(passed, refused)| slot(*passed, *refused)).collect();
        Chart::draw(&slots, String::new())
    }

    #[test]
    fn the_top_is_round() {
        for (count, top) in [(0, 4), (4, 4), (7, 8), (41, 50), (61, 80), (58_000, 60_000)] {
            assert_eq!(round_up(count), top, "{count}");
        }
        assert!(round_up(u64::MAX) > 0);
        for (count, text) in
            [(0, "0"), (999, "999"), (2_500, "2.5k"), (60_000, "60k"), (1_203_418, "1.2M")]
        {
            assert_eq!(short(count), text);
        }
    }

    #[test]
    fn refusals_hang_below_in_their_own_scale() {
        let chart = draw(&[(60_000, 500), (30_000, 0), (0, 1)]);
        assert_eq!(chart.above.len(), 2);
        assert_eq!((chart.above[0].y.as_str(), chart.above[0].height.as_str()), ("8", "152"));
        assert_eq!(chart.above[1].height, "76");
        assert_eq!(chart.factor, 20);
        assert_eq!(chart.below.len(), 2);
        assert_eq!((chart.below[0].y.as_str(), chart.below[0].height.as_str()), ("161", "25.3"));
        assert_eq!(chart.below[1].height, "1", "one is seen");
        assert_eq!(chart.grid.len(), 4);
        assert_eq!(chart.grid[3], ("8".to_owned(), "60k".to_owned()));
    }

    #[test]
    fn odd_counts_are_drawn_too() {
        assert!(draw(&[]).above.is_empty());
        let none = draw(&[(0, 0), (0, 0)]);
        assert!(none.above.is_empty() && none.below.is_empty());
        let only_refused = draw(&[(0, 100), (1, 50)]);
        assert_eq!(only_refused.factor, 1);
        assert!(only_refused.below[0].height.parse::<f64>().unwrap() <= BELOW);
        let huge = draw(&[(u64::MAX, u64::MAX)]);
        assert_eq!(huge.above.len(), 1);
    }
}
