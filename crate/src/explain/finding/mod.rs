//! Patterns over many requests, one file each: what was seen, what it means, what to do.
//!
//! A finding is a function from the [`Case`] to at most one [`Finding`]. Thresholds stand at the top of its file, and
//! whether the vendor names them.

mod activesync_absent;
mod conflicts_harmless;
mod conflicts_unseen;
mod replies_lost;
mod requests_failed;
mod sessions_waiting;
mod sync_conflicts;

use super::tally::Tally;
use super::{Certainty, Explanation, Outcome, Severity};
use crate::activesync::Command;
use crate::log::Log;

/// What findings are made from.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    /// What was read.
    pub log: &'a Log,
    /// Why each request ended.
    pub explanation: &'a Explanation,
    /// Counts.
    pub tally: &'a Tally,
}

/// A pattern over many requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Stable name.
    pub code: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// How sure it is.
    pub certainty: Certainty,
    /// A headline.
    pub title: String,
    /// What was seen, with its numbers.
    pub sentence: String,
    /// What to do, or why nothing needs doing.
    pub advice: &'static str,
    /// How many requests or lines it speaks of.
    pub count: u64,
    /// How many devices are concerned.
    pub devices: u64,
    /// A few places that show it.
    pub evidence: Vec<Spot>,
}

/// A place in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spot {
    /// Index of the file in [`Log::files`].
    pub file: u32,
    /// The place in it.
    pub place: crate::format::Place,
}

/// Finds everything there is to find, the most serious first.
#[must_use]
pub fn all(case: &Case<'_>) -> Vec<Finding> {
    // Within a severity, in this order.
    let finders = [
        sessions_waiting::find,
        conflicts_harmless::find,
        conflicts_unseen::find,
        sync_conflicts::find,
        replies_lost::find,
        requests_failed::find,
        activesync_absent::find,
    ];
    let mut findings: Vec<Finding> = finders.iter().filter_map(|find| find(case)).collect();
    findings.sort_by_key(|f| std::cmp::Reverse(f.severity));
    findings
}

/// How many places a finding shows.
const SHOWN: usize = 3;

impl Case<'_> {
    /// The first places, in order of time, of requests with a command and an outcome, and how many devices have any.
    fn examples(&self, command: Command, outcomes: &[Outcome]) -> (Vec<Spot>, u64) {
        self.examples_where(|row| {
            self.log.command(row) == command
                && outcomes.contains(&self.explanation.verdict(row).outcome)
        })
    }

    /// The same, of requests that pass a test.
    fn examples_where(&self, fits: impl Fn(u32) -> bool) -> (Vec<Spot>, u64) {
        let Self {
            log, explanation, ..
        } = self;
        let timeline = &explanation.timeline;
        let mut first: Vec<u32> = Vec::new();
        // Rows are in order of time within a device, so the first few of each are enough.
        let mut take = |rows: &[u32]| {
            let mut rows = rows.iter().copied().filter(|&row| fits(row)).peekable();
            let any = rows.peek().is_some();
            first.extend(rows.take(SHOWN));
            first.sort_by(|&a, &b| timeline.compare(log, a, b));
            first.truncate(SHOWN);
            u64::from(any)
        };
        let devices = (0..log.devices.values().len() as u32)
            .map(|device| take(timeline.device(device)))
            .sum();
        take(timeline.without_device());
        let spot = |row: u32| Spot {
            file: log.file_of(row),
            place: log.row(row).place,
        };
        (first.into_iter().map(spot).collect(), devices)
    }
}
