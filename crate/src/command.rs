//! Arguments, files and exit codes.

use clap::{Args, Parser, Subcommand, ValueEnum};
use pinglens::Inspector;
use pinglens::explain::Outcome;
use pinglens::format::{self, Carries, Edge, Reason};
use pinglens::input::CodePage;
use pinglens::log::Log;
use pinglens::report::{ListFormat, Lister, Output, redact, write};
use pinglens::settings::{DateOrder, Settings, Unit};
use pinglens::words::{count, counted};
use std::collections::HashMap;
use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Explains every 409 and every Ping in Traveler and ActiveSync web-server logs.
///
/// Exit status: 0 the files were read, 1 nothing in them was recognised, 2 bad usage or a file that cannot be read.
#[derive(Parser)]
#[command(name = "pinglens", version)]
struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Read logs and report what was found.
    Report {
        /// Log files, all of one case, packed or not; - is standard input.
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Form of the report.
        #[arg(long, value_enum, default_value = "text")]
        format: ReportFormat,
        /// Replace users, devices and file names by pseudonyms.
        #[arg(long)]
        redact: bool,
        /// Write to this file instead of standard output.
        #[arg(short, long)]
        output: Option<PathBuf>,
        #[command(flatten)]
        said: Said,
    },
    /// Print every ActiveSync request with its explanation.
    Requests {
        /// Log files, all of one case, packed or not; - is standard input.
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Print requests that are not ActiveSync too.
        #[arg(long)]
        all: bool,
        /// Form of the list.
        #[arg(long, value_enum, default_value = "ndjson")]
        format: RequestFormat,
        #[command(flatten)]
        said: Said,
    },
    /// List the log formats that are read.
    Formats,
    /// Say what an outcome means.
    Explain {
        /// Its code, for example superseded-by-sync.
        code: String,
    },
}

/// What is otherwise told from the content of each file, or assumed.
#[derive(Args)]
#[command(next_help_heading = "What the logs do not say themselves")]
struct Said {
    /// The log format: a code (see `pinglens formats`), a format string of Apache, nginx or HAProxy, a regular expression
    /// with groups such as (?<target>...), or @FILE, which holds one of them.
    #[arg(long, value_name = "CODE|STRING|@FILE", allow_hyphen_values = true)]
    log_format: Option<String>,
    /// The zone of times that name none, for example +01:00.
    #[arg(long, value_name = "+HH:MM", allow_hyphen_values = true, value_parser = zone)]
    zone: Option<i16>,
    /// The year of the last line that names none.
    #[arg(long, value_parser = clap::value_parser!(i32).range(1970..=9999))]
    year: Option<i32>,
    /// Read dates such as 03/04/2010 as 3 April.
    #[arg(long, conflicts_with = "month_first")]
    day_first: bool,
    /// Read dates such as 03/04/2010 as 4 March.
    #[arg(long)]
    month_first: bool,
    /// The unit of durations that name none.
    #[arg(long, value_enum, value_name = "UNIT")]
    duration_unit: Option<DurationUnit>,
    /// Whether stamps show when a request began or when it was answered.
    #[arg(long, value_enum, value_name = "EDGE")]
    stamp: Option<StampEdge>,
    /// Code page of lines that are not UTF-8, such as windows-1251, shift_jis or gbk [default: windows-1252].
    #[arg(long, value_name = "NAME", value_parser = code_page)]
    code_page: Option<CodePage>,
}

fn code_page(name: &str) -> Result<CodePage, String> {
    CodePage::named(name).ok_or_else(|| {
        "no such code page. Use a name of the web, such as windows-1250, windows-1251, shift_jis, gbk, euc-kr or big5"
            .to_owned()
    })
}

#[derive(Clone, Copy, ValueEnum)]
enum DurationUnit {
    S,
    Ms,
    Us,
}

#[derive(Clone, Copy, ValueEnum)]
enum StampEdge {
    Start,
    End,
}

impl Said {
    /// As the core takes it.
    fn settings(&self) -> Result<Settings, Failure> {
        Ok(Settings {
            format: self.log_format.as_deref().map(log_format).transpose()?,
            zone: self.zone,
            year: self.year,
            order: match (self.day_first, self.month_first) {
                (true, _) => Some(DateOrder::DayFirst),
                (_, true) => Some(DateOrder::MonthFirst),
                _ => None,
            },
            unit: self.duration_unit.map(|unit| match unit {
                DurationUnit::S => Unit::Seconds,
                DurationUnit::Ms => Unit::Milliseconds,
                DurationUnit::Us => Unit::Microseconds,
            }),
            edge: self.stamp.map(|edge| match edge {
                StampEdge::Start => Edge::Start,
                StampEdge::End => Edge::End,
            }),
            code_page: self.code_page,
        })
    }
}

