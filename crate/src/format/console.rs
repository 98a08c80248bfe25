//! Lines of the Domino console and of log.nsf, of which one matters here: the HTTP task waits for a session to finish.
//!
//! `[PID:SEQ-TID] 03/03/2010 02:25:00 PM  HTTP Server: Waiting for session to finish: Session State [...] ...`. The
//! prefix in brackets is there since Domino 8.5.3; the two or three blanks behind the time become one when mail or
//! forum software gets hold of the line. There is no zone: it is the server's local time.

use super::ncsa::RequestLine;
use super::time::{DAY_MS, Stamp, days, number, time_of_day};
use super::{Carries, Format, Reader, Reading, Reason, Record, Sample, Session};
use crate::input::Line;
use memchr::memmem;

pub(super) struct Console;

impl Format for Console {
    fn code(&self) -> &'static str {
        "domino-console"
    }

    fn title(&self) -> &'static str {
        "Domino console or log.nsf text"
    }

    fn specification(&self) -> &'static str {
        "https://help.hcltechsw.com/domino/12.0.2/admin/admn_thenotesserverlog_c.html"
    }

    fn carries(&self) -> Carries {
        Carries {
            duration: false,
            time: true,
            zone: false,
        }
    }

    fn samples(&self) -> &'static [Sample] {
        &[
            Sample {
                text: "03/03/2010 02:25:00 PM  HTTP Server: Waiting for session to finish: Session State [Processing Request] Session ID [6287] Thread ID [3716 (0xe84)] POST /servlet/traveler/Microsoft-Server-ActiveSync?User=jane%20doe&DeviceId=Appl1&DeviceType=iPhone&Cmd=Ping HTTP/1.1",
                expect: &[
                    ("time", "2010-03-03T14:25:00"),
                    ("state", "Processing Request"),
                    ("session", "6287"),
                    ("thread", "3716 (0xe84)"),
                    ("method", "POST"),
                    ("protocol", "HTTP/1.1"),
                    ("status", "-"),
                ],
            },
            Sample {
                text: "[86261:000002-00007E61FEDAE2C0] 03.02.2019 09:31:47   HTTP Server: Waiting for session to finish: Session State [Processing Request] Session ID [62AF] Thread ID [12 (0xc)] GET /names.nsf HTTP/1.1",
                expect: &[
                    ("time", "2019-02-03T09:31:47"),
                    ("session", "62AF"),
                    ("target", "/names.nsf"),
                ],
            },
        ]
    }

    fn reader(&self) -> Box<dyn Reader> {
        Box::new(ConsoleReader)
    }
}

struct ConsoleReader;

const WAITING: &[u8] = b"Waiting for session to finish:";

impl Reader for ConsoleReader {
    fn line(&mut self, line: &Line<'_>, emit: &mut dyn FnMut(&Record<'_>)) -> Reading {
        let Some((stamp, text)) = stamped(line.bytes) else {
            return Reading::Foreign(Reason::UnknownShape);
        };
        let Some(at) = memmem::find(text, WAITING) else {
            return Reading::Comment;
        };
        let Some((waiting, request)) = session(text[at + WAITING.len()..].trim_ascii()) else {
            return Reading::Comment;
        };
        let RequestLine {
            method,
            target,
            protocol,
        } = RequestLine::split(request);
        emit(&Record {
            place: line.into(),
            stamp: Some(stamp),
            method,
            target,
            protocol,
            waiting: Some(waiting),
            ..Record::default()
        });
        Reading::Record
    }
}

/// Reads `Session State [..] Session ID [..] Thread ID [..]` and leaves the request.
fn session(text: &[u8]) -> Option<(Session<'_>, &[u8])> {
    let (state, rest) = bracketed(text, b"Session State [")?;
    let (id, rest) = bracketed(rest, b"Session ID [")?;
    let (thread, rest) = bracketed(rest, b"Thread ID [")?;
    Some((Session { state, id, thread }, rest))
}

/// Takes `label value]` off the front.
fn bracketed<'a>(text: &'a [u8], label: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let inside = text.strip_prefix(label)?;
    let end = memchr::memchr(b']', inside)?;
    Some((&inside[..end], inside[end + 1..].trim_ascii_start()))
}

