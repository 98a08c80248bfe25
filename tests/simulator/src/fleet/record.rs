//! What the server of a played fleet has written: its log, and the truth about each ActiveSync line.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::config::Size;
use super::journey::{End, Journey};
use super::world::{Played, index};
use crate::clock::{HOUR, Ms};
use crate::format::{Exchange, Format, Stamp};
use crate::rng::Rng;
use crate::truth::{Outcome, RequestId};
use crate::web::{Hit, Visits};

/// How logs look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// Their format.
    pub format: Format,
    /// The moment that the stamp shows, where the format leaves that open.
    pub stamp: Stamp,
}

impl Shape {
    /// The name, on the command line and of files: the format, with the stamp where that is open.
    #[must_use]
    pub fn name(self) -> String {
        let stamp = match (self.format.is_open(), self.stamp) {
            (false, _) => "",
            (true, Stamp::Start) => "-start",
            (true, Stamp::End) => "-end",
        };
        format!("{}{stamp}", self.format.name())
    }

    /// What the shape called `name` is; `domino-end` and `domino-start` are short for Domino's long format.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let name = name.replace("domino-end", "domino-extended-end");
        let name = name.replace("domino-start", "domino-extended-start");
        let stamps = [Stamp::End, Stamp::Start];
        Format::ALL
            .iter()
            .flat_map(|format| {
                stamps.map(|stamp| Self {
                    format: *format,
                    stamp,
                })
            })
            .find(|shape| shape.name() == name || shape.format.name() == name)
    }

    /// What the stamp shows.
    #[must_use]
    pub fn meaning(self) -> Stamp {
        match self.format {
            Format::DominoExtended | Format::DominoCommon => self.stamp,
            Format::Iis | Format::NginxTimed => Stamp::End,
        }
    }
}

/// One file of a log.
#[derive(Debug)]
pub struct LogFile {
    /// Its name, without a folder.
    pub name: String,
    /// Its text.
    pub text: String,
    /// The truth about its ActiveSync lines, in their order.
    pub rows: Vec<Row>,
}

/// The truth about one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The line, counted from 1.
    pub line: u64,
    /// The request.
    pub id: RequestId,
    /// Why it ended, as far as these logs can show.
    pub outcome: Outcome,
    /// The line of its cause: the number of the file, and of the line in it.
    pub cause: Option<(usize, u64)>,
}

/// What a line is about.
#[derive(Debug, Clone, Copy)]
enum Entry {
    Request(RequestId),
    Web(usize),
}

/// Writes the log of a world.
#[must_use]
pub fn write(played: &Played, shape: Shape) -> Vec<LogFile> {
    let hits = web(played);
    let mut rng = Rng::new(played.fleet.seed, "log");
    let (begin, end) = played.fleet.period;
    let noise = played.fleet.noise;
    let mut entries: Vec<(Ms, u64, Entry)> = Vec::new();
    for (id, journey) in (0..).zip(&played.journeys) {
        let Some(done) = &journey.end else { continue };
        let written = done.at + rng.between(0, noise.late);
        let lost = noise.lost > 0 && rng.one_in(noise.lost);
        if (begin..end).contains(&written) && !lost {
            entries.push((written, done.order, Entry::Request(id)));
        }
    }
    for (number, hit) in hits.iter().enumerate() {
        let written = hit.end + rng.between(0, noise.late);
        entries.push((written, u64::MAX, Entry::Web(number)));
    }
    entries.sort_by_key(|(written, order, _)| (*written, *order));

    let mut text = String::new();
    shape.format.header(begin, &mut text);
    let mut line = text.lines().count() as u64;
    let mut places: BTreeMap<RequestId, (usize, u64)> = BTreeMap::new();
    for (_, _, entry) in &entries {
        line += 1;
        match entry {
            Entry::Request(id) => {
                places.insert(*id, (0, line));
                let journey = &played.journeys[index(*id)];
                if let (Some(start), Some(end)) = (journey.start, &journey.end) {
                    played.line(journey, start, end, shape, &mut text);
                }
            }
            Entry::Web(number) => {
                let exchange = hits[*number].exchange();
                shape
                    .format
                    .line(&exchange, shape.stamp, played.fleet.zone, &mut text);
            }
        }
    }
    let mut rows: Vec<Row> = places
        .iter()
        .filter_map(|(id, place)| played.row(*id, *place, &places))
        .collect();
    rows.sort_by_key(|row| row.line);
    vec![LogFile {
        name: format!("{}.log", played.fleet.name),
        text,
        rows,
    }]
}

