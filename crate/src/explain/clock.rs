//! How finely each file tells time, and how late it writes its lines.
//!
//! A stamp of whole seconds says that something happened within that second, not at its beginning. What follows from two
//! stamps together is therefore a matter of odds, and these are the numbers that odds are made from ([`super::odds`]).

use super::order::Timeline;
use super::stamp::Meaning;
use crate::activesync::Command;
use crate::log::Log;

/// Lines that are needed before round numbers are taken for all that a clock has.
const ENOUGH: usize = 20;

/// Lines further behind than this are not late: somebody sorted the file, or put files together.
const LATEST_MS: i64 = 30_000;

/// Displaced Pings looked at in each file, and requests around each of them.
const SAMPLE: usize = 2_000;
const MANY: usize = 16;

/// How far from its end what displaced a Ping is looked for.
const NEAR_MS: i64 = 5_000;

/// So much earlier than the clock leaves open is no matter of rounding; so many Pings, and one of so many, must show it.
const EARLY_MS: i64 = 100;
const EARLY: usize = 5;
const EARLY_SHARE: usize = 20;

/// The longest that a line is taken to wait for its stamp. Fewer than one of so many may seem to wait longer.
const LONGEST_MS: i64 = 2_100;
const CHANCE: usize = 5;

/// Of a device that makes more than one of so many of its requests beside others, no Ping is looked at.
const BESIDE_SHARE: usize = 100;

/// Of one line in so many it does not matter how late it is: clocks are set, processes hang.
const RARE: usize = 200;
const RARER: usize = 2000;

/// What is known of the times in one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clock {
    /// How much later than its stamp a moment may be, in milliseconds: stamps are cut to whole seconds, for one.
    pub tick: i64,
    /// The same of durations.
    pub unit: i64,
    /// How much earlier than its stamp a moment may be: some servers stamp a line when they write it.
    pub behind: i64,
    /// How lines are ordered.
    pub order: Order,
    /// What stamps mean.
    pub meaning: Meaning,
}

/// What the order of a file's lines says about the order in which its requests were completed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// It is that order.
    Completion,
    /// A line is written up to so many milliseconds late, so what was completed within that time may be the other way
    /// round.
    Late(i64),
    /// Nothing.
    Unknown,
}

impl Clock {
    /// What is known of each file.
    #[must_use]
    pub fn all(log: &Log, timeline: &Timeline) -> Vec<Self> {
        let mut clocks: Vec<Self> = (0..log.files.len() as u32)
            .map(|file| Self::of(log, timeline, file))
            .collect();
        let mut beside = vec![None; log.devices.values().len()];
        for (file, clock) in clocks.iter_mut().enumerate() {
            let mut gaps = gaps(log, timeline, file as u32, &mut beside);
            let behind = behind(&mut gaps, clock.tick + clock.slack());
            // Lines that wait to be stamped stand in the order of their stamps, and not of what they tell.
            if behind > 0 && clock.meaning == Meaning::End {
                clock.behind = behind;
                clock.order = Order::Late(behind);
            }
        }
        clocks
    }

    /// How much more the start or the end of a request is open than its stamp, as its duration is cut to whole units.
    pub(super) fn slack(&self) -> i64 {
        self.unit - 1
    }

    /// By how much the beginning of a request may be later than its earliest moment.
    pub(super) fn loose(&self) -> i64 {
        self.tick + self.slack() + self.behind
    }

    /// What is known of a file, given what its stamps mean.
    #[must_use]
    pub fn of(log: &Log, timeline: &Timeline, file: u32) -> Self {
        let rows = || log.rows_of(file).filter(|&row| !log.is_open(row));
        Self {
            tick: tick(rows().filter_map(|row| log.stamp(row))),
            unit: unit(rows().filter_map(|row| log.duration(row))),
            behind: 0,
            order: order(log, timeline, file),
            meaning: timeline.meaning(file),
        }
    }
}

/// Displaced Pings of a file with the request of the device that began nearest to their end: how long after it that was,
/// by the stamps; a sample of them, by their place in the file, lest it depend on what was opened before.
fn gaps(log: &Log, timeline: &Timeline, file: u32, beside: &mut [Option<bool>]) -> Vec<i64> {
    let displaced = |&row: &u32| {
        log.status(row) == Some(409) && log.command(row) == Command::Ping && !log.is_open(row)
    };
    let count = log.rows_of(file).filter(displaced).count();
    let stride = count.div_ceil(SAMPLE).max(1);
    let span = |row: u32| timeline.span(log, row).filter(|span| span.timed);
    let gap = |row: u32| {
        let device = log.device(row)?;
        let rows = timeline.device(device);
        let runs = || runs_beside(log, timeline, rows);
        if *beside[device as usize].get_or_insert_with(runs) {
            return None;
        }
        let ping = span(row)?;
        let before = |&row: &u32| span(row).is_none_or(|span| span.start < ping.end - NEAR_MS);
        let first = rows.partition_point(before);
        let near = rows[first..].iter().take(MANY).filter(|&&near| {
            let same = log.origin(near).user == log.origin(row).user;
            near != row && log.file_of(near) == file && same
        });
        near.filter_map(|&near| Some(span(near)?.start - ping.end))
            .take_while(|&gap| gap <= NEAR_MS)
            .min_by_key(|gap| gap.abs())
    };
    let rows = log.rows_of(file).filter(displaced).step_by(stride);
    rows.filter_map(gap).collect()
}

