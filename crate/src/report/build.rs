//! From a log and its explanation to the report.

use super::client::client;
use super::events;
use super::files::{self, period};
use super::findings;
use super::model::{
    CauseCount, CommandRow, ConflictRow, DeviceRow, Evidence, PatternRow, PingRow, Report, Spread,
    StatusCount, Tool, Totals, VERSION, WaitingRow,
};
use super::moments::moment;
use super::views;
use super::{heartbeats, load};
use crate::activesync::Command;
use crate::explain::finding::{Case, Spot, Tuning};
use crate::explain::latency::Pattern;
use crate::explain::tally::Tally;
use crate::explain::waiting::{self, Kind, Session};
use crate::explain::{Explanation, Outcome};
use crate::few::Few;
use crate::format::time::Stamp;
use crate::log::{Lines, Log, Origin, Reach};
use crate::sort::Arrange;
use std::collections::BTreeSet;

/// Makes the report of everything read, judged by these thresholds.
#[must_use]
pub fn build(log: &Log, explanation: &Explanation, tuning: &Tuning) -> Report {
    let tally = Tally::of(log, explanation);
    let case = Case::new(log, explanation, &tally, tuning);
    let judged = findings::of(&case);
    let devices = devices(log, explanation);
    let totals = totals(&case, devices.len());
    let pings = pings(log, explanation);
    Report {
        version: VERSION,
        tool: Tool {
            name: env!("CARGO_PKG_NAME"),
            version: env!("CARGO_PKG_VERSION"),
        },
        verdict: judged.verdict,
        findings: judged.findings,
        thresholds: judged.thresholds,
        files: files::files(log, explanation),
        views: views::views(log, explanation),
        commands: commands(log, explanation),
        conflicts: conflicts(log, explanation),
        ping_durations: Spread::of(&mut ping_durations(log, explanation)),
        pings,
        ping_patterns: patterns(log, explanation),
        devices,
        load: load::load(log, explanation),
        heartbeats: heartbeats::heartbeats(log, explanation),
        waiting: waiting(&case),
        events: events::events(log, explanation),
        lines: Vec::new(),
        totals,
    }
}

pub(super) fn evidence(explanation: &Explanation, spot: Spot) -> Evidence {
    Evidence {
        file: explanation.timeline.rank(spot.file),
        line: spot.place.line,
        offset: spot.place.offset,
    }
}

pub(super) fn totals(case: &Case<'_>, devices: usize) -> Totals {
    let Case {
        log,
        explanation,
        tally,
        ..
    } = case;
    let mut lines = Lines::default();
    for file in &log.files {
        lines.add(file.lines);
    }
    let mut finished = vec![false; log.origins.values().len()];
    for row in explanation.counted(log) {
        finished[log.origin_number(row) as usize] = true;
    }
    let twice = explanation.views.pairs().iter().map(|view| view.both);
    let origins = log.origins.values().iter().zip(finished);
    let users: BTreeSet<u32> = origins
        .filter(|(origin, finished)| *finished && origin.account() != 0)
        .map(|(origin, _)| origin.account())
        .collect();
    Totals {
        // What came out of an archive is counted where it is read.
        bytes: log
            .files
            .iter()
            .filter(|f| f.archive.is_none())
            .map(|f| f.bytes)
            .sum(),
        lines,
        requests: log.files.iter().map(|f| f.requests).sum::<u64>() - twice.sum::<u64>(),
        activesync: tally.all(),
        pings: tally.command(Command::Ping),
        syncs: tally.command(Command::Sync),
        conflicts: tally.all_conflicts(),
        ping_conflicts: tally.conflicts(Command::Ping),
        devices: devices as u64,
        users: users.len() as u64,
        period: period(&Reach::of(log.files.iter().map(|f| f.period))),
    }
}

fn ping_durations(log: &Log, explanation: &Explanation) -> Vec<u32> {
    explanation
        .counted(log)
        .filter(|&row| log.command(row) == Command::Ping)
        .filter_map(|row| log.duration(row))
        .collect()
}

fn commands(log: &Log, explanation: &Explanation) -> Vec<CommandRow> {
    #[derive(Default)]
    struct Of {
        count: u64,
        /// `None` sorts first, and belongs last.
        statuses: Few<Option<u16>, u64>,
        durations: Vec<u32>,
    }
    let mut by_command: Few<Command, Of> = Few::default();
    for row in explanation.counted(log) {
        let of = by_command.at(log.command(row));
        of.count += 1;
        *of.statuses.at(log.status(row)) += 1;
        of.durations.extend(log.duration(row));
    }
    let mut rows: Vec<CommandRow> = by_command
        .into_iter()
        .map(|(command, mut of)| {
            let mut statuses: Vec<StatusCount> = of
                .statuses
                .into_iter()
                .map(|(status, count)| StatusCount { status, count })
                .collect();
            statuses.arrange_by_key(|s| (s.status.is_none(), s.status));
            let durations = Spread::of(&mut of.durations);
            CommandRow {
                cmd: command.name().to_owned(),
                count: of.count,
                statuses,
                durations,
            }
        })
        .collect();
    rows.arrange_by_key(|r| std::cmp::Reverse(r.count));
    rows
}

