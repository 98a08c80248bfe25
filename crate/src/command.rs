//! Arguments, files and exit codes.

use clap::{Parser, Subcommand, ValueEnum};
use pinglens::Inspector;
use pinglens::explain::Outcome;
use pinglens::format;
use pinglens::report::{ListFormat, Lister, Output, redact, write};
use std::fs::File;
use std::io::{self, Read, Seek, Write};
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
        /// Log files, all of one case; - is standard input.
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
    },
    /// Print every ActiveSync request with its explanation.
    Requests {
        /// Log files, all of one case; - is standard input.
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Print requests that are not ActiveSync too.
        #[arg(long)]
        all: bool,
        /// Form of the list.
        #[arg(long, value_enum, default_value = "ndjson")]
        format: RequestFormat,
    },
    /// List the log formats that are read.
    Formats,
    /// Say what an outcome means.
    Explain {
        /// Its code, for example superseded-by-sync.
        code: String,
    },
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
        } => report(&files, format, redact, output.as_deref()),
        Action::Requests { files, all, format } => requests(&files, all, format.into()),
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
) -> Result<ExitCode, Failure> {
    let mut inspector = Inspector::new();
    for path in files {
        let mut source = Source::once(path)?;
        inspector.open(&source.name);
        source.read(|chunk| {
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
    Ok(exit(report.totals.lines.records > 0))
}

fn requests(files: &[PathBuf], all: bool, format: ListFormat) -> Result<ExitCode, Failure> {
    let mut inspector = Inspector::new();
    let mut sources = Vec::new();
    for path in files {
        let mut source = Source::twice(path)?;
        inspector.open(&source.name);
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
    let records: u64 = log.files.iter().map(|f| f.lines.records).sum();
    if records == 0 {
        eprintln!(
            "pinglens: nothing in these files was recognised. `pinglens report` says what they are instead."
        );
    }
    Ok(exit(records > 0))
}

/// A file or standard input.
struct Source {
    path: PathBuf,
    name: String,
    bytes: Box<dyn Bytes>,
}

/// Bytes that may be read again, if they can be wound back.
trait Bytes: Read {
    fn wind_back(&mut self) -> io::Result<()>;
}

impl Bytes for File {
    fn wind_back(&mut self) -> io::Result<()> {
        Seek::rewind(self)
    }
}

impl Bytes for io::Stdin {
    fn wind_back(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Source {
    /// Opens a file that is read once.
    fn once(path: &Path) -> Result<Self, Failure> {
        if path != Path::new("-") {
            return Self::twice(path);
        }
        Ok(Self {
            path: path.to_owned(),
            name: "standard input".to_owned(),
            bytes: Box::new(io::stdin()),
        })
    }

    /// Opens a file that is read again; standard input is kept in a temporary file for it.
    fn twice(path: &Path) -> Result<Self, Failure> {
        let failure = |error| Failure::Input(path.to_owned(), error);
        let (name, file) = if path == Path::new("-") {
            let mut file = tempfile::tempfile().map_err(failure)?;
            io::copy(&mut io::stdin(), &mut file).map_err(failure)?;
            ("standard input".to_owned(), file)
        } else {
            let name = path.file_name().unwrap_or(path.as_os_str());
            (
                name.to_string_lossy().into_owned(),
                File::open(path).map_err(failure)?,
            )
        };
        Ok(Self {
            path: path.to_owned(),
            name,
            bytes: Box::new(file),
        })
    }

    /// Reads from the beginning to the end.
    fn read(&mut self, mut take: impl FnMut(&[u8]) -> Result<(), Failure>) -> Result<(), Failure> {
        let failure = |error| Failure::Input(self.path.clone(), error);
        self.bytes.wind_back().map_err(failure)?;
        let mut buffer = vec![0; 1 << 20];
        loop {
            match self.bytes.read(&mut buffer) {
                Ok(0) => return Ok(()),
                Ok(length) => take(&buffer[..length])?,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(Failure::Input(self.path.clone(), error)),
            }
        }
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
