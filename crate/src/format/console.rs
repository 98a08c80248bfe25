//! Lines of the Domino console and of log.nsf: sessions that a stop waits for, starts and stops, failed sign-ins.
//!
//! `[PID:SEQ-TID] 03/03/2010 02:25:00 PM  HTTP Server: Waiting for session to finish: Session State [...] ...`. The
//! prefix in brackets is there since Domino 8.5.3: process and thread, of which Windows writes both in hexadecimal and
//! Linux the process in decimal. The two or three blanks behind the time become one when mail or forum software gets
//! hold of the line. The server's locale chooses the order of the date. There is no zone: it is the server's local time.
//!
//! Some lines have no stamp: commands, which follow the prompt, the banner of a start, a few complaints.

use super::event::{self, Event, Found, Message as Kind, Typed};
use super::ncsa::{WRAPPED_BYTES, WRAPPED_LINES};
use super::session::{MESSAGE, Message, Upto, join, opens_message, record};
use super::statistics;
use super::status::{self, Status};
use super::time::local::{self, Local};
use super::{
    Carries, Format, Place, Reader, Reading, Reason, Record, Sample, Seat, What, envelope,
};
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
                text: "[83AC:0002-796C] 3/4/2010 2:25:00 PM  HTTP Server: Waiting for session to finish: Session State [Processing Request] Session ID [6287] Thread ID [31084 (0x796c)] GET /names.nsf HTTP/1.1",
                expect: &[
                    ("time", "2010-03-04T14:25:00"),
                    ("doubt", "order"),
                    ("session", "6287"),
                ],
            },
            Sample {
                text: "[007577:000017-00007F621246D700] 20.03.2022 07:36:42   http: jane doe [192.0.2.10] authentication failure using internet password",
                expect: &[
                    ("time", "2022-03-20T07:36:42"),
                    ("doubt", "-"),
                    ("what", "event"),
                    ("user", "jane doe"),
                    ("remote_ip", "192.0.2.10"),
                ],
            },
            Sample {
                text: "2026-09-18 21:15:40   HTTP Server: Shutdown",
                expect: &[("time", "2026-09-18T21:15:40"), ("what", "event")],
            },
            Sample {
                text: "[00057:00002-000070DE65C55740] Lotus Domino (r) Server (64 Bit), Release 8.5.3\n\
                       > Tell HTTP Quit\n",
                expect: &[("time", "-"), ("what", "event")],
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

    fn seat(&self) -> Seat {
        Seat::Mail
    }
}

/// Keeps a message that mail or forum software wrapped, until its request is whole.
#[derive(Default)]
struct ConsoleReader {
    held: Option<Held>,
    /// The message of `held`, with the lines that were joined to it.
    text: Vec<u8>,
    /// Time of the previous line, if it was nothing but a stamp: it was wrapped right behind it.
    lone_stamp: Option<Local>,
    /// Whether the previous line was one of the console, so that one which could be of anything is likely one, too.
    follows: bool,
    /// Where the lines are in Traveler's account of its status.
    status: Status,
}

/// What is known of a message that is not whole.
#[derive(Clone, Copy)]
struct Held {
    place: Place,
    time: Option<Local>,
    /// Lines that may still follow.
    room: u32,
}

impl Reader for ConsoleReader {
    fn line(&mut self, line: &Line<'_>, emit: &mut dyn FnMut(&Record<'_>)) -> Reading {
        let lone_stamp = self.lone_stamp.take();
        // The console writes its prompt before whatever comes next.
        let prompted = line.bytes.strip_prefix(b"> ");
        let bytes = prompted.unwrap_or(line.bytes);
        let reading = if let Some((time, text)) = stamped(bytes) {
            self.release(emit);
            let text = text.trim_ascii_end();
            if text.is_empty() {
                self.lone_stamp = Some(time);
            }
            self.message(line, Some(time), text, emit)
        } else {
            self.unstamped(line, lone_stamp, prompted, emit)
        };
        let blank = line.bytes.iter().all(u8::is_ascii_whitespace);
        self.follows = !matches!(reading, Reading::Foreign(_)) || (self.follows && blank);
        reading
    }

    fn flush(&mut self, emit: &mut dyn FnMut(&Record<'_>)) {
        self.release(emit);
        self.follows = false;
        self.status = Status::default();
    }
}

