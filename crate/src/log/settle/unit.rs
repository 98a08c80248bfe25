//! The unit of durations that name none.

use super::super::file::Neighbours;
use super::Sure;
use crate::certainty::Certainty;
use crate::settings::Unit;

/// Every unit, in the order in which hypotheses are counted.
pub(super) const UNITS: [Unit; 3] = [Unit::Milliseconds, Unit::Seconds, Unit::Microseconds];

/// Position of a unit in [`UNITS`].
pub(super) fn at(unit: Unit) -> usize {
    match unit {
        Unit::Milliseconds => 0,
        Unit::Seconds => 1,
        Unit::Microseconds => 2,
    }
}

/// A number of units in milliseconds; what is beyond 49 days is the longest that can be kept.
#[must_use]
pub fn in_ms(number: u32, unit: Unit) -> u32 {
    match unit {
        Unit::Milliseconds => number,
        Unit::Seconds => number.saturating_mul(1000),
        Unit::Microseconds => number / 1000,
    }
    .min(u32::MAX - 1)
}

/// Heartbeats that ActiveSync allows: 60 to 3540 seconds (MS-ASCMD, HeartbeatInterval). A number from which on a Ping
/// can have lasted so long, in each unit; one unit's longest is less than the next one's shortest.
const LONG: [(Unit, u32); 3] = [
    (Unit::Microseconds, 60_000_000),
    (Unit::Milliseconds, 60_000),
    (Unit::Seconds, 60),
];

/// So many long Pings, and one of so many Pings, decide alone.
const ENOUGH: u64 = 3;
const SHARE: u64 = 20;

/// How long a request can last beyond the period of its file: it may have begun before.
const BEYOND_MS: i64 = 3_600_000;

/// What is kept of durations without a unit.
#[derive(Debug, Clone)]
pub(super) struct Evidence {
    max: u32,
    pings: u64,
    /// Pings of at least the numbers of [`LONG`].
    long: [u64; 3],
    /// Of all other requests, how many have a number of so many binary digits.
    digits: [u64; 33],
}

impl Default for Evidence {
    fn default() -> Self {
        Self {
            max: 0,
            pings: 0,
            long: [0; 3],
            digits: [0; 33],
        }
    }
}

/// What a choice of the unit rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// The user.
    Given,
    /// Pings whose number is a heartbeat in this unit: how many, among how many.
    Pings {
        /// Pings that fit.
        long: u64,
        /// All Pings.
        of: u64,
    },
    /// The order of lines: how often it is broken with this unit, and at least how often with each other one.
    Lines {
        /// With this unit.
        broken: u64,
        /// With the others.
        otherwise: u64,
    },
    /// Pings that end when the device's next request begins with this unit alone, and with another alone.
    Devices {
        /// With this unit.
        meet: u64,
        /// With the others.
        otherwise: u64,
    },
    /// No request can have lasted longer than the file's period, and an hour for one that began before.
    Period,
    /// What ordinary requests take.
    Sizes,
    /// Other files in the same format.
    OtherFiles,
    /// Nothing.
    Assumed,
}

/// What the times of a file say of the unit, beside the numbers themselves; by unit, as in [`UNITS`].
#[derive(Debug, Clone, Copy)]
pub(super) struct Course {
    pub(super) neighbours: [Neighbours; 3],
    /// Pings that end when the device's next request begins with this unit alone.
    pub(super) meet: [u64; 3],
    /// From the first to the last stamp, in milliseconds, if there are stamps.
    pub(super) period: Option<i64>,
}

impl Evidence {
    /// Takes in a number without a unit.
    pub(super) fn note(&mut self, number: u32, ping: bool) {
        self.max = self.max.max(number);
        if ping {
            self.pings += 1;
            for (count, (_, least)) in self.long.iter_mut().zip(LONG) {
                *count += u64::from(number >= least);
            }
        } else {
            self.digits[(u32::BITS - number.leading_zeros()) as usize] += 1;
        }
    }

    /// What the file alone tells, if it does.
    pub(super) fn decide(&self, given: Option<Unit>, course: &Course) -> Option<Sure<Unit, Why>> {
        if let Some(unit) = given {
            return Some(Sure::of(unit, Certainty::Certain, Why::Given));
        }
        let possible = |unit| {
            let longest = i64::from(in_ms(self.max, unit));
            course
                .period
                .is_none_or(|period| longest <= period.saturating_add(BEYOND_MS))
        };
        let devices = by_devices(course.meet);
        self.by_pings()
            .map(|pings| match devices {
                Some(devices) if devices.value == pings.value => Sure {
                    certainty: Certainty::Certain,
                    ..pings
                },
                Some(_) => Sure {
                    certainty: Certainty::Possible,
                    ..pings
                },
                None => pings,
            })
            .or(devices)
            .or_else(|| by_lines(&course.neighbours))
            .filter(|sure| possible(sure.value))
            .or_else(|| self.by_size(possible))
    }

