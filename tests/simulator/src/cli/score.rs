//! `pinglens-simulator score`: runs `pinglens` on fleets and says how often it is right.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::{Options, noise, scenarios, shapes};
use pinglens_simulator::score::{Baseline, Judge, Tally, Trial, table, try_out};

const OPTIONS: [&str; 8] = [
    "--pinglens",
    "--baseline",
    "--seeds",
    "--scenarios",
    "--formats",
    "--noise",
    "--each",
    "--examples",
];
/// The formats whose logs have durations and stamps in whole seconds.
const FORMATS: &str = "domino-end,domino-start,iis,nginx";

/// Runs the command; the error says what is wrong with its words.
pub(crate) fn run(words: &[String]) -> Result<(), String> {
    let options = Options::read(words, &OPTIONS)?;
    let judge = match (options.get("--pinglens"), options.get("--baseline")) {
        (Some(path), None) => Judge::Pinglens(path.into()),
        (None, Some("next-line")) => Judge::Baseline(Baseline::NextLine),
        (None, Some("windows")) => Judge::Baseline(Baseline::Windows),
        (None, Some(other)) => return Err(format!("no baseline is called {other}")),
        _ => {
            return Err(
                "who explains: --pinglens PATH, or --baseline next-line|windows?".to_owned(),
            );
        }
    };
    let seeds = seeds(options.get("--seeds").unwrap_or("1..3"))?;
    let scenarios = scenarios(options.get("--scenarios").unwrap_or("all"))?;
    let shapes = shapes(options.get("--formats").unwrap_or(FORMATS))?;
    let each = options.get("--each").is_some_and(|each| each == "yes");
    let examples = options.get("--examples").is_none_or(|said| said != "no");
    for name in options.get("--noise").unwrap_or("clean,hard").split(',') {
        let noise = noise(name)?;
        let mut trials = Vec::new();
        for scenario in &scenarios {
            for seed in seeds.clone() {
                let number = trials.len();
                let own = format!("pinglens-score-{}-{number}", std::process::id());
                trials.push(Trial {
                    judge: judge.clone(),
                    folder: std::env::temp_dir().join(own),
                    scenario: *scenario,
                    seed,
                    noise,
                    shapes: shapes.clone(),
                });
            }
        }
        let tallies = all(&trials);
        if each {
            for scenario in &scenarios {
                let mut tally = Tally::default();
                let own = trials.iter().zip(&tallies);
                for (_, one) in own.filter(|(trial, _)| trial.scenario == *scenario) {
                    tally.add(one.clone());
                }
                let title = format!("{name}, {} alone", scenario.name());
                println!("{}", table::text(&title, &tally, false));
            }
        }
        let mut tally = Tally::default();
        for one in tallies {
            tally.add(one);
        }
        let title = format!(
            "{name}: {} worlds in {} formats",
            trials.len(),
            shapes.len()
        );
        println!("{}", table::text(&title, &tally, examples));
    }
    Ok(())
}

/// `7` or `1..5`, the last not included.
fn seeds(text: &str) -> Result<std::ops::Range<u64>, String> {
    let (from, to) = text.split_once("..").unwrap_or((text, ""));
    let number = |text: &str| text.parse::<u64>().ok();
    let range = number(from).and_then(|from| {
        let to = if to.is_empty() {
            Some(from + 1)
        } else {
            number(to)
        };
        to.map(|to| from..to)
    });
    range
        .filter(|range| !range.is_empty())
        .ok_or_else(|| format!("{text} are no seeds: give 1..5, say"))
}

/// Tries them all, on as many threads as the machine has, and gives what was counted in the order of the trials.
fn all(trials: &[Trial]) -> Vec<Tally> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(vec![Tally::default(); trials.len()]);
    let workers = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some(trial) = trials.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let number = trials.iter().position(|other| std::ptr::eq(other, trial));
                    let tally = try_out(trial);
                    // Nobody else leaves the lock in a bad state: storing a tally does not panic.
                    if let (Ok(mut done), Some(number)) = (done.lock(), number) {
                        done[number] = tally;
                    }
                    let _ = std::fs::remove_dir(&trial.folder);
                }
            });
        }
    });
    done.into_inner().unwrap_or_default()
}
