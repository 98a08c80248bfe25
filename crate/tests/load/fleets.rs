//! Load and heartbeats of the simulator's fleets.

use pinglens::Inspector;
use pinglens::report::model::Report;
use pinglens_simulator::activesync::Command;
use pinglens_simulator::clock::Ms;
use pinglens_simulator::device::Told;
use pinglens_simulator::fleet::config::{Kind, Noise};
use pinglens_simulator::fleet::load::peak;
use pinglens_simulator::fleet::record::{self, LogFile, Shape};
use pinglens_simulator::fleet::scenario::Scenario;
use pinglens_simulator::fleet::{Played, play};
use std::collections::BTreeMap;

const SEEDS: std::ops::Range<u64> = 301..303;

/// A world, its log and what is found in it.
struct World {
    name: String,
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
            played,
            report: inspector.report(),
            files,
        }
    }

    /// A moment of the report, by the world's own clock; not every format writes a zone.
    fn ms(&self, moment: &str) -> i64 {
        let local = || {
            let civil: jiff::civil::DateTime = moment.parse().expect("a moment");
            let utc = civil.to_zoned(jiff::tz::TimeZone::UTC).expect("in range");
            utc.timestamp().as_millisecond() - self.played.fleet.zone.0 * 60_000
        };
        let stamp = moment.parse::<jiff::Timestamp>();
        stamp.map_or_else(|_| local(), jiff::Timestamp::as_millisecond)
    }

    /// Heartbeats that Pings of the log ran to their end, by device, in order of time.
    fn ladders(&self) -> BTreeMap<&str, Vec<Ms>> {
        let mut ladders: BTreeMap<&str, Vec<(Ms, Ms)>> = BTreeMap::new();
        for row in self.files.iter().flat_map(|file| &file.rows) {
            let journey = &self.played.journeys[usize::try_from(row.id).unwrap_or(0)];
            let told = journey.end.as_ref().and_then(|end| end.told.as_ref());
            let expired = journey.ask.command == Command::Ping && told == Some(&Told::Expired);
            if let (true, Some(hold), Some(start)) = (expired, journey.ask.hold, journey.start) {
                let device = &self.played.accounts[journey.account].caller.device_id;
                ladders.entry(device).or_default().push((start, hold));
            }
        }
        ladders
            .into_iter()
            .map(|(device, mut pings)| {
                pings.sort_unstable();
                (device, pings.into_iter().map(|(_, hold)| hold).collect())
            })
            .collect()
    }
}

/// Formats whose stamps have milliseconds, or more.
const FINE: [&str; 2] = ["haproxy", "caddy"];
/// Formats of whole seconds.
const COARSE: [&str; 3] = ["domino-end", "domino-start", "iis"];

#[test]
fn peaks_are_those_of_the_world() {
    for scenario in [
        Scenario::Mixed,
        Scenario::Outlook,
        Scenario::Busy,
        Scenario::Tiny,
    ] {
        for (seed, noise) in SEEDS.flat_map(|s| [(s, Noise::CLEAN), (s, Noise::HARD)]) {
            for shape in FINE {
                let world = World::of(scenario, seed, noise, shape);
                for (found, command) in [
                    (&world.report.load.peak, None),
                    (&world.report.load.pings_peak, Some(Command::Ping)),
                ] {
                    let truly = peak(&world.played.logged(&world.files, command));
                    let found = found.as_ref().expect("there is a peak");
                    assert_eq!(found.count as usize, truly.count, "{}", world.name);
                    assert_eq!((found.at_least, found.at_most), (found.count, found.count));
                    assert_eq!(world.ms(&found.at), truly.at, "{}", world.name);
                }
            }
        }
    }
}

#[test]
fn peaks_by_whole_seconds_hold_that_of_the_world() {
    for scenario in [
        Scenario::Mixed,
        Scenario::Outlook,
        Scenario::Busy,
        Scenario::Pool,
    ] {
        for (seed, noise) in SEEDS.flat_map(|s| [(s, Noise::CLEAN), (s, Noise::HARD)]) {
            for shape in COARSE {
                let world = World::of(scenario, seed, noise, shape);
                let truly = peak(&world.played.logged(&world.files, None)).count as u32;
                let found = world.report.load.peak.as_ref().expect("there is a peak");
                assert!(
                    (found.at_least..=found.at_most).contains(&truly),
                    "{}: {truly} in {found:?}",
                    world.name
                );
                // What was cut off must not open the range so wide that it says nothing.
                assert!(
                    found.at_most - found.at_least <= truly / 4 + 4,
                    "{}: {found:?}",
                    world.name
                );
            }
        }
    }
}

#[test]
fn servers_of_a_pool_are_told_from_days_of_one() {
    for seed in SEEDS {
        let pool = World::of(Scenario::Pool, seed, Noise::CLEAN, "domino-end");
        let given = pool.played.fleet.pool.given.len();
        assert_eq!(pool.report.load.servers.len(), given, "{}", pool.name);
        let rotated = Noise {
            rotated: true,
            ..Noise::CLEAN
        };
        let days = World::of(Scenario::Phones, seed, rotated, "domino-start");
        assert_eq!(days.report.load.servers.len(), 1, "{}", days.name);
        let days = World::of(Scenario::Pool, seed, rotated, "domino-end");
        let given = days.played.fleet.pool.given.len();
        assert_eq!(days.report.load.servers.len(), given, "{}", days.name);
    }
}

