//! What the sample log must show a newcomer.

mod common;

use common::World;
use pinglens_simulator::Job;
use pinglens_simulator::scenario::Scenario;

fn world() -> World {
    World::of(&Job::fixture(Scenario::Sample))
}

#[test]
fn every_outcome_of_a_domino_log_occurs() {
    let world = world();
    let outcomes = [
        "superseded-by-sync",
        "superseded-by-ping",
        "superseded-by-other",
        "superseded-unseen",
        "changes-found",
        "heartbeat-expired",
        "returned-at-once",
        "reply-lost",
        "overlapped",
        "long-poll",
        "auth-refused",
        "provisioning",
        "server-busy",
        "failed",
        "completed",
    ];
    for outcome in outcomes {
        assert!(
            world
                .requests
                .iter()
                .any(|request| request.outcome == outcome),
            "{outcome}"
        );
    }
}

#[test]
fn it_is_small_enough_to_be_shipped() {
    let (log, _) = Job::fixture(Scenario::Sample)
        .in_memory()
        .expect("the plan fits into its time");
    assert!(log.len() <= 90 * 1024, "{}", log.len());
    assert!((250..=400).contains(&world().lines.len()));
    assert_eq!(world().by_device().len(), 6);
}

#[test]
fn it_ends_with_the_console_waiting_for_open_pings() {
    let world = world();
    let console: Vec<&String> = world
        .lines
        .iter()
        .filter(|line| line.contains("HTTP Server: "))
        .collect();
    assert_eq!(console.len(), 2);
    for (line, last) in console.iter().zip(&world.lines[world.lines.len() - 2..]) {
        assert_eq!(*line, last);
        let opening = "05/14/2025 12:30:03 PM HTTP Server: Waiting for session to finish: \
                       Session State [Processing Request] Session ID [";
        assert!(line.starts_with(opening), "{line}");
        assert!(line.ends_with("&Cmd=Ping HTTP/1.1"), "{line}");
        let (_, thread) = line.split_once("Thread ID [").expect("a thread");
        let (decimal, hex) = thread.split_once(" (0x").expect("both forms");
        let hex = hex.split(')').next().expect("a bracket");
        assert_eq!(
            decimal.parse::<i64>().ok(),
            i64::from_str_radix(hex, 16).ok()
        );
    }
}

#[test]
fn nothing_in_it_can_be_taken_for_a_real_site() {
    for line in &world().lines {
        let client = line.split(' ').next().expect("a first field");
        let documentation = ["192.0.2.", "198.51.100.", "203.0.113."]
            .iter()
            .any(|net| client.starts_with(net));
        let reserved = client.ends_with(".example.net") || client == "05/14/2025";
        assert!(documentation || reserved, "{line}");
    }
}
