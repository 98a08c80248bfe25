//! The command: writes the fixtures, checks them, and streams logs of any size.

mod cli;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use pinglens_simulator::Job;
use pinglens_simulator::clock::{SECOND, Zone};
use pinglens_simulator::format::{Format, FrontFormat, Stamp};
use pinglens_simulator::front::Front;
use pinglens_simulator::scenario::Scenario;

const USAGE: &str = "\
Writes simulated Traveler logs with the truth beside them.

usage: pinglens-simulator SCENARIO|all [options]
       pinglens-simulator fleet --scenario NAME --out DIR [options of fleets]
       pinglens-simulator score --pinglens PATH | --baseline next-line|windows [options of fleets]

  SCENARIO                  founding-thread, sample
  --out DIR                 where NAME.log and NAME.truth.csv go (default: tests/fixtures)
  --out -                   the log alone, to standard output
  --stamp start|end         the moment the stamps show (default: end)
  --format domino-extended|domino-common
  --scale N                 N times as many days
  --front nginx|nginx-timed|haproxy
                            a proxy in front of the server, which writes NAME.front.log in this format, with its truth
  --front-ahead MS          how far its clock is ahead of the server's (default: 0)
  --front-zone MINUTES      its zone, east of UTC (default: the server's)
  --front-patience SECONDS  how long it waits for an answer (default: for ever)
  --check                   compare with the files that are there instead of writing them

fleet writes a fleet's log with its truth, score runs pinglens on fleets and says how often it is right:

  --seed N, --seeds A..B    the seed, or those from A to before B (default: 1, 1..3)
  --scenario, --scenarios   phones, android, outlook, long-poll, mixed, coverage, nat-reset, nat-silent, slow-sync, pool,
                            busy, accounts, weekend, tiny, proxy, healthy; several with commas, or all
  --format, --formats       domino-extended, domino-common, each with -start or -end; iis, nginx, apache, haproxy, alb,
                            sogo, json, caddy
  --noise clean|hard        how well the log was kept; with +written (stamps show when lines were written), +rotated (a
                            file a day), +utc, +set (the clock is set in the middle), as in hard+rotated+utc
  --fault NAME              network-idle, proxy-idle, heartbeat-ceiling, ping-loop, storm, sync-conflicts, threads, busy,
                            key-reset, auth-loop, restart, clock-skew, push-dead, excluded, unseen; several with commas
  --each yes                a table for each scenario, too
  --examples no             no examples of what was wrong

NAME is the scenario's name, with -common, -start-stamp, -xN or -behind (a proxy) for what differs from the default.";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if words.is_empty() || words.iter().any(|word| word == "--help" || word == "-h") {
        println!("{USAGE}");
        return ExitCode::SUCCESS;
    }
    let done = match words[0].as_str() {
        "fleet" => Some(cli::fleet::run(&words[1..])),
        "score" => Some(cli::score::run(&words[1..])),
        _ => None,
    };
    match done {
        Some(Ok(())) => return ExitCode::SUCCESS,
        Some(Err(message)) => {
            eprintln!("{message}");
            return ExitCode::from(2);
        }
        None => {}
    }
    match parse(&words) {
        Err(message) => {
            eprintln!("{message}\n\n{USAGE}");
            ExitCode::from(2)
        }
        Ok(order) => match order.run() {
            Ok(()) => ExitCode::SUCCESS,
            // Who reads a stream has had enough, `head` for instance.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("{error}");
                ExitCode::FAILURE
            }
        },
    }
}

enum Out {
    Folder(PathBuf),
    Stdout,
}

struct Order {
    jobs: Vec<Job>,
    out: Out,
    check: bool,
}

