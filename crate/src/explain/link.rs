//! Which request followed another, and which of them ended it: the pairs behind every verdict.
//!
//! A server cannot see that a phone has left a Ping. It learns it when the next request of the device arrives, and ends
//! the Ping at that moment. So the request that displaced a Ping is the one that began when the Ping ended; and of
//! several that may have, the one that leaves the others a possible place, since a phone makes one request at a time.

use super::Certainty;
use super::clock::Clock;
use super::habit::Habit;
use super::lane::{Item, Lane, MANY};
use super::odds::{at_least_possible, began_after, ended_before, lines, moments, touches, wait};
use super::stamp::{FOLLOW_MS, Meaning};
use crate::activesync::Command;

/// How far the end of one request and the beginning of the next may lie apart and still touch, beyond what their clocks
/// leave open: a log written through a queue, and clocks of two servers.
const TOUCH_MS: i64 = 2_000;

/// How far a moment computed from one stamp may lie from one computed from another, if both are of the same moment:
/// a clock of whole seconds.
const CLOCK_MS: i64 = 1_000;

/// The least time that a request and what follows it take.
const TURN_MS: i64 = 100;

/// So many requests around the end of one are a crowd: a device in a loop.
const CROWD: usize = 12;

/// How likely it is, for each millisecond, that nothing begins for some seconds behind a request that is not in the log.
const SELDOM: f64 = 1.0 / 3000.0;

/// How much likelier a request is to have displaced another if the server was not known to refuse it at the door.
const REFUSED: f64 = 0.02;

/// From these shares of all odds on, an explanation is certain, and likely.
const CERTAIN: f64 = 0.95;
const LIKELY: f64 = 0.7;

/// The longest that a Ping may be held (MS-ASCMD allows 3540 s).
const LONGEST_MS: i64 = 3_600_000;

/// A request that ended another or followed it, and how sure that is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cause {
    /// Its index in the lane.
    pub(super) at: usize,
    pub(super) certainty: Certainty,
}

/// What of several has the largest share of all odds.
struct Best {
    at: usize,
    odds: f64,
    all: f64,
}

impl Best {
    fn of(odds: impl Iterator<Item = (usize, f64)>) -> Option<Self> {
        let mut best: Option<Self> = None;
        for (at, odds) in odds.filter(|(_, odds)| *odds > 0.0) {
            let best = best.get_or_insert(Self { at, odds, all: 0.0 });
            best.all += odds;
            if odds > best.odds {
                (best.at, best.odds) = (at, odds);
            }
        }
        best
    }

    fn certainty(&self) -> Certainty {
        let share = self.odds / self.all;
        if share >= CERTAIN {
            Certainty::Certain
        } else if share >= LIKELY {
            Certainty::Likely
        } else {
            Certainty::Possible
        }
    }
}

/// Finds who followed whom in one lane.
#[derive(Clone, Copy)]
pub(super) struct Links<'a> {
    pub(super) lane: &'a Lane<'a>,
    pub(super) habit: &'a Habit,
}

