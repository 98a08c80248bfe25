//! Ping 409s whose displacing request is in the log: the protocol at work, not an error.

use super::{Case, Finding};
use crate::activesync::Command;
use crate::explain::{Certainty, Outcome, Severity};
use crate::words::{count, counted, list, share};

/// From this share of all Pings on, in percent, that were left for a new Ping, phones reconnect too often to call it
/// chance, if there are enough Pings. Our own choice; the vendor names none.
const RECONNECTING_PERCENT: u64 = 20;
const ENOUGH: u64 = 20;

pub(super) fn find(case: &Case<'_>) -> Option<Finding> {
    let explained = case.tally.explained_pings();
    if explained == 0 {
        return None;
    }
    let pings = case.tally.command(Command::Ping);
    let conflicts = case.tally.conflicts(Command::Ping);
    let by_ping = case
        .tally
        .count(Command::Ping, Outcome::SupersededByPing)
        .conflicts;
    let reconnecting = pings >= ENOUGH && by_ping * 100 > pings * RECONNECTING_PERCENT;
    let certainty = case.tally.certainty(Command::Ping, &Outcome::SUPERSEDED);
    let guessed = certainty == Certainty::Possible;
    let causes: Vec<String> = Outcome::SUPERSEDED
        .into_iter()
        .zip(["a Sync", "a new Ping", "another command"])
        .map(|(outcome, name)| (case.tally.count(Command::Ping, outcome).conflicts, name))
        .filter(|&(n, _)| n > 0)
        .map(|(n, name)| format!("{} for {name}", count(n)))
        .collect();
    let (evidence, devices) = case.examples(Command::Ping, &Outcome::SUPERSEDED);
    Some(Finding {
        code: "conflicts-harmless",
        severity: if reconnecting {
            Severity::Watch
        } else {
            Severity::Harmless
        },
        certainty,
        title: if reconnecting {
            format!(
                "Phones reconnect often: {} left for a new one",
                counted(by_ping, "Ping was", "Pings were")
            )
        } else {
            format!(
                "{} left by the phone, not failed",
                counted(explained, "Ping was", "Pings were")
            )
        },
        sentence: format!(
            "{} of {} ({}) ended in 409. {} {}, the phone had left the waiting Ping and begun its next request: {}. The \
             server closes such an orphan with 409 to free its thread, and the phone never sees it.",
            count(conflicts),
            counted(pings, "Ping", "Pings"),
            share(conflicts, pings),
            if guessed {
                "As far as the order of lines tells, in"
            } else {
                "In"
            },
            match explained {
                1 if conflicts == 1 => "it".to_owned(),
                _ if explained == conflicts => "all of them".to_owned(),
                _ => count(explained),
            },
            list(&causes),
        ),
        advice: if reconnecting {
            "Each of these is harmless, but phones that often open a new Ping while the server still holds the old one have \
             lost its connection. Look at how long those Pings had been open: many at one duration point to a firewall or a \
             proxy that cuts idle connections."
        } else {
            "Nothing to do. The share of Pings that end in 409 grows with how often people open their mail; no percentage \
             of it is an alarm."
        },
        count: explained,
        devices,
        evidence,
    })
}
