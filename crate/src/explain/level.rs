//! Lengths that many held requests share: the intervals for which a device asks to be held.

use crate::sort::Arrange;

/// How much longer than its heartbeat a Ping takes, at most. Seen: 3.1 s on Traveler, which polls every 3 s.
pub const OVERSHOOT_MS: u32 = 5_000;

/// Heartbeats are multiples of this in nearly every configuration and client that is documented.
pub(super) const STEP_MS: u32 = 10_000;

/// The shortest time that a Sync can be asked to wait for changes: one minute (MS-ASCMD, Wait and HeartbeatInterval).
pub(super) const SYNC_WAIT_MS: u32 = 59_000;

/// Heartbeats are whole multiples of one of these; the coarsest that lies close enough below a length is taken.
const STEPS_MS: [u32; 3] = [STEP_MS, 5_000, 1_000];

/// So close: Traveler looks for changes, and for the end of a heartbeat, every 3 s.
const CLOSE_MS: u32 = 3_200;

/// Pings of one device that must agree on a heartbeat where what followed them does not show that they ran to its end;
/// and how far around they are counted, to tell a crowd from chance.
const CROWD: usize = 4;
const CROWD_SHARE: usize = 20;
const AROUND_MS: u32 = 60_000;

/// A length that Pings share which ran to their end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Level {
    /// The heartbeat.
    pub(super) value: u32,
    /// The shortest and the longest Ping that are taken for it.
    low: u32,
    high: u32,
}

impl Level {
    /// The one that a Ping of some length, the shortest of its kind, would be of.
    fn of(shortest: u32) -> Self {
        let below = |step: u32| shortest - shortest % step;
        let close = STEPS_MS
            .map(below)
            .into_iter()
            .find(|v| shortest - v <= CLOSE_MS);
        let value = close.unwrap_or(shortest);
        Self {
            value,
            low: value.min(shortest),
            high: shortest
                .saturating_sub(CLOSE_MS)
                .max(value)
                .saturating_add(OVERSHOOT_MS),
        }
    }

    /// Whether a Ping of some length is taken for it.
    pub(super) fn holds(&self, duration: u32) -> bool {
        (self.low..=self.high).contains(&duration)
    }
}

/// Lengths that occur often enough.
pub(super) fn levels(values: &mut [u32], agree: usize) -> Vec<Level> {
    values.sort_unstable();
    let mut levels = Vec::new();
    let mut at = 0;
    while at < values.len() {
        let level = Level::of(values[at]);
        let count = values[at..].partition_point(|&v| v <= level.high);
        // What lies scattered below a heartbeat must not hide it.
        let exact = values[at..at + count]
            .iter()
            .filter(|&&v| Level::of(v).value == level.value)
            .count();
        if exact >= agree {
            levels.push(level);
            at += count;
        } else {
            at += 1;
        }
    }
    levels
}

/// Adds the lengths that so many Pings share, whatever followed them, that it is no chance: where the answer is lost
/// again and again, none of them is followed by another Ping at once.
pub(super) fn crowds(values: &mut [u32], levels: &mut Vec<Level>) {
    values.sort_unstable();
    let between = |from: u32, to: u32| {
        values.partition_point(|&v| v <= to) - values.partition_point(|&v| v < from)
    };
    let mut above = 0;
    for &value in values.iter() {
        if value <= above || levels.iter().any(|level| level.holds(value)) {
            continue;
        }
        let level = Level::of(value);
        // What lies scattered below a heartbeat is none of its crowd.
        let from = values.partition_point(|&v| v < value);
        let to = values.partition_point(|&v| v <= value.saturating_add(CLOSE_MS));
        let same = |&&v: &&u32| Level::of(v).value == level.value;
        let crowd = values[from..to].iter().filter(same).count();
        let around = between(
            value.saturating_sub(AROUND_MS),
            value.saturating_add(AROUND_MS),
        ) - crowd;
        let by_chance = (around * CLOSE_MS as usize).div_ceil((2 * AROUND_MS) as usize);
        if crowd >= CROWD && crowd * CROWD_SHARE >= values.len() && crowd > 6 * by_chance {
            levels.push(level);
            above = level.high;
        }
    }
    levels.arrange_by_key(|level| level.low);
}

/// The duration that somebody would have set, of those between two: the roundest.
pub(super) fn roundest(from: u32, to: u32) -> u32 {
    // A phone needs a moment to come back.
    let from = from.saturating_sub(3_000);
    let multiple = |step: u32| Some(from.next_multiple_of(step)).filter(|&ms| ms <= to);
    [60_000, 30_000, 10_000, 5_000]
        .into_iter()
        .find_map(multiple)
        .unwrap_or(to)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(lengths: &[u32], agree: usize) -> Vec<u32> {
        let levels = levels(&mut lengths.to_vec(), agree);
        levels.iter().map(|level| level.value).collect()
    }

    #[test]
    fn one_ping_alone_is_no_heartbeat() {
        assert_eq!(values(&[900_000, 300_000, 900_000], 2), [900_000]);
    }

    #[test]
    fn heartbeats_need_not_be_multiples_of_ten_seconds() {
        assert_eq!(values(&[295_400, 297_100, 296_000], 2), [295_000]);
        assert_eq!(
            values(&[470_100, 471_900, 300_300, 300_400], 2),
            [300_000, 470_000]
        );
    }

    #[test]
    fn a_time_is_told_as_it_would_be_set() {
        assert_eq!(roundest(179_800, 183_000), 180_000);
        assert_eq!(roundest(350_200, 352_900), 350_000);
        assert_eq!(roundest(54_000, 76_000), 60_000);
        assert_eq!(roundest(64_300, 64_900), 64_900);
    }
}
