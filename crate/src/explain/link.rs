//! Which request ended another: the pairs behind every verdict.
//!
//! A server cannot see that a phone has left a Ping. It learns it when the next request of the device arrives, and ends
//! the Ping at that moment. So the request that displaced a Ping is the one that began when the Ping ended.

use super::Certainty;
use super::order::{Span, Timeline};
use super::stamp::Meaning;
use crate::activesync::Command;
use crate::log::Log;

/// How far the end of one request and the beginning of the next may lie apart and still touch: clocks of whole seconds
/// on both sides, and a log written through a queue.
pub(super) const TOUCH_MS: i64 = 2_000;

/// How soon after a Ping's answer the device begins the Sync that it was told to begin.
pub(super) const FOLLOW_MS: i64 = 5_000;

/// Candidates looked at. A device with more requests within a few seconds is in a loop, where no pairing is certain.
const MANY: usize = 256;

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

/// The request that displaced the one at `rows[at]`, `rows` being those of its device in order of time.
pub(super) fn displacing(log: &Log, timeline: &Timeline, rows: &[u32], at: usize) -> Option<Cause> {
    let row = rows[at];
    let Some(span) = timeline.span(log, row).filter(|s| s.timed) else {
        return next_line(log, timeline, rows, at);
    };
    let near = touching(
        log,
        timeline,
        rows,
        span.end - TOUCH_MS,
        span.end + TOUCH_MS,
    )
    .filter(|&(candidate, its)| candidate != row && its.start >= span.start - TOUCH_MS / 2)
    // It was open when the Ping ended, and the server must have let it in.
    .filter(|&(candidate, its)| its.end >= span.end - TOUCH_MS / 2 && !refused(log, candidate));
    let short = span.end - span.start <= 2 * TOUCH_MS;
    let near: Vec<(u32, Span)> = near.collect();
    // Before a short Ping, the previous request may touch it too; lines come in the order of completion, so the one that
    // displaced it stands behind it.
    let behind = |&&(candidate, _): &&(u32, Span)| timeline.logged_before(log, row, candidate);
    let pool: Vec<(u32, Span)> = match near.iter().any(|c| behind(&c)) {
        true if short => near.iter().filter(behind).copied().collect(),
        _ => near,
    };
    // A phone with one connection completes the displacing request before it begins another, so of several that touch,
    // the first to be logged is the one.
    let first = pool.iter().copied().reduce(|a, b| {
        if timeline.logged_before(log, b.0, a.0) {
            b
        } else {
            a
        }
    })?;
    let kind = Kind::of(log.command(first.0));
    let rivals = pool.iter().filter(|c| Kind::of(log.command(c.0)) != kind);
    let before_all = rivals
        .clone()
        .all(|rival| first.1.end <= rival.1.start + TOUCH_MS / 2);
    let certainty = if !first.1.timed {
        Certainty::Possible
    } else if before_all && pool.len() < MANY {
        Certainty::Certain
    } else {
        Certainty::Likely
    };
    Some(Cause {
        row: first.0,
        certainty,
    })
}

/// The request that began while the one at `rows[at]` was still being worked on.
pub(super) fn overlapping(
    log: &Log,
    timeline: &Timeline,
    rows: &[u32],
    at: usize,
) -> Option<Cause> {
    if let Some(cause) = displacing(log, timeline, rows, at) {
        return Some(cause);
    }
    let row = rows[at];
    let span = timeline.span(log, row)?;
    touching(log, timeline, rows, span.start, span.end)
        .find(|&(candidate, its)| {
            candidate != row && its.end >= span.end && !refused(log, candidate)
        })
        .map(|(row, _)| Cause {
            row,
            certainty: Certainty::Likely,
        })
}

/// The Sync that the device began because of the answer to its Ping at `rows[at]`.
pub(super) fn sync_after(log: &Log, timeline: &Timeline, rows: &[u32], at: usize) -> Option<u32> {
    let row = rows[at];
    let span = timeline.span(log, row)?;
    if !span.timed {
        return next_line(log, timeline, rows, at)
            .map(|next| next.row)
            .filter(|&next| log.command(next) == Command::Sync);
    }
    touching(
        log,
        timeline,
        rows,
        span.end - TOUCH_MS / 2,
        span.end + FOLLOW_MS,
    )
    .filter(|&(candidate, its)| {
        candidate != row && its.start >= span.start && its.end >= span.end - TOUCH_MS / 2
    })
    .filter(|&(candidate, _)| {
        timeline.logged_before(log, row, candidate) && !refused(log, candidate)
    })
    .map(|(candidate, _)| candidate)
    .reduce(|a, b| {
        if timeline.logged_before(log, b, a) {
            b
        } else {
            a
        }
    })
    .filter(|&candidate| log.command(candidate) == Command::Sync)
}

/// The next request that the device began after the one at `rows[at]` had ended.
pub(super) fn next_after(
    log: &Log,
    timeline: &Timeline,
    rows: &[u32],
    at: usize,
) -> Option<(u32, Span)> {
    let row = rows[at];
    let span = timeline.span(log, row)?;
    let from = first_from(log, timeline, rows, span.end - TOUCH_MS / 2);
    rows[from..]
        .iter()
        .filter(|&&next| next != row && timeline.logged_before(log, row, next))
        .find_map(|&next| timeline.span(log, next).map(|its| (next, its)))
}

/// Without durations nothing can touch; what is left is that the next line of the device is by the request that
/// displaced the Ping, or that its answer led to, since its phone has one connection.
fn next_line(log: &Log, timeline: &Timeline, rows: &[u32], at: usize) -> Option<Cause> {
    /// Longest that a Ping may have been held.
    const LONGEST_MS: i64 = 3_600_000;
    let row = rows[at];
    let next = *rows[at + 1..].iter().find(|&&next| !refused(log, next))?;
    let gap = match (log.stamp(row), log.stamp(next)) {
        (Some(here), Some(there)) => there - here,
        (None, None) if log.file_of(row) == log.file_of(next) => 0,
        _ => return None,
    };
    // From start to start lies the whole length of the Ping; from end to end, that of the next request.
    let held =
        timeline.meaning(log.file_of(row)) == Meaning::Start || log.command(next) == Command::Ping;
    let longest = if held { LONGEST_MS } else { 2 * FOLLOW_MS };
    (gap <= longest).then_some(Cause {
        row: next,
        certainty: Certainty::Possible,
    })
}

/// Whether a request was turned away at the door, so that the servlet never heard of it: the 401 with which a
/// connection begins.
fn refused(log: &Log, row: u32) -> bool {
    log.status(row) == Some(401)
}

/// Requests that began within a span of time, [`MANY`] at most.
fn touching<'a>(
    log: &'a Log,
    timeline: &'a Timeline,
    rows: &'a [u32],
    from: i64,
    to: i64,
) -> impl Iterator<Item = (u32, Span)> + 'a {
    rows[first_from(log, timeline, rows, from)..]
        .iter()
        .filter_map(move |&row| timeline.span(log, row).map(|span| (row, span)))
        .take_while(move |(_, span)| span.start <= to)
        .take(MANY)
}

/// Index of the first request that began at or after a moment.
fn first_from(log: &Log, timeline: &Timeline, rows: &[u32], from: i64) -> usize {
    rows.partition_point(|&row| timeline.span(log, row).is_none_or(|span| span.start < from))
}
