//! A healthy fleet with one fault switched on: the fault is found, before everything else, with the numbers of its world.

use crate::script::{named, the};
use crate::world::{World, about};
use pinglens::explain::Severity;
use pinglens::report::model::Finding;
use pinglens::words::{count, duration};
use pinglens_simulator::clock::{MINUTE, SECOND};
use pinglens_simulator::fleet::cast::Trouble;
use pinglens_simulator::fleet::fault::Fault;
use pinglens_simulator::fleet::scenario::Scenario;
use pinglens_simulator::fleet::summary;
use pinglens_simulator::json::Json;
use pinglens_simulator::truth::Outcome;
use std::collections::BTreeSet;

/// Every seed of a healthy fleet with a fault, with the finding that must come first.
fn worlds(fault: Fault, code: &'static str) -> impl Iterator<Item = (World, Finding)> {
    let worlds = World::all(Scenario::Healthy, Some(fault), "domino-end");
    // Nobody may have been about when a device had its trouble.
    let shows = move |world: &World| match fault {
        Fault::Storm => world.truly(&[Outcome::SupersededByPing]) > 500,
        Fault::PushDead => dead(world),
        _ => true,
    };
    worlds.filter(shows).map(move |world| {
        let first = &world.report.findings[0];
        assert_eq!(
            first.code,
            code,
            "{}: {:?}",
            world.name,
            world.from(Severity::Watch)
        );
        assert!(first.severity > Severity::Harmless, "{}", world.name);
        let first = first.clone();
        (world, first)
    })
}

/// Whether a device without push was without an open request for most of the time.
fn dead(world: &World) -> bool {
    let summary = summary::of(&world.played, &world.files);
    let (from, to) = world.played.fleet.period;
    let most = (to - from).unsigned_abs() * 3 / 5;
    let devices = summary.list("devices").iter();
    let troubled = devices.filter(|device| device.get("trouble") != Some(&Json::Null));
    troubled
        .filter_map(|device| device.number("silent_ms"))
        .any(|silent| silent > most)
}

/// Devices with a trouble.
fn troubled(world: &World, is: impl Fn(Trouble) -> bool) -> BTreeSet<&str> {
    let accounts = world.played.accounts.iter();
    let troubled = accounts.filter(|a| a.trouble.is_some_and(&is));
    troubled.map(|a| a.caller.device_id.as_str()).collect()
}

fn devices(finding: &Finding) -> BTreeSet<&str> {
    named(finding, "device")
        .into_iter()
        .map(|(name, _)| name)
        .collect()
}

/// A duration in words, of milliseconds of the simulator.
fn words(ms: i64) -> String {
    duration(ms.unsigned_abs())
}

#[test]
fn an_idle_network_is_named_with_its_time() {
    for (world, finding) in worlds(Fault::NetworkIdle, "idle-timeout") {
        let name = &world.name;
        let idle: Vec<_> = world
            .played
            .networks
            .iter()
            .filter(|n| n.idle.is_some())
            .collect();
        let after = idle[0].idle.expect("it is idle").after;
        assert_eq!(
            finding.title,
            format!("Idle connections are cut after about {}", words(after)),
            "{name}"
        );
        let [(network, _)] = named(&finding, "network")[..] else {
            panic!("{name}: {:?}", finding.concerned);
        };
        assert_eq!(network.trim_end_matches("0/24"), idle[0].prefix(), "{name}");
        assert_eq!(finding.severity, Severity::Watch, "{name}");
    }
}

#[test]
fn a_proxys_patience_is_named_with_its_time() {
    for (world, finding) in worlds(Fault::ProxyIdle, "idle-timeout") {
        let name = &world.name;
        let proxy = world.played.fleet.proxy.expect("there is one");
        let patience = proxy.patience.expect("it has one");
        // Without the proxy's log, a phone that waited before it came back hides a part of it.
        let hidden = if proxy.log.is_some() { 0 } else { 40 };
        let titles = (0..=hidden).map(|s| {
            format!(
                "Idle connections are cut after about {}",
                words(patience + s * SECOND)
            )
        });
        assert!(
            titles.into_iter().any(|t| t == finding.title),
            "{name}: {}",
            finding.title
        );
        assert_eq!(finding.severity, Severity::Act, "{name}");
        if proxy.log.is_some() {
            let truly = world.truly(&[Outcome::CutInBetween]);
            // The proxy's log and the server's have a row each of one request, and not only Pings are cut.
            let requests = truly / 3..=truly;
            assert!(
                requests.contains(&finding.count),
                "{name}: {} of {truly}",
                finding.count
            );
            assert!(!named(&finding, "file").is_empty(), "{name}");
        }
    }
}

#[test]
fn a_low_maximum_is_read_off_the_heartbeats() {
    for world in World::all(
        Scenario::Healthy,
        Some(Fault::HeartbeatCeiling),
        "domino-end",
    ) {
        let name = &world.name;
        let highest = world.played.fleet.service.heartbeats.1;
        let finding = the(&world.report, "heartbeat-ceiling");
        assert_eq!(
            finding.title,
            format!("No Ping is held for longer than {}", words(highest)),
            "{name}"
        );
        let short = highest < 4 * MINUTE;
        assert_eq!(finding.severity > Severity::Harmless, short, "{name}");
        assert_eq!(
            world.report.findings[0].code == finding.code,
            short,
            "{name}"
        );
    }
}

#[test]
fn pings_in_a_loop_are_found_with_their_devices() {
    for (world, finding) in worlds(Fault::PingLoop, "pings-at-once") {
        let looping = troubled(&world, |t| matches!(t, Trouble::Loop(..)));
        assert!(
            devices(&finding).is_subset(&looping),
            "{}: {:?}",
            world.name,
            finding.concerned
        );
        assert_eq!(finding.severity, Severity::Act, "{}", world.name);
    }
}

