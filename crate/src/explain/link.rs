//! Which request ended another: the pairs behind every verdict.
//!
//! A server cannot see that a phone has left a Ping. It learns it when the next request of the device arrives, and ends
//! the Ping at that moment. So the request that displaced a Ping is the one that began when the Ping ended.

use super::Certainty;
use super::order::{Span, Timeline};
use super::stamp::{FOLLOW_MS, Meaning};
use crate::activesync::Command;
use crate::log::Log;

/// How far the end of one request and the beginning of the next may lie apart and still touch: clocks of whole seconds
/// on both sides, and a log written through a queue.
const TOUCH_MS: i64 = 2_000;

/// How far a moment computed from one stamp may lie from one computed from another, if both are of the same moment:
/// a clock of whole seconds.
const CLOCK_MS: i64 = 1_000;

/// Candidates looked at. A device with more requests within a few seconds is in a loop, where no pairing is certain.
const MANY: usize = 256;

/// Requests looked at to find them.
const FAR: usize = 16 * MANY;

/// A request that ended another, and how sure that is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cause {
    pub(super) row: u32,
    pub(super) certainty: Certainty,
}

/// What a displacing request does, as far as outcomes tell them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Sync,
    Ping,
    Other,
}

impl Kind {
    pub(super) fn of(command: Command) -> Self {
        match command {
            Command::Sync => Self::Sync,
            Command::Ping => Self::Ping,
            _ => Self::Other,
        }
    }
}

/// The requests of one device in order of time.
#[derive(Clone, Copy)]
pub(super) struct Lane<'a> {
    pub(super) log: &'a Log,
    pub(super) timeline: &'a Timeline,
    pub(super) rows: &'a [u32],
}

impl<'a> Lane<'a> {
    pub(super) fn new(log: &'a Log, timeline: &'a Timeline, device: u32) -> Self {
        let rows = timeline.device(device);
        Self {
            log,
            timeline,
            rows,
        }
    }

    /// The request that displaced the one at `at`.
    pub(super) fn displacing(&self, at: usize) -> Option<Cause> {
        let row = self.rows[at];
        let Some(span) = self.span(row).filter(|s| s.timed) else {
            return self.next_line(at);
        };
        let mut fits: Vec<(u32, Span)> = self
            .began_within(row, span.end - TOUCH_MS, span.end + TOUCH_MS)
            .filter(|&(candidate, its)| {
                // It was open when the Ping ended. What was logged before the Ping may have ended before it too, so
                // there the clock gets no benefit of the doubt. Between two logs, there are two clocks.
                let slack = if self.timeline.in_front(self.log, candidate) {
                    TOUCH_MS
                } else if self.behind(row, candidate) {
                    CLOCK_MS
                } else {
                    0
                };
                its.start >= span.start - CLOCK_MS && its.end >= span.end - slack
            })
            .collect();
        let crowded = fits.len() >= MANY;
        // A refused request is only what is left if there is no other: it may have been turned away at the door.
        let all_refused = !fits.iter().any(|&(c, _)| self.accepted(c));
        fits.retain(|&(c, _)| all_refused || self.accepted(c));
        // Before a short Ping, the previous request may touch it too; lines come in the order of completion, so the one
        // that displaced it most likely stands behind it.
        let short = span.end - span.start <= 2 * TOUCH_MS;
        let only_behind = short && fits.iter().any(|&(c, _)| self.behind(row, c));
        let pool = || {
            fits.iter()
                .filter(|&&(c, _)| !only_behind || self.behind(row, c))
        };
        // A phone with one connection completes the displacing request before it begins another, so of several that
        // touch, the first to be logged is the one.
        let (first, its) = *pool().reduce(|a, b| if self.behind(b.0, a.0) { b } else { a })?;
        let kind = |candidate: u32| Kind::of(self.log.command(candidate));
        let rivals = || fits.iter().filter(|&&(c, _)| kind(c) != kind(first));
        let passed_over = only_behind && rivals().any(|&(c, _)| !self.behind(row, c));
        let in_turn = rivals().all(|&(_, rival)| its.end <= rival.start + CLOCK_MS);
        let certainty = if !its.timed || passed_over || all_refused {
            Certainty::Possible
        } else if in_turn && self.behind(row, first) && !crowded {
            Certainty::Certain
        } else {
            Certainty::Likely
        };
        Some(Cause {
            row: first,
            certainty,
        })
    }

