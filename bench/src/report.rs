//! What was measured, beside what was to be reached.

use crate::rounds::{Series, Target};
use crate::table::Table;

/// The table of candidates; the first one is the floor that all are compared with.
pub(crate) fn candidates(all: &[Series]) -> Table {
    let head = ["candidate", "CPU µs", "× floor", "req/s", "p50 µs", "p99 µs", "target", "met"];
    let mut table = Table::new(&head);
    for series in all {
        let met = limit(series, all).zip(series.micros()).map(|(most, micros)| micros <= most);
        table.push(vec![
            series.name.clone(),
            figure(series.micros(), 1),
            figure(all.first().and_then(|floor| series.times(floor)), 2),
            figure(series.per_second(), 0),
            figure(Some(series.latencies.quantile_micros(0.5)), 0),
            figure(Some(series.latencies.quantile_micros(0.99)), 0),
            target(series.target),
            word(met),
        ]);
        if let Some(micros) = series.micros_with_upstream() {
            let name = format!("  … and the API behind it: {micros:.1}");
            table.push([vec![name], vec![String::new(); head.len() - 1]].concat());
        }
    }
    table
}

/// The table of dialects; each is compared with the candidate that its target names.
pub(crate) fn dialects(all: &[Series]) -> Table {
    let head = ["token: dialect", "CPU µs", "× standard", "req/s", "p50 µs", "p99 µs", "met"];
    let mut table = Table::new(&head);
    for series in all {
        let (other, most) = match series.target {
            Target::TimesThat(name, most) => (name, Some(most)),
            _ => (&*series.name, None),
        };
        let other = all.iter().find(|one| one.name == other);
        let times = other.and_then(|other| series.times(other));
        table.push(vec![
            series.name.clone(),
            figure(series.micros(), 1),
            figure(times, 2),
            figure(series.per_second(), 0),
            figure(Some(series.latencies.quantile_micros(0.5)), 0),
            figure(Some(series.latencies.quantile_micros(0.99)), 0),
            word(times.zip(most).map(|(times, most)| times <= most)),
        ]);
    }
    table
}

/// A figure that is no request's: its name, its value, and its target if it has one.
#[derive(Clone, Debug)]
pub(crate) struct Figure {
    /// What was measured.
    pub(crate) name: String,
    /// What it came to, with its unit.
    pub(crate) value: String,
    /// What it should come to at most, with its unit; empty when nothing is promised.
    pub(crate) target: &'static str,
    /// Whether it does.
    pub(crate) met: Option<bool>,
}

impl Figure {
    /// A figure of which nothing is promised.
    pub(crate) fn plain(name: impl Into<String>, value: String) -> Self {
        Self { name: name.into(), value, target: "", met: None }
    }
}

/// The table of everything else.
pub(crate) fn figures(all: Vec<Figure>) -> Table {
    let mut table = Table::new(&["figure", "value", "target", "met"]);
    for Figure { name, value, target, met } in all {
        table.push(vec![name, value, target.to_owned(), word(met)]);
    }
    table
}

fn limit(series: &Series, all: &[Series]) -> Option<f64> {
    match series.target {
        Target::None => None,
        Target::Micros(most) => Some(most),
        Target::TimesThat(name, times) => {
            let other = all.iter().find(|other| other.name == name)?;
            Some(other.micros()? * times)
        }
    }
}

fn target(target: Target) -> String {
    match target {
        Target::None => String::new(),
        Target::Micros(most) => format!("{most:.0}"),
        Target::TimesThat(_, times) => format!("{times:.2} × standard"),
    }
}

fn figure(value: Option<f64>, places: usize) -> String {
    value.map_or(String::new(), |value| format!("{value:.places$}"))
}

fn word(met: Option<bool>) -> String {
    met.map_or("", |met| if met { "yes" } else { "no" }).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::histogram::Histogram;
    use crate::rounds::Round;

    fn series(name: &str, micros: f64, target: Target) -> Series {
        let round = Round { micros: Some(micros), upstream_micros: None, per_second: 1000.0 };
        Series { name: name.into(), target, rounds: vec![round], latencies: Histogram::default() }
    }

    #[test]
    fn targets_are_compared_with_what_was_measured() {
        let all = [
            series("floor", 10.0, Target::None),
            series("token", 20.0, Target::Micros(20.0)),
            series("slow", 30.0, Target::Micros(20.0)),
            series("vendor", 22.0, Target::TimesThat("token", 1.15)),
        ];
        let text = candidates(&all).text(false);
        let words: Vec<Vec<&str>> =
            text.lines().map(|line| line.split_whitespace().collect()).collect();
        assert_eq!(words[1], ["floor", "10.0", "1.00", "1000", "0", "0"]);
        assert_eq!(words[2], ["token", "20.0", "2.00", "1000", "0", "0", "20", "yes"]);
        assert_eq!(words[3].last(), Some(&"no"));
        assert_eq!(words[4][6..], ["1.15", "×", "standard", "yes"]);
    }
}
