//! Requests that the server, or something in front of it, did not serve: overload, errors, cuts, refused sign-ins.

use super::{Case, Finding};
use crate::explain::{Certainty, Outcome, Severity};
use crate::words::{count, counted, list, share};

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
    let total = case.tally.all();
    let kinds = KINDS.map(|(outcome, name)| (case.tally.outcome(outcome), name));
    let failed: u64 = kinds.iter().map(|kind| kind.0).sum();
    if failed == 0 {
        return None;
    }
    let outcomes = KINDS.map(|kind| kind.0);
    let (evidence, devices) =
        case.examples_where(|row| outcomes.contains(&case.explanation.verdict(row).outcome));
    let parts: Vec<String> = kinds
        .iter()
        .filter(|kind| kind.0 > 0)
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
        devices,
        evidence,
    })
}
