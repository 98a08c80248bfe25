//! Domino's debug logs of its HTTP threads, `htthr_<pid>_<tid>_<date>.log`: the steps of each request.
//!
//! A step is a line `*** Process Request: Session 7, Thread 10, Clock 14170`: session and thread in hexadecimal, the
//! clock in milliseconds since the HTTP task started, so that it tells durations and no time of day. Between the steps
//! stand the request with its headers and, where that is switched on, its body; of a body nothing is looked at, as it
//! may hold a password. Each thread has a file of its own; pasted together, steps tell their session by themselves, and
//! what stands between belongs to the latest step.
//!
//! What is known of the format is a description of it. A status is read where a response's first line is printed.

use super::ncsa::{RequestLine, decimal};
use super::time::number;
use super::{
    Carries, Format, Place, Reader, Reading, Reason, Record, Sample, Seat, console, present,
};
use crate::input::Line;
use memchr::{memchr, memmem};
use std::ops::Range;

pub(super) struct Thread;

impl Format for Thread {
    fn code(&self) -> &'static str {
        "domino-thread"
    }

    fn title(&self) -> &'static str {
        "Domino HTTP thread debug log"
    }

    fn specification(&self) -> &'static str {
        "https://www.madicon.de/notes-ini-parameters/en/httpenablethreaddebug/"
    }

    fn carries(&self) -> Carries {
        Carries {
            duration: true,
            time: false,
            zone: false,
        }
    }

    fn samples(&self) -> &'static [Sample] {
        &[
            Sample {
                text: "*** New Request -- Parse and Check Request: Session 1A, Thread 10, Clock 14170\n\
                       *** Process Request: Session 1A, Thread 10, Clock 14180\n\
                       POST /servlet/traveler/Microsoft-Server-ActiveSync?User=jane&DeviceId=Appl1&DeviceType=iPhone&Cmd=Ping HTTP/1.1\n\
                       Host: traveler.example.com\n\
                       User-Agent: Apple-iPhone/704.11\n\
                       Authorization: Basic c2VjcmV0\n\
                       Referer: -\n\
                       \n\
                       Host: body.example.com\n\
                       HTTP/1.1 500 Body\n\
                       *** Pre Authenticate Step: Session 1A, Thread 10, Clock 14181\n\
                       *** Returned from Process Request: Session 1A, Thread 10, Clock 217300\n\
                       HTTP/1.1 409 Conflict\n\
                       Content-Length: 0\n\
                       \n\
                       *** End Request Step: Session 1A, Thread 10, Clock 217310\n\
                       *** Log Request: Session 1A, Thread 10, Clock 217320",
                expect: &[
                    ("time", "-"),
                    ("method", "POST"),
                    (
                        "target",
                        "/servlet/traveler/Microsoft-Server-ActiveSync?User=jane&DeviceId=Appl1&DeviceType=iPhone&Cmd=Ping",
                    ),
                    ("protocol", "HTTP/1.1"),
                    ("host", "traveler.example.com"),
                    ("user_agent", "Apple-iPhone/704.11"),
                    ("user", "-"),
                    ("referer", "-"),
                    ("status", "409"),
                    ("duration_ms", "203140"),
                    ("cut", "-"),
                ],
            },
            Sample {
                text: "*** Process Request: Session 7, Thread 10, Clock 14180\n\
                       GET /names.nsf HTTP/1.1\n\
                       *** Translate Step",
                expect: &[
                    ("target", "/names.nsf"),
                    ("status", "-"),
                    ("duration_ms", "-"),
                    ("cut", "cut"),
                ],
            },
        ]
    }

    fn reader(&self) -> Box<dyn Reader> {
        Box::<ThreadReader>::default()
    }

    fn seat(&self) -> Seat {
        Seat::Mail
    }
}

/// Most requests that are followed at once; a server has a few hundred threads, a paste a few files.
const MOST_OPEN: usize = 64;
/// Most lines between two steps of a request: what is longer is another text that happened to follow.
const MOST_LINES: u32 = 1000;

/// Session and thread.
type Key = (u64, u64);

/// What a line of a request's stretch is part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// The request line and its headers.
    Head,
    /// Behind them: nothing of it is looked at.
    Body,
    /// Between later steps, where the response may be printed.
    Later,
}

/// A request of which steps are being read.
struct Request {
    key: Key,
    place: Place,
    /// The clock at its first step and at its last one.
    clock: (u64, Option<u64>),
    ended: bool,
    status: Option<u16>,
    part: Part,
    /// Lines since the latest step.
    lines: u32,
    /// The request line and values of headers, one behind the other.
    text: Vec<u8>,
    request: Option<Range<usize>>,
    host: Option<Range<usize>>,
    agent: Option<Range<usize>>,
    referer: Option<Range<usize>>,
}

