//! Lines of the Domino console and of log.nsf, of which one matters here: the HTTP task waits for a session to finish.
//!
//! `[PID:SEQ-TID] 03/03/2010 02:25:00 PM  HTTP Server: Waiting for session to finish: Session State [...] ...`. The
//! prefix in brackets is there since Domino 8.5.3; the two or three blanks behind the time become one when mail or
//! forum software gets hold of the line. There is no zone: it is the server's local time.
//!
//! The same software wraps the line, at any blank or inside the URL. A message without the end of its request is held
//! back, and lines that can be the rest of it are joined to it.

use super::block;
use super::ncsa::{RequestLine, WRAPPED_BYTES, WRAPPED_LINES, closes_in_protocol, joint};
use super::time::{Stamp, local};
use super::{Carries, Format, Place, Reader, Reading, Reason, Record, Sample, Session, What};
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
            Sample {
                text: "03/03/2010 02:25:00 PM HTTP Server: Waiting for session to finish: Session State [Processing\n\
                       Request] Session ID [6287] Thread ID [3716 (0xe84)] POST\n\
                       /servlet/traveler/Microsoft-Server-\n\
                       ActiveSync?User=jane%20doe&DeviceId=Appl1&DeviceType=iPhone&Cmd=Ping\n\
                       HTTP/1.1\n\
                       03/03/2010 02:25:01 PM HTTP Server: Shutdown",
                expect: &[
                    ("time", "2010-03-03T14:25:00"),
                    ("state", "Processing Request"),
                    ("session", "6287"),
                    ("thread", "3716 (0xe84)"),
                    ("method", "POST"),
                    (
                        "target",
                        "/servlet/traveler/Microsoft-Server-ActiveSync?User=jane%20doe&DeviceId=Appl1&DeviceType=iPhone&Cmd=Ping",
                    ),
                    ("protocol", "HTTP/1.1"),
                    ("cut", "-"),
                ],
            },
            Sample {
                text: "03/03/2010 02:25:00 PM  HTTP Server: Waiting for session to finish: Session State [Idle] Session ID [1] Thread ID [2 (0x2)] POST /servlet/traveler/Micros\n\
                       03/03/2010 02:25:01 PM  HTTP Server: Shutdown",
                expect: &[
                    ("state", "Idle"),
                    ("session", "1"),
                    ("method", "-"),
                    ("target", "-"),
                    ("cut", "cut"),
                ],
            },
        ]
    }

    fn reader(&self) -> Box<dyn Reader> {
        Box::<ConsoleReader>::default()
    }
}

/// How the message begins that matters here.
const MESSAGE: &[u8] = b"HTTP Server: Waiting for session to finish:";
const WAITING: &[u8] = b"Waiting for session to finish:";

/// Keeps a message that mail or forum software wrapped, until its request is whole.
#[derive(Default)]
struct ConsoleReader {
    held: Option<Held>,
    /// The message of `held`, with the lines that were joined to it.
    text: Vec<u8>,
    /// Stamp of the previous line, if it was nothing but a stamp: it was wrapped right behind it.
    lone_stamp: Option<Stamp>,
}

/// What is known of a message that is not whole.
#[derive(Clone, Copy)]
struct Held {
    place: Place,
    stamp: Option<Stamp>,
    /// Lines that may still follow.
    room: u32,
}

impl Reader for ConsoleReader {
    fn line(&mut self, line: &Line<'_>, emit: &mut dyn FnMut(&Record<'_>)) -> Reading {
        let lone_stamp = self.lone_stamp.take();
        let Some((stamp, text)) = stamped(line.bytes) else {
            return self.unstamped(line, lone_stamp, emit);
        };
        self.flush(emit);
        let text = text.trim_ascii_end();
        if text.is_empty() {
            self.lone_stamp = Some(stamp);
        }
        self.message(line, Some(stamp), text, emit)
    }

    fn flush(&mut self, emit: &mut dyn FnMut(&Record<'_>)) {
        self.lone_stamp = None;
        let Some(held) = self.held.take() else {
            return;
        };
        let message = Message::read(&self.text);
        // The name of the task alone says nothing.
        if message.upto != Upto::Message {
            emit(&record(held.place, held.stamp, &message));
        }
    }
}

