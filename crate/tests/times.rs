//! Whole small logs whose lines leave something open of their times: what is taken, what the report says of it, and that
//! nothing depends on the order in which files come.
#![cfg(not(target_arch = "wasm32"))]

use pinglens::Inspector;
use pinglens::format::time::{DAY_MS, Stamp, days};
use pinglens::format::{Doubt, Edge, Place, Record};
use pinglens::log::Log;
use pinglens::report::model::{Certainty, FileReport, Meaning, Report, SettledReport};
use pinglens::report::{ListFormat, Lister, Output, redact, write};
use pinglens::settings::{DateOrder, Settings, Unit};
use proptest::prelude::*;
use serde_json::Value;

fn inspect(files: &[(&str, &str)]) -> Inspector {
    given(files, &Settings::default())
}

/// Reads files of which the user says something.
fn given(files: &[(&str, &str)], settings: &Settings) -> Inspector {
    let mut inspector = Inspector::new();
    for (name, text) in files {
        inspector.open_with(name, settings);
        inspector.feed(text.as_bytes());
    }
    inspector
}

fn settled<'a>(file: &'a FileReport, code: &str) -> &'a SettledReport {
    let of = file.settled.iter().find(|settled| settled.code == code);
    of.unwrap_or_else(|| panic!("{} says nothing of {code}", file.name))
}

/// What is said of the first file: what was taken, how sure, and why.
fn said(report: &Report, code: &str) -> (String, Certainty, String) {
    let settled = settled(&report.files[0], code);
    (
        settled.value.clone(),
        settled.certainty,
        settled.reason.clone(),
    )
}

/// The report, without what tells the order of opening.
fn lasting(report: &Report) -> String {
    let json = write(report, Output::Json);
    json.lines().filter(|l| !l.contains("\"opened\"")).collect()
}

/// What `pinglens requests` lists of the first file.
fn listed(inspector: &mut Inspector, text: &str) -> Vec<Value> {
    let (log, explanation) = inspector.explain();
    let mut lister = Lister::new(log, explanation, 0, ListFormat::Ndjson, true);
    let mut out = Vec::new();
    lister.feed(text.as_bytes(), &mut out);
    lister.finish(&mut out);
    let lines = String::from_utf8(out).expect("JSON is UTF-8");
    lines
        .lines()
        .map(|line| serde_json::from_str(line).expect("one object a line"))
        .collect()
}

/// A console line about a session that waits.
fn waiting(stamp: &str, session: u32) -> String {
    format!(
        "{stamp}   HTTP Server: Waiting for session to finish: Session State [Processing Request] Session ID [{session}] \
         Thread ID [2 (0x2)] POST /Microsoft-Server-ActiveSync?User=j&DeviceId=A1&Cmd=Ping HTTP/1.1\n"
    )
}

/// A line of an access log, with a duration that names its unit.
fn access(stamp: &str, command: &str, status: u16, ms: u32) -> String {
    format!(
        "192.0.2.1 t.example.com - [{stamp}] \"POST /Microsoft-Server-ActiveSync?User=j&DeviceId=A1&Cmd={command} \
         HTTP/1.1\" {status} 0 \"-\" \"x\" {ms} \"\" \"\"\n"
    )
}

/// A block of a web log's documents, whose date has no zone.
fn block(date: &str, command: &str, status: u16, ms: u32) -> String {
    format!(
        "=====\nDate: {date}\nRequest: POST /Microsoft-Server-ActiveSync?User=j&DeviceId=A1&Cmd={command} HTTP/1.1\n\
         Status: {status}\nElapsed Time: {ms}\n"
    )
}

#[test]
fn one_telling_date_on_the_last_line_settles_a_whole_console_log() {
    let dates = ["01/02/2010", "02/02/2010", "11/02/2010", "13/02/2010"];
    let text: String = dates
        .iter()
        .map(|date| waiting(&format!("{date} 14:25:00"), 7))
        .collect();
    let report = inspect(&[("console.log", &text)]).report();
    let (value, certainty, reason) = said(&report, "date-order");
    assert_eq!(
        (value.as_str(), certainty),
        ("day-first", Certainty::Certain)
    );
    assert!(reason.contains("the first at line 4"), "{reason}");
    let seen: Vec<Option<&str>> = report.waiting.iter().map(|w| w.first.as_deref()).collect();
    let expected = ["2010-02-01", "2010-02-02", "2010-02-11", "2010-02-13"]
        .map(|date| format!("{date}T14:25:00"));
    assert_eq!(
        seen,
        expected
            .iter()
            .map(|e| Some(e.as_str()))
            .collect::<Vec<_>>()
    );
    let period = report.files[0].period.as_ref().map(|p| p.first.as_str());
    assert_eq!(period, Some("2010-02-01T14:25:00"));
}

