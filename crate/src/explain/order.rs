//! Each device's requests on one line of time.

use super::stamp::{Choice, Meaning};
use super::view::Views;
use crate::log::{FileLog, Log, Reach};
use crate::sort::Arrange;
use std::cmp::Ordering;

/// From arrival to answer, in milliseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Arrival.
    pub start: i64,
    /// Answer.
    pub end: i64,
    /// Whether the log tells how long it took; if not, both are its stamp.
    pub timed: bool,
}

/// Rows in order of time, by device.
#[derive(Debug)]
pub struct Timeline {
    meanings: Vec<Meaning>,
    /// Position of each file in the order of time: results must not depend on the order of opening.
    ranks: Vec<u32>,
    /// Whether the newest line of each file stands first.
    newest_first: Vec<bool>,
    /// How far the clock of each file is ahead, in milliseconds; empty where none is known to be.
    ahead: Vec<i64>,
    /// Whether each file was written in front of a server whose log is here too; empty where none was.
    in_front: Vec<bool>,
    /// The latest moment of a request in any file: what began later is in none of them.
    last: i64,
    /// Rows, device by device; those without a device last. Sessions that were only seen open are left out, and requests
    /// that count in another log.
    order: Vec<u32>,
    /// Where each device begins in `order`, and where the last one ends.
    begins: Vec<u32>,
}

impl Timeline {
    /// Orders the rows of a log, by one clock for all that `views` shows.
    #[must_use]
    pub fn of(log: &Log, stamps: &[Choice], views: &Views) -> Self {
        let devices = log.devices.values().len();
        let mut begins = vec![0_u32; devices + 2];
        let slot = |row: u32| log.device(row).map_or(devices, |d| d as usize);
        let seen =
            || (0..log.len()).filter(|&row| !log.is_open(row) && !views.counts_elsewhere(row));
        for row in seen() {
            begins[slot(row) + 1] += 1;
        }
        for i in 1..begins.len() {
            begins[i] += begins[i - 1];
        }
        let mut next = begins.clone();
        let mut order = vec![0; begins[devices + 1] as usize];
        for row in seen() {
            let at = &mut next[slot(row)];
            order[*at as usize] = row;
            *at += 1;
        }
        let files = || 0..log.files.len() as u32;
        let mut timeline = Self {
            meanings: stamps.iter().map(|s| s.meaning).collect(),
            ranks: ranks(log),
            last: last(&log.files, views),
            ahead: if views.is_empty() {
                Vec::new()
            } else {
                files().map(|file| views.ahead_ms(file)).collect()
            },
            in_front: if views.is_empty() {
                Vec::new()
            } else {
                files().map(|file| views.is_far(file)).collect()
            },
            newest_first: log
                .files
                .iter()
                .map(|f| f.neighbours.newest_first())
                .collect(),
            order,
            begins,
        };
        let mut order = std::mem::take(&mut timeline.order);
        for device in 0..=devices {
            let rows = timeline.begins[device] as usize..timeline.begins[device + 1] as usize;
            timeline.sort(log, &mut order[rows]);
        }
        timeline.order = order;
        timeline
    }

    /// Rows of a device, the earliest start first; rows without a time come before all others.
    ///
    /// # Panics
    /// If there is no such device.
    #[must_use]
    pub fn device(&self, device: u32) -> &[u32] {
        &self.order
            [self.begins[device as usize] as usize..self.begins[device as usize + 1] as usize]
    }

    /// Rows that name no device.
    #[must_use]
    pub fn without_device(&self) -> &[u32] {
        let last = self.begins.len() - 1;
        &self.order[self.begins[last - 1] as usize..self.begins[last] as usize]
    }

    /// When a row's request arrived and when it was answered, by the clock of all.
    #[must_use]
    pub fn span(&self, log: &Log, row: u32) -> Option<Span> {
        let stamp = log.stamp(row)?.saturating_sub(self.ahead_ms(log, row));
        let Some(duration) = log.duration(row) else {
            return Some(Span {
                start: stamp,
                end: stamp,
                timed: false,
            });
        };
        let duration = i64::from(duration);
        Some(match self.meanings[log.file_of(row) as usize] {
            Meaning::Start => Span {
                start: stamp,
                end: stamp.saturating_add(duration),
                timed: true,
            },
            Meaning::End | Meaning::None => Span {
                start: stamp.saturating_sub(duration),
                end: stamp,
                timed: true,
            },
        })
    }

