//! One DeviceId, several phones: set up from one backup, they take each other's requests for their own.

use super::{Case, Finding, Rule, Scope, Threshold};
use crate::activesync::Command;
use crate::explain::interval::Networks;
use crate::explain::{Certainty, Severity};
use crate::words::{count, counted};
use std::collections::{BTreeMap, BTreeSet};

static AGENTS: Threshold = Threshold::ours(
    "agent-returns",
    "So often a device must come back to a User-Agent that it had before, until it is taken for several phones.",
    5,
    "times",
    (1, 10_000),
);

static NETWORKS: Threshold = Threshold::ours(
    "network-returns",
    "So often a device must come back within ten minutes to a network that it had left, until it is taken for several phones.",
    30,
    "times",
    (2, 100_000),
);

/// A phone that changes between two networks stays in each for longer.
const BACK_MS: i64 = 10 * 60_000;

/// Where more of all devices go back and forth, in percent, it is how the networks are.
const MOST_PERCENT: u64 = 20;

pub(super) static RULE: Rule = Rule {
    code: "device-shared",
    title: "One DeviceId for several phones",
    means: "Requests with one DeviceId and one user come from two User-Agents, or from two networks, in turn. The server takes \
            them for one device, so that each phone's request ends the other's Ping, and one gets the changes that the other \
            was meant to get.",
    why: "Phones that were set up from one backup, or cloned, can share a DeviceId.",
    steps: &[
        "Ask the user how many phones there are.",
        "Remove the account from all but one of them, delete the device on the server, and set the account up again.",
    ],
    not: "A phone changes its User-Agent once with each update of its system, and its network when it moves; only one that goes \
          back and forth counts. Networks alone are a weak sign.",
    grades: "To be watched.",
    thresholds: &[&AGENTS, &NETWORKS],
    reference: None,
    find,
};

fn find(case: &Case<'_>, _: &[Finding]) -> Option<Finding> {
    let by_agent = by_agent(case);
    let mut by_network = by_network(case);
    by_network.retain(|device| !by_agent.contains(device));
    let devices: BTreeSet<u32> = by_agent.union(&by_network).copied().collect();
    if devices.is_empty() {
        return None;
    }
    let title = match devices.len() as u64 {
        1 => "Several phones share one DeviceId".to_owned(),
        n => format!("{} DeviceIds are each shared by several phones", count(n)),
    };
    let told = |devices: &BTreeSet<u32>, how: &str| {
        let n = devices.len() as u64;
        let sends = counted(
            n,
            "device sends its requests",
            "devices send their requests",
        );
        (n > 0).then(|| format!("{sends} for one user in turn {how}."))
    };
    let signs = [
        told(&by_agent, "under two User-Agents"),
        told(&by_network, "from two networks"),
    ];
    let sentence = signs.into_iter().flatten().collect::<Vec<_>>().join(" ");
    let certainty = if by_agent.is_empty() {
        Certainty::Possible
    } else {
        Certainty::Likely
    };
    let finding = Finding::new(&RULE, Severity::Watch, certainty, title, sentence);
    let scope = Scope::of(case, |row| {
        case.log.device(row).is_some_and(|d| devices.contains(&d)) && told_by(case.log.command(row))
    });
    Some(finding.over(case, scope))
}

/// Requests that a phone makes all the time.
fn told_by(command: Command) -> bool {
    matches!(command, Command::Sync | Command::Ping)
}

/// Devices that are several phones.
pub(super) fn devices(case: &Case<'_>) -> BTreeSet<u32> {
    by_agent(case).union(&by_network(case)).copied().collect()
}

/// Devices that go back and forth between User-Agents.
fn by_agent(case: &Case<'_>) -> BTreeSet<u32> {
    let enough = case.limit(&AGENTS);
    let agent = |row: u32| case.log.origin(row).agent;
    let shared = |&device: &u32| returns(case, device, agent, i64::MAX) >= enough;
    case.devices().filter(shared).collect()
}

/// Devices that go back and forth between networks, unless that is how networks are here.
fn by_network(case: &Case<'_>) -> BTreeSet<u32> {
    let networks = Networks::of(case.log);
    let enough = case.limit(&NETWORKS);
    let network = |row: u32| networks.of_row(case.log, case.explanation, row);
    let shared = |&device: &u32| returns(case, device, network, BACK_MS) >= enough;
    let shared: BTreeSet<u32> = case.devices().filter(shared).collect();
    let active = case.devices().filter(|&d| !case.lane(d).is_empty()).count() as u64;
    let few = shared.len() <= 1 || shared.len() as u64 * 100 <= active * MOST_PERCENT;
    if few { shared } else { BTreeSet::new() }
}

/// How often a device came back, within a time, to what it had used before for the same command and user.
fn returns(case: &Case<'_>, device: u32, of: impl Fn(u32) -> u32, within_ms: i64) -> u64 {
    let lane = case.lane(device);
    // Nearly every device has one.
    let mut all = lane.iter().map(|&row| of(row));
    let first = all.next();
    if all.all(|other| Some(other) == first) {
        return 0;
    }
    let mut used: BTreeMap<(u32, Command), (u32, BTreeMap<u32, i64>)> = BTreeMap::new();
    let mut returns = 0;
    for &row in lane {
        let (command, now) = (case.log.command(row), of(row));
        let start = case
            .explanation
            .timeline
            .span(case.log, row)
            .map_or(0, |s| s.start);
        if now == 0 || !told_by(command) {
            continue;
        }
        let (last, before) = used
            .entry((case.log.origin(row).user, command))
            .or_default();
        let left = before.insert(now, start);
        let back = left.is_some_and(|left| start.saturating_sub(left) <= within_ms);
        returns += u64::from(back && *last != now);
        *last = now;
    }
    returns
}
