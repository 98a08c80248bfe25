//! Devices that fetched everything anew: a sync key that was lost, an account set up again, a reload after errors.

use super::numbers::{median, share};
use super::{Case, Finding, Rule, Scope, Threshold};
use crate::activesync::Command;
use crate::explain::{Certainty, Outcome, Severity};
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

static SLOWER: Threshold = Threshold::ours(
    "resync-slower",
    "Where a log does not count the bytes of answers, a Sync is large when it takes so many times as long as the usual one.",
    3,
    "times",
    (2, 1_000),
);

static SHARE: Threshold = Threshold::ours(
    "resync-share",
    "From this share of all devices on, the server is the cause.",
    20,
    "%",
    (1, 100),
);

/// The Syncs come one after the other.
const APART_MS: i64 = 60_000;

/// Less than this is not large, however small the usual answer is.
const LEAST_BYTES: u32 = 200;

/// No Sync that takes less is slow, however fast the usual one is.
const LEAST_MS: u32 = 800;

/// Fewer Syncs than this have no usual answer.
const USUAL: usize = 10;

/// Bytes that are those of answers differ: one in twenty has so many times those of the usual one.
const DIFFER: u32 = 3;

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
    not: "A log shows the size of an answer or how long it took, not what is in it; a mail with a large attachment is one large \
          Sync, not several.",
    grades: "Harmless for a device that is new here; else to be watched, and to be acted on if many devices do it.",
    thresholds: &[&SYNCS, &FACTOR, &SLOWER, &SHARE],
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
    let fleet = Usual::of(case, case.explanation.counted(case.log));
    let resyncs: Vec<Resync> = case
        .devices()
        .flat_map(|device| of_device(case, device, &fleet))
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
    } else if known > 0 {
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
        "{} fetched everything anew",
        counted(devices, "device", "devices")
    );
    if resyncs.len() as u64 > devices {
        sentence.push_str(&format!(", {} times in all", count(resyncs.len() as u64)));
    }
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

/// The usual Sync.
#[derive(Default)]
pub(super) struct Usual {
    /// Bytes of its answer, if the log counts those.
    bytes: Option<u32>,
    /// How long it takes.
    ms: Option<u32>,
}

impl Usual {
    /// That of some requests.
    pub(super) fn of(case: &Case<'_>, rows: impl Iterator<Item = u32>) -> Self {
        let log = case.log;
        let served = rows.filter(|&row| is_sync(case, row));
        let (mut bytes, mut ms) = (Vec::new(), Vec::new());
        for row in served {
            bytes.extend(log.bytes(row));
            ms.extend(log.duration(row));
        }
        let enough = |values: &[u32]| values.len() >= USUAL;
        let usual = Some(&mut bytes)
            .filter(|b| enough(b))
            .and_then(|b| median(b));
        let differ = |usual: &u32| share(&mut bytes, 95) >= Some((*usual).max(1) * DIFFER);
        Self {
            bytes: usual.filter(differ),
            ms: Some(&mut ms).filter(|m| enough(m)).and_then(|m| median(m)),
        }
    }

    /// Whether a row's answer is far larger.
    pub(super) fn is_small_beside(&self, case: &Case<'_>, row: u32) -> bool {
        let times =
            |usual: u32, factor: &Threshold| usual.saturating_mul(case.limit(factor) as u32);
        match (self.bytes, self.ms) {
            (Some(usual), _) => {
                let least = times(usual.max(LEAST_BYTES), &FACTOR);
                case.log.bytes(row).is_some_and(|bytes| bytes >= least)
            }
            (None, Some(usual)) => {
                let least = times(usual, &SLOWER).max(LEAST_MS);
                case.log.duration(row).is_some_and(|ms| ms >= least)
            }
            _ => false,
        }
    }
}

fn is_sync(case: &Case<'_>, row: u32) -> bool {
    case.log.command(row) == Command::Sync && case.log.status(row) == Some(200)
}

fn of_device(case: &Case<'_>, device: u32, fleet: &Usual) -> Vec<Resync> {
    let log = case.log;
    let begins = |row: u32| {
        matches!(log.command(row), Command::FolderSync | Command::Provision)
            && log.status(row) == Some(200)
    };
    // Most devices never begin anew. Of one that waits with its Syncs, how long they take tells nothing.
    let begun = case.lane(device).iter().any(|&row| begins(row));
    if !begun || (fleet.bytes.is_none() && case.waits(device)) {
        return Vec::new();
    }
    let lane = case.in_turn(device);
    // What is large for the device may be usual elsewhere, and the other way round.
    let own = Usual::of(case, lane.iter().copied());
    let large = |row| {
        fleet.is_small_beside(case, row) && (own.ms.is_none() || own.is_small_beside(case, row))
    };
    let span = |row| case.explanation.timeline.span(log, row);
    let mut resyncs = Vec::new();
    let mut at = 0;
    while at < lane.len() {
        let Some(start) = span(lane[at]).filter(|_| begins(lane[at])) else {
            at += 1;
            continue;
        };
        let mut rows = vec![lane[at]];
        let (mut taken, mut small, mut end) = (0, 0, start.end);
        for (i, &row) in lane[at + 1..].iter().enumerate() {
            let Some(its) = span(row).filter(|s| s.start - end <= APART_MS) else {
                break;
            };
            end = its.end;
            // A device that has all waits again. It may leave that wait for something else.
            let held = its.end - its.start > APART_MS;
            let waits = case.outcome(row) == Outcome::LongPoll
                || (held && case.outcome(row) == Outcome::Overlapped);
            if log.command(row) == Command::Ping || waits {
                break;
            }
            if !is_sync(case, row) {
                continue;
            }
            if large(row) {
                rows.push(row);
                taken = i + 1;
            } else {
                small += 1;
            }
            // What is fetched anew comes first; then the device goes on as it does every day.
            if small > rows.len() {
                break;
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
