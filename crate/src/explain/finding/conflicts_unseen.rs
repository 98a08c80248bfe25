//! Ping 409s without a displacing request: the logs at hand are not all there is.

use super::{Case, Finding};
use crate::activesync::Command;
use crate::explain::{Outcome, Severity};
use crate::words::{count, counted, share};

/// Beyond this share of the Ping 409s, in percent, the input is incomplete. Our own choice; the vendor names none.
const INCOMPLETE_PERCENT: u64 = 5;

/// Fewer Ping 409s than this make no share.
const ENOUGH: u64 = 20;

pub(super) fn find(case: &Case<'_>) -> Option<Finding> {
    let unseen = case
        .tally
        .count(Command::Ping, Outcome::SupersededUnseen)
        .conflicts;
    if unseen == 0 {
        return None;
    }
    let conflicts = case.tally.conflicts(Command::Ping);
    let timed = case.log.files.iter().any(|f| f.with_stamp > 0);
    // Of few, one at the end of a log is already a large share; but if nothing is explained, something is missing.
    let many = unseen == conflicts
        || (conflicts >= ENOUGH && unseen * 100 > conflicts * INCOMPLETE_PERCENT);
    let (evidence, devices) = case.examples(Command::Ping, &[Outcome::SupersededUnseen]);
    Some(Finding {
        code: "conflicts-unseen",
        severity: if many {
            Severity::Watch
        } else {
            Severity::Harmless
        },
        certainty: case
            .tally
            .certainty(Command::Ping, &[Outcome::SupersededUnseen]),
        title: format!(
            "{} no visible cause",
            counted(unseen, "Ping 409 has", "Ping 409s have")
        ),
        sentence: if timed {
            format!(
                "For {} of {} ({}) these logs hold no request of the same device that began when the Ping ended.",
                count(unseen),
                counted(conflicts, "Ping 409", "Ping 409s"),
                share(unseen, conflicts),
            )
        } else {
            "Traveler answers a Ping with 409 when the device has begun another request, which is harmless. Here the \
             lines carry no time, and the request that did it is not among them."
                .to_owned()
        },
        advice: if !timed {
            "Use the text log in the format Extended Common, or export whole days of DOMLOG.NSF with date and elapsed \
             time: then every 409 can be matched with its cause."
        } else if many {
            "The logs are probably incomplete. Add the log files before and after these, and those of every other server \
             of the pool."
        } else {
            "A few are normal where a log begins or ends. Add the next log file if you need every one of them."
        },
        count: unseen,
        devices,
        evidence,
    })
}
