//! Columns: one value a row, in blocks, so that a growing log is never copied and never has twice its size in memory.

/// Rows in a block. A power of two, so that an index splits by shifting.
const BLOCK: usize = 1 << 14;

/// One value of type `T` for each row.
#[derive(Debug, Clone)]
pub struct Column<T> {
    blocks: Vec<Vec<T>>,
    len: usize,
}

impl<T> Default for Column<T> {
    fn default() -> Self {
        Self {
            blocks: Vec::new(),
            len: 0,
        }
    }
}

impl<T: Copy> Column<T> {
    /// A column of `len` equal values.
    #[must_use]
    pub fn filled(value: T, len: usize) -> Self {
        let mut column = Self::default();
        for _ in 0..len {
            column.push(value);
        }
        column
    }

    /// Appends a row.
    pub fn push(&mut self, value: T) {
        if self.len.is_multiple_of(BLOCK) {
            // The first block grows as it needs to: most cases are small, and there are several columns.
            let capacity = if self.len == 0 { 0 } else { BLOCK };
            self.blocks.push(Vec::with_capacity(capacity));
        }
        self.blocks[self.len / BLOCK].push(value);
        self.len += 1;
    }

    /// The value of a row.
    ///
    /// # Panics
    /// If there is no such row.
    #[must_use]
    pub fn get(&self, row: u32) -> T {
        let row = row as usize;
        self.blocks[row / BLOCK][row % BLOCK]
    }

    /// Changes the value of a row.
    ///
    /// # Panics
    /// If there is no such row.
    pub fn set(&mut self, row: u32, value: T) {
        let row = row as usize;
        self.blocks[row / BLOCK][row % BLOCK] = value;
    }

    /// Drops the rows from `len` on.
    pub fn truncate(&mut self, len: usize) {
        if len < self.len {
            self.blocks.truncate(len.div_ceil(BLOCK));
            if let (Some(last), rest @ 1..) = (self.blocks.last_mut(), len % BLOCK) {
                last.truncate(rest);
            }
            self.len = len;
        }
    }

    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
}

/// An unsigned integer that keeps the low part of a [`Rising`] column's values.
pub trait Low: Copy {
    /// How many bits it keeps.
    const BITS: u32;
    /// The low bits of a value.
    fn of(value: u64) -> Self;
    /// Those bits again.
    fn value(self) -> u64;
}

impl Low for u16 {
    const BITS: u32 = 16;
    fn of(value: u64) -> Self {
        value as Self
    }
    fn value(self) -> u64 {
        u64::from(self)
    }
}

impl Low for u32 {
    const BITS: u32 = 32;
    fn of(value: u64) -> Self {
        value as Self
    }
    fn value(self) -> u64 {
        u64::from(self)
    }
}

/// Numbers that mostly rise from row to row, such as offsets: each row keeps the low bits, and a short list keeps the
/// high bits with the row from which they hold. Any sequence is kept exactly; a rising one costs the low bits alone.
#[derive(Debug, Clone)]
pub struct Rising<L> {
    low: Column<L>,
    high: Vec<(u32, u64)>,
}

impl<L> Default for Rising<L> {
    fn default() -> Self {
        Self {
            low: Column::default(),
            high: Vec::new(),
        }
    }
}

impl<L: Low> Rising<L> {
    /// Appends a row.
    pub fn push(&mut self, value: u64) {
        let high = value >> L::BITS;
        if self.high.last().map_or(0, |&(_, h)| h) != high {
            self.high.push((self.low.len() as u32, high));
        }
        self.low.push(L::of(value));
    }

    /// Drops the rows from `len` on.
    pub fn truncate(&mut self, len: usize) {
        self.low.truncate(len);
        self.high.retain(|&(from, _)| (from as usize) < len);
    }

    /// The value of a row.
    ///
    /// # Panics
    /// If there is no such row.
    #[must_use]
    pub fn get(&self, row: u32) -> u64 {
        let after = self.high.partition_point(|&(from, _)| from <= row);
        let high = after.checked_sub(1).map_or(0, |i| self.high[i].1);
        high << L::BITS | self.low.get(row).value()
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn rows_keep_their_values_across_blocks() {
        let mut column = Column::default();
        for i in 0..3 * BLOCK as u32 + 7 {
            column.push(i);
        }
        column.set(BLOCK as u32, 9);
        assert_eq!(column.len(), 3 * BLOCK + 7);
        assert_eq!(
            (column.get(BLOCK as u32), column.get(3 * BLOCK as u32 + 6)),
            (9, 3 * BLOCK as u32 + 6)
        );
        assert_eq!(
            (0..column.len() as u32)
                .filter(|&row| column.get(row) == row)
                .count(),
            column.len() - 1
        );
    }

    #[test]
    fn rows_that_were_dropped_can_be_pushed_again() {
        for keep in [0, 5, BLOCK, BLOCK + 1, 2 * BLOCK] {
            let (mut column, mut rising) = (Column::default(), Rising::<u16>::default());
            for i in 0..2 * BLOCK as u32 + 3 {
                column.push(i);
                rising.push(u64::from(i) << 10);
            }
            column.truncate(keep);
            rising.truncate(keep);
            column.push(7);
            rising.push(7);
            assert_eq!(
                (
                    column.len(),
                    column.get(keep as u32),
                    rising.get(keep as u32)
                ),
                (keep + 1, 7, 7)
            );
            assert!((0..keep as u32).all(|row| column.get(row) == row));
            if keep > 0 {
                assert_eq!(rising.get(keep as u32 - 1), (keep as u64 - 1) << 10);
            }
        }
    }

    proptest! {
        #[test]
        fn any_sequence_is_kept(values in prop::collection::vec(0_u64..1 << 40, 0..50)) {
            let (mut wide, mut narrow) = (Rising::<u32>::default(), Rising::<u16>::default());
            for &value in &values {
                wide.push(value);
                narrow.push(value);
            }
            for (row, &value) in values.iter().enumerate() {
                prop_assert_eq!(wide.get(row as u32), value);
                prop_assert_eq!(narrow.get(row as u32), value);
            }
        }
    }
}
