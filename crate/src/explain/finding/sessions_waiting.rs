//! "Waiting for session to finish": a stop or restart of Domino's HTTP task that open requests hold up.

use super::{Case, Finding, SHOWN, Spot};
use crate::activesync::Command;
use crate::explain::{Certainty, Severity};
use crate::words::{count, counted};
use std::collections::BTreeSet;

/// How long a Ping can hold up the task. The default is in HCL's documentation of Traveler's Auto Sync settings.
const ENDS: &str = "ends by itself when its heartbeat does: within Traveler's maximum heartbeat interval, 15 minutes \
                    unless somebody changed it";

pub(super) fn find(case: &Case<'_>) -> Option<Finding> {
    let log = case.log;
    let sightings = || {
        log.files
            .iter()
            .enumerate()
            .flat_map(|(i, f)| f.waiting.iter().map(move |w| (i as u32, w)))
    };
    let sessions: BTreeSet<(u32, u32)> = sightings().map(|(_, w)| (w.session, w.request)).collect();
    if sessions.is_empty() {
        return None;
    }
    let rows = || sightings().filter_map(|(_, w)| w.row);
    let pings: BTreeSet<(u32, u32)> = sightings()
        .filter(|(_, w)| w.row.is_some_and(|row| log.command(row) == Command::Ping))
        .map(|(_, w)| (w.session, w.request))
        .collect();
    let devices: BTreeSet<u32> = rows().filter_map(|row| log.device(row)).collect();
    let all_pings = pings.len() == sessions.len();
    let mut evidence: Vec<(i64, Spot)> = sightings()
        .map(|(file, w)| {
            (
                w.stamp.unwrap_or(i64::MIN),
                Spot {
                    file,
                    place: w.place,
                },
            )
        })
        .collect();
    evidence.sort_by_key(|(stamp, spot)| {
        (
            *stamp,
            case.explanation.timeline.rank(spot.file),
            spot.place.line,
        )
    });
    let total = sessions.len() as u64;
    let pings = pings.len() as u64;
    Some(Finding {
        code: "sessions-waiting",
        severity: if all_pings {
            Severity::Watch
        } else {
            Severity::Act
        },
        certainty: Certainty::Certain,
        title: format!(
            "The HTTP task is held up by {}",
            counted(total, "open session", "open sessions")
        ),
        sentence: format!(
            "Domino's HTTP task was told to stop and waits for {}. {}",
            counted(total, "session", "sessions"),
            if all_pings && total == 1 {
                format!("It is a Ping that a phone holds open, and {ENDS}.")
            } else if all_pings {
                format!("All of them are Pings that phones hold open; each {ENDS}.")
            } else if pings == 0 {
                "None of them is a Ping, so they should have ended within seconds: they may be stuck.".to_owned()
            } else {
                format!(
                    "{} of them are Pings; each {ENDS}. The others may be stuck.",
                    count(pings)
                )
            }
        ),
        advice: if all_pings {
            "Wait it out. Next time stop Traveler first (`tell traveler shutdown`): it finishes what is open and takes no \
             new requests; then restart HTTP."
        } else {
            "Stop Traveler first (`tell traveler shutdown`). If a session that is no Ping is still named after the \
             maximum heartbeat interval, it is stuck: collect an NSD before you end the task."
        },
        count: total,
        devices: devices.len() as u64,
        evidence: evidence
            .into_iter()
            .take(SHOWN)
            .map(|(_, spot)| spot)
            .collect(),
    })
}
