//! Pings whose answer never reached the phone: mail that came late.

use super::{Case, Finding};
use crate::activesync::Command;
use crate::explain::{Certainty, Outcome, Severity};
use crate::words::{count, counted, share};

/// From this share of the answered Pings on, in percent, mail is late often enough to be noticed. Our own choice.
const NOTICED_PERCENT: u64 = 5;

pub(super) fn find(case: &Case<'_>) -> Option<Finding> {
    let lost = case.tally.count(Command::Ping, Outcome::ReplyLost).all;
    let answered = case.tally.answered(Command::Ping);
    if lost == 0 {
        return None;
    }
    let (evidence, devices) = case.examples(Command::Ping, &[Outcome::ReplyLost]);
    let certainty = case.tally.certainty(Command::Ping, &[Outcome::ReplyLost]);
    // What rests on an assumption is told, but alarms nobody.
    let often = certainty > Certainty::Possible && lost * 100 > answered * NOTICED_PERCENT;
    Some(Finding {
        code: "replies-lost",
        severity: if often {
            Severity::Watch
        } else {
            Severity::Harmless
        },
        certainty,
        title: format!(
            "{} did not reach the phone",
            counted(lost, "Ping answer probably", "Ping answers probably")
        ),
        sentence: format!(
            "{} of {} ({}) came early, as when mail arrives, but the device asked for nothing for a minute or more.",
            count(lost),
            counted(answered, "Ping answer", "Ping answers"),
            share(lost, answered),
        ),
        advice: if often {
            "Push is late for these devices. See whether they share a network: a firewall or a carrier that drops idle \
             connections sooner than the heartbeat ends is the usual cause."
        } else {
            "A few are normal where phones lose coverage or are switched off."
        },
        count: lost,
        devices,
        evidence,
    })
}
