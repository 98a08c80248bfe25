//! Lines to records: the formats, and telling them apart by content.
//!
//! A [`Format`] is a description and a way to make a [`Reader`]; a reader looks at one line at a time and says what it
//! is. Adding a format is one file with its samples and one entry in [`ALL`]. This room knows nothing of devices.

mod block;
mod combined;
mod console;
mod detect;
mod domino;
mod ncsa;
pub mod time;

pub use detect::{Class, Detector};

use crate::input::Line;
use time::Stamp;

/// Every format, in the order in which they are tried on a line that the current one does not know.
pub const ALL: &[&dyn Format] = &[
    &domino::ExtendedCommon,
    &domino::Common,
    &combined::Combined,
    &block::Block,
    &console::Console,
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
    /// Lines of this format with what is to be read from them; they run as tests.
    fn samples(&self) -> &'static [Sample];
    /// A reader at the beginning of a file.
    fn reader(&self) -> Box<dyn Reader>;
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

/// What a line is to a format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// A record, or the first line of one.
    Record,
    /// A further line of a record.
    Continuation,
    /// Understood, and no request: a header, a separator, another message.
    Comment,
    /// Not a line of this format.
    Foreign(Reason),
}

/// Why a line is not one of a format; the later ones came closer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// It has no shape that any format has.
    UnknownShape,
    /// It begins like an access log line, but what stands in brackets is no date.
    BadTime,
    /// It ends before its request or its status.
    CutShort,
    /// What should be a status is none.
    BadStatus,
    /// It is longer than [`crate::input::MAX_LINE`].
    TooLong,
}

impl Reason {
    /// Every reason.
    pub const ALL: [Self; 5] = [
        Self::UnknownShape,
        Self::BadTime,
        Self::CutShort,
        Self::BadStatus,
        Self::TooLong,
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
        }
    }

    /// The reason in words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::UnknownShape => "not in the shape of any log format known here",
            Self::BadTime => "the part in brackets is not a date and time",
            Self::CutShort => "the line ends before its request or its status",
            Self::BadStatus => "no HTTP status where one should be",
            Self::TooLong => "longer than 64 KiB",
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
    /// Set where the record is no finished request, but a session that the server waits for.
    pub waiting: Option<Session<'a>>,
    /// Whether its text breaks off before all that its format has; what may lack digits or letters is `None` then.
    pub cut: bool,
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

impl Record<'_> {
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
            "session" => text(self.waiting.map(|w| w.id)),
            "state" => text(self.waiting.map(|w| w.state)),
            "thread" => text(self.waiting.map(|w| w.thread)),
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

    #[test]
    fn codes_are_unique() {
        let mut codes: Vec<_> = ALL.iter().map(|f| f.code()).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), ALL.len());
    }
}
