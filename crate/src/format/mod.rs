//! Lines to records: the formats, and telling them apart by content.
//!
//! A [`Format`] is a description and a way to make a [`Reader`]; a reader looks at one line at a time and says what it
//! is. Adding a format is one file with its samples and one entry in [`ALL`]. This room knows nothing of devices.

mod address;
mod alb;
mod apache_error;
mod block;
mod combined;
mod console;
mod csv;
mod detect;
mod domino;
mod dxl;
mod envelope;
mod envoy;
mod event;
mod fields;
mod haproxy;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod hostile;
mod json;
mod labels;
mod ncsa;
mod nginx_error;
mod nginx_ingress;
mod nginx_proxy_manager;
mod nginx_upstream;
mod npmplus;
pub mod own;
mod prefix;
mod session;
mod sogo;
mod span;
mod statistics;
mod status;
mod tabular;
mod thread;
pub mod time;
mod traefik;
mod trailing;
mod url;
mod w3c;
mod zoraxy;
mod zpush;

pub use detect::{Class, Detection, Detector};
pub use event::{Colour, Event, Message};

use crate::input::Line;
use crate::settings::DateOrder;
use time::Stamp;

/// Every format, in the order in which they are tried on a line that the current one does not know.
pub const ALL: &[&dyn Format] = &[
    &domino::ExtendedCommon,
    &domino::Common,
    &sogo::Sogo,
    &combined::Combined,
    &traefik::Traefik,
    &nginx_ingress::NginxIngress,
    &nginx_proxy_manager::NginxProxyManager,
    &nginx_upstream::NginxUpstream,
    &npmplus::NpmPlus,
    &zoraxy::Zoraxy,
    &nginx_error::NginxError,
    &apache_error::ApacheError,
    &zpush::ZPush,
    &w3c::Extended,
    &json::Json,
    &haproxy::Http,
    &alb::Application,
    &alb::Classic,
    &envoy::Envoy,
    &block::Block,
    &console::Console,
    &csv::Csv,
    &tabular::Tabular,
    &dxl::Dxl,
    &thread::Thread,
    &status::TravelerStatus,
    &statistics::Statistics,
];

/// A log format: what it is called, what it can tell, and how to read it.
pub trait Format: Sync {
    /// Stable name, the same in JSON, on the command line and in the documentation.
    fn code(&self) -> &'static str;
    /// The name people know it by.
    fn title(&self) -> &'static str;
    /// Where it is specified or, where no specification exists, described.
    fn specification(&self) -> &'static str;
    /// What its lines can tell.
    fn carries(&self) -> Carries;
    /// Whether its times are in UTC by specification, so that they say nothing of the server's own clock.
    fn is_utc(&self) -> bool {
        false
    }
    /// Lines of this format with what is to be read from them; they run as tests.
    fn samples(&self) -> &'static [Sample];
    /// A reader at the beginning of a file.
    fn reader(&self) -> Box<dyn Reader>;
    /// Where on a request's way the program stands that writes it.
    fn seat(&self) -> Seat {
        Seat::Unknown
    }
}

/// A place on the way of a request, the farthest from the mail server first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Seat {
    /// In front of a server: a proxy, a load balancer.
    Proxy,
    /// The format does not tell.
    Unknown,
    /// A web server that others than its own applications may stand behind: IIS.
    Server,
    /// The web server that Traveler runs in, or the mail server's own log of its requests.
    Mail,
}

/// A format that reads lines of a file: one of [`ALL`], or one of the user's own.
#[derive(Debug, Clone)]
pub enum Chosen {
    /// One that comes with the program.
    Known(&'static dyn Format),
    /// One that the user wrote down.
    Own(std::sync::Arc<own::Own>),
}

impl std::ops::Deref for Chosen {
    type Target = dyn Format;

    fn deref(&self) -> &Self::Target {
        match self {
            Self::Known(format) => *format,
            Self::Own(format) => &**format,
        }
    }
}

impl std::fmt::Debug for dyn Format {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}

/// What the lines of a format can tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Carries {
    /// Whether requests carry their duration.
    pub duration: bool,
    /// Whether lines carry a time.
    pub time: bool,
    /// Whether the time comes with its zone.
    pub zone: bool,
}

/// A piece of a log that a format must read, and the values it must read from it.
#[derive(Debug, Clone, Copy)]
pub struct Sample {
    /// One or several lines.
    pub text: &'static str,
    /// `field=value` pairs of the first record, as [`Record::field`] prints them.
    pub expect: &'static [(&'static str, &'static str)],
}