impl Links<'_> {
    fn item(&self, at: usize) -> &Item {
        &self.lane.items[at]
    }

    fn clock(&self, item: &Item) -> &Clock {
        &self.lane.clocks[item.line.file as usize]
    }

    /// The request that displaced the one at `at`, and how sure it is that none did if there is none.
    pub(super) fn displacing(&self, at: usize) -> Result<Cause, Certainty> {
        let this = self.item(at);
        if !this.timed {
            return self.next_line(at).ok_or(Certainty::Possible);
        }
        let reach = TOUCH_MS + this.loose.max(CLOCK_MS);
        let mut near = [0; MANY];
        let mut count = 0;
        // What began before the clock's second cannot have ended it, unless clocks differ; what ended before it did not
        // either.
        let open = |c: &Item| {
            c.end() + c.loose >= this.end() - CLOCK_MS && c.start + c.loose > this.start - CLOCK_MS
        };
        let from = this.end().saturating_sub(reach + this.loose);
        for c in self.lane.began_within(at, from, this.end() + reach) {
            if open(self.item(c)) {
                near[count] = c;
                count += 1;
            }
        }
        let near = &near[..count];
        let unseen = (usize::MAX, self.unseen(this, near));
        let seen = near.iter().map(|&c| (c, self.displaced_by(this, c, near)));
        let Some(best) = Best::of(seen.chain([unseen])) else {
            return Err(Certainty::Certain);
        };
        let certainty = best.certainty();
        if best.at == usize::MAX {
            return Err(certainty);
        }
        let cause = self.item(best.at);
        let doubtful = !cause.timed || !cause.accepted;
        Ok(Cause {
            at: best.at,
            certainty: if doubtful || count > CROWD {
                Certainty::Possible
            } else {
                certainty
            },
        })
    }

    /// How likely it is that the request at `by` displaced `this`, given all that is near.
    fn displaced_by(&self, this: &Item, by: usize, near: &[usize]) -> f64 {
        let c = self.item(by);
        let clocks = self.lane.clocks;
        // A device that makes several requests at a time still holds one Ping at a time.
        let exclusive = |o: &&Item| !self.habit.parallel || o.command == this.command;
        // In a crowd nothing is certain, and it is not worth the time to weigh each against all.
        let one_at_a_time = !self.habit.parallel || this.command == Command::Ping;
        let weighed = one_at_a_time && near.len() <= CROWD;
        let others = || {
            let others = near.iter().filter(|&&o| o != by);
            others.map(|&o| self.item(o)).filter(exclusive)
        };
        let mut odds = 0.0;
        let mut samples = 0.0;
        for end in moments(this.end(), this.loose) {
            samples += 1.0;
            let touch = touches(c, this.line.file, end);
            if touch == 0.0 {
                continue;
            }
            let mut rest = 1.0;
            if weighed {
                for o in others() {
                    // The line of `o` stands behind that of `c` if `c` was completed first.
                    let apart = wait(o, end + c.length) + o.length;
                    let behind =
                        lines(clocks, this, o, apart + c.length) * 2.0 * lines(clocks, c, o, apart);
                    let after = began_after(o, end + c.length) * behind;
                    let before =
                        ended_before(o, end - this.length) * lines(clocks, o, this, this.length);
                    rest *= at_least_possible(after + before);
                }
            }
            odds += touch * rest;
        }
        let accepted = if c.accepted { 1.0 } else { REFUSED };
        odds / samples
            * accepted
            * lines(clocks, this, c, c.length)
            * self.habit.displaces(this, c)
            * self.follows(this, c, near)
    }

    /// How likely what is near is of the kind that follows `first`, the first of those that began when `this` had ended.
    fn follows(&self, this: &Item, first: &Item, near: &[usize]) -> f64 {
        let behind = |&&o: &&usize| {
            self.item(o).row != first.row && self.item(o).end() + self.item(o).loose > this.end()
        };
        let next = near
            .iter()
            .filter(behind)
            .min_by_key(|&&o| (self.item(o).end(), o));
        next.map_or(1.0, |&next| {
            self.habit.follows(first.group(), self.item(next).group())
        })
    }

    /// How likely it is that nothing in the log displaced `this`, given all that is near.
    fn unseen(&self, this: &Item, near: &[usize]) -> f64 {
        if near.is_empty() {
            return self.habit.unseen;
        }
        if near.len() > CROWD {
            return self.habit.unseen * SELDOM * SELDOM;
        }
        let clocks = self.lane.clocks;
        let mut odds = 0.0;
        let mut samples = 0.0;
        for end in moments(this.end(), this.loose) {
            samples += 1.0;
            let mut rest = 1.0;
            let mut first: Option<&Item> = None;
            for o in near.iter().map(|&o| self.item(o)) {
                let after = began_after(o, end + TURN_MS) * lines(clocks, this, o, o.length);
                let before =
                    ended_before(o, end - this.length) * lines(clocks, o, this, this.length);
                rest *= at_least_possible(after + before);
                // Of those that began later, the first is the one that the unseen request kept waiting.
                if after > before && first.is_none_or(|first| o.end() < first.end()) {
                    first = Some(o);
                }
            }
            let waited = first.map_or(SELDOM, |o| {
                let gap = o.start + o.loose / 2 - end;
                self.habit.comes_after(o.group(), gap) * self.follows(this, o, near)
            });
            odds += rest * waited;
        }
        odds / samples * self.habit.unseen
    }

    /// The request that began while the one at `at` was still being worked on.
    pub(super) fn overlapping(&self, at: usize) -> Option<Cause> {
        let this = self.item(at);
        if !this.timed {
            return self.next_line(at);
        }
        // The server gives the older one up when the newer one arrives, as with Pings.
        let displacing = self.displacing(at);
        if let Ok(cause) = displacing
            && self.item(cause.at).start + self.item(cause.at).loose >= this.end()
        {
            return Some(cause);
        }
        // It may also have gone on with it, and found out at its end.
        let to = this.end().saturating_add(this.loose);
        let open = |&c: &usize| {
            let c = self.item(c);
            c.accepted && c.end() + c.loose >= this.end() && self.behind(this, c)
        };
        let meanwhile = self.lane.began_within(at, this.start, to).find(open)?;
        Some(Cause {
            at: meanwhile,
            certainty: if self.item(meanwhile).timed {
                Certainty::Likely
            } else {
                Certainty::Possible
            },
        })
    }

    /// The first request that the device began when the one at `at` had ended, by its index.
    pub(super) fn next(&self, at: usize) -> Option<Cause> {
        let this = self.item(at);
        if !this.timed {
            return self.next_line(at).filter(|_| this.stamped());
        }
        let mut near = [0; MANY];
        let mut count = 0;
        let mut until = i64::MAX;
        let from = this.end().saturating_sub(self.lane.loosest);
        for c in self.lane.began_within(at, from, i64::MAX) {
            let item = self.item(c);
            if item.start > until {
                break;
            }
            if !item.accepted || !self.comes_after(this, item) {
                continue;
            }
            if until == i64::MAX {
                until = item.start + item.loose;
            }
            near[count] = c;
            count += 1;
        }
        let near = &near[..count];
        if let [only] = near {
            return Some(Cause {
                at: *only,
                certainty: Certainty::Certain,
            });
        }
        if count > CROWD {
            let at = near
                .iter()
                .copied()
                .min_by_key(|&c| (self.item(c).end(), c))?;
            let certainty = Certainty::Possible;
            return Some(Cause { at, certainty });
        }
        let best = Best::of(near.iter().map(|&c| (c, self.comes_next(this, c, near))))?;
        Some(Cause {
            at: best.at,
            certainty: best.certainty(),
        })
    }

    /// The first Sync that a device which makes several requests at a time began when the one at `at` had ended.
    pub(super) fn sync_beside(&self, at: usize, until: i64) -> Option<Cause> {
        let this = self.item(at);
        let began_after = |c: &Item| c.start + c.loose > this.end() && c.start >= this.start;
        let sync = |&c: &usize| {
            let c = self.item(c);
            c.command == Command::Sync && c.accepted && began_after(c)
        };
        let from = this.end().saturating_sub(this.loose);
        self.lane
            .began_within(at, from, until)
            .find(sync)
            .map(|at| Cause {
                at,
                certainty: Certainty::Likely,
            })
    }

    /// Whether `c` more likely began when `this` had ended than the other way round.
    fn comes_after(&self, this: &Item, c: &Item) -> bool {
        let [after, before] = self.after_and_before(this, c);
        after > before
    }

    /// How likely it is that `c` began when `this` had ended, and that it had ended when `this` began.
    fn after_and_before(&self, this: &Item, c: &Item) -> [f64; 2] {
        if c.start + c.loose <= this.end() {
            return [0.0, 1.0];
        }
        if c.start >= this.end() + this.loose {
            return [1.0, 0.0];
        }
        let clocks = self.lane.clocks;
        let (mut after, mut before) = (0.0, 0.0);
        for start in moments(c.start, c.loose) {
            after += ended_before(this, start);
            before += began_after(this, start + c.length);
        }
        [
            after * lines(clocks, this, c, c.length),
            before * lines(clocks, c, this, this.length),
        ]
    }

    /// The Sync of the same second that may have come after the one at `at` although that is less likely, and how much
    /// less.
    pub(super) fn sync_that_may_follow(&self, at: usize) -> Option<(usize, f64)> {
        let this = self.item(at);
        let from = this.end().saturating_sub(2 * this.loose);
        let to = this.end() + this.loose;
        let syncs = self.lane.began_within(at, from, to).filter(|&c| {
            let c = self.item(c);
            c.command == Command::Sync && c.accepted && c.timed && !self.comes_after(this, c)
        });
        let odds = syncs.map(|c| {
            let [after, before] = self.after_and_before(this, self.item(c));
            (c, after / before.max(f64::MIN_POSITIVE))
        });
        odds.reduce(|a, b| if b.1 > a.1 { b } else { a })
    }

    /// How likely it is that the request at `by` was the first to begin when `this` had ended.
    fn comes_next(&self, this: &Item, by: usize, near: &[usize]) -> f64 {
        let c = self.item(by);
        let clocks = self.lane.clocks;
        let mut odds = 0.0;
        let mut samples = 0.0;
        for start in moments(c.start, c.loose) {
            samples += 1.0;
            let mut rest = ended_before(this, start);
            for &o in near.iter().filter(|&&o| o != by) {
                let o = self.item(o);
                if self.habit.parallel {
                    rest *= at_least_possible(began_after(o, start));
                    continue;
                }
                let apart = wait(o, start + c.length) + o.length;
                let behind =
                    lines(clocks, this, o, apart + c.length) * 2.0 * lines(clocks, c, o, apart);
                let after = began_after(o, start + c.length) * behind;
                let before = ended_before(o, start.min(this.end() + this.loose) - this.length)
                    * lines(clocks, o, this, this.length);
                rest *= at_least_possible(after + before);
            }
            odds += rest;
        }
        odds / samples * lines(clocks, this, c, c.length)
    }

    /// Without durations nothing can touch; what is left is that the next line of the device is by the request that
    /// displaced the Ping, or that its answer led to, since its phone has one connection.
    fn next_line(&self, at: usize) -> Option<Cause> {
        let this = self.item(at);
        let (next, item) = self
            .lane
            .items
            .iter()
            .enumerate()
            .skip(at + 1)
            .take(MANY)
            .find(|(_, item)| self.lane.may_follow(this, item) && item.accepted)?;
        let gap = match (this.stamped(), item.stamped()) {
            (true, true) => item.start - this.start,
            (false, false) if this.line.file == item.line.file => 0,
            _ => return None,
        };
        // From start to start lies the whole length of the Ping; from end to end, that of the next request.
        let held = self.clock(this).meaning == Meaning::Start || item.command == Command::Ping;
        let longest = if held { LONGEST_MS } else { 2 * FOLLOW_MS };
        (gap <= longest).then_some(Cause {
            at: next,
            certainty: Certainty::Possible,
        })
    }

    /// Whether `b` was completed behind `a`, as far as lines tell.
    fn behind(&self, a: &Item, b: &Item) -> bool {
        let apart = (b.end() - a.end()).max(0);
        lines(self.lane.clocks, a, b, apart) > 0.1
    }
}