impl Request {
    fn new(key: Key, place: Place, clock: u64) -> Self {
        Self {
            key,
            place,
            clock: (clock, None),
            ended: false,
            status: None,
            part: Part::Head,
            lines: 0,
            text: Vec::new(),
            request: None,
            host: None,
            agent: None,
            referer: None,
        }
    }

    fn keep(&mut self, value: &[u8]) -> Option<Range<usize>> {
        let from = self.text.len();
        self.text.extend_from_slice(value);
        Some(from..self.text.len())
    }

    /// Takes a line that is no step, or tells that it is none of this request.
    fn take(&mut self, line: &Line<'_>) -> bool {
        let text = line.bytes.trim_ascii();
        self.lines += 1;
        match self.part {
            Part::Body => return self.has_body(),
            _ if text.is_empty() => {
                if self.part == Part::Later || self.request.is_some() {
                    self.part = Part::Body;
                }
            }
            Part::Later if text.starts_with(b"HTTP/") => {
                self.status = self.status.or_else(|| status(line));
            }
            Part::Head if self.request.is_none() => {
                if RequestLine::split(text).protocol.is_none() {
                    return false;
                }
                self.request = self.keep(text);
            }
            part => {
                let Some((name, value)) = header(line) else {
                    return false;
                };
                if part == Part::Head && line.closed {
                    self.keep_header(name, value);
                }
            }
        }
        true
    }

    /// Whether there can be anything behind its headers.
    fn has_body(&self) -> bool {
        let request = &self.text[self.request.clone().unwrap_or_default()];
        let method = RequestLine::split(request).method.unwrap_or_default();
        !matches!(method, b"GET" | b"HEAD" | b"OPTIONS")
    }

    fn keep_header(&mut self, name: &[u8], value: &[u8]) {
        match name.to_ascii_lowercase().as_slice() {
            b"host" if self.host.is_none() => self.host = self.keep(value),
            b"user-agent" if self.agent.is_none() => self.agent = self.keep(value),
            b"referer" if self.referer.is_none() => self.referer = self.keep(value),
            _ => {}
        }
    }

    fn emit(&self, emit: &mut dyn FnMut(&Record<'_>)) {
        let text = |range: &Option<Range<usize>>| {
            let value = &self.text[range.clone()?];
            present(value)
        };
        // Steps that came to nothing: the connection was closed before a request arrived on it.
        let Some(request) = text(&self.request).map(RequestLine::split) else {
            return;
        };
        let (from, to) = self.clock;
        emit(&Record {
            place: self.place,
            duration_ms: to
                .and_then(|to| to.checked_sub(from))
                .and_then(|ms| u32::try_from(ms).ok().filter(|&ms| ms != u32::MAX)),
            host: text(&self.host),
            method: request.method,
            target: request.target,
            protocol: request.protocol,
            status: self.status,
            referer: text(&self.referer),
            user_agent: text(&self.agent),
            cut: !self.ended,
            ..Record::default()
        });
    }
}

/// Name and value of a header. One that goes on in a further line, and the rest of one that breaks off, have no name.
fn header<'a>(line: &Line<'a>) -> Option<(&'a [u8], &'a [u8])> {
    let text = line.bytes.trim_ascii();
    let named = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    match memchr(b':', text) {
        Some(colon) if text[0].is_ascii_alphabetic() && text[..colon].iter().all(named) => {
            Some((&text[..colon], text[colon + 1..].trim_ascii()))
        }
        _ => (line.bytes.starts_with(b"\t") || !line.closed).then_some((b"", text)),
    }
}

/// The status of a response's first line.
fn status(line: &Line<'_>) -> Option<u16> {
    let rest = line.bytes.trim_ascii().strip_prefix(b"HTTP/")?;
    let (version, rest) = rest.split_at(memchr(b' ', rest)?);
    let digits = rest.get(1..4)?;
    let ends = rest.get(4).map_or(line.closed, |&b| b == b' ');
    let version = version.len() <= 3 && version.first().is_some_and(u8::is_ascii_digit);
    let status = number(digits).filter(|s| version && ends && (100..600).contains(s))?;
    u16::try_from(status).ok()
}

/// A line `*** name: Session .., Thread .., Clock ..`.
struct Step<'a> {
    name: &'a [u8],
    at: Option<(Key, u64)>,
}

