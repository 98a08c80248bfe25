//! Questions about requests are answered as the rows themselves say.
#![cfg(not(target_arch = "wasm32"))]

use pinglens::Inspector;
use pinglens::activesync::Command;
use pinglens::explain::Explanation;
use pinglens::log::Log;
use pinglens::query::{Column, Query, facets, select};
use pinglens::report;
use pinglens::settings::Settings;
use std::collections::BTreeMap;

fn fixture() -> Inspector {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../tests/fixtures/founding-thread.log"
    );
    let mut inspector = Inspector::new();
    inspector.open("a.log");
    inspector.feed(&std::fs::read(path).expect("the fixture is there"));
    inspector
}

fn question(json: &str) -> Query {
    serde_json::from_str(json).expect("it is a question")
}

/// The rows that a question yields, and those that a plain look at every row does.
fn same(inspector: &mut Inspector, json: &str, plain: impl Fn(&Log, &Explanation, u32) -> bool) {
    let (log, explanation) = inspector.explain();
    let mut rows = select(log, explanation, &question(json), None).expect("it can be asked");
    assert!(
        rows.is_sorted_by(|&a, &b| explanation.timeline.compare(log, a, b).is_lt()),
        "{json}"
    );
    rows.sort_unstable();
    let expected: Vec<u32> = explanation
        .counted(log)
        .filter(|&row| plain(log, explanation, row))
        .collect();
    assert!(
        !expected.is_empty() && expected.len() < log.len() as usize,
        "{json}"
    );
    assert_eq!(rows, expected, "{json}");
}

fn user(log: &Log, row: u32) -> String {
    log.texts
        .text(log.origin(row).account())
        .unwrap_or_default()
}

#[test]
fn conditions_hold_of_every_row_and_of_no_other() {
    let mut inspector = fixture();
    let inspector = &mut inspector;
    same(
        inspector,
        r#"{"conditions":[{"column":"command","is":["Ping"]},{"column":"status","is":["409"]}]}"#,
        |log, _, row| log.command(row) == Command::Ping && log.status(row) == Some(409),
    );
    same(
        inspector,
        r#"{"conditions":[{"column":"outcome","is":["superseded-by-sync","superseded-by-ping"]}]}"#,
        |_, explanation, row| {
            let code = explanation.verdict(row).outcome.code();
            ["superseded-by-sync", "superseded-by-ping"].contains(&code)
        },
    );
    same(
        inspector,
        r#"{"conditions":[{"column":"duration","between":[1000.5,200000]}]}"#,
        |log, _, row| {
            log.duration(row)
                .is_some_and(|d| (1_001..=200_000).contains(&d))
        },
    );
    same(
        inspector,
        r#"{"conditions":[{"column":"user","contains":"PETER"}]}"#,
        |log, _, row| user(log, row).contains("peter"),
    );
    same(
        inspector,
        r#"{"conditions":[{"column":"user","matches":"^[a-k].* [n-z]"}]}"#,
        |log, _, row| {
            let user = user(log, row).to_lowercase();
            let (first, last) = user.split_once(' ').unwrap_or_default();
            first.starts_with(|c| ('a'..='k').contains(&c))
                && last.starts_with(|c| ('n'..='z').contains(&c))
        },
    );
    same(inspector, r#"{"text":"iphone/70[0-4]"}"#, |log, _, row| {
        let agent = log.texts.text(log.origin(row).agent).unwrap_or_default();
        (0..=4).any(|n| agent.to_lowercase().contains(&format!("iphone/70{n}")))
    });
    same(
        inspector,
        r#"{"conditions":[{"column":"line","between":[500,null]},{"column":"bytes","unknown":false}]}"#,
        |log, _, row| log.line(row) >= 500 && log.bytes(row).is_some(),
    );
}