impl ConsoleReader {
    /// Emits the message that is held back.
    fn release(&mut self, emit: &mut dyn FnMut(&Record<'_>)) {
        self.lone_stamp = None;
        let Some(held) = self.held.take() else {
            return;
        };
        let message = Message::read(&self.text);
        // The name of the task alone says nothing.
        if message.upto != Upto::Message {
            emit(&record(held.place, held.time, &message));
        }
    }

    /// Reads a message from its beginning.
    fn message(
        &mut self,
        line: &Line<'_>,
        time: Option<Local>,
        text: &[u8],
        emit: &mut dyn FnMut(&Record<'_>),
    ) -> Reading {
        let message = Message::read(text);
        match message.upto {
            Upto::Nowhere => {
                self.told(line, time, text, emit);
                return Reading::Comment;
            }
            Upto::End(_) => emit(&record(line.into(), time, &message)),
            _ if text.len() > WRAPPED_BYTES => emit(&record(line.into(), time, &message)),
            _ => {
                self.held = Some(Held {
                    place: line.into(),
                    time,
                    room: WRAPPED_LINES,
                });
                self.text.clear();
                self.text.extend_from_slice(text);
            }
        }
        Reading::Record
    }

    /// Emits what another message says, if that is of interest.
    fn told(
        &mut self,
        line: &Line<'_>,
        time: Option<Local>,
        text: &[u8],
        emit: &mut dyn FnMut(&Record<'_>),
    ) {
        if let Some(found) = event::message(text) {
            emit(&found_record(line, time, found, text));
            return;
        }
        let of_traveler = text.strip_prefix(b"Traveler: ");
        let inner = of_traveler.unwrap_or(text);
        let event = if let Some((name, value)) = statistics::known(inner) {
            Some(Event::Statistic { name, value })
        } else if of_traveler.is_some() || status::opens(text) {
            self.status.read(inner).flatten()
        } else {
            None
        };
        if let Some(event) = event {
            emit(&event_record(line, time, event));
        } else if time.is_some() {
            // Most dates of a console stand here, and one of them may tell the order of day and month in all.
            emit(&told_record(line, time, What::Remark));
        }
    }

    /// Takes a line that has no stamp: the rest of one that was wrapped, a command, or one of the few without.
    fn unstamped(
        &mut self,
        line: &Line<'_>,
        lone_stamp: Option<Local>,
        prompted: Option<&[u8]>,
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
                    self.release(emit);
                }
                return Reading::Continuation;
            }
            self.release(emit);
        }
        // The message is unmistakable, whether its stamp stands on the line before it or was not copied.
        if text.starts_with(MESSAGE) || (lone_stamp.is_some() && opens_message(text)) {
            return self.message(line, lone_stamp, text, emit);
        }
        // Servers write dates in more ways than are read here; the message is worth more than its time.
        if let Some(at) = memmem::find(&text[..text.len().min(STAMP)], MESSAGE)
            && matches!(text[0], b'0'..=b'9' | b'[')
            && !envelope::begins(text)
        {
            return self.message(line, lone_stamp, &text[at..], emit);
        }
        if let Some(rest) = prefix(line.bytes) {
            let rest = rest.trim_ascii();
            // Their own readers know which further lines belong to them.
            if statistics::known(rest).is_some() || status::opens(rest) {
                return Reading::Foreign(Reason::UnknownShape);
            }
            self.told(line, lone_stamp, rest, emit);
            return Reading::Comment;
        }
        if let Some(typed) = prompted {
            return self.command(line, typed.trim_ascii(), emit);
        }
        // Other programs start an "HTTP Server", too; these two are Domino's alone.
        let known = |f: &Found<'_>| matches!(f.kind, Kind::SignInFailed | Kind::NotHandled);
        let found =
            event::message(text).filter(|f| known(f) || lone_stamp.is_some() || self.follows);
        if let Some(found) = found {
            emit(&found_record(line, lone_stamp, found, text));
            return Reading::Comment;
        }
        if stampless(text) || (self.follows && text == b">") {
            return Reading::Comment;
        }
        Reading::Foreign(Reason::UnknownShape)
    }

