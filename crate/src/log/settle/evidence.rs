//! What is gathered of a file's times while its lines are read.

use super::{
    Settled, Span, Spans, Step, Steps, Sure, UnitWhy, Unsettled, day_first, order, unit, year,
};
use crate::certainty::Certainty;
use crate::format::Record;
use crate::format::time::{Stamp, day_and_month_swapped};
use crate::log::file::{Neighbours, Reach};
use crate::settings::Unit;

/// What is kept of a file's times, and what is settled of them.
#[derive(Debug, Default)]
pub struct Times {
    /// What is settled.
    pub settled: Settled,
    /// The zones that lines state.
    pub zones: Spans,
    /// Rows from which on other things are open; none before the first.
    rows: Vec<(u32, Unsettled)>,
    /// Moments of requests.
    pub(super) requests: Moments,
    /// Moments of everything else.
    pub(super) others: Moments,
    pub(super) order: order::Evidence,
    pub(super) year: year::Evidence,
    pub(super) unit: Option<Box<unit::Evidence>>,
    /// By hypothesis; a single one as long as nothing is open that makes a difference.
    courses: Vec<Course>,
}

/// From the earliest to the latest moment, by what is open of them.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Moments {
    pub(super) plain: Reach,
    /// Stamps that can be read in two orders: month first, and day first.
    pub(super) ordered: [Reach; 2],
    /// Stamps without a year, as [`year::Evidence::note`] returns them.
    pub(super) yearless: Reach,
}

/// How times run from line to line.
#[derive(Debug, Clone, Default)]
struct Course {
    neighbours: Neighbours,
    /// The latest request: whether it names its zone and its year, its stamp, and its sum with the duration.
    previous: Option<((bool, bool), (i64, i64))>,
    steps: Steps,
}

/// Hypotheses: two orders of day and month, three units.
const HYPOTHESES: usize = 2 * unit::UNITS.len();

impl Times {
    /// What is known of times that are settled for good; with rows from which on durations name their unit or not.
    pub(in crate::log) fn settled(
        neighbours: Neighbours,
        zones: Vec<Span>,
        (count, first): (u64, Vec<Step>),
        unit: Option<Certainty>,
        without_unit: impl Iterator<Item = (u32, bool)>,
    ) -> Self {
        let open = |unit| Unsettled {
            unit,
            ..Unsettled::default()
        };
        Self {
            // Durations are in milliseconds by now, and how that was found is told elsewhere.
            settled: Settled {
                unit: unit.map(|certainty| Sure::of(Unit::Milliseconds, certainty, UnitWhy::Given)),
                ..Settled::default()
            },
            zones: Spans::known(zones),
            rows: without_unit.map(|(row, unit)| (row, open(unit))).collect(),
            courses: vec![Course {
                neighbours,
                previous: None,
                steps: Steps::known(count, first),
            }],
            ..Self::default()
        }
    }

    /// Rows from which on durations name their unit or not, counted from a row.
    pub(in crate::log) fn rows_without_unit(&self, from: u32) -> Vec<(u32, bool)> {
        let mut rows: Vec<(u32, bool)> = (self.rows.iter())
            .map(|&(row, open)| (row - from, open.unit))
            .collect();
        rows.dedup_by_key(|&mut (_, unit)| unit);
        // A file without any costs nothing.
        if rows.iter().all(|&(_, unit)| !unit) {
            rows.clear();
        }
        rows
    }

    /// Takes in a record; `row` is that of an ActiveSync request.
    pub(in crate::log) fn note(
        &mut self,
        record: &Record<'_>,
        open: Unsettled,
        row: Option<u32>,
        ping: bool,
    ) {
        if let Some(row) = row {
            self.note_row(row, record, open);
        }
        if let Some(number) = record
            .duration_ms
            .filter(|_| open.unit && record.is_request())
        {
            self.unit.get_or_insert_default().note(number, ping);
        }
        let Some(stamp) = record.stamp else {
            return;
        };
        let line = record.place.line;
        self.order.note(stamp.local(), record.doubt, record.place);
        let at = |local: i64| Stamp {
            ms: local - (stamp.local() - stamp.ms),
            zone: stamp.zone,
        };
        let reach = if record.is_request() {
            &mut self.requests
        } else {
            &mut self.others
        };
        // The moment under either order.
        let mut moments = [stamp; 2];
        if open.order {
            moments[1] = at(day_and_month_swapped(stamp.local()));
            for (reach, moment) in reach.ordered.iter_mut().zip(moments) {
                reach.note(moment);
            }
        } else if open.year {
            moments = [at(self.year.note(stamp.local(), line)); 2];
            reach.yearless.note(moments[0]);
        } else {
            reach.plain.note(stamp);
            self.zones.note(stamp, line);
        }
        self.run(record, open, moments.map(|moment| moment.ms));
    }