/// Most lines of a console are of no interest here, but for their dates; what the server says of itself is settled, too.
#[test]
fn any_line_of_a_console_may_tell() {
    let text = format!(
        "01/02/2010 14:25:00   HTTP Server: Started\n{}13/02/2010 09:00:00   Router: Mailbox is being compacted\n",
        waiting("02/02/2010 14:25:00", 7)
    );
    let mut inspector = inspect(&[("console.log", &text)]);
    let report = inspector.report();
    let (value, certainty, _) = said(&report, "date-order");
    assert_eq!(
        (value.as_str(), certainty),
        ("day-first", Certainty::Certain)
    );
    assert_eq!(
        report.waiting[0].first.as_deref(),
        Some("2010-02-02T14:25:00")
    );
    let period = report.files[0].period.as_ref();
    let ends = period.map(|p| [p.first.as_str(), p.last.as_str()]);
    assert_eq!(ends, Some(["2010-02-01T14:25:00", "2010-02-13T09:00:00"]));
    let events = serde_json::to_string(&report.events).expect("plain data");
    assert!(events.contains("2010-02-01T14:25:00"), "{events}");
    assert_eq!(listed(&mut inspector, &text).len(), 1);
}

#[test]
fn days_that_follow_each_other_settle_blocks_in_rows_and_list() {
    let text: String = ["03/04/2010", "04/04/2010", "05/04/2010"]
        .iter()
        .map(|date| block(&format!("{date} 14:25:00"), "Ping", 200, 300_100))
        .collect();
    let mut inspector = inspect(&[("domlog.txt", &text)]);
    let report = inspector.report();
    let (value, certainty, _) = said(&report, "date-order");
    assert_eq!(
        (value.as_str(), certainty),
        ("day-first", Certainty::Likely)
    );
    let ends: Vec<Value> = listed(&mut inspector, &text)
        .iter()
        .map(|entry| entry["end"].clone())
        .collect();
    let expected = [
        "2010-04-03T14:25:00",
        "2010-04-04T14:25:00",
        "2010-04-05T14:25:00",
    ];
    assert_eq!(ends, expected);
    assert_eq!(report.devices[0].last.as_deref(), Some(expected[2]));
}

#[test]
fn a_single_day_follows_the_other_files_and_is_assumed_without_them() {
    let single = waiting("03/04/2010 14:25:00", 7);
    let telling = waiting("25/04/2010 14:25:00", 8);
    let alone = inspect(&[("a.log", &single)]).report();
    let (value, certainty, reason) = said(&alone, "date-order");
    assert_eq!(
        (value.as_str(), certainty),
        ("month-first", Certainty::Possible)
    );
    assert!(reason.contains("assumed"), "{reason}");
    let files = [("a.log", single.as_str()), ("b.log", telling.as_str())];
    let both = inspect(&files).report();
    let (value, certainty, _) = said(&both, "date-order");
    assert_eq!(
        (value.as_str(), certainty),
        ("day-first", Certainty::Likely)
    );
    assert_eq!(both.files[0].name, "a.log");
    let reversed = inspect(&[files[1], files[0]]).report();
    assert_eq!(lasting(&both), lasting(&reversed));
}

#[test]
fn a_single_day_is_told_by_the_days_of_other_logs() {
    let console = waiting("03/04/2010 14:25:00", 7);
    let log = access("03/Apr/2010:14:00:00 +0000", "Ping", 200, 300_100);
    let report = inspect(&[("a.log", &console), ("access.log", &log)]).report();
    let console = report.files.iter().find(|f| f.name == "a.log");
    let console = console.expect("it was opened");
    let order = settled(console, "date-order");
    assert_eq!(
        (order.value.as_str(), order.certainty),
        ("day-first", Certainty::Likely)
    );
    // The server may be told to log in GMT, so this is no more than possible.
    let zone = settled(console, "zone");
    assert_eq!(
        (zone.value.as_str(), zone.certainty),
        ("UTC", Certainty::Possible)
    );
    assert!(zone.reason.contains("GMT"), "{}", zone.reason);
}

