//! The sections of what servers say of themselves, for the written forms.

use super::model::{EventsReport, StatisticsReport, StatusReport};
use super::sections::{Section, table};
use crate::words::{count, counted};

/// Rows of a list that the written forms show; the model has all of them.
const MOST_ROWS: usize = 100;

/// The sections of the written forms; none of those that would be empty.
pub(super) fn sections(events: &EventsReport) -> Vec<Section> {
    let mut sections = Vec::new();
    if !events.messages.is_empty() {
        sections.push(messages_section(events));
    }
    if !events.sign_ins.is_empty() {
        sections.push(sign_ins_section(events));
    }
    if events.statistics.read > 0 || !events.statistics.notes.is_empty() {
        sections.push(statistics_section(&events.statistics));
    }
    if !events.status.lines.is_empty() {
        sections.push(status_section(&events.status));
    }
    sections
}

fn messages_section(events: &EventsReport) -> Section {
    table(
        "Messages of the server",
        "None.",
        &[
            ("Message", false),
            ("Times", true),
            ("First", false),
            ("Last", false),
        ],
        events.messages.iter().map(|row| {
            vec![
                row.title.to_owned(),
                count(row.count),
                row.first.clone().unwrap_or_default(),
                row.last.clone().unwrap_or_default(),
            ]
        }),
    )
}

fn sign_ins_section(events: &EventsReport) -> Section {
    let rows = &events.sign_ins;
    let mut section = table(
        "Failed sign-ins",
        "None.",
        &[
            ("User", false),
            ("Address", false),
            ("Times", true),
            ("First", false),
            ("Last", false),
        ],
        rows.iter().take(MOST_ROWS).map(|row| {
            vec![
                row.user.clone().unwrap_or_default(),
                row.address.clone().unwrap_or_default(),
                count(row.count),
                row.first.clone().unwrap_or_default(),
                row.last.clone().unwrap_or_default(),
            ]
        }),
    );
    section.lines = first_rows(rows.len());
    section.lines.extend(events.sign_ins_note.clone());
    section
}

fn statistics_section(statistics: &StatisticsReport) -> Section {
    let mut section = table(
        "Statistics of the server",
        "None of them is about ActiveSync or the threads of the HTTP task.",
        &[
            ("Statistic", false),
            ("Value", true),
            ("Share of syncs", true),
            ("Meaning", false),
        ],
        statistics.rows.iter().map(|row| {
            vec![
                row.name.clone(),
                row.value.clone(),
                row.share.clone().unwrap_or_default(),
                row.sentence.to_owned(),
            ]
        }),
    );
    let read = counted(statistics.read, "statistic", "statistics");
    section.lines.insert(0, format!("{read} read."));
    section.lines.extend(statistics.notes.iter().cloned());
    section
}

fn status_section(status: &StatusReport) -> Section {
    let mut section = table(
        "Traveler's status",
        "None.",
        &[("Colour", false), ("Time", false), ("Sentence", false)],
        status.lines.iter().take(MOST_ROWS).map(|line| {
            vec![
                line.colour.unwrap_or_default().to_owned(),
                line.time.clone().unwrap_or_default(),
                line.text.clone(),
            ]
        }),
    );
    let overall = status.colour.map(|c| format!("Overall: {c}."));
    section.lines.extend(overall);
    section.lines.extend(first_rows(status.lines.len()));
    section.lines.extend(status.note.clone());
    section
}

/// That only the first rows of a long list are shown.
fn first_rows(rows: usize) -> Vec<String> {
    if rows <= MOST_ROWS {
        return Vec::new();
    }
    vec![format!(
        "The first {} of {} are shown; the report as JSON has them all.",
        count(MOST_ROWS as u64),
        count(rows as u64)
    )]
}
