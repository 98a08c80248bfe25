//! Input that is made to hurt: it is read to its end, every line is accounted for, and the report can be made and written.
//! `docs/hostile.md` lists what is tried, here and elsewhere.
#![cfg(not(target_arch = "wasm32"))]

use pinglens::Inspector;
use pinglens::report::model::Report;
use pinglens::report::{Output, redact, write};
use std::fmt::Write as _;

fn read(log: &[u8]) -> (Inspector, Report) {
    let mut inspector = Inspector::new();
    inspector.open("hostile.log");
    inspector.feed(log);
    let report = inspector.report();
    for file in &report.files {
        let l = file.lines;
        let sum = l.records + l.continuations + l.comments + l.rejected;
        assert_eq!(sum, l.total);
    }
    for form in [
        Output::Text,
        Output::Html,
        Output::Markdown,
        Output::Csv,
        Output::Json,
    ] {
        assert!(!write(&report, form).is_empty());
    }
    assert_eq!(redact(report.clone(), &[]).report.totals, report.totals);
    (inspector, report)
}

/// A line of Domino's log.
fn line(user: &str, device: &str, stamp: &str, cmd: &str, status: u16, duration: &str) -> String {
    format!(
        "192.0.2.7 h - [{stamp}] \"POST /traveler/Microsoft-Server-ActiveSync?User={user}&DeviceId={device}&DeviceType=x&\
         Cmd={cmd} HTTP/1.1\" {status} 0 \"-\" \"agent\" {duration} \"\" \"\"\n"
    )
}

const STAMP: &str = "03/Mar/2010:14:25:00 -0500";

#[test]
fn beyond_what_there_is_room_for_requests_are_counted_and_that_is_said() {
    let mut log = String::new();
    for second in 0..7 {
        let stamp = format!("03/Mar/2010:14:25:0{second} -0500");
        log.push_str(&line("u", "d", &stamp, "Ping", 200, "1000"));
    }
    let report = |most: u32| {
        let mut inspector = Inspector::new();
        inspector.keep_at_most(most);
        for name in ["a.log", "b.log"] {
            inspector.open(name);
            inspector.feed(log.replace("d&", &format!("{}&", &name[..1])).as_bytes());
            inspector.close();
        }
        inspector.report()
    };
    let all = report(14);
    assert_eq!((all.totals.activesync, all.totals.requests), (14, 14));
    assert!(all.files.iter().all(|file| file.problem.is_none()));
    let some = report(9);
    assert_eq!((some.totals.activesync, some.totals.requests), (9, 14));
    assert_eq!(some.totals.lines, all.totals.lines);
    let told: Vec<_> = some
        .files
        .iter()
        .map(|file| file.problem.as_ref())
        .collect();
    assert!(told[0].is_none());
    let told = told[1].expect("something is said of the second file");
    assert_eq!(told.code, "too-many");
    assert!(
        told.sentence.starts_with(
            "5 ActiveSync requests of this file are counted and not explained: there is room for 9"
        ),
        "{}",
        told.sentence
    );
}

#[test]
fn very_many_devices_and_users_are_all_told_apart() {
    let count = 120_000;
    let mut log = String::new();
    for i in 0..count {
        log.push_str(&line(
            &format!("u{i}"),
            &format!("d{i}"),
            STAMP,
            "Ping",
            200,
            "1000",
        ));
    }
    let (_, report) = read(log.as_bytes());
    assert_eq!((report.totals.devices, report.totals.users), (count, count));
}

#[test]
fn names_that_differ_in_one_place_only_are_found_as_fast_as_others() {
    // Keys that a poor hash would put into one place: equal but for one letter in the middle of many.
    let filler = "x".repeat(60);
    let mut log = String::new();
    let count = 20_000_u32;
    for i in 0..count {
        log.push_str(&line(
            "u",
            &format!("{filler}{i:08x}{filler}"),
            STAMP,
            "Ping",
            200,
            "1000",
        ));
    }
    let (_, report) = read(log.as_bytes());
    assert_eq!(report.totals.devices, u64::from(count));
}

#[test]
fn dates_at_the_ends_of_all_calendars_are_dates_or_none() {
    for (stamp, known) in [
        ("01/Jan/0000:00:00:00 +0000", true),
        ("31/Dec/9999:23:59:59 +0000", true),
        ("01/Jan/0000:00:00:00 +1400", false),
        ("31/Dec/9999:23:59:59 -1200", false),
        ("31/Feb/2010:14:25:00 -0500", false),
        ("00/Mar/2010:14:25:00 -0500", false),
        ("03/Mar/2010:24:61:61 -0500", false),
        ("03/Mar/99999:14:25:00 -0500", false),
    ] {
        let log: String = ["Ping", "Sync"]
            .map(|cmd| line("u", "d", stamp, cmd, 409, "4294967295"))
            .concat();
        let (_, report) = read(log.as_bytes());
        assert_eq!(report.totals.lines.total, 2, "{stamp}");
        if known {
            assert_eq!(report.totals.pings, 1, "{stamp}");
            assert!(report.totals.period.is_some(), "{stamp}");
        }
    }
}

