//! Two simple ways to explain a log, to know how hard worlds are: what they get right is no merit of `pinglens`.

use std::collections::BTreeMap;

use super::run::Verdict;
use crate::activesync::Command;
use crate::clock::{Ms, SECOND};
use crate::fleet::{LogFile, Played};
use crate::format::Stamp;
use crate::truth::Outcome;

/// A simple way to explain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Baseline {
    /// What the device's next line is.
    NextLine,
    /// Which of the device's requests began when this one ended.
    Windows,
}

/// A line as somebody sees it who reads the log: times as exact as the stamp.
#[derive(Debug, Clone, Copy)]
struct Seen {
    place: (usize, u64),
    command: Command,
    status: u16,
    start: Ms,
    end: Ms,
}

impl Seen {
    fn took(&self) -> Ms {
        self.end - self.start
    }
}

impl Baseline {
    /// What it says of each line.
    pub(super) fn verdicts(
        self,
        played: &Played,
        files: &[LogFile],
    ) -> BTreeMap<(String, u64), Verdict> {
        let mut all = BTreeMap::new();
        for lines in devices(played, files) {
            let heartbeats = heartbeats(&lines);
            for at in 0..lines.len() {
                let (outcome, cause) = match (refusal(&lines[at]), self) {
                    (Some(outcome), _) => (outcome, None),
                    (None, Self::NextLine) => next_line(&lines, at),
                    (None, Self::Windows) => windows(&lines, at, &heartbeats),
                };
                let named = |(file, line): (usize, u64)| (files[file].name.clone(), line);
                let verdict = Verdict {
                    outcome: outcome.code().to_owned(),
                    certainty: "(none)".to_owned(),
                    cause: cause.map(|seen| named(seen.place)),
                };
                all.insert(named(lines[at].place), verdict);
            }
        }
        all
    }
}

/// The lines of each device, in the order of the logs.
fn devices(played: &Played, files: &[LogFile]) -> Vec<Vec<Seen>> {
    let mut all: BTreeMap<usize, Vec<Seen>> = BTreeMap::new();
    for (number, file) in files.iter().enumerate() {
        for row in file.rows.iter().filter(|row| row.also.is_none()) {
            let journey = played.journey(row.id);
            let (Some(start), Some(end)) = (journey.start, &journey.end) else {
                continue;
            };
            let (took, cut) = (end.at - start, |at: Ms| at - at.rem_euclid(SECOND));
            let end_seen = match file.meaning {
                Some(Stamp::Start) => cut(start) + took,
                _ => cut(end.at),
            };
            let seen = Seen {
                place: (number, row.line),
                command: journey.ask.command,
                status: end.status,
                start: end_seen - took,
                end: end_seen,
            };
            let device = played.partnerships[journey.account];
            all.entry(device).or_default().push(seen);
        }
    }
    all.into_values().collect()
}

/// Seconds in which several quiet Pings of a device ended.
fn heartbeats(lines: &[Seen]) -> Vec<Ms> {
    let mut counts: BTreeMap<Ms, usize> = BTreeMap::new();
    let mut pings = 0;
    for line in lines {
        if line.command == Command::Ping && line.status == 200 && line.took() > 55 * SECOND {
            *counts.entry(line.took() / SECOND).or_default() += 1;
            pings += 1;
        }
    }
    let near = |second: Ms| -> usize { counts.range(second..second + 4).map(|(_, n)| n).sum() };
    counts
        .keys()
        .filter(|second| near(**second) >= 4.max(pings * 8 / 100))
        .map(|second| second * SECOND)
        .collect()
}

fn refusal(line: &Seen) -> Option<Outcome> {
    (line.status >= 400 && line.status != 409).then(|| Outcome::of_refusal(line.status))
}

/// What is neither a 409 nor a Ping.
fn ordinary(line: &Seen) -> Outcome {
    if line.command == Command::Sync && line.took() >= 55 * SECOND {
        Outcome::LongPoll
    } else {
        Outcome::Completed
    }
}

fn conflict<'a>(line: &Seen, cause: Option<&'a Seen>) -> (Outcome, Option<&'a Seen>) {
    let outcome = match cause {
        Some(cause) => Outcome::of_conflict(line.command, cause.command),
        None if line.command == Command::Ping => Outcome::SupersededUnseen,
        None => Outcome::Overlapped,
    };
    (outcome, cause)
}

fn next_line(lines: &[Seen], at: usize) -> (Outcome, Option<&Seen>) {
    let (line, next) = (&lines[at], lines.get(at + 1));
    if line.status == 409 {
        return conflict(line, next);
    }
    if line.command != Command::Ping {
        return (ordinary(line), None);
    }
    let wait = next.map_or(0, |next| next.start - line.end);
    match next {
        Some(next) if next.command == Command::Sync && wait < 5 * SECOND => {
            (Outcome::ChangesFound, Some(next))
        }
        _ if line.took() < 2 * SECOND => (Outcome::ReturnedAtOnce, None),
        _ if wait > 60 * SECOND => (Outcome::ReplyLost, None),
        _ => (Outcome::HeartbeatExpired, None),
    }
}

fn windows<'a>(lines: &'a [Seen], at: usize, heartbeats: &[Ms]) -> (Outcome, Option<&'a Seen>) {
    let line = &lines[at];
    let near = &lines[at.saturating_sub(8)..(at + 40).min(lines.len())];
    let others = near.iter().filter(|other| other.place != line.place);
    if line.status == 409 {
        let fits = others.filter(|other| {
            (other.start - line.end).abs() <= 1_500 && other.end >= line.end - SECOND
        });
        return conflict(
            line,
            fits.min_by_key(|other| (other.start - line.end).abs()),
        );
    }
    if line.command != Command::Ping {
        return (ordinary(line), None);
    }
    let after = |other: &&Seen| (-1_100..=13 * SECOND).contains(&(other.start - line.end));
    let mut followers: Vec<&Seen> = others.filter(after).collect();
    followers.sort_by_key(|other| other.start);
    let over = |heartbeat: &Ms| (0..5_500).contains(&(line.took() - heartbeat));
    let sync = followers
        .iter()
        .find(|other| other.command == Command::Sync);
    let fetches = followers
        .first()
        .is_some_and(|other| matches!(other.command, Command::Sync | Command::GetItemEstimate));
    match (followers.is_empty(), sync) {
        _ if heartbeats.iter().any(over) => (Outcome::HeartbeatExpired, None),
        (_, Some(sync)) if fetches => (Outcome::ChangesFound, Some(sync)),
        _ if line.took() < 2 * SECOND => (Outcome::ReturnedAtOnce, None),
        (false, _) => (Outcome::HeartbeatExpired, None),
        (true, _) => (Outcome::ReplyLost, None),
    }
}
