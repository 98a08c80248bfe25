//! How many requests are open at once, which is how many threads they take.
//!
//! Every request that the log has a time and a duration for is open from its start to its end, the end left out: one that
//! ends in the very tick in which another begins is not open beside it, and one of no length is open never. That is exact
//! for the stamps as they are. Where they are cut to whole seconds, each request may have been open up to a second later;
//! [`Peak::at_least`] and [`Peak::at_most`] hold whatever was cut off.
//!
//! The course is told from the first line on: what ended before the log began has none in it.
//!
//! Starts and ends are sorted apart and run through together, so that the cost is two words a request, for as long as
//! that takes.

use super::{Explanation, Outcome};
use crate::activesync::Command;
use crate::log::{Beside, Log};

mod server;

pub use server::{Devices, opened_at};

/// Buckets of a curve, at the most, and one where it begins inside its first.
pub const BUCKETS: i64 = 180;

/// Servers that are looked at each, at the most; no pool has as many.
const SERVERS: usize = 32;

/// Lengths of buckets, in seconds: such as divide hours and days.
const LENGTHS_S: [i64; 18] = [
    1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, DAY_S,
];
const DAY_S: i64 = 86_400;

/// The load that a log shows.
#[derive(Debug, Default)]
pub struct Load {
    /// All requests together; `None` if the log has no durations or no times.
    pub open: Option<Open>,
    /// Devices of all servers together.
    pub devices: Devices,
    /// The servers, in order of time; of very many, the first.
    pub servers: Vec<Server>,
    /// How many there are beside those.
    pub more_servers: usize,
    /// The course of it.
    pub curve: Curve,
    /// How long requests of each outcome were open together, in milliseconds, at the outcome's number.
    pub held_ms: [u64; Outcome::ALL.len()],
    /// Requests in it.
    pub timed: u64,
    /// Requests that are not, as their time or duration is unknown.
    pub untimed: u64,
    /// Requests that are none of ActiveSync; they are not in it.
    pub beside: Beside,
}

/// One server: a file, or several that go on from each other.
#[derive(Debug)]
pub struct Server {
    /// Indices in [`Log::files`], in order of time.
    pub files: Vec<u32>,
    /// Its requests.
    pub open: Option<Open>,
    /// Its devices.
    pub devices: Devices,
}

/// How many requests were open at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Open {
    /// Most of them.
    pub peak: Peak,
    /// Most Pings; `None` if none was open.
    pub pings: Option<Peak>,
    /// For how many milliseconds so many were open, at that number.
    levels: Vec<u64>,
}

/// Most that were open at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peak {
    /// How many.
    pub count: u32,
    /// How many it was at least, and at most, whatever a clock of whole seconds cut off.
    pub at_least: u32,
    /// See `at_least`.
    pub at_most: u32,
    /// When that was reached first, in milliseconds since 1970.
    pub at: i64,
    /// For how long, that first time, in milliseconds.
    pub for_ms: u64,
}

impl Open {
    /// For how many milliseconds at least so many requests were open, from the first line on.
    #[must_use]
    pub fn above(&self, count: u32) -> u64 {
        self.levels.iter().skip(count as usize).sum()
    }

    /// How long the course is, in milliseconds.
    #[must_use]
    pub fn span_ms(&self) -> u64 {
        self.levels.iter().sum()
    }

    /// How many were open on average, in hundredths.
    #[must_use]
    pub fn mean_hundredths(&self) -> u64 {
        let held = |(count, ms): (usize, &u64)| count as u128 * u128::from(*ms);
        let held: u128 = self.levels.iter().enumerate().map(held).sum();
        (held * 100 / u128::from(self.span_ms().max(1))) as u64
    }
}

/// The course of the load, in buckets of equal length.
#[derive(Debug, Default)]
pub struct Curve {
    /// Where the first bucket begins, in milliseconds since 1970.
    pub from: i64,
    /// The zone in which that is a round time, in minutes east of UTC.
    pub zone: Option<i16>,
    /// How long each is.
    pub bucket_ms: i64,
    /// One behind the other.
    pub buckets: Vec<Bucket>,
    /// From when to when it is told.
    pub reach: (i64, i64),
}

