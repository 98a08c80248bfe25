//! Pings that the server answers at once, by what the device did next.

use super::{Case, Finding, Rule, Scope, Threshold};
use crate::activesync::Command;
use crate::explain::reaction::AT_ONCE_MS;
use crate::explain::{Certainty, Outcome, Severity};
use crate::words::{count, counted, list};
use std::collections::BTreeSet;

static CHAIN: Threshold = Threshold::ours(
    "at-once-chain",
    "So many Pings of a device in a row, each answered at once, are a loop.",
    3,
    "Pings",
    (2, 10_000),
);

static ACT: Threshold = Threshold::ours(
    "at-once-act",
    "From a loop of so many Pings on, somebody should act.",
    20,
    "Pings",
    (3, 1_000_000),
);

/// A loop of fewer Pings is a hiccup.
const MANY: u64 = 10;

/// A Sync that runs beside Pings is looked for among so many requests that ended next.
const NEAR: usize = 64;

/// What clocks of whole seconds cut off.
const CLOCK_MS: i64 = 1_000;

/// What follows sooner was led to by the answer.
const NEXT_MS: i64 = 5_000;

/// A loop's next Ping comes within this time.
const LOOP_MS: i64 = 60_000;

/// So many Pings in a row that found changes at once, with nothing else between than the Syncs behind them, announce
/// changes that the phone does not get.
const ENDLESS: usize = 10;

pub(super) static RULE: Rule = Rule {
    code: "pings-at-once",
    title: "Pings answered at once",
    means: "The server did not hold these Pings: it answered within two seconds, and no Sync followed. The answer is in the \
            body, which no log shows; what the device did next tells what it probably was.",
    why: "A Ping held next: its interval or its folders were refused and the device asked in another way; phones that try a \
          longer heartbeat after each one that ran its time do so again and again, which is harmless. A FolderSync next: the \
          folder list had changed. The same Ping next, again and again: the device does not understand the answer, or asks \
          for something that the server does not allow.",
    steps: &[
        "For a device in a loop, remove the account on the phone and set it up again.",
        "If many devices loop, compare Traveler's minimum and maximum heartbeat interval: a minimum above the maximum \
         refuses every Ping.",
        "If the loop goes on, update the mail app; report it to its vendor with these lines.",
    ],
    not: "It is no fast server and no failed push: a Ping that finds mail waiting is followed by a Sync and not counted here.",
    grades: "Harmless without a loop, or with a very short one; a loop is to be watched, a long one to be acted on.",
    thresholds: &[&CHAIN, &ACT],
    reference: None,
    find,
};

/// What Pings answered at once led to.
#[derive(Default)]
struct Next {
    /// A Ping that was held, behind one that had run its heartbeat.
    probed: u64,
    /// A Ping that was held.
    held: u64,
    folders: u64,
    /// Nothing that would tell, as a Sync was running that fetched what was new.
    fetching: u64,
    /// The same a few times, and then no more.
    brief: u64,
    other: u64,
    /// Rows in loops.
    looped: Vec<u32>,
    /// Rows of loops of Pings and Syncs.
    endless: Vec<u32>,
    /// The most Pings of one loop.
    longest: u64,
    /// Devices in a loop.
    devices: u64,
}

fn find(case: &Case<'_>, _: &[Finding]) -> Option<Finding> {
    let outcome = [Outcome::ReturnedAtOnce];
    let all = case.tally.count(Command::Ping, outcome[0]).all;
    let mut next = Next::default();
    for device in case.devices() {
        if may_be_in_a_loop(case, case.lane(device)) {
            next.look(case, &case.in_turn(device));
        }
    }
    if all == 0 && next.endless.is_empty() {
        return None;
    }
    let looping = next.longest >= MANY;
    let severity = match next.longest {
        n if n < MANY => Severity::Harmless,
        n if n < case.limit(&ACT) => Severity::Watch,
        _ => Severity::Act,
    };
    let parts: Vec<String> = [
        (next.looped.len() as u64, "followed by the same, in a loop"),
        (next.brief, "followed by the same a few times"),
        (
            next.probed,
            "between two that were held, as when a phone tries a longer heartbeat than the server allows",
        ),
        (next.held, "followed by one that was held, as when its interval or folders had been refused"),
        (next.folders, "followed by a FolderSync, as the folder list had changed"),
        (next.fetching, "while a Sync was running that fetched what they announced"),
        (next.other, "followed by nothing that would tell"),
    ]
    .into_iter()
    .filter(|(n, _)| *n > 0)
    .map(|(n, what)| format!("{} {what}", count(n)))
    .collect();
    let mut sentence = match all {
        0 => String::new(),
        _ => format!(
            "{} within two seconds, without being held: {}.",
            counted(all, "Ping was answered", "Pings were answered"),
            list(&parts)
        ),
    };
    if !next.endless.is_empty() {
        let pings = next.endless.len() as u64;
        sentence.push_str(&format!(
            "{}{} found changes at once, with a Sync behind each, one after the other: the server announces something that \
             the phone does not get.",
            if all > 0 { " " } else { "" },
            counted(pings, "Ping", "Pings")
        ));
    }
    let title = if looping {
        format!(
            "{} in a loop of Pings answered at once",
            counted(next.devices, "device is", "devices are")
        )
    } else {
        format!(
            "{} answered at once",
            counted(all, "Ping was", "Pings were")
        )
    };
    let finding = Finding::new(&RULE, severity, Certainty::Likely, title, sentence);
    if looping {
        let rows = [next.looped, next.endless].concat();
        return Some(finding.over(case, Scope::of_rows(case, &rows)));
    }
    let finding = finding.advise(&["Nothing: no device is in a loop."]);
    Some(finding.over(case, case.scope(Command::Ping, &outcome)))
}

