//! Small logs in which a careless reading goes wrong: each line is written out, and what is true of it is plain.
#![cfg(not(target_arch = "wasm32"))]

use pinglens::Inspector;
use pinglens::explain::stamp::Meaning;
use pinglens::explain::{Certainty, Severity};
use pinglens::report::model::{Report, RequestRow};

/// `USER CMD STATUS MILLISECONDS BYTES @hh:mm:ss` as a line of Domino's Extended Common format; the user may be followed
/// by a slash and a device.
fn line(short: &str) -> String {
    let words: Vec<&str> = short.split_whitespace().collect();
    let [user, cmd, status, millis, bytes, time] = words[..] else {
        panic!("not six words: {short}");
    };
    let time = time.trim_start_matches('@');
    let (user, device) = user.split_once('/').unwrap_or((user, "Appl1"));
    format!(
        "203.0.113.7 t.example.com \"Jane Doe/ACME\" [03/Mar/2010:{time} -0500] \"POST \
         /servlet/traveler/Microsoft-Server-ActiveSync?User={user}&DeviceId={device}&DeviceType=iPhone&Cmd={cmd} HTTP/1.1\" \
         {status} {bytes} \"-\" \"Apple-iPhone/704.11\" {millis} \"\" \"d:/x\"\n"
    )
}

/// Reads files of such lines, and gives the rows of the first in the order of its lines.
fn read(files: &[&[&str]]) -> (Report, Vec<RequestRow>) {
    let mut inspector = Inspector::new();
    for (i, lines) in files.iter().enumerate() {
        inspector.open(&format!("{i}.log"));
        let text: String = lines.iter().map(|short| line(short)).collect();
        inspector.feed(text.as_bytes());
    }
    let report = inspector.report();
    let (log, explanation) = inspector.explain();
    let rows = log
        .rows_of(0)
        .map(|row| pinglens::report::request(log, explanation, row))
        .collect();
    (report, rows)
}

/// Outcome, certainty and line of the cause of each line of a file.
fn verdicts(lines: &[&str]) -> Vec<(&'static str, Certainty, Option<u32>)> {
    let (_, rows) = read(&[lines]);
    let line_of = |row: u32| rows.iter().find(|r| r.row == row).map(|r| r.line);
    rows.iter()
        .map(|r| (r.outcome, r.certainty, r.cause.and_then(line_of)))
        .collect()
}

#[test]
fn start_stamps_are_told_by_a_single_answered_ping() {
    let lines = [
        "jane Ping 200 72247 30 @12:00:00",
        "jane Sync 200 140 900 @12:01:12",
    ];
    let (report, rows) = read(&[&lines]);
    assert_eq!(report.files[0].stamp.meaning, Meaning::Start);
    assert_eq!((rows[0].outcome, rows[0].cause), ("changes-found", Some(1)));
}

#[test]
fn a_file_that_does_not_tell_follows_the_others_of_its_format() {
    let tells = [
        "jane Ping 200 72247 30 @12:00:00",
        "jane Sync 200 140 900 @12:01:12",
    ];
    let silent = ["jane Ping 409 90000 0 @13:00:00"];
    let (report, _) = read(&[&tells, &silent]);
    assert_eq!(report.files[1].stamp.meaning, Meaning::Start);
    let (alone, _) = read(&[&silent]);
    let stamp = &alone.files[0].stamp;
    assert_eq!(
        (stamp.meaning, stamp.certainty),
        (Meaning::End, Some(Certainty::Possible))
    );
}

/// Somebody sorted this file by its start stamps, so its lines and its devices contradict each other.
#[test]
fn contradicting_witnesses_leave_doubt() {
    let mut lines: Vec<String> = Vec::new();
    for i in 0..20 {
        let (minute, next) = (i * 2, i * 2 + 1);
        lines.push(format!("jane Ping 409 60000 0 @12:{minute:02}:00"));
        lines.push(format!("john/Appl2 Sync 200 100 900 @12:{minute:02}:30"));
        lines.push(format!("jane Sync 200 100 900 @12:{next:02}:00"));
    }
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let (report, rows) = read(&[&lines]);
    let stamp = &report.files[0].stamp;
    assert_eq!(
        (stamp.meaning, stamp.certainty),
        (Meaning::Start, Some(Certainty::Possible)),
        "{}",
        stamp.reason
    );
    assert_eq!(
        (rows[0].outcome, rows[0].certainty),
        ("superseded-by-sync", Certainty::Possible)
    );
}

#[test]
fn what_ended_before_a_short_ping_began_did_not_displace_it() {
    let lines = [
        "jane Sync 200 200 900 @12:00:00",
        "jane Ping 409 900 0 @12:00:01",
    ];
    assert_eq!(verdicts(&lines)[1].0, "superseded-unseen");
}

