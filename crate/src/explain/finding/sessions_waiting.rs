//! "Waiting for session to finish": a stop or restart of Domino's HTTP task that open requests hold up.

use super::scope::most;
use super::{Case, Finding, Rule, SHOWN, Spot, Who, server};
use crate::activesync::Command;
use crate::explain::waiting::{Kind, Session, sessions};
use crate::explain::{Certainty, Severity};
use crate::format::time::Stamp;
use crate::words::{count, counted, duration};
use std::collections::BTreeMap;

/// How far the console's clock, which has whole seconds, and the access log's may lie apart.
const CLOCK_MS: i64 = 2_000;

/// A device has one or a few Pings open; among so many before a moment, the one that was open then is looked for.
const NEAR: usize = 64;

pub(super) static RULE: Rule = Rule {
    code: "sessions-waiting",
    title: "The HTTP task is held up by open sessions",
    means: "Domino's HTTP task was told to stop or restart, and waits until every request that is being worked on has \
            finished. An open Ping is such a request: it is not told that its phone has gone, and ends when its heartbeat \
            does.",
    why: "HTTP was stopped while Traveler still ran, so each connected phone held one thread.",
    steps: &[
        "Wait it out: the Pings end one after the other, the last within the maximum heartbeat interval.",
        "Next time stop Traveler first (`tell traveler shutdown`): it finishes what is open and takes no new requests. Then \
         restart HTTP, then start Traveler.",
        "To have it always in this order, set `NTS_AUTOSTOP_HTTP=true` in notes.ini: then Traveler stops HTTP itself.",
    ],
    not: "It is no hang as long as only Pings are waited for. How long one still lasts is not in the line: only the access log \
          tells when it began.",
    grades: "To be acted on when a session that is no Ping is named for longer than any Ping can last; else to be watched.",
    thresholds: &[&server::MAX_HEARTBEAT],
    reference: Some(
        "https://blog.nashcom.de/nashcomblog.nsf/dx/correctly-stopping-a-traveler-server.htm",
    ),
    find,
};

