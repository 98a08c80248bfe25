//! How long questions about a million requests take, beside reading and explaining their log.
//!
//! Machines differ; what one question costs of what reading cost them does not by as much, so shares are printed as well.
#![cfg(not(target_arch = "wasm32"))]

use pinglens::Inspector;
use pinglens::query::{Column, Query, facets, select};
use pinglens_simulator::Job;
use pinglens_simulator::scenario::Scenario;
use std::time::{Duration, Instant};

/// As a browser hands a file on.
const CHUNK: usize = 2 << 20;

/// Worlds of the founding thread, one after the other: 12,000 requests each.
const SCALE: u32 = 84;

/// Rounds, of which the fastest counts.
const ROUNDS: usize = 3;

const QUESTIONS: [(&str, &str); 8] = [
    ("all, by time", "{}"),
    (
        "one command and status",
        r#"{"conditions":[{"column":"command","is":["Ping"]},{"column":"status","is":["409"]}]}"#,
    ),
    (
        "one outcome",
        r#"{"conditions":[{"column":"outcome","is":["superseded-by-ping"]}]}"#,
    ),
    (
        "a range of durations",
        r#"{"conditions":[{"column":"duration","between":[60000,300000]}]}"#,
    ),
    ("an expression over texts", r#"{"text":"iphone/70[0-4]"}"#),
    (
        "by duration",
        r#"{"sort":{"column":"duration","descending":true}}"#,
    ),
    ("by user", r#"{"sort":{"column":"user"}}"#),
    ("by outcome", r#"{"sort":{"column":"outcome"}}"#),
];

fn main() {
    let job = Job {
        scale: SCALE,
        ..Job::fixture(Scenario::FoundingThread)
    };
    let (log, _) = job.in_memory().expect("the scenario plays");
    let mut inspector = Inspector::new();
    let ((), read) = timed(1, || {
        inspector.open("access.log");
        log.chunks(CHUNK).for_each(|chunk| inspector.feed(chunk));
        inspector.close();
    });
    let (rows, explained) = timed(1, || inspector.explain().0.len());
    let whole = read + explained;
    let megabytes = log.len() as f64 / 1e6;
    println!("{megabytes:.0} MB, {rows} requests");
    println!("reading      {:7.0} MB/s", megabytes / read.as_secs_f64());
    let line = |name: &str, time: Duration, beside: Duration, found: usize| {
        let share = time.as_secs_f64() / beside.as_secs_f64() * 100.0;
        println!(
            "{name:36} {:8.1} ms {share:7.1} %  {found}",
            time.as_secs_f64() * 1e3
        );
    };

    println!("\nquestions, and their share of the time to read and explain");
    let (log_read, explanation) = inspector.explain();
    for (name, json) in QUESTIONS {
        let query: Query = serde_json::from_str(json).expect("it is a question");
        let (rows, time) = timed(ROUNDS, || select(log_read, explanation, &query, None));
        line(name, time, whole, rows.expect("it can be asked").len());
    }
    for column in [Column::Device, Column::Status, Column::Outcome] {
        let all = Query::default();
        let (found, time) = timed(ROUNDS, || facets(log_read, explanation, &all, column));
        let values = found.expect("it can be asked").values.len();
        line(&format!("values of {column:?}"), time, whole, values);
    }
}

/// What a closure gives, and the time that its fastest round takes.
fn timed<T>(rounds: usize, mut run: impl FnMut() -> T) -> (T, Duration) {
    let mut best: Option<(T, Duration)> = None;
    for _ in 0..rounds {
        let start = Instant::now();
        let given = run();
        let time = start.elapsed();
        if best.as_ref().is_none_or(|(_, least)| time < *least) {
            best = Some((given, time));
        }
    }
    best.expect("there is a round")
}
