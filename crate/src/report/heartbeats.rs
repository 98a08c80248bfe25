//! How long devices wait, and what other intervals would change: the model of it, and its sections in the written forms.

use super::model::{
    HeartbeatRow, HeartbeatsReport, IntervalRow, OvershootReport, Report, StepRow, TimeoutRow,
};
use super::moments::moment;
use super::sections::{Section, table};
use crate::explain::Explanation;
use crate::explain::interval::{Device, Intervals, Limit, Overshoot, TRIED_MS};
use crate::log::Log;
use crate::sort::Arrange;
use crate::words::{count, counted, duration, share, tenths};

/// How the vendor says to set the intervals, and where.
const ADVICE: &str = "The vendor's advice is to leave both intervals alone, unless the idle timeout of a network is known: \
                      then the maximum belongs slightly below it. A change takes effect when Traveler is restarted. See \
                      https://help.hcltechsw.com/traveler/11.0.0/Plan_setting_heartbeat.html";

/// Rows of a list that the written forms show; the model has all of them.
const MOST_ROWS: usize = 100;

const HOUR_MS: u128 = 3_600_000;

/// Makes the report of it.
pub(super) fn heartbeats(log: &Log, explanation: &Explanation) -> HeartbeatsReport {
    let found = Intervals::of(log, explanation);
    let mut devices: Vec<HeartbeatRow> = found
        .devices
        .iter()
        .map(|device| row(log, explanation, &found, device))
        .collect();
    let often = |row: &HeartbeatRow| per_hour(row.by_heartbeat, row.held_ms);
    devices.arrange_by(|a, b| (often(b), &a.device).cmp(&(often(a), &b.device)));
    let intervals = (0..TRIED_MS.len()).map(|tried| IntervalRow {
        interval_ms: TRIED_MS[tried],
        if_maximum_least: found.sum(|d| d.under_maximum(tried).0),
        if_maximum_most: found.sum(|d| d.under_maximum(tried).1),
        if_minimum: found.sum(|d| d.under_minimum(tried)),
        cut_devices: found.cut_before(tried),
    });
    let timeouts = found.timeouts.iter().map(|timeout| TimeoutRow {
        network: (timeout.network > 0).then(|| found.networks.name(timeout.network).to_owned()),
        after_ms: timeout.after_ms,
        noticed: timeout.noticed,
        pings: timeout.pings,
    });
    // Without a heartbeat there is nothing that another would be compared with.
    let known = found.devices.iter().any(|d| d.now().is_some());
    HeartbeatsReport {
        sentences: sentences(log, explanation, &found),
        ceiling_ms: found.ceiling.map(|c| c.ms),
        overshoot: found.overshoot.map(overshoot),
        held_ms: found.sum(|d| d.held_ms),
        by_heartbeat: found.sum(|d| d.by_heartbeat),
        by_others: found.sum(|d| d.by_others),
        intervals: intervals.filter(|_| known).collect(),
        timeouts: timeouts.collect(),
        devices,
    }
}

fn overshoot(over: Overshoot) -> OvershootReport {
    OvershootReport {
        median_ms: over.median,
        p95_ms: over.p95,
    }
}

fn row(log: &Log, explanation: &Explanation, found: &Intervals, device: &Device) -> HeartbeatRow {
    let (limit, words) = match device.limit {
        Limit::Server => ("server", "the server's maximum"),
        Limit::Device => ("device", "its own choice"),
        Limit::Either => ("either", "the server's maximum or its own choice"),
        Limit::Unknown => ("unknown", "unknown"),
    };
    let network = device.timeout.map(|at| {
        let after = rounded(found.timeouts[at].after_ms);
        format!("; a network after {}", duration(after.into()))
    });
    let steps = device.steps.iter().map(|step| {
        let span = explanation.timeline.span(log, step.row);
        StepRow {
            from: span.map_or_else(String::new, |s| moment(log, explanation, step.row, s.start)),
            heartbeat_ms: step.ms,
            pings: step.pings,
        }
    });
    HeartbeatRow {
        device: log
            .texts
            .text(log.devices.get(device.device))
            .unwrap_or_default(),
        heartbeat_ms: device.now(),
        steps: steps.collect(),
        steps_before: device.steps_before,
        pings: device.pings,
        expired: device.expired,
        overshoot: device.overshoot.map(overshoot),
        limit,
        limited_by: format!("{words}{}", network.unwrap_or_default()),
        held_ms: device.held_ms,
        by_heartbeat: device.by_heartbeat,
        by_others: device.by_others,
        tried: device.tried.to_vec(),
    }
}

