//! Which files show the same traffic, and which of their rows are one request: a proxy's log beside Domino's, or logs
//! that overlap in part.
//!
//! Two files are held against each other by their requests: same device, account and command, begun at the same time once
//! the difference between the two clocks is taken off. That difference is searched for, since a log without a zone may be
//! hours off. Servers of a pool and the days of one server never hold the same request, so that nothing is taken for the
//! same without a clear margin over what chance would match ([`is_same_traffic`]).
//!
//! Of two rows that are one request, the one written nearer to Traveler counts, and carries the other as evidence.

mod matching;

use super::order::Timeline;
use super::stamp::Meaning;
use crate::format::{Ending, Seat};
use crate::log::{Column, Log};
use crate::sort::Arrange;
use matching::{Item, Match, Side};

/// Files of one format whose periods overlap by less are taken for days of one log, or their neighbours.
const OVERLAP_MS: i64 = 60_000;

/// The most that clocks of two logs are taken to differ: zones lie up to 14 hours from UTC, and a clock may be wrong too.
const FARTHEST_MS: i64 = 15 * 3_600_000;

/// From this difference on, a clock is not merely wrong by a little, and more has to agree before it is believed.
const FAR_MS: i64 = 10 * 60_000;

/// Fewer requests in common than this may agree by chance; with a clock that is far off, it takes more.
const FEW: usize = 5;
const FEW_FAR: usize = 20;

/// Share of the smaller log's requests, in percent, that must be in the other too.
const ENOUGH_PERCENT: usize = 60;

/// Clock differences beside the one found, at which as good as nothing may match.
const ELSEWHERE_MS: [i64; 4] = [-487_000, -61_000, 127_000, 241_000];

/// A difference of clocks that is known so well finds all that a better one would.
const NEAR_MS: i64 = 200;

/// Two files that show the same traffic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct View {
    /// The one farther from Traveler, an index in [`Log::files`].
    pub file: u32,
    /// The one that their common requests count in.
    pub of: u32,
    /// Requests in both.
    pub both: u64,
    /// Requests of the one that has fewer, in the period that both cover.
    pub fewer: u64,
    /// How far the stamps of `file` are ahead, in milliseconds.
    pub ahead_ms: i64,
    /// How far its clock is ahead, in milliseconds: where one of the two cuts its stamps to whole seconds, they are half a
    /// second early on average.
    pub clock_ms: i64,
    /// Nine of ten requests in both lie this close to it, in milliseconds.
    pub spread_ms: i64,
    /// Whether they write the same lines: a copy, or two logs that overlap.
    pub copy: bool,
}

const NO_TWIN: u32 = u32::MAX;
/// Marks the row of a pair whose request counts in the other. There is no room for so many rows.
const ELSEWHERE: u32 = 1 << 31;

/// All files that show what others show.
#[derive(Debug, Default)]
pub struct Views {
    pairs: Vec<View>,
    /// For each row its twin; empty where no two files show the same.
    twins: Column<u32>,
    /// How far the clock of each file is ahead of the clock that all is explained by.
    ahead: Vec<i64>,
    /// Whether each file shows what another, nearer to Traveler, shows.
    far: Vec<bool>,
}

impl Views {
    /// Finds them, given rows in order of time by each file's own clock.
    #[must_use]
    pub fn of(log: &Log, timeline: &Timeline) -> Self {
        let candidates = candidates(log, timeline);
        if candidates.is_empty() {
            return Self::default();
        }
        let case = Case { log, timeline };
        let mut found: Vec<View> = Vec::new();
        let mut open: Vec<(u32, u32)> = Vec::new();
        for &(near, far) in &candidates {
            match case.compare(near, far) {
                Some(view) => found.push(view),
                None => open.push((near, far)),
            }
        }
        // A few requests around midnight do not tell a clock; the logs of the days before have told it.
        let told = found.clone();
        for (near, far) in open {
            let alike = |view: &&View| {
                case.kind(view.of) == case.kind(near) && case.kind(view.file) == case.kind(far)
            };
            let hints = told.iter().filter(alike).map(|view| view.ahead_ms);
            found.extend(case.compare_at(near, far, hints));
        }
        if found.is_empty() {
            return Self::default();
        }
        case.joined(found)
    }

