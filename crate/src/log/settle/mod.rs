//! What the lines of a file leave open of their times, settled from the whole file and from the other files of the case.
//!
//! Rows keep what stands in their lines; what is settled is applied where they are asked for. So nothing is lost when
//! another file makes things clearer, and settling again costs nothing for each row. Files whose lines tell everything
//! cost nothing at all.

mod apply;
mod evidence;
mod order;
mod steps;
mod unit;
mod year;
mod zone;

pub use evidence::Times;
pub use order::Why as OrderWhy;
pub use steps::{SHOWN as STEPS_SHOWN, Step, Steps};
pub use unit::{Why as UnitWhy, in_ms};
pub use year::Why as YearWhy;
pub use zone::{Span, Spans, Why as ZoneWhy};

use super::file::{FileLog, Neighbours, Reach, SLACK_MS};
use super::{Log, NO_DURATION};
use crate::activesync::Command;
use crate::certainty::Certainty;
use crate::format::Record;
use crate::settings::{DateOrder, Unit};
use serde::{Deserialize, Serialize};

/// Something settled: what, how sure, and from what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sure<T, W> {
    /// What is taken.
    pub value: T,
    /// How sure that is.
    pub certainty: Certainty,
    /// What it rests on.
    pub why: W,
}

impl<T, W> Sure<T, W> {
    fn of(value: T, certainty: Certainty, why: W) -> Self {
        Self {
            value,
            certainty,
            why,
        }
    }
}

/// What is settled of a file; `None` where its lines leave nothing open, or nothing can be taken.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settled {
    /// The order of day and month where both are numbers.
    pub order: Option<Sure<DateOrder, OrderWhy>>,
    /// The year of the last line that names none.
    pub year: Option<Sure<i64, YearWhy>>,
    /// The zones of stamps that name none, by the time at which they hold.
    pub zone: Option<Sure<Vec<Span>, ZoneWhy>>,
    /// The unit of durations that name none.
    pub unit: Option<Sure<Unit, UnitWhy>>,
}

/// What a record leaves open.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Unsettled {
    /// Day and month.
    pub(super) order: bool,
    /// The year.
    pub(super) year: bool,
    /// The zone.
    pub(super) zone: bool,
    /// The unit of the duration.
    pub(super) unit: bool,
    /// By how many durations the stamp is to be moved to the edge of the request that the file's other stamps mark.
    pub(super) shift: i8,
}

impl Unsettled {
    /// What a record leaves open of its stamp.
    pub(super) fn of_stamp(record: &Record<'_>) -> Self {
        let (stamp, doubt) = (record.stamp, record.doubt);
        Self {
            order: doubt.order && stamp.is_some(),
            year: doubt.year && stamp.is_some(),
            zone: stamp.is_some_and(|stamp| stamp.zone.is_none()),
            ..Self::default()
        }
    }

    /// Whether there is anything.
    pub(super) fn any(self) -> bool {
        self != Self::default()
    }
}

/// The earliest and the latest moment, of those with and those without a zone together: a day or less makes no
/// difference here.
fn ends(reach: Reach) -> Option<(i64, i64)> {
    let ms = || reach.stamps().map(|stamp| stamp.ms);
    ms().min().zip(ms().max())
}

fn day_first(order: &Sure<DateOrder, OrderWhy>) -> bool {
    order.value == DateOrder::DayFirst
}

/// A year that dates can be printed in.
fn year_of_four_digits(year: i32) -> i64 {
    i64::from(year).clamp(0, 9999)
}

/// Zones reach from -12:00 to +14:00; a slip of the hand must not move times out of all calendars.
const FARTHEST_ZONE: i16 = 15 * 60;

impl Log {
    /// Settles what the lines of the files leave open, from all files read so far. It can be done again when there are
    /// more of them, and does not depend on their order.
    pub fn settle(&mut self) {
        if self.restored {
            return;
        }
        for file in &mut self.files {
            file.times.settled = Settled::default();
        }
        self.settle_order();
        self.settle_years();
        self.settle_zones();
        self.settle_units();
        for file in &mut self.files {
            file.take_settled();
        }
    }

