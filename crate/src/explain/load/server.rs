//! Which files are of one server, and how many devices it has.

use crate::explain::Explanation;
use crate::log::{Log, Origin};
use crate::sort::Arrange;
use std::collections::BTreeMap;

/// How far the end of one file and the beginning of the next may overlap: lines are written a little late.
const OVERLAP_MS: i64 = 60_000;

const DAY_MS: i64 = 86_400_000;

/// Requests of a device that are leapt over in search of a day without any.
const LEAP: usize = 32;

/// Files with ActiveSync requests, by server: those that go on from each other, or hold the same lines, are of one. Files
/// of one time are of servers of a pool. What stands in front of a server whose log is here is left out: it has the same
/// requests once more, and others that took no thread of the server.
pub(super) fn groups(log: &Log, explanation: &Explanation) -> Vec<Vec<u32>> {
    let (timeline, views) = (&explanation.timeline, &explanation.views);
    let counts = |&file: &u32| !log.rows_of(file).is_empty() && !views.is_far(file);
    let mut files: Vec<u32> = (0..log.files.len() as u32).filter(counts).collect();
    files.arrange_by_key(|&file| timeline.rank(file));
    if files.len() < 2 {
        return files.into_iter().map(|file| vec![file]).collect();
    }
    let mut groups: Vec<Group> = Vec::new();
    for file in files {
        let ends = log.rows_of(file).filter(|&row| !log.is_open(row));
        let ends = || {
            ends.clone()
                .filter_map(|row| timeline.span(log, row))
                .map(|s| s.end)
        };
        let (first, last) = (ends().min(), ends().max());
        let name = log.files[file as usize].kin.clone();
        let copy = |group: &Group| {
            let same = |a: u32, b: u32| group.files.contains(&a) && b == file;
            let mut pairs = views.pairs().iter().filter(|view| view.copy);
            pairs.any(|view| same(view.file, view.of) || same(view.of, view.file))
        };
        // Of servers of a pool, each with several files, the one with a name of the same kind goes on.
        let fits = |group: &Group| {
            let after = first
                .zip(group.last)
                .is_none_or(|(f, l)| l - OVERLAP_MS <= f);
            let copy = copy(group);
            (copy || after).then_some((copy, group.name == name, group.last))
        };
        let best = (0..groups.len())
            .rev()
            .filter_map(|i| Some((fits(&groups[i])?, i)))
            .max_by_key(|(fit, _)| *fit);
        match best {
            Some((_, i)) => {
                groups[i].files.push(file);
                groups[i].last = groups[i].last.max(last);
            }
            None => groups.push(Group {
                files: vec![file],
                name,
                last,
            }),
        }
    }
    groups.into_iter().map(|group| group.files).collect()
}

/// Files of one server.
struct Group {
    files: Vec<u32>,
    name: String,
    /// The last end of a request in it.
    last: Option<i64>,
}

/// Of the requests that began at a moment, the first in the order of time.
#[must_use]
pub fn opened_at(log: &Log, explanation: &Explanation, ms: i64) -> Option<u32> {
    let timeline = &explanation.timeline;
    let start = |row: u32| timeline.span(log, row).map_or(i64::MIN, |s| s.start);
    let devices = (0..log.devices.values().len() as u32).map(|d| timeline.device(d));
    let lanes = devices.chain([timeline.without_device()]);
    lanes
        .filter_map(|lane| lane.get(lane.partition_point(|&row| start(row) < ms)))
        .copied()
        .filter(|&row| start(row) == ms)
        .min_by(|&a, &b| timeline.compare(log, a, b))
}

/// Distinct devices, and the threads that they want by the vendor's rule.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Devices {
    /// Most that were seen within 24 hours.
    pub in_a_day: u32,
    /// Threads that as many want: 1.2 a device, 2 a BlackBerry 10, 1.5 an Outlook.
    pub threads: u32,
    /// How many are counted as BlackBerry 10, in the whole log.
    pub blackberries: u32,
    /// How many are counted as Outlook, in the whole log.
    pub outlooks: u32,
    /// Whether the log covers 24 hours; a shorter one misses devices.
    pub whole_day: bool,
}

