//! What requests of a device do to each other, learnt from those of which it is plain.

use super::lane::{Item, Lane};
use super::link::{Kind, Links};
use crate::activesync::Command;

/// How often each kind of request displaces a Ping before anything is learnt: a Sync, a new Ping, another command. A few
/// sightings in the log outweigh this.
const DISPLACERS: [f64; 3] = [4.0, 1.0, 1.0];

/// How much of what all devices do is taken for each one.
const WEIGHT: f64 = 4.0;

/// How many requests of a hundred are in no log before anything is learnt.
const UNSEEN: (f64, f64) = (0.5, 100.0);

/// How long after a Ping was displaced the request behind the displacing one is looked for, in steps.
const STEP_MS: i64 = 500;
const STEPS: usize = 16;

/// How many of those requests are taken to come evenly in this time before anything is learnt.
const EVENLY: f64 = 4.0;

/// Overlaps beyond which a device is known to make several requests at a time.
const OVERLAPS: u32 = 3;

/// One of so many requests of such a device overlaps another, at least.
const OVERLAP_SHARE: u32 = 50;

/// What is known of one device.
#[derive(Debug, Clone, Copy)]
pub(super) struct Habit {
    /// Whether it makes several requests at a time.
    pub(super) parallel: bool,
    /// Share of its displaced requests that each kind displaced.
    displacers: [f64; 3],
    /// Share of its requests of each kind that displace what they overlap.
    displaces: [f64; 3],
    /// Share of requests that are in no log.
    pub(super) unseen: f64,
    /// How likely it is, for each millisecond, that a request of each kind begins then, behind one that displaced a Ping.
    after: [[f64; STEPS]; 3],
}

impl Habit {
    /// How likely it is, for each millisecond, that a request of some kind begins `gap` milliseconds after a Ping was
    /// displaced, if it is not the one that did.
    pub(super) fn comes_after(&self, kind: Kind, gap: i64) -> f64 {
        let step = (gap.max(0) / STEP_MS) as usize;
        self.after[kind as usize][step.min(STEPS - 1)]
    }

    /// How likely a request of some kind is to be the one that displaced another.
    pub(super) fn displaces(&self, kind: Kind) -> f64 {
        self.displacers[kind as usize] * self.displaces[kind as usize] * (1.0 - self.unseen)
    }
}

/// What was counted.
#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    requests: u32,
    /// Requests displaced, by what displaced them.
    displaced: [u32; 3],
    /// Requests displaced by none in the log.
    unseen: u32,
    /// Requests that began while a Ping was open, and did not end it, by their kind.
    beside: [u32; 3],
    /// Requests that began while another was open that was not displaced.
    overlaps: u32,
    /// Requests behind those that displaced a Ping, by their kind and by how long after the Ping they began.
    after: [[u32; STEPS]; 3],
}

impl Counts {
    fn add(&mut self, other: &Self) {
        self.requests += other.requests;
        self.unseen += other.unseen;
        self.overlaps += other.overlaps;
        for kind in 0..3 {
            self.displaced[kind] += other.displaced[kind];
            self.beside[kind] += other.beside[kind];
            for step in 0..STEPS {
                self.after[kind][step] += other.after[kind][step];
            }
        }
    }
}

/// What is known of all devices.
#[derive(Debug, Default)]
pub(super) struct Habits {
    devices: Vec<Counts>,
    all: Counts,
}

impl Habits {
    /// Learns from the next device, and gives what is known of it before anything is known of others.
    pub(super) fn learn(&mut self, lane: &Lane<'_>) -> Habit {
        let mut counts = overlaps(lane);
        let habit = habit(&counts, &Counts::default());
        let links = Links {
            lane,
            habit: &habit,
        };
        for (at, item) in lane.items.iter().enumerate() {
            if item.command != Command::Ping || !item.displaced() || !item.timed {
                continue;
            }
            match links.displacing(at) {
                Ok(cause) if cause.certainty == super::Certainty::Certain => {
                    counts.displaced[Kind::of(lane.items[cause.at].command) as usize] += 1;
                    if let Some(next) = links.next(cause.at) {
                        let next = &lane.items[next.at];
                        let step = ((next.start - item.end()).max(0) / STEP_MS) as usize;
                        if let Some(count) =
                            counts.after[Kind::of(next.command) as usize].get_mut(step)
                        {
                            *count += 1;
                        }
                    }
                }
                // What displaced the last ones may stand in the next log.
                Err(_) if item.end() + 60_000 < lane.last => counts.unseen += 1,
                _ => {}
            }
        }
        self.all.add(&counts);
        self.devices.push(counts);
        habit
    }

    /// What is known of a device, from it and from all others.
    pub(super) fn of(&self, device: u32) -> Habit {
        let counts = self
            .devices
            .get(device as usize)
            .copied()
            .unwrap_or_default();
        habit(&counts, &self.all)
    }

    /// Share of requests that are in no log.
    pub(super) fn unseen(&self) -> f64 {
        unseen(&self.all)
    }
}

fn unseen(all: &Counts) -> f64 {
    let displaced: u32 = all.displaced.iter().sum();
    (f64::from(all.unseen) + UNSEEN.0) / (f64::from(displaced + all.unseen) + UNSEEN.1)
}

fn habit(own: &Counts, all: &Counts) -> Habit {
    let sum = |counts: &[u32; 3]| f64::from(counts.iter().sum::<u32>());
    let of_all = |kind: usize| {
        let prior: f64 = DISPLACERS.iter().sum();
        (f64::from(all.displaced[kind]) + DISPLACERS[kind]) / (sum(&all.displaced) + prior)
    };
    let displacers = [0, 1, 2].map(|kind| {
        (f64::from(own.displaced[kind]) + WEIGHT * of_all(kind)) / (sum(&own.displaced) + WEIGHT)
    });
    let displaces = [0, 1, 2].map(|kind| {
        let (did, did_not) = (f64::from(own.displaced[kind]), f64::from(own.beside[kind]));
        (did + 1.0) / (did + did_not + 1.0)
    });
    let evenly = EVENLY / (3 * STEPS) as f64;
    let total: u32 = all.after.iter().flatten().sum();
    let after = all.after.map(|steps| {
        let share = |count: u32| (f64::from(count) + evenly) / (f64::from(total) + EVENLY);
        steps.map(|count| share(count) / STEP_MS as f64)
    });
    Habit {
        after,
        parallel: own.overlaps >= OVERLAPS && own.overlaps * OVERLAP_SHARE >= own.requests,
        displacers,
        displaces,
        unseen: unseen(all),
    }
}

/// Counts the requests that began while another of the account was open and went on being so.
fn overlaps(lane: &Lane<'_>) -> Counts {
    let mut counts = Counts {
        requests: lane.items.len() as u32,
        ..Counts::default()
    };
    // The request that ends last of those that began so far, by account: a phone has few.
    let mut open: Vec<Item> = Vec::new();
    for item in lane.items.iter().filter(|i| i.timed && i.accepted) {
        let Some(before) = open.iter_mut().find(|o| o.user == item.user) else {
            open.push(*item);
            continue;
        };
        let beside =
            item.start > before.start + before.loose && item.end() + item.loose < before.end();
        // A displaced request whose end nobody waits for says nothing of what the device does.
        if beside && !before.displaced() {
            counts.overlaps += 1;
        }
        if beside && before.command == Command::Ping {
            counts.beside[Kind::of(item.command) as usize] += 1;
        }
        if item.end() > before.end() {
            *before = *item;
        }
    }
    counts
}
