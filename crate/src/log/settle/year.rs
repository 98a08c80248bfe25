//! The year of stamps that name none.
//!
//! They are read in the year 2000. Lines follow each other, so a fall from December to January is a new year; these
//! turns are counted. Only one year is then unknown, that of the last line.

use super::Sure;
use crate::certainty::Certainty;
use crate::format::time::{DAY_MS, civil, in_year, is_leap};

/// Milliseconds of 2000-01-01, and the length of that year, which is a leap year.
const YEAR_2000: i64 = 10_957 * DAY_MS;
const LENGTH: i64 = 366 * DAY_MS;

/// A step of more than half a year from line to line is one over New Year, in either direction.
const HALF: i64 = 183 * DAY_MS;

/// Turns that are kept; a file that has more of them is in no order.
const TURNS: usize = 4096;

/// Which year a choice of candidates may reach back or on to.
const SPAN: i64 = 200;

/// What a choice of the year rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// The user.
    Given,
    /// Stamps of the same file that name their year.
    SameFile,
    /// The other files of the case.
    OtherFiles,
    /// Nothing: it is the year in which such stamps are read, or the nearest that has all of the file's days.
    Unknown,
}

/// What is kept of stamps without a year.
#[derive(Debug, Clone, Default)]
pub(super) struct Evidence {
    /// Lines from which on another year holds, and how many New Years lie between it and the first line.
    turns: Vec<(u32, i32)>,
    turn: i32,
    previous: Option<i64>,
    /// Turns of the earliest and the latest 29 February.
    leap: Option<(i32, i32)>,
}

impl Evidence {
    /// Takes in a stamp of the year 2000, in milliseconds of its own clock, and returns it as many years later as New
    /// Years came before it: a moment that can be compared with the others.
    pub(super) fn note(&mut self, local_ms: i64, line: u32) -> i64 {
        let local_ms = in_year(local_ms, 2000);
        if let Some(before) = self.previous.replace(local_ms) {
            let turn = match local_ms - before {
                step if step < -HALF => 1,
                step if step > HALF => -1,
                _ => 0,
            };
            if turn != 0 && self.turns.len() < TURNS {
                self.turn += turn;
                self.turns.push((line, self.turn));
            }
        }
        if matches!(civil(local_ms.div_euclid(DAY_MS)), (_, 2, 29)) {
            let (first, last) = self.leap.unwrap_or((self.turn, self.turn));
            self.leap = Some((first.min(self.turn), last.max(self.turn)));
        }
        local_ms + i64::from(self.turn) * LENGTH
    }

    /// Whether there are any.
    pub(super) fn any(&self) -> bool {
        self.previous.is_some()
    }

    /// New Years before a line.
    fn turn_of(&self, line: u32) -> i32 {
        let after = self.turns.partition_point(|&(from, _)| from <= line);
        after.checked_sub(1).map_or(0, |i| self.turns[i].1)
    }

    /// The stamp of a line, given the year of the last line.
    pub(super) fn settled(&self, local_ms: i64, line: u32, last: i64) -> i64 {
        self.at(local_ms, self.turn_of(line), last)
    }

    /// A moment that [`Evidence::note`] returned, given the year of the last line.
    pub(super) fn moment(&self, running: i64, last: i64) -> i64 {
        let turn = (running - YEAR_2000).div_euclid(LENGTH);
        self.at(running - turn * LENGTH, turn as i32, last)
    }

    fn at(&self, local_ms: i64, turn: i32, last: i64) -> i64 {
        in_year(local_ms, last + i64::from(turn - self.turn))
    }

    /// Whether every 29 February of the file falls into a leap year, given the year of the last line.
    fn has_its_days(&self, last: i64) -> bool {
        let leap = |turn: i32| is_leap(last + i64::from(turn - self.turn));
        self.leap
            .is_none_or(|(first, end)| leap(first) && leap(end))
    }

    /// Whether a 29 February is shown as 1 March, given the year of the last line.
    pub(super) fn loses_a_day(&self, last: i64) -> bool {
        !self.has_its_days(last)
    }

