//! Clocks that do not fit together: between two logs of the same traffic, or within one.

use super::scope::most;
use super::{Case, Finding, Rule, SHOWN, Spot, Threshold, Who};
use crate::explain::{Certainty, Outcome, Severity};
use crate::few::Few;
use crate::sort::Arrange;
use crate::words::{count, counted, duration, list};
use std::collections::{BTreeMap, BTreeSet};

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

/// How far apart clocks of two servers are looked for.
const FAR_MS: i64 = 2 * 3_600_000;

/// Differences are counted by halves of a second, and are alike within so many.
const HALF_MS: i64 = 500;
const WITHIN: i32 = 6;

/// Bounds on what is looked at: Pings of one file, requests around each.
const MOST_PINGS: usize = 2_000;
const MOST_REQUESTS: usize = 2_000;

/// Fewer Pings than this agree by chance.
const FEWEST: usize = 10;

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

    for pool in servers_apart(case) {
        let off = pool.off_ms.unsigned_abs();
        if off <= skew {
            continue;
        }
        severity = Severity::Watch;
        let direction = if pool.off_ms > 0 {
            "ahead of"
        } else {
            "behind"
        };
        parts.push(format!(
            "one server's clock is {} {direction} another's, as {} of {} Pings without a cause would have one in the other's \
             log",
            duration(off),
            count(pool.fit),
            count(pool.of)
        ));
        name(pool.file);
        times += 1;
        evidence.extend(pool.first.map(|row| case.spot(row)));
    }

    let mut files: Vec<u32> = (0..log.files.len() as u32).collect();
    files.arrange_by_key(|&file| case.explanation.timeline.rank(file));
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
    finding.evidence = evidence.into_iter().map(Spot::into).collect();
    Some(finding)
}

/// Two servers of a pool whose clocks differ.
struct Apart {
    /// The one whose clock is told, an index in [`crate::log::Log::files`].
    file: u32,
    /// How far it is ahead of the other.
    off_ms: i64,
    /// Pings without a cause that would have one then.
    fit: u64,
    /// Pings without a cause.
    of: u64,
    /// The first of them.
    first: Option<u32>,
}

/// Clocks of a pool's servers, by the Pings that have no cause in the logs: the request that ended one went to another
/// server, always as far from it as the two clocks differ.
fn servers_apart(case: &Case<'_>) -> Vec<Apart> {
    let (log, timeline) = (case.log, &case.explanation.timeline);
    if log.files.len() < 2 {
        return Vec::new();
    }
    let mut unseen: Few<u32, Vec<u32>> = Few::default();
    // By the file of the Ping and that of the request: how many halves of a second they lie apart, and the Ping.
    let mut apart: BTreeMap<(u32, u32), Vec<(i32, u32)>> = BTreeMap::new();
    for device in case.devices() {
        let lane = case.lane(device);
        for &row in lane
            .iter()
            .filter(|&&row| case.outcome(row) == Outcome::SupersededUnseen)
        {
            let Some(span) = timeline.span(log, row) else {
                continue;
            };
            let file = log.file_of(row);
            let of_file = unseen.at(file);
            of_file.push(row);
            if of_file.len() > MOST_PINGS {
                continue;
            }
            let begun = |from: i64| {
                lane.partition_point(|&r| timeline.span(log, r).is_none_or(|s| s.start < from))
            };
            for &other in lane[begun(span.end - FAR_MS)..].iter().take(MOST_REQUESTS) {
                let Some(its) = timeline.span(log, other) else {
                    continue;
                };
                if its.start > span.end + FAR_MS {
                    break;
                }
                let elsewhere = log.file_of(other);
                if elsewhere != file {
                    let between = (its.start - span.end).div_euclid(HALF_MS) as i32;
                    apart
                        .entry((file, elsewhere))
                        .or_default()
                        .push((between, row));
                }
            }
        }
    }
    let mut found: Vec<Apart> = Vec::new();
    for ((file, elsewhere), mut between) in apart {
        let Some(pings) = unseen.get(file) else {
            continue;
        };
        let of = pings.len().min(MOST_PINGS);
        let (n, at) = most_alike(&mut between);
        // Where nothing is behind it, no one difference has many more than all others.
        let by_chance = between.len() * WITHIN as usize / (2 * FAR_MS / HALF_MS) as usize;
        if n < FEWEST || n * 5 < of || n < 4 * by_chance.max(1) {
            continue;
        }
        let off_ms = i64::from(at) * HALF_MS;
        let told = found
            .iter_mut()
            .find(|a| a.file == file || a.file == elsewhere);
        let mine = Apart {
            file: elsewhere,
            off_ms,
            fit: n as u64,
            of: of as u64,
            first: pings
                .iter()
                .copied()
                .min_by(|&a, &b| timeline.compare(log, a, b)),
        };
        match told {
            // Each of the two shows it of the other; the one that shows more is told, of equal ones the one that is ahead.
            Some(known) if (known.fit, known.off_ms) < (mine.fit, mine.off_ms) => *known = mine,
            Some(_) => {}
            None => found.push(mine),
        }
    }
    found.arrange_by_key(|a| (timeline.rank(a.file), a.off_ms));
    found
}

/// The difference by which most Pings lie apart from a request, and how many do; it sorts them.
fn most_alike(values: &mut [(i32, u32)]) -> (usize, i32) {
    values.sort_unstable();
    let mut best = 0..0;
    let mut to = 0;
    for from in 0..values.len() {
        while to < values.len() && values[to].0 - values[from].0 <= WITHIN {
            to += 1;
        }
        if to - from > best.len() {
            best = from..to;
        }
    }
    let same = &values[best];
    // Several requests may lie near one Ping.
    let pings: BTreeSet<u32> = same.iter().map(|(_, ping)| *ping).collect();
    (
        pings.len(),
        same.get(same.len() / 2).map_or(0, |middle| middle.0),
    )
}

/// The first request at a line of a file or behind it.
fn spot_at(case: &Case<'_>, file: u32, line: u32) -> Option<Spot> {
    let mut rows = case.log.rows_of(file);
    let row = rows.find(|&row| case.log.line(row) >= line)?;
    Some(case.spot(row))
}
