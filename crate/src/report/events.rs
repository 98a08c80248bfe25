//! What servers say of themselves and of their users: the files' events put together, and put into words.

use super::model::{
    EventLine, EventsReport, Evidence, MessageRow, SignInRow, StatisticRow, StatisticsReport,
    StatusLine, StatusReport,
};
use crate::explain::Explanation;
use crate::format::{Message, Place};
use crate::log::{Events, Log, MOST_CONDITIONS, MOST_SIGN_INS, MOST_STATISTICS, Moment, Sightings};
use crate::sort::Arrange;
use crate::words::{count, counted, share};
use std::collections::BTreeMap;

/// The events of all files, in order of time.
pub(super) fn events(log: &Log, explanation: &Explanation) -> EventsReport {
    let mut files: Vec<(u32, &Events)> = log
        .files
        .iter()
        .enumerate()
        .map(|(file, of)| (explanation.timeline.rank(file as u32), &of.events))
        .filter(|(_, events)| !events.is_empty())
        .collect();
    files.arrange_by_key(|(rank, _)| *rank);
    EventsReport {
        messages: messages(&files),
        sign_ins: sign_ins(&files),
        sign_ins_note: sign_ins_note(&files),
        statistics: statistics(&files),
        status: status(&files),
    }
}

/// What a message is called.
fn title(kind: Message) -> &'static str {
    match kind {
        Message::HttpStarted => "HTTP task started",
        Message::HttpStopping => "HTTP task told to stop",
        Message::HttpStopped => "HTTP task stopped",
        Message::HttpRestarting => "HTTP task restarting",
        Message::TravelerStarted => "Traveler started",
        Message::TravelerStopping => "Traveler told to stop",
        Message::TravelerStopped => "Traveler stopped",
        Message::Command => "Command typed at the console",
        Message::SignInFailed => "Failed sign-in",
        Message::NotHandled => "Request that the HTTP task could not handle",
    }
}

fn written(moment: Option<Moment>) -> Option<String> {
    moment.map(|m| m.stamp.to_string())
}

fn evidence(file: u32, place: Place) -> Evidence {
    Evidence {
        file,
        line: place.line,
        offset: place.offset,
    }
}

/// The same lines of several files.
#[derive(Default)]
struct Together {
    count: u64,
    first: Option<Moment>,
    last: Option<Moment>,
    evidence: Option<Evidence>,
}

impl Together {
    fn add(&mut self, file: u32, of: &Sightings) {
        self.count += of.count;
        let both = [self.first, self.last, of.first, of.last];
        let moments = || both.into_iter().flatten();
        self.first = moments().min_by_key(|m| m.stamp.ms);
        self.last = moments().max_by_key(|m| m.stamp.ms);
        self.evidence
            .get_or_insert_with(|| evidence(file, of.place));
    }
}

fn messages(files: &[(u32, &Events)]) -> Vec<MessageRow> {
    let mut rows = Vec::new();
    for kind in Message::ALL {
        let mut together = Together::default();
        let mut lines = Vec::new();
        for &(file, events) in files {
            let of = events.messages(kind);
            if of.sightings.count == 0 {
                continue;
            }
            together.add(file, &of.sightings);
            lines.extend(of.said.iter().map(|said| EventLine {
                time: written(said.moment),
                text: said.text.clone(),
                evidence: evidence(file, said.place),
            }));
        }
        if together.count > 0 {
            rows.push(MessageRow {
                code: kind.code(),
                title: title(kind),
                count: together.count,
                first: written(together.first),
                last: written(together.last),
                lines,
            });
        }
    }
    rows
}

fn sign_ins(files: &[(u32, &Events)]) -> Vec<SignInRow> {
    let mut groups: BTreeMap<&(String, String), Together> = BTreeMap::new();
    for &(file, events) in files {
        for (who, sightings) in &events.sign_ins {
            groups.entry(who).or_default().add(file, sightings);
        }
    }
    let present = |text: &String| (!text.is_empty()).then(|| text.clone());
    let mut rows: Vec<SignInRow> = groups
        .into_iter()
        .filter_map(|((user, address), together)| {
            Some(SignInRow {
                user: present(user),
                address: present(address),
                count: together.count,
                first: written(together.first),
                last: written(together.last),
                evidence: together.evidence?,
            })
        })
        .collect();
    rows.arrange_by_key(|row| std::cmp::Reverse(row.count));
    rows
}

fn sign_ins_note(files: &[(u32, &Events)]) -> Option<String> {
    let left_out: u64 = files.iter().map(|(_, e)| e.sign_ins_left_out).sum();
    (left_out > 0).then(|| {
        format!(
            "{} more are counted, but not listed: of each file, {} pairs of user and address are.",
            count(left_out),
            count(MOST_SIGN_INS as u64)
        )
    })
}

/// What is shown of the statistics beside the statuses of syncs: the names behind which it says something about waiting
/// Pings, and what they count.
const SHOWN: [(&str, &str); 6] = [
    (
        "Http.Workers",
        "Threads of the HTTP task; each open Ping takes one.",
    ),
    (
        "Http.CurrentConnections",
        "Connections open when it was asked.",
    ),
    ("Http.PeakConnections", "Most connections open at once."),
    (
        "Http.MaxConnections",
        "Connections that are allowed at once.",
    ),
    ("Push.Devices.Total", "Registered devices."),
    (
        "Push.Devices.Online",
        "Devices connected when it was asked.",
    ),
];

