//! 503 and 429: a server that turns requests away, and the rush when it takes them again.

use super::{Case, Finding, Rule, Scope, Threshold};
use crate::explain::{Certainty, Outcome, Severity};
use crate::sort::Arrange;
use crate::words::{count, counted, duration};
use std::collections::BTreeMap;

static SHARE: Threshold = Threshold::ours(
    "busy-share",
    "From this share of all devices on, turned away in one episode, or of all requests, the server is overloaded.",
    20,
    "%",
    (1, 100),
);

static APART: Threshold = Threshold::ours(
    "busy-apart",
    "Refusals that lie further apart than this are two episodes.",
    10,
    "min",
    (1, 1_440),
);

static FEW_REQUESTS: Threshold = Threshold::ours(
    "busy-requests",
    "Fewer refusals than this are a hiccup.",
    5,
    "requests",
    (1, 100_000),
);

/// Fewer devices than this are phones that are throttled, not a server that is busy.
const FEW: u64 = 3;

/// A device that comes back within this time of the last refusal belongs to the rush.
const RUSH_MS: i64 = 60_000;

/// Gaps that grow at least by this, in percent, are a device that backs off.
const GROWS_PERCENT: i64 = 130;

/// So many refusals of one device show whether it backs off.
const BACKS_OFF: usize = 4;

pub(super) static RULE: Rule = Rule {
    code: "turned-away",
    title: "A server that turns requests away",
    means: "The server, or a proxy in front of it, answered 503 or 429: it takes no more requests for now, or throttles one \
            device. Phones back off, each gap longer than the last, and mail comes late even after the server has recovered.",
    why: "Many devices at once: Traveler is constrained (threads, memory, slow mail servers, a restart). One device: it asks \
          too often and is throttled or banned.",
    steps: &[
        "Look at what happened when it began: a restart, a backup, a mail server that was slow.",
        "See under server load whether HTTP threads were exhausted then: each open Ping takes one.",
        "Ask Traveler: `tell traveler status` and its availability index; below 0 it turns requests away.",
        "After it has recovered, expect all phones at once; do not restart it again because of that.",
    ],
    not: "Phones that do not come back for a while are no failure of theirs: backing off is what they are meant to do.",
    grades: "To be acted on when many devices are turned away in one episode, or many requests; harmless when there were few refusals; else to \
             be watched.",
    thresholds: &[&SHARE, &APART, &FEW_REQUESTS],
    reference: Some(
        "https://help.hcltechsw.com/traveler/12.0.2/tuningactivehttpthreadsforlotusnotestraveler.html",
    ),
    find,
};

/// Refusals that lie close together.
struct Episode {
    first: i64,
    last: i64,
    /// Moments of refusal of each device.
    devices: BTreeMap<u32, Vec<i64>>,
    refusals: u64,
}

fn find(case: &Case<'_>, _: &[Finding]) -> Option<Finding> {
    let busy = |row: u32| case.outcome(row) == Outcome::ServerBusy;
    if case.tally.outcome(Outcome::ServerBusy) == 0 {
        return None;
    }
    let scope = Scope::of(case, busy);
    let active = case.devices().filter(|&d| !case.lane(d).is_empty()).count() as u64;
    let episodes = episodes(case);
    let worst = episodes
        .iter()
        .max_by_key(|e| (e.devices.len(), std::cmp::Reverse(e.first)));
    let most = worst.map_or(0, |e| e.devices.len() as u64);
    let percent = case.limit(&SHARE);
    // Many devices, or of few the better part of what they asked for.
    let many = (most >= FEW && most * 100 >= active * percent)
        || scope.count * 100 >= case.tally.all() * percent;
    let severity = if scope.count < case.limit(&FEW_REQUESTS) {
        Severity::Harmless
    } else if many {
        Severity::Act
    } else {
        Severity::Watch
    };
    let many = severity == Severity::Act;
    let devices = scope.devices.len() as u64;
    let title = if many {
        format!(
            "The server turned away {}",
            counted(devices, "device", "devices")
        )
    } else {
        format!(
            "{} turned away as busy",
            counted(scope.count, "request was", "requests were")
        )
    };
    let mut sentence = format!(
        "{} turned away with 503 or 429, of {},",
        counted(scope.count, "request was", "requests were"),
        counted(devices, "device", "devices"),
    );
    match (episodes.len() as u64, worst) {
        (1, Some(only)) => sentence.push_str(&format!(" within {}.", duration(length(only)))),
        (n, Some(worst)) => sentence.push_str(&format!(
            " in {}; the worst lasted {} and met {}.",
            counted(n, "episode", "episodes"),
            duration(length(worst)),
            counted(most, "device", "devices")
        )),
        _ => sentence.push('.'),
    }
    sentence.push_str(&episodes.iter().map(backing_off).sum::<Backing>().words());
    if let Some(rush) = worst.and_then(|e| rush(case, e)) {
        sentence.push_str(&rush);
    }
    let mut finding = Finding::new(&RULE, severity, Certainty::Certain, title, sentence);
    if !many {
        finding = finding.advise(&[
            "If it is one device, it asks too often: look for a loop, and at whether Traveler banned it.",
            RULE.steps[0],
        ]);
    }
    Some(finding.over(case, scope))
}

