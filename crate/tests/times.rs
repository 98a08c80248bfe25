//! Whole small logs whose lines leave something open of their times: what is taken, what the report says of it, and that
//! nothing depends on the order in which files come.
#![cfg(not(target_arch = "wasm32"))]

use pinglens::Inspector;
use pinglens::report::model::{Certainty, FileReport, Meaning, Report, SettledReport};
use pinglens::report::{ListFormat, Lister, Output, redact, write};
use pinglens::settings::{DateOrder, Settings, Unit};
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
    let hidden = write(&redact(report.clone(), &[]).report, Output::Text);
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
