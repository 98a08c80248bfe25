//! Records whose lines leave something open of their times, given one by one: years, units, and damage of any kind.
#![cfg(not(target_arch = "wasm32"))]

use pinglens::explain::finding::Tuning;
use pinglens::format::time::{DAY_MS, Stamp, days};
use pinglens::format::{Doubt, Edge, Place, Record};
use pinglens::log::Log;
use pinglens::report::model::Certainty;
use pinglens::report::{Output, write};
use pinglens::settings::{Settings, Unit};
use proptest::prelude::*;

const TARGET: &str = "/Microsoft-Server-ActiveSync?User=j&DeviceId=A1&Cmd=";

/// A log of which each record is given, as no format that is read here leaves this open.
struct Records {
    log: Log,
    line: u32,
}

impl Records {
    fn new() -> Self {
        let mut records = Self {
            log: Log::default(),
            line: 0,
        };
        records.file("a.log", &Settings::default());
        records
    }

    fn file(&mut self, name: &str, settings: &Settings) {
        self.log.open(name, settings);
        self.line = 0;
    }

    fn add(&mut self, stamp: Option<Stamp>, doubt: Doubt, duration_ms: Option<u32>, ping: bool) {
        self.line += 1;
        let target = format!("{TARGET}{}", if ping { "Ping" } else { "Sync" });
        self.log.record(&Record {
            place: Place {
                line: self.line,
                offset: u64::from(self.line) * 100,
            },
            stamp,
            duration_ms,
            method: Some(b"POST"),
            target: Some(target.as_bytes()),
            status: Some(200),
            doubt,
            ..Record::default()
        });
    }

    /// A line of syslog: month, day and hour.
    fn yearless(&mut self, month: u32, day: u32, hour: i64) {
        let doubt = Doubt {
            year: true,
            ..Doubt::default()
        };
        self.add(Some(at(2000, month, day, hour)), doubt, None, false);
    }

    /// A duration without a unit.
    fn bare(&mut self, stamp: Stamp, number: u32, ping: bool) {
        let doubt = Doubt {
            unit: true,
            ..Doubt::default()
        };
        self.add(Some(stamp), doubt, Some(number), ping);
    }

    fn stamps(&mut self) -> Vec<String> {
        self.log.settle();
        let log = &self.log;
        let of = |row| {
            let (ms, zone) = (log.stamp(row)?, log.zone(row));
            Some(Stamp { ms, zone }.to_string())
        };
        (0..log.len()).filter_map(of).collect()
    }

    fn durations(&mut self) -> Vec<Option<u32>> {
        self.log.settle();
        (0..self.log.len())
            .map(|row| self.log.duration(row))
            .collect()
    }

    fn unit(&mut self) -> Option<(Unit, Certainty)> {
        self.log.settle();
        let unit = self.log.files[0].times.settled.unit.as_ref();
        unit.map(|unit| (unit.value, unit.certainty))
    }
}

fn at(year: i64, month: u32, day: u32, hour: i64) -> Stamp {
    Stamp {
        ms: days(year, month, day).expect("a date") * DAY_MS + hour * 3_600_000,
        zone: None,
    }
}

#[test]
fn a_log_without_years_goes_over_new_year() {
    let mut records = Records::new();
    for (month, day, hour) in [(12, 30, 5), (12, 31, 23), (1, 1, 0), (1, 2, 7)] {
        records.yearless(month, day, hour);
    }
    let unknown = records.stamps();
    assert_eq!(unknown[0], "1999-12-30T05:00:00");
    assert_eq!(unknown[3], "2000-01-02T07:00:00");
    records.file("b.log", &Settings::default());
    records.add(Some(at(2019, 1, 2, 7)), Doubt::default(), None, false);
    let stamps = records.stamps();
    assert_eq!(stamps[1], "2018-12-31T23:00:00");
    assert_eq!(stamps[2], "2019-01-01T00:00:00");
    let ends = records.log.files[0].period.ends();
    let ends = ends.map(|(first, last)| [first.to_string(), last.to_string()]);
    let expected = ["2018-12-30T05:00:00", "2019-01-02T07:00:00"];
    assert_eq!(ends, Some(expected.map(str::to_owned)));
}

