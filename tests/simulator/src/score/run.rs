//! One world, one run of `pinglens`, and the comparison.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::baseline::Baseline;
use super::{Example, Tally, is_conflict};
use crate::fleet::config::Noise;
use crate::fleet::record::{self, LogFile, Row, Shape};
use crate::fleet::scenario::Scenario;
use crate::fleet::{Played, play};
use crate::format::Stamp;
use crate::json::Json;
use crate::truth::Outcome;

/// Where and on what `pinglens` is tried.
#[derive(Debug, Clone)]
pub struct Trial {
    /// Who explains.
    pub judge: Judge,
    /// A folder for the logs; they are removed again.
    pub folder: PathBuf,
    /// The world.
    pub scenario: Scenario,
    /// Its seed.
    pub seed: u64,
    /// How its log is kept.
    pub noise: Noise,
    /// The formats it is written in, one after the other.
    pub shapes: Vec<Shape>,
}

/// Who explains.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Judge {
    /// The command at this path.
    Pinglens(PathBuf),
    /// A simple way, for comparison.
    Baseline(Baseline),
}

/// Plays the world once, and tries `pinglens` on its log in each format.
#[must_use]
pub fn try_out(trial: &Trial) -> Tally {
    let played = play(trial.scenario.fleet(trial.seed, trial.noise));
    let mut tally = Tally::default();
    for shape in &trial.shapes {
        let world = format!(
            "{} --seed {} {}",
            trial.scenario.name(),
            trial.seed,
            shape.name()
        );
        let files = record::write(&played, *shape);
        let attempt = Attempt {
            world: &world,
            played: &played,
            files: &files,
        };
        if let Err(reason) = attempt.judge(trial, &mut tally) {
            tally.failures.push(format!("{world}: {reason}"));
        }
    }
    tally
}

/// What is said of one request.
pub(super) struct Verdict {
    pub(super) outcome: String,
    pub(super) certainty: String,
    pub(super) cause: Option<(String, u64)>,
}

struct Attempt<'a> {
    world: &'a str,
    played: &'a Played,
    files: &'a [LogFile],
}

