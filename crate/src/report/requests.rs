//! One request as a row for tables.

use super::model::RequestRow;
use super::moments::moments;
use super::sentence;
use crate::explain::Explanation;
use crate::log::Log;

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
        user: log.texts.text(origin.account()),
        device: log
            .device(row)
            .and_then(|d| log.texts.text(log.devices.get(d))),
        cmd: its.command.name().to_owned(),
        status: its.status,
        outcome: verdict.outcome.code(),
        certainty: verdict.certainty,
        sentence: sentence::of(log, explanation, row),
        cause: verdict.cause,
        twin: explanation.views.twin(row),
    }
}