/// A log format as it is given, or out of the file that is named; checked, so that a slip is told before anything is
/// read.
fn log_format(given: &str) -> Result<String, Failure> {
    let text = match given.strip_prefix('@') {
        Some(path) => std::fs::read_to_string(path)
            .map_err(|error| Failure::Input(PathBuf::from(path), error))?,
        None => given.to_owned(),
    };
    match format::own::choose(&text) {
        Ok(_) => Ok(text),
        Err(sentence) => Err(Failure::LogFormat(sentence)),
    }
}

/// Minutes east of UTC.
fn zone(text: &str) -> Result<i16, String> {
    format::time::zone(text).ok_or_else(|| {
        "a zone is the distance from UTC, for example +01:00, -05:00 or Z".to_owned()
    })
}

#[derive(Clone, Copy, ValueEnum)]
enum ReportFormat {
    Text,
    Json,
    Html,
    Markdown,
    Csv,
}

impl From<ReportFormat> for Output {
    fn from(format: ReportFormat) -> Self {
        match format {
            ReportFormat::Text => Self::Text,
            ReportFormat::Json => Self::Json,
            ReportFormat::Html => Self::Html,
            ReportFormat::Markdown => Self::Markdown,
            ReportFormat::Csv => Self::Csv,
        }
    }
}

#[derive(Clone, Copy, ValueEnum)]
enum RequestFormat {
    Ndjson,
    Csv,
}

impl From<RequestFormat> for ListFormat {
    fn from(format: RequestFormat) -> Self {
        match format {
            RequestFormat::Ndjson => Self::Ndjson,
            RequestFormat::Csv => Self::Csv,
        }
    }
}

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
            redact,
            output,
            said,
        } => report(&files, &said, format, redact, output.as_deref()),
        Action::Requests {
            files,
            all,
            format,
            said,
        } => requests(&files, &said, all, format.into()),
        Action::Formats => formats(),
        Action::Explain { code } => explain(&code),
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
    /// There is no such code.
    NoCode(String),
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
            Self::Output(error) => write!(f, "the result cannot be written: {error}."),
            Self::LogFormat(sentence) => write!(f, "--log-format: {sentence}"),
            Self::NoCode(code) => {
                let codes: Vec<&str> = Outcome::ALL.into_iter().map(Outcome::code).collect();
                write!(
                    f,
                    "there is no outcome {code}. The codes are: {}.",
                    codes.join(", ")
                )
            }
        }
    }
}