#[test]
fn two_candidates_on_either_side_of_a_short_ping_leave_doubt() {
    let lines = [
        "jane Sync 200 100 900 @12:00:00",
        "jane Sync 200 100 900 @12:00:01",
        "jane Ping 409 700 0 @12:00:01",
        "jane Ping 200 900200 13 @12:15:01",
    ];
    assert_eq!(verdicts(&lines)[2].1, Certainty::Possible);
}

#[test]
fn a_displacing_sync_that_was_logged_first_is_found() {
    let lines = [
        "jane Ping 200 300000 13 @11:55:00",
        "jane Sync 200 100 900 @12:00:01",
        "jane Ping 409 300000 0 @12:00:01",
        "jane Ping 409 299000 0 @12:05:01",
        "jane Sync 200 100 900 @12:05:01",
    ];
    let verdicts = verdicts(&lines);
    assert_eq!(
        (verdicts[2].0, verdicts[2].2),
        ("superseded-by-sync", Some(2))
    );
    assert_eq!(
        (verdicts[3].0, verdicts[3].2),
        ("superseded-by-sync", Some(5))
    );
}

#[test]
fn two_accounts_on_one_phone_do_not_end_each_others_pings() {
    let lines = [
        "work Ping 409 300000 0 @12:05:00",
        "home Sync 200 100 900 @12:05:00",
        "work Ping 200 900200 13 @12:30:00",
        "home Sync 200 100 900 @12:30:00",
        "work Ping 200 900200 13 @12:45:01",
        "work Ping 200 900200 13 @13:00:02",
    ];
    let verdicts = verdicts(&lines);
    assert_eq!(verdicts[0].0, "superseded-unseen");
    assert_eq!(verdicts[2].0, "heartbeat-expired");
}

#[test]
fn a_file_with_the_newest_line_first_is_read_from_its_end() {
    let mut lines = [
        "jane Sync 200 100 900 @12:00:00",
        "jane Ping 200 200000 13 @12:03:21",
        "jane Sync 200 100 900 @12:03:22",
        "jane Ping 409 100000 0 @12:05:03",
        "jane Sync 200 100 900 @12:05:03",
        "jane Ping 200 250000 13 @12:09:14",
        "jane Sync 200 100 900 @12:09:15",
    ];
    lines.reverse();
    let verdicts = verdicts(&lines);
    let outcomes: Vec<&str> = verdicts.iter().map(|v| v.0).collect();
    let expected = [
        "completed",
        "changes-found",
        "completed",
        "superseded-by-sync",
        "completed",
        "changes-found",
        "completed",
    ];
    assert_eq!(outcomes, expected);
    assert_eq!((verdicts[1].2, verdicts[3].2), (Some(1), Some(3)));
}

#[test]
fn a_retry_does_not_overtake_what_had_ended() {
    let lines = [
        "jane Sync 409 200 0 @12:00:00",
        "jane Sync 200 200 900 @12:00:02",
    ];
    assert_eq!(
        verdicts(&lines)[0],
        ("overlapped", Certainty::Possible, None)
    );
    let lines = [
        "jane Sync 409 4000 0 @12:00:05",
        "jane Sync 200 200 900 @12:00:05",
    ];
    assert_eq!(verdicts(&lines)[0].2, Some(2));
}

#[test]
fn the_same_file_twice_counts_once() {
    let lines = [
        "jane Ping 409 1000 0 @12:00:01",
        "jane Sync 200 300 900 @12:00:02",
    ];
    let (once, _) = read(&[&lines]);
    let (twice, rows) = read(&[&lines, &lines]);
    assert_eq!(twice.totals.activesync, once.totals.activesync);
    assert_eq!(rows[0].cause, Some(1));
    let problem = twice.files[1]
        .problem
        .as_ref()
        .or(twice.files[0].problem.as_ref());
    assert_eq!(problem.map(|p| p.code), Some("duplicate"));
}

#[test]
fn a_slow_sync_is_no_long_poll() {
    let outcome = |bytes: &str, millis: u32| {
        let short = format!("jane Sync 200 {millis} {bytes} @12:00:00");
        verdicts(&[&short])[0]
    };
    assert_eq!(outcome("-", 75_000).0, "completed");
    assert_eq!(outcome("212", 75_000).0, "completed");
    assert_eq!(outcome("40000", 120_500).0, "completed");
    assert_eq!(
        outcome("0", 120_500),
        ("long-poll", Certainty::Likely, None)
    );
    assert_eq!(
        outcome("-", 120_500),
        ("long-poll", Certainty::Possible, None)
    );
}

