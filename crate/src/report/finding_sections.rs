//! The sections of findings and of the numbers that decided about them, for the written forms.

use super::model::{Finding, Report};
use super::sections::{Section, table};
use crate::words::{count, counted, list};

pub(super) fn findings(report: &Report) -> Section {
    let mut lines: Vec<String> = report.findings.iter().flat_map(written).collect();
    if lines.is_empty() {
        lines.push("None.".to_owned());
    }
    Section {
        title: "Findings",
        lines,
        table: None,
    }
}

/// What was seen, what to do, and whom it concerns.
fn written(finding: &Finding) -> Vec<String> {
    let mut lines = vec![format!(
        "[{}, {}] {}. {}",
        finding.severity.word(),
        finding.certainty.word(),
        finding.title,
        finding.sentence
    )];
    lines.push(match finding.advice.as_slice() {
        [only] => format!("What to do: {only}"),
        steps => {
            let steps = (1..).zip(steps).map(|(n, step)| format!("{n}. {step}"));
            format!("What to do: {}", steps.collect::<Vec<_>>().join(" "))
        }
    });
    let mut extent = vec![format!(
        "{} ({})",
        counted(finding.count, "time", "times"),
        finding.code
    )];
    if let Some((first, last)) = finding.first.as_ref().zip(finding.last.as_ref()) {
        extent.push(format!("from {first} to {last}"));
    }
    if finding.devices > 0 {
        extent.push(counted(finding.devices, "device", "devices"));
    }
    let mut line = format!("Seen: {}.", extent.join(", "));
    for what in ["device", "user", "network", "file"] {
        let of = finding.concerned.iter().filter(|c| c.what == what);
        let names: Vec<String> = of
            .map(|c| format!("{} ({})", c.name, count(c.count)))
            .collect();
        if !names.is_empty() {
            line.push_str(&format!(" Most: {what} {}.", list(&names)));
        }
    }
    if let Some(page) = finding.reference {
        line.push_str(&format!(" See {page}"));
    }
    lines.push(line);
    lines
}

/// The thresholds that somebody changed, if any.
pub(super) fn thresholds(report: &Report) -> Option<Section> {
    let mut changed = report.thresholds.iter().filter(|t| t.changed).peekable();
    changed.peek()?;
    Some(table(
        "Thresholds that were changed",
        "None.",
        &[
            ("Threshold", false),
            ("Value", true),
            ("Default", true),
            ("Unit", false),
            ("Meaning", false),
        ],
        changed.map(|t| {
            let number = |n: Option<u32>| n.map_or("unknown".to_owned(), |n| count(u64::from(n)));
            vec![
                t.code.to_owned(),
                number(t.value),
                number(t.default),
                t.unit.to_owned(),
                t.meaning.to_owned(),
            ]
        }),
    ))
}
