//! How likely it is that requests followed each other in some way, given how finely their clocks tell.
//!
//! A log says in which second something happened. Which of two requests of one second came first follows from more than
//! their stamps: how long each took, that a phone makes one request at a time, and the order of their lines, as far as
//! that is the order in which requests were completed. Each of these excludes some of the moments at which the requests
//! may have begun; what is left is measured, and the largest share wins.
//!
//! Only sums, products and quotients are taken, so that every platform comes to the same bits.

use super::clock::{Clock, Order};
use super::lane::{Item, Line};

/// How soon the server closes a request for a newer one.
const NEAR_MS: i64 = 60;

/// How far apart the two may be where clocks differ or a log was written late.
const FAR_MS: i64 = 2_000;

/// How often they lie so far apart by one clock, and by two.
const FAR_BY_ONE: f64 = 0.0005;
const FAR_BY_TWO: f64 = 0.04;

/// What is impossible by the clocks, and happens all the same.
const FLOOR: f64 = 1e-3;

/// How often a line is later than the latest that were seen.
const LATER: f64 = 0.01;

/// Moments looked at within a tick of the clock.
const SAMPLES: i64 = 8;

/// Moments at which something may have happened that happened in `from..from + loose`, at equal distances.
pub(super) fn moments(from: i64, loose: i64) -> impl Iterator<Item = i64> {
    let n = loose.clamp(1, SAMPLES);
    (0..n).map(move |i| from + loose * (2 * i + 1) / (2 * n))
}

/// How likely it is, for each millisecond, that `item` began just when the server closed another request, one of `file`,
/// at `closed`.
pub(super) fn touches(item: &Item, file: u32, closed: i64) -> f64 {
    let share = |within: i64| {
        let from = item.start.max(closed - within);
        let to = (item.start + item.loose).min(closed + within + 1);
        (to - from).max(0) as f64 / ((2 * within + 1) * item.loose) as f64
    };
    let far = if item.line.file == file {
        FAR_BY_ONE
    } else {
        FAR_BY_TWO
    };
    (1.0 - far) * share(NEAR_MS) + far * share(FAR_MS)
}

/// How likely it is that `item` began at `moment` or later.
pub(super) fn began_after(item: &Item, moment: i64) -> f64 {
    let later = item.start.saturating_add(item.loose).saturating_sub(moment);
    (later as f64 / item.loose as f64).clamp(0.0, 1.0)
}

/// How long after `moment` an item began on average, if it began later.
pub(super) fn wait(item: &Item, moment: i64) -> i64 {
    let last = item.start.saturating_add(item.loose);
    let first = item.start.max(moment);
    (last.max(first) - first) / 2 + first.saturating_sub(moment)
}

/// How likely it is that `item` had ended by `moment`.
pub(super) fn ended_before(item: &Item, moment: i64) -> f64 {
    let earlier = moment
        .saturating_sub(item.length)
        .saturating_sub(item.start);
    ((earlier + 1) as f64 / item.loose as f64).clamp(0.0, 1.0)
}

/// How likely the lines of two requests are to stand as they do, if `first` was completed `apart` milliseconds before
/// `second`; a half where lines tell nothing.
pub(super) fn lines(clocks: &[Clock], first: &Item, second: &Item, apart: i64) -> f64 {
    let Some((first, second)) = side_by_side(first, second) else {
        return 0.5;
    };
    let in_order = match clocks[first.file as usize].order {
        Order::Unknown => return 0.5,
        Order::Completion => 1.0 - FLOOR,
        // Two delays between nothing and `late`, each as likely as any other.
        Order::Late(late) => {
            let rest = (late - apart).clamp(0, late) as f64 / late as f64;
            (1.0 - rest * rest / 2.0).min(1.0 - LATER)
        }
    };
    if first.turn < second.turn {
        in_order
    } else {
        1.0 - in_order
    }
}

/// Lines of two requests in one file, if there is one that holds both.
fn side_by_side(first: &Item, second: &Item) -> Option<(Line, Line)> {
    let of = |item: &Item| [Some(item.line), item.twin];
    let pairs = of(first)
        .into_iter()
        .flatten()
        .flat_map(|a| of(second).into_iter().flatten().map(move |b| (a, b)));
    pairs.into_iter().find(|(a, b)| a.file == b.file)
}

/// A product of odds that never becomes nothing: clocks may be wrong.
pub(super) fn at_least_possible(odds: f64) -> f64 {
    odds.max(FLOOR)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activesync::Command;

    fn item(start: i64, length: i64) -> Item {
        Item {
            row: 0,
            start,
            loose: 1000,
            length,
            timed: true,
            command: Command::Sync,
            status: Some(200),
            ending: None,
            user: 0,
            remote: 0,
            line: Line { file: 0, turn: 0 },
            twin: None,
            accepted: true,
        }
    }

    #[test]
    fn moments_lie_within_the_tick() {
        let all: Vec<i64> = moments(5000, 1000).collect();
        assert_eq!(all.len(), SAMPLES as usize);
        assert!(all.iter().all(|m| (5000..6000).contains(m)));
        assert_eq!(moments(5000, 1).collect::<Vec<_>>(), [5000]);
    }

    #[test]
    fn what_touches_is_likelier_than_what_is_near() {
        let at = |start| touches(&item(start, 100), 0, 10_500);
        assert!(at(10_000) > 10.0 * at(11_000));
        assert!(at(11_000) > 0.0);
        assert_eq!(at(20_000), 0.0);
    }

    #[test]
    fn a_request_ends_its_length_after_it_began() {
        let sync = item(10_000, 300);
        assert_eq!(began_after(&sync, 10_000), 1.0);
        assert_eq!(began_after(&sync, 10_500), 0.5);
        assert_eq!(ended_before(&sync, 10_299), 0.0);
        assert_eq!(ended_before(&sync, 11_299), 1.0);
    }

    #[test]
    fn late_lines_tell_less_than_prompt_ones() {
        let clock = |order| {
            [Clock {
                tick: 1000,
                unit: 1,
                behind: 0,
                order,
                meaning: crate::explain::stamp::Meaning::End,
            }]
        };
        let (a, b) = (
            item(0, 100),
            Item {
                line: Line { file: 0, turn: 1 },
                ..item(0, 100)
            },
        );
        assert!(lines(&clock(Order::Completion), &a, &b, 0) > 0.99);
        assert!(lines(&clock(Order::Completion), &b, &a, 0) < 0.01);
        assert_eq!(lines(&clock(Order::Late(2000)), &b, &a, 0), 0.5);
        assert_eq!(lines(&clock(Order::Late(2000)), &a, &b, 1000), 0.875);
        assert_eq!(lines(&clock(Order::Unknown), &a, &b, 0), 0.5);
    }
}