fn report(
    files: &[PathBuf],
    said: &Said,
    format: ReportFormat,
    hide: bool,
    output: Option<&Path>,
) -> Result<ExitCode, Failure> {
    no_pipe_twice(files)?;
    let settings = said.settings()?;
    let mut inspector = Inspector::new();
    for (path, name) in files.iter().zip(names(files)) {
        inspector.open_with(&name, &settings);
        Source::once(path)?.read(|chunk| {
            inspector.feed(chunk);
            Ok(())
        })?;
    }
    let report = inspector.report();
    tell_unlike(inspector.log());
    let report = if hide { redact(&report) } else { report };
    let text = write(&report, format.into());
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
    let (log, explanation) = inspector.explain();
    tell_unlike(log);
    let mut out = io::BufWriter::new(io::stdout().lock());
    out.write_all(Lister::head(format).as_bytes())
        .map_err(Failure::Output)?;
    for (i, mut source) in sources.into_iter().enumerate() {
        let mut lister = Lister::new(log, explanation, i as u32, format, all);
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

/// Stands for standard input where a file is named.
const STDIN: &str = "-";

/// What files are called in the report: their names, or their paths as given where names would not tell them apart.
fn names(files: &[PathBuf]) -> Vec<String> {
    fn name(path: &Path) -> &OsStr {
        if path == Path::new(STDIN) {
            return OsStr::new("standard input");
        }
        path.file_name().unwrap_or(path.as_os_str())
    }
    let mut counts: HashMap<&OsStr, usize> = HashMap::new();
    for path in files {
        *counts.entry(name(path)).or_default() += 1;
    }
    files
        .iter()
        .map(|path| match counts.get(name(path)) {
            Some(2..) => path.as_os_str(),
            _ => name(path),
        })
        .map(|name| name.to_string_lossy().into_owned())
        .collect()
}

/// Refuses to read standard input or a pipe twice: the second time there is nothing in it, or nobody writes to it any
/// more and opening it never ends. So this is asked before anything is opened.
fn no_pipe_twice(files: &[PathBuf]) -> Result<(), Failure> {
    let mut seen: Vec<(&Path, Option<(u64, u64)>)> = Vec::new();
    for path in files {
        let pipe = pipe(path);
        if pipe.is_none() && path != Path::new(STDIN) {
            continue;
        }
        let same =
            |&&(p, q): &&(&Path, Option<(u64, u64)>)| p == path || (q.is_some() && q == pipe);
        if let Some((first, _)) = seen.iter().find(same) {
            return Err(Failure::Twice(first.to_path_buf(), path.clone()));
        }
        seen.push((path, pipe));
    }
    Ok(())
}

/// Which pipe a path leads to, whatever its name; `None` for anything else, and where it cannot be found out.
#[cfg(unix)]
fn pipe(path: &Path) -> Option<(u64, u64)> {
    use std::os::fd::AsFd;
    use std::os::unix::fs::{FileTypeExt, MetadataExt};
    let metadata = if path == Path::new(STDIN) {
        File::from(io::stdin().as_fd().try_clone_to_owned().ok()?).metadata()
    } else {
        std::fs::metadata(path)
    };
    let metadata = metadata.ok()?;
    let kind = metadata.file_type();
    (kind.is_fifo() || kind.is_socket()).then(|| (metadata.dev(), metadata.ino()))
}

#[cfg(not(unix))]
fn pipe(_: &Path) -> Option<(u64, u64)> {
    None
}

/// A file, a pipe or standard input.
struct Source {
    path: PathBuf,
    bytes: Bytes,
    /// Where everything is written that is read, if the bytes cannot be wound back.
    kept: Option<File>,
}

enum Bytes {
    Stdin(io::Stdin),
    /// With the place at which it was when it was opened.
    File(File, u64),
}

impl Source {
    /// Opens what is read once. It is not wound back, since pipes cannot be.
    fn once(path: &Path) -> Result<Self, Failure> {
        let bytes = if path == Path::new(STDIN) {
            Bytes::Stdin(io::stdin())
        } else {
            let file = File::open(path).map_err(|error| Failure::Input(path.to_owned(), error))?;
            Bytes::File(file, 0)
        };
        Ok(Self {
            path: path.to_owned(),
            bytes,
            kept: None,
        })
    }

    /// Opens what is read again; what is no file on a disk is kept in a temporary one for it.
    fn twice(path: &Path) -> Result<Self, Failure> {
        let mut source = Self::once(path)?;
        let start = match &mut source.bytes {
            // Some systems let a terminal be wound back, and read on from where it was.
            Bytes::File(file, _) if file.metadata().is_ok_and(|m| !m.is_file()) => None,
            // A path such as /dev/stdin may lead to a file that is open already, and not at its beginning.
            Bytes::File(file, _) => file.stream_position().ok(),
            Bytes::Stdin(_) => None,
        };
        match (&mut source.bytes, start) {
            (Bytes::File(_, at), Some(start)) => *at = start,
            _ => source.kept = Some(tempfile::tempfile().map_err(|e| source.cannot_keep(e))?),
        }
        Ok(source)
    }

    /// Goes back to where reading began.
    fn wind_back(&mut self) -> Result<(), Failure> {
        if let Some(file) = self.kept.take() {
            self.bytes = Bytes::File(file, 0);
        }
        if let Bytes::File(file, start) = &mut self.bytes {
            file.seek(SeekFrom::Start(*start))
                .map_err(|error| Failure::Input(self.path.clone(), error))?;
        }
        Ok(())
    }

    /// Reads on to the end.
    fn read(&mut self, mut take: impl FnMut(&[u8]) -> Result<(), Failure>) -> Result<(), Failure> {
        let mut buffer = vec![0; 1 << 20];
        loop {
            let read = match &mut self.bytes {
                Bytes::Stdin(stdin) => stdin.read(&mut buffer),
                Bytes::File(file, _) => file.read(&mut buffer),
            };
            let chunk = match read {
                Ok(0) => return Ok(()),
                Ok(length) => &buffer[..length],
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(Failure::Input(self.path.clone(), error)),
            };
            if let Some(kept) = &mut self.kept {
                kept.write_all(chunk).map_err(|e| self.cannot_keep(e))?;
            }
            take(chunk)?;
        }
    }

    fn cannot_keep(&self, error: io::Error) -> Failure {
        Failure::Keep(self.path.clone(), error)
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

fn explain(code: &str) -> Result<ExitCode, Failure> {
    let outcome = Outcome::named(code).ok_or_else(|| Failure::NoCode(code.to_owned()))?;
    writeln!(
        io::stdout(),
        "{}: {}\n\n{}",
        outcome.code(),
        outcome.title(),
        outcome.sentence()
    )
    .map_err(Failure::Output)?;
    Ok(ExitCode::SUCCESS)
}