    /// The year of the last line, from the period of stamps that name theirs: the one under which the file's own period
    /// lies in it or nearest to it. `period` is as [`Evidence::note`] returned it.
    pub(super) fn fit(
        &self,
        period: (i64, i64),
        within: (i64, i64),
        why: Why,
    ) -> Option<Sure<i64, Why>> {
        let year = |ms: i64| civil(ms.div_euclid(DAY_MS)).0;
        let (from, to) = (year(within.0), year(within.1));
        let turns = ((period.1 - period.0) / LENGTH).abs() + 1;
        let candidates = (to + turns + 1 - SPAN.min(to - from + 2 * turns + 2))..=(to + turns + 1);
        let outside = |last: i64| {
            let (first, end) = (self.moment(period.0, last), self.moment(period.1, last));
            (within.0 - first).max(0) + (end - within.1).max(0)
        };
        let fits = candidates.filter(|&y| (0..10_000).contains(&y) && self.has_its_days(y));
        // Of several that fit alike, the latest: logs that are sent are recent ones.
        let mut best: Option<(i64, i64)> = None;
        let mut others = 0;
        for last in fits {
            let outside = outside(last);
            match best {
                Some((least, _)) if outside > least => continue,
                Some((least, _)) if outside == least => others += 1,
                _ => others = 0,
            }
            best = Some((outside, last));
        }
        let (outside, last) = best?;
        // A period of its own needs not lie in that of the other files, but it is recorded about then.
        let certainty = if others == 0 && outside <= 60 * DAY_MS {
            Certainty::Likely
        } else {
            Certainty::Possible
        };
        Some(Sure::of(last, certainty, why))
    }

    /// What is taken if nothing decides: the year 2000, or a later one if the file's 29 February asks for it.
    pub(super) fn unknown(&self) -> Sure<i64, Why> {
        let year = (2000..2008).find(|&last| self.has_its_days(last));
        Sure::of(year.unwrap_or(2000), Certainty::Possible, Why::Unknown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::time::days;

    fn ms(year: i64, month: u32, day: u32) -> i64 {
        days(year, month, day).expect("a date") * DAY_MS + 3_600_000
    }

    fn evidence(dates: &[(u32, u32)]) -> (Evidence, (i64, i64)) {
        let mut evidence = Evidence::default();
        let moments: Vec<i64> = dates
            .iter()
            .enumerate()
            .map(|(i, &(m, d))| evidence.note(ms(2000, m, d), i as u32 + 1))
            .collect();
        let period = (
            moments.iter().copied().min().expect("a date"),
            moments.iter().copied().max().expect("a date"),
        );
        (evidence, period)
    }

    #[test]
    fn a_fall_from_december_to_january_is_a_new_year() {
        let dates = [(12, 30), (12, 31), (1, 1), (12, 31), (1, 2)];
        let (evidence, period) = evidence(&dates);
        let years: Vec<i64> = dates
            .iter()
            .enumerate()
            .map(|(i, &(m, d))| evidence.settled(ms(2000, m, d), i as u32 + 1, 2020))
            .collect();
        let expected = [
            ms(2019, 12, 30),
            ms(2019, 12, 31),
            ms(2020, 1, 1),
            // A line that was written late.
            ms(2019, 12, 31),
            ms(2020, 1, 2),
        ];
        assert_eq!(years, expected);
        let ends = (
            evidence.moment(period.0, 2020),
            evidence.moment(period.1, 2020),
        );
        assert_eq!(ends, (expected[0], expected[4]));
    }

    #[test]
    fn the_year_is_that_of_the_other_stamps() {
        let (evidence, period) = evidence(&[(12, 30), (1, 2)]);
        let fit = |from, to| {
            evidence
                .fit(period, (from, to), Why::OtherFiles)
                .map(|sure| (sure.value, sure.certainty))
        };
        let likely = |year| Some((year, Certainty::Likely));
        assert_eq!(fit(ms(2018, 12, 29), ms(2019, 1, 5)), likely(2019));
        assert_eq!(fit(ms(2018, 12, 31), ms(2018, 12, 31)), likely(2019));
        assert_eq!(fit(ms(2019, 1, 20), ms(2019, 1, 21)), likely(2019));
        // Two New Years in it.
        let possible = Some((2020, Certainty::Possible));
        assert_eq!(fit(ms(2018, 11, 1), ms(2020, 11, 5)), possible);
        assert!(fit(ms(0, 1, 1), ms(9999, 12, 31)).is_some());
    }

    #[test]
    fn the_leap_day_asks_for_a_leap_year() {
        let (leaping, period) = evidence(&[(2, 28), (2, 29), (3, 1)]);
        let sure = leaping.fit(period, (ms(2023, 3, 1), ms(2023, 4, 1)), Why::OtherFiles);
        assert_eq!(sure.map(|sure| sure.value), Some(2024));
        assert_eq!(leaping.unknown().value, 2000);
        assert!(leaping.loses_a_day(2023) && !leaping.loses_a_day(2024));
        let (before_new_year, _) = evidence(&[(2, 29), (6, 1), (12, 1), (1, 1)]);
        assert_eq!(before_new_year.unknown().value, 2001);
    }
}
