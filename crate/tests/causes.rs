//! Small logs in which a careless reading goes wrong: each line is written out, and what is true of it is plain.
#![cfg(not(target_arch = "wasm32"))]

use pinglens::Inspector;
use pinglens::explain::stamp::Meaning;
use pinglens::explain::{Certainty, Severity};
use pinglens::report::model::{Report, RequestRow};

/// `USER CMD STATUS MILLISECONDS BYTES @hh:mm:ss` as a line of Domino's Extended Common format; the user may be followed
/// by a slash and a device, all of it by an address.
fn line(short: &str) -> String {
    let words: Vec<&str> = short.split_whitespace().collect();
    let [user, cmd, status, millis, bytes, time, ref address @ ..] = words[..] else {
        panic!("not six words: {short}");
    };
    let address = address.first().unwrap_or(&"203.0.113.7");
    let time = time.trim_start_matches('@');
    let (user, device) = user.split_once('/').unwrap_or((user, "Appl1"));
    format!(
        "{address} t.example.com \"Jane Doe/ACME\" [03/Mar/2010:{time} -0500] \"POST \
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
            report.findings[0].evidence[0].line.line
        ),
        (1, 1)
    );
}

#[test]
fn a_status_that_was_never_sent_completes_nothing() {
    let lines = ["jane Sync 000 900 0 @12:00:00"];
    assert_eq!(verdicts(&lines)[0].0, "undecided");
}

/// A second of the day as these lines write it.
fn clock(second: usize) -> String {
    format!(
        "@{:02}:{:02}:{:02}",
        second / 3600,
        second / 60 % 60,
        second % 60
    )
}

/// Days of a phone that is told of mail and fetches it, always within a second; and of what a test adds.
fn usual_days(mut add: impl FnMut(usize) -> Vec<String>) -> Vec<String> {
    let mut lines = Vec::new();
    for i in 0..40 {
        let at = |second: usize| clock(1_000 * (i + 1) + second);
        let length = (102 + i * 17 % 400) * 1000;
        lines.push(format!("jane Ping 200 {length} 20 {}", at(0)));
        lines.push(format!("jane Sync 200 100 900 {}", at(1)));
        lines.push(format!("jane Sync 200 120 900 {}", at(3)));
        lines.extend(add(i).iter().map(|short| {
            let (short, second) = short.split_once('+').expect("seconds");
            let (second, rest) = second.split_once(' ').unwrap_or((second, ""));
            format!("{short}{} {rest}", at(second.parse().expect("a number")))
        }));
    }
    lines
}

fn verdicts_of(lines: &[String]) -> Vec<(&'static str, Certainty, Option<u32>)> {
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    verdicts(&lines)
}

/// The answer had gone to the network that the phone had left.
#[test]
fn a_phone_that_comes_back_from_another_network_has_not_got_its_answer() {
    let lines = usual_days(|i| match i {
        20 => vec![
            "jane Ping 200 47000 20 +60".to_owned(),
            "jane Sync 200 100 900 +67 198.51.100.9".to_owned(),
        ],
        30 => vec![
            "jane Ping 200 47000 20 +60".to_owned(),
            "jane Sync 200 100 900 +67".to_owned(),
        ],
        _ => Vec::new(),
    });
    let verdicts = verdicts_of(&lines);
    let moved = lines
        .iter()
        .position(|line| line.contains("198.51"))
        .expect("a line")
        - 1;
    let stayed = verdicts.len() - 3 * 9 - 2;
    assert_eq!(verdicts[moved].0, "reply-lost");
    assert_eq!(verdicts[stayed].0, "changes-found", "{}", lines[stayed]);
}

