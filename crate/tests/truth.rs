//! Explanations held against the simulator, which knows why each request ended and shares no code with the core.
#![cfg(not(target_arch = "wasm32"))]

use pinglens::Inspector;
use pinglens::explain::{Certainty, Outcome};
use pinglens_simulator::Job;
use pinglens_simulator::format::{Format, Stamp};
use pinglens_simulator::scenario::Scenario;
use std::collections::{BTreeMap, HashMap};

/// One row of a truth file.
struct Truth {
    line: u32,
    outcome: Outcome,
    cause_line: Option<u32>,
}

/// What became of one request.
struct Pair {
    truth: Truth,
    outcome: Outcome,
    certainty: Certainty,
    cause_line: Option<u32>,
}

/// Plays a scenario, reads its log, and pairs what was found with what is true.
fn pairs(job: Job) -> Vec<Pair> {
    let (log, truth) = job.in_memory().expect("the scenario plays");
    let mut inspector = Inspector::new();
    inspector.open(&job.name());
    inspector.feed(&log);
    let (log, explanation) = inspector.explain();
    let rows: HashMap<u32, u32> = (0..log.len()).map(|row| (log.line(row), row)).collect();
    let pairs: Vec<Pair> = read(&truth)
        .map(|truth| {
            let row = *rows.get(&truth.line).expect("every request has a row");
            let verdict = explanation.verdict(row);
            Pair {
                outcome: verdict.outcome,
                certainty: verdict.certainty,
                cause_line: verdict.cause.map(|cause| log.line(cause)),
                truth,
            }
        })
        .collect();
    print(&job, &pairs);
    pairs
}

fn read(truth: &[u8]) -> impl Iterator<Item = Truth> {
    let text = std::str::from_utf8(truth).expect("a truth file is text");
    text.lines().skip(1).map(|line| {
        let cells: Vec<&str> = line.split(',').collect();
        Truth {
            line: cells[0].parse().expect("a line number"),
            outcome: Outcome::named(cells[2]).expect("a code"),
            cause_line: cells[3].parse().ok(),
        }
    })
}

/// The confusion table, shown by `cargo test -- --nocapture`.
fn print(job: &Job, pairs: &[Pair]) {
    let mut table: BTreeMap<(Outcome, Outcome), u32> = BTreeMap::new();
    for pair in pairs {
        *table.entry((pair.truth.outcome, pair.outcome)).or_default() += 1;
    }
    println!("{}", job.name());
    for ((truth, found), count) in table {
        let mark = if truth == found { ' ' } else { '!' };
        println!(
            "{mark} {count:6}  {:20} found {}",
            truth.code(),
            found.code()
        );
    }
}

fn superseded(outcome: Outcome) -> bool {
    matches!(
        outcome,
        Outcome::SupersededBySync | Outcome::SupersededByPing | Outcome::SupersededByOther
    )
}

/// With durations, every outcome and every cause is found, whatever the stamps mean.
#[test]
fn with_durations_every_outcome_and_cause_is_found() {
    for scenario in [Scenario::FoundingThread, Scenario::Sample] {
        for stamp in [Stamp::End, Stamp::Start] {
            let job = Job {
                stamp,
                ..Job::fixture(scenario)
            };
            let pairs = pairs(job);
            assert!(pairs.len() > 200);
            for pair in pairs {
                let line = pair.truth.line;
                assert_eq!(
                    pair.outcome,
                    pair.truth.outcome,
                    "{} line {line}",
                    job.name()
                );
                assert_eq!(
                    pair.cause_line,
                    pair.truth.cause_line,
                    "{} line {line}",
                    job.name()
                );
            }
        }
    }
}

/// Without durations, a displaced Ping is still matched with its cause, and no inference is called certain.
#[test]
fn without_durations_causes_are_found_but_never_called_certain() {
    for scenario in [Scenario::FoundingThread, Scenario::Sample] {
        for stamp in [Stamp::End, Stamp::Start] {
            let job = Job {
                stamp,
                format: Format::DominoCommon,
                ..Job::fixture(scenario)
            };
            let mut displaced = 0;
            for pair in pairs(job) {
                let line = pair.truth.line;
                if superseded(pair.truth.outcome) {
                    displaced += 1;
                    assert_eq!(
                        pair.outcome,
                        pair.truth.outcome,
                        "{} line {line}",
                        job.name()
                    );
                    assert_eq!(
                        pair.cause_line,
                        pair.truth.cause_line,
                        "{} line {line}",
                        job.name()
                    );
                }
                if pair.cause_line.is_some() {
                    assert_eq!(
                        pair.certainty,
                        Certainty::Possible,
                        "{} line {line}",
                        job.name()
                    );
                }
            }
            assert!(displaced > 30);
        }
    }
}

/// The numbers of the thread that Pinglens began with.
#[test]
fn the_founding_threads_numbers_come_out() {
    let (log, _) = Job::fixture(Scenario::FoundingThread)
        .in_memory()
        .expect("the scenario plays");
    let mut inspector = Inspector::new();
    inspector.open("founding-thread.log");
    inspector.feed(&log);
    let report = inspector.report();
    let status = |cmd: &str, status: u16| -> u64 {
        let row = report
            .commands
            .iter()
            .find(|c| c.cmd == cmd)
            .expect("the command occurs");
        row.statuses
            .iter()
            .filter(|s| s.status == Some(status))
            .map(|s| s.count)
            .sum()
    };
    assert_eq!(report.totals.pings, 1_763);
    assert_eq!((status("Ping", 200), status("Ping", 409)), (1_095, 668));
    assert_eq!(
        (report.ping_durations.min, report.ping_durations.max),
        (Some(0), Some(303_110))
    );
    assert!(report.totals.syncs > 10_000);
    assert_eq!(status("Sync", 200) + 1, report.totals.syncs);
    assert!(
        report
            .totals
            .period
            .is_some_and(|p| p.span_ms > 3 * 86_400_000)
    );
}
