//! Why each request ended: from access-log lines alone, what each device and the server did.
//!
//! [`stamp`] decides what the times mean, [`order`] puts each device's requests on one line of time, [`heartbeat`] reads
//! off how long the server holds a Ping, [`link`] finds the request that ended another, [`outcome`] names the reason,
//! [`view`] finds what several logs show of one request.
//! Nothing here reads a line again or makes a sentence about a single request; the next room does that.

pub mod clock;
pub mod cuts;
pub mod decide;
pub mod finding;
mod habit;
pub mod heartbeat;
pub mod interval;
mod kind;
mod lane;
pub mod latency;
mod learn;
mod level;
mod link;
pub mod load;
mod odds;
pub mod order;
pub mod outcome;
pub mod reaction;
pub mod stamp;
pub mod tally;
pub mod view;
pub mod waiting;

pub use crate::certainty::Certainty;
pub use outcome::Outcome;

use crate::log::{Column, Log};
use clock::Clock;
use cuts::Cuts;
use decide::{Judge, Known};
use heartbeat::Heartbeats;
use lane::Lane;
use latency::{Pattern, Patterns};
use learn::Habits;
use link::Links;
use order::Timeline;
use reaction::Reactions;
use serde::Serialize;
use stamp::Choice;
use std::sync::OnceLock;
use view::Views;

/// How much something matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Normal operation, explained.
    Harmless,
    /// Worth knowing; the picture may be incomplete or may turn bad.
    Watch,
    /// Somebody should do something.
    Act,
}

impl Severity {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Harmless => "harmless",
            Self::Watch => "watch",
            Self::Act => "act",
        }
    }
}

/// Why one request ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// The reason.
    pub outcome: Outcome,
    /// How sure it is.
    pub certainty: Certainty,
    /// Row of the request that caused it.
    pub cause: Option<u32>,
}

impl Verdict {
    /// A verdict without a cause.
    #[must_use]
    pub fn of(outcome: Outcome, certainty: Certainty) -> Self {
        Self {
            outcome,
            certainty,
            cause: None,
        }
    }
}

const NO_CAUSE: u32 = u32::MAX;

/// Everything explained of a log; as many rows as the log has.
#[derive(Debug)]
pub struct Explanation {
    /// What each file's time stamps mean.
    pub stamps: Vec<Choice>,
    /// Rows in order of time, by device.
    pub timeline: Timeline,
    /// Files that show the same requests.
    pub views: Views,
    /// How long something in front of the server waited before it gave up, as far as that is always the same.
    pub cuts: Cuts,
    /// How long the server holds the Pings of each device.
    pub heartbeats: Heartbeats,
    /// Outcome in the low five bits, certainty above them.
    verdicts: Column<u8>,
    causes: Column<u32>,
    /// Found when they are first asked for.
    patterns: OnceLock<Patterns>,
}

/// Bytes that a row costs in an explanation: verdict, cause, place in the order.
pub const ROW_BYTES: usize = size_of::<u8>() + 2 * size_of::<u32>();

impl Explanation {
    /// Explains every row of a log.
    #[must_use]
    pub fn of(log: &Log) -> Self {
        let stamps = stamp::choose(log);
        let mut timeline = Timeline::of(log, &stamps, &Views::default());
        let views = Views::of(log, &timeline);
        if !views.is_empty() {
            timeline = Timeline::of(log, &stamps, &views);
        }
        let mut explanation = Self::under(log, stamps.clone(), timeline, views);
        // What rests on a doubtful reading of the stamps is certain only if the opposite one leads to the same.
        if let Some(opposite) = stamp::opposite(log, &stamps) {
            let timeline = Timeline::of(log, &opposite, &explanation.views);
            let views = std::mem::take(&mut explanation.views);
            let other = Self::under(log, opposite, timeline, views);
            for row in 0..log.len() {
                let (here, there) = (explanation.verdict(row), other.verdict(row));
                let certainty = if (here.outcome, here.cause) == (there.outcome, there.cause) {
                    here.certainty.min(there.certainty)
                } else {
                    Certainty::Possible
                };
                explanation.set(row, Verdict { certainty, ..here });
            }
            explanation.views = other.views;
        }
        explanation.doubt_lengths(log);
        explanation
    }

    /// What was judged by a length is no more than possible where the unit of lengths is a guess.
    fn doubt_lengths(&mut self, log: &Log) {
        for (file, of) in log.files.iter().enumerate() {
            if of.unit_certainty() != Some(Certainty::Possible) {
                continue;
            }
            for row in log.rows_of(file as u32) {
                let verdict = self.verdict(row);
                if log.unit_is_settled(row) && verdict.outcome.rests_on_length() {
                    let certainty = Certainty::Possible;
                    self.set(
                        row,
                        Verdict {
                            certainty,
                            ..verdict
                        },
                    );
                }
            }
        }
    }

