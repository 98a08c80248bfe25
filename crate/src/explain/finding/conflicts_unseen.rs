//! Ping 409s without a displacing request: the logs at hand are not all there is.

use super::{Case, Finding, Rule, Threshold, above};
use crate::activesync::Command;
use crate::explain::{Outcome, Severity};
use crate::words::{count, counted, share};

static SHARE: Threshold = Threshold::ours(
    "unseen-share",
    "Beyond this share of the Ping 409s, without a cause in the logs, the logs are taken to be incomplete.",
    5,
    "%",
    (1, 100),
);

static ENOUGH: Threshold = Threshold::ours(
    "unseen-conflicts",
    "Fewer Ping 409s than this make no share.",
    20,
    "Ping 409s",
    (1, 1_000_000),
);

pub(super) static RULE: Rule = Rule {
    code: "conflicts-unseen",
    title: "409s without a visible cause",
    means: "A Ping ended in 409, so a newer request of its device must have reached the server; but no request in these logs \
            began when the Ping ended.",
    why: "The log begins or ends there, the other request went to another server of the pool, or its line was never written. \
          Clocks or zones that do not fit together look the same.",
    steps: &[
        "Add the log files before and after these.",
        "Add those of every other server of the pool.",
        "If nothing is missing, look under \"What was read\" for a clock that jumps or a zone that is only assumed.",
    ],
    not: "It is no other kind of 409: what cannot be shown is only which request ended the Ping.",
    grades: "To be watched when the share is above the threshold, or when no Ping 409 has a cause; else harmless.",
    thresholds: &[&SHARE, &ENOUGH],
    reference: Some("https://help.hcltechsw.com/traveler/12.0.0/HTTP409Responses.html"),
    find,
};

fn find(case: &Case<'_>, _: &[Finding]) -> Option<Finding> {
    let outcome = [Outcome::SupersededUnseen];
    let unseen = case.tally.count(Command::Ping, outcome[0]).conflicts;
    if unseen == 0 {
        return None;
    }
    let conflicts = case.tally.conflicts(Command::Ping);
    let timed = case.log.files.iter().any(|f| f.with_stamp > 0);
    // Of few, one at the end of a log is already a large share; but if nothing is explained, something is missing.
    let enough = conflicts >= case.limit(&ENOUGH);
    let many = unseen == conflicts || (enough && above(unseen, conflicts, case.limit(&SHARE)));
    let severity = if many {
        Severity::Watch
    } else {
        Severity::Harmless
    };
    let title = format!(
        "{} no visible cause",
        counted(unseen, "Ping 409 has", "Ping 409s have")
    );
    let sentence = if timed {
        format!(
            "For {} of {} ({}) these logs hold no request of the same device that began when the Ping ended.",
            count(unseen),
            counted(conflicts, "Ping 409", "Ping 409s"),
            share(unseen, conflicts),
        )
    } else {
        "Traveler answers a Ping with 409 when the device has begun another request, which is harmless. Here the lines carry \
         no time, and the request that did it is not among them."
            .to_owned()
    };
    let certainty = case.tally.certainty(Command::Ping, &outcome);
    let finding = Finding::new(&RULE, severity, certainty, title, sentence);
    let finding = if !timed {
        finding.advise(&[
            "Use the text log in the format Extended Common, or export whole days of DOMLOG.NSF with date and elapsed time: \
             then every 409 can be matched with its cause.",
        ])
    } else if !many {
        finding.advise(&[
            "A few are normal where a log begins or ends. Add the next log file if you need every one of them.",
        ])
    } else {
        finding
    };
    Some(finding.over(case, case.conflicts(Command::Ping, &outcome)))
}
