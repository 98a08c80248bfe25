//! A device that is told to fetch its security policy again and again, and never gets beyond it.

use super::{Case, Finding, Rule, Scope, Threshold};
use crate::activesync::Command;
use crate::explain::{Certainty, Outcome, Severity};
use crate::words::counted;

static REQUESTS: Threshold = Threshold::ours(
    "policy-requests",
    "So many Provisions or 449s of a device in an hour, without a Sync or a Ping between them that went well, are a loop.",
    6,
    "requests",
    (3, 1_000),
);

const WITHIN_MS: i64 = 3_600_000;

pub(super) static RULE: Rule = Rule {
    code: "policy-loop",
    title: "A device that never gets beyond its policy",
    means: "The server tells a device to fetch its security policy, the device does, and is told again. It gets no mail.",
    why: "The device, or its mail app, does not accept the policy, or says so in a way that the server does not take.",
    steps: &[
        "Look at what the policy asks for (encryption, the length of a password) and whether that device can do it.",
        "Remove the account on the phone and set it up again.",
        "Try with a policy that asks for nothing; then tighten it step by step.",
    ],
    not: "Two Provisions in a row are how every phone begins.",
    grades: "To be watched.",
    thresholds: &[&REQUESTS],
    reference: None,
    find,
};

fn find(case: &Case<'_>, _: &[Finding]) -> Option<Finding> {
    let mut rows = Vec::new();
    for device in case.devices() {
        let asking = case.lane(device).iter().filter(|&&row| asks(case, row));
        if asking.count() as u64 >= case.limit(&REQUESTS) {
            looped(case, &case.in_turn(device), &mut rows);
        }
    }
    if rows.is_empty() {
        return None;
    }
    let scope = Scope::of_rows(case, &rows);
    let devices = scope.devices.len() as u64;
    let title = format!(
        "{} get beyond the policy",
        counted(devices, "device does not", "devices do not")
    );
    let sentence = format!(
        "{} for the policy {} without a Sync or a Ping between that went well.",
        counted(devices, "device asked", "devices asked"),
        counted(scope.count, "time", "times"),
    );
    let finding = Finding::new(&RULE, Severity::Watch, Certainty::Likely, title, sentence);
    Some(finding.over(case, scope))
}

fn looped(case: &Case<'_>, lane: &[u32], into: &mut Vec<u32>) {
    let log = case.log;
    let served = |row: u32| {
        let works = matches!(log.command(row), Command::Sync | Command::Ping);
        works && log.status(row).is_some_and(|s| s < 400 || s == 409)
    };
    let start = |row| case.explanation.timeline.span(log, row).map(|s| s.start);
    let enough = case.limit(&REQUESTS) as usize;
    for stretch in lane.split(|&row| served(row)) {
        let asking: Vec<u32> = stretch
            .iter()
            .copied()
            .filter(|&row| asks(case, row))
            .collect();
        let within = |few: &[u32]| {
            let ends = start(few[0]).zip(start(few[few.len() - 1]));
            ends.is_some_and(|(first, last)| last - first <= WITHIN_MS)
        };
        if asking.windows(enough).any(within) {
            into.extend(asking);
        }
    }
}

/// Whether the policy was fetched, or asked for; what a busy server turned away shows nothing.
fn asks(case: &Case<'_>, row: u32) -> bool {
    let fetched = case.log.command(row) == Command::Provision && case.log.status(row) == Some(200);
    fetched || case.outcome(row) == Outcome::Provisioning
}