/// Reads the lines of one file in one format.
pub trait Reader {
    /// Says what a line is. Records that it completes go to `emit`; a record of several lines is emitted with the
    /// place of its first line, when a line that no longer belongs to it comes, or at the end.
    fn line(&mut self, line: &Line<'_>, emit: &mut dyn FnMut(&Record<'_>)) -> Reading;

    /// Emits what is pending: another format takes over, or the file ends.
    fn flush(&mut self, emit: &mut dyn FnMut(&Record<'_>)) {
        let _ = emit;
    }
}

/// Reads a format whose lines stand for themselves: each is a record or none of the format's.
pub(crate) struct Alone(pub(crate) for<'a> fn(&'a [u8]) -> Option<Record<'a>>);

impl Reader for Alone {
    fn line(&mut self, line: &Line<'_>, emit: &mut dyn FnMut(&Record<'_>)) -> Reading {
        let Some(record) = self.0(line.bytes) else {
            return Reading::Foreign(Reason::UnknownShape);
        };
        emit(&Record {
            place: line.into(),
            ..record
        });
        Reading::Record
    }
}

/// What a line is to a format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// A record, or the first line of one.
    Record,
    /// A further line of a record.
    Continuation,
    /// Understood, and no request: a header, a separator, another message.
    Comment,
    /// A message that holds some text. A comment, unless that text is a line of another log.
    Message,
    /// Not a line of this format.
    Foreign(Reason),
}

/// Why a line is not one of a format; the later ones came closer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// It has no shape that any format has.
    UnknownShape,
    /// It begins like a line of a log, but what should be its date and time is none.
    BadTime,
    /// It ends before its request or its status.
    CutShort,
    /// What should be a status is none.
    BadStatus,
    /// It is longer than [`crate::input::MAX_LINE`].
    TooLong,
    /// It is not in the format that the user gave.
    NotAsGiven,
}

impl Reason {
    /// Every reason.
    pub const ALL: [Self; 6] = [
        Self::UnknownShape,
        Self::BadTime,
        Self::CutShort,
        Self::BadStatus,
        Self::TooLong,
        Self::NotAsGiven,
    ];

    /// Stable name.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::UnknownShape => "unknown-shape",
            Self::BadTime => "bad-time",
            Self::CutShort => "cut-short",
            Self::BadStatus => "bad-status",
            Self::TooLong => "too-long",
            Self::NotAsGiven => "not-as-given",
        }
    }

    /// The reason in words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::UnknownShape => "not in the shape of any log format known here",
            Self::BadTime => "where a date and time should be, there is none",
            Self::CutShort => "the line ends before its request or its status",
            Self::BadStatus => "no HTTP status where one should be",
            Self::TooLong => "longer than 64 KiB",
            Self::NotAsGiven => "not in the log format that was given",
        }
    }
}

/// Where a record stands. A type of its own, so that nothing downstream cares whether it was a line or a document.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Place {
    /// Line number of its first line, from 1.
    pub line: u32,
    /// Byte offset of its first byte in the file.
    pub offset: u64,
}

impl From<&Line<'_>> for Place {
    fn from(line: &Line<'_>) -> Self {
        Self {
            line: line.number,
            offset: line.offset,
        }
    }
}

/// What one record of a log says; `None` where it does not say it. Text is as written, neither decoded nor cleaned.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Record<'a> {
    /// Where it stands.
    pub place: Place,
    /// The time it is stamped with.
    pub stamp: Option<Stamp>,
    /// Time the request took, in milliseconds.
    pub duration_ms: Option<u32>,
    /// Address or name of the client.
    pub remote: Option<&'a [u8]>,
    /// Value of the Host header, or the server's address.
    pub host: Option<&'a [u8]>,
    /// The authenticated user.
    pub user: Option<&'a [u8]>,
    /// HTTP method.
    pub method: Option<&'a [u8]>,
    /// Request target: path and query.
    pub target: Option<&'a [u8]>,
    /// HTTP version, for example `HTTP/1.1`.
    pub protocol: Option<&'a [u8]>,
    /// HTTP status.
    pub status: Option<u16>,
    /// Bytes; Domino's documentation says of the request, its numbers look like those of the response.
    pub bytes: Option<u64>,
    /// Value of the Referer header.
    pub referer: Option<&'a [u8]>,
    /// Value of the User-Agent header.
    pub user_agent: Option<&'a [u8]>,
    /// Heartbeat that the device asked for, in seconds, where the log names it (Exchange's `Hb`, Z-Push's lifetime).
    pub heartbeat_s: Option<u16>,
    /// Who ended the exchange, where the log itself says so.
    pub ending: Option<Ending>,
    /// Which edge of the request the stamp marks, where the format's specification says so.
    pub edge: Option<Edge>,
    /// What of its stamp and duration the line alone does not tell.
    pub doubt: Doubt,
    /// What it is a record of.
    pub what: What<'a>,
    /// Whether its text breaks off before all that its format has; what may lack digits or letters is `None` then.
    pub cut: bool,
}

