//! Latency patterns, held against what phones and networks really did.

use crate::script::{HOUR, Phone, SECOND, of_phones};
use crate::world::{World, about};
use pinglens::report::model::{PatternRow, Report};
use pinglens_simulator::fleet::fault::Fault;
use pinglens_simulator::fleet::scenario::Scenario;
use pinglens_simulator::fleet::summary;
use pinglens_simulator::json::Json;
use pinglens_simulator::truth::Outcome;

fn pattern<'a>(report: &'a Report, code: &str) -> Option<&'a PatternRow> {
    report.ping_patterns.iter().find(|row| row.pattern == code)
}

/// Pings of all patterns of a kind.
fn of_kind(report: &Report, kind: &str) -> u64 {
    let with_length = format!("{kind}-");
    let rows = report.ping_patterns.iter().filter(|row| {
        let length = row.pattern.strip_prefix(&with_length);
        row.pattern == kind || length.is_some_and(|l| l.starts_with(|c: char| c.is_ascii_digit()))
    });
    rows.map(|row| row.count).sum()
}

/// Lengths that Pings of a kind share, in seconds.
fn lengths(report: &Report, kind: &str) -> Vec<u64> {
    let rows = report.ping_patterns.iter();
    rows.filter_map(|row| {
        row.pattern
            .strip_prefix(kind)?
            .strip_suffix('s')?
            .parse()
            .ok()
    })
    .collect()
}

#[test]
fn every_ping_has_one_pattern() {
    for scenario in [
        Scenario::Mixed,
        Scenario::Proxy,
        Scenario::NatSilent,
        Scenario::Busy,
    ] {
        for world in World::all(scenario, None, "nginx") {
            let rows = &world.report.ping_patterns;
            let all: u64 = rows.iter().map(|row| row.count).sum();
            assert_eq!(all, world.report.totals.pings, "{}", world.name);
            assert!(rows.is_sorted_by_key(|row| std::cmp::Reverse(row.count)));
        }
    }
}

#[test]
fn heartbeats_are_those_that_phones_asked_for() {
    let mut phone = Phone::new(1);
    while phone.now < 16 * HOUR {
        let late = phone.chance(3 * SECOND);
        phone.ping(200, 470 * SECOND + late).rest(300);
    }
    let mut other = Phone::new(2);
    while other.now < 16 * HOUR {
        let late = other.chance(3 * SECOND);
        other.ping(200, 900 * SECOND + late).rest(300);
    }
    let report = of_phones(&[phone, other]);
    let counts = ["heartbeat-470s", "heartbeat-900s"].map(|code| pattern(&report, code));
    let [Some(short), Some(long)] = counts else {
        panic!("{:#?}", report.ping_patterns);
    };
    assert_eq!(
        (short.title.as_str(), short.devices),
        ("Heartbeat of 7 min 50 s", 1)
    );
    assert_eq!(report.ping_patterns.len(), 2, "{:#?}", report.ping_patterns);
    assert!(short.count > long.count);
}

#[test]
fn as_many_pings_ran_their_heartbeat_and_were_ended_by_something_new_as_truly_did() {
    for scenario in [Scenario::Phones, Scenario::Android] {
        for world in World::all(scenario, None, "domino-extended-start").filter(|w| w.clean) {
            for (kind, outcome) in [
                ("heartbeat", Outcome::HeartbeatExpired),
                ("news", Outcome::ChangesFound),
            ] {
                let (found, truly) = (of_kind(&world.report, kind), world.truly(&[outcome]));
                assert!(
                    about(found, truly),
                    "{}: {kind} {found}, truly {truly}",
                    world.name
                );
            }
        }
    }
}

#[test]
fn an_idle_timeout_that_phones_notice_is_a_length_that_reconnections_share() {
    let mut noticed = 0;
    for world in World::all(
        Scenario::Healthy,
        Some(Fault::NetworkIdle),
        "domino-extended",
    ) {
        let summary = summary::of(&world.played, &world.files);
        let network = &summary.list("networks")[0];
        let ms = |name| network.number(name).expect("a time");
        let resets = network.get("resets") == Some(&Json::Bool(true));
        // It looks at times only, and a phone comes back a little later.
        let range = ms("idle_ms") / 1000..=(ms("idle_ms") + ms("sweep_ms")) / 1000 + 5;
        let found = lengths(&world.report, "reconnected-");
        let told = || format!("{}: {found:?}, truly {range:?}, {resets}", world.name);
        // A network that drops connections without a word leaves phones to wait for their heartbeat's end.
        assert_eq!(
            found.iter().any(|s| range.contains(s)),
            resets,
            "{}",
            told()
        );
        noticed += u32::from(resets);
    }
    assert!(noticed > 0, "no such network was drawn: take other seeds");
}

#[test]
fn a_healthy_fleet_has_no_length_in_common_but_heartbeats() {
    for world in World::all(Scenario::Healthy, None, "domino-extended") {
        let heartbeats = lengths(&world.report, "heartbeat-");
        for kind in [
            "reconnected-",
            "lost-",
            "cut-",
            "gave-up-",
            "left-",
            "news-",
        ] {
            let mut found = lengths(&world.report, kind);
            // Where a phone's own clock ends the heartbeat a moment before the server's, it comes back then.
            found.retain(|s| !heartbeats.contains(s));
            assert!(found.is_empty(), "{}: {kind}{found:?}", world.name);
        }
    }
}
