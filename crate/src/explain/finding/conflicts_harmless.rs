//! Ping 409s whose displacing request is in the log: the protocol at work, not an error.

use super::{Case, Finding};
use crate::activesync::Command;
use crate::explain::{Outcome, Severity};
use crate::words::{count, counted, list, share};

const OUTCOMES: [Outcome; 3] = [
    Outcome::SupersededBySync,
    Outcome::SupersededByPing,
    Outcome::SupersededByOther,
];

pub(super) fn find(case: &Case<'_>) -> Option<Finding> {
    let explained = case.tally.explained_pings();
    if explained == 0 {
        return None;
    }
    let pings = case.tally.command(Command::Ping);
    let conflicts = case.tally.conflicts(Command::Ping);
    let causes: Vec<String> = OUTCOMES
        .into_iter()
        .zip(["a Sync", "a new Ping", "another command"])
        .map(|(outcome, name)| (case.tally.count(Command::Ping, outcome).all, name))
        .filter(|&(n, _)| n > 0)
        .map(|(n, name)| format!("{} for {name}", count(n)))
        .collect();
    let (evidence, devices) = case.examples(Command::Ping, &OUTCOMES);
    Some(Finding {
        code: "conflicts-harmless",
        severity: Severity::Harmless,
        certainty: case.tally.certainty(Command::Ping, &OUTCOMES),
        title: format!(
            "{} left by the phone, not failed",
            counted(explained, "Ping was", "Pings were")
        ),
        sentence: format!(
            "{} of {} ({}) ended in 409. In {}, the phone had left the waiting Ping and begun its next request: {}. The \
             server closes such an orphan with 409 to free its thread, and the phone never sees it.",
            count(conflicts),
            counted(pings, "Ping", "Pings"),
            share(conflicts, pings),
            if explained == conflicts {
                "all of them".to_owned()
            } else {
                count(explained)
            },
            list(&causes),
        ),
        advice: "Nothing to do. The share of Pings that end in 409 grows with how often people open their mail; no \
                 percentage of it is an alarm.",
        count: explained,
        devices,
        evidence,
    })
}