/// What a record is a record of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum What<'a> {
    /// A finished request.
    #[default]
    Request,
    /// A request named while it is open, or by a message beside its own record; it is counted elsewhere or not at all.
    Sighting,
    /// A session that the server waits for.
    Waiting(Session<'a>),
    /// A connection whose requests the log does not name: a proxy that only passes bytes on sees no more.
    Connection,
    /// Something else that the server says; of the record's other fields it has its time, and a user and an address.
    Event(Event<'a>),
    /// A line that says nothing of interest but its time, which helps to settle those of the other lines.
    Remark,
}

/// Who ended an exchange, as a log can say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// The client closed first: nginx 499, HAProxy `C…`, ALB 460, win32 status 64.
    Client,
    /// A proxy or gateway gave up waiting for one side: HAProxy `s…` and `c…`, nginx "upstream timed out", ALB 504.
    Between,
    /// The server closed it because a newer request of the device took its place: Exchange's `PingCollisionDetected`,
    /// Z-Push's "due to other process".
    Displaced,
    /// The server broke the connection off: HAProxy `S…`.
    Server,
}

impl Ending {
    /// Every ending.
    pub const ALL: [Self; 4] = [Self::Client, Self::Between, Self::Displaced, Self::Server];

    /// Stable name.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Between => "between",
            Self::Displaced => "displaced",
            Self::Server => "server",
        }
    }
}

/// An edge of a request in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edge {
    /// Its arrival.
    Start,
    /// The completion of its answer.
    End,
}

/// What of a record's stamp and duration its line alone does not tell, so that it is settled from the whole file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Doubt {
    /// Day and month could be either; the stamp is read month first.
    pub order: bool,
    /// The line names no year; the stamp is in the year 2000.
    pub year: bool,
    /// The unit of the duration is not written; `duration_ms` holds the number as it stands.
    pub unit: bool,
    /// No doubt, but what settles that of other lines: the order of day and month that this date shows, as one of its
    /// two numbers is no month.
    pub told: Option<DateOrder>,
    /// Whether the time is of a clock of twelve hours, which is most used where the month comes first.
    pub halves: bool,
}

impl Doubt {
    /// Whether there is any.
    #[must_use]
    pub fn any(self) -> bool {
        self.order || self.year || self.unit
    }
}

/// A session of Domino's HTTP task, as its console prints it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Session<'a> {
    /// What stands in `Session State [...]`.
    pub state: &'a [u8],
    /// What stands in `Session ID [...]`.
    pub id: &'a [u8],
    /// What stands in `Thread ID [...]`.
    pub thread: &'a [u8],
}

impl<'a> Record<'a> {
    /// Whether it is a finished request.
    #[must_use]
    pub fn is_request(&self) -> bool {
        self.what == What::Request
    }

    /// The session that the server waits for, if it is a record of one.
    #[must_use]
    pub fn waiting(&self) -> Option<Session<'a>> {
        match self.what {
            What::Waiting(session) => Some(session),
            What::Request | What::Sighting | What::Connection | What::Event(_) | What::Remark => {
                None
            }
        }
    }

    /// What the server says, if it is a record of that.
    #[must_use]
    pub fn event(&self) -> Option<Event<'a>> {
        match self.what {
            What::Event(event) => Some(event),
            What::Request | What::Sighting | What::Connection | What::Waiting(_) | What::Remark => {
                None
            }
        }
    }

    /// A field by its name in `pinglens requests`, printed; for samples and tests.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<String> {
        let text = |b: Option<&[u8]>| b.map(|b| String::from_utf8_lossy(b).into_owned());
        match name {
            "time" => self.stamp.map(|s| s.to_string()),
            "duration_ms" => self.duration_ms.map(|d| d.to_string()),
            "remote_ip" => text(self.remote),
            "host" => text(self.host),
            "user" => text(self.user),
            "method" => text(self.method),
            "target" => text(self.target),
            "protocol" => text(self.protocol),
            "status" => self.status.map(|s| s.to_string()),
            "bytes" => self.bytes.map(|b| b.to_string()),
            "referer" => text(self.referer),
            "user_agent" => text(self.user_agent),
            "session" => text(self.waiting().map(|w| w.id)),
            "state" => text(self.waiting().map(|w| w.state)),
            "thread" => text(self.waiting().map(|w| w.thread)),
            "heartbeat_s" => self.heartbeat_s.map(|s| s.to_string()),
            "ending" => self.ending.map(|e| e.code().to_owned()),
            "edge" => self.edge.map(|e| {
                match e {
                    Edge::Start => "start",
                    Edge::End => "end",
                }
                .to_owned()
            }),
            "what" => match self.what {
                What::Request => None,
                What::Sighting => Some("sighting".to_owned()),
                What::Waiting(_) => Some("waiting".to_owned()),
                What::Connection => Some("connection".to_owned()),
                What::Event(_) => Some("event".to_owned()),
                What::Remark => Some("remark".to_owned()),
            },
            "name" | "value" | "text" | "colour" => self.event().and_then(|e| e.field(name)),
            "doubt" => self.doubt.any().then(|| {
                let Doubt {
                    order, year, unit, ..
                } = self.doubt;
                [(order, "order"), (year, "year"), (unit, "unit")]
                    .into_iter()
                    .filter_map(|(is, name)| is.then_some(name))
                    .collect::<Vec<_>>()
                    .join("+")
            }),
            "cut" => self.cut.then(|| "cut".to_owned()),
            _ => None,
        }
    }
}