/// Wake-ups an hour, in hundredths.
fn per_hour(wakeups: u64, held_ms: u64) -> u64 {
    (u128::from(wakeups) * 100 * HOUR_MS / u128::from(held_ms.max(1))) as u64
}

/// A timeout as somebody would have set it: to ten seconds.
fn rounded(ms: u32) -> u32 {
    ms / 10_000 * 10_000
}

fn sentences(log: &Log, explanation: &Explanation, found: &Intervals) -> Vec<String> {
    let mut sentences = Vec::new();
    let waits = found.devices.len() as u64;
    let syncs = (0..log.devices.values().len() as u32)
        .filter(|&device| explanation.heartbeats.waits(device))
        .count() as u64;
    let known: Vec<u32> = found.devices.iter().filter_map(Device::now).collect();
    if let (Some(&least), Some(&most)) = (known.iter().min(), known.iter().max()) {
        let rate = |n| tenths(per_hour(n, found.sum(|d| d.held_ms)));
        let (own, others) = (found.sum(|d| d.by_heartbeat), found.sum(|d| d.by_others));
        sentences.push(format!(
            "{} woke up {} times an hour{}: {} to renew a Ping that had run its heartbeat or was cut, and {} for mail, for \
             the user or after lost coverage. Only the former, {}, depend on the interval. (An hour is one with an open \
             Ping.)",
            match waits {
                1 => "The device here that waits with Pings".to_owned(),
                n => format!("The {} devices here that wait with Pings", count(n)),
            },
            rate(own + others),
            if waits == 1 { "" } else { ", on average" },
            rate(own),
            rate(others),
            share(own, own + others),
        ));
        sentences.push(longest(found, least, most));
        let own = found.devices.iter().filter(|d| d.limit == Limit::Device);
        let own = own.count() as u64;
        if own > 0 {
            sentences.push(format!(
                "{} for less than the server allows others: raising the maximum changes nothing for {}, raising the minimum \
                 would force {} up. A phone may have its reason to ask for less: a network that cuts sooner, where mail \
                 would come late.",
                counted(own, "device asks", "devices ask"),
                if own == 1 { "it" } else { "them" },
                if own == 1 { "it" } else { "them" },
            ));
        }
    } else if waits > 0 {
        sentences.push(
            "No Ping here is seen to have run its heartbeat, so which one the devices have is unknown.".to_owned(),
        );
    }
    let climb = found.devices.iter().filter(|d| d.climbs()).count() as u64;
    if climb > 0 {
        sentences.push(format!(
            "{} a longer heartbeat after each that ran its time, and {} refused at once, which makes a Ping of no length \
             beside each long one. Harmless.",
            counted(climb, "device tries", "devices try"),
            if climb == 1 { "is" } else { "are" }
        ));
    }
    sentences.extend(cuts(found));
    if let Some(over) = found.overshoot {
        sentences.push(format!(
            "Pings took {} longer than their heartbeat (half of them at most; 19 of 20 at most {}).",
            duration(over.median.into()),
            duration(over.p95.into())
        ));
    }
    if syncs > 0 {
        sentences.push(format!(
            "{} with Syncs instead of Pings, and {} not counted here.",
            counted(syncs, "device waits", "devices wait"),
            if syncs == 1 { "is" } else { "are" }
        ));
    }
    if !known.is_empty() {
        sentences.push(ADVICE.to_owned());
    }
    sentences
}

/// The longest heartbeat, and whose choice it is.
fn longest(found: &Intervals, least: u32, most: u32) -> String {
    let seen = if least == most {
        format!("All hold their Pings for {}", duration(most.into()))
    } else {
        format!(
            "They hold their Pings for {} to {}",
            duration(least.into()),
            duration(most.into())
        )
    };
    let whose = match found.ceiling {
        Some(c) if c.refused > 0 => format!(
            "; the longest, shared by {} of {}, is the server's maximum, as who asks for more is refused.",
            count(c.devices.into()),
            count(c.of.into())
        ),
        Some(c) => format!(
            "; {} of {} share the longest. Whether that is the server's maximum or their own choice, no log tells.",
            count(c.devices.into()),
            count(c.of.into())
        ),
        None => {
            ". Whether that is the server's maximum or their own choice, no log tells.".to_owned()
        }
    };
    format!("{seen}{whose}")
}

