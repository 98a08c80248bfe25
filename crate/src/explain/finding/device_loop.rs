//! A device that asks again and again, far more often than any user makes it: a loop, or a storm of 409s.

use super::full_resync::Usual;
use super::numbers::{median, share};
use super::{Case, Finding, Rule, Scope, Threshold};
use crate::activesync::Command;
use crate::explain::{Certainty, Outcome, Severity};
use crate::few::Few;
use crate::sort::Arrange;
use crate::words::{count, counted, duration, list};
use std::ops::Range;

static RATE: Threshold = Threshold::ours(
    "loop-rate",
    "From so many requests a minute on, at even distances, a device may be in a loop.",
    10,
    "a minute",
    (2, 10_000),
);

static MINUTES: Threshold = Threshold::ours(
    "loop-minutes",
    "It must go on for so long to be called one.",
    5,
    "min",
    (2, 1_440),
);

/// Exchange's engineers call more than this a broken client.
static FLOOD: Threshold = Threshold {
    code: "loop-flood",
    meaning: "From so many requests a minute on, no user can be the cause, however uneven their distances are (a number of \
              Exchange's engineers).",
    unit: "a minute",
    default: Some(60),
    range: (10, 100_000),
    source: super::threshold::Source::Vendor,
};

static STORM: Threshold = Threshold::ours(
    "storm-conflicts",
    "So many requests of a device in a row, each ended by 409 within five seconds, are a storm.",
    3,
    "409s",
    (2, 10_000),
);

/// A request of a storm lasts no longer.
const STORM_MS: u32 = 5_000;

/// Fewer 409s in storms of one device are a connection that flapped.
const MANY: u64 = 10;

const MINUTE_MS: i64 = 60_000;

/// So many minutes with equally many requests are no chance.
const STEADY: usize = 5;

pub(super) static RULE: Rule = Rule {
    code: "device-loop",
    title: "A device in a loop",
    means: "A device repeats the same few requests at even distances, minute after minute. It costs the phone its battery and \
            the server threads, and often its user gets no mail.",
    why: "The phone does not understand an answer, or gets one that makes it ask again: an item that cannot be synced, a \
          broken sync key, a bug of the mail app.",
    steps: &[
        "Look at the lines below: which commands repeat, and with which status.",
        "Remove the account on the phone and set it up again.",
        "If it comes back, find the item: disable single folders, then single mails, beginning with the newest. Update the \
         mail app.",
        "Until then, keep the device off the server if it slows others down.",
    ],
    not: "A user who reads mail makes many requests, too, but at uneven distances; a phone that is set up makes many at once, \
          with much to fetch. Neither counts.",
    grades: "A loop is to be acted on, and so are 409s in a row by the dozen; some are to be watched, few are harmless.",
    thresholds: &[&RATE, &MINUTES, &FLOOD, &STORM],
    reference: None,
    find,
};

fn find(case: &Case<'_>, _: &[Finding]) -> Option<Finding> {
    let mut looped = Vec::new();
    let mut storms = Vec::new();
    let mut fastest = 0;
    let usual = Usual::of(case, case.explanation.counted(case.log));
    for device in case.devices() {
        let apart = |&&row: &&u32| !told_elsewhere(case.outcome(row));
        let lane: Vec<u32> = case.lane(device).iter().filter(apart).copied().collect();
        let runs = busy_runs(case, &lane);
        let short = lane.iter().filter(|&&row| is_short(case, row)).count();
        // Most devices end here: what follows looks at every request again, in another order.
        if runs.is_empty() && (short as u64) < case.limit(&STORM) {
            continue;
        }
        let mut lane = case.in_turn(device);
        lane.retain(|row| apart(&row));
        for run in runs.into_iter().map(|run| &lane[run]) {
            if let Some(rate) = loop_rate(case, run, &usual) {
                looped.extend_from_slice(run);
                fastest = fastest.max(rate);
            }
        }
        storms.extend(storm(case, &lane));
    }
    if looped.is_empty() && storms.is_empty() {
        return None;
    }
    if looped.is_empty() {
        let scope = Scope::of_rows(case, &storms);
        let title = format!("{} came in storms", counted(scope.count, "409", "409s"));
        let sentence = format!(
            "{} ended {} in a row or more in 409, each within {} of its beginning.",
            counted(
                scope.devices.len() as u64,
                "device's requests",
                "devices' requests"
            ),
            case.limit(&STORM),
            duration(u64::from(STORM_MS))
        );
        let most = scope.devices.values().copied().max().unwrap_or(0);
        let severity = match most {
            n if n >= case.limit(&FLOOD) => Severity::Act,
            n if n >= MANY => Severity::Watch,
            _ => Severity::Harmless,
        };
        let finding = Finding::new(&RULE, severity, Certainty::Likely, title, sentence);
        let finding = finding.advise(&[
            "Look at the lines below. A connection that flaps does that; a device that goes on with it is in a loop.",
            RULE.steps[1],
        ]);
        return Some(finding.over(case, scope));
    }
    looped.extend(storms);
    let scope = Scope::of_rows(case, &looped);
    let title = format!(
        "{} in a loop",
        counted(scope.devices.len() as u64, "device is", "devices are")
    );
    let sentence = format!(
        "{} at even distances and without a pause of a minute: {} requests, up to {} a minute, for the most part {}.",
        counted(scope.devices.len() as u64, "device asked", "devices asked"),
        count(scope.count),
        count(fastest),
        commands(case, &looped)
    );
    let finding = Finding::new(&RULE, Severity::Act, Certainty::Likely, title, sentence);
    Some(finding.over(case, scope))
}