fn length(episode: &Episode) -> u64 {
    u64::try_from(episode.last - episode.first).unwrap_or_default()
}

fn episodes(case: &Case<'_>) -> Vec<Episode> {
    let span = |row| case.explanation.timeline.span(case.log, row);
    let busy = case
        .explanation
        .counted(case.log)
        .filter(|&row| case.outcome(row) == Outcome::ServerBusy);
    let mut moments: Vec<(i64, Option<u32>)> = busy
        .filter_map(|row| Some((span(row)?.end, case.log.device(row))))
        .collect();
    moments.arrange_by(Ord::cmp);
    let apart = case.limit(&APART) as i64 * 60_000;
    let mut episodes: Vec<Episode> = Vec::new();
    for (moment, device) in moments {
        if episodes.last().is_none_or(|e| moment - e.last > apart) {
            episodes.push(Episode {
                first: moment,
                last: moment,
                devices: BTreeMap::new(),
                refusals: 0,
            });
        }
        if let Some(episode) = episodes.last_mut() {
            episode.last = moment;
            episode.refusals += 1;
            if let Some(device) = device {
                episode.devices.entry(device).or_default().push(moment);
            }
        }
    }
    episodes
}

/// Devices that were refused often enough to show whether they back off, and those that do.
#[derive(Default)]
struct Backing {
    shown: u64,
    do_so: u64,
}

impl std::iter::Sum for Backing {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), |a, b| Self {
            shown: a.shown + b.shown,
            do_so: a.do_so + b.do_so,
        })
    }
}

impl Backing {
    fn words(&self) -> String {
        if self.shown == 0 {
            return String::new();
        }
        format!(
            " Of {} that {} refused {} times or more in one episode, {} backed off with growing gaps.",
            counted(self.shown, "device", "devices"),
            if self.shown == 1 { "was" } else { "were" },
            BACKS_OFF,
            count(self.do_so)
        )
    }
}

fn backing_off(episode: &Episode) -> Backing {
    let often = episode
        .devices
        .values()
        .filter(|moments| moments.len() >= BACKS_OFF);
    let grows = |moments: &&Vec<i64>| {
        let gaps: Vec<i64> = moments.windows(2).map(|pair| pair[1] - pair[0]).collect();
        let growing = gaps
            .windows(2)
            .filter(|g| g[1] * 100 >= g[0] * GROWS_PERCENT && g[1] > 0);
        growing.count() * 3 >= (gaps.len() - 1) * 2
    };
    Backing {
        shown: often.clone().count() as u64,
        do_so: often.filter(grows).count() as u64,
    }
}

/// How many of the devices that were turned away came back within a minute of the last refusal.
fn rush(case: &Case<'_>, episode: &Episode) -> Option<String> {
    let back = |device: &&u32| {
        let lane = case.lane(**device);
        let span = |row: u32| case.explanation.timeline.span(case.log, row);
        let after = lane.partition_point(|&row| span(row).is_none_or(|s| s.start < episode.last));
        let next = lane[after..]
            .iter()
            .copied()
            .find(|&row| case.outcome(row) != Outcome::ServerBusy);
        next.and_then(span)
            .is_some_and(|s| s.start - episode.last <= RUSH_MS)
    };
    let back = episode.devices.keys().filter(back).count() as u64;
    let of = episode.devices.len() as u64;
    (of >= FEW && back * 2 >= of).then(|| {
        format!(
            " Within a minute of the last refusal, {} of {} came back at once.",
            count(back),
            counted(of, "device", "devices")
        )
    })
}
