//! Rows of two files, paired one to one.

use super::broken;
use crate::activesync::Command;
use crate::explain::order::Timeline;
use crate::log::Log;

/// How far the beginnings of one request may lie apart in two logs, once the difference of the clocks is taken off: both
/// clocks have whole seconds, and a proxy hands a request on when it has all of it.
pub(super) const TOUCH_MS: i64 = 2_000;

/// How far its ends may lie apart: the same, and what the network takes.
const END_MS: i64 = 2_500;

/// How much longer than the server a proxy may be busy with an answer that a phone fetches slowly.
const FETCH_MS: i64 = 120_000;

/// Width of the classes in which differences of clocks are counted; the true ones lie within two neighbours.
const CLASS_MS: i64 = 2_000;

/// Requests from which the difference of two clocks is searched.
const ANCHORS: u32 = 512;

/// Requests of one device and command that an anchor is held against, at most, on either side.
const MANY: usize = 2_000;

/// How much a difference of durations speaks against a pair, compared with one of moments, and one of bytes, in
/// milliseconds of moments.
const LONGER_WEIGHT: i64 = 50;
const OTHER_BYTES: i64 = 2_000;

/// Rows less unlike than this are of one request, if any are: their moments differ by a second, and their durations by
/// what a proxy takes.
const ALIKE: i64 = 1_500;

/// Rows looked at behind the first that could be a row's twin: a device in a loop must not cost the square of its
/// requests.
const AHEAD: usize = 256;

/// Rows among them that are compared.
const COMPARED: usize = 64;

/// One row as far as pairing looks at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Item {
    /// Device and command.
    group: u32,
    /// The moment that is compared, by the file's own clock.
    pub(super) key: i64,
    row: u32,
}

/// The rows of one file.
pub(super) struct Side {
    /// Those whose moments can be compared, sorted.
    pub(super) items: Vec<Item>,
    /// Those that broke off where only the end is shown: the other side may show a later one.
    pub(super) broken: Vec<Item>,
    /// The earliest and the latest key.
    pub(super) first: i64,
    pub(super) last: i64,
    /// How early its stamps are on average, in milliseconds, as they are cut to whole seconds.
    pub(super) early_ms: i64,
    first_row: u32,
}

/// Two rows that are one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Match {
    /// The row nearer to Traveler.
    pub(super) near: u32,
    /// The other.
    pub(super) far: u32,
    /// How far the clock of the other is ahead, by these two, in milliseconds.
    pub(super) ahead: i64,
}

/// Stands for the device of requests that name none.
const NO_DEVICE: u32 = u32::MAX >> 5;

impl Side {
    /// The rows of a file by their beginning, or by their end; those that `broke` alone, or all that show when the server
    /// was done.
    pub(super) fn of(log: &Log, timeline: &Timeline, file: u32, at_end: bool, broke: bool) -> Self {
        let rows = log.rows_of(file);
        let first_row = rows.start;
        let mut items: Vec<Item> = rows
            .filter(|&row| !log.is_open(row))
            .filter_map(|row| {
                let span = timeline.span(log, row)?;
                if broke && broken(log, row).is_none() {
                    return None;
                }
                let device = log.device(row).unwrap_or(NO_DEVICE).min(NO_DEVICE);
                Some(Item {
                    group: device << 5 | log.command(row) as u32,
                    key: if at_end { span.end } else { span.start },
                    row,
                })
            })
            .collect();
        let only_end = |item: &Item| {
            !broke && at_end && log.duration(item.row).is_none() && broken(log, item.row).is_some()
        };
        let mut broken: Vec<Item> = items.extract_if(.., |item| only_end(item)).collect();
        items.sort_unstable();
        broken.sort_unstable();
        let keys = || items.iter().map(|item| item.key);
        let mut stamps = items.iter().filter_map(|item| log.stamp(item.row));
        let whole = stamps.all(|stamp| stamp % 1000 == 0);
        let (first, last) = (keys().min().unwrap_or(0), keys().max().unwrap_or(0));
        Self {
            items,
            broken,
            first,
            last,
            early_ms: if whole { 500 } else { 0 },
            first_row,
        }
    }
}