/// What happened within one bucket.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Bucket {
    /// Most requests open at once.
    pub most: u32,
    /// Most Pings open at once.
    pub pings: u32,
    /// How long all requests were open together, in milliseconds: as many times the bucket's length as were open on
    /// average.
    pub open_ms: u64,
    /// Requests that began.
    pub requests: u32,
    /// Requests that ended in 409.
    pub conflicts: u32,
}

impl Bucket {
    /// Takes in the bucket behind it.
    pub fn add(&mut self, next: &Self) {
        self.most = self.most.max(next.most);
        self.pings = self.pings.max(next.pings);
        self.open_ms += next.open_ms;
        self.requests += next.requests;
        self.conflicts += next.conflicts;
    }
}

impl Load {
    /// The load of a log.
    #[must_use]
    pub fn of(log: &Log, explanation: &Explanation) -> Self {
        let groups = server::groups(log, explanation);
        let mut load = Self::default();
        for (file, of) in log.files.iter().enumerate() {
            if !explanation.views.is_far(file as u32) {
                load.beside.add(&of.beside);
            }
        }
        let all: Vec<u32> = groups.concat();
        let events = Events::of(log, explanation, &all, |outcome, length| match length {
            Some(ms) => {
                load.timed += 1;
                load.held_ms[outcome as usize] += ms;
            }
            None => load.untimed += 1,
        });
        if let Some((from, to)) = events.reach() {
            let row = opened_at(log, explanation, from);
            load.curve = Curve::over(from, to, row.and_then(|row| log.zone(row)));
            load.open = events.open(Some(&mut load.curve));
        }
        drop(events);
        load.devices = Devices::of(log, explanation, &all);
        let several = groups.len() > 1;
        load.more_servers = groups.len().saturating_sub(SERVERS);
        for files in groups.into_iter().take(SERVERS) {
            let open = several.then(|| Events::of(log, explanation, &files, |_, _| {}).open(None));
            load.servers.push(Server {
                open: open.unwrap_or_else(|| load.open.clone()),
                devices: if several {
                    Devices::of(log, explanation, &files)
                } else {
                    load.devices
                },
                files,
            });
        }
        load
    }

    /// How long all requests were open together, in milliseconds.
    #[must_use]
    pub fn all_held_ms(&self) -> u64 {
        self.held_ms.iter().sum()
    }

    /// How long Pings were open that their phone had left for a new one, in milliseconds: no more than that can they have
    /// taken threads for nobody, as the moment at which the phone left is in no log.
    #[must_use]
    pub fn orphaned_at_most_ms(&self) -> u64 {
        self.held_ms[Outcome::SupersededByPing as usize]
    }
}

/// What a word says beside the moment that it holds.
const PING: i64 = 1;
const CONFLICT: i64 = 2;
/// It took no longer than a clock of whole seconds cuts off.
const SHORT: i64 = 4;
const FLAGS: u32 = 3;

/// What a clock of whole seconds cuts off, at the most.
const SECOND_MS: i64 = 999;

/// Moments are cut to this, so that there is room for what is said beside them.
const FARTHEST_MS: i64 = 1 << 59;

/// When requests began and ended, one word each: the moment, and in its lowest bits what the request is.
#[derive(Default)]
struct Events {
    starts: Vec<i64>,
    ends: Vec<i64>,
    /// How much later than its stamp a moment may be.
    cut: i64,
}

