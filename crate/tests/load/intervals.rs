//! Heartbeats, wake-ups and what other intervals would change, in logs that can be counted by hand.

use crate::script::{Line, log, ping, report, sync};
use pinglens::report::model::{HeartbeatRow, HeartbeatsReport};
use pinglens::report::{redact, sections};

const MINUTE: i64 = 60;

/// Days on which a device is quiet for so many heartbeats, then gets mail after another minute and a half, again and again.
fn quiet(device: &'static str, heartbeat: i64, pings: i64, rounds: i64) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut now = 0;
    for _ in 0..rounds {
        for _ in 0..pings {
            now += heartbeat + 1;
            lines.push(ping(device, now, heartbeat * 1000 + 700));
        }
        now += 90;
        lines.push(ping(device, now, 89_000));
        now += 1;
        lines.push(sync(device, now));
    }
    lines
}

fn found(lines: &[Line]) -> HeartbeatsReport {
    report(&[("a.log", &log(lines))]).heartbeats
}

fn row<'a>(found: &'a HeartbeatsReport, device: &str) -> &'a HeartbeatRow {
    let mut rows = found.devices.iter();
    rows.find(|row| row.device == device)
        .expect("the device is there")
}

#[test]
fn a_quiet_stretch_holds_as_many_wake_ups_as_the_interval_fits_into_it() {
    // An hour and a half a minute and a half at a time: 6 × 15 min, then mail.
    let found = found(&quiet("A1", 15 * MINUTE, 6, 10));
    let row = row(&found, "A1");
    assert_eq!(
        (row.heartbeat_ms, row.expired, row.pings),
        (Some(900_000), 60, 70)
    );
    assert_eq!((row.by_heartbeat, row.by_others), (60, 10));
    // 5 min fits 18 times into it, 10 min 9 times, … 30 min and 45 min, a second late each, 3 times and twice, an hour once.
    assert_eq!(row.tried, [180, 90, 60, 40, 30, 30, 20, 10]);
    assert_eq!(row.steps.len(), 1);
    assert_eq!(row.limit, "either");
    // It is unknown how much it would ask for, and certain what a shorter maximum would do.
    let maximum: Vec<_> = found
        .intervals
        .iter()
        .map(|i| (i.if_maximum_least, i.if_maximum_most))
        .collect();
    assert_eq!(maximum[..3], [(180, 180), (90, 90), (60, 60)]);
    assert_eq!(maximum[7], (10, 60));
    let minimum: Vec<_> = found.intervals.iter().map(|i| i.if_minimum).collect();
    assert_eq!(minimum, [60, 60, 60, 40, 30, 30, 20, 10]);
}

#[test]
fn a_device_that_asks_for_less_gains_nothing_from_a_longer_maximum() {
    let lines = [
        quiet("A1", 15 * MINUTE, 6, 10),
        quiet("B1", 5 * MINUTE, 6, 10),
    ];
    let found = found(&lines.concat());
    assert_eq!(row(&found, "B1").limit, "device");
    assert_eq!(
        (
            row(&found, "A1").by_heartbeat,
            row(&found, "B1").by_heartbeat
        ),
        (60, 60)
    );
    let hour = &found.intervals[7];
    assert_eq!(
        (hour.if_maximum_least, hour.if_maximum_most),
        (10 + 60, 60 + 60)
    );
    // As the minimum, it is for both.
    assert_eq!(hour.if_minimum, 10);
    // Half an hour with mail at its end: no 30 minutes fit into it.
    assert_eq!(row(&found, "B1").tried[..3], [60, 30, 20]);
}

#[test]
fn a_device_that_climbs_shows_the_servers_maximum() {
    let mut lines = Vec::new();
    let mut now = 0;
    for heartbeat in [8, 13, 15, 15, 15, 15, 15, 15, 15, 15] {
        now += heartbeat * MINUTE + 1;
        lines.push(ping("A1", now, heartbeat * 60_000 + 700));
        lines.push(ping("A1", now, 20));
    }
    let mut twice = lines.clone();
    // A second round, as one Ping alone shows no heartbeat.
    twice.extend(lines.iter().map(|line| Line {
        end: line.end + now,
        ..*line
    }));
    let found = found(&twice);
    let row = row(&found, "A1");
    let steps: Vec<(u32, u32)> = row
        .steps
        .iter()
        .map(|s| (s.heartbeat_ms / 60_000, s.pings))
        .collect();
    assert_eq!(steps, [(8, 1), (13, 1), (15, 8), (8, 1), (13, 1), (15, 8)]);
    assert_eq!((row.limit, found.ceiling_ms), ("server", Some(900_000)));
    assert!(
        found
            .sentences
            .iter()
            .any(|s| s.starts_with("1 device tries a longer heartbeat"))
    );
    // Android's own mail app asks for 28 minutes at the most.
    assert_eq!(found.intervals[7].if_maximum_least, row.tried[4]);
}