impl Attempt<'_> {
    fn judge(&self, trial: &Trial, tally: &mut Tally) -> Result<(), String> {
        match &trial.judge {
            Judge::Baseline(baseline) => {
                self.compare_all(&baseline.verdicts(self.played, self.files), tally);
                Ok(())
            }
            Judge::Pinglens(path) => {
                let (requests, report) = self.ask(path, &trial.folder)?;
                self.compare_all(&verdicts(&requests)?, tally);
                self.stamps(&report, tally)
            }
        }
    }

    /// What `pinglens` prints about the files: its requests, and its report.
    fn ask(&self, pinglens: &Path, folder: &Path) -> Result<(String, String), String> {
        fs::create_dir_all(folder).map_err(|error| error.to_string())?;
        let mut paths = Vec::new();
        for file in self.files {
            let path = folder.join(&file.name);
            fs::write(&path, &file.text).map_err(|error| error.to_string())?;
            paths.push(path);
        }
        let requests = run(pinglens, "requests", "ndjson", &paths);
        let report = run(pinglens, "report", "json", &paths);
        for path in &paths {
            // What stays behind is overwritten by the next trial.
            let _ = fs::remove_file(path);
        }
        Ok((requests?, report?))
    }

    fn compare_all(&self, verdicts: &BTreeMap<(String, u64), Verdict>, tally: &mut Tally) {
        for file in self.files {
            self.compare(file, verdicts, tally);
        }
    }

    fn compare(
        &self,
        file: &LogFile,
        verdicts: &BTreeMap<(String, u64), Verdict>,
        tally: &mut Tally,
    ) {
        let lines: Vec<&str> = file.text.lines().collect();
        let silence = Verdict {
            outcome: "(nothing)".to_owned(),
            certainty: "(nothing)".to_owned(),
            cause: None,
        };
        // What two logs hold is listed once, by the server's.
        for row in file.rows.iter().filter(|row| row.also.is_none()) {
            let verdict = verdicts
                .get(&(file.name.clone(), row.line))
                .unwrap_or(&silence);
            let cause = row
                .cause
                .map(|(file, line)| (self.files[file].name.clone(), line));
            let (outcome, same) = (row.outcome.code(), verdict.cause == cause);
            let right = verdict.outcome == outcome;
            *tally
                .confusion
                .entry((outcome, verdict.outcome.clone()))
                .or_default() += 1;
            let count = |pair: &mut (u64, u64)| {
                pair.0 += 1;
                pair.1 += u64::from(same);
            };
            let mut matters = false;
            if is_conflict(row.outcome) {
                count(&mut tally.causes);
                matters = true;
            } else if row.outcome == Outcome::ChangesFound {
                count(&mut tally.follow_ups);
            }
            let given = tally
                .certainties
                .entry(verdict.certainty.clone())
                .or_default();
            given.0 += 1;
            given.1 += u64::from(right && (same || !matters));
            if !right || (matters && !same) {
                tally.keep(self.example(file, row, verdict, &cause, &lines));
            }
        }
    }

    fn example(
        &self,
        file: &LogFile,
        row: &Row,
        verdict: &Verdict,
        cause: &Option<(String, u64)>,
        lines: &[&str],
    ) -> Example {
        let named = |cause: &Option<(String, u64)>| {
            cause
                .as_ref()
                .map_or("none".to_owned(), |(_, line)| line.to_string())
        };
        let text = usize::try_from(row.line - 1)
            .ok()
            .and_then(|line| lines.get(line))
            .unwrap_or(&"");
        Example {
            outcome: row.outcome.code(),
            said: verdict.outcome.clone(),
            certainty: verdict.certainty.clone(),
            place: format!(
                "{}, {}:{}, cause {}, said {}\n      {}",
                self.world,
                file.name,
                row.line,
                named(cause),
                named(&verdict.cause),
                text.chars().take(260).collect::<String>(),
            ),
        }
    }

    /// Compares what each file's stamp was taken for.
    fn stamps(&self, report: &str, tally: &mut Tally) -> Result<(), String> {
        let report = Json::read(report).ok_or("the report is not JSON")?;
        for file in self.files {
            let meaning = match file.meaning {
                Some(Stamp::Start) => "start",
                Some(Stamp::End) => "end",
                None => continue,
            };
            let found = report.list("files").iter().find(|found| {
                found
                    .text("name")
                    .is_some_and(|name| is_name(name, &file.name))
            });
            let said = found
                .and_then(|found| found.get("stamp"))
                .and_then(|stamp| stamp.text("meaning"));
            tally.stamps.0 += 1;
            if said == Some(meaning) {
                tally.stamps.1 += 1;
            } else {
                tally.failures.push(format!(
                    "{}: the stamp of {} is the {meaning}, said {}",
                    self.world,
                    file.name,
                    said.unwrap_or("nothing")
                ));
            }
        }
        // A world that was played for nothing would go unnoticed otherwise.
        if self.played.journeys.is_empty() {
            return Err("nobody asked for anything".to_owned());
        }
        Ok(())
    }
}

fn run(pinglens: &Path, what: &str, format: &str, paths: &[PathBuf]) -> Result<String, String> {
    let output = Command::new(pinglens)
        .arg(what)
        .args(paths)
        .args(["--format", format])
        // Files are told apart by their names.
        .args((what == "report").then_some("--no-redact"))
        .output()
        .map_err(|error| format!("{} cannot be run: {error}", pinglens.display()))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(format!("pinglens {what} failed: {}", said.trim()));
    }
    String::from_utf8(output.stdout).map_err(|error| error.to_string())
}

/// What is said of each line, by the file's name without its folder.
fn verdicts(requests: &str) -> Result<BTreeMap<(String, u64), Verdict>, String> {
    let mut all = BTreeMap::new();
    for line in requests.lines() {
        let said = Json::read(line).ok_or_else(|| format!("not JSON: {line}"))?;
        let place =
            |file: &str, line: &str| Some((bare(said.text(file)?).to_owned(), said.number(line)?));
        let of = place("file", "line").ok_or_else(|| format!("no place: {line}"))?;
        let verdict = Verdict {
            outcome: said.text("outcome").unwrap_or("(nothing)").to_owned(),
            certainty: said.text("certainty").unwrap_or("(nothing)").to_owned(),
            cause: place("cause_file", "cause_line"),
        };
        all.insert(of, verdict);
    }
    Ok(all)
}

/// A file's name without its folder.
fn bare(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

fn is_name(path: &str, name: &str) -> bool {
    bare(path) == name
}