/// Heartbeats must not be made of lengths that occur by chance.
#[test]
fn lost_replies_are_not_taken_for_heartbeats() {
    // Every Ping is answered at a length of its own, 2 s over a multiple of ten, and the phone is silent for 5 minutes.
    let lines: Vec<String> = (0..40)
        .map(|i| {
            let end = i * 20 * 60 + 1200;
            let length = (102 + 10 * (i * 7 % 40)) * 1000;
            format!(
                "jane Ping 200 {length} 13 @{:02}:{:02}:00",
                end / 3600,
                end / 60 % 60
            )
        })
        .collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let (report, rows) = read(&[&lines]);
    assert!(
        rows[..39].iter().all(|r| r.outcome == "reply-lost"),
        "{:?}",
        rows[0]
    );
    assert_eq!(report.devices[0].heartbeat_ms, None);
}

#[test]
fn a_heartbeat_before_a_silence_is_one_but_less_sure() {
    let lines = [
        "jane Ping 200 100000 13 @11:59:58",
        "jane Sync 200 100 900 @11:59:59",
        "jane Ping 200 900100 13 @12:15:00",
        "jane Ping 200 900100 13 @12:30:01",
        "jane Ping 200 900100 13 @12:45:02",
        "jane Sync 200 100 900 @16:00:00",
    ];
    let (_, rows) = read(&[&lines]);
    let rows = &rows[2..];
    assert_eq!(
        (rows[1].outcome, rows[1].certainty),
        ("heartbeat-expired", Certainty::Likely)
    );
    assert_eq!(
        (rows[2].outcome, rows[2].certainty),
        ("heartbeat-expired", Certainty::Possible)
    );
    assert!(
        !rows[2].sentence.contains("asked again"),
        "{}",
        rows[2].sentence
    );
}

#[test]
fn phones_that_keep_reconnecting_are_worth_a_look() {
    let lines: Vec<String> = (1..=30)
        .map(|i| {
            format!(
                "jane Ping 409 301000 0 @{:02}:{:02}:{:02}",
                i * 301 / 3600,
                i * 301 / 60 % 60,
                i * 301 % 60
            )
        })
        .collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let (report, _) = read(&[&lines]);
    assert_eq!(report.conflicts[0].outcome, "superseded-by-ping");
    assert_eq!(report.verdict.severity, Severity::Watch);
    // Nothing tells start from end here, but either reading leads to the same causes.
    assert_eq!(
        (report.files[0].stamp.certainty, report.conflicts[0].certain),
        (Some(Certainty::Possible), 29)
    );
}

/// Reads console lines.
fn console(lines: &[String]) -> Report {
    let mut inspector = Inspector::new();
    inspector.open("console.log");
    inspector.feed(lines.join("\n").as_bytes());
    inspector.report()
}

fn waiting(day: u32, time: &str, request: &str) -> String {
    format!(
        "03/{day:02}/2010 {time} PM  HTTP Server: Waiting for session to finish: Session State [Processing Request] \
         Session ID [6287] Thread ID [3716 (0xe84)] {request} HTTP/1.1"
    )
}

#[test]
fn one_sighting_of_a_session_is_no_alarm_and_two_stops_are_two() {
    let sync = "POST /Microsoft-Server-ActiveSync?User=j&DeviceId=A&Cmd=Sync";
    let once = console(&[waiting(3, "02:25:00", sync)]);
    assert_eq!(once.verdict.severity, Severity::Watch);
    let stuck = console(&[waiting(3, "02:25:00", sync), waiting(3, "02:45:00", sync)]);
    assert_eq!(
        (stuck.verdict.severity, stuck.waiting[0].sightings),
        (Severity::Act, 2)
    );
    let days = console(&[waiting(3, "02:25:00", sync), waiting(5, "02:25:00", sync)]);
    assert_eq!(
        (days.verdict.severity, days.waiting.len()),
        (Severity::Watch, 2)
    );
}

#[test]
fn a_server_that_serves_nothing_is_not_called_harmless() {
    let lines: Vec<String> = (0..20)
        .map(|i| format!("jane Ping 503 20 0 @12:{i:02}:00"))
        .collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let (report, _) = read(&[&lines]);
    assert_eq!(report.verdict.severity, Severity::Act);
    assert!(
        report
            .verdict
            .sentence
            .contains("the server turned away 1 device"),
        "{}",
        report.verdict.sentence
    );
    assert_eq!(
        (
            report.findings[0].devices,
            report.findings[0].evidence[0].line
        ),
        (1, 1)
    );
}

#[test]
fn a_status_that_was_never_sent_completes_nothing() {
    let lines = ["jane Sync 000 900 0 @12:00:00"];
    assert_eq!(verdicts(&lines)[0].0, "undecided");
}