impl Side {
    /// Those that no other request of the same device and command stands near to.
    pub(super) fn apart(&self) -> Self {
        let items = &self.items;
        let near = |a: &Item, b: &Item| a.group == b.group && b.key - a.key <= 2 * TOUCH_MS;
        let stands_apart = |&at: &usize| {
            let before = at
                .checked_sub(1)
                .is_some_and(|i| near(&items[i], &items[at]));
            let behind = items.get(at + 1).is_some_and(|next| near(&items[at], next));
            !before && !behind
        };
        Self {
            items: (0..items.len())
                .filter(stands_apart)
                .map(|at| items[at])
                .collect(),
            broken: Vec::new(),
            ..*self
        }
    }
}

/// The difference of two clocks at which most requests of the same device and command meet, roughly.
pub(super) fn search(a: &Side, b: &Side) -> Option<i64> {
    let (fewer, more, sign) = if a.items.len() <= b.items.len() {
        (a, b, 1)
    } else {
        (b, a, -1)
    };
    // By their place in the file, so that the choice does not depend on the order of opening.
    let stride = (fewer.items.len() as u32 / ANCHORS).max(1);
    let anchors = fewer.items.iter().filter(|item| {
        (item.row - fewer.first_row).is_multiple_of(stride) && item.group >> 5 != NO_DEVICE
    });
    let reach = super::FARTHEST_MS / CLASS_MS;
    let mut classes = vec![0_u32; 2 * reach as usize + 2];
    for anchor in anchors {
        let (from, to) = (
            anchor.key.saturating_sub(super::FARTHEST_MS),
            anchor.key.saturating_add(super::FARTHEST_MS),
        );
        let at = |key: i64| {
            more.items
                .partition_point(|item| (item.group, item.key) < (anchor.group, key))
        };
        let same = at(anchor.key);
        let (from, to) = (at(from), at(to));
        for item in &more.items[from.max(same.saturating_sub(MANY))..to.min(same + MANY)] {
            let class = (item.key - anchor.key).div_euclid(CLASS_MS) + reach;
            if let Some(count) = usize::try_from(class).ok().and_then(|c| classes.get_mut(c)) {
                *count += 1;
            }
        }
    }
    let best = (0..classes.len() - 1).max_by_key(|&i| {
        let off = (i as i64 + 1 - reach).abs();
        (classes[i] + classes[i + 1], -off, std::cmp::Reverse(i))
    })?;
    (classes[best] + classes[best + 1] > 0).then(|| sign * (best as i64 + 1 - reach) * CLASS_MS)
}

/// Pairs rows that began together, or ended together, once `ahead` is taken off the farther side: first those that are
/// alike, so that a row whose twin is missing takes none from its neighbour.
pub(super) fn pairs(
    log: &Log,
    timeline: &Timeline,
    near: &Side,
    far: &Side,
    ahead: i64,
) -> Vec<Match> {
    let mut matches = Vec::new();
    let mut open: Vec<u32> = (0..near.items.len() as u32).collect();
    let mut used = vec![false; far.items.len()];
    for most in [0, ALIKE, i64::MAX] {
        let mut from = 0;
        open.retain(|&at| {
            let item = near.items[at as usize];
            let earliest = (item.group, item.key.saturating_add(ahead - TOUCH_MS));
            let latest = (item.group, item.key.saturating_add(ahead + TOUCH_MS));
            let before = |its: &Item| (its.group, its.key) < earliest;
            while far.items.get(from).is_some_and(before) {
                from += 1;
            }
            let best = (from..far.items.len().min(from + AHEAD))
                .take_while(|&at| (far.items[at].group, far.items[at].key) <= latest)
                .filter(|&at| !used[at])
                .take(COMPARED)
                .filter_map(|at| {
                    let Item { key, row, .. } = far.items[at];
                    let unlike = unlike(log, timeline, item.row, row, ahead)?;
                    Some((unlike + (key - item.key - ahead).abs(), at))
                })
                .min()
                .filter(|&(unlike, _)| unlike <= most);
            if let Some((_, at)) = best {
                used[at] = true;
                matches.push(Match {
                    near: item.row,
                    far: far.items[at].row,
                    ahead: far.items[at].key - item.key,
                });
            }
            best.is_none()
        });
    }
    matches
}

