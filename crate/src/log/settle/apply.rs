//! What is settled, applied to records, rows and files.

use super::evidence::Moments;
use super::{Times, Unsettled, day_first, in_ms, zone};
use crate::certainty::Certainty;
use crate::format::time::{Stamp, day_and_month_swapped};
use crate::format::{Edge, Record};
use crate::log::{FileLog, LONGEST, Log, NO_DURATION, NO_STAMP, NO_ZONE, Reach};
use crate::settings::DateOrder;

impl Times {
    /// A duration in milliseconds.
    fn duration(&self, number: u32, open: Unsettled) -> u32 {
        match &self.settled.unit {
            Some(unit) if open.unit => in_ms(number, unit.value),
            _ => number,
        }
    }

    /// A stamp with all that is settled of it; `duration` is settled already.
    pub(super) fn stamp(
        &self,
        stamp: Stamp,
        duration: Option<u32>,
        open: Unsettled,
        line: u32,
    ) -> Stamp {
        let mut local = stamp.local();
        let settled = &self.settled;
        if open.order && settled.order.as_ref().is_some_and(day_first) {
            local = day_and_month_swapped(local);
        }
        if let Some(year) = settled.year.as_ref().filter(|_| open.year) {
            local = self.year.settled(local, line, year.value);
        }
        let mut stamp = self.in_its_zone(local, stamp.zone);
        let shift = i64::from(open.shift) * i64::from(duration.unwrap_or(0));
        stamp.ms = stamp.ms.saturating_add(shift);
        stamp
    }

    /// A moment of a clock, in the zone that it states or the one settled for it.
    fn in_its_zone(&self, local_ms: i64, stated: Option<i16>) -> Stamp {
        let settled = || zone::at(&self.settled.zone.as_ref()?.value, local_ms);
        let zone = stated.or_else(settled);
        Stamp {
            ms: local_ms - i64::from(zone.unwrap_or(0)) * 60_000,
            zone,
        }
    }

    /// The file's stamps whose dates leave nothing open.
    pub(super) fn plain(&self) -> Reach {
        Reach::of([self.requests.plain, self.others.plain].into_iter())
    }

    /// The file's stamps that can be read in two orders, read in one.
    pub(super) fn ordered(&self, order: DateOrder) -> Reach {
        let index = usize::from(order == DateOrder::DayFirst);
        let of = [self.requests.ordered[index], self.others.ordered[index]];
        Reach::of(of.into_iter())
    }

    /// The file's stamps that name their year, from the first to the last.
    pub(super) fn dated(&self) -> Reach {
        let order = match &self.settled.order {
            Some(order) if day_first(order) => DateOrder::DayFirst,
            _ => DateOrder::MonthFirst,
        };
        Reach::of([self.plain(), self.ordered(order)].into_iter())
    }

    /// The file's stamps that name no year, as many years after 2000 as there are New Years before them.
    pub(super) fn yearless(&self) -> Reach {
        Reach::of([self.requests.yearless, self.others.yearless].into_iter())
    }

    /// The period of some moments, with all that is settled.
    fn reach(&self, of: &Moments) -> Reach {
        let order = usize::from(self.settled.order.as_ref().is_some_and(day_first));
        let mut reach = Reach::default();
        for stamp in of.plain.stamps().chain(of.ordered[order].stamps()) {
            reach.note(self.in_its_zone(stamp.local(), stamp.zone));
        }
        for stamp in of.yearless.stamps() {
            let local = match &self.settled.year {
                Some(year) => self.year.moment(stamp.local(), year.value),
                None => stamp.local(),
            };
            reach.note(self.in_its_zone(local, stamp.zone));
        }
        reach
    }

    /// The file's period, with all that is settled.
    pub(super) fn period(&self) -> Reach {
        Reach::of([self.reach(&self.requests), self.reach(&self.others)].into_iter())
    }
}

