//! "Waiting for session to finish": a stop or restart of Domino's HTTP task that open requests hold up.

use super::{Case, Finding, SHOWN, Spot};
use crate::explain::waiting::{Kind, Session, sessions};
use crate::explain::{Certainty, Severity};
use crate::words::{count, counted};
use std::collections::BTreeSet;

/// How long a Ping can hold up the task. The default is in HCL's documentation of Traveler's Auto Sync settings.
const ENDS: &str = "ends by itself when its heartbeat does: within Traveler's maximum heartbeat interval, 15 minutes \
                    unless somebody changed it";

pub(super) fn find(case: &Case<'_>) -> Option<Finding> {
    let log = case.log;
    let sessions = sessions(log, &case.explanation.timeline);
    if sessions.is_empty() {
        return None;
    }
    let of_kind = |kind: Kind| sessions.iter().filter(|s| s.kind(log) == kind).count() as u64;
    let total = sessions.len() as u64;
    let pings = of_kind(Kind::Ping);
    let stuck = sessions.iter().filter(|s| s.stuck(log)).count() as u64;
    let devices: BTreeSet<u32> = sessions
        .iter()
        .filter_map(|s| log.device(s.line.row?))
        .collect();
    let what = if pings == total && total == 1 {
        format!("It is a Ping that a phone holds open, and {ENDS}.")
    } else if pings == total {
        format!("All of them are Pings that phones hold open; each {ENDS}.")
    } else if pings == 0 {
        String::new()
    } else {
        format!("Pings among them: {}; each {ENDS}.", count(pings))
    };
    let rest = match (stuck, total - pings) {
        (0, 0) => String::new(),
        (0, others) if of_kind(Kind::Unknown) == others => {
            " What the others are cannot be told, as their lines break off.".to_owned()
        }
        (0, _) => {
            " The others should end within seconds; these lines do not show that one lasted longer."
                .to_owned()
        }
        (n, _) => format!(
            " {} named for longer than any Ping can last: stuck.",
            counted(
                n,
                "session that is no Ping was",
                "sessions that are no Pings were"
            )
        ),
    };
    Some(Finding {
        code: "sessions-waiting",
        severity: if stuck > 0 {
            Severity::Act
        } else {
            Severity::Watch
        },
        certainty: Certainty::Certain,
        title: format!(
            "The HTTP task is held up by {}",
            counted(total, "open session", "open sessions")
        ),
        sentence: format!(
            "Domino's HTTP task was told to stop and waits for {}. {what}{rest}",
            counted(total, "session", "sessions")
        ),
        advice: if stuck > 0 {
            "Stop Traveler first (`tell traveler shutdown`). The sessions that are stuck will not end: collect an NSD \
             before you end the task."
        } else {
            "Wait it out. Next time stop Traveler first (`tell traveler shutdown`): it finishes what is open and takes no \
             new requests; then restart HTTP."
        },
        count: total,
        devices: devices.len() as u64,
        evidence: sessions.iter().take(SHOWN).map(spot).collect(),
    })
}

fn spot(session: &Session<'_>) -> Spot {
    Spot {
        file: session.file,
        place: session.place(),
    }
}
