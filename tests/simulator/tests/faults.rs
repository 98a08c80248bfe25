//! A fault shows in the world it is switched on in, and nothing of it in a healthy one; the summary says what there was.

use std::collections::BTreeSet;

use pinglens_simulator::activesync::Command;
use pinglens_simulator::fleet::config::Noise;
use pinglens_simulator::fleet::fault::Fault;
use pinglens_simulator::fleet::journey::Journey;
use pinglens_simulator::fleet::scenario::Scenario;
use pinglens_simulator::fleet::{LogFile, Played, Shape, play, record, summary};
use pinglens_simulator::format::{Format, Stamp};
use pinglens_simulator::json::Json;

struct World {
    played: Played,
    files: Vec<LogFile>,
    summary: Json,
}

fn world(seed: u64, faults: &[Fault]) -> World {
    let mut fleet = Scenario::Healthy.fleet(seed, Noise::CLEAN);
    for fault in faults {
        fault.apply(&mut fleet);
    }
    let played = play(fleet);
    let shape = Shape {
        format: Format::DominoExtended,
        stamp: Stamp::End,
    };
    let files = record::write(&played, shape);
    let summary = summary::of(&played, &files);
    World {
        played,
        files,
        summary,
    }
}

impl World {
    fn count(&self, outcome: &str) -> u64 {
        let outcomes = self.summary.get("outcomes").expect("outcomes");
        outcomes.number(outcome).unwrap_or(0)
    }

    fn server(&self, field: &str) -> u64 {
        let server = self.summary.get("server").expect("a server");
        server.number(field).expect("a number")
    }

    fn file(&self, part: &str) -> &str {
        let file = self.files.iter().find(|file| file.name.contains(part));
        &file.expect("a file").text
    }

    /// Devices with trouble of this kind.
    fn troubled(&self, what: &str) -> Vec<&Json> {
        let devices = self.summary.list("devices").iter();
        let is = |device: &&Json| {
            let trouble = device.get("trouble");
            trouble.and_then(|trouble| trouble.text("what")) == Some(what)
        };
        devices.filter(is).collect()
    }

    fn status(&self, status: u16) -> usize {
        let ended =
            |journey: &&Journey| journey.end.as_ref().is_some_and(|end| end.status == status);
        self.played.journeys.iter().filter(ended).count()
    }
}

#[test]
fn nothing_is_wrong_with_a_healthy_fleet() {
    for seed in 1..4 {
        let healthy = world(seed, &[]);
        let all: u64 = healthy
            .files
            .iter()
            .map(|file| file.rows.len() as u64)
            .sum();
        assert!((8_000..60_000).contains(&all), "{all}");
        for (outcome, in_thousand) in [
            ("server-busy", 0),
            ("auth-refused", 30),
            ("cut-in-between", 0),
            ("superseded-unseen", 1),
            ("reply-lost", 4),
            ("failed", 1),
        ] {
            let count = healthy.count(outcome);
            assert!(
                count * 1_000 <= all * in_thousand,
                "{outcome}: {count} of {all}"
            );
        }
        assert_eq!(healthy.server("waited_for_a_thread"), 0);
        assert_eq!(healthy.files.len(), 1);
        assert_eq!(healthy.summary.list("missing_servers").len(), 0);
        let healthy_devices = healthy.summary.list("devices").iter();
        assert!(
            healthy_devices
                .clone()
                .all(|device| device.get("trouble") == Some(&Json::Null))
        );
        assert!(
            healthy_devices
                .clone()
                .all(|device| device.number("passwords_refused") == Some(0))
        );
    }
}

#[test]
fn an_idle_timeout_ends_pings_of_one_network_at_one_time() {
    let world = world(2, &[Fault::NetworkIdle]);
    let networks = world.summary.list("networks");
    assert_eq!(networks.len(), 1);
    let idle = networks[0].number("idle_ms").expect("a time");
    let longest = |elsewhere: bool| {
        let pings = world.played.journeys.iter().filter(|journey| {
            let idles = world.played.networks[journey.network].idle.is_some();
            idles != elsewhere && journey.ask.command == Command::Ping && journey.heard
        });
        let spans = pings.filter_map(|ping| world.played.span(ping));
        spans.map(|(from, to)| to - from).max().unwrap_or(0)
    };
    let idle = i64::try_from(idle).expect("a time");
    assert!(longest(false) <= idle + 12_000, "{}", longest(false));
    assert!(longest(true) > idle + 60_000, "{}", longest(true));
}

#[test]
fn a_proxy_cuts_pings_and_says_so_in_its_log() {
    for seed in 1..6 {
        let world = world(seed, &[Fault::ProxyIdle]);
        let patience = world
            .summary
            .get("proxy")
            .and_then(|proxy| proxy.number("patience_ms"));
        let patience = i64::try_from(patience.expect("a time")).expect("a time");
        let mut held = world.played.journeys.iter().filter(|journey| journey.heard);
        assert!(held.all(|journey| {
            let span = world.played.span(journey);
            span.is_none_or(|(from, to)| to - from <= patience + 4_000)
        }));
        let logged = world.files.iter().any(|file| file.name.contains("-front"));
        assert_eq!(world.count("cut-in-between") > 500, logged, "{seed}");
        assert!(world.count("superseded-by-ping") > 500 || logged, "{seed}");
    }
}

