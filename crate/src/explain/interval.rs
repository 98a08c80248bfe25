//! How often devices wake up only to ask again, and what other heartbeats would change.
//!
//! A device asks again when its Ping has run its heartbeat, and when a network has ended the connection: that is a wake-up
//! by the heartbeat. Those by mail, by the user and by lost coverage come whatever the heartbeat. Between two of the latter
//! lies a quiet stretch, in which Pings follow each other; with another heartbeat it would hold as many wake-ups as that
//! fits into it. Stretches are the log's own, so nothing is assumed of how mail arrives.

mod idle;
mod network;

pub use idle::Timeout;
pub use network::{Networks, network};

use super::heartbeat::{OVERSHOOT_MS, named};
use super::{Certainty, Explanation, Outcome};
use crate::activesync::Command;
use crate::log::Log;
use crate::sort::Arrange;
use std::collections::BTreeMap;

/// Heartbeats that are tried, in milliseconds.
pub const TRIED_MS: [u32; 8] = [
    300_000, 600_000, 900_000, 1_200_000, 1_680_000, 1_800_000, 2_700_000, 3_600_000,
];

/// The longest heartbeat that Android's own mail app asks for, which climbs by 300 s after each that it completed
/// (`EasPing.java` of the Android Open Source Project).
const CLIMBERS_MOST_MS: u32 = 1_680_000;

/// A device that got its answer, or noticed that it will get none, asks again within this.
const AGAIN_MS: i64 = 120_000;

/// A Ping that is answered sooner was not held.
const AT_ONCE_MS: u32 = 2_000;

/// A device tries to climb if so many of its Pings that ran their heartbeat, and one in so many, are followed by one that is
/// refused at once.
const CLIMBS: u64 = 2;
const CLIMBS_ONE_IN: u64 = 3;

/// Heartbeats of one device that lie closer together are one, read off with an error: no device is known to climb in
/// smaller steps than a minute.
const SAME_MS: u32 = 15_000;

/// Devices that must share the longest heartbeat to make it the server's.
const SHARED: u32 = 3;

/// Steps of a device's ladder that are kept, the latest ones.
pub const STEPS: usize = 8;

/// What the heartbeats of a log come to.
#[derive(Debug, Default)]
pub struct Intervals {
    /// Devices that hold Pings of a known length, by number.
    pub devices: Vec<Device>,
    /// The longest heartbeat, if devices share it.
    pub ceiling: Option<Ceiling>,
    /// How much longer than their heartbeat Pings took that ran to its end.
    pub overshoot: Option<Overshoot>,
    /// Networks that end idle connections.
    pub timeouts: Vec<Timeout>,
    /// Their names.
    pub networks: Networks,
}

/// How much longer than its heartbeat a Ping took, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overshoot {
    /// Half of them at most this.
    pub median: u32,
    /// Nineteen of twenty at most this.
    pub p95: u32,
}

/// The longest heartbeat, which many devices share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ceiling {
    /// In milliseconds.
    pub ms: u32,
    /// Devices whose heartbeat it is.
    pub devices: u32,
    /// Devices of which one is known.
    pub of: u32,
    /// Those of them that try to climb, and are refused each time: the server allows no more.
    pub refused: u32,
}

impl Ceiling {
    /// How sure it is that the server sets it, and not the phones.
    #[must_use]
    pub fn certainty(self) -> Certainty {
        if self.refused > 0 {
            Certainty::Likely
        } else {
            Certainty::Possible
        }
    }
}

/// Pings of a device that ran one heartbeat after another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// The row of the first.
    pub row: u32,
    /// The heartbeat, in milliseconds.
    pub ms: u32,
    /// How many.
    pub pings: u32,
}

/// What limits the heartbeat of a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// The server's maximum: devices that ask for more are refused.
    Server,
    /// The device, which asks for less than the server allows.
    Device,
    /// One of the two: no device holds a longer one, and none is refused.
    Either,
    /// Unknown, as none of its Pings ran to its end.
    Unknown,
}

/// How one device waits.
#[derive(Debug, Clone)]
pub struct Device {
    /// Its number in [`Log::devices`].
    pub device: u32,
    /// Its Pings of which the length is known.
    pub pings: u64,
    /// Those that ran their heartbeat.
    pub expired: u64,
    /// Its heartbeats in order of time; of more than [`STEPS`], the last.
    pub steps: Vec<Step>,
    /// How many came before those.
    pub steps_before: u64,
    /// How much longer than their heartbeat its Pings took.
    pub overshoot: Option<Overshoot>,
    /// How often it was refused a longer heartbeat at once, behind one that it had completed.
    pub refused: u64,
    /// What limits its heartbeat.
    pub limit: Limit,
    /// How long it had a Ping open, in milliseconds.
    pub held_ms: u64,
    /// Wake-ups by the heartbeat, or by a network that ended the connection.
    pub by_heartbeat: u64,
    /// Wake-ups by mail, by the user, by lost coverage.
    pub by_others: u64,
    /// Wake-ups by the heartbeat if it were as long as each of [`TRIED_MS`].
    pub tried: [u64; TRIED_MS.len()],
    /// The shortest idle timeout of a network that it waited in, as an index in [`Intervals::timeouts`].
    pub timeout: Option<usize>,
}

