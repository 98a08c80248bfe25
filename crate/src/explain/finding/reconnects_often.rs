//! Phones that keep opening new Pings while the server still holds the old ones, at no one duration.

use super::{Case, Finding, Rule, Threshold, above, idle_timeout};
use crate::activesync::Command;
use crate::explain::{Certainty, Outcome, Severity};
use crate::words::{count, counted, share};

static SHARE: Threshold = Threshold::ours(
    "reconnect-share",
    "Beyond this share of all Pings, left for a new Ping, phones reconnect too often to call it chance.",
    20,
    "%",
    (1, 100),
);

static ENOUGH: Threshold = Threshold::ours(
    "reconnect-pings",
    "Fewer Pings than this make no share.",
    20,
    "Pings",
    (1, 1_000_000),
);

pub(super) static RULE: Rule = Rule {
    code: "reconnects-often",
    title: "Phones reconnect often",
    means: "Many Pings end in 409 because the phone opened a new Ping while the server still held the old one. The phone had \
            lost its connection and came back; until then, no mail could be pushed to it.",
    why: "Phones lose their connection where coverage is poor, when they change between Wi-Fi and the carrier, or when \
          something in between drops idle connections without a word.",
    steps: &[
        "See whether a few devices or one network make most of it: then it is their coverage.",
        "Look at how long those Pings had been open. Many at one duration are an idle timeout of a firewall or a proxy.",
    ],
    not: "Each of these 409s is harmless in itself. The log does not tell when the phone lost its connection, only when it \
          came back.",
    grades: "To be watched when the share of all Pings is above the threshold; below it, nothing is said.",
    thresholds: &[&SHARE, &ENOUGH],
    reference: Some("https://help.hcltechsw.com/traveler/12.0.0/HTTP409Responses.html"),
    find,
};

fn find(case: &Case<'_>, found: &[Finding]) -> Option<Finding> {
    let pings = case.tally.command(Command::Ping);
    let by_ping = [Outcome::SupersededByPing];
    let reconnected = case.tally.count(Command::Ping, by_ping[0]).all;
    let often = pings >= case.limit(&ENOUGH) && above(reconnected, pings, case.limit(&SHARE));
    // A timeout that was found says the same better.
    if !often || found.iter().any(|f| *f.rule == idle_timeout::RULE) {
        return None;
    }
    let certainty = case.tally.certainty(Command::Ping, &by_ping);
    let severity = if certainty == Certainty::Possible {
        Severity::Harmless
    } else {
        Severity::Watch
    };
    let title = format!(
        "Phones reconnect often: {} left for a new one",
        counted(reconnected, "Ping was", "Pings were")
    );
    let sentence = format!(
        "{} of {} ({}) ended because the phone opened a new Ping while the server still held the old one.",
        count(reconnected),
        counted(pings, "Ping", "Pings"),
        share(reconnected, pings),
    );
    let finding = Finding::new(&RULE, severity, certainty, title, sentence);
    Some(finding.over(case, case.scope(Command::Ping, &by_ping)))
}
