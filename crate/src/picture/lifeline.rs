//! One device's requests side by side: what it held open, what it asked for meanwhile, and what ended what.

use crate::activesync::Command;
use crate::explain::{Explanation, Outcome};
use crate::log::Log;

/// Ends and starts that are so close, in milliseconds, may be one moment: most clocks have whole seconds.
const CLOCK_MS: i64 = 1_000;

/// The requests of a device around one of them, in order of time; a value a request in each list.
#[derive(Debug, Default, PartialEq)]
pub struct Lifeline {
    /// Rows of the log.
    pub rows: Vec<u32>,
    /// Arrival, in milliseconds since 1970, by the clock of the server.
    pub starts: Vec<i64>,
    /// Answer, in milliseconds since 1970; the arrival again where the log does not tell how long it took.
    pub ends: Vec<i64>,
    /// Whether the log tells that.
    pub timed: Vec<bool>,
    /// On which line it is drawn, from 0: first those of what is held open on purpose, then those of all else. Two that
    /// were surely open at once are on different lines.
    pub lanes: Vec<u16>,
    /// What is asked for.
    pub commands: Vec<Command>,
    /// HTTP status, 0 where the log has none.
    pub statuses: Vec<u16>,
    /// Why it ended.
    pub outcomes: Vec<Outcome>,
    /// The request that caused that, as an index into these lists, if it is in them.
    pub causes: Vec<Option<u32>>,
    /// How many of the lines are for what is held open on purpose.
    pub held_lanes: u16,
    /// How many lines there are.
    pub all_lanes: u16,
    /// Requests of the device before and after these.
    pub before: u32,
    /// See `before`.
    pub after: u32,
    /// How far the log's own clock is ahead of UTC, in minutes; `None` where its zone is unknown, and moments are as the
    /// log writes them.
    pub zone: Option<i16>,
}

impl Lifeline {
    /// The requests around that of a row: at most so many before it and after it. Of a request that names no device, or
    /// that has no time, only itself.
    ///
    /// # Panics
    /// If there is no such row.
    #[must_use]
    pub fn around(log: &Log, explanation: &Explanation, row: u32, before: u32, after: u32) -> Self {
        let row = explanation.views.counted(row);
        let lane = log
            .device(row)
            .map_or(&[][..], |device| explanation.timeline.device(device));
        let Some(at) = lane.iter().position(|&r| r == row) else {
            return Self::of(log, explanation, &[row]);
        };
        // Rows without a time come first, and there is no place for them in a picture of time.
        let timed = |row: &u32| explanation.timeline.span(log, *row).is_some();
        let first = lane.partition_point(|row| !timed(row)).min(at);
        let from = at.saturating_sub(before as usize).max(first);
        let to = lane.len().min(at + 1 + after as usize);
        Self {
            before: (from - first) as u32,
            after: (lane.len() - to) as u32,
            ..Self::of(log, explanation, &lane[from..to])
        }
    }

    fn of(log: &Log, explanation: &Explanation, rows: &[u32]) -> Self {
        let mut line = Self {
            zone: rows.first().and_then(|&row| log.zone(row)),
            ..Self::default()
        };
        for &row in rows {
            let Some(span) = explanation.timeline.span(log, row) else {
                continue;
            };
            let verdict = explanation.verdict(row);
            let cause = verdict
                .cause
                .and_then(|c| rows.iter().position(|&r| r == c));
            line.rows.push(row);
            line.starts.push(span.start);
            line.ends.push(span.end);
            line.timed.push(span.timed);
            line.commands.push(log.command(row));
            line.statuses.push(log.status(row).unwrap_or(0));
            line.outcomes.push(verdict.outcome);
            line.causes.push(cause.map(|at| at as u32));
        }
        line.lay_out();
        line
    }

    /// Whether the request at a place is held open on purpose.
    fn is_held(&self, at: usize) -> bool {
        self.commands[at] == Command::Ping || self.outcomes[at] == Outcome::LongPoll
    }

    /// Finds a lane for each: the first that is free when it begins.
    fn lay_out(&mut self) {
        self.lanes = vec![0; self.rows.len()];
        let held = self.lay_out_those(true, 0);
        self.held_lanes = held;
        self.all_lanes = self.lay_out_those(false, held);
    }

    /// The same for those that are held, or for the others; returns the first lane behind theirs.
    fn lay_out_those(&mut self, held: bool, first: u16) -> u16 {
        let mut free_from: Vec<i64> = Vec::new();
        for at in 0..self.rows.len() {
            if self.is_held(at) != held {
                continue;
            }
            let (start, end) = (self.starts[at], self.ends[at]);
            let lane = free_from
                .iter()
                .position(|&free| free <= start.saturating_add(CLOCK_MS));
            let lane = lane.unwrap_or_else(|| {
                free_from.push(i64::MIN);
                free_from.len() - 1
            });
            free_from[lane] = free_from[lane].max(end);
            self.lanes[at] = first + lane as u16;
        }
        first + free_from.len() as u16
    }
}