#[test]
fn durations_without_measure_are_read_or_left_out() {
    for duration in [
        "-1",
        "-9223372036854775808",
        "4294967294",
        "4294967295",
        "4294967296",
        "18446744073709551615",
        "99999999999999999999999999999999",
        "1e400",
        "NaN",
        "inf",
        "0x10",
        "",
        "1,5",
        "٣",
    ] {
        let mut log = line("u", "d", STAMP, "Ping", 409, duration);
        log.push_str(&line("u", "d", STAMP, "Sync", 200, "140"));
        let (_, report) = read(log.as_bytes());
        assert_eq!(report.totals.lines.total, 2, "{duration}");
    }
}

#[test]
fn a_clock_that_runs_backwards_or_jumps_is_read() {
    let mut log = String::new();
    // Every stamp of an hour, in an order that a fixed step through them makes.
    for i in 0..3_600_u32 {
        let at = i * 1_009 % 3_600;
        let stamp = format!("03/Mar/2010:14:{:02}:{:02} -0500", at / 60, at % 60);
        log.push_str(&line(
            "u",
            &format!("d{}", i % 7),
            &stamp,
            "Ping",
            409,
            "60000",
        ));
    }
    let (_, report) = read(log.as_bytes());
    assert_eq!(report.totals.pings, 3_600);
}

#[test]
fn nothing_of_a_line_without_end_is_kept_but_its_beginning() {
    let mut inspector = Inspector::new();
    inspector.open("endless.log");
    let first = line("u", "d", STAMP, "Ping", 409, "60000");
    inspector.feed(&first.as_bytes()[..first.len() - 1]);
    // A gigabyte, without it ever being in memory.
    let piece = vec![b'x'; 1 << 20];
    for _ in 0..1024 {
        inspector.feed(&piece);
    }
    let log = inspector.report();
    assert_eq!(log.totals.lines.total, 1);
}

#[test]
fn expressions_that_ruin_other_engines_take_no_time() {
    let mut log = line("u", "d", STAMP, "Ping", 409, "60000");
    writeln!(log, "{}!", "a".repeat(50_000)).expect("it is memory");
    for pattern in [
        "(?<target>(a+)+b)",
        "(?<target>(a|a)*b) (?<status>\\d+)",
        "^(?<target>(.*a){20})$",
        "(?<target>(a*)*)*(?<status>b)",
    ] {
        let settings = pinglens::settings::Settings {
            format: Some(pattern.to_owned()),
            ..Default::default()
        };
        let mut inspector = Inspector::new();
        inspector.open_with("a.log", &settings);
        inspector.feed(log.as_bytes());
        assert_eq!(inspector.report().totals.lines.total, 2, "{pattern}");
    }
    // One that would grow too large is refused with a sentence.
    let refused = pinglens::format::own::choose("(?<target>((\\w{1000}){1000}){1000})");
    assert!(refused.is_err_and(|sentence| sentence.len() > 20));
}

#[test]
fn names_of_members_are_only_shown() {
    // A tar whose members want to be elsewhere: nothing is ever written, so that they are names and no more.
    let mut tar = Vec::new();
    let names = [
        "../../etc/passwd",
        "/etc/shadow",
        "C:\\Windows\\x.log",
        "a\\..\\..\\b",
        "con",
        "x\u{1b}[31m.log",
        "\u{202e}gol.exe",
    ];
    for name in names {
        let text = line("u", "d", STAMP, "Ping", 409, "60000");
        let mut header = [0_u8; 512];
        header[..name.len()].copy_from_slice(name.as_bytes());
        header[100..107].copy_from_slice(b"0000644");
        header[124..135].copy_from_slice(format!("{:011o}", text.len()).as_bytes());
        header[156] = b'0';
        header[257..263].copy_from_slice(b"ustar\0");
        header[148..156].copy_from_slice(b"        ");
        let sum: u32 = header.iter().map(|&b| u32::from(b)).sum();
        header[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
        tar.extend_from_slice(&header);
        tar.extend_from_slice(text.as_bytes());
        tar.resize(tar.len().next_multiple_of(512), 0);
    }
    tar.resize(tar.len() + 1024, 0);
    let (_, report) = read(&tar);
    // Files that say the same count once, and each is named.
    assert_eq!(report.totals.pings, 1);
    for name in names {
        assert!(
            report.files.iter().any(|file| file.name.ends_with(name)),
            "{name}"
        );
    }
    let text = write(&report, Output::Text);
    assert!(!text.contains('\u{1b}') && !text.contains('\u{202e}'));
}