    fn settle_order(&mut self) {
        let own: Vec<_> = (self.files.iter())
            .map(|file| file.times.order.decide(file.settings.order))
            .collect();
        let plain = self.files.iter().map(|file| file.times.plain());
        let clear = ends(Reach::of(plain));
        for index in 0..self.files.len() {
            let order = &self.files[index].times.order;
            if order.open == 0 {
                continue;
            }
            let from_others = || {
                let value = self.agreed(index, |other| {
                    let sure = own[other].as_ref()?;
                    (sure.why != OrderWhy::Given && sure.certainty > Certainty::Possible)
                        .then_some(sure.value)
                })?;
                Some(Sure::of(value, Certainty::Likely, OrderWhy::OtherFiles))
            };
            let by_period = || {
                let times = &self.files[index].times;
                let open = [
                    ends(times.ordered(DateOrder::MonthFirst))?,
                    ends(times.ordered(DateOrder::DayFirst))?,
                ];
                order::Evidence::by_period(open, clear?)
            };
            let sure = own[index]
                .or_else(from_others)
                .or_else(by_period)
                .unwrap_or_else(|| order.assumed());
            self.files[index].times.settled.order = Some(sure);
        }
    }

    /// What all other files in the same format say that say something.
    fn agreed<T: PartialEq>(&self, index: usize, of: impl Fn(usize) -> Option<T>) -> Option<T> {
        let code = |file: usize| self.files[file].formats.first().map(|(f, _)| f.code());
        let mut others = (0..self.files.len())
            .filter(|&other| other != index && self.files[other].same_as.is_none())
            .filter(|&other| code(other) == code(index))
            .filter_map(of);
        let first = others.next()?;
        others.all(|other| other == first).then_some(first)
    }

    fn settle_years(&mut self) {
        let dated: Vec<Reach> = self.files.iter().map(|f| f.times.dated()).collect();
        for index in 0..self.files.len() {
            let file = &self.files[index];
            let evidence = &file.times.year;
            let Some(period) = ends(file.times.yearless()).filter(|_| evidence.any()) else {
                continue;
            };
            let given = file.settings.year.map(|year| {
                let year = year_of_four_digits(year);
                Sure::of(year, Certainty::Certain, YearWhy::Given)
            });
            let own = || evidence.fit(period, ends(dated[index])?, YearWhy::SameFile);
            let others = || {
                let mut reach = Reach::default();
                (0..dated.len())
                    .filter(|&other| other != index && self.files[other].same_as.is_none())
                    .flat_map(|other| dated[other].stamps())
                    .for_each(|stamp| reach.note(stamp));
                evidence.fit(period, ends(reach)?, YearWhy::OtherFiles)
            };
            let sure = given
                .or_else(own)
                .or_else(others)
                .unwrap_or_else(|| evidence.unknown());
            self.files[index].times.settled.year = Some(sure);
        }
    }

    fn settle_zones(&mut self) {
        for index in 0..self.files.len() {
            let file = &self.files[index];
            let Some((first, last)) = file.times.period().local_ends() else {
                continue;
            };
            let period = (first.ms, last.ms);
            let given = file.settings.zone.map(|zone| {
                let zone = zone.clamp(-FARTHEST_ZONE, FARTHEST_ZONE);
                zone::given(zone)
            });
            let own = || {
                let spans = zone::united(file.times.zones.list.iter().copied())?;
                Some(zone::taken(spans, ZoneWhy::SameFile, period))
            };
            let sure = given.or_else(own).or_else(|| self.lent_zone(index, period));
            self.files[index].times.settled.zone = sure;
        }
    }

    /// The zones that the lines of the other files state.
    fn lent_zone(&self, index: usize, period: (i64, i64)) -> Option<Sure<Vec<Span>, ZoneWhy>> {
        let lends = |(other, file): &(usize, &FileLog)| {
            let utc = file.formats.first().is_some_and(|(f, _)| f.is_utc());
            let stated = !file.times.zones.list.is_empty();
            *other != index && file.same_as.is_none() && stated && !utc
        };
        let lenders = || self.files.iter().enumerate().filter(lends);
        let all = |file: &FileLog| !file.times.zones.list.is_empty();
        // Of clocks in several zones at once, those that are always in UTC may only be written so.
        let own_zone = |file: &FileLog| file.times.zones.list.iter().any(|span| span.zone != 0);
        let of = |test: &dyn Fn(&FileLog) -> bool| {
            let files = lenders().filter(|(_, file)| test(file));
            zone::united(files.flat_map(|(_, file)| file.times.zones.list.iter().copied()))
        };
        let spans = of(&all).or_else(|| of(&own_zone))?;
        let lent = |(_, file): &(usize, &FileLog)| {
            let zones = &file.times.zones.list;
            zones.iter().any(|z| spans.iter().any(|s| s.zone == z.zone))
        };
        let lenders = || lenders().filter(lent);
        // The one to be named is the nearest in time; of several, one that does not depend on the order of opening.
        let (nearest, _) = lenders().min_by_key(|(_, file)| {
            let away = zone::distance(&file.times.zones.list, period);
            (away, &file.name, file.bytes, file.fingerprint)
        })?;
        Some(zone::taken(
            spans,
            ZoneWhy::OtherFile(nearest as u32),
            period,
        ))
    }

