//! What requests of a device do to each other, learnt from those of which it is plain.

use super::lane::{Item, Lane};
use super::link::Links;
use crate::activesync::Command;

/// What a displacing request does, as far as outcomes tell them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Sync,
    Ping,
    Other,
}

impl Kind {
    pub(super) fn of(command: Command) -> Self {
        match command {
            Command::Sync => Self::Sync,
            Command::Ping => Self::Ping,
            _ => Self::Other,
        }
    }
}

/// Commands that phones use alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Group {
    Sync,
    Ping,
    /// Something is sent.
    Send,
    /// Folders, policies and capabilities.
    Setup,
    /// Something is looked for, fetched or moved.
    Item,
}

/// How many there are.
const GROUPS: usize = 5;

impl Group {
    /// That of a command.
    pub(super) fn of(command: Command) -> Self {
        match command {
            Command::Sync => Self::Sync,
            Command::Ping => Self::Ping,
            Command::SendMail | Command::SmartForward | Command::SmartReply => Self::Send,
            Command::FolderSync
            | Command::GetHierarchy
            | Command::Provision
            | Command::Settings
            | Command::Autodiscover
            | Command::None
            | Command::Unknown => Self::Setup,
            _ => Self::Item,
        }
    }
}

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

/// What was counted of one device. There may be very many.
#[derive(Debug, Clone, Copy, Default)]
struct Own {
    requests: u32,
    /// Requests that began while another was open that was not displaced.
    overlaps: u32,
    /// Requests displaced, by what displaced them.
    displaced: [u16; GROUPS],
    /// Requests that began while a Ping was open, and did not end it.
    beside: [u16; GROUPS],
}

/// What was counted of all.
#[derive(Debug, Default)]
struct All {
    displaced: [u32; GROUPS],
    /// Requests displaced by none in the log.
    unseen: u32,
    /// Requests behind those that displaced a Ping, by how long after the Ping they began.
    after: [[u32; STEPS]; GROUPS],
    /// The same right behind them, by the groups of both.
    followers: [[u32; GROUPS]; GROUPS],
}

/// What is known of all devices.
#[derive(Debug, Default)]
pub(super) struct Habits {
    devices: Vec<Own>,
    all: All,
}

impl Habits {
    /// Learns from the next device, and gives what is known of it before anything is known of others.
    pub(super) fn learn(&mut self, lane: &Lane<'_>) -> Habit {
        let mut own = overlaps(lane);
        // What is only guessed of kinds must not decide of which kind it is plain.
        let habit = Habit {
            displacers: [1.0 / GROUPS as f64; GROUPS],
            followers: [[1.0 / GROUPS as f64; GROUPS]; GROUPS],
            ..habit(&own, &All::default())
        };
        let links = Links {
            lane,
            habit: &habit,
        };
        let all = &mut self.all;
        for (at, item) in lane.items.iter().enumerate() {
            if item.command != Command::Ping || !item.displaced() || !item.timed {
                continue;
            }
            match links.displacing(at) {
                Ok(cause) if cause.certainty == super::Certainty::Certain => {
                    let group = lane.items[cause.at].group() as usize;
                    own.displaced[group] = own.displaced[group].saturating_add(1);
                    all.displaced[group] += 1;
                    let Some(next) = links.next(cause.at).map(|next| &lane.items[next.at]) else {
                        continue;
                    };
                    let gap = (next.start - item.end()).max(0);
                    let steps = &mut all.after[next.group() as usize];
                    if let Some(count) = steps.get_mut((gap / STEP_MS) as usize) {
                        *count += 1;
                    }
                    if gap <= FOLLOW_MS {
                        all.followers[group][next.group() as usize] += 1;
                    }
                }
                // What displaced the last ones may stand in the next log.
                Err(super::Certainty::Certain) if item.end() + 60_000 < lane.last => {
                    all.unseen += 1;
                }
                _ => {}
            }
        }
        self.devices.push(own);
        habit
    }

    /// What is known of a device, from it and from all others.
    pub(super) fn of(&self, device: u32) -> Habit {
        let own = self.devices.get(device as usize).copied();
        habit(&own.unwrap_or_default(), &self.all)
    }

    /// Share of requests that are in no log.
    pub(super) fn unseen(&self) -> f64 {
        unseen(&self.all)
    }
}

fn unseen(all: &All) -> f64 {
    let displaced: u32 = all.displaced.iter().sum();
    (f64::from(all.unseen) + UNSEEN.0) / (f64::from(displaced + all.unseen) + UNSEEN.1)
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

fn habit(own: &Own, all: &All) -> Habit {
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
    Habit {
        after,
        followers,
        parallel: own.overlaps >= OVERLAPS && own.overlaps * OVERLAP_SHARE >= own.requests,
        displacers,
        displaces,
        unseen: unseen(all),
    }
}

/// Counts the requests that began while another of the account was open and went on being so.
fn overlaps(lane: &Lane<'_>) -> Own {
    let mut counts = Own {
        requests: lane.items.len() as u32,
        ..Own::default()
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
            let count = &mut counts.beside[item.group() as usize];
            *count = count.saturating_add(1);
        }
        if item.end() > before.end() {
            *before = *item;
        }
    }
    counts
}