impl Events {
    /// Those of the requests that count in some files; the outcome and the length of each are told to `note`.
    fn of(
        log: &Log,
        explanation: &Explanation,
        files: &[u32],
        mut note: impl FnMut(Outcome, Option<u64>),
    ) -> Self {
        let mut events = Self::default();
        let rows: usize = files.iter().map(|&f| log.rows_of(f).len()).sum();
        events.starts.reserve_exact(rows);
        events.ends.reserve_exact(rows);
        for &file in files {
            let mut seconds = true;
            for row in log.rows_of(file) {
                if log.is_open(row) || explanation.views.counts_elsewhere(row) {
                    continue;
                }
                let span = explanation.timeline.span(log, row);
                let length = span.filter(|s| s.timed).map(|s| s.end.abs_diff(s.start));
                note(explanation.outcome(row), length);
                let (Some(span), Some(stamp)) = (span, log.stamp(row)) else {
                    continue;
                };
                seconds &= stamp % 1000 == 0;
                let ping = i64::from(log.command(row) == Command::Ping) * PING;
                let conflict = i64::from(log.status(row) == Some(409)) * CONFLICT;
                events.push(span.start, span.end, ping | conflict);
            }
            if seconds {
                events.cut = SECOND_MS;
            }
        }
        events.sort();
        events
    }

    fn push(&mut self, start: i64, end: i64, flags: i64) {
        let short = i64::from(end.abs_diff(start) <= SECOND_MS as u64) * SHORT;
        let word = |ms: i64| ms.clamp(-FARTHEST_MS, FARTHEST_MS) << FLAGS | flags | short;
        self.starts.push(word(start));
        self.ends.push(word(end));
    }

    fn sort(&mut self) {
        self.starts.sort_unstable();
        self.ends.sort_unstable();
    }

    /// From when to when the course is told: from the last start before the first end, to the last end.
    fn reach(&self) -> Option<(i64, i64)> {
        let (first, last) = (self.ends.first()? >> FLAGS, self.ends.last()? >> FLAGS);
        let before = self.starts.partition_point(|&start| start >> FLAGS < first);
        let start = before.checked_sub(1).map(|at| self.starts[at] >> FLAGS);
        Some((start.unwrap_or(first), last))
    }

    /// How many were open at once; a curve is filled with the course of it.
    fn open(&self, curve: Option<&mut Curve>) -> Option<Open> {
        let mut sweep = Sweep {
            curve,
            begin: self.reach()?.0,
            ..Sweep::default()
        };
        self.run(&mut sweep);
        let (least, most) = match self.cut {
            0 => (None, None),
            cut => (Some(self.most(cut, 0)), Some(self.most(0, cut))),
        };
        let peak = |most: Most, least: Option<u32>, greatest: Option<u32>| Peak {
            count: most.count,
            at_least: least.unwrap_or(most.count),
            at_most: greatest.unwrap_or(most.count),
            at: most.at,
            for_ms: most.until.abs_diff(most.at),
        };
        (sweep.most.count > 0).then(|| Open {
            peak: peak(sweep.most, least.map(|n| n.0), most.map(|n| n.0)),
            pings: (sweep.pings.count > 0)
                .then(|| peak(sweep.pings, least.map(|n| n.1), most.map(|n| n.1))),
            levels: sweep.levels,
        })
    }

    /// Most requests and most Pings that were open at once, if each had begun and ended so much later. Of what begins
    /// later, those that are short are left out: they may have been open at any moment within that time.
    fn most(&self, begun: i64, ended: i64) -> (u32, u32) {
        let counts = |word: &&i64| begun == 0 || **word & SHORT == 0;
        let mut ends = self.ends.iter().filter(counts).peekable();
        let (mut open, mut pings, mut most) = (0_u32, 0_u32, (0, 0));
        for start in self.starts.iter().filter(counts) {
            let now = (start >> FLAGS) + begun;
            while let Some(end) = ends.next_if(|&&end| (end >> FLAGS) + ended <= now) {
                open -= 1;
                pings -= (end & PING) as u32;
            }
            open += 1;
            pings += (start & PING) as u32;
            most = (open.max(most.0), pings.max(most.1));
        }
        most
    }

