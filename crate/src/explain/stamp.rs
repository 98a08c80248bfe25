//! What a file's time stamps mean: the start or the end of a request.
//!
//! Domino's documentation says "request time stamp" and no more. The difference is up to a whole heartbeat, and turns
//! verdicts round, so it is decided from the data of each file, and shown with what it rests on. Two witnesses:
//! neighbouring lines ([`Neighbours`]), and devices, whose Ping must end when their next request begins ([`Pairs`]).

use super::Certainty;
use crate::activesync::Command;
use crate::format::Edge;
use crate::log::{Breaks, FileLog, Log, Neighbours, SLACK_MS};
use serde::Serialize;

/// How soon after a Ping's answer the device begins the Sync that it was told to begin.
pub(super) const FOLLOW_MS: i64 = 5_000;

/// Whether a log writes the moment a request arrived or the moment it was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Meaning {
    /// Arrival of the request.
    Start,
    /// Completion of the answer.
    End,
    /// The file has no time stamps of requests.
    None,
}

/// What was chosen for a file, and from what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice {
    /// What the stamps are taken for.
    pub meaning: Meaning,
    /// How sure that is; `None` where it makes no difference.
    pub certainty: Option<Certainty>,
    /// What it rests on.
    pub basis: Basis,
    /// What neighbouring lines say.
    pub neighbours: Neighbours,
    /// What devices say.
    pub pairs: Pairs,
}

impl Choice {
    /// Whether the stamps may well mean the opposite.
    #[must_use]
    pub fn is_doubtful(&self) -> bool {
        self.certainty == Some(Certainty::Possible)
    }
}

/// What a choice rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// The user's word.
    Given,
    /// The specification of the file's format.
    Format,
    /// The file itself.
    File,
    /// Other files of the case in the same format, which agree.
    OtherFiles,
    /// Nothing: the file says too little, or its two witnesses contradict each other.
    Assumed,
}

/// Pings of a file with the next line of the same device, by the hypothesis under which the two meet: a 409 ends when
/// the next request begins, and behind a 200 the device begins it within seconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pairs {
    /// Pairs looked at: those in which the two hypotheses can be told apart.
    pub tried: u64,
    /// Pairs that meet only if stamps are the start.
    pub fit_start: u64,
    /// Pairs that meet only if stamps are the end.
    pub fit_end: u64,
}

/// Decides for every file.
#[must_use]
pub fn choose(log: &Log) -> Vec<Choice> {
    let mut choices: Vec<Choice> = (0..log.files.len())
        .map(|file| choice(&log.files[file], pairs(log, file as u32)))
        .collect();
    // Servers of a pool, and the days of one server, write their logs alike.
    for file in 0..choices.len() {
        if choices[file].basis == Basis::Assumed
            && let Some(meaning) = of_its_kind(log, &choices, file)
        {
            let choice = &mut choices[file];
            choice.meaning = meaning;
            choice.certainty = Some(Certainty::Likely);
            choice.basis = Basis::OtherFiles;
        }
    }
    choices
}

/// The choices with every doubtful one turned round, if there is one that durations make a difference to.
pub(super) fn opposite(log: &Log, choices: &[Choice]) -> Option<Vec<Choice>> {
    let doubtful =
        |(file, choice): (&FileLog, &Choice)| choice.is_doubtful() && file.with_duration > 0;
    let turn = |pair: (&FileLog, &Choice)| Choice {
        meaning: match pair.1.meaning {
            Meaning::End if doubtful(pair) => Meaning::Start,
            Meaning::Start if doubtful(pair) => Meaning::End,
            meaning => meaning,
        },
        ..*pair.1
    };
    let pairs = || log.files.iter().zip(choices);
    pairs().any(doubtful).then(|| pairs().map(turn).collect())
}

