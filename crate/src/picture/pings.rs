//! Every Ping as a point: when it began, how long it was open, and why it ended.

use crate::activesync::Command;
use crate::explain::interval::Intervals;
use crate::explain::{Explanation, Outcome};
use crate::log::Log;
use crate::sort::Arrange;
use crate::words::duration;
use std::collections::BTreeMap;

/// An outcome with fewer points than one in so many of all keeps every one of them.
const RARE: usize = 20;

/// Lengths that get a mark, at the most: more would touch each other.
const MARKS: usize = 6;

/// Marks closer than this, as a ratio of their lengths in percent, would touch.
const APART_PERCENT: u64 = 125;

/// Points; a value a Ping in each list, in order of rows.
#[derive(Debug, Default, PartialEq)]
pub struct Pings {
    /// Rows of the log.
    pub rows: Vec<u32>,
    /// Arrival, in milliseconds since 1970.
    pub starts: Vec<i64>,
    /// How long it was open, in milliseconds.
    pub lengths: Vec<u32>,
    /// Why it ended.
    pub outcomes: Vec<Outcome>,
    /// Pings with a time and a length, whether or not they are points.
    pub all: u32,
    /// Pings that lack one of the two.
    pub without: u32,
    /// How far the log's own clock is ahead of UTC, in minutes, if it is known.
    pub zone: Option<i16>,
    /// Lengths that mean something.
    pub marks: Vec<Mark>,
}

/// A length that means something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// The length, in milliseconds.
    pub ms: u32,
    /// What it is: `heartbeat` or `timeout`.
    pub kind: &'static str,
    /// The same in words.
    pub label: String,
}

impl Pings {
    /// Every Ping, or where there are more than `most`, every n-th of each outcome that is not rare.
    #[must_use]
    pub fn of(log: &Log, explanation: &Explanation, most: u32) -> Self {
        let pings = || {
            explanation
                .counted(log)
                .filter(|&row| log.command(row) == Command::Ping)
        };
        let known = |row: u32| {
            let span = explanation.timeline.span(log, row).filter(|s| s.timed)?;
            Some((span.start, log.duration(row)?))
        };
        let mut counts = [0_usize; Outcome::ALL.len()];
        let mut points = Self::default();
        for row in pings() {
            match known(row) {
                Some(_) => {
                    counts[explanation.outcome(row) as usize] += 1;
                    points.zone = points.zone.or(log.zone(row));
                    points.all += 1;
                }
                None => points.without += 1,
            }
        }
        let rare = points.all as usize / RARE;
        let kept: usize = counts.iter().filter(|&&n| n <= rare).sum();
        let frequent: usize = counts.iter().filter(|&&n| n > rare).sum();
        let room = (most as usize).saturating_sub(kept).max(1);
        let every = if points.all <= most {
            1
        } else {
            frequent.div_ceil(room)
        };
        let mut seen = [0_usize; Outcome::ALL.len()];
        for row in pings() {
            let Some((start, length)) = known(row) else {
                continue;
            };
            let outcome = explanation.outcome(row);
            let turn = &mut seen[outcome as usize];
            *turn += 1;
            if counts[outcome as usize] > rare && !(*turn - 1).is_multiple_of(every) {
                continue;
            }
            points.rows.push(row);
            points.starts.push(start);
            points.lengths.push(length);
            points.outcomes.push(outcome);
        }
        points.marks = marks(&Intervals::of(log, explanation));
        points
    }
}

/// The heartbeats that most Pings ran to, and what cuts before them.
fn marks(intervals: &Intervals) -> Vec<Mark> {
    let mut heartbeats: BTreeMap<u32, u64> = BTreeMap::new();
    for step in intervals.devices.iter().flat_map(|device| &device.steps) {
        *heartbeats.entry(step.ms).or_default() += u64::from(step.pings);
    }
    let mut all: Vec<(u64, Mark)> = Vec::new();
    for (ms, pings) in heartbeats {
        let label = format!("heartbeat {}", duration(ms.into()));
        let kind = "heartbeat";
        all.push((pings, Mark { ms, kind, label }));
    }
    let mut timeouts: BTreeMap<u32, u64> = BTreeMap::new();
    for timeout in &intervals.timeouts {
        *timeouts
            .entry(timeout.after_ms / 10_000 * 10_000)
            .or_default() += u64::from(timeout.pings);
    }
    for (ms, pings) in timeouts {
        let label = format!("cut after {}", duration(ms.into()));
        // What cuts is worth knowing, however seldom it does.
        all.push((
            pings + u64::from(u32::MAX),
            Mark {
                ms,
                kind: "timeout",
                label,
            },
        ));
    }
    all.arrange_by_key(|(pings, mark)| (std::cmp::Reverse(*pings), mark.ms));
    let mut marks: Vec<Mark> = Vec::new();
    for (_, mark) in all {
        let touches = |other: &Mark| {
            let (low, high) = (mark.ms.min(other.ms), mark.ms.max(other.ms));
            u64::from(high) * 100 < u64::from(low) * APART_PERCENT
        };
        if marks.len() < MARKS && !marks.iter().any(touches) {
            marks.push(mark);
        }
    }
    marks.arrange_by_key(|mark| mark.ms);
    marks
}