    /// Long Pings: what is a heartbeat in one unit is less than a minute in the next greater one's, and longer than any
    /// Ping can be in the next smaller one's.
    fn by_pings(&self) -> Option<Sure<Unit, Why>> {
        let which = self
            .long
            .iter()
            .position(|&long| long >= ENOUGH && long * SHARE >= self.pings)?;
        let (unit, long) = (LONG[which].0, self.long[which]);
        // Too few for a smaller unit, and too many for ones that somehow lasted longer than any Ping.
        let longer = which.checked_sub(1).map_or(0, |smaller| self.long[smaller]);
        if longer * SHARE > long {
            return None;
        }
        // Pings that are all answered at once look like long ones of a greater unit; other requests then do, too.
        let fits = self.ordinary_fit(unit)?;
        let certainty = if fits && long >= 2 * ENOUGH {
            Certainty::Certain
        } else {
            Certainty::Likely
        };
        let why = Why::Pings {
            long,
            of: self.pings,
        };
        Some(Sure::of(unit, certainty, why))
    }

    /// Whether ordinary requests take what they should in a unit: known, or unknown as there are too few; `None` if they
    /// do not.
    fn ordinary_fit(&self, unit: Unit) -> Option<bool> {
        let Some([_, median, nine_of_ten]) = self.ordinary() else {
            return Some(false);
        };
        let fits = match unit {
            // Half of them take less than 16 seconds, nine of ten less than a minute.
            Unit::Seconds => median <= 4 && nine_of_ten <= 6,
            Unit::Milliseconds => median <= 14,
            // Nothing takes less than a few hundred.
            Unit::Microseconds => median >= 7,
        };
        fits.then_some(true)
    }

    /// Binary digits of the numbers of ordinary requests: of one of ten, of the median, of nine of ten.
    fn ordinary(&self) -> Option<[usize; 3]> {
        let all: u64 = self.digits.iter().sum();
        if all < 5 {
            return None;
        }
        let rank = |tenths: u64| {
            let mut sum = 0;
            self.digits.iter().position(|n| {
                sum += n;
                sum * 10 >= all * tenths
            })
        };
        Some([rank(1)?, rank(5)?, rank(9)?])
    }

    /// What ordinary requests take, and that none lasts longer than the file.
    fn by_size(&self, possible: impl Fn(Unit) -> bool) -> Option<Sure<Unit, Why>> {
        let allowed = |unit: &Unit| possible(*unit);
        if !possible(Unit::Milliseconds) {
            return Some(Sure::of(Unit::Microseconds, Certainty::Likely, Why::Period));
        }
        let few_pings = LONG.iter().zip(self.long).find(|(_, long)| *long > 0);
        let unit = match (self.ordinary(), few_pings) {
            // A number of ten digits or more, 1.024 ms, for half of all requests, and hardly one below 0.064 ms.
            (Some([least, median, _]), _) if least >= 7 && median >= 11 => Unit::Microseconds,
            (Some([_, _, nine_of_ten]), _) if nine_of_ten <= 3 => Unit::Seconds,
            (Some(_), _) => Unit::Milliseconds,
            (None, Some((&(unit, _), _))) => unit,
            (None, None) => return None,
        };
        let unit = Some(unit).filter(allowed).unwrap_or(Unit::Milliseconds);
        Some(Sure::of(unit, Certainty::Possible, Why::Sizes))
    }
}

/// Pings and the next requests of their devices.
fn by_devices(meet: [u64; 3]) -> Option<Sure<Unit, Why>> {
    let (best, &most) = meet.iter().enumerate().max_by_key(|&(i, n)| (*n, 3 - i))?;
    let otherwise = meet.iter().sum::<u64>() - most;
    if most < 2 || otherwise * 4 > most {
        return None;
    }
    let certainty = if most >= 10 && otherwise * 10 <= most {
        Certainty::Certain
    } else {
        Certainty::Likely
    };
    let why = Why::Devices {
        meet: most,
        otherwise,
    };
    Some(Sure::of(UNITS[best], certainty, why))
}

