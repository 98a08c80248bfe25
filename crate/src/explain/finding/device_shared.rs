//! One DeviceId, several phones: set up from one backup, they take each other's requests for their own.

use super::{Case, Finding, Rule, Scope, Threshold};
use crate::activesync::Command;
use crate::explain::{Certainty, Severity};
use crate::words::{count, counted};
use std::collections::{BTreeMap, BTreeSet};

static RETURNS: Threshold = Threshold::ours(
    "agent-returns",
    "So often a device must come back to a User-Agent that it had before, until it is taken for several phones.",
    5,
    "times",
    (1, 10_000),
);

pub(super) static RULE: Rule = Rule {
    code: "device-shared",
    title: "One DeviceId for several phones",
    means: "Requests with one DeviceId and one user come from two User-Agents in turn. The server takes them for one device, \
            so that each phone's request ends the other's Ping, and one gets the changes that the other was meant to get.",
    why: "Phones that were set up from one backup, or cloned, can share a DeviceId.",
    steps: &[
        "Ask the user how many phones there are.",
        "Remove the account from all but one of them, delete the device on the server, and set the account up again.",
    ],
    not: "A phone changes its User-Agent once with each update of its system; only one that comes back counts.",
    grades: "To be watched.",
    thresholds: &[&RETURNS],
    reference: None,
    find,
};

fn find(case: &Case<'_>, _: &[Finding]) -> Option<Finding> {
    let devices = devices(case);
    if devices.is_empty() {
        return None;
    }
    let title = match devices.len() as u64 {
        1 => "Several phones share one DeviceId".to_owned(),
        n => format!("{} DeviceIds are each shared by several phones", count(n)),
    };
    let sentence = format!(
        "{} in turn under two User-Agents and for one user, at least {}.",
        counted(
            devices.len() as u64,
            "device sends its requests",
            "devices send their requests"
        ),
        counted(case.limit(&RETURNS), "time", "times"),
    );
    let finding = Finding::new(&RULE, Severity::Watch, Certainty::Likely, title, sentence);
    let scope = Scope::of(case, |row| {
        case.log.device(row).is_some_and(|d| devices.contains(&d)) && told(case.log.command(row))
    });
    Some(finding.over(case, scope))
}

/// Requests that a phone makes all the time.
fn told(command: Command) -> bool {
    matches!(command, Command::Sync | Command::Ping)
}

/// Devices that are several phones.
pub(super) fn devices(case: &Case<'_>) -> BTreeSet<u32> {
    let enough = case.limit(&RETURNS);
    let shared = |&device: &u32| returns(case, device) >= enough;
    case.devices().filter(shared).collect()
}

/// How often a device came back to an agent that it had used before for the same command and user.
fn returns(case: &Case<'_>, device: u32) -> u64 {
    let lane = case.lane(device);
    // Nearly every device has one agent.
    let mut agents = lane.iter().map(|&row| case.log.origin(row).agent);
    let first = agents.next();
    if agents.all(|agent| Some(agent) == first) {
        return 0;
    }
    let mut used: BTreeMap<(u32, Command), (u32, BTreeSet<u32>)> = BTreeMap::new();
    let mut returns = 0;
    for &row in lane {
        let origin = case.log.origin(row);
        let command = case.log.command(row);
        if origin.agent == 0 || !told(command) {
            continue;
        }
        let (last, before) = used.entry((origin.user, command)).or_default();
        let known = !before.insert(origin.agent);
        returns += u64::from(known && *last != origin.agent);
        *last = origin.agent;
    }
    returns
}
