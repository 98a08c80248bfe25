//! Values that repeat from row to row, kept once and named by a number.

use foldhash::fast::FixedState;
use hashbrown::HashTable;
use std::hash::{BuildHasher, Hash};

/// Text, each kept once. Number 0 stands for no text, so that a column of numbers needs no other way to say so.
#[derive(Debug)]
pub struct Texts {
    arena: Vec<u8>,
    /// Where each text ends in the arena; it begins where the previous one ends.
    ends: Vec<u32>,
    table: HashTable<u32>,
    state: FixedState,
}

impl Default for Texts {
    fn default() -> Self {
        // The seed is fixed, since the same log must give the same report.
        Self {
            arena: Vec::new(),
            ends: vec![0],
            table: HashTable::new(),
            state: FixedState::default(),
        }
    }
}

impl Texts {
    /// The number of a text, a new one if it has not been seen.
    pub fn number(&mut self, text: Option<&[u8]>) -> u32 {
        let Some(text) = text else { return 0 };
        let Self {
            arena,
            ends,
            table,
            state,
        } = self;
        let hash = state.hash_one(text);
        if let Some(&known) = table.find(hash, |&n| slice(arena, ends, n) == text) {
            return known;
        }
        // wasm32 has no room for an arena that a u32 cannot address; natively, what comes after it has no name.
        let Ok(end) = u32::try_from(arena.len() + text.len()) else {
            return 0;
        };
        let number = ends.len() as u32;
        arena.extend_from_slice(text);
        ends.push(end);
        table.insert_unique(hash, number, |&n| state.hash_one(slice(arena, ends, n)));
        number
    }

    /// How many there are.
    pub(super) fn len(&self) -> u32 {
        self.ends.len() as u32 - 1
    }

    /// The text of a number.
    #[must_use]
    pub fn bytes(&self, number: u32) -> Option<&[u8]> {
        (number != 0).then(|| slice(&self.arena, &self.ends, number))
    }

    /// The text of a number, for display: bytes that are no UTF-8 become replacement characters.
    #[must_use]
    pub fn text(&self, number: u32) -> Option<String> {
        self.bytes(number)
            .map(|b| String::from_utf8_lossy(b).into_owned())
    }
}

fn slice<'a>(arena: &'a [u8], ends: &[u32], number: u32) -> &'a [u8] {
    let number = number as usize;
    &arena[ends[number - 1] as usize..ends[number] as usize]
}

/// Small values, each kept once and numbered from 0 in the order of their coming.
#[derive(Debug)]
pub struct Pool<T> {
    values: Vec<T>,
    table: HashTable<u32>,
    state: FixedState,
}

impl<T> Default for Pool<T> {
    fn default() -> Self {
        Self {
            values: Vec::new(),
            table: HashTable::new(),
            state: FixedState::default(),
        }
    }
}

impl<T: Copy + Eq + Hash> Pool<T> {
    /// The number of a value, a new one if it has not been seen.
    pub fn number(&mut self, value: T) -> u32 {
        let Self {
            values,
            table,
            state,
        } = self;
        let hash = state.hash_one(value);
        if let Some(&known) = table.find(hash, |&n| values[n as usize] == value) {
            return known;
        }
        let number = values.len() as u32;
        values.push(value);
        table.insert_unique(hash, number, |&n| state.hash_one(values[n as usize]));
        number
    }

    /// The value of a number.
    ///
    /// # Panics
    /// If there is no such number.
    #[must_use]
    pub fn get(&self, number: u32) -> T {
        self.values[number as usize]
    }

    /// All values, in the order of their numbers.
    #[must_use]
    pub fn values(&self) -> &[T] {
        &self.values
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_one_number_and_none_has_zero() {
        let mut texts = Texts::default();
        let numbers: Vec<u32> = (0..1000)
            .map(|i| texts.number(Some(format!("t{}", i % 100).as_bytes())))
            .collect();
        assert_eq!(numbers[7], numbers[907]);
        assert_eq!(texts.text(numbers[42]).as_deref(), Some("t42"));
        assert_eq!(texts.number(None), 0);
        assert_eq!(texts.bytes(0), None);
        let empty = texts.number(Some(b""));
        assert_eq!(texts.bytes(empty), Some(b"".as_slice()));
    }

    #[test]
    fn values_are_numbered_as_they_come() {
        let mut pool = Pool::default();
        assert_eq!(
            [pool.number('a'), pool.number('b'), pool.number('a')],
            [0, 1, 0]
        );
        assert_eq!(pool.values(), ['a', 'b']);
    }
}
