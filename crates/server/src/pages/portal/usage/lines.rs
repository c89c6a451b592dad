//! The table by client, and the advice above it.

use portreeve_core::usage::Tally;

use crate::flow::usage_report::{ClientLine, Report};
use crate::pages::portal::client::refusals::title;
use crate::texts::{Texts, number};

/// One client in the table.
pub(super) struct Line {
    /// Its id; none when it is gone.
    pub(super) client_id: Option<String>,
    /// Its name.
    pub(super) name: String,
    /// Calls in all.
    pub(super) requests: String,
    /// How long its bar is, in per cent of the longest.
    pub(super) bar: String,
    /// Calls that were refused.
    pub(super) refused: String,
    /// Their share.
    pub(super) refused_share: String,
    /// True when it is more than one in a hundred.
    pub(super) is_refused_often: bool,
    /// Tokens.
    pub(super) tokens: String,
    /// True when it asks for too many.
    pub(super) asks_too_often: bool,
    /// Why it was refused most often, in words.
    pub(super) reason: Option<String>,
}

/// A client that asks for a token too often.
pub(super) struct Advice {
    /// Its id.
    pub(super) client_id: String,
    /// Its name.
    pub(super) name: String,
    /// Tokens it got.
    pub(super) tokens: u64,
    /// Calls it made.
    pub(super) requests: u64,
    /// Tokens it would need.
    pub(super) needed: u64,
}

pub(super) fn lines(t: &Texts, report: &Report) -> Vec<Line> {
    let all = |tally: Tally| tally.passed.saturating_add(tally.refused);
    let longest = report.clients.iter().map(|line| all(line.tally)).max().unwrap_or(0).max(1);
    let told = |line: &ClientLine| Line {
        client_id: line.client.as_ref().map(|_| line.client_id.to_string()),
        name: line.name.clone(),
        requests: number(all(line.tally)),
        bar: format!("{:.1}%", all(line.tally) as f64 * 100.0 / longest as f64),
        refused: number(line.tally.refused),
        refused_share: t.say1(
            "usage-per-cent",
            "share",
            share(line.tally.refused, all(line.tally)),
        ),
        is_refused_often: line.tally.refused.saturating_mul(100) > all(line.tally),
        tokens: number(line.tally.tokens),
        asks_too_often: line.enough.is_some(),
        reason: line.refused_most.as_ref().map(|(reason, _)| title(reason, "", t)),
    };
    report.clients.iter().map(told).collect()
}

pub(super) fn advice(report: &Report) -> Vec<Advice> {
    let told = |line: &ClientLine| {
        Some(Advice {
            client_id: line.client.as_ref()?.client_id.to_string(),
            name: line.name.clone(),
            tokens: line.tally.tokens,
            requests: line.tally.passed,
            needed: line.enough?,
        })
    };
    report.clients.iter().filter_map(told).take(3).collect()
}

/// A share in per cent with two figures that count: `8`, `0.6`, `0.03`.
pub(super) fn share(part: u64, all: u64) -> String {
    if all == 0 || part == 0 {
        return "0".to_owned();
    }
    let share = part as f64 * 100.0 / all as f64;
    match share {
        _ if share >= 1.95 => format!("{share:.0}"),
        _ if share >= 0.095 => trimmed(&format!("{share:.1}")),
        _ if share >= 0.005 => trimmed(&format!("{share:.2}")),
        _ => "< 0.01".to_owned(),
    }
}

/// How many of one there are for one of the other: `3.8`, `412`.
pub(super) fn ratio(many: u64, few: u64) -> String {
    let ratio = many as f64 / few.max(1) as f64;
    if ratio >= 10.0 { format!("{ratio:.0}") } else { trimmed(&format!("{ratio:.1}")) }
}

fn trimmed(text: &str) -> String {
    text.strip_suffix(".0").unwrap_or(text).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_have_the_figures_that_count() {
        for (part, all, expected) in [
            (0, 10, "0"),
            (5, 0, "0"),
            (540, 102_900, "0.5"),
            (6_301, 284_377, "2"),
            (212, 803_210, "0.03"),
            (1, 1_000_000, "< 0.01"),
            (8, 100, "8"),
            (1, 1, "100"),
        ] {
            assert_eq!(share(part, all), expected, "{part} of {all}");
        }
        assert_eq!(ratio(1_203_418, 318_902), "3.8");
        assert_eq!(ratio(4_120, 10), "412");
        assert_eq!(ratio(10, 10), "1");
    }
}