impl<'a> Step<'a> {
    fn read(line: &Line<'a>) -> Option<Self> {
        let text = line.bytes.trim_ascii().strip_prefix(b"*** ")?;
        let Some(at) = memmem::find(text, b": Session ") else {
            let name = text;
            return Some(Self { name, at: None });
        };
        Some(Self {
            name: &text[..at],
            at: fields(&text[at + b": Session ".len()..], line.closed),
        })
    }

    fn is(&self, name: &[u8]) -> bool {
        self.name.starts_with(name)
    }
}

/// Reads `7, Thread 10, Clock 14170`; a number at an end that is none of the line may lack digits.
fn fields(text: &[u8], closed: bool) -> Option<(Key, u64)> {
    let (session, rest) = text.split_at(memmem::find(text, b", Thread ")?);
    let rest = &rest[b", Thread ".len()..];
    let (thread, rest) = rest.split_at(memmem::find(rest, b", Clock ")?);
    let rest = &rest[b", Clock ".len()..];
    let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
    if digits == rest.len() && !closed {
        return None;
    }
    Some((
        (hexadecimal(session)?, hexadecimal(thread)?),
        decimal(&rest[..digits])?,
    ))
}

fn hexadecimal(text: &[u8]) -> Option<u64> {
    if text.is_empty() || text.len() > 16 {
        return None;
    }
    text.iter().try_fold(0, |n, b| {
        let digit = char::from(*b).to_digit(16)?;
        Some(n << 4 | u64::from(digit))
    })
}

#[derive(Default)]
struct ThreadReader {
    /// Requests that have not ended, in the order of their beginning.
    open: Vec<Request>,
    /// The one that the latest step was of.
    current: Option<Key>,
}

impl Reader for ThreadReader {
    fn line(&mut self, line: &Line<'_>, emit: &mut dyn FnMut(&Record<'_>)) -> Reading {
        match Step::read(line) {
            Some(step) => self.step(line, &step, emit),
            None => self.between(line),
        }
    }

    fn flush(&mut self, emit: &mut dyn FnMut(&Record<'_>)) {
        self.current = None;
        for request in self.open.drain(..) {
            request.emit(emit);
        }
    }
}

impl ThreadReader {
    fn step(
        &mut self,
        line: &Line<'_>,
        step: &Step<'_>,
        emit: &mut dyn FnMut(&Record<'_>),
    ) -> Reading {
        let Some(key) = step.at.map(|(key, _)| key).or(self.current) else {
            return Reading::Foreign(Reason::UnknownShape);
        };
        let known = self.open.iter().position(|r| r.key == key);
        let opens = step.is(b"New Request") || (step.is(b"Process Request") && known.is_none());
        if let Some((_, clock)) = step.at.filter(|_| opens) {
            // Sessions have one request at a time: the former one was not logged to its end.
            if let Some(former) = known {
                self.open.remove(former).emit(emit);
            }
            if self.open.len() == MOST_OPEN {
                self.open.remove(0).emit(emit);
            }
            self.open.push(Request::new(key, line.into(), clock));
            self.current = Some(key);
            return Reading::Record;
        }
        self.current = Some(key);
        let Some(at) = known else {
            return Reading::Comment;
        };
        let request = &mut self.open[at];
        request.lines = 0;
        request.part = match request.request {
            None => Part::Head,
            Some(_) => Part::Later,
        };
        if step.is(b"End Request Step") || step.is(b"Log Request") {
            request.ended = true;
            let clock = step.at.map(|(_, clock)| clock);
            request.clock.1 = request.clock.1.or(clock);
        }
        if step.is(b"Log Request") {
            self.open.remove(at).emit(emit);
        }
        Reading::Continuation
    }

    fn between(&mut self, line: &Line<'_>) -> Reading {
        let of_current = |r: &&mut Request| Some(r.key) == self.current;
        let Some(request) = self.open.iter_mut().find(of_current) else {
            return Reading::Foreign(Reason::UnknownShape);
        };
        if request.lines >= MOST_LINES || is_of_another_log(line.bytes) || !request.take(line) {
            return Reading::Foreign(Reason::UnknownShape);
        }
        Reading::Continuation
    }
}

/// Whether a line is of an access log or a console, which bodies and headers do not look like.
fn is_of_another_log(line: &[u8]) -> bool {
    let bracketed = || memmem::find(line, b" [").is_some() && memmem::find(line, b"] \"").is_some();
    bracketed() || console::stamped(line).is_some()
}

#[cfg(test)]
mod tests {
    use crate::format::tests;