    /// Notes from which row on other things are open.
    fn note_row(&mut self, row: u32, record: &Record<'_>, mut open: Unsettled) {
        let before = self.rows.last().map(|&(_, open)| open).unwrap_or_default();
        // Of what a record does not have, nothing is open: it can go with the rows before it.
        if record.stamp.is_none() {
            (open.order, open.year, open.zone) = (before.order, before.year, before.zone);
        }
        if record.duration_ms.is_none_or(|number| number == 0) {
            (open.unit, open.shift) = (before.unit, before.shift);
        }
        if open != before {
            self.rows.push((row, open));
        }
    }

    /// Compares the record with the one before it, under every hypothesis.
    fn run(&mut self, record: &Record<'_>, open: Unsettled, moments: [i64; 2]) {
        if self.courses.is_empty() {
            self.courses.push(Course::default());
        }
        if self.courses.len() == 1 && (open.order || open.unit) {
            self.courses = vec![self.courses[0].clone(); HYPOTHESES];
        }
        for (index, course) in self.courses.iter_mut().enumerate() {
            let stamp = moments[index / unit::UNITS.len()];
            let unit = unit::UNITS[index % unit::UNITS.len()];
            let number = record.duration_ms.filter(|_| record.is_request());
            let duration = i64::from(match number {
                Some(number) if open.unit => unit::in_ms(number, unit),
                number => number.unwrap_or(0),
            });
            let stamp = stamp + i64::from(open.shift) * duration;
            let now = (stamp, stamp + duration);
            let kind = (open.zone, open.year);
            course
                .steps
                .note(record.place.line, now, open.zone, open.year);
            if record.is_request() {
                // Moments of different kinds cannot be compared.
                match course.previous.replace((kind, now)) {
                    Some((of, before)) if of == kind => course.neighbours.compare(before, now),
                    _ => {}
                }
            }
        }
    }

    /// What a row leaves open.
    pub(in crate::log) fn of_row(&self, row: u32) -> Unsettled {
        let after = self.rows.partition_point(|&(from, _)| from <= row);
        after
            .checked_sub(1)
            .map_or_else(Unsettled::default, |i| self.rows[i].1)
    }

    /// Whether any row leaves something open.
    pub(in crate::log) fn opens_rows(&self) -> bool {
        !self.rows.is_empty()
    }

    /// Keeps nothing of the rows, as another file holds the same ones.
    pub(in crate::log) fn forget_rows(&mut self) {
        self.rows.clear();
        self.unit = None;
    }

    fn course(&self, unit: usize) -> Option<&Course> {
        let order = usize::from(self.settled.order.as_ref().is_some_and(day_first));
        let index = order * unit::UNITS.len() + unit;
        self.courses.get(index).or(self.courses.first())
    }

    fn settled_course(&self) -> Option<&Course> {
        let unit = self.settled.unit.as_ref().map_or(0, |u| unit::at(u.value));
        self.course(unit)
    }

    /// How lines run under what is settled.
    pub(super) fn neighbours(&self) -> Neighbours {
        self.settled_course()
            .map(|course| course.neighbours)
            .unwrap_or_default()
    }

    /// The same under each unit.
    pub(super) fn neighbours_by_unit(&self) -> [Neighbours; 3] {
        [0, 1, 2].map(|unit| {
            self.course(unit)
                .map(|course| course.neighbours)
                .unwrap_or_default()
        })
    }

    /// Where the clock runs back under what is settled, unless the newest line stands first: then it always does.
    #[must_use]
    pub fn steps(&self) -> Option<&Steps> {
        self.settled_course()
            .filter(|course| course.steps.count > 0 && !course.neighbours.newest_first())
            .map(|course| &course.steps)
    }

    /// Whether a 29 February is shown as 1 March, as the year that was given has none.
    #[must_use]
    pub fn loses_a_day(&self) -> bool {
        let year = self.settled.year.as_ref();
        year.is_some_and(|year| self.year.loses_a_day(year.value))
    }

    /// A stamp of [`super::Step`] with what is settled of it.
    #[must_use]
    pub fn step_moment(&self, step: &super::Step, ms: i64) -> Stamp {
        let zone = (!step.local).then_some(0);
        match &self.settled.year {
            Some(year) if step.yearless => Stamp {
                ms: self.year.moment(ms, year.value),
                zone,
            },
            _ => Stamp { ms, zone },
        }
    }
}
