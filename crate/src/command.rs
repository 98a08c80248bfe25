//! Arguments, files and exit codes.

mod along;
mod arguments;
mod source;

use arguments::{Action, Along, Arguments, Hidden, ReportFormat, Said};
use clap::Parser;
use pinglens::Inspector;
use pinglens::explain::finding::Tuning;
use pinglens::explain::finding::threshold::Refusal;
use pinglens::format::{self, Carries, Reason};
use pinglens::guide::Guide;
use pinglens::log::Log;
use pinglens::report::{Category, ListFormat, Lister, Names, key_csv, redact, redact_with, write};
use pinglens::words::{count, counted};
use source::{STDIN, Source, names, no_pipe_twice};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Nothing in the files was recognised.
const NOTHING: u8 = 1;
/// Bad usage, or a file that cannot be read.
const BAD_USE: u8 = 2;

/// Runs the command.
pub(crate) fn main() -> ExitCode {
    let result = match Arguments::parse().action {
        Action::Report {
            files,
            format,
            hidden,
            along,
            output,
            said,
            tuned,
        } => tuned.tuning().and_then(|tuning| {
            let wanted = Wanted {
                format,
                hidden,
                along,
            };
            report(&files, &said, tuning, &wanted, output.as_deref())
        }),
        Action::Requests {
            files,
            all,
            format,
            hidden,
            said,
        } => requests(&files, &said, all, format.into(), &hidden),
        Action::Formats => formats(),
        Action::Explain { code } => explain(code.as_deref()),
    };
    match result {
        Ok(code) => code,
        // Whoever reads our output has seen enough.
        Err(Failure::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => {
            ExitCode::SUCCESS
        }
        Err(failure) => {
            eprintln!("pinglens: {failure}");
            ExitCode::from(BAD_USE)
        }
    }
}

/// What can go wrong outside of the logs themselves.
enum Failure {
    /// A file cannot be opened or read.
    Input(PathBuf, io::Error),
    /// What comes through a pipe cannot be kept for the second reading.
    Keep(PathBuf, io::Error),
    /// What can be read only once is named twice, by these names.
    Twice(PathBuf, PathBuf),
    /// The result cannot be written.
    Output(io::Error),
    /// The page that a report is to be put into is not there, or is none.
    Page(PathBuf, Option<io::Error>),
    /// There is no such code.
    NoCode(String),
    /// What an option says of a threshold is not taken.
    Threshold(&'static str, Refusal),
    /// The log format is not understood, for this reason.
    LogFormat(String),
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Input(path, _) if path.is_dir() => {
                write!(
                    f,
                    "{} is a folder. Name the log files in it, for example {}.",
                    path.display(),
                    path.join("*").display()
                )
            }
            Self::Input(path, error) if error.kind() == io::ErrorKind::NotFound => {
                write!(
                    f,
                    "{} does not exist. Check the name; - reads standard input.",
                    path.display()
                )
            }
            Self::Input(path, error) => write!(f, "{} cannot be read: {error}.", path.display()),
            Self::Keep(path, error) => write!(
                f,
                "{} has to be read twice and cannot be kept in a temporary file: {error}.",
                path.display()
            ),
            Self::Twice(first, second) if first == second => write!(
                f,
                "{} is given twice, and {} can be read only once. Name it once.",
                first.display(),
                if first == Path::new(STDIN) {
                    "standard input"
                } else {
                    "a pipe"
                }
            ),
            Self::Twice(first, second) => write!(
                f,
                "{} and {} are the same pipe, which can be read only once. Name one of them.",
                first.display(),
                second.display()
            ),
            Self::Page(path, Some(error)) => write!(
                f,
                "the page {} cannot be read: {error}. Name the pinglens.html of this version with --page.",
                path.display()
            ),
            Self::Page(path, None) => write!(
                f,
                "{} is not Pinglens' page. Name the pinglens.html of this version with --page.",
                path.display()
            ),
            Self::Output(error) => write!(f, "the result cannot be written: {error}."),
            Self::LogFormat(sentence) => write!(f, "--log-format: {sentence}"),
            Self::Threshold(option, refusal) => write!(f, "--{option}: {refusal}"),
            Self::NoCode(code) => {
                let codes: Vec<&str> = Guide::all().map(|guide| guide.code).collect();
                write!(
                    f,
                    "there is no outcome and no finding {code}. The codes are: {}.",
                    codes.join(", ")
                )
            }
        }
    }
}

/// What is asked of a report.
struct Wanted {
    format: ReportFormat,
    hidden: Hidden,
    along: Along,
}

