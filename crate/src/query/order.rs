//! Rows in an order.

use super::condition::TEXTS;
use super::{Column, Sort, number_of, text_of};
use crate::activesync::Command;
use crate::explain::Explanation;
use crate::log::Log;
use crate::sort::Arrange;

/// Comes behind all that is known.
const UNKNOWN: u64 = u64::MAX;

/// The rows in order of time, or in the order that is asked for and, within that, of time.
pub(super) fn sorted(
    log: &Log,
    explanation: &Explanation,
    mut rows: Vec<u32>,
    sort: Option<Sort>,
) -> Vec<u32> {
    explanation.timeline.sort(log, &mut rows);
    let Some(Sort { column, descending }) = sort else {
        return rows;
    };
    let key = keys(log, explanation, column);
    let mut keyed: Vec<(u64, u32)> = (0..)
        .zip(&rows)
        .map(|(at, &row)| {
            let key = key(row);
            // Kept below what is unknown, which stays last.
            let key = if descending && key != UNKNOWN {
                UNKNOWN - 1 - key
            } else {
                key
            };
            (key, at)
        })
        .collect();
    keyed.sort_unstable();
    keyed.into_iter().map(|(_, at)| rows[at as usize]).collect()
}

/// A number for each row that says where it comes.
fn keys<'a>(
    log: &'a Log,
    explanation: &'a Explanation,
    column: Column,
) -> Box<dyn Fn(u32) -> u64 + 'a> {
    if TEXTS.contains(&column) {
        let ranks = ranks(log, column);
        return Box::new(move |row| ranks[log.origin_number(row) as usize]);
    }
    match column {
        // Names of these have an order of their own: the one in which they are listed everywhere.
        Column::Outcome => Box::new(|row| explanation.outcome(row) as u64),
        Column::Pattern => Box::new(|row| {
            let pattern = explanation.pattern(log, row);
            // What shares no length comes after what does.
            pattern.map_or(UNKNOWN, |p| {
                (p.kind as u64) << 32 | u64::from(p.at.unwrap_or(u32::MAX))
            })
        }),
        Column::Certainty => Box::new(|row| explanation.verdict(row).certainty as u64),
        Column::Command => {
            let mut names = Command::ALL.map(Command::name);
            names.arrange_by(Ord::cmp);
            let rank = Command::ALL.map(|c| names.iter().position(|&n| n == c.name()));
            Box::new(move |row| rank[log.command(row) as usize].map_or(UNKNOWN, |at| at as u64))
        }
        _ => Box::new(move |row| {
            // Half of the numbers are below nought.
            number_of(log, explanation, column, row)
                .map_or(UNKNOWN, |n| (n as u64 ^ 1 << 63).min(UNKNOWN - 1))
        }),
    }
}

/// Where the text of each origin comes among all texts of the column.
fn ranks(log: &Log, column: Column) -> Vec<u64> {
    let origins = log.origins.values();
    let lower = |text: &[u8]| text.to_ascii_lowercase();
    let mut texts: Vec<(Vec<u8>, &[u8])> = origins
        .iter()
        .filter_map(|&origin| text_of(log, origin, column))
        .map(|text| (lower(text), text))
        .collect();
    texts.arrange_by(Ord::cmp);
    texts.dedup();
    let rank = |text: &[u8]| {
        let at = texts.binary_search_by(|(l, t)| (l.as_slice(), *t).cmp(&(&lower(text), text)));
        at.map_or(UNKNOWN, |at| at as u64)
    };
    origins
        .iter()
        .map(|&origin| text_of(log, origin, column).map_or(UNKNOWN, rank))
        .collect()
}