    /// Pairs of files that show the same traffic.
    #[must_use]
    pub fn pairs(&self) -> &[View] {
        &self.pairs
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    /// The row of the same request in another log.
    #[must_use]
    pub fn twin(&self, row: u32) -> Option<u32> {
        let twin = self.word(row)?;
        Some(twin & !ELSEWHERE)
    }

    /// Whether the request of a row counts in its twin.
    #[must_use]
    pub fn counts_elsewhere(&self, row: u32) -> bool {
        self.word(row).is_some_and(|twin| twin & ELSEWHERE != 0)
    }

    /// The row in which the request of a row counts, often the same.
    #[must_use]
    pub fn counted(&self, row: u32) -> u32 {
        match self.word(row) {
            Some(twin) if twin & ELSEWHERE != 0 => twin & !ELSEWHERE,
            _ => row,
        }
    }

    /// How another log shows the request of a row that counts: the row there.
    #[must_use]
    pub fn shown_as(&self, row: u32) -> Option<u32> {
        self.word(row).filter(|twin| twin & ELSEWHERE == 0)
    }

    /// How far the clock of a file is ahead of the one that all is explained by, in milliseconds.
    #[must_use]
    pub fn ahead_ms(&self, file: u32) -> i64 {
        self.ahead.get(file as usize).copied().unwrap_or(0)
    }

    /// Whether a file shows what another, nearer to Traveler, shows.
    #[must_use]
    pub fn is_far(&self, file: u32) -> bool {
        self.far.get(file as usize).copied().unwrap_or(false)
    }

    fn word(&self, row: u32) -> Option<u32> {
        if self.twins.is_empty() {
            return None;
        }
        Some(self.twins.get(row)).filter(|&twin| twin != NO_TWIN)
    }
}

/// How a log shows that an exchange ended before its answer had reached the client.
#[must_use]
pub fn broken(log: &Log, row: u32) -> Option<Ending> {
    match (log.ending(row), log.status(row)) {
        // That the server itself closed it for another is an answer.
        (Some(Ending::Displaced), _) => None,
        (Some(ending), _) => Some(ending),
        (None, Some(499 | 460)) => Some(Ending::Client),
        (None, Some(504)) => Some(Ending::Between),
        (None, Some(502 | 503)) => Some(Ending::Server),
        _ => None,
    }
}

/// Pairs of files that could be two views, the one nearer to Traveler first; in an order that is the same whatever was
/// opened first.
fn candidates(log: &Log, timeline: &Timeline) -> Vec<(u32, u32)> {
    let mut files: Vec<u32> = (0..log.files.len() as u32)
        .filter(|&file| log.files[file as usize].with_stamp > 0 && !log.rows_of(file).is_empty())
        .collect();
    if files.len() < 2 {
        return Vec::new();
    }
    files.arrange_by_key(|&file| timeline.rank(file));
    let near: Vec<(usize, usize)> = (0..files.len())
        .flat_map(|a| (a + 1..files.len()).map(move |b| (a, b)))
        .filter(|&(a, b)| may_overlap(log, files[a], files[b]))
        .collect();
    if near.is_empty() {
        return Vec::new();
    }
    let of: Vec<Traits> = files.iter().map(|&file| Traits::of(log, file)).collect();
    near.into_iter()
        .filter(|&(a, b)| of[a].shares_devices(&of[b]))
        .map(|(a, b)| {
            // Of equal ones, the first in order of time.
            if of[b].nearness() > of[a].nearness() {
                (files[b], files[a])
            } else {
                (files[a], files[b])
            }
        })
        .collect()
}

/// Whether two files can cover the same period.
fn may_overlap(log: &Log, a: u32, b: u32) -> bool {
    let of = |file: u32| &log.files[file as usize];
    let (Some(x), Some(y)) = (of(a).period.ends(), of(b).period.ends()) else {
        return false;
    };
    let overlap = x.1.ms.min(y.1.ms).saturating_sub(x.0.ms.max(y.0.ms));
    let code = |file: u32| of(file).formats.first().map(|(format, _)| format.code());
    let alike = code(a) == code(b) && x.0.zone.is_some() == y.0.zone.is_some();
    overlap > if alike { OVERLAP_MS } else { -FARTHEST_MS }
}

/// What tells how near to Traveler a file was written.
struct Traits {
    seat: Seat,
    conflicts: u64,
    rows: u64,
    /// One bit a device.
    devices: Vec<u64>,
}

impl Traits {
    fn of(log: &Log, file: u32) -> Self {
        let mut devices = vec![0_u64; log.devices.values().len().div_ceil(64)];
        let (mut conflicts, mut rows) = (0, 0);
        for row in log.rows_of(file).filter(|&row| !log.is_open(row)) {
            rows += 1;
            conflicts += u64::from(log.status(row) == Some(409));
            if let Some(device) = log.device(row) {
                devices[device as usize / 64] |= 1 << (device % 64);
            }
        }
        let formats = log.files[file as usize].formats.first();
        Self {
            seat: formats.map_or(Seat::Unknown, |(format, _)| format.seat()),
            conflicts,
            rows,
            devices,
        }
    }

