//! Distributions of durations: exact, since there is room for all of them.

use super::model::Spread;

impl Spread {
    /// The spread of durations in milliseconds; it sorts them in place.
    #[must_use]
    pub fn of(durations: &mut [u32]) -> Self {
        durations.sort_unstable();
        // Nearest rank: the smallest value that at least this share of all values does not exceed.
        let rank = |percent: usize| {
            durations
                .get((durations.len() * percent).div_ceil(100).saturating_sub(1))
                .copied()
        };
        Self {
            known: durations.len() as u64,
            min: durations.first().copied(),
            median: rank(50),
            p90: rank(90),
            p99: rank(99),
            max: durations.last().copied(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_values_that_occurred() {
        let mut hundred: Vec<u32> = (1..=100).rev().collect();
        let spread = Spread::of(&mut hundred);
        assert_eq!(
            spread,
            Spread {
                known: 100,
                min: Some(1),
                median: Some(50),
                p90: Some(90),
                p99: Some(99),
                max: Some(100)
            }
        );
        assert_eq!(Spread::of(&mut [7]).p99, Some(7));
        assert_eq!(Spread::of(&mut []), Spread::default());
    }
}
