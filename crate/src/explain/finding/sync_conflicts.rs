//! 409 on Sync: the device began the next Sync before this one had finished.

use super::{Case, Finding};
use crate::activesync::Command;
use crate::explain::{Outcome, Severity};
use crate::words::{count, counted, share};

/// From this share of Syncs on, in percent, it deserves a look. Our own choice; the vendor's example has 0.6 %.
const LOOK_PERCENT: u64 = 5;

/// Fewer Syncs than this make no share.
const ENOUGH: u64 = 20;

pub(super) fn find(case: &Case<'_>) -> Option<Finding> {
    let conflicts = case.tally.conflicts(Command::Sync);
    if conflicts == 0 {
        return None;
    }
    let syncs = case.tally.command(Command::Sync);
    let high = syncs >= ENOUGH && conflicts * 100 > syncs * LOOK_PERCENT;
    let (evidence, devices) = case.examples(Command::Sync, &[Outcome::Overlapped]);
    Some(Finding {
        code: "sync-conflicts",
        severity: if high {
            Severity::Watch
        } else {
            Severity::Harmless
        },
        certainty: case.tally.certainty(Command::Sync, &[Outcome::Overlapped]),
        title: format!("{} ended in 409", counted(conflicts, "Sync", "Syncs")),
        sentence: format!(
            "{} of {} ({}) ended in 409, which is how the server gives one up when the device begins its next request too soon.",
            count(conflicts),
            counted(syncs, "Sync", "Syncs"),
            share(conflicts, syncs),
        ),
        advice: if high {
            "Look for slow mail files behind these Syncs, for a proxy that sends requests twice, and for two phones that \
             were set up from one backup and share a DeviceId."
        } else {
            "Nothing to do: it is common, and the device repeats the Sync."
        },
        count: conflicts,
        devices,
        evidence,
    })
}