    /// Explains every row, given what the stamps mean.
    fn under(log: &Log, stamps: Vec<Choice>, timeline: Timeline, views: Views) -> Self {
        let rows = log.len() as usize;
        let undecided = Verdict::of(Outcome::Undecided, Certainty::Possible);
        let mut explanation = Self {
            stamps,
            timeline,
            views,
            cuts: Cuts::of(log),
            heartbeats: Heartbeats::default(),
            verdicts: Column::filled(packed(undecided), rows),
            causes: Column::filled(NO_CAUSE, rows),
            patterns: OnceLock::new(),
        };
        explanation.decide(log);
        explanation
    }

    /// Decides for every row: once through all devices to learn what they do, and once more to judge by it.
    fn decide(&mut self, log: &Log) {
        let clocks = Clock::all(log, &self.timeline);
        let devices = log.devices.values().len() as u32;
        let mut items = Vec::new();
        let mut habits = Habits::default();
        let mut reactions = Reactions::default();
        for device in 0..devices {
            self.fill(&mut items, log, &clocks, device);
            let lane = self.lane(&items, &clocks);
            let habit = habits.learn(&lane);
            let links = Links {
                lane: &lane,
                habit: &habit,
            };
            self.heartbeats.learn(log, links);
            let waits = self.heartbeats.waits(device);
            reactions.learn(log, links, waits, |item| {
                self.heartbeats.completes(device, item.length as u32)
            });
        }
        self.heartbeats.learnt();
        reactions.learnt();
        for device in 0..devices {
            self.fill(&mut items, log, &clocks, device);
            let lane = self.lane(&items, &clocks);
            let judge = Judge {
                known: self.known(log, &habits, &reactions),
                links: Links {
                    lane: &lane,
                    habit: &habits.of(device),
                },
                device,
            };
            let verdicts: Vec<Verdict> = (0..items.len()).map(|at| judge.decide(at)).collect();
            for (item, verdict) in items.iter().zip(verdicts) {
                self.set(item.row, verdict);
            }
        }
        for at in 0..self.timeline.without_device().len() {
            let row = self.timeline.without_device()[at];
            let verdict = self
                .known(log, &habits, &reactions)
                .decide_without_device(row);
            self.set(row, verdict);
        }
    }

    fn fill(&self, items: &mut Vec<lane::Item>, log: &Log, clocks: &[Clock], device: u32) {
        Lane::fill(items, log, &self.timeline, &self.views, clocks, device);
    }

    fn lane<'a>(&self, items: &'a [lane::Item], clocks: &'a [Clock]) -> Lane<'a> {
        Lane {
            items,
            clocks,
            last: self.timeline.last(),
            loosest: clocks.iter().map(Clock::loose).max().unwrap_or(1),
        }
    }

    fn known<'a>(&'a self, log: &'a Log, habits: &Habits, reactions: &'a Reactions) -> Known<'a> {
        Known {
            log,
            views: &self.views,
            cuts: &self.cuts,
            heartbeats: &self.heartbeats,
            reactions,
            unseen: habits.unseen(),
        }
    }

    /// Rows whose requests count: those of sessions that were only seen open do not, and of several rows that are one
    /// request, one does.
    pub fn counted<'a>(&'a self, log: &'a Log) -> impl Iterator<Item = u32> + 'a {
        (0..log.len()).filter(|&row| !log.is_open(row) && !self.views.counts_elsewhere(row))
    }

    /// Why a row's request ended, without how sure that is and what caused it: this is asked many times for every row, and
    /// looks at a byte of each.
    #[must_use]
    pub fn outcome(&self, row: u32) -> Outcome {
        outcome_in(self.verdicts.get(self.views.counted(row)))
    }

    /// Why a row's request ended; of one that counts in another log, what was found there.
    #[must_use]
    pub fn verdict(&self, row: u32) -> Verdict {
        let row = self.views.counted(row);
        let bits = self.verdicts.get(row);
        Verdict {
            outcome: outcome_in(bits),
            certainty: Certainty::ALL[usize::from(bits >> 5)],
            cause: Some(self.causes.get(row)).filter(|&c| c != NO_CAUSE),
        }
    }

    /// The latency pattern of a row's request, if it is a Ping.
    #[must_use]
    pub fn pattern(&self, log: &Log, row: u32) -> Option<Pattern> {
        let patterns = self.patterns.get_or_init(|| Patterns::of(log, self));
        patterns.pattern(log, self, self.views.counted(row))
    }

    fn set(&mut self, row: u32, verdict: Verdict) {
        self.verdicts.set(row, packed(verdict));
        self.causes.set(row, verdict.cause.unwrap_or(NO_CAUSE));
    }
}

fn packed(verdict: Verdict) -> u8 {
    verdict.outcome as u8 | (verdict.certainty as u8) << 5
}

fn outcome_in(bits: u8) -> Outcome {
    Outcome::ALL[usize::from(bits & 31)]
}
