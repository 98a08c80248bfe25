//! Devices that live and yet mostly have no request open: push cannot reach them.

use super::{Case, Finding, Rule, Scope, Threshold, conflicts_unseen};
use crate::activesync::Command;
use crate::explain::{Certainty, Outcome, Severity};
use crate::words::{counted, duration, share};

static GAP: Threshold = Threshold::ours(
    "push-gap",
    "Between two requests of a device, so long without an open one is a gap in push.",
    60,
    "s",
    (10, 3_600),
);

static SHARE: Threshold = Threshold::ours(
    "push-share",
    "Below this share of the time in which a device lives, with a request open, its push counts as dead.",
    50,
    "%",
    (1, 99),
);

static LEAST: Threshold = Threshold::ours(
    "push-minutes",
    "So long it must have been without, all gaps together.",
    60,
    "min",
    (1, 10_000),
);

/// A device that asks for nothing for longer is switched off, or has no coverage.
const OFF_MS: i64 = 6 * 3_600_000;

/// Fewer gaps than this are a phone that was off, or out of coverage, once or twice.
const GAPS: usize = 5;

/// So many Pings, held so long, are a device that uses push.
const PINGS: usize = 3;
const HELD_MS: u32 = 60_000;

pub(super) static RULE: Rule = Rule {
    code: "push-dead",
    title: "Devices without push",
    means: "A device uses push, and yet it had no request open for most of the time, in many gaps, while others here had. In \
            those gaps no mail can be pushed; it comes when the device asks the next time.",
    why: "The phone was set to fetch by a schedule, its system keeps the mail app from running in the background (battery \
          saver), or its Pings are cut and it waits before it tries again.",
    steps: &[
        "On the phone, look at whether the account is set to push, and whether a battery saver restricts the mail app.",
        "If several devices of one network are concerned, look for an idle timeout there.",
    ],
    not: "A phone that is off, or out of coverage, asks for nothing either, and no log can tell that apart: so a few gaps, and \
          those of more than six hours, do not count.",
    grades: "To be watched; harmless where most devices are like that.",
    thresholds: &[&GAP, &SHARE, &LEAST],
    reference: None,
    find,
};

/// Up to so many devices are no majority that sets the rule.
const ALONE: u64 = 2;

/// How a device spent its time, in milliseconds.
#[derive(Default)]
struct Time {
    open: i64,
    dead: i64,
}

fn find(case: &Case<'_>, found: &[Finding]) -> Option<Finding> {
    // Where logs are missing, so are the requests that would have been open.
    let missing =
        |f: &Finding| *f.rule == conflicts_unseen::RULE && f.severity > Severity::Harmless;
    if found.iter().any(missing) {
        return None;
    }
    let (percent, least) = (
        case.limit(&SHARE) as i64,
        case.limit(&LEAST) as i64 * 60_000,
    );
    let mut rows = Vec::new();
    let mut sum = Time::default();
    let mut users = 0;
    for device in case.devices() {
        let lane = case.lane(device);
        if !uses_push(case, lane) {
            continue;
        }
        users += 1;
        let (time, behind) = time(case, lane);
        if behind.len() >= GAPS
            && time.dead >= least
            && time.open * 100 < (time.open + time.dead) * percent
        {
            sum.open += time.open;
            sum.dead += time.dead;
            rows.extend(behind);
        }
    }
    if rows.is_empty() {
        return None;
    }
    let scope = Scope::of_rows(case, &rows);
    let devices = scope.devices.len() as u64;
    let title = format!("Push is dead for {}", counted(devices, "device", "devices"));
    let positive = |ms: i64| u64::try_from(ms).unwrap_or_default();
    let (open, dead) = (positive(sum.open), positive(sum.dead));
    let sentence = format!(
        "{} without an open request for {} of {} ({}), in {} of more than {}.",
        counted(devices, "device was", "devices were"),
        duration(dead),
        duration(open + dead),
        share(dead, open + dead),
        counted(scope.count, "gap", "gaps"),
        duration(case.limit(&GAP) * 1000)
    );
    // What most devices do is how they are set up, or half of their requests stand in another log.
    let finding = if devices > ALONE && devices * 2 > users {
        let title = "Most devices have no request open most of the time".to_owned();
        Finding::new(&RULE, Severity::Harmless, Certainty::Possible, title, sentence).advise(&[
            "Nothing, if phones are set to fetch by a schedule. If they are not, add the logs of every other server of the \
             pool.",
        ])
    } else {
        Finding::new(&RULE, Severity::Watch, Certainty::Likely, title, sentence)
    };
    Some(finding.over(case, scope))
}

/// Whether a row keeps a request open on purpose.
fn waits(case: &Case<'_>, row: u32) -> bool {
    case.log.command(row) == Command::Ping || case.outcome(row) == Outcome::LongPoll
}

fn uses_push(case: &Case<'_>, lane: &[u32]) -> bool {
    let held = |&&row: &&u32| waits(case, row) && case.log.duration(row) >= Some(HELD_MS);
    lane.iter().filter(held).nth(PINGS - 1).is_some()
}

/// How a device spent the time from its first waiting request to its last request, and the requests behind its gaps.
fn time(case: &Case<'_>, lane: &[u32]) -> (Time, Vec<u32>) {
    let span = |row: u32| case.explanation.timeline.span(case.log, row);
    let timed = lane.iter().filter_map(|&row| Some((row, span(row)?)));
    let timed = timed.skip_while(|&(row, _)| !waits(case, row));
    let mut time = Time::default();
    let mut behind = Vec::new();
    let gap_ms = case.limit(&GAP) as i64 * 1000;
    // Until when a waiting request was open, and until when any was.
    let (mut open_until, mut until) = (i64::MIN, i64::MIN);
    for (row, its) in timed {
        let since = its.start.saturating_sub(until);
        if until > i64::MIN && since > gap_ms && since <= OFF_MS {
            time.dead += since;
            behind.push(row);
        }
        if waits(case, row) {
            time.open += (its.end - its.start.max(open_until)).max(0);
            open_until = open_until.max(its.end);
        }
        until = until.max(its.end);
    }
    (time, behind)
}
