//! What the server of a played fleet has written: its log, and the truth about each ActiveSync line.

use std::collections::{BTreeMap, BTreeSet};

use super::config::Size;
use super::journey::{End, Journey};
use super::world::Played;
use super::{console, front, verdict};
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
            Format::ApacheTimed | Format::HaProxy => Stamp::Start,
            _ => Stamp::End,
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
    /// What its stamps show; `None` for the console's text.
    pub meaning: Option<Stamp>,
    /// Whether it is the log of the proxy in front.
    pub front: bool,
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
    /// For a line of the proxy's: where the server's log has the same request.
    pub also: Option<(usize, u64)>,
}

/// What a line is about.
#[derive(Debug, Clone, Copy)]
enum Entry {
    Request(RequestId),
    Web(usize),
}

/// A line to be written: when, in which order if others are written at the same moment, and about what.
type Due = (Ms, u64, Entry);

/// Writes the log of a world: for each server whose log is there, one file or one for each day.
#[must_use]
pub fn write(played: &Played, shape: Shape) -> Vec<LogFile> {
    let hits = web(played);
    let mut files: Vec<LogFile> = Vec::new();
    let mut places: BTreeMap<RequestId, (usize, u64)> = BTreeMap::new();
    for (member, due) in due(played, &hits) {
        let begin = due.first().map_or(played.fleet.period.0, |(at, ..)| *at);
        let mut text = String::new();
        shape.format.header(begin, &mut text);
        let mut line = text.lines().count() as u64;
        for (written, _, entry) in due {
            line += 1;
            if let Entry::Request(id) = entry {
                places.insert(id, (files.len(), line));
            }
            let writer = Writer {
                played,
                shape,
                member,
                written,
            };
            writer.line(entry, &hits, &mut text);
        }
        files.push(LogFile {
            name: String::new(),
            text,
            rows: Vec::new(),
            meaning: Some(shape.meaning()),
            front: false,
        });
    }
    let several = files.len() > 1;
    for (number, file) in (1..).zip(&mut files) {
        let name = played.fleet.name;
        file.name = if several {
            format!("{name}-{number}.log")
        } else {
            format!("{name}.log")
        };
    }
    let front = front::write(played);
    let seen: BTreeSet<RequestId> = front
        .iter()
        .flat_map(|(_, rows)| rows.iter().map(|(id, _)| *id))
        .collect();
    for (id, (file, line)) in &places {
        let row = verdict::row(played, *id, *line, &places, &seen);
        files[*file].rows.extend(row);
    }
    for file in &mut files {
        file.rows.sort_by_key(|row| row.line);
    }
    if let Some((file, rows)) = front {
        let rows = rows.into_iter();
        let rows = rows.filter_map(|(id, line)| verdict::front_row(played, id, line, &places));
        files.push(LogFile {
            rows: rows.collect(),
            ..file
        });
    }
    files.extend(console::write(played));
    files
}

/// The lines of each file, in the order in which they are written, with the number of the file's server.
fn due(played: &Played, hits: &[Hit]) -> Vec<(usize, Vec<Due>)> {
    let fleet = &played.fleet;
    let mut rng = Rng::new(fleet.seed, "log");
    let (begin, end) = fleet.period;
    let mut members: Vec<Vec<Due>> = vec![Vec::new(); fleet.pool.clocks.len()];
    for (id, journey) in (0..).zip(&played.journeys) {
        let Some(done) = &journey.end else { continue };
        let written = done.at + rng.between(0, fleet.noise.late);
        let lost = fleet.noise.lost > 0 && rng.one_in(fleet.noise.lost);
        let there = !lost && !fleet.troubles.excluded;
        if (begin..end).contains(&written) && there {
            members[journey.member].push((written, done.order, Entry::Request(id)));
        }
    }
    for (number, hit) in hits.iter().enumerate() {
        let written = hit.end + rng.between(0, fleet.noise.late);
        let order = u64::MAX - number as u64;
        members[0].push((written, order, Entry::Web(number)));
    }
    let mut all = Vec::new();
    for member in &fleet.pool.given {
        let mut lines = std::mem::take(&mut members[*member]);
        lines.sort_by_key(|(written, order, _)| (*written, *order));
        let zone = fleet.pool.clocks[*member].zone;
        let day = |due: &Due| zone.midnight_before(due.0);
        if fleet.noise.rotated {
            let days = lines.chunk_by(|one, next| day(one) == day(next));
            all.extend(days.map(|lines| (*member, lines.to_vec())));
        } else {
            all.push((*member, lines));
        }
    }
    all
}

/// Writes one line.
struct Writer<'a> {
    played: &'a Played,
    shape: Shape,
    member: usize,
    written: Ms,
}

impl Writer<'_> {
    fn line(&self, entry: Entry, hits: &[Hit], text: &mut String) {
        match entry {
            Entry::Web(number) => self.exchange(&hits[number].exchange(), text),
            Entry::Request(id) => {
                let journey = self.played.journey(id);
                if let (Some(start), Some(end)) = (journey.start, &journey.end) {
                    self.request(journey, start, end, text);
                }
            }
        }
    }

    /// Appends the line of an exchange, by the server's clock.
    fn exchange(&self, exchange: &Exchange<'_>, text: &mut String) {
        let clock = &self.played.fleet.pool.clocks[self.member];
        let end = if self.played.fleet.noise.when_written {
            self.written
        } else {
            exchange.end
        };
        // A clock that is set while a request is open does not make it take longer.
        let shown = clock.shows(end);
        let exchange = Exchange {
            start: shown - (exchange.end - exchange.start),
            end: shown,
            ..*exchange
        };
        self.shape
            .format
            .line(&exchange, self.shape.stamp, clock.zone, text);
    }

    fn request(&self, journey: &Journey, start: Ms, end: &End, text: &mut String) {
        let fleet = &self.played.fleet;
        let account = &self.played.accounts[journey.account];
        let user = &self.played.users[account.user];
        let name = match self.shape.format {
            // Somebody whose password was not accepted is nobody.
            _ if end.status == 401 => "-",
            Format::DominoExtended | Format::DominoCommon => &user.domino,
            Format::Iis => &user.windows,
            _ => &user.plain,
        };
        let domino = self.shape.format.is_open();
        let bytes = match fleet.size {
            _ if !domino => Some(end.bytes),
            Size::Answer => Some(end.bytes),
            Size::Wire => Some(end.bytes + 286),
            Size::Request => Some(request_bytes(journey)),
            Size::Nothing => None,
        };
        let command = journey.ask.command;
        self.exchange(
            &Exchange {
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
            },
            text,
        );
    }
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