impl ConsoleReader {
    /// Reads a message from its beginning.
    fn message(
        &mut self,
        line: &Line<'_>,
        stamp: Option<Stamp>,
        text: &[u8],
        emit: &mut dyn FnMut(&Record<'_>),
    ) -> Reading {
        let message = Message::read(text);
        match message.upto {
            Upto::Nowhere => return Reading::Comment,
            Upto::End(_) => emit(&record(line.into(), stamp, &message)),
            _ if text.len() > WRAPPED_BYTES => emit(&record(line.into(), stamp, &message)),
            _ => {
                self.held = Some(Held {
                    place: line.into(),
                    stamp,
                    room: WRAPPED_LINES,
                });
                self.text.clear();
                self.text.extend_from_slice(text);
            }
        }
        Reading::Record
    }

    /// Takes a line that has no stamp: the rest of one that was wrapped, if any.
    fn unstamped(
        &mut self,
        line: &Line<'_>,
        lone_stamp: Option<Stamp>,
        emit: &mut dyn FnMut(&Record<'_>),
    ) -> Reading {
        let text = line.bytes.trim_ascii();
        if let Some(held) = &mut self.held {
            if held.room > 0 && text.is_empty() {
                held.room -= 1;
                return Reading::Foreign(Reason::UnknownShape);
            }
            if held.room > 0 && join(&mut self.text, text) {
                held.room -= 1;
                if matches!(Message::read(&self.text).upto, Upto::End(_)) {
                    self.flush(emit);
                }
                return Reading::Continuation;
            }
            self.flush(emit);
        }
        // The message is unmistakable, whether its stamp stands on the line before it or was not copied.
        if text.starts_with(MESSAGE) || (lone_stamp.is_some() && opens_message(text)) {
            return self.message(line, lone_stamp, text, emit);
        }
        Reading::Foreign(Reason::UnknownShape)
    }
}

/// Joins a line to the message that it continues, or tells that it does not.
fn join(message: &mut Vec<u8>, line: &[u8]) -> bool {
    if message.len() + line.len() >= WRAPPED_BYTES || block::knows(line) {
        return false;
    }
    let before = message.len();
    let joint = match Message::read(message).upto {
        Upto::Request(request) => match joint(request, line) {
            Some(joint) => joint,
            None => return false,
        },
        // What stands in brackets are a few words, which no software breaks more than once.
        Upto::Session if inside_brackets(message) && !line.contains(&b']') => return false,
        Upto::Message | Upto::Session => b" ",
        Upto::Nowhere | Upto::End(_) => return false,
    };
    message.extend_from_slice(joint);
    message.extend_from_slice(line);
    let fits = Message::read(message).upto != Upto::Nowhere;
    if !fits {
        message.truncate(before);
    }
    fits
}

/// Whether a bracket was opened last.
fn inside_brackets(text: &[u8]) -> bool {
    memchr::memrchr2(b'[', b']', text).is_some_and(|at| text[at] == b'[')
}

/// The record of a message; what there is of a request that is not whole is not told, as it may lack any part.
fn record<'a>(place: Place, stamp: Option<Stamp>, message: &Message<'a>) -> Record<'a> {
    let request = match message.upto {
        Upto::End(request) => RequestLine::split(request),
        _ => RequestLine::default(),
    };
    Record {
        place,
        stamp,
        method: request.method,
        target: request.target,
        protocol: request.protocol,
        what: What::Waiting(message.session),
        cut: !matches!(message.upto, Upto::End(_)),
        ..Record::default()
    }
}

/// What there is of `Waiting for session to finish: Session State [..] Session ID [..] Thread ID [..] POST .. HTTP/1.1`.
struct Message<'a> {
    session: Session<'a>,
    upto: Upto<'a>,
}

