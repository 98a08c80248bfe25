//! Randomness that is the same on every platform: SplitMix64 and integer arithmetic only.
//!
//! Every actor draws from a stream of its own, named by a string, so that a change to one actor leaves the others' draws
//! (and with them most of the fixtures' bytes) as they were.

/// A SplitMix64 generator (Steele, Lea and Flood, 2014).
#[derive(Debug, Clone)]
pub struct Rng(u64);

impl Rng {
    /// The stream called `name` of the world seeded with `seed`.
    #[must_use]
    pub fn new(seed: u64, name: &str) -> Self {
        // FNV-1a turns the name into a number; the generator's own mixing does the rest.
        let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        Self(seed ^ hash)
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number in `0..n`; 0 when `n` is 0.
    pub fn below(&mut self, n: usize) -> usize {
        // Multiply and shift: a bias of at most n / 2^64, and no loop whose length depends on the draw.
        let wide = u128::from(self.bits()) * (n as u128);
        (wide >> 64) as usize
    }

    /// A number from `low` to `high`, both included, all equally likely.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = usize::try_from(high - low + 1).unwrap_or(0);
        low + i64::try_from(self.below(span)).unwrap_or(0)
    }

    /// A number from `low` to `high`, both included, likeliest in the middle.
    pub fn peaked(&mut self, low: i64, high: i64) -> i64 {
        (self.between(low, high) + self.between(low, high)) / 2
    }

    /// True once in `n` times.
    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    /// True `percent` times in a hundred.
    pub fn percent(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// A number from `low` to `high` of which each doubling is as likely as the next one: most are small, and some are very
    /// much larger.
    pub fn octaves(&mut self, low: i64, high: i64) -> i64 {
        let low = low.max(1);
        let mut doublings = 0;
        while low << (doublings + 1) < high {
            doublings += 1;
        }
        let from = low << self.below(doublings + 1);
        self.between(from, (2 * from).min(high).max(from))
    }

    /// A number from `low` to twice that, or longer: doubled as long as `percent` in a hundred say so, `high` at most.
    pub fn tailed(&mut self, low: i64, high: i64, percent: usize) -> i64 {
        let mut number = self.between(low, 2 * low);
        while number < high && self.percent(percent) {
            number *= 2;
        }
        number.min(high)
    }

    /// One of `items`, which must not be empty.
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }

    /// One of `items`, each as likely as its weight; the weights must not all be zero.
    pub fn weighted<T: Copy>(&mut self, items: &[(usize, T)]) -> T {
        let total = items.iter().map(|(weight, _)| weight).sum();
        let mut at = self.below(total);
        for (weight, item) in items {
            if at < *weight {
                return *item;
            }
            at -= weight;
        }
        items[items.len() - 1].1
    }

    /// Puts `items` into a random order (Fisher and Yates).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.below(i + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Rng;

    #[test]
    fn matches_the_published_generator() {
        // The first outputs of SplitMix64 seeded with 1234567.
        let mut rng = Rng(1_234_567);
        assert_eq!(rng.bits(), 6_457_827_717_110_365_317);
        assert_eq!(rng.bits(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn stays_inside_its_bounds_and_reaches_them() {
        let mut rng = Rng::new(1, "bounds");
        let draws: Vec<i64> = (0..1000).map(|_| rng.between(-2, 2)).collect();
        assert_eq!(draws.iter().min(), Some(&-2));
        assert_eq!(draws.iter().max(), Some(&2));
        let octaves: Vec<i64> = (0..1000).map(|_| rng.octaves(100, 3_000)).collect();
        assert!(octaves.iter().all(|draw| (100..=3_000).contains(draw)));
        assert!(octaves.iter().filter(|draw| **draw < 400).count() > 300);
        let tailed: Vec<i64> = (0..1000).map(|_| rng.tailed(200, 12_000, 45)).collect();
        assert_eq!(tailed.iter().max(), Some(&12_000));
        assert!(tailed.iter().filter(|draw| **draw <= 400).count() > 400);
    }
}