    /// Classes of lines; target, status, duration and cut of each record.
    fn read(text: &str) -> (String, Vec<String>) {
        let (classes, records) = tests::read(text);
        let names = ["target", "status", "duration_ms", "cut"];
        let told = |r: &tests::Kept| names.map(|n| r.field(n).unwrap_or_else(|| "-".to_owned()));
        (classes, records.iter().map(|r| told(r).join(" ")).collect())
    }

    #[test]
    fn sessions_that_mix_are_kept_apart() {
        let (classes, records) = read(
            "*** New Request -- Parse and Check Request: Session 7, Thread 10, Clock 100\n\
             *** New Request -- Parse and Check Request: Session 8, Thread 11, Clock 150\n\
             *** Process Request: Session 7, Thread 10, Clock 160\n\
             GET /a HTTP/1.1\n\
             *** Process Request: Session 8, Thread 11, Clock 170\n\
             GET /b HTTP/1.1\n\
             *** Log Request: Session 8, Thread 11, Clock 250\n\
             *** Translate Step: Session 7, Thread 10, Clock 260\n\
             HTTP/1.0 200\n\
             *** End Request Step: Session 7, Thread 10, Clock 400\n\
             *** New Request -- Parse and Check Request: Session 7, Thread 10, Clock 500\n\
             GET /c HTTP/1.1\n",
        );
        assert_eq!(classes, "RR+++++++".to_owned() + "+R+");
        assert_eq!(records, ["/b - 100 -", "/a 200 300 -", "/c - - cut"]);
    }

    #[test]
    fn a_request_ends_where_another_log_begins() {
        let first = "*** New Request -- Parse and Check Request: Session 7, Thread 10, Clock 100\nPOST /a HTTP/1.1\n\nx\n";
        for (then, class) in [
            (
                "192.0.2.9 t.example.com - [03/Mar/2010:14:25:00 +0000] \"GET /x HTTP/1.1\" 200 5\n",
                "R",
            ),
            ("03/03/2010 02:25:00 PM  HTTP Server: Shutdown\n", "#"),
            ("{\"status\":200,\"path\":\"/x\"}\n", "+"),
            ("password=marker\n", "+"),
        ] {
            let (classes, records) = read(&format!("{first}{then}"));
            assert_eq!(classes, format!("R+++{class}"), "{then}");
            assert_eq!(records[0], "/a - - cut", "{then}");
        }
    }

    #[test]
    fn between_the_steps_stand_headers_and_nothing_else() {
        let step = "*** New Request -- x: Session 7, Thread 10, Clock 100\n";
        for (then, classes) in [
            ("GET /a HTTP/1.1\nHost: h\nX-Own_Header:\n", "R+++"),
            ("GET /a HTTP/1.1\n{\"status\":200,\"path\":\"/x\"}\n", "R+R"),
            ("GET /a HTTP/1.1\nDate,Status,Request,Address\n", "R+#"),
            ("words\n", "R?"),
            ("GET /a HTTP/1.1\n\nwords\n", "R++?"),
            ("POST /a HTTP/1.1\n\nwords\n", "R+++"),
            (
                "GET /a HTTP/1.1\n*** Translate Step\nHTTP/1.1 200 OK\nwords here\n",
                "R+++?",
            ),
        ] {
            assert_eq!(read(&format!("{step}{then}")).0, classes, "{then}");
        }
    }

    #[test]
    fn a_number_that_may_lack_digits_is_not_taken() {
        let whole = "*** New Request -- x: Session 7, Thread 10, Clock 100\nGET /a HTTP/1.1\n*** Log Request: Session 7, Thread 10, Clock 2500";
        let last = |text: &str| read(text).1.pop().unwrap_or_default();
        assert_eq!(last(&format!("{whole}\n")), "/a - 2400 -");
        assert_eq!(last(whole), "/a - - -");
        assert_eq!(last(&whole[..whole.len() - 40]), "/a - - cut");
        let status = "*** New Request -- x: Session 7, Thread 10, Clock 100\nGET /a HTTP/1.1\n*** Translate Step\nHTTP/1.1 200";
        assert_eq!(last(status), "/a - - cut");
        assert_eq!(last(&format!("{status}\n")), "/a 200 - cut");
    }

    #[test]
    fn steps_alone_are_no_request_and_other_stars_are_foreign() {
        let (classes, records) = read(
            "*** Note: this is prose\n\
             *** Translate Step: Session 7, Thread 10, Clock 100\n\
             *** New Request -- x: Session 7, Thread zz, Clock 100\n\
             *** New Request -- x: Session 7, Thread 10, Clock 100\n\
             *** Log Request: Session 7, Thread 10, Clock 100\n\
             words\n",
        );
        assert_eq!(classes, "?##R+?");
        assert!(records.is_empty());
    }
}
