//! The report as data: what the page draws, what the command prints, what JSON carries.
//!
//! Everything a reader is shown is in here, already decided and already in words; whoever draws it computes nothing.
//! Durations are whole milliseconds. Moments are RFC 3339 in the log's own zone, and without an offset where neither the
//! log nor anything beside it tells the zone. `None` (JSON `null`) means that the log does not tell; no zero stands in for it.

pub use crate::explain::stamp::Meaning;
pub use crate::explain::{Certainty, Severity};
pub use crate::log::Lines;
use serde::{Deserialize, Serialize};

/// Version of this model. It grows by one whenever a reader of the previous version would misread a field.
pub const VERSION: u32 = 2;

/// Everything found in one case: all the files that were opened together.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// [`VERSION`] of the model.
    pub version: u32,
    /// The program that made the report.
    pub tool: Tool,
    /// The whole case in one sentence.
    pub verdict: Verdict,
    /// Patterns over many requests, the most serious first.
    pub findings: Vec<Finding>,
    /// The numbers that decide about findings, in the order of those.
    pub thresholds: Vec<ThresholdRow>,
    /// What was read, one row a file, in order of time.
    pub files: Vec<FileReport>,
    /// Pairs of files that show the same traffic, in order of time.
    pub views: Vec<ViewReport>,
    /// Counts over all files.
    pub totals: Totals,
    /// ActiveSync commands with their statuses, most frequent first.
    pub commands: Vec<CommandRow>,
    /// Every 409, by what ended the request; most frequent first.
    pub conflicts: Vec<ConflictRow>,
    /// Pings by outcome, most frequent first.
    pub pings: Vec<PingRow>,
    /// Pings by why and after how long they ended, the most frequent first.
    pub ping_patterns: Vec<PatternRow>,
    /// Durations of all Pings together.
    pub ping_durations: Spread,
    /// Devices, the ones with most requests first.
    pub devices: Vec<DeviceRow>,
    /// How many requests were open at once.
    pub load: LoadReport,
    /// How long devices wait, and what other intervals would change.
    pub heartbeats: HeartbeatsReport,
    /// HTTP sessions that a Domino shutdown or restart waited for.
    pub waiting: Vec<WaitingRow>,
    /// What servers say of themselves and of their users, beside their requests.
    pub events: EventsReport,
    /// Lines of the logs that were taken along, in the order of files and lines; none unless somebody asks for them.
    pub lines: Vec<TakenLine>,
}

/// A line of a log that a report takes along.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TakenLine {
    /// Index into [`Report::files`].
    pub file: u32,
    /// Line number in the decoded file, from 1.
    pub line: u32,
    /// Its text, with the lines that continue it; the beginning of it, if it is very long. In a report without names, what
    /// is known to name nobody, and pseudonyms.
    pub text: String,
    /// Numbers of its request, as a line may spell them.
    #[serde(skip)]
    pub numbers: Vec<String>,
}

/// The program that made a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Tool {
    /// `pinglens`.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
}

/// The case in one sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// The gravest severity among the findings; at least [`Severity::Watch`] where nothing was recognised.
    pub severity: Severity,
    /// What a tired reader must know.
    pub sentence: String,
}

/// The part of a report that follows from thresholds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Judged {
    /// See [`Report::verdict`].
    pub verdict: Verdict,
    /// See [`Report::findings`].
    pub findings: Vec<Finding>,
    /// See [`Report::thresholds`].
    pub thresholds: Vec<ThresholdRow>,
}

/// A pattern over many requests.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Finding {
    /// Stable name, for example `conflicts-harmless`.
    pub code: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// How sure it is.
    pub certainty: Certainty,
    /// A headline.
    pub title: String,
    /// What was seen, with its numbers; it names nobody.
    pub sentence: String,
    /// What such a pattern means, whatever the log.
    pub means: &'static str,
    /// What to do, in this order, or why nothing needs doing.
    pub advice: Vec<String>,
    /// How many requests or lines it speaks of.
    pub count: u64,
    /// How many requests it can show one by one, 0 where it speaks of something else.
    pub requests: u64,
    /// How many devices are concerned.
    pub devices: u64,
    /// The devices, users, networks or files that are concerned most.
    pub concerned: Vec<Concerned>,
    /// Its first moment, RFC 3339.
    pub first: Option<String>,
    /// Its last moment, RFC 3339.
    pub last: Option<String>,
    /// A few lines that show it.
    pub evidence: Vec<Shown>,
    /// A page of somebody who must know.
    pub reference: Option<&'static str>,
}