fn conflicts(log: &Log, explanation: &Explanation) -> Vec<ConflictRow> {
    #[derive(Default)]
    struct Of {
        by_certainty: [u64; 3],
        devices: BTreeSet<u32>,
        durations: Vec<u32>,
        causes: Few<Command, u64>,
    }
    let mut by_outcome: Few<Outcome, Of> = Few::default();
    for row in explanation
        .counted(log)
        .filter(|&row| log.status(row) == Some(409))
    {
        let verdict = explanation.verdict(row);
        let of = by_outcome.at(verdict.outcome);
        of.by_certainty[verdict.certainty as usize] += 1;
        of.devices.extend(log.device(row));
        of.durations.extend(log.duration(row));
        if let Some(cause) = verdict.cause {
            *of.causes.at(log.command(cause)) += 1;
        }
    }
    let mut rows: Vec<ConflictRow> = by_outcome
        .into_iter()
        .map(|(outcome, mut of)| {
            let [possible, likely, certain] = of.by_certainty;
            let mut displaced_by: Vec<CauseCount> = of
                .causes
                .into_iter()
                .map(|(command, count)| CauseCount {
                    cmd: command.name().to_owned(),
                    count,
                })
                .collect();
            displaced_by.arrange_by_key(|c| std::cmp::Reverse(c.count));
            ConflictRow {
                outcome: outcome.code(),
                title: outcome.title(),
                count: possible + likely + certain,
                certain,
                likely,
                possible,
                devices: of.devices.len() as u64,
                sentence: outcome.sentence(),
                severity: outcome.severity(),
                durations: Spread::of(&mut of.durations),
                displaced_by,
            }
        })
        .collect();
    rows.arrange_by_key(|r| std::cmp::Reverse(r.count));
    rows
}

fn pings(log: &Log, explanation: &Explanation) -> Vec<PingRow> {
    let mut by_outcome: Few<Outcome, (u64, Vec<u32>)> = Few::default();
    for row in explanation
        .counted(log)
        .filter(|&row| log.command(row) == Command::Ping)
    {
        let (count, durations) = by_outcome.at(explanation.outcome(row));
        *count += 1;
        durations.extend(log.duration(row));
    }
    let mut rows: Vec<PingRow> = by_outcome
        .into_iter()
        .map(|(outcome, (count, mut durations))| PingRow {
            outcome: outcome.code(),
            title: outcome.title(),
            sentence: outcome.sentence(),
            severity: outcome.severity(),
            count,
            durations: Spread::of(&mut durations),
        })
        .collect();
    rows.arrange_by_key(|r| std::cmp::Reverse(r.count));
    rows
}

fn patterns(log: &Log, explanation: &Explanation) -> Vec<PatternRow> {
    #[derive(Default)]
    struct Of {
        durations: Vec<u32>,
        count: u64,
        /// Whether each device has one.
        devices: Vec<bool>,
    }
    let mut by_pattern: Few<Pattern, Of> = Few::default();
    for row in explanation.counted(log) {
        let Some(pattern) = explanation.pattern(log, row) else {
            continue;
        };
        let of = by_pattern.at(pattern);
        of.count += 1;
        of.durations.extend(log.duration(row));
        if let Some(device) = log.device(row) {
            of.devices.resize(log.devices.values().len(), false);
            of.devices[device as usize] = true;
        }
    }
    let mut rows: Vec<PatternRow> = by_pattern
        .into_iter()
        .map(|(pattern, mut of)| PatternRow {
            pattern: pattern.code(),
            title: pattern.title(),
            sentence: pattern.sentence(),
            severity: pattern.severity(),
            count: of.count,
            devices: of.devices.iter().filter(|has| **has).count() as u64,
            durations: Spread::of(&mut of.durations),
        })
        .collect();
    rows.arrange_by_key(|r| std::cmp::Reverse(r.count));
    rows
}

fn devices(log: &Log, explanation: &Explanation) -> Vec<DeviceRow> {
    let mut rows: Vec<DeviceRow> = (0..log.devices.values().len() as u32)
        // A device of which only an open session is known stands among those.
        .filter(|&device| !explanation.timeline.device(device).is_empty())
        .map(|device| device_row(log, explanation, device))
        .collect();
    rows.arrange_by(|a, b| (b.requests, &a.device).cmp(&(a.requests, &b.device)));
    rows
}

