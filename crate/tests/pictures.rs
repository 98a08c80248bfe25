//! What pictures are drawn of is what the log shows.
#![cfg(not(target_arch = "wasm32"))]

use pinglens::Inspector;
use pinglens::activesync::Command;
use pinglens::explain::Outcome;
use pinglens::picture::{Lifeline, Pings};
use std::collections::BTreeMap;

/// `hh:mm:ss CMD STATUS MILLISECONDS` of one device, each with the moment at which the request ended.
fn case(lines: &[&str]) -> Inspector {
    let mut text = String::new();
    for line in lines {
        let words: Vec<&str> = line.split(' ').collect();
        let &[time, cmd, status, ms] = words.as_slice() else {
            panic!("{line}");
        };
        text.push_str(&format!(
            "203.0.113.7 h - [03/Mar/2025:{time} +0100] \"POST /Microsoft-Server-ActiveSync?Cmd={cmd}&User=u&DeviceId=D1 \
             HTTP/1.1\" {status} 12 \"-\" \"x\" {ms} \"\" \"\"\n"
        ));
    }
    let mut inspector = Inspector::new();
    inspector.open("a.log");
    inspector.feed(text.as_bytes());
    inspector
}

#[test]
fn a_displaced_ping_and_its_cause_are_on_two_lanes_and_linked() {
    let mut inspector = case(&[
        "10:00:00 Sync 200 300",
        "10:05:00 Ping 409 299000",
        "10:05:01 Sync 200 400",
        "10:20:01 Ping 200 899000",
    ]);
    let (log, explanation) = inspector.explain();
    let line = Lifeline::around(log, explanation, 1, 10, 10);
    assert_eq!(line.rows, [0, 1, 2, 3]);
    assert_eq!((line.held_lanes, line.all_lanes), (1, 2));
    assert_eq!(line.lanes, [1, 0, 1, 0]);
    assert_eq!(line.causes, [None, Some(2), None, None]);
    assert_eq!(line.commands[1], Command::Ping);
    assert_eq!(line.outcomes[1], Outcome::SupersededBySync);
    assert_eq!(line.ends[1] - line.starts[1], 299_000);
    assert_eq!((line.zone, line.before, line.after), (Some(60), 0, 0));
}

#[test]
fn what_is_open_at_once_is_side_by_side() {
    let mut inspector = case(&[
        "10:00:10 Search 200 9000",
        "10:00:12 ItemOperations 200 9000",
        "10:05:00 Ping 200 290000",
        "10:05:03 Ping 200 280000",
    ]);
    let (log, explanation) = inspector.explain();
    let line = Lifeline::around(log, explanation, 0, 10, 10);
    assert_eq!((line.held_lanes, line.all_lanes), (2, 4));
    for a in 0..line.rows.len() {
        for b in a + 1..line.rows.len() {
            let shared = line.ends[a].min(line.ends[b]) - line.starts[a].max(line.starts[b]);
            assert!(
                shared <= 1_000 || line.lanes[a] != line.lanes[b],
                "{a} and {b}"
            );
        }
    }
}

#[test]
fn a_part_says_what_is_beside_it() {
    let lines: Vec<String> = (0..20)
        .map(|i| format!("10:{i:02}:00 Sync 200 300"))
        .collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let mut inspector = case(&lines);
    let (log, explanation) = inspector.explain();
    let line = Lifeline::around(log, explanation, 7, 2, 3);
    assert_eq!(line.rows, [5, 6, 7, 8, 9, 10]);
    assert_eq!((line.before, line.after), (5, 9));
    let all = Lifeline::around(log, explanation, 0, u32::MAX, u32::MAX - 1);
    assert_eq!(all.rows.len(), 20);
}

fn founding_thread() -> Inspector {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../tests/fixtures/founding-thread.log"
    );
    let mut inspector = Inspector::new();
    inspector.open("a.log");
    inspector.feed(&std::fs::read(path).expect("the fixture is there"));
    inspector
}

#[test]
fn every_ping_is_a_point_until_there_are_too_many() {
    let mut inspector = founding_thread();
    let (log, explanation) = inspector.explain();
    let all = Pings::of(log, explanation, 10_000);
    assert_eq!((all.rows.len(), all.all, all.without), (1_763, 1_763, 0));
    for (at, &row) in all.rows.iter().enumerate() {
        assert_eq!(Some(all.lengths[at]), log.duration(row));
        assert_eq!(all.outcomes[at], explanation.verdict(row).outcome);
    }
    let count = |pings: &Pings| {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for outcome in &pings.outcomes {
            *counts.entry(outcome.code()).or_default() += 1;
        }
        counts
    };
    let few = Pings::of(log, explanation, 300);
    assert!(few.rows.len() <= 310, "{}", few.rows.len());
    assert_eq!(few.all, 1_763);
    let (whole, part) = (count(&all), count(&few));
    for (outcome, n) in whole {
        let left = part.get(outcome).copied().unwrap_or(0);
        if n * 20 <= 1_763 {
            assert_eq!(left, n, "{outcome} is rare, so each is kept");
        } else {
            assert!(left > 0 && left < n, "{outcome}");
        }
    }
}

#[test]
fn marks_are_heartbeats_that_pings_ran_to() {
    let mut inspector = founding_thread();
    let (log, explanation) = inspector.explain();
    let marks = Pings::of(log, explanation, 10).marks;
    let heartbeats: Vec<u32> = (marks.iter())
        .filter(|mark| mark.kind == "heartbeat")
        .map(|mark| mark.ms)
        .collect();
    assert!(
        heartbeats.iter().any(|ms| (299_000..=301_000).contains(ms)),
        "{marks:?}"
    );
    assert!(marks.is_sorted_by_key(|mark| mark.ms));
}