#[test]
fn troubled_devices_are_where_the_summary_says() {
    let looping = world(1, &[Fault::PingLoop]);
    let usual = world(1, &[]);
    assert!(!looping.troubled("pings-returned-at-once").is_empty());
    assert!(looping.count("returned-at-once") > usual.count("returned-at-once") + 1_000);

    let storm = world(1, &[Fault::Storm]);
    assert!(!storm.troubled("storm").is_empty());
    assert!(storm.count("superseded-by-ping") > usual.count("superseded-by-ping") + 200);

    let reset = world(1, &[Fault::KeyReset]);
    let parts = |device: &&Json| device.number("resync_parts").unwrap_or(0);
    let fetched: Vec<u64> = reset.troubled("key-reset").iter().map(parts).collect();
    assert!(fetched.iter().any(|parts| *parts >= 5), "{fetched:?}");

    let dead = world(1, &[Fault::PushDead]);
    let silent = |device: &&Json| device.number("silent_ms").unwrap_or(0);
    let (begin, end) = dead.played.fleet.period;
    let half = u64::try_from((end - begin) / 2).expect("a time");
    assert!(
        dead.troubled("push-dead")
            .iter()
            .map(silent)
            .all(|silent| silent > half)
    );
}

#[test]
fn old_passwords_are_refused_on_the_console_too() {
    let world = world(3, &[Fault::AuthLoop]);
    let troubled = world.troubled("old-password");
    let refused: u64 = troubled
        .iter()
        .map(|device| device.number("passwords_refused").expect("a number"))
        .sum();
    assert!(refused > 50, "{refused}");
    let said = world.file("console").lines();
    let failures =
        said.filter(|line| line.contains("authentication failure using internet password"));
    let failures = failures.count() as u64;
    // The log's hour before its beginning has no lines on the console.
    assert!(
        failures <= refused && failures > refused / 2,
        "{failures} of {refused}"
    );
}

#[test]
fn a_restart_waits_for_pings_and_for_what_never_ends() {
    let world = world(4, &[Fault::Restart]);
    let restart = world.summary.get("restart").expect("a restart");
    let stuck = restart.list("stuck").len();
    assert!((1..=2).contains(&stuck), "{stuck}");
    assert!(restart.number("ended_by_force").is_some());
    let console = world.file("console");
    let waiting = console
        .lines()
        .filter(|line| line.contains("Waiting for session to finish"));
    let told: usize = restart
        .list("rounds")
        .iter()
        .map(|round| match round {
            Json::List(pair) => pair[1].to_string().parse().expect("a number"),
            _ => 0,
        })
        .sum();
    assert_eq!(waiting.clone().count(), told);
    let sessions: BTreeSet<&str> = waiting
        .filter_map(|line| line.split("Session ID [").nth(1)?.split(']').next())
        .collect();
    assert!(sessions.len() > 10 && sessions.len() <= restart.list("sessions").len());
    assert!(console.contains("HTTP Server: Started"));
}

#[test]
fn threads_that_are_too_few_are_all_in_use() {
    for seed in 1..4 {
        let world = world(seed, &[Fault::Threads]);
        let threads = world.server("threads");
        let open = world.summary.get("open_requests").expect("open requests");
        let Json::List(peak) = open.get("peak_logged").expect("a peak") else {
            panic!("no peak");
        };
        let peak: u64 = peak[0].to_string().parse().expect("a number");
        let refused = world.status(503) as u64;
        // What is refused has no thread, but a line of its own.
        assert!(peak >= threads && peak <= threads + 5, "{peak} {threads}");
        assert!(world.server("waited_for_a_thread") + refused > 20);
    }
}

#[test]
fn a_busy_server_refuses_and_everybody_comes_back() {
    let world = world(5, &[Fault::Busy]);
    let episodes = world.summary.list("episodes");
    assert_eq!(episodes.len(), 1);
    assert!(episodes[0].number("devices_refused").expect("a number") > 10);
    assert_eq!(
        world.count("server-busy"),
        episodes[0].number("refused").expect("a number")
    );
}

#[test]
fn syncs_conflict_where_they_are_slow() {
    let world = world(1, &[Fault::SyncConflicts]);
    let syncs = world.played.journeys.iter().filter(|journey| {
        journey.ask.command == Command::Sync && journey.ask.hold.is_none() && journey.end.is_some()
    });
    let (mut all, mut conflicts) = (0, 0);
    for sync in syncs {
        all += 1;
        conflicts += usize::from(sync.end.as_ref().is_some_and(|end| end.status == 409));
    }
    assert!(conflicts * 20 > all, "{conflicts} of {all}");
}

#[test]
fn logs_are_missing_where_they_are_meant_to() {
    let excluded = world(1, &[Fault::Excluded]);
    assert!(excluded.files[0].rows.is_empty());
    assert!(!excluded.files[0].text.contains("ActiveSync"));
    assert!(excluded.files[0].text.lines().count() > 100);

    let unseen = world(1, &[Fault::Unseen]);
    assert_eq!(unseen.files.len(), 2);
    assert_eq!(unseen.summary.list("missing_servers").len(), 1);
    assert!(unseen.count("superseded-unseen") > 50);

    let skewed = world(1, &[Fault::ClockSkew]);
    let ahead = |clock: &Json| clock.get("ahead_ms").map(ToString::to_string);
    let clocks: Vec<_> = skewed.summary.list("clocks").iter().map(ahead).collect();
    assert_eq!(clocks.len(), 2);
    assert_ne!(clocks[0], clocks[1]);
}