/// A device, user, network or file that a finding concerns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Concerned {
    /// `device`, `user`, `network` or `file`.
    pub what: &'static str,
    /// Its name.
    pub name: String,
    /// How often.
    pub count: u64,
}

/// A number that decides about findings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ThresholdRow {
    /// Stable name, as in `--threshold CODE=VALUE`.
    pub code: &'static str,
    /// What happens from it on.
    pub meaning: &'static str,
    /// What it counts.
    pub unit: &'static str,
    /// Its value here; `None` for a fact about the server that nobody gave and no statistics told.
    pub value: Option<u32>,
    /// Its value where nobody says otherwise.
    pub default: Option<u32>,
    /// Least value that makes sense.
    pub least: u32,
    /// Greatest value that makes sense.
    pub most: u32,
    /// Whose number it is: `ours`, `vendor`, or `server` for a fact about the server.
    pub source: &'static str,
    /// Whether somebody gave another value than the default.
    pub changed: bool,
    /// Codes of the findings that it decides about.
    pub findings: Vec<&'static str>,
}

/// A line that shows a finding, and that of its cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Shown {
    /// The line.
    pub line: Evidence,
    /// The line of the request that is the cause of what stands there, if one is.
    pub cause: Option<Evidence>,
}

/// A line of a file that shows something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// Index into [`Report::files`].
    pub file: u32,
    /// Line number in the decoded file, from 1.
    pub line: u32,
    /// Byte offset of the line in the text of the file: unpacked, and in UTF-8 if that was UTF-16.
    pub offset: u64,
}

/// What was read of one file.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FileReport {
    /// Its name as given; for what came out of an archive, that of the archive and its own, with ` › ` between them.
    pub name: String,
    /// Which of the opened files it is or came out of, counted from 0; files stand in order of time, not of opening.
    pub opened: u32,
    /// Which of the texts in that it is, counted from 0.
    pub text: u32,
    /// Bytes of its content, unpacked; of an archive as such, of the archive.
    pub bytes: u64,
    /// What it holds, if it is an archive; one has a row of its own where there is something to say of it.
    pub archive: Option<Contents>,
    /// Every line, by what it became.
    pub lines: Lines,
    /// Lines that were not understood, by reason.
    pub rejected: Vec<Rejection>,
    /// The formats its records came in, most lines first.
    pub formats: Vec<FormatShare>,
    /// How those formats were told, and how sure that is.
    pub detection: DetectionReport,
    /// HTTP requests of any kind.
    pub requests: u64,
    /// Requests of the ActiveSync protocol among them.
    pub activesync: u64,
    /// First to last moment named in it.
    pub period: Option<Period>,
    /// Whether its time stamps are the start or the end of a request, and why we think so.
    pub stamp: StampReport,
    /// What its lines leave open of their times, and what was taken.
    pub settled: Vec<SettledReport>,
    /// Where its clock runs back or changes its zone.
    pub clock: ClockReport,
    /// What it lacks and what cannot be told without it.
    pub missing: Vec<Missing>,
    /// Why nothing (or not everything) could be read, and what to do.
    pub problem: Option<Problem>,
}

/// What an archive holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Contents {
    /// Texts, each of which has a row of its own.
    pub texts: u64,
    /// Members that are no texts, the most frequent kind first.
    pub others: Vec<Members>,
}

/// Members of an archive that are no texts, and the same kind of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Members {
    /// What they are.
    pub what: String,
    /// How many.
    pub count: u64,
    /// Names of the first few.
    pub examples: Vec<String>,
}

/// Lines rejected for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rejection {
    /// Stable name of the reason.
    pub code: &'static str,
    /// The reason in words.
    pub reason: &'static str,
    /// How many lines.
    pub count: u64,
    /// The first of them, line number from 1.
    pub first_line: u32,
    /// The first of them, byte offset in the file.
    pub first_offset: u64,
}

/// How much of a file came in one format.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FormatShare {
    /// Stable name of the format.
    pub code: &'static str,
    /// Its name as people know it.
    pub title: &'static str,
    /// Lines it accounts for.
    pub lines: u64,
}

