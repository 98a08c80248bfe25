//! How long the server holds a Ping when nothing happens.
//!
//! The interval a phone asks for is in the request's body, which no log shows. It is read off the Pings behind which the
//! device asked again at once, without a Sync: the same length again and again is a heartbeat. Logs of Exchange and Z-Push
//! name the interval; there is nothing to infer then.

use super::kind::Kind;
use super::lane::Item;
pub use super::level::OVERSHOOT_MS;
use super::level::{Level, STEP_MS, SYNC_WAIT_MS, crowds, levels};
use super::link::Links;
use super::reaction::{AGAIN_MS, NEVER_MS};
use super::stamp::FOLLOW_MS;
use crate::activesync::Command;
use crate::log::Log;

/// How much less than the heartbeat that it names a log may say that a Ping took: some round to whole seconds.
const SHORT_MS: u32 = 1_000;

/// Shorter than any heartbeat that a server is documented to allow by default (Traveler's minimum is 30 s, Exchange's
/// 60 s, Novell's 10 s).
pub const SHORTEST_MS: u32 = 10_000;

/// Long Syncs of a device without Pings from which on they are waits: so many, and one of so many.
const SLOW: usize = 3;
const SLOW_SHARE: usize = 4;

/// Pings of one device that must agree on a heartbeat.
const AGREE_DEVICE: usize = 2;

/// Pings of all devices that must agree on a heartbeat of the server.
const AGREE_SERVER: usize = 4;

/// What is known of how long Pings are held.
#[derive(Debug, Default)]
pub struct Heartbeats {
    devices: Vec<Vec<u32>>,
    levels: Vec<Vec<Level>>,
    server: Vec<u32>,
    server_levels: Vec<Level>,
    /// Whether each device waits with its Syncs instead of Pings.
    waits: Vec<bool>,
    /// Whether each device syncs behind each heartbeat, changes or not.
    syncs_always: Vec<bool>,
    /// Lengths of all Pings that can only have run to their end.
    quiet: Vec<u32>,
}

impl Heartbeats {
    /// Learns from the next device.
    pub(super) fn learn(&mut self, log: &Log, links: Links<'_>) {
        let items = links.lane.items;
        let mut quiet: Vec<u32> = Vec::new();
        let mut synced: Vec<u32> = Vec::new();
        // Pings that were not followed as they are when something arrived.
        let mut unlike: Vec<u32> = Vec::new();
        for (at, item) in items.iter().enumerate() {
            if !item.answered_ping() || !item.timed || named(log, item.row).is_some() {
                continue;
            }
            let Some(next) = links.next(at).map(|next| items[next.at]) else {
                continue;
            };
            let (held, gap) = (item.length as u32, next.start - item.end());
            if held >= SHORTEST_MS && (next.command != Command::Sync || gap > FOLLOW_MS) {
                unlike.push(held);
            }
            let parallel = links.habit.parallel;
            let fetches = parallel && links.sync_beside(at, item.end() + FOLLOW_MS).is_some();
            match Kind::of(next.command) {
                Kind::Ping if fetches => {}
                Kind::Ping if held >= SHORTEST_MS && gap <= AGAIN_MS => quiet.push(held),
                Kind::Sync if held >= SHORTEST_MS && gap <= NEVER_MS => synced.push(held),
                _ => {}
            }
        }
        self.quiet.extend_from_slice(&quiet);
        let mut levels = levels(&mut quiet, AGREE_DEVICE);
        crowds(&mut unlike, &mut levels);
        let at_end = |held: u32| levels.iter().any(|level| level.holds(held));
        // Of those that found changes, some were as long as a heartbeat by chance.
        let synced_at_end = synced.iter().filter(|&&held| at_end(held)).count();
        let longest = levels.last().map_or(1, |level| u64::from(level.value));
        let width = levels.len() as u64 * u64::from(OVERSHOOT_MS);
        let by_chance = (synced.len() - synced_at_end) as u64 * width / longest;
        self.syncs_always
            .push(synced_at_end as u64 > 3 * by_chance + 2);
        let mut own: Vec<u32> = levels.iter().map(|level| level.value).collect();
        own.extend(items.iter().filter_map(|item| completed(log, item.row)));
        own.sort_unstable();
        own.dedup();
        self.devices.push(own);
        self.levels.push(levels);
        self.waits.push(waits(log, items));
    }

