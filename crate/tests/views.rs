//! The same requests in two logs: a proxy's beside Domino's, held against the simulator, which knows what both saw.
#![cfg(not(target_arch = "wasm32"))]

use pinglens::Inspector;
use pinglens::explain::{Certainty, Outcome};
use pinglens::report::model::Report;
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
        format,
        zone,
        ahead,
        patience: None,
        outage: None,
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

/// Holds everything that is found in both logs against what is true.
fn check(name: &str, scenario: Scenario, front: Front, ahead: Ms) {
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
        (view.ahead_ms - ahead).abs() <= 500,
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
        if row[2] == "superseded-unseen" && cause.is_some() {
            // The server's log has lost the request that did it, the proxy's has not.
            let (file, line_of_cause) = cause.expect("there is one");
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