fn device_row(log: &Log, explanation: &Explanation, device: u32) -> DeviceRow {
    let rows = explanation.timeline.device(device);
    let of = |command: Command| {
        rows.iter()
            .filter(move |&&row| log.command(row) == command)
            .copied()
    };
    let conflicts = |outcome: Outcome| {
        of(Command::Ping)
            .filter(|&row| explanation.outcome(row) == outcome)
            .count() as u64
    };
    let origins: BTreeSet<u32> = rows.iter().map(|&row| log.origin_number(row)).collect();
    // By text, since numbers of texts follow the order of opening.
    let texts = |number: fn(&Origin) -> u32| -> BTreeSet<String> {
        origins
            .iter()
            .filter_map(|&origin| log.texts.text(number(&log.origins.get(origin))))
            .collect()
    };
    let mut held: Vec<u32> = of(Command::Ping)
        .filter_map(|row| log.duration(row))
        .collect();
    let spans = || {
        rows.iter()
            .filter_map(|&row| explanation.timeline.span(log, row).map(|s| (row, s)))
    };
    let last_row = rows.iter().rev().find(|&&row| log.origin(row).agent != 0);
    DeviceRow {
        device: log.texts.text(log.devices.get(device)).unwrap_or_default(),
        device_type: texts(|o| o.device_type).pop_first(),
        client: last_row
            .and_then(|&row| log.texts.text(log.origin(row).agent))
            .map(|agent| client(&agent)),
        users: texts(Origin::account).into_iter().collect(),
        requests: rows.len() as u64,
        pings: of(Command::Ping).count() as u64,
        syncs: of(Command::Sync).count() as u64,
        ping_conflicts: of(Command::Ping)
            .filter(|&row| log.status(row) == Some(409))
            .count() as u64,
        superseded_by_sync: conflicts(Outcome::SupersededBySync),
        superseded_by_ping: conflicts(Outcome::SupersededByPing),
        superseded_by_other: conflicts(Outcome::SupersededByOther),
        superseded_unseen: conflicts(Outcome::SupersededUnseen),
        heartbeat_ms: explanation.heartbeats.of_device(device).last().copied(),
        ping_durations: Spread::of(&mut held),
        // Rows are in order of their start.
        first: spans()
            .next()
            .map(|(row, s)| moment(log, explanation, row, s.start)),
        last: spans()
            .max_by_key(|(_, s)| s.end)
            .map(|(row, s)| moment(log, explanation, row, s.end)),
    }
}

fn waiting(case: &Case<'_>) -> Vec<WaitingRow> {
    let sessions = waiting::sessions(case.log, &case.explanation.timeline);
    sessions
        .iter()
        .map(|session| waiting_row(case, session))
        .collect()
}

fn waiting_row(case: &Case<'_>, session: &Session<'_>) -> WaitingRow {
    let (log, explanation) = (case.log, case.explanation);
    let line = session.line;
    let text = |number| log.texts.text(number).unwrap_or_default();
    let moment = |ms| {
        let zone = line.zone;
        Stamp { ms, zone }.to_string()
    };
    let spot = Spot {
        file: session.file,
        place: line.place,
    };
    let sentence = match session.kind(log) {
        Kind::Ping => {
            "A Ping that the phone holds open. It ends by itself when its heartbeat does, within Traveler's maximum \
             heartbeat interval (15 minutes unless changed) of its start."
        }
        _ if session.stuck(log, case.longest_ping_ms()) => {
            "No Ping, and named for longer than any Ping can last: it is stuck."
        }
        Kind::ActiveSync => "An ActiveSync request that should take seconds.",
        Kind::Other => "Not an ActiveSync request, so Traveler is not what holds it.",
        Kind::Unknown => "The line breaks off inside the request, so what it is cannot be told.",
    };
    let origin = line.row.map(|row| log.origin(row));
    WaitingRow {
        session: text(line.session),
        state: text(line.state),
        thread: text(line.thread),
        cmd: line.row.map(|row| log.command(row).name().to_owned()),
        user: origin.and_then(|o| log.texts.text(o.user)),
        device: line
            .row
            .and_then(|row| log.device(row))
            .and_then(|d| log.texts.text(log.devices.get(d))),
        request: text(line.request),
        first: session.seen.map(|(first, _)| moment(first)),
        last: session.seen.map(|(_, last)| moment(last)),
        sightings: session.sightings,
        sentence: sentence.to_owned(),
        evidence: evidence(explanation, spot),
    }
}
