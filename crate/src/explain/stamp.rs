//! What a file's time stamps mean: the start or the end of a request.
//!
//! Domino's documentation says "request time stamp" and no more. The difference is up to a whole heartbeat, and turns
//! verdicts round, so it is decided from the data of each file, and shown with what it rests on. Two witnesses:
//! neighbouring lines ([`Neighbours`]), and devices, whose 409 Ping must end when their next request begins.

use super::Certainty;
use crate::activesync::Command;
use crate::log::{FileLog, Log, Neighbours, SLACK_MS};
use serde::Serialize;

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
    /// What neighbouring lines say.
    pub neighbours: Neighbours,
    /// What devices say.
    pub pairs: Pairs,
}

/// 409 Pings of a file with the next line of the same device, by the hypothesis under which the two touch.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pairs {
    /// Pairs looked at: those in which the two hypotheses can be told apart.
    pub tried: u64,
    /// Pairs that touch if stamps are the start.
    pub fit_start: u64,
    /// Pairs that touch if stamps are the end.
    pub fit_end: u64,
}

/// Lines that run back in time, from which on stamps without durations are taken for the start.
const BACK_ENOUGH: u64 = 3;

/// Decides for every file.
#[must_use]
pub fn choose(log: &Log) -> Vec<Choice> {
    let decide = |(file, pairs): (&FileLog, Pairs)| {
        choice(file.with_stamp, file.with_duration, file.neighbours, pairs)
    };
    log.files.iter().zip(pairs(log)).map(decide).collect()
}

fn choice(with_stamp: u64, with_duration: u64, neighbours: Neighbours, pairs: Pairs) -> Choice {
    let decided = |meaning, certainty| Choice {
        meaning,
        certainty,
        neighbours,
        pairs,
    };
    if with_stamp == 0 {
        return decided(Meaning::None, None);
    }
    if with_duration == 0 {
        // Long requests are written behind those that began after them, so stamps of the start run back.
        return match neighbours.stamp_back {
            BACK_ENOUGH.. => decided(Meaning::Start, Some(Certainty::Likely)),
            _ => decided(Meaning::End, Some(Certainty::Possible)),
        };
    }
    let order = witness(neighbours.sum_back, neighbours.stamp_back);
    let touch = witness(pairs.fit_end, pairs.fit_start);
    match (order, touch) {
        (Some((a, _)), Some((b, _))) if a == b => decided(a, Some(Certainty::Certain)),
        // Lines can be sorted afterwards, devices cannot.
        (Some(_), Some((meaning, _))) => decided(meaning, Some(Certainty::Possible)),
        (Some((meaning, strength)), None) | (None, Some((meaning, strength))) => {
            decided(meaning, Some(strength))
        }
        (None, None) => decided(Meaning::End, Some(Certainty::Possible)),
    }
}

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

/// Looks at each 409 Ping and the line of the same device that comes next in the same file.
fn pairs(log: &Log) -> Vec<Pairs> {
    let mut found = vec![Pairs::default(); log.files.len()];
    /// A 409 Ping that waits for the next line of its device.
    #[derive(Clone, Copy)]
    struct Open {
        stamp: i64,
        duration: i64,
    }
    let mut open: Vec<Option<Open>> = vec![None; log.devices.values().len()];
    for (file, pairs) in found.iter_mut().enumerate() {
        open.fill(None);
        for row in log.rows_of(file as u32) {
            let Some(device) = log.device(row) else {
                continue;
            };
            let (Some(stamp), Some(duration)) = (log.stamp(row), log.duration(row)) else {
                continue;
            };
            let duration = i64::from(duration);
            if let Some(ping) = open[device as usize].take() {
                let touch_end = (ping.stamp - (stamp - duration)).abs() <= SLACK_MS;
                let touch_start = (ping.stamp + ping.duration - stamp).abs() <= SLACK_MS;
                pairs.tried += 1;
                pairs.fit_end += u64::from(touch_end && !touch_start);
                pairs.fit_start += u64::from(touch_start && !touch_end);
            }
            let conflict = log.status(row) == Some(409) && log.command(row) == Command::Ping;
            if conflict && duration > 2 * SLACK_MS {
                open[device as usize] = Some(Open { stamp, duration });
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn witnesses_speak_only_with_a_margin() {
        assert_eq!(witness(0, 0), None);
        assert_eq!(witness(5, 4), None);
        assert_eq!(witness(1, 0), Some((Meaning::End, Certainty::Likely)));
        assert_eq!(witness(2, 30), Some((Meaning::Start, Certainty::Certain)));
    }

    #[test]
    fn stamps_without_durations_are_the_start_if_they_run_back() {
        let run_back = |stamp_back| {
            let neighbours = Neighbours {
                pairs: 100,
                stamp_back,
                sum_back: stamp_back,
            };
            choice(100, 0, neighbours, Pairs::default()).meaning
        };
        assert_eq!([run_back(0), run_back(40)], [Meaning::End, Meaning::Start]);
    }

    #[test]
    fn devices_outweigh_lines_that_somebody_sorted() {
        let neighbours = Neighbours {
            pairs: 100,
            stamp_back: 0,
            sum_back: 40,
        };
        let pairs = Pairs {
            tried: 20,
            fit_start: 19,
            fit_end: 0,
        };
        let choice = choice(100, 100, neighbours, pairs);
        assert_eq!(
            (choice.meaning, choice.certainty),
            (Meaning::Start, Some(Certainty::Possible))
        );
    }
}
