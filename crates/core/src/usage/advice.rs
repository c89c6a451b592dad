//! Does a program ask for tokens too often? One that asks anew for each call works, and
//! is slower than it need be.

use crate::time::Ttl;
use crate::usage::Tally;

/// Below so many tokens nobody need be told anything.
const FEW: u64 = 10;
/// How many times what would do is still fine: programs are restarted, and have threads.
const GENEROUS: u64 = 4;

/// What a client did within a span of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The tokens that it was given.
    pub tokens: u64,
    /// Its calls that passed.
    pub passed: u64,
    /// The hours of the span in which it did anything.
    pub hours: u64,
    /// How long one of its tokens lives.
    pub life: Ttl,
}

/// True when it would be too often even of tokens that live for ever, so that it is worth
/// while to look in how many hours that was.
pub fn may_be_too_often(tally: Tally) -> bool {
    let life = Ttl::from_seconds(u32::MAX);
    too_often(Asked { tokens: tally.tokens, passed: tally.passed, hours: 1, life }).is_some()
}

/// How many tokens would do: one after another in every hour of activity, at least one.
pub fn enough(asked: Asked) -> u64 {
    let life = u64::from(asked.life.as_seconds()).max(1);
    asked.hours.saturating_mul(3600).div_ceil(life).max(1)
}

/// How many tokens would have done, for a client that asks too often; `None` for any
/// other.
pub fn too_often(asked: Asked) -> Option<u64> {
    let enough = enough(asked);
    let is_too_often = asked.tokens > FEW
        && asked.tokens > asked.passed / 2
        && asked.tokens > enough.saturating_mul(GENEROUS);
    is_too_often.then_some(enough)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_asks_too_often_hears_how_many_would_do() {
        for ((tokens, passed, hours, life), expected) in [
            // A token for each call, day and night, where one would live for an hour.
            ((10_000, 10_000, 24, 3600), Some(24)),
            ((10_000, 0, 24, 3600), Some(24)),
            ((10_000, 10_000, 24, 86_400), Some(1)),
            ((10_000, 10_000, 24, 60), Some(1440)),
            ((10_000, 10_000, 1, 0), None),
            // Few, seldom in comparison, or not so many more than would do.
            ((10, 10, 1, 3600), None),
            ((11, 11, 1, 3600), Some(1)),
            ((10_000, 20_000, 24, 3600), None),
            ((10_000, 19_998, 24, 3600), Some(24)),
            ((96, 96, 24, 3600), None),
            ((97, 97, 24, 3600), Some(24)),
            ((0, 0, 0, 3600), None),
            ((u64::MAX, u64::MAX, u64::MAX, 1), None),
        ] {
            let asked = Asked { tokens, passed, hours, life: Ttl::from_seconds(life) };
            assert_eq!(too_often(asked), expected, "{asked:?}");
            let tally = Tally { tokens, passed, refused: 0 };
            assert!(expected.is_none() || may_be_too_often(tally), "{asked:?}");
        }
        assert!(!may_be_too_often(Tally { tokens: 10, passed: 10, refused: 0 }));
    }
}
