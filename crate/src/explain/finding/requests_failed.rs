//! Requests that the server, or something in front of it, did not serve: overload, errors, cuts, refused sign-ins.

use super::{Case, Finding, SHOWN, Spot};
use crate::activesync::Command;
use crate::explain::{Certainty, Outcome, Severity};
use crate::words::{count, counted, list, share};
use std::collections::BTreeSet;

/// What is told, with its name. A 401 alone is not: connections begin with one.
const KINDS: [(Outcome, &str); 4] = [
    (Outcome::ServerBusy, "turned away by a busy server"),
    (Outcome::CutInBetween, "cut by something in between"),
    (Outcome::Failed, "failed with an error"),
    (Outcome::AuthRefused, "refused at sign-in"),
];

/// From this share of all ActiveSync requests on, in percent, somebody should act. Our own choice; the vendor names none.
const ACT_PERCENT: u64 = 5;

/// From this share on it is worth a look; a stray error in a day is not.
const WATCH_PERCENT: u64 = 1;

pub(super) fn find(case: &Case<'_>) -> Option<Finding> {
    let (log, explanation) = (case.log, case.explanation);
    let of = |outcome: Outcome| -> u64 {
        Command::ALL
            .into_iter()
            .map(|c| case.tally.count(c, outcome).all)
            .sum()
    };
    let total: u64 = Command::ALL
        .into_iter()
        .map(|c| case.tally.command(c))
        .sum();
    let kinds: Vec<(u64, &str)> = KINDS
        .into_iter()
        .map(|(o, name)| (of(o), name))
        .filter(|k| k.0 > 0)
        .collect();
    let failed: u64 = kinds.iter().map(|k| k.0).sum();
    if failed == 0 {
        return None;
    }
    let told = |outcome: Outcome| KINDS.iter().any(|kind| kind.0 == outcome);
    let mut rows: Vec<u32> = Vec::new();
    let mut devices = BTreeSet::new();
    for row in
        (0..log.len()).filter(|&row| !log.is_open(row) && told(explanation.verdict(row).outcome))
    {
        devices.extend(log.device(row));
        // The first few in order of time are kept, however many there are.
        rows.push(row);
        if rows.len() > 64 {
            rows.sort_by(|&a, &b| explanation.timeline.compare(log, a, b));
            rows.truncate(SHOWN);
        }
    }
    rows.sort_by(|&a, &b| explanation.timeline.compare(log, a, b));
    let parts: Vec<String> = kinds
        .iter()
        .map(|(n, name)| format!("{} {name}", count(*n)))
        .collect();
    let severity = match failed * 100 {
        n if n >= total * ACT_PERCENT => Severity::Act,
        n if n >= total * WATCH_PERCENT => Severity::Watch,
        _ => Severity::Harmless,
    };
    Some(Finding {
        code: "requests-failed",
        severity,
        certainty: Certainty::Certain,
        title: format!(
            "{} not served",
            counted(failed, "request was", "requests were")
        ),
        sentence: format!(
            "{} of {} ({}): {}.",
            count(failed),
            counted(total, "ActiveSync request", "ActiveSync requests"),
            share(failed, total),
            list(&parts)
        ),
        advice: match severity {
            Severity::Harmless => {
                "A few are normal: a phone with an old password, a mail too large, a restart."
            }
            _ => {
                "Look at when they came: all at once points to the server (HTTP threads, memory, a restart), one device or \
                 one user alone to that phone or its password."
            }
        },
        count: failed,
        devices: devices.len() as u64,
        evidence: rows
            .into_iter()
            .take(SHOWN)
            .map(|row| Spot {
                file: log.file_of(row),
                place: log.row(row).place,
            })
            .collect(),
    })
}