    fn settle_units(&mut self) {
        let own: Vec<_> = (0..self.files.len()).map(|i| self.own_unit(i)).collect();
        for index in 0..self.files.len() {
            if self.files[index].times.unit.is_none() {
                continue;
            }
            let from_others = || {
                let value = self.agreed(index, |other| {
                    let sure = own[other].as_ref()?;
                    (sure.why != UnitWhy::Given && sure.certainty > Certainty::Possible)
                        .then_some(sure.value)
                })?;
                Some(Sure::of(value, Certainty::Likely, UnitWhy::OtherFiles))
            };
            // What ordinary requests take tells less than a file of the same server that is clear.
            let weak = own[index].filter(|sure| sure.certainty == Certainty::Possible);
            let sure = match weak {
                Some(weak) => from_others().unwrap_or(weak),
                None => own[index].or_else(from_others).unwrap_or_else(|| {
                    Sure::of(Unit::Milliseconds, Certainty::Possible, UnitWhy::Assumed)
                }),
            };
            self.files[index].times.settled.unit = Some(sure);
        }
    }

    fn own_unit(&self, index: usize) -> Option<Sure<Unit, UnitWhy>> {
        let file = &self.files[index];
        let evidence = file.times.unit.as_ref()?;
        let neighbours = file.times.neighbours_by_unit();
        let period = file.times.period();
        let span = period
            .ends()
            .map(|(first, last)| last.ms.saturating_sub(first.ms));
        let newest_first = neighbours.iter().any(Neighbours::newest_first);
        let course = unit::Course {
            neighbours,
            meet: self.meetings(index as u32, newest_first),
            period: span,
        };
        evidence.decide(file.settings.unit, &course)
    }

    /// Pings of a file that end when the next request of their device begins under one unit alone, by unit, whichever
    /// edge of the request the stamps mark.
    fn meetings(&self, file: u32, newest_first: bool) -> [u64; 3] {
        // The two readings of a short Ping lie too close to each other.
        const LONG_MS: i64 = 10_000;
        const FOLLOW_MS: i64 = 5_000;
        let mut meetings = [0; 3];
        let mut pings: Vec<Option<(i64, u32)>> = vec![None; self.devices.values().len()];
        let mut take = |row: u32| {
            let number = self.rows.duration.get(row);
            let (Some(device), Some(stamp)) = (self.device(row), self.stamp(row)) else {
                return;
            };
            if number == NO_DURATION || !self.open_of(row).unit {
                return;
            }
            if let Some((ended, ping)) = pings[device as usize].take() {
                let meet = |end: i64, start: i64| (-SLACK_MS..=FOLLOW_MS).contains(&(start - end));
                let fits = unit::UNITS.map(|unit| {
                    let held = i64::from(in_ms(ping, unit));
                    let took = i64::from(in_ms(number, unit));
                    (held > LONG_MS && meet(ended + held, stamp))
                        || (took > LONG_MS && meet(ended, stamp - took))
                });
                if let [true, false, false] | [false, true, false] | [false, false, true] = fits {
                    for (count, fits) in meetings.iter_mut().zip(fits) {
                        *count += u64::from(fits);
                    }
                }
            }
            let answered = matches!(self.status(row), Some(200 | 409));
            if answered && self.command(row) == Command::Ping {
                pings[device as usize] = Some((stamp, number));
            }
        };
        let rows = self.rows_of(file);
        if newest_first {
            rows.rev().for_each(&mut take);
        } else {
            rows.for_each(&mut take);
        }
        meetings
    }
}
