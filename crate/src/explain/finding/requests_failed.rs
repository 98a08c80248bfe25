//! Requests that ended with an error that no other finding explains.

use super::{Case, Finding, Rule, Scope, Threshold, idle_timeout};
use crate::explain::{Certainty, Outcome, Severity};
use crate::few::Few;
use crate::sort::Arrange;
use crate::words::{count, counted, list, share};

static ACT: Threshold = Threshold::ours(
    "failed-act-share",
    "From this share of all ActiveSync requests, failed, on, somebody should act.",
    5,
    "%",
    (1, 100),
);

static WATCH: Threshold = Threshold::ours(
    "failed-watch-share",
    "From this share of all ActiveSync requests, failed, on, it is worth a look.",
    1,
    "%",
    (1, 100),
);

/// How many statuses are named.
const NAMED: usize = 4;

pub(super) static RULE: Rule = Rule {
    code: "requests-failed",
    title: "Requests that failed",
    means: "The server, or something in front of it, answered with an error that has none of the other explanations: no 409, \
            no refused sign-in, no busy server.",
    why: "500 is an error inside Traveler or the mail server behind it, 502 and 504 mean that a proxy could not reach the \
          server or waited too long, 400 and 404 that a URL or a request was not understood.",
    steps: &[
        "Look at when they came: all at once points to the server (a restart, memory, the mail server), one device or one \
         user alone to that phone or its mail file.",
        "For 500, read Traveler's own log of the same minute: the cause stands there.",
    ],
    not: "A few are normal: a mail too large, a restart. Several 500s in a row make an iPhone reload everything.",
    grades: "By their share of all ActiveSync requests: to be watched, or to be acted on.",
    thresholds: &[&WATCH, &ACT],
    reference: Some("https://support.apple.com/en-us/HT203719"),
    find,
};

fn find(case: &Case<'_>, found: &[Finding]) -> Option<Finding> {
    let told = found.iter().any(|f| *f.rule == idle_timeout::RULE);
    let fails = |row: u32| match case.outcome(row) {
        Outcome::Failed => true,
        Outcome::CutInBetween => !told,
        _ => false,
    };
    let cut = if told {
        0
    } else {
        case.tally.outcome(Outcome::CutInBetween)
    };
    if case.tally.outcome(Outcome::Failed) + cut == 0 {
        return None;
    }
    let scope = Scope::of(case, fails);
    let (failed, total) = (scope.count, case.tally.all());
    let severity = match failed * 100 {
        n if n >= total * case.limit(&ACT) => Severity::Act,
        n if n >= total * case.limit(&WATCH) => Severity::Watch,
        _ => Severity::Harmless,
    };
    let title = format!("{} failed", counted(failed, "request", "requests"));
    let sentence = format!(
        "{} of {} ({}): {}.",
        count(failed),
        counted(total, "ActiveSync request", "ActiveSync requests"),
        share(failed, total),
        statuses(case, &fails)
    );
    let finding = Finding::new(&RULE, severity, Certainty::Certain, title, sentence);
    let finding = if severity == Severity::Harmless {
        finding.advise(&["Nothing: a few are normal: a mail too large, a restart."])
    } else {
        finding
    };
    Some(finding.over(case, scope))
}

/// How often each status came, the most frequent first.
fn statuses(case: &Case<'_>, fails: &impl Fn(u32) -> bool) -> String {
    let mut by_status: Few<Option<u16>, u64> = Few::default();
    for row in case.explanation.counted(case.log).filter(|&row| fails(row)) {
        *by_status.at(case.log.status(row)) += 1;
    }
    let mut by_status: Vec<_> = by_status.into_iter().collect();
    by_status.arrange_by_key(|&(status, n)| (std::cmp::Reverse(n), status));
    let others: u64 = by_status.iter().skip(NAMED).map(|s| s.1).sum();
    let named = by_status.iter().take(NAMED).map(|&(status, n)| {
        let status = status.map_or("no status".to_owned(), |s| s.to_string());
        format!("{} × {status}", count(n))
    });
    let mut parts: Vec<String> = named.collect();
    if others > 0 {
        parts.push(format!("{} others", count(others)));
    }
    list(&parts)
}
