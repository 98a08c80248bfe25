//! Findings in played fleets without a fault of their own, and with an idle timeout in between.

use crate::script::{found, named, the};
use crate::world::{World, about};
use pinglens::explain::Severity;
use pinglens_simulator::activesync::Command;
use pinglens_simulator::fleet::Played;
use pinglens_simulator::fleet::config::Idle;
use pinglens_simulator::fleet::journey::Journey;
use pinglens_simulator::fleet::scenario::Scenario;
use pinglens_simulator::truth::Outcome;
use std::collections::{BTreeMap, BTreeSet};

#[test]
fn healthy_fleets_yield_nothing_that_matters() {
    let shapes = [
        (Scenario::Healthy, "domino-end"),
        (Scenario::Healthy, "nginx"),
        (Scenario::Phones, "domino-end"),
        (Scenario::Android, "domino-start"),
        (Scenario::Coverage, "iis"),
        (Scenario::Weekend, "domino-end"),
        (Scenario::Mixed, "haproxy"),
        (Scenario::Outlook, "domino-end"),
        (Scenario::LongPoll, "domino-end"),
    ];
    for (scenario, shape) in shapes {
        for world in World::all(scenario, None, shape) {
            let name = &world.name;
            assert_eq!(
                world.from(Severity::Watch),
                [""; 0],
                "{name}: {}",
                world.report.verdict.sentence
            );
            let harmless = the(&world.report, "conflicts-harmless");
            let truly = world.truly(&[
                Outcome::SupersededBySync,
                Outcome::SupersededByPing,
                Outcome::SupersededByOther,
            ]);
            assert!(
                about(harmless.count, truly),
                "{name}: {} of {truly}",
                harmless.count
            );
            let lost = found(&world.report, "replies-lost").map_or(0, |f| f.count);
            let truly = world.truly(&[Outcome::ReplyLost]);
            // Lines that are late or lost make some answers look lost that were not.
            if world.clean {
                assert!(
                    lost.abs_diff(truly) <= truly / 3 + 8,
                    "{name}: {lost} lost, truly {truly}"
                );
            }
        }
    }
}

/// Two phones that were set up from one backup send one DeviceId, for one user, from two places.
#[test]
fn phones_with_one_id_are_told_from_phones_that_move() {
    let mut told = 0;
    for world in World::all(Scenario::Accounts, None, "domino-end") {
        let mut phones: BTreeMap<(&str, usize), BTreeSet<usize>> = BTreeMap::new();
        for account in &world.played.accounts {
            let of = phones.entry((account.caller.device_id.as_str(), account.user));
            of.or_default().insert(account.handset);
        }
        let cloned = |device: &str| {
            phones
                .iter()
                .any(|((id, _), handsets)| *id == device && handsets.len() > 1)
        };
        for (device, _) in found(&world.report, "device-shared")
            .iter()
            .flat_map(|f| named(f, "device"))
        {
            assert!(cloned(device), "{}: {device}", world.name);
            told += 1;
        }
    }
    assert!(told > 3, "{told}");
}

/// The timeouts of a world, and the networks that have them.
fn idle(played: &Played) -> Vec<(&str, Idle)> {
    let networks = played.networks.iter();
    networks
        .filter_map(|n| Some((n.prefix(), n.idle?)))
        .collect()
}

#[test]
fn an_idle_timeout_in_between_is_found_with_its_time_and_its_networks() {
    let mut seen = 0;
    for scenario in [Scenario::NatReset, Scenario::NatSilent] {
        for world in World::all(scenario, None, "domino-end") {
            let name = &world.name;
            let timeouts = idle(&world.played);
            if cut(&world.played) < SHOWN {
                continue;
            }
            seen += 1;
            let first = &world.report.findings[0];
            assert_eq!(
                first.code, "idle-timeout",
                "{name}: {}",
                world.report.verdict.sentence
            );
            assert!(first.severity >= Severity::Watch, "{name}");
            let truly = timeouts[0].1.after;
            let told = minutes_and_seconds(&first.title);
            // What is seen lies between the timeout and when the firewall next looks, and whole seconds around it.
            let latest = truly + timeouts[0].1.sweep + 12_000;
            assert!(
                (truly - 6_000..=latest).contains(&told),
                "{name}: {} for {truly} ms",
                first.title
            );
            for (network, _) in named(first, "network") {
                let prefix = network.trim_end_matches("0/24");
                assert!(
                    timeouts.iter().any(|(p, _)| p.starts_with(prefix)),
                    "{name}: {network} of {timeouts:?}"
                );
            }
        }
    }
    assert!(seen > 6, "{seen}");
}

/// A timeout that met fewer Pings does not show: nobody was in that network.
const SHOWN: usize = 100;

/// Pings that were open for longer than their network holds an idle connection.
fn cut(played: &Played) -> usize {
    let cut = |journey: &&Journey| {
        let idle = played.networks[journey.network].idle;
        let held = journey
            .start
            .zip(journey.end.as_ref())
            .map(|(start, end)| end.at - start);
        let ping = journey.ask.command == Command::Ping;
        ping && idle
            .zip(held)
            .is_some_and(|(idle, held)| held >= idle.after)
    };
    played.journeys.iter().filter(cut).count()
}

/// The time that a title ends with, in milliseconds.
fn minutes_and_seconds(title: &str) -> i64 {
    let (_, time) = title.split_once("about ").expect("a time");
    let words: Vec<&str> = time.split(' ').collect();
    let parts = words.chunks(2).map(|pair| {
        let n: i64 = pair[0].parse().expect("a number");
        n * if pair[1] == "min" { 60_000 } else { 1_000 }
    });
    parts.sum()
}
