//! Findings held against the simulator's fleets: a healthy one yields nothing that somebody must act on, one with a fault
//! yields that fault first, and the numbers are those of the world.

use crate::script::{found, named, the};
use pinglens::Inspector;
use pinglens::explain::Severity;
use pinglens::report::model::Report;
use pinglens_simulator::activesync::Command;
use pinglens_simulator::fleet::config::{Idle, Noise};
use pinglens_simulator::fleet::journey::Journey;
use pinglens_simulator::fleet::record::{self, LogFile, Shape};
use pinglens_simulator::fleet::scenario::Scenario;
use pinglens_simulator::fleet::{Played, play};
use pinglens_simulator::truth::Outcome;

const SEEDS: std::ops::Range<u64> = 101..104;

/// A world, its log and what is found in it.
struct World {
    name: String,
    clean: bool,
    played: Played,
    files: Vec<LogFile>,
    report: Report,
}

impl World {
    fn of(scenario: Scenario, seed: u64, noise: Noise, shape: &str) -> Self {
        let played = play(scenario.fleet(seed, noise));
        let files = record::write(&played, Shape::named(shape).expect("a shape"));
        let mut inspector = Inspector::new();
        for file in &files {
            inspector.open(&file.name);
            inspector.feed(file.text.as_bytes());
        }
        Self {
            name: format!("{} {seed} {shape}", scenario.name()),
            clean: noise == Noise::CLEAN,
            played,
            report: inspector.report(),
            files,
        }
    }

    /// Requests with this outcome, by the truth.
    fn truly(&self, outcomes: &[Outcome]) -> u64 {
        let rows = self.files.iter().flat_map(|file| &file.rows);
        rows.filter(|row| outcomes.contains(&row.outcome)).count() as u64
    }

    /// Findings of some severity or a graver one.
    fn from(&self, severity: Severity) -> Vec<&str> {
        let grave = self
            .report
            .findings
            .iter()
            .filter(|f| f.severity >= severity);
        grave.map(|f| f.code).collect()
    }
}

/// Every seed, with a clean and a hard log.
fn worlds(scenario: Scenario, shape: &'static str) -> impl Iterator<Item = World> {
    let both = [Noise::CLEAN, Noise::HARD];
    SEEDS.flat_map(move |seed| both.map(|noise| World::of(scenario, seed, noise, shape)))
}

/// Whether a number is another to within one in a hundred, and a few.
fn about(found: u64, truly: u64) -> bool {
    found.abs_diff(truly) <= truly / 100 + 3
}

#[test]
fn healthy_fleets_yield_nothing_that_matters() {
    let shapes = [
        (Scenario::Phones, "domino-end"),
        (Scenario::Android, "domino-start"),
        (Scenario::Coverage, "iis"),
    ];
    for (scenario, shape) in shapes {
        for world in worlds(scenario, shape) {
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
        for world in worlds(scenario, "domino-end") {
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
                (truly - 2_000..=latest).contains(&told),
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
