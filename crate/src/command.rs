//! Arguments, files and exit codes.

use clap::{Parser, Subcommand, ValueEnum};
use pinglens::Inspector;
use pinglens::explain::Outcome;
use pinglens::format;
use pinglens::input::CodePage;
use pinglens::report::{ListFormat, Lister, Output, redact, write};
use pinglens::settings::Settings;
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
        reading: ReadingOptions,
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
        reading: ReadingOptions,
    },
    /// List the log formats that are read.
    Formats,
    /// Say what an outcome means.
    Explain {
        /// Its code, for example superseded-by-sync.
        code: String,
    },
}

/// What is said of files because they do not say it.
#[derive(clap::Args)]
struct ReadingOptions {
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

impl ReadingOptions {
    fn settings(&self) -> Settings {
        Settings {
            code_page: self.code_page,
            ..Settings::default()
        }
    }
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
            reading,
        } => report(&files, format, redact, output.as_deref(), &reading),
        Action::Requests {
            files,
            all,
            format,
            reading,
        } => requests(&files, all, format.into(), &reading),
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
    format: ReportFormat,
    hide: bool,
    output: Option<&Path>,
    reading: &ReadingOptions,
) -> Result<ExitCode, Failure> {
    no_pipe_twice(files)?;
    let mut inspector = Inspector::new();
    for (path, name) in files.iter().zip(names(files)) {
        inspector.open_with(&name, &reading.settings());
        Source::once(path)?.read(|chunk| {
            inspector.feed(chunk);
            Ok(())
        })?;
    }
    let report = inspector.report();
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
    all: bool,
    format: ListFormat,
    reading: &ReadingOptions,
) -> Result<ExitCode, Failure> {
    no_pipe_twice(files)?;
    let mut inspector = Inspector::new();
    let mut sources = Vec::new();
    for (path, name) in files.iter().zip(names(files)) {
        inspector.open_with(&name, &reading.settings());
        let mut source = Source::twice(path)?;
        source.read(|chunk| {
            inspector.feed(chunk);
            Ok(())
        })?;
        sources.push(source);
    }
    let (log, explanation) = inspector.explain();
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
            "{:<24} {}\n{:24} {}",
            format.code(),
            format.title(),
            "",
            format.specification()
        )
        .map_err(Failure::Output)?;
    }
    Ok(ExitCode::SUCCESS)
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
