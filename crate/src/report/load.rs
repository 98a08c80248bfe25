//! How many requests were open at once: the model of it, and its sections in the written forms.

use super::model::{CourseRow, CurveReport, HeldRow, LoadReport, PeakReport, Report, ServerRow};
use super::moments::moment;
use super::sections::{Section, table};
use crate::explain::load::{Bucket, Curve, Devices, Load, Open, Peak, opened_at};
use crate::explain::{Explanation, Outcome};
use crate::format::time::Stamp;
use crate::log::Log;
use crate::sort::Arrange;
use crate::words::{count, counted, duration, list, share, tenths};

/// Rows of the course that a table shows.
const ROWS: i64 = 24;

/// Where the vendor says how many threads a device wants.
const THREADS: &str =
    "https://help.hcltechsw.com/traveler/10.0.1/tuningactivehttpthreadsforlotusnotestraveler.html";

/// Makes the report of it.
pub(super) fn load(log: &Log, explanation: &Explanation) -> LoadReport {
    let load = Load::of(log, explanation);
    let rank = |&file: &u32| explanation.timeline.rank(file);
    let servers = load.servers.iter().map(|server| ServerRow {
        files: server.files.iter().map(rank).collect(),
        peak: server.open.as_ref().map(|o| peak(log, explanation, o.peak)),
        mean_hundredths: server.open.as_ref().map(Open::mean_hundredths),
        devices_in_a_day: server.devices.in_a_day,
        threads_wanted: server.devices.threads,
    });
    let open = load.open.as_ref();
    let mut report = LoadReport {
        sentences: Vec::new(),
        peak: open.map(|o| peak(log, explanation, o.peak)),
        pings_peak: open.and_then(|o| Some(peak(log, explanation, o.pings?))),
        mean_hundredths: open.map(Open::mean_hundredths),
        devices_in_a_day: load.devices.in_a_day,
        threads_wanted: load.devices.threads,
        servers: servers.collect(),
        held: held(&load),
        course: Vec::new(),
        curve: None,
    };
    if open.is_some() {
        report.course = course(&load.curve.coarser(ROWS));
        report.curve = Some(curve(&load.curve));
    }
    report.sentences = sentences(&load, &report, explanation);
    report
}

fn peak(log: &Log, explanation: &Explanation, peak: Peak) -> PeakReport {
    let row = opened_at(log, explanation, peak.at);
    let at = Stamp {
        ms: peak.at,
        zone: None,
    };
    PeakReport {
        count: peak.count,
        at_least: peak.at_least,
        at_most: peak.at_most,
        at: row.map_or_else(
            || at.to_string(),
            |row| moment(log, explanation, row, peak.at),
        ),
        for_ms: peak.for_ms,
    }
}

fn held(load: &Load) -> Vec<HeldRow> {
    let all = Outcome::ALL.into_iter().zip(load.held_ms);
    let least = load.all_held_ms() / 1000;
    let mut rows: Vec<HeldRow> = all
        .filter(|(_, ms)| *ms > least)
        .map(|(outcome, held_ms)| HeldRow {
            outcome: outcome.code(),
            title: outcome.title(),
            held_ms,
        })
        .collect();
    rows.arrange_by_key(|row| std::cmp::Reverse(row.held_ms));
    rows
}

/// The moment at which a bucket begins.
fn from(curve: &Curve, ms: i64) -> String {
    let zone = curve.zone;
    Stamp { ms, zone }.to_string()
}

/// How many were open on average, in hundredths, over the time that the log covers.
fn mean(bucket: &Bucket, covered: u64) -> u64 {
    bucket.open_ms * 100 / covered.max(1)
}

fn course(curve: &Curve) -> Vec<CourseRow> {
    curve
        .spans()
        .map(|(ms, covered, bucket)| CourseRow {
            from: from(curve, ms),
            most: bucket.most,
            pings: bucket.pings,
            mean_hundredths: mean(bucket, covered),
            requests: bucket.requests,
            conflicts: bucket.conflicts,
        })
        .collect()
}

fn curve(curve: &Curve) -> CurveReport {
    let each = |of: fn(&Bucket) -> u32| curve.buckets.iter().map(of).collect();
    CurveReport {
        from: from(curve, curve.from),
        bucket_ms: curve.bucket_ms.unsigned_abs(),
        most: each(|b| b.most),
        pings: each(|b| b.pings),
        mean_hundredths: curve
            .spans()
            .map(|(_, covered, b)| mean(b, covered))
            .collect(),
        requests: each(|b| b.requests),
        conflicts: each(|b| b.conflicts),
    }
}