/// Splits a console line into its time and its text.
///
/// Many programs begin their lines with a date. Domino's are told by what stands before or behind it: the prefix of
/// process and thread, two blanks or more, or the name of a task and a colon.
fn stamped(line: &[u8]) -> Option<(Stamp, &[u8])> {
    let rest = prefix(line);
    let has_prefix = rest.is_some();
    let rest = rest.unwrap_or(line);
    let (date, rest) = (rest.get(..10)?, rest.get(10..)?.strip_prefix(b" ")?);
    let of_day = i64::from(time_of_day(rest.get(..8)?)?);
    let mut rest = &rest[8..];
    // Hundredths of a second, in debug output.
    let mut hundredths = 0;
    if let [b'.', a, b, after @ ..] = rest {
        hundredths = i64::from(number(&[*a, *b])?);
        rest = after;
    }
    let half = match rest.get(..3) {
        Some(b" AM") => Some(0),
        Some(b" PM") => Some(12),
        _ => None,
    };
    let hours = of_day / 3_600_000;
    let of_day = match half {
        Some(_) if !(1..=12).contains(&hours) => return None,
        Some(half) => of_day + (half - if hours == 12 { 12 } else { 0 }) * 3_600_000,
        None => of_day,
    };
    let text = if half.is_some() { &rest[3..] } else { rest };
    let blanks = text.iter().take_while(|&&b| b == b' ').count();
    let text = &text[blanks..];
    let domino = blanks >= 2 || (blanks == 1 && (has_prefix || names_a_task(text)));
    if !domino && !text.is_empty() {
        return None;
    }
    let ms = date_of(date, half.is_some())? * DAY_MS + of_day + hundredths * 10;
    Some((Stamp { ms, zone: None }, text))
}

/// Takes `[PID:SEQ-TID] ` off the front.
fn prefix(line: &[u8]) -> Option<&[u8]> {
    let inside = line.strip_prefix(b"[")?;
    let end = memchr::memchr(b']', inside).filter(|&end| end <= 40)?;
    let shape = inside[..end]
        .iter()
        .all(|b| b.is_ascii_hexdigit() || matches!(b, b':' | b'-'));
    inside[end + 1..]
        .strip_prefix(b" ")
        .filter(|_| shape && inside[..end].contains(&b':'))
}

/// Whether a text begins with a capitalised name of one to three words and a colon, as tasks sign their messages.
fn names_a_task(text: &[u8]) -> bool {
    let Some(colon) = memchr::memchr(b':', &text[..text.len().min(40)]) else {
        return false;
    };
    let name = &text[..colon];
    name.first().is_some_and(u8::is_ascii_alphabetic)
        && name.iter().all(|b| b.is_ascii_alphanumeric() || *b == b' ')
        && name.split(|&b| b == b' ').count() <= 3
}

/// Days of a date in the order that its separator and its clock suggest: `dd.mm.yyyy`, `mm/dd/yyyy` with AM and PM;
/// `mm/dd/yyyy` elsewhere too, unless the first number is no month.
fn date_of(date: &[u8], twelve_hours: bool) -> Option<i64> {
    let separator = date[2];
    if date[5] != separator {
        return None;
    }
    let (first, second, year) = (
        number(&date[..2])?,
        number(&date[3..5])?,
        number(&date[6..])?,
    );
    let (month, day) = match separator {
        b'/' if twelve_hours || first <= 12 => (first, second),
        b'.' | b'/' => (second, first),
        _ => return None,
    };
    days(i64::from(year), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(line: &str) -> Option<String> {
        stamped(line.as_bytes()).map(|(stamp, _)| stamp.to_string())
    }

    #[test]
    fn reads_every_date_style_of_the_console() {
        let cases = [
            (
                "11/25/2008 07:22:25 AM  HTTP Server: Started",
                "2008-11-25T07:22:25",
            ),
            (
                "11/25/2008 12:22:25 AM  HTTP Server: Started",
                "2008-11-25T00:22:25",
            ),
            (
                "11/25/2008 12:22:25 PM HTTP Server: Started",
                "2008-11-25T12:22:25",
            ),
            (
                "03.02.2019 09:31:47   JVM: Java Virtual Machine initialized.",
                "2019-02-03T09:31:47",
            ),
            (
                "[4674:000E-30C8] 09/13/2016 09:49:47.90 PM SSLProcessHandshake Exit>",
                "2016-09-13T21:49:47.900",
            ),
            (
                "25/11/2008 17:22:25   HTTP Server: Shutdown",
                "2008-11-25T17:22:25",
            ),
        ];
        for (line, expected) in cases {
            assert_eq!(time(line).as_deref(), Some(expected), "{line}");
        }
    }

    #[test]
    fn leaves_the_dated_lines_of_other_programs_alone() {
        for line in [
            "18/05/2025 12:00:04 [ 7177] [ INFO] [user] cmd='Ping'",
            "2016/09/16 00:02:19 [error] 32594#0: *6637 upstream timed out",
            "2020-08-23 00:00:01 192.0.2.1 POST /x",
            "13/13/2008 17:22:25   HTTP Server: Shutdown",
            "11/25/2008 13:22:25 PM  HTTP Server: Started",
            "11/25/2008 07:22",
            "",
        ] {
            assert_eq!(time(line), None, "{line}");
        }
    }
}