/// What all other files in the same format that were decided by themselves agree on.
fn of_its_kind(log: &Log, choices: &[Choice], file: usize) -> Option<Meaning> {
    let code = |file: usize| {
        log.files[file]
            .formats
            .first()
            .map(|(format, _)| format.code())
    };
    let mut others = (0..choices.len())
        .filter(|&other| other != file && code(other) == code(file))
        .filter(|&other| {
            choices[other].basis == Basis::File
                && choices[other].certainty > Some(Certainty::Possible)
        })
        .map(|other| choices[other].meaning);
    let first = others.next()?;
    others.all(|other| other == first).then_some(first)
}

fn choice(file: &FileLog, pairs: Pairs) -> Choice {
    let neighbours = file.neighbours;
    let decided = |meaning, certainty, basis| Choice {
        meaning,
        certainty,
        basis,
        neighbours,
        pairs,
    };
    if file.with_stamp == 0 {
        return decided(Meaning::None, None, Basis::File);
    }
    let meaning_of = |edge| match edge {
        Edge::Start => Meaning::Start,
        Edge::End => Meaning::End,
    };
    if let Some(edge) = file.settings.edge {
        return decided(meaning_of(edge), Some(Certainty::Certain), Basis::Given);
    }
    // What the specification says of most stamps of a file needs no witness.
    if let Some(edge) = file.edge.filter(|_| file.with_edge * 2 > file.with_stamp) {
        return decided(meaning_of(edge), Some(Certainty::Certain), Basis::Format);
    }
    // In the order in which lines were written, only the right reading of the stamps never runs back.
    let (stamp, sum) = (
        in_order(neighbours, neighbours.stamp),
        in_order(neighbours, neighbours.sum),
    );
    if file.with_duration == 0 {
        // Long requests are written behind those that began after them, so stamps of the start run back.
        return if stamp >= BACK_ENOUGH && stamp * BACK_SHARE >= neighbours.pairs {
            decided(Meaning::Start, Some(Certainty::Likely), Basis::File)
        } else {
            decided(Meaning::End, Some(Certainty::Possible), Basis::Assumed)
        };
    }
    let order = witness(sum, stamp);
    let meet = witness(pairs.fit_end, pairs.fit_start);
    match (order, meet) {
        (Some((a, _)), Some((b, _))) if a == b => decided(a, Some(Certainty::Certain), Basis::File),
        // Lines can be sorted afterwards, devices cannot.
        (Some(_), Some((meaning, _))) => decided(meaning, Some(Certainty::Possible), Basis::File),
        (Some((meaning, strength)), None) | (None, Some((meaning, strength))) => {
            decided(meaning, Some(strength), Basis::File)
        }
        (None, None) => decided(Meaning::End, Some(Certainty::Possible), Basis::Assumed),
    }
}

/// How often moments run back in the order in which the lines were written.
fn in_order(neighbours: Neighbours, breaks: Breaks) -> u64 {
    if neighbours.newest_first() {
        breaks.on
    } else {
        breaks.back
    }
}

/// Lines that run back in time, from which on stamps without durations are taken for the start: so many, and one of so
/// many. Fewer are what is left of days that somebody put together in the wrong order.
const BACK_ENOUGH: u64 = 3;
const BACK_SHARE: u64 = 100;

/// What two counts say, one that speaks for the end and one that speaks for the start.
fn witness(end: u64, start: u64) -> Option<(Meaning, Certainty)> {
    let (meaning, more, fewer) = if end >= start {
        (Meaning::End, end, start)
    } else {
        (Meaning::Start, start, end)
    };
    match more {
        0 => None,
        10.. if fewer * 10 <= more => Some((meaning, Certainty::Certain)),
        _ if fewer * 3 <= more => Some((meaning, Certainty::Likely)),
        _ => None,
    }
}

/// A Ping that waits for the next line of its device.
#[derive(Debug, Clone, Copy)]
struct Open {
    stamp: i64,
    duration: i64,
    /// How long after its end the next request may begin.
    follows_within: i64,
}