    fn shares_devices(&self, other: &Self) -> bool {
        let mut both = self.devices.iter().zip(&other.devices);
        both.any(|(a, b)| a & b != 0)
    }

    /// Larger for what was written nearer to Traveler: the server itself, then who saw more of its 409s, which a proxy
    /// does not see once the phone is gone, then who saw more.
    fn nearness(&self) -> (Seat, u64, u64) {
        (self.seat, self.conflicts, self.rows)
    }
}

struct Case<'a> {
    log: &'a Log,
    timeline: &'a Timeline,
}

impl Case<'_> {
    /// What two files of the same kinds have in common: the formats that most of their lines are in.
    fn kind(&self, file: u32) -> Option<&'static str> {
        let formats = &self.log.files[file as usize].formats;
        formats.first().map(|(format, _)| format.code())
    }

    /// Which edge of a request both files show.
    fn at_end(&self, a: u32, b: u32) -> bool {
        let end = |file: u32| {
            let of = &self.log.files[file as usize];
            let timed = of.with_duration * 2 > of.requests;
            (!timed).then(|| self.timeline.meaning(file) != Meaning::Start)
        };
        // Where one shows starts alone and the other ends alone, short requests still agree.
        [end(a), end(b)].into_iter().flatten().any(|end| end)
    }

    fn sides(&self, near: u32, far: u32) -> (Side, Side) {
        let at_end = self.at_end(near, far);
        let side = |file, broke| Side::of(self.log, self.timeline, file, at_end, broke);
        let other = side(far, false);
        if other.items.is_empty() {
            // A proxy's error log holds what broke off alone, and so does its twin in the proxy's access log.
            return (side(near, true), side(far, true));
        }
        (side(near, false), other)
    }

    /// The difference of the clocks of two files that show the same traffic.
    fn compare(&self, near: u32, far: u32) -> Option<View> {
        let (a, b) = self.sides(near, far);
        // A device in a loop meets itself at any difference of the clocks, so requests that stand apart decide.
        let smaller = if a.items.len() <= b.items.len() {
            &a
        } else {
            &b
        };
        let apart = smaller.apart();
        let (x, y) = if apart.items.len() < FEW_FAR {
            (&a, &b)
        } else if a.items.len() <= b.items.len() {
            (&apart, &b)
        } else {
            (&a, &apart)
        };
        let mut best = self.fitted(x, y, matching::search(x, y)?)?;
        // Clocks that agree need no evidence, so they are tried even where chance has more to say for others.
        if best.ahead_ms.abs() > matching::TOUCH_MS
            && let Some(other) = self.fitted(x, y, 0)
            && other.matches.len() >= best.matches.len()
        {
            best = other;
        }
        let elsewhere = ELSEWHERE_MS
            .into_iter()
            .map(|by| self.pairs(x, y, best.ahead_ms + by).len())
            .max()
            .unwrap_or(0);
        if !best.is_same_traffic(x, y, elsewhere) {
            return None;
        }
        let all = Fit {
            matches: self.pairs(&a, &b, best.ahead_ms),
            ..best
        };
        Some(self.view(near, far, &a, &b, &all))
    }

    /// The same for files that have few requests in common, by a clock that others have told.
    fn compare_at(&self, near: u32, far: u32, hints: impl Iterator<Item = i64>) -> Option<View> {
        let mut hints: Vec<i64> = hints.collect();
        hints.sort_unstable();
        hints.dedup();
        if hints.is_empty() {
            return None;
        }
        let (a, b) = self.sides(near, far);
        let fits = hints.into_iter().filter_map(|ahead| {
            let matches = self.pairs(&a, &b, ahead);
            let few = matches.len() < 2
                || matches.len() * 100 < fewer(&a, &b, ahead, false) * ENOUGH_PERCENT;
            (!few).then(|| Fit::of(ahead, matches))
        });
        let best = fits.max_by_key(|fit| (fit.matches.len(), -fit.ahead_ms.abs()))?;
        Some(self.view(near, far, &a, &b, &best))
    }

    /// Pairs at a difference of the clocks.
    fn pairs(&self, a: &Side, b: &Side, ahead: i64) -> Vec<Match> {
        matching::pairs(self.log, self.timeline, a, b, ahead)
    }

    /// Pairs at a difference of the clocks that is known roughly, and the exact one.
    fn fitted(&self, a: &Side, b: &Side, ahead: i64) -> Option<Fit> {
        let mut ahead = ahead;
        let mut matches = self.pairs(a, b, ahead);
        for _ in 0..2 {
            let better = matching::centre(&matches)?;
            if (better - ahead).abs() <= NEAR_MS {
                break;
            }
            ahead = better;
            matches = self.pairs(a, b, ahead);
        }
        Some(Fit::of(matching::centre(&matches)?, matches))
    }

    fn view(&self, near: u32, far: u32, a: &Side, b: &Side, fit: &Fit) -> View {
        let same = |m: &Match| {
            let of = |row: u32| {
                (
                    self.log.stamp(row),
                    self.log.duration(row),
                    self.log.status(row),
                )
            };
            of(m.near) == of(m.far)
        };
        View {
            file: far,
            of: near,
            both: fit.matches.len() as u64,
            fewer: fewer(a, b, fit.ahead_ms, true) as u64,
            ahead_ms: fit.ahead_ms,
            clock_ms: fit.ahead_ms + b.early_ms - a.early_ms,
            spread_ms: fit.spread_ms(),
            copy: self.kind(near) == self.kind(far) && fit.matches.iter().all(same),
        }
    }

    /// Puts the pairs of files together: each request counts once, nearest to Traveler.
    fn joined(&self, mut found: Vec<View>) -> Views {
        let Self { log, timeline } = self;
        let files = log.files.len();
        let mut views = Views {
            pairs: Vec::new(),
            twins: Column::filled(NO_TWIN, log.len() as usize),
            ahead: vec![0; files],
            far: vec![false; files],
        };
        // A file is held against those that have found their own place before, and the one that it has most in common
        // with sets its clock.
        let traits: Vec<_> = (0..files as u32)
            .map(|file| Traits::of(log, file).nearness())
            .collect();
        let nearness = |file: u32| {
            (
                std::cmp::Reverse(traits[file as usize]),
                timeline.rank(file),
            )
        };
        found.arrange_by_key(|view| (nearness(view.file), nearness(view.of)));
        for of_file in found.chunk_by(|x, y| x.file == y.file) {
            let Some(most) = of_file
                .iter()
                .reduce(|one, other| if other.both > one.both { other } else { one })
            else {
                continue;
            };
            let file = most.file as usize;
            views.ahead[file] = most.ahead_ms + views.ahead[most.of as usize];
            views.far[file] = true;
            for view in of_file {
                let (a, b) = self.sides(view.of, view.file);
                let mut matches = self.pairs(&a, &b, view.ahead_ms);
                matches.extend(matching::within(
                    log,
                    timeline,
                    (&a, &b),
                    view.ahead_ms,
                    &matches,
                ));
                let mut both = 0;
                for Match { near, far, .. } in matches {
                    both += u64::from(views.join(log, near, far));
                }
                views.pairs.push(View { both, ..*view });
            }
        }
        views
            .pairs
            .arrange_by_key(|view| (timeline.rank(view.file), timeline.rank(view.of)));
        views
    }
}

