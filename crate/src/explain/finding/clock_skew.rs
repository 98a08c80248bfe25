//! Clocks that do not fit together: between two logs of the same traffic, or within one.

use super::scope::most;
use super::{Case, Finding, Rule, SHOWN, Spot, Threshold, Who};
use crate::explain::{Certainty, Severity};
use crate::words::{counted, duration, list};
use std::collections::BTreeMap;

static SKEW: Threshold = Threshold::ours(
    "clock-difference",
    "Clocks of two logs that differ by more are told, though what is explained is corrected for it.",
    2,
    "s",
    (1, 86_400),
);

static WATCH: Threshold = Threshold::ours(
    "clock-watch",
    "Clocks that differ by more should be set.",
    60,
    "s",
    (1, 86_400),
);

/// Zones lie whole quarters of an hour apart.
const QUARTER_MS: i64 = 15 * 60_000;

pub(super) static RULE: Rule = Rule {
    code: "clock-skew",
    title: "Clocks that do not fit together",
    means: "Two logs show the same requests at different times, or the time within one log jumps back or changes its zone. \
            What is matched across such a place may be matched wrongly.",
    why: "A clock that nobody keeps right, a server that writes local time and another that writes UTC, the end of summer \
          time, or files that were put together in another order.",
    steps: &[
        "Have all servers and proxies keep their time by the same source (NTP).",
        "If files were put together, give them one by one.",
        "If a zone was only assumed, say it under \"What was read\".",
    ],
    not: "A difference between two logs that show the same requests is measured and corrected; nothing is explained wrongly by \
          it.",
    grades: "Harmless where the difference is small or a whole zone, as it is corrected; else to be watched.",
    thresholds: &[&SKEW, &WATCH],
    reference: None,
    find,
};

fn find(case: &Case<'_>, _: &[Finding]) -> Option<Finding> {
    let log = case.log;
    let mut parts = Vec::new();
    let mut severity = Severity::Harmless;
    let mut names: BTreeMap<String, u64> = BTreeMap::new();
    let mut evidence = Vec::new();
    let mut times = 0;
    let mut name = |file: u32| {
        *names
            .entry(log.files[file as usize].name.clone())
            .or_default() += 1;
    };

    let skew = case.limit(&SKEW) * 1000;
    let skewed = case
        .explanation
        .views
        .pairs()
        .iter()
        .filter(|v| v.clock_ms.unsigned_abs() > skew);
    for view in skewed {
        let off = view.clock_ms.unsigned_abs();
        let zone = (view.clock_ms + QUARTER_MS / 30).rem_euclid(QUARTER_MS) <= QUARTER_MS / 15;
        if off > case.limit(&WATCH) * 1000 && !zone {
            severity = Severity::Watch;
        }
        let direction = if view.clock_ms > 0 {
            "ahead of"
        } else {
            "behind"
        };
        let what = if zone && off >= QUARTER_MS as u64 {
            ": a difference of zones"
        } else {
            ""
        };
        parts.push(format!(
            "one log is {} {direction} another{what}",
            duration(off)
        ));
        name(view.file);
        times += 1;
    }

    let mut files: Vec<u32> = (0..log.files.len() as u32).collect();
    files.sort_by_key(|&file| case.explanation.timeline.rank(file));
    let (mut steps, mut zones) = (0, 0);
    for file in files {
        let of = &log.files[file as usize].times;
        // Summer time begins and ends everywhere by an hour.
        let changes = of
            .zones
            .list
            .windows(2)
            .filter(|z| z[0].zone.abs_diff(z[1].zone) != 60);
        let lines = of
            .steps()
            .into_iter()
            .flat_map(|s| &s.first)
            .map(|step| step.line);
        let lines: Vec<u32> = lines
            .chain(changes.clone().map(|pair| pair[1].line))
            .collect();
        let (back, changed) = (of.steps().map_or(0, |s| s.count), changes.count() as u64);
        if back + changed > 0 {
            steps += back;
            zones += changed;
            name(file);
            evidence.extend(
                lines
                    .into_iter()
                    .filter_map(|line| spot_at(case, file, line)),
            );
        }
    }
    if steps > 0 {
        parts.push(format!(
            "time runs back {}",
            counted(steps, "time", "times")
        ));
    }
    if zones > 0 {
        parts.push(format!(
            "the zone changes {}",
            counted(zones, "time", "times")
        ));
    }
    times += steps + zones;
    if times == 0 {
        return None;
    }
    if steps + zones > 0 {
        severity = Severity::Watch;
    }
    let title = "Clocks do not fit together".to_owned();
    let sentence = format!("In these logs, {}.", list(&parts));
    let mut finding = Finding::new(&RULE, severity, Certainty::Likely, title, sentence);
    if severity == Severity::Harmless {
        finding = finding.advise(&["Nothing: the difference is known and taken off."]);
    }
    finding.count = times;
    finding.concerned = most(Who::File, names.into_iter());
    evidence.truncate(SHOWN);
    finding.evidence = evidence;
    Some(finding)
}

/// The first request at a line of a file or behind it.
fn spot_at(case: &Case<'_>, file: u32, line: u32) -> Option<Spot> {
    let mut rows = case.log.rows_of(file);
    let row = rows.find(|&row| case.log.line(row) >= line)?;
    Some(case.spot(row))
}
