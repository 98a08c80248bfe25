//! Steps of a file's clock: where its times run back and stay there.

use super::super::file::SLACK_MS;
use serde::{Deserialize, Serialize};

/// How far the time must run back: more than any queue or any long request that is written late.
const BACK_MS: i64 = 10 * 60_000;

/// How many lines must stay behind, so that one stray line is no step.
const STAYING: u8 = 3;

/// How many steps are kept with their place; a file with more of them is in no order at all.
pub const SHOWN: usize = 5;

/// A place at which the time runs back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Line number of the first record behind it.
    pub line: u32,
    /// Stamp before it, in milliseconds as they were read.
    pub from: i64,
    /// Stamp behind it.
    pub to: i64,
    /// Whether the stamps name no zone, so that a change of summer time shows as a step.
    pub local: bool,
    /// Whether they name no year.
    pub yearless: bool,
}

/// The steps of a file.
#[derive(Debug, Clone, Default)]
pub struct Steps {
    /// How many there are.
    pub count: u64,
    /// The first of them.
    pub first: Vec<Step>,
    /// Of stamps with zone, without, without year, without either: they cannot be compared with each other.
    runs: [Run; 4],
}

/// How stamps of one kind ran so far.
#[derive(Debug, Clone, Copy, Default)]
struct Run {
    /// The latest moments, each a stamp and its sum with the duration, and how many of them there are.
    recent: [(i64, i64); 3],
    known: u8,
    pending: Option<Pending>,
}

/// A step that the next lines must confirm.
#[derive(Debug, Clone, Copy)]
struct Pending {
    step: Step,
    /// The moment before it, as both readings of stamps have it.
    before: (i64, i64),
    stayed: u8,
}

impl Steps {
    /// Steps that are known.
    pub(super) fn known(count: u64, first: Vec<Step>) -> Self {
        Self {
            count,
            first,
            ..Self::default()
        }
    }

    /// Takes the moment of the next record: its stamp, and the sum with its duration. Where only one of the two runs
    /// back, a long request was written late.
    pub(super) fn note(&mut self, line: u32, now: (i64, i64), local: bool, yearless: bool) {
        let run = &mut self.runs[usize::from(local) + 2 * usize::from(yearless)];
        if let Some(pending) = &mut run.pending {
            let behind = |now: i64, before: i64| now < before.saturating_sub(SLACK_MS);
            if !behind(now.0, pending.before.0) || !behind(now.1, pending.before.1) {
                run.pending = None;
            } else {
                pending.stayed += 1;
                if pending.stayed == STAYING {
                    self.count += 1;
                    if self.first.len() < SHOWN {
                        self.first.push(pending.step);
                    }
                    run.pending = None;
                }
            }
        } else if let Some(before) = run.behind(now) {
            let step = Step {
                line,
                from: before.0,
                to: now.0,
                local,
                yearless,
            };
            run.pending = Some(Pending {
                step,
                before,
                stayed: 1,
            });
        }
        run.recent.rotate_left(1);
        run.recent[2] = now;
        run.known = (run.known + 1).min(3);
    }
}

impl Run {
    /// The moment before, if a moment lies far behind it and behind the ones before that: a line that alone is ahead of
    /// its time makes no step of its return.
    fn behind(&self, now: (i64, i64)) -> Option<(i64, i64)> {
        let recent = &self.recent[3 - usize::from(self.known)..];
        let back = |recent: i64, now: i64| now < recent.saturating_sub(BACK_MS);
        let all = recent
            .iter()
            .all(|before| back(before.0, now.0) && back(before.1, now.1));
        let &[.., second, last] = recent else {
            return None;
        };
        // The latest alone may be ahead of its time.
        let alone = last.0.saturating_sub(second.0) > 3_600_000;
        all.then_some(if alone { second } else { last })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60_000;

    fn steps(minutes: &[i64]) -> Vec<(u32, i64)> {
        let mut steps = Steps::default();
        for (i, minute) in minutes.iter().enumerate() {
            let now = minute * MINUTE;
            steps.note(i as u32 + 1, (now, now), true, false);
        }
        let shown = steps.first.iter();
        shown.map(|s| (s.line, (s.from - s.to) / MINUTE)).collect()
    }

    #[test]
    fn a_step_back_that_stays_is_one() {
        assert_eq!(steps(&[160, 170, 179, 120, 121, 122, 123]), [(4, 59)]);
        assert_eq!(
            steps(&[100, 101, 102, 50, 51, 52, 53, 10, 11, 12]),
            [(4, 52), (8, 43)]
        );
    }

    #[test]
    fn stray_lines_and_jumps_on_are_none() {
        assert_eq!(steps(&[100, 101, 20, 102, 103, 104]), []);
        assert_eq!(steps(&[100, 101, 900, 102, 103, 104, 105]), []);
        assert_eq!(steps(&[100, 101, 102, 900, 901, 902]), []);
        assert_eq!(steps(&[100, 101, 95, 96, 97, 98, 99]), []);
        assert_eq!(steps(&[]), []);
    }

    #[test]
    fn requests_that_are_written_late_are_none() {
        let mut steps = Steps::default();
        for i in 0..20 {
            let end = i * MINUTE;
            steps.note(i as u32, (end - i % 2 * 15 * MINUTE, end), false, false);
        }
        assert_eq!(steps.count, 0);
    }

    #[test]
    fn of_many_steps_the_first_are_kept_and_all_are_counted() {
        let days: Vec<i64> = (0..40).map(|i| -(i / 4) * 100 + i % 4).collect();
        let mut all = Steps::default();
        for (i, minute) in days.iter().enumerate() {
            all.note(i as u32, (minute * MINUTE, minute * MINUTE), true, false);
        }
        assert_eq!((all.count, all.first.len()), (9, SHOWN));
    }
}
