//! The order of day and month in a file's dates.

use super::Sure;
use crate::certainty::Certainty;
use crate::format::time::{DAY_MS, day_and_month_swapped};
use crate::format::{Doubt, Place};
use crate::settings::DateOrder;

/// What a file's dates in slashes show of their order.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Evidence {
    /// Dates that could be either.
    pub(super) open: u64,
    /// Dates in which one of the numbers is no month: day first, month first; with the line of the first one.
    told: [(u64, u32); 2],
    /// Times of a clock of twelve hours.
    halves: u64,
    /// Neighbouring lines that lie near each other under one reading alone: day first, month first.
    near: [u64; 2],
    /// Of the other pairs, those that run on under one reading alone.
    on: [u64; 2],
    /// Stamp of the latest such line, day first and month first.
    previous: Option<[i64; 2]>,
}

/// Neighbouring lines of a log in use are not further apart than this; read wrongly, two days are a month apart.
const NEAR_MS: i64 = 8 * DAY_MS;

/// What a choice of the order rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// The user.
    Given,
    /// Dates that can only be in one order: how many, the line of the first, and how many in the other order.
    Told {
        /// Dates in this order.
        dates: u64,
        /// Line of the first of them.
        line: u32,
        /// Dates in the other order.
        against: u64,
    },
    /// Pairs of lines that lie near each other, or run on, only in this order; and only in the other.
    Course {
        /// Pairs for it.
        pairs: u64,
        /// Pairs against it.
        against: u64,
    },
    /// Other files in the same format.
    OtherFiles,
    /// Lines of any file whose dates leave nothing open: the days lie near theirs only in this order.
    Period,
    /// A clock of twelve hours.
    Halves,
    /// Nothing.
    Assumed,
}

/// Position of an order in pairs of counts.
fn at(order: DateOrder) -> usize {
    match order {
        DateOrder::DayFirst => 0,
        DateOrder::MonthFirst => 1,
    }
}

impl Evidence {
    /// Takes in a stamp, in milliseconds of its own clock.
    pub(super) fn note(&mut self, local_ms: i64, doubt: Doubt, place: Place) {
        if !doubt.order && doubt.told.is_none() {
            return;
        }
        self.open += u64::from(doubt.order);
        self.halves += u64::from(doubt.halves);
        if let Some(order) = doubt.told {
            let told = &mut self.told[at(order)];
            if told.0 == 0 {
                told.1 = place.line;
            }
            told.0 += 1;
        }
        let swapped = if doubt.order {
            day_and_month_swapped(local_ms)
        } else {
            local_ms
        };
        let now = [swapped, local_ms];
        let Some(before) = self.previous.replace(now) else {
            return;
        };
        let step = |i: usize| now[i] - before[i];
        let [day, month] = [step(0), step(1)];
        if day == month {
            return;
        }
        let is_near = |step: i64| step.abs() <= NEAR_MS;
        if is_near(day) != is_near(month) {
            self.near[usize::from(is_near(month))] += 1;
        } else if (day < 0) != (month < 0) {
            self.on[usize::from(month >= 0)] += 1;
        }
    }

    /// What the file alone tells, if it does.
    pub(super) fn decide(&self, given: Option<DateOrder>) -> Option<Sure<DateOrder, Why>> {
        if let Some(order) = given {
            return Some(Sure::of(order, Certainty::Certain, Why::Given));
        }
        let orders = [DateOrder::DayFirst, DateOrder::MonthFirst];
        let [day, month] = self.told;
        let course = |counts: [u64; 2]| {
            let (order, more, fewer) = if counts[0] >= counts[1] {
                (orders[0], counts[0], counts[1])
            } else {
                (orders[1], counts[1], counts[0])
            };
            (fewer * 3 <= more && more > 0).then(|| {
                let why = Why::Course {
                    pairs: more,
                    against: fewer,
                };
                Sure::of(order, Certainty::Likely, why)
            })
        };
        if day.0 + month.0 > 0 {
            let order = orders[usize::from(month.0 > day.0)];
            let (of, against) = (self.told[at(order)], self.told[1 - at(order)].0);
            let why = Why::Told {
                dates: of.0,
                line: of.1,
                against,
            };
            // Both in one file: two logs were put together, and those that could be either belong to one of them.
            let certainty = if against == 0 {
                Certainty::Certain
            } else {
                Certainty::Possible
            };
            return Some(Sure::of(order, certainty, why));
        }
        course(self.near).or_else(|| course(self.on))
    }