/// Ordinary web traffic beside the devices'.
fn web(played: &Played) -> Vec<Hit> {
    const BROWSERS: &[&str] = &[
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:138.0) Gecko/20100101 Firefox/138.0",
        "Mozilla/5.0 (X11; Linux x86_64; rv:138.0) Gecko/20100101 Firefox/138.0",
    ];
    let (begin, end) = played.fleet.period;
    let hours = usize::try_from((end - begin) / HOUR).unwrap_or(0);
    let visits = Visits {
        begin,
        end: (end - HOUR / 2).max(begin),
        midnight: played.fleet.zone.midnight_before(begin),
        count: played.fleet.visits * hours / 24,
        browsers: BROWSERS,
        employees: &["\"Ellen Fischer/HR/ACME\"", "CN=Web Master/O=ACME"],
    };
    let mut hits = visits.hits(&mut Rng::new(played.fleet.seed, "web"));
    hits.retain(|hit| hit.end < end);
    hits
}

impl Played {
    /// Appends the line of a request.
    fn line(&self, journey: &Journey, start: Ms, end: &End, shape: Shape, text: &mut String) {
        let account = &self.accounts[journey.account];
        let user = &self.users[account.user];
        let name = match shape.format {
            // Somebody whose password was not accepted is nobody.
            _ if end.status == 401 => "-",
            Format::DominoExtended | Format::DominoCommon => &user.domino,
            Format::Iis => &user.windows,
            Format::NginxTimed => &user.plain,
        };
        let bytes = match self.fleet.size {
            Size::Answer => Some(end.bytes),
            Size::Wire => Some(end.bytes + 286),
            Size::Request => Some(request_bytes(journey)),
            Size::Nothing => None,
        };
        let bytes = match shape.format {
            Format::NginxTimed => Some(end.bytes),
            _ => bytes,
        };
        let command = journey.ask.command;
        let exchange = Exchange {
            start,
            end: end.at,
            client: &journey.address,
            host: "mail.example.com",
            user: name,
            method: command.method(),
            target: &account.caller.target(command),
            status: end.status,
            bytes,
            referer: "-",
            agent: account.agent,
            cookie: "",
            path: "d:/domino/servlet",
        };
        shape
            .format
            .line(&exchange, shape.stamp, self.fleet.zone, text);
    }

    /// The truth about a line.
    fn row(
        &self,
        id: RequestId,
        place: (usize, u64),
        places: &BTreeMap<RequestId, (usize, u64)>,
    ) -> Option<Row> {
        let journey = &self.journeys[index(id)];
        let displaced_by = journey.end.as_ref()?.cause;
        let newcomer = displaced_by.map(|id| &self.journeys[index(id)]);
        let outcome = journey.outcome(newcomer)?;
        let cause = journey.cause().and_then(|id| places.get(&id).copied());
        Some(Row {
            line: place.1,
            id,
            outcome: if cause.is_none() {
                outcome.without_cause()
            } else {
                outcome
            },
            cause,
        })
    }

    /// The truth file of a log file: a CSV with the header
    /// `line,cmd,outcome,cause_line,start_ms,end_ms,user,device,cause_file`. The last is empty for a cause in the same file.
    #[must_use]
    pub fn truth(&self, files: &[LogFile], number: usize) -> String {
        let mut out =
            "line,cmd,outcome,cause_line,start_ms,end_ms,user,device,cause_file\n".to_owned();
        for row in &files[number].rows {
            let journey = &self.journeys[index(row.id)];
            let account = &self.accounts[journey.account];
            let start = journey.start.unwrap_or(0);
            let end = journey.end.as_ref().map_or(0, |end| end.at);
            let (cause, file) = match row.cause {
                None => (String::new(), ""),
                Some((file, line)) if file == number => (line.to_string(), ""),
                Some((file, line)) => (line.to_string(), files[file].name.as_str()),
            };
            // Writing to a String cannot fail.
            let _ = writeln!(
                out,
                "{},{},{},{cause},{start},{end},{},{},{file}",
                row.line,
                journey.ask.command.name(),
                row.outcome.code(),
                self.users[account.user].login,
                account.caller.device_id,
            );
        }
        out
    }
}

/// The length of a request's body: a Ping says its folders and heartbeat once, and nothing when they are the same.
fn request_bytes(journey: &Journey) -> u32 {
    use crate::activesync::Command;
    let folders = journey.ask.folders.count_ones();
    match journey.ask.command {
        Command::Ping if journey.ask.complete => 12 + 17 * folders,
        Command::Ping | Command::Options => 0,
        Command::Sync => 40 + 61 * folders,
        Command::SendMail | Command::SmartReply | Command::SmartForward => 1_844,
        _ => 34,
    }
}