#[test]
fn the_year_that_is_given_is_that_of_the_last_line() {
    let mut records = Records::new();
    let settings = Settings {
        year: Some(2023),
        ..Settings::default()
    };
    records.file("b.log", &settings);
    for (month, day) in [(12, 31), (2, 28), (2, 29)] {
        records.yearless(month, day, 3);
    }
    let expected = ["2022-12-31", "2023-02-28", "2023-03-01"].map(|d| format!("{d}T03:00:00"));
    assert_eq!(records.stamps(), expected);
    assert!(records.log.files[1].times.loses_a_day());
    // A slip of the hand.
    for year in [i32::MIN, i32::MAX, -1, 10_000] {
        let settings = Settings {
            year: Some(year),
            zone: Some(i16::MAX),
            ..Settings::default()
        };
        let mut records = Records::new();
        records.file("b.log", &settings);
        records.yearless(2, 29, 3);
        assert_eq!(records.stamps().len(), 1);
    }
}

#[test]
fn bare_durations_are_seconds_milliseconds_or_microseconds() {
    for (unit, factor) in [
        (Unit::Seconds, 1),
        (Unit::Milliseconds, 1000),
        (Unit::Microseconds, 1_000_000),
    ] {
        let mut records = Records::new();
        for i in 0..10 {
            let hour = at(2024, 5, 1, i);
            records.bare(hour, 480 * factor, true);
            // A Sync of 400 ms.
            records.bare(hour, 400 * factor / 1000, false);
        }
        assert_eq!(records.unit(), Some((unit, Certainty::Certain)));
        let durations = records.durations();
        assert_eq!(durations[0], Some(480_000));
        let sync = if unit == Unit::Seconds { 0 } else { 400 };
        assert_eq!(durations[1], Some(sync));
    }
}

/// Apache's `%t` is the start, and lines are written at the end: with the right unit alone they are in order.
#[test]
fn the_order_of_lines_tells_the_unit_of_short_requests() {
    let mut records = Records::new();
    let begin = at(2024, 5, 1, 0).ms;
    // Every third request takes eight seconds and is written behind those that began after it.
    let mut requests: Vec<(i64, i64)> = (0..90_i64)
        .map(|i| (begin + i * 3_000, if i % 3 == 0 { 8_000 } else { 20 }))
        .collect();
    requests.sort_by_key(|(start, took)| start + took);
    for (start, took) in requests {
        let ms = start / 1000 * 1000;
        records.bare(Stamp { ms, zone: None }, took as u32 * 1000, false);
    }
    let (unit, certainty) = records.unit().expect("it is open");
    assert_eq!((unit, certainty), (Unit::Microseconds, Certainty::Certain));
    assert_eq!(records.durations().iter().flatten().max(), Some(&8_000));
}

#[test]
fn numbers_beyond_all_measure_stay_durations() {
    let settings = Settings {
        unit: Some(Unit::Seconds),
        ..Settings::default()
    };
    let mut records = Records::new();
    records.file("b.log", &settings);
    for number in [0, 1, u32::MAX - 1, u32::MAX] {
        records.bare(at(2024, 5, 1, 0), number, true);
    }
    let most = Some(u32::MAX - 1);
    assert_eq!(records.durations(), [Some(0), Some(1000), most, most]);
    for ms in [i64::MIN, i64::MIN + 1, -62_200_000_000_000, i64::MAX] {
        let stamp = Stamp { ms, zone: None };
        records.add(Some(stamp), Doubt::default(), Some(u32::MAX), true);
    }
    for (year, zone) in [(0, Some(900)), (9999, Some(-900)), (0, None), (9999, None)] {
        let stamp = Stamp {
            zone,
            ..at(year, 12, 31, 23)
        };
        for doubt in [
            Doubt::default(),
            Doubt {
                order: true,
                ..Doubt::default()
            },
            Doubt {
                year: true,
                unit: true,
                ..Doubt::default()
            },
        ] {
            records.add(Some(stamp), doubt, Some(u32::MAX), true);
        }
    }
    records.log.settle();
    let explanation = pinglens::explain::Explanation::of(&records.log);
    let report = pinglens::report::build(&records.log, &explanation, &Tuning::default());
    assert!(!write(&report, Output::Json).is_empty());
    assert_eq!(records.log.stamp(4), None);
}