    /// Runs through all moments.
    fn run(&self, sweep: &mut Sweep<'_>) {
        let (mut starts, mut ends) = (self.starts.iter().peekable(), self.ends.iter().peekable());
        let (mut open, mut pings) = (0_u32, 0_u32);
        let Some(mut now) = starts.peek().map(|&&word| word >> FLAGS) else {
            return;
        };
        // The last end is behind all starts.
        while let Some(end) = ends.peek().map(|&&word| word >> FLAGS) {
            let next = starts.peek().map_or(end, |&&word| end.min(word >> FLAGS));
            sweep.pass(now, next, open, pings);
            now = next;
            while let Some(word) = starts.next_if(|&&word| word >> FLAGS == now) {
                open += 1;
                pings += (word & PING) as u32;
                sweep.bucket().requests += 1;
            }
            while let Some(word) = ends.next_if(|&&word| word >> FLAGS == now) {
                open -= 1;
                pings -= (word & PING) as u32;
                sweep.bucket().conflicts += u32::from(word & CONFLICT != 0);
            }
        }
    }
}

/// The most that was met so far, and the first stretch of it.
#[derive(Debug, Clone, Copy, Default)]
struct Most {
    count: u32,
    at: i64,
    until: i64,
}

impl Most {
    fn take(&mut self, from: i64, to: i64, count: u32) {
        if count > self.count {
            *self = Self {
                count,
                at: from,
                until: to,
            };
        } else if count == self.count && from == self.until {
            self.until = to;
        }
    }
}

/// What is gathered on the way.
#[derive(Default)]
struct Sweep<'a> {
    most: Most,
    pings: Most,
    levels: Vec<u64>,
    curve: Option<&'a mut Curve>,
    /// From when on the course is told.
    begin: i64,
    /// Whether that is over.
    begun: bool,
    /// The number of the bucket that is being filled.
    at: usize,
    /// Stands for the bucket where there is none.
    nowhere: Bucket,
}

impl Sweep<'_> {
    /// Passes from one moment to the next, between which nothing begins and nothing ends.
    fn pass(&mut self, from: i64, to: i64, open: u32, pings: u32) {
        if from < to {
            self.most.take(from, to, open);
            self.pings.take(from, to, pings);
        }
        self.begun = to >= self.begin;
        let mut from = from.max(self.begin);
        if from < to {
            let level = open as usize;
            if level >= self.levels.len() {
                self.levels.resize(level + 1, 0);
            }
            self.levels[level] += to.abs_diff(from);
        }
        let Some(curve) = self.curve.as_deref_mut().filter(|_| self.begun) else {
            return;
        };
        loop {
            let last = self.at + 1 >= curve.buckets.len();
            let end = curve.from + (self.at as i64 + 1) * curve.bucket_ms;
            let bucket = &mut curve.buckets[self.at];
            let until = if last { to } else { to.min(end) };
            if from < until {
                bucket.most = bucket.most.max(open);
                bucket.pings = bucket.pings.max(pings);
                bucket.open_ms += u64::from(open) * until.abs_diff(from);
            }
            if last || to < end {
                return;
            }
            from = until;
            self.at += 1;
        }
    }

    fn bucket(&mut self) -> &mut Bucket {
        match &mut self.curve {
            Some(curve) if self.begun => &mut curve.buckets[self.at],
            _ => &mut self.nowhere,
        }
    }
}

impl Curve {
    /// Empty buckets from one moment to another, on the full hours and days of a zone.
    fn over(from: i64, to: i64, zone: Option<i16>) -> Self {
        let span_s = to.saturating_sub(from) / 1000;
        let length = LENGTHS_S.into_iter().find(|s| span_s / s < BUCKETS);
        let days = || DAY_S * (span_s / DAY_S / BUCKETS + 1);
        Self::of_length(1000 * length.unwrap_or_else(days), (from, to), zone)
    }

    fn of_length(bucket_ms: i64, reach: (i64, i64), zone: Option<i16>) -> Self {
        let zone_ms = i64::from(zone.unwrap_or(0)) * 60_000;
        let from = (reach.0 + zone_ms).div_euclid(bucket_ms) * bucket_ms - zone_ms;
        let count = (reach.1 - from).div_euclid(bucket_ms) as usize + 1;
        Self {
            from,
            zone,
            bucket_ms,
            buckets: vec![Bucket::default(); count],
            reach,
        }
    }