/// How the formats of a file were told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DetectionReport {
    /// How sure it is that the file was read right; `None` where no line was understood.
    pub certainty: Option<Certainty>,
    /// What it rests on, in words.
    pub sentence: String,
    /// Whether the format was given, and not told from the content.
    pub given: bool,
    /// Lines in the sample: some that lie at equal distances in the whole file.
    pub sampled: u32,
    /// The format that would know most lines of the sample after the one that knew most lines of the file.
    pub runner_up: Option<RunnerUp>,
    /// How many stretches of lines there are, each in one format.
    pub stretches: u64,
    /// The first of them.
    pub first_stretches: Vec<Stretch>,
    /// Lines with something around them that was taken off.
    pub enveloped: u64,
    /// What that was, for example `syslog headers`.
    pub envelopes: Vec<&'static str>,
    /// What the user had better say of the file, as its lines leave it open: `format`, `zone`, `year`, `order`, `unit`,
    /// `stamp`.
    pub asks: Vec<&'static str>,
}

/// A format that would know some lines, too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RunnerUp {
    /// Stable name of the format.
    pub code: &'static str,
    /// Its name as people know it.
    pub title: &'static str,
    /// Lines of the sample that it would know.
    pub lines: u32,
}

/// Lines that follow each other in one format.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stretch {
    /// Stable name of the format.
    pub code: &'static str,
    /// Its name as people know it.
    pub title: &'static str,
    /// Number of its first line, from 1.
    pub first_line: u32,
}

/// A span of time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Period {
    /// RFC 3339 in the log's zone.
    pub first: String,
    /// RFC 3339 in the log's zone.
    pub last: String,
    /// From first to last.
    pub span_ms: u64,
}

/// What a file's time stamps mean.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StampReport {
    /// The meaning that explanations were based on.
    pub meaning: Meaning,
    /// `None` where there is nothing to be sure about.
    pub certainty: Option<Certainty>,
    /// Why, with the numbers it rests on.
    pub reason: String,
}

/// Something that lines leave open of their times, and that was settled from the whole file or from other files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SettledReport {
    /// Stable name: `date-order`, `year`, `zone`, `duration-unit`.
    pub code: &'static str,
    /// What was taken: `day-first` or `month-first`; the year of the last line that names none; zones such as `+01:00`,
    /// in order of time; `s`, `ms` or `us`.
    pub value: String,
    /// How sure that is.
    pub certainty: Certainty,
    /// What was taken and why, with the numbers it rests on.
    pub reason: String,
    /// Index into [`Report::files`] of the file that the reason names.
    pub like: Option<u32>,
}

/// What happened to a file's clock.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ClockReport {
    /// How often the time runs back and stays behind.
    pub steps: u64,
    /// How often the zone changes from line to line.
    pub zone_changes: u64,
    /// The first of each, in the order of lines.
    pub first: Vec<ClockStep>,
}

/// A place at which a clock runs back or changes its zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClockStep {
    /// Stable name: `back`, `zone`.
    pub code: &'static str,
    /// Line number of the first record behind it, from 1.
    pub line: u32,
    /// What happened, and why probably.
    pub sentence: String,
}

/// Something a file does not hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Missing {
    /// Stable name: `duration`, `time`, `zone`, `activesync`, `status`, `code-page`.
    pub code: &'static str,
    /// What is missing, what cannot be told without it, and how to get it.
    pub sentence: String,
}

/// Why a file could not be read, wholly or in part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Stable name.
    pub code: &'static str,
    /// What is wrong and what to do.
    pub sentence: String,
}

/// Two files that show the same traffic: a proxy's log beside the server's, or logs that overlap.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ViewReport {
    /// The one written farther from the mail server, an index into [`Report::files`].
    pub file: u32,
    /// The one that their common requests count in, an index into [`Report::files`].
    pub of: u32,
    /// ActiveSync requests that are in both.
    pub both: u64,
    /// ActiveSync requests of the one that has fewer, in the period that both cover.
    pub fewer: u64,
    /// How far the clock of `file` is ahead of that of `of`, in milliseconds; negative if it is behind.
    pub ahead_ms: i64,
    /// Nine of ten requests in both lie this close to it, in milliseconds.
    pub spread_ms: i64,
    /// Whether they hold the same lines: two logs of one server that overlap.
    pub copy: bool,
    /// All of it in words.
    pub sentence: String,
}

