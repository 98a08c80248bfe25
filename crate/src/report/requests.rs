//! One request as a row for tables.

use super::model::RequestRow;
use super::moments::moments;
use super::sentence;
use super::write::csv_cell;
use crate::explain::Explanation;
use crate::explain::latency::Pattern;
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
        device_type: log.texts.text(origin.device_type),
        agent: log.texts.text(origin.agent),
        address: log.texts.text(origin.remote),
        cmd: its.command.name().to_owned(),
        status: its.status,
        bytes: its.bytes,
        outcome: verdict.outcome.code(),
        pattern: explanation.pattern(log, row).map(Pattern::code),
        certainty: verdict.certainty,
        sentence: sentence::of(log, explanation, row),
        cause: verdict.cause,
        twin: explanation.views.twin(row),
    }
}

/// Names of the columns of [`csv_of`], a part of those of `pinglens requests`, and what happened in words.
const COLUMNS: &str = "file,line,start,end,duration_ms,remote_ip,user,device,device_type,user_agent,cmd,status,bytes,\
                       outcome,certainty,cause_file,cause_line,sentence\r\n";

/// Rows of the log as comma-separated values (RFC 4180) with a head line; unknown ones are empty, and what a spreadsheet
/// would take for a formula has an apostrophe before it.
///
/// # Panics
/// If there is no such row.
#[must_use]
pub fn csv_of(log: &Log, explanation: &Explanation, rows: &[u32]) -> String {
    let number = |value: Option<u32>| value.map(|v| v.to_string()).unwrap_or_default();
    let file = |row: u32| log.files[log.file_of(row) as usize].name.clone();
    let mut out = COLUMNS.to_owned();
    for &row in rows {
        let its = request(log, explanation, row);
        let cells = [
            file(row),
            its.line.to_string(),
            its.start.unwrap_or_default(),
            its.end.unwrap_or_default(),
            number(its.duration_ms),
            its.address.unwrap_or_default(),
            its.user.unwrap_or_default(),
            its.device.unwrap_or_default(),
            its.device_type.unwrap_or_default(),
            its.agent.unwrap_or_default(),
            its.cmd,
            number(its.status.map(u32::from)),
            number(its.bytes),
            its.outcome.to_owned(),
            its.certainty.word().to_owned(),
            its.cause.map(file).unwrap_or_default(),
            number(its.cause.map(|cause| log.line(cause))),
            its.sentence,
        ];
        let cells = cells.map(|cell| csv_cell(&cell));
        out.push_str(&cells.join(","));
        out.push_str("\r\n");
    }
    out
}
