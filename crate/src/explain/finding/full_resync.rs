//! Devices that fetched everything anew: a sync key that was lost, an account set up again, a reload after errors.

use super::numbers::median;
use super::{Case, Finding, Rule, Scope, Threshold};
use crate::activesync::Command;
use crate::explain::{Certainty, Severity};
use crate::words::{count, counted, list};
use std::collections::{BTreeMap, BTreeSet};

static SYNCS: Threshold = Threshold::ours(
    "resync-syncs",
    "So many large Syncs must follow a FolderSync or a Provision to show that everything was fetched anew.",
    5,
    "Syncs",
    (2, 1_000),
);

static FACTOR: Threshold = Threshold::ours(
    "resync-factor",
    "A Sync is large when its answer has so many times the bytes of the usual one.",
    20,
    "times",
    (2, 10_000),
);

static SHARE: Threshold = Threshold::ours(
    "resync-share",
    "From this share of all devices on, the server is the cause.",
    20,
    "%",
    (1, 100),
);

/// The Syncs come within this time.
const WITHIN_MS: i64 = 10 * 60_000;

/// Less than this is not large, however small the usual answer is.
const LEAST_BYTES: u32 = 200;

/// Fewer Syncs than this have no usual answer.
const USUAL: usize = 10;

/// So many errors in a row make an iPhone reload everything (Apple's support pages).
const ERRORS: usize = 3;

/// Fewer devices than this are no share.
const FEW: u64 = 3;

pub(super) static RULE: Rule = Rule {
    code: "full-resync",
    title: "Devices that fetched everything anew",
    means: "After a FolderSync or a Provision, a device made several Syncs with answers far larger than usual: it threw away \
            what it had and fetched its folders anew.",
    why: "That is how a new phone or a new account begins. Otherwise the sync key was lost: the server's state of the device \
          was deleted or reset, a policy was renewed, or several errors in a row made the phone reload.",
    steps: &[
        "See whether a user set a phone up at that time; if so, all is well.",
        "If errors came before, find their cause: the reload is only their effect.",
        "If it happens to one device again and again, remove the account there and set it up again.",
        "If it happens to many devices at once, look at what was done to the server: its database, its mail files, a policy.",
    ],
    not: "A log shows the size of an answer, not what is in it; a mail with a large attachment is one large Sync, not several.",
    grades: "Harmless for a device that is new here or does it once; to be watched if it repeats or follows errors; to be \
             acted on if many known devices do it.",
    thresholds: &[&SYNCS, &FACTOR, &SHARE],
    reference: Some("https://support.apple.com/en-us/HT203719"),
    find,
};

/// One time that a device fetched everything.
struct Resync {
    device: u32,
    rows: Vec<u32>,
    /// It is the first that these logs have of the device.
    new: bool,
    /// Errors came before.
    after_errors: bool,
}

fn find(case: &Case<'_>, _: &[Finding]) -> Option<Finding> {
    let fleet = usual_bytes(case, case.explanation.counted(case.log));
    let resyncs: Vec<Resync> = case
        .devices()
        .flat_map(|device| of_device(case, device, fleet))
        .collect();
    if resyncs.is_empty() {
        return None;
    }
    let mut times: BTreeMap<u32, u64> = BTreeMap::new();
    for resync in &resyncs {
        *times.entry(resync.device).or_default() += 1;
    }
    let again = times.values().filter(|&&n| n > 1).count() as u64;
    let known: BTreeSet<u32> = resyncs
        .iter()
        .filter(|r| !r.new)
        .map(|r| r.device)
        .collect();
    let known = known.len() as u64;
    let after_errors = resyncs.iter().filter(|r| r.after_errors).count() as u64;
    let active = case.devices().filter(|&d| !case.lane(d).is_empty()).count() as u64;
    let severity = if known >= FEW && known * 100 >= active * case.limit(&SHARE) {
        Severity::Act
    } else if again > 0 || after_errors > 0 {
        Severity::Watch
    } else {
        Severity::Harmless
    };
    let devices = times.len() as u64;
    let new = resyncs.iter().filter(|r| r.new).count() as u64;
    let parts: Vec<String> = [
        (new, "when the device first appears here"),
        (after_errors, "after several errors in a row"),
    ]
    .into_iter()
    .filter(|(n, _)| *n > 0)
    .map(|(n, what)| format!("{} {what}", count(n)))
    .collect();
    let mut sentence = format!(
        "{} fetched everything anew, {}",
        counted(devices, "device", "devices"),
        counted(resyncs.len() as u64, "time in all", "times in all")
    );
    if !parts.is_empty() {
        sentence.push_str(&format!(": {}", list(&parts)));
    }
    sentence.push('.');
    if again > 0 {
        sentence.push_str(&format!(
            " {} it more than once.",
            counted(again, "device did", "devices did")
        ));
    }
    let title = format!(
        "{} fetched everything anew",
        counted(devices, "device", "devices")
    );
    let rows: Vec<u32> = resyncs.into_iter().flat_map(|r| r.rows).collect();
    let mut finding = Finding::new(&RULE, severity, Certainty::Likely, title, sentence);
    if severity == Severity::Harmless {
        finding = finding.advise(&["Nothing, if a phone or an account was set up then."]);
    }
    Some(finding.over(case, Scope::of_rows(case, &rows)))
}

