//! How many requests are open when, counted exactly.

use std::collections::BTreeMap;

use super::journey::Journey;
use super::record::LogFile;
use super::world::Played;
use crate::activesync::Command;
use crate::clock::{MINUTE, Ms};

/// When a request was open: from the first moment to before the second.
type Span = (Ms, Ms);

/// The most requests that were open at a time, and since when.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Peak {
    /// How many.
    pub count: usize,
    /// The first moment at which so many were open.
    pub at: Ms,
}

/// The peak of a number of spans. What ends at a moment is over before what begins at it.
#[must_use]
pub fn peak(spans: &[Span]) -> Peak {
    let mut changes: Vec<(Ms, i64)> = Vec::new();
    for (from, to) in spans.iter().filter(|(from, to)| from < to) {
        changes.push((*from, 1));
        changes.push((*to, -1));
    }
    changes.sort_unstable();
    let (mut open, mut best) = (0_i64, Peak::default());
    for (at, change) in changes {
        open += change;
        let count = usize::try_from(open).unwrap_or(0);
        if count > best.count {
            best = Peak { count, at };
        }
    }
    best
}

/// How many of the spans are open at each moment from `begin` to `end`, `step` apart.
#[must_use]
pub fn over_time(spans: &[Span], (begin, end): Span, step: Ms) -> Vec<usize> {
    let mut counts = Vec::new();
    let mut at = begin;
    while at < end {
        let open = spans.iter().filter(|(from, to)| (*from..*to).contains(&at));
        counts.push(open.count());
        at += step;
    }
    counts
}

/// Parts of `period` longer than `shortest` that none of the spans covers.
#[must_use]
pub fn gaps(spans: &[Span], period: Span, shortest: Ms) -> Vec<Span> {
    let mut sorted = spans.to_vec();
    sorted.sort_unstable();
    let (mut covered, mut gaps) = (period.0, Vec::new());
    for (from, to) in sorted.into_iter().chain([(period.1, period.1)]) {
        let from = from.min(period.1);
        if from - covered > shortest {
            gaps.push((covered, from));
        }
        covered = covered.max(to);
    }
    gaps
}

/// The step of what is given over time.
pub const STEP: Ms = 10 * MINUTE;

impl Played {
    /// When a request was open at the server, as far as the log's period goes; `None` for one that never got there.
    #[must_use]
    pub fn span(&self, journey: &Journey) -> Option<Span> {
        let end = self.fleet.period.1;
        let to = journey.end.as_ref().map_or(end, |end| end.at);
        Some((journey.start?, to))
    }

    /// The spans of all requests whose lines the server's logs hold; of Pings alone, if that is wanted.
    #[must_use]
    pub fn logged(&self, files: &[LogFile], only: Option<Command>) -> Vec<Span> {
        let rows = files
            .iter()
            .flat_map(|file| &file.rows)
            .filter(|row| row.also.is_none());
        rows.map(|row| self.journey(row.id))
            .filter(|journey| only.is_none_or(|command| journey.ask.command == command))
            .filter_map(|journey| self.span(journey))
            .collect()
    }

    /// The spans of all requests of each partnership.
    #[must_use]
    pub fn by_partnership(&self) -> BTreeMap<usize, Vec<Span>> {
        let mut all: BTreeMap<usize, Vec<Span>> = BTreeMap::new();
        for journey in &self.journeys {
            if let Some(span) = self.span(journey) {
                let number = self.partnerships[journey.account];
                all.entry(number).or_default().push(span);
            }
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::{Peak, gaps, over_time, peak};

    #[test]
    fn counts_what_is_open() {
        let spans = [(0, 10), (5, 20), (10, 12), (11, 11)];
        assert_eq!(peak(&spans), Peak { count: 2, at: 5 });
        assert_eq!(over_time(&spans, (0, 21), 5), [1, 2, 2, 1, 0]);
        assert_eq!(gaps(&spans, (-5, 30), 3), [(-5, 0), (20, 30)]);
        assert_eq!(gaps(&spans, (2, 15), 3), []);
    }
}
