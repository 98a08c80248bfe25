//! Which files are of one server, and how many devices it has.

use crate::script::{Line, log, ping, report, sync};
use pinglens::report::model::Report;

const HOUR: i64 = 3600;

/// A device that syncs every hour of some, and holds a Ping for a quarter of it.
fn hourly(device: &'static str, hours: std::ops::Range<i64>) -> Vec<Line> {
    hours
        .flat_map(|hour| {
            let at = hour * HOUR + 600;
            [sync(device, at), ping(device, at + 902, 900_000)]
        })
        .collect()
}

/// The files of each server.
fn servers(report: &Report) -> Vec<Vec<&str>> {
    let name = |&file: &u32| report.files[file as usize].name.as_str();
    let servers = report.load.servers.iter();
    servers
        .map(|s| s.files.iter().map(name).collect())
        .collect()
}

#[test]
fn files_that_go_on_from_each_other_are_of_one_server() {
    let days = [0..24, 24..48, 48..60].map(|hours| log(&hourly("A1", hours)));
    let report = report(&[
        ("c.log", &days[2]),
        ("a.log", &days[0]),
        ("b.log", &days[1]),
    ]);
    assert_eq!(servers(&report), [["a.log", "b.log", "c.log"]]);
    assert_eq!(report.load.servers[0].peak, report.load.peak);
}

#[test]
fn files_of_one_time_are_of_servers_of_a_pool() {
    let file = |device, hours| log(&hourly(device, hours));
    let files = [
        ("mail1-0303.log", file("A1", 0..24)),
        ("mail2-0303.log", file("B1", 0..24)),
        ("mail1-0304.log", file("A1", 24..48)),
        ("mail2-0304.log", file("B1", 24..48)),
    ];
    for order in [[0, 1, 2, 3], [3, 2, 1, 0], [1, 2, 0, 3]] {
        let report = report(&order.map(|i: usize| (files[i].0, files[i].1.as_str())));
        // Digits count days as well as servers; that a server goes on where it stopped is all that tells.
        assert_eq!(report.load.servers.len(), 2, "{order:?}");
        let peak = report.load.peak.as_ref().expect("requests were open");
        assert_eq!(peak.count, 2);
        for server in &report.load.servers {
            assert_eq!(server.files.len(), 2);
            assert_eq!(server.peak.as_ref().map(|p| p.count), Some(1));
        }
    }
    let names = [
        ("east.log", 0..24),
        ("west.log", 0..24),
        ("west2.log", 24..48),
        ("east2.log", 24..48),
    ];
    let files: Vec<(&str, String)> = names
        .into_iter()
        .map(|(name, hours)| {
            (
                name,
                file(if name.starts_with('e') { "A1" } else { "B1" }, hours),
            )
        })
        .collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(n, t)| (*n, t.as_str())).collect();
    let report = report(&files);
    assert_eq!(
        servers(&report),
        [["east.log", "east2.log"], ["west.log", "west2.log"]]
    );
}

#[test]
fn devices_count_within_any_24_hours_and_want_threads_by_their_kind() {
    let kind = |mut lines: Vec<Line>, kind: &'static str| {
        lines.iter_mut().for_each(|line| line.kind = kind);
        lines
    };
    let lines = [
        hourly("A1", 0..60),
        // Seen on the evening of one day and the morning of the next.
        hourly("B1", 20..22),
        hourly("C1", 30..32),
        // Seen too late to meet the others.
        hourly("D1", 58..60),
        kind(hourly("E1", 25..28), "BlackBerry"),
        kind(hourly("F1", 25..28), "WindowsOutlook15"),
    ];
    let report = report(&[("a.log", &log(&lines.concat()))]);
    let load = &report.load;
    // 3 × 1.2 + 2 + 1.5 = 7.1
    assert_eq!((load.devices_in_a_day, load.threads_wanted), (5, 8));
    let told = load.sentences.iter().find(|s| s.contains("vendor asks"));
    let told = told.expect("it is told");
    assert!(
        told.contains("Within 24 hours, 5 devices were seen at most"),
        "{told}"
    );
    assert!(
        told.contains("(2 for a BlackBerry and 1.5 for an Outlook and 1.2 for any other)"),
        "{told}"
    );
}

#[test]
fn what_a_log_does_not_tell_is_said_to_be_unknown() {
    let line = "203.0.113.7 t.example.com - [03/Mar/2010:00:00:00 +0000] \"POST \
                /Microsoft-Server-ActiveSync?User=j&DeviceId=A1&Cmd=Ping HTTP/1.1\" 200 15\n";
    let report = report(&[("common.log", line)]);
    let load = &report.load;
    assert_eq!(
        (&load.peak, load.mean_hundredths, &load.curve),
        (&None, None, &None)
    );
    assert!(
        load.sentences[0].contains("cannot be told"),
        "{:?}",
        load.sentences
    );
    assert!(report.heartbeats.intervals.is_empty());
}

#[test]
fn other_requests_are_told_but_not_counted() {
    let mut text = log(&hourly("A1", 0..3));
    text.push_str(
        "203.0.113.9 t.example.com - [03/Mar/2010:03:00:00 +0000] \"GET /x.nsf HTTP/1.1\" 200 5 \"-\" \"x\" 90000 \"\" \"\"\n",
    );
    let report = report(&[("a.log", &text)]);
    assert_eq!(report.load.peak.as_ref().map(|p| p.count), Some(1));
    let told = report.load.sentences.last().expect("there are sentences");
    assert!(
        told.starts_with("1 other request is not in these numbers; they took 1 min 30 s together"),
        "{told}"
    );
}