/// Whether there is anything to look at, which most devices do not have.
fn may_be_in_a_loop(case: &Case<'_>, lane: &[u32]) -> bool {
    let mut found_at_once = 0;
    lane.iter().any(|&row| match case.outcome(row) {
        Outcome::ReturnedAtOnce => true,
        Outcome::ChangesFound => {
            found_at_once += usize::from(is_quick(case, row));
            found_at_once >= ENDLESS
        }
        _ => false,
    })
}

/// Whether a Ping found changes at once.
fn is_quick(case: &Case<'_>, row: u32) -> bool {
    let is_ping = case.log.command(row) == Command::Ping;
    is_ping && is_short(case, row) && case.outcome(row) == Outcome::ChangesFound
}

impl Next {
    /// Goes through the requests of one device.
    fn look(&mut self, case: &Case<'_>, lane: &[u32]) {
        let fetching: BTreeSet<u32> = (0..lane.len())
            .filter(|&at| {
                case.outcome(lane[at]) == Outcome::ReturnedAtOnce && fetches(case, &lane[at..])
            })
            .map(|at| lane[at])
            .collect();
        self.fetching += fetching.len() as u64;
        let at_once =
            |row: u32| case.outcome(row) == Outcome::ReturnedAtOnce && !fetching.contains(&row);
        let mut loops = Vec::new();
        let mut longest = 0;
        let mut at = 0;
        while at < lane.len() {
            let chain = chain(case, &lane[at..], LOOP_MS, at_once);
            if chain == 0 {
                at += 1;
                continue;
            }
            if chain as u64 >= case.limit(&CHAIN) {
                loops.extend_from_slice(&lane[at..at + chain]);
                longest = longest.max(chain as u64);
            } else {
                (at..at + chain).for_each(|at| self.single(case, lane, at));
            }
            at += chain;
        }
        let endless = self.endless(case, lane);
        longest = longest.max(endless);
        if longest >= MANY {
            self.looped.extend(loops);
            self.devices += 1;
        } else {
            self.brief += loops.len() as u64;
        }
        self.longest = self.longest.max(longest);
    }

    /// A Ping that is in no loop.
    fn single(&mut self, case: &Case<'_>, lane: &[u32], at: usize) {
        let follows = |at: usize| {
            let gap = gap(case, lane[at], *lane.get(at + 1)?)?;
            (gap <= NEXT_MS).then_some(at + 1)
        };
        let tries = || {
            at.checked_sub(1).is_some_and(|before| {
                follows(before).is_some() && case.outcome(lane[before]) == Outcome::HeartbeatExpired
            })
        };
        match follows(at).map(|next| case.log.command(lane[next])) {
            Some(Command::Ping) if tries() => self.probed += 1,
            Some(Command::Ping) => self.held += 1,
            Some(Command::FolderSync) => self.folders += 1,
            _ => self.other += 1,
        }
    }

    /// Pings that found changes at once, one after the other; how many the longest such loop has.
    fn endless(&mut self, case: &Case<'_>, lane: &[u32]) -> u64 {
        let quick = |row: u32| match case.log.command(row) {
            Command::Ping => is_quick(case, row),
            Command::Sync => case.log.status(row) == Some(200),
            _ => false,
        };
        let (mut at, mut longest) = (0, 0);
        while at < lane.len() {
            let chain = chain(case, &lane[at..], LOOP_MS, quick);
            let pings = lane[at..at + chain].iter().copied();
            let pings: Vec<u32> = pings
                .filter(|&r| case.log.command(r) == Command::Ping)
                .collect();
            // In turn: hardly more Syncs than Pings.
            if pings.len() >= ENDLESS && chain <= 2 * pings.len() + 1 {
                longest = longest.max(pings.len() as u64);
                self.endless.extend(pings);
            }
            at += chain.max(1);
        }
        longest
    }
}

/// Whether a Sync of the device was running when the first of some rows, in the order of their ends, was answered.
fn fetches(case: &Case<'_>, lane: &[u32]) -> bool {
    let span = |row: u32| case.explanation.timeline.span(case.log, row);
    let Some(end) = lane.first().and_then(|&row| span(row)).map(|s| s.end) else {
        return false;
    };
    let open = |&row: &u32| {
        case.log.command(row) == Command::Sync
            && span(row).is_some_and(|s| s.start < end - CLOCK_MS)
    };
    lane.iter().skip(1).take(NEAR).any(open)
}

/// How many rows from the first on pass a test and follow each other within a time.
fn chain(case: &Case<'_>, lane: &[u32], apart: i64, fits: impl Fn(u32) -> bool) -> usize {
    if !lane.first().is_some_and(|&row| fits(row)) {
        return 0;
    }
    let goes_on = |pair: &&[u32]| {
        fits(pair[1]) && gap(case, pair[0], pair[1]).is_some_and(|gap| gap <= apart)
    };
    1 + lane.windows(2).take_while(goes_on).count()
}

/// From the end of a request to the beginning of the next.
fn gap(case: &Case<'_>, row: u32, next: u32) -> Option<i64> {
    let span = |row| case.explanation.timeline.span(case.log, row);
    Some(span(next)?.start - span(row)?.end)
}

fn is_short(case: &Case<'_>, row: u32) -> bool {
    let ms = case.log.duration(row);
    ms.is_some_and(|ms| i64::from(ms) <= AT_ONCE_MS)
}
