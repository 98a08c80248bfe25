//! Ping 409s whose displacing request is in the log: the protocol at work, not an error.

use super::{Case, Finding, Rule};
use crate::activesync::Command;
use crate::explain::{Certainty, Outcome, Severity};
use crate::words::{count, counted, list, share};

pub(super) static RULE: Rule = Rule {
    code: "conflicts-harmless",
    title: "Pings that the phone left",
    means: "A phone keeps one Ping open, so that the server can tell it of new mail. When it wants anything else, it leaves \
            that Ping and begins another request. The server is not told; when the new request arrives, it knows that the \
            Ping is an orphan and closes it with 409 to free its thread. The phone never sees that 409.",
    why: "It happens whenever somebody opens Mail, sends something or comes back into coverage. The duration of such a Ping \
          is how long it stood until then, not how long anything took.",
    steps: &[
        "Nothing. The share of Pings that end in 409 grows with how often people use their phones; no percentage of it is an \
         alarm.",
    ],
    not: "It is no error, no slowness and no lost mail. No vendor names a share of 409s that would be too high for Pings; \
          shares of 20 to 60 % are usual.",
    grades: "Always harmless.",
    thresholds: &[],
    reference: Some("https://help.hcltechsw.com/traveler/12.0.0/HTTP409Responses.html"),
    find,
};

fn find(case: &Case<'_>, _: &[Finding]) -> Option<Finding> {
    let explained = case.tally.explained_pings();
    if explained == 0 {
        return None;
    }
    let pings = case.tally.command(Command::Ping);
    let conflicts = case.tally.conflicts(Command::Ping);
    let certainty = case.tally.certainty(Command::Ping, &Outcome::SUPERSEDED);
    let guessed = certainty == Certainty::Possible;
    let causes: Vec<String> = Outcome::SUPERSEDED
        .into_iter()
        .zip(["a Sync", "a new Ping", "another command"])
        .map(|(outcome, name)| (case.tally.count(Command::Ping, outcome).conflicts, name))
        .filter(|&(n, _)| n > 0)
        .map(|(n, name)| format!("{} for {name}", count(n)))
        .collect();
    let title = format!(
        "{} left by the phone, not failed",
        counted(explained, "Ping was", "Pings were")
    );
    let sentence = format!(
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
    );
    let finding = Finding::new(&RULE, Severity::Harmless, certainty, title, sentence);
    Some(finding.over(case, case.conflicts(Command::Ping, &Outcome::SUPERSEDED)))
}
