//! Moments of a request, printed in its log's own zone.

use crate::explain::Explanation;
use crate::explain::order::Span;
use crate::explain::stamp::Meaning;
use crate::format::time::Stamp;
use crate::log::Log;

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
    let at = |ms| moment(log, explanation, row, ms);
    let start = (span.timed || meaning == Meaning::Start).then(|| at(span.start));
    let end = (span.timed || meaning != Meaning::Start).then(|| at(span.end));
    (start, end)
}

/// A moment in the zone of a row and by the clock that it was written by, in RFC 3339.
pub(super) fn moment(log: &Log, explanation: &Explanation, row: u32, ms: i64) -> String {
    let zone = log.zone(row);
    let ms = ms.saturating_add(explanation.timeline.ahead_ms(log, row));
    Stamp { ms, zone }.to_string()
}

/// The time of day of a moment in the zone of a row and by its clock.
pub(super) fn clock(log: &Log, explanation: &Explanation, row: u32, ms: i64) -> String {
    // `2010-03-03T14:25:00…`: whole seconds are enough in a sentence.
    moment(log, explanation, row, ms)
        .get(11..19)
        .unwrap_or_default()
        .to_owned()
}

/// How long a span is, never negative.
pub(super) fn length(span: Span) -> u64 {
    u64::try_from(span.end.saturating_sub(span.start)).unwrap_or(0)
}