impl FileLog {
    /// The record as it is kept: what is no moment or no duration is left out, and the stamp is brought to the edge of
    /// the request that the file's other stamps mark, so that formats which mark different ones can stand in one file.
    /// Where that depends on what is open, it waits until that is settled.
    pub(in crate::log) fn kept<'a>(&mut self, record: &Record<'a>) -> (Record<'a>, Unsettled) {
        let record = sound(record);
        self.edge = self.edge.or(record.edge);
        let open = self.open(&record);
        if record.doubt.any() || (open.zone && open.shift != 0) {
            (record, open)
        } else {
            (
                self.times_settled(
                    &record,
                    Unsettled {
                        zone: false,
                        ..open
                    },
                ),
                Unsettled { shift: 0, ..open },
            )
        }
    }

    /// A record that is read again, with all that is settled of its times.
    #[must_use]
    pub fn settled<'a>(&self, record: &Record<'a>) -> Record<'a> {
        let record = sound(record);
        self.times_settled(&record, self.open(&record))
    }

    fn times_settled<'a>(&self, record: &Record<'a>, open: Unsettled) -> Record<'a> {
        let mut record = *record;
        if open.any() {
            let number = record.duration_ms;
            record.duration_ms = number.map(|number| self.times.duration(number, open));
            let line = record.place.line;
            let settled = |stamp| self.times.stamp(stamp, record.duration_ms, open, line);
            record.stamp = record.stamp.map(settled);
        }
        if open.shift != 0 {
            record.edge = self.edge;
        }
        record
    }

    /// What a record leaves open.
    fn open(&self, record: &Record<'_>) -> Unsettled {
        let shift = match (record.edge, self.edge) {
            _ if record.stamp.is_none() || record.duration_ms.is_none() => 0,
            // Where the user says what all of them mark, they stay as they are.
            _ if self.settings.edge.is_some() => 0,
            (Some(Edge::Start), Some(Edge::End)) => 1,
            (Some(Edge::End), Some(Edge::Start)) => -1,
            _ => 0,
        };
        Unsettled {
            unit: record.doubt.unit && record.duration_ms.is_some(),
            shift,
            ..Unsettled::of_stamp(record)
        }
    }

    /// Brings what is known of the file as a whole in line with what is settled.
    pub(super) fn take_settled(&mut self) {
        let times = &self.times;
        self.period = times.period();
        self.requests_period = times.reach(&times.requests);
        self.neighbours = times.neighbours();
        for line in &mut self.waiting {
            let Some(stamp) = line.read else {
                continue;
            };
            let stamp = times.stamp(stamp, None, line.open, line.place.line);
            line.stamp = Some(stamp.ms);
            line.zone = stamp.zone;
        }
        for moment in self.events.moments_mut() {
            moment.stamp = times.stamp(moment.read, None, moment.open, moment.line);
        }
    }

    /// How sure the unit of the file's durations is, if their lines do not name it.
    #[must_use]
    pub fn unit_certainty(&self) -> Option<Certainty> {
        self.times.settled.unit.as_ref().map(|unit| unit.certainty)
    }
}

/// A record without a stamp that is no moment, and with a duration that can be kept.
fn sound<'a>(record: &Record<'a>) -> Record<'a> {
    Record {
        stamp: record.stamp.filter(Stamp::is_sound),
        duration_ms: record.duration_ms.map(|ms| ms.min(LONGEST)),
        ..*record
    }
}

impl Log {
    /// The stamp of a row, in milliseconds since 1970, with all that is settled of it.
    #[must_use]
    #[inline]
    pub fn stamp(&self, row: u32) -> Option<i64> {
        let stamp = Some(self.rows.stamp.get(row)).filter(|&s| s != NO_STAMP)?;
        // Asked for each row many times, and most logs leave nothing open.
        if self.open_rows {
            return self.settled_stamp(row, stamp);
        }
        Some(stamp)
    }

    #[cold]
    fn settled_stamp(&self, row: u32, stamp: i64) -> Option<i64> {
        if self.open_of(row).any() {
            return self.moment(row).map(|stamp| stamp.ms);
        }
        Some(stamp)
    }

    /// Minutes east of UTC in which a row is stamped, where its zone is known or settled.
    #[must_use]
    pub fn zone(&self, row: u32) -> Option<i16> {
        let stated = Some(self.origin(row).zone).filter(|&zone| zone != NO_ZONE);
        stated.or_else(|| self.moment(row)?.zone)
    }

    /// The stamp of a row with its zone.
    fn moment(&self, row: u32) -> Option<Stamp> {
        let ms = Some(self.rows.stamp.get(row)).filter(|&s| s != NO_STAMP)?;
        let zone = Some(self.origin(row).zone).filter(|&zone| zone != NO_ZONE);
        let times = &self.files[self.file_of(row) as usize].times;
        let (duration, line) = (self.duration(row), self.line(row));
        Some(times.stamp(Stamp { ms, zone }, duration, self.open_of(row), line))
    }

    /// What a row leaves open of its times.
    pub(super) fn open_of(&self, row: u32) -> Unsettled {
        if !self.open_rows {
            return Unsettled::default();
        }
        self.files[self.file_of(row) as usize].times.of_row(row)
    }

    /// The duration of a row, in milliseconds, with all that is settled of it.
    #[must_use]
    #[inline]
    pub fn duration(&self, row: u32) -> Option<u32> {
        let number = Some(self.rows.duration.get(row)).filter(|&d| d != NO_DURATION)?;
        if self.open_rows {
            return Some(self.settled_duration(row, number));
        }
        Some(number)
    }

    #[cold]
    fn settled_duration(&self, row: u32, number: u32) -> u32 {
        let open = self.open_of(row);
        if !open.unit {
            return number;
        }
        let times = &self.files[self.file_of(row) as usize].times;
        times.duration(number, open)
    }

    /// Whether a row's line names a duration without its unit.
    #[must_use]
    pub fn unit_is_settled(&self, row: u32) -> bool {
        self.rows.duration.get(row) != NO_DURATION && self.open_of(row).unit
    }
}
