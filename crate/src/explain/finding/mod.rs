//! Patterns over many requests, one file each: what was seen, what it means, what to do.
//!
//! Each file has a [`Rule`]: what is said of the pattern whatever the log, the [`Threshold`]s that decide about it, and a
//! function from the [`Case`] to at most one [`Finding`].

mod activesync_absent;
mod clock_skew;
mod conflicts_harmless;
mod conflicts_unseen;
mod device_loop;
mod device_shared;
mod full_resync;
mod heartbeat_ceiling;
mod idle_timeout;
mod numbers;
mod pings_at_once;
mod policy_loop;
mod push_dead;
mod reconnects_often;
mod replies_lost;
mod requests_failed;
mod rule;
mod scope;
mod server;
mod sessions_waiting;
mod sign_in_loop;
mod statistics_compared;
mod sync_conflicts;
mod threads_exhausted;
pub mod threshold;
mod turned_away;

use super::tally::Tally;
use super::{Certainty, Explanation, Outcome, Severity};
use crate::activesync::Command;
use crate::format::time::Stamp;
use crate::log::Log;
use crate::sort::Arrange;
pub use rule::Rule;
use scope::Scope;
pub use threshold::{Threshold, Tuning};

/// Every rule. Of findings that matter alike, those of an earlier one stand first; what has one definite cause stands
/// before what may have many.
pub static RULES: [&Rule; 21] = [
    &conflicts_harmless::RULE,
    &clock_skew::RULE,
    &conflicts_unseen::RULE,
    &sessions_waiting::RULE,
    &threads_exhausted::RULE,
    &turned_away::RULE,
    &idle_timeout::RULE,
    &sync_conflicts::RULE,
    &device_loop::RULE,
    &pings_at_once::RULE,
    &sign_in_loop::RULE,
    &policy_loop::RULE,
    &full_resync::RULE,
    &device_shared::RULE,
    &push_dead::RULE,
    &reconnects_often::RULE,
    &replies_lost::RULE,
    &requests_failed::RULE,
    &activesync_absent::RULE,
    &heartbeat_ceiling::RULE,
    &statistics_compared::RULE,
];

/// What findings are made from.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    /// What was read.
    pub log: &'a Log,
    /// Why each request ended.
    pub explanation: &'a Explanation,
    /// Counts.
    pub tally: &'a Tally,
    /// What the user says of the whole case.
    pub tuning: &'a Tuning,
    /// Whether findings keep the rows that they speak of: nobody needs all of them at once.
    pub with_rows: bool,
}

/// A pattern over many requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Its kind.
    pub rule: &'static Rule,
    /// How much it matters.
    pub severity: Severity,
    /// How sure it is.
    pub certainty: Certainty,
    /// A headline.
    pub title: String,
    /// What was seen, with its numbers. Whoever is concerned is not named in it, so that it can be passed on.
    pub sentence: String,
    /// What to do, in this order, or why nothing needs doing.
    pub advice: Vec<String>,
    /// How many requests or lines it speaks of.
    pub count: u64,
    /// How many devices are concerned.
    pub devices: u64,
    /// The devices, users or networks that are concerned most.
    pub concerned: Vec<Concerned>,
    /// From the first to the last moment of it.
    pub period: Option<(Stamp, Stamp)>,
    /// A few places that show it.
    pub evidence: Vec<Proof>,
    /// How many requests it speaks of, 0 where it speaks of something else.
    pub requests: u64,
    /// Those, in order of time, if [`Case::with_rows`].
    pub rows: Vec<u32>,
}

/// What is concerned by a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// A device, by its id.
    Device,
    /// A user.
    User,
    /// A network: the address with its last part left out.
    Network,
    /// A file, by its name.
    File,
}

impl Who {
    /// Stable name.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Device => "device",
            Self::User => "user",
            Self::Network => "network",
            Self::File => "file",
        }
    }
}

/// One that is concerned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Concerned {
    /// What it is.
    pub who: Who,
    /// Its name.
    pub name: String,
    /// How often.
    pub count: u64,
}

/// A place in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spot {
    /// Index of the file in [`Log::files`].
    pub file: u32,
    /// The place in it.
    pub place: crate::format::Place,
}

/// What shows a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proof {
    /// The place.
    pub spot: Spot,
    /// The place of the request that is the cause of what stands there.
    pub cause: Option<Spot>,
}

impl From<Spot> for Proof {
    fn from(spot: Spot) -> Self {
        Self { spot, cause: None }
    }
}

/// How many places a finding shows.
const SHOWN: usize = 3;

/// Finds everything there is to find, the most serious first.
#[must_use]
pub fn all(case: &Case<'_>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    for rule in RULES {
        if let Some(mut finding) = (rule.find)(case, &findings) {
            // What rests on an assumption is told, but calls nobody to act.
            if finding.certainty == Certainty::Possible {
                finding.severity = finding.severity.min(Severity::Watch);
            }
            findings.push(finding);
        }
    }
    findings.arrange_by_key(|f| std::cmp::Reverse(f.severity));
    findings
}

