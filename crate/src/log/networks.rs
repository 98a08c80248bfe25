//! Networks of addresses that do not tell them themselves.

use serde::{Deserialize, Serialize};

/// Addresses with their networks: numbers of texts. There are none in a log that was read, and as many as addresses in one
/// without names.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Networks {
    /// By the numbers of the addresses, which rise.
    pairs: Vec<(u32, u32)>,
}

impl Networks {
    /// The network of an address.
    #[must_use]
    pub fn of(&self, address: u32) -> Option<u32> {
        let at = self
            .pairs
            .binary_search_by_key(&address, |&(a, _)| a)
            .ok()?;
        Some(self.pairs[at].1)
    }

    /// Notes the network of an address, unless it has one.
    pub(super) fn insert(&mut self, address: u32, network: u32) {
        if let Err(at) = self.pairs.binary_search_by_key(&address, |&(a, _)| a) {
            self.pairs.insert(at, (address, network));
        }
    }

    /// Whether the numbers are those of texts, of which there are so many, and rise.
    pub(super) fn are_sound(&self, texts: u32) -> bool {
        let rise = self.pairs.windows(2).all(|pair| pair[0].0 < pair[1].0);
        rise && self.pairs.iter().all(|&(a, n)| a <= texts && n <= texts)
    }

    /// All of them.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, u32)> {
        self.pairs.iter().copied()
    }
}
