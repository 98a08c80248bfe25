//! Devices that are refused at sign-in again and again: an old password, a device that is blocked.

use super::numbers::median;
use super::scope::most;
use super::{Case, Finding, Rule, Scope, Threshold, Who};
use crate::explain::{Certainty, Outcome, Severity};
use crate::few::Few;
use crate::sort::Arrange;
use crate::words::{count, counted, duration, list};
use std::collections::{BTreeMap, BTreeSet};

static REFUSALS: Threshold = Threshold::ours(
    "refusals",
    "So many refused requests of a device in a row, with none between that was served, are a loop.",
    5,
    "requests",
    (2, 10_000),
);

static SHARE: Threshold = Threshold::ours(
    "refused-share",
    "From this share of all devices on, refused to the end, it is the directory and not the phones.",
    10,
    "%",
    (1, 100),
);

/// Fewer devices than this are phones, not the directory.
const FEW: u64 = 3;

pub(super) static RULE: Rule = Rule {
    code: "sign-in-loop",
    title: "Devices refused at sign-in",
    means: "A device asks again and again and is refused each time, so its user gets no mail. Each try may count as a failed \
            sign-in and lock the account.",
    why: "401 in a row is an old password on the phone, most often after somebody changed it elsewhere. 403 means that the user \
          or the device may not sync, 456 and 457 that the account is locked or its password has expired.",
    steps: &[
        "For 401, have the user enter the new password on the phone, or remove the account from a phone that nobody uses.",
        "For 403, look at the user's access and at whether the device is blocked or waits for approval.",
        "See whether the account is locked out by now.",
        "If many devices begin at one time, look at the directory and at the server's access settings.",
    ],
    not: "A single 401 is how many connections begin, and is not counted. A log does not show passwords or what was wrong with \
          them.",
    grades: "Harmless when the device was served again later; to be watched when it was not; to be acted on when that \
             happens to many devices.",
    thresholds: &[&REFUSALS, &SHARE],
    reference: None,
    find,
};

fn find(case: &Case<'_>, _: &[Finding]) -> Option<Finding> {
    if case.tally.outcome(Outcome::AuthRefused) < case.limit(&REFUSALS) {
        return None;
    }
    let mut rows = Vec::new();
    let mut shut_out: BTreeSet<u32> = BTreeSet::new();
    for device in case.devices() {
        let refused = |&&row: &&u32| case.outcome(row) == Outcome::AuthRefused;
        let refusals = case.lane(device).iter().filter(refused).count() as u64;
        if refusals < case.limit(&REFUSALS).max(1) {
            continue;
        }
        // A phone with two accounts sends one DeviceId for both, and one password may be right.
        let account = |&row: &u32| case.log.origin(row).user;
        let mut lane = case.in_turn(device);
        lane.arrange_by_key(account);
        for lane in lane.chunk_by(|a, b| account(a) == account(b)) {
            if looped(case, lane, &mut rows) {
                shut_out.insert(device);
            }
        }
    }
    if rows.is_empty() {
        return None;
    }
    let scope = Scope::of_rows(case, &rows);
    let active = case.devices().filter(|&d| !case.lane(d).is_empty()).count() as u64;
    let (out, devices) = (shut_out.len() as u64, scope.devices.len() as u64);
    let severity = if out == 0 {
        Severity::Harmless
    } else if out >= FEW && out * 100 >= active * case.limit(&SHARE) {
        Severity::Act
    } else {
        Severity::Watch
    };
    let title = if out == 0 {
        format!(
            "{} refused for a time",
            counted(devices, "device was", "devices were")
        )
    } else {
        format!("{} shut out", counted(out, "device is", "devices are"))
    };
    let later = match devices - out {
        0 => String::new(),
        n => format!(
            " {} served again later.",
            counted(n, "device was", "devices were")
        ),
    };
    let mut sentence = format!(
        "{} refused in a row, of {} ({}){}.{later}",
        counted(scope.count, "request was", "requests were"),
        counted(devices, "device", "devices"),
        statuses(case, &rows),
        every(case, &rows),
    );
    let console = console(case, &rows);
    if console > 0 {
        sentence.push_str(&format!(
            " The console has {} from the same addresses.",
            counted(console, "failed sign-in", "failed sign-ins")
        ));
    }
    let finding = Finding::new(&RULE, severity, Certainty::Certain, title, sentence);
    let finding = if out == 0 {
        finding.advise(&["Nothing: the devices were served again."])
    } else {
        finding
    };
    let mut finding = finding.over(case, scope);
    let mut users: BTreeMap<String, u64> = BTreeMap::new();
    for &row in &rows {
        if let Some(user) = case.log.texts.text(case.log.origin(row).account()) {
            *users.entry(user).or_default() += 1;
        }
    }
    finding.concerned.extend(most(Who::User, users.into_iter()));
    Some(finding)
}

/// Gathers the refusals of a device that come in a row, and tells whether it was still refused at its end.
fn looped(case: &Case<'_>, lane: &[u32], into: &mut Vec<u32>) -> bool {
    let refused = |row: u32| case.outcome(row) == Outcome::AuthRefused;
    let served = |row: u32| case.log.status(row).is_some_and(|s| s < 400 || s == 409);
    let mut shut_out = false;
    for stretch in lane.split(|&row| served(row)) {
        let refusals: Vec<u32> = stretch
            .iter()
            .copied()
            .filter(|&row| refused(row))
            .collect();
        let looped = refusals.len() as u64 >= case.limit(&REFUSALS);
        // Only behind the last stretch is the device not served any more.
        shut_out = looped;
        if looped {
            into.extend(refusals);
        }
    }
    shut_out
}

/// How often each status came.
fn statuses(case: &Case<'_>, rows: &[u32]) -> String {
    let mut of: Few<u16, u64> = Few::default();
    for status in rows.iter().filter_map(|&row| case.log.status(row)) {
        *of.at(status) += 1;
    }
    let of: Vec<String> = of
        .into_iter()
        .map(|(status, n)| format!("{} × {status}", count(n)))
        .collect();
    list(&of)
}

/// How often a device asked, as far as the log tells.
fn every(case: &Case<'_>, rows: &[u32]) -> String {
    let start = |row| Some(case.explanation.timeline.span(case.log, row)?.start);
    let apart = rows
        .windows(2)
        .filter(|pair| case.log.device(pair[0]) == case.log.device(pair[1]));
    let gap = |pair: &[u32]| u64::try_from(start(pair[1])? - start(pair[0])?).ok();
    let mut gaps: Vec<u64> = apart.filter_map(gap).collect();
    match median(&mut gaps) {
        Some(gap) if gap >= 1000 => format!(", as a rule one every {}", duration(gap)),
        _ => String::new(),
    }
}

/// Failed sign-ins on the console from addresses of these requests.
fn console(case: &Case<'_>, rows: &[u32]) -> u64 {
    let addresses: BTreeSet<String> = rows
        .iter()
        .filter_map(|&row| case.log.texts.text(case.log.origin(row).remote))
        .collect();
    let sign_ins = case.log.files.iter().flat_map(|file| &file.events.sign_ins);
    sign_ins
        .filter(|((_, address), _)| addresses.contains(address))
        .map(|(_, sightings)| sightings.count)
        .sum()
}
