//! How long the server holds a Ping when nothing happens.
//!
//! The interval a phone asks for is in the request's body, which no log shows. It is read off the Pings behind which the
//! device asked again at once, without a Sync: the same length again and again, a little over a multiple of ten seconds,
//! is a heartbeat. Logs of Exchange and Z-Push name the interval; there is nothing to infer then.

use super::link::Lane;
use super::order::Timeline;
use super::stamp::FOLLOW_MS;
use crate::activesync::Command;
use crate::log::Log;

/// How much longer than its heartbeat a Ping takes, at most. Seen: 3.1 s on Traveler, which polls every 3 s.
pub const OVERSHOOT_MS: u32 = 5_000;

/// Heartbeats are multiples of this in every configuration and client that is documented.
const STEP_MS: u32 = 10_000;

/// How much less than the heartbeat that it names a log may say that a Ping took: some round to whole seconds.
const SHORT_MS: u32 = 1_000;

/// Shorter than any heartbeat that a server is documented to allow by default (Traveler's minimum is 30 s, Exchange's
/// 60 s, Novell's 10 s).
pub const SHORTEST_MS: u32 = 10_000;

/// The shortest time that a Sync can be asked to wait for changes: one minute (MS-ASCMD, Wait and HeartbeatInterval).
pub(super) const SYNC_WAIT_MS: u32 = 59_000;

/// Pings of one device that must agree on a heartbeat.
const AGREE_DEVICE: u32 = 2;

/// Pings of all devices that must agree on a heartbeat of the server.
const AGREE_SERVER: u32 = 4;

/// Heartbeats, in milliseconds, ascending.
#[derive(Debug, Default)]
pub struct Heartbeats {
    devices: Vec<Vec<u32>>,
    server: Vec<u32>,
    /// Whether each device waits with its Syncs instead of Pings.
    waits: Vec<bool>,
}

impl Heartbeats {
    /// Reads them off a log.
    #[must_use]
    pub fn of(log: &Log, timeline: &Timeline) -> Self {
        let mut all = Vec::new();
        let mut devices = Vec::new();
        let mut waits = Vec::new();
        for device in 0..log.devices.values().len() as u32 {
            let lane = Lane::new(log, timeline, device);
            let mut quiet: Vec<u32> = (0..lane.rows.len())
                .filter_map(|at| quiet(lane, at))
                .collect();
            all.extend_from_slice(&quiet);
            waits.push(lane.rows.iter().any(|&row| waited(log, row)));
            let mut own = levels(&mut quiet, AGREE_DEVICE);
            own.extend(lane.rows.iter().filter_map(|&row| completed(log, row)));
            own.sort_unstable();
            own.dedup();
            devices.push(own);
        }
        Self {
            devices,
            server: levels(&mut all, AGREE_SERVER),
            waits,
        }
    }

    /// Heartbeats that a device was seen to complete.
    #[must_use]
    pub fn of_device(&self, device: u32) -> &[u32] {
        self.devices.get(device as usize).map_or(&[], Vec::as_slice)
    }

    /// Whether a device was seen to wait for changes with a Sync.
    #[must_use]
    pub fn waits(&self, device: u32) -> bool {
        self.waits.get(device as usize).copied().unwrap_or(false)
    }

    /// Heartbeats that devices of this server were seen to complete.
    #[must_use]
    pub fn of_server(&self) -> &[u32] {
        &self.server
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

/// The heartbeat of a Ping that can be nothing else: it ended, nothing was fetched, and the device asked again at once.
fn quiet(lane: Lane<'_>, at: usize) -> Option<u32> {
    let Lane {
        log,
        timeline,
        rows,
    } = lane;
    let row = rows[at];
    if log.command(row) != Command::Ping
        || log.status(row) != Some(200)
        || named(log, row).is_some()
    {
        return None;
    }
    let held = log.duration(row).and_then(step)?;
    let end = timeline.span(log, row)?.end;
    let (next, its) = lane.next_after(at)?;
    let again = log.command(next) == Command::Ping && its.start - end <= FOLLOW_MS;
    (again && lane.sync_after(at).is_none()).then_some(held)
}

/// The heartbeat that the log names for a Ping that completed it.
fn completed(log: &Log, row: u32) -> Option<u32> {
    let answered = log.command(row) == Command::Ping && log.status(row) == Some(200);
    let displaced = log.ending(row).is_some();
    (answered && !displaced && reached(log, row))
        .then(|| named(log, row))
        .flatten()
}

/// Whether a Sync shows that its device waits with Syncs: it took long, and had nothing to say.
fn waited(log: &Log, row: u32) -> bool {
    let long = log.duration(row).is_some_and(|d| d >= SYNC_WAIT_MS);
    long && log.command(row) == Command::Sync
        && log.status(row) == Some(200)
        && log.row(row).bytes == Some(0)
}

/// Values that occur often enough.
fn levels(values: &mut [u32], agree: u32) -> Vec<u32> {
    values.sort_unstable();
    values
        .chunk_by(|a, b| a == b)
        .filter(|c| c.len() >= agree as usize)
        .map(|c| c[0])
        .collect()
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

    #[test]
    fn one_ping_alone_is_no_heartbeat() {
        assert_eq!(levels(&mut [900_000, 300_000, 900_000], 2), [900_000]);
    }
}
