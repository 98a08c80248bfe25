//! Played fleets with what is found in their logs.

use crate::script::tuning;
use pinglens::Inspector;
use pinglens::explain::Severity;
use pinglens::report::model::Report;
use pinglens_simulator::fleet::config::Noise;
use pinglens_simulator::fleet::fault::Fault;
use pinglens_simulator::fleet::record::{self, LogFile, Shape};
use pinglens_simulator::fleet::scenario::Scenario;
use pinglens_simulator::fleet::{Played, play};
use pinglens_simulator::truth::Outcome;

/// Seeds that nobody has tuned to. `FLEET_SEEDS=200..260` tries others, and more.
fn seeds() -> std::ops::Range<u64> {
    let given = std::env::var("FLEET_SEEDS").unwrap_or_default();
    let ends = given
        .split_once("..")
        .and_then(|(from, to)| Some((from.parse().ok()?, to.parse().ok()?)));
    ends.map_or(101..104, |(from, to)| from..to)
}

/// How many threads a server has is in no access log.
fn given(played: &Played) -> Option<String> {
    let threads = played.fleet.service.threads;
    threads.map(|threads| format!("http-threads={}", threads.count))
}

/// A world, its log and what is found in it.
pub(crate) struct World {
    pub(crate) name: String,
    pub(crate) clean: bool,
    pub(crate) played: Played,
    pub(crate) files: Vec<LogFile>,
    pub(crate) report: Report,
}

impl World {
    fn of(scenario: Scenario, fault: Option<Fault>, seed: u64, noise: Noise, shape: &str) -> Self {
        let mut fleet = scenario.fleet(seed, noise);
        if let Some(fault) = fault {
            fault.apply(&mut fleet);
        }
        let clean = noise == Noise::CLEAN;
        let kept = if clean { "clean" } else { "hard" };
        let fault = fault.map_or("no fault", Fault::name);
        let name = format!(
            "{} with {fault}, seed {seed}, {kept}, {shape}",
            scenario.name()
        );
        let played = play(fleet);
        let files = record::write(&played, Shape::named(shape).expect("a shape"));
        let mut inspector = Inspector::new();
        for file in &files {
            inspector.open(&file.name);
            inspector.feed(file.text.as_bytes());
        }
        inspector.tune(tuning(given(&played).iter().map(String::as_str)));
        Self {
            name,
            clean,
            report: inspector.report(),
            played,
            files,
        }
    }

    /// What is said of the case, as no access log does.
    pub(crate) fn given(&self) -> Option<String> {
        given(&self.played)
    }

    /// Every seed, with a clean and a hard log.
    pub(crate) fn all(
        scenario: Scenario,
        fault: Option<Fault>,
        shape: &'static str,
    ) -> impl Iterator<Item = Self> {
        let both = [Noise::CLEAN, Noise::HARD];
        seeds()
            .flat_map(move |seed| both.map(|noise| Self::of(scenario, fault, seed, noise, shape)))
    }

    /// Requests with this outcome, by the truth.
    pub(crate) fn truly(&self, outcomes: &[Outcome]) -> u64 {
        let rows = self.files.iter().flat_map(|file| &file.rows);
        rows.filter(|row| outcomes.contains(&row.outcome)).count() as u64
    }

    /// Findings of some severity or a graver one.
    pub(crate) fn from(&self, severity: Severity) -> Vec<&str> {
        let grave = self
            .report
            .findings
            .iter()
            .filter(|f| f.severity >= severity);
        grave.map(|f| f.code).collect()
    }
}

/// Whether a number is another to within one in a hundred, and a few.
pub(crate) fn about(found: u64, truly: u64) -> bool {
    found.abs_diff(truly) <= truly / 100 + 3
}
