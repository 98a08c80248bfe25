//! A map of few keys: commands, statuses, outcomes.
//!
//! Each type of the standard library's map adds 4 KB to the module; for so few keys, a list that is kept in order does.

/// Values by their keys, in the order of those.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Few<K, V>(Vec<(K, V)>);

impl<K, V> Default for Few<K, V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<K: Ord + Copy, V: Default> Few<K, V> {
    /// The value of a key; one that is new has the default.
    pub(crate) fn at(&mut self, key: K) -> &mut V {
        let at = self.0.partition_point(|&(known, _)| known < key);
        if self.0.get(at).is_none_or(|&(known, _)| known != key) {
            self.0.insert(at, (key, V::default()));
        }
        &mut self.0[at].1
    }

    /// The value of a key, if it has one.
    pub(crate) fn get(&self, key: K) -> Option<&V> {
        let at = self.0.partition_point(|&(known, _)| known < key);
        self.0
            .get(at)
            .filter(|&&(known, _)| known == key)
            .map(|(_, value)| value)
    }
}

impl<K, V> IntoIterator for Few<K, V> {
    type Item = (K, V);
    type IntoIter = std::vec::IntoIter<(K, V)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_kept_by_their_keys_and_come_in_their_order() {
        let mut counts: Few<u16, u64> = Few::default();
        for status in [409, 200, 503, 200, 409, 200] {
            *counts.at(status) += 1;
        }
        assert_eq!((counts.get(409), counts.get(404)), (Some(&2), None));
        let all: Vec<(u16, u64)> = counts.into_iter().collect();
        assert_eq!(all, [(200, 3), (409, 2), (503, 1)]);
    }
}