    /// How far the clock that a row was written by is ahead of the one that [`Timeline::span`] speaks by.
    #[must_use]
    pub fn ahead_ms(&self, log: &Log, row: u32) -> i64 {
        // Nearly every case has one clock, and this is asked for every row.
        if self.ahead.is_empty() {
            return 0;
        }
        self.ahead[log.file_of(row) as usize]
    }

    /// Whether a row was written in front of a server whose log is here too, so that what the server did not write down
    /// may never have reached it.
    #[must_use]
    pub fn in_front(&self, log: &Log, row: u32) -> bool {
        !self.in_front.is_empty() && self.in_front[log.file_of(row) as usize]
    }

    /// When a row's request arrived; before everything else if its time is unknown.
    fn start(&self, log: &Log, row: u32) -> i64 {
        self.span(log, row).map_or(i64::MIN, |span| span.start)
    }

    /// The latest moment of a request in any file.
    #[must_use]
    pub fn last(&self) -> i64 {
        self.last
    }

    /// What the stamps of a file mean.
    #[must_use]
    pub fn meaning(&self, file: u32) -> Meaning {
        self.meanings[file as usize]
    }

    /// Position of a file in the order of time.
    #[must_use]
    pub fn rank(&self, file: u32) -> u32 {
        self.ranks[file as usize]
    }

    /// The file at a place in the order of time.
    #[must_use]
    pub fn file_at(&self, rank: u32) -> Option<u32> {
        let file = self.ranks.iter().position(|&r| r == rank);
        file.map(|file| file as u32)
    }

    /// Whether row `a` was logged before row `b`: by line within a file, by time between files.
    #[must_use]
    pub fn logged_before(&self, log: &Log, a: u32, b: u32) -> bool {
        let file = log.file_of(a);
        if file == log.file_of(b) {
            return self.turn(file, a) < self.turn(file, b);
        }
        let end = |row| self.span(log, row).map_or(i64::MIN, |s| s.end);
        (end(a), self.rank(file)) < (end(b), self.rank(log.file_of(b)))
    }

    /// A number that rises in the order in which the rows of a file were logged.
    pub(super) fn turn(&self, file: u32, row: u32) -> u32 {
        if self.newest_first[file as usize] {
            u32::MAX - row
        } else {
            row
        }
    }

    /// Puts rows in order of time.
    pub fn sort(&self, log: &Log, rows: &mut [u32]) {
        // Starts are looked up once; only equal ones need the whole comparison.
        let mut keyed: Vec<(i64, u32)> = rows.iter().map(|&r| (self.start(log, r), r)).collect();
        keyed.sort_unstable_by(|a, b| (a.0.cmp(&b.0)).then_with(|| self.compare(log, a.1, b.1)));
        for (row, (_, sorted)) in rows.iter_mut().zip(keyed) {
            *row = sorted;
        }
    }

    /// Order of time for any two rows; total, and the same for any order of files.
    #[must_use]
    pub fn compare(&self, log: &Log, a: u32, b: u32) -> Ordering {
        let key = |row| {
            let file = log.file_of(row);
            let span = self.span(log, row);
            let (start, end) = span.map_or((i64::MIN, i64::MIN), |s| (s.start, s.end));
            (start, end, self.rank(file), self.turn(file, row))
        };
        key(a).cmp(&key(b))
    }
}

/// The latest moment of a request in any file, by one clock: other lines do not show that requests would have been logged.
fn last(files: &[FileLog], views: &Views) -> i64 {
    let ends = |reach: Reach| reach.ends().map_or(i64::MIN, |(_, last)| last.ms);
    if views.is_empty() {
        return ends(Reach::of(files.iter().map(|f| f.requests_period)));
    }
    let each = files.iter().enumerate().map(|(file, of)| {
        let last = ends(of.requests_period);
        last.saturating_sub(views.ahead_ms(file as u32))
    });
    each.max().unwrap_or(i64::MIN)
}

/// Orders files by their content, so that it does not matter which was opened first.
fn ranks(log: &Log) -> Vec<u32> {
    let mut files: Vec<u32> = (0..log.files.len() as u32).collect();
    files.arrange_by_key(|&i| {
        let file = &log.files[i as usize];
        let ends = file.period.ends().map(|(first, last)| (first.ms, last.ms));
        // Files without a time come last.
        (
            ends.is_none(),
            ends,
            file.name.clone(),
            file.bytes,
            file.fingerprint,
        )
    });
    let mut ranks = vec![0; files.len()];
    for (rank, &file) in files.iter().enumerate() {
        ranks[file as usize] = rank as u32;
    }
    ranks
}