fn sentences(load: &Load, report: &LoadReport, explanation: &Explanation) -> Vec<String> {
    let mut sentences = Vec::new();
    let (Some(peak), Some(open)) = (&report.peak, &load.open) else {
        if load.timed + load.untimed > 0 {
            sentences.push(
                "How many requests were open at once cannot be told: that takes the time and the duration of each."
                    .to_owned(),
            );
            sentences.extend(wanted(&load.devices));
        }
        return sentences;
    };
    let pings = report.pings_peak.as_ref().map_or(0, |p| p.count);
    sentences.push(format!(
        "At most {} open at once, and each takes a thread of the server: first on {}, for {}. On average {} were open; of \
         Pings alone, at most {}.",
        counted(peak.count.into(), "request was", "requests were"),
        day_and_clock(&peak.at),
        duration(peak.for_ms),
        tenths(open.mean_hundredths()),
        count(pings.into()),
    ));
    if peak.at_least < peak.at_most {
        sentences.push(format!(
            "The clock shows whole seconds, so that it may have been {} to {}.",
            count(peak.at_least.into()),
            count(peak.at_most.into())
        ));
    }
    sentences.extend(wanted(&load.devices));
    if load.servers.len() > 1 {
        sentences.push(
            "Files of the same time are taken for servers of a pool, and files that go on from each other for one server; \
             these numbers are those of all together, as each server has threads of its own."
                .to_owned(),
        );
    }
    if load.more_servers > 0 {
        let more = load.more_servers as u64;
        sentences.push(format!(
            "{} not listed.",
            counted(more, "further server is", "further servers are")
        ));
    }
    let orphaned = load.orphaned_at_most_ms();
    if orphaned > 0 {
        sentences.push(format!(
            "Pings that their phone had left for a new one were open for {} together, {} of the thread time. No more than that \
             was held for nobody: when a phone leaves is in no log.",
            duration(orphaned),
            share(orphaned, load.all_held_ms())
        ));
    }
    if let Some(&longest) = explanation.heartbeats.of_server().last() {
        sentences.push(format!(
            "What is still open when a log ends has no line in it, so that the last {} show too few.",
            duration(longest.into())
        ));
    }
    if load.untimed > 0 {
        sentences.push(format!(
            "{} not counted, as the log has no duration or no time for {}.",
            counted(load.untimed, "request is", "requests are"),
            if load.untimed == 1 { "it" } else { "them" }
        ));
    }
    sentences.extend(beside(load));
    sentences
}

/// A moment to the second, as a sentence has it.
fn day_and_clock(rfc3339: &str) -> String {
    let (day, clock) = (rfc3339.get(..10), rfc3339.get(11..19));
    format!(
        "{} at {}",
        day.unwrap_or(rfc3339),
        clock.unwrap_or_default()
    )
}

/// What the vendor asks for.
fn wanted(devices: &Devices) -> Option<String> {
    if devices.in_a_day == 0 {
        return None;
    }
    let seen = counted(devices.in_a_day.into(), "device was", "devices were");
    let seen = if devices.whole_day {
        format!("Within 24 hours, {seen} seen at most")
    } else {
        format!("{seen} seen, in less than 24 hours")
    };
    let (others, kinds): (Vec<u32>, Vec<String>) = [
        (devices.blackberries, "2 for a BlackBerry"),
        (devices.outlooks, "1.5 for an Outlook"),
    ]
    .into_iter()
    .filter(|(n, _)| *n > 0)
    .map(|(n, words)| (n, words.to_owned()))
    .unzip();
    let rule = if others.is_empty() {
        "1.2 for each that is registered".to_owned()
    } else {
        format!("{} and 1.2 for any other", list(&kinds))
    };
    Some(format!(
        "{seen}, for which the vendor asks for {} ({rule}). See {THREADS}",
        counted(devices.threads.into(), "thread", "threads")
    ))
}

/// What is not in it.
fn beside(load: &Load) -> Option<String> {
    let beside = load.beside;
    let requests = || counted(beside.count, "other request", "other requests");
    match (beside.count, beside.timed) {
        (0, _) => None,
        (_, 0) => Some(format!(
            "{} not in these numbers, and how long they took is unknown.",
            is_are(beside.count, &requests())
        )),
        (_, timed) => Some(format!(
            "{} not in these numbers; {} took {} together, {} of what ActiveSync took.",
            is_are(beside.count, &requests()),
            if timed == beside.count {
                "they".to_owned()
            } else {
                format!("{} of them", count(timed))
            },
            duration(beside.held_ms),
            share(beside.held_ms, load.all_held_ms().max(beside.held_ms))
        )),
    }
}

fn is_are(n: u64, what: &str) -> String {
    format!("{what} {}", if n == 1 { "is" } else { "are" })
}

/// Its sections in the written forms.
pub(super) fn sections(report: &Report) -> Vec<Section> {
    let load = &report.load;
    if load.sentences.is_empty() {
        return Vec::new();
    }
    let number = |n: u32| count(n.into());
    let mut course = table(
        "Server load",
        "",
        &[
            ("From", false),
            ("Most open", true),
            ("Most Pings", true),
            ("On average", true),
            ("Requests", true),
            ("409s", true),
        ],
        load.course.iter().map(|row| {
            vec![
                row.from.clone(),
                number(row.most),
                number(row.pings),
                tenths(row.mean_hundredths),
                number(row.requests),
                number(row.conflicts),
            ]
        }),
    );
    course.lines.clone_from(&load.sentences);
    let mut sections = vec![course];
    if load.servers.len() > 1 {
        sections.push(servers(report));
    }
    if !load.held.is_empty() {
        let all: u64 = load.held.iter().map(|row| row.held_ms).sum();
        sections.push(table(
            "Thread time by outcome",
            "",
            &[("Outcome", false), ("Together", true), ("Share", true)],
            load.held.iter().map(|row| {
                vec![
                    row.outcome.to_owned(),
                    duration(row.held_ms),
                    share(row.held_ms, all),
                ]
            }),
        ));
    }
    sections
}

fn servers(report: &Report) -> Section {
    let name = |&file: &u32| report.files[file as usize].name.clone();
    table(
        "Load by server",
        "",
        &[
            ("Files", false),
            ("Most open", true),
            ("First at", false),
            ("On average", true),
            ("Devices in 24 h", true),
            ("Threads asked for", true),
        ],
        report.load.servers.iter().map(|row| {
            let peak = row.peak.as_ref();
            let unknown = || "unknown".to_owned();
            vec![
                row.files.iter().map(name).collect::<Vec<_>>().join(", "),
                peak.map_or_else(unknown, |p| count(p.count.into())),
                peak.map(|p| p.at.clone()).unwrap_or_default(),
                row.mean_hundredths.map_or_else(unknown, tenths),
                count(row.devices_in_a_day.into()),
                count(row.threads_wanted.into()),
            ]
        }),
    )
}