/// Whether a device makes requests beside others, so that some are near by chance.
fn runs_beside(log: &Log, timeline: &Timeline, rows: &[u32]) -> bool {
    let span = |row: u32| timeline.span(log, row).filter(|span| span.timed);
    let beside = rows.windows(2).filter(|pair| {
        let spans = span(pair[0]).zip(span(pair[1]));
        let overlap = spans.is_some_and(|(a, b)| b.start < a.end - NEAR_MS);
        overlap && log.status(pair[0]) != Some(409)
    });
    beside.count() * BESIDE_SHARE > rows.len()
}

/// How much earlier than their stamps requests end, if that is more than the clock leaves open. What displaces a Ping
/// never begins before that has ended, but by the stamps it does where some wait longer than others to be written.
fn behind(gaps: &mut [i64], tick: i64) -> i64 {
    gaps.sort_unstable();
    let early = gaps.partition_point(|&gap| gap < -tick - EARLY_MS);
    // What is near by chance is as often farther away; where logs are missing, much is.
    let chance = gaps.partition_point(|&gap| gap < -tick - LONGEST_MS);
    if early < EARLY || early * EARLY_SHARE < gaps.len() || chance * CHANCE > early {
        return 0;
    }
    // The earliest of a hundred or so is a matter of luck.
    -gaps[gaps.len() / 100]
}

/// A second or a minute, if no stamp is finer; else a millisecond.
fn tick(stamps: impl Iterator<Item = i64>) -> i64 {
    let (mut seen, mut minutes) = (0, true);
    for stamp in stamps {
        if stamp % 1000 != 0 {
            return 1;
        }
        seen += 1;
        minutes &= stamp % 60_000 == 0;
    }
    match (minutes, seen) {
        (_, 0) => 1,
        (true, ENOUGH..) => 60_000,
        _ => 1000,
    }
}

/// A second, if no duration is finer; else a millisecond.
fn unit(durations: impl Iterator<Item = u32>) -> i64 {
    let mut seen = 0;
    for duration in durations.filter(|&d| d > 0) {
        if duration % 1000 != 0 {
            return 1;
        }
        seen += 1;
    }
    if seen >= ENOUGH { 1000 } else { 1 }
}

/// How far lines stand behind others that were completed later.
fn order(log: &Log, timeline: &Timeline, file: u32) -> Order {
    if timeline.meaning(file) == Meaning::None {
        return Order::Completion;
    }
    let mut latest = i64::MIN;
    // By tenths of a second: how many lines stand so far behind; the last counts those that are not late but misplaced.
    let mut lags = vec![0_usize; (LATEST_MS / 100) as usize + 1];
    let mut lines = 0_usize;
    let mut take = |row: u32| {
        let Some(span) = timeline.span(log, row) else {
            return;
        };
        lines += 1;
        let lag = latest.saturating_sub(span.end);
        if lag > 0 {
            lags[(lag.min(LATEST_MS) / 100) as usize] += 1;
        }
        // What somebody sorted or put together begins anew.
        latest = if lag > LATEST_MS {
            span.end
        } else {
            latest.max(span.end)
        };
    };
    let rows = log.rows_of(file).filter(|&row| !log.is_open(row));
    if log.files[file as usize].neighbours.newest_first() {
        rows.rev().for_each(&mut take);
    } else {
        rows.for_each(&mut take);
    }
    let misplaced = lags.pop().unwrap_or(0);
    if misplaced * 20 > lines {
        return Order::Unknown;
    }
    let rare = lines / RARE;
    let late: usize = lags.iter().sum();
    // Sums of a stamp of whole seconds and a duration run back by less than a second without being late.
    let beyond: usize = lags[10..].iter().sum();
    if late <= rare || beyond <= rare {
        return Order::Completion;
    }
    let mut beyond = 0;
    let mut at = lags.len();
    while at > 0 && (beyond + lags[at - 1]) * RARER <= lines {
        at -= 1;
        beyond += lags[at];
    }
    // The latest lines that happened to have others before them are not yet the latest there can be.
    Order::Late(at as i64 * 125 + 500)
}