/// The requests that the finding of this code speaks of, in order of time.
#[must_use]
pub fn rows(case: &Case<'_>, code: &str) -> Vec<u32> {
    let whole = Case {
        with_rows: true,
        ..*case
    };
    let found = all(&whole).into_iter().find(|f| f.rule.code == code);
    found.map(|finding| finding.rows).unwrap_or_default()
}

impl Finding {
    /// A finding that does all that its rule says.
    fn new(
        rule: &'static Rule,
        severity: Severity,
        certainty: Certainty,
        title: String,
        sentence: String,
    ) -> Self {
        Self {
            rule,
            severity,
            certainty,
            title,
            sentence,
            advice: said(rule.steps),
            count: 0,
            devices: 0,
            concerned: Vec::new(),
            period: None,
            evidence: Vec::new(),
            requests: 0,
            rows: Vec::new(),
        }
    }

    /// With what is to be done here.
    fn advise(mut self, steps: &[&str]) -> Self {
        self.advice = said(steps);
        self
    }

    /// With the requests that it speaks of.
    fn over(mut self, case: &Case<'_>, scope: Scope) -> Self {
        scope.describe(case, &mut self);
        self
    }
}

fn said(steps: &[&str]) -> Vec<String> {
    steps.iter().map(|&step| step.to_owned()).collect()
}

impl<'a> Case<'a> {
    /// What was read and counted, for a report, which needs no rows.
    #[must_use]
    pub fn new(
        log: &'a Log,
        explanation: &'a Explanation,
        tally: &'a Tally,
        tuning: &'a Tuning,
    ) -> Self {
        Self {
            log,
            explanation,
            tally,
            tuning,
            with_rows: false,
        }
    }
}

impl Case<'_> {
    /// The value of a threshold that has a default.
    fn limit(&self, threshold: &Threshold) -> u64 {
        let value = self.tuning.given(threshold).or(threshold.default);
        u64::from(value.unwrap_or_default())
    }

    /// Devices, by their number.
    fn devices(&self) -> std::ops::Range<u32> {
        0..self.log.devices.values().len() as u32
    }

    /// The requests of a device, in order of time.
    fn lane(&self, device: u32) -> &[u32] {
        self.explanation.timeline.device(device)
    }

    /// The requests of a device in the order in which they ended: what one connection does one after the other, clocks of
    /// whole seconds show in this order, and often not in that of their beginnings.
    fn in_turn(&self, device: u32) -> Vec<u32> {
        let timeline = &self.explanation.timeline;
        let keyed = self.lane(device).iter().map(|&row| {
            let end = timeline.span(self.log, row).map(|s| s.end);
            ((end, timeline.rank(self.log.file_of(row))), row)
        });
        let mut keyed: Vec<_> = keyed.collect();
        keyed.sort_unstable_by(|a, b| {
            let logged = || {
                timeline
                    .logged_before(self.log, b.1, a.1)
                    .cmp(&timeline.logged_before(self.log, a.1, b.1))
            };
            a.0.cmp(&b.0).then_with(logged)
        });
        keyed.into_iter().map(|(_, row)| row).collect()
    }

    /// Whether a device waits for changes with its Syncs. It leaves them for its next request as others leave a Ping.
    fn waits(&self, device: u32) -> bool {
        /// A Sync of a device without Pings that took so long was held open on purpose.
        const LONG_MS: u32 = 60_000;
        let lane = self.lane(device);
        let is = |row: u32, command| self.log.command(row) == command;
        let long =
            |row: u32| self.log.status(row) == Some(200) && self.log.duration(row) >= Some(LONG_MS);
        self.explanation.heartbeats.waits(device)
            || (lane.iter().any(|&row| is(row, Command::Sync) && long(row))
                && !lane.iter().any(|&row| is(row, Command::Ping)))
    }

    /// Why a row's request ended.
    fn outcome(&self, row: u32) -> Outcome {
        self.explanation.outcome(row)
    }

    /// Requests with a command and one of some outcomes that were answered 409.
    fn conflicts(&self, command: Command, outcomes: &[Outcome]) -> Scope {
        Scope::of(self, |row| {
            self.log.status(row) == Some(409)
                && self.log.command(row) == command
                && outcomes.contains(&self.outcome(row))
        })
    }

    /// Requests with a command and one of some outcomes.
    fn scope(&self, command: Command, outcomes: &[Outcome]) -> Scope {
        Scope::of(self, |row| {
            self.log.command(row) == command && outcomes.contains(&self.outcome(row))
        })
    }
}

/// Whether a part is more than so many percent of the whole.
fn above(part: u64, whole: u64, percent: u64) -> bool {
    part * 100 > whole * percent
}
