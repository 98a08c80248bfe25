//! The same requests in two logs: a proxy's beside Domino's, held against the simulator, which knows what both saw.
#![cfg(not(target_arch = "wasm32"))]

use pinglens::Inspector;
use pinglens::activesync::Command;
use pinglens::explain::Certainty;
use pinglens::report::{Output, write};
use pinglens_simulator::clock::{HOUR, MINUTE, Ms, SECOND, Zone};
use pinglens_simulator::format::FrontFormat;
use pinglens_simulator::front::Front;
use pinglens_simulator::scenario::Scenario;
use pinglens_simulator::{Both, Job};
use std::collections::HashMap;

const SERVER: &str = "access.log";
const FRONT: &str = "proxy.log";

/// A proxy that writes in a format, with a clock that is `ahead`.
fn front(format: FrontFormat, zone: Zone, ahead: Ms) -> Front {
    Front {
        ahead,
        ..Front::new(format, zone)
    }
}

fn play(scenario: Scenario, front: Front) -> Both {
    let job = Job {
        front: Some(front),
        ..Job::fixture(scenario)
    };
    job.both()
        .expect("the scenario plays")
        .expect("there is a proxy")
}

fn read(files: &[(&str, &[u8])]) -> Inspector {
    let mut inspector = Inspector::new();
    for (name, bytes) in files {
        inspector.open(name);
        inspector.feed(bytes);
    }
    inspector
}

/// The cells of a truth file, line by line.
fn rows(truth: &[u8]) -> Vec<Vec<String>> {
    let text = std::str::from_utf8(truth).expect("a truth file is text");
    let cells = |line: &str| line.split(',').map(str::to_owned).collect();
    text.lines().skip(1).map(cells).collect()
}

/// Holds everything that is found in both logs against what is true, and gives that.
fn check(
    name: &str,
    scenario: Scenario,
    front: Front,
    ahead: Ms,
) -> (Vec<Vec<String>>, Vec<Vec<String>>) {
    let both = play(scenario, front);
    let server_truth = rows(&both.server.1);
    let front_truth = rows(&both.front.1);
    let mut inspector = read(&[(SERVER, &both.server.0), (FRONT, &both.front.0)]);
    let report = inspector.report();
    let (log, explanation) = inspector.explain();
    let row_at: HashMap<(u32, u32), u32> = (0..log.len())
        .map(|row| ((log.file_of(row), log.line(row)), row))
        .collect();
    let number = |cell: &String| cell.parse::<u32>().expect("a line number");

    // One pair of files, and their clocks.
    let [view] = report.views.as_slice() else {
        panic!("{name}: {:?}", report.views);
    };
    assert_eq!(report.files[view.of as usize].name, SERVER, "{name}");
    assert!(
        (view.ahead_ms - ahead).abs() <= 100,
        "{name}: {} instead of {ahead}",
        view.ahead_ms
    );
    // Every request counts once.
    let alone = front_truth.iter().filter(|row| row[1].is_empty()).count();
    assert_eq!(
        report.totals.activesync,
        (server_truth.len() + alone) as u64,
        "{name}: {view:?}"
    );
    // The rows that are one request are the right ones.
    for row in &front_truth {
        let line = number(&row[0]);
        let found = explanation.views.twin(row_at[&(1, line)]);
        let expected = row[1].parse::<u32>().ok().map(|also| row_at[&(0, also)]);
        assert_eq!(found, expected, "{name}: line {line} of the proxy");
        if expected.is_none() {
            let outcome = explanation.verdict(row_at[&(1, line)]).outcome;
            assert_eq!(outcome.code(), row[2], "{name}: line {line} of the proxy");
        }
    }
    // What happened, with what the proxy saw.
    for row in &server_truth {
        let line = number(&row[0]);
        let verdict = explanation.verdict(row_at[&(0, line)]);
        let cause = verdict.cause.map(|c| (log.file_of(c), log.line(c)));
        if row[2] == "superseded-unseen" {
            // The server's log has lost the request that did it, the proxy's has not.
            let (file, line_of_cause) = cause.expect("the proxy has it");
            let its = front_truth
                .iter()
                .find(|r| number(&r[0]) == line_of_cause)
                .expect("a line of the proxy");
            assert_eq!((file, its[1].as_str()), (1, ""), "{name}: line {line}");
            continue;
        }
        assert_eq!(verdict.outcome.code(), row[2], "{name}: line {line}");
        let expected = row[3].parse::<u32>().ok().map(|line| (0, line));
        assert_eq!(cause, expected, "{name}: cause of line {line}");
    }
    (server_truth, front_truth)
}

