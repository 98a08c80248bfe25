//! Which values a column has.

use super::condition::TEXTS;
use super::{Column, name_of, text_of};
use crate::explain::Explanation;
use crate::log::Log;
use crate::sort::Arrange;
use serde::Serialize;
use std::collections::BTreeMap;

/// Values at the most: a list to choose from, not all of a million devices.
const MOST: usize = 200;

/// The values of a column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Facets {
    /// The most frequent first, and by their names where they are even.
    pub values: Vec<Facet>,
    /// How many further values there are.
    pub further: u64,
    /// Of how many requests the log does not tell.
    pub unknown: u64,
}

/// A value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Facet {
    /// As the report writes it.
    pub value: String,
    /// Of how many requests.
    pub count: u64,
}

pub(super) fn count(
    log: &Log,
    explanation: &Explanation,
    column: Column,
    rows: impl Iterator<Item = u32>,
) -> Facets {
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    let mut unknown = 0;
    let mut add = |value: Option<String>, count: u64| match value {
        Some(value) => *counts.entry(value).or_default() += count,
        None => unknown += count,
    };
    if TEXTS.contains(&column) {
        let mut origins = vec![0_u64; log.origins.values().len()];
        for row in rows {
            origins[log.origin_number(row) as usize] += 1;
        }
        let used = log.origins.values().iter().zip(origins);
        for (&origin, count) in used.filter(|(_, count)| *count > 0) {
            let text = text_of(log, origin, column);
            add(text.map(|t| String::from_utf8_lossy(t).into_owned()), count);
        }
    } else {
        for row in rows {
            add(name_of(log, explanation, column, row).map(Into::into), 1);
        }
    }
    let mut values: Vec<Facet> = counts
        .into_iter()
        .map(|(value, count)| Facet { value, count })
        .collect();
    values.arrange_by_key(|facet| std::cmp::Reverse(facet.count));
    let further = values.len().saturating_sub(MOST) as u64;
    values.truncate(MOST);
    Facets {
        values,
        further,
        unknown,
    }
}