/// How unlike two rows are that began together, in weighted milliseconds; `None` if they cannot be one request.
fn unlike(log: &Log, timeline: &Timeline, near: u32, far: u32, ahead: i64) -> Option<i64> {
    if !same_client(log, near, far) {
        return None;
    }
    let cut = broken(log, near).is_some() || broken(log, far).is_some();
    let (x, y) = (log.status(near), log.status(far));
    // A proxy may put an error of its own in the place of the server's.
    let errors = x.is_some_and(|s| s >= 400) && y.is_some_and(|s| s >= 400);
    if let (Some(x), Some(y)) = (x, y)
        && x != y
        && !cut
        && !errors
    {
        return None;
    }
    // Logs count bytes differently, but what they count alike is a good sign of one request among several.
    let other = if log.bytes(near) == log.bytes(far) {
        0
    } else {
        OTHER_BYTES
    };
    let spans = timeline.span(log, near).zip(timeline.span(log, far));
    let Some((a, b)) = spans.filter(|(a, b)| a.timed && b.timed) else {
        return Some(other);
    };
    let later = (b.end - ahead) - a.end;
    let held = log.command(near) == Command::Ping;
    let fits = later.abs() <= END_MS || (cut && later < 0) || (!held && later.abs() <= FETCH_MS);
    // Durations are written in milliseconds where stamps have whole seconds, so they tell requests apart that begin
    // within one.
    let longer = (b.end - b.start) - (a.end - a.start);
    // What broke off was not answered yet, so the server was at it for at least as long.
    let longer = if cut { longer.max(0) } else { longer.abs() }.min(FETCH_MS);
    fits.then_some(other + LONGER_WEIGHT * longer)
}

/// Whether two rows can be of one client, beyond the device.
fn same_client(log: &Log, near: u32, far: u32) -> bool {
    let (a, b) = (log.origin(near), log.origin(far));
    let agree = |x: u32, y: u32| x == y || x == 0 || y == 0;
    // What names no device has less to be known by.
    agree(a.user, b.user) && (a.device != 0 || (agree(a.agent, b.agent) && agree(a.login, b.login)))
}

/// The difference of two clocks by pairs that were found at a rough one: the mean of those around the middle, as a middle
/// alone would be a whole number of seconds where clocks are.
pub(super) fn centre(matches: &[Match]) -> Option<i64> {
    let mut all: Vec<i64> = matches.iter().map(|m| m.ahead).collect();
    all.sort_unstable();
    let middle = *all.get(all.len() / 2)?;
    let around = || all.iter().filter(|&&d| (d - middle).abs() <= TOUCH_MS);
    let sum: i64 = around().map(|d| d - middle).sum();
    Some(middle + sum.div_euclid(around().count() as i64))
}

/// Pairs of requests that the farther side saw break off, and shows only the end of. Both sides have them in order: each
/// of the nearer side's takes the first that broke off while it was open.
pub(super) fn within(
    log: &Log,
    timeline: &Timeline,
    (near, far): (&Side, &Side),
    ahead: i64,
    matches: &[Match],
) -> Vec<Match> {
    if far.broken.is_empty() {
        return Vec::new();
    }
    let mut taken: Vec<u32> = matches.iter().map(|m| m.near).collect();
    taken.sort_unstable();
    // By group and start: the nearer side's own order is that of its ends.
    let mut open: Vec<(u32, i64, i64, u32)> = near
        .items
        .iter()
        .filter(|item| taken.binary_search(&item.row).is_err())
        .filter_map(|item| {
            let span = timeline.span(log, item.row).filter(|s| s.timed)?;
            Some((item.group, span.start, span.end, item.row))
        })
        .collect();
    open.sort_unstable();
    let mut used = vec![false; far.broken.len()];
    let mut found = Vec::new();
    for (group, start, end, row) in open {
        let moment = |ms: i64| (group, ms.saturating_add(ahead));
        let (earliest, latest) = (moment(start - TOUCH_MS), moment(end + TOUCH_MS));
        let from = far
            .broken
            .partition_point(|item| (item.group, item.key) < earliest);
        let first = (from..far.broken.len().min(from + AHEAD))
            .take_while(|&at| (far.broken[at].group, far.broken[at].key) <= latest)
            .find(|&at| !used[at] && same_client(log, row, far.broken[at].row));
        if let Some(at) = first {
            used[at] = true;
            found.push(Match {
                near: row,
                far: far.broken[at].row,
                ahead,
            });
        }
    }
    found
}