impl Device {
    /// The heartbeat that it ended with, in milliseconds.
    #[must_use]
    pub fn now(&self) -> Option<u32> {
        self.steps.last().map(|step| step.ms)
    }

    /// Whether it tries to climb above its heartbeat, and is refused each time.
    #[must_use]
    pub fn climbs(&self) -> bool {
        self.refused >= CLIMBS && self.refused * CLIMBS_ONE_IN >= self.expired
    }

    /// Wake-ups by the heartbeat if the server's maximum were the tried one: at least and at most, as far as it is unknown
    /// how much the device would ask for.
    #[must_use]
    pub fn under_maximum(&self, tried: usize) -> (u64, u64) {
        let now = self.by_heartbeat;
        let Some(ms) = self.now() else {
            return (now, now);
        };
        let climbs = self.refused >= CLIMBS;
        let most = TRIED_MS
            .iter()
            .rposition(|&ms| !climbs || ms <= CLIMBERS_MOST_MS);
        let longer = tried.min(most.unwrap_or(tried));
        match (TRIED_MS[tried].cmp(&ms), self.limit) {
            (std::cmp::Ordering::Less, _) => {
                let more = self.tried[tried].max(now);
                (more, more)
            }
            (std::cmp::Ordering::Greater, Limit::Server | Limit::Either) => {
                (self.tried[longer].min(now), now)
            }
            _ => (now, now),
        }
    }

    /// Wake-ups by the heartbeat if the server's minimum were the tried one.
    #[must_use]
    pub fn under_minimum(&self, tried: usize) -> u64 {
        match self.now() {
            Some(ms) if TRIED_MS[tried] > ms => self.tried[tried].min(self.by_heartbeat),
            _ => self.by_heartbeat,
        }
    }
}

/// A Ping of one account.
struct Held {
    row: u32,
    start: i64,
    end: i64,
    outcome: Outcome,
    /// The heartbeat that it ran to its end.
    level: Option<u32>,
    network: u32,
}

impl Held {
    fn ms(&self) -> u32 {
        u32::try_from(self.end - self.start).unwrap_or(u32::MAX)
    }
}

impl Intervals {
    /// Those of a log.
    #[must_use]
    pub fn of(log: &Log, explanation: &Explanation) -> Self {
        let networks = Networks::of(log);
        let mut lanes: Vec<(u32, Vec<u32>)> = Vec::new();
        for device in 0..log.devices.values().len() as u32 {
            let lane = explanation.timeline.device(device).iter().copied();
            let pings: Vec<u32> = lane.filter(|&r| log.command(r) == Command::Ping).collect();
            if !pings.is_empty() {
                lanes.push((device, pings));
            }
        }
        let rows = lanes.iter().flat_map(|(_, rows)| rows).copied();
        let mut intervals = Self {
            devices: Vec::new(),
            ceiling: None,
            overshoot: None,
            timeouts: idle::timeouts(log, explanation, &networks, rows),
            networks,
        };
        let mut overshoots = Vec::new();
        for (device, rows) in lanes {
            let mut pings = intervals.pings(log, explanation, device, &rows);
            if pings.is_empty() {
                continue;
            }
            // A phone with two accounts waits for each.
            pings.arrange_by_key(|&(account, _)| account);
            let mut own = Device::new(device);
            let mut over = Vec::new();
            for account in accounts(&pings) {
                own.count(account, &mut over);
            }
            // One account's heartbeats are not another's next.
            let busiest = accounts(&pings).max_by_key(|account| account.len());
            own.steps = steps(busiest.unwrap_or_default());
            own.overshoot = spread(&mut over.iter().map(|o| o.0).collect::<Vec<_>>());
            let late = median(&mut over.iter().map(|o| o.1).collect::<Vec<_>>());
            for account in accounts(&pings) {
                own.try_others(account, &intervals.timeouts, late.unwrap_or(0));
            }
            own.steps_before = own.steps.len().saturating_sub(STEPS) as u64;
            own.steps.drain(..own.steps_before as usize);
            overshoots.extend(over.into_iter().map(|o| o.0));
            intervals.devices.push(own);
        }
        intervals.overshoot = spread(&mut overshoots);
        intervals.limit();
        intervals
    }