/// Networks that end idle connections.
fn cuts(found: &Intervals) -> Option<String> {
    let shortest = found.timeouts.iter().map(|t| t.after_ms).min()?;
    let networks = found.timeouts.iter().filter(|t| t.network > 0).count() as u64;
    let devices = found.devices.iter().filter(|d| d.timeout.is_some()).count() as u64;
    let place = match networks {
        0 => "Something between phones and server".to_owned(),
        n => counted(n, "network", "networks"),
    };
    Some(format!(
        "{place}, used by {}, {} connections that are idle for about {} or longer. A longer heartbeat saves nothing there: \
         mail comes late.",
        counted(devices, "device", "devices"),
        if networks > 1 { "end" } else { "ends" },
        duration(rounded(shortest).into())
    ))
}

/// Its sections in the written forms.
pub(super) fn sections(report: &Report) -> Vec<Section> {
    let found = &report.heartbeats;
    if found.sentences.is_empty() {
        return Vec::new();
    }
    let rate = |n: u64| tenths(per_hour(n, found.held_ms));
    let columns = [
        ("Interval", true),
        ("Wake-ups an hour if it were the maximum", true),
        ("If it were the minimum", true),
        ("Devices that a network cuts sooner", true),
    ];
    // No network is seen to cut in most logs.
    let shown = columns.len() - usize::from(found.timeouts.is_empty());
    let mut answer = table(
        "Heartbeats",
        "",
        &columns[..shown],
        found.intervals.iter().map(|row| {
            let (least, most) = (rate(row.if_maximum_least), rate(row.if_maximum_most));
            let mut cells = vec![
                duration(row.interval_ms.into()),
                if least == most {
                    least
                } else {
                    format!("{least} to {most}")
                },
                rate(row.if_minimum),
                count(row.cut_devices),
            ];
            cells.truncate(shown);
            cells
        }),
    );
    answer.lines.clone_from(&found.sentences);
    if !found.intervals.is_empty() {
        answer.lines.push(format!(
            "Wake-ups an hour to renew a Ping are now {}. Of two numbers, the first holds if phones ask for as much, the second \
             if they ask for no more than now. A minimum takes a maximum that is no shorter.",
            rate(found.by_heartbeat)
        ));
    }
    let mut sections = vec![answer];
    if !found.timeouts.is_empty() {
        sections.push(timeouts(found));
    }
    if !found.devices.is_empty() {
        sections.push(devices(found));
    }
    sections
}

fn timeouts(found: &HeartbeatsReport) -> Section {
    table(
        "Networks that end idle connections",
        "",
        &[
            ("Network", false),
            ("After about", true),
            ("Pings that show it", true),
            ("What phones do", false),
        ],
        found.timeouts.iter().take(MOST_ROWS).map(|row| {
            vec![
                row.network
                    .clone()
                    .unwrap_or_else(|| "all together".to_owned()),
                duration(rounded(row.after_ms).into()),
                count(row.pings.into()),
                if row.noticed {
                    "They notice, and ask again.".to_owned()
                } else {
                    "They go on waiting, and miss answers.".to_owned()
                },
            ]
        }),
    )
}

fn devices(found: &HeartbeatsReport) -> Section {
    let mut section = table(
        "Heartbeats by device",
        "",
        &[
            ("Device", false),
            ("Now", true),
            ("One after the other", false),
            ("Ran to the end", true),
            ("Wake-ups an hour by it", true),
            ("By others", true),
            ("Limited by", false),
        ],
        found.devices.iter().take(MOST_ROWS).map(|row| {
            let rate = |n: u64| tenths(per_hour(n, row.held_ms));
            vec![
                row.device.clone(),
                row.heartbeat_ms
                    .map_or_else(|| "unknown".to_owned(), |ms| duration(ms.into())),
                ladder(row),
                share(row.expired, row.pings),
                rate(row.by_heartbeat),
                rate(row.by_others),
                row.limited_by.clone(),
            ]
        }),
    );
    let more = found.devices.len().saturating_sub(MOST_ROWS) as u64;
    if more > 0 {
        section.lines.push(format!(
            "{} not listed.",
            counted(more, "further device is", "further devices are")
        ));
    }
    section
}

/// `8 min × 3, 13 min, 15 min × 40`.
fn ladder(row: &HeartbeatRow) -> String {
    let before = (row.steps_before > 0).then(|| "…".to_owned());
    let steps = row.steps.iter().map(|step| {
        let held = duration(step.heartbeat_ms.into());
        match step.pings {
            1 => held,
            n => format!("{held} × {}", count(n.into())),
        }
    });
    before
        .into_iter()
        .chain(steps)
        .collect::<Vec<_>>()
        .join(", ")
}