#[test]
fn a_proxys_log_without_durations_is_found_to_be_the_same_traffic() {
    for scenario in Scenario::ALL {
        for ahead in [0, 1_200, -7 * HOUR - 40 * SECOND, 5 * HOUR, -90 * SECOND] {
            let name = format!("{} {ahead}", scenario.name());
            let front = front(FrontFormat::Nginx, scenario.zone(), ahead);
            check(&name, scenario, front, ahead);
        }
    }
}

#[test]
fn a_proxys_log_with_durations_is_found_to_be_the_same_traffic() {
    for scenario in Scenario::ALL {
        for ahead in [0, 1_200, -7 * HOUR - 40 * SECOND, -90 * SECOND] {
            let name = format!("{} {ahead}", scenario.name());
            let front = front(FrontFormat::NginxTimed, scenario.zone(), ahead);
            check(&name, scenario, front, ahead);
        }
    }
}

/// HAProxy's stamps name no zone, and the server's lends them one.
#[test]
fn a_proxys_log_without_zones_is_found_to_be_the_same_traffic() {
    for scenario in Scenario::ALL {
        for ahead in [0, 1_200, -90 * SECOND] {
            let name = format!("{} {ahead}", scenario.name());
            let front = front(FrontFormat::HaProxy, scenario.zone(), ahead);
            check(&name, scenario, front, ahead);
        }
    }
}

/// A proxy that waits a minute, and cannot reach the server for ten: it answers for itself, and the server's 409s and lost
/// replies are what is left of the Pings that it had cut.
#[test]
fn what_a_proxy_cuts_and_refuses_is_told_as_such() {
    for format in [
        FrontFormat::Nginx,
        FrontFormat::NginxTimed,
        FrontFormat::HaProxy,
    ] {
        let scenario = Scenario::Sample;
        let ahead = 1_200;
        let front = Front {
            patience: Some(MINUTE),
            outage: Some((15 * MINUTE, 25 * MINUTE)),
            ..front(format, scenario.zone(), 1_200)
        };
        let (server_truth, front_truth) = check(&format!("{format:?}"), scenario, front, ahead);
        let count = |rows: &[Vec<String>], outcome: &str| {
            rows.iter().filter(|row| row[2] == outcome).count()
        };
        assert!(count(&server_truth, "cut-in-between") > 20);
        assert!(count(&front_truth, "server-busy") >= 3);
    }
}

/// An nginx beside its access log writes an error for each request that it gave up: a third view of it.
#[test]
fn a_proxys_error_log_adds_no_requests() {
    let scenario = Scenario::Sample;
    for format in [FrontFormat::Nginx, FrontFormat::NginxTimed] {
        let front = Front {
            patience: Some(MINUTE),
            ..front(format, scenario.zone(), 2 * SECOND)
        };
        let both = play(scenario, front);
        let errors = errors(&both.front.0);
        let two = read(&[(SERVER, &both.server.0), (FRONT, &both.front.0)]).report();
        let files: [(&str, &[u8]); 3] = [
            (FRONT, &both.front.0),
            ("error.log", &errors),
            (SERVER, &both.server.0),
        ];
        let three = read(&files).report();
        assert_eq!(three.totals.activesync, two.totals.activesync);
        assert_eq!(three.conflicts, two.conflicts);
        assert_eq!(three.pings, two.pings);
        assert_eq!(three.views.len(), 2, "{:?}", three.views);
    }
}

