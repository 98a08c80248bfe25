//! One request as a row for tables.

use super::model::RequestRow;
use super::sentence;
use crate::explain::Explanation;
use crate::explain::order::Span;
use crate::explain::stamp::Meaning;
use crate::format::time::Stamp;
use crate::log::{Log, NO_ZONE};

/// A row of the log with its explanation.
///
/// # Panics
/// If there is no such row.
#[must_use]
pub fn request(log: &Log, explanation: &Explanation, row: u32) -> RequestRow {
    let its = log.row(row);
    let origin = log.origins.get(its.origin);
    let verdict = explanation.verdict(row);
    let (start, end) = moments(log, explanation, row);
    RequestRow {
        row,
        file: explanation.timeline.rank(its.file),
        line: its.place.line,
        offset: its.place.offset,
        start,
        end,
        duration_ms: its.duration,
        user: log
            .texts
            .text(origin.user)
            .or_else(|| log.texts.text(origin.login)),
        device: log
            .device(row)
            .and_then(|d| log.texts.text(log.devices.get(d))),
        cmd: its.command.name().to_owned(),
        status: its.status,
        outcome: verdict.outcome.code(),
        certainty: verdict.certainty,
        sentence: sentence::of(log, explanation, row),
        cause: verdict.cause,
    }
}

/// Arrival and answer of a row's request, as far as its line tells them: without a duration, only one of the two.
pub(super) fn moments(
    log: &Log,
    explanation: &Explanation,
    row: u32,
) -> (Option<String>, Option<String>) {
    let meaning = explanation.stamps[log.file_of(row) as usize].meaning;
    if log.is_open(row) {
        return (None, None);
    }
    let Some(span) = explanation.timeline.span(log, row) else {
        return (None, None);
    };
    let start = (span.timed || meaning == Meaning::Start).then(|| moment(log, row, span.start));
    let end = (span.timed || meaning != Meaning::Start).then(|| moment(log, row, span.end));
    (start, end)
}

/// A moment in the zone of a row, in RFC 3339.
pub(super) fn moment(log: &Log, row: u32, ms: i64) -> String {
    let zone = log.origin(row).zone;
    Stamp {
        ms,
        zone: (zone != NO_ZONE).then_some(zone),
    }
    .to_string()
}

/// The time of day of a moment in the zone of a row.
pub(super) fn clock(log: &Log, row: u32, ms: i64) -> String {
    // `2010-03-03T14:25:00…`: whole seconds are enough in a sentence.
    moment(log, row, ms)
        .get(11..19)
        .unwrap_or_default()
        .to_owned()
}

/// How long a span is, never negative.
pub(super) fn length(span: Span) -> u64 {
    u64::try_from(span.end - span.start).unwrap_or(0)
}
