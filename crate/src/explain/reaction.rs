//! What devices do when a Ping is answered, learnt from those of which it is plain.

use super::kind::Kind;
use super::lane::Item;
use super::level::SYNC_WAIT_MS;
use super::link::Links;
use super::stamp::FOLLOW_MS;
use crate::few::Few;
use crate::log::Log;
use std::collections::BTreeMap;

/// A Ping answered sooner than this was not held at all.
pub const AT_ONCE_MS: i64 = 2_000;

/// A Sync that begins this long after the answer is certainly not because of it.
pub(super) const NEVER_MS: i64 = 60_000;

/// The longest that a device is taken to need for its Sync, however many are that late.
const SLOWEST_MS: i64 = 30_000;

/// A device that got the answer to its Ping asks again within this, even if it was held up.
pub(super) const AGAIN_MS: i64 = 15_000;

/// Pings of each kind in a file from which on the size of an answer tells what it says.
const ENOUGH: u32 = 10;

/// A Sync as long as this certainly waited, if its device waits with Syncs; one as short as the other certainly did not.
const WAIT_MS: i64 = SYNC_WAIT_MS as i64;
const PROMPT_MS: i64 = 1_000;

/// Requests that follow each other within this come over one connection, or at least from one network.
const TOGETHER_MS: i64 = 2_500;

/// One of so many such pairs may have two addresses before a change of address means nothing.
const STEADY: u32 = 20;

/// How often a Ping that is answered at once is followed by a Sync, and by none, before anything is learnt.
const AT_ONCE: [f64; 2] = [0.5, 0.5];

/// How much of what all devices do is taken for each one.
const WEIGHT: f64 = 2.0;

/// What is known of all devices.
#[derive(Debug, Default)]
pub(super) struct Reactions {
    /// How many Syncs began so many seconds after an answer.
    seconds: Vec<u32>,
    follow_ms: i64,
    /// Pings that ran out and that found something.
    pings: Sizes,
    /// Syncs that waited for changes and that did not, of devices that wait with Syncs.
    syncs: Sizes,
    devices: Vec<Own>,
    /// Pings that were answered at once and followed by a Sync, and those that were not.
    at_once: [u32; 2],
}

/// Requests of two kinds, by the size of the answer, or of the request, as some servers log that instead.
#[derive(Debug, Default)]
struct Sizes {
    sizes: BTreeMap<(u32, Option<u32>), [u32; 2]>,
    /// All of them, by file: what is counted differs from server to server.
    files: Few<u32, [u32; 2]>,
}

impl Sizes {
    fn note(&mut self, file: u32, size: Option<u32>, kind: usize) {
        self.sizes.entry((file, size)).or_default()[kind] += 1;
        self.files.at(file)[kind] += 1;
    }

    /// How much likelier a size is for the first kind than for the second.
    fn odds(&self, file: u32, size: Option<u32>) -> f64 {
        let all = self.files.get(file).copied().unwrap_or_default();
        if all.iter().any(|&n| n < ENOUGH) {
            return 1.0;
        }
        let these = self.sizes.get(&(file, size)).copied().unwrap_or_default();
        // What is seldom at all tells nothing: sizes of what was found are of every kind.
        if these.iter().sum::<u32>() < ENOUGH {
            return 1.0;
        }
        let share = |i: usize| (f64::from(these[i]) + 0.5) / (f64::from(all[i]) + 1.0);
        share(0) / share(1)
    }
}

/// What is known of one device. There may be very many.
#[derive(Debug, Clone, Copy, Default)]
struct Own {
    /// Whether its address is the same from one request to the next.
    steady: bool,
    at_once: [u16; 2],
}

impl Reactions {
    /// Learns from the next device, given whether it waits with its Syncs, and which lengths are those of its heartbeats.
    pub(super) fn learn(
        &mut self,
        log: &Log,
        links: Links<'_>,
        waits: bool,
        completes: impl Fn(&Item) -> bool,
    ) {
        let items = links.lane.items;
        let mut own = Own {
            steady: is_steady(items),
            ..Own::default()
        };
        if waits {
            for item in items.iter().filter(|item| item.served_sync()) {
                let size = log.bytes(item.row);
                match item.length {
                    WAIT_MS.. => self.syncs.note(item.line.file, size, 0),
                    ..PROMPT_MS => self.syncs.note(item.line.file, size, 1),
                    _ => {}
                }
            }
        }
        self.seconds.resize((NEVER_MS / 1000) as usize + 1, 0);
        for (at, item) in items.iter().enumerate() {
            if !item.answered_ping() || !item.timed {
                continue;
            }
            let Some(next) = links.next(at).map(|next| &items[next.at]) else {
                continue;
            };
            let gap = next.start - item.end();
            let kind = Kind::of(next.command);
            if item.length <= AT_ONCE_MS {
                // Only where it is plain which of the two came first.
                if links.sync_that_may_follow(at).is_none() {
                    let synced = kind == Kind::Sync && gap <= FOLLOW_MS;
                    let count = &mut own.at_once[usize::from(!synced)];
                    *count = count.saturating_add(1);
                    self.at_once[usize::from(!synced)] += 1;
                }
                continue;
            }
            let found = match (completes(item), kind) {
                (true, Kind::Ping) if gap <= AGAIN_MS => false,
                (false, Kind::Sync) if gap <= NEVER_MS => {
                    self.seconds[(gap.max(0) / 1000) as usize] += 1;
                    true
                }
                _ => continue,
            };
            if !found || gap <= FOLLOW_MS {
                let size = log.bytes(item.row);
                self.pings.note(item.line.file, size, usize::from(found));
            }
        }
        self.devices.push(own);
    }