    /// Ends the learning.
    pub(super) fn learnt(&mut self) {
        self.server_levels = levels(&mut self.quiet, AGREE_SERVER);
        self.server = self.server_levels.iter().map(|level| level.value).collect();
        self.quiet = Vec::new();
    }

    /// Heartbeats that a device was seen to complete, in milliseconds, ascending.
    #[must_use]
    pub fn of_device(&self, device: u32) -> &[u32] {
        self.devices.get(device as usize).map_or(&[], Vec::as_slice)
    }

    /// Whether a device was seen to wait for changes with a Sync.
    #[must_use]
    pub fn waits(&self, device: u32) -> bool {
        self.waits.get(device as usize).copied().unwrap_or(false)
    }

    /// Heartbeats that devices of this server were seen to complete, in milliseconds, ascending.
    #[must_use]
    pub fn of_server(&self) -> &[u32] {
        &self.server
    }

    /// Whether a Ping of some length ran to the end of a heartbeat that its device was seen to complete.
    pub(super) fn completes(&self, device: u32, duration: u32) -> bool {
        let levels = self.levels.get(device as usize);
        levels.is_some_and(|all| all.iter().any(|level| level.holds(duration)))
    }

    /// The same of one that some devices of the server were seen to complete.
    pub(super) fn completes_any(&self, duration: u32) -> bool {
        self.server_levels.iter().any(|level| level.holds(duration))
    }

    /// Whether a device syncs behind each heartbeat, changes or not.
    pub(super) fn syncs_always(&self, device: u32) -> bool {
        self.syncs_always
            .get(device as usize)
            .copied()
            .unwrap_or(false)
    }
}
/// The heartbeat that a duration would be of, if it is one.
#[must_use]
pub fn step(duration: u32) -> Option<u32> {
    let held = duration - duration % STEP_MS;
    (held >= SHORTEST_MS && duration - held <= OVERSHOOT_MS).then_some(held)
}

/// The heartbeat that the log names for a row, in milliseconds.
#[must_use]
pub fn named(log: &Log, row: u32) -> Option<u32> {
    let seconds = Some(log.origin(row).heartbeat_s).filter(|&s| s > 0)?;
    Some(u32::from(seconds) * 1000)
}

/// Whether a request was held for the whole heartbeat that the log names.
#[must_use]
pub fn reached(log: &Log, row: u32) -> bool {
    let held = log.duration(row).zip(named(log, row));
    held.is_some_and(|(duration, named)| duration + SHORT_MS >= named)
}

/// The heartbeat that the log names for a Ping that completed it.
fn completed(log: &Log, row: u32) -> Option<u32> {
    let answered = log.command(row) == Command::Ping && log.status(row) == Some(200);
    let displaced = log.ending(row).is_some();
    (answered && !displaced && reached(log, row))
        .then(|| named(log, row))
        .flatten()
}

/// Whether a device waits for changes with its Syncs: one took long and had nothing to say, or several took the same long
/// time. A device that waits with Pings does not, unless it is plain.
fn waits(log: &Log, items: &[Item]) -> bool {
    let long = |item: &&Item| {
        let served = item.command == Command::Sync && item.status == Some(200);
        served && item.timed && item.length >= i64::from(SYNC_WAIT_MS)
    };
    let mut lengths: Vec<u32> = items
        .iter()
        .filter(long)
        .map(|item| item.length as u32)
        .collect();
    let pings = items
        .iter()
        .filter(|item| item.command == Command::Ping)
        .count();
    let silent = |item: &Item| log.bytes(item.row) == Some(0);
    if pings == 0 && items.iter().filter(long).any(silent) {
        return true;
    }
    // No mail file is so slow for so many.
    let syncs = items.iter().filter(|item| item.served_sync()).count();
    if pings == 0 && lengths.len() >= SLOW && lengths.len() * SLOW_SHARE >= syncs {
        return true;
    }
    let mut levels = Vec::new();
    crowds(&mut lengths, &mut levels);
    !levels.is_empty() && lengths.len() > pings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heartbeat_overshoots_a_round_length() {
        assert_eq!(step(303_110), Some(300_000));
        assert_eq!(step(300_000), Some(300_000));
        assert_eq!(step(299_999), None);
        assert_eq!(step(9_000), None);
        assert_eq!(step(u32::MAX - 1), None);
    }
}
