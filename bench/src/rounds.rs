//! Candidates, measured in turn and again in turn: what disturbs the machine for a
//! while disturbs them all alike.

use std::time::Duration;

use crate::fault::Fault;
use crate::histogram::Histogram;
use crate::load::{Load, Until};
use crate::process::cpu_time;

/// What a candidate should cost.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Target {
    /// Nothing is promised.
    None,
    /// At most so many CPU microseconds for each request.
    Micros(f64),
    /// At most so many times what the candidate with this name costs.
    TimesThat(&'static str, f64),
}

/// A server and what is asked of it.
#[derive(Clone, Debug)]
pub(crate) struct Candidate {
    /// What the table calls it.
    pub(crate) name: String,
    /// What is asked.
    pub(crate) load: Load,
    /// The process whose time counts, if it can be seen.
    pub(crate) server: Option<u32>,
    /// The API behind the gate, where one takes part.
    pub(crate) upstream: Option<u32>,
    /// What it should cost.
    pub(crate) target: Target,
}

/// One round of one candidate.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Round {
    /// CPU microseconds of the server for each request.
    pub(crate) micros: Option<f64>,
    /// The same of the API behind it.
    pub(crate) upstream_micros: Option<f64>,
    /// Requests answered in a second.
    pub(crate) per_second: f64,
}

/// All rounds of one candidate.
#[derive(Clone, Debug)]
pub(crate) struct Series {
    /// What the table calls it.
    pub(crate) name: String,
    /// What it should cost.
    pub(crate) target: Target,
    /// The rounds, in order.
    pub(crate) rounds: Vec<Round>,
    /// The latencies of all rounds.
    pub(crate) latencies: Histogram,
}

/// How long and how often is measured.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Effort {
    /// Times in turn.
    pub(crate) rounds: u32,
    /// Of one candidate in one round.
    pub(crate) time: Duration,
}

/// Measures all candidates in turn, after a short look at each that does not count.
///
/// # Errors
/// When a load fails: an unexpected answer ends everything.
pub(crate) fn run(candidates: &[Candidate], effort: Effort) -> Result<Vec<Series>, Fault> {
    let mut all: Vec<Series> = candidates.iter().map(Series::of).collect();
    for candidate in candidates {
        let warm = candidate.load.drive(Until::Elapsed(effort.time / 4), None);
        warm.map_err(|error| format!("{}: {error}", candidate.name))?;
    }
    for round in 1..=effort.rounds {
        eprintln!("round {round} of {}", effort.rounds);
        for (candidate, series) in candidates.iter().zip(&mut all) {
            let (round, latencies) = measure(candidate, effort.time)?;
            series.rounds.push(round);
            series.latencies.add(&latencies);
        }
    }
    Ok(all)
}

impl Series {
    /// Nothing measured yet.
    fn of(candidate: &Candidate) -> Self {
        Self {
            name: candidate.name.clone(),
            target: candidate.target,
            rounds: Vec::new(),
            latencies: Histogram::default(),
        }
    }

    /// CPU microseconds of the server for each request: the lower quartile of the
    /// rounds. Whatever else runs on the machine only ever adds to it.
    pub(crate) fn micros(&self) -> Option<f64> {
        lower_quartile(self.rounds.iter().filter_map(|round| round.micros))
    }

    /// The same with what the API behind it used.
    pub(crate) fn micros_with_upstream(&self) -> Option<f64> {
        let both = |round: &Round| Some(round.micros? + round.upstream_micros?);
        lower_quartile(self.rounds.iter().filter_map(both))
    }

    /// Requests in a second: the median round.
    pub(crate) fn per_second(&self) -> Option<f64> {
        median(self.rounds.iter().map(|round| round.per_second))
    }

    /// How many times what `other` cost in the same round: the median of all.
    pub(crate) fn times(&self, other: &Self) -> Option<f64> {
        let pairs = self.rounds.iter().zip(&other.rounds);
        median(pairs.filter_map(|(own, other)| Some(own.micros? / other.micros?)))
    }
}

/// The middle one, or the mean of the two in the middle.
pub(crate) fn median(values: impl Iterator<Item = f64>) -> Option<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    let upper = *values.get(values.len() / 2)?;
    let lower = *values.get((values.len() - 1) / 2)?;
    Some(f64::midpoint(lower, upper))
}

fn lower_quartile(values: impl Iterator<Item = f64>) -> Option<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 4).copied()
}

fn measure(candidate: &Candidate, time: Duration) -> Result<(Round, Histogram), Fault> {
    let used = |id: Option<u32>| id.map(cpu_time).transpose();
    let (server, upstream) = (used(candidate.server)?, used(candidate.upstream)?);
    let load = candidate.load.drive(Until::Elapsed(time), None);
    let measured = load.map_err(|error| format!("{}: {error}", candidate.name))?;
    let answered = measured.latencies.total() as f64;
    let each = |before: Option<Duration>, id| -> Result<Option<f64>, Fault> {
        let Some((before, after)) = before.zip(used(id)?) else { return Ok(None) };
        Ok(Some((after.saturating_sub(before)).as_secs_f64() * 1e6 / answered))
    };
    let round = Round {
        micros: each(server, candidate.server)?,
        upstream_micros: each(upstream, candidate.upstream)?,
        per_second: answered / measured.elapsed.as_secs_f64(),
    };
    Ok((round, measured.latencies))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_in_the_middle() {
        assert_eq!(median([3.0, 1.0, 2.0].into_iter()), Some(2.0));
        assert_eq!(median([4.0, 1.0].into_iter()), Some(2.5));
        assert_eq!(median(std::iter::empty()), None);
    }

    #[test]
    fn ratios_compare_the_same_round() {
        let series = |costs: &[f64]| Series {
            name: String::new(),
            target: Target::None,
            latencies: Histogram::default(),
            rounds: costs
                .iter()
                .map(|micros| Round {
                    micros: Some(*micros),
                    upstream_micros: Some(1.0),
                    per_second: 1.0,
                })
                .collect(),
        };
        let (own, floor) = (series(&[20.0, 90.0, 22.0]), series(&[10.0, 30.0, 11.0]));
        assert_eq!(own.times(&floor), Some(2.0));
        assert_eq!(own.micros(), Some(20.0));
        assert_eq!(own.micros_with_upstream(), Some(21.0));
        assert_eq!(series(&[9.0, 5.0, 1.0, 7.0, 3.0]).micros(), Some(3.0));
    }
}