    /// Ends the learning.
    pub(super) fn learnt(&mut self) {
        self.follow_ms = follow_ms(&self.seconds);
    }

    /// How soon after an answer a device begins the Sync that it was told to begin, in milliseconds.
    pub(super) fn follow_ms(&self) -> i64 {
        self.follow_ms
    }

    /// How much likelier the size of an answer is for a Ping that ran out than for one that found something.
    pub(super) fn ran_out_by_size(&self, log: &Log, item: &Item) -> f64 {
        self.pings.odds(item.line.file, log.bytes(item.row))
    }

    /// How much likelier the size of a Sync is for one that waited for changes than for another of the same devices.
    pub(super) fn waited_by_size(&self, log: &Log, item: &Item) -> f64 {
        self.syncs.odds(item.line.file, log.bytes(item.row))
    }

    /// How much likelier a Ping of a device that is answered at once is followed by a Sync than not.
    pub(super) fn syncs_at_once(&self, device: u32) -> f64 {
        let own = self
            .devices
            .get(device as usize)
            .copied()
            .unwrap_or_default();
        let prior = |i: usize| f64::from(self.at_once[i]) + AT_ONCE[i];
        let all = prior(0) + prior(1);
        let count = |i: usize| f64::from(own.at_once[i]) + WEIGHT * prior(i) / all;
        count(0) / count(1)
    }

    /// Whether a device has stayed in its network from one request to another, as far as addresses tell.
    pub(super) fn stayed(&self, device: u32, from: &Item, to: &Item) -> bool {
        self.is_steady(device) && from.remote != 0 && from.remote == to.remote
    }

    fn is_steady(&self, device: u32) -> bool {
        self.devices
            .get(device as usize)
            .is_some_and(|own| own.steady)
    }

    /// Whether a device has moved to another network from one request to another, as far as addresses tell.
    pub(super) fn moved(&self, device: u32, from: &Item, to: &Item) -> bool {
        self.is_steady(device) && from.remote != 0 && to.remote != 0 && from.remote != to.remote
    }
}

/// Whether a device has one address from one request to the next. Behind some proxies and carriers it has not.
fn is_steady(items: &[Item]) -> bool {
    let together = items.windows(2).filter(|pair| {
        let known = pair.iter().all(|item| item.timed && item.remote != 0);
        known && pair[1].start - pair[0].end() <= TOGETHER_MS
    });
    let (mut pairs, mut changes) = (0, 0);
    for pair in together {
        pairs += 1;
        changes += u32::from(pair[0].remote != pair[1].remote);
    }
    pairs >= ENOUGH && changes * STEADY <= pairs
}

/// Where the tail of the Syncs that follow an answer ends, and those begin that come by chance.
fn follow_ms(seconds: &[u32]) -> i64 {
    let (least, most) = ((FOLLOW_MS / 1000) as usize, (SLOWEST_MS / 1000) as usize);
    let Some(by_chance) = seconds.get(most..).map(|late| late.iter().sum::<u32>()) else {
        return FOLLOW_MS;
    };
    // Twice as many as come by chance in as many seconds, and one more.
    let tail = |&from: &usize| {
        let found: u32 = seconds[from..most].iter().sum();
        let chance = by_chance * (most - from) as u32 / (seconds.len() - most) as u32;
        found > 2 * chance + 1
    };
    let last = (least..most).rev().find(tail);
    last.map_or(FOLLOW_MS, |second| (second as i64 + 1) * 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tail_of_what_follows_is_told_from_chance() {
        let mut seconds = vec![0; 61];
        assert_eq!(follow_ms(&seconds), FOLLOW_MS);
        seconds[0] = 500;
        seconds[2] = 100;
        assert_eq!(follow_ms(&seconds), FOLLOW_MS);
        seconds[8] = 9;
        seconds[11] = 4;
        assert_eq!(follow_ms(&seconds), 12_000);
    }
}