impl Devices {
    /// Those that some files name.
    pub(super) fn of(log: &Log, explanation: &Explanation, files: &[u32]) -> Self {
        let timeline = &explanation.timeline;
        let mut asked = vec![false; log.files.len()];
        files.iter().for_each(|&file| asked[file as usize] = true);
        let mut tenths = vec![0_u32; log.devices.values().len()];
        for origin in log.origins.values().iter().filter(|o| o.device > 0) {
            let own = &mut tenths[origin.device as usize - 1];
            *own = tenths_of(log, origin).max(*own);
        }
        let mut devices = Self::default();
        // How many come and go, and the threads with them.
        let mut changes: BTreeMap<i64, (i64, i64)> = BTreeMap::new();
        let (mut first, mut last) = (i64::MAX, i64::MIN);
        for (device, &tenths) in (0..).zip(&tenths) {
            let lane = timeline.device(device);
            let of_these = |at: &usize| asked[log.file_of(lane[*at]) as usize];
            let start = |at: usize| timeline.span(log, lane[at]).map_or(i64::MIN, |s| s.start);
            let next = |from: usize| (from..lane.len()).find(of_these);
            // What has no time stands first, and counts as seen all the time.
            let mut at = next(0);
            if at.is_none() {
                continue;
            }
            devices.blackberries += u32::from(tenths == BLACKBERRY);
            devices.outlooks += u32::from(tenths == OUTLOOK);
            while let Some(from) = at {
                let mut here = from;
                // On as long as there is another request within a day: most are found without looking at each.
                at = loop {
                    let soon = |&at: &usize| start(at) < start(here).saturating_add(DAY_MS);
                    let leap = Some(here + LEAP).filter(|&at| at < lane.len());
                    match leap.filter(of_these).or_else(|| next(here + 1)) {
                        Some(later) if soon(&later) => here = later,
                        _ => match next(here + 1) {
                            Some(later) if soon(&later) => here = later,
                            beyond => break beyond,
                        },
                    }
                };
                let gone = start(here).saturating_add(DAY_MS);
                for (ms, sign) in [(start(from), 1), (gone, -1)] {
                    let change = changes.entry(ms).or_default();
                    change.0 += sign;
                    change.1 += sign * i64::from(tenths);
                }
                if start(from) > i64::MIN {
                    first = first.min(start(from));
                }
                last = last.max(start(here));
            }
        }
        let (mut seen, mut want) = (0, 0);
        for (count, tenths) in changes.values() {
            seen += count;
            want += tenths;
            devices.in_a_day = devices.in_a_day.max(seen as u32);
            devices.threads = devices.threads.max((want as u32).div_ceil(10));
        }
        devices.whole_day = last.saturating_sub(first) >= DAY_MS - OVERLAP_MS;
        devices
    }
}

/// Threads that a device wants, in tenths: <https://help.hcltechsw.com/traveler/10.0.1/tuningactivehttpthreadsforlotusnotestraveler.html>,
/// and for Outlook what IBM says of its IMSMO.
const USUAL: u32 = 12;
const OUTLOOK: u32 = 15;
const BLACKBERRY: u32 = 20;

fn tenths_of(log: &Log, origin: &Origin) -> u32 {
    let begins = |number: u32, with: &[u8]| {
        let text = log.texts.bytes(number);
        text.and_then(|t| t.get(..with.len()))
            .is_some_and(|t| t.eq_ignore_ascii_case(with))
    };
    if begins(origin.device_type, b"BlackBerry") || begins(origin.agent, b"RIM-") {
        BLACKBERRY
    } else if begins(origin.device_type, b"WindowsOutlook") {
        OUTLOOK
    } else {
        USUAL
    }
}