#[test]
fn what_is_given_wins_and_the_report_says_so() {
    let text = waiting("25/04/2010 14:25:00", 8) + &waiting("03/04/2010 14:25:00", 7);
    let settings = Settings {
        order: Some(DateOrder::MonthFirst),
        zone: Some(-300),
        ..Settings::default()
    };
    let report = given(&[("a.log", &text)], &settings).report();
    for code in ["date-order", "zone"] {
        let (_, certainty, reason) = said(&report, code);
        assert_eq!(certainty, Certainty::Certain);
        assert!(reason.contains("as was given"), "{reason}");
    }
    // A date that can be only one stays what it is.
    let seen: Vec<Option<&str>> = report.waiting.iter().map(|w| w.first.as_deref()).collect();
    let expected = ["2010-03-04T14:25:00-05:00", "2010-04-25T14:25:00-05:00"];
    assert_eq!(seen, expected.map(Some));
}

#[test]
fn a_console_takes_the_zone_of_the_access_log_beside_it() {
    let console = waiting("03/28/2010 01:30:00", 7) + &waiting("03/28/2010 14:25:00", 8);
    let log = access("27/Mar/2010:14:00:00 +0100", "Ping", 200, 300_100)
        + &access("28/Mar/2010:01:59:00 +0100", "Sync", 200, 140)
        + &access("28/Mar/2010:03:01:00 +0200", "Sync", 200, 140)
        + &access("28/Mar/2010:15:00:00 +0200", "Ping", 200, 300_100);
    let files = [
        ("access.log", log.as_str()),
        ("console.log", console.as_str()),
    ];
    let report = inspect(&files).report();
    let console = report.files.iter().find(|f| f.name == "console.log");
    let zone = settled(console.expect("it was opened"), "zone");
    assert_eq!(
        (zone.value.as_str(), zone.certainty),
        ("+01:00 +02:00", Certainty::Likely)
    );
    assert!(zone.reason.contains("as in access.log"), "{}", zone.reason);
    let seen: Vec<Option<&str>> = report.waiting.iter().map(|w| w.first.as_deref()).collect();
    let expected = ["2010-03-28T01:30:00+01:00", "2010-03-28T14:25:00+02:00"];
    assert_eq!(seen, expected.map(Some));
    // The access log says when summer time began.
    let access = report.files.iter().find(|f| f.name == "access.log");
    let clock = &access.expect("it was opened").clock;
    assert_eq!(
        (clock.zone_changes, clock.steps, clock.first[0].line),
        (1, 0, 3)
    );
    assert!(clock.first[0].sentence.contains("summer time"));
    let reversed = inspect(&[files[1], files[0]]).report();
    assert_eq!(lasting(&report), lasting(&reversed));
    // A report without names does not name that file either.
    let hidden = write(&redact(&report), Output::Text);
    assert!(hidden.contains("as in log-0") && !hidden.contains("access.log"));
}

#[test]
fn servers_in_two_zones_lend_none() {
    let console = waiting("03/28/2010 14:25:00", 8);
    let east = access("28/Mar/2010:14:00:00 +0200", "Ping", 200, 300_100)
        + &access("28/Mar/2010:20:00:00 +0200", "Ping", 200, 300_100);
    let west = access("28/Mar/2010:08:00:00 -0500", "Ping", 200, 300_100)
        + &access("28/Mar/2010:15:00:00 -0500", "Ping", 200, 300_100);
    let report = inspect(&[("c.log", &console), ("e.log", &east), ("w.log", &west)]).report();
    let console = report.files.iter().find(|f| f.name == "c.log");
    let console = console.expect("it was opened");
    assert!(console.settled.iter().all(|settled| settled.code != "zone"));
    assert!(
        console
            .missing
            .iter()
            .any(|m| m.sentence.contains("zone unknown"))
    );
}