#[test]
fn a_network_that_ends_idle_connections_limits_what_can_be_saved() {
    // Every 4 minutes the phone comes back, as its connection is gone; the server closes the Ping that it left.
    let mut lines = Vec::new();
    let mut now = 0;
    for round in 0..6 {
        for _ in 0..10 {
            now += 242;
            lines.push(Line {
                status: 409,
                ..ping("A1", now, 242_000 - round)
            });
        }
        now += 100;
        lines.push(ping("A1", now, 100_000));
        now += 1;
        lines.push(sync("A1", now));
    }
    for line in &mut lines {
        line.address = "198.51.100.9";
    }
    // One device alone may have that habit; another shows that it is the network.
    let other = lines.iter().map(|line| Line {
        device: "A2",
        end: line.end + 7,
        ..*line
    });
    lines.extend(other.collect::<Vec<_>>());
    lines.extend(quiet("B1", 15 * MINUTE, 6, 2));
    let found = found(&lines);
    let timeout = &found.timeouts[..];
    assert_eq!(timeout.len(), 1);
    assert_eq!(timeout[0].network.as_deref(), Some("198.51.100.0/24"));
    assert!((235_000..=242_000).contains(&timeout[0].after_ms) && timeout[0].noticed);
    let row = row(&found, "A1");
    assert_eq!((row.heartbeat_ms, row.limit), (None, "unknown"));
    assert!(
        row.limited_by.ends_with("a network after 4 min"),
        "{}",
        row.limited_by
    );
    assert_eq!((row.by_heartbeat, row.by_others), (60, 6));
    // No heartbeat is longer there than the network allows.
    assert!(
        row.tried.iter().all(|&n| n == row.tried[0]),
        "{:?}",
        row.tried
    );
    assert_eq!(found.intervals[0].cut_devices, 2);
}

#[test]
fn every_row_of_a_section_has_a_cell_for_each_column() {
    let mut cut = quiet("A1", 4 * MINUTE, 6, 3);
    for line in &mut cut {
        line.address = "198.51.100.9";
        line.status = if line.cmd == "Ping" && line.took_ms > 200_000 {
            409
        } else {
            line.status
        };
    }
    let other = cut.clone().into_iter().map(|line| Line {
        device: "A2",
        end: line.end + 11,
        ..line
    });
    cut.extend(other.collect::<Vec<_>>());
    let mut shown = 0;
    for lines in [quiet("B1", 15 * MINUTE, 6, 3), cut] {
        for section in sections(&report(&[
            ("a.log", &log(&lines)),
            ("b.log", &log(&quiet("C1", 600, 4, 4))),
        ])) {
            if let Some(table) = section.table {
                shown += usize::from(section.title.contains("idle connections"));
                assert!(
                    table
                        .rows
                        .iter()
                        .all(|row| row.len() == table.columns.len()),
                    "{}",
                    section.title
                );
            }
        }
    }
    assert_eq!(shown, 1);
}

#[test]
fn networks_and_devices_of_a_redacted_report_have_other_names() {
    let mut lines = Vec::new();
    for device in ["Anna", "Bert"] {
        for round in 0..12 {
            let end = 300 * (round + 1) + if device == "Anna" { 0 } else { 9 };
            lines.push(Line {
                status: 409,
                address: "198.51.100.9",
                ..ping(device, end, 299_000)
            });
        }
    }
    let plain = report(&[("a.log", &log(&lines))]);
    assert_eq!(plain.heartbeats.timeouts.len(), 1);
    let redacted = redact(plain.clone(), &[]).report;
    assert_eq!(
        redacted.heartbeats.timeouts[0].network.as_deref(),
        Some("network-01")
    );
    let text = format!("{redacted:?}");
    for name in ["198.51", "Anna", "Bert", "a.log"] {
        assert!(!text.contains(name), "{name} is left");
    }
}

#[test]
fn words_are_right_for_one_device() {
    let found = found(&quiet("A1", 15 * MINUTE, 6, 10));
    assert!(
        found.sentences[0].starts_with("The device here that waits with Pings woke up 4."),
        "{}",
        found.sentences[0]
    );
    assert!(found.sentences.iter().any(|s| s.contains("restarted")));
}
