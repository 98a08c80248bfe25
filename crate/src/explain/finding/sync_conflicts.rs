//! 409 on Sync: the device began the next Sync before this one had finished.

use super::{Case, Finding, Rule, Scope, Threshold, above, device_shared};
use crate::activesync::Command;
use crate::explain::{Certainty, Outcome, Severity};
use crate::words::{count, counted, duration, list, share};

pub(super) static SHARE: Threshold = Threshold::ours(
    "sync-conflict-share",
    "Beyond this share of all Syncs, 409s on Sync deserve a look; the vendor's example has 0.6 %.",
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

static DEVICE: Threshold = Threshold::ours(
    "sync-conflict-device",
    "Beyond this share of the Syncs of one device, its 409s on Sync deserve a look, however the others do.",
    20,
    "%",
    (1, 100),
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
    not: "It has nothing to do with the 409s of Pings. Devices that wait with a Sync instead of a Ping are left out: there, a \
          409 is what it is for Pings. The vendor says that a high share is worth a look and names no number.",
    grades: "To be acted on when the share of all is above its threshold and most of them were slow; to be watched when it is, or \
             that of one device, for other reasons; else harmless.",
    thresholds: &[&SHARE, &DEVICE, &ENOUGH, &SLOW],
    reference: Some("https://help.hcl-software.com/traveler/9.0.1/statistics.html"),
    find,
};

fn find(case: &Case<'_>, _: &[Finding]) -> Option<Finding> {
    if case.tally.conflicts(Command::Sync) == 0 {
        return None;
    }
    let waits: Vec<bool> = case.devices().map(|device| case.waits(device)).collect();
    let counts = |row: u32| {
        let waits = |device: u32| waits[device as usize];
        case.log.command(row) == Command::Sync && !case.log.device(row).is_some_and(waits)
    };
    let given_up = |row: u32| case.log.status(row) == Some(409) && counts(row);
    let scope = Scope::of(case, given_up);
    let syncs = Scope::of(case, counts);
    let (conflicts, all) = (scope.count, syncs.count);
    if conflicts == 0 {
        return None;
    }
    let high = |conflicts: u64, syncs: u64, share: &Threshold| {
        syncs >= case.limit(&ENOUGH) && above(conflicts, syncs, case.limit(share))
    };
    let of = |device: &u32| syncs.devices.get(device).copied().unwrap_or(0);
    let busy = scope
        .devices
        .iter()
        .filter(|&(d, &n)| high(n, of(d), &DEVICE));
    let busy = busy.count() as u64;
    let fleet = high(conflicts, all, &SHARE);
    let mut sentence = format!(
        "{} of {} ({}) ended in 409, which is how the server gives one up when the device begins its next request too soon.",
        count(conflicts),
        counted(all, "Sync", "Syncs"),
        share(conflicts, all),
    );
    if busy > 0 {
        sentence.push_str(&format!(
            " Of {}, more than {} % did.",
            counted(busy, "device", "devices"),
            case.limit(&DEVICE)
        ));
    }
    let suspects = Suspects::of(case, &given_up);
    let severity = if fleet && suspects.slow * 2 > conflicts {
        Severity::Act
    } else if fleet || busy > 0 {
        Severity::Watch
    } else {
        Severity::Harmless
    };
    if severity > Severity::Harmless {
        sentence.push_str(&suspects.words(case));
    }
    // That they were given up is certain; which request did it, the single ones tell.
    let certainty = case.tally.certainty(Command::Sync, &[Outcome::Overlapped]);
    let certainty = certainty.max(Certainty::Likely);
    let title = format!("{} ended in 409", counted(conflicts, "Sync", "Syncs"));
    let mut finding = Finding::new(&RULE, severity, certainty, title, sentence);
    if severity == Severity::Harmless {
        finding = finding.advise(&["Nothing: it is common, and the device repeats the Sync."]);
    }
    Some(finding.over(case, scope))
}

/// What the Syncs that were given up have in common.
struct Suspects {
    slow: u64,
    twice: u64,
    shared: u64,
}

impl Suspects {
    fn of(case: &Case<'_>, given_up: &dyn Fn(u32) -> bool) -> Self {
        let log = case.log;
        let slow_ms = case.limit(&SLOW) * 1000;
        let devices = device_shared::devices(case);
        let start = |row| Some(case.explanation.timeline.span(log, row)?.start);
        let mut suspects = Self {
            slow: 0,
            twice: 0,
            shared: 0,
        };
        for row in case.explanation.counted(log).filter(|&row| given_up(row)) {
            let cause = case.explanation.verdict(row).cause;
            let again = cause.filter(|&c| log.command(c) == Command::Sync);
            let apart = again.and_then(|c| Some(start(c)? - start(row)?));
            suspects.slow += u64::from(log.duration(row).is_some_and(|d| u64::from(d) >= slow_ms));
            suspects.twice += u64::from(apart.is_some_and(|ms| ms.abs() <= TWICE_MS));
            suspects.shared += u64::from(log.device(row).is_some_and(|d| devices.contains(&d)));
        }
        suspects
    }

    fn words(&self, case: &Case<'_>) -> String {
        let slow = format!("had taken {} or more", duration(case.limit(&SLOW) * 1000));
        let parts: Vec<String> = [
            (self.slow, slow.as_str()),
            (self.twice, "came again within two seconds"),
            (self.shared, "are of devices that several phones share"),
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
}