    /// Takes what stands behind the prompt.
    fn command(&self, line: &Line<'_>, text: &[u8], emit: &mut dyn FnMut(&Record<'_>)) -> Reading {
        match event::typed(text) {
            Typed::Telling => {
                let kind = Kind::Command;
                emit(&event_record(line, None, Event::Message { kind, text }));
                Reading::Comment
            }
            Typed::Asking => Reading::Comment,
            // Mail software quotes with the same sign.
            Typed::Other if self.follows => Reading::Comment,
            Typed::Other | Typed::None => Reading::Foreign(Reason::UnknownShape),
        }
    }
}

/// Within how many bytes of a line a message begins that has any stamp before it.
const STAMP: usize = 128;

fn event_record<'a>(line: &Line<'_>, time: Option<Local>, event: Event<'a>) -> Record<'a> {
    told_record(line, time, What::Event(event))
}

fn told_record<'a>(line: &Line<'_>, time: Option<Local>, what: What<'a>) -> Record<'a> {
    Record {
        place: line.into(),
        stamp: time.map(|t| t.stamp),
        doubt: time.map(|t| t.doubt).unwrap_or_default(),
        what,
        ..Record::default()
    }
}

fn found_record<'a>(
    line: &Line<'_>,
    time: Option<Local>,
    found: Found<'a>,
    text: &'a [u8],
) -> Record<'a> {
    let kind = found.kind;
    Record {
        user: found.user,
        remote: found.remote,
        ..event_record(line, time, Event::Message { kind, text })
    }
}

/// Whether a text is one that the console writes without a stamp: the first line of a start, and that a port is taken.
fn stampless(text: &[u8]) -> bool {
    let banner = ["Lotus ", "IBM ", "HCL "]
        .iter()
        .any(|maker| text.starts_with(maker.as_bytes()))
        && memmem::find(text, b"Domino (r) Server").is_some();
    banner || text.starts_with(b"Unable to bind to port ")
}

/// Splits a console line into its time and its text.
///
/// Many programs begin their lines with a date. Domino's are told by what stands before or behind it: the prefix of
/// process and thread, two blanks or more, or the name of a task and a colon. A date with its year first is so common
/// that only Domino's own number of blanks tells it: two behind AM or PM, three where there is neither.
pub(super) fn stamped(line: &[u8]) -> Option<(Local, &[u8])> {
    let rest = prefix(line);
    let has_prefix = rest.is_some();
    let (time, text) = local::read(rest.unwrap_or(line))?;
    let blanks = text.iter().take_while(|&&b| b == b' ').count();
    let text = &text[blanks..];
    let message = || opens_message(text.trim_ascii_end());
    let domino = if has_prefix {
        blanks >= 1 || text.is_empty()
    } else if time.year_first {
        blanks >= if time.doubt.halves { 2 } else { 3 } || (blanks >= 1 && message())
    } else {
        blanks >= 2 || text.is_empty() || (blanks == 1 && (names_a_task(text) || message()))
    };
    domino.then_some((time, text))
}

/// Takes `[PID:SEQ-TID] ` off the front: three groups of digits, of which any may be hexadecimal.
pub(super) fn prefix(line: &[u8]) -> Option<&[u8]> {
    let inside = line.strip_prefix(b"[")?;
    let end = memchr::memchr(b']', &inside[..inside.len().min(48)])?;
    let (process, rest) = inside[..end].split_at(memchr::memchr(b':', &inside[..end])?);
    let (sequence, thread) = rest[1..].split_at(memchr::memchr(b'-', &rest[1..])?);
    let hex = |group: &[u8]| !group.is_empty() && group.iter().all(u8::is_ascii_hexdigit);
    (hex(process) && hex(sequence) && hex(&thread[1..])).then_some(())?;
    let rest = &inside[end + 1..];
    let blanks = rest.iter().take_while(|&&b| b == b' ').count();
    (blanks > 0).then(|| &rest[blanks..])
}

/// Whether a text begins with a name of one to three words and a colon, as tasks sign their messages.
fn names_a_task(text: &[u8]) -> bool {
    let Some(colon) = memchr::memchr(b':', &text[..text.len().min(40)]) else {
        return false;
    };
    let name = &text[..colon];
    name.first().is_some_and(u8::is_ascii_alphabetic)
        && name.iter().all(|b| b.is_ascii_alphanumeric() || *b == b' ')
        && name.split(|&b| b == b' ').count() <= 3
        && text.get(colon + 1).is_none_or(|&b| b == b' ')
}

#[cfg(test)]
mod tests;