impl Views {
    /// Makes two rows one request; `false` if the farther one has a twin already.
    fn join(&mut self, log: &Log, near: u32, far: u32) -> bool {
        if self.counts_elsewhere(far) {
            return false;
        }
        let near = self.counted(near);
        self.twins.set(far, near | ELSEWHERE);
        // Of several views, the first that saw the exchange break says most; else the last, which is the outermost.
        let told = self
            .shown_as(near)
            .is_some_and(|view| broken(log, view).is_some());
        if !told {
            self.twins.set(near, far);
        }
        true
    }
}

/// What two sides have in common at one difference of their clocks.
struct Fit {
    ahead_ms: i64,
    matches: Vec<Match>,
}

impl Fit {
    fn of(ahead_ms: i64, matches: Vec<Match>) -> Self {
        Self { ahead_ms, matches }
    }

    /// Nine of ten lie this close to it.
    fn spread_ms(&self) -> i64 {
        let off = |m: &Match| (m.ahead - self.ahead_ms).abs();
        let mut off: Vec<i64> = self.matches.iter().map(off).collect();
        off.sort_unstable();
        off.get((off.len() * 9).div_ceil(10).saturating_sub(1))
            .copied()
            .unwrap_or(0)
    }

    /// Whether so much agrees that it is the same traffic: most of the smaller log, and far more than `elsewhere`, what
    /// clocks that are certainly wrong would match.
    fn is_same_traffic(&self, a: &Side, b: &Side, elsewhere: usize) -> bool {
        let matched = self.matches.len();
        let fewer = fewer(a, b, self.ahead_ms, false);
        let far = self.ahead_ms.abs() > FAR_MS;
        // A clock that is far off leaves little of two logs to compare; a match of that little is soon found.
        let little = far && fewer * 2 < a.items.len().min(b.items.len());
        matched >= if far { FEW_FAR } else { FEW }
            && !little
            && matched * 100 >= fewer * ENOUGH_PERCENT
            && elsewhere * 2 <= matched
    }
}

/// Requests of the side that has fewer, in the period that both cover; `all` of them, or those that can be compared.
fn fewer(a: &Side, b: &Side, ahead: i64, all: bool) -> usize {
    let (from, to) = (a.first.max(b.first - ahead), a.last.min(b.last - ahead));
    let both = from - matching::TOUCH_MS..=to + matching::TOUCH_MS;
    let within = |items: &[Item], ahead: i64| {
        let inside = |item: &&Item| both.contains(&(item.key - ahead));
        items.iter().filter(inside).count()
    };
    let count = |side: &Side, ahead: i64| {
        let broken = if all { within(&side.broken, ahead) } else { 0 };
        within(&side.items, ahead) + broken
    };
    count(a, 0).min(count(b, ahead))
}
