//! Measures the `pinglens` command, as a black box, against the truth of played fleets.
//!
//! Each world is written to files, `pinglens requests` and `pinglens report` are run on them, and what they print is joined
//! with the truth by file and line. [`Tally`] counts; [`table`] says it.

mod baseline;
mod run;
pub mod table;

use std::collections::BTreeMap;

use crate::truth::Outcome;

pub use baseline::Baseline;
pub use run::{Judge, Trial, try_out};

/// A wrong verdict, to be looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// The truth.
    pub outcome: &'static str,
    /// The verdict.
    pub said: String,
    /// How certain it was.
    pub certainty: String,
    /// Which world, file and line, as one may type it, and the line itself.
    pub place: String,
}

/// What was counted over any number of worlds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// How often each verdict was given for each outcome: by the truth, then by the verdict.
    pub confusion: BTreeMap<(&'static str, String), u64>,
    /// 409s, and those of them whose cause was named, or not named where there is none.
    pub causes: (u64, u64),
    /// Pings with changes, and those of them whose Sync was named, or not named where there is none.
    pub follow_ups: (u64, u64),
    /// Files, and those of them of which it was told what the stamp shows.
    pub stamps: (u64, u64),
    /// For each certainty: how often it was given, and how often the verdict and its cause were right.
    pub certainties: BTreeMap<String, (u64, u64)>,
    /// Wrong verdicts, a few of each kind.
    pub examples: Vec<Example>,
    /// Worlds that could not be judged, with the reason.
    pub failures: Vec<String>,
}

/// How many examples of one kind of mistake are kept.
const EXAMPLES: usize = 2;

impl Tally {
    /// Adds what was counted elsewhere.
    pub fn add(&mut self, other: Self) {
        for (key, count) in other.confusion {
            *self.confusion.entry(key).or_default() += count;
        }
        for (key, (given, right)) in other.certainties {
            let entry = self.certainties.entry(key).or_default();
            entry.0 += given;
            entry.1 += right;
        }
        let pairs = [
            (&mut self.causes, other.causes),
            (&mut self.follow_ups, other.follow_ups),
            (&mut self.stamps, other.stamps),
        ];
        for (mine, others) in pairs {
            mine.0 += others.0;
            mine.1 += others.1;
        }
        for example in other.examples {
            self.keep(example);
        }
        self.failures.extend(other.failures);
    }

    fn keep(&mut self, example: Example) {
        let alike = self
            .examples
            .iter()
            .filter(|kept| kept.outcome == example.outcome && kept.said == example.said);
        if alike.count() < EXAMPLES {
            self.examples.push(example);
        }
    }

    /// All requests, and those of them that were judged right.
    #[must_use]
    pub fn requests(&self) -> (u64, u64) {
        let right = self.confusion.iter().filter(|((is, said), _)| is == said);
        (
            self.confusion.values().sum(),
            right.map(|(_, count)| count).sum(),
        )
    }

    /// For each outcome that occurs: how often it is, how often it was said, and how often it was said and is.
    #[must_use]
    pub fn outcomes(&self) -> BTreeMap<&'static str, (u64, u64, u64)> {
        let mut all: BTreeMap<&'static str, (u64, u64, u64)> = BTreeMap::new();
        for ((is, said), count) in &self.confusion {
            let entry = all.entry(is).or_default();
            entry.0 += count;
            if is == said {
                entry.2 += count;
            }
        }
        for (outcome, entry) in &mut all {
            let said = self
                .confusion
                .iter()
                .filter(|((_, said), _)| said == outcome);
            entry.1 = said.map(|(_, count)| count).sum();
        }
        all
    }

    /// The mean over the outcomes that occur of the F1 measure, in millionths.
    #[must_use]
    pub fn macro_f1(&self) -> u64 {
        let outcomes = self.outcomes();
        let sum: u64 = outcomes
            .values()
            .map(|(is, said, both)| share(2 * both, is + said))
            .sum();
        sum / (outcomes.len() as u64).max(1)
    }
}

/// A share in millionths; of nothing, all is right.
#[must_use]
pub fn share(part: u64, whole: u64) -> u64 {
    (part * 1_000_000).checked_div(whole).unwrap_or(1_000_000)
}

/// Whether the cause of this outcome is a request that displaced another.
fn is_conflict(outcome: Outcome) -> bool {
    matches!(
        outcome,
        Outcome::SupersededBySync
            | Outcome::SupersededByPing
            | Outcome::SupersededByOther
            | Outcome::SupersededUnseen
            | Outcome::Overlapped
    )
}
