//! 409 on Sync: the device began the next Sync before this one had finished.

use super::{Case, Finding, Rule, Scope, Threshold, above, device_shared};
use crate::activesync::Command;
use crate::explain::{Outcome, Severity};
use crate::words::{count, counted, duration, list, share};

pub(super) static SHARE: Threshold = Threshold::ours(
    "sync-conflict-share",
    "Beyond this share of Syncs, of all devices or of one, 409s on Sync deserve a look; the vendor's example has 0.6 %.",
    5,
    "%",
    (1, 100),
);

pub(super) static ENOUGH: Threshold = Threshold::ours(
    "sync-conflict-syncs",
    "Fewer Syncs than this make no share.",
    20,
    "Syncs",
    (1, 1_000_000),
);

static SLOW: Threshold = Threshold::ours(
    "slow-sync",
    "A Sync that was given up after so long points to a slow mail file.",
    30,
    "s",
    (1, 3_600),
);

/// Two requests that begin so close together are one that was sent twice.
const TWICE_MS: i64 = 2_000;

pub(super) static RULE: Rule = Rule {
    code: "sync-conflicts",
    title: "Syncs that ended in 409",
    means: "A device began its next request before the server had finished a Sync, and the server gave the older of the two \
            up with 409. The device repeats the Sync, so nothing is lost, but the work was done in vain and the user waited.",
    why: "One now and then is a user who opens another folder. Many come from mail files that take long to open, from a proxy \
          that sends a request again when the answer is late, or from two phones that share a DeviceId.",
    steps: &[
        "Where those Syncs had taken long, look at the users' mail files: their size, their views, their server.",
        "Where the same request came twice within two seconds, look for retries in the proxy.",
        "Where User-Agents alternate, look for phones that were set up from one backup.",
    ],
    not: "It has nothing to do with the 409s of Pings. The vendor says that a high share is worth a look and names no number.",
    grades: "To be watched when the share, of all devices or of one, is above the threshold; else harmless.",
    thresholds: &[&SHARE, &ENOUGH, &SLOW],
    reference: Some("https://help.hcl-software.com/traveler/9.0.1/statistics.html"),
    find,
};

fn find(case: &Case<'_>, _: &[Finding]) -> Option<Finding> {
    let conflicts = case.tally.conflicts(Command::Sync);
    if conflicts == 0 {
        return None;
    }
    let syncs = case.tally.command(Command::Sync);
    let scope = case.conflicts(Command::Sync, &Outcome::ALL);
    let high = |conflicts: u64, syncs: u64| {
        syncs >= case.limit(&ENOUGH) && above(conflicts, syncs, case.limit(&SHARE))
    };
    let syncs_of = |device: u32| {
        let of = case.lane(device).iter();
        of.filter(|&&row| case.log.command(row) == Command::Sync)
            .count() as u64
    };
    let busy = scope
        .devices
        .iter()
        .filter(|&(&d, &n)| high(n, syncs_of(d)));
    let busy = busy.count() as u64;
    let fleet = high(conflicts, syncs);
    let mut sentence = format!(
        "{} of {} ({}) ended in 409, which is how the server gives one up when the device begins its next request too soon.",
        count(conflicts),
        counted(syncs, "Sync", "Syncs"),
        share(conflicts, syncs),
    );
    if busy > 0 {
        sentence.push_str(&format!(
            " Of {}, more than {} % did.",
            counted(busy, "device", "devices"),
            case.limit(&SHARE)
        ));
    }
    let severity = if fleet || busy > 0 {
        sentence.push_str(&suspects(case));
        Severity::Watch
    } else {
        Severity::Harmless
    };
    let certainty = case.tally.certainty(Command::Sync, &[Outcome::Overlapped]);
    let title = format!("{} ended in 409", counted(conflicts, "Sync", "Syncs"));
    let mut finding = Finding::new(&RULE, severity, certainty, title, sentence);
    if severity == Severity::Harmless {
        finding = finding.advise(&["Nothing: it is common, and the device repeats the Sync."]);
    }
    Some(finding.over(case, scope))
}

/// What the Syncs that were given up have in common.
fn suspects(case: &Case<'_>) -> String {
    let of = |fits: &dyn Fn(u32) -> bool| {
        let given_up =
            |row| case.log.command(row) == Command::Sync && case.log.status(row) == Some(409);
        Scope::of(case, |row| given_up(row) && fits(row)).count
    };
    let slow_ms = case.limit(&SLOW) * 1000;
    let slow = of(&|row| {
        case.log
            .duration(row)
            .is_some_and(|d| u64::from(d) >= slow_ms)
    });
    let start = |row| Some(case.explanation.timeline.span(case.log, row)?.start);
    let twice = of(&|row| {
        let cause = case.explanation.verdict(row).cause;
        let again = cause.filter(|&c| case.log.command(c) == Command::Sync);
        let apart = again.and_then(|c| Some(start(c)? - start(row)?));
        apart.is_some_and(|ms| ms.abs() <= TWICE_MS)
    });
    let devices = device_shared::devices(case);
    let shared = of(&|row| case.log.device(row).is_some_and(|d| devices.contains(&d)));
    let parts: Vec<String> = [
        (slow, format!("had taken {} or more", duration(slow_ms))),
        (twice, "came again within two seconds".to_owned()),
        (
            shared,
            "are of devices that several phones share".to_owned(),
        ),
    ]
    .into_iter()
    .filter(|(n, _)| *n > 0)
    .map(|(n, what)| format!("{} {what}", count(n)))
    .collect();
    if parts.is_empty() {
        return String::new();
    }
    format!(" Of these Syncs, {}.", list(&parts))
}
