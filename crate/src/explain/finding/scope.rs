//! How far a finding reaches: how many requests, of whom, from when to when, and the first lines that show it.

use super::{Case, Concerned, Finding, Proof, SHOWN, Spot, Who};
use crate::format::time::Stamp;
use crate::sort::Arrange;
use std::collections::BTreeMap;

/// How many of those concerned are named; the others are counted.
const NAMED: usize = 5;

/// Requests that a finding speaks of.
#[derive(Debug, Default)]
pub(super) struct Scope {
    /// How many.
    pub(super) count: u64,
    /// How many of each device.
    pub(super) devices: BTreeMap<u32, u64>,
    first: Option<(i64, u32)>,
    last: Option<(i64, u32)>,
    evidence: Vec<u32>,
    /// All of them, if somebody wants them.
    rows: Vec<u32>,
}

impl Scope {
    /// Requests that pass a test.
    pub(super) fn of(case: &Case<'_>, fits: impl Fn(u32) -> bool) -> Self {
        let mut scope = Self::default();
        for device in case.devices() {
            scope.add(case, case.lane(device).iter().copied().filter(|&r| fits(r)));
        }
        let without = case.explanation.timeline.without_device();
        scope.add(case, without.iter().copied().filter(|&r| fits(r)));
        scope
    }

    /// These requests.
    pub(super) fn of_rows(case: &Case<'_>, rows: &[u32]) -> Self {
        let mut rows = rows.to_vec();
        case.explanation.timeline.sort(case.log, &mut rows);
        rows.dedup();
        let mut scope = Self::default();
        scope.add(case, rows.into_iter());
        scope
    }

    /// Takes in requests that come in order of time.
    fn add(&mut self, case: &Case<'_>, rows: impl Iterator<Item = u32>) {
        let timeline = &case.explanation.timeline;
        let mut shown = 0;
        for row in rows {
            self.count += 1;
            if case.with_rows {
                self.rows.push(row);
            }
            if let Some(device) = case.log.device(row) {
                *self.devices.entry(device).or_default() += 1;
            }
            // In order of time, the first few are enough.
            if shown < SHOWN {
                shown += 1;
                self.evidence.push(row);
            }
            let Some(span) = timeline.span(case.log, row) else {
                continue;
            };
            // Of two at one moment, which is kept must not depend on the order of opening: their zones may differ.
            let at = |ms: i64| (ms, timeline.rank(case.log.file_of(row)));
            let known = |held: Option<(i64, u32)>| {
                held.map(|(ms, row)| (ms, timeline.rank(case.log.file_of(row))))
            };
            if known(self.first).is_none_or(|first| at(span.start) < first) {
                self.first = Some((span.start, row));
            }
            if known(self.last).is_none_or(|last| at(span.end) > last) {
                self.last = Some((span.end, row));
            }
        }
        self.evidence
            .arrange_by(|&a, &b| timeline.compare(case.log, a, b));
        self.evidence.truncate(SHOWN);
    }

    /// From the first to the last of them.
    pub(super) fn period(&self, case: &Case<'_>) -> Option<(Stamp, Stamp)> {
        let stamp = |(ms, row): (i64, u32)| case.stamp(row, ms);
        Some((stamp(self.first?), stamp(self.last?)))
    }

    /// Puts itself into a finding.
    pub(super) fn describe(self, case: &Case<'_>, finding: &mut Finding) {
        finding.count = self.count;
        finding.requests = self.count;
        finding.devices = self.devices.len() as u64;
        finding.period = self.period(case);
        let named = self.devices.iter().map(|(&device, &count)| {
            let id = case.log.texts.text(case.log.devices.get(device));
            (id.unwrap_or_default(), count)
        });
        finding.concerned = most(Who::Device, named);
        finding.evidence = self.evidence.iter().map(|&row| case.proof(row)).collect();
        finding.rows = self.rows;
        case.explanation.timeline.sort(case.log, &mut finding.rows);
    }
}

/// Those that are concerned most, by name where they are even.
pub(super) fn most(who: Who, all: impl Iterator<Item = (String, u64)>) -> Vec<Concerned> {
    let mut all: Vec<(String, u64)> = all.collect();
    all.arrange_by(|a, b| (b.1, &a.0).cmp(&(a.1, &b.0)));
    all.truncate(NAMED);
    all.into_iter()
        .map(|(name, count)| Concerned { who, name, count })
        .collect()
}

impl Case<'_> {
    /// The place of a row, and that of its cause.
    fn proof(&self, row: u32) -> Proof {
        let cause = self.explanation.verdict(row).cause;
        Proof {
            spot: self.spot(row),
            cause: cause.map(|cause| self.spot(cause)),
        }
    }

    /// The place of a row.
    pub(super) fn spot(&self, row: u32) -> Spot {
        Spot {
            file: self.log.file_of(row),
            place: self.log.row(row).place,
        }
    }

    /// A moment by the clock that a row was written by, in its zone.
    fn stamp(&self, row: u32, ms: i64) -> Stamp {
        let ahead = self.explanation.timeline.ahead_ms(self.log, row);
        Stamp {
            ms: ms.saturating_add(ahead),
            zone: self.log.zone(row),
        }
    }
}