/// The error log of an nginx with an access log.
fn errors(access: &[u8]) -> Vec<u8> {
    let text = std::str::from_utf8(access).expect("text");
    let mut out = String::new();
    for line in text.lines().filter(|line| line.contains("\" 504 ")) {
        let (client, rest) = line.split_once(" - ").expect("an access log line");
        let (_, rest) = rest.split_once('[').expect("a stamp");
        // 12/May/2025:08:00:00
        let (day, month, year, time) = (&rest[..2], &rest[3..6], &rest[7..11], &rest[12..20]);
        assert_eq!(month, "May");
        let request = rest.split('"').nth(1).expect("a request");
        out.push_str(&format!(
            "{year}/05/{day} {time} [error] 7#7: *1 upstream timed out (110: Connection timed out) while reading response \
             header from upstream, client: {client}, server: mail.example.com, request: \"{request}\", upstream: \
             \"http://192.0.2.3:80/x\", host: \"mail.example.com\"\n"
        ));
    }
    out.into_bytes()
}

/// What the proxy saw is said with the request, and where it stands.
#[test]
fn a_request_tells_what_the_proxy_saw() {
    let scenario = Scenario::Sample;
    let both = play(
        scenario,
        front(FrontFormat::Nginx, scenario.zone(), 2 * HOUR),
    );
    let mut inspector = read(&[(FRONT, &both.front.0), (SERVER, &both.server.0)]);
    let (log, explanation) = inspector.explain();
    let left = (0..log.len())
        .find(|&row| log.status(row) == Some(499) && log.command(row) == Command::Ping)
        .expect("a Ping that was left");
    let seen = pinglens::report::request(log, explanation, left);
    let counted = explanation.views.counted(left);
    let row = pinglens::report::request(log, explanation, counted);
    assert_eq!((row.status, row.twin), (Some(409), Some(left)));
    assert_eq!(
        (seen.twin, seen.outcome, seen.cause),
        (Some(counted), row.outcome, row.cause)
    );
    assert_eq!(row.certainty, Certainty::Certain);
    // By the server's clock, as the rest of the sentence is; the row itself keeps its own.
    let own = seen.end.expect("it has a time");
    let hour: u32 = own[11..13].parse().expect("an hour");
    let told = format!(
        "proxy.log saw the phone close the connection at {:02}{}",
        hour - 2,
        &own[13..16]
    );
    assert!(row.sentence.contains(&told), "{}", row.sentence);
    assert!(
        seen.sentence
            .starts_with("The same request stands in access.log, line "),
        "{}",
        seen.sentence
    );
}

/// The report without what tells the order of opening.
fn without_opened(inspector: &mut Inspector) -> String {
    let json = write(&inspector.report(), Output::Json);
    json.lines().filter(|l| !l.contains("\"opened\"")).collect()
}