fn report(
    files: &[PathBuf],
    said: &Said,
    tuning: Tuning,
    wanted: &Wanted,
    output: Option<&Path>,
) -> Result<ExitCode, Failure> {
    let Wanted {
        format,
        hidden,
        along,
    } = wanted;
    no_pipe_twice(files)?;
    let settings = said.settings()?;
    // Before anything is read: that may take long.
    let page = (*format == ReportFormat::Page)
        .then(|| along::page(along))
        .transpose()?;
    let mut inspector = Inspector::new();
    let mut sources = Vec::new();
    for (path, name) in files.iter().zip(names(files)) {
        inspector.open_with(&name, &settings);
        let mut source = if along.lines {
            Source::twice(path)?
        } else {
            Source::once(path)?
        };
        source.read(|chunk| {
            inspector.feed(chunk);
            Ok(())
        })?;
        sources.push(source);
    }
    inspector.tune(tuning);
    let mut report = inspector.report();
    tell_unlike(inspector.log());
    if along.lines {
        along::take_lines(&mut inspector, &mut report, &mut sources)?;
    }
    let mut requests = (page.is_some() && !along.without_requests).then(|| inspector.snapshot());
    // What goes along into a page is written in the same way whether names stay or not.
    let keep = hidden.keep(*format != ReportFormat::Text);
    let keep = keep.or_else(|| requests.is_some().then(|| Category::ALL.to_vec()));
    let report = match keep {
        Some(keep) => {
            let redacted = match &mut requests {
                Some(requests) => redact_with(report, requests, &keep),
                None => redact(report, &keep),
            };
            if let Some(path) = hidden.key() {
                std::fs::write(path, key_csv(&redacted.key)).map_err(Failure::Output)?;
            }
            redacted.report
        }
        None => report,
    };
    let mut text = write(&report, (*format).into());
    if let Some(page) = page {
        // One without any has none to take along, as in the page.
        let requests = requests.filter(|requests| !requests.is_empty());
        text = page.with(&text, requests.map(|requests| requests.bytes()).as_deref());
    }
    match output {
        Some(path) => std::fs::write(path, text).map_err(Failure::Output)?,
        None => io::stdout()
            .write_all(text.as_bytes())
            .map_err(Failure::Output)?,
    }
    Ok(exit(inspector.log().recognised()))
}

fn requests(
    files: &[PathBuf],
    said: &Said,
    all: bool,
    format: ListFormat,
    hidden: &Hidden,
) -> Result<ExitCode, Failure> {
    no_pipe_twice(files)?;
    let settings = said.settings()?;
    let mut inspector = Inspector::new();
    let mut sources = Vec::new();
    for (path, name) in files.iter().zip(names(files)) {
        inspector.open_with(&name, &settings);
        let mut source = Source::twice(path)?;
        source.read(|chunk| {
            inspector.feed(chunk);
            Ok(())
        })?;
        sources.push(source);
    }
    let keep = hidden.keep(false);
    let mut names = keep.map(|keep| Names::of_report(inspector.report(), &keep));
    let (log, explanation) = inspector.explain();
    tell_unlike(log);
    let mut out = io::BufWriter::new(io::stdout().lock());
    out.write_all(Lister::head(format).as_bytes())
        .map_err(Failure::Output)?;
    for (i, mut source) in sources.into_iter().enumerate() {
        let mut lister = Lister::new(log, explanation, i as u32, format, all);
        if let Some(names) = &mut names {
            lister = lister.without_names(names);
        }
        let mut lines = Vec::new();
        source.wind_back()?;
        source.read(|chunk| {
            lister.feed(chunk, &mut lines);
            let written = out.write_all(&lines).map_err(Failure::Output);
            lines.clear();
            written
        })?;
        lister.finish(&mut lines);
        out.write_all(&lines).map_err(Failure::Output)?;
    }
    out.flush().map_err(Failure::Output)?;
    if let (Some(names), Some(path)) = (&names, hidden.key()) {
        std::fs::write(path, key_csv(&names.key())).map_err(Failure::Output)?;
    }
    let recognised = log.recognised();
    if !recognised {
        eprintln!(
            "pinglens: nothing in these files was recognised. `pinglens report` says what they are instead."
        );
    }
    Ok(exit(recognised))
}

/// Says of each file which lines are not in the log format that was given, and shows the first.
fn tell_unlike(log: &Log) {
    for file in &log.files {
        let Some((number, text)) = &file.first_unlike else {
            continue;
        };
        let unlike = file.rejected[Reason::NotAsGiven as usize].count;
        // What a log holds must not reach a terminal as a command.
        let text: String = text
            .chars()
            .map(|c| if c.is_control() { '\u{fffd}' } else { c })
            .collect();
        eprintln!(
            "pinglens: {}: {} of {} {} not in the log format that was given; the first is line {}: {text}",
            file.name,
            count(unlike),
            counted(file.lines.total, "line", "lines"),
            if unlike == 1 { "is" } else { "are" },
            count(u64::from(*number)),
        );
    }
}

fn exit(recognised: bool) -> ExitCode {
    if recognised {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(NOTHING)
    }
}

fn formats() -> Result<ExitCode, Failure> {
    let mut out = io::stdout().lock();
    for format in format::ALL {
        writeln!(
            out,
            "{:<24} {}\n{:24} {}\n{:24} {}",
            format.code(),
            format.title(),
            "",
            carries(format.carries()),
            "",
            format.specification()
        )
        .map_err(Failure::Output)?;
    }
    writeln!(out, "\n{OWN}").map_err(Failure::Output)?;
    Ok(ExitCode::SUCCESS)
}

/// What stands below the formats that come with the program.
const OWN: &str = "A log in another format is read with --log-format and the format string that its server was given: Apache's \
                   LogFormat, nginx's log_format, HAProxy's log-format, or a regular expression with named groups.";

/// What the lines of a format can tell, in words.
fn carries(of: Carries) -> String {
    let durations = if of.duration {
        "durations"
    } else {
        "no durations"
    };
    let times = match (of.time, of.zone) {
        (true, true) => "times with their zone",
        (true, false) => "times without a zone",
        _ => "no times",
    };
    format!("{durations}, {times}")
}

fn explain(code: Option<&str>) -> Result<ExitCode, Failure> {
    let text = match code {
        Some(code) => Guide::to(code)
            .ok_or_else(|| Failure::NoCode(code.to_owned()))?
            .text(),
        None => Guide::all()
            .map(|guide| format!("{:<8} {:<22} {}\n", guide.kind, guide.code, guide.title))
            .collect(),
    };
    let written = io::stdout().write_all(text.as_bytes());
    written.map_err(Failure::Output)?;
    Ok(ExitCode::SUCCESS)
}