/// Of a unit that is a guess, no verdict is more than possible.
#[test]
fn verdicts_are_no_surer_than_the_unit() {
    let of = |settings: &Settings| {
        let mut records = Records::new();
        records.file("b.log", settings);
        for i in 0..4 {
            let ms = at(2024, 5, 1, 0).ms + i * 20_000;
            records.bare(Stamp { ms, zone: None }, 9_000, true);
            let ms = ms + 500;
            records.bare(Stamp { ms, zone: None }, 100, false);
        }
        records.log.settle();
        let explanation = pinglens::explain::Explanation::of(&records.log);
        (0..8)
            .filter(|&row| explanation.verdict(row).outcome.rests_on_length())
            .map(|row| explanation.verdict(row).certainty)
            .collect::<Vec<_>>()
    };
    let guessed = of(&Settings::default());
    assert!(guessed.len() >= 3 && guessed.iter().all(|&c| c == Certainty::Possible));
    let settings = Settings {
        unit: Some(Unit::Milliseconds),
        edge: Some(Edge::End),
        ..Settings::default()
    };
    assert!(of(&settings).iter().any(|&c| c > Certainty::Possible));
}

proptest! {
    /// Whatever lines leave open: a record that is read again says what its row says, however often things are settled,
    /// and damage of any kind stays without consequence.
    #[test]
    fn a_record_read_again_says_what_its_row_says(
        lines in prop::collection::vec(
            ((any::<[bool; 3]>(), 0_i64..900, 0_usize..4), (0_u32..5_000_000, 0_usize..4, 0_usize..4)),
            1..40,
        ),
        others in prop::collection::vec(0_i64..900, 0..3),
    ) {
        let mut records = Records::new();
        let target = format!("{TARGET}Ping");
        let begin = at(2000, 1, 1, 0).ms;
        let mut all = Vec::new();
        for (i, ((doubt, day, zone), (number, edge, cut))) in lines.into_iter().enumerate() {
            let [order, year, unit] = doubt;
            let day = if year { day % 366 } else { day };
            let zone = [None, None, Some(60), Some(-300)][zone];
            let stamp = Stamp { ms: begin + day * DAY_MS + i64::from(number) * 20, zone };
            all.push(Record {
                place: Place { line: i as u32 + 1, offset: i as u64 },
                stamp: Some(stamp).filter(|_| cut != 0),
                duration_ms: Some(number).filter(|_| cut != 1),
                target: Some(target.as_bytes()),
                edge: [None, None, Some(Edge::Start), Some(Edge::End)][edge],
                doubt: Doubt { order: order && !year, year, unit, ..Doubt::default() },
                ..Record::default()
            });
        }
        for record in &all {
            records.log.record(record);
        }
        records.log.settle();
        for (i, day) in others.into_iter().enumerate() {
            records.file(["b.log", "c.log", "d.log"][i], &Settings::default());
            let stamp = Stamp { ms: begin + day * DAY_MS, zone: Some(120) };
            records.add(Some(stamp), Doubt::default(), None, false);
        }
        records.log.settle();
        let before = records.stamps();
        prop_assert_eq!(before.len(), records.log.len() as usize - all.iter().filter(|r| r.stamp.is_none()).count());
        prop_assert_eq!(&before, &records.stamps());
        let log = &records.log;
        for (row, record) in all.iter().enumerate() {
            let again = log.files[0].settled(record);
            let row = row as u32;
            prop_assert_eq!(again.duration_ms, log.duration(row));
            prop_assert_eq!(again.stamp.map(|s| s.ms), log.stamp(row));
            if let Some(stamp) = again.stamp {
                prop_assert_eq!(stamp.zone, log.zone(row));
            }
        }
    }
}