#[test]
fn what_is_among_others_is_narrowed_further() {
    let mut inspector = fixture();
    let pings = question(r#"{"conditions":[{"column":"command","is":["Ping"]}]}"#);
    let harmless = inspector.requests_of("conflicts-harmless");
    let (log, explanation) = inspector.explain();
    let rows = select(log, explanation, &pings, Some(&harmless)).expect("it can be asked");
    assert_eq!(rows, harmless, "all of these are Pings");
    let syncs = question(r#"{"conditions":[{"column":"command","is":["Sync"]}]}"#);
    assert!(select(log, explanation, &syncs, Some(&harmless)).is_ok_and(|rows| rows.is_empty()));
}

#[test]
fn every_column_sorts_both_ways_with_the_unknown_last() {
    let lines = "\
203.0.113.7 h - [03/Mar/2025:10:00:00 +0000] \"POST /Microsoft-Server-ActiveSync?Cmd=Sync&User=b&DeviceId=D2 HTTP/1.1\" 200 5 \"-\" \"-\" 30 \"\" \"\"
203.0.113.8 h - [03/Mar/2025:10:00:01 +0000] \"POST /Microsoft-Server-ActiveSync?Cmd=Ping&User=A&DeviceId=D1 HTTP/1.1\" 409 - \"-\" \"x\" 10 \"\" \"\"
203.0.113.9 h - [03/Mar/2025:10:00:02 +0000] \"POST /Microsoft-Server-ActiveSync?Cmd=Search&DeviceId=D3 HTTP/1.1\" 200 7 \"-\" \"y\" 20 \"\" \"\"
203.0.113.9 h - [03/Mar/2025:10:00:03 +0000] \"POST /Microsoft-Server-ActiveSync?Cmd=Sync&User=c HTTP/1.1\" 200 7 \"-\" \"Y\" 20 \"\" \"\"
";
    let mut inspector = Inspector::new();
    inspector.open("a.log");
    inspector.feed(lines.as_bytes());
    let (log, explanation) = inspector.explain();
    for (column, up, down) in [
        ("start", [0, 1, 2, 3], [3, 2, 1, 0]),
        ("end", [0, 1, 2, 3], [3, 2, 1, 0]),
        ("line", [0, 1, 2, 3], [3, 2, 1, 0]),
        ("duration", [1, 2, 3, 0], [0, 2, 3, 1]),
        ("user", [1, 0, 3, 2], [3, 0, 1, 2]),
        ("device", [1, 0, 2, 3], [2, 0, 1, 3]),
        ("agent", [1, 3, 2, 0], [2, 3, 1, 0]),
        ("address", [0, 1, 2, 3], [2, 3, 1, 0]),
        ("command", [1, 2, 0, 3], [0, 3, 2, 1]),
        ("status", [0, 2, 3, 1], [1, 0, 2, 3]),
        ("bytes", [0, 2, 3, 1], [2, 3, 0, 1]),
    ] {
        for (descending, expected) in [(false, up), (true, down)] {
            let json = format!(r#"{{"sort":{{"column":"{column}","descending":{descending}}}}}"#);
            let rows = select(log, explanation, &question(&json), None);
            assert_eq!(rows.as_deref(), Ok(&expected[..]), "{json}");
        }
    }
}

/// A format of the user's own need not have a time.
#[test]
fn what_has_no_time_is_sorted_last_and_can_be_asked_for() {
    let timed = |hour: u32| {
        format!(
            "[03/Mar/2025:{hour}:00:00 +0000] \"POST /Microsoft-Server-ActiveSync?Cmd=Sync&DeviceId=D HTTP/1.1\" 200\n"
        )
    };
    let mut inspector = Inspector::new();
    for (format, lines) in [
        (
            "\"%r\" %s",
            "\"POST /Microsoft-Server-ActiveSync?Cmd=Ping&DeviceId=D HTTP/1.1\" 409\n".to_owned(),
        ),
        ("%t \"%r\" %s", timed(10) + &timed(11)),
    ] {
        let settings = Settings {
            format: Some(format.to_owned()),
            ..Settings::default()
        };
        inspector.open_with("a.log", &settings);
        inspector.feed(lines.as_bytes());
    }
    let (log, explanation) = inspector.explain();
    assert_eq!(log.len(), 3);
    for (json, expected) in [
        (r#"{"sort":{"column":"start"}}"#, &[1, 2, 0][..]),
        (
            r#"{"sort":{"column":"start","descending":true}}"#,
            &[2, 1, 0],
        ),
        (
            r#"{"conditions":[{"column":"start","unknown":true}]}"#,
            &[0],
        ),
        (
            r#"{"conditions":[{"column":"end","between":[0,null]}]}"#,
            &[1, 2],
        ),
    ] {
        let rows = select(log, explanation, &question(json), None);
        assert_eq!(rows.as_deref(), Ok(expected), "{json}");
    }
}

#[test]
fn values_of_a_column_add_up() {
    let mut inspector = fixture();
    let (log, explanation) = inspector.explain();
    let all = explanation.counted(log).count() as u64;
    for column in [
        Column::User,
        Column::Command,
        Column::Status,
        Column::Outcome,
        Column::File,
    ] {
        let found = facets(log, explanation, &Query::default(), column).expect("it can be asked");
        let sum: u64 = found.values.iter().map(|f| f.count).sum();
        assert_eq!(sum + found.unknown, all, "{column:?}");
        assert!(
            found
                .values
                .is_sorted_by_key(|f| std::cmp::Reverse(f.count))
        );
    }
    let pings = question(r#"{"conditions":[{"column":"command","is":["Ping"]}]}"#);
    let statuses = facets(log, explanation, &pings, Column::Status).expect("it can be asked");
    let counts: BTreeMap<&str, u64> = (statuses.values.iter())
        .map(|f| (f.value.as_str(), f.count))
        .collect();
    assert_eq!(counts, [("200", 1_095), ("409", 668)].into());
}

#[test]
fn what_cannot_be_asked_is_refused_in_words() {
    let mut inspector = fixture();
    let (log, explanation) = inspector.explain();
    for (json, part) in [
        (r#"{"text":"(a"}"#, "unclosed group"),
        (
            r#"{"conditions":[{"column":"user","matches":"["}]}"#,
            "no regular expression",
        ),
        (
            r#"{"conditions":[{"column":"user","between":[1,2]}]}"#,
            "contains",
        ),
        (
            r#"{"conditions":[{"column":"duration","is":["1"]}]}"#,
            "range",
        ),
        (
            r#"{"conditions":[{"column":"command","between":[1,2]}]}"#,
            "names",
        ),
        (
            r#"{"conditions":[{"column":"status","contains":"4"}]}"#,
            "texts",
        ),
    ] {
        let refusal = select(log, explanation, &question(json), None).expect_err(json);
        assert!(
            refusal.contains(part) && refusal.ends_with('.'),
            "{json}: {refusal}"
        );
    }
}

#[test]
fn a_table_is_a_table_elsewhere() {
    let mut inspector = Inspector::new();
    inspector.open("=a,b.log");
    inspector.feed(
        b"203.0.113.8 h - [03/Mar/2025:10:00:01 +0000] \"POST /Microsoft-Server-ActiveSync?Cmd=Ping&User=%3D1%2B1&DeviceId=D1 \
          HTTP/1.1\" 409 - \"-\" \"x\" 10 \"\" \"\"\n",
    );
    let (log, explanation) = inspector.explain();
    let csv = report::csv_of(log, explanation, &[0]);
    let lines: Vec<&str> = csv.split("\r\n").collect();
    assert_eq!(lines.len(), 3, "{csv}");
    assert!(
        lines[1].starts_with("\"'=a,b.log\",1,2025-03-03T10:00:00.990Z,"),
        "{csv}"
    );
    assert!(lines[1].contains(",'=1+1,D1,"), "{csv}");
}

#[test]
fn a_pattern_leads_to_its_pings() {
    let mut inspector = fixture();
    let patterns = inspector.report().ping_patterns;
    assert!(patterns.len() > 5, "{patterns:#?}");
    let (log, explanation) = inspector.explain();
    for pattern in &patterns {
        let json = format!(
            r#"{{"conditions":[{{"column":"pattern","is":["{}"]}}]}}"#,
            pattern.pattern
        );
        let rows = select(log, explanation, &question(&json), None).expect("it can be asked");
        assert_eq!(rows.len() as u64, pattern.count, "{}", pattern.pattern);
        let lengths = rows.iter().filter_map(|&row| log.duration(row));
        assert_eq!(lengths.clone().min(), pattern.durations.min);
        assert_eq!(lengths.max(), pattern.durations.max);
    }
    let counted =
        facets(log, explanation, &Query::default(), Column::Pattern).expect("it can be asked");
    let of: BTreeMap<&str, u64> = counted
        .values
        .iter()
        .map(|f| (f.value.as_str(), f.count))
        .collect();
    let expected = patterns
        .iter()
        .map(|p| (p.pattern.as_str(), p.count))
        .collect();
    assert_eq!(of, expected);
}