/// From so many bytes on, an answer is large for this fleet.
pub(super) fn large_bytes(case: &Case<'_>) -> Option<u32> {
    Some(large(
        case,
        usual_bytes(case, case.explanation.counted(case.log))?,
    ))
}

fn large(case: &Case<'_>, usual: u32) -> u32 {
    usual
        .max(LEAST_BYTES)
        .saturating_mul(case.limit(&FACTOR) as u32)
}

/// Bytes of the usual answer to a Sync.
fn usual_bytes(case: &Case<'_>, rows: impl Iterator<Item = u32>) -> Option<u32> {
    let log = case.log;
    let mut bytes: Vec<u32> = rows
        .filter(|&row| log.command(row) == Command::Sync && log.status(row) == Some(200))
        .filter_map(|row| log.bytes(row))
        .collect();
    if bytes.len() < USUAL {
        return None;
    }
    median(&mut bytes)
}

fn of_device(case: &Case<'_>, device: u32, fleet: Option<u32>) -> Vec<Resync> {
    let log = case.log;
    let lane = case.in_turn(device);
    let begins = |row: u32| {
        matches!(log.command(row), Command::FolderSync | Command::Provision)
            && log.status(row) == Some(200)
    };
    // Most devices never begin anew.
    if !lane.iter().any(|&row| begins(row)) {
        return Vec::new();
    }
    let own = usual_bytes(case, lane.iter().copied());
    let Some(usual) = own.into_iter().chain(fleet).min() else {
        return Vec::new();
    };
    let least = large(case, usual);
    let span = |row| case.explanation.timeline.span(log, row);
    let mut resyncs = Vec::new();
    let mut at = 0;
    while at < lane.len() {
        let Some(start) = span(lane[at]).filter(|_| begins(lane[at])) else {
            at += 1;
            continue;
        };
        let follow = lane[at + 1..].iter().copied();
        let follow =
            follow.take_while(|&row| span(row).is_some_and(|s| s.start - start.end <= WITHIN_MS));
        let mut taken = 0;
        let mut rows = vec![lane[at]];
        for (i, row) in follow.enumerate() {
            let large = log.bytes(row).is_some_and(|bytes| bytes >= least);
            if large && log.command(row) == Command::Sync && log.status(row) == Some(200) {
                rows.push(row);
                taken = i + 1;
            }
        }
        if (rows.len() as u64) <= case.limit(&SYNCS) {
            at += 1;
            continue;
        }
        let waited = |&row: &u32| matches!(log.command(row), Command::Ping | Command::Sync);
        let failed = lane[..at]
            .iter()
            .rev()
            .take_while(|&&row| log.status(row).is_some_and(|s| s >= 500));
        resyncs.push(Resync {
            device,
            new: !lane[..at].iter().any(waited),
            after_errors: failed.count() >= ERRORS,
            rows,
        });
        at += taken + 1;
    }
    resyncs
}