fn parse(words: &[String]) -> Result<Order, String> {
    let mut scenarios = Vec::new();
    let mut model = Job::fixture(Scenario::Sample);
    let mut out = Out::Folder(Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures"));
    let mut check = false;
    let (mut front, mut zone) = (Front::new(FrontFormat::Nginx, Zone(0)), None);
    let mut fronted = false;
    let mut words = words.iter().map(String::as_str);
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| format!("{word} needs a value"));
        match word {
            "--out" => {
                out = match value()? {
                    "-" => Out::Stdout,
                    folder => Out::Folder(folder.into()),
                }
            }
            "--stamp" => {
                model.stamp = match value()? {
                    "start" => Stamp::Start,
                    "end" => Stamp::End,
                    other => return Err(format!("no stamp is called {other}")),
                }
            }
            "--format" => {
                model.format = match value()? {
                    "domino-extended" => Format::DominoExtended,
                    "domino-common" => Format::DominoCommon,
                    other => return Err(format!("no format is called {other}")),
                }
            }
            "--scale" => {
                let value = value()?;
                model.scale = value
                    .parse()
                    .map_err(|_| format!("{value} is not a number of repetitions"))?;
            }
            "--front" => {
                fronted = true;
                front.format = match value()? {
                    "nginx" => FrontFormat::Nginx,
                    "nginx-timed" => FrontFormat::NginxTimed,
                    "haproxy" => FrontFormat::HaProxy,
                    other => return Err(format!("no format of a proxy is called {other}")),
                }
            }
            "--front-ahead" => front.ahead = number(value()?)?,
            "--front-zone" => zone = Some(Zone(number(value()?)?)),
            "--front-patience" => front.patience = Some(number(value()?)? * SECOND),
            "--check" => check = true,
            "all" => scenarios.extend(Scenario::ALL),
            _ => match Scenario::ALL
                .iter()
                .find(|scenario| scenario.name() == word)
            {
                Some(scenario) => scenarios.push(*scenario),
                None => return Err(format!("no scenario or option is called {word}")),
            },
        }
    }
    if scenarios.is_empty() {
        return Err("which scenario?".to_owned());
    }
    let jobs = scenarios
        .into_iter()
        .map(|scenario| {
            let zone = zone.unwrap_or(scenario.zone());
            Job {
                scenario,
                front: fronted.then_some(Front { zone, ..front }),
                ..model
            }
        })
        .collect();
    Ok(Order { jobs, out, check })
}

fn number(value: &str) -> Result<i64, String> {
    value
        .parse()
        .map_err(|_| format!("{value} is not a whole number"))
}

impl Order {
    fn run(&self) -> io::Result<()> {
        for job in &self.jobs {
            match &self.out {
                Out::Stdout => job.write(BufWriter::new(io::stdout().lock()), None::<io::Sink>)?,
                Out::Folder(folder) => {
                    let log = folder.join(format!("{}.log", job.name()));
                    let truth = folder.join(format!("{}.truth.csv", job.name()));
                    if let Some(both) = job.both()? {
                        let front = folder.join(format!("{}.front.log", job.name()));
                        let front_truth = folder.join(format!("{}.front.truth.csv", job.name()));
                        let made = [
                            (&log, &both.server.0),
                            (&truth, &both.server.1),
                            (&front, &both.front.0),
                            (&front_truth, &both.front.1),
                        ];
                        for (path, bytes) in made {
                            if self.check {
                                compare(path, bytes)?;
                            } else {
                                create(path)?.write_all(bytes)?;
                            }
                        }
                    } else if self.check {
                        let (made_log, made_truth) = job.in_memory()?;
                        compare(&log, &made_log)?;
                        compare(&truth, &made_truth)?;
                    } else {
                        job.write(create(&log)?, Some(create(&truth)?))?;
                        report(&truth)?;
                    }
                }
            }
        }
        Ok(())
    }
}

fn create(path: &Path) -> io::Result<impl Write> {
    let file = File::create(path).map_err(|error| about(path, &error))?;
    Ok(BufWriter::new(file))
}

fn compare(path: &Path, made: &[u8]) -> io::Result<()> {
    let found = fs::read(path).map_err(|error| about(path, &error))?;
    if found == made {
        return Ok(());
    }
    let same = found
        .split(|byte| *byte == b'\n')
        .zip(made.split(|byte| *byte == b'\n'));
    let line = same.take_while(|(a, b)| a == b).count() + 1;
    Err(io::Error::other(format!(
        "{}: differs from line {line} on",
        path.display()
    )))
}

/// Prints how many rows of each command and outcome a truth file has.
fn report(path: &Path) -> io::Result<()> {
    let rows = BufReader::new(File::open(path).map_err(|error| about(path, &error))?).lines();
    let mut counts = BTreeMap::new();
    for row in rows.skip(1) {
        let row = row?;
        let (_, rest) = row.split_once(',').unwrap_or_default();
        let kind = rest.splitn(3, ',').take(2).collect::<Vec<_>>().join(" ");
        *counts.entry(kind).or_insert(0_u64) += 1;
    }
    let mut out = io::stdout().lock();
    writeln!(out, "{}", path.display())?;
    counts
        .iter()
        .try_for_each(|(kind, count)| writeln!(out, "{count:>8}  {kind}"))
}

fn about(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}