/// How far a message reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Upto<'a> {
    /// It is another message.
    Nowhere,
    /// Into the words that tell which message it is.
    Message,
    /// Into what is said of the session.
    Session,
    /// Into the request, or right before it.
    Request(&'a [u8]),
    /// To the end of its request.
    End(&'a [u8]),
}

impl<'a> Message<'a> {
    fn read(text: &'a [u8]) -> Self {
        let mut session = Session::default();
        let upto = match memmem::find(text, WAITING) {
            Some(at) => fields(text[at + WAITING.len()..].trim_ascii(), &mut session),
            None if opens_message(text) => Upto::Message,
            None => Upto::Nowhere,
        };
        Self { session, upto }
    }
}

/// Reads `Session State [..] Session ID [..] Thread ID [..]` and the request behind it.
fn fields<'a>(text: &'a [u8], session: &mut Session<'a>) -> Upto<'a> {
    let mut rest = text;
    for (label, value) in [
        (&b"Session State ["[..], &mut session.state),
        (b"Session ID [", &mut session.id),
        (b"Thread ID [", &mut session.thread),
    ] {
        let Some(inside) = rest.strip_prefix(label) else {
            return if label.starts_with(rest) {
                Upto::Session
            } else {
                Upto::Nowhere
            };
        };
        let end = memchr::memchr(b']', inside);
        let text = &inside[..end.unwrap_or(inside.len())];
        // Anything may stand in brackets, but no brackets, and no more than a few words.
        if text.len() > 64 || text.contains(&b'[') {
            return Upto::Nowhere;
        }
        let Some(end) = end else {
            return Upto::Session;
        };
        *value = text.trim_ascii();
        rest = inside[end + 1..].trim_ascii_start();
    }
    if closes_in_protocol(rest) && RequestLine::split(rest).method.is_some() {
        Upto::End(rest)
    } else {
        Upto::Request(rest)
    }
}

/// Whether a text is the first words of the message, and no more.
fn opens_message(text: &[u8]) -> bool {
    !text.is_empty()
        && MESSAGE
            .strip_prefix(text)
            .is_some_and(|rest| rest.starts_with(b" "))
}

/// Splits a console line into its time and its text.
///
/// Many programs begin their lines with a date. Domino's are told by what stands before or behind it: the prefix of
/// process and thread, two blanks or more, or the name of a task and a colon.
pub(super) fn stamped(line: &[u8]) -> Option<(Stamp, &[u8])> {
    let rest = prefix(line);
    let has_prefix = rest.is_some();
    let (stamp, text) = local(rest.unwrap_or(line))?;
    let blanks = text.iter().take_while(|&&b| b == b' ').count();
    let text = &text[blanks..];
    let known = || has_prefix || names_a_task(text) || opens_message(text.trim_ascii_end());
    let domino = blanks >= 2 || (blanks == 1 && known());
    (domino || text.is_empty()).then_some((stamp, text))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::{Class, Detector};

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

    /// What becomes of lines: their classes, and state, session and target of each record.
    fn read(text: &str) -> (String, Vec<[String; 3]>) {
        let mut detector = Detector::new();
        let mut records = Vec::new();
        let mut emit = |r: &Record<'_>| {
            let field = |name| r.field(name).unwrap_or_else(|| "-".to_owned());
            records.push([field("state"), field("session"), field("target")]);
        };
        let mut classes = String::new();
        for (i, text) in text.lines().enumerate() {
            let line = Line {
                number: i as u32 + 1,
                offset: 0,
                bytes: text.as_bytes(),
                cut: false,
                closed: true,
            };
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

    const WHOLE: &str = "03/03/2010 02:25:00 PM HTTP Server: Waiting for session to finish: Session State [Processing Request] Session ID [6287] Thread ID [3716 (0xe84)] POST /servlet/traveler/Microsoft-Server-ActiveSync?User=michael%20brown&DeviceId=Appl880069LM3NP&DeviceType=iPhone&Cmd=Ping HTTP/1.1";

    /// The founding thread's line, wrapped at each blank behind its stamp and at each byte of its URL.
    #[test]
    fn a_line_wrapped_anywhere_is_one_record() {
        let whole = read(WHOLE).1;
        let url = WHOLE.find("/servlet").unwrap_or(0);
        let mut tried = 0;
        for at in "03/03/2010 02:25:00 PM".len()..WHOLE.len() {
            let blank = WHOLE.as_bytes()[at] == b' ';
            if !blank && !(url + 1..WHOLE.len() - " HTTP/1.1".len()).contains(&at) {
                continue;
            }
            tried += 1;
            let (head, rest) = WHOLE.split_at(at);
            for text in [
                format!("{head}\n{}", rest.trim_start()),
                format!("{head} \n\n  {}", rest.trim_start()),
            ] {
                let (classes, records) = read(&text);
                assert_eq!(records, whole, "{text}");
                assert!(!classes.contains('?'), "{classes}: {text}");
            }
        }
        assert!(tried > 100);
        for width in [20, 40, 60, 72, 76, 80, 132] {
            let mut text = String::new();
            let mut column = 22;
            for word in WHOLE[22..].split_inclusive([' ', '&', '-']) {
                if column + word.len() > width {
                    text.push('\n');
                    column = 0;
                }
                text.push_str(word);
                column += word.len();
            }
            assert_eq!(
                read(&format!("{}{text}", &WHOLE[..22])).1,
                whole,
                "{width}: {text}"
            );
        }
    }

    #[test]
    fn an_unfinished_line_takes_nothing_of_others() {
        let unfinished = [
            "03/03/2010 02:25:00 PM  HTTP Server:",
            "03/03/2010 02:25:00 PM  HTTP Server: Waiting for session to finish:",
            "03/03/2010 02:25:00 PM  HTTP Server: Waiting for session to finish: Session State [Processing",
            "03/03/2010 02:25:00 PM  HTTP Server: Waiting for session to finish: Session State [x] Session ID [1] Thread ID [2]",
            "03/03/2010 02:25:00 PM  HTTP Server: Waiting for session to finish: Session State [x] Session ID [1] Thread ID [2] POST",
            "03/03/2010 02:25:00 PM  HTTP Server: Waiting for session to finish: Session State [x] Session ID [1] Thread ID [2] POST /x?User=a&Cmd=Pi",
        ];
        let others = [
            (
                "192.0.2.9 t.example.com - [03/Mar/2010:14:25:00 +0000] \"GET /x HTTP/1.1\" 200 5",
                "R",
            ),
            (
                "192.0.2.9 t.example.com - [03/Mar/2010:14:25:00 +0000]",
                "?",
            ),
            (
                "192.0.2.9 t.example.com - [03/Mar/2010:14:25:00 +0000] \"GET /x HTTP/1.1",
                "?",
            ),
            ("Cookie:\nStatus: 409 CONFLICT", "R+"),
            ("=====================\nRequest: GET /x HTTP/1.1", "#R"),
            ("03/03/2010 02:25:01 PM  HTTP Server: Shutdown", "#"),
            ("Can anybody tell me what this means?", "?"),
        ];
        for first in unfinished {
            for (then, expected) in others {
                let (classes, records) = read(&format!("{first}\n{then}"));
                assert_eq!(classes[1..], *expected, "{first} / {then}");
                let held = records.iter().filter(|[state, ..]| state != "-").count();
                assert_eq!(
                    held,
                    usize::from(first.contains("finish:")),
                    "{first} / {then}"
                );
                assert!(
                    records.iter().all(|[_, _, t]| t == "-" || t == "/x"),
                    "{records:?}"
                );
            }
        }
    }

    #[test]
    fn a_message_never_grows_beyond_its_bounds() {
        let first = "03/03/2010 02:25:00 PM  HTTP Server: Waiting for session to finish: Session State [x] Session ID [1] Thread ID [2] POST /x?";
        let (classes, records) = read(&format!("{first}{}", "\nx".repeat(40)));
        assert_eq!(classes.matches('+').count(), WRAPPED_LINES as usize);
        assert_eq!(records.len(), 1);
        let long = format!("\n{}", "x".repeat(WRAPPED_BYTES / 2));
        let (classes, _) = read(&format!("{first}{}", long.repeat(5)));
        assert_eq!(classes, "R+????");
    }

    #[test]
    fn a_message_is_known_without_its_stamp_and_right_behind_it() {
        let message = &WHOLE["03/03/2010 02:25:00 PM ".len()..];
        let (classes, records) = read(message);
        assert_eq!((classes.as_str(), records.len()), ("R", 1));
        let mut reader = ConsoleReader::default();
        let mut stamp = None;
        for bytes in [&b"03/03/2010 02:25:00 PM"[..], message.as_bytes()] {
            let line = Line {
                number: 1,
                offset: 0,
                bytes,
                cut: false,
                closed: true,
            };
            reader.line(&line, &mut |r| stamp = r.field("time"));
        }
        assert_eq!(stamp.as_deref(), Some("2010-03-03T14:25:00"));
    }
}
