//! Small statistics over whole numbers.

/// The middle one of some values, the lower of two; it sorts them.
pub(super) fn median<T: Copy + Ord>(values: &mut [T]) -> Option<T> {
    share(values, 50)
}

/// The smallest value that at least so many percent of all do not exceed; it sorts them.
pub(super) fn share<T: Copy + Ord>(values: &mut [T], percent: usize) -> Option<T> {
    values.sort_unstable();
    let rank = (values.len() * percent).div_ceil(100).max(1);
    values.get(rank - 1).copied()
}

/// The values that lie closest together: the most of them within a width, the lowest such; it sorts them.
pub(super) fn densest(values: &mut [u32], width: u32) -> &[u32] {
    values.sort_unstable();
    let mut best = 0..0;
    let mut to = 0;
    for from in 0..values.len() {
        while to < values.len() && values[to] - values[from] <= width {
            to += 1;
        }
        if to - from > best.len() {
            best = from..to;
        }
    }
    &values[best]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_are_values_that_occur() {
        assert_eq!(median(&mut [5, 1, 9, 7]), Some(5));
        assert_eq!(median::<u32>(&mut []), None);
        assert_eq!(share(&mut [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 90), Some(9));
    }

    #[test]
    fn the_densest_values_are_found() {
        assert_eq!(densest(&mut [300, 301, 10, 302, 11], 2), [300, 301, 302]);
        assert_eq!(densest(&mut [1, 5], 2), [1]);
        assert_eq!(densest(&mut [], 2), [0; 0]);
    }
}