    /// The Pings of a device of which the length is known, in order of time, each with its account.
    fn pings(
        &self,
        log: &Log,
        explanation: &Explanation,
        device: u32,
        rows: &[u32],
    ) -> Vec<(u32, Held)> {
        let mut pings: Vec<(u32, Held)> = rows
            .iter()
            .filter_map(|&row| {
                let span = explanation.timeline.span(log, row).filter(|s| s.timed)?;
                let held = Held {
                    row,
                    start: span.start,
                    end: span.end,
                    outcome: explanation.outcome(row),
                    level: level(log, explanation, device, row),
                    network: self.networks.of_row(log, explanation, row),
                };
                Some((log.origin(row).account(), held))
            })
            .collect();
        join_levels(&mut pings);
        pings
    }

    /// Finds the server's maximum, and what it limits.
    fn limit(&mut self) {
        let known = || self.devices.iter().filter_map(|d| Some((d, d.now()?)));
        let Some(ms) = known().map(|(_, ms)| ms).max() else {
            return;
        };
        let at = || known().filter(|&(_, now)| now == ms);
        let ceiling = Ceiling {
            ms,
            devices: at().count() as u32,
            of: known().count() as u32,
            refused: at().filter(|(d, _)| d.climbs()).count() as u32,
        };
        let refused = ceiling.refused > 0;
        self.ceiling = (refused || ceiling.devices >= SHARED).then_some(ceiling);
        for device in &mut self.devices {
            device.limit = match device.now() {
                None => Limit::Unknown,
                // What another device holds, the server allows.
                Some(now) if now < ms => Limit::Device,
                Some(_) if refused => Limit::Server,
                Some(_) => Limit::Either,
            };
        }
    }

    /// Wake-ups of all devices by the heartbeat, and how long they waited.
    #[must_use]
    pub fn sum(&self, of: impl Fn(&Device) -> u64) -> u64 {
        self.devices.iter().map(of).sum()
    }

    /// How many devices wait in a network that ends idle connections sooner than the tried heartbeat.
    #[must_use]
    pub fn cut_before(&self, tried: usize) -> u64 {
        let cut = |d: &&Device| {
            d.timeout
                .is_some_and(|at| self.timeouts[at].after_ms < TRIED_MS[tried])
        };
        self.devices.iter().filter(cut).count() as u64
    }
}

impl Device {
    fn new(device: u32) -> Self {
        Self {
            device,
            pings: 0,
            expired: 0,
            steps: Vec::new(),
            steps_before: 0,
            overshoot: None,
            refused: 0,
            limit: Limit::Unknown,
            held_ms: 0,
            by_heartbeat: 0,
            by_others: 0,
            tried: [0; TRIED_MS.len()],
            timeout: None,
        }
    }

    /// Counts the Pings of an account; of those that ran their heartbeat, how much longer than it they took, and how much
    /// later than it the next began.
    fn count(&mut self, pings: &[(u32, Held)], over: &mut Vec<(u32, u32)>) {
        for (at, (_, ping)) in pings.iter().enumerate() {
            self.pings += 1;
            self.held_ms += u64::from(ping.ms());
            let Some(ms) = ping.level else { continue };
            self.expired += 1;
            let next = pings.get(at + 1).map(|(_, next)| next);
            let next = next.filter(|next| next.start - ping.end <= AGAIN_MS);
            // Some logs cut lengths to whole seconds.
            let longer = ping.ms().saturating_sub(ms);
            let later = next.map_or(longer, |next| {
                u32::try_from(next.start - ping.start)
                    .unwrap_or(0)
                    .saturating_sub(ms)
            });
            over.push((longer, later));
            let at_once = |p: &&Held| p.outcome == Outcome::ReturnedAtOnce && p.ms() <= AT_ONCE_MS;
            self.refused += u64::from(next.filter(at_once).is_some());
        }
    }

