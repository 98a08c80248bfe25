//! The report laid out: titled sections of sentences and tables, for every written form.

use super::event_sections;
use super::finding_sections;
use super::model::{Certainty, ConflictRow, Report, Spread};
use super::{heartbeats, lines, load, packed};
use crate::words::{count, counted, duration, share};

/// A part of the report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Its heading.
    pub title: &'static str,
    /// Sentences before the table.
    pub lines: Vec<String>,
    /// Its table, if it has one.
    pub table: Option<Table>,
}

/// A table of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Name of each column, and whether it holds numbers.
    pub columns: Vec<(&'static str, bool)>,
    /// Cells, row by row.
    pub rows: Vec<Vec<String>>,
}

/// Lays a report out, in the order in which a reader needs it.
#[must_use]
pub fn sections(report: &Report) -> Vec<Section> {
    let mut sections = vec![finding_sections::findings(report)];
    sections.extend(lines::section(report));
    sections.extend(finding_sections::thresholds(report));
    sections.push(read(report));
    sections.push(table(
        "Commands by status",
        "No ActiveSync requests.",
        &[
            ("Command", false),
            ("Requests", true),
            ("Median (ms)", true),
            ("Longest (ms)", true),
            // Last, where the text form has room for all of it.
            ("By status", false),
        ],
        report.commands.iter().map(|row| {
            let statuses: Vec<String> = row
                .statuses
                .iter()
                .map(|s| {
                    format!(
                        "{} × {}",
                        count(s.count),
                        s.status.map_or("unknown".to_owned(), |s| s.to_string())
                    )
                })
                .collect();
            vec![
                row.cmd.clone(),
                count(row.count),
                ms(row.durations.median),
                ms(row.durations.max),
                statuses.join(", "),
            ]
        }),
    ));
    sections.push(table(
        "409s by cause",
        "No request ended in 409.",
        &[
            ("Outcome", false),
            ("Requests", true),
            ("Share", true),
            ("How sure", false),
            ("Median (ms)", true),
            ("Longest (ms)", true),
            ("Meaning", false),
        ],
        report.conflicts.iter().map(|row| {
            vec![
                row.outcome.to_owned(),
                count(row.count),
                share(row.count, report.totals.conflicts),
                how_sure(row),
                ms(row.durations.median),
                ms(row.durations.max),
                row.sentence.to_owned(),
            ]
        }),
    ));
    let spread = |s: &Spread| [ms(s.min), ms(s.median), ms(s.p90), ms(s.p99), ms(s.max)];
    let all_pings = (report.totals.pings > 0).then(|| {
        let mut cells = vec!["all Pings".to_owned(), count(report.totals.pings)];
        cells.extend(spread(&report.ping_durations));
        cells
    });
    sections.push(table(
        "Ping durations by outcome",
        "No Pings.",
        &[
            ("Outcome", false),
            ("Pings", true),
            ("Shortest (ms)", true),
            ("Median (ms)", true),
            ("90th (ms)", true),
            ("99th (ms)", true),
            ("Longest (ms)", true),
        ],
        report
            .pings
            .iter()
            .map(|row| {
                let mut cells = vec![row.outcome.to_owned(), count(row.count)];
                cells.extend(spread(&row.durations));
                cells
            })
            .chain(all_pings),
    ));
    sections.push(table(
        "Ping latency patterns",
        "No Pings.",
        &[
            ("Pattern", false),
            ("Pings", true),
            ("Share", true),
            ("Devices", true),
            ("Median (ms)", true),
            ("90th (ms)", true),
            ("Meaning", false),
        ],
        report.ping_patterns.iter().map(|row| {
            vec![
                row.title.clone(),
                count(row.count),
                share(row.count, report.totals.pings),
                count(row.devices),
                ms(row.durations.median),
                ms(row.durations.p90),
                row.sentence.to_owned(),
            ]
        }),
    ));
    sections.push(devices(report));
    sections.extend(load::sections(report));
    sections.extend(heartbeats::sections(report));
    if !report.waiting.is_empty() {
        sections.push(waiting(report));
    }
    sections.extend(event_sections::sections(&report.events));
    sections
}