/// What has a finding of its own that says more.
fn told_elsewhere(outcome: Outcome) -> bool {
    matches!(
        outcome,
        Outcome::AuthRefused
            | Outcome::ServerBusy
            | Outcome::ReturnedAtOnce
            | Outcome::Provisioning
    )
}

/// Stretches of minutes in each of which a device made enough requests, as places in the order of their ends.
fn busy_runs(case: &Case<'_>, lane: &[u32]) -> Vec<Range<usize>> {
    // A clock of whole seconds moves a request into the next minute now and then.
    let rate = (case.limit(&RATE) as usize * 4).div_ceil(5);
    let least = case.limit(&MINUTES) as usize;
    if lane.len() < rate * least {
        return Vec::new();
    }
    // Requests without a time come first, and are in no minute.
    let end = |&row: &u32| {
        let span = case.explanation.timeline.span(case.log, row);
        span.map_or(i64::MIN, |s| s.end)
    };
    let mut ends: Vec<i64> = lane.iter().map(end).collect();
    ends.sort_unstable();
    let minute = |&end: &i64| Some(end.div_euclid(MINUTE_MS)).filter(|_| end > i64::MIN);
    let mut runs = Vec::new();
    // The run at hand: where it begins and ends, its last minute, and how many there are.
    let mut run: Option<(usize, usize, i64, usize)> = None;
    let mut from = 0;
    for rows in ends.chunk_by(|a, b| minute(a) == minute(b)) {
        let to = from + rows.len();
        let now = minute(&rows[0]).filter(|_| rows.len() >= rate);
        run = match (run, now) {
            (Some((begin, end, last, minutes)), Some(now)) if now == last + 1 && end == from => {
                Some((begin, to, now, minutes + 1))
            }
            (ended, now) => {
                runs.extend(ended.filter(|r| r.3 >= least).map(|r| r.0..r.1));
                now.map(|now| (from, to, now, 1))
            }
        };
        from = to;
    }
    runs.extend(run.filter(|r| r.3 >= least).map(|r| r.0..r.1));
    runs
}

/// Requests a minute, if a busy stretch is a loop.
fn loop_rate(case: &Case<'_>, run: &[u32], usual: &Usual) -> Option<u64> {
    let end = |row: u32| Some(case.explanation.timeline.span(case.log, row)?.end);
    let (first, last) = (end(*run.first()?)?, end(*run.last()?)?);
    let rate = run.len() as u64 * MINUTE_MS as u64 / u64::try_from(last - first).ok()?.max(1);
    // A phone that fetches everything anew is busy, and not in a loop.
    let large = run.iter().filter(|&&row| usual.is_small_beside(case, row));
    if large.count() * 2 > run.len() {
        return None;
    }
    let enough = rate >= case.limit(&RATE) && is_even(case, run);
    (rate >= case.limit(&FLOOD) || enough).then_some(rate)
}

/// Whether a program and not a person makes requests: the command that comes most often comes at even distances, as
/// clocks of whole seconds show them, or every minute has as many.
fn is_even(case: &Case<'_>, run: &[u32]) -> bool {
    let mut of: Few<Command, Vec<i64>> = Few::default();
    let mut minutes: Vec<i64> = Vec::new();
    for &row in run {
        if let Some(span) = case.explanation.timeline.span(case.log, row) {
            of.at(case.log.command(row)).push(span.end);
            minutes.push(span.end.div_euclid(MINUTE_MS));
        }
    }
    minutes.sort_unstable();
    let minutes: Vec<usize> = minutes.chunk_by(i64::eq).map(<[i64]>::len).collect();
    // The first and the last minute are no whole ones.
    let whole = || minutes.iter().skip(1).take(minutes.len().saturating_sub(2));
    let (least, most) = (whole().min(), whole().max());
    let steady = |(least, most): (&usize, &usize)| most - least <= (least / 8).max(2);
    if whole().count() >= STEADY && least.zip(most).is_some_and(steady) {
        return true;
    }
    let Some(most) = of.into_iter().map(|(_, ends)| ends).max_by_key(Vec::len) else {
        return false;
    };
    let mut gaps: Vec<i64> = most.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let spread = share(&mut gaps, 90).zip(share(&mut gaps, 10));
    let even = |(high, low)| Some(high - low <= (median(&mut gaps)? / 2).max(2_000));
    spread.and_then(even).unwrap_or(false)
}

/// Whether a request soon ended in 409.
fn is_short(case: &Case<'_>, row: u32) -> bool {
    case.log.status(row) == Some(409) && case.log.duration(row).is_some_and(|d| d < STORM_MS)
}

/// Requests of a device that ended in 409, several in a row and each soon.
fn storm(case: &Case<'_>, lane: &[u32]) -> Vec<u32> {
    let short = |row: u32| is_short(case, row);
    let runs = lane.chunk_by(|&a, &b| short(a) == short(b));
    let storms = runs.filter(|run| short(run[0]) && run.len() as u64 >= case.limit(&STORM));
    storms.flatten().copied().collect()
}

/// The commands of a loop, the most frequent first.
fn commands(case: &Case<'_>, rows: &[u32]) -> String {
    let mut of: Few<Command, u64> = Few::default();
    for &row in rows {
        *of.at(case.log.command(row)) += 1;
    }
    let mut of: Vec<_> = of.into_iter().collect();
    of.arrange_by_key(|&(command, n)| (std::cmp::Reverse(n), command));
    let often = of.iter().filter(|c| c.1 * 10 >= rows.len() as u64);
    let names: Vec<String> = often.map(|c| c.0.name().to_owned()).collect();
    list(&names)
}
