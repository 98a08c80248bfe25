//! What requests of a device do to each other: how likely one is to displace another, to follow it, or to be missing.
//!
//! [`super::learn`] counts what is plain; this makes shares of it, with what is taken for granted where little was seen.

use super::kind::{GROUPS, Group};
use super::lane::Item;
use crate::activesync::Command;

/// How often each group of requests displaces a Ping before anything is learnt. A few sightings in the log outweigh this.
const DISPLACERS: [f64; GROUPS] = [4.0, 1.0, 0.4, 0.3, 0.3];

/// How often requests of each group follow the one that displaced a Ping before anything is learnt.
const FOLLOWERS: [f64; GROUPS] = [1.0, 1.0, 0.1, 0.1, 0.1];

/// Requests that begin later than this behind another do not follow it.
const FOLLOW_MS: i64 = 2_500;

/// How much of what all devices do is taken for each one.
const WEIGHT: f64 = 4.0;

/// How many requests of a hundred are in no log before anything is learnt.
const UNSEEN: (f64, f64) = (0.5, 100.0);

/// How long after a Ping was displaced the request behind the displacing one is looked for, in steps.
const STEP_MS: i64 = 500;
const STEPS: usize = 16;

/// How many of those requests are taken to come evenly in this time before anything is learnt.
const EVENLY: f64 = 4.0;

/// How much less likely a request that is no Ping is displaced by one of another command than by one of its own.
const UNLIKE: f64 = 0.3;

/// Overlaps beyond which a device is known to make several requests at a time.
const OVERLAPS: u32 = 3;

/// One of so many requests of such a device overlaps another, at least.
const OVERLAP_SHARE: u32 = 50;

/// What was counted of one device. There may be very many.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Own {
    /// All of them.
    pub(super) requests: u32,
    /// Requests that began while another was open that was not displaced.
    pub(super) overlaps: u32,
    /// Requests displaced, by what displaced them.
    pub(super) displaced: [u16; GROUPS],
    /// Requests that began while a Ping was open, and did not end it.
    pub(super) beside: [u16; GROUPS],
}

/// What was counted of all.
#[derive(Debug, Default)]
pub(super) struct All {
    /// Pings displaced, by what displaced them.
    pub(super) displaced: [u32; GROUPS],
    /// Requests displaced by none in the log.
    pub(super) unseen: u32,
    /// Requests behind those that displaced a Ping, by how long after the Ping they began.
    pub(super) after: [[u32; STEPS]; GROUPS],
    /// The same right behind them, by the groups of both.
    pub(super) followers: [[u32; GROUPS]; GROUPS],
}

impl All {
    /// Share of requests that are in no log.
    pub(super) fn unseen(&self) -> f64 {
        let displaced: u32 = self.displaced.iter().sum();
        let seen = f64::from(displaced + self.unseen);
        (f64::from(self.unseen) + UNSEEN.0) / (seen + UNSEEN.1)
    }

    /// Counts a request that began so long after a Ping was displaced, behind the one that had displaced it.
    pub(super) fn note(&mut self, before: Group, after: Group, gap: i64) {
        let gap = gap.max(0);
        let steps = &mut self.after[after as usize];
        if let Some(count) = steps.get_mut((gap / STEP_MS) as usize) {
            *count += 1;
        }
        if gap <= FOLLOW_MS {
            self.followers[before as usize][after as usize] += 1;
        }
    }
}

/// What is known of one device.
#[derive(Debug, Clone, Copy)]
pub(super) struct Habit {
    /// Whether it makes several requests at a time.
    pub(super) parallel: bool,
    /// Share of its displaced requests that each kind displaced.
    displacers: [f64; GROUPS],
    /// Share of its requests of each kind that displace what they overlap.
    displaces: [f64; GROUPS],
    /// Share of requests that are in no log.
    pub(super) unseen: f64,
    /// How likely it is, for each millisecond, that a request of each kind begins then, behind one that displaced a Ping.
    after: [[f64; STEPS]; GROUPS],
    /// Share of the requests right behind those of each group that are of each group.
    followers: [[f64; GROUPS]; GROUPS],
}

impl Habit {
    /// From what was counted of the device, and of all.
    pub(super) fn of(own: &Own, all: &All) -> Self {
        let of_all = shares(all.displaced, DISPLACERS);
        let displacers = shares(
            own.displaced.map(u32::from),
            of_all.map(|share| WEIGHT * share),
        );
        let displaces = [0, 1, 2, 3, 4].map(|kind| {
            let (did, did_not) = (f64::from(own.displaced[kind]), f64::from(own.beside[kind]));
            (did + 1.0) / (did + did_not + 1.0)
        });
        let evenly = EVENLY / (GROUPS * STEPS) as f64;
        let total: u32 = all.after.iter().flatten().sum();
        let after = all.after.map(|steps| {
            let share = |count: u32| (f64::from(count) + evenly) / (f64::from(total) + EVENLY);
            steps.map(|count| share(count) / STEP_MS as f64)
        });
        let followers = all.followers.map(|of| shares(of, FOLLOWERS));
        Self {
            after,
            followers,
            parallel: own.overlaps >= OVERLAPS && own.overlaps * OVERLAP_SHARE >= own.requests,
            displacers,
            displaces,
            unseen: all.unseen(),
        }
    }

    /// The same before anything is known of others. What is only guessed of groups must not decide of which group it is
    /// plain, so all are alike.
    pub(super) fn neutral(own: &Own) -> Self {
        Self {
            displacers: [1.0 / GROUPS as f64; GROUPS],
            followers: [[1.0 / GROUPS as f64; GROUPS]; GROUPS],
            ..Self::of(own, &All::default())
        }
    }

    /// How likely a request of one group is to be followed at once by one of another, among all that follow at once.
    pub(super) fn follows(&self, before: Group, after: Group) -> f64 {
        self.followers[before as usize][after as usize]
    }

    /// How likely it is, for each millisecond, that a request of some kind begins `gap` milliseconds after a Ping was
    /// displaced, if it is not the one that did.
    pub(super) fn comes_after(&self, group: Group, gap: i64) -> f64 {
        let step = (gap.max(0) / STEP_MS) as usize;
        self.after[group as usize][step.min(STEPS - 1)]
    }

    /// How likely a request is, by its kind, to be the one that displaced another.
    pub(super) fn displaces(&self, displaced: &Item, by: &Item) -> f64 {
        let group = by.group() as usize;
        let share = match (
            displaced.command == Command::Ping,
            displaced.command == by.command,
        ) {
            (true, _) => self.displacers[group] * self.displaces[group],
            // One that is no wait is mostly asked again.
            (false, true) => 1.0,
            (false, false) if self.parallel => UNLIKE / 10.0,
            (false, false) => UNLIKE,
        };
        share * (1.0 - self.unseen)
    }
}

/// Shares of what was counted, and of what is taken for counted before.
fn shares(counts: [u32; GROUPS], before: [f64; GROUPS]) -> [f64; GROUPS] {
    let all = f64::from(counts.iter().sum::<u32>()) + before.iter().sum::<f64>();
    let mut shares = before;
    for (share, count) in shares.iter_mut().zip(counts) {
        *share = (f64::from(count) + *share) / all;
    }
    shares
}
