//! Findings as the report shows them, with the sentence above all and the numbers that decided.

use super::build::{evidence, totals};
use super::files;
use super::model::{Concerned, Finding, Judged, Severity, Shown, ThresholdRow, Totals, Verdict};
use crate::activesync::Command;
use crate::explain::finding::threshold::{Threshold, all};
use crate::explain::finding::{self, Case, Proof, RULES, Tuning};
use crate::explain::tally::Tally;
use crate::explain::{Certainty, Explanation, Outcome};
use crate::log::{FileLog, Log};
use crate::words::{count, counted, list, share};

/// What is found under these thresholds: the part of the report that follows from them.
#[must_use]
pub fn judge(log: &Log, explanation: &Explanation, tuning: &Tuning) -> Judged {
    let tally = Tally::of(log, explanation);
    of(&Case::new(log, explanation, &tally, tuning))
}

/// The requests that the finding of this code speaks of, in order of time; none where it speaks of something else, or is
/// not there.
#[must_use]
pub fn rows(log: &Log, explanation: &Explanation, tuning: &Tuning, code: &str) -> Vec<u32> {
    let tally = Tally::of(log, explanation);
    finding::rows(&Case::new(log, explanation, &tally, tuning), code)
}

/// The same of a case that is counted already.
pub(super) fn of(case: &Case<'_>) -> Judged {
    let found = finding::all(case).into_iter();
    let findings: Vec<Finding> = found.map(|f| written(case, f)).collect();
    Judged {
        verdict: verdict(case, &findings),
        thresholds: all().map(|t| threshold(case, t)).collect(),
        findings,
    }
}

fn shown(case: &Case<'_>, proof: Proof) -> Shown {
    Shown {
        line: evidence(case.explanation, proof.spot),
        cause: proof.cause.map(|spot| evidence(case.explanation, spot)),
    }
}

fn written(case: &Case<'_>, finding: finding::Finding) -> Finding {
    let rule = finding.rule;
    let concerned = finding.concerned.into_iter().map(|c| Concerned {
        what: c.who.code(),
        name: c.name,
        count: c.count,
    });
    let spots = finding.evidence.into_iter();
    Finding {
        code: rule.code,
        severity: finding.severity,
        certainty: finding.certainty,
        title: finding.title,
        sentence: finding.sentence,
        means: rule.means,
        advice: finding.advice,
        count: finding.count,
        requests: finding.requests,
        devices: finding.devices,
        concerned: concerned.collect(),
        first: finding.period.map(|(first, _)| first.to_string()),
        last: finding.period.map(|(_, last)| last.to_string()),
        evidence: spots.map(|proof| shown(case, proof)).collect(),
        reference: rule.reference,
    }
}

fn threshold(case: &Case<'_>, threshold: &'static Threshold) -> ThresholdRow {
    let known = case.known(threshold);
    let used = RULES
        .iter()
        .filter(|rule| rule.thresholds.contains(&threshold));
    ThresholdRow {
        code: threshold.code,
        meaning: threshold.meaning,
        unit: threshold.unit,
        value: known,
        default: threshold.default,
        least: threshold.range.0,
        most: threshold.range.1,
        source: threshold.source.code(),
        changed: case.tuning.changed(threshold),
        findings: used.map(|rule| rule.code).collect(),
    }
}

