//! Lines of the logs that a report takes along.

use super::model::{Evidence, Finding, Report, TakenLine};
use super::sections::{Section, table};
use crate::explain::Explanation;
use crate::log::Log;
use crate::sort::Arrange;
use crate::words::count;

/// Letters that are taken along of a line.
const MOST: usize = 2_000;

/// The lines that show the findings of a report, in the order of files and lines.
#[must_use]
pub fn lines_of(report: &Report) -> Vec<Evidence> {
    let shown = report.findings.iter().flat_map(|finding| &finding.evidence);
    let mut lines: Vec<Evidence> = shown
        .flat_map(|s| std::iter::once(s.line).chain(s.cause))
        .collect();
    lines.arrange_by_key(|line| (line.file, line.line));
    lines.dedup_by_key(|line| (line.file, line.line));
    lines
}

/// Takes a line along, whose text was read again from its file.
pub fn take_line(
    log: &Log,
    explanation: &Explanation,
    report: &mut Report,
    line: Evidence,
    text: &str,
) {
    let file = explanation.timeline.file_at(line.file);
    let row = file.and_then(|file| log.row_at(file, line.line));
    let mut numbers = Vec::new();
    if let Some(row) = row {
        numbers.extend(log.status(row).map(|status| status.to_string()));
        numbers.extend(log.bytes(row).map(|bytes| bytes.to_string()));
        if let Some(ms) = log.duration(row) {
            // In milliseconds, in microseconds, in seconds with and without a fraction.
            numbers.extend([ms.to_string(), format!("{ms}000"), (ms / 1000).to_string()]);
            numbers.push(format!("{}.{:03}", ms / 1000, ms % 1000));
        }
    }
    let mut text: String = text.chars().take(MOST + 1).collect();
    if text.chars().nth(MOST).is_some() {
        text.pop();
        text.push('…');
    }
    report.lines.push(TakenLine {
        file: line.file,
        line: line.line,
        text,
        numbers,
    });
}

/// What the lines show that were taken along, if any were.
pub(super) fn section(report: &Report) -> Option<Section> {
    if report.lines.is_empty() {
        return None;
    }
    let text = |evidence: &Evidence| {
        let is = |line: &&TakenLine| (line.file, line.line) == (evidence.file, evidence.line);
        report.lines.iter().find(is).map(|line| line.text.clone())
    };
    let row = |finding: &Finding, what: &str, line: &Evidence| {
        let file = report.files.get(line.file as usize);
        Some(vec![
            finding.code.to_owned(),
            what.to_owned(),
            file.map(|f| f.name.clone()).unwrap_or_default(),
            count(u64::from(line.line)),
            text(line)?,
        ])
    };
    let rows = report.findings.iter().flat_map(|finding| {
        finding.evidence.iter().flat_map(move |shown| {
            let cause = shown.cause.as_ref();
            [
                row(finding, "this", &shown.line),
                cause.and_then(|line| row(finding, "then came", line)),
            ]
        })
    });
    let columns = [
        ("Finding", false),
        ("What", false),
        ("File", false),
        ("Line", true),
        ("Text", false),
    ];
    Some(table(
        "Lines that show it",
        "None.",
        &columns,
        rows.flatten(),
    ))
}