    /// What the period of clear dates tells of the periods of open ones, month first and day first.
    pub(super) fn by_period(
        open: [(i64, i64); 2],
        clear: (i64, i64),
    ) -> Option<Sure<DateOrder, Why>> {
        let near = |(first, last): (i64, i64)| {
            let away = (clear.0 - last).max(first - clear.1).max(0);
            away <= NEAR_MS
        };
        let order = match open.map(near) {
            [true, false] => DateOrder::MonthFirst,
            [false, true] => DateOrder::DayFirst,
            _ => return None,
        };
        Some(Sure::of(order, Certainty::Likely, Why::Period))
    }

    /// What is taken if nothing decides.
    pub(super) fn assumed(&self) -> Sure<DateOrder, Why> {
        let why = if self.halves > 0 {
            Why::Halves
        } else {
            Why::Assumed
        };
        Sure::of(DateOrder::MonthFirst, Certainty::Possible, why)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::time::days;

    /// Dates as they are written, three a day.
    fn evidence(dates: &[(u32, u32)]) -> Evidence {
        let mut evidence = Evidence::default();
        for (i, &(first, second)) in dates.iter().enumerate() {
            let (month, day) = if first > 12 {
                (second, first)
            } else {
                (first, second)
            };
            let doubt = Doubt {
                order: first <= 12 && second <= 12,
                told: match (first > 12, second > 12) {
                    (true, _) => Some(DateOrder::DayFirst),
                    (_, true) => Some(DateOrder::MonthFirst),
                    _ => None,
                },
                ..Doubt::default()
            };
            let day = days(2010, month, day).expect("a date");
            for hour in [8, 12, 20] {
                let place = Place {
                    line: i as u32 + 1,
                    offset: 0,
                };
                evidence.note(day * DAY_MS + hour * 3_600_000, doubt, place);
            }
        }
        evidence
    }

    fn decided(dates: &[(u32, u32)]) -> Option<(DateOrder, Certainty)> {
        evidence(dates)
            .decide(None)
            .map(|sure| (sure.value, sure.certainty))
    }

    #[test]
    fn one_date_that_can_be_nothing_else_tells_the_order() {
        use DateOrder::{DayFirst, MonthFirst};
        let certain = |order| Some((order, Certainty::Certain));
        assert_eq!(decided(&[(11, 4), (12, 4), (13, 4)]), certain(DayFirst));
        assert_eq!(decided(&[(4, 11), (4, 12), (4, 13)]), certain(MonthFirst));
        let possible = Some((DayFirst, Certainty::Possible));
        assert_eq!(decided(&[(13, 4), (14, 4), (4, 15)]), possible);
    }

    #[test]
    fn days_that_follow_each_other_tell_the_order() {
        use DateOrder::{DayFirst, MonthFirst};
        let likely = |order| Some((order, Certainty::Likely));
        assert_eq!(decided(&[(3, 4), (4, 4), (5, 4)]), likely(DayFirst));
        assert_eq!(decided(&[(4, 3), (4, 4), (4, 5)]), likely(MonthFirst));
        // Newest first.
        assert_eq!(decided(&[(5, 4), (4, 4), (3, 4)]), likely(DayFirst));
        assert_eq!(decided(&[(3, 4)]), None);
        assert_eq!(evidence(&[(3, 4)]).assumed().value, MonthFirst);
    }

    #[test]
    fn what_is_given_outweighs_what_is_told() {
        let given = evidence(&[(13, 4)]).decide(Some(DateOrder::MonthFirst));
        assert_eq!(
            given,
            Some(Sure::of(
                DateOrder::MonthFirst,
                Certainty::Certain,
                Why::Given
            ))
        );
    }
}