    /// Counts wake-ups by what they came from, and how many it would be with other heartbeats, of which the next Ping begins
    /// `late` milliseconds behind each.
    fn try_others(&mut self, pings: &[(u32, Held)], timeouts: &[Timeout], late: u32) {
        let timeout_of = |ping: &Held| {
            timeouts
                .iter()
                .position(|t| t.network == ping.network || t.network == 0)
        };
        let mut from: Option<i64> = None;
        let mut last: Option<i64> = None;
        for (at, (_, ping)) in pings.iter().enumerate() {
            let limit = timeout_of(ping);
            if let Some(at) = limit {
                let shorter = |&had: &usize| timeouts[had].after_ms <= timeouts[at].after_ms;
                self.timeout = Some(self.timeout.filter(shorter).unwrap_or(at));
            }
            let timeout = limit.map(|at| timeouts[at]);
            if last.is_some_and(|end| ping.start - end > AGAIN_MS) {
                from = None;
            }
            last = Some(ping.end);
            let begin = *from.get_or_insert(ping.start);
            let cut = timeout.filter(|t| t.noticed && t.ends(ping.ms()));
            let goes_on = match ping.outcome {
                Outcome::ReturnedAtOnce => true,
                Outcome::SupersededByPing | Outcome::CutInBetween if cut.is_some() => {
                    self.by_heartbeat += 1;
                    true
                }
                _ if ping.level.is_some() => {
                    self.by_heartbeat += 1;
                    true
                }
                Outcome::ChangesFound
                | Outcome::ReplyLost
                | Outcome::SupersededBySync
                | Outcome::SupersededByPing
                | Outcome::SupersededByOther
                | Outcome::ClientGaveUp => {
                    self.by_others += 1;
                    false
                }
                _ => false,
            };
            let next = pings.get(at + 1).map(|(_, next)| next);
            let again = next.is_some_and(|next| next.start - ping.end <= AGAIN_MS);
            // A network that others wait in may have another timeout.
            let moves = next.is_some_and(|next| timeout_of(next) != limit);
            if goes_on && again && !moves {
                continue;
            }
            let quiet = ping.end - begin;
            let cut_after = timeout.filter(|t| t.noticed).map(|t| i64::from(t.after_ms));
            for (count, ms) in self.tried.iter_mut().zip(TRIED_MS) {
                let every = i64::from(ms) + i64::from(late);
                let every = cut_after.map_or(every, |after| every.min(after));
                // Most stretches are short, and a division takes long.
                if quiet >= every {
                    *count += (quiet / every.max(1)).unsigned_abs();
                }
            }
            from = None;
        }
    }
}

/// Makes one heartbeat of those that lie close together: the one of most Pings.
fn join_levels(pings: &mut [(u32, Held)]) {
    let mut counts: BTreeMap<u32, u64> = BTreeMap::new();
    for ms in pings.iter().filter_map(|(_, ping)| ping.level) {
        *counts.entry(ms).or_default() += 1;
    }
    let mut levels: Vec<(u32, u64)> = counts.into_iter().collect();
    levels.arrange_by_key(|&(_, count)| std::cmp::Reverse(count));
    for (_, ping) in pings {
        let near = |ms: u32| {
            levels
                .iter()
                .find(|(level, _)| level.abs_diff(ms) <= SAME_MS)
        };
        ping.level = ping.level.map(|ms| near(ms).map_or(ms, |level| level.0));
    }
}

/// Pings by account.
fn accounts(pings: &[(u32, Held)]) -> impl Iterator<Item = &[(u32, Held)]> {
    pings.chunk_by(|a, b| a.0 == b.0)
}

/// The heartbeats of an account, one after the other.
fn steps(pings: &[(u32, Held)]) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for (_, ping) in pings {
        match (ping.level, steps.last_mut()) {
            (Some(ms), Some(step)) if step.ms == ms => step.pings += 1,
            (Some(ms), _) => steps.push(Step {
                row: ping.row,
                ms,
                pings: 1,
            }),
            (None, _) => {}
        }
    }
    steps
}

/// The heartbeat that a Ping ran to its end, in milliseconds.
fn level(log: &Log, explanation: &Explanation, device: u32, row: u32) -> Option<u32> {
    if explanation.outcome(row) != Outcome::HeartbeatExpired {
        return None;
    }
    let held = log.duration(row)?;
    let longest = |levels: &[u32]| {
        let fits = |ms: &&u32| **ms <= held && held - **ms <= 2 * OVERSHOOT_MS;
        levels.iter().rev().find(fits).copied()
    };
    let heartbeats = &explanation.heartbeats;
    named(log, row)
        .or_else(|| longest(heartbeats.of_device(device)))
        .or_else(|| longest(heartbeats.of_server()))
}

/// The value that so many percent of all do not exceed; it sorts them.
fn share(values: &mut [u32], percent: usize) -> Option<u32> {
    values.sort_unstable();
    let rank = (values.len() * percent).div_ceil(100).max(1);
    values.get(rank - 1).copied()
}

fn median(values: &mut [u32]) -> Option<u32> {
    share(values, 50)
}

fn spread(values: &mut [u32]) -> Option<Overshoot> {
    Some(Overshoot {
        median: median(values)?,
        p95: share(values, 95)?,
    })
}