/// The whole case in one sentence.
fn verdict(case: &Case<'_>, findings: &[Finding]) -> Verdict {
    let totals = &totals(case, 0);
    // Nothing was found wrong in what was not recognised, but nothing was found right either.
    let recognised = case.log.recognised();
    let least = if recognised {
        Severity::Harmless
    } else {
        Severity::Watch
    };
    let severity = findings
        .iter()
        .map(|f| f.severity)
        .fold(least, Severity::max);
    let explained = case.tally.explained_pings();
    // A proxy that gave a Ping up explains its 409 too, and is told as what it is: a fault.
    let cut = case
        .tally
        .count(Command::Ping, Outcome::CutInBetween)
        .conflicts;
    let unseen = totals.ping_conflicts - explained - cut;
    let ended = ended(totals);
    let guessed = case.tally.certainty(Command::Ping, &Outcome::SUPERSEDED) == Certainty::Possible;
    let sentence = if !recognised {
        unrecognised(case, totals)
    } else if totals.activesync == 0 && totals.requests == 0 {
        without_requests(case.log).to_owned()
    } else if totals.activesync == 0 {
        "These logs hold no ActiveSync requests, so there is no Ping and no 409 to explain. The usual reason: Domino was \
         told to leave them out of its log."
            .to_owned()
    } else if totals.pings == 0 {
        "These logs hold ActiveSync requests, but no Ping among them.".to_owned()
    } else if totals.ping_conflicts == 0 {
        ended
    } else if explained == 0 && unseen == 0 {
        format!("{ended}, after something in between had cut it off.")
    } else if cut > 0 {
        let mut parts = vec![format!(
            "{} harmless, as the phone had left its Ping for another request",
            counted(explained, "is", "are")
        )];
        parts.push(format!(
            "{} had been cut off by something in between",
            count(cut)
        ));
        if unseen > 0 {
            parts.push(format!(
                "{} cannot be matched with a request in these logs",
                count(unseen)
            ));
        }
        format!("{ended}: {}.", list(&parts))
    } else if guessed && unseen == 0 {
        format!(
            "{ended}; as far as the order of lines tells, the phone had left its Ping for another request, which is \
             harmless."
        )
    } else if unseen == 0 {
        format!("{ended}, and that is harmless: the phone had left its Ping for another request.")
    } else if !case.log.files.iter().any(|f| f.with_stamp > 0) {
        format!(
            "{ended}, which is how Traveler closes a Ping that the phone has left; without times and the phone's next \
             requests, it cannot be shown line by line."
        )
    } else if explained == 0 {
        format!("{ended}, and these logs hold no request that could have caused it.")
    } else {
        format!(
            "{ended}: {} {}, the phone had left its Ping for another request, and {} cannot be matched with a request \
             in these logs.",
            counted(explained, "is", "are"),
            if guessed {
                "probably harmless"
            } else {
                "harmless"
            },
            count(unseen)
        )
    };
    // What the sentence speaks of is harmless or said to be unclear; anything graver deserves its headline here.
    let grave = findings.iter().find(|f| {
        let told = ["conflicts-unseen", "activesync-absent"].contains(&f.code);
        f.severity > Severity::Harmless && !told
    });
    let sentence = match grave {
        Some(finding) => {
            let call = match finding.severity {
                Severity::Act => "To be acted on",
                _ => "Worth a look",
            };
            format!("{sentence} {call}: {}.", lower_first(&finding.title))
        }
        None => sentence,
    };
    Verdict { severity, sentence }
}

/// What there is instead of requests.
fn without_requests(log: &Log) -> &'static str {
    let says = |f: &FileLog| !f.waiting.is_empty() || f.events.has_messages();
    if log.files.iter().any(says) {
        "These logs hold no finished requests, only console messages."
    } else {
        "These logs hold no requests, only statistics of a server or its account of its status."
    }
}

/// How many Pings ended in 409.
fn ended(totals: &Totals) -> String {
    let (conflicts, pings) = (totals.ping_conflicts, totals.pings);
    match (conflicts, pings) {
        (0, 1) => "The one Ping in these logs did not end in 409.".to_owned(),
        (0, _) => format!("None of {} Pings ended in 409.", count(pings)),
        (1, 1) => "The one Ping in these logs ended in 409".to_owned(),
        _ if conflicts == pings => format!("All {} Pings ended in 409", count(pings)),
        _ => format!(
            "{} of {} Pings ({}) ended in 409",
            count(conflicts),
            count(pings),
            share(conflicts, pings)
        ),
    }
}

/// What was opened instead of a log: of one file its own reason, of several that they have one each.
fn unrecognised(case: &Case<'_>, totals: &Totals) -> String {
    let problems: Vec<String> = case
        .log
        .files
        .iter()
        .filter_map(|f| files::problem(case.log, f))
        .map(|p| p.sentence)
        .collect();
    match (problems.as_slice(), totals.lines.total) {
        ([only], _) => only.clone(),
        (_, 0) => "There is no text in what was opened, so there is nothing to explain.".to_owned(),
        _ => "Nothing here is a log that Pinglens can read; what was found instead stands below."
            .to_owned(),
    }
}

/// A headline as part of a sentence; names of commands keep their capital.
fn lower_first(title: &str) -> String {
    let named = ["Ping", "Sync"].iter().any(|name| title.starts_with(name));
    match title.split_at_checked(1) {
        Some((first, rest)) if !named => format!("{}{rest}", first.to_lowercase()),
        _ => title.to_owned(),
    }
}