/// Two requests of one second, in lines that are written late: what usually comes first has displaced the Ping.
#[test]
fn what_usually_comes_first_decides_within_a_second() {
    let lines = usual_days(|i| {
        let (first, second) = if i == 20 { (61, 61) } else { (61, 63) };
        let mut lines = vec![
            "jane Ping 409 50000 0 +60".to_owned(),
            format!("jane SendMail 200 300 34 +{first}"),
            format!("jane Sync 200 100 900 +{second}"),
        ];
        if i == 20 {
            lines.swap(1, 2);
        }
        // Lines of another phone that show how late they are written here.
        lines.push("john/Appl2 Sync 200 100 900 +70".to_owned());
        lines.push("john/Appl2 Sync 200 100 900 +69".to_owned());
        lines.push("john/Appl2 Sync 200 100 900 +68".to_owned());
        lines
    });
    let at = 20 * 9 + 3;
    assert!(lines[at].contains("409"), "{}", lines[at]);
    let verdict = verdicts_of(&lines)[at];
    assert_eq!(verdict.0, "superseded-by-other", "{verdict:?}");
}

#[test]
fn a_phone_that_estimates_before_it_syncs_has_found_changes() {
    let lines = [
        "jane Ping 200 50 20 @12:00:00",
        "jane GetItemEstimate 200 300 34 @12:00:01",
        "jane Sync 200 200 900 @12:00:02",
        "jane Ping 200 30 13 @12:10:00",
        "jane FolderSync 200 300 34 @12:10:01",
        "jane Sync 200 200 900 @12:10:02",
    ];
    let verdicts = verdicts(&lines);
    assert_eq!((verdicts[0].0, verdicts[0].2), ("changes-found", Some(3)));
    assert_eq!(verdicts[3].0, "returned-at-once");
}

/// A client with several connections leaves its Ping open while it syncs; a Sync that happens to begin when another Ping
/// arrives has displaced nothing.
#[test]
fn requests_beside_an_open_ping_do_not_displace_it() {
    let mut lines: Vec<String> = Vec::new();
    for i in 1..30 {
        let at = |second: usize| clock(600 * i + second);
        lines.push(format!("jane Sync 200 200 900 {}", at(100)));
        lines.push(format!("jane Sync 200 200 900 {}", at(200)));
        if i == 20 {
            lines.push(format!("jane Sync 200 100 900 {}", at(300)));
            lines.push(format!("jane Ping 409 300000 0 {}", at(300)));
            lines.push(format!("jane Ping 200 297000 13 {}", at(597)));
        } else {
            lines.push(format!("jane Ping 200 597000 13 {}", at(597)));
        }
    }
    let at = lines
        .iter()
        .position(|line| line.contains("409"))
        .expect("a 409");
    let verdict = verdicts_of(&lines)[at];
    assert_eq!(
        (verdict.0, verdict.2),
        ("superseded-by-ping", Some(at as u32 + 2))
    );
}

/// A device that waits with its Syncs has short waits too, if something arrives soon.
#[test]
fn a_device_that_waits_with_its_syncs_also_waits_for_seconds() {
    let mut lines: Vec<String> = Vec::new();
    for i in 1..20 {
        let at = |second: usize| clock(1000 * i + second);
        lines.push(format!("jane Sync 200 900050 0 {}", at(0)));
        lines.push(format!("jane Sync 200 20000 4000 {}", at(21)));
        lines.push(format!("jane Sync 200 150 700 {}", at(22)));
    }
    let verdicts = verdicts_of(&lines);
    let outcomes: Vec<&str> = verdicts[3..6].iter().map(|v| v.0).collect();
    assert_eq!(outcomes, ["long-poll", "long-poll", "completed"]);
}

/// Servers that stamp a line when they write it, each up to two seconds late.
#[test]
fn stamps_that_are_late_still_lead_to_causes() {
    let mut lines: Vec<String> = Vec::new();
    for i in 1..120 {
        let at = |second: usize| clock(600 * i + second);
        let (ping, sync) = [(0, 2), (2, 0), (1, 1), (0, 1), (2, 1)][i % 5];
        lines.push(format!("jane Ping 409 500000 0 {}", at(300 + ping)));
        lines.push(format!("jane Sync 200 100 900 {}", at(300 + sync)));
        lines.push(format!("jane Ping 200 40000 20 {}", at(345)));
        lines.push(format!("jane Sync 200 100 900 {}", at(346)));
    }
    let verdicts = verdicts_of(&lines);
    let found = verdicts
        .iter()
        .filter(|v| v.0 == "superseded-by-sync")
        .count();
    assert!(found >= 110, "{found} of 119");
}