/// Counts over all files; an ActiveSync request that several of them hold counts once.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Totals {
    /// Bytes read.
    pub bytes: u64,
    /// Every line, by what it became.
    pub lines: Lines,
    /// HTTP requests of any kind; those that are not for ActiveSync count in every file that holds them.
    pub requests: u64,
    /// ActiveSync requests among them.
    pub activesync: u64,
    /// Pings among those.
    pub pings: u64,
    /// Syncs among those.
    pub syncs: u64,
    /// ActiveSync requests answered 409.
    pub conflicts: u64,
    /// Pings answered 409.
    pub ping_conflicts: u64,
    /// Distinct DeviceIds.
    pub devices: u64,
    /// Distinct ActiveSync users.
    pub users: u64,
    /// First to last moment over all files.
    pub period: Option<Period>,
}

/// One ActiveSync command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CommandRow {
    /// `Ping`, `Sync` …; `(none)` for requests without one, such as OPTIONS.
    pub cmd: String,
    /// Requests.
    pub count: u64,
    /// By status, ascending; `None` last.
    pub statuses: Vec<StatusCount>,
    /// Their durations.
    pub durations: Spread,
}

/// Requests of one status.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StatusCount {
    /// HTTP status, or `None` where the log has none.
    pub status: Option<u16>,
    /// Requests.
    pub count: u64,
}

/// Requests that ended in 409, for one reason.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ConflictRow {
    /// Outcome code.
    pub outcome: &'static str,
    /// What that is called.
    pub title: &'static str,
    /// Requests.
    pub count: u64,
    /// How many of them carry each certainty.
    pub certain: u64,
    /// See `certain`.
    pub likely: u64,
    /// See `certain`.
    pub possible: u64,
    /// Devices concerned.
    pub devices: u64,
    /// What happened, in one sentence.
    pub sentence: &'static str,
    /// Whether it is a fault.
    pub severity: Severity,
    /// How long those requests had been open.
    pub durations: Spread,
    /// Commands that displaced them, most frequent first.
    pub displaced_by: Vec<CauseCount>,
}

/// How often one command was the cause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CauseCount {
    /// The command that displaced the request.
    pub cmd: String,
    /// How often.
    pub count: u64,
}

/// Pings of one outcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PingRow {
    /// Outcome code.
    pub outcome: &'static str,
    /// What that is called.
    pub title: &'static str,
    /// What it means, in one sentence.
    pub sentence: &'static str,
    /// Whether it is a fault.
    pub severity: Severity,
    /// Pings.
    pub count: u64,
    /// Their durations.
    pub durations: Spread,
}

/// Pings of one latency pattern.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PatternRow {
    /// Its code: `left`, `heartbeat-300s`.
    pub pattern: String,
    /// What that is called.
    pub title: String,
    /// What it means, in a sentence or two.
    pub sentence: &'static str,
    /// Whether it is a fault.
    pub severity: Severity,
    /// Pings.
    pub count: u64,
    /// Devices that they came from.
    pub devices: u64,
    /// Their durations.
    pub durations: Spread,
}

/// A distribution of durations in milliseconds; exact, by nearest rank.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Spread {
    /// Requests whose duration is known; the rest of the fields is `None` when this is 0.
    pub known: u64,
    /// Shortest.
    pub min: Option<u32>,
    /// Half of them took at most this.
    pub median: Option<u32>,
    /// Nine of ten took at most this.
    pub p90: Option<u32>,
    /// Ninety-nine of a hundred took at most this.
    pub p99: Option<u32>,
    /// Longest.
    pub max: Option<u32>,
}

