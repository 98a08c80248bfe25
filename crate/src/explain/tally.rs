//! Counts over a whole log, made in one pass for the findings and the report.

use super::{Certainty, Explanation, Outcome};
use crate::activesync::Command;
use crate::log::Log;

/// Requests of one command and outcome.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    /// All of them.
    pub all: u64,
    /// By certainty: possible, likely, certain.
    pub by_certainty: [u64; 3],
    /// Those answered 409.
    pub conflicts: u64,
    /// Those answered 200.
    pub answered: u64,
}

/// Counts by command and outcome. Sessions that were only seen open are left out, and what several logs hold counts once.
#[derive(Debug)]
pub struct Tally {
    counts: Vec<[Count; Outcome::ALL.len()]>,
}

impl Tally {
    /// Counts a log.
    #[must_use]
    pub fn of(log: &Log, explanation: &Explanation) -> Self {
        let mut counts = vec![[Count::default(); Outcome::ALL.len()]; Command::ALL.len()];
        for row in explanation.counted(log) {
            let verdict = explanation.verdict(row);
            let count = &mut counts[log.command(row) as usize][verdict.outcome as usize];
            count.all += 1;
            count.by_certainty[verdict.certainty as usize] += 1;
            count.conflicts += u64::from(log.status(row) == Some(409));
            count.answered += u64::from(log.status(row) == Some(200));
        }
        Self { counts }
    }

    /// Requests of a command with an outcome.
    #[must_use]
    pub fn count(&self, command: Command, outcome: Outcome) -> Count {
        self.counts[command as usize][outcome as usize]
    }

    /// Requests of a command.
    #[must_use]
    pub fn command(&self, command: Command) -> u64 {
        self.counts[command as usize].iter().map(|c| c.all).sum()
    }

    /// Requests of every command.
    #[must_use]
    pub fn all(&self) -> u64 {
        Command::ALL.into_iter().map(|c| self.command(c)).sum()
    }

    /// Requests of every command with an outcome.
    #[must_use]
    pub fn outcome(&self, outcome: Outcome) -> u64 {
        Command::ALL
            .into_iter()
            .map(|c| self.count(c, outcome).all)
            .sum()
    }

    /// Requests of a command that were answered 409.
    #[must_use]
    pub fn conflicts(&self, command: Command) -> u64 {
        self.counts[command as usize]
            .iter()
            .map(|c| c.conflicts)
            .sum()
    }

    /// Requests of a command that were answered 200.
    #[must_use]
    pub fn answered(&self, command: Command) -> u64 {
        self.counts[command as usize]
            .iter()
            .map(|c| c.answered)
            .sum()
    }

    /// Requests of every command that were answered 409.
    #[must_use]
    pub fn all_conflicts(&self) -> u64 {
        Command::ALL.into_iter().map(|c| self.conflicts(c)).sum()
    }

    /// Pings answered 409 whose cause is known.
    #[must_use]
    pub fn explained_pings(&self) -> u64 {
        Outcome::SUPERSEDED
            .into_iter()
            .map(|o| self.count(Command::Ping, o).conflicts)
            .sum()
    }

    /// The least certainty that at least nine of ten of some outcomes' requests have.
    #[must_use]
    pub fn certainty(&self, command: Command, outcomes: &[Outcome]) -> Certainty {
        let mut sums = [0; 3];
        for &outcome in outcomes {
            for (sum, n) in sums
                .iter_mut()
                .zip(self.count(command, outcome).by_certainty)
            {
                *sum += n;
            }
        }
        let all: u64 = sums.iter().sum();
        match sums {
            [_, _, certain] if certain * 10 >= all * 9 => Certainty::Certain,
            [possible, ..] if possible * 10 <= all => Certainty::Likely,
            _ => Certainty::Possible,
        }
    }
}