#[test]
fn storms_are_found_with_their_devices() {
    for (world, finding) in worlds(Fault::Storm, "device-loop") {
        let storming = troubled(&world, |t| matches!(t, Trouble::Storm(..)));
        let most = named(&finding, "device")[0].0;
        assert!(storming.contains(most), "{}", world.name);
        assert_eq!(finding.severity, Severity::Act, "{}", world.name);
    }
}

#[test]
fn syncs_that_devices_do_not_wait_for_are_counted() {
    for (world, finding) in worlds(Fault::SyncConflicts, "sync-conflicts") {
        let truly = world.truly(&[Outcome::Overlapped]);
        // Devices that wait with their Syncs are left out.
        assert!(
            finding.count <= truly && finding.count * 3 > truly,
            "{}: {} of {truly}",
            world.name,
            finding.count
        );
        assert_eq!(finding.severity, Severity::Act, "{}", world.name);
        assert!(
            finding.sentence.contains("had taken 30 s or more"),
            "{}",
            finding.sentence
        );
    }
}

#[test]
fn threads_that_run_out_are_told() {
    for (world, finding) in worlds(Fault::Threads, "threads-exhausted") {
        let threads = world.played.fleet.service.threads.expect("they are few");
        // Each of those that are counted must have been there, so that whole seconds and lost lines leave some out.
        let threads = threads.count as u64;
        assert!(
            finding.count + 4 >= threads && finding.count <= threads + 4,
            "{}: {} of {threads}",
            world.name,
            finding.count
        );
        let all = format!("All {} HTTP threads were taken", count(threads));
        assert_eq!(
            finding.title == all,
            finding.count >= threads,
            "{}",
            world.name
        );
    }
}

#[test]
fn a_server_that_turns_away_is_told_with_its_numbers() {
    for (world, finding) in worlds(Fault::Busy, "turned-away") {
        let truly = world.truly(&[Outcome::ServerBusy]);
        assert!(
            about(finding.count, truly),
            "{}: {} of {truly}",
            world.name,
            finding.count
        );
        assert_eq!(finding.severity, Severity::Act, "{}", world.name);
    }
}

#[test]
fn devices_that_fetch_everything_anew_are_those_whose_state_was_lost() {
    let (mut told, mut all) = (0, 0);
    for world in World::all(Scenario::Healthy, Some(Fault::KeyReset), "domino-end") {
        let reset = troubled(&world, |t| matches!(t, Trouble::Reset(_)));
        all += reset.len();
        let first = &world.report.findings[0];
        if first.code == "full-resync" {
            assert!(
                devices(first).is_subset(&reset),
                "{}: {:?}",
                world.name,
                first.concerned
            );
            told += devices(first).len();
        } else {
            // A device that has little fetches it with few requests.
            assert_eq!(world.from(Severity::Watch), [""; 0], "{}", world.name);
        }
    }
    assert!(told * 2 >= all, "{told} of {all}");
}

#[test]
fn old_passwords_are_found_with_their_devices() {
    for (world, finding) in worlds(Fault::AuthLoop, "sign-in-loop") {
        let old = troubled(&world, |t| matches!(t, Trouble::OldPassword(..)));
        assert_eq!(devices(&finding), old, "{}", world.name);
        assert!(
            finding.sentence.contains("The console has"),
            "{}",
            finding.sentence
        );
    }
}

#[test]
fn a_stop_that_hangs_is_told_with_what_is_stuck() {
    for (world, finding) in worlds(Fault::Restart, "sessions-waiting") {
        let rounds = &world.played.restarted.rounds;
        let waited: BTreeSet<_> = rounds.iter().flat_map(|round| &round.waits_for).collect();
        assert_eq!(finding.count, waited.len() as u64, "{}", world.name);
        assert_eq!(finding.severity, Severity::Act, "{}", world.name);
        assert!(
            finding.sentence.contains("The access log shows"),
            "{}",
            finding.sentence
        );
    }
}

#[test]
fn clocks_of_two_servers_are_told_by_their_difference() {
    for (world, finding) in worlds(Fault::ClockSkew, "clock-skew") {
        let clocks = &world.played.fleet.pool.clocks;
        let off = clocks[1].ahead - clocks[0].ahead;
        let near = (-2..=2).map(|second| words(off.abs() + second * SECOND));
        let told = |words: String| finding.sentence.contains(&format!("clock is {words} "));
        assert!(
            near.into_iter().any(told),
            "{}: {} for {off}",
            world.name,
            finding.sentence
        );
    }
}

#[test]
fn devices_without_push_are_found() {
    for (world, finding) in worlds(Fault::PushDead, "push-dead") {
        let dozing = troubled(&world, |t| t == Trouble::Dozing);
        assert!(
            devices(&finding).is_subset(&dozing),
            "{}: {:?}",
            world.name,
            finding.concerned
        );
    }
}

#[test]
fn a_log_without_activesync_is_told() {
    for (world, _) in worlds(Fault::Excluded, "activesync-absent") {
        assert_eq!(world.report.totals.activesync, 0);
    }
}

#[test]
fn a_server_whose_log_is_missing_is_missed() {
    for (world, finding) in worlds(Fault::Unseen, "conflicts-unseen") {
        let truly = world.truly(&[Outcome::SupersededUnseen]);
        assert!(
            finding.count.abs_diff(truly) <= truly / 10 + 5,
            "{}: {} of {truly}",
            world.name,
            finding.count
        );
    }
}
