//! Sorting of what is short: tables of a report, files of a case.
//!
//! Each type and each order makes the standard library's stable sort anew, 8 KB of the module every time. Here it is made
//! once, for places, and what is sorted is only moved to them.

use std::cmp::Ordering;

/// Stable sorting, as the methods of slices that have `sort` in their names do it.
pub(crate) trait Arrange<T> {
    /// By a comparison.
    fn arrange_by(&mut self, compare: impl Fn(&T, &T) -> Ordering);

    /// By a key, which is made anew for each comparison.
    fn arrange_by_key<K: Ord>(&mut self, key: impl Fn(&T) -> K);
}

impl<T> Arrange<T> for [T] {
    fn arrange_by(&mut self, compare: impl Fn(&T, &T) -> Ordering) {
        let order = order(self.len(), &|a, b| compare(&self[a], &self[b]));
        for at in 0..order.len() {
            // Those before `at` are in place already; what stood there is where it was swapped to.
            let mut from = order[at];
            while from < at {
                from = order[from];
            }
            self.swap(at, from);
        }
    }

    fn arrange_by_key<K: Ord>(&mut self, key: impl Fn(&T) -> K) {
        self.arrange_by(|a, b| key(a).cmp(&key(b)));
    }
}

/// Which one comes at each place.
fn order(len: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut order: Vec<usize> = (0..len).collect();
    order.sort_by(|&a, &b| compare(a, b));
    order
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_sorts_as_the_standard_library_does(mut values: Vec<(u8, u32)>) {
            let mut expected = values.clone();
            expected.sort_by_key(|v| v.0);
            values.arrange_by_key(|v| v.0);
            prop_assert_eq!(&values, &expected);
            expected.sort_by_key(|v| std::cmp::Reverse(v.1));
            values.arrange_by(|a, b| b.1.cmp(&a.1));
            prop_assert_eq!(values, expected);
        }
    }
}