/// `None` for the hyphen and for nothing, which logs write where they have no value.
pub(crate) fn present(field: &[u8]) -> Option<&[u8]> {
    (!field.is_empty() && field != b"-").then_some(field)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every sample of every format is told to be of that format by its content, and read as it says.
    #[test]
    fn samples_are_detected_and_read() {
        for format in ALL {
            assert!(
                !format.samples().is_empty(),
                "{} has no samples",
                format.code()
            );
            for sample in format.samples() {
                let mut detector = Detector::new();
                let mut first: Option<Vec<(String, Option<String>)>> = None;
                let mut emit = |record: &Record<'_>| {
                    first.get_or_insert_with(|| {
                        sample
                            .expect
                            .iter()
                            .map(|(k, _)| ((*k).to_owned(), record.field(k)))
                            .collect()
                    });
                };
                let mut offset = 0;
                for (i, text) in sample.text.lines().enumerate() {
                    let number = i as u32 + 1;
                    let line = Line {
                        number,
                        offset,
                        bytes: text.as_bytes(),
                        cut: false,
                        closed: true,
                    };
                    offset += text.len() as u64 + 1;
                    detector.line(&line, &mut emit);
                }
                detector.finish(&mut emit);
                let got = first
                    .unwrap_or_else(|| panic!("{}: no record in {:?}", format.code(), sample.text));
                for ((name, value), (_, expected)) in got.iter().zip(sample.expect) {
                    let expected = (*expected != "-").then(|| (*expected).to_owned());
                    assert_eq!(
                        *value,
                        expected,
                        "{}: {name} of {:?}",
                        format.code(),
                        sample.text
                    );
                }
                let share = detector.shares();
                assert_eq!(share[0].0.code(), format.code(), "{:?}", sample.text);
            }
        }
    }

    /// A record's fields, kept beyond its line.
    pub(super) struct Kept(Vec<(&'static str, Option<String>)>);

    impl Kept {
        const NAMES: [&'static str; 18] = [
            "time",
            "duration_ms",
            "remote_ip",
            "host",
            "user",
            "method",
            "target",
            "protocol",
            "status",
            "bytes",
            "referer",
            "user_agent",
            "heartbeat_s",
            "ending",
            "edge",
            "what",
            "doubt",
            "cut",
        ];

        pub(super) fn field(&self, name: &str) -> Option<String> {
            let found = self.0.iter().find(|(known, _)| *known == name);
            found.unwrap_or_else(|| panic!("no field {name}")).1.clone()
        }
    }

    /// What becomes of a file: a letter for the class of each line, and its records.
    pub(super) fn read(text: &str) -> (String, Vec<Kept>) {
        let mut detector = Detector::new();
        let mut records = Vec::new();
        let mut emit = |record: &Record<'_>| {
            records.push(Kept(Kept::NAMES.map(|n| (n, record.field(n))).to_vec()));
        };
        let mut classes = String::new();
        let mut offset = 0;
        for (i, part) in text.split_inclusive('\n').enumerate() {
            let line = Line {
                number: i as u32 + 1,
                offset,
                bytes: part.trim_end_matches('\n').as_bytes(),
                cut: false,
                closed: part.ends_with('\n'),
            };
            offset += part.len() as u64;
            classes.push(match detector.line(&line, &mut emit) {
                Class::Record => 'R',
                Class::Continuation => '+',
                Class::Comment => '#',
                Class::Rejected(_) => '?',
            });
        }
        detector.finish(&mut emit);
        (classes, records)
    }

    #[test]
    fn codes_are_unique() {
        let mut codes: Vec<_> = ALL.iter().map(|f| f.code()).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), ALL.len());
    }
}