    /// The request that began while the one at `at` was still being worked on.
    pub(super) fn overlapping(&self, at: usize) -> Option<Cause> {
        let row = self.rows[at];
        let Some(span) = self.span(row).filter(|s| s.timed) else {
            return self.next_line(at);
        };
        let open = || {
            self.began_within(row, span.start, span.end + CLOCK_MS)
                .filter(|&(candidate, its)| its.end >= span.end && self.behind(row, candidate))
                .filter(|&(candidate, _)| self.accepted(candidate))
        };
        // The server gives the older one up when the newer one arrives, so as with Pings the first to be logged of those
        // that begin at its end is the one; if there is none, the last that began before.
        let (first, its) = open()
            .filter(|(_, its)| its.start >= span.end - CLOCK_MS)
            .reduce(|a, b| if self.behind(b.0, a.0) { b } else { a })
            .or_else(|| open().last())?;
        Some(Cause {
            row: first,
            certainty: if its.timed && its.start <= span.end {
                Certainty::Certain
            } else {
                Certainty::Likely
            },
        })
    }

    /// The Sync that the device began because of the answer to its Ping at `at`.
    pub(super) fn sync_after(&self, at: usize) -> Option<u32> {
        let row = self.rows[at];
        let span = self.span(row)?;
        let next = if span.timed {
            self.began_within(row, span.end - CLOCK_MS, span.end + FOLLOW_MS)
                .filter(|&(_, its)| its.start >= span.start && its.end >= span.end - CLOCK_MS)
                .map(|(candidate, _)| candidate)
                .filter(|&candidate| self.behind(row, candidate) && self.accepted(candidate))
                .reduce(|a, b| if self.behind(b, a) { b } else { a })
        } else {
            self.next_line(at).map(|next| next.row)
        };
        next.filter(|&next| self.log.command(next) == Command::Sync)
    }

    /// The next request that the device began after the one at `at` had ended.
    pub(super) fn next_after(&self, at: usize) -> Option<(u32, Span)> {
        let row = self.rows[at];
        let span = self.span(row)?;
        self.began_within(row, span.end - CLOCK_MS, i64::MAX)
            .find(|&(next, _)| self.behind(row, next))
    }

    /// Without durations nothing can touch; what is left is that the next line of the device is by the request that
    /// displaced the Ping, or that its answer led to, since its phone has one connection.
    fn next_line(&self, at: usize) -> Option<Cause> {
        /// Longest that a Ping may have been held.
        const LONGEST_MS: i64 = 3_600_000;
        let Self { log, rows, .. } = self;
        let row = rows[at];
        let next = *rows[at + 1..]
            .iter()
            .take(MANY)
            .find(|&&next| self.may_follow(row, next) && self.accepted(next))?;
        let gap = match (log.stamp(row), log.stamp(next)) {
            (Some(here), Some(there)) => there - here,
            (None, None) if log.file_of(row) == log.file_of(next) => 0,
            _ => return None,
        };
        // From start to start lies the whole length of the Ping; from end to end, that of the next request.
        let meaning = self.timeline.meaning(log.file_of(row));
        let held = meaning == Meaning::Start || log.command(next) == Command::Ping;
        let longest = if held { LONGEST_MS } else { 2 * FOLLOW_MS };
        (gap <= longest).then_some(Cause {
            row: next,
            certainty: Certainty::Possible,
        })
    }

    fn span(&self, row: u32) -> Option<Span> {
        self.timeline.span(self.log, row)
    }

    /// Whether `b` was logged behind `a`.
    fn behind(&self, a: u32, b: u32) -> bool {
        self.timeline.logged_before(self.log, a, b)
    }

    /// Whether `next` can have anything to do with `row`: it is of the same account, as a phone with two accounts sends
    /// one DeviceId for both.
    fn may_follow(&self, row: u32, next: u32) -> bool {
        let (a, b) = (self.log.origin(row).user, self.log.origin(next).user);
        next != row && (a == b || a == 0 || b == 0)
    }

    /// Whether the servlet heard of a request, unlike of the 401 with which a connection begins, and of what only a proxy
    /// wrote down because it turned it away.
    fn accepted(&self, row: u32) -> bool {
        let turned_away = || {
            self.timeline.in_front(self.log, row)
                && !self.log.status(row).is_some_and(|s| s < 400 || s == 409)
        };
        self.log.status(row) != Some(401) && !turned_away()
    }

    /// Requests that may follow `row` and began within a span of time: [`MANY`] at most, out of [`FAR`] that are looked
    /// at, lest a device in a loop cost the square of its requests.
    fn began_within(&self, row: u32, from: i64, to: i64) -> impl Iterator<Item = (u32, Span)> {
        let began_before = |&row: &u32| self.span(row).is_none_or(|span| span.start < from);
        let first = self.rows.partition_point(began_before);
        self.rows[first..]
            .iter()
            .take(FAR)
            .filter_map(|&candidate| self.span(candidate).map(|span| (candidate, span)))
            .take_while(move |(_, span)| span.start <= to)
            .filter(move |&(candidate, _)| self.may_follow(row, candidate))
            .take(MANY)
    }
}
