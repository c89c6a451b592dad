//! Latencies, counted in buckets that grow with the value: 64 per power of two, so
//! that a quantile is read with an error below 1.6 %.

use std::time::Duration;

/// Buckets per power of two, as a power of two.
const FINE_BITS: u32 = 6;
const FINE: u64 = 1 << FINE_BITS;
/// Enough for every number of nanoseconds that fits 64 bits.
const BUCKETS: usize = ((64 - FINE_BITS as usize) + 1) << FINE_BITS;

/// How often which duration was seen.
#[derive(Clone, Debug)]
pub(crate) struct Histogram {
    counts: Vec<u64>,
    total: u64,
}

impl Default for Histogram {
    fn default() -> Self {
        Self { counts: vec![0; BUCKETS], total: 0 }
    }
}

impl Histogram {
    /// Counts one duration.
    pub(crate) fn count(&mut self, took: Duration) {
        let nanos = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX);
        if let Some(count) = self.counts.get_mut(bucket(nanos)) {
            *count += 1;
            self.total += 1;
        }
    }

    /// Adds everything that another one has counted.
    pub(crate) fn add(&mut self, other: &Self) {
        for (count, more) in self.counts.iter_mut().zip(&other.counts) {
            *count += more;
        }
        self.total += other.total;
    }

    /// How many were counted.
    pub(crate) const fn total(&self) -> u64 {
        self.total
    }

    /// The duration, in microseconds, that `share` (0 to 1) of all do not exceed;
    /// 0 when nothing was counted.
    pub(crate) fn quantile_micros(&self, share: f64) -> f64 {
        let wanted = (self.total as f64 * share).ceil() as u64;
        let mut seen = 0;
        let found = self.counts.iter().position(|count| {
            seen += count;
            seen >= wanted && seen > 0
        });
        found.map_or(0.0, |number| middle(number) / 1000.0)
    }
}

/// Below [`FINE`] a bucket per nanosecond, then [`FINE`] per doubling.
fn bucket(nanos: u64) -> usize {
    let shift = (64 - FINE_BITS).saturating_sub(nanos.leading_zeros() + 1);
    (u64::from(shift) * FINE + (nanos >> shift)) as usize
}

/// The middle of a bucket, in nanoseconds.
fn middle(number: usize) -> f64 {
    let number = number as u64;
    let shift = (number / FINE).saturating_sub(1);
    let low = (number - shift * FINE) << shift;
    low as f64 + ((1_u64 << shift) - 1) as f64 / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_holds_its_own_middle_and_nothing_much_else() {
        for nanos in (0..200).chain([1_000, 65_535, 65_536, 1_234_567, 987_654_321, u64::MAX / 2]) {
            let middle = middle(bucket(nanos));
            let error = (middle - nanos as f64).abs();
            assert!(error <= nanos as f64 / 64.0 + 0.5, "{nanos} is read as {middle}");
        }
    }

    #[test]
    fn buckets_rise_with_the_value() {
        let numbers: Vec<usize> = (0..63).map(|bits| bucket(1 << bits)).collect();
        assert!(numbers.is_sorted_by(|a, b| a < b));
        assert!(bucket(u64::MAX) < BUCKETS);
    }

    #[test]
    fn quantiles_are_read_over_all_that_was_added() {
        let (mut one, mut two) = (Histogram::default(), Histogram::default());
        (1..=500).for_each(|micros| one.count(Duration::from_micros(micros)));
        (501..=1000).for_each(|micros| two.count(Duration::from_micros(micros)));
        one.add(&two);
        assert_eq!(one.total(), 1000);
        for (share, expected) in [(0.5, 500.0), (0.99, 990.0), (1.0, 1000.0)] {
            let read = one.quantile_micros(share);
            assert!((read - expected).abs() < expected / 60.0, "{share}: {read}");
        }
        assert!(Histogram::default().quantile_micros(0.5).abs() < f64::EPSILON);
    }
}