fn read(report: &Report) -> Section {
    let mut lines = Vec::new();
    for file in &report.files {
        if let Some(contents) = &file.archive {
            let held = packed::words(contents);
            lines.push(format!(
                "{}: an archive of {} bytes with {held}.",
                file.name,
                count(file.bytes)
            ));
            lines.extend(file.problem.iter().map(|p| p.sentence.clone()));
            continue;
        }
        let formats: Vec<&str> = file.formats.iter().map(|f| f.title).collect();
        let formats = if formats.is_empty() {
            "no known format".to_owned()
        } else {
            formats.join(" + ")
        };
        let l = file.lines;
        lines.push(format!(
            "{}: {formats}; {} bytes; {} = {} records + {} continuations + {} comments + {} rejected; {}, {} of them \
             ActiveSync.",
            file.name,
            count(file.bytes),
            counted(l.total, "line", "lines"),
            count(l.records),
            count(l.continuations),
            count(l.comments),
            count(l.rejected),
            counted(file.requests, "request", "requests"),
            count(file.activesync),
        ));
        lines.extend(file.problem.iter().map(|p| p.sentence.clone()));
        if let Some(certainty) = file.detection.certainty {
            lines.push(format!(
                "Format: {}. {}",
                certainty.word(),
                file.detection.sentence
            ));
        }
        if let Some(period) = &file.period {
            lines.push(format!(
                "Period: {} to {} ({}).",
                period.first,
                period.last,
                duration(period.span_ms)
            ));
        }
        if file.requests > 0 {
            lines.push(format!("Time stamps: {}", file.stamp.reason));
        }
        lines.extend(file.settled.iter().map(|s| {
            let certainty = s.certainty.word();
            format!("{} ({certainty}): {}", title(s.code), s.reason)
        }));
        lines.extend(file.clock.first.iter().map(|s| s.sentence.clone()));
        let told = file.clock.first.len() as u64;
        let all = file.clock.steps + file.clock.zone_changes;
        if all > told {
            lines.push(format!("Such places beside these: {}.", count(all - told)));
        }
        lines.extend(file.missing.iter().map(|m| m.sentence.clone()));
        lines.extend(file.rejected.iter().map(|r| {
            format!(
                "{} rejected: {}; first at line {}.",
                counted(r.count, "line", "lines"),
                r.reason,
                count(u64::from(r.first_line))
            )
        }));
    }
    lines.extend(report.views.iter().map(|view| view.sentence.clone()));
    Section {
        title: "What was read",
        lines,
        table: None,
    }
}

/// What is settled, as the head of its sentence.
fn title(code: &str) -> &'static str {
    match code {
        "date-order" => "Day and month",
        "year" => "Year",
        "zone" => "Zone",
        _ => "Unit of durations",
    }
}

fn devices(report: &Report) -> Section {
    table(
        "Devices",
        "No devices.",
        &[
            ("Device", false),
            ("Type", false),
            ("Client", false),
            ("Users", false),
            ("Requests", true),
            ("Pings", true),
            ("Syncs", true),
            ("Ping 409s", true),
            ("Heartbeat", true),
        ],
        report.devices.iter().map(|row| {
            vec![
                row.device.clone(),
                row.device_type.clone().unwrap_or_default(),
                row.client.clone().unwrap_or_default(),
                row.users.join(", "),
                count(row.requests),
                count(row.pings),
                count(row.syncs),
                count(row.ping_conflicts),
                row.heartbeat_ms
                    .map_or("unknown".to_owned(), |h| duration(u64::from(h))),
            ]
        }),
    )
}

fn waiting(report: &Report) -> Section {
    table(
        "Sessions that a stop of HTTP waits for",
        "None.",
        &[
            ("Session", false),
            ("Command", false),
            ("User", false),
            ("Device", false),
            ("First seen", false),
            ("Last seen", false),
            ("Times", true),
            ("Meaning", false),
        ],
        report.waiting.iter().map(|row| {
            vec![
                row.session.clone(),
                row.cmd.clone().unwrap_or_default(),
                row.user.clone().unwrap_or_default(),
                row.device.clone().unwrap_or_default(),
                row.first.clone().unwrap_or_default(),
                row.last.clone().unwrap_or_default(),
                count(row.sightings),
                row.sentence.clone(),
            ]
        }),
    )
}

/// A section of one table, or of one sentence when the table would be empty.
pub(super) fn table(
    title: &'static str,
    none: &str,
    columns: &[(&'static str, bool)],
    rows: impl Iterator<Item = Vec<String>>,
) -> Section {
    let rows: Vec<Vec<String>> = rows.collect();
    if rows.is_empty() {
        return Section {
            title,
            lines: vec![none.to_owned()],
            table: None,
        };
    }
    Section {
        title,
        lines: Vec::new(),
        table: Some(Table {
            columns: columns.to_vec(),
            rows,
        }),
    }
}

/// How many requests of a row are explained with which certainty: `all certain`, `3 certain, 2 possible`.
fn how_sure(row: &ConflictRow) -> String {
    let parts: Vec<(u64, &str)> = [
        (row.certain, Certainty::Certain),
        (row.likely, Certainty::Likely),
        (row.possible, Certainty::Possible),
    ]
    .into_iter()
    .filter(|(n, _)| *n > 0)
    .map(|(n, certainty)| (n, certainty.word()))
    .collect();
    match parts.as_slice() {
        [(1, word)] => (*word).to_owned(),
        [(_, word)] => format!("all {word}"),
        several => {
            let several: Vec<String> = several
                .iter()
                .map(|(n, word)| format!("{} {word}", count(*n)))
                .collect();
            several.join(", ")
        }
    }
}

/// Milliseconds with separators, or `unknown`.
fn ms(value: Option<u32>) -> String {
    value.map_or("unknown".to_owned(), |ms| count(u64::from(ms)))
}
