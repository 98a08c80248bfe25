//! The zone of stamps that name none.
//!
//! A server's console and its access log show the same clock, so the zone that other lines state is the best guess for
//! those that state none; where it changes with summer time, that of the lines nearest in time.

use super::Sure;
use crate::certainty::Certainty;
use crate::format::time::{DAY_MS, Stamp};
use crate::sort::Arrange;
use serde::{Deserialize, Serialize};

/// Spans that are kept; a file in which the zone changes more often has lines of several servers.
const SPANS: usize = 64;

/// How far spans of two zones may overlap before they are of two servers, not of one that changed to summer time:
/// requests that are written late.
const OVERLAP_MS: i64 = 2 * 3_600_000;

/// A stretch of lines that state the same zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// Minutes east of UTC.
    pub zone: i16,
    /// Earliest moment, in milliseconds since 1970.
    pub first: i64,
    /// Latest moment.
    pub last: i64,
    /// Line number of its first record.
    pub line: u32,
}

/// What a choice of the zone rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// The user.
    Given,
    /// Other lines of the same file.
    SameFile,
    /// Another file of the case: its index.
    OtherFile(u32),
}

/// The zones that a file's lines state.
#[derive(Debug, Clone, Default)]
pub struct Spans {
    /// In the order of lines.
    pub list: Vec<Span>,
    /// How often the zone changes from line to line.
    pub changes: u64,
    /// Zone of the latest line.
    latest: Option<i16>,
}

impl Spans {
    /// Spans that are known.
    pub(super) fn known(list: Vec<Span>) -> Self {
        Self {
            list,
            ..Self::default()
        }
    }

    /// Takes in a stamp, if it states a zone.
    pub(super) fn note(&mut self, stamp: Stamp, line: u32) {
        let Some(zone) = stamp.zone else {
            return;
        };
        let changed = self
            .latest
            .replace(zone)
            .is_some_and(|latest| latest != zone);
        self.changes += u64::from(changed);
        if (changed || self.list.is_empty()) && self.list.len() < SPANS {
            self.list.push(Span {
                zone,
                first: stamp.ms,
                last: stamp.ms,
                line,
            });
        } else if let Some(span) = self.list.iter_mut().rev().find(|span| span.zone == zone) {
            span.first = span.first.min(stamp.ms);
            span.last = span.last.max(stamp.ms);
        }
    }
}

/// Stretches of several files on one line of time; `None` if there are none, or if they are of clocks in several zones
/// at once.
pub(super) fn united(spans: impl Iterator<Item = Span>) -> Option<Vec<Span>> {
    let mut spans: Vec<Span> = spans.collect();
    spans.arrange_by_key(|span| (span.first, span.last, span.zone));
    let mut united: Vec<Span> = Vec::new();
    for span in spans {
        match united.last_mut() {
            Some(last) if last.zone == span.zone => last.last = last.last.max(span.last),
            Some(last) if span.first < last.last - OVERLAP_MS => return None,
            _ => united.push(span),
        }
    }
    (!united.is_empty()).then_some(united)
}

/// The zone of a moment of a clock that states none: that of the stretch nearest in time.
pub(super) fn at(spans: &[Span], local_ms: i64) -> Option<i16> {
    let away = |span: &&Span| {
        let ms = local_ms - i64::from(span.zone) * 60_000;
        (span.first - ms).max(ms - span.last).max(0)
    };
    match spans {
        [only] => Some(only.zone),
        _ => spans.iter().min_by_key(away).map(|span| span.zone),
    }
}

/// A zone that the user gave.
pub(super) fn given(zone: i16) -> Sure<Vec<Span>, Why> {
    let span = Span {
        zone,
        first: 0,
        last: 0,
        line: 0,
    };
    Sure::of(vec![span], Certainty::Certain, Why::Given)
}

/// How far a period without a zone lies from stretches with one, in milliseconds.
pub(super) fn distance(spans: &[Span], period: (i64, i64)) -> i64 {
    let away = |span: &Span| {
        let shift = i64::from(span.zone) * 60_000;
        (span.first + shift - period.1)
            .max(period.0 - span.last - shift)
            .max(0)
    };
    spans.iter().map(away).min().unwrap_or(i64::MAX)
}

/// A choice that rests on the lines of some file.
pub(super) fn taken(spans: Vec<Span>, why: Why, period: (i64, i64)) -> Sure<Vec<Span>, Why> {
    // Half a year away the server may have summer time; and Domino can be told to write its log in GMT, whatever its
    // clock shows.
    let near = distance(&spans, period) <= DAY_MS;
    let certainty = if near && spans.iter().any(|span| span.zone != 0) {
        Certainty::Likely
    } else {
        Certainty::Possible
    };
    Sure::of(spans, certainty, why)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000;

    fn spans(stamps: &[(i64, i16)]) -> Spans {
        let mut spans = Spans::default();
        for (i, &(hour, zone)) in stamps.iter().enumerate() {
            let stamp = Stamp {
                ms: hour * HOUR,
                zone: Some(zone),
            };
            spans.note(stamp, i as u32 + 1);
        }
        spans
    }

    #[test]
    fn the_zone_is_that_of_the_nearest_lines() {
        // Summer time ends at hour 100.
        let spans = spans(&[(90, 120), (95, 120), (99, 120), (100, 60), (110, 60)]);
        assert_eq!((spans.changes, spans.list[1].line), (1, 4));
        let united = united(spans.list.into_iter()).expect("one clock");
        assert_eq!(at(&united, 97 * HOUR), Some(120));
        assert_eq!(at(&united, 105 * HOUR), Some(60));
        assert_eq!(
            (at(&united, 0), at(&united, 999 * HOUR)),
            (Some(120), Some(60))
        );
    }

    #[test]
    fn two_clocks_at_once_lend_no_zone() {
        let of = |zone| spans(&[(0, zone), (50, zone)]).list.into_iter();
        assert_eq!(united(of(60).chain(of(-300))), None);
        assert_eq!(united(of(60).chain(of(60))).map(|u| u.len()), Some(1));
        assert_eq!(united(std::iter::empty()), None);
    }

    #[test]
    fn a_zone_that_changes_with_every_line_takes_no_room() {
        let stamps: Vec<(i64, i16)> = (0..1000).map(|i| (i, (i % 2) as i16)).collect();
        let spans = spans(&stamps);
        assert_eq!((spans.changes, spans.list.len()), (999, SPANS));
        assert_eq!(spans.list[SPANS - 1].last, 999 * HOUR);
    }
}