/// One ActiveSync device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DeviceRow {
    /// DeviceId.
    pub device: String,
    /// DeviceType as sent, for example `iPhone`.
    pub device_type: Option<String>,
    /// What the User-Agent says of hardware and software, in words.
    pub client: Option<String>,
    /// ActiveSync users seen with it.
    pub users: Vec<String>,
    /// ActiveSync requests.
    pub requests: u64,
    /// Pings among them.
    pub pings: u64,
    /// Syncs among them.
    pub syncs: u64,
    /// Pings answered 409.
    pub ping_conflicts: u64,
    /// Of those: ended by a Sync.
    pub superseded_by_sync: u64,
    /// Of those: ended by a new Ping.
    pub superseded_by_ping: u64,
    /// Of those: ended by another command.
    pub superseded_by_other: u64,
    /// Of those: the displacing request is not in these logs.
    pub superseded_unseen: u64,
    /// Longest heartbeat this device was seen to complete, whole seconds as milliseconds; an inference.
    pub heartbeat_ms: Option<u32>,
    /// Durations of its Pings.
    pub ping_durations: Spread,
    /// RFC 3339 in the log's zone.
    pub first: Option<String>,
    /// RFC 3339 in the log's zone.
    pub last: Option<String>,
}

/// How many requests were open at once, which is how many threads of the server they took.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct LoadReport {
    /// What was found, in words; the first sentence tells most.
    pub sentences: Vec<String>,
    /// Most requests open at once; `None` where the log has no durations or no times.
    pub peak: Option<PeakReport>,
    /// Most Pings open at once.
    pub pings_peak: Option<PeakReport>,
    /// How many requests were open on average, in hundredths.
    pub mean_hundredths: Option<u64>,
    /// Most devices that were seen within 24 hours.
    pub devices_in_a_day: u32,
    /// Threads that the vendor asks for, for as many devices.
    pub threads_wanted: u32,
    /// The servers, in order of time; those of a pool, or one.
    pub servers: Vec<ServerRow>,
    /// How long requests were open, by outcome, the most first; what comes to less than a thousandth is left out.
    pub held: Vec<HeldRow>,
    /// The course of it in a few rows, for a table.
    pub course: Vec<CourseRow>,
    /// The course of it in many points, for a picture.
    pub curve: Option<CurveReport>,
}

/// Most requests that were open at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PeakReport {
    /// How many, by the stamps as they are: a request is open from its start to before its end.
    pub count: u32,
    /// How many at least, and at most, whatever a clock of whole seconds cut off.
    pub at_least: u32,
    /// See `at_least`.
    pub at_most: u32,
    /// When that was reached first.
    pub at: String,
    /// For how long, that time.
    pub for_ms: u64,
}

/// The load of one server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ServerRow {
    /// Indices into [`Report::files`]: the files that go on from each other.
    pub files: Vec<u32>,
    /// Most of its requests open at once.
    pub peak: Option<PeakReport>,
    /// How many of its requests were open on average, in hundredths.
    pub mean_hundredths: Option<u64>,
    /// Most of its devices that were seen within 24 hours.
    pub devices_in_a_day: u32,
    /// Threads that the vendor asks for, for as many devices.
    pub threads_wanted: u32,
}

/// How long requests of one outcome were open together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HeldRow {
    /// Outcome code.
    pub outcome: &'static str,
    /// What that is called.
    pub title: &'static str,
    /// How long.
    pub held_ms: u64,
}

/// The load within one span of time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CourseRow {
    /// When it begins.
    pub from: String,
    /// Most requests open at once.
    pub most: u32,
    /// Most Pings open at once.
    pub pings: u32,
    /// How many requests were open on average, in hundredths.
    pub mean_hundredths: u64,
    /// Requests that began.
    pub requests: u32,
    /// Requests that ended in 409.
    pub conflicts: u32,
}

/// The course of the load, in buckets of equal length; every list has one value a bucket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CurveReport {
    /// When the first bucket begins.
    pub from: String,
    /// How long each is.
    pub bucket_ms: u64,
    /// Most requests open at once.
    pub most: Vec<u32>,
    /// Most Pings open at once.
    pub pings: Vec<u32>,
    /// How many requests were open on average, in hundredths.
    pub mean_hundredths: Vec<u64>,
    /// Requests that began.
    pub requests: Vec<u32>,
    /// Requests that ended in 409.
    pub conflicts: Vec<u32>,
}