/// Looks at each long Ping and the line of the same device that was written next in the same file.
fn pairs(log: &Log, file: u32) -> Pairs {
    let mut pairs = Pairs::default();
    let mut open: Vec<Option<Open>> = vec![None; log.devices.values().len()];
    let mut take = |row: u32| {
        let Some(device) = log.device(row) else {
            return;
        };
        let (Some(stamp), Some(duration)) = (log.stamp(row), log.duration(row)) else {
            return;
        };
        let duration = i64::from(duration);
        if let Some(ping) = open[device as usize].take() {
            let meet =
                |end: i64, start: i64| (-SLACK_MS..=ping.follows_within).contains(&(start - end));
            let at_end = meet(ping.stamp, stamp - duration);
            let at_start = meet(ping.stamp + ping.duration, stamp);
            pairs.tried += 1;
            pairs.fit_end += u64::from(at_end && !at_start);
            pairs.fit_start += u64::from(at_start && !at_end);
        }
        let follows_within = match log.status(row) {
            Some(409) => SLACK_MS,
            Some(200) => FOLLOW_MS,
            _ => return,
        };
        // The two readings of a short Ping lie too close to each other.
        if log.command(row) == Command::Ping && duration > 2 * FOLLOW_MS {
            open[device as usize] = Some(Open {
                stamp,
                duration,
                follows_within,
            });
        }
    };
    let rows = log.rows_of(file);
    if log.files[file as usize].neighbours.newest_first() {
        rows.rev().for_each(&mut take);
    } else {
        rows.for_each(&mut take);
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Settings;

    #[test]
    fn witnesses_speak_only_with_a_margin() {
        assert_eq!(witness(0, 0), None);
        assert_eq!(witness(5, 4), None);
        assert_eq!(witness(1, 0), Some((Meaning::End, Certainty::Likely)));
        assert_eq!(witness(2, 30), Some((Meaning::Start, Certainty::Certain)));
    }

    /// A file of which only the counts matter.
    fn file(with_duration: u64, stamp: Breaks, sum: Breaks) -> FileLog {
        let mut log = Log::default();
        log.open("a.log", &Settings::default());
        let mut file = log.files.remove(0);
        (file.with_stamp, file.with_duration) = (100, with_duration);
        file.neighbours = Neighbours {
            pairs: 100,
            stamp,
            sum,
        };
        file
    }

    #[test]
    fn the_users_word_stands_above_what_the_lines_say() {
        let mut file = file(100, Breaks { back: 0, on: 50 }, Breaks { back: 40, on: 50 });
        let meaning = |file: &FileLog| {
            let choice = choice(file, Pairs::default());
            (choice.meaning, choice.basis)
        };
        assert_eq!(meaning(&file), (Meaning::End, Basis::File));
        file.settings.edge = Some(Edge::Start);
        assert_eq!(meaning(&file), (Meaning::Start, Basis::Given));
    }

    #[test]
    fn stamps_without_durations_are_the_start_if_they_run_back() {
        let run_back = |back| {
            let breaks = Breaks { back, on: 50 };
            choice(&file(0, breaks, breaks), Pairs::default()).meaning
        };
        assert_eq!([run_back(0), run_back(40)], [Meaning::End, Meaning::Start]);
    }

    #[test]
    fn devices_outweigh_lines_that_somebody_sorted() {
        let file = file(100, Breaks { back: 0, on: 50 }, Breaks { back: 40, on: 50 });
        let pairs = Pairs {
            tried: 20,
            fit_start: 19,
            fit_end: 0,
        };
        let choice = choice(&file, pairs);
        assert_eq!(
            (choice.meaning, choice.certainty),
            (Meaning::Start, Some(Certainty::Possible))
        );
    }

    #[test]
    fn a_file_turned_round_is_read_from_its_end() {
        let file = file(100, Breaks { back: 60, on: 0 }, Breaks { back: 55, on: 30 });
        assert!(file.neighbours.newest_first());
        let choice = choice(&file, Pairs::default());
        assert_eq!(
            (choice.meaning, choice.certainty),
            (Meaning::End, Some(Certainty::Certain))
        );
    }
}