/// A log that is always in UTC says little of the server's clock; another one beside it says more.
#[test]
fn a_log_in_utc_does_not_hide_the_zone_of_another() {
    let console = waiting("03/28/2010 14:25:00", 8);
    let utc = access("28/Mar/2010:12:00:00 +0000", "Ping", 200, 300_100)
        + &access("28/Mar/2010:18:00:00 +0000", "Ping", 200, 300_100);
    let local = access("28/Mar/2010:14:00:00 +0200", "Ping", 200, 300_100)
        + &access("28/Mar/2010:20:30:00 +0200", "Ping", 200, 300_100);
    let files = [
        ("c.log", console.as_str()),
        ("u.log", &utc),
        ("l.log", &local),
    ];
    let report = inspect(&files).report();
    let console = report.files.iter().find(|f| f.name == "c.log");
    let zone = settled(console.expect("it was opened"), "zone");
    assert_eq!(
        (zone.value.as_str(), zone.certainty),
        ("+02:00", Certainty::Likely)
    );
    assert!(zone.reason.contains("as in l.log"), "{}", zone.reason);
}

/// IIS writes UTC whatever its clock shows.
#[test]
fn a_log_in_utc_by_specification_lends_no_zone() {
    let console = waiting("03/28/2010 14:25:00", 8);
    let iis = "#Software: Microsoft Internet Information Services 8.5\n\
        #Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status \
        sc-substatus sc-win32-status time-taken\n\
        2010-03-28 12:25:00 192.0.2.9 POST /Microsoft-Server-ActiveSync/default.eas User=j&DeviceId=A1&Cmd=Ping 443 j \
        203.0.113.7 x 200 0 0 300100\n";
    let report = inspect(&[("console.log", &console), ("iis.log", iis)]).report();
    let console = report.files.iter().find(|f| f.name == "console.log");
    let console = console.expect("it was opened");
    assert!(console.settled.iter().all(|settled| settled.code != "zone"));
    assert!(
        console
            .missing
            .iter()
            .any(|m| m.sentence.contains("zone unknown"))
    );
    let iis = report.files.iter().find(|f| f.name == "iis.log");
    let period = iis.and_then(|f| f.period.as_ref()).map(|p| p.last.as_str());
    assert_eq!(period, Some("2010-03-28T12:25:00Z"));
}

/// Rows that are put off until another file comes are settled anew.
#[test]
fn another_file_changes_what_was_settled_before() {
    let console = waiting("03/04/2010 14:25:00", 7);
    let log = access("03/Apr/2010:14:00:00 +0200", "Ping", 200, 300_100);
    let telling = waiting("25/04/2010 14:25:00", 8);
    let mut inspector = inspect(&[("console.log", &console)]);
    assert_eq!(
        inspector.report().waiting[0].first.as_deref(),
        Some("2010-03-04T14:25:00")
    );
    for (name, text) in [("access.log", &log), ("later.log", &telling)] {
        inspector.open(name);
        inspector.feed(text.as_bytes());
        inspector.report();
    }
    let later = inspector.report();
    let all = [
        ("later.log", telling.as_str()),
        ("access.log", log.as_str()),
        ("console.log", console.as_str()),
    ];
    assert_eq!(lasting(&later), lasting(&inspect(&all).report()));
    assert_eq!(
        later.waiting[0].first.as_deref(),
        Some("2010-04-03T14:25:00+02:00")
    );
    // Settling twice changes nothing.
    assert_eq!(inspector.report(), later);
}

#[test]
fn the_end_of_summer_time_is_told_in_a_log_without_zone() {
    let minutes = |hour: u32| (0..60).step_by(5).map(move |minute| (hour, minute));
    let text: String = minutes(1)
        .chain(minutes(2))
        .chain(minutes(2))
        .chain(minutes(3))
        .map(|(h, m)| block(&format!("10/31/2010 {h:02}:{m:02}:00"), "Sync", 200, 100))
        .collect();
    let report = inspect(&[("domlog.txt", &text)]).report();
    let clock = &report.files[0].clock;
    assert_eq!((clock.steps, clock.first.len()), (1, 1));
    let sentence = &clock.first[0].sentence;
    assert!(
        sentence.contains("runs back by 55 min: the end of summer time"),
        "{sentence}"
    );
    assert_eq!(clock.first[0].line, 24 * 5 + 2);
    // The same on a Monday is less clear.
    let monday = text.replace("10/31/2010", "11/01/2010");
    let monday = inspect(&[("domlog.txt", &monday)]).report();
    assert!(
        monday.files[0].clock.first[0]
            .sentence
            .contains("put together")
    );
    let text = write(&report, Output::Text);
    assert!(text.contains(sentence.as_str()));
}

