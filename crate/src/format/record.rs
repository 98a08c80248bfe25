//! What one record of a log says, whatever its format.

use super::Event;
use super::time::Stamp;
use crate::input::Line;
use crate::settings::DateOrder;
use serde::{Deserialize, Serialize};

/// Where a record stands. A type of its own, so that nothing downstream cares whether it was a line or a document.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Line number of its first line, from 1.
    pub line: u32,
    /// Byte offset of its first byte in the file; not kept where the file is not.
    #[serde(skip)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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