#[test]
fn heartbeats_are_those_that_pings_ran() {
    let (mut right, mut all) = (0_usize, 0_usize);
    for scenario in [Scenario::Phones, Scenario::Android, Scenario::Healthy] {
        for (seed, noise) in SEEDS.flat_map(|s| [(s, Noise::CLEAN), (s, Noise::HARD)]) {
            let world = World::of(scenario, seed, noise, "domino-end");
            let ladders = world.ladders();
            for row in &world.report.heartbeats.devices {
                let (Some(found), Some(truly)) =
                    (row.heartbeat_ms, ladders.get(row.device.as_str()))
                else {
                    continue;
                };
                all += 1;
                let last = truly.last().map_or(0, |ms| u32::try_from(*ms).unwrap_or(0));
                // Traveler looks every few seconds, so what is not a multiple of ten seconds may be read a little long.
                right += usize::from(found.abs_diff(last) <= 5_000);
            }
        }
    }
    assert!(all > 250 && right * 100 >= all * 97, "{right} of {all}");
}

#[test]
fn the_servers_maximum_shows_where_devices_climb() {
    for seed in SEEDS {
        let world = World::of(Scenario::Android, seed, Noise::CLEAN, "domino-end");
        let maximum = world.played.fleet.service.heartbeats.1;
        // Who climbs stops at 28 minutes, and does not meet a longer maximum.
        if maximum < 1_680_000 {
            let found = world.report.heartbeats.ceiling_ms.map(i64::from);
            assert_eq!(found, Some(maximum), "{}", world.name);
            let devices = &world.report.heartbeats.devices;
            let server = devices.iter().filter(|d| d.limit == "server").count();
            let climbers = world
                .played
                .accounts
                .iter()
                .filter(|a| a.kind == Kind::Ladder)
                .count();
            assert!(
                server * 10 >= climbers * 8,
                "{}: {server} of {climbers}",
                world.name
            );
        }
    }
}

#[test]
fn idle_timeouts_are_those_of_the_networks() {
    let mut found_any = [0, 0];
    for (kind, scenario) in [Scenario::NatReset, Scenario::NatSilent]
        .into_iter()
        .enumerate()
    {
        for (seed, noise) in SEEDS.flat_map(|s| [(s, Noise::CLEAN), (s, Noise::HARD)]) {
            let world = World::of(scenario, seed, noise, "domino-end");
            for timeout in &world.report.heartbeats.timeouts {
                let name = timeout.network.as_deref().unwrap_or_default();
                let networks = world.played.networks.iter();
                let own = networks.clone().filter(|n| n.idle.is_some());
                let own: Vec<_> = own
                    .filter(|n| name.is_empty() || name.starts_with(n.prefix()))
                    .filter_map(|n| n.idle)
                    .collect();
                assert!(!own.is_empty(), "{}: {name} ends nothing", world.name);
                let fits = own.iter().any(|idle| {
                    let after = i64::from(timeout.after_ms);
                    (idle.after * 9 / 10..=idle.after + idle.sweep + 5_000).contains(&after)
                        && (timeout.noticed == idle.reset)
                });
                assert!(fits, "{}: {timeout:?} is none of {own:?}", world.name);
                found_any[kind] += 1;
            }
        }
    }
    assert!(found_any.iter().all(|&n| n >= 3), "{found_any:?}");
}

#[test]
fn no_idle_timeout_is_seen_where_there_is_none() {
    for scenario in [
        Scenario::Phones,
        Scenario::Coverage,
        Scenario::Mixed,
        Scenario::Weekend,
    ] {
        for (seed, noise) in SEEDS.flat_map(|s| [(s, Noise::CLEAN), (s, Noise::HARD)]) {
            let world = World::of(scenario, seed, noise, "domino-end");
            let found = &world.report.heartbeats.timeouts;
            assert!(found.is_empty(), "{}: {found:?}", world.name);
        }
    }
}

/// What would be with another maximum is known only to the world itself: the same world is played again with it.
#[test]
fn another_maximum_changes_what_it_was_said_to_change() {
    for seed in SEEDS {
        let mut fleet = Scenario::Phones.fleet(seed, Noise::CLEAN);
        fleet.service.heartbeats.1 = 900_000;
        let rate = |report: &Report, times: u64| {
            times as f64 * 3_600_000.0 / report.heartbeats.held_ms as f64
        };
        let report = |fleet| {
            let played = play(fleet);
            let mut inspector = Inspector::new();
            for file in record::write(&played, Shape::named("domino-end").expect("a shape")) {
                inspector.open(&file.name);
                inspector.feed(file.text.as_bytes());
            }
            inspector.report()
        };
        let now = report(fleet.clone());
        for (tried, maximum) in [(0, 300_000), (1, 600_000)] {
            fleet.service.heartbeats.1 = maximum;
            let then = report(fleet.clone());
            let said = rate(&now, now.heartbeats.intervals[tried].if_maximum_most);
            let truly = rate(&then, then.heartbeats.by_heartbeat);
            assert!(
                (said - truly).abs() <= truly * 0.06,
                "{seed} {maximum}: said {said}, was {truly}"
            );
        }
    }
}