/// How long devices wait with their Pings, and what other intervals would change. Heartbeats are inferred, unless the log
/// names them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct HeartbeatsReport {
    /// What was found, in words; the first sentence tells most.
    pub sentences: Vec<String>,
    /// The longest heartbeat that devices share.
    pub ceiling_ms: Option<u32>,
    /// How much longer than their heartbeat Pings took that ran to its end.
    pub overshoot: Option<OvershootReport>,
    /// How long devices had a Ping open together: what wake-ups are counted over.
    pub held_ms: u64,
    /// Wake-ups of all devices by the heartbeat: Pings that ran it, or were ended by a network, and renewed.
    pub by_heartbeat: u64,
    /// Wake-ups by mail, by the user and by lost coverage, which no interval changes.
    pub by_others: u64,
    /// What other intervals would change.
    pub intervals: Vec<IntervalRow>,
    /// Networks that end idle connections.
    pub timeouts: Vec<TimeoutRow>,
    /// Devices, the ones with most wake-ups an hour first.
    pub devices: Vec<HeartbeatRow>,
}

/// How much longer than its heartbeat a Ping took.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct OvershootReport {
    /// Half of them at most this.
    pub median_ms: u32,
    /// Nineteen of twenty at most this.
    pub p95_ms: u32,
}

/// What one interval would change; wake-ups are those of all devices by the heartbeat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IntervalRow {
    /// The interval.
    pub interval_ms: u32,
    /// Wake-ups at least if it were the maximum: if phones asked for as much.
    pub if_maximum_least: u64,
    /// Wake-ups at most if it were the maximum: if phones asked for no more than now.
    pub if_maximum_most: u64,
    /// Wake-ups if it were the minimum.
    pub if_minimum: u64,
    /// Devices in networks that end idle connections sooner, so that mail would come late.
    pub cut_devices: u64,
}

/// A network that ends idle connections.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TimeoutRow {
    /// Its addresses, for example `203.0.113.0/24`; `None` where only all networks together show it.
    pub network: Option<String>,
    /// After how long.
    pub after_ms: u32,
    /// Whether phones notice, and ask again at once.
    pub noticed: bool,
    /// Pings that show it.
    pub pings: u32,
}

/// How one device waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HeartbeatRow {
    /// DeviceId.
    pub device: String,
    /// The heartbeat that it ended with.
    pub heartbeat_ms: Option<u32>,
    /// Its heartbeats in order of time, the latest few.
    pub steps: Vec<StepRow>,
    /// How many came before those.
    pub steps_before: u64,
    /// Its Pings of which the length is known.
    pub pings: u64,
    /// Those of them that ran their heartbeat.
    pub expired: u64,
    /// How much longer than it those took.
    pub overshoot: Option<OvershootReport>,
    /// What limits its heartbeat: `server`, `device`, `either`, `unknown`.
    pub limit: &'static str,
    /// The same in words.
    pub limited_by: String,
    /// How long it had a Ping open: what wake-ups are counted over.
    pub held_ms: u64,
    /// Wake-ups by the heartbeat.
    pub by_heartbeat: u64,
    /// Wake-ups by mail, by the user and by lost coverage.
    pub by_others: u64,
    /// Wake-ups by the heartbeat if it were as long as that of each of [`HeartbeatsReport::intervals`].
    pub tried: Vec<u64>,
}

/// Pings of a device that ran one heartbeat after another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StepRow {
    /// When the first of them began.
    pub from: String,
    /// The heartbeat.
    pub heartbeat_ms: u32,
    /// How many.
    pub pings: u32,
}

/// A session that Domino's HTTP task waited for while it stopped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WaitingRow {
    /// Session ID as printed.
    pub session: String,
    /// Session state as printed, for example `Processing Request`.
    pub state: String,
    /// Thread ID as printed.
    pub thread: String,
    /// ActiveSync command, if it is an ActiveSync request.
    pub cmd: Option<String>,
    /// ActiveSync user.
    pub user: Option<String>,
    /// DeviceId.
    pub device: Option<String>,
    /// The request's method and target.
    pub request: String,
    /// When it was first waited for; the console prints no zone, so that the offset is one that was settled.
    pub first: Option<String>,
    /// When it was last waited for.
    pub last: Option<String>,
    /// How many console lines name it.
    pub sightings: u64,
    /// What it means and what to do.
    pub sentence: String,
    /// The first line that names it.
    pub evidence: Evidence,
}

