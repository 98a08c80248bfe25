//! Pings whose answer never reached the phone: mail that came late.

use super::{Case, Finding, Rule, Threshold, above};
use crate::activesync::Command;
use crate::explain::{Certainty, Outcome, Severity};
use crate::words::{count, counted, share};

static SHARE: Threshold = Threshold::ours(
    "lost-share",
    "Beyond this share of the answered Pings, lost, mail is late often enough to be noticed.",
    5,
    "%",
    (1, 100),
);

pub(super) static RULE: Rule = Rule {
    code: "replies-lost",
    title: "Ping answers that did not reach the phone",
    means: "The server answered a Ping early, as it does when mail arrives, but the device asked for nothing for a minute or \
            more. The answer was probably written into a connection that no longer led to the phone, and the mail came late.",
    why: "The phone had left coverage or was switched off, or a firewall, a carrier or a proxy had dropped the idle connection \
          without telling either side.",
    steps: &[
        "See whether the devices share a network: then a firewall or a carrier drops idle connections sooner than the \
         heartbeat ends.",
        "If so, raise that timeout above the heartbeat, or set Traveler's maximum heartbeat interval a little below it.",
    ],
    not: "No mail is lost: the phone gets it when it asks again. Whether an answer arrived is inferred from the silence that \
          followed; only a proxy's log can show it.",
    grades: "To be watched when the share of answered Pings is above the threshold; else harmless.",
    thresholds: &[&SHARE],
    reference: Some("https://help.hcltechsw.com/traveler/11.0.0/Plan_setting_heartbeat.html"),
    find,
};

fn find(case: &Case<'_>, _: &[Finding]) -> Option<Finding> {
    let outcome = [Outcome::ReplyLost];
    let lost = case.tally.count(Command::Ping, outcome[0]).all;
    let answered = case.tally.answered(Command::Ping);
    if lost == 0 {
        return None;
    }
    let certainty = case.tally.certainty(Command::Ping, &outcome);
    // What rests on an assumption is told, but alarms nobody.
    let often = certainty > Certainty::Possible && above(lost, answered, case.limit(&SHARE));
    let severity = if often {
        Severity::Watch
    } else {
        Severity::Harmless
    };
    let title = format!(
        "{} did not reach the phone",
        counted(lost, "Ping answer probably", "Ping answers probably")
    );
    let sentence = format!(
        "{} of {} ({}) came early, as when mail arrives, but the device asked for nothing for a minute or more.",
        count(lost),
        counted(answered, "Ping answer", "Ping answers"),
        share(lost, answered),
    );
    let mut finding = Finding::new(&RULE, severity, certainty, title, sentence);
    if !often {
        finding = finding
            .advise(&["Nothing: a few are normal where phones lose coverage or are switched off."]);
    }
    Some(finding.over(case, case.scope(Command::Ping, &outcome)))
}