/// Days that were put together in another order, and a log with its newest line first.
#[test]
fn files_put_together_show_and_files_turned_round_do_not() {
    let day = |day: u32| -> Vec<String> {
        (0..20)
            .map(|i| {
                access(
                    &format!("{day:02}/Mar/2010:10:{:02}:00 +0100", i * 3),
                    "Sync",
                    200,
                    90,
                )
            })
            .collect()
    };
    let swapped = [day(2), day(1)].concat().concat();
    let clock = inspect(&[("a.log", &swapped)]).report().files[0]
        .clock
        .clone();
    assert_eq!((clock.steps, clock.first[0].line), (1, 21));
    assert!(clock.first[0].sentence.contains("another order"));
    let mut lines = [day(1), day(2)].concat();
    lines.reverse();
    let turned = inspect(&[("a.log", &lines.concat())]).report();
    assert_eq!(turned.files[0].clock.steps, 0);
}

/// Long requests that are written when they end, with the moment at which they began.
#[test]
fn long_requests_in_a_row_are_no_step_of_the_clock() {
    let line = |second: u32, command: &str| {
        let (h, m, s) = (10 + second / 3600, second / 60 % 60, second % 60);
        format!(
            "192.0.2.1 - j [01/May/2024:{h:02}:{m:02}:{s:02} +0200] \"POST \
             /Microsoft-Server-ActiveSync?User=j&DeviceId=A1&Cmd={command} HTTP/1.1\" 200 5 \"-\" \"x\"\n"
        )
    };
    let text: String = (0..12_u32)
        .flat_map(|i| {
            let now = 1800 + i * 60;
            let syncs = (0..4).map(move |s| (now + s, "Sync"));
            syncs.chain((0..5).map(move |s| (now - 900 + s, "Ping")))
        })
        .map(|(second, command)| line(second, command))
        .collect();
    let report = inspect(&[("access.log", &text)]).report();
    assert_eq!(report.files[0].stamp.meaning, Meaning::Start);
    assert_eq!(report.files[0].clock.steps, 0);
}

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
    let report = pinglens::report::build(&records.log, &explanation);
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

/// An access log of Apache's, whose last column is `%D` or `%T`.
#[test]
fn apaches_durations_are_told_and_listed() {
    for (unit, factor, name) in [
        (Unit::Seconds, 1, "s"),
        (Unit::Milliseconds, 1000, "ms"),
        (Unit::Microseconds, 1_000_000, "us"),
    ] {
        let line = |minute: u32, command: &str, ms: u32| {
            let number = u64::from(ms) * factor / 1000;
            format!(
                "192.0.2.1 - j [01/May/2024:10:{minute:02}:00 +0200] \"POST \
                 /Microsoft-Server-ActiveSync?User=j&DeviceId=A1&Cmd={command} HTTP/1.1\" 200 5 \"-\" \"x\" {number}\n"
            )
        };
        let text: String = (0..12)
            .map(|i| line(i * 4, "Ping", 230_000 + i) + &line(i * 4 + 1, "Sync", 150 + i))
            .collect();
        let mut inspector = inspect(&[("access.log", &text)]);
        let report = inspector.report();
        let (value, certainty, reason) = said(&report, "duration-unit");
        assert_eq!((value.as_str(), certainty), (name, Certainty::Certain));
        assert!(reason.contains("12 of 12 Pings"), "{reason}");
        let listed = listed(&mut inspector, &text);
        let expected = [230_000, if unit == Unit::Seconds { 0 } else { 150 }];
        assert_eq!(listed[0]["duration_ms"], expected[0]);
        assert_eq!(listed[1]["duration_ms"], expected[1]);
        assert_eq!(report.ping_durations.min, Some(expected[0]));
    }
}