/// What servers say of themselves and of their users, beside their requests.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct EventsReport {
    /// Messages of the console, by what they say.
    pub messages: Vec<MessageRow>,
    /// Failed sign-ins by user and address, most frequent first.
    pub sign_ins: Vec<SignInRow>,
    /// How many are not listed, if not all are.
    pub sign_ins_note: Option<String>,
    /// Numbers that the server keeps of itself.
    pub statistics: StatisticsReport,
    /// Traveler's account of its status.
    pub status: StatusReport,
}

/// Messages that say the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MessageRow {
    /// Stable name, for example `http-started`.
    pub code: &'static str,
    /// What they say.
    pub title: &'static str,
    /// How many.
    pub count: u64,
    /// When the first was written; without an offset, as the console prints none.
    pub first: Option<String>,
    /// When the last was.
    pub last: Option<String>,
    /// The first ones of each file; none of failed sign-ins, which have a list of their own.
    pub lines: Vec<EventLine>,
}

/// One message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EventLine {
    /// When it was written.
    pub time: Option<String>,
    /// The message without its stamp.
    pub text: String,
    /// Where it stands.
    pub evidence: Evidence,
}

/// Failed sign-ins of one user from one address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SignInRow {
    /// The name that was given, if any.
    pub user: Option<String>,
    /// Where from.
    pub address: Option<String>,
    /// How many.
    pub count: u64,
    /// When the first was; without an offset, as the console prints none.
    pub first: Option<String>,
    /// When the last was.
    pub last: Option<String>,
    /// The first line of them.
    pub evidence: Evidence,
}

/// Numbers that a server keeps of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct StatisticsReport {
    /// Statistics read; each counts once.
    pub read: u64,
    /// Those that say something about ActiveSync and its threads.
    pub rows: Vec<StatisticRow>,
    /// What was not kept, and why.
    pub notes: Vec<String>,
}

/// One statistic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StatisticRow {
    /// Its name, without `Traveler.` before it.
    pub name: String,
    /// The number as it is written.
    pub value: String,
    /// Its share of all syncs, if it counts some.
    pub share: Option<String>,
    /// What it counts.
    pub sentence: &'static str,
    /// Where it stands.
    pub evidence: Evidence,
}

/// Traveler's account of its status.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct StatusReport {
    /// The latest overall status: `green`, `yellow` or `red`.
    pub colour: Option<&'static str>,
    /// Its sentences, as they come.
    pub lines: Vec<StatusLine>,
    /// How many are not kept, if not all are.
    pub note: Option<String>,
}

/// A sentence of Traveler's status.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StatusLine {
    /// Its colour; `None` for a sentence that only informs.
    pub colour: Option<&'static str>,
    /// When it was written, if the line says so.
    pub time: Option<String>,
    /// The sentence.
    pub text: String,
    /// Where it stands.
    pub evidence: Evidence,
}

/// One ActiveSync request with its explanation: a row of the page's tables.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RequestRow {
    /// Its row in the log, for asking again.
    pub row: u32,
    /// Index into [`Report::files`].
    pub file: u32,
    /// Line number in the decoded file, from 1.
    pub line: u32,
    /// Byte offset of the record in the file.
    pub offset: u64,
    /// RFC 3339; the moment it arrived.
    pub start: Option<String>,
    /// RFC 3339; the moment it was answered.
    pub end: Option<String>,
    /// Time from arrival to answer.
    pub duration_ms: Option<u32>,
    /// ActiveSync user.
    pub user: Option<String>,
    /// DeviceId.
    pub device: Option<String>,
    /// DeviceType.
    pub device_type: Option<String>,
    /// User-Agent.
    pub agent: Option<String>,
    /// Address that it came from.
    pub address: Option<String>,
    /// Command.
    pub cmd: String,
    /// HTTP status.
    pub status: Option<u16>,
    /// Length of the answer in bytes, or of the request where that is what the server logs.
    pub bytes: Option<u32>,
    /// Outcome code.
    pub outcome: &'static str,
    /// Code of the latency pattern of a Ping.
    pub pattern: Option<String>,
    /// How sure the outcome is.
    pub certainty: Certainty,
    /// What happened, in plain words with its own times.
    pub sentence: String,
    /// Row of the request that caused the outcome.
    pub cause: Option<u32>,
    /// Row of the same request in another log, of what several logs hold.
    pub twin: Option<u32>,
}