/// Rotated logs of a server and of its proxy, rotated at other times, in any order.
#[test]
fn rotated_logs_of_both_sides_count_each_request_once() {
    let scenario = Scenario::FoundingThread;
    let both = play(
        scenario,
        front(FrontFormat::Nginx, scenario.zone(), -3 * SECOND),
    );
    let whole = read(&[(SERVER, &both.server.0), (FRONT, &both.front.0)]).report();
    let (server, proxy) = (cut(&both.server.0, 4), cut(&both.front.0, 5));
    let mut files: Vec<(String, &[u8])> = Vec::new();
    files.extend(
        server
            .iter()
            .enumerate()
            .map(|(i, part)| (format!("access.{i}"), *part)),
    );
    files.extend(
        proxy
            .iter()
            .enumerate()
            .map(|(i, part)| (format!("proxy.{i}"), *part)),
    );
    let open = |order: &[usize]| {
        let files: Vec<(&str, &[u8])> = order
            .iter()
            .map(|&i| (files[i].0.as_str(), files[i].1))
            .collect();
        read(&files)
    };
    let mut first = open(&[0, 1, 2, 3, 4, 5, 6, 7, 8]);
    let report = first.report();
    assert_eq!(report.totals.activesync, whole.totals.activesync);
    assert_eq!(report.totals.ping_conflicts, whole.totals.ping_conflicts);
    assert_eq!(report.conflicts, whole.conflicts);
    assert!(
        report
            .views
            .iter()
            .all(|v| (v.ahead_ms + 3_000).abs() <= 500)
    );
    let expected = without_opened(&mut first);
    for order in [[8, 7, 6, 5, 4, 3, 2, 1, 0], [4, 0, 5, 1, 6, 2, 7, 3, 8]] {
        assert!(without_opened(&mut open(&order)) == expected, "{order:?}");
    }
}

/// A log in so many parts, cut between lines.
fn cut(log: &[u8], parts: usize) -> Vec<&[u8]> {
    let lines: Vec<&[u8]> = log.split_inclusive(|&b| b == b'\n').collect();
    let mut rest = log;
    let mut cut = Vec::new();
    for part in lines.chunks(lines.len().div_ceil(parts)) {
        let (this, others) = rest.split_at(part.iter().map(|line| line.len()).sum());
        cut.push(this);
        rest = others;
    }
    cut
}

/// A copy taken at noon, the log of the whole day, and one that begins in the morning: the same lines count once.
#[test]
fn logs_that_overlap_count_each_request_once() {
    for scenario in Scenario::ALL {
        let (log, _) = Job::fixture(scenario).in_memory().expect("it plays");
        let whole = read(&[(SERVER, &log)]).report();
        let parts = cut(&log, 4);
        let noon = parts[..3].concat();
        let from_morning = parts[1..].concat();
        for files in [
            [&log, &noon],
            [&noon, &log],
            [&noon, &from_morning],
            [&from_morning, &noon],
        ] {
            let report = read(&[("a.log", files[0]), ("b.log", files[1])]).report();
            assert_eq!(report.totals.activesync, whole.totals.activesync);
            assert_eq!(report.conflicts, whole.conflicts);
            assert_eq!(report.pings, whole.pings);
            assert!(
                report.views[0].copy && report.views[0].ahead_ms == 0,
                "{:?}",
                report.views
            );
        }
    }
}

/// Servers of a pool hold different requests of the same devices in the same period: nothing of them is one.
#[test]
fn servers_of_a_pool_are_no_views_of_each_other() {
    for scenario in Scenario::ALL {
        let front = front(FrontFormat::Nginx, scenario.zone(), 0);
        let both = play(scenario, front);
        // Every request, or every other dozen, goes to the other server: in its own format, and in another.
        for burst in [1, 12] {
            let share = |log: &[u8], of: usize| -> Vec<u8> {
                let lines = log.split_inclusive(|&b| b == b'\n').enumerate();
                let own = lines.filter(|(i, _)| i / burst % 2 == of);
                own.flat_map(|(_, line)| line.iter().copied()).collect()
            };
            let (one, other) = (share(&both.server.0, 0), share(&both.server.0, 1));
            let report = read(&[("one.log", &one), ("other.log", &other)]).report();
            assert_eq!(report.views, [], "{} {burst}", scenario.name());
        }
        // Days of one server in two formats.
        let half = cut(&both.server.0, 2)[0];
        let rest = cut(&both.front.0, 2)[1];
        let report = read(&[("one.log", half), ("other.log", rest)]).report();
        let shared: u64 = report.views.iter().map(|view| view.both).sum();
        assert!(shared < 60, "{:?}", report.views);
    }
}