/// Name of the statistics that count syncs by their status.
const SYNCS: &str = "DeviceSync.Count.";

/// What a status means in the count of syncs, after GSX' documentation of Traveler's statistics.
fn sync_meaning(status: &str) -> &'static str {
    match status {
        "200" => "Syncs that went well.",
        "408" => "Syncs that the server gave up, as the device did not answer.",
        "409" => "Syncs that were broken off because the device had begun a new one.",
        "500" => "Syncs that failed for an unknown reason.",
        "503" => "Syncs that were refused because the server was busy.",
        _ => "Syncs; what this status means is not documented.",
    }
}

/// A statistic that came with or without the name of its server task before its own; the last value counts.
type Latest<'a> = BTreeMap<&'a str, (&'a str, Evidence)>;

fn statistics(files: &[(u32, &Events)]) -> StatisticsReport {
    let mut latest = Latest::new();
    let [mut repeated, mut in_words, mut left_out] = [0; 3];
    for &(file, events) in files {
        for (name, statistic) in &events.statistics {
            let name = name.strip_prefix("Traveler.").unwrap_or(name);
            let value = (statistic.value.as_str(), evidence(file, statistic.place));
            repeated += u64::from(latest.insert(name, value).is_some());
        }
        repeated += events.statistics_repeated;
        in_words += events.statistics_in_words;
        left_out += events.statistics_left_out;
    }
    let read = latest.len() as u64;
    let mut notes = Vec::new();
    if repeated > 0 {
        notes.push(format!(
            "{} a value that came before; the last one counts.",
            counted(repeated, "line replaced", "lines replaced")
        ));
    }
    if in_words > 0 {
        notes.push(format!(
            "{} no number and {} left aside.",
            counted(in_words, "line held", "lines held"),
            if in_words == 1 { "is" } else { "are" }
        ));
    }
    if left_out > 0 {
        notes.push(format!(
            "{} not kept: of each file, the first {} names are.",
            counted(left_out, "line was", "lines were"),
            count(MOST_STATISTICS as u64)
        ));
    }
    let mut rows = syncs(&latest);
    rows.extend(others(&latest));
    StatisticsReport { read, rows, notes }
}

/// Whether a statistic is one of those that are shown, all of which are the vendor's.
pub(super) fn is_shown(name: &str) -> bool {
    let name = name.strip_prefix("Traveler.").unwrap_or(name);
    let listed = SHOWN
        .iter()
        .any(|(shown, _)| name.eq_ignore_ascii_case(shown));
    listed || name.strip_prefix(SYNCS).is_some_and(is_status)
}

fn is_status(text: &str) -> bool {
    text.len() == 3 && text.bytes().all(|b| b.is_ascii_digit())
}

/// Syncs by status, with their shares.
fn syncs(latest: &Latest<'_>) -> Vec<StatisticRow> {
    let by_status: Vec<_> = latest
        .iter()
        .filter_map(|(name, of)| Some((*name, name.strip_prefix(SYNCS)?, of)))
        .filter(|(_, status, _)| is_status(status))
        .collect();
    let all: Option<u64> = by_status.iter().map(|(_, _, of)| whole(of.0)).sum();
    by_status
        .into_iter()
        .map(|(name, status, (value, evidence))| StatisticRow {
            name: name.to_owned(),
            value: (*value).to_owned(),
            share: all.and_then(|all| Some(share(whole(value)?, all))),
            sentence: sync_meaning(status),
            evidence: *evidence,
        })
        .collect()
}

fn others<'a>(latest: &'a Latest<'_>) -> impl Iterator<Item = StatisticRow> + 'a {
    SHOWN.into_iter().filter_map(|(shown, sentence)| {
        let is = |name: &&&str| name.eq_ignore_ascii_case(shown);
        let name = latest.keys().find(is)?;
        let (value, evidence) = latest[name];
        Some(StatisticRow {
            name: shown.to_owned(),
            value: value.to_owned(),
            share: None,
            sentence,
            evidence,
        })
    })
}

/// A number without a fraction, with or without commas between its thousands. It is bounded, so that many add up.
fn whole(value: &str) -> Option<u64> {
    let digits: String = value.chars().filter(|&c| c != ',').collect();
    digits.parse().ok().filter(|&n: &u64| n < 1 << 48)
}

fn status(files: &[(u32, &Events)]) -> StatusReport {
    let mut report = StatusReport::default();
    let mut left_out = 0;
    for &(file, events) in files {
        left_out += events.conditions_left_out;
        for condition in &events.conditions {
            let colour = condition.colour.map(crate::format::Colour::word);
            if condition.overall {
                report.colour = colour;
            }
            report.lines.push(StatusLine {
                colour,
                time: written(condition.said.moment),
                text: condition.said.text.clone(),
                evidence: evidence(file, condition.said.place),
            });
        }
    }
    report.note = (left_out > 0).then(|| {
        format!(
            "{} more are not kept: of each file, the first {} are.",
            counted(left_out, "sentence", "sentences"),
            count(MOST_CONDITIONS as u64)
        )
    });
    report
}
