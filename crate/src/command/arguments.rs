//! What can be said on the command line.

use super::Failure;
use clap::{Args, Parser, Subcommand, ValueEnum};
use pinglens::explain::finding::Tuning;
use pinglens::format::{self, Edge};
use pinglens::input::CodePage;
use pinglens::report::{Category, ListFormat, Output};
use pinglens::settings::{DateOrder, Settings, Unit};
use std::path::{Path, PathBuf};

/// Explains every 409 and every Ping in Traveler and ActiveSync web-server logs.
///
/// Exit status: 0 the files were read, 1 nothing in them was recognised, 2 bad usage or a file that cannot be read.
#[derive(Parser)]
#[command(name = "pinglens", version)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) action: Action,
}

#[derive(Subcommand)]
pub(super) enum Action {
    /// Read logs and report what was found.
    Report {
        /// Log files, all of one case, packed or not; - is standard input.
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Form of the report.
        #[arg(long, value_enum, default_value = "text")]
        format: ReportFormat,
        #[command(flatten)]
        hidden: Hidden,
        #[command(flatten)]
        along: Along,
        /// Write to this file instead of standard output.
        #[arg(short, long)]
        output: Option<PathBuf>,
        #[command(flatten)]
        said: Said,
        #[command(flatten)]
        tuned: Tuned,
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
        hidden: Hidden,
        #[command(flatten)]
        said: Said,
    },
    /// List the log formats that are read.
    Formats,
    /// Say what an outcome or a finding means, what to do, and which thresholds decide about it.
    Explain {
        /// Its code, for example superseded-by-sync or idle-timeout; without one, all codes are listed.
        code: Option<String>,
    },
}

/// What becomes of names.
#[derive(Args)]
#[command(next_help_heading = "What becomes of names")]
pub(super) struct Hidden {
    /// Replace users, devices, addresses, sessions and file names by pseudonyms, and drop free texts. All forms of a report
    /// but `text` do so anyway, as they are to be passed on.
    #[arg(long)]
    redact: bool,
    /// Leave all names as they are.
    #[arg(long, conflicts_with_all = ["redact", "keep", "key"])]
    no_redact: bool,
    /// Replace names, but keep those of these kinds; several with commas.
    #[arg(long, value_enum, value_delimiter = ',', value_name = "KINDS")]
    keep: Vec<Kept>,
    /// Replace names, and write whose each pseudonym is to this file, as CSV: for yourself, not to be passed on.
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
}

impl Hidden {
    /// The categories to keep, if any names are to be replaced; `passed_on` tells whether they are unless somebody says
    /// otherwise.
    pub(super) fn keep(&self, passed_on: bool) -> Option<Vec<Category>> {
        let asked = self.redact || !self.keep.is_empty() || self.key.is_some();
        let hides = asked || (passed_on && !self.no_redact);
        hides.then(|| self.keep.iter().map(|&kept| kept.into()).collect())
    }

    /// Where the key goes.
    pub(super) fn key(&self) -> Option<&Path> {
        self.key.as_deref()
    }
}

/// What a report takes along of the logs.
#[derive(Args)]
#[command(next_help_heading = "What the report takes along")]
pub(super) struct Along {
    /// The lines that show the findings; without names, all that is not known in them goes, too.
    #[arg(long)]
    pub(super) lines: bool,
    /// For the form `page`: leave out the requests, with which its tables and pictures work.
    #[arg(long)]
    pub(super) without_requests: bool,
    /// For the form `page`: the page itself [default: pinglens.html beside this program].
    #[arg(long, value_name = "FILE")]
    pub(super) page: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Kept {
    Users,
    Devices,
    Addresses,
    Files,
    Sessions,
    Texts,
}

impl From<Kept> for Category {
    fn from(kept: Kept) -> Self {
        match kept {
            Kept::Users => Self::Users,
            Kept::Devices => Self::Devices,
            Kept::Addresses => Self::Addresses,
            Kept::Files => Self::Files,
            Kept::Sessions => Self::Sessions,
            Kept::Texts => Self::Texts,
        }
    }
}

/// Numbers that decide about findings.
#[derive(Args)]
#[command(next_help_heading = "What decides about findings")]
pub(super) struct Tuned {
    /// Another value for a threshold; may be given several times. `pinglens explain CODE` names those of a finding.
    #[arg(long, value_name = "CODE=VALUE")]
    threshold: Vec<String>,
    /// How many threads Domino's HTTP task has, if no statistics are among the files.
    #[arg(long, value_name = "N")]
    http_threads: Option<String>,
    /// Traveler's maximum heartbeat interval in seconds, if it was changed.
    #[arg(long, value_name = "SECONDS")]
    max_heartbeat: Option<String>,
}

impl Tuned {
    /// As the core takes it.
    pub(super) fn tuning(&self) -> Result<Tuning, Failure> {
        let mut tuning = Tuning::default();
        for text in &self.threshold {
            let taken = tuning.set(text);
            taken.map_err(|refusal| Failure::Threshold("threshold", refusal))?;
        }
        for (option, value) in [
            ("http-threads", &self.http_threads),
            ("max-heartbeat", &self.max_heartbeat),
        ] {
            let taken = value
                .as_ref()
                .map(|value| tuning.set(&format!("{option}={value}")));
            taken
                .transpose()
                .map_err(|refusal| Failure::Threshold(option, refusal))?;
        }
        Ok(tuning)
    }
}

/// What is otherwise told from the content of each file, or assumed.
#[derive(Args)]
#[command(next_help_heading = "What the logs do not say themselves")]
pub(super) struct Said {
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
    pub(super) fn settings(&self) -> Result<Settings, Failure> {
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

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ReportFormat {
    /// For a terminal.
    Text,
    /// The model itself, as docs/report.schema.json describes it.
    Json,
    /// A document without a program in it.
    Html,
    /// Pinglens' own page with the report in it.
    Page,
    /// For a ticket.
    Markdown,
    /// For a spreadsheet.
    Csv,
}

impl From<ReportFormat> for Output {
    fn from(format: ReportFormat) -> Self {
        match format {
            ReportFormat::Text => Self::Text,
            // What stands in the page is the model.
            ReportFormat::Json | ReportFormat::Page => Self::Json,
            ReportFormat::Html => Self::Html,
            ReportFormat::Markdown => Self::Markdown,
            ReportFormat::Csv => Self::Csv,
        }
    }
}

#[derive(Clone, Copy, ValueEnum)]
pub(super) enum RequestFormat {
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