    /// The same in fewer buckets, of a length that divides hours and days.
    #[must_use]
    pub fn coarser(&self, most: i64) -> Self {
        let span = self.reach.1 - self.from;
        let divides = |length: &i64| length % self.bucket_ms == 0 && span / length < most;
        let lengths = LENGTHS_S.into_iter().map(|s| s * 1000);
        let any = || self.bucket_ms * (span / self.bucket_ms / most + 1);
        let length = lengths.filter(|l| *l > 0).find(divides).unwrap_or_else(any);
        let mut curve = Self::of_length(length, self.reach, self.zone);
        for (i, bucket) in (0..).zip(&self.buckets) {
            let at = (self.from + i * self.bucket_ms - curve.from) / length;
            curve.buckets[at as usize].add(bucket);
        }
        curve
    }

    /// Each bucket with the moment at which it begins, and how much of it the course covers.
    pub fn spans(&self) -> impl Iterator<Item = (i64, u64, &Bucket)> {
        (0..).zip(&self.buckets).map(|(i, bucket)| {
            let from = self.from + i * self.bucket_ms;
            let covered = (from + self.bucket_ms).min(self.reach.1) - from.max(self.reach.0);
            (from, covered.max(0).unsigned_abs(), bucket)
        })
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A request: when it began, how long it took, what it was.
    type Request = (i64, i64, i64);

    fn events(requests: &[Request], cut: i64) -> Events {
        let mut events = Events {
            cut,
            ..Events::default()
        };
        for &(start, length, flags) in requests {
            events.push(start, start + length, flags);
        }
        events.sort();
        events
    }

    /// How many are open at a moment, if they begin and end so much later.
    fn open_at(requests: &[Request], ms: i64, begun: i64, ended: i64) -> (u32, u32) {
        let open =
            |&&(start, length, _): &&Request| (start + begun..start + length + ended).contains(&ms);
        let of = |flag: i64| {
            let open = requests.iter().filter(open);
            open.filter(|r| r.2 & flag == flag).count() as u32
        };
        (of(0), of(PING))
    }

    /// The most of both.
    fn most_of(counts: impl Iterator<Item = (u32, u32)>) -> (u32, u32) {
        counts.fold((0, 0), |most, n| (n.0.max(most.0), n.1.max(most.1)))
    }

    /// From when to when the course is told.
    fn reach(requests: &[Request]) -> Option<(i64, i64)> {
        let ends = || requests.iter().map(|r| r.0 + r.1);
        let (first, last) = (ends().min()?, ends().max()?);
        let before = requests.iter().map(|r| r.0).filter(|&start| start < first);
        Some((before.max().unwrap_or(first), last))
    }

    /// The same as a sweep finds, by looking at every moment at which something begins, and `step` by `step`.
    fn by_looking(requests: &[Request], step: i64, cut: i64) -> Option<Open> {
        let (begin, last) = reach(requests)?;
        let first = requests.iter().map(|r| r.0).min()?;
        let course = (first..last).step_by(step as usize);
        let course: Vec<(u32, u32)> = course.map(|ms| open_at(requests, ms, 0, 0)).collect();
        let starts = |later: i64| requests.iter().map(move |r| r.0 + later);
        let least = most_of(starts(cut).map(|ms| open_at(requests, ms, cut, 0)));
        let most = most_of(starts(0).map(|ms| open_at(requests, ms, 0, cut)));
        let peak = |course: &[u32], at_least: u32, at_most: u32| {
            let count = *course.iter().max()?;
            let at = course.iter().position(|&n| n == count)?;
            let same = course[at..].iter().take_while(|&&n| n == count).count();
            (count > 0).then_some(Peak {
                count,
                at_least,
                at_most,
                at: first + at as i64 * step,
                for_ms: same as u64 * step as u64,
            })
        };
        let (open, pings): (Vec<u32>, Vec<u32>) = course.into_iter().unzip();
        let told = &open[((begin - first) / step) as usize..];
        let mut levels = vec![0; *told.iter().max()? as usize + 1];
        told.iter().for_each(|&n| levels[n as usize] += step as u64);
        Some(Open {
            peak: peak(&open, least.0, most.0)?,
            pings: peak(&pings, least.1, most.1),
            levels,
        })
    }

    fn requests() -> impl Strategy<Value = Vec<Request>> {
        // Starts and lengths collide often, as those of whole seconds do.
        let length = prop_oneof![Just(0), 0_i64..6, 0_i64..90];
        prop::collection::vec((-60_i64..60, length, 0_i64..4), 0..40)
    }

    #[test]
    fn one_that_ends_as_another_begins_is_not_open_beside_it() {
        let open = events(&[(0, 10, PING), (10, 5, 0), (12, 0, 0)], 0).open(None);
        let peak = Peak {
            count: 1,
            at_least: 1,
            at_most: 1,
            at: 0,
            for_ms: 15,
        };
        assert_eq!(open.as_ref().map(|o| o.peak), Some(peak));
        let open = open.expect("they were open");
        assert_eq!(
            (open.above(1), open.above(2), open.mean_hundredths()),
            (15, 0, 100)
        );
        assert!(events(&[(5, 0, 0)], 0).open(None).is_none());
    }

    proptest! {
        #[test]
        fn a_sweep_finds_what_looking_at_every_moment_finds(
            requests in requests(),
            (step, cut) in prop_oneof![Just((1, 0)), Just((500, 0)), Just((500, SECOND_MS))],
        ) {
            let scaled = requests.iter().map(|r| (r.0 * step, r.1 * step, r.2));
            let requests: Vec<Request> = scaled.collect();
            prop_assert_eq!(events(&requests, cut).open(None), by_looking(&requests, step, cut));
        }

        #[test]
        fn a_curve_holds_what_happened_in_each_of_its_buckets(
            requests in prop::collection::vec((0_i64..400_000, 0_i64..90_000, 0_i64..4), 1..20),
            zone in prop::sample::select(vec![None, Some(0), Some(-300), Some(345)]),
        ) {
            let events = events(&requests, 0);
            let (first, last) = events.reach().expect("there are some");
            let mut curve = Curve::over(first, last, zone);
            let open = events.open(Some(&mut curve));
            prop_assert!(curve.buckets.len() as i64 <= BUCKETS + 1);
            for curve in [&curve, &curve.coarser(24), &curve.coarser(3)] {
                prop_assert_eq!((curve.from + i64::from(zone.unwrap_or(0)) * 60_000) % curve.bucket_ms, 0);
                let held: i64 = requests.iter().map(|r| r.0 + r.1 - r.0.max(first)).sum();
                let sum = |of: fn(&Bucket) -> u64| curve.buckets.iter().map(of).sum::<u64>();
                prop_assert_eq!(sum(|b| b.open_ms), held as u64);
                let conflicts = requests.iter().filter(|r| r.2 & CONFLICT != 0).count();
                prop_assert_eq!(sum(|b| b.conflicts.into()), conflicts as u64);
                let most = curve.buckets.iter().map(|b| b.most).max();
                prop_assert_eq!(most, Some(open.as_ref().map_or(0, |o| o.peak.count)));
                for (from, covered, bucket) in curve.spans() {
                    prop_assert!(covered as i64 <= curve.bucket_ms);
                    let within = from.max(first)..from + curve.bucket_ms;
                    let began = requests.iter().filter(|r| within.contains(&r.0)).count();
                    prop_assert_eq!(bucket.requests as usize, began);
                    // The number changes only where one begins.
                    let starts = requests.iter().map(|r| r.0).filter(|ms| within.contains(ms));
                    let most = most_of(starts.chain([within.start]).map(|ms| open_at(&requests, ms, 0, 0)));
                    prop_assert_eq!((bucket.most, bucket.pings), most);
                }
            }
        }
    }
}