/// Lines are written when a request is complete: if stamps are the start, the sum with the duration runs on with the
/// right unit alone. Of stamps that run on by themselves nothing can be told.
fn by_lines(neighbours: &[Neighbours; 3]) -> Option<Sure<Unit, Why>> {
    let broken = neighbours.map(|n| {
        if n.newest_first() {
            n.sum.on
        } else {
            n.sum.back
        }
    });
    let stamps = neighbours[0].stamp;
    let stamps = if neighbours.iter().any(Neighbours::newest_first) {
        stamps.on
    } else {
        stamps.back
    };
    let (best, &least) = broken.iter().enumerate().min_by_key(|&(i, n)| (*n, i))?;
    let others = (0..3).filter(|&i| i != best).map(|i| broken[i]);
    let otherwise = others.min()?.min(stamps);
    (otherwise >= 3 && otherwise >= 4 * least).then(|| {
        let certainty = if otherwise >= 10 && otherwise >= 10 * least {
            Certainty::Certain
        } else {
            Certainty::Likely
        };
        let why = Why::Lines {
            broken: least,
            otherwise,
        };
        Sure::of(UNITS[best], certainty, why)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn evidence(pings: &[u32], others: &[u32]) -> Evidence {
        let mut evidence = Evidence::default();
        pings.iter().for_each(|&n| evidence.note(n, true));
        others.iter().for_each(|&n| evidence.note(n, false));
        evidence
    }

    fn decided(pings: &[u32], others: &[u32], period: Option<i64>) -> Option<(Unit, Certainty)> {
        let course = Course {
            neighbours: [Neighbours::default(); 3],
            meet: [0; 3],
            period,
        };
        evidence(pings, others)
            .decide(None, &course)
            .map(|sure| (sure.value, sure.certainty))
    }

    #[test]
    fn long_pings_tell_the_unit_by_their_size() {
        let others = [75_u32, 140, 300, 90, 120, 110];
        for (unit, factor) in [
            (Unit::Seconds, 1_u32),
            (Unit::Milliseconds, 1_000),
            (Unit::Microseconds, 1_000_000),
        ] {
            let pings = [300, 203, 480, 3_540, 1, 900, 60, 12].map(|s| s * factor);
            let others = others.map(|ms| match unit {
                Unit::Seconds => ms / 1000,
                Unit::Milliseconds => ms,
                Unit::Microseconds => ms * 1000,
            });
            let certain = Some((unit, Certainty::Certain));
            assert_eq!(decided(&pings, &others, None), certain);
            let likely = Some((unit, Certainty::Likely));
            assert_eq!(decided(&pings, &[], None), likely);
        }
    }

    #[test]
    fn pings_answered_at_once_are_no_long_ones_of_a_greater_unit() {
        let quick = [250, 900, 1_200, 3_000, 80, 700];
        let ordinary = [75, 140, 300, 90, 120, 110];
        let of = |factor: u32| {
            decided(
                &quick.map(|ms| ms * factor),
                &ordinary.map(|ms| ms * factor),
                None,
            )
            .map(|(unit, _)| unit)
        };
        assert_eq!(of(1), Some(Unit::Milliseconds));
        assert_eq!(of(1_000), Some(Unit::Microseconds));
    }

    #[test]
    fn one_ping_that_is_too_long_for_a_unit_speaks_against_it() {
        let pings = [200_000, 150, 900, 1_200, 70];
        assert_eq!(
            decided(&pings, &[], None),
            Some((Unit::Milliseconds, Certainty::Possible))
        );
    }

    #[test]
    fn nothing_lasts_longer_than_its_file_and_an_hour() {
        let hour = 3_600_000;
        let numbers = [9_000_000, 120_000];
        assert_eq!(
            decided(&numbers, &[], Some(hour)),
            Some((Unit::Microseconds, Certainty::Likely))
        );
        assert_eq!(decided(&[], &[3], Some(hour)), None);
    }

    #[test]
    fn lines_in_order_under_one_unit_alone_tell_it() {
        use super::super::super::file::Breaks;
        let of = |broken: [u64; 3], stamps| {
            let neighbours = broken.map(|back| Neighbours {
                pairs: 100,
                stamp: Breaks {
                    back: stamps,
                    on: 50,
                },
                sum: Breaks { back, on: 50 },
            });
            by_lines(&neighbours).map(|sure| (sure.value, sure.certainty))
        };
        let certain = Some((Unit::Microseconds, Certainty::Certain));
        assert_eq!(of([30, 40, 0], 20), certain);
        // Stamps of the end run on by themselves.
        assert_eq!(of([30, 40, 0], 0), None);
        assert_eq!(of([9, 40, 8], 20), None);
    }

    #[test]
    fn devices_tell_the_unit_with_a_margin() {
        let of = |meet| by_devices(meet).map(|sure| (sure.value, sure.certainty));
        assert_eq!(of([0, 12, 1]), Some((Unit::Seconds, Certainty::Certain)));
        assert_eq!(of([2, 0, 0]), Some((Unit::Milliseconds, Certainty::Likely)));
        assert_eq!(of([3, 2, 0]), None);
        assert_eq!(of([0, 0, 0]), None);
    }

    #[test]
    fn milliseconds_never_overflow() {
        assert_eq!(in_ms(u32::MAX, Unit::Seconds), u32::MAX - 1);
        assert_eq!(in_ms(u32::MAX, Unit::Milliseconds), u32::MAX - 1);
        assert_eq!(in_ms(1_999, Unit::Microseconds), 1);
    }
}
