//! The truth must be possible: what it says of each request must agree with the other requests of the same device.

mod common;

use common::{Request, World, stamp};
use pinglens_simulator::Job;
use pinglens_simulator::format::Stamp;
use pinglens_simulator::scenario::Scenario;

/// Runs `check` for every request of every scenario, with the requests of its device that arrived later.
fn for_each_request(check: impl Fn(&World, &Request, &[&Request])) {
    for scenario in Scenario::ALL {
        let world = World::of(&Job::fixture(scenario));
        assert!(!world.requests.is_empty());
        for requests in world.by_device().values() {
            for (index, request) in requests.iter().enumerate() {
                check(&world, request, &requests[index + 1..]);
            }
        }
    }
}

#[test]
fn lines_say_what_the_truth_says() {
    for scenario in Scenario::ALL {
        for stamps in [Stamp::Start, Stamp::End] {
            let world = World::of(&Job {
                stamp: stamps,
                ..Job::fixture(scenario)
            });
            for request in &world.requests {
                let moment = if stamps == Stamp::Start {
                    request.start
                } else {
                    request.end
                };
                assert_eq!(
                    stamp(&request.text),
                    moment / 1000 * 1000,
                    "{}",
                    request.text
                );
                let (_, tail) = request.text.split_once("\" \"").expect("referer and agent");
                let (_, millis) = tail.split_once("\" ").expect("milliseconds");
                let millis: i64 = millis
                    .split(' ')
                    .next()
                    .expect("a field")
                    .parse()
                    .expect("digits");
                assert_eq!(millis, request.duration(), "{}", request.text);
            }
        }
    }
}

#[test]
fn lines_are_appended_when_requests_end() {
    for scenario in Scenario::ALL {
        let world = World::of(&Job::fixture(scenario));
        assert!(world.requests.is_sorted_by_key(|request| request.end));
        let stamps: Vec<i64> = world
            .lines
            .iter()
            .filter(|line| line.contains(" [") && line.contains("] \""))
            .map(|l| stamp(l))
            .collect();
        assert!(stamps.is_sorted());
    }
}

#[test]
fn every_activesync_line_has_a_row_and_no_other_line() {
    for scenario in Scenario::ALL {
        let world = World::of(&Job::fixture(scenario));
        let lines = world.lines.iter().filter(|line| {
            line.contains("Microsoft-Server-ActiveSync?") && !line.contains("HTTP Server: ")
        });
        assert_eq!(lines.count(), world.requests.len());
    }
}

#[test]
fn a_device_has_one_request_at_a_time() {
    for_each_request(|_, request, later| {
        if let Some(next) = later.first() {
            assert!(
                request.end <= next.start,
                "{} overlaps {}",
                request.text,
                next.text
            );
        }
    });
}

#[test]
fn a_409_ends_when_its_cause_arrives() {
    for_each_request(|world, request, later| {
        let Some(cause) = request.cause.filter(|_| request.status == 409) else {
            assert!(request.status != 409 || request.outcome == "superseded-unseen");
            return;
        };
        let cause = world.at(cause);
        assert_eq!(cause.start, request.end, "{}", request.text);
        assert_eq!(cause.line, later[0].line, "{}", request.text);
        let expected = match (request.cmd.as_str(), cause.cmd.as_str()) {
            ("Ping", "Sync") => "superseded-by-sync",
            ("Ping", "Ping") => "superseded-by-ping",
            ("Ping", _) => "superseded-by-other",
            (_, _) => "overlapped",
        };
        assert_eq!(request.outcome, expected, "{}", request.text);
    });
}

#[test]
fn an_unseen_cause_has_nothing_that_could_be_taken_for_it() {
    for_each_request(|_, request, later| {
        if request.outcome == "superseded-unseen" {
            assert_eq!(request.status, 409);
            assert_eq!(request.cause, None);
            if let Some(next) = later.first() {
                assert!(next.start - request.end > 10_000, "{}", request.text);
            }
        }
    });
}

#[test]
fn found_changes_are_fetched_within_seconds() {
    for_each_request(|_, request, later| {
        if request.outcome == "changes-found" {
            assert_eq!(request.status, 200);
            let next = later[0];
            assert_eq!(request.cause, Some(next.line), "{}", request.text);
            assert_eq!(next.cmd, "Sync", "{}", request.text);
            assert!(next.start - request.end <= 5_000, "{}", request.text);
        }
    });
}

#[test]
fn a_200_without_a_sync_looks_like_it() {
    for_each_request(|_, request, later| {
        let silence = later
            .first()
            .map_or(i64::MAX, |next| next.start - request.end);
        let syncs = later
            .first()
            .is_some_and(|next| next.cmd == "Sync" && silence <= 5_000);
        match request.outcome.as_str() {
            "heartbeat-expired" => {
                assert!(!syncs, "{}", request.text);
                // Heartbeats are whole ten seconds here, and the server is at most 3,110 ms late.
                assert!(request.duration() % 10_000 <= 3_110, "{}", request.text);
            }
            "returned-at-once" => {
                assert!(!syncs && !later.is_empty(), "{}", request.text);
                assert!(request.duration() < 1_000, "{}", request.text);
            }
            "reply-lost" => assert!(silence > 60_000, "{}", request.text),
            _ => return,
        }
        assert_eq!((request.cmd.as_str(), request.status), ("Ping", 200));
    });
}

#[test]
fn other_outcomes_go_with_their_statuses() {
    for_each_request(|_, request, _| {
        let fits = match request.outcome.as_str() {
            "completed" => request.status == 200 && request.cmd != "Ping",
            "long-poll" => request.status == 200 && request.cmd == "Sync",
            "auth-refused" => [401, 403, 456, 457].contains(&request.status),
            "provisioning" => request.status == 449,
            "server-busy" => [429, 503].contains(&request.status),
            "failed" => {
                request.status >= 400
                    && ![401, 403, 409, 429, 449, 456, 457, 503].contains(&request.status)
            }
            _ => true,
        };
        assert!(fits, "{} {}", request.outcome, request.text);
        assert!(
            request.cause.is_none() || request.status == 409 || request.outcome == "changes-found"
        );
    });
}