fn find(case: &Case<'_>, _: &[Finding]) -> Option<Finding> {
    let log = case.log;
    let sessions = sessions(log, &case.explanation.timeline);
    if sessions.is_empty() {
        return None;
    }
    let of_kind = |kind: Kind| sessions.iter().filter(|s| s.kind(log) == kind).count() as u64;
    let total = sessions.len() as u64;
    let pings = of_kind(Kind::Ping);
    let longest = case.longest_ping_ms();
    let stuck = sessions.iter().filter(|s| s.stuck(log, longest)).count() as u64;
    let (heartbeat, given) = case.max_heartbeat_s();
    let ends = format!(
        "ends by itself when its heartbeat does: within Traveler's maximum heartbeat interval, {}{}",
        duration(u64::from(heartbeat) * 1000),
        if given {
            " here"
        } else {
            " unless somebody changed it"
        }
    );
    let what = if pings == total && total == 1 {
        format!("It is a Ping that a phone holds open, and {ends}.")
    } else if pings == total {
        format!("All of them are Pings that phones hold open; each {ends}.")
    } else if pings == 0 {
        String::new()
    } else {
        format!("Pings among them: {}; each {ends}.", count(pings))
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
    let severity = if stuck > 0 {
        Severity::Act
    } else {
        Severity::Watch
    };
    let title = format!(
        "The HTTP task is held up by {}",
        counted(total, "open session", "open sessions")
    );
    let held: Vec<(&Session<'_>, u32)> = sessions
        .iter()
        .filter_map(|s| Some((s, ping_of(case, s)?)))
        .collect();
    let sentence = format!(
        "Domino's HTTP task was told to stop and waits for {}. {what}{}{rest}",
        counted(total, "session", "sessions"),
        shown(case, &held, pings)
    );
    let mut finding = Finding::new(&RULE, severity, Certainty::Certain, title, sentence);
    if stuck > 0 {
        finding = finding.advise(&[
            "Stop Traveler (`tell traveler shutdown`), so that no new Ping is added.",
            "The sessions that are stuck will not end: collect an NSD before you end the task, it shows what their threads \
             wait for.",
            RULE.steps[1],
        ]);
    }
    finding.count = total;
    concern(case, &sessions, &mut finding);
    finding.evidence = sessions
        .iter()
        .take(SHOWN)
        .map(|s| spot(s).into())
        .collect();
    Some(finding)
}

/// Whose sessions they are, and when they were named.
fn concern(case: &Case<'_>, sessions: &[Session<'_>], finding: &mut Finding) {
    let log = case.log;
    let mut devices: BTreeMap<String, u64> = BTreeMap::new();
    let mut users: BTreeMap<String, u64> = BTreeMap::new();
    for row in sessions.iter().filter_map(|s| s.line.row) {
        let origin = log.origin(row);
        let device = log.device(row).map(|d| log.devices.get(d));
        for (number, of) in [
            (device.unwrap_or_default(), &mut devices),
            (origin.account(), &mut users),
        ] {
            if let Some(name) = log.texts.text(number) {
                *of.entry(name).or_default() += 1;
            }
        }
    }
    finding.devices = devices.len() as u64;
    finding.concerned = most(Who::Device, devices.into_iter());
    finding.concerned.extend(most(Who::User, users.into_iter()));
    let zones = |s: &Session<'_>| s.seen.map(|seen| (seen, s.line.zone));
    let first = sessions.iter().filter_map(zones).min();
    let last = sessions
        .iter()
        .filter_map(zones)
        .max_by_key(|((_, last), _)| *last);
    let stamp = |ms, zone| Stamp { ms, zone };
    finding.period = first
        .zip(last)
        .map(|(((first, _), a), ((_, last), b))| (stamp(first, a), stamp(last, b)));
}

/// What the access log shows of the Pings that were waited for.
fn shown(case: &Case<'_>, held: &[(&Session<'_>, u32)], pings: u64) -> String {
    let ends = held.iter().filter_map(|(session, row)| {
        let end = case.explanation.timeline.span(case.log, *row)?.end;
        u64::try_from(end - session.seen?.0).ok()
    });
    let Some(last) = ends.max() else {
        return String::new();
    };
    let all = held.len() as u64;
    let of = match (all, pings) {
        (1, 1) => " The access log shows it:".to_owned(),
        _ if all == pings => " The access log shows all of these Pings:".to_owned(),
        _ => format!(" The access log shows {} of these Pings:", count(all)),
    };
    let which = if all == 1 { "it" } else { "the last" };
    format!(
        "{of} {which} ended {} after the console had first named it.",
        duration(last)
    )
}

/// The Ping of the access log that a session was working on when it was named.
fn ping_of(case: &Case<'_>, session: &Session<'_>) -> Option<u32> {
    let log = case.log;
    let open = session.line.row?;
    let (named, _) = session.seen?;
    let timeline = &case.explanation.timeline;
    let lane = case.lane(log.device(open)?);
    let start = |&row: &u32| {
        timeline
            .span(log, row)
            .is_none_or(|s| s.start <= named + CLOCK_MS)
    };
    let before = lane.partition_point(start);
    let user = log.origin(open).user;
    lane[..before]
        .iter()
        .rev()
        .take(NEAR)
        .copied()
        .find(|&row| {
            let same = log.command(row) == Command::Ping && log.origin(row).user == user;
            // Without its zone, a console's moment cannot be held against one that has one.
            let comparable = log.zone(row).is_some() == session.line.zone.is_some();
            let open = timeline
                .span(log, row)
                .is_some_and(|s| s.timed && s.end >= named - CLOCK_MS);
            same && comparable && open
        })
}

fn spot(session: &Session<'_>) -> Spot {
    Spot {
        file: session.file,
        place: session.place(),
    }
}
