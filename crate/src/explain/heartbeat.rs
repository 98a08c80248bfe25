//! How long the server holds a Ping when nothing happens.
//!
//! The interval a phone asks for is in the request's body, which no log shows. It is read off the Pings that ended
//! without a Sync behind them: the same length again and again, a little over a multiple of ten seconds, is a heartbeat.

use super::link;
use super::order::Timeline;
use crate::activesync::Command;
use crate::log::Log;

/// How much longer than its heartbeat a Ping takes, at most. Seen: 3.1 s on Traveler, which polls every 3 s.
pub const OVERSHOOT_MS: u32 = 5_000;

/// Heartbeats are multiples of this in every configuration and client that is documented.
const STEP_MS: u32 = 10_000;

/// Shorter than any heartbeat that a server is documented to allow by default (Traveler's minimum is 30 s, Exchange's
/// 60 s, Novell's 10 s).
pub const SHORTEST_MS: u32 = 10_000;

/// Pings of one device that must agree on a heartbeat.
const AGREE_DEVICE: u32 = 2;

/// Pings of all devices that must agree on a heartbeat of the server.
const AGREE_SERVER: u32 = 4;

/// Heartbeats, in milliseconds, ascending.
#[derive(Debug, Default)]
pub struct Heartbeats {
    devices: Vec<Vec<u32>>,
    server: Vec<u32>,
}

impl Heartbeats {
    /// Reads them off a log.
    #[must_use]
    pub fn of(log: &Log, timeline: &Timeline) -> Self {
        let mut all = Vec::new();
        let mut devices = Vec::new();
        for device in 0..log.devices.values().len() as u32 {
            let rows = timeline.device(device);
            let mut quiet: Vec<u32> = (0..rows.len())
                .filter(|&at| {
                    log.command(rows[at]) == Command::Ping && log.status(rows[at]) == Some(200)
                })
                .filter_map(|at| {
                    let held = log.duration(rows[at]).and_then(step)?;
                    link::sync_after(log, timeline, rows, at)
                        .is_none()
                        .then_some(held)
                })
                .collect();
            all.extend_from_slice(&quiet);
            devices.push(levels(&mut quiet, AGREE_DEVICE));
        }
        Self {
            devices,
            server: levels(&mut all, AGREE_SERVER),
        }
    }

    /// Heartbeats that a device was seen to complete.
    #[must_use]
    pub fn of_device(&self, device: u32) -> &[u32] {
        self.devices.get(device as usize).map_or(&[], Vec::as_slice)
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
